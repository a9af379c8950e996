"""How long a phase of work will still take, at the pace of its latest start. Plain Python."""

from datetime import datetime
from typing import Protocol


class Phase(Protocol):
    """Work that has come from `phase_begun` (at `phase_started_at`) to `phase_done` of `phase_total`."""

    phase_done: int
    phase_total: int
    phase_begun: int
    phase_started_at: datetime | None


def remaining_s(phase: Phase, *, at: datetime) -> int | None:
    """Seconds; `None` until that can be told."""
    done = min(phase.phase_done, phase.phase_total)
    moved = done - phase.phase_begun
    if phase.phase_started_at is None or moved <= 0:
        return None
    elapsed = (at - phase.phase_started_at).total_seconds()
    return round(elapsed * (phase.phase_total - done) / moved) if elapsed >= 1 else None

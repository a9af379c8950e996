"""The way of a file into the catalogue, as steps that a person can follow."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from pustaka.catalog.models import ImportJob

State = ImportJob.State
STEPS: tuple[tuple[Any, frozenset[str]], ...] = (
    (pgettext_lazy("step", "Read"), frozenset({State.MAPPING, State.WAITING, State.ANALYSING})),
    (pgettext_lazy("step", "Decide"), frozenset({State.READY})),
    (pgettext_lazy("step", "Take over"), frozenset({State.COMMITTING, State.INDEXING})),
    (pgettext_lazy("step", "Done"), frozenset({State.DONE})),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `past`, `now` or `later`."""

    name: Any
    state: str


def steps(job: ImportJob) -> list[Step]:
    """Where `job` is on its way; none once it has left it (cancelled, failed, undone)."""
    at = next((index for index, (_name, states) in enumerate(STEPS) if job.state in states), None)
    if at is None:
        return []
    if job.state == State.DONE:
        at = len(STEPS)
    return [
        Step(name, "past" if index < at else "now" if index == at else "later")
        for index, (name, _states) in enumerate(STEPS)
    ]

from dataclasses import dataclass
from typing import Literal

from pustaka.foundation.events import Event

StepName = Literal["analyse", "settle", "withdraw", "clear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibsChanged(Event):
    """These titles, or their copies, are new, different or gone; at most 500 in one fact."""

    bib_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStepDue(Event):
    """This import is to go on in the background with that step, one of `catalog.tasks.STEPS`."""

    job_id: int
    step: StepName


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStaged(Event):
    """Every title of this import is written, still hidden, and may be made searchable."""

    job_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWithdrawn(Event):
    """This import is undone or cancelled: its titles count no more."""

    job_id: int

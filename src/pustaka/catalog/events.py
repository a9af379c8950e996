from dataclasses import dataclass
from typing import Literal

from pustaka.foundation.events import Event

StepName = Literal["analyse", "settle", "withdraw", "clear"]
FEW = 20  # titles that are searchable again in no time
BatchStepName = Literal["check", "change", "restore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibsChanged(Event):
    """These titles, or their copies, are new, different or gone; at most 500 in one fact."""

    bib_ids: list[int]

    @property
    def is_large(self) -> bool:
        return len(self.bib_ids) > FEW


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritiesChanged(Event):
    """These controlled headings are new, different or gone."""

    authority_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStepDue(Event):
    """This change of many is to go on in the background with that step, one of `catalog.tasks.BATCH_STEPS`."""

    job_id: int
    step: BatchStepName


@dataclass(frozen=True, slots=True, kw_only=True)
class BibsMerged(Event):
    """These titles are gone, and the other one stands in their place; foreign keys are moved already."""

    from_ids: list[int]
    into_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BibsParted(Event):
    """A merge was undone: these titles are there again."""

    from_ids: list[int]
    into_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CareMoved(Event):
    """This job of care for a copy has come to that state, one of `catalog.rules.Care`."""

    job_id: int
    item_id: int
    state: str

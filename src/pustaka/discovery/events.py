from dataclasses import dataclass

from pustaka.foundation.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchIndexed(Event):
    """Every title of this import can be searched, as soon as the import is revealed."""

    job_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildDue(Event):
    """This generation of the search index is to be built in the background."""

    generation_id: int

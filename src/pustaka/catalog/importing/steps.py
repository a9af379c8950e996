"""What the steps of an import share: short transactions that move the job on, and the titles that it replaces."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from pustaka.catalog import bulk
from pustaka.catalog.events import BibsChanged, ImportStepDue, StepName
from pustaka.catalog.models import Bib, BibKey, BibRecord, Holding, ImportEntry, ImportJob, Item
from pustaka.foundation.actors import Actor
from pustaka.foundation.events import publish

State = ImportJob.State

STEP = 500  # titles in one transaction of settling and deleting, and in one event
TO_SETTLE = Q(outcome=ImportEntry.Outcome.MATCHED, action="", staged_id__isnull=False)


def running(job_id: int, states: Collection[str]) -> ImportJob | None:
    """The job, locked, if it is in one of the states."""
    return (
        ImportJob.objects.select_for_update(of=("self",))
        .select_related("branch")
        .filter(pk=job_id, state__in=states)
        .first()
    )


def enter(job: ImportJob, state: State, *, at: datetime, total: int, more: Sequence[str] = ()) -> None:
    job.state = state
    job.phase_done = job.phase_begun = 0
    job.phase_total = total
    job.phase_started_at = at
    job.save(update_fields=["state", "phase_done", "phase_begun", "phase_total", "phase_started_at", *more])


def begin_commit(job: ImportJob, at: datetime) -> None:
    enter(job, State.COMMITTING, at=at, total=job.entries.filter(TO_SETTLE).count())
    ask_for("settle", job, at=at)


def ask_for(name: StepName, job: ImportJob, *, at: datetime) -> None:
    """Have the worker do that step; the wish is written in the transaction that is open."""
    publish(ImportStepDue(at=at, job_id=job.pk, step=name))


def step(job_id: int, states: Collection[str], work: Callable[[ImportJob], bool]) -> bool:
    with transaction.atomic():
        job = running(job_id, states)
        return job is not None and work(job)


def delete_bibs(bib_ids: Sequence[int]) -> None:
    """Delete titles with all that hangs on them in this room."""
    for model in (Item, Holding, BibKey, BibRecord):
        bulk.delete(model, "bib_id", bib_ids)
    bulk.delete(Bib, "id", bib_ids)


def tell(bib_ids: Iterable[int], at: datetime) -> None:
    listed = sorted(set(bib_ids))
    for begin in range(0, len(listed), STEP):
        publish(BibsChanged(at=at, bib_ids=listed[begin : begin + STEP]))


def acting_for(job: ImportJob) -> dict[str, Any]:
    """Who has asked for the import, and its name in the history."""
    return {"by": Actor(name=job.created_by), "cause": f"import:{job.pk}"}


def forget_file(job: ImportJob) -> None:
    path = Path(job.path)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


# A replaced title, so that it can be restored: one line of JSON, the storage form, the original bytes.


def packed(bib_id: int) -> bytes:
    record = BibRecord.objects.select_related("bib").get(bib_id=bib_id)
    content, original = bytes(record.marc), bytes(record.original) if record.original is not None else None
    head = {
        "version": record.bib.version,
        "format": record.original_format,
        "marc": len(content),
        "has_original": original is not None,
    }
    return json.dumps(head).encode() + b"\n" + content + (original or b"")


def unpacked(before: bytes) -> dict[str, Any]:
    line, _, rest = bytes(before).partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    size = head["marc"]
    return head | {"marc": rest[:size], "original": rest[size:] if head["has_original"] else None}

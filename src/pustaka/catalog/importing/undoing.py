"""Taking an import back, or a cancelled one away, step by step."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from pustaka.catalog import bulk
from pustaka.catalog.importing import copies
from pustaka.catalog.importing.steps import STEP, acting_for, delete_bibs, forget_file, running, step, tell, unpacked
from pustaka.catalog.models import (
    Authority,
    Bib,
    BibKey,
    BibRecord,
    Change,
    Holding,
    ImportEntry,
    ImportJob,
    Item,
)
from pustaka.catalog.services import history
from pustaka.catalog.services.records import write_record
from pustaka.standards import marc

State = ImportJob.State
OnMatch = ImportJob.OnMatch
Outcome = ImportEntry.Outcome
Action = ImportEntry.Action
PARTS = frozenset({BibRecord, BibKey, Holding, Item})  # what goes with its title; everything else holds it fast


def keep_what_is_needed(job: ImportJob) -> list[int]:
    """Give those titles and copies of the import to the catalogue for good that can't go; say which titles."""
    reasons: dict[int, str] = {}
    changed = _("It was changed after the import.")
    with_copies = _("Copies were added to it after the import.")
    depended_on = _("Something else in the library depends on it or its copies.")
    items = Item.with_hidden.filter(batch=job)
    versions = dict(items.filter(version__gt=1).values_list("pk", "version"))
    changed_here = versions.keys() - copies.as_before(versions)
    kept_items = {
        pk: bib_id for pk, bib_id in items.filter(version__gt=1).values_list("pk", "bib_id") if pk in changed_here
    }
    for some in bulk.parts(_held(Item, job)):
        kept_items.update(items.filter(pk__in=some).values_list("pk", "bib_id"))
    for bib_id in _held(Bib, job):
        reasons[bib_id] = depended_on
    for bib_id in kept_items.values():
        reasons[bib_id] = depended_on
    others = Item.with_hidden.filter(bib__batch=job).filter(~Q(batch=job) | Q(batch=None))
    for bib_id in others.values_list("bib_id", flat=True):
        reasons[bib_id] = with_copies
    for bib_id in Bib.with_hidden.filter(batch=job, version__gt=1).values_list("pk", flat=True):
        reasons[bib_id] = changed
    for some in bulk.parts(sorted(reasons), STEP):
        mine = Bib.with_hidden.filter(batch=job, pk__in=some)
        ImportEntry.objects.bulk_create(
            ImportEntry(
                job=job, number=0, offset=0, outcome=Outcome.NOTED, title=bib.title[:300],
                control_number=bib.control_number, matched_id=bib.pk, messages=[["kept", reasons[bib.pk]]],
            )
            for bib in mine
        )  # fmt: skip
        Item.with_hidden.filter(batch=job, bib__in=mine).update(batch=None)
        Holding.with_hidden.filter(batch=job, bib__in=mine).update(batch=None)
        mine.update(batch=None)
    for some in bulk.parts(kept_items):
        items.filter(pk__in=some).update(batch=None)
    # Holdings of other imports lose their title again, and wait for another.
    Holding.with_hidden.filter(bib__batch=job).filter(~Q(batch=job) | Q(batch=None)).update(bib=None)
    job.counts["kept"] = len(reasons)
    return sorted(reasons)


def _held(model: type[Bib] | type[Item], job: ImportJob) -> set[int]:
    """Rows of the import that others point at and must not lose: rows of other rooms, and work done on them here."""
    held: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel):
            continue
        if relation.related_model in PARTS or not getattr(relation.field, "db_constraint", True):
            continue
        name = relation.field.name
        pointing = relation.related_model._base_manager.filter(**{f"{name}__batch": job})
        held.update(pointing.values_list(f"{name}_id", flat=True))
    return held


def withdraw(*, job_id: int, at: datetime) -> None:
    """Restore what the import replaced, take back the copies that it added, and delete the rest, step by step."""
    while step(job_id, {State.UNDOING}, lambda job: _restore(job, at)):
        pass
    while step(job_id, {State.UNDOING}, lambda job: _restore_copies(job, at)):
        pass
    while step(job_id, {State.UNDOING}, lambda job: _take_copies_back(job, at)):
        pass
    while step(job_id, {State.UNDOING}, lambda job: _delete_some(job, at)):
        pass
    with transaction.atomic():
        job = running(job_id, {State.UNDOING})
        if job is not None:
            job.finished_at = at
            job.phase_done = job.phase_total
            job.state = State.UNDONE
            job.save(update_fields=["finished_at", "phase_done", "state"])


def clear(*, job_id: int, at: datetime) -> None:
    """Delete what a cancelled import has staged, step by step."""
    while step(job_id, {State.CANCELLED}, lambda job: _delete_some(job, at)):
        pass
    with transaction.atomic():
        job = running(job_id, {State.CANCELLED})
        if job is not None and job.finished_at is None:
            job.finished_at = at
            job.phase_done = job.phase_total
            job.save(update_fields=["finished_at", "phase_done"])
            forget_file(job)


def _restore(job: ImportJob, at: datetime) -> bool:
    entries = list(job.entries.filter(action=Action.REPLACED).order_by("number", "pk")[:STEP])
    restored = []
    for entry in entries:
        bib = Bib.with_hidden.select_for_update(of=("self",)).filter(pk=entry.matched_id or 0).first()
        before = unpacked(bytes(entry.before or b"{}"))
        if bib is None or bib.version != before["version"] + 1:
            entry.messages = [*entry.messages, ["kept", _("It was changed after the import, so the new record stays.")]]
        else:
            history.keep_records(bib_ids=[bib.pk], change=Change.IMPORT_UNDONE, at=at, **acting_for(job))
            bib.version += 1
            write_record(
                bib=bib,
                record=marc.load(before["marc"]),
                original=before["original"],
                original_format=before["format"],
                at=at,
            )
            restored.append(bib.pk)
        entry.action, entry.before = Action.RESTORED, None
    ImportEntry.objects.bulk_update(entries, ["action", "before", "messages"], batch_size=200)
    tell(restored, at)
    return bool(entries)


def _restore_copies(job: ImportJob, at: datetime) -> bool:
    bib_ids = copies.restore(job, at=at)
    tell(bib_ids, at)
    return bool(bib_ids)


def _take_copies_back(job: ImportJob, at: datetime) -> bool:
    elsewhere = Item.with_hidden.filter(batch=job).filter(~Q(bib__batch=job) | Q(bib__batch=None))
    rows = list(elsewhere.order_by("pk").values_list("pk", "bib_id")[:STEP])
    item_ids = [pk for pk, _ in rows]
    history.keep_items(item_ids=item_ids, change=Change.IMPORT_UNDONE, at=at, **acting_for(job))
    bulk.delete(Item, "id", item_ids)
    tell([bib_id for _, bib_id in rows], at)
    return bool(rows)


def _delete_some(job: ImportJob, at: datetime) -> bool:
    bib_ids = list(Bib.with_hidden.filter(batch=job).order_by("pk").values_list("pk", flat=True)[: 2 * STEP])
    if bib_ids:
        if job.revealed_at:  # they have been seen, and harvested
            history.bury(bib_ids=bib_ids, change=Change.IMPORT_UNDONE, at=at, keeps_records=False, **acting_for(job))
        delete_bibs(bib_ids)
        job.phase_done += len(bib_ids)
        job.save(update_fields=["phase_done"])
        return True
    for model in (Authority, Holding, Item):
        ids = list(model.with_hidden.filter(batch=job).order_by("pk").values_list("pk", flat=True)[: 2 * STEP])
        if bulk.delete(model, "id", ids):
            return True
    return False

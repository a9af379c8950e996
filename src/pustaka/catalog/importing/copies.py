"""A table of copies: what its rows change about the copies that are here, done and undone in few statements.

A row finds its copy by the barcode. A copy that somebody has changed here since an import brought it stays as it is,
unless theirs are to replace ours.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from pustaka.catalog import bulk, derive
from pustaka.catalog.importing.reading import Parsed
from pustaka.catalog.importing.steps import STEP, acting_for
from pustaka.catalog.models import Change, ImportEntry, ImportJob, Item, ItemChange
from pustaka.catalog.services import history
from pustaka.catalog.tables import Recipe, Target

OnMatch = ImportJob.OnMatch
# What a row may change; the column of the table that says it.
FIELDS: dict[str, Target] = {
    "inventory_number": Target.INVENTORY_NUMBER,
    "call_number": Target.CALL_NUMBER,
    "branch_id": Target.BRANCH,
    "location_id": Target.LOCATION,
    "item_type_id": Target.ITEM_TYPE,
    "status": Target.STATUS,
    "source": Target.SOURCE,
    "price_idr": Target.PRICE,
    "copy_number": Target.COPY_NUMBER,
    "volume": Target.VOLUME,
    "condition": Target.CONDITION,
    "note": Target.COPY_NOTE,
    "received_on": Target.RECEIVED_ON,
    "unplaced": Target.COPY_LOCAL,
}
# An import in these states has changed copies; before, `ItemChange.version` says nothing of what it did.
AFTERWARDS = frozenset({ImportJob.State.DONE, ImportJob.State.UNDOING, ImportJob.State.UNDONE})
Message = tuple[str, str]


class Places(Protocol):
    """Branches, shelves and item types by what a file calls them."""

    def find(self, copy: derive.Copy) -> tuple[int, int | None]: ...

    def type_of(self, copy: derive.Copy) -> int | None: ...


@dataclass(slots=True)
class Found:
    """What a chunk of rows comes to; `refused` and `noted` by the number of the row."""

    changes: list[ItemChange] = field(default_factory=list)
    refused: dict[int, Message] = field(default_factory=dict)
    noted: dict[int, list[Message]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def compare(records: Sequence[Parsed], *, job: ImportJob, places: Places) -> Found:
    """What the rows would change."""
    columns = {column.target for column in Recipe.from_json(job.recipe).columns}
    barcodes = [record.copies[0].barcode for record in records]
    items: dict[str, Item] = {}
    for some in bulk.parts(barcodes):
        items.update({item.barcode: item for item in Item.objects.filter(barcode__in=some)})
    ids = [item.pk for item in items.values()]
    touched = _touched(items.values())
    seen = {
        item_id
        for some in bulk.parts(ids)
        for item_id in ItemChange.objects.filter(job=job, item_id__in=some).values_list("item_id", flat=True)
    }
    found = Found()
    for record in records:
        copy = record.copies[0]
        item = items.get(copy.barcode)
        found.counts["copies"] += 1
        if item is None:
            found.counts["broken"] += 1
            found.counts["copies_unknown"] += 1
            found.refused[record.number] = (
                "copy-unknown",
                f"No title here has a copy with the barcode {copy.barcode}: bring in the titles first.",
            )
        elif item.pk in seen:
            found.counts["copies_twice"] += 1
            found.noted[record.number] = [
                ("copy-twice", f"The barcode {copy.barcode} stands in an earlier row, too: that one counts.")
            ]
        else:
            seen.add(item.pk)
            _compare(record, item, columns, places, found, is_touched=item.pk in touched)
    for change in found.changes:
        change.job = job
    return found


def _compare(
    record: Parsed, item: Item, columns: set[Target], places: Places, found: Found, *, is_touched: bool
) -> None:
    before = {name: _plain(getattr(item, name)) for name in FIELDS}
    after = before | _said(record.copies[0], item, columns, places)
    # A copy that is the same is remembered, too, so that a second row with its barcode is noticed.
    is_same = after == before
    found.changes.append(
        ItemChange(
            number=record.number, item_id=item.pk, bib_id=item.bib_id, version=item.version, before=before,
            after=after, is_touched=is_touched and not is_same,
        )
    )  # fmt: skip
    if is_same:
        found.counts["copies_same"] += 1
    elif is_touched:
        found.counts["copies_touched"] += 1
        found.noted[record.number] = [("copy-touched", f"The copy {item.barcode} was changed here since it came.")]
    else:
        found.counts["copies_changed"] += 1


def _said(copy: derive.Copy, item: Item, columns: set[Target], places: Places) -> dict[str, Any]:
    """The values that the row has; an empty cell changes nothing, but an empty state means available."""
    said: dict[str, Any] = {}
    if copy.branch or copy.location:
        said["branch_id"], said["location_id"] = places.find(copy)
    if copy.item_type:
        said["item_type_id"] = places.type_of(copy)
    if Target.STATUS in columns:
        said["status"] = copy.status
    if copy.source != "unknown":
        said["source"] = copy.source
    # The names of a copy's fields are those of an item, except for its places.
    for name in FIELDS.keys() - {"branch_id", "location_id", "item_type_id", "status", "source", "unplaced"}:
        if (value := getattr(copy, name)) not in {"", None}:
            said[name] = _plain(value)
    if copy.unplaced:
        said["unplaced"] = item.unplaced | dict(copy.unplaced)
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _touched(items: Iterable[Item]) -> set[int]:
    """Copies that somebody has entered or changed here since an import brought them."""
    changed = {item.pk: item.version for item in items if item.batch_id is None or item.version > 1}
    return set(changed) - as_imported(changed)


def as_imported(versions: Mapping[int, int]) -> set[int]:
    """Those copies, given with their versions, that were last changed by a table of copies, or by its undo."""
    return _last_changed(versions, is_applied=True) | as_before(versions)


def as_before(versions: Mapping[int, int]) -> set[int]:
    """Those copies whose last change was the undo of a table of copies: they are as they came."""
    return _last_changed(versions, is_applied=False)


def _last_changed(versions: Mapping[int, int], *, is_applied: bool) -> set[int]:
    found: set[int] = set()
    for some in bulk.parts(versions):
        changes = ItemChange.objects.filter(item_id__in=some, job__state__in=AFTERWARDS, is_applied=is_applied)
        for item_id, version in changes.values_list("item_id", "version"):
            if 1 < versions[item_id] == version + is_applied:
                found.add(item_id)
    return found


def will_change(job: ImportJob) -> QuerySet[ItemChange]:
    """The changes that count by the rule for what is here already."""
    changes = ItemChange.objects.filter(job=job).exclude(after=F("before"))
    return changes if job.on_match == OnMatch.REPLACE else changes.filter(is_touched=False)


def apply(job: ImportJob, *, at: datetime) -> list[int]:
    """Change the copies, in the transaction that is open, and say of which titles.

    A copy that has changed since the file was read, or is gone, stays as it is.
    """
    bib_ids: list[int] = []
    for some in _pages(will_change(job).filter(is_applied=False)):
        versions = dict(Item.objects.filter(pk__in=[change.item_id for change in some]).values_list("pk", "version"))
        sound = [change for change in some if versions.get(change.item_id) == change.version]
        history.keep_items(
            item_ids=[change.item_id for change in sound], change=Change.IMPORTED, at=at, **acting_for(job)
        )
        _write(sound, "after")
        ItemChange.objects.filter(pk__in=[change.pk for change in sound]).update(is_applied=True)
        _note(job, [change for change in some if change not in sound], _("The copy was changed or removed meanwhile."))
        bib_ids += [change.bib_id for change in sound]
    return bib_ids


def restore(job: ImportJob, *, at: datetime) -> list[int]:
    """Give some of the copies their values again, and say of which titles; those changed since stay as they are.

    Afterwards `version` is the one that the copy has now, so that it still counts as it came.
    """
    some = list(ItemChange.objects.filter(job=job, is_applied=True).order_by("pk")[:STEP])
    versions = dict(Item.with_hidden.filter(pk__in=[one.item_id for one in some]).values_list("pk", "version"))
    sound = [change for change in some if versions.get(change.item_id) == change.version + 1]
    history.keep_items(
        item_ids=[change.item_id for change in sound], change=Change.IMPORT_UNDONE, at=at, **acting_for(job)
    )
    for change in sound:
        change.version += 1
    _write(sound, "before")
    for change in sound:
        change.version += 1
    for change in some:
        change.is_applied = False
    ItemChange.objects.bulk_update(some, ["version", "is_applied"], batch_size=200)
    _note(job, [change for change in some if change not in sound], _("It was changed after the import."))
    return [change.bib_id for change in some]


def _note(job: ImportJob, changes: Sequence[ItemChange], why: str) -> None:
    """Say of these copies that they stay as they are."""
    barcodes = dict(Item.with_hidden.filter(pk__in=[one.item_id for one in changes]).values_list("pk", "barcode"))
    ImportEntry.objects.bulk_create(
        ImportEntry(
            job=job, number=change.number, offset=change.number, outcome=ImportEntry.Outcome.NOTED,
            title=barcodes.get(change.item_id, ""), matched_id=change.bib_id, messages=[["kept", why]],
        )
        for change in changes
    )  # fmt: skip
    if changes:
        job.counts["kept"] = job.counts.get("kept", 0) + len(changes)
        job.save(update_fields=["counts"])


def _write(changes: Sequence[ItemChange], which: str) -> None:
    if not changes:
        return
    names = list(FIELDS)
    sets = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in names)
    rows = []
    for change in changes:
        values: dict[str, Any] = getattr(change, which)
        row = [json.dumps(values[name]) if name == "unplaced" else values[name] for name in names]
        rows.append((*row, change.version + 1, change.item_id, change.version))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {connection.ops.quote_name(Item._meta.db_table)} SET {sets}, version = %s"  # noqa: S608 - own names
            " WHERE id = %s AND version = %s",
            rows,
        )


def _pages(changes: QuerySet[ItemChange]) -> Iterable[list[ItemChange]]:
    after = 0
    while page := list(changes.filter(Q(pk__gt=after)).order_by("pk")[:STEP]):
        yield page
        after = page[-1].pk

"""Titles made and changed by hand; `write_record` is the one way in which a record becomes a title's.

Whoever calls `write_record` for a title that is there already keeps what it was first: `services.history`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pustaka.catalog import bulk, derive
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import Bib, BibKey, BibRecord, BibTombstone, BibVersion, Change, DigitalCopy, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import history, items
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.standards import marc


class StaleRecord(DomainError):
    """Somebody else has saved the title since it was opened."""


@transaction.atomic
def add(*, record: marc.Record, copies: Sequence[items.NewCopy] = (), at: datetime, by: Actor) -> Bib:
    """A new title with its copies, visible and searchable at once.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: the record is no bibliographic one or has no title; a barcode is taken.
    """
    by.require(Permission.EDIT)
    _check(record)
    bib = Bib(created_at=at)
    write_record(bib=bib, record=record, at=at)
    history.note_added(bibs=[bib], items=[items.put(bib=bib, copy=copy, at=at) for copy in copies], at=at, by=by)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return bib


@transaction.atomic
def change(*, bib_id: int, record: marc.Record, version: int, reason: str = "", at: datetime, by: Actor) -> Bib:
    """Put another record in the place of the title's; `version` is the one that the editor saw.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title is gone.
        StaleRecord: somebody else has saved it since.
        Invalid: the record is no bibliographic one or has no title.
    """
    by.require(Permission.EDIT)
    _check(record)
    bib = locked(bib_id=bib_id, version=version)
    history.keep_records(bib_ids=[bib.pk], change=Change.EDITED, at=at, by=by, reason=reason)
    bib.version += 1
    write_record(bib=bib, record=record, at=at)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return bib


@transaction.atomic
def go_back(*, bib_id: int, to_version: int, version: int, reason: str = "", at: datetime, by: Actor) -> Bib:
    """Make the record what it was at `to_version`, as a new version; `version` is the present one that the editor saw.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title is gone, or was never in that state.
        StaleRecord: somebody else has saved it since.
    """
    by.require(Permission.EDIT)
    bib = locked(bib_id=bib_id, version=version)
    state = BibVersion.objects.filter(bib_id=bib_id, version=to_version).exclude(marc=b"").first()
    if state is None:
        raise NotFound(_("This title has no version %(number)s to go back to.") % {"number": to_version})
    history.keep_records(bib_ids=[bib.pk], change=Change.WENT_BACK, at=at, by=by, reason=reason)
    bib.version += 1
    _rewrite(bib, state, at)
    return bib


@transaction.atomic
def bring_back(*, bib_id: int, reason: str = "", at: datetime, by: Actor) -> Bib:
    """Put a title that was taken out into the catalogue again, under its old number, with its last record.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: no such title was taken out, or its record isn't kept (an import that was undone).
    """
    by.require(Permission.EDIT)
    stone = BibTombstone.objects.select_for_update().filter(pk=bib_id).first()
    state = BibVersion.objects.filter(bib_id=bib_id, version=stone.version).exclude(marc=b"").first() if stone else None
    if stone is None or state is None:
        raise NotFound(_("There is no record of title %(number)s that could be brought back.") % {"number": bib_id})
    bib = Bib(pk=bib_id, created_at=at, version=stone.version + 2)
    _rewrite(bib, state, at)
    history.note_added(bibs=[bib], change=Change.BROUGHT_BACK, at=at, by=by, reason=reason)
    stone.delete()
    return bib


def _rewrite(bib: Bib, state: BibVersion, at: datetime) -> None:
    write_record(
        bib=bib,
        record=marc.load(bytes(state.marc)),
        original=bytes(state.original) if state.original is not None else None,
        original_format=state.original_format,
        at=at,
    )
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))


@transaction.atomic
def remove(*, bib_id: int, version: int, reason: str = "", at: datetime, by: Actor) -> None:
    """Take a title out of the catalogue that has no copies; a tombstone tells that it was there.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone already.
        StaleRecord: somebody else has saved it since.
        Invalid: it has copies, or digitized ones.
    """
    by.require(Permission.EDIT)
    bib = locked(bib_id=bib_id, version=version)
    if Item.with_hidden.filter(bib=bib).exists():
        raise Invalid(_("The title has copies. Remove or move these first."))
    if DigitalCopy.objects.filter(bib=bib).exists():
        raise Invalid(_("The title has digitized copies. Remove these first."))
    history.bury(bib_ids=[bib.pk], at=at, by=by, reason=reason)
    bib.delete()
    publish(BibsChanged(at=at, bib_ids=[bib_id]))


def write_record(
    *, bib: Bib, record: marc.Record, original: bytes | None = None, original_format: str = "", at: datetime
) -> None:
    """Make `record` the record of `bib`: columns, storage form and keys follow from it. The caller tells the index."""
    content = marc.dump(record)
    fields = derive.by_tag(record)
    columns = derive.columns(record, fields)
    for name, value in columns._asdict().items():
        setattr(bib, name, value)
    bib.changed_at = at
    bib.save()
    BibRecord.objects.update_or_create(
        bib=bib, defaults={"marc": content, "original": original, "original_format": original_format}
    )
    BibKey.objects.filter(bib=bib).delete()
    digests = {digest for _, digest in derive.keys(record, columns, fields, content=content)}
    BibKey.objects.bulk_create([BibKey(bib=bib, digest=digest) for digest in sorted(digests)])


class Written(NamedTuple):
    """A record that is to become a title's, with the bytes as it once came, where these are kept."""

    bib_id: int
    record: marc.Record
    original: bytes | None = None
    original_format: str = ""


def write_records(*, written: Sequence[Written], at: datetime) -> None:
    """`write_record` for many titles that are there, in a few statements; raises their versions by one.

    The caller has locked the titles, kept what they were, and tells the index.
    """
    columns, contents, digests = [], [], []
    for one in written:
        content = marc.dump(one.record)
        fields = derive.by_tag(one.record)
        derived = derive.columns(one.record, fields)
        columns.append((*derived, bulk.moment(at), one.bib_id))
        contents.append((content, one.original, one.original_format, one.bib_id))
        found = {digest for _, digest in derive.keys(one.record, derived, fields, content=content)}
        digests += [(digest, one.bib_id) for digest in sorted(found)]
    sets = ", ".join(f"{name} = %s" for name in derive.Columns._fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE catalog_bib SET {sets}, changed_at = %s, version = version + 1 WHERE id = %s",  # noqa: S608 - own names
            columns,
        )
        cursor.executemany(
            "UPDATE catalog_bibrecord SET marc = %s, original = %s, original_format = %s WHERE bib_id = %s", contents
        )
    bulk.delete(BibKey, "bib_id", [one.bib_id for one in written])
    bulk.insert(BibKey, ("digest", "bib_id"), digests)


def _check(record: marc.Record) -> None:
    if record.kind not in {"bibliographic", "unknown"}:
        raise Invalid(_("This is no record of a title: its leader says another kind."))
    title = record.get("245")
    if title is None or not title.get("a").strip():
        raise Invalid(_("The record has no title. Fill in field 245, subfield a."))


def locked(*, bib_id: int, version: int) -> Bib:
    """The title, locked; `version` is the one that the person saw.

    Raises:
        NotFound: the title is gone.
        StaleRecord: somebody else has saved it since.
    """
    bib: Bib | None = Bib.objects.select_for_update(of=("self",)).filter(pk=bib_id).first()
    if bib is None:
        raise NotFound(_("There is no title %(number)s in the catalogue.") % {"number": bib_id})
    if bib.version != version:
        raise StaleRecord(_("Somebody else has saved this title meanwhile. Open it again and repeat your change."))
    return bib

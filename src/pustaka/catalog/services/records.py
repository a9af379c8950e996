"""Titles made and changed by hand; `write_record` is the one way in which a record becomes a title's."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import derive
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import Bib, BibKey, BibRecord, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import items
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
    for copy in copies:
        items.put(bib=bib, copy=copy, at=at)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return bib


@transaction.atomic
def change(*, bib_id: int, record: marc.Record, version: int, at: datetime, by: Actor) -> Bib:
    """Put another record in the place of the title's; `version` is the one that the editor saw.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title is gone.
        StaleRecord: somebody else has saved it since.
        Invalid: the record is no bibliographic one or has no title.
    """
    by.require(Permission.EDIT)
    _check(record)
    bib = _locked(bib_id, version)
    bib.version += 1
    write_record(bib=bib, record=record, at=at)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return bib


@transaction.atomic
def remove(*, bib_id: int, version: int, at: datetime, by: Actor) -> None:
    """Take a title out of the catalogue that has no copies.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone already.
        StaleRecord: somebody else has saved it since.
        Invalid: it has copies.
    """
    by.require(Permission.EDIT)
    bib = _locked(bib_id, version)
    if Item.with_hidden.filter(bib=bib).exists():
        raise Invalid(_("The title has copies. Remove or move these first."))
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


def _check(record: marc.Record) -> None:
    if record.kind not in {"bibliographic", "unknown"}:
        raise Invalid(_("This is no record of a title: its leader says another kind."))
    title = record.get("245")
    if title is None or not title.get("a").strip():
        raise Invalid(_("The record has no title. Fill in field 245, subfield a."))


def _locked(bib_id: int, version: int) -> Bib:
    bib: Bib | None = Bib.objects.select_for_update(of=("self",)).filter(pk=bib_id).first()
    if bib is None:
        raise NotFound(_("There is no title %(number)s in the catalogue.") % {"number": bib_id})
    if bib.version != version:
        raise StaleRecord(_("Somebody else has saved this title meanwhile. Open it again and repeat your change."))
    return bib

"""Digitized copies: files that the library keeps, with the right by which they are read, and addresses elsewhere.

An address elsewhere is part of the title's record (MARC 856 with second indicator 1, "version of resource"), so it is
written like any change of a record and its history is kept. A file hangs on the title, and perhaps on one copy.
"""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import care, queries, rules
from pustaka.catalog.crosswalk import is_version, is_web_address
from pustaka.catalog.models import Bib, DigitalCopy, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import records
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.media import queries as media_queries
from pustaka.media import services as media
from pustaka.media.models import File
from pustaka.standards.marc import Field

VERSION_ELSEWHERE = "41"  # HTTP, and a version of what the record describes
MOST_FILES = 100
LONGEST_ADDRESS = 2000


@transaction.atomic
def add(
    *,
    bib_id: int,
    file: BinaryIO,
    rights: DigitalCopy.Rights,
    statement: str = "",
    part: str = "",
    item_id: int | None = None,
    at: datetime,
    by: Actor,
) -> DigitalCopy:
    """Keep a PDF as the digitized copy of a title, or of one volume of it.

    Args:
        statement: who has permitted it, or why it is free, as readers are told.
        part: which part of the title it shows; "" for all of it.
        item_id: the copy that it was made from.

    Raises:
        NotPermitted: `by` may not add digitized copies.
        NotFound: there is no such title, or no such copy of it.
        Invalid: it is no PDF that can be kept, it is here already, or the permission isn't told.
    """
    by.require(Permission.ADD_DIGITAL_COPIES)
    bib = _locked_title(bib_id)
    told = _statement(rights, statement)
    if item_id is not None and not Item.objects.filter(pk=item_id, bib=bib).exists():
        raise NotFound(_("There is no such copy of this title."))
    here = DigitalCopy.objects.filter(bib=bib)
    if here.count() >= MOST_FILES:
        raise Invalid(_("A title has at most %(most)s files.") % {"most": MOST_FILES})
    kept, pages = media.take_in_document(file=file, at=at)
    if here.filter(file=kept).exists():
        raise Invalid(_("This very file is here already."))
    return DigitalCopy.objects.create(
        bib=bib,
        item_id=item_id,
        file=kept,
        part=rules.one_line(part)[:120],
        pages=pages,
        rights=rights,
        statement=told,
        added_at=at,
        added_by=by.name[:200],
    )


@transaction.atomic
def change_rights(
    *, copy_id: int, rights: DigitalCopy.Rights, statement: str, part: str = "", by: Actor
) -> DigitalCopy:
    """Say anew by which right a file may be read.

    Raises:
        NotPermitted: `by` may not add digitized copies.
        NotFound: there is no such file.
        Invalid: the permission isn't told.
    """
    by.require(Permission.ADD_DIGITAL_COPIES)
    found = _locked(copy_id)
    found.statement = _statement(rights, statement)
    found.rights, found.part = rights, rules.one_line(part)[:120]
    found.save(update_fields=["rights", "statement", "part"])
    return found


@transaction.atomic
def remove(*, copy_id: int, by: Actor) -> int:
    """Keep that file no more, and say whose it was; its bytes go at night, where nothing else needs them.

    Raises:
        NotPermitted: `by` may not add digitized copies.
        NotFound: it is gone already.
    """
    by.require(Permission.ADD_DIGITAL_COPIES)
    found = _locked(copy_id)
    bib_id = found.bib_id
    found.delete()
    return bib_id


def opened(*, copy_id: int, by: Actor) -> tuple[DigitalCopy, File, Path]:
    """The file, and where its bytes lie, for whoever may read it.

    Raises:
        NotFound: there is none, it isn't open to this person, or its bytes are lost.
    """
    found = care.digital_copy(copy_id, by=by)
    file, path = media_queries.kept(found.file.digest)
    return found, file, path


def link(
    *, bib_id: int, version: int, url: str, part: str = "", words: str = "", note: str = "", at: datetime, by: Actor
) -> Bib:
    """Write the address of a digitized copy elsewhere into the record.

    Args:
        part: which part of the title it shows ($3).
        words: what the link is called ($y).
        note: what readers should know ($z).

    Raises:
        NotPermitted: `by` may not add digitized copies, or not edit the catalogue.
        NotFound: the title is gone.
        StaleRecord: somebody else has saved it since.
        Invalid: it is no address of a page, or stands in the record already.
    """
    by.require(Permission.ADD_DIGITAL_COPIES)
    address = url.strip()
    if not is_web_address(address) or len(address) > LONGEST_ADDRESS:
        raise Invalid(_("This is no address of a page: it begins with https:// and has no blanks."))
    record = queries.record_of(queries.bib(bib_id))
    if any(address in one.all("u") for one in record.all("856")):
        raise Invalid(_("This address stands in the record already."))
    told = [("3", rules.one_line(part)), ("u", address), ("y", rules.one_line(words)), ("z", rules.one_line(note))]
    field = Field("856", indicators=VERSION_ELSEWHERE, subfields=[(code, text) for code, text in told if text])
    place = next((number for number, one in enumerate(record.fields) if one.tag > "856"), len(record.fields))
    record.fields.insert(place, field)
    reason = _("Digitized copy linked")
    return records.change(bib_id=bib_id, record=record, version=version, reason=reason, at=at, by=by)


def unlink(*, bib_id: int, version: int, url: str, at: datetime, by: Actor) -> Bib:
    """Take the address of a digitized copy out of the record.

    Raises:
        NotPermitted: `by` may not add digitized copies, or not edit the catalogue.
        NotFound: the title is gone, or the address isn't in its record.
        StaleRecord: somebody else has saved it since.
    """
    by.require(Permission.ADD_DIGITAL_COPIES)
    record = queries.record_of(queries.bib(bib_id))
    kept = [one for one in record.fields if not (is_version(one) and url in one.all("u"))]
    if len(kept) == len(record.fields):
        raise NotFound(_("This address isn't in the record any more."))
    record.fields = kept
    reason = _("Link to a digitized copy taken out")
    return records.change(bib_id=bib_id, record=record, version=version, reason=reason, at=at, by=by)


def _statement(rights: DigitalCopy.Rights, statement: str) -> str:
    if rights not in DigitalCopy.Rights:
        raise Invalid(_("Say by which right it may be read."))
    told = rules.one_line(statement)[:300]
    if rights == DigitalCopy.Rights.PERMITTED and not told:
        raise Invalid(_("Say who has permitted it and when, or that it is the university's own work."))
    return told


def _locked(copy_id: int) -> DigitalCopy:
    found = DigitalCopy.objects.select_for_update(of=("self",)).select_related("file").filter(pk=copy_id).first()
    if found is None:
        raise NotFound(_("There is no such digitized copy any more."))
    return found


def _locked_title(bib_id: int) -> Bib:
    bib: Bib | None = Bib.objects.select_for_update(of=("self",)).filter(pk=bib_id).first()
    if bib is None:
        raise NotFound(_("There is no title %(number)s in the catalogue.") % {"number": bib_id})
    return bib

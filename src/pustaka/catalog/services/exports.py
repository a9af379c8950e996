"""Titles as files: MARC 21 in three forms, what reference managers and other catalogues read, and a table for people.

Streams; memory doesn't grow with the catalogue.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from lxml import etree

from pustaka.catalog import crosswalk, rules, slims_rows
from pustaka.catalog.models import Bib, BibRecord, Item
from pustaka.catalog.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.standards import dublincore, marc, mods, slims
from pustaka.standards.citation import Item as CitedItem
from pustaka.standards.citation import bibtex, endnote, ris
from pustaka.standards.marc.write import NAMESPACE

SUBJECTS = ("600", "610", "611", "630", "650", "651", "653")
PAGE = 200  # titles read at once


class Format(StrEnum):
    """How titles are written.

    `ORIGINAL` gives back, byte for byte, what an import brought; titles made here, changed since, or brought in
    another format are written anew in ISO 2709. The two tables of SLiMS have its own columns, for another program to
    read: their cells are as they are, whatever a spreadsheet would make of them.
    """

    MARC = "marc"
    MARCXML = "marcxml"
    JSON = "json"
    CSV = "csv"
    ORIGINAL = "marc-original"
    RIS = "ris"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"
    ENDNOTE = "endnote"
    DUBLIN_CORE = "dublin-core"
    MODS = "mods"
    SLIMS_TITLES = "slims-biblio"
    SLIMS_COPIES = "slims-item"


CONTENT_TYPES = {
    Format.MARC: "application/marc",
    Format.MARCXML: "application/marcxml+xml",
    Format.JSON: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.ORIGINAL: "application/marc",
    Format.RIS: ris.CONTENT_TYPE,
    Format.BIBTEX: bibtex.CONTENT_TYPE,
    Format.CSL_JSON: "application/vnd.citationstyles.csl+json",
    Format.ENDNOTE: endnote.CONTENT_TYPE,
    Format.DUBLIN_CORE: dublincore.CONTENT_TYPE,
    Format.MODS: mods.CONTENT_TYPE,
    Format.SLIMS_TITLES: "text/csv; charset=utf-8",
    Format.SLIMS_COPIES: "text/csv; charset=utf-8",
}
EXTENSIONS = {
    Format.MARC: "mrc",
    Format.MARCXML: "xml",
    Format.JSON: "json",
    Format.CSV: "csv",
    Format.ORIGINAL: "mrc",
    Format.RIS: "ris",
    Format.BIBTEX: "bib",
    Format.CSL_JSON: "csl.json",
    Format.ENDNOTE: "enw",
    Format.DUBLIN_CORE: "dc.xml",
    Format.MODS: "mods.xml",
    Format.SLIMS_TITLES: "biblio.csv",
    Format.SLIMS_COPIES: "item.csv",
}
# For those who may take the whole catalogue out: copies of SLiMS say what was paid, and to whom.
FOR_OFFICE = frozenset({Format.ORIGINAL, Format.SLIMS_TITLES, Format.SLIMS_COPIES})


def require_all(*, by: Actor) -> None:
    """Whether `by` may take the whole catalogue out; single records and results of a search are free.

    Raises:
        NotPermitted: they may not.
    """
    by.require(Permission.EXPORT)


def write(
    *,
    bibs: Iterable[int] | QuerySet[Bib],
    format: Format,  # noqa: A002
    with_items: bool = False,
) -> Iterator[bytes]:
    """The file, piece by piece.

    Args:
        bibs: ids in the order of the file, or a query; hidden titles and those that are gone are left out.
        with_items: add a field 952 for each copy, as Koha does. MARC and its kin only; CSV counts copies always.

    A record that is too long for ISO 2709 loses nothing in MARCXML and JSON; in MARC it is written with the lengths
    that fit into the directory left at zero, as large catalogues do.
    """
    if format == Format.CSV:
        yield from _csv(bibs)
        return
    if format in _CITED:
        yield from _cited(bibs, format)
        return
    if format in {Format.SLIMS_TITLES, Format.SLIMS_COPIES}:
        yield from _slims(bibs, format)
        return
    write_one, head, tail = _WRITERS[format]
    yield head
    for page in _pages(bibs):
        items = _items(page) if with_items else {}
        pieces = []
        for row in page:
            if format == Format.ORIGINAL and not with_items and row.original and row.original_format == "iso2709":
                pieces.append(bytes(row.original))
                continue
            record = marc.load(bytes(row.marc))
            record.fields += [_copy_field(item) for item in items.get(row.bib_id, ())]
            pieces.append(write_one(record))
        yield b"".join(pieces)
    yield tail


def _iso2709(record: marc.Record) -> bytes:
    try:
        return marc.to_iso2709(record)
    except marc.RecordTooLong:
        return _too_long(record)


def _too_long(record: marc.Record) -> bytes:
    """ISO 2709 with 99999 and 9999 where lengths don't fit; readers that go by the terminators, as ours, read it."""
    bodies = [field.body.encode("utf-8", "surrogatepass") + b"\x1e" for field in record.fields]
    entries, start = [], 0
    for field, body in zip(record.fields, bodies, strict=True):
        entries.append(f"{field.tag}{min(len(body), 9999):04}{min(start, 99999):05}")
        start += len(body)
    directory = "".join(entries).encode()
    base = 25 + len(directory)
    leader = f"99999{record.leader[5:9]}a22{min(base, 99999):05}{record.leader[17:20]}4500"
    return b"".join([leader.encode("ascii"), directory, b"\x1e", *bodies, b"\x1d"])


def _xml(record: marc.Record) -> bytes:
    return marc.to_marcxml(record, namespace=False).encode("utf-8", "replace") + b"\n"


def _json(record: marc.Record) -> bytes:
    return marc.to_marcjson(record).encode("utf-8", "replace") + b"\n"


_WRITERS: dict[Format, tuple[Callable[[marc.Record], bytes], bytes, bytes]] = {
    Format.MARC: (_iso2709, b"", b""),
    Format.ORIGINAL: (_iso2709, b"", b""),
    Format.MARCXML: (
        _xml,
        f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'.encode(),
        b"</collection>\n",
    ),
    Format.JSON: (_json, b"", b""),
    Format.DUBLIN_CORE: (
        lambda record: etree.tostring(dublincore.to_oai_dc(record), encoding="UTF-8") + b"\n",
        b'<?xml version="1.0" encoding="UTF-8"?>\n<records>\n',
        b"</records>\n",
    ),
    Format.MODS: (
        lambda record: etree.tostring(mods.to_mods(record), encoding="UTF-8") + b"\n",
        f'<?xml version="1.0" encoding="UTF-8"?>\n<modsCollection xmlns="{mods.MODS}">\n'.encode(),
        b"</modsCollection>\n",
    ),
}


def _csl(item: CitedItem) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode("utf-8", "replace")


# How an item of CSL-JSON is written, and what stands before, between and after the items.
_CITED: dict[Format, tuple[Callable[[CitedItem], bytes], bytes, bytes, bytes]] = {
    Format.RIS: (ris.to_ris, b"", b"", b""),
    Format.BIBTEX: (bibtex.to_bibtex, b"", b"", b""),
    Format.ENDNOTE: (endnote.to_endnote, b"", b"", b""),
    Format.CSL_JSON: (_csl, b"[\n", b",\n", b"\n]\n"),
}


def _cited(bibs: Iterable[int] | QuerySet[Bib], form: Format) -> Iterator[bytes]:
    write_one, head, between, tail = _CITED[form]
    yield head
    is_first = True
    for page in _pages(bibs):
        pieces = [write_one(crosswalk.item(marc.load(bytes(row.marc)), key=str(row.bib_id))) for row in page]
        yield (b"" if is_first or not pieces else between) + between.join(pieces)
        is_first = is_first and not pieces
    yield tail


def _copy_field(item: Item) -> marc.Field:
    """A copy as field 952, in the way of Koha, so that importing the file brings it back."""
    state = {
        Item.Status.WITHDRAWN: "0",
        Item.Status.LOST: "1",
        Item.Status.MISSING: "1",
        Item.Status.REPAIR: "4",
        Item.Status.REFERENCE: "7",
    }.get(Item.Status(item.status))
    values = [
        *([(state, "1")] if state else []),
        ("a", item.branch.code),
        ("b", item.branch.code),
        ("c", item.location.code if item.location else ""),
        ("d", item.received_on.isoformat() if item.received_on else ""),
        ("e", "" if item.source == Item.Source.UNKNOWN else item.source),
        ("g", str(item.price_idr or "")),
        ("h", item.volume),
        ("i", item.inventory_number),
        ("o", item.call_number),
        ("p", item.barcode),
        ("t", str(item.copy_number or "")),
        ("y", item.item_type.code if item.item_type else ""),
        ("z", item.note),
    ]
    return marc.Field("952", subfields=[(code, value) for code, value in values if value])


def _csv(bibs: Iterable[int] | QuerySet[Bib]) -> Iterator[bytes]:
    header = [
        *(
            _("title"),
            _("author"),
            _("statement of responsibility"),
            _("edition"),
            _("place"),
            _("publisher"),
            _("year"),
        ),
        *(_("form"), _("language"), _("extent"), _("series"), "ISBN", "ISSN", _("classification"), _("call number")),
        *(_("subjects"), _("copies"), _("barcodes"), _("control number"), _("record")),
    ]
    # Excel takes a file for UTF-8 only with this mark.
    yield "\ufeff".encode() + _line(header)
    for page in _pages(bibs):
        items = _items(page)
        yield b"".join(_line(_cells(row, items.get(row.bib_id, []))) for row in page)


def _cells(row: BibRecord, items: Sequence[Item]) -> list[str]:
    bib = row.bib
    record = marc.load(bytes(row.marc))
    subjects = [
        " -- ".join(field.all("abcdtvxyz")) for field in record.all("600", "610", "611", "630", "650", "651", "653")
    ]
    return [
        *(bib.title, bib.author, bib.statement, bib.edition, bib.place, bib.publisher, str(bib.year or "")),
        *(bib.get_form_display(), bib.language, bib.extent, bib.series, bib.isbn, bib.issn, bib.classification),
        *(bib.call_number, "; ".join(subjects), str(len(items)), " ".join(item.barcode for item in items)),
        *(bib.control_number, str(bib.pk)),
    ]


def _slims(bibs: Iterable[int] | QuerySet[Bib], form: Format) -> Iterator[bytes]:
    yield _quoted([slims.BIBLIO if form == Format.SLIMS_TITLES else slims.ITEM])
    for page in _pages(bibs):
        items = _items(page)
        rows: list[Sequence[str]] = []
        for row in page:
            copies = items.get(row.bib_id, [])
            if form == Format.SLIMS_TITLES:
                record, barcodes = marc.load(bytes(row.marc)), [item.barcode for item in copies]
                rows.append(slims_rows.title_row(record, call_number=row.bib.call_number, barcodes=barcodes))
            else:
                rows += [slims_rows.copy_row(_values(item), title=row.bib.title) for item in copies]
        yield _quoted(rows)


def _values(item: Item) -> dict[str, Any]:
    """The columns of a copy, its places by their names."""
    return vars(item) | {
        "branch": item.branch.name,
        "location": item.location.name if item.location else "",
        "item_type": item.item_type.name if item.item_type else "",
    }


def _quoted(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([rules.no_formula(cell) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")


def _pages(bibs: Iterable[int] | QuerySet[Bib]) -> Iterator[list[BibRecord]]:
    """Records with their titles, a page at a time, in the order asked for."""
    ids = iter(bibs.values_list("pk", flat=True).iterator(2000) if isinstance(bibs, QuerySet) else bibs)
    while page := list(islice(ids, PAGE)):
        visible = Bib.objects.filter(pk__in=page)
        found = {row.bib_id: row for row in BibRecord.objects.filter(bib__in=visible).select_related("bib")}
        yield [found[bib_id] for bib_id in page if bib_id in found]


def _items(page: Sequence[BibRecord]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    items = Item.objects.filter(bib__in=[row.bib_id for row in page]).select_related("branch", "location", "item_type")
    for item in items.order_by("pk"):
        found.setdefault(item.bib_id, []).append(item)
    return found

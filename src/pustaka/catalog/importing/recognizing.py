"""What a file is, before it is read: MARC, a table whose columns are known, or one that a person must explain."""

import codecs
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from pustaka.catalog import tables
from pustaka.catalog.importing import reading, remarks
from pustaka.catalog.models import ColumnMap
from pustaka.catalog.tables import Column, Look, Recipe, Target
from pustaka.foundation.errors import Invalid
from pustaka.standards import marc, sheets
from pustaka.standards.marc.stream import Source
from pustaka.standards.sheets import Layout, NotTable

TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})  # what promises a table
MOST_SHEETS = 20  # of a workbook that are looked at for one whose columns are known


class Recognized(NamedTuple):
    """The format of a file; of a table the recipe, or none where nobody has said yet what its columns mean."""

    format: str
    recipe: Recipe | None = None
    remembered: ColumnMap | None = None


def recognize(path: Path, *, name: str, column_map: ColumnMap | None = None) -> Recognized:
    """What the file is; with `column_map` its columns mean what that says.

    Raises:
        Invalid: neither MARC nor a table, or one that doesn't fit the map; the text says what it seems to be.
    """
    try:
        return Recognized(reading.format_of(path))
    except marc.StreamDamaged as damage:
        raise Invalid(remarks.in_words_of(str(damage))) from damage
    except marc.NotMarc as refusal:
        no_marc = refusal
    try:
        if _may_be_table(path):
            return _table(path, name, column_map)
        raise no_marc
    except (NotTable, marc.NotMarc, marc.StreamDamaged) as refusal:
        is_named = Path(name).suffix.lower() in TABLES
        raise Invalid(remarks.in_words_of(str(refusal if is_named else no_marc))) from refusal


def _may_be_table(path: Path) -> bool:
    """Whether the beginning is that of a workbook or of text; XML and JSON that is no MARC is refused as such."""
    with path.open("rb") as file:
        head = Source(file).peek(64)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return bool(text) and text[:1] not in {b"<", b"{"} and not text.startswith((b"%PDF-", b"BZh", b"\xfd7zXZ"))


def _table(path: Path, name: str, column_map: ColumnMap | None) -> Recognized:
    layout = sheets.sniff(path, name=name)
    for seen in _looks(path, layout):
        if column_map is not None:
            return Recognized(layout.form, fitted(column_map, seen), column_map)
        print_ = tables.fingerprint(seen.header)
        known = ColumnMap.objects.filter(fingerprint=print_).first() if print_ else None
        if known is not None:
            return Recognized(layout.form, fitted(known, seen), known)
        if seen.export == "member":
            raise Invalid(
                _(
                    "This is the list of members of SLiMS. Members can’t be brought in yet: keep the file until they"
                    " can."
                )
            )
        if seen.export is not None:
            return Recognized(layout.form, tables.recipe_for_slims(seen))
    return Recognized(layout.form)


def _looks(path: Path, layout: Layout) -> list[Look]:
    if layout.form != "xlsx":
        return [tables.look_at(path, layout=layout)]
    names = sheets.sheet_names(path)[:MOST_SHEETS]
    return [tables.look_at(path, layout=replace(layout, sheet=name)) for name in names]


def fitted(column_map: ColumnMap, seen: Look) -> Recipe:
    """The remembered recipe for a table in its own layout; columns that stand in another order are found by name.

    Raises:
        Invalid: the table lacks columns that the map needs.
    """
    known = Recipe.from_json(column_map.recipe)
    columns = known.columns
    if known.header_row:
        targets = {column.name.casefold(): column.target for column in columns}
        names = {name.casefold() for name in seen.header}
        missing = [
            column.name
            for column in columns
            if column.name
            and column.target not in {Target.NOWHERE, Target.LOCAL, Target.COPY_LOCAL}
            and column.name.casefold() not in names
        ]
        if missing:
            raise Invalid(
                _("The file has no column %(names)s, which “%(map)s” needs.")
                % {"names": ", ".join(f"“{name}”" for name in missing), "map": column_map.name}
            )
        columns = tuple([Column(name, targets.get(name.casefold(), Target.LOCAL)) for name in seen.header])
    return replace(known, layout=seen.layout, columns=columns, header_row=seen.header_row if known.header_row else 0)

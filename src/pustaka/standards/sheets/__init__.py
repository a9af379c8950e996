"""Tables as people keep them: CSV in any dialect, and Excel workbooks, as rows of text.

Sources: RFC 4180 (Common Format and MIME Type for CSV Files), and what spreadsheet programs and PHP write instead of
it; ECMA-376 Part 1 (SpreadsheetML) through openpyxl. What is supported and what is not: `docs/standards/slims.md`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pustaka.standards.marc.mend import StreamDamaged
from pustaka.standards.marc.stream import Source
from pustaka.standards.sheets import delimited, workbook
from pustaka.standards.sheets.layout import MOST_COLUMNS, Cells, Layout, NotTable, Row

__all__ = ["MOST_COLUMNS", "Cells", "Layout", "NotTable", "Row", "cells", "first_rows", "rows", "sheet_names", "sniff"]

HEAD_BYTES = 1 << 18


def sniff(path: Path, *, name: str = "") -> Layout:
    """How the table in a file is written down; of a workbook the first sheet. `name` is the one its owner gave it.

    Raises:
        NotTable: it is none; the message says what it seems to be and what to do.
        StreamDamaged: compressed, and broken from the first byte on.
    """
    is_named = Path(name or path.name).suffix.lower() in {".csv", ".tsv"}
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        if workbook.is_one(head):
            return Layout(form="xlsx", sheet=workbook.names(file)[0])
        source = Source(file)
        return delimited.sniff(source.peek(HEAD_BYTES), has_name=is_named)


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook; none of any other file.

    Raises:
        NotTable: the workbook can't be read.
    """
    with path.open("rb") as file:
        return workbook.names(file) if workbook.is_one(file.peek(8)[:8]) else []


def rows(file: BinaryIO, *, layout: Layout, after: int = 0) -> Iterator[Row]:
    """Row number and bytes of every row behind row `after` that isn't empty; a text says why a row can't be read.

    Rows are counted as a spreadsheet program shows them, from 1. Memory is bounded by one row, and for a workbook by
    its table of shared texts.
    """
    try:
        if layout.form == "xlsx":
            yield from workbook.rows(file, layout=layout, after=after)
        else:
            yield from delimited.rows(file, layout=layout, after=after)
    except StreamDamaged as damage:
        yield Row(0, str(damage))


def cells(data: bytes, *, layout: Layout) -> Cells:
    """The cells of one row as `rows` gave it, and what must be said of the reading."""
    return workbook.cells(data, layout=layout) if layout.form == "xlsx" else delimited.cells(data, layout=layout)


def first_rows(path: Path, *, layout: Layout, most: int) -> list[tuple[int, list[str]]]:
    """The first rows that hold something, with their numbers."""
    found: list[tuple[int, list[str]]] = []
    with path.open("rb") as file:
        for row in rows(file, layout=layout):
            if isinstance(row.data, bytes):
                found.append((row.number, cells(row.data, layout=layout).values))
            if len(found) == most:
                break
    return found

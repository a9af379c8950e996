"""Excel workbooks (.xlsx), read row by row.

Source: ECMA-376 Part 1, SpreadsheetML; openpyxl reads it. A workbook is a packed archive of XML that a stranger sends,
so what it would unpack to is bounded before anything is read, and a document type is refused.
"""

import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, BinaryIO

import openpyxl

from pustaka.standards.sheets.layout import MOST_COLUMNS, Cells, Layout, NotTable, Row

MOST_PARTS = 2_000
MOST_PART_BYTES = 256 << 20  # of what is held as a whole: the shared texts above all
MOST_SHEET_BYTES = 4 << 30  # sheets are streamed
MOST_RATIO = 300  # a sheet of equal rows shrinks to a hundredth
RATIO_FREE = 16 << 20
# What openpyxl raises for archives and XML that aren't as they should be.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError),
    *(EOFError, NotImplementedError, OSError, RuntimeError),
)


def is_one(head: bytes) -> bool:
    """Whether the file may be a workbook: a zip archive."""
    return head.startswith(b"PK\x03\x04")


def names(file: BinaryIO) -> list[str]:
    """The names of the sheets.

    Raises:
        NotTable: another kind of archive, damaged, or one that would unpack to too much.
    """
    with _opened(file) as book:
        found = [sheet.title for sheet in book.worksheets]
    if not found:
        raise NotTable("The workbook has no sheet with a table.")
    return found


@contextmanager
def _opened(file: BinaryIO) -> Iterator[Any]:
    _check(file)
    try:
        with _quiet():
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _DAMAGE as error:
        raise NotTable(f"The workbook can't be read ({type(error).__name__}). Save it anew as .xlsx or CSV.") from error
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without openpyxl's warnings about styles and extensions, which say nothing of the cells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _check(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if not any(part.filename.lower().endswith("workbook.xml") for part in parts):
                raise NotTable("This is an archive or a document of another program. Save the table as .xlsx or CSV.")
            if len(parts) > MOST_PARTS:
                raise NotTable("The workbook has more parts than any list of books. Save the sheet as CSV.")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotTable("The workbook is damaged or cut off. Ask for it again, or save it as CSV.") from error
    finally:
        file.seek(0)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    is_sheet = "worksheets/" in part.filename
    if part.file_size > (MOST_SHEET_BYTES if is_sheet else MOST_PART_BYTES) or (
        part.file_size > RATIO_FREE and part.file_size > MOST_RATIO * max(part.compress_size, 1)
    ):
        raise NotTable("The workbook unpacks to more than any list of books. Save the sheet as CSV.")
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as stream:
            if b"<!DOCTYPE" in stream.read(1 << 12).upper():
                raise NotTable("The workbook holds a document type, which Excel never writes. Save the sheet as CSV.")


def rows(file: BinaryIO, *, layout: Layout, after: int = 0) -> Iterator[Row]:
    """Row number and cells (JSON) of every row of the sheet behind `after` that isn't empty."""
    with _opened(file) as book, _quiet():
        if layout.sheet not in book.sheetnames:
            yield Row(0, f"The workbook has no sheet “{layout.sheet}”.")
            return
        sheet = book[layout.sheet]
        sheet.reset_dimensions()
        number = after
        try:
            for number, values in enumerate(
                sheet.iter_rows(min_row=after + 1, max_col=MOST_COLUMNS, values_only=True), after + 1
            ):
                texts = [_text(value) for value in values]
                while texts and not texts[-1]:
                    texts.pop()
                if texts:
                    yield Row(number, json.dumps(texts, ensure_ascii=False).encode("utf-8", "replace"))
        except _DAMAGE as error:
            yield Row(number + 1, f"The sheet is damaged from here on ({type(error).__name__}). Save it as CSV.")


def _text(value: object) -> str:
    """A cell as text: whole numbers without a point, dates as year-month-day."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_\n", "\n").replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def cells(data: bytes, *, layout: Layout) -> Cells:
    """The cells of a row."""
    values: list[str] = json.loads(data)
    return Cells(values, [])

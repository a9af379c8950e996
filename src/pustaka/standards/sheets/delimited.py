"""CSV as it is found: any delimiter, quotation marks doubled or escaped, four encodings, three ends of line.

Source: RFC 4180. Beyond it: Excel's "sep=;", semicolons where the comma is the decimal sign, tabs, UTF-16 from "Unicode
text", Windows-1252 from older programs, and PHP programs that put a backslash before a quotation mark.
"""

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from pustaka.standards.marc.stream import Source
from pustaka.standards.sheets.layout import MOST_COLUMNS, MOST_ROW_BYTES, Cells, Layout, NotTable, Row

BLOCK = 1 << 18
MOST_LINES = 500  # of one row; a quotation mark that is open for longer was never meant to be one
SAMPLE = 30  # rows that are looked at for the dialect
_DELIMITERS = ",;\t|^~"
_LEAST_ALIKE = 0.5  # share of the first rows that must have the same number of cells
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_ESCAPED = re.compile(r'\\(["\'\\])')
_KNOWN_BY = (
    (b"%PDF-", "This is a PDF. Copy its table into a spreadsheet and save that as CSV."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel file (.xls), or one with a password. Save it as .xlsx or CSV."),
    (b"PK\x03\x04", "This is an archive or a document of another program. Save the table as .xlsx or CSV."),
)


# --- What kind of table it is ----------------------------------------------------------------------------------------


def sniff(head: bytes, *, has_name: bool) -> Layout:
    """The layout of a file by its (decompressed) beginning; `has_name` where its name promises a table.

    Raises:
        NotTable: no table; the message says what it seems to be.
    """
    for magic, meaning in _KNOWN_BY:
        if head.startswith(magic):
            raise NotTable(meaning)
    layout = Layout(encoding=_encoding(head))
    if layout.encoding.startswith("utf-16"):
        head = head.decode(layout.encoding, "ignore").encode()
    elif _BINARY.search(head):
        raise NotTable("This is no table: it holds bytes that are no text.")
    head = head.removeprefix(codecs.BOM_UTF8)
    if not head.strip():
        raise NotTable("The file is empty.")
    if b"\n" not in head and b"\r" in head:
        layout = replace(layout, newline="\r")
    first = head.partition(layout.newline.encode())[0].strip().decode("utf-8", "replace")
    if found := re.fullmatch(r'"?sep=(.)"?', first, re.IGNORECASE):
        return _with_escapes(replace(layout, delimiter=found[1], skips=1), head)
    return _with_escapes(_with_delimiter(layout, head, has_name=has_name), head)


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if (half := len(head) // 2) and head.count(b"\0") > half // 2:
        return "utf-16-le" if head[1::2].count(b"\0") > head[::2].count(b"\0") else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _with_delimiter(layout: Layout, head: bytes, *, has_name: bool) -> Layout:
    """The dialect in which most rows have the same number of cells, and the most of them."""
    best, best_score = layout, (0.0, 0)
    for delimiter in _DELIMITERS:
        tried = replace(layout, delimiter=delimiter, quote=_quote(head, delimiter))
        widths = Counter(len(cells(row, layout=tried).values) for row in _sample(tried, head))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        alike = count / widths.total()
        if width > 1 and alike >= _LEAST_ALIKE and (round(alike, 1), width) > best_score:
            best, best_score = tried, (round(alike, 1), width)
    if best_score[1] < 2 and not (has_name and not any(mark in head for mark in (b";", b"\t", b","))):
        raise NotTable(
            "This is text, but no table: no comma, semicolon or tab parts the same number of columns in every row."
        )
    return best


def _quote(head: bytes, delimiter: str) -> str:
    """The mark in which more cells stand; a title may begin with the other one."""
    counts = {}
    for quote in "\"'":
        cell = rf"(?:^|[\r\n]|{re.escape(delimiter)}){quote}[^{quote}\r\n]*{quote}(?={re.escape(delimiter)}|[\r\n]|$)"
        counts[quote] = len(re.findall(cell.encode(), head[: 1 << 16]))
    return "'" if counts["'"] > counts['"'] else '"'


def _sample(layout: Layout, head: bytes) -> list[bytes]:
    found: list[bytes] = []
    for record in _records(iter(head.split(layout.newline.encode())), layout):
        if isinstance(record, bytes) and record.strip():
            found.append(record)
        if len(found) > SAMPLE:
            break
    return found[:-1] or found  # the last one may be cut


def _with_escapes(layout: Layout, head: bytes) -> Layout:
    """Whether a backslash before a quotation mark belongs to the mark: it isn't followed by the end of a cell."""
    mark = re.escape(layout.quote)
    escaped = re.compile(rf"\\{mark}(?!\s*(?:{re.escape(layout.delimiter)}|[\r\n]|$))".encode())
    return replace(layout, has_escapes=bool(escaped.search(head)))


# --- Rows ------------------------------------------------------------------------------------------------------------


def rows(file: BinaryIO, *, layout: Layout, after: int = 0) -> Iterator[Row]:
    """Row number and bytes of every row behind `after` that isn't empty.

    Raises:
        StreamDamaged: the compressed file ends before its time; what came before was given.
    """
    source = Source(file)
    if layout.encoding.startswith("utf-16"):
        source.recode(layout.encoding)
    blank = b" \r\t" + (layout.delimiter + layout.quote).encode()
    for number, record in enumerate(_records(_lines(source, layout.newline.encode()), layout), 1):
        if number <= after:
            continue
        if isinstance(record, str) or record.strip(blank):
            yield Row(number, record)
    if source.damage is not None:
        raise source.damage


def _lines(source: Source, end: bytes) -> Iterator[bytes]:
    rest, is_too_long, is_first = b"", False, True
    while block := source.read(BLOCK):
        if is_first:
            block, is_first = block.removeprefix(codecs.BOM_UTF8), False
        *lines, rest = (rest + block).split(end)
        if is_too_long and lines:
            lines, is_too_long = lines[1:], False  # the rest of a row that was given up
        yield from lines
        if len(rest) > MOST_ROW_BYTES:
            if not is_too_long:
                yield rest
            rest, is_too_long = b"", True
    if rest and not is_too_long:
        yield rest


def _records(lines: Iterator[bytes], layout: Layout) -> Iterator[bytes | str]:
    """Lines put together to rows where a cell in quotation marks goes on; a text where a row can't be read."""
    quote, delimiter = layout.quote.encode(), layout.delimiter.encode()
    again: deque[bytes] = deque()

    def following() -> Iterator[bytes]:
        while True:
            if again:
                yield again.popleft()
            elif (line := next(lines, None)) is not None:
                yield line
            else:
                return

    for line in following():
        if len(line) > MOST_ROW_BYTES:
            yield f"The row has more than {MOST_ROW_BYTES:,} bytes."
            continue
        if not quote or quote not in line or not _ends_open(line, False, quote, delimiter, layout.has_escapes):
            yield line
            continue
        pieces, size, is_open = [line], len(line), True
        for more in following():
            pieces.append(more)
            size += len(more)
            is_open = _ends_open(more, True, quote, delimiter, layout.has_escapes)
            if not is_open or len(pieces) > MOST_LINES or size > MOST_ROW_BYTES:
                break
        if is_open:  # what follows is taken for rows of its own, so that one mark can't swallow the file
            again.extendleft(reversed(pieces[1:]))
            yield "A quotation mark is opened in this row and never closed."
        else:
            yield b"\n".join(pieces)


def _ends_open(line: bytes, is_open: bool, quote: bytes, delimiter: bytes, has_escapes: bool) -> bool:
    """Whether a cell in quotation marks goes on behind this line, which begins inside one if `is_open`."""
    at = 0
    line = line.rstrip(b"\r")
    if not is_open:
        if line.startswith(quote):
            at, is_open = 1, True
        else:
            at = line.find(delimiter + quote) + 2
            if at < 2:
                return False
            is_open = True
    while True:
        at = line.find(quote, at)
        if at < 0:
            return is_open
        if has_escapes and (at - len(line[:at].rstrip(b"\\"))) % 2:
            at += 1
            continue
        behind = line[at + 1 : at + 2]
        if behind == quote:
            at += 2
        elif behind in {delimiter, b""}:
            at = line.find(delimiter + quote, at + 1) + 2
            if at < 2:
                return False
        else:  # a mark that somebody forgot to double
            at += 1


# --- Cells -----------------------------------------------------------------------------------------------------------


def cells(data: bytes, *, layout: Layout) -> Cells:
    """The cells of a row, with one kind of line break, and what must be said of the reading."""
    text, remarks = _text(data, layout)
    values = _parsed(text.rstrip("\r\n"), layout)
    if len(values) > MOST_COLUMNS:
        remarks.append(("row-too-wide", f"The row has more than {MOST_COLUMNS} cells: the others are left out."))
        del values[MOST_COLUMNS:]
    if "\r" in text:
        values = [value.replace("\r\n", "\n").replace("\r", "\n") for value in values]
    return Cells(values, remarks)


def _text(data: bytes, layout: Layout) -> tuple[str, list[tuple[str, str]]]:
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        pass
    text = data.decode("cp1252", "replace")
    if layout.encoding == "cp1252":
        return text, []
    return text, [("row-is-cp1252", "The row is in Windows-1252, the file in UTF-8.")]


def _parsed(text: str, layout: Layout) -> list[str]:
    quote = layout.quote
    if not quote or quote not in text:
        values = text.split(layout.delimiter)
    elif layout.has_escapes and f"\\{quote}" in text:
        values = list(_lenient(text, layout))
    else:
        try:
            reader = csv.reader([text], delimiter=layout.delimiter, quotechar=quote, strict=True)
            values = next(reader)
        except csv.Error:
            values = list(_lenient(text, layout))
    return (
        [_ESCAPED.sub(r"\1", value) if "\\" in value else value for value in values] if layout.has_escapes else values
    )


def _lenient(text: str, layout: Layout) -> Iterable[str]:
    """The cells of a row whose quotation marks aren't as they should be, by the same rule as the rows are cut."""
    quote, delimiter = layout.quote, layout.delimiter
    at = 0
    while True:
        if not text.startswith(quote, at):
            value, found, _ = text[at:].partition(delimiter)
            yield value
            at += len(value) + 1
        else:
            end = _closing(text, at + 1, layout)
            yield text[at + 1 : end].replace(quote + quote, quote)
            found = text[end + 1 : end + 2]
            at = end + 2
        if not found:
            return


def _closing(text: str, at: int, layout: Layout) -> int:
    """Where the cell that begins at `at` is closed; the end of the text where it isn't."""
    while True:
        at = text.find(layout.quote, at)
        if at < 0:
            return len(text)
        if layout.has_escapes and (at - len(text[:at].rstrip("\\"))) % 2:
            at += 1
        elif text.startswith(layout.quote, at + 1):
            at += 2
        elif text[at + 1 : at + 2] in {layout.delimiter, ""}:
            return at
        else:
            at += 1

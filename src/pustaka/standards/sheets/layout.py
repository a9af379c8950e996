"""How a table is written down, and what its rows are before anybody understands them."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

MOST_COLUMNS = 200  # of one row; whatever stands further right is no list of books
MOST_ROW_BYTES = 1 << 20


class NotTable(ValueError):
    """The file holds no table that can be read; the message says what it seems to be and what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table of a file is written down.

    form: csv for everything with a delimiter, or xlsx; then only `sheet` counts, its name.
    encoding: utf-8, utf-16-le, utf-16-be or cp1252. quote: one character, or "" where nothing is quoted.
    has_escapes: a quotation mark inside a cell has a backslash before it, instead of being doubled.
    newline: what ends a row. skips: rows before the table, such as the "sep=;" that Excel writes.
    """

    form: Literal["csv", "xlsx"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    has_escapes: bool = False
    newline: str = "\n"
    skips: int = 0
    sheet: str = ""


class Row(NamedTuple):
    """One row as it lies in the file; a text in `data` says why it can't be read, and 0 that the file ends there."""

    number: int
    data: bytes | str


class Cells(NamedTuple):
    """The texts of a row, and what must be said of it: pairs of a code and a sentence."""

    values: list[str]
    remarks: list[tuple[str, str]]

"""The CSV exports of SLiMS 9 (Bulian), the system that most Indonesian campuses come from.

Source: the published documentation and schema of SLiMS 9; `docs/standards/slims.md` says what of it is supported.
The header row is optional and the columns may stand in any order where it is there; several values of one cell stand
each in angle brackets; line breaks are written as backslash and n.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

Kind = Literal["biblio", "item", "member"]

BIBLIO = (
    "title", "gmd_name", "edition", "isbn_issn", "publisher_name", "publish_year", "collation", "series_title",
    "call_number", "language_name", "place_name", "classification", "notes", "image", "sor", "authors", "topics",
    "item_code",
)  # fmt: skip
ITEM = (
    "item_code", "call_number", "coll_type_name", "inventory_code", "received_date", "supplier_name", "order_no",
    "location_name", "order_date", "item_status_name", "site", "source", "invoice", "price", "price_currency",
    "invoice_date", "input_date", "last_update", "title",
)  # fmt: skip
MEMBER = (
    "member_id", "member_name", "gender", "member_type_name", "member_email", "member_address", "postal_code",
    "inst_name", "is_new", "member_image", "pin", "member_phone", "member_fax", "member_since_date", "register_date",
    "expire_date", "birth_date", "member_notes",
)  # fmt: skip
COLUMNS: dict[Kind, tuple[str, ...]] = {"biblio": BIBLIO, "item": ITEM, "member": MEMBER}
SECRETS = frozenset({"pin", "mpasswd", "password", "member_password"})  # never taken over

# What must be there, and how many of its kind's columns at least: other programs have a "title", too.
_SIGNS: dict[Kind, frozenset[str]] = {
    "biblio": frozenset({"title"}),
    "item": frozenset({"item_code"}),
    "member": frozenset({"member_id", "member_name"}),
}
_LEAST = {"biblio": 8, "item": 6, "member": 5}
_ANGLED = re.compile(r"<([^<>]*)>")
_BREAK = re.compile(r"\\r\\n|\\n|\\r")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: \d{2}:\d{2}(?::\d{2})?)?")


def kind_of_header(header: Sequence[str]) -> Kind | None:
    """Which export has such a header, in any order; `None` for another table."""
    names = {name.strip().casefold() for name in header}
    best: tuple[int, Kind] | None = None
    for kind, columns in COLUMNS.items():
        count = len(names.intersection(columns))
        if names >= _SIGNS[kind] and count >= _LEAST[kind] and (best is None or count > best[0]):
            best = (count, kind)
    return best[1] if best else None


def kind_of_rows(rows: Sequence[Sequence[str]]) -> Kind | None:
    """Which export, in its standard order and without a header, these rows are the first of."""
    rows = [row for row in rows if any(row)]
    if not rows:
        return None
    is_biblio = all(len(row) == len(BIBLIO) and row[0] and all(map(_is_angled, row[15:])) for row in rows)
    if is_biblio and any(any(row[15:]) for row in rows):
        return "biblio"
    if all(len(row) == len(ITEM) and row[0] and _is_day(row[4]) and _is_day(row[17]) for row in rows):
        return "item"
    if all(
        len(row) in {18, 19} and row[0] and row[1] and row[2] in {"0", "1", ""} and _is_day(row[15]) for row in rows
    ):
        return "member"
    return None


def _is_angled(cell: str) -> bool:
    return not cell or bool(re.fullmatch(r"(?:<[^<>]*>)+", cell))


def _is_day(cell: str) -> bool:
    return not cell or bool(_DAY.fullmatch(cell))


def values_in(cell: str) -> list[str]:
    """The values of a cell: `<Ananta Toer, Pramoedya><Lane, Max>` holds two; without brackets it is one."""
    found = _ANGLED.findall(cell) if "<" in cell else [cell]
    return [value for one in found or [cell.replace("<", " ").replace(">", " ")] if (value := one.strip())]


def angled(values: Sequence[str]) -> str:
    """Several values as one cell."""
    return "".join([f"<{value.replace('<', '(').replace('>', ')')}>" for value in values])


def with_breaks(cell: str) -> str:
    """The text with true line breaks where backslash and n stand for them."""
    return _BREAK.sub("\n", cell) if "\\" in cell else cell


def without_breaks(text: str) -> str:
    """The text as SLiMS writes it: on one line."""
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def day(cell: str) -> date | None:
    """A day or the day of a moment; "0000-00-00" means none.

    Raises:
        ValueError: something else stands there.
    """
    cell = cell.strip()
    if not cell or cell.startswith("0000-00-00"):
        return None
    if not (found := _DAY.fullmatch(cell)):
        raise ValueError(cell)
    return date(int(found[1]), int(found[2]), int(found[3]))

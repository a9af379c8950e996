"""Which titles or copies are meant by what a person has scanned or pasted."""

import re
from collections.abc import Iterable, Sequence

from django.db.models import Model, QuerySet

from pustaka.catalog import bulk, rules
from pustaka.catalog.models import Bib, BibKey, Item
from pustaka.standards import identifiers

MOST_TOKEN = 100
_BREAKS = re.compile(r"[\r\n\t;,]+")
_NUMBER = re.compile(r"#?(\d{1,15})", re.ASCII)


def tokens(text: str) -> list[str]:
    """What stands on each line, or between commas, semicolons and tabs, once each, in order."""
    found = {" ".join(part.split())[:MOST_TOKEN]: None for part in _BREAKS.split(text.lstrip("\ufeff"))}
    return [token for token in found if token]


def first_cells(text: str) -> list[str]:
    """The first cell of every line of a file, once each: a list, or a table whose first column names the copies."""
    lines = text.lstrip("\ufeff").splitlines()
    cells = (re.split(r"[\t;,]", line, maxsplit=1)[0].strip().strip('"') for line in lines)
    found = {" ".join(cell.split())[:MOST_TOKEN]: None for cell in cells}
    return [token for token in found if token]


def copies_told(told: Sequence[str]) -> dict[str, int]:
    """The copies with these barcodes, or else with these inventory numbers."""
    found: dict[str, int] = _by(Item.objects.all(), "barcode", told)
    return found | _by(Item.objects.exclude(inventory_number=""), "inventory_number", _without(told, found))


def titles_told(told: Sequence[str]) -> dict[str, int]:
    """The titles of these barcodes, or with these numbers (#123), control numbers or ISBNs, in this order."""
    found: dict[str, int] = _by(Item.objects.all(), "barcode", told, target="bib_id")
    numbers = {number[1]: token for token in _without(told, found) if (number := _NUMBER.fullmatch(token))}
    ours = _by(Bib.objects.all(), "pk", list(numbers))
    found |= {numbers[str(number)]: bib_id for number, bib_id in ours.items() if str(number) in numbers}
    found |= _by(Bib.objects.exclude(control_number=""), "control_number", _without(told, found))
    rest = [(identifiers.isbn13(token), token) for token in _without(told, found)]
    isbns = {rules.digest("isbn", isbn): token for isbn, token in rest if isbn}
    for some in bulk.parts(isbns):
        rows = BibKey.objects.filter(digest__in=some, bib__in=Bib.objects.all()).order_by("-bib")
        found |= {isbns[digest]: bib_id for digest, bib_id in rows.values_list("digest", "bib_id")}
    return found


def _without(told: Iterable[str], found: dict[str, int]) -> list[str]:
    return [token for token in told if token not in found]


def _by(rows: QuerySet[Model], column: str, told: Sequence[str], *, target: str = "pk") -> dict[str, int]:
    """For each value of the column that is there, the oldest row's target."""
    found: dict[str, int] = {}
    for some in bulk.parts(told):
        found.update(rows.filter(**{f"{column}__in": some}).order_by("-pk").values_list(column, target))
    return found

"""Which copies a librarian means by what was scanned or pasted into one box. Plain Python."""

import re
from collections.abc import Iterator

MOST_OF_A_RANGE = 2000
_PARTS = re.compile(r"[\r\n\t,;]+")
_RANGE = re.compile(r"(?P<head>.*?)(?P<first>\d+)\s*(?:\.\.+|…|–|—|\s-\s|\ss/d\s|\ssampai\s)\s*(?P=head)?(?P<last>\d+)")


def barcodes_in(text: str) -> list[str]:
    """Every barcode once, in order; `B0007 - B0012` means all from one to the other.

    Barcodes stand on lines of their own or between commas. A range has blanks around its hyphen, or two dots, since
    barcodes may hold hyphens themselves; both ends are numbered alike.
    """
    return list(dict.fromkeys(code for part in _PARTS.split(text) for code in _codes(part.strip())))


def _codes(part: str) -> Iterator[str]:
    if not part:
        return
    found = _RANGE.fullmatch(part)
    if not found or (len(found["first"]) < len(found["last"]) and found["first"].startswith("0")):
        yield part
        return
    first, last, width = int(found["first"]), int(found["last"]), len(found["first"])
    if first > last:
        first, last = last, first
    for number in range(first, min(last, first + MOST_OF_A_RANGE - 1) + 1):
        yield f"{found['head']}{number:0{width}}"

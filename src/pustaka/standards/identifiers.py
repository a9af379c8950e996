"""Numbers that identify a publication: ISBN, ISSN, DOI.

Sources: ISBN Users' Manual, 7th edition (ISO 2108), section 5 and appendix 1; ISSN Manual (ISO 3297), section 1.1;
DOI Handbook (ISO 26324), section 2.
"""

import re
from urllib.parse import unquote

# One hyphen, dash or blank may stand between two digits.
_GAP = "[-\u2010-\u2015\u2212 \xa0]?"
_ISBN = re.compile(rf"(?<![0-9])((?:9{_GAP}7{_GAP}[89]{_GAP})?(?:[0-9]{_GAP}){{9}}[0-9Xx])(?![0-9A-Za-z])")
_ISSN = re.compile(rf"(?<![0-9-])([0-9]{{4}}){_GAP}([0-9]{{3}}[0-9Xx])(?![0-9A-Za-z])")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"]+")
_STOPS = ".,;:!?'”’»"  # what a sentence puts after it
_BRACKETS = {")": "(", "]": "[", ">": "<", "}": "{"}
_NOT_DIGIT = re.compile("[^0-9X]")


def isbn_loose(text: str) -> str | None:
    """The first ISBN in `text`, ten or thirteen characters without hyphens, whether its check digit is right or not.

    What stands before and after it does not matter: "ISBN 0-471-38314-7 (pbk.)" gives "0471383147".
    """
    found = _ISBN.search(text)
    return _NOT_DIGIT.sub("", found[1].upper()) if found else None


def isbn13(text: str) -> str | None:
    """The first ISBN in `text` as thirteen digits, also when it had ten. `None` when its check digit is wrong."""
    isbn = isbn_loose(text)
    if isbn is None:
        return None
    if len(isbn) == 13:
        return isbn if isbn[-1] == _ean_check(isbn[:12]) else None
    if sum((10 - place) * (10 if char == "X" else int(char)) for place, char in enumerate(isbn)) % 11:
        return None
    return f"978{isbn[:9]}{_ean_check('978' + isbn[:9])}"


def isbn10(isbn: str) -> str | None:
    """The ten characters of an ISBN of thirteen digits; `None` where there are none (979)."""
    if len(isbn) != 13 or not isbn.startswith("978"):
        return None
    rest = -sum((10 - place) * int(char) for place, char in enumerate(isbn[3:12])) % 11
    return f"{isbn[3:12]}{'X' if rest == 10 else rest}"


def isbns_near(text: str) -> list[str]:
    """The ISBNs, as thirteen digits, that `text` may be when one digit is wrong or two neighbors were swapped.

    None where the check digit is right; at most 25, as it leaves one digit for each place.
    """
    isbn = isbn_loose(text)
    if isbn is None or isbn13(isbn):
        return []
    signs = "0123456789X" if len(isbn) == 10 else "0123456789"
    tries = [isbn[:at] + sign + isbn[at + 1 :] for at in range(len(isbn)) for sign in signs]
    tries += [isbn[:at] + isbn[at + 1] + isbn[at] + isbn[at + 2 :] for at in range(len(isbn) - 1)]
    return list(dict.fromkeys([found for one in tries if isbn_loose(one) == one and (found := isbn13(one))]))


def _ean_check(digits: str) -> str:
    """The thirteenth digit: weights 1 and 3 in turn, the sum filled up to a multiple of ten."""
    return str(-sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(digits)) % 10)


def issn(text: str) -> str | None:
    """The first ISSN in `text` as "1234-567X"; `None` when there is none or its check digit is wrong.

    Weights 8 to 2 from the left, modulo 11, X for ten.
    """
    found = _ISSN.search(text)
    if not found:
        return None
    digits = (found[1] + found[2]).upper()
    total = sum((8 - place) * (10 if char == "X" else int(char)) for place, char in enumerate(digits))
    return None if total % 11 else f"{digits[:4]}-{digits[4:]}"


def doi(text: str) -> str | None:
    """The first DOI in `text` in small letters (a DOI does not tell capitals apart), without a resolver's address.

    "https://doi.org/10.1000/ABC%20(1)." gives "10.1000/abc (1)" without the full stop; a closing bracket stays
    only where one was opened.
    """
    found = _DOI.search(unquote(text) if "%2" in text and "/" not in text.partition("10.")[2] else text)
    if not found:
        return None
    name = found[0].rstrip(_STOPS)
    while (opened := _BRACKETS.get(name[-1])) and name.count(name[-1]) > name.count(opened):
        name = name[:-1].rstrip(_STOPS)
    return unquote(name).lower() if not name.endswith("/") else None

"""Call numbers as they stand on the shelf: Dewey numbers with the letters of author and title, and what libraries do.

Source: the order in which Indonesian libraries shelve: DDC as decimals, then the letters of author and title, then
volumes; with the prefixes of their spines: `R 030 ENS`, `657 WIJ e`, `SKR 2021 12`, `2X1.2 KAR t`.
"""

import re
import unicodedata
from functools import lru_cache

MOST_CHARACTERS = 120
_CLASS_BEGIN = re.compile(r"^([A-Z.\- ]*?)\s*(\d{3}|2X\d)((?:\.[\d ]*\d)?)(?=\D|$)(.*)$", re.IGNORECASE)
_PIECES = re.compile(r"\d+|[^\W\d_]+")
_PARTING = str.maketrans(".-", "  ")
_DIGITS = frozenset("0123456789")


def sort_key(text: str) -> str:
    """A key by which call numbers stand as on the shelf; compares as text, at most 120 characters.

    Dewey numbers compare as decimals, digit for digit ("899.2" before "899.221 3" before "899.3"), then the letters
    of author and title; volumes and copies compare as numbers ("Jil.2" before "Jil.10"). A prefix such as "R" or "REF"
    for a collection comes after the numbers, as these stand apart. Anything else compares word by word.
    """
    text = " ".join(text.split())
    if found := _CLASS_BEGIN.match(text):
        prefix, whole, decimals, rest = found.groups()
        prefix = " ".join(prefix.lower().translate(_PARTING).split())
        begin = f"{'1' + prefix if prefix else '0'} {whole.upper()}{decimals.replace(' ', '')}"
        return f"{begin} {_loose(rest)}".rstrip()[:MOST_CHARACTERS]
    return f"2{_loose(text)}"[:MOST_CHARACTERS] if text else ""


def _loose(text: str) -> str:
    pieces = _PIECES.findall(text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).casefold())
    return " ".join([piece.rjust(6, "0") if piece.isdecimal() else piece for piece in pieces])


def is_between(call_number: str, *, first: str = "", last: str = "") -> bool:
    """Whether a call number stands between two others on the shelf, both included; an empty end is open.

    The last one counts for all that begins with it: "400" to "499" holds "499.221 MOE t" too. Letters alone mean a
    prefix: "R" to "R" holds "R 030 ENS", and neither "REF 030" nor "030".
    """
    key = sort_key(call_number)
    if first and key < _bound(first, key[:1]):
        return False
    bound = _bound(last, key[:1])
    return not last or key <= bound or key.startswith(bound)


@lru_cache(maxsize=8192)
def _bound(text: str, group: str) -> str:
    """The key of an end, as numbers of that group (the first letter of their key) are to be held against it."""
    key = sort_key(text)
    if group == "1" and key.startswith("2") and not any(map(str.isdecimal, key[1:])):
        return f"1{key[1:]} "
    return key


def next_after(last: str) -> str:
    """The least key that no longer belongs to an end: after "649" comes that of "650", after "657 M" that of "657 N".

    Where nothing can be said, as after a bare prefix, it is empty.
    """
    key = sort_key(last)
    if not any(map(str.isdecimal, key[1:])):
        return ""
    return _after_letters(key) if key[-1].isalpha() else _after_digits(key)


def _after_letters(key: str) -> str:
    """Within words: "657 m" → "657 n", "657 moz" → "657 mp", "657 z" → "657.0"."""
    if "a" <= key[-1] < "z":
        return key[:-1] + chr(ord(key[-1]) + 1)
    if key[-1] != "z":
        return ""
    rest = key[:-1]
    if not rest.endswith(" "):
        return _after_letters(rest) if rest[-1].isalpha() else ""
    rest = rest.rstrip()
    if rest[-1:].isalpha():  # the last of the titles of an author, whose next namesake is anybody's guess
        return ""
    return f"{rest}0" if "." in rest else f"{rest}.0"


def _after_digits(key: str) -> str:
    """With a carry: "649" → "650", "657.9" → "658", a volume "000009" → "000010"."""
    head, digits = key, ""
    while head and (head[-1] in _DIGITS or (head[-1] == "." and digits)):
        digits = head[-1] + digits
        head = head[:-1]
    whole, point, decimals = digits.partition(".")
    if not whole:
        return ""
    number = str(int(whole + decimals) + 1).rjust(len(whole + decimals), "0")
    if len(number) > len(whole + decimals):
        return ""
    return head + number[: len(whole)] + (point + number[len(whole) :] if decimals else "")


def is_before(key: str, other: str) -> bool:
    """Whether a key from `next_after` stands before another, decimal zeros at the end aside ("658.0" is "658")."""
    return _trimmed(key) < _trimmed(other)


def _trimmed(key: str) -> str:
    return re.sub(r"(\.\d*?)0+(?= |$)", r"\1", key).replace(". ", " ").rstrip(".")


def kind_of(text: str) -> str:
    """What call numbers must share to stand in one row: "0" for numbers without prefix, "1r" for those behind an R,
    "2skr" for the rest, by their first word."""
    key = sort_key(text)
    if key.startswith("0"):
        return "0"
    if key.startswith("1"):
        return re.split(r" (?=\d|2X)", key, maxsplit=1)[0]
    return key.split(" ")[0]

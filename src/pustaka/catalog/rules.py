"""The arithmetic of cataloguing: folding, keys for matching, years, call numbers. Plain, no clock, no database."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from pustaka.standards.callnumbers import is_between

# Letters that NFKD leaves whole, as people type them.
_LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŋ": "n", "ħ": "h",
        "ŧ": "t", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k",
    }
)  # fmt: skip
# Inside a word these say nothing: Qur'an, Quran, Qurʼān. Tatweel stretches Arabic letters.
_SILENT = re.compile("['’‘ʻʼʽʾʿ`´ʹʺ\u0640\u00ad\u200b-\u200f\ufe20-\ufe2f]")
_ASCII_FOLD = str.maketrans(
    {chr(n): (chr(n).lower() if chr(n).isalnum() else " ") for n in range(128)} | {"'": "", "`": ""}
)
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """The words of `text` without case, diacritics, apostrophes and punctuation, parted by one blank.

    "Qur’an, al-Karīm" becomes "quran al karim"; C++ and C# keep their signs as words: "c plusplus", "c sharp".
    """
    text = text.replace("C++", "c plusplus ").replace("C#", "c sharp ") if "C" in text else text
    if text.isascii():
        return " ".join(text.translate(_ASCII_FOLD).split())
    text = unicodedata.normalize("NFKD", _SILENT.sub("", text)).casefold().translate(_LETTERS)
    text = "".join([char for char in text if not unicodedata.combining(char)])
    return " ".join(_NOT_WORD.sub(" ", _SILENT.sub("", text)).split())


def digest(kind: str, value: str) -> int:
    """64 bits for `kind:value` as a signed integer, the same on every machine (BLAKE2b)."""
    return int.from_bytes(
        blake2b(f"{kind}:{value}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True
    )


def title_key(*, title: str, author: str, year: int | None) -> str:
    """Normalised title, family name and year, joined for `digest`; "" where too little is known to mean one work.

    A title alone ("Annual report") means many works, so author or year must be there.
    """
    words = fold(title)
    name = fold(author.partition(",")[0]) if author else ""
    if not words or not (name or year):
        return ""
    return f"{words}|{name}|{year or ''}"


_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}


def are_alike(ours: str, theirs: str) -> bool:
    """Whether two titles can be the same work: enough words in common, and no different volume numbers.

    A shared ISBN or ISSN is believed only then: publishers use one ISBN for all volumes of a set, and again for
    another book.
    """
    first, second = fold(ours).split(), fold(theirs).split()
    if first == second:
        return True
    if not first or not second or _numbers(first) != _numbers(second):
        return False
    if "".join(first) == "".join(second):
        return True
    shared, shorter = set(first) & set(second), min(len(set(first)), len(set(second)))
    return len(shared) >= 0.6 * shorter or first[: min(3, shorter)] == second[: min(3, shorter)]


def _numbers(words: list[str]) -> set[str]:
    return {_ROMAN.get(word, word) for word in words if word.isdecimal() or word in _ROMAN} - {"1"}


_NUMBER = re.compile(r"\d+")


def contradict(ours: str, theirs: str) -> bool:
    """Whether two editions or extents speak of different things: both have numbers, and the largest ones differ.

    "xii, 340 hlm." and "340 pages ; 24 cm" agree, "ed. 2" and "cetakan ke-3" don't.
    """
    first, second = _NUMBER.findall(ours), _NUMBER.findall(theirs)
    return bool(first and second) and max(map(int, first)) != max(map(int, second))


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_TRAILING = " /:;,=+\u00a0"
_ABBREVIATION = re.compile(
    r"(?:^|[\s.(\-])(?:\w|[A-Z][a-z]?|[JS]r|dkk|dll|et al|etc|ed|hlm|jil|cet|vol|no|St|Ph\.?D|Inc|Ltd|Co|Tbk|Corp"
    r"|Mass|Conn|Calif|Ill)\.$",
    re.UNICODE,
)


def one_line(text: str) -> str:
    """The text on one line, without what no database keeps: control characters and halves of surrogate pairs."""
    if text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    return " ".join(_CONTROL.sub(" ", text).split())


def trim(text: str) -> str:
    """One line without the ISBD punctuation at its end: "Bumi manusia :" becomes "Bumi manusia".

    The full stop of an initial or abbreviation stays ("Tuttle, W. C."), an ellipsis too.
    """
    text = one_line(text).rstrip(_TRAILING)
    if text.endswith(".") and not text.endswith("..") and not _ABBREVIATION.search(text):
        text = text[:-1].rstrip(_TRAILING)
    return text


_DIGITS = {
    ord(char): str(n)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")
    for n, char in enumerate(digits)
}
_CORRECTED = re.compile(r"(?:i\.\s?e\.?|yakni|sebenarnya|atau lebih tepat)\s*,?\s*[\[(]?\s*(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2}|21[0-4][0-9])(?!\d)")
_VAGUE = re.compile(r"(?<!\d)(1[4-9]|20)(\d)[-?_u]")
_HIJRI_AFTER = re.compile(r"\s*\]?\s*(?:A\.?\s?H\b|H\b|هـ|ه\b)", re.IGNORECASE)
_HIJRI = re.compile(r"(?<!\d)(1[0-4][0-9]{2})(?!\d)\s*\]?\s*(?:A\.?\s?H\b|H\b|هـ|ه\b)", re.IGNORECASE)


def year_in(text: str) -> int | None:
    """The year of publication that a person would read in a date, by the Gregorian calendar.

    "[2009]", "2009-", "cet. 3, c2005" and "٢٠٠٨" give their year, "1998 [i.e. 1989]" the corrected one, "198-?" the
    begin of the decade, "1429 H" (Hijri) the year in which that began. "t.t.", "n.d." and "19--" give `None`.
    """
    if not text:
        return None
    if not text.isascii():
        text = text.translate(_DIGITS)
    if found := _CORRECTED.search(text):
        return int(found[1])
    years = [
        found[1] for found in _YEAR.finditer(text) if found[1] > "1500" or not _HIJRI_AFTER.match(text, found.end())
    ]
    if years:
        # "1429 [2008]": the lunar year stands first, the year that we count by behind it.
        return int(next((year for year in years if year > "1800"), years[0]) if years[0] < "1500" else years[0])
    if found := _HIJRI.search(text):
        return from_hijri(int(found[1]))
    if found := _VAGUE.search(text):
        return int(found[1] + found[2] + "0")
    return None


def from_hijri(year: int) -> int:
    """The Gregorian year in which the Hijri year begins (mean lunar year; right to within one year)."""
    return int(year * 0.970224 + 621.5774)


def no_formula(cell: str) -> str:
    """The text of a table's cell in such a way that no spreadsheet takes it for a formula (CWE-1236)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


# --- What is wrong with what was typed --------------------------------------------------------------------------------

EARLIEST_YEAR = 1450  # of a printed book


def number_fault(text: str, *, length: int, found: str | None) -> str:
    """What is wrong with a standard number: "", "length" or "check"; `found` is what a reader of such numbers finds."""
    if found is not None:
        return ""
    digits = re.sub(r"[^0-9Xx]", "", text.partition("(")[0])
    return "check" if len(digits) in ({10, 13} if length == 13 else {length}) else "length"


def year_fault(year: int | None, *, this_year: int) -> str:
    """What is wrong with a year of publication: "", "early" or "future"; next year's books are sold in autumn."""
    if year is None:
        return ""
    if year > this_year + 1:
        return "future"
    return "early" if year < EARLIEST_YEAR else ""


def fixed_fault(fixed: str) -> str:
    """What is wrong with the coded data of 008: "", "missing" or "length"."""
    if not fixed:
        return "missing"
    return "" if len(fixed) == 40 else "length"


# --- Numbers of copies -----------------------------------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{(number|year|yy|month)(?::([1-9]|1[0-2]))?\}")


def is_pattern(pattern: str) -> bool:
    """Whether copies can be numbered by it: one {number}, and no braces but those of known placeholders."""
    names = [found[1] for found in _PLACEHOLDER.finditer(pattern)]
    rest = _PLACEHOLDER.sub("", pattern)
    return names.count("number") == 1 and not set(rest) & set("{}") and pattern == pattern.strip()


def numbered(pattern: str, *, number: int, on: date) -> str:
    """`P{year}{number:5}` for number 7 in 2026 is "P202600007"; {yy} is 26, {month} 01 to 12."""
    known = {"number": str(number), "year": f"{on:%Y}", "yy": f"{on:%y}", "month": f"{on:%m}"}
    return _PLACEHOLDER.sub(lambda found: known[found[1]].zfill(int(found[2] or 1)), pattern)


# --- Classification and call numbers ---------------------------------------------------------------------------------

_DDC = re.compile(r"\d{3}(?:\.\d+)?")
_DDC_LOCAL = re.compile(r"2X\d(?:\.\d+)?")  # the Indonesian expansion of 297 for Islam


def ddc_in(text: str) -> str:
    """The Dewey number of an 082 $a without its prime marks ("306.4/613" gives "306.4613"); "" where there is none."""
    if not (plain := "".join([char for char in text if char not in "/'’′ []()"])):
        return ""
    if found := _DDC.match(plain) or _DDC_LOCAL.match(plain.upper()):
        return found[0][:40].rstrip(".")
    return ""


_PARTICLES = frozenset({"the", "a", "an"})


def spine(*, classification: str, author: str, title: str) -> str:
    """The call number that Indonesian libraries write on the spine: `657 WIJ e`.

    Class, the first three letters of the author's family name in capitals, the first letter of the title in small;
    without an author the title's first three letters stand for it. "" without a class.
    """
    if not classification:
        return ""
    words = fold(title).split()
    if len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    name = fold(author.partition(",")[0] if "," in author else author).replace(" ", "")
    parts = [classification]
    if name:
        parts.append(name[:3].upper())
    elif words:
        parts.append("".join(words)[:3].upper())
    if words and words[0]:
        parts.append(words[0][0])
    return " ".join(parts)


# --- Stock take ------------------------------------------------------------------------------------------------------

AT_HAND = frozenset({"available", "reference"})  # a reader can go and take it
GIVEN_UP = frozenset({"missing", "lost"})
CIRCULATING = frozenset({"on_loan", "on_hold", "in_transit"})  # set and ended by lending, never by an editor


class Finding(StrEnum):
    """What a stock take says of a copy."""

    SEEN = "seen"  # where it belongs
    WRONG_SHELF = "wrong_shelf"
    OTHER_BRANCH = "other_branch"
    NOT_ASKED = "not_asked"  # it stands where it belongs, but is no part of this stock take
    OUT = "out"  # on loan, in repair, being prepared by the records, and yet on the shelf
    FOUND = "found"  # missing or lost by the records, and yet on the shelf
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"  # no copy carries that barcode
    MISSING = "missing"  # expected, and nobody saw it
    AWAY = "away"  # expected, but meanwhile it has rightly left the shelf


UNSEEN = frozenset({"", Finding.MISSING, Finding.AWAY})


class Settling(StrEnum):
    """What a person can decide about copies of a stock take."""

    MISSING = "missing"  # call it missing
    MOVED = "moved"  # the shelf where it was seen is its place from now on
    RESHELVED = "reshelved"  # it was carried back to its place; nothing in the catalogue changes
    AVAILABLE = "available"  # it can be had again


FITTING: dict[Settling, frozenset[Finding]] = {
    Settling.MISSING: frozenset({Finding.MISSING}),
    Settling.MOVED: frozenset({Finding.WRONG_SHELF, Finding.OTHER_BRANCH}),
    Settling.RESHELVED: frozenset({Finding.WRONG_SHELF, Finding.OTHER_BRANCH}),
    Settling.AVAILABLE: frozenset({Finding.OUT, Finding.FOUND}),  # a withdrawal is taken back where it was decided
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which copies a stock take asks for. Without shelves or collections all of them; an empty call number is open."""

    branch: int
    shelves: Collection[int] = ()
    collections: Collection[int] = ()
    first_call: str = ""
    last_call: str = ""

    def holds(self, *, branch: int, shelf: int | None, collection: int | None, call_number: str) -> bool:
        """Whether a copy with this place, collection and call number is asked for."""
        return (
            branch == self.branch
            and (not self.shelves or shelf in self.shelves)
            and (not self.collections or collection in self.collections)
            and is_between(call_number, first=self.first_call, last=self.last_call)
        )


def finding(
    *,
    home_branch: int,
    home_shelf: int | None,
    status: str,
    is_asked_for: bool,
    branch: int,
    shelf: int | None,
) -> Finding:
    """What it means that a copy was seen at a shelf of a branch.

    What its status says weighs most, for that is what a reader is told: whatever isn't at hand by the records and yet
    stands there needs a person. So a room that lends copies need only give them a status that isn't in `AT_HAND`.

    Args:
        home_branch: the branch where it belongs.
        home_shelf: the shelf where it belongs; None where the catalogue doesn't know, and any shelf is right.
        is_asked_for: whether it is part of this stock take.
        shelf: where it was seen; None where the person didn't say, and any shelf is right.
    """
    if status == "withdrawn":
        return Finding.WITHDRAWN
    if status in GIVEN_UP:
        return Finding.FOUND
    if status not in AT_HAND:
        return Finding.OUT
    if home_branch != branch:
        return Finding.OTHER_BRANCH
    if None not in (home_shelf, shelf) and home_shelf != shelf:
        return Finding.WRONG_SHELF
    return Finding.SEEN if is_asked_for else Finding.NOT_ASKED


# --- Care of materials -----------------------------------------------------------------------------------------------

IN_CARE = "repair"  # the state of a copy that is off the shelf for its care
NOT_TO_BE_HAD = frozenset({*GIVEN_UP, "withdrawn"})  # nobody can care for what isn't there


class Care(StrEnum):
    """How far a job of care for a copy is."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    IN_WORK = "in_work"  # in the house
    SENT = "sent"  # at a bindery
    DONE = "done"
    BEYOND_REPAIR = "beyond_repair"
    DECLINED = "declined"
    NOT_RETURNED = "not_returned"  # the bindery never brought it back


OPEN_CARE = frozenset({Care.ASKED, Care.ACCEPTED, Care.IN_WORK, Care.SENT})
NEXT_CARE: dict[Care, frozenset[Care]] = {
    Care.ASKED: frozenset({Care.ACCEPTED, Care.DECLINED}),
    Care.ACCEPTED: frozenset({Care.IN_WORK, Care.SENT, Care.DECLINED}),
    Care.IN_WORK: frozenset({Care.ACCEPTED, Care.DONE, Care.BEYOND_REPAIR}),
    Care.SENT: frozenset({Care.DONE, Care.BEYOND_REPAIR, Care.NOT_RETURNED}),
    Care.NOT_RETURNED: frozenset({Care.DONE, Care.BEYOND_REPAIR}),  # it came after all
    Care.DONE: frozenset(),
    Care.BEYOND_REPAIR: frozenset(),
    Care.DECLINED: frozenset(),
}


def status_after_care(*, status: str, before: str, is_held_elsewhere: bool) -> str:
    """What state a copy gets when a job lets go of it.

    The one that it had before, unless another job holds it still, or somebody has said something else meanwhile.
    """
    return status if is_held_elsewhere or status != IN_CARE else before


def days_late(expected_on: date | None, *, on: date) -> int:
    """How many days after the promised one it is; 0 on that day, before it, and where nothing was promised."""
    return max(0, (on - expected_on).days) if expected_on else 0

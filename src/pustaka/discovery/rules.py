"""What people type and choose, as values: the query language of the one box, and filters. Plain Python.

A query is a tree of `Node`. `parse` understands whatever it is given and never raises: an unclosed quotation mark, a
lonely bracket or a name without a value is read as the person most likely meant it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from pustaka.discovery import text as texts
from pustaka.standards import identifiers

MOST_LETTERS, MOST_PIECES = 500, 24

TextField = Literal["", "title", "author", "subject", "publisher", "series", "note"]
KeyKind = Literal["isbn", "issn", "doi", "barcode", "call", "class", "number", "language", "author", "subject", "work"]

# Names before a colon, in the words of both languages.
TEXT_FIELDS: Mapping[str, TextField] = {
    "title": "title", "judul": "title", "author": "author", "pengarang": "author", "penulis": "author",
    "subject": "subject", "subjek": "subject", "topik": "subject", "publisher": "publisher", "penerbit": "publisher",
    "series": "series", "seri": "series", "note": "note", "catatan": "note", "isi": "note",
}  # fmt: skip
KEY_FIELDS: Mapping[str, KeyKind] = {
    "isbn": "isbn", "issn": "issn", "doi": "doi", "barcode": "barcode", "barkod": "barcode", "call": "call",
    "panggil": "call", "class": "class", "kelas": "class", "ddc": "class", "number": "number", "nomor": "number",
    "lang": "language", "language": "language", "bahasa": "language",
}  # fmt: skip
YEAR_FIELDS = frozenset({"year", "tahun"})
_LANGUAGES = {
    "id": "ind", "indonesia": "ind", "indonesian": "ind", "en": "eng", "inggris": "eng", "english": "eng",
    "ar": "ara", "arab": "ara", "arabic": "ara", "jawa": "jav", "jv": "jav", "sunda": "sun", "su": "sun",
    "melayu": "may", "ms": "may", "belanda": "dut", "nl": "dut", "ja": "jpn", "jepang": "jpn", "zh": "chi",
    "de": "ger", "fr": "fre", "ko": "kor",
}  # fmt: skip

# Words that a title may as well be remembered without.
LIGHT = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "de",
        "der",
        "des",
        "di",
        "die",
        "du",
        "el",
        "for",
        "from",
        "in",
        "la",
        "le",
        "les",
        "of",
        "on",
        "or",
        "the",
        "to",
        "und",
        "with",
        "atau",
        "bagi",
        "dalam",
        "dan",
        "dari",
        "dengan",
        "ke",
        "oleh",
        "pada",
        "para",
        "sebagai",
        "serta",
        "untuk",
        "yang",
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """One folded token; with `field` only there. A `is_prefix` word stands for all that begin with it."""

    token: str
    field: TextField = ""
    is_prefix: bool = False

    @property
    def is_light(self) -> bool:
        return self.token in LIGHT and not self.is_prefix


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded tokens that stand one behind the other."""

    tokens: tuple[str, ...]
    field: TextField = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One identifier, classification or heading, in the normal form that documents keep (see `key_value`)."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Years:
    """Published in these years, both included; None is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class All:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Any:
    nodes: tuple["Node", ...]


Node = Word | Phrase | Key | Years | Not | All | Any


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a query that all must match: as it was typed, and what it means."""

    typed: str
    node: Node


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood.

    tree: None when nothing searchable was typed. pieces: the parts that all must match. is_plain: only words and
    phrases side by side, without operators and brackets, so that parts may be left out or corrected one by one.
    title: all of it folded, for the exact title.
    """

    tree: Node | None = None
    pieces: tuple[Piece, ...] = ()
    is_plain: bool = True
    title: str = ""


# Reading -------------------------------------------------------------------------------------------------------------
_SCAN = re.compile(
    r"""(?P<minus>(?:(?<=\s)|(?<=^)|(?<=\())[-\u2212](?=["“„«(\w]))?
        (?:(?P<name>[A-Za-z]{2,12})\s?:\s?(?=\S))?
        (?:["“”„«](?P<quoted>[^"“”„«»]*)(?:["“”„»]|$)
          |(?P<open>\()|(?P<close>\))
          |(?P<word>[^\s()"“”„«»]+))""",
    re.VERBOSE,
)
_AND, _OR, _NOT = {"AND", "DAN", "&&"}, {"OR", "ATAU", "||", "|"}, {"NOT", "BUKAN"}


@dataclass(slots=True)
class _Mark:
    """One thing found in the text: an operand, or an operator or bracket by its sign."""

    typed: str
    sign: Literal["", "and", "or", "not", "(", ")"] = ""
    node: Node | None = None


def parse(typed: str) -> Parsed:
    """What the text means. Never raises; see the module's first lines for the language.

    Operators are written in capitals (AND OR NOT, DAN ATAU BUKAN), as these words in small stand in many titles, and
    not in a text that is in capitals from begin to end.
    """
    typed = " ".join(typed[:MOST_LETTERS].replace("\x00", " ").split())
    folded = texts.tokens(typed)
    if not folded:
        return Parsed()
    marks = list(_marks(typed))[: MOST_PIECES * 2]
    is_plain = not any(mark.sign for mark in marks)
    if is_plain:
        pieces = [Piece(mark.typed, mark.node) for mark in marks if mark.node is not None][:MOST_PIECES]
        tree = _all([piece.node for piece in pieces])
        is_plain = not any(isinstance(piece.node, Not) for piece in pieces)
    else:
        tree = _Reader(marks).read()
        pieces = [Piece(typed, tree)] if tree is not None else []
    if tree is None:  # nothing but an operator: then it is a word
        tree = _all([Word(token) for token in folded])
        pieces = [Piece(typed, tree)] if tree is not None else []
    if tree is not None and not isinstance(tree, Key) and (keys := identified(typed)):
        tree = Any((*keys, tree))
    return Parsed(tree=tree, pieces=tuple(pieces), is_plain=is_plain, title=" ".join(folded)[:200])


def _marks(typed: str) -> Iterator[_Mark]:
    may_operate = typed != typed.upper() or len(typed.split()) <= 3
    for found in _SCAN.finditer(typed):
        whole, word = found[0].strip(), found["word"]
        if found["open"]:
            if found["minus"]:
                yield _Mark("-", "not")
            yield _Mark("(", "(")
        elif found["close"]:
            yield _Mark(")", ")")
        elif word and not found["name"] and may_operate and (sign := _operator(word)):
            yield _Mark(word, sign)
        else:
            node = _operand(name=(found["name"] or "").lower(), words=word or "", quoted=found["quoted"])
            if node is not None:
                yield _Mark(whole, "", Not(node) if found["minus"] else node)


def _operator(word: str) -> Literal["", "and", "or", "not"]:
    return "and" if word in _AND else "or" if word in _OR else "not" if word in _NOT else ""


def _operand(*, name: str, words: str, quoted: str | None) -> Node | None:
    content = quoted if quoted is not None else words
    if name in YEAR_FIELDS and (years := years_in(content)):
        return years
    if name in KEY_FIELDS and (key := key_of(KEY_FIELDS[name], content)):
        return key
    kind: TextField = TEXT_FIELDS.get(name, "")
    if name and not kind:
        content = f"{name} {content}"  # "Kimia: dasar" is a title with a colon
    tokens = texts.tokens(content)
    if not tokens:
        return None
    if quoted is not None and kind == "author":
        return _all([Word(token, kind) for token in tokens])  # "Last, First" and "First Last" are one name
    if quoted is not None and not (name and not kind):
        return Phrase(tuple(tokens), kind) if len(tokens) > 1 else Word(tokens[0], kind)
    return _words(content, tokens, kind)


def _words(content: str, tokens: list[str], kind: TextField) -> Node | None:
    """One unquoted word, which may be several tokens: a hyphenated word, initials, a run of Han characters."""
    if len(tokens) == 1:
        is_prefix = content.endswith(("*", "?")) and len(tokens[0]) >= 2
        return Word(tokens[0], kind, is_prefix)
    if all(texts.is_unparted(token) for token in tokens):
        return Phrase(tuple(tokens), kind)
    apart = _all(list(_runs(tokens, kind)))
    joined = texts.compounds(content)
    if len(joined) == 1 and apart is not None:
        return Any((apart, Word(joined[0], kind)))
    return apart


def _runs(tokens: list[str], kind: TextField) -> Iterator[Node]:
    run: list[str] = []
    for token in [*tokens, ""]:
        if token and texts.is_unparted(token):
            run.append(token)
            continue
        if run:
            yield Phrase(tuple(run), kind) if len(run) > 1 else Word(run[0], kind)
            run = []
        if token:
            yield Word(token, kind)


def _all(nodes: list[Node]) -> Node | None:
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, All) else (node,)
    return All(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


class _Reader:
    """Recursive descent: OR binds weakest, side by side means AND. Unmatched brackets are passed over."""

    def __init__(self, marks: list[_Mark]) -> None:
        self._marks = marks
        self._at = 0

    def read(self) -> Node | None:
        nodes: list[Node] = []
        while self._at < len(self._marks):
            if (node := self._any(0)) is not None:
                nodes.append(node)
            self._take(")")
        return _all(nodes)

    def _take(self, sign: str) -> bool:
        if self._at < len(self._marks) and self._marks[self._at].sign == sign:
            self._at += 1
            return True
        return False

    def _any(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        while True:
            if (node := self._side_by_side(depth)) is not None:
                nodes.append(node)
            if not self._take("or"):
                return Any(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None

    def _side_by_side(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        while self._at < len(self._marks) and self._marks[self._at].sign not in {"or", ")"}:
            if self._take("and"):
                continue
            if (node := self._one(depth)) is not None:
                nodes.append(node)
        return _all(nodes)

    def _one(self, depth: int) -> Node | None:
        is_not = False
        while self._take("not") or self._take("and"):
            is_not = is_not or self._marks[self._at - 1].sign == "not"
        if self._at >= len(self._marks):
            return None
        mark = self._marks[self._at]
        if mark.sign in {"or", ")"}:
            return None
        self._at += 1
        if mark.sign == "(":
            if depth > 20:
                return None
            node = self._any(depth + 1)
            self._take(")")
        else:
            node = mark.node
        return Not(node) if is_not and node is not None and not isinstance(node, Not) else node


# Identifiers ---------------------------------------------------------------------------------------------------------
_DDC = re.compile(r"[0-9]{3}(?:\.[0-9]+)?")
_CALL = re.compile(r"(?:[A-Za-z]{1,5}\.? )?[0-9]{3}(?:\.[0-9 ]+)? [A-Za-z]{2,4}(?: [A-Za-z0-9.]{1,6}){0,4}")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]{2,39}")
_YEARS = re.compile(r"(\d{3,4})?\s*(-|\u2013|\.\.)?\s*(\d{3,4})?")


def identified(typed: str) -> list[Key]:
    """The identifiers that the whole text may be: ISBN, ISSN, DOI, barcode, control number, call number, class."""
    found: list[Key] = []
    compact = re.sub(r"[\s\u2010-\u2015-]", "", typed)
    if re.fullmatch(r"(?i)(isbn:?)?(97[89])?\d{9}[\dx]", compact):
        found.append(Key("isbn", key_value("isbn", typed)))
    if re.fullmatch(r"(?i)(issn:?)?\d{7}[\dx]", compact) and (issn := identifiers.issn(typed)):
        found.append(Key("issn", issn))
    if len(typed.split()) == 1 and (doi := identifiers.doi(typed)):
        found.append(Key("doi", doi))
    if _CODE.fullmatch(typed):
        value = key_value("barcode", typed)
        found += [Key("barcode", value), Key("number", value)]
    if _DDC.fullmatch(typed):
        found.append(Key("class", typed))
    if _CALL.fullmatch(typed):
        found.append(Key("call", key_value("call", typed)))
    return found


def key_of(kind: KeyKind, typed: str) -> Key | None:
    """The key that was asked for by name; None when nothing is left of it."""
    value = key_value(kind, typed)
    return Key(kind, value) if value else None


def key_value(kind: KeyKind, typed: str) -> str:
    """The normal form in which documents keep a key and queries ask for it; "" when nothing is left.

    An ISBN has thirteen digits (with a wrong check digit: as it is, without hyphens), an ISSN its hyphen. Call numbers
    are folded to tokens. A class is a beginning: `65` stands for 650 to 659.
    """
    typed = typed.strip()[:120]
    if kind == "isbn":
        return identifiers.isbn13(typed) or identifiers.isbn_loose(typed) or texts.key(typed).replace(" ", "")
    if kind == "issn":
        return identifiers.issn(typed) or typed.casefold()
    if kind == "doi":
        return identifiers.doi(typed) or typed.casefold()
    if kind == "call":
        return texts.key(typed)
    if kind == "class":
        return typed.rstrip(".*xX").upper().replace(" ", "")
    if kind == "language":
        return _LANGUAGES.get(typed.casefold(), typed.casefold())
    if kind in {"barcode", "number"}:
        return typed.casefold().replace(" ", "")
    return texts.key(typed)


def years_in(typed: str) -> Years | None:
    """`2010`, `2010-2015`, `2010-` and `-2015`; None for anything else. Turned ranges are turned back."""
    found = _YEARS.fullmatch(typed.strip())
    if found is None or not (found[1] or found[3]):
        return None
    first, last = (int(found[1]) if found[1] else None), (int(found[3]) if found[3] else None)
    if not found[2]:
        return Years(first, first) if last is None else None
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Years(first, last)


# Writing a query -----------------------------------------------------------------------------------------------------
def quoted(phrase: str) -> str:
    """The text in quotation marks, safe behind `author:` and its kin."""
    return '"' + re.sub(r"[\"“”„«»]", "", phrase).strip() + '"'


def advanced(*, words: str = "", without: str = "", **fields: str) -> str:
    """The text for the one box that means the same as a form with a box for each field; empty boxes are left out.

    Args:
        words: anything, as typed. without: words that must not be there.
        fields: name (title, author, subject, publisher, isbn, year, class, language, …) and what was typed there.
    """
    parts = [words.strip()] if words.strip() else []
    for name, typed in fields.items():
        if name in YEAR_FIELDS or name in KEY_FIELDS:
            if value := typed.strip():
                parts.append(f"{name}:{quoted(value) if ' ' in value else value}")
        elif name in TEXT_FIELDS:
            parts += [f"{name}:{piece}" for piece in re.findall(r'"[^"]+"|[^\s"]+', typed)]
    parts += [f"-{piece}" for piece in re.findall(r'"[^"]+"|[^\s"-][^\s"]*', without)]
    return " ".join(parts)


def words_of(node: Node | None) -> Iterator[Word]:
    """The words that must or may match, in their order; not those that must not."""
    if isinstance(node, Word):
        yield node
    elif isinstance(node, All | Any):
        for child in node.nodes:
            yield from words_of(child)


def keys_of(node: Node | None) -> Iterator[Key]:
    """The identifiers that must or may match; not those that must not."""
    if isinstance(node, Key):
        yield node
    elif isinstance(node, All | Any):
        for child in node.nodes:
            yield from keys_of(child)


Pieces = tuple[Piece, ...]


def fewer(pieces: Pieces) -> list[tuple[Pieces, Pieces]]:
    """Ways to ask for less, as (kept, dropped): each piece left out; from four pieces on also each two neighbors."""
    ways: list[tuple[Pieces, Pieces]] = []
    if len(pieces) > 1:
        ways += [(pieces[:i] + pieces[i + 1 :], (pieces[i],)) for i in range(len(pieces))]
    if len(pieces) >= 4:
        ways += [
            (pieces[:i] + pieces[j + 1 :], (pieces[i], pieces[j])) for i, j in pairwise(range(len(pieces))) if i < 7
        ]
    return ways


# Filters -------------------------------------------------------------------------------------------------------------
FACETS = ("form", "language", "subject", "author", "branch", "location", "collection", "class", "week")
LAZY_FACETS = ("subject", "author")
UNCOUNTED_FACETS = ("week",)  # only to filter by: counted week by week where arrivals are shown
SORTS = ("relevance", "newest", "oldest", "title", "call_number")
_MOST_VALUES = 30


@dataclass(frozen=True)
class Filters:
    """What narrows a search. Values are those of `FacetValue.value`.

    include: facet to values of which a title must have one. exclude: facet to values of which it may have none.
    since: only titles that are new in the catalogue since that day.
    """

    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    is_available: bool = False
    since: date | None = None

    def __bool__(self) -> bool:
        return bool(self.pairs())

    def __hash__(self) -> int:
        return hash(tuple(self.pairs()))

    def state(self, facet: str, value: str) -> Literal["", "in", "out"]:
        """Whether titles with that value are asked for, kept out, or neither."""
        if value in self.include.get(facet, ()):
            return "in"
        return "out" if value in self.exclude.get(facet, ()) else ""

    def toggled(self, facet: str, value: str, *, out: bool = False) -> "Filters":
        """The filters after a click on that value: asked for (or kept out), or free again if it was so before."""
        wanted = "out" if out else "in"
        before = self.state(facet, value)
        cleared = self.without(facet, value)
        if before == wanted:
            return cleared
        side = cleared.exclude if out else cleared.include
        changed = {**side, facet: (*side.get(facet, ()), value)}
        return replace(cleared, exclude=changed) if out else replace(cleared, include=changed)

    def without(self, facet: str, value: str | None = None) -> "Filters":
        """The filters without that value, or all of that facet; `year`, `available` and `since` are facets here."""
        if facet == "year":
            return replace(self, year_from=None, year_to=None)
        if facet == "available":
            return replace(self, is_available=False)
        if facet == "since":
            return replace(self, since=None)
        return replace(self, include=_less(self.include, facet, value), exclude=_less(self.exclude, facet, value))

    def pairs(self) -> list[tuple[str, str]]:
        """For the address bar, read again by `filters_from`."""
        found = [(facet, value) for facet in FACETS for value in self.include.get(facet, ())]
        found += [(facet, f"-{value}") for facet in FACETS for value in self.exclude.get(facet, ())]
        if self.year_from is not None or self.year_to is not None:
            # `years_in` takes three digits at least, so that the 7 of "7-8" isn't a year.
            first = "" if self.year_from is None else f"{self.year_from:03}"
            last = "" if self.year_to is None else f"{self.year_to:03}"
            found.append(("year", first if first == last else f"{first}-{last}"))
        if self.is_available:
            found.append(("available", "1"))
        if self.since is not None:
            found.append(("since", self.since.isoformat()))
        return found


NO_FILTERS = Filters()


def _less(side: Mapping[str, tuple[str, ...]], facet: str, value: str | None) -> dict[str, tuple[str, ...]]:
    kept = tuple([other for other in side.get(facet, ()) if value is not None and other != value])
    rest = {name: values for name, values in side.items() if name != facet}
    return {**rest, facet: kept} if kept else rest


def filters_from(pairs: Iterable[tuple[str, str]]) -> Filters:
    """The filters that an address names; unknown names and unreadable values are passed over.

    A year comes as `year=2010-2020`, or from a form without script as `year_from=2010` and `year_to=2020`.
    """
    include: dict[str, tuple[str, ...]] = {}
    exclude: dict[str, tuple[str, ...]] = {}
    years = Years(None, None)
    is_available = False
    since: date | None = None
    for name, raw in pairs:
        value = raw.strip()[:300].replace("\x00", "")
        if name == "available":
            is_available = value not in {"", "0"}
        elif name == "since":
            since = _day(value) or since
        elif name == "year":
            years = years_in(value) or years
        elif name in {"year_from", "year_to"}:
            if value.isascii() and value.isdigit() and len(value) <= 4:
                years = replace(years, **{"first" if name == "year_from" else "last": int(value)})
        elif name in FACETS and value.strip("-"):
            side = exclude if value.startswith("-") else include
            value = value.removeprefix("-")
            if value not in side.get(name, ()) and len(side.get(name, ())) < _MOST_VALUES:
                side[name] = (*side.get(name, ()), value)
    first, last = years.first, years.last
    if first is not None and last is not None and first > last:
        first, last = last, first
    return Filters(include, exclude, first, last, is_available, since)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else None
    except ValueError:
        return None


# Digests -------------------------------------------------------------------------------------------------------------
DIGEST_HOUR = 6


def next_digest(*, at: datetime, is_weekly: bool) -> datetime:
    """The next morning when a digest is sent: tomorrow, or next Monday; today if the hour is still to come.

    Args:
        at: now, in the library's own time zone.
    """
    morning = at.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if morning <= at:
        morning += timedelta(days=1)
    return morning + timedelta(days=(7 - morning.weekday()) % 7) if is_weekly else morning

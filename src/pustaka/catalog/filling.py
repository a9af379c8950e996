"""How a line of the simple form reads a record, and how it writes what a person has changed. Plain Python.

A line shows the values of one kind of subfield, heading or code, without the ISBD punctuation around them. Written is
only a line whose values differ from those that were shown; within it, only the values that differ. Everything else of
the record stays as it was: other subfields, indicators, fields of the same tag, links to other scripts, the order.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pustaka.catalog import rules
from pustaka.standards.marc import Field, Record

Subfields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as an authority record has it: its block ("00" person, "10" body, "50" topic), and its subfields."""

    block: str
    subfields: tuple[tuple[str, str], ...]
    indicator: str = ""


Resolve = Callable[[str], Heading | None]


class Source(Protocol):
    """Where a line stands in a record."""

    def shown(self, record: Record) -> list[str]:
        """Its values in the order of the record."""

    def write(self, record: Record, place: int, value: str, resolve: Resolve) -> None:
        """Make the value at `place` another one; beyond the last a new one, "" takes it out."""


# --- Reading and writing one subfield --------------------------------------------------------------------------------

_NOT_IN_FORMS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]")
_END = re.compile(r"(?:\s*[/:;,=]|\s+\+)*\s*$")  # the marks of ISBD before the next subfield

# The order of subfields, and the mark of ISBD that stands before each.
_ISBD: Mapping[str, Mapping[str, str]] = {
    "245": {"a": "", "h": "", "n": ".", "p": ",", "b": " :", "c": " /"},
    "250": {"a": "", "b": " /"},
    "255": {"a": "", "b": " ;", "c": ""},
    "260": {"a": "", "b": " :", "c": ","},
    "264": {"a": "", "b": " :", "c": ","},
    "300": {"a": "", "b": " :", "c": " ;", "e": " +"},
    "490": {"a": "", "x": ",", "v": " ;"},
}


def in_form(text: str) -> str:
    """The text as a browser gives it back: without characters that a form can't hold."""
    return _NOT_IN_FORMS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True, slots=True)
class Sub:
    """The subfield `code` of the fields with one of these tags; a new field gets the first tag.

    Attributes:
        first: indicators to look for before others, as " 1" of 264 (publication).
        indicators: those of a new field.
        around: marks that belong to the record and not to the form, as the brackets of a GMD.
        also: further subfields of a new field.
        is_one: only the first such subfield is meant.
    """

    tags: tuple[str, ...]
    code: str
    indicators: str = "  "
    first: str = ""
    around: tuple[str, str] = ("", "")
    also: tuple[tuple[str, str], ...] = ()
    is_one: bool = True

    def shown(self, record: Record) -> list[str]:
        return [self._bare(value)[1] for _, _, value in self._occurrences(record)]

    def write(self, record: Record, place: int, value: str, resolve: Resolve) -> None:
        occurrences = self._occurrences(record)
        if place >= len(occurrences):
            if value:
                self._add(record, value)
            return
        at, index, old = occurrences[place]
        field = record.fields[at]
        subfields = list(field.subfields)
        if value:
            before, _, after = self._bare(old)
            subfields[index] = (self.code, before + value + after)
            record.fields[at] = Field(field.tag, indicators=field.indicators, subfields=subfields)
            return
        del subfields[index]
        codes = {code for code, _ in subfields}
        if not self.is_one and self.code not in codes and "z" not in codes:
            subfields = []  # what is left only described it
        _put_or_drop(record, at, subfields)

    def _occurrences(self, record: Record) -> list[tuple[int, int, str]]:
        found = [
            (at, index, value)
            for at, field in self._fields(record)
            for index, (code, value) in enumerate(field.subfields)
            if code == self.code
        ]
        return found[:1] if self.is_one else found

    def _fields(self, record: Record) -> list[tuple[int, Field]]:
        fields = [(at, field) for at, field in enumerate(record.fields) if field.tag in self.tags]
        if self.first:
            fields.sort(key=lambda pair: pair[1].indicators != self.first)
        return fields[:1] if self.is_one else fields

    def _bare(self, value: str) -> tuple[str, str, str]:
        """What stands before, what is shown, and what stands after it."""
        opened, closed = self.around
        text = in_form(value)
        if (
            "\n" in text.strip() or text != value
        ):  # what a form can't give back is shown as it is, and kept if untouched
            return "", text, ""
        inner = text.lstrip()
        before = text[: len(text) - len(inner)]
        bare = _END.sub("", inner)
        after = inner[len(bare) :]
        if opened and bare.startswith(opened):
            before, bare = before + opened, bare[len(opened) :]
            if bare.endswith(closed):
                bare, after = bare[: -len(closed)], closed + after
        return before, bare, after

    def _add(self, record: Record, value: str) -> None:
        opened, closed = self.around
        value = opened + value + closed
        fields = self._fields(record)
        if fields and self.is_one:
            at, field = fields[0]
            subfields = _with(field, self.code, value)
            record.fields[at] = Field(field.tag, indicators=field.indicators, subfields=subfields)
        else:
            insert(
                record,
                Field(self.tags[0], indicators=self.indicators, subfields=[(self.code, value), *self.also]),
            )


def _with(field: Field, code: str, value: str) -> list[tuple[str, str]]:
    """The subfields with one more, in its place, and with the marks of ISBD around it."""
    subfields = list(field.subfields)
    order = _ISBD.get(field.tag)
    if order is None:
        at = next((index for index, (other, _) in enumerate(subfields) if other in "0123456789"), len(subfields))
        if subfields and subfields[0][0] in "368" and at == 0:
            at = len(subfields)
        subfields.insert(at, (code, value))
        return subfields
    codes = list(order)
    rank = codes.index(code) if code in order else len(codes)
    later = (index for index, (other, _) in enumerate(subfields) if other in order and codes.index(other) > rank)
    at = next(later, len(subfields))
    subfields.insert(at, (code, value))
    return _punctuated(field.tag, subfields, {at - 1, at})


def _punctuated(tag: str, subfields: list[tuple[str, str]], ends: set[int]) -> list[tuple[str, str]]:
    """With the right mark at the end of these subfields, for what follows them."""
    order = _ISBD.get(tag, {})
    for index in ends:
        if not 0 <= index < len(subfields) or subfields[index][0] not in order:
            continue
        code, value = subfields[index]
        bare = rules.trim(value)
        following = subfields[index + 1][0] if index + 1 < len(subfields) else ""
        if following in order:
            subfields[index] = (code, bare + order[following])
        elif not following:
            subfields[index] = (code, bare + ("." if value.rstrip().endswith(".") and not bare.endswith(".") else ""))
    return subfields


def _put_or_drop(record: Record, at: int, subfields: list[tuple[str, str]]) -> None:
    """The field with what is left of it, or without the field where only links are left."""
    field = record.fields[at]
    if all(code in "68" for code, _ in subfields):
        del record.fields[at]
        return
    if field.tag in _ISBD:
        last = max((index for index, (code, _) in enumerate(subfields) if code in _ISBD[field.tag]), default=-1)
        before = range(len(subfields))
        subfields = _punctuated(field.tag, subfields, {index for index in before if index == last})
        subfields = _punctuated(field.tag, subfields, set(_disturbed(field, subfields)))
    record.fields[at] = Field(field.tag, indicators=field.indicators, subfields=subfields)


def _disturbed(field: Field, subfields: Sequence[tuple[str, str]]) -> list[int]:
    """The subfields that another one follows now than before."""
    before = {code: following for (code, _), (following, _) in zip(field.subfields, field.subfields[1:], strict=False)}
    now = zip(range(len(subfields)), subfields, [*subfields[1:], ("", "")], strict=False)
    return [index for index, (code, _), (following, _) in now if before.get(code, "") != following]


def insert(record: Record, field: Field) -> None:
    """Put a new field behind the last one with the same or a lower tag."""
    places = [at for at, other in enumerate(record.fields) if other.tag <= field.tag and other.tag.isdecimal()]
    record.fields.insert(places[-1] + 1 if places else 0, field)


# --- Headings: names and subjects ------------------------------------------------------------------------------------

_NAME_CODES = "abcdjqnu"
_NAME_IDENTITY = "abcdgjnqu01"
_SUBJECT_CODES = "abcdfgklmnopqrstvxyz"
_LINKING = "68"
_DATES = re.compile(r"^(.*\S),?\s+(\d{4}\s?-\s?(?:\d{4})?)\.?$")
_BODIES = re.compile(
    r"^(?:universitas|institut|sekolah tinggi|politeknik|akademi|kementerian|departemen|badan|lembaga|perpustakaan|"
    r"fakultas|program studi|yayasan|perkumpulan|persatuan|dewan|majelis|mahkamah|pusat|pt|university|institute|"
    r"ministry|department|association|council|unesco|indonesia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Names:
    """People and bodies in these fields: with one of `roles` (codes or words), or without those of `besides`."""

    tags: tuple[str, ...]
    new: str
    roles: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    role: tuple[tuple[str, str], ...] = ()

    def shown(self, record: Record) -> list[str]:
        return [_name_shown(field) for _, field in self._fields(record)]

    def write(self, record: Record, place: int, value: str, resolve: Resolve) -> None:
        fields = self._fields(record)
        if place >= len(fields):
            if value:
                insert(record, self._made(value, resolve, None))
            return
        at, field = fields[place]
        if value:
            record.fields[at] = self._made(value, resolve, field)
        else:
            del record.fields[at]

    def _fields(self, record: Record) -> list[tuple[int, Field]]:
        return [
            (at, field)
            for at, field in enumerate(record.fields)
            if field.tag in self.tags and not field.get("t") and self._is_meant(field)
        ]

    def _is_meant(self, field: Field) -> bool:
        said = " ".join(field.all("4e")).casefold()
        if self.roles:
            return any(role in said for role in self.roles)
        return not any(role in said for role in self.besides)

    def _made(self, value: str, resolve: Resolve, old: Field | None) -> Field:
        heading = resolve(value) or _read_name(value, old)
        kept = [pair for pair in old.subfields if pair[0] not in _NAME_IDENTITY] if old else list(self.role)
        name = [(code, text) for code, text in heading.subfields if code not in _LINKING]
        if any(code == "e" for code, _ in kept):
            last = max((index for index, (code, _) in enumerate(name) if code not in "01"), default=0)
            name[last] = (name[last][0], rules.trim(name[last][1]) + ",")
        linking = [pair for pair in kept if pair[0] in _LINKING]
        rest = [pair for pair in kept if pair[0] not in _LINKING]
        plain = [pair for pair in name if pair[0] not in "01"]
        numbers = [pair for pair in name if pair[0] in "01"]
        tag = f"{(old.tag if old else self.new)[0]}{heading.block}"
        second = old.indicators[1] if old else " "
        return Field(tag, indicators=f"{heading.indicator or ' '}{second}", subfields=linking + plain + rest + numbers)


def _name_shown(field: Field) -> str:
    return in_form(_END.sub("", " ".join(field.text(_NAME_CODES).split())))


def _read_name(text: str, old: Field | None) -> Heading:
    """A name as it was typed: "Toer, Pramoedya Ananta, 1925-2006"."""
    is_body = (old is not None and old.tag[1:] == "10") or (old is None and bool(_BODIES.match(text)))
    if is_body:
        return Heading("10", (("a", text),), "2")
    if old is not None and old.tag[1:] == "11":
        return Heading("11", (("a", text),), old.indicators[0])
    if found := _DATES.match(text):
        name = found[1].rstrip(",")
        return Heading("00", (("a", f"{name},"), ("d", found[2])), "1" if "," in name else "0")
    return Heading("00", (("a", text),), "1" if "," in text else "0")


SUBJECT_TAGS = ("600", "610", "611", "630", "648", "650", "651")


@dataclass(frozen=True, slots=True)
class Subjects:
    """Subject headings with their subdivisions: "Hukum Islam -- Indonesia"."""

    tags: tuple[str, ...] = SUBJECT_TAGS

    def shown(self, record: Record) -> list[str]:
        return [_subject_shown(field) for field in record.all(*self.tags)]

    def write(self, record: Record, place: int, value: str, resolve: Resolve) -> None:
        fields = [(at, field) for at, field in enumerate(record.fields) if field.tag in self.tags]
        if place >= len(fields):
            if value:
                insert(record, _read_subject(value, resolve, None))
            return
        at, field = fields[place]
        if value:
            record.fields[at] = _read_subject(value, resolve, field)
        else:
            del record.fields[at]


def _subject_shown(field: Field) -> str:
    text = ""
    for code, value in field.subfields:
        if code in _SUBJECT_CODES and (value := value.strip()):
            text += (" -- " if code in "vxyz" and text else " " if text else "") + value
    return in_form(_END.sub("", " ".join(text.split())))


def _read_subject(text: str, resolve: Resolve, old: Field | None) -> Field:
    heading = resolve(text)
    kept = [pair for pair in old.subfields if pair[0] in _LINKING] if old else []
    if heading is not None:
        second = old.indicators[1] if old else "4"
        return Field(
            f"6{heading.block}",
            indicators=f"{heading.indicator or ' '}{second}",
            subfields=[*kept, *heading.subfields],
        )
    main, *divisions = [part.strip() for part in re.split(r"\s+--\s*|\s*--\s+", text) if part.strip()] or [text]
    tag = old.tag if old else "650"
    codes = [code for code, _ in old.subfields if code in "vxyz"] if old else []
    parts = [(codes[index] if index < len(codes) else "x", part) for index, part in enumerate(divisions)]
    indicators = old.indicators if old else " 4"
    source = [pair for pair in old.subfields if pair[0] == "2"] if old else []
    return Field(tag, indicators=indicators, subfields=[*kept, ("a", main), *parts, *source])


# --- Coded data ------------------------------------------------------------------------------------------------------

FIXED_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Fixed:
    """Positions of 008, the coded data; a record without any gets an empty one."""

    start: int
    end: int

    def shown(self, record: Record) -> list[str]:
        return [in_form(record.control("008")[self.start : self.end]).strip()]

    def write(self, record: Record, place: int, value: str, resolve: Resolve) -> None:
        set_fixed(record, self.start, value.ljust(self.end - self.start)[: self.end - self.start])


def set_fixed(record: Record, start: int, value: str) -> None:
    """Write these positions of 008, and no other."""
    at = next((index for index, field in enumerate(record.fields) if field.tag == "008"), None)
    if at is None:
        insert(record, Field("008", data=" " * FIXED_LENGTH))
        at = next(index for index, field in enumerate(record.fields) if field.tag == "008")
    data = record.fields[at].body
    filled = data.ljust(start)
    record.fields[at] = Field.from_body("008", filled[:start] + value + filled[start + len(value) :])


# --- What follows from a change --------------------------------------------------------------------------------------

_ARTICLES = {"eng": ("the ", "a ", "an "), "fre": ("le ", "la ", "les ", "l'"), "ger": ("der ", "die ", "das ")}


def year_follows(record: Record, written: str) -> None:
    """Let the date of 008 say the year that was written, where a person can read one in it."""
    year = rules.year_in(written)
    if year is None:
        return
    fixed = record.control("008")
    if fixed[6:7].strip(" nu|") == "" or fixed[6:7] == "s":
        set_fixed(record, 6, f"s{year}    ")
    else:
        set_fixed(record, 7, str(year))


def title_follows(record: Record) -> None:
    """Let the indicators of 245 say whether a name stands in 1XX, and how long the article is that sorting skips."""
    at = next((index for index, field in enumerate(record.fields) if field.tag == "245"), None)
    if at is None:
        return
    field = record.fields[at]
    language = record.control("008")[35:38]
    title = field.get("a").casefold()
    skip = next((len(article) for article in _ARTICLES.get(language, ()) if title.startswith(article)), 0)
    has_name = record.get("100", "110", "111", "130") is not None
    record.fields[at] = Field("245", indicators=f"{int(has_name)}{skip}", subfields=field.subfields)

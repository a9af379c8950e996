"""A MARC record as rows that a person can read and write, and back; nothing is lost on the way. Plain Python.

A row has a tag, indicators and text. The leader is the row with the tag LDR. A blank indicator is written as "_", a
subfield as "$" and its code: `245 10 $aBumi manusia /$cPramoedya Ananta Toer`. What would be misread or can't be seen
stands in braces: `{dollar}` and `{lcub}` for the signs "$" and "{", `{U+000A}` for a character by its number.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pustaka.standards.marc import Field, Record
from pustaka.standards.marc.record import CONTROL_TAGS, LEADER_LENGTH, SUBFIELD

LEADER = "LDR"
_HIDDEN = re.compile("[$\\{\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_BRACED = re.compile(r"\{(dollar|lcub|U\+[0-9A-Fa-f]{4,6})\}")
_NAMES = {"$": "{dollar}", "{": "{lcub}"}


class Row(NamedTuple):
    """One field as it is written."""

    tag: str
    indicators: str
    text: str

    @property
    def is_control(self) -> bool:
        return self.tag in CONTROL_TAGS or self.tag == LEADER


class Mistake(NamedTuple):
    """A row that can't be read: its place among the rows from 0, a code, and what it is about."""

    place: int
    code: str
    detail: str


def rows(record: Record) -> list[Row]:
    """The leader, and every field in order."""
    return [Row(LEADER, "", _escape(record.leader)), *(row(field) for field in record.fields)]


def row(field: Field) -> Row:
    """One field."""
    tag = _escape(field.tag)
    if field.is_control:
        return Row(tag, "", _escape(field.body))
    head, *pieces = field.body.split(SUBFIELD)
    indicators = _escape(head).replace("_", "{U+005F}").replace(" ", "_")
    return Row(tag, indicators, "".join(["$" + _escape(piece) for piece in pieces]))


def record(rows: Iterable[Row]) -> tuple[Record | None, list[Mistake]]:
    """The record that the rows say, or what must be mended first. Rows that are empty altogether are passed over.

    Text without a subfield code is subfield a; missing indicators are blanks.
    """
    leader: str | None = None
    fields: list[Field] = []
    mistakes: list[Mistake] = []
    for place, (tag, indicators, text) in enumerate(rows):
        if not tag.strip() and not text.strip():
            continue
        if tag.strip().upper() == LEADER:
            leader = _unescape(text)
            if len(leader) != LEADER_LENGTH or not leader.isascii() or not leader.isprintable():
                mistakes.append(Mistake(place, "leader", str(len(leader))))
            continue
        found = _field(_unescape(tag), indicators, text)
        if isinstance(found, str):
            mistakes.append(Mistake(place, found, tag))
        else:
            fields.append(found)
    if leader is None:
        mistakes.append(Mistake(0, "no-leader", ""))
    if mistakes or leader is None:
        return None, mistakes
    return Record(leader, fields), []


def _field(tag: str, indicators: str, text: str) -> Field | str:
    """The field, or the code of what is wrong with it."""
    if len(tag) != 3:
        return "tag"
    if tag in CONTROL_TAGS:
        return Field(tag, data=data) if not _has_delimiter(data := _unescape(text)) else "delimiter"
    head = _unescape(indicators.replace("_", " ")) if indicators.strip() else "  "
    if len(head) != 2:
        return "indicators"
    before, *pieces = text.split("$")
    if before.strip():
        pieces.insert(0, "a" + before.strip())
    elif not pieces:
        return Field.from_body(tag, head) if not before else "empty"
    unescaped = [_unescape(piece) for piece in pieces]
    if any(_has_delimiter(piece) for piece in [head, *unescaped]):
        return "delimiter"
    return Field.from_body(tag, SUBFIELD.join([head, *unescaped]))


def _has_delimiter(text: str) -> bool:
    return any(char in "\x1d\x1e\x1f" for char in text)


def _escape(text: str) -> str:
    if text.isprintable() and "$" not in text and "{" not in text:
        return text
    return _HIDDEN.sub(lambda found: _NAMES.get(found[0]) or f"{{U+{ord(found[0]):04X}}}", text)


def _unescape(text: str) -> str:
    return _BRACED.sub(_meant, text) if "{" in text else text


def _meant(found: re.Match[str]) -> str:
    if found[1] == "dollar":
        return "$"
    if found[1] == "lcub":
        return "{"
    number = int(found[1].removeprefix("U+"), base=16)
    return chr(number) if number <= 0x10FFFF else found[0]

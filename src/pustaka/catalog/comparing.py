"""Two descriptions of one book side by side, field by field, and what is chosen of one poured into the other.

Unlike two states of one record (which share most of their fields to the letter) two libraries write the same thing in
different words and order, so fields are paired by what they say. Plain Python.
"""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

from pustaka.catalog import rules
from pustaka.catalog.adopting import THEIR_NUMBERS, is_local
from pustaka.standards.marc import Field, Record

State = Literal["same", "alike", "differs", "ours", "theirs"]

LEAST_LIKENESS = 0.5


class Row(NamedTuple):
    """A field of both, or of one of them. `alike`: the same words, in other case or punctuation."""

    tag: str
    ours: Field | None
    theirs: Field | None
    state: State


class Piece(NamedTuple):
    """A stretch of text, and whether the other side lacks it."""

    text: str
    is_different: bool


def rows(ours: Record, theirs: Record) -> list[Row]:
    """By tag; within a tag what both have first. What belongs to one library only isn't compared."""
    found: list[Row] = []
    for tag in sorted({field.tag for field in (*ours.fields, *theirs.fields)}):
        if tag not in THEIR_NUMBERS and not is_local(tag):
            found += _paired(tag, [f for f in ours.fields if f.tag == tag], [f for f in theirs.fields if f.tag == tag])
    return found


def poured(ours: Record, theirs: Record, chosen: Collection[int]) -> Record:
    """Our record with what was chosen of theirs, by the numbers of `rows`: in the place of ours, or added to it.

    Raises:
        ValueError: a number that no row has.
    """
    compared = rows(ours, theirs)
    if any(number not in range(len(compared)) for number in chosen):
        raise ValueError(f"rows {sorted(chosen)} of {len(compared)}")
    fields = list(ours.fields)
    for number in sorted(chosen):
        row = compared[number]
        if row.theirs is None:
            continue
        if row.ours is not None:
            at = next(at for at, field in enumerate(fields) if field is row.ours)
            fields[at] = row.theirs
        else:
            at = max((at for at, field in enumerate(fields, 1) if field.tag <= row.tag), default=0)
            fields.insert(at, row.theirs)
    return Record(ours.leader, fields)


def pieces(text: str, other: str) -> list[Piece]:
    """The words of `text`, those that the other side lacks marked."""
    words, others = _words(text), _words(other)
    found: list[Piece] = []
    for kind, begin, end, _, _ in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if begin != end:
            found.append(Piece("".join(words[begin:end]), kind != "equal"))
    return found


def _words(text: str) -> list[str]:
    """The words of a text with the blanks behind them."""
    parts = ["".join(part) for _, part in groupby(text, key=str.isspace)]
    return [word + (parts[at + 1] if at + 1 < len(parts) else "") for at, word in enumerate(parts) if at % 2 == 0]


def _paired(tag: str, ours: list[Field], theirs: list[Field]) -> Iterable[Row]:
    found: list[Row] = []
    same: State = "same"
    alike: State = "alike"
    for state, fits in ((same, _is_same), (alike, _is_alike)):
        for field in list(ours):
            if (mate := next((other for other in theirs if fits(field, other)), None)) is not None:
                found.append(Row(tag, field, mate, state))
                _take(ours, field)
                _take(theirs, mate)
    while ours and theirs:
        score, one, other = max(
            ((_likeness(one, other), one, other) for one in ours for other in theirs), key=lambda pair: pair[0]
        )
        if score < LEAST_LIKENESS and not len(ours) == len(theirs) == 1:
            break
        found.append(Row(tag, one, other, "differs"))
        _take(ours, one)
        _take(theirs, other)
    found += [Row(tag, field, None, "ours") for field in ours]
    return found + [Row(tag, None, field, "theirs") for field in theirs]


def _take(fields: list[Field], wanted: Field) -> None:
    del fields[next(at for at, field in enumerate(fields) if field is wanted)]


def _is_same(one: Field, other: Field) -> bool:
    return one == other


def _is_alike(one: Field, other: Field) -> bool:
    return not one.is_control and rules.fold(one.text()) == rules.fold(other.text()) != ""


def _likeness(one: Field, other: Field) -> float:
    """The share of words in common, between 0 and 1."""
    first, second = set(rules.fold(one.text()).split()), set(rules.fold(other.text()).split())
    return len(first & second) / max(1, min(len(first), len(second)))

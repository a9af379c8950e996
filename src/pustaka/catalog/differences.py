"""What differs between two states of a record, and how two people's changes of it go together. Plain Python."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from pustaka.catalog.written import LEADER
from pustaka.standards.marc import Field, Record

Side = Literal["mine", "theirs"]


class Difference(NamedTuple):
    """A field that was changed, added (`before` is `None`) or taken out (`after` is `None`)."""

    tag: str
    before: Field | None
    after: Field | None


class Clash(NamedTuple):
    """A field that two people have changed in different ways; an empty side has taken it out."""

    tag: str
    base: list[Field]
    mine: list[Field]
    theirs: list[Field]


class Merged(NamedTuple):
    """Two people's changes together; where they clash, what was chosen, else the one's own."""

    record: Record
    clashes: list[Clash]


def between(before: Record, after: Record) -> list[Difference]:
    """In the order of the record; a mere move of a field to another place isn't told."""
    found: list[Difference] = []
    if _leader(before) != _leader(after):
        found.append(Difference(LEADER, _leader(before), _leader(after)))
    had, has = Counter(before.fields), Counter(after.fields)
    for kind, i1, i2, j1, j2 in _steps(before.fields, after.fields):
        if kind != "equal":
            gone = [field for field in before.fields[i1:i2] if had[field] > has[field]]
            come = [field for field in after.fields[j1:j2] if has[field] > had[field]]
            found += [Difference(_tag(one, other), one, other) for one, other in _pairs(gone, come)]
    return found


def _tag(one: Field | None, other: Field | None) -> str:
    return one.tag if one else other.tag if other else ""


def merge(base: Record, mine: Record, theirs: Record, choices: Mapping[int, Side] | None = None) -> Merged:
    """What both have changed since `base`; `choices` says for each clash, by its number, whose change is kept."""
    choices = choices or {}
    clashes: list[Clash] = []

    def settled(tag: str, old: list[Field], one: list[Field], other: list[Field]) -> list[Field]:
        if one == other or other == old:
            return one
        if one == old:
            return other
        clashes.append(Clash(tag, old, one, other))
        return other if choices.get(len(clashes) - 1) == "theirs" else one

    leader = settled(LEADER, [_leader(base)], [_leader(mine)], [_leader(theirs)])[0].body
    fields: list[Field] = []
    ours, others = _rewritten(base.fields, mine.fields), _rewritten(base.fields, theirs.fields)
    for place in range(len(base.fields) + 1):
        # Added before this place: by both means both, once where they are the same.
        mine_added, theirs_added = ours.added[place], others.added[place]
        fields += mine_added
        fields += [field for field in theirs_added if field not in mine_added]
        if place < len(base.fields):
            old = base.fields[place]
            fields += settled(old.tag, [old], ours.kept[place], others.kept[place])
    return Merged(Record(base.leader[:5] + leader[5:], fields), clashes)


class _Rewritten(NamedTuple):
    """What became of each field of the base, and what was added before each place."""

    kept: list[list[Field]]
    added: list[list[Field]]


def _rewritten(base: Sequence[Field], other: Sequence[Field]) -> _Rewritten:
    kept: list[list[Field]] = [[] for _ in base]
    added: list[list[Field]] = [[] for _ in range(len(base) + 1)]
    for kind, i1, i2, j1, j2 in _steps(base, other):
        if kind == "equal":
            for place, field in zip(range(i1, i2), other[j1:j2], strict=True):
                kept[place] = [field]
            continue
        place = i1
        for before, after in _pairs(base[i1:i2], other[j1:j2]):
            if before is None and after is not None:
                added[place].append(after)
            else:
                kept[place] = [after] if after is not None else []
                place += 1
    return _Rewritten(kept, added)


def _steps(ours: Sequence[Field], theirs: Sequence[Field]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()


def _pairs(gone: Sequence[Field], come: Sequence[Field]) -> list[tuple[Field | None, Field | None]]:
    """Fields of one tag together, the first with the first; what is left over stands alone, in order."""
    pairs: list[tuple[Field | None, Field | None]] = []
    waiting = list(come)
    for field in gone:
        mate = next((place for place, other in enumerate(waiting) if other.tag == field.tag), None)
        if mate is None:
            pairs.append((field, None))
            continue
        pairs += [(None, other) for other in waiting[:mate]]
        pairs.append((field, waiting[mate]))
        del waiting[: mate + 1]
    return pairs + [(None, other) for other in waiting]


def _leader(record: Record) -> Field:
    """What of the leader belongs to the record and not to one way of writing it down."""
    leader = record.leader
    return Field.from_body(LEADER, f"     {leader[5:12]}     {leader[17:]}")

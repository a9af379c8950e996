"""Headings in records: which fields hold them, by which key they are the same, and putting another in their place.

Plain Python. Source: MARC 21 Bibliographic, 1XX, 6XX, 7XX and 8XX; MARC 21 Authority, 1XX, 4XX and 5XX.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pustaka.catalog import rules, written
from pustaka.standards.marc import Field, Record

# The subfields that make the name, by the last two digits of the tag; a name ends where the title of a work begins.
_NAME = {
    "00": "abcdgjq", "10": "abcdgn", "11": "acdegnq", "30": "adfghklmnoprst", "47": "acdg", "48": "a", "50": "abcdg",
    "51": "abg", "55": "abc",
}  # fmt: skip
_DIVISIONS = "vxyz"

TAGS = {
    "person": frozenset({"100", "600", "700", "800"}),
    "corporate": frozenset({"110", "610", "710", "810"}),
    "meeting": frozenset({"111", "611", "711", "811"}),
    "title": frozenset({"130", "630", "730", "830", "240"}),
    "topic": frozenset({"650"}),
    "place": frozenset({"651"}),
    "genre": frozenset({"655"}),
}
ALL_TAGS = frozenset[str]().union(*TAGS.values())
# The tag of an authority's heading, by kind.
AUTHORITY_TAG = {
    "person": "100", "corporate": "110", "meeting": "111", "title": "130", "topic": "150", "place": "151",
    "genre": "155", "other": "150",
}  # fmt: skip

Subfields = Sequence[tuple[str, str]]


def key(text: str) -> str:
    """By this, two headings are the same: their words without case, diacritics and punctuation."""
    return rules.fold(text)[:200]


def parts(one: Field) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]]]:
    """The name, its subdivisions, and everything else (relators, works, control subfields)."""
    codes = _NAME.get(one.tag[1:], "a")
    if one.tag == "240":
        codes = _NAME["30"]
    name: list[tuple[str, str]] = []
    divisions: list[tuple[str, str]] = []
    rest: list[tuple[str, str]] = []
    has_work = False
    for code, value in one.subfields:
        has_work |= code == "t" and "t" not in codes
        if code in codes and not divisions and not has_work:
            name.append((code, value))
        elif code in _DIVISIONS and not has_work:
            divisions.append((code, value))
        else:
            rest.append((code, value))
    return name, divisions, rest


def text(subfields: Iterable[tuple[str, str]]) -> str:
    """As people read it; subdivisions behind double hyphens."""
    joined = ""
    for code, value in subfields:
        joined += (" -- " if code in _DIVISIONS and joined else " " if joined else "") + value.strip()
    return rules.trim(joined)


def keys(field: Field) -> list[str]:
    """The key of the whole heading, then that of the name alone where subdivisions follow it."""
    name, divisions, _ = parts(field)
    found = [key(text([*name, *divisions]))]
    return [*found, key(text(name))] if divisions else found


def renamed(field: Field, wanted: str, made: Subfields, *, number: str = "") -> Field:
    """The field with another heading; relators and the titles of works stay.

    Args:
        wanted: the key that is replaced: of the whole heading, or of the name before its subdivisions.
        number: the control number of the authority, for $0; without one an old $0 goes, as it named the old heading.
    """
    name, divisions, rest = parts(field)
    is_whole = key(text([*name, *divisions])) == wanted
    kept = [] if is_whole else divisions
    before = [*name, *divisions] if is_whole else name
    fresh = [*made]
    # "Toer, Pramoedya Ananta," before a relator keeps its comma.
    if before and fresh and (end := before[-1][1].rstrip()[-1:]) in {",", "."} and fresh[-1][1].rstrip()[-1:] != end:
        follows = rest and rest[0][0] not in "0123456789"
        if end == "." or follows:
            fresh[-1] = (fresh[-1][0], fresh[-1][1].rstrip() + end)
    return _with(field, [*fresh, *kept, *[pair for pair in rest if pair[0] != "0"]], number)


def linked(field: Field, number: str) -> Field:
    """The field with the control number of its authority in $0; a $0 that names another list stays beside it."""
    kept = [pair for pair in field.subfields if pair != ("0", number)]
    return _with(field, kept, number)


def _with(field: Field, subfields: Subfields, number: str) -> Field:
    more = [("0", number)] if number else []
    return Field(field.tag, indicators=field.indicators, subfields=[*subfields, *more])


# --- Authority records -----------------------------------------------------------------------------------------------

Relation = Literal["see", "broader", "narrower", "related"]
_CONTROL: dict[Relation, str] = {"broader": "g", "narrower": "h"}


@dataclass(frozen=True, slots=True)
class Names:
    """Where a heading refers from (`see`) and to, as people write it: words, or subfields with their signs."""

    see: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    kinds: tuple[Relation, ...] = field(default=("see", "broader", "narrower", "related"), init=False, repr=False)


def heading_field(record: Record) -> Field | None:
    """The heading of an authority record."""
    return record.get("1XX")


def text_of(one: Field) -> str:
    """The heading in a field, as people read it."""
    name, divisions, rest = parts(one)
    return text([*name, *divisions, *[pair for pair in rest if pair[0] not in "wi0123456789e4"]])


def relation_of(one: Field) -> Relation:
    """How a 4XX or 5XX of an authority record refers."""
    if one.tag[:1] == "4":
        return "see"
    return {"g": "broader", "h": "narrower"}.get(one.get("w")[:1], "related")  # type: ignore[return-value]


def names(record: Record) -> Names:
    """Where an authority record refers from and to."""
    found: dict[Relation, list[str]] = {"see": [], "broader": [], "narrower": [], "related": []}
    for one in record.all("4XX", "5XX"):
        if said := text_of(one):
            found[relation_of(one)].append(said)
    return Names(*(tuple(found[relation]) for relation in ("see", "broader", "narrower", "related")))


def composed(record: Record, kind: str, heading: Field | None, wanted: Names) -> Record:
    """The authority record with this heading (its own, if `None`) and these references.

    A reference that is there already keeps its field as it is, with all that the simple form doesn't show.
    """
    kept: dict[tuple[Relation, str], list[Field]] = {}
    for one in record.all("4XX", "5XX"):
        kept.setdefault((relation_of(one), key(text_of(one))), []).append(one)
    digits = AUTHORITY_TAG.get(kind, "150")[1:]
    references: list[Field] = []
    for relation in wanted.kinds:
        for words in dict.fromkeys(getattr(wanted, relation)):
            made = written_as(f"{'4' if relation == 'see' else '5'}{digits}", "", words)
            if made is None:
                continue
            known = kept.get((relation, key(text_of(made))))
            references += known or [_related(made, relation)]
    fields = [one for one in record.fields if one.tag[:1] not in {"4", "5"}]
    if heading is not None:
        fields = [one for one in fields if one.tag[:1] != "1"] + [heading]
    after = sorted([*fields, *references], key=lambda one: one.tag)
    return Record(record.leader, after)


def with_see(record: Record, old: Field) -> Record:
    """The authority record that refers from another heading too, once."""
    own = heading_field(record)
    known = {key(text_of(one)) for one in (*record.all("4XX"), *([own] if own else []))}
    if key(text_of(old)) in known:
        return record
    see = Field(f"4{old.tag[1:]}", indicators=old.indicators, subfields=[one for one in old.subfields if one[0] != "0"])
    return Record(record.leader, sorted([*record.fields, see], key=lambda one: one.tag))


def _related(one: Field, relation: Relation) -> Field:
    control = [("w", _CONTROL[relation])] if relation in _CONTROL else []
    return Field(one.tag, indicators=one.indicators, subfields=[*control, *one.subfields])


def written_as(tag: str, indicators: str, words: str) -> Field | None:
    """The field that these words say: subfields with their signs, or plain words with double hyphens between parts."""
    said = words if "$" in words else "$a" + words.strip().replace(" -- ", "$x")
    row = written.Row(tag, indicators.replace(" ", "_"), said)
    found, mistakes = written.record([written.Row(written.LEADER, "", " " * 24), row])
    one = found.fields[0] if words.strip() and found and not mistakes and found.fields else None
    return one if one and one.subfields and all(code for code, _ in one.subfields) else None

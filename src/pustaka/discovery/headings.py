"""What an authority record says of a heading: what it is called in the lists, and where it refers to and from.

Source: MARC 21 Authority <https://www.loc.gov/marc/authority/>: fields 1XX, 4XX, 5XX, and $w of 4XX and 5XX.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pustaka.catalog import derive
from pustaka.catalog import rules as catalog_rules
from pustaka.catalog.models import Authority
from pustaka.discovery import orders, text
from pustaka.standards import marc

Relation = Literal["broader", "narrower", "earlier", "later", "related"]

_KINDS: dict[str, tuple[orders.HeadingKind, ...]] = {
    **dict.fromkeys(("person", "corporate", "meeting"), ("author", "subject")),
    **dict.fromkeys(("topic", "place", "genre", "title"), ("subject",)),
}
# As `documents` names the same heading in a bibliographic record.
_CODES = {"00": "abcq", "10": "abn", "11": "acdn", "30": "anp", "48": "a", "50": "a", "51": "a", "55": "a"}
_SUBJECT_CODES = _CODES | {"00": "abcdqt", "10": "abnt", "11": "acdnt", "30": "anpt"}
_RELATIONS: dict[str, Relation] = {"g": "broader", "h": "narrower", "a": "earlier", "b": "later"}


@dataclass(frozen=True, slots=True)
class Related:
    """A heading that another one refers to."""

    relation: Relation
    shown: str


def kinds_of(authority: Authority) -> tuple[orders.HeadingKind, ...]:
    """The lists in which a heading of this kind may stand."""
    return _KINDS.get(authority.kind, ())


def entries_of(authority: Authority) -> Iterator[str]:
    """Its references in the lists, and `L` entries by which the authority of a heading is found."""
    record = marc.load(bytes(authority.marc))
    for kind in kinds_of(authority):
        for name in authority.see:
            yield orders.heading_entry(kind, name[:200], authority=authority.pk)
        if shown := shown_as(record, kind):
            yield orders.authority_entry(kind, shown, authority.pk)


def shown_as(record: marc.Record, kind: orders.HeadingKind) -> str:
    """What the lists call the heading of an authority record; "" where titles can't carry it."""
    for field in record.fields:
        if field.tag[0] == "1":
            return _shown(field, kind)
    return ""


def related(record: marc.Record, kind: orders.HeadingKind) -> list[Related]:
    """Where the record refers to with "see also", in its own order; what it hides from readers is left out."""
    found = []
    for field in record.fields:
        if field.tag[0] == "5" and (shown := _shown(field, kind)):
            control = field.get("w")
            if control[3:4] not in {"a", "c", "d"}:  # not displayed as a reference
                found.append(Related(_RELATIONS.get(control[:1], "related"), shown))
    return found


def _shown(field: marc.Field, kind: orders.HeadingKind) -> str:
    codes = (_CODES if kind == "author" else _SUBJECT_CODES).get(field.tag[1:])
    main = catalog_rules.trim(field.text(codes))[:200] if codes else ""
    if kind == "subject" and main and field.tag[1:] in {"48", "50", "51", "55"}:
        divided = derive.heading_text(field)
        return divided if " -- " in divided else main
    return main


def is_divided(shown: str) -> bool:
    """Whether a subject is one with subdivisions."""
    return " -- " in shown


def words(shown: str) -> tuple[str, ...]:
    """The folded words of a heading, for the phrase that finds its titles."""
    return tuple(text.tokens(shown))

"""Rows of a comparison as a page shows them: captions, and which words differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from pustaka.catalog import marc_names
from pustaka.catalog.comparing import Piece, pieces, rows
from pustaka.standards.marc import Field, Record

STATES: dict[str, Any] = {
    "same": pgettext_lazy("comparison", "The same"),
    "alike": pgettext_lazy("comparison", "The same words"),
    "differs": pgettext_lazy("comparison", "Different"),
    "ours": pgettext_lazy("comparison", "Only there"),
    "theirs": pgettext_lazy("comparison", "Only here"),
}
EMPTY = SafeString("")


@dataclass(frozen=True, slots=True)
class RowTold:
    """One field of both or of one, what differs marked; `number` is that of `comparing.rows`."""

    number: int
    tag: str
    caption: Any
    ours: SafeString
    theirs: SafeString
    state: str
    state_name: Any

    @property
    def is_fixed(self) -> bool:
        """Whether its blanks mean something."""
        return self.tag < "010"

    @property
    def may_be_taken(self) -> bool:
        """Whether taking it would change anything."""
        return bool(self.theirs) and self.state != "same"


def compared(ours: Record, theirs: Record) -> list[RowTold]:
    """Every field, by tag."""
    found = []
    for number, row in enumerate(rows(ours, theirs)):
        one, other = _written(row.ours), _written(row.theirs)
        is_both = bool(one and other)
        found.append(
            RowTold(
                number=number,
                tag=row.tag,
                caption=marc_names.field(row.tag),
                ours=_marked(pieces(one, other)) if is_both else format_html("{}", one),
                theirs=_marked(pieces(other, one)) if is_both else format_html("{}", other),
                state=row.state,
                state_name=STATES[row.state],
            )
        )
    return found


def plain(record: Record) -> list[RowTold]:
    """The fields of one record."""
    return [
        RowTold(number, field.tag, marc_names.field(field.tag), EMPTY, format_html("{}", _written(field)), "", "")
        for number, field in enumerate(_sorted(record.fields))
    ]


def _sorted(fields: Iterable[Field]) -> list[Field]:
    return sorted(fields, key=lambda field: field.tag)


def _marked(found: Iterable[Piece]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", one.text) if one.is_different else one.text,) for one in found)
    )


def _written(field: Field | None) -> str:
    """The field on one line, with the signs of its subfields."""
    if field is None:
        return ""
    if field.is_control:
        return field.data or ""
    return " ".join(f"${code} {value}" for code, value in field.subfields)

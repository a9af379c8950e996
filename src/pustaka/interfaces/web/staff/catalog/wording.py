"""Columns of copies, and fields of records, in the words of the person at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.catalog import marc_names
from pustaka.catalog import queries as catalog
from pustaka.catalog.differences import Difference
from pustaka.catalog.models import Item
from pustaka.catalog.queries import Changed
from pustaka.interfaces.web.kit.templatetags.kit import rupiah
from pustaka.standards.marc import Field

COLUMNS: dict[str, Any] = {
    "bib_id": _("Title"),
    "barcode": _("Barcode"),
    "inventory_number": _("Inventory number"),
    "call_number": _("Call number"),
    "branch_id": _("Library"),
    "location_id": _("Shelf"),
    "item_type_id": _("Collection"),
    "status": _("State"),
    "source": _("Source"),
    "price_idr": _("Price"),
    "copy_number": _("Copy number"),
    "volume": _("Volume"),
    "condition": _("Condition"),
    "note": _("Note"),
    "received_on": _("Received on"),
    "unplaced": _("Kept from an import"),
}
_CHOICES: dict[str, dict[str, Any]] = {
    "status": dict(Item.Status.choices),
    "source": dict(Item.Source.choices),
    "condition": dict(Item.Condition.choices),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One column of a copy, from what to what."""

    label: Any
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class FieldTold:
    """One field of a record, from what to what, with its caption."""

    tag: str
    caption: Any
    before: Field | None
    after: Field | None


def fields_told(differences: Iterable[Difference]) -> list[FieldTold]:
    """In the order given."""
    return [FieldTold(one.tag, marc_names.field(one.tag), one.before, one.after) for one in differences]


class Copies:
    """Puts columns of copies into words; asks for the names of places once for a whole page."""

    def __init__(self) -> None:
        self._names: dict[str, dict[int, str]] = {
            "branch_id": {branch.pk: branch.name for branch in branches.branches()},
            "location_id": {place.pk: f"{place.branch.name}, {place.name}" for place in branches.locations()},
            "item_type_id": {kind.pk: kind.name for kind in catalog.item_types()},
        }

    def told(self, changes: Iterable[Changed]) -> list[Told]:
        """In the order given."""
        return [
            Told(COLUMNS.get(one.column, one.column), self.say(one.column, one.before), self.say(one.column, one.after))
            for one in changes
        ]

    def state(self, state: dict[str, Any]) -> list[Told]:
        """Every column that says something."""
        return [
            Told(COLUMNS.get(column, column), "", self.say(column, value))
            for column, value in state.items()
            if value not in (None, "", {}) and column != "bib_id"
        ]

    def say(self, column: str, value: Any) -> Any:
        """The value as a person would say it; "" for nothing."""
        if value in (None, "", {}):
            return ""
        if isinstance(value, dict):
            return "; ".join(f"{name}: {text}" for name, text in value.items())
        if column in _CHOICES:
            return _CHOICES[column].get(value, value)
        if column in self._names:
            return self._names[column].get(value, value)
        if column == "price_idr":
            return rupiah(value)
        if column == "received_on" and (day := parse_date(str(value))):
            return date_format(day, "DATE_FORMAT")
        return value

"""What a librarian says of copies."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Item, NumberPattern
from pustaka.catalog.rules import CIRCULATING
from pustaka.catalog.services.items import NewCopy
from pustaka.catalog.services.numbering import MOST_AT_ONCE

STATES = [pair for pair in Item.Status.choices if pair[0] not in CIRCULATING]
NEEDS_A_REASON = frozenset({Item.Status.MISSING, Item.Status.LOST, Item.Status.WITHDRAWN, Item.Status.REPAIR})


class Common(forms.Form):
    """What copies that are added in a row have in common."""

    place = forms.ChoiceField(label=_("Where it stands"))
    call_number = forms.CharField(label=_("Call number"), max_length=80, required=False)
    item_type = forms.TypedChoiceField(label=_("Collection"), required=False, coerce=int, empty_value=None, choices=())
    source = forms.ChoiceField(label=_("Source"), choices=Item.Source.choices, initial=Item.Source.PURCHASE)
    price_idr = forms.IntegerField(
        label=_("Price"), help_text=_("In whole rupiah, without points."), min_value=0, max_value=10**12, required=False
    )
    received_on = forms.DateField(
        label=_("Received on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    volume = forms.CharField(
        label=_("Volume"), help_text=_("“Jil. 2”, where there are several."), max_length=60, required=False
    )
    condition = forms.ChoiceField(label=_("Condition"), required=False, choices=[("", "–"), *Item.Condition.choices])
    status = forms.ChoiceField(label=_("State"), choices=STATES, initial=Item.Status.AVAILABLE)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = _places()
        self.fields["place"].choices = [(code, name) for code, (name, _b, _l) in self._places.items()]  # type: ignore[attr-defined]
        kinds = [("", "–"), *((kind.pk, kind.name) for kind in catalog.item_types())]
        self._kinds = {kind.pk: kind for kind in catalog.item_types()}
        self.fields["item_type"].choices = kinds  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The attributes of a copy; only of a valid form."""
        told = {name: value for name, value in self.cleaned_data.items() if name in NewCopy.__dataclass_fields__}
        _name, branch, location = self._places[self.cleaned_data["place"]]
        kind = self._kinds.get(self.cleaned_data.get("item_type") or 0)
        return {**told, "branch": branch, "location": location, "item_type": kind}


class Scanned(Common):
    """One more copy with the label that was scanned."""

    barcode = forms.CharField(
        label=_("Barcode"),
        help_text=_("Scan label after label; each one becomes a copy at once."),
        max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}),
    )


class Numbered(Common):
    """Several copies whose labels are numbered by a pattern."""

    pattern = forms.ModelChoiceField(
        label=_("Numbered by"), queryset=catalog.number_patterns().none(), empty_label=None
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_AT_ONCE, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].queryset = catalog.number_patterns(NumberPattern.Use.BARCODE)  # type: ignore[attr-defined]


class Copy(Common):
    """Everything about one copy."""

    barcode = forms.CharField(label=_("Barcode"), max_length=60)
    inventory_number = forms.CharField(label=_("Inventory number"), max_length=60, required=False)
    copy_number = forms.IntegerField(label=_("Copy number"), min_value=1, max_value=30_000, required=False)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("For the history. Needed where the copy goes missing, is lost, withdrawn or sent to be repaired."),
        max_length=300,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, before: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = before
        if before in CIRCULATING:
            self.fields["status"].choices = [(before, Item.Status(before).label)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        status = told.get("status")
        if status in NEEDS_A_REASON and status != self._before and not told.get("reason"):
            self.add_error("reason", _("Say in a few words why."))
        return told


class Pattern(forms.Form):
    """How copies are numbered."""

    name = forms.CharField(label=_("Name"), max_length=80)
    use = forms.ChoiceField(label=_("For"), choices=NumberPattern.Use.choices)
    pattern = forms.CharField(
        label=_("Pattern"),
        help_text=_("{number:5} is the number in five digits; {year}, {yy} and {month} are those of the day."),
        max_length=60,
        initial="P{year}{number:5}",
    )
    next_number = forms.IntegerField(label=_("Next number"), min_value=1, max_value=10**12, initial=1)
    begins_anew = forms.BooleanField(label=_("Begin with 1 again every year"), required=False)


def of_item(item: Item) -> dict[str, Any]:
    """What the form shows of a copy."""
    return {
        **{name: getattr(item, name) for name in Copy.base_fields if hasattr(item, name)},
        "place": f"l{item.location_id}" if item.location_id else f"b{item.branch_id}",
        "item_type": item.item_type_id,
        "version": item.version,
    }


def initial_of(state: Mapping[str, Any]) -> dict[str, str]:
    """What the form showed of a copy in that state (`ItemVersion.state`)."""
    told = {name: "" if state.get(name) is None else str(state[name]) for name in Copy.base_fields if name in state}
    place = f"l{state['location_id']}" if state.get("location_id") else f"b{state.get('branch_id')}"
    return {**told, "place": place, "item_type": str(state.get("item_type_id") or "")}


def _places() -> Mapping[str, tuple[str, Branch, Location | None]]:
    """Every library, and every shelf in it, by a code."""
    shelves: dict[int, list[Location]] = {}
    for shelf in branches.locations():
        shelves.setdefault(shelf.branch_id, []).append(shelf)
    places: dict[str, tuple[str, Branch, Location | None]] = {}
    for branch in branches.branches():
        for shelf in shelves.get(branch.pk, []):
            places[f"l{shelf.pk}"] = (f"{branch.name}, {shelf.name}", branch, shelf)
        places[f"b{branch.pk}"] = (branch.name, branch, None)
    return places

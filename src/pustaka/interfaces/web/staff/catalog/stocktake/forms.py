import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import ItemType, StockTake
from pustaka.catalog.rules import Settling, one_line
from pustaka.catalog.services.stock_takes import LONGEST_BARCODE, Scan
from pustaka.foundation.errors import Invalid
from pustaka.standards.callnumbers import is_between

LONGEST_ID = 40


class Begin(forms.Form):
    """Which part of which library, and under what name."""

    name = forms.CharField(
        label=_("Name of the stock take"),
        help_text=_("So that everyone finds it: Stock take 2026, floor 2."),
        max_length=120,
    )
    branch = forms.ModelChoiceField(label=_("Library"), queryset=branches.branches().none(), empty_label=None)
    locations = forms.ModelMultipleChoiceField(
        label=_("Shelves"),
        help_text=_("Tick none to take them all."),
        queryset=branches.locations().none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    item_types = forms.ModelMultipleChoiceField(
        label=_("Collections"),
        help_text=_("Tick none to take them all."),
        queryset=catalog.item_types().none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    first_call = forms.CharField(
        label=_("From call number"), help_text=_("As on the spine: 600, or 657 WIJ e."), max_length=80, required=False
    )
    last_call = forms.CharField(
        label=_("Up to call number"),
        help_text=_("With all that begins with it: 699 takes 699.1, too."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (
            ("branch", branches.branches()),
            ("locations", branches.locations()),
            ("item_types", catalog.item_types()),
        ):
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]
        self.fields["locations"].label_from_instance = lambda shelf: f"{shelf.branch.name}, {shelf.name}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        branch, first, last = told.get("branch"), told.get("first_call", ""), told.get("last_call", "")
        if branch and any(shelf.branch_id != branch.pk for shelf in told.get("locations", ())):
            self.add_error("locations", _("Choose shelves of %(branch)s only.") % {"branch": branch})
        if first and last and not is_between(first, last=last):
            self.add_error("last_call", _("The first call number stands behind the last one. Swap them."))
        return told

    @property
    def scope(self) -> dict[str, Any]:
        """The arguments of `stock_takes.begin`."""
        told = self.cleaned_data
        branch: Branch = told["branch"]
        locations: list[Location] = list(told["locations"])
        item_types: list[ItemType] = list(told["item_types"])
        return {**told, "branch": branch, "locations": locations, "item_types": item_types}


class Scanned(forms.Form):
    """One box for barcodes, and the shelf where the person stands."""

    client_id = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_ID)
    shelf = forms.TypedChoiceField(label=_("You stand at"), coerce=int, empty_value=None, required=False)
    barcode = forms.CharField(
        label=_("Barcode"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "autofocus": True}
        ),
        max_length=LONGEST_BARCODE,
    )

    def __init__(self, stock_take: StockTake, *args: Any, shelf: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"client_id": uuid4().hex, "shelf": shelf})
        super().__init__(*args, **kwargs)
        shelves = [(one.pk, one.name) for one in catalog.shelves_to_stand_at(stock_take)]
        if not stock_take.is_running:  # its script stays, for what still waits on a device
            self.fields["barcode"].widget.attrs["disabled"] = True
        self.fields["shelf"].choices = [("", _("No particular shelf")), *shelves]  # type: ignore[attr-defined]

    def scan(self, *, at: datetime) -> Scan:
        told = self.cleaned_data
        return Scan(client_id=told["client_id"], barcode=told["barcode"], shelf_id=told["shelf"], scanned_at=at)


class Settle(forms.Form):
    """What to do with the copies that are ticked, or with all of the list."""

    act = forms.ChoiceField(choices=[(act.value, act.value) for act in Settling])
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    @property
    def copy_ids(self) -> list[int] | None:
        """The ticked ones; None for all."""
        if "all" in self.data:
            return None
        ticked = self.data.getlist("copy")  # type: ignore[attr-defined]
        return [int(pk) for pk in ticked if pk.isdecimal() and len(pk) < 19]


def queue_in(body: bytes, *, at: datetime) -> list[Scan]:
    """The scans that a device has kept: `{"scans": [{"id": …, "barcode": …, "shelf": 3, "at": "2026-11-23T08:00Z"}]}`.

    One that has no barcode or no id is left out, and a moment that can't be read is now: nothing holds up the queue.

    Raises:
        Invalid: this is no queue.
    """
    try:
        listed = json.loads(body)["scans"]
        scans = [scan for one in listed if (scan := _scan(one, at)).client_id and scan.barcode]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(_("These scans can't be read. Open the page of the stock take again.")) from error
    return scans


def _scan(one: dict[str, Any], at: datetime) -> Scan:
    return Scan(
        client_id=one_line(str(one.get("id") or ""))[:LONGEST_ID],
        barcode=one_line(str(one.get("barcode") or "")),
        shelf_id=one["shelf"] if isinstance(one.get("shelf"), int) else None,
        scanned_at=_moment(str(one.get("at", ""))) or at,
    )


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and is_aware(found) else None

"""What is told about conditions, jobs of care, parcels and digitized copies."""

from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.branches import queries as branches
from pustaka.catalog import care
from pustaka.catalog.models import Bib, CareJob, DigitalCopy, Item
from pustaka.catalog.services.conditions import LONGEST_NOTE

MOST_IDR = 10**12
CONDITIONS = [*Item.Condition.choices]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _cost(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=_("In whole rupiah, without points."), min_value=0, max_value=MOST_IDR, required=False
    )


def _scanner(help_text: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"})
    return forms.CharField(label=_("Barcode"), help_text=help_text, max_length=60, widget=widget)


# --- Conditions ------------------------------------------------------------------------------------------------------


class Noted(forms.Form):
    """What somebody sees of a copy."""

    condition = forms.ChoiceField(label=_("Condition"), choices=CONDITIONS, initial=Item.Condition.GOOD)
    note = forms.CharField(
        label=_("In a sentence"),
        help_text=_("What one sees: spine torn at the head, 12 leaves loose, insect holes in the boards."),
        max_length=LONGEST_NOTE,
        required=False,
    )


class Seen(Noted):
    """The same with a photograph."""

    picture = forms.FileField(
        label=_("Photograph"),
        help_text=_("On a telephone this opens the camera. JPEG, PNG, WebP or GIF, at most 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
        required=False,
    )

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        told = self.cleaned_data
        return {**told, "condition": Item.Condition(told["condition"]), "picture": told["picture"] or None}


class Scanned(Noted):
    """One copy after the other in the same condition."""

    barcode = _scanner(_("Scan all copies in this condition, one after the other."))


class Place(forms.Form):
    """Which library the figures are of."""

    branch = forms.ModelChoiceField(label=_("Library"), queryset=branches.branches().none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches.branches()  # type: ignore[attr-defined]


# --- Jobs ------------------------------------------------------------------------------------------------------------


class Asked(forms.Form):
    """What is to be done for a copy, and why."""

    kind = forms.ChoiceField(label=_("What is to be done"), choices=CareJob.Kind.choices)
    reason = forms.CharField(
        label=_("Why"), help_text=_("A torn spine, loose leaves, insects, a faded label."), max_length=300
    )
    urgency = forms.TypedChoiceField(
        label=_("How soon"), choices=CareJob.Urgency.choices, coerce=int, initial=CareJob.Urgency.SOON
    )
    lays_aside = forms.BooleanField(
        label=_("The copy is here and goes off the shelf now"),
        help_text=_("Readers see that it can't be had, before anybody has decided."),
        required=False,
    )

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        told = self.cleaned_data
        return {**told, "kind": CareJob.Kind(told["kind"]), "urgency": CareJob.Urgency(told["urgency"])}


class AskedScanned(Asked):
    """The same for one copy after the other."""

    barcode = _scanner(_("Scan the copies one after the other; what stands above stays."))


class AskedForMany(forms.Form):
    """The same for copies that are ticked."""

    kind = Asked.base_fields["kind"]
    reason = Asked.base_fields["reason"]
    urgency = Asked.base_fields["urgency"]


class Queue(forms.Form):
    """Which jobs are to be seen."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All that are open")), *CareJob.State.choices, ("undecided", _("Proposed for withdrawal"))],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[("", pgettext_lazy("kind", "All")), *CareJob.Kind.choices],
        required=False,
    )
    bindery = forms.ModelChoiceField(
        label=_("Bindery"), queryset=care.binderies().none(), empty_label=_("All"), required=False
    )
    branch = forms.ModelChoiceField(
        label=_("Library"), queryset=branches.branches().none(), empty_label=_("All"), required=False
    )
    barcode = forms.CharField(label=_("Barcode"), max_length=60, required=False)
    late = forms.BooleanField(label=_("Only what is late"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bindery"].queryset = care.binderies()  # type: ignore[attr-defined]
        self.fields["branch"].queryset = branches.branches()  # type: ignore[attr-defined]

    def wish(self, *, today: date) -> care.Wish:
        """What was asked for; what makes no sense is left out."""
        self.is_valid()
        told = self.cleaned_data
        bindery, branch = told.get("bindery"), told.get("branch")
        state = told.get("state", "")
        return care.Wish(
            state="" if state == "undecided" else state,
            proposes_withdrawal=state == "undecided",
            kind=told.get("kind", ""),
            bindery_id=bindery.pk if bindery else None,
            branch_id=branch.pk if branch else None,
            late_on=today if told.get("late") else None,
            barcode=told.get("barcode", ""),
        )


class Declined(forms.Form):
    """Why something isn't done."""

    answer = forms.CharField(label=_("Why not"), max_length=300)


class Begun(forms.Form):
    """Until when it takes."""

    expected_on = _day(_("Expected back on"), help_text=_("Readers are told this day."), required=False)


class Promised(forms.Form):
    """Another day."""

    expected_on = _day(_("Expected back on"))


class Finished(forms.Form):
    """What was done."""

    result = forms.CharField(
        label=_("What was done"), help_text=_("New endpapers, sewn, linen on the spine."), max_length=500
    )
    condition = forms.ChoiceField(
        label=_("Condition now"), choices=[("", _("Not looked at")), *CONDITIONS], required=False
    )
    cost_idr = _cost(_("Cost"))

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        told = self.cleaned_data
        return {**told, "condition": Item.Condition(told["condition"]) if told["condition"] else None}


class GivenUp(forms.Form):
    """Why it can't be done."""

    result = forms.CharField(label=_("Why it can't be repaired"), max_length=500)
    cost_idr = _cost(_("Cost"))


def ticked(asked: Any, name: str) -> list[int]:
    """The numbers that were ticked, at most a page of them or two."""
    return [int(pk) for pk in asked.getlist(name)[:1000] if pk.isdecimal() and len(pk) < 19]


# --- Parcels and binderies -------------------------------------------------------------------------------------------


class Bindery(forms.Form):
    """A workshop outside the house."""

    bindery_id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    is_asked = forms.BooleanField(label=_("We give work to it"), required=False, initial=True)


class Parcel(forms.Form):
    """The head of a parcel."""

    number = forms.CharField(
        label=_("Number of the parcel"), help_text=_("As your office numbers its letters."), max_length=60
    )
    bindery = forms.ModelChoiceField(label=_("Bindery"), queryset=care.binderies().none(), empty_label=None)
    expected_on = _day(_("Expected back on"), required=False)
    agreed_idr = _cost(_("Price agreed on for all of it"))
    note = forms.CharField(
        label=_("Note for the bindery"),
        help_text=_("Color of the cloth, lettering on the spine."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bindery"].queryset = care.binderies(only_asked=True)  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        told = dict(self.cleaned_data)
        bindery = told.pop("bindery")
        return {**told, "bindery_id": bindery.pk}


class LaidIn(forms.Form):
    """One volume after the other for the parcel."""

    kind = forms.ChoiceField(
        label=_("What is to be done"),
        help_text=_("For volumes that nobody has asked for yet; what waits for a copy goes with it."),
        choices=CareJob.Kind.choices,
        initial=CareJob.Kind.REBIND,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("A torn spine, loose leaves, insects, a faded label."),
        max_length=300,
        required=False,
    )
    barcode = _scanner(_("Scan the volumes one after the other."))


class Sent(forms.Form):
    """When it goes and when it is to be back."""

    sent_on = _day(_("Goes on"))
    expected_on = _day(_("Expected back on"), help_text=_("Readers are told this day."), required=False)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        sent_on, expected_on = told.get("sent_on"), told.get("expected_on")
        if sent_on and expected_on and expected_on < sent_on:
            self.add_error("expected_on", _("This is before the day on which it goes."))
        return told


class CameBack(Finished):
    """One volume after the other out of the parcel that came back."""

    barcode = _scanner(_("Scan the volumes one after the other; what stands above counts for each."))


# --- Digitized copies ------------------------------------------------------------------------------------------------


class Rights(forms.Form):
    """By which right a file may be read."""

    part = forms.CharField(
        label=_("What it shows"),
        help_text=_("Volume 2, chapter 1; empty for the whole."),
        max_length=120,
        required=False,
    )
    rights = forms.ChoiceField(
        label=_("By which right it may be read"),
        help_text=_("What is kept for preservation only, is open to the staff alone."),
        choices=DigitalCopy.Rights.choices,
        initial=DigitalCopy.Rights.PRESERVATION,
    )
    statement = forms.CharField(
        label=_("Statement"),
        help_text=_("Who has permitted it and when, or why it is free; readers see it. Needed with a permission."),
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("rights") == DigitalCopy.Rights.PERMITTED and not told.get("statement"):
            self.add_error(
                "statement", _("Say who has permitted it and when, or that it is the university's own work.")
            )
        return told


class Digitized(Rights):
    """A file, and what it was made from."""

    file = forms.FileField(
        label=_("PDF"),
        help_text=_("At most 200 MB, without password, scripts or attached files."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )
    item_id = forms.TypedChoiceField(label=_("Made from"), coerce=int, empty_value=None, required=False, choices=())
    field_order = ("file", "part", "item_id", "rights", "statement")

    def __init__(self, bib: Bib, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        copies = [(item.pk, " ".join([item.barcode, item.volume]).strip()) for item in care.copies_to_choose(bib)]
        self.fields["item_id"].choices = [("", "–"), *copies]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        told = dict(self.cleaned_data)
        file: BinaryIO = told.pop("file")
        return {**told, "file": file, "rights": DigitalCopy.Rights(told["rights"])}


class Elsewhere(forms.Form):
    """The address of a digitized copy that others keep."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    url = forms.CharField(
        label=_("Address"),
        help_text=_("It begins with https://."),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    part = forms.CharField(
        label=_("What it shows"),
        help_text=_("Volume 2, chapter 1; empty for the whole."),
        max_length=120,
        required=False,
    )
    words = forms.CharField(
        label=_("What the link is called"),
        help_text=_("Read it at the National Library."),
        max_length=120,
        required=False,
    )
    note = forms.CharField(label=_("Note for readers"), max_length=200, required=False)


class Unlinked(forms.Form):
    """Which address goes out of the record."""

    version = forms.IntegerField()
    url = forms.CharField(max_length=2000)


def number_in(asked: Mapping[str, str], name: str) -> int | None:
    """A number of the address line, if it is one."""
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.catalog.models import Item, Withdrawal
from pustaka.catalog.services.withdrawals import Signer
from pustaka.catalog.weeding import Wish

SIGNERS = 3


class Scan(forms.Form):
    """One copy after the other, for the same reason."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Withdrawal.Reason.choices)
    note = forms.CharField(
        label=_("Note"), help_text=_("Needed where the reason is another one."), max_length=300, required=False
    )
    barcode = forms.CharField(
        label=_("Barcode"),
        help_text=_("Scan the copies one after the other."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("reason") == Withdrawal.Reason.OTHER and not data.get("note"):
            self.add_error("note", _("Say why."))
        return data


class Report(forms.Form):
    """The head of a report, and who signs it."""

    number = forms.CharField(label=_("Number of the report"), max_length=80)
    decided_on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    basis = forms.CharField(
        label=_("On what decision it rests"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    fate = forms.CharField(
        label=_("What becomes of the copies"),
        help_text=_("Destroyed, given to another library, sold as waste paper …"),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [_("Head of the library"), _("Who has withdrawn them"), _("Witness")]
        for place, office in enumerate(offices, 1):
            self.fields[f"office{place}"] = forms.CharField(
                label=_("Signs as"), initial=office, max_length=120, required=False
            )
            self.fields[f"name{place}"] = forms.CharField(label=_("Name"), max_length=120, required=False)
            self.fields[f"nip{place}"] = forms.CharField(label=_("Staff number"), max_length=40, required=False)

    @property
    def head(self) -> list[Any]:
        return [self[name] for name in ("number", "decided_on", "place", "basis", "fate")]

    @property
    def signatures(self) -> list[list[Any]]:
        return [[self[f"{name}{place}"] for name in ("office", "name", "nip")] for place in range(1, SIGNERS + 1)]

    def told(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        signers = [
            Signer(data[f"office{place}"], data[f"name{place}"], data[f"nip{place}"])
            for place in range(1, SIGNERS + 1)
            if data[f"office{place}"] or data[f"name{place}"]
        ]
        return {name: data[name] for name in ("number", "decided_on", "place", "basis", "fate")} | {"signers": signers}


class Weeding(forms.Form):
    """What to look for among the shelves."""

    published_before = forms.IntegerField(
        label=_("Published before the year"), min_value=1000, max_value=2149, required=False
    )
    received_before = forms.DateField(
        label=_("In the house since before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    classification = forms.CharField(
        label=_("Class begins with"), help_text=_("Such as 00 or 657."), max_length=20, required=False
    )
    copies_over = forms.IntegerField(
        label=_("More copies of the title than"), min_value=1, max_value=999, required=False
    )
    branch = forms.ModelChoiceField(
        label=_("Library"), queryset=branches.branches().none(), required=False, empty_label=_("All")
    )
    condition = forms.ChoiceField(
        label=_("Condition"), choices=[("", _("Any")), *Item.Condition.choices], required=False
    )
    never_changed = forms.BooleanField(label=_("Nobody has touched its data since it came in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches.branches()  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """What was asked for; what makes no sense is left out."""
        self.is_valid()
        data = {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
        branch = data.pop("branch", None)
        return Wish(**data, branch_id=branch.pk if branch else None)

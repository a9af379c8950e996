"""What the desk says of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Card, Entry, Patron
from pustaka.patrons.rules import rupiah
from pustaka.patrons.services.people import Details

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Rupiah(forms.CharField):
    """An amount as people write it: `5000` or `5.000`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return rupiah(text)
        except ValueError as error:
            raise forms.ValidationError(_("Write whole rupiah, such as 5.000.")) from error


class Person(forms.Form):
    """Who somebody is."""

    number = forms.CharField(
        label=_("Number"), help_text=_("NIM, NIDN or a number of the library."), max_length=40,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200)
    category = forms.ModelChoiceField(label=_("Category"), queryset=patrons.categories().none(), required=False)
    unit = forms.ModelChoiceField(label=_("Faculty or programme"), queryset=branches.units().none(), required=False)
    email = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    card = forms.CharField(
        label=_("Card"), help_text=_("Scan it. Empty: the number is the card."), max_length=80, required=False
    )
    home_branch = forms.ModelChoiceField(
        label=_("Library where they fetch books"), queryset=branches.branches().none(), required=False
    )
    valid_until = forms.DateField(
        label=_("Member until"), help_text=_("Empty: as long as the category says."), required=False, widget=DAY
    )
    address = forms.CharField(label=_("Address"), max_length=250, required=False)
    note = forms.CharField(label=_("Note of the desk"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = {"category": patrons.categories(), "unit": branches.units(), "home_branch": branches.branches()}
        for name, rows in sets.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def details(self) -> Details:
        """What beside number, name and address of mail; only of a valid form."""
        names = Details.__dataclass_fields__
        return Details(**{name: value for name, value in self.cleaned_data.items() if name in names})


class Known(Person):
    """The same of somebody who is known already: cards have a place of their own."""

    card = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs.pop("autofocus")  # the page begins with the account

    @classmethod
    def of(cls, patron: Patron) -> "Known":
        return cls(initial={name: getattr(patron, name) for name in cls.base_fields})


class NewCard(forms.Form):
    """One more card."""

    code = forms.CharField(label=_("Card"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Card.Kind.choices)


class NewBlock(forms.Form):
    """Why somebody may not borrow."""

    reason = forms.CharField(label=_("Why"), max_length=300)
    until = forms.DateField(label=_("Until"), help_text=_("Empty: until it is lifted."), required=False, widget=DAY)


class NewCharge(forms.Form):
    """What somebody owes."""

    cause = forms.ChoiceField(label=_("What for"), choices=Entry.Cause.choices, initial=Entry.Cause.CARD)
    amount = Rupiah(label=_("Amount"))
    text = forms.CharField(label=_("In words"), max_length=200)


class Payment(forms.Form):
    """What somebody pays."""

    amount = Rupiah(label=_("Amount"))
    method = forms.ChoiceField(
        label=_("How"), choices=[("cash", _("Cash")), ("qris", "QRIS"), ("transfer", _("Transfer"))]
    )


class Waiver(forms.Form):
    """What is asked for no longer."""

    amount = Rupiah(label=_("Amount"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=300)


class TillCount(forms.Form):
    """What is in the till."""

    amount = Rupiah(label=_("In the till"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

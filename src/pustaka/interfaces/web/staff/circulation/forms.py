"""What the head of the library says of rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.circulation.words import GROUPS
from pustaka.patrons import queries as patrons

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class Rule(forms.Form):
    """One row: what, where, how much."""

    name = forms.ChoiceField(label=_("Rule"), choices=[(group, list(rules)) for group, rules in GROUPS])
    value = forms.CharField(
        label=_("Value"), max_length=40, required=False,
        help_text=_("A number, rupiah (5.000), yes or no, a day (2026-12-31); empty where there is no limit."),
    )  # fmt: skip
    branch = forms.ModelChoiceField(label=_("Library"), queryset=branches.branches().none(), required=False)
    category = forms.ModelChoiceField(label=_("Category"), queryset=patrons.categories().none(), required=False)
    item_type = forms.ModelChoiceField(label=_("Collection"), queryset=catalog.item_types().none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = {"branch": branches.branches(), "category": patrons.categories(), "item_type": catalog.item_types()}
        for name, rows in sets.items():
            field: Any = self.fields[name]
            field.queryset, field.empty_label = rows, _("any")


class WhatIf(forms.Form):
    """Who would borrow what."""

    card = forms.CharField(label=_("Card or number"), max_length=80)
    barcode = forms.CharField(label=_("Barcode"), max_length=60)

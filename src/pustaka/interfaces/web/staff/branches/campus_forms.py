"""What the head says of the campus: categories of members, faculties and programmes, terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CategoryAbout(forms.Form):
    """A category of members; the same code again changes it."""

    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    months_valid = forms.IntegerField(
        label=_("Months of membership"), help_text=_("0: without end"), min_value=0, max_value=120, initial=12
    )
    is_guest = forms.BooleanField(label=_("From outside the campus"), required=False)


class UnitAbout(forms.Form):
    """A faculty, or a programme of one; the same code again changes it."""

    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Programme of the faculty"), queryset=branches.units().none(), required=False,
        empty_label=_("is itself a faculty"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = branches.units().filter(parent=None)  # type: ignore[attr-defined]


class TermAbout(forms.Form):
    """A term; the same code again changes it."""

    code = forms.SlugField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=80)
    starts_on = forms.DateField(label=_("Begins on"), widget=DAY)
    ends_on = forms.DateField(label=_("Ends on"), widget=DAY)

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models import Form
from pustaka.discovery import rules


class AdvancedSearch(forms.Form):
    """One box for each thing that a person may know of a work; all of them must fit."""

    words = forms.CharField(label=_("Anywhere"), required=False, max_length=200)
    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    author = forms.CharField(label=_("Author"), required=False, max_length=200)
    subject = forms.CharField(label=_("Subject"), required=False, max_length=200)
    publisher = forms.CharField(label=_("Publisher"), required=False, max_length=200)
    series = forms.CharField(label=_("Series"), required=False, max_length=200)
    isbn = forms.CharField(label=_("ISBN or ISSN"), required=False, max_length=30)
    call = forms.CharField(
        label=_("Call number"), required=False, max_length=60, help_text=_("As it stands on the spine: 657 WIJ e")
    )
    year_from = forms.IntegerField(label=_("From the year"), required=False, min_value=0, max_value=2100)
    year_to = forms.IntegerField(label=_("To the year"), required=False, min_value=0, max_value=2100)
    form = forms.MultipleChoiceField(
        label=_("Kind"), required=False, choices=Form.choices, widget=forms.CheckboxSelectMultiple
    )
    without = forms.CharField(label=_("Without these words"), required=False, max_length=200)
    available = forms.BooleanField(label=_("Only what is on the shelf now"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("year_from"), cleaned.get("year_to")
        if start is not None and end is not None and start > end:
            cleaned["year_from"], cleaned["year_to"] = end, start
        return cleaned

    def pairs(self) -> list[tuple[str, str]]:
        """The same question for the one box, as parameters of its address."""
        told = self.cleaned_data
        isbn = told["isbn"].strip()
        names = ["title", "author", "subject", "publisher", "series", "call"]
        fields = {name: told[name].strip() for name in names if told[name].strip()}
        if isbn:
            fields["issn" if len(isbn.replace("-", "")) <= 8 else "isbn"] = isbn
        pairs = [("q", rules.advanced(words=told["words"], without=told["without"], **fields))]
        pairs += [("form", form) for form in told["form"]]
        if told["year_from"] is not None or told["year_to"] is not None:
            start, end = told["year_from"], told["year_to"]
            pairs.append(("year", f"{'' if start is None else start}-{'' if end is None else end}"))
        if told["available"]:
            pairs.append(("available", "1"))
        return [(name, value) for name, value in pairs if value]

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.catalog.models import ImportJob

MATCH_HELP: dict[str, Any] = {
    ImportJob.OnMatch.SKIP: _("The safe choice: nothing of yours changes."),
    ImportJob.OnMatch.REPLACE: _(
        "Their description takes the place of yours; your copies stay. Undo brings yours back."
    ),
    ImportJob.OnMatch.MERGE_ITEMS: _("Your description stays; copies that you don't have yet are added to it."),
    ImportJob.OnMatch.ADD: _("Each record becomes a title of its own, even where you have it already."),
}


class Upload(forms.Form):
    """A file of records, and what to do with those that the library has already."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_(
            "MARC 21 (.mrc, MARCXML or MARC-in-JSON), an export of SLiMS, or any list as CSV or Excel (.xlsx). Text may"
            " be compressed with gzip."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".mrc,.marc,.xml,.json,.gz,.iso,.dat,.utf8,.csv,.tsv,.xlsx"}),
    )
    on_match = forms.ChoiceField(
        label=_("Records that you have already"),
        choices=ImportJob.OnMatch.choices,
        initial=ImportJob.OnMatch.SKIP,
        widget=forms.RadioSelect,
        required=False,
    )
    place = forms.ModelChoiceField(
        label=_("Copies without a known place belong to"),
        queryset=branches.locations().none(),
        required=False,
        empty_label=_("The first library"),
    )
    creates_places = forms.BooleanField(
        label=_("Make libraries and shelves that the file names and we don't know"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        place.queryset = branches.locations()  # type: ignore[attr-defined]
        place.label_from_instance = lambda location: f"{location.branch.name}, {location.name}"  # type: ignore[attr-defined]

    def clean_on_match(self) -> ImportJob.OnMatch:
        return ImportJob.OnMatch(self.cleaned_data["on_match"] or ImportJob.OnMatch.SKIP)


class Decision(forms.Form):
    """What to do with records that the library has already."""

    on_match = forms.ChoiceField(
        label=_("Records that you have already"), choices=ImportJob.OnMatch.choices, widget=forms.RadioSelect
    )

    def clean_on_match(self) -> ImportJob.OnMatch:
        return ImportJob.OnMatch(self.cleaned_data["on_match"])

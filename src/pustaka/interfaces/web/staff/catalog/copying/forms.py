from copy import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.catalog.models import Target
from pustaka.catalog.services import targets
from pustaka.standards import sru


class Ask(forms.Form):
    """One box for a question to other catalogues."""

    text = forms.CharField(
        label=_("ISBN, ISSN or title"),
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "enterkeyhint": "search",
            }
        ),
    )
    by_what = forms.ChoiceField(
        label=_("Words are"),
        choices=[("", pgettext_lazy("words are", "a title")), ("author", pgettext_lazy("words are", "an author"))],
        required=False,
    )

    def clean_by_what(self) -> str:
        return self.cleaned_data["by_what"] or ""


class Pour(forms.Form):
    """Which fields come into which title of ours."""

    bib = forms.IntegerField()
    version = forms.IntegerField()

    @property
    def chosen(self) -> list[int]:
        """The numbers of the rows that are ticked."""
        return [int(number) for number in self.data.getlist("row") if number.isdecimal()]  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """A catalogue elsewhere; the fields are those of its protocol."""

    name = forms.CharField(label=_("Name of the library"), max_length=80)
    host = forms.CharField(label=_("Machine"), max_length=200, help_text=_("Such as z3950.example.org"))
    port = forms.IntegerField(label=_("Port"), initial=210, min_value=1, max_value=65_535)
    database = forms.CharField(label=_("Database"), max_length=100)
    url = forms.CharField(label=_("Address (URL)"), max_length=500, help_text=_("Such as https://example.org/sru"))
    version = forms.ChoiceField(label=_("Version of SRU"), choices=[(one, one) for one in sru.VERSIONS])
    syntax = forms.CharField(label=_("Record format"), max_length=40, required=False)
    charset = forms.ChoiceField(
        label=_("Character set"),
        choices=Target.Charset.choices,
        required=False,
        help_text=_("Change it only when letters come out wrong."),
    )
    isbn_index = forms.CharField(label=_("Index for ISBN"), max_length=60, required=False)
    issn_index = forms.CharField(label=_("Index for ISSN"), max_length=60, required=False)
    title_index = forms.CharField(label=_("Index for titles"), max_length=60, required=False)
    author_index = forms.CharField(label=_("Index for authors"), max_length=60, required=False)
    login = forms.CharField(
        label=_("Name of the login"),
        max_length=40,
        required=False,
        help_text=_("Only where the library asks for one: X stands for PUSTAKA_LOGIN_X, which the administrator sets."),
    )
    organization = forms.CharField(
        label=_("Their MARC organization code"),
        max_length=40,
        required=False,
        help_text=_("Such as DLC. It stands before their record number in field 035."),
    )
    timeout_s = forms.IntegerField(label=_("Seconds to wait for an answer"), initial=10, min_value=1, max_value=60)
    most_records = forms.IntegerField(label=_("Records to fetch at most"), initial=20, min_value=1, max_value=100)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    is_active = forms.BooleanField(label=_("Ask it"), required=False, initial=True)

    ONLY: dict[str, tuple[str, ...]] = {  # noqa: RUF012 - a form's own constant
        Target.Protocol.Z3950: ("host", "port", "database", "charset"),
        Target.Protocol.SRU: ("url", "version"),
    }

    def __init__(self, *args: Any, protocol: str = "", target: Target | None = None, **kwargs: Any) -> None:
        self.target = copy(target) if target else Target(protocol=protocol, **targets.USUAL_INDEXES[protocol])
        if target is not None or protocol:
            kwargs.setdefault("initial", {name: getattr(self.target, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        for other, names in self.ONLY.items():
            if other != self.target.protocol:
                for name in names:
                    del self.fields[name]
        is_sru = self.target.protocol == Target.Protocol.SRU
        self.fields["syntax"].help_text = _("Usually marcxml") if is_sru else _("Usually usmarc")
        usual = targets.USUAL_INDEXES[self.target.protocol]
        for name, index in usual.items():
            self.fields[name].help_text = _("Usually %(index)s") % {"index": index}

    @property
    def fields_told(self) -> dict[str, Any]:
        """What was told, with the protocol."""
        return {**self.cleaned_data, "protocol": self.target.protocol}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for name, value in told.items():
                setattr(self.target, name, value)
            try:
                targets.check(target=self.target)
            except targets.BadTarget as refusal:
                self.add_error(refusal.field, str(refusal))
        return told

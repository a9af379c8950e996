from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.catalog.headings import Names
from pustaka.catalog.models import Authority
from pustaka.foundation.errors import Invalid

HEADING_HELP = _("As it is to stand; parts of a subject behind double hyphens, or subfields with their signs.")


class _Names(forms.Form):
    """Where a heading refers from and to; one on each line."""

    see = forms.CharField(
        label=_("Also called, but not written so"),
        help_text=_("Readers who look for one of these are led to the heading. One on each line."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    broader = forms.CharField(label=_("Broader headings"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    narrower = forms.CharField(label=_("Narrower headings"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    related = forms.CharField(label=_("Related headings"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def names(self) -> Names:
        """What was written."""
        return Names(*(_lines(self.cleaned_data[name]) for name in ("see", "broader", "narrower", "related")))


class New(_Names):
    """A heading that isn't controlled yet."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("heading", "Kind"), choices=Authority.Kind.choices, initial=Authority.Kind.TOPIC
    )
    heading = forms.CharField(label=_("Heading"), help_text=HEADING_HELP, max_length=500)
    field_order = ("kind", "heading", "see", "broader", "narrower", "related")


class Edit(_Names):
    """The references of a heading; its version is the one that the person saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @classmethod
    def of(cls, authority: Authority, names: Names) -> "Edit":
        """As it is now."""
        texts = {name: "\n".join(getattr(names, name)) for name in ("see", "broader", "narrower", "related")}
        return cls(initial={**texts, "version": authority.version})


class Whole(forms.Form):
    """The whole record as lines: tag, indicators, subfields."""

    rows = forms.CharField(
        label=_("The whole record"),
        help_text=_("One field on each line: tag, indicators (_ for a blank one), subfields."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class Words(forms.Form):
    """The new words of a heading."""

    heading = forms.CharField(label=_("New words"), help_text=HEADING_HELP, max_length=500)

    def told(self) -> str:
        """The words.

        Raises:
            Invalid: there are none.
        """
        if not self.is_valid():
            raise Invalid(_("Write the heading."))
        return str(self.cleaned_data["heading"])


class Into(forms.Form):
    """The heading that takes the place."""

    into = forms.IntegerField(min_value=1)

    def told(self) -> int:
        """Its number.

        Raises:
            Invalid: none was chosen.
        """
        if not self.is_valid():
            raise Invalid(_("Choose another heading of the same kind."))
        return int(self.cleaned_data["into"])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for one in text.splitlines() if (line := " ".join(one.split()))))


def whole(authority: Authority, lines: list[str]) -> Whole:
    """The form for the whole record as it is now."""
    return Whole(initial={"rows": "\n".join(lines), "version": authority.version})


def kind_asked(asked: Any) -> str:
    """One of the kinds of heading, or "" for all."""
    kind = asked.get("kind", "")
    return kind if kind in Authority.Kind.values else ""

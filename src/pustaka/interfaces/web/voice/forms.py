from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.readers.models import Problem
from pustaka.readers.services.problems import MOST_TEXT


class ProblemReport(forms.Form):
    """What is wrong with a record. `website` is for machines only: whoever fills it in isn't a reader."""

    about = forms.ChoiceField(label=_("What is it about?"), choices=Problem.About.choices)
    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For example: “The year is 1980, see the back of the title page.”"),
    )
    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    address = forms.EmailField(
        label=_("Your e-mail address"), required=False, help_text=_("Only for the answer; without it you get none.")
    )
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["name"], self.fields["address"]

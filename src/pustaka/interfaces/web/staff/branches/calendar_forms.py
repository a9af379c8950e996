"""What the head of the library says of days and hours."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


class Closing(forms.Form):
    """A library is shut, or open after all."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("closed", _("Closed on these days")),
            ("open", _("Open on this day after all")),
            ("weekly", _("Closed every week")),
            ("yearly", _("Closed every year on this day")),
        ],
    )
    first = forms.DateField(label=_("Day, or the first of them"), required=False, widget=DAY)
    last = forms.DateField(label=_("Last day"), required=False, widget=DAY)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), choices=[("", "–"), *enumerate(WEEKDAYS)], coerce=int, empty_value=None, required=False
    )
    name = forms.CharField(label=_("Reason"), max_length=120, required=False)
    everywhere = forms.BooleanField(label=_("In all libraries"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == "weekly" and told.get("weekday") is None:
            self.add_error("weekday", _("Choose the weekday."))
        if told.get("kind") != "weekly" and told.get("first") is None:
            self.add_error("first", _("Choose the day."))
        return told


class Hours(forms.Form):
    """From when to when a library is open on each weekday; a second span after a pause."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = {"type": "time"}
        for day, label in enumerate(WEEKDAYS):
            for span in (0, 1):
                for end, word in (("opens", _("opens")), ("closes", _("closes"))):
                    self.fields[f"{end}_{day}_{span}"] = forms.TimeField(
                        label=f"{label}, {word}", required=False, widget=forms.TimeInput(attrs=clock, format="%H:%M")
                    )

    def rows(self) -> list[tuple[Any, list[Any]]]:
        """Each weekday with its four boxes."""
        names = [f"{end}_{{}}_{span}" for span in (0, 1) for end in ("opens", "closes")]
        return [(label, [self[name.format(day)] for name in names]) for day, label in enumerate(WEEKDAYS)]

    def spans(self) -> dict[int, list[tuple[Any, Any]]]:
        """What was told, by weekday; only of a valid form."""
        told = self.cleaned_data
        pairs = {day: [(told[f"opens_{day}_{n}"], told[f"closes_{day}_{n}"]) for n in (0, 1)] for day in range(7)}
        return {day: [pair for pair in both if all(pair)] for day, both in pairs.items()}

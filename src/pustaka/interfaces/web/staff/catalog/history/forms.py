from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pustaka.foundation.errors import Invalid

NO_HEADING = _("No heading has that number, and none ever had.")
NO_COPY = _("No copy has that number, and none ever had.")


class GoBack(forms.Form):
    """To which state, and the present version that the person saw."""

    to_version = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def told(self) -> dict[str, Any]:
        """The arguments of a service.

        Raises:
            Invalid: the form was damaged on its way.
        """
        if not self.is_valid():
            raise Invalid(_("Choose the state to go back to on the page of the history."))
        return self.cleaned_data


def below(asked: Mapping[str, str]) -> int | None:
    """From which version on the page shows what is older."""
    text = asked.get("below", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None

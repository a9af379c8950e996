import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pustaka.foundation.errors import Invalid

MOST_SIDE_BY_SIDE = 6
_PAIR = re.compile(r"(\d{1,18}):(\d{1,9})", re.ASCII)


class Merge(forms.Form):
    """Which title stays, what the person saw, and what it takes over."""

    into = forms.IntegerField(min_value=1)
    reason = forms.CharField(required=False, max_length=300)

    def told(self) -> dict[str, Any]:
        """The arguments of the service.

        Raises:
            Invalid: the form was damaged on its way.
        """
        data: QueryDict = self.data  # type: ignore[assignment]
        if not self.is_valid():
            raise Invalid(_("Choose the titles again on the page of duplicates."))
        return {
            "into_id": self.cleaned_data["into"],
            "versions": dict(_pairs(data.getlist("seen"))),
            "take": _pairs(data.getlist("take")),
            "reason": self.cleaned_data["reason"],
        }


def _pairs(texts: list[str]) -> list[tuple[int, int]]:
    return [(int(found[1]), int(found[2])) for text in texts if (found := _PAIR.fullmatch(text))]


def ids(asked: Mapping[str, str]) -> list[int]:
    """The numbers of titles in `ids`, however they are parted."""
    found = re.findall(r"\d{1,18}", asked.get("ids", ""), re.ASCII)
    return list(dict.fromkeys(map(int, found)))[:MOST_SIDE_BY_SIDE]


def after(asked: Mapping[str, str]) -> int | None:
    """After which key the page begins."""
    text = asked.get("after", "")
    return int(text) if re.fullmatch(r"-?\d{1,19}", text, re.ASCII) and abs(int(text)) < 2**63 else None

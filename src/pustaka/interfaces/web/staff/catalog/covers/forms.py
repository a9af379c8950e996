from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models import Cover
from pustaka.media.pictures import MOST_CUT, Cut


class Picture(forms.Form):
    """A picture, chosen from the disk or photographed; whichever box was filled."""

    file = forms.FileField(
        label=_("Choose a picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 25 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        required=False,
    )
    photo = forms.FileField(
        label=_("Photograph the book"),
        help_text=_("On a telephone this opens the camera. Lay the book flat and fill the picture with it."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not (told.get("photo") or told.get("file")):
            raise ValidationError(_("Choose a picture first, or take a photograph."))
        return told

    @property
    def picture(self) -> BinaryIO:
        chosen: BinaryIO = self.cleaned_data["photo"] or self.cleaned_data["file"]
        return chosen


class Adjust(forms.Form):
    """How to turn the picture, and what to cut off its sides."""

    turn = forms.TypedChoiceField(
        label=_("Turn clockwise"),
        choices=[(0, _("not at all")), (90, _("by a quarter")), (180, _("by a half")), (270, _("by three quarters"))],
        coerce=int,
    )
    left = forms.IntegerField(label=_("Left"), min_value=0, max_value=MOST_CUT)
    right = forms.IntegerField(label=_("Right"), min_value=0, max_value=MOST_CUT)
    top = forms.IntegerField(label=_("Top"), min_value=0, max_value=MOST_CUT)
    bottom = forms.IntegerField(label=_("Bottom"), min_value=0, max_value=MOST_CUT)

    @classmethod
    def of(cls, cover: Cover) -> "Adjust":
        """Filled with what was done to the picture so far."""
        sides = {side: getattr(cover, f"cut_{side}") for side in ("left", "right", "top", "bottom")}
        return cls(initial={"turn": cover.turn, **sides})

    @property
    def cut(self) -> Cut:
        return Cut(**self.cleaned_data)

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches import queries as branches
from pustaka.branches import rules
from pustaka.branches.models import Branch, Floor, Shape
from pustaka.branches.rules import Kind, Range, Side
from pustaka.foundation.errors import Invalid

MOST_LENGTH = 100_000
ENDS = ("first", "last")
SIDES = {Side.WHOLE: "", Side.A: "_a", Side.B: "_b"}


def _centimeters(
    label: Any, *, least: int = 0, most: int = rules.MOST_FLOOR, help_text: Any = ""
) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class FloorAbout(forms.Form):
    """What a floor is called, where it comes among the floors, and how large it is."""

    name = forms.CharField(
        label=gettext_lazy("Name of the floor"),
        max_length=rules.MOST_NAME,
        help_text=gettext_lazy("As it stands on the signs: Lantai 2."),
    )
    level = forms.IntegerField(
        label=gettext_lazy("Which floor it is"),
        min_value=-9,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("A number to put the floors in order; 0 and less for the basement."),
    )
    width = _centimeters(
        gettext_lazy("Width in centimeters"),
        least=rules.LEAST_FLOOR,
        help_text=gettext_lazy("From left to right. 20 meters are 2000."),
    )
    height = _centimeters(gettext_lazy("Depth in centimeters"), least=rules.LEAST_FLOOR)

    @classmethod
    def of(cls, floor: Floor) -> "FloorAbout":
        """Filled with a floor."""
        return cls(initial={name: getattr(floor, name) for name in cls.base_fields})


class NewFloor(FloorAbout):
    """A new floor, in one of the libraries; empty, or begun with what is drawn on another."""

    branch = forms.ChoiceField(label=gettext_lazy("Library"))
    source = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        required=False,
        help_text=gettext_lazy("The copy of a floor has its size, rooms and shelves, without call numbers."),
    )
    field_order = ("branch", "name", "level", "source", "width", "height")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = [(one.pk, one.name) for one in branches.branches()]  # type: ignore[attr-defined]
        known = [(one.pk, f"{one.branch.name}, {one.name}") for one in branches.floors()]
        self.fields["source"].choices = [("", _("An empty floor")), *known]  # type: ignore[attr-defined]


class ShapeAbout(forms.Form):
    """One shape in numbers: for those who measure, and for browsers without scripts."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Shape.Kind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=rules.MOST_NAME, required=False)
    x = forms.IntegerField(
        label=gettext_lazy("From the left, in centimeters"), min_value=-MOST_LENGTH, max_value=MOST_LENGTH
    )
    y = forms.IntegerField(
        label=gettext_lazy("From the top, in centimeters"), min_value=-MOST_LENGTH, max_value=MOST_LENGTH
    )
    width = _centimeters(gettext_lazy("Width in centimeters"), least=rules.LEAST_LENGTH)
    height = _centimeters(gettext_lazy("Depth in centimeters"), least=rules.LEAST_LENGTH)
    rotation = forms.IntegerField(
        label=gettext_lazy("Turned, in degrees"), min_value=0, max_value=359, initial=0,
        help_text=gettext_lazy("Clockwise; 90 is a quarter turn."),
    )  # fmt: skip
    location = forms.ChoiceField(label=gettext_lazy("Collection that stands there"), required=False)
    first = forms.CharField(
        label=gettext_lazy("First call number"),
        max_length=rules.MOST_CALL,
        required=False,
        help_text=gettext_lazy("Of the whole shelf. As on the spine: 650, 657 M, R 000, SKR 2021."),
    )
    last = forms.CharField(
        label=gettext_lazy("Last call number"),
        max_length=rules.MOST_CALL,
        required=False,
        help_text=gettext_lazy("It holds all that begins with it: 659 is 659.1 and 659 WIJ too."),
    )
    first_a = forms.CharField(
        label=gettext_lazy("First call number on side A"),
        max_length=rules.MOST_CALL,
        required=False,
        help_text=gettext_lazy("Side A is the upper or the left long side, before the shelf is turned."),
    )
    last_a = forms.CharField(
        label=gettext_lazy("Last call number on side A"), max_length=rules.MOST_CALL, required=False
    )
    first_b = forms.CharField(
        label=gettext_lazy("First call number on side B"), max_length=rules.MOST_CALL, required=False
    )
    last_b = forms.CharField(
        label=gettext_lazy("Last call number on side B"), max_length=rules.MOST_CALL, required=False
    )

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.pk, one.name) for one in branches.locations() if one.branch_id == branch.pk]
        self.fields["location"].choices = [("", _("No collection")), *known]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @classmethod
    def of(cls, shape: rules.Shape, *, branch: Branch) -> "ShapeAbout":
        """Filled with a shape."""
        told: dict[str, Any] = {
            name: getattr(shape, name) for name in ("name", "x", "y", "width", "height", "rotation")
        }
        told |= {"kind": shape.kind.value, "location": shape.location_id or ""}
        for one in shape.ranges:
            told |= {f"{end}{SIDES[one.side]}": getattr(one, end) for end in ENDS}
        return cls(initial=told, branch=branch)

    @property
    def shape(self) -> rules.Shape:
        """What was told; numbered by the service."""
        told = self.cleaned_data
        kind = Kind(told["kind"])
        ranges = [
            Range(side=side, first=told[f"first{ending}"], last=told[f"last{ending}"])
            for side, ending in SIDES.items()
            if told[f"first{ending}"] or told[f"last{ending}"]
        ]
        return rules.Shape(
            number=0,
            kind=kind,
            location_id=int(told["location"]) if told["location"] and kind in rules.PLACED else None,
            ranges=tuple(ranges) if kind == Kind.SHELF else (),
            **{name: told[name] for name in ("name", "x", "y", "width", "height", "rotation")},
        )


def shapes_in(text: str) -> list[rules.Shape]:
    """The shapes that the page which draws has sent.

    Raises:
        Invalid: they can't be read, which no page of ours would send.
    """
    try:
        told = json.loads(text)
        return [_shape(one) for one in told]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(
            _("The drawing came in broken. It is still on your page: press Save again, or load the page anew.")
        ) from error


def _shape(told: Mapping[str, Any]) -> rules.Shape:
    numbers = {name: told[name] for name in ("number", "x", "y", "width", "height", "rotation")}
    location_id = told["location_id"]
    for value in (*numbers.values(), *([] if location_id is None else [location_id])):
        if type(value) is not int or abs(value) > MOST_LENGTH * 10_000:
            raise ValueError(value)
    ranges = tuple(
        Range(side=Side(one["side"]), first=_words(one["first"]), last=_words(one["last"])) for one in told["ranges"]
    )
    return rules.Shape(
        kind=Kind(told["kind"]), name=_words(told["name"]), location_id=location_id, ranges=ranges, **numbers
    )


def _words(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError(value)
    return value

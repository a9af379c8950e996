"""Floors and the plans that are drawn of them: saved whole, by one person at a time, and taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches import queries, rules
from pustaka.branches.models import Branch, Floor, Location, PlanState, Shape, ShelfRange
from pustaka.branches.permissions import Permission
from pustaka.branches.rules import Fault
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound

STATES_KEPT = 20
MOST_SENTENCES = 5

SENTENCES: Mapping[Fault, Any] = {
    Fault.TOO_MANY: gettext_lazy("A plan holds at most 600 shapes. Draw small things together as one."),
    Fault.NUMBERED_TWICE: gettext_lazy("“%(name)s” has the number of another shape. Load the page again."),
    Fault.NO_NAME: gettext_lazy("Every room, shelf and label needs a name. Give a name to the one at %(place)s."),
    Fault.TOO_SMALL: gettext_lazy("“%(name)s” is too small. Nothing is less than 5 cm long or wide."),
    Fault.TOO_LARGE: gettext_lazy("“%(name)s” is larger than the floor. Make it smaller, or the floor larger."),
    Fault.OUTSIDE: gettext_lazy("“%(name)s” lies outside of the floor. Move it back, or make the floor larger."),
    Fault.TURNED_TOO_FAR: gettext_lazy("“%(name)s” is turned too far. An angle is 0 to 359 degrees."),
    Fault.PLACE_OF_ANOTHER: gettext_lazy(
        "“%(name)s” belongs to a location of another library. Choose one of this one."
    ),
    Fault.NOT_A_PLACE: gettext_lazy(
        "“%(name)s” is no shelf. Only shelves hold call numbers, only shelves and rooms books."
    ),
    Fault.SWAPPED: gettext_lazy("The first call number of “%(name)s” stands behind the last one. Swap them."),
    Fault.SIDES_AND_WHOLE: gettext_lazy(
        "“%(name)s” has call numbers for the whole shelf and for a side. Keep the one or the other."
    ),
}


class PlanChanged(DomainError):
    """Somebody else has saved the plan since it was opened."""


@transaction.atomic
def add_floor(*, branch: Branch, name: str, level: int, width: int, height: int, at: datetime, by: Actor) -> Floor:
    """A floor without anything on it, which readers don't see yet.

    Raises:
        NotPermitted: `by` may not draw plans.
        Invalid: it has no name, another floor of the branch has it, or it is too small or too large.
    """
    by.require(Permission.DRAW_PLANS)
    floor = Floor(branch=branch, changed_at=at, changed_by=by.name)
    _describe(floor, name=name, level=level, width=width, height=height)
    floor.save()
    return floor


@transaction.atomic
def change_floor(*, floor_id: int, name: str, level: int, width: int, height: int, by: Actor) -> Floor:
    """Another name, place among the floors or size.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: the floor is gone.
        Invalid: as for a new one; or something that is drawn would lie outside.
    """
    by.require(Permission.DRAW_PLANS)
    floor = _locked(floor_id)
    _describe(floor, name=name, level=level, width=width, height=height)
    _check(floor, queries.shapes_of(floor))
    floor.save()
    return floor


@transaction.atomic
def show(*, floor_id: int, is_shown: bool, by: Actor) -> Floor:
    """Let readers see the plan, or keep it among the staff while it is being drawn.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: the floor is gone.
    """
    by.require(Permission.DRAW_PLANS)
    floor = _locked(floor_id)
    floor.is_shown = is_shown
    floor.save(update_fields=["is_shown"])
    return floor


@transaction.atomic
def copy_floor(*, floor_id: int, branch: Branch, name: str, level: int, at: datetime, by: Actor) -> Floor:
    """Begin a floor with what is drawn on another: rooms, walls and shelves, without their call numbers.

    Shelves keep their location within the branch, and have none in another one.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: the floor is gone.
        Invalid: the new one has no name, or another floor of the branch has it.
    """
    by.require(Permission.DRAW_PLANS)
    source = queries.floor(floor_id)
    floor = add_floor(branch=branch, name=name, level=level, width=source.width, height=source.height, at=at, by=by)
    is_here = branch.pk == source.branch_id
    shapes = [
        replace(shape, ranges=(), location_id=shape.location_id if is_here else None)
        for shape in queries.shapes_of(source)
    ]
    return _write(floor, shapes, at, by)


@transaction.atomic
def remove_floor(*, floor_id: int, by: Actor) -> None:
    """Take the floor and its plan away for good. Copies stay where they are; only nothing leads to them by a plan.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: it is gone already.
    """
    by.require(Permission.DRAW_PLANS)
    _locked(floor_id).delete()


@transaction.atomic
def save(*, floor_id: int, shapes: Sequence[rules.Shape], seen_version: int | None, at: datetime, by: Actor) -> Floor:
    """Keep the plan as it is drawn now, in place of what it was; the last states stay, to go back to.

    Args:
        seen_version: the one that the drawing began from; None to save over whatever there is.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: the floor is gone.
        PlanChanged: somebody else has saved it meanwhile.
        Invalid: something can't be as it is drawn; the text names all of it.
    """
    by.require(Permission.DRAW_PLANS)
    floor = _locked(floor_id)
    _refuse_if_changed(floor, seen_version)
    return _write(floor, shapes, at, by)


@transaction.atomic
def put_shape(
    *, floor_id: int, shape: rules.Shape | None, number: int | None, seen_version: int, at: datetime, by: Actor
) -> Floor:
    """Put one shape in the place of that number (None: as a new one), or take it away where `shape` is None.

    Raises:
        NotPermitted, NotFound, PlanChanged, Invalid: as for `save`.
    """
    by.require(Permission.DRAW_PLANS)
    floor = _locked(floor_id)
    _refuse_if_changed(floor, seen_version)
    there = {one.number: one for one in queries.shapes_of(floor)}
    if number is not None and number not in there:
        raise NotFound(_("There is no such shape on the plan any more."))
    if shape is None:
        there.pop(number or 0)
    else:
        place = max(there, default=0) + 1 if number is None else number
        there[place] = replace(shape, number=place)
    return _write(floor, list(there.values()), at, by)


@transaction.atomic
def go_back(*, floor_id: int, version: int, at: datetime, by: Actor) -> Floor:
    """Draw the plan again as it was saved then. What is there now stays among the states, so that this can be undone.

    Raises:
        NotPermitted: `by` may not draw plans.
        NotFound: the floor or that state of it is gone.
        Invalid: the floor is smaller now than what was drawn then.
    """
    by.require(Permission.DRAW_PLANS)
    floor = _locked(floor_id)
    state = PlanState.objects.filter(floor=floor, version=version).first()
    if state is None:
        raise NotFound(_("That state of the plan isn't kept any more."))
    here = set(Location.objects.filter(branch=floor.branch_id).values_list("pk", flat=True))
    shapes = [rules.Shape.from_json(told) for told in state.shapes]
    shapes = [one if one.location_id in here else replace(one, location_id=None) for one in shapes]
    return _write(floor, shapes, at, by)


def _locked(floor_id: int) -> Floor:
    floor = Floor.objects.select_for_update().filter(pk=floor_id).first()
    if floor is None:
        raise NotFound(_("There is no such floor any more."))
    return floor


def _describe(floor: Floor, *, name: str, level: int, width: int, height: int) -> None:
    floor.name, floor.level, floor.width, floor.height = " ".join(name.split())[: rules.MOST_NAME], level, width, height
    if not floor.name:
        raise Invalid(_("Give the floor a name, as it stands on the signs: Lantai 2."))
    if Floor.objects.filter(branch=floor.branch, name=floor.name).exclude(pk=floor.pk or 0).exists():
        raise Invalid(_("Another floor here is called “%(name)s”. Give this one another name.") % {"name": floor.name})
    if not all(rules.LEAST_FLOOR <= length <= rules.MOST_FLOOR for length in (width, height)):
        raise Invalid(_("A floor is 3 to 200 meters wide and deep. Measure it again."))


def _refuse_if_changed(floor: Floor, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != floor.version:
        raise PlanChanged(
            _(
                "%(name)s has saved this plan while you were drawing. Look at it in a second window. Then draw yours"
                " there again, or save yours over it: both states are kept."
            )
            % {"name": floor.changed_by}
        )


def _check(floor: Floor, shapes: Sequence[rules.Shape]) -> None:
    locations = set(Location.objects.filter(branch=floor.branch_id).values_list("pk", flat=True))
    found = rules.faults(shapes, width=floor.width, height=floor.height, locations=locations)
    sentences = dict.fromkeys(_said(fault, shape) for fault, shape in found)
    if sentences:
        raise Invalid(" ".join(list(sentences)[:MOST_SENTENCES]))


def _said(fault: Fault, shape: rules.Shape | None) -> str:
    if shape is None:
        return str(SENTENCES[fault])
    name = shape.name or f"{Shape.Kind(shape.kind).label} {shape.number}"
    return str(SENTENCES[fault]) % {"name": name, "place": f"{shape.x} × {shape.y} cm"}


def _write(floor: Floor, shapes: Sequence[rules.Shape], at: datetime, by: Actor) -> Floor:
    shapes = [_tidy(shape) for shape in shapes]
    _check(floor, shapes)
    floor.shapes.all().delete()
    columns = [field.attname for field in Shape._meta.concrete_fields if field.name not in {"id", "floor"}]
    rows = Shape.objects.bulk_create(
        [Shape(floor=floor, **{name: getattr(shape, name) for name in columns}) for shape in shapes]
    )
    ShelfRange.objects.bulk_create(
        [
            ShelfRange(shape=row, side=one.side, first=one.first, last=one.last)
            for row, shape in zip(rows, shapes, strict=True)
            for one in shape.ranges
        ]
    )
    floor.version += 1
    floor.changed_at, floor.changed_by = at, by.name
    floor.save()
    PlanState.objects.create(
        floor=floor, version=floor.version, shapes=[one.as_json() for one in shapes], saved_at=at, saved_by=by.name
    )
    floor.states.filter(version__lte=floor.version - STATES_KEPT).delete()
    return floor


def _tidy(shape: rules.Shape) -> rules.Shape:
    ranges = tuple(
        replace(
            one,
            first=" ".join(one.first.split())[: rules.MOST_CALL],
            last=" ".join(one.last.split())[: rules.MOST_CALL],
        )
        for one in shape.ranges
    )
    return replace(shape, name=" ".join(shape.name.split())[: rules.MOST_NAME], ranges=ranges)

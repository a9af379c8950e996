from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from pustaka.branches import rules
from pustaka.branches.calendars import Calendar
from pustaka.branches.models import (
    AcademicTerm,
    Branch,
    Closure,
    Floor,
    Location,
    OpeningHours,
    OrganizationalUnit,
    PlanState,
    Shape,
)
from pustaka.branches.rules import Kind, Range, Side
from pustaka.foundation.errors import NotFound


def branches() -> QuerySet[Branch]:
    """By name."""
    return Branch.objects.order_by("name", "pk")


def branch(branch_id: int) -> Branch:
    """The branch.

    Raises:
        NotFound: there is none of that number.
    """
    found = Branch.objects.filter(pk=branch_id).first()
    if found is None:
        raise NotFound(_("There is no such library."))
    return found


def locations() -> QuerySet[Location]:
    """By branch, then name."""
    return Location.objects.select_related("branch").order_by("branch__name", "name", "pk")


# --- When it is open -------------------------------------------------------------------------------------------------


def calendar_of(branch: Branch) -> Calendar:
    """Its opening days and hours, kept in memory until `calendar_version` moves on; `branch` is to be freshly read."""
    return _calendar(branch.pk, branch.calendar_version)


@lru_cache(maxsize=64)
def _calendar(branch_id: int, version: int) -> Calendar:
    rows = list(closures(branch_id).values_list("kind", "day", "weekday"))
    hours: dict[int, list[tuple[time, time]]] = {}
    for one in OpeningHours.objects.filter(branch_id=branch_id).order_by("weekday", "opens_at"):
        hours.setdefault(one.weekday, []).append((one.opens_at, one.closes_at))
    days: dict[str, set[date]] = {kind: set() for kind in Closure.Kind.values}
    for kind, day, _weekday in rows:
        if day is not None:
            days[kind].add(day)
    return Calendar(
        closed_on=frozenset(days[Closure.Kind.CLOSED]),
        open_on=frozenset(days[Closure.Kind.OPEN]),
        weekly=frozenset(weekday for *_, weekday in rows if weekday is not None),
        yearly=frozenset((day.month, day.day) for day in days[Closure.Kind.YEARLY]),
        hours={weekday: tuple(spans) for weekday, spans in hours.items()},
    )


def closures(branch_id: int | None) -> QuerySet[Closure]:
    """What holds for that branch, its own and that of all; by day."""
    return (
        Closure.objects.filter(Q(branch=None) | Q(branch=branch_id), is_dropped=False)
        .select_related("branch")
        .order_by("day", "weekday", "pk")
    )


def hours_of(branch: Branch) -> QuerySet[OpeningHours]:
    """By weekday, then time."""
    return branch.hours.order_by("weekday", "opens_at")


def terms() -> QuerySet[AcademicTerm]:
    """Newest first."""
    return AcademicTerm.objects.order_by("-starts_on")


def term_on(day: date) -> AcademicTerm | None:
    """The term in which that day lies."""
    return AcademicTerm.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


# --- Faculties and programmes ----------------------------------------------------------------------------------------


def units() -> QuerySet[OrganizationalUnit]:
    """Faculties and programmes, each programme after its faculty."""
    return OrganizationalUnit.objects.select_related("parent").order_by(
        Coalesce("parent__name", "name"), F("parent").asc(nulls_first=True), "name"
    )


def unit_of_code(code: str) -> OrganizationalUnit | None:
    """The faculty or programme of that code, if there is one."""
    return OrganizationalUnit.objects.select_related("parent").filter(code=code).first()


# --- Floors and their plans ------------------------------------------------------------------------------------------


def floors() -> QuerySet[Floor]:
    """By branch, then from the ground up; each with its number of `shelves`."""
    return (
        Floor.objects.select_related("branch")
        .annotate(shelves=Count("shapes", filter=Q(shapes__kind=Kind.SHELF)))
        .order_by("branch__name", "branch", "level", "name")
    )


def shown_floors() -> QuerySet[Floor]:
    """The same of those that readers see."""
    return floors().filter(is_shown=True)


def floor(floor_id: int, *, shown_only: bool = False) -> Floor:
    """The floor, joined with its branch.

    Raises:
        NotFound: there is none of that number, or readers don't see it.
    """
    known = Floor.objects.select_related("branch").filter(pk=floor_id)
    found = (known.filter(is_shown=True) if shown_only else known).first()
    if found is None:
        raise NotFound(_("There is no such floor any more."))
    return found


def shapes_of(floor: Floor) -> list[rules.Shape]:
    """Everything on the plan, by number; two statements."""
    return [as_drawn(shape) for shape in floor.shapes.prefetch_related("ranges").order_by("number")]


def as_drawn(shape: Shape) -> rules.Shape:
    """The row as the value that rules know; its `ranges` come from a prefetch."""
    return rules.Shape(
        number=shape.number,
        kind=Kind(shape.kind),
        name=shape.name,
        x=shape.x,
        y=shape.y,
        width=shape.width,
        height=shape.height,
        rotation=shape.rotation,
        location_id=shape.location_id,
        ranges=tuple(
            Range(side=Side(one.side), first=one.first, last=one.last)
            for one in sorted(shape.ranges.all(), key=lambda one: one.side)
        ),
    )


def drawn_locations() -> set[int]:
    """Ids of the locations that a shape of some plan belongs to."""
    return set(Shape.objects.exclude(location=None).values_list("location_id", flat=True).distinct())


def states_of(floor: Floor) -> QuerySet[PlanState]:
    """Newest first, without what was drawn."""
    return floor.states.defer("shapes").order_by("-version")


def branches_with_plans() -> set[int]:
    """Ids of the branches that have a floor for readers to see."""
    return set(Floor.objects.filter(is_shown=True).values_list("branch_id", flat=True).distinct())


# --- Where something stands ------------------------------------------------------------------------------------------


class Precision(StrEnum):
    """How well the plans know where a copy stands."""

    SHELF = "shelf"
    LOCATION = "location"  # no shelf holds its call number, but its location is drawn
    BRANCH = "branch"  # its location isn't drawn


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a floor where a copy is to be looked for: a shelf, a side of it, or a room of its location."""

    floor: Floor
    shape: rules.Shape
    side: Side = Side.WHOLE
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a copy stands by the plans: best spot first. `floor` is the one to show, with all `shapes` on it."""

    precision: Precision
    floor: Floor
    floors: Sequence[Floor]
    shapes: Sequence[rules.Shape]
    spots: Sequence[Spot]


def whereabouts(*, branch: Branch, location: Location | None, call_number: str) -> Whereabouts | None:
    """Where a copy of that call number stands; None where the branch has no plan. Five statements at most."""
    floors = list(shown_floors().filter(branch=branch))
    if not floors:
        return None
    drawn = _drawn(floors, location) if location else []
    held = [(floor, shape, one) for floor, shape in drawn if shape.kind == Kind.SHELF for one in shape.ranges]
    best = rules.holding(call_number, [one for *_, one in held])
    if best:
        precision = Precision.SHELF
        spots = [Spot(held[n][0], held[n][1], held[n][2].side, held[n][2]) for n in best]
    else:
        precision = Precision.LOCATION if drawn else Precision.BRANCH
        spots = [Spot(floor, shape) for floor, shape in drawn]
    shown = _floor_of(location, floors, spots) if precision != Precision.SHELF else spots[0].floor
    return Whereabouts(precision, shown, floors, shapes_of(shown), spots)


def _drawn(floors: Sequence[Floor], location: Location) -> list[tuple[Floor, rules.Shape]]:
    by_id = {floor.pk: floor for floor in floors}
    rows = Shape.objects.filter(floor__in=by_id, location=location).prefetch_related("ranges")
    return [(by_id[row.floor_id], as_drawn(row)) for row in rows.order_by("floor__level", "floor", "number")]


def _floor_of(location: Location | None, floors: Sequence[Floor], spots: Sequence[Spot]) -> Floor:
    """Where the location is drawn; else the floor that its own words name; else the first."""
    if spots:
        return spots[0].floor
    named = location.floor.casefold() if location else ""
    return next((floor for floor in floors if floor.name.casefold() == named), floors[0])

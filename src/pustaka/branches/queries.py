from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from pustaka.branches import rules
from pustaka.branches.models import Branch, Floor, Location, PlanState, Shape
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

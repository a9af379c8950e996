"""Floor plans: what may be drawn, which shelf holds a call number, where a shelf stands. Plain, no database.

Lengths are whole centimeters from the upper left corner of the floor; a shape turns clockwise about its center.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import cos, hypot, radians, sin
from typing import Any

from pustaka.standards import callnumbers

LEAST_FLOOR, MOST_FLOOR = 300, 20_000
LEAST_LENGTH = 5
MOST_SHAPES = 600
MOST_NAME, MOST_CALL = 60, 80
MOST_HOLDING = 3  # a copy is led to at most so many shelves at once


class Kind(StrEnum):
    """What a shape of a plan stands for."""

    ROOM = "room"
    SHELF = "shelf"
    WALL = "wall"
    DOOR = "door"
    ENTRANCE = "entrance"
    STAIRS = "stairs"
    DESK = "desk"
    LABEL = "label"


class Side(StrEnum):
    """Which side of a shelf: A is the upper of its long sides, or the left one, before it is turned."""

    WHOLE = ""
    A = "A"
    B = "B"


NAMED = frozenset({Kind.ROOM, Kind.SHELF, Kind.LABEL})
PLACED = frozenset({Kind.ROOM, Kind.SHELF})  # they may belong to a location


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From which call number to which; an empty end is open, and two open ends hold everything of the location."""

    side: Side = Side.WHOLE
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One thing on a plan. `number` names it within its floor and stays its own."""

    number: int
    kind: Kind
    name: str = ""
    x: int
    y: int
    width: int
    height: int
    rotation: int = 0
    location_id: int | None = None
    ranges: tuple[Range, ...] = ()

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def as_json(self) -> dict[str, Any]:
        """As it is written down in a state, and sent to the page that draws."""
        return {**asdict(self), "ranges": [asdict(one) for one in self.ranges]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Shape":
        """The shape that was written down."""
        ranges = tuple(Range(side=Side(one["side"]), first=one["first"], last=one["last"]) for one in told["ranges"])
        return cls(**{**told, "kind": Kind(told["kind"]), "ranges": ranges})


# --- What may be drawn -----------------------------------------------------------------------------------------------


class Fault(StrEnum):
    """Why a plan can't be kept as it is."""

    TOO_MANY = "too_many"
    NUMBERED_TWICE = "numbered_twice"
    NO_NAME = "no_name"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    OUTSIDE = "outside"
    TURNED_TOO_FAR = "turned_too_far"
    PLACE_OF_ANOTHER = "place_of_another"
    NOT_A_PLACE = "not_a_place"
    SWAPPED = "swapped"
    SIDES_AND_WHOLE = "sides_and_whole"


def faults(
    shapes: Sequence[Shape], *, width: int, height: int, locations: Collection[int]
) -> list[tuple[Fault, Shape | None]]:
    """Everything that keeps a plan from being kept, each with the shape that it is about.

    Args:
        width, height: of the floor.
        locations: ids of the branch's own locations.
    """
    found: list[tuple[Fault, Shape | None]] = [(Fault.TOO_MANY, None)] if len(shapes) > MOST_SHAPES else []
    numbers: set[int] = set()
    for shape in shapes:
        if shape.number in numbers:
            found.append((Fault.NUMBERED_TWICE, shape))
        numbers.add(shape.number)
        found += [(fault, shape) for fault in _faults(shape, width, height, locations)]
    return found


def _faults(shape: Shape, width: int, height: int, locations: Collection[int]) -> Iterable[Fault]:
    if shape.kind in NAMED and not shape.name.strip():
        yield Fault.NO_NAME
    if min(shape.width, shape.height) < LEAST_LENGTH:
        yield Fault.TOO_SMALL
    if max(shape.width, shape.height) > max(width, height):
        yield Fault.TOO_LARGE
    x, y = shape.center
    if not (0 <= x <= width and 0 <= y <= height):
        yield Fault.OUTSIDE
    if not 0 <= shape.rotation < 360:
        yield Fault.TURNED_TOO_FAR
    if shape.location_id is not None and shape.location_id not in locations:
        yield Fault.PLACE_OF_ANOTHER
    if (shape.location_id is not None and shape.kind not in PLACED) or (shape.ranges and shape.kind != Kind.SHELF):
        yield Fault.NOT_A_PLACE
    sides = [one.side for one in shape.ranges]
    if len(set(sides)) < len(sides) or (Side.WHOLE in sides and len(sides) > 1):
        yield Fault.SIDES_AND_WHOLE
    if any(one.first and one.last and not callnumbers.is_between(one.first, last=one.last) for one in shape.ranges):
        yield Fault.SWAPPED


# --- Which shelf holds a call number ---------------------------------------------------------------------------------


def holding(call_number: str, ranges: Iterable[Range]) -> list[int]:
    """Which of the ranges hold a call number, as their places in the order given; best first, `MOST_HOLDING` at most.

    Where several do, the one that begins closest before it is the best: "650" to "699" loses against "657" to "659".
    A range that is open at one end holds its own kind only: "700" and what follows, but nothing with an R before it.
    """
    kind = callnumbers.kind_of(call_number)
    found = []
    for place, one in enumerate(ranges):
        ends = [end for end in (one.first, one.last) if end]
        if (ends and not kind) or (len(ends) == 1 and not _stand_together(callnumbers.kind_of(ends[0]), kind)):
            continue
        if callnumbers.is_between(call_number, first=one.first, last=one.last):
            found.append((callnumbers.sort_key(one.first), -place))
    return [-place for _, place in sorted(found, reverse=True)[:MOST_HOLDING]]


def _stand_together(kind: str, other: str) -> bool:
    """Words of any beginning follow each other as in an alphabet; numbers and each prefix have a row of their own."""
    return kind == other or (kind.startswith("2") and other.startswith("2"))


class Notice(StrEnum):
    """What a librarian should know of a plan that can be kept all the same."""

    GAP = "gap"
    OVERLAP = "overlap"
    NO_LOCATION = "no_location"
    NO_RANGE = "no_range"
    SAME_NAME = "same_name"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence's worth: about a shelf, and the neighbor or the location that it is about too."""

    notice: Notice
    shelf: str
    side: str = ""
    last: str = ""
    other: str = ""
    other_side: str = ""
    first: str = ""
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    shelf: str
    range: Range

    @property
    def sort(self) -> tuple[str, str]:
        return callnumbers.sort_key(self.range.first), callnumbers.sort_key(self.range.last)


def remarks(shapes: Iterable[Shape]) -> list[Remark]:
    """Gaps and overlaps of the ranges of each location, in the order of its shelves, then what is missing of a shelf.

    Ranges that stand in no one row (numbers and those behind an R) have no gap between them.
    """
    shelves = [shape for shape in shapes if shape.kind == Kind.SHELF]
    rows: dict[int, list[_Stretch]] = defaultdict(list)
    for shelf in shelves:
        if shelf.location_id is not None:
            rows[shelf.location_id] += [_Stretch(shelf.name, one) for one in shelf.ranges]
    found = [
        Remark(
            notice=notice,
            shelf=before.shelf,
            side=before.range.side,
            last=before.range.last,
            other=after.shelf,
            other_side=after.range.side,
            first=after.range.first,
            location_id=location_id,
        )
        for location_id, row in rows.items()
        for before, after, notice in _along(sorted(row, key=lambda one: one.sort))
    ]
    with_ranges = {location_id for location_id, row in rows.items() if row}
    names: set[str] = set()
    for shelf in shelves:
        if shelf.location_id is None:
            found.append(Remark(Notice.NO_LOCATION, shelf.name))
        elif not shelf.ranges and shelf.location_id in with_ranges:
            found.append(Remark(Notice.NO_RANGE, shelf.name, location_id=shelf.location_id))
        if shelf.name.casefold() in names:
            found.append(Remark(Notice.SAME_NAME, shelf.name))
        names.add(shelf.name.casefold())
    return found


def _along(row: Sequence[_Stretch]) -> Iterable[tuple[_Stretch, _Stretch, Notice]]:
    """Each range against the one that reaches farthest before it."""
    if not row:
        return
    farthest = row[0]
    for one in row[1:]:
        if _reaches(farthest.range, one.range):
            yield farthest, one, Notice.OVERLAP
        elif _leaves_a_gap(farthest.range, one.range):
            yield farthest, one, Notice.GAP
        if not one.range.last or (
            farthest.range.last and callnumbers.is_between(farthest.range.last, last=one.range.last)
        ):
            farthest = one


def _reaches(before: Range, after: Range) -> bool:
    return not after.first or callnumbers.is_between(after.first, first=before.first, last=before.last)


def _leaves_a_gap(before: Range, after: Range) -> bool:
    following = callnumbers.next_after(before.last)
    return (
        bool(following)
        and callnumbers.kind_of(before.last) == callnumbers.kind_of(after.first)
        and callnumbers.is_before(following, callnumbers.sort_key(after.first))
    )


def name_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which names stand as people count: Rak 2 before Rak 10."""
    pieces = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(piece), "") if piece.isdecimal() else (1, 0, piece.strip()) for piece in pieces)


# --- Where a shelf stands --------------------------------------------------------------------------------------------


def room_of(shape: Shape, shapes: Iterable[Shape]) -> Shape | None:
    """The smallest room that the center of the shape lies in."""
    rooms = [one for one in shapes if one.kind == Kind.ROOM and _holds(one, shape.center)]
    return min(rooms, key=lambda room: (room.width * room.height, room.number), default=None)


def _holds(shape: Shape, point: tuple[float, float]) -> bool:
    x, y = _from_center(shape, point)
    return abs(x) <= shape.width / 2 and abs(y) <= shape.height / 2


def _from_center(shape: Shape, point: tuple[float, float]) -> tuple[float, float]:
    """A point as the shape sees it: from its center, along its own sides."""
    x, y = point[0] - shape.center[0], point[1] - shape.center[1]
    turn = radians(-shape.rotation)
    return x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)


def place_in_row(shelf: Shape, shapes: Sequence[Shape]) -> tuple[int, int] | None:
    """Which of how many parallel shelves of its room it is, counted from the entrance; None where that can't be said.

    A row is made of shelves that stand side by side with their long sides towards each other.
    """
    entrance = min(
        (shape for shape in shapes if shape.kind == Kind.ENTRANCE), key=lambda one: _distance(one, shelf), default=None
    )
    if entrance is None:
        return None
    room = room_of(shelf, shapes)
    is_upright = shelf.height > shelf.width
    across, length = (0, shelf.height) if is_upright else (1, shelf.width)
    row = [
        (_from_center(shelf, one.center)[across], one.number)
        for one in shapes
        if one.kind == Kind.SHELF
        and _direction(one) == _direction(shelf)
        and room_of(one, shapes) == room
        and abs(_from_center(shelf, one.center)[1 - across]) <= length / 2
    ]
    if len(row) < 2:
        return None
    row.sort()
    if _from_center(shelf, entrance.center)[across] > (row[0][0] + row[-1][0]) / 2:
        row.reverse()
    return [number for _, number in row].index(shelf.number) + 1, len(row)


def _direction(shape: Shape) -> int:
    return (shape.rotation + (90 if shape.height > shape.width else 0)) % 180


def _distance(one: Shape, other: Shape) -> float:
    return hypot(one.center[0] - other.center[0], one.center[1] - other.center[1])


def point_beside_its_name(shape: Shape) -> tuple[float, float]:
    """A point on a shape a third of its length from the center, where its name in the middle stays free."""
    aside = -max(shape.width, shape.height) / 3
    right, down = (0.0, aside) if shape.height > shape.width else (aside, 0.0)
    turn = radians(shape.rotation)
    x, y = shape.center
    return x + right * cos(turn) - down * sin(turn), y + right * sin(turn) + down * cos(turn)


def half(shape: Shape, side: Side) -> tuple[float, float, float, float]:
    """The part of a shelf that a side is, before it is turned: left, top, width, height."""
    if side == Side.WHOLE:
        return shape.x, shape.y, shape.width, shape.height
    if shape.height > shape.width:
        width = shape.width / 2
        return shape.x + (width if side == Side.B else 0), shape.y, width, shape.height
    height = shape.height / 2
    return shape.x, shape.y + (height if side == Side.B else 0), shape.width, height

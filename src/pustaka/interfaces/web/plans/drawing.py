"""A plan as SVG: every length is an attribute, for the page's policy allows no inline style. Units are centimeters.

Numbers are texts already, as a template would write 1.400 for 1400 in Indonesian.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pustaka.branches import rules
from pustaka.branches.models import Floor
from pustaka.branches.models import Shape as Row
from pustaka.branches.rules import Kind, Shape, Side

LAYERS = (Kind.ROOM, Kind.WALL, Kind.STAIRS, Kind.DOOR, Kind.ENTRANCE, Kind.DESK, Kind.SHELF, Kind.LABEL)
NEAR = 900  # how much of the floor a close look shows at least, in width
LETTER, BOLD = 0.62, 0.74  # how wide a letter is, as a part of its height
SAID_BY_KIND = frozenset({Kind.ENTRANCE, Kind.STAIRS})  # what needs its kind in words where it has no name


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text on the plan, at its center."""

    text: str
    x: str
    y: str
    size: str
    turn: str
    kind: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One shape; `marks` are the parts of it that are looked for."""

    kind: str
    box: Box
    turn: str
    marks: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """A needle whose point is at (x, y)."""

    x: str
    y: str
    scale: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plan or a part of it, ready for its template. `key` tells the patterns of two drawings on a page apart."""

    key: str
    view: str
    figures: Sequence[Figure]
    words: Sequence[Words]
    pins: Sequence[Pin] = ()


def whole(floor: Floor, shapes: Sequence[Shape], marked: Mapping[int, Iterable[Side]] | None = None) -> Drawing:
    """The whole floor; `marked` are the numbers of shapes that are looked for, with their sides."""
    return _drawing("floor", (0, 0, floor.width, floor.height), shapes, marked or {})


def near(floor: Floor, shapes: Sequence[Shape], marked: Mapping[int, Iterable[Side]]) -> Drawing | None:
    """A close look at the first marked shape; None where the whole floor is hardly larger."""
    number = next(iter(marked), None)
    target = next((shape for shape in shapes if shape.number == number), None)
    if target is None:
        return None
    width = max(NEAR, 1.5 * max(target.width, target.height))
    height = 0.7 * width
    if width > 0.8 * floor.width or height > floor.height:
        return None
    left = min(max(0, target.center[0] - width / 2), floor.width - width)
    top = min(max(0, target.center[1] - height / 2), floor.height - height)
    return _drawing("near", (left, top, width, height), shapes, marked)


def _drawing(
    key: str,
    view: tuple[float, float, float, float],
    shapes: Sequence[Shape],
    marked: Mapping[int, Iterable[Side]],
) -> Drawing:
    stacked = sorted(shapes, key=lambda shape: (LAYERS.index(shape.kind), shape.number))
    largest = view[2] / 26
    pins = [
        Pin(_text(x), _text(y), _text(view[2] / 700))
        for shape in stacked
        if shape.number in marked
        for x, y in [rules.point_beside_its_name(shape)]
    ]
    return Drawing(
        key=key,
        view=" ".join(map(_text, view)),
        figures=[_figure(shape, tuple(marked.get(shape.number, ()))) for shape in stacked],
        words=[words for shape in stacked if (words := _words(shape, largest))],
        pins=pins,
    )


def _figure(shape: Shape, sides: Sequence[Side]) -> Figure:
    box = _box(shape.x, shape.y, shape.width, shape.height)
    turn = f"rotate({shape.rotation} {_text(shape.center[0])} {_text(shape.center[1])})" if shape.rotation else ""
    return Figure(shape.kind.value, box, turn, tuple(_box(*rules.half(shape, side)) for side in sides))


def _words(shape: Shape, largest: float) -> Words | None:
    text = shape.name or (str(Row.Kind(shape.kind).label) if shape.kind in SAID_BY_KIND else "")
    if not text or shape.kind == Kind.WALL:
        return None
    letter = BOLD if shape.kind == Kind.ROOM else LETTER
    is_upright = shape.height > 1.3 * shape.width and shape.kind != Kind.ROOM
    along, across = (shape.height, shape.width) if is_upright else (shape.width, shape.height)
    size = max(8.0, min(largest, 0.72 * across, along / (letter * len(text))))
    x, y = shape.center
    if shape.kind == Kind.ROOM:
        y = shape.y + 0.9 * size
    angle = (shape.rotation + (90 if is_upright else 0)) % 180
    angle = angle - 180 if angle > 90 else angle
    turn = f"rotate({angle} {_text(x)} {_text(y)})" if angle else ""
    return Words(text, _text(x), _text(y), _text(size), turn, shape.kind.value)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(_text(x), _text(y), _text(width), _text(height))


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")

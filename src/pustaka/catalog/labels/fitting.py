"""Text that fits its place: it shrinks to a readable least size, then breaks, and never runs over the edge.

Plain arithmetic; how wide a text is says the caller's `measure(text)`, in millimeters at one point of size.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MM_PER_POINT = 25.4 / 72
LEADING = 1.16
STEP = 0.5
GOOD = 10.0  # points; a spine is read from an arm's length
MORE = "…"
Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines and the size at which they fit; `is_cut` where something had to be left out."""

    lines: tuple[str, ...]
    size: float
    is_cut: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEADING * MM_PER_POINT


def fit(
    alternatives: Sequence[Sequence[str]], *, width: float, height: float, most: float, least: float, measure: Measure
) -> Fitted:
    """The first of the alternatives that fits at a good size, else the one that can be largest; never below `least`.

    Each alternative says the same in more and shorter lines than the one before. Where none fits, the last is broken
    wherever the edge comes, and what is beyond the lower edge is cut off with an ellipsis.
    """
    best: Fitted | None = None
    for lines in alternatives:
        size = most
        while size >= least and not _fits(lines, size, width, height, measure):
            size -= STEP
        if size >= least and (best is None or size > best.size):
            best = Fitted(tuple(lines), size)
            if size >= min(most, GOOD):
                break
    return best or _forced(alternatives[-1], least, width, height, measure)


def _fits(lines: Sequence[str], size: float, width: float, height: float, measure: Measure) -> bool:
    return (
        len(lines) * size * LEADING * MM_PER_POINT <= height
        and max((measure(line) for line in lines), default=0) * size <= width
    )


def _forced(lines: Sequence[str], size: float, width: float, height: float, measure: Measure) -> Fitted:
    broken = [part for line in lines for part in wrap(line, width=width / size, measure=measure)]
    room = max(1, int(height / (size * LEADING * MM_PER_POINT)))
    if len(broken) <= room:
        return Fitted(tuple(broken), size)
    last = broken[room - 1].rstrip()
    while last and measure(last + MORE) * size > width:
        last = last[:-1]
    return Fitted((*broken[: room - 1], last + MORE), size, is_cut=True)


def wrap(text: str, *, width: float, measure: Measure, first: float | None = None) -> list[str]:
    """The text in lines no wider than `width` (the first one than `first`), broken between words where that can be."""
    lines: list[str] = []
    line = ""

    def room() -> float:
        return first if first is not None and not lines else width

    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer) <= room():
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while measure(line) > room() and len(line) > 1:
            kept = next((n for n in range(len(line) - 1, 1, -1) if measure(line[:n]) <= room()), 1)
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line] if line else lines


_CLASS = re.compile(r"(\d{3}|2X\d)((?:\.\d+)?)", re.IGNORECASE)


def spine(call_number: str, *, prefix: str = "", more: Sequence[str] = ()) -> Iterator[list[str]]:
    """The lines of a spine label, first as they should be, then with the class number broken more and more.

    `657.42 WIJ e` gives three lines, as Indonesian libraries write it: class, author, title. A long class number
    breaks before its point, then after each three decimals. `prefix` (R, SKR) stands above, `more` (volume, copy)
    below.
    """
    words = call_number.split()
    if prefix and words[:1] == [prefix]:
        words = words[1:]
    above = [prefix] if prefix else []
    yield [*above, *words, *more]
    for decimals in (40, 6, 3):
        broken = [part for word in words for part in _class_parts(word, decimals)]
        if broken != words:
            yield [*above, *broken, *more]


def _class_parts(word: str, decimals: int) -> list[str]:
    found = _CLASS.fullmatch(word)
    if not found or not found[2]:
        return [word]
    rest = found[2]
    parts = [rest[: decimals + 1]]
    rest = rest[decimals + 1 :]
    while rest:
        parts.append(rest[:decimals])
        rest = rest[decimals:]
    return [found[1], *parts]

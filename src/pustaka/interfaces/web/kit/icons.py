"""`python -m pustaka.interfaces.web.kit.icons`: the icons of the app as PNG, drawn from the mark (`mark.svg`).

`icon.svg` is the same drawing; some launchers take PNG alone. A maskable icon fills its square, because the launcher
cuts it down to the inner 80 % (W3C, Web Application Manifest). An iPhone rounds the corners of its icon itself.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent / "static" / "kit"
ACCENT, PAGE = "#0b5a52", "#ffffff"
COLORS = 32  # two, and the steps between them at the edges
FINER = 4  # drawn so much larger, then made smaller: smooth edges
Point = tuple[float, float]

# The open book of the mark in its square of 26: curves from a point over two handles to a point, and the spine.
CURVES: tuple[tuple[Point, Point, Point, Point], ...] = (
    ((13, 6.5), (10.5, 4.5), (7, 4), (3, 4)),
    ((3, 20), (7, 20), (10.5, 20.5), (13, 22.5)),
    ((13, 22.5), (15.5, 20.5), (19, 20), (23, 20)),
    ((23, 4), (19, 4), (15.5, 4.5), (13, 6.5)),
)
SPINE: tuple[Point, Point] = ((13, 6.5), (13, 22.5))
MIDDLE: Point = (13, 13.25)
LINE = 1.8


@dataclass(frozen=True, slots=True)
class Icon:
    """A file: its edge in pixels, how wide the book is in it, how round its corners are; 0 fills the square."""

    name: str
    edge: int
    book: float
    corner: float


ICONS = (
    Icon("icon-192.png", edge=192, book=0.625, corner=0.1875),
    Icon("icon-512.png", edge=512, book=0.625, corner=0.1875),
    Icon("icon-maskable.png", edge=512, book=0.5, corner=0),
    Icon("icon-touch.png", edge=180, book=0.58, corner=0),
)


def draw(icon: Icon) -> Image.Image:
    """The book, white on the accent."""
    edge = icon.edge * FINER
    image = Image.new("RGBA", (edge, edge), (0, 0, 0, 0) if icon.corner else ACCENT)
    pen = ImageDraw.Draw(image)
    if icon.corner:
        pen.rounded_rectangle((0, 0, edge - 1, edge - 1), radius=icon.corner * edge, fill=ACCENT)
    scale = icon.book * edge / 20  # the book is 20 wide
    outline = [point for curve in CURVES for point in _along(*curve)]
    for line in ([*outline, outline[0]], list(SPINE)):
        places = [(edge / 2 + (x - MIDDLE[0]) * scale, edge / 2 + (y - MIDDLE[1]) * scale) for x, y in line]
        half = LINE * scale / 2
        for (x, y), following in pairwise(places):
            pen.line(((x, y), following), fill=PAGE, width=round(2 * half))
            pen.ellipse((x - half, y - half, x + half, y + half), fill=PAGE)
        x, y = places[-1]
        pen.ellipse((x - half, y - half, x + half, y + half), fill=PAGE)
    small = image.resize((icon.edge, icon.edge), Image.Resampling.LANCZOS)
    return small.quantize(COLORS, Image.Quantize.FASTOCTREE)


def _along(start: Point, first: Point, second: Point, end: Point, *, steps: int = 24) -> list[Point]:
    """Points of a Bézier curve."""
    found = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
        points = (start, first, second, end)
        found.append((
            sum(weight * x for weight, (x, _y) in zip(weights, points, strict=True)),
            sum(weight * y for weight, (_x, y) in zip(weights, points, strict=True)),
        ))  # fmt: skip
    return found


def main() -> None:
    for icon in ICONS:
        draw(icon).save(FOLDER / icon.name, optimize=True)


if __name__ == "__main__":
    main()

"""Covers for a few titles of the demo, drawn by code: real ones belong to their publishers.

The same title gets the same picture each time: two colors, a shape from its letters, and its words as the drawn cover
would set them.
"""

from hashlib import blake2b
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from pustaka.catalog.labels import fitting
from pustaka.catalog.labels.paper import BOLD, SANS

SIZE = (600, 900)
INKS = ("#1f3d5c", "#7a2e2e", "#2f5d50", "#5b3f72", "#8a5a12", "#23424a", "#6b2d4f", "#3d4a1f")
PAPERS = ("#f3e9d2", "#e4ecef", "#f6e3d7", "#e7efe3")


def draw(*, title: str, author: str) -> BytesIO:
    """A JPEG of the cover."""
    number = int.from_bytes(blake2b(f"{title}|{author}".encode(), digest_size=8).digest())
    ink, paper = INKS[number % len(INKS)], PAPERS[number // 8 % len(PAPERS)]
    cover = Image.new("RGB", SIZE, paper)
    pen = ImageDraw.Draw(cover)
    _SHAPES[number // 64 % len(_SHAPES)](pen, ink, number)
    _words(pen, title, top=560, size=54, font=str(BOLD), color=ink)
    _words(pen, author.partition(",")[0], top=820, size=34, font=str(SANS), color=ink)
    file = BytesIO()
    cover.save(file, "JPEG", quality=88)
    file.seek(0)
    return file


def _words(pen: ImageDraw.ImageDraw, text: str, *, top: int, size: int, font: str, color: str) -> None:
    letters = ImageFont.truetype(font, size)
    lines = fitting.wrap(text, width=SIZE[0] - 100, measure=letters.getlength)[:4]
    for at, line in enumerate(lines):
        pen.text((50, top + at * size * 1.15), line, font=letters, fill=color)


def _rings(pen: ImageDraw.ImageDraw, ink: str, number: int) -> None:
    x, y = 200 + number % 200, 180 + number // 7 % 160
    for radius in range(220, 20, -40):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=ink, width=12)


def _hills(pen: ImageDraw.ImageDraw, ink: str, number: int) -> None:
    for at in range(5):
        peak = 120 + (number >> at * 5) % 260
        left = at * 130 - 60
        pen.polygon([(left, 500), (left + 150, peak), (left + 300, 500)], fill=ink if at % 2 else None, outline=ink)
    pen.rectangle((0, 496, SIZE[0], 504), fill=ink)


def _weave(pen: ImageDraw.ImageDraw, ink: str, number: int) -> None:
    for row in range(6):
        for column in range(7):
            if number >> (row * 7 + column) & 1:
                x, y = 30 + column * 78, 40 + row * 78
                pen.rectangle((x, y, x + 66, y + 66), fill=ink)
            else:
                x, y = 30 + column * 78, 40 + row * 78
                pen.polygon([(x, y), (x + 66, y), (x, y + 66)], fill=ink)


def _bars(pen: ImageDraw.ImageDraw, ink: str, number: int) -> None:
    for at in range(12):
        height = 80 + (number >> at * 4) % 380
        pen.rectangle((30 + at * 46, 500 - height, 30 + at * 46 + 30, 500), fill=ink)


_SHAPES = (_rings, _hills, _weave, _bars)

"""The PDF that labels are drawn on: text in any script that a font is there for, filled boxes, lines. By fpdf2.

DejaVu Sans Condensed (Latin, Greek, Cyrillic, Arabic) and Noto Sans Javanese come with the product; for Han and other
scripts a font of the operating system is used where there is one. Text beyond the Latin kind is shaped by HarfBuzz and
set in its own direction; plain text takes a way that is thirty times as quick.
"""

import re
from datetime import datetime
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

OURS = Path(__file__).parent / "fonts"
SANS, BOLD, JAVANESE = (
    OURS / f"{name}.ttf" for name in ("DejaVuSansCondensed", "DejaVuSansCondensed-Bold", "NotoSansJavanese-Regular")
)
# Debian's places for fonts with Han and other scripts (fonts-droid-fallback; TrueType outlines, so they embed small).
ELSEWHERE = (
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
)
PLAIN_UNTIL = "\u0590"  # before it lie the scripts whose letters just stand side by side
REFERENCE = 100.0
_COMBINING = range(0x300, 0x370)


@cache
def letters_of(path: Path) -> frozenset[int]:
    """Every code point that the font has a glyph for."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def further_font() -> Path | None:
    """The font of the operating system for what ours don't have; None where there is none."""
    return next((path for path in ELSEWHERE if path.is_file()), None)


def unknown_letters(text: str) -> str:
    """The letters of `text` that no font here can draw, each once."""
    further = further_font()
    missing = {
        char
        for char in text
        if not char.isspace() and ord(char) not in letters_of(SANS) and ord(char) not in letters_of(JAVANESE)
    }
    if missing and further:
        missing = {char for char in missing if ord(char) not in letters_of(further)}
    return "".join(sorted(missing))


def drawable(text: str) -> str:
    """The text with a question mark in the place of letters that no font here can draw."""
    if text.isascii() or not (unknown := unknown_letters(text)):
        return text
    return re.sub(f"[{re.escape(unknown)}]+", "?", text)


def is_plain(text: str) -> bool:
    """Whether the letters just stand side by side, from left to right, as in Latin, Greek and Cyrillic."""
    if text.isascii():
        return True
    return all((char < PLAIN_UNTIL and ord(char) not in _COMBINING) or "\u2010" <= char <= "\u2027" for char in text)


class Paper:
    """A PDF in millimeters, begun page by page."""

    def __init__(self, *, width: float, height: float, title: str, at: datetime) -> None:
        self._pdf = FPDF(unit="mm", format=(width, height))
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_creation_date(at)
        self._pdf.set_title(title)
        self._pdf.set_creator("Pustaka Mandiri")
        self._pdf.viewer_preferences = None
        self._pdf.add_font("sans", "", SANS)
        self._pdf.add_font("sans", "B", BOLD)
        self._fallbacks: list[str] = []
        self._widths: dict[tuple[str, bool], float] = {}

    def begin_page(self) -> None:
        self._pdf.add_page()

    def measure(self, text: str, *, bold: bool = False) -> float:
        """How wide the text is at one point of size."""
        text = drawable(text)
        known = self._widths.get((text, bold))
        if known is None:
            self._choose(text, REFERENCE, bold)
            known = self._pdf.get_string_width(text) / REFERENCE
            self._widths[text, bold] = known
        return known

    def write(self, text: str, *, x: float, baseline: float, size: float, bold: bool = False) -> None:
        """The text with its left end at `x`, standing on `baseline`."""
        text = drawable(text)
        if is_plain(text):
            self._choose(text, size, bold)
            self._pdf.text(x, baseline, text)
            return
        self._choose(text, size, bold)
        height = size * 25.4 / 72
        # A cell puts its text's middle a third of the size above the baseline.
        self._pdf.set_xy(x, baseline - 0.3 * height - height / 2)
        self._pdf.cell(self.measure(text, bold=bold) * size, height, text, new_x=XPos.LEFT, new_y=YPos.TOP)

    def fill(self, x: float, y: float, width: float, height: float) -> None:
        """A black box."""
        self._pdf.rect(x, y, width, height, style="F")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """The thin outline of a box."""
        self._pdf.set_draw_color(150)
        self._pdf.set_line_width(0.1)
        self._pdf.rect(x, y, width, height)
        self._pdf.set_draw_color(0)

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin level line."""
        self._pdf.set_line_width(0.15)
        self._pdf.line(x, y, x + width, y)

    def output(self) -> bytes:
        """The whole file; nothing can be drawn any more."""
        content = bytes(self._pdf.output())
        for font in self._pdf.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]
        return content

    def _choose(self, text: str, size: float, bold: bool) -> None:
        if not is_plain(text):
            self._find_fonts(text)
        self._pdf.set_text_shaping(use_shaping_engine=not is_plain(text))
        self._pdf.set_font("sans", "B" if bold else "", size)

    def _find_fonts(self, text: str) -> None:
        """Take in the fonts that the text needs besides the first."""
        further = further_font()
        for name, path in (("javanese", JAVANESE), ("further", further)):
            if path is None or name in self._fallbacks:
                continue
            letters = letters_of(path)
            if any(ord(char) not in letters_of(SANS) and ord(char) in letters for char in text):
                self._pdf.add_font(name, "", path)
                self._fallbacks.append(name)
                self._pdf.set_fallback_fonts(self._fallbacks, exact_match=False)

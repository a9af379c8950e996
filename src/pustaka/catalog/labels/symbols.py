"""Bars and QR codes as modules (dark or light), by python-barcode and segno.

Code 128 (ISO/IEC 15417) and Code 39 (ISO/IEC 16388) hold plain ASCII and a part of it; what they can't hold, or what
would be too fine to read on the label, becomes a QR code (ISO/IEC 18004), which takes any text in little room.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import barcode
import segno

from pustaka.catalog.labels.sheets import Symbol

DOT = 25.4 / 300  # a module is a whole number of dots of a usual printer, else its bars come out uneven
QUIET_BARS, QUIET_QR = 10, 4
LEAST_DOTS, MOST_DOTS = 2, 5
LEAST_DOTS_QR, MOST_DOTS_QR = 3, 9
_CODE39 = re.compile(r"[0-9A-Z\-. $/+%]+")
_CODE128 = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Bars:
    """A row of dark and light modules; `module` is the width of one."""

    modules: str
    module: float

    @property
    def width(self) -> float:
        """With the quiet zones on both sides."""
        return (len(self.modules) + 2 * QUIET_BARS) * self.module


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of dark and light modules; `module` is the side of one, `is_fine` where it is smaller than it should be."""

    rows: tuple[bytes, ...]
    module: float
    is_fine: bool

    @property
    def side(self) -> float:
        """With the quiet zone all around."""
        return (len(self.rows) + 2 * QUIET_QR) * self.module


def bars(text: str, symbol: str, *, width: float) -> Bars | None:
    """The bars of that kind as wide as they may be, or None where this text has none that are readable there."""
    if symbol == Symbol.CODE39:
        if not _CODE39.fullmatch(text):
            return None
        modules = barcode.Code39(text, add_checksum=False).build()[0]
    else:
        if not _CODE128.fullmatch(text):
            return None
        modules = barcode.Code128(text).build()[0]
    dots = min(MOST_DOTS, int(width / ((len(modules) + 2 * QUIET_BARS) * DOT)))
    return Bars(modules, dots * DOT) if dots >= LEAST_DOTS else None


def qr(text: str, *, side: float) -> Matrix:
    """The QR code as large as it may be in a square of that side."""
    code = segno.make_qr(text, error="m")
    rows = tuple(bytes(row) for row in code.matrix)
    across = len(rows) + 2 * QUIET_QR
    dots = min(MOST_DOTS_QR, int(side / (across * DOT)))
    if dots < LEAST_DOTS_QR:
        return Matrix(rows, side / across, is_fine=True)
    return Matrix(rows, dots * DOT, is_fine=False)


def runs(modules: str | bytes) -> Iterator[tuple[int, int]]:
    """Begin and length of each run of dark modules."""
    dark = ("1", 1)
    begin = None
    for at, module in enumerate((*modules, 0)):
        if module in dark and begin is None:
            begin = at
        elif module not in dark and begin is not None:
            yield begin, at - begin
            begin = None

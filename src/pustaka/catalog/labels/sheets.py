"""Sheets of labels: where each label lies, what stands on it, the sheets that can be bought. Lengths in millimeters.

A sheet `is_measured` where its figures are arithmetic (24 labels of 70 × 37 mm fill A4) or published sizes on which
sources agree within half a millimeter (Avery L7160; Avery L7651 and Label Planet LP65/38; read 2026-11). Of others,
such as Tom & Jerry's labels, only the label's own size is sure: sources differ in paper and margins by up to two
centimeters. Theirs are a start; measure the sheet, and print a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

A4 = (210.0, 297.0)
MOST_PER_SHEET = 400
SLACK = 0.5  # sheets are cut to about half a millimeter


class Contents(StrEnum):
    """What a label says."""

    SPINE = "spine"
    CODE = "code"
    BOTH = "both"
    CARD = "card"


class Symbol(StrEnum):
    """What a scanner reads."""

    CODE128 = "code128"
    CODE39 = "code39"
    QR = "qr"


class QrSays(StrEnum):
    """What a QR code holds."""

    BARCODE = "barcode"
    RECORD = "record"


class CardKind(StrEnum):
    """The cards of one title."""

    MAIN = "main"
    AUTHOR = "author"
    TITLE = "title"
    SUBJECT = "subject"


CONTENTS: tuple[tuple[str, Any], ...] = (
    (Contents.BOTH, _("Call number and barcode")),
    (Contents.SPINE, _("Call number for the spine")),
    (Contents.CODE, _("Barcode")),
    (Contents.CARD, _("Catalogue card")),
)
SYMBOLS: tuple[tuple[str, Any], ...] = (
    (Symbol.CODE128, _("Bars, Code 128 (short, for everything)")),
    (Symbol.CODE39, _("Bars, Code 39 (for old scanners)")),
    (Symbol.QR, _("QR code (for telephones)")),
)
QR_SAYS: tuple[tuple[str, Any], ...] = (
    (QrSays.BARCODE, _("the barcode")),
    (QrSays.RECORD, _("the address of the title in the catalogue")),
)
CARD_KINDS: tuple[tuple[str, Any], ...] = (
    (CardKind.MAIN, _("Main card")),
    (CardKind.AUTHOR, _("Cards of further authors")),
    (CardKind.TITLE, _("Title card")),
    (CardKind.SUBJECT, _("Subject cards")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where the labels lie on the paper; `offset_x` and `offset_y` make up for what the printer shifts."""

    page_width: float = A4[0]
    page_height: float = A4[1]
    label_width: float
    label_height: float
    columns: int
    rows: int
    margin_left: float
    margin_top: float
    gap_x: float = 0.0
    gap_y: float = 0.0
    offset_x: float = 0.0
    offset_y: float = 0.0

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top of a label; places count from 0, row by row."""
        row, column = divmod(place, self.columns)
        return (
            self.margin_left + column * (self.label_width + self.gap_x) + self.offset_x,
            self.margin_top + row * (self.label_height + self.gap_y) + self.offset_y,
        )

    def problems(self) -> Iterator[Any]:
        """Why these figures make no sheet, each with what to change; nothing where they do."""
        right = self.margin_left + self.columns * self.label_width + (self.columns - 1) * self.gap_x
        bottom = self.margin_top + self.rows * self.label_height + (self.rows - 1) * self.gap_y
        if right > self.page_width + SLACK:
            yield _(
                "The labels end at %(end)s mm, but the paper is %(size)s mm wide. Check width, columns and gaps."
            ) % {
                "end": _figure(right),
                "size": _figure(self.page_width),
            }
        if bottom > self.page_height + SLACK:
            yield _("The labels end at %(end)s mm, but the paper is %(size)s mm high. Check height, rows and gaps.") % {
                "end": _figure(bottom),
                "size": _figure(self.page_height),
            }
        if self.per_page > MOST_PER_SHEET:
            yield _("More than %(most)s labels on one sheet are too many. Check columns and rows.") % {
                "most": MOST_PER_SHEET
            }


LENGTHS = tuple(one.name for one in fields(Sheet) if one.name not in {"columns", "rows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stands on each label. `library` is the name on top; empty for the name of the copy's branch."""

    contents: str = Contents.BOTH
    symbol: str = Symbol.CODE128
    qr_says: str = QrSays.BARCODE
    font_size: float = 14.0
    shows_library: bool = True
    library: str = ""
    shows_title: bool = False
    shows_copy: bool = True
    prefixes: dict[str, str] = field(default_factory=dict)
    cards: tuple[str, ...] = (CardKind.MAIN, CardKind.TITLE, CardKind.SUBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A sheet and what stands on its labels."""

    key: str
    name: Any
    sheet: Sheet
    look: Look
    is_measured: bool = True


_L7160 = Sheet(label_width=63.5, label_height=38.1, columns=3, rows=7, margin_left=7.2, margin_top=15.1, gap_x=2.5)
_L7651 = Sheet(label_width=38.1, label_height=21.2, columns=5, rows=13, margin_left=4.7, margin_top=10.7, gap_x=2.5)
_3X8 = Sheet(label_width=70, label_height=37, columns=3, rows=8, margin_left=0, margin_top=0.5)
_TJ103 = Sheet(
    page_width=210,
    page_height=165,
    label_width=64,
    label_height=32,
    columns=3,
    rows=4,
    margin_left=6,
    margin_top=12,
    gap_x=3,
    gap_y=4,
)
_TJ107 = replace(
    _TJ103, label_width=50, label_height=18, rows=6, columns=3, margin_left=24, margin_top=18, gap_x=6, gap_y=4
)
_TJ121 = replace(
    _TJ103, label_width=75, label_height=38, rows=3, columns=2, margin_left=25, margin_top=20, gap_x=10, gap_y=5
)
_CARDS = Sheet(label_width=125, label_height=75, columns=1, rows=3, margin_left=42.5, margin_top=18, gap_y=18)
_ONE_CARD = Sheet(
    page_width=125, page_height=75, label_width=125, label_height=75, columns=1, rows=1, margin_left=0, margin_top=0
)

READY: tuple[Design, ...] = (
    Design(
        key="a4-21-both",
        name=_("A4, 21 labels of 63.5 × 38.1 mm (as Avery L7160): call number and barcode"),
        sheet=_L7160,
        look=Look(),
    ),
    Design(
        key="a4-24-both",
        name=_("A4, 24 labels of 70 × 37 mm without gaps: call number and barcode"),
        sheet=_3X8,
        look=Look(),
    ),
    Design(
        key="a4-65-spine",
        name=_("A4, 65 labels of 38 × 21 mm (as Avery L7651): call number for the spine"),
        sheet=_L7651,
        look=Look(contents=Contents.SPINE, shows_library=False),
    ),
    Design(
        key="a4-65-code",
        name=_("A4, 65 labels of 38 × 21 mm (as Avery L7651): barcode"),
        sheet=_L7651,
        look=Look(contents=Contents.CODE),
    ),
    Design(
        key="a4-65-qr",
        name=_("A4, 65 labels of 38 × 21 mm (as Avery L7651): QR code"),
        sheet=_L7651,
        look=Look(contents=Contents.CODE, symbol=Symbol.QR),
    ),
    Design(
        key="tj-103-both",
        name=_("Tom & Jerry 103, labels of 64 × 32 mm: call number and barcode"),
        sheet=_TJ103,
        look=Look(),
        is_measured=False,
    ),
    Design(
        key="tj-107-code",
        name=_("Tom & Jerry 107, labels of 50 × 18 mm: barcode"),
        sheet=_TJ107,
        look=Look(contents=Contents.CODE),
        is_measured=False,
    ),
    Design(
        key="tj-121-both",
        name=_("Tom & Jerry 121, labels of 75 × 38 mm: call number and barcode"),
        sheet=_TJ121,
        look=Look(),
        is_measured=False,
    ),
    Design(
        key="a4-cards",
        name=_("A4, 3 catalogue cards of 7.5 × 12.5 cm to be cut"),
        sheet=_CARDS,
        look=Look(contents=Contents.CARD, font_size=9),
    ),
    Design(
        key="card",
        name=_("Catalogue card of 7.5 × 12.5 cm, one a page"),
        sheet=_ONE_CARD,
        look=Look(contents=Contents.CARD, font_size=9),
    ),
)


def _figure(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")

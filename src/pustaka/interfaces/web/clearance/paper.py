"""The letter on A4, with a QR code by which anybody can verify it."""

import io

import segno
from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from fpdf import FPDF

from pustaka.catalog.labels.paper import BOLD, SANS
from pustaka.circulation.models import Clearance

QR_MM = 34


def letter(found: Clearance, *, address: str) -> bytes:
    """The PDF; `address` is where the letter can be verified."""
    paper = FPDF(format="A4", unit="mm")
    paper.add_font("sans", "", SANS)
    paper.add_font("sans", "B", BOLD)
    paper.set_title(f"{_('Letter of clearance')} {found.number}")
    paper.set_margins(25, 25)
    paper.add_page()
    paper.set_font("sans", "B", 15)
    paper.multi_cell(0, 8, str(settings.LIBRARY_NAME), align="C", new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    paper.line(25, paper.get_y(), 185, paper.get_y())
    paper.ln(10)
    paper.set_font("sans", "B", 14)
    paper.multi_cell(0, 7, _("Letter of clearance"), align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("sans", "", 11)
    paper.multi_cell(0, 6, f"{_('Number')}: {found.number}", align="C", new_x="LMARGIN", new_y="NEXT")
    paper.ln(10)
    for label, value in ((_("Name"), found.name), (_("Number"), found.person_number), (_("Programme"), found.unit)):
        if value:
            paper.cell(40, 7, label)
            paper.multi_cell(0, 7, f": {value}", new_x="LMARGIN", new_y="NEXT")
    paper.ln(6)
    paper.multi_cell(
        0, 7, _("has returned everything that was borrowed from the library and owes it nothing."),
        new_x="LMARGIN", new_y="NEXT",
    )  # fmt: skip
    paper.ln(10)
    paper.multi_cell(0, 6, formats.date_format(found.issued_at, "DATE_FORMAT"), new_x="LMARGIN", new_y="NEXT")
    paper.multi_cell(0, 6, found.issued_by, new_x="LMARGIN", new_y="NEXT")
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=8, border=2)
    top = paper.get_y() + 10
    paper.image(picture, x=25, y=top, w=QR_MM)
    paper.set_xy(25 + QR_MM + 5, top + 4)
    paper.set_font("sans", "", 9)
    paper.multi_cell(0, 5, f"{_('Whether this letter is genuine can be seen here:')}\n{address}")
    return bytes(paper.output())

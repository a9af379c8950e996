"""A report as a file: CSV, an Excel workbook, or PDF."""

import csv
import io

from django.utils.translation import gettext as _
from fpdf import FPDF
from openpyxl import Workbook
from openpyxl.styles import Font

from pustaka.catalog.labels.paper import BOLD, SANS
from pustaka.reporting.queries import Kept, Report, figure

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BAR_MM = 60


def rows(report: Report) -> list[list[str | float]]:
    """The table, its head first."""
    lines: list[list[str | float]] = [[line.name, line.count, *line.more] for line in report.lines]
    return [[*report.columns], *lines]


def as_csv(report: Report) -> bytes:
    """UTF-8 with a mark, so that Excel reads it; what a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    csv.writer(out).writerows([[_safe(cell) for cell in row] for row in rows(report)])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_xlsx(report: Report, kept: Kept) -> bytes:
    """One sheet: what it finds, then the table."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(kept.name)[:31].replace("/", "-")
    sheet.append([report.finding])
    sheet.append([])
    for row in rows(report):
        sheet.append([_safe(cell) for cell in row])
    for cell in (sheet["A1"], *sheet[3]):
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 50
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_pdf(report: Report, kept: Kept, *, library: str, period: str) -> bytes:
    """A4: name, period, what it finds, a bar for each line, and the table."""
    paper = FPDF(format="A4", unit="mm")
    paper.add_font("sans", "", SANS)
    paper.add_font("sans", "B", BOLD)
    paper.set_auto_page_break(auto=True, margin=15)
    paper.add_page()
    paper.set_font("sans", "", 10)
    paper.multi_cell(0, 5, f"{library} · {period}", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("sans", "B", 16)
    paper.multi_cell(0, 9, str(kept.name), new_x="LMARGIN", new_y="NEXT")
    paper.set_font("sans", "", 12)
    paper.multi_cell(0, 7, report.finding, new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)
    most = max((line.count for line in report.lines), default=0) or 1
    paper.set_font("sans", "", 9)
    paper.set_fill_color(15, 88, 80)
    for line in report.lines:
        if paper.get_y() > 275:
            paper.add_page()
        top = paper.get_y()
        paper.cell(85, 6, _short(line.name, 50))
        paper.rect(paper.l_margin + 87, top + 1, max(0.2, BAR_MM * line.count / most), 4, style="F")
        paper.set_xy(paper.l_margin + 87 + BAR_MM + 2, top)
        paper.cell(0, 6, " · ".join([figure(line.count), *(_short(cell, 24) for cell in line.more)]))
        paper.ln(6)
    if report.note:
        paper.ln(3)
        paper.multi_cell(0, 5, report.note)
    if not report.lines:
        paper.multi_cell(0, 6, _("Nothing happened in this time"))
    return bytes(paper.output())


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

"""Jobs, scans and barcodes in the words and bars of the person at the desk."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pustaka.catalog import rules
from pustaka.catalog.labels import symbols
from pustaka.catalog.labels.sheets import Symbol
from pustaka.catalog.models import CareJob, ConditionNote
from pustaka.catalog.services.binding import Return, Returned

WIDEST_MM, BAR_HEIGHT = 70, 40
SIDE_MM = 22


@dataclass(frozen=True, slots=True)
class Line:
    """One scan: how it went (`done`, `look`, `refused`), in a word, and about which copy."""

    tone: str
    word: str
    barcode: str
    about: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One job in a list, and by how many days it is late."""

    job: CareJob
    late: int


def rows(jobs: Any, *, today: date) -> list[Row]:
    """In the order given."""
    return [
        Row(job, rules.days_late(job.expected_on, on=today) if job.state in {"in_work", "sent"} else 0) for job in jobs
    ]


def noted(note: ConditionNote) -> Line:
    """A condition that was noted by scanning."""
    return Line("done", str(note.get_condition_display()), note.item.barcode, note.item.bib.title, note.note)


def asked(job: CareJob) -> Line:
    """A job that was asked for by scanning."""
    return Line("done", str(job.get_kind_display()), job.item.barcode, job.item.bib.title, job.reason)


def laid_in(job: CareJob) -> Line:
    """A volume that was laid into a parcel."""
    return Line("done", str(job.get_kind_display()), job.item.barcode, job.item.bib.title)


def returned(one: Returned) -> Line:
    """A volume that was scanned out of a parcel."""
    title = one.item.bib.title if one.item else ""
    if one.outcome == Return.BACK:
        return Line("done", _("Back"), one.barcode, title)
    if one.outcome == Return.TWICE:
        return Line("look", _("Was taken back before"), one.barcode, title)
    if one.outcome == Return.EXTRA:
        hint = _("It isn't in this parcel. It is remembered with it: lay it aside and ask.")
        return Line("look", _("One too many"), one.barcode, title, hint)
    hint = _("No copy of ours carries it. It is remembered with the parcel: lay it aside and ask the bindery.")
    return Line("refused", _("Unknown barcode"), one.barcode, "", hint)


def bars(text: str) -> SafeString:
    """The barcode as a drawing: Code 128, or a QR code for what that can't hold."""
    found = symbols.bars(text, Symbol.CODE128, width=WIDEST_MM)
    if found is not None:
        width = len(found.modules) + 2 * symbols.QUIET_BARS
        drawn = format_html_join(
            "",
            '<rect x="{}" y="0" width="{}" height="{}"/>',
            ((str(symbols.QUIET_BARS + at), str(size), str(BAR_HEIGHT)) for at, size in symbols.runs(found.modules)),
        )
        return _svg(text, drawn, width=width, height=BAR_HEIGHT, name="bars")
    code = symbols.qr(text, side=SIDE_MM)
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="1"/>',
        (
            (str(symbols.QUIET_QR + at), str(symbols.QUIET_QR + line), str(size))
            for line, row in enumerate(code.rows)
            for at, size in symbols.runs(row)
        ),
    )
    side = len(code.rows) + 2 * symbols.QUIET_QR
    return _svg(text, drawn, width=side, height=side, name="matrix")


def _svg(text: str, drawn: SafeString, *, width: int, height: int, name: str) -> SafeString:
    return format_html(
        '<svg class="symbol {}" viewBox="0 0 {} {}" role="img" aria-label="{}" preserveAspectRatio="none"'
        ' shape-rendering="crispEdges">{}</svg>',
        name,
        str(width),
        str(height),
        text,
        drawn,
    )

"""What a stock take says, in words that can be read and tones that can be heard while one looks at the shelf."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pustaka.catalog.models import StockTake, StockTakeCopy, StockTakeScan
from pustaka.catalog.rules import Finding, Settling

DONE, LOOK, REFUSED = "done", "look", "refused"

WORDS: dict[str, tuple[str, Any]] = {
    Finding.SEEN: (DONE, pgettext_lazy("stock take", "Seen")),
    Finding.NOT_ASKED: (DONE, gettext_lazy("Right, but not asked for")),
    Finding.WRONG_SHELF: (LOOK, gettext_lazy("Wrong shelf")),
    Finding.OTHER_BRANCH: (LOOK, gettext_lazy("Of another library")),
    Finding.OUT: (LOOK, gettext_lazy("Not at hand by the records")),
    Finding.FOUND: (LOOK, gettext_lazy("Found again")),
    Finding.WITHDRAWN: (LOOK, gettext_lazy("Withdrawn")),
    Finding.UNKNOWN: (REFUSED, gettext_lazy("Unknown barcode")),
    Finding.MISSING: (REFUSED, gettext_lazy("Missing")),
    Finding.AWAY: (DONE, gettext_lazy("Left the shelf meanwhile")),
    "": (LOOK, gettext_lazy("Not seen yet")),
}

LISTS: dict[str, tuple[Any, Any]] = {
    "waiting": (
        gettext_lazy("Not seen yet"),
        gettext_lazy("They should be there. When the stock take is closed, what is left here counts as missing."),
    ),
    "missing": (
        gettext_lazy("Missing"),
        gettext_lazy("Nobody has seen them. Look once more, then tick those that you want to call missing."),
    ),
    "misplaced": (
        gettext_lazy("In the wrong place"),
        gettext_lazy("They belong to another shelf or to another library. Carry them there, or let them stay."),
    ),
    "returned": (
        gettext_lazy("On the shelf, though the records say otherwise"),
        gettext_lazy("On loan, in repair, missing, lost or withdrawn by the records, and yet they were seen."),
    ),
    "seen": (gettext_lazy("Seen in their place"), gettext_lazy("All is well with these.")),
    "beside": (
        gettext_lazy("Right, but not asked for"),
        gettext_lazy("They stand where they belong, and are no part of this stock take."),
    ),
    "away": (
        gettext_lazy("Left the shelf meanwhile"),
        gettext_lazy("Nobody saw them, and by now the records say where they are, or they are gone."),
    ),
    "unknown": (
        gettext_lazy("Unknown barcodes"),
        gettext_lazy("No copy carries them. Catalogue these books, or give them a new label."),
    ),
}
ACTS: dict[str, tuple[Settling, ...]] = {
    "missing": (Settling.MISSING,),
    "misplaced": (Settling.RESHELVED, Settling.MOVED),
    "returned": (Settling.AVAILABLE,),
}
ACT_WORDS: dict[str, tuple[Any, Any]] = {
    Settling.MISSING: (gettext_lazy("Call them missing"), gettext_lazy("called missing")),
    Settling.MOVED: (gettext_lazy("They stay where they were seen"), gettext_lazy("moved to where they were seen")),
    Settling.RESHELVED: (gettext_lazy("They were carried back"), gettext_lazy("carried back to their place")),
    Settling.AVAILABLE: (gettext_lazy("They can be had again"), gettext_lazy("can be had again")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One scan as it is told: in a word, with a tone, about which copy, and what to do."""

    client_id: str
    barcode: str
    tone: str
    word: str
    about: str
    hint: str


def line(scan: StockTakeScan) -> Line:
    """What the person at the shelf sees of a scan; its copy is joined with title and places."""
    tone, word = WORDS[scan.finding]
    item = scan.item
    about = " · ".join(filter(None, [item.call_number, item.bib.title[:80]])) if item else ""
    return Line(
        scan.client_id, scan.barcode, tone, str(word), about, " ".join(filter(None, [_hint(scan), _again(scan)]))
    )


def _hint(scan: StockTakeScan) -> str:
    item = scan.item
    if item is None:
        return _("Lay the book aside: it isn't in the catalogue by this number.")
    if scan.finding == Finding.WRONG_SHELF and item.location:
        return _("It belongs to: %(place)s.") % {"place": item.location.name}
    if scan.finding == Finding.OTHER_BRANCH:
        return _("It belongs to: %(place)s.") % {"place": item.branch.name}
    if scan.finding in {Finding.OUT, Finding.FOUND, Finding.WITHDRAWN}:
        return _("The records say: %(status)s. Lay it aside.") % {"status": item.get_status_display()}
    return ""


def _again(scan: StockTakeScan) -> str:
    if not scan.seen_before_by:
        return ""
    if scan.seen_before_by == scan.by:
        return _("You have scanned it before; it counts once.")
    return _("%(name)s has scanned it before; it counts once.") % {"name": scan.seen_before_by}


def word(copy: StockTakeCopy) -> str:
    """What was found of a copy, in a word."""
    return str(WORDS[copy.finding][1])


def settled(copy: StockTakeCopy) -> str:
    """What was decided about a copy; empty where nothing was."""
    return str(ACT_WORDS[copy.settlement.act][1]) if copy.settlement else ""


def scope(stock_take: StockTake) -> list[tuple[str, str]]:
    """What is asked for, as pairs of a name and its words."""
    shelves = ", ".join(stock_take.locations.order_by("name").values_list("name", flat=True))
    kinds = ", ".join(stock_take.item_types.order_by("name").values_list("name", flat=True))
    calls = ""
    if stock_take.first_call or stock_take.last_call:
        calls = f"{stock_take.first_call or '…'} – {stock_take.last_call or '…'}"
    return [
        (_("Library"), stock_take.branch.name),
        (_("Shelves"), shelves or _("All")),
        (_("Collections"), kinds or _("All")),
        (_("Call numbers"), calls or _("All")),
    ]

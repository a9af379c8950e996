from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import StockTake, StockTakeCopy
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Settling
from pustaka.catalog.services import stock_takes
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.spreadsheets import csv_file
from pustaka.interfaces.web.staff.catalog.stocktake import forms, wording

FOLDER = "staff/catalog/stocktake"
TAKES_A_PAGE = 25
COPIES_A_PAGE = 50
MOST_PRINTED = 500  # of each list on the report; the file has them all
PRINTED_LISTS = ("missing", "misplaced", "returned")


@page(Permission.TAKE_STOCK)
def overview(request: HttpRequest) -> HttpResponse:
    """Every stock take, newest first."""
    takes = Paginator(catalog.stock_takes(), TAKES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{FOLDER}/stock_takes.html", {"takes": takes})


@page(Permission.SETTLE_STOCK_TAKE)
def new(request: HttpRequest) -> HttpResponse:
    """Which part of which library."""
    return render(request, f"{FOLDER}/new.html", {"form": forms.Begin()})


@action(Permission.SETTLE_STOCK_TAKE)
def begin(request: HttpRequest) -> HttpResponse:
    """Write down what should be there."""
    form = forms.Begin(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/new.html", {"form": form}, status=422)
    found = stock_takes.begin(**form.scope, at=timezone.now(), by=actor_of(request))
    return redirect("staff:stock_take", found.pk)


@page(Permission.TAKE_STOCK)
def stock_take(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """How far it is, shelf by shelf, and what was found; the figures follow while people scan."""
    found = catalog.stock_take(stock_take_id)
    is_part = request.headers.get("HX-Target") == "figures"
    name = f"{FOLDER}/stock_take.html"
    answer = render(request, f"{name}#figures" if is_part else name, _stock_take(found))
    patch_vary_headers(answer, ["HX-Target"])
    return answer


@page(Permission.TAKE_STOCK)
def scanning(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """One box for the scanner."""
    found = catalog.stock_take(stock_take_id)
    form = forms.Scanned(found, shelf=request.GET.get("shelf", ""))
    return render(request, f"{FOLDER}/scanning.html", _scanning(request, found, form))


@action(Permission.TAKE_STOCK)
def scan(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """One barcode, from a page without scripts."""
    found = catalog.stock_take(stock_take_id)
    form = forms.Scanned(found, request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/scanning.html", _scanning(request, found, form), status=422)
    at = timezone.now()
    one = form.scan(at=at)
    stock_takes.scan(stock_take_id=found.pk, scans=[one], at=at, by=actor_of(request))
    return redirect(f"{reverse('staff:stock_take_scanning', args=[found.pk])}?shelf={one.shelf_id or ''}")


@action(Permission.TAKE_STOCK)
def scans(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """What a device has kept, perhaps not for the first time; each scan is answered by its id."""
    at = timezone.now()
    told = stock_takes.scan(
        stock_take_id=stock_take_id, scans=forms.queue_in(request.body, at=at), at=at, by=actor_of(request)
    )
    found = catalog.stock_take(stock_take_id)
    return JsonResponse(
        {"scans": [asdict(wording.line(one)) for one in told], "seen": found.seen, "expected": found.expected}
    )


@action(Permission.SETTLE_STOCK_TAKE)
def close(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """End the scanning."""
    stock_takes.close(stock_take_id=stock_take_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Closed. No copy was changed by that: look at the lists and decide."))
    return redirect("staff:stock_take", stock_take_id)


@action(Permission.SETTLE_STOCK_TAKE)
def reopen(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """Let scanning go on."""
    stock_takes.reopen(stock_take_id=stock_take_id, by=actor_of(request))
    messages.success(request, _("Opened again. What was decided stays so."))
    return redirect("staff:stock_take", stock_take_id)


@page(Permission.TAKE_STOCK)
def copies(request: HttpRequest, stock_take_id: int, name: str) -> HttpResponse:
    """One of the lists, in the order of the shelf."""
    if name not in wording.LISTS:
        raise NotFound(_("There is no such list."))
    found = catalog.stock_take(stock_take_id)
    title, note = wording.LISTS[name]
    context: dict[str, Any] = {"take": found, "name": name, "title": title, "note": note}
    if name == "unknown":
        return render(request, f"{FOLDER}/unknown.html", context | {"barcodes": catalog.unknown_barcodes(found)})
    shelf = request.GET.get("shelf", "")
    rows = catalog.stock_take_copies(
        found, catalog.STOCK_TAKE_LISTS[name], shelf_id=int(shelf) if shelf.isdecimal() and len(shelf) < 19 else None
    )
    listed = Paginator(rows, COPIES_A_PAGE).get_page(request.GET.get("page"))
    acts = wording.ACTS.get(name, ()) if actor_of(request).may(Permission.SETTLE_STOCK_TAKE) else ()
    context |= {
        "page": listed,
        "rows": [(row, wording.word(row), wording.settled(row)) for row in listed],
        "shelf": shelf,
        "acts": [(act.value, wording.ACT_WORDS[act][0]) for act in acts],
    }
    return render(request, f"{FOLDER}/list.html", context)


@action(Permission.SETTLE_STOCK_TAKE)
def settle(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """What a person has decided about the ticked copies."""
    form = forms.Settle(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose what is to be done with these copies."))
    act = Settling(form.cleaned_data["act"])
    if form.copy_ids == []:
        raise Invalid(_("Tick the copies that you mean."))
    settlement = stock_takes.settle(
        stock_take_id=stock_take_id,
        act=act,
        copy_ids=form.copy_ids,
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
        by=actor_of(request),
    )
    said = ngettext("%(count)s copy: %(what)s.", "%(count)s copies: %(what)s.", settlement.count)
    messages.success(request, said % {"count": settlement.count, "what": wording.ACT_WORDS[act][1]})
    return redirect("staff:stock_take", stock_take_id)


@action(Permission.SETTLE_STOCK_TAKE)
def undo(request: HttpRequest, stock_take_id: int, settlement_id: int) -> HttpResponse:
    """Take a decision back."""
    _settlement, left = stock_takes.undo(settlement_id=settlement_id, at=timezone.now(), by=actor_of(request))
    if left:
        text = ngettext(
            "Taken back, but %(count)s copy was changed since and stays as it is.",
            "Taken back, but %(count)s copies were changed since and stay as they are.",
            left,
        )
        messages.warning(request, text % {"count": left})
    else:
        messages.success(request, _("Taken back. The copies are as they were."))
    return redirect("staff:stock_take", stock_take_id)


@page(Permission.TAKE_STOCK)
def report(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """The page that the head signs."""
    found = catalog.stock_take(stock_take_id)
    context = _stock_take(found)
    lists = [
        (
            wording.LISTS[name][0],
            context["counts"][name],
            [
                (row, wording.word(row), wording.settled(row))
                for row in catalog.stock_take_copies(found, catalog.STOCK_TAKE_LISTS[name])[:MOST_PRINTED]
            ],
        )
        for name in PRINTED_LISTS
    ]
    context |= {"lists": lists, "most": MOST_PRINTED, "scanners": catalog.scanners(found)}
    return render(request, f"{FOLDER}/report.html", context)


@page(Permission.TAKE_STOCK)
def report_csv(request: HttpRequest, stock_take_id: int) -> StreamingHttpResponse:
    """Every copy of the stock take, then the unknown barcodes."""
    found = catalog.stock_take(stock_take_id)
    return csv_file(_rows(found), name=f"stock-take-{found.pk}.csv")


def _stock_take(found: StockTake) -> dict[str, Any]:
    counts = catalog.findings(found)
    return {
        "take": found,
        "counts": counts,
        "scope": wording.scope(found),
        "shelves": catalog.shelf_progress(found),
        "figures": [
            (name, title, counts[name])
            for name, (title, _note) in wording.LISTS.items()
            if counts[name] or name in {"seen", "misplaced"}
        ],
        "settlements": [
            (one, wording.ACT_WORDS[Settling(one.act)][1]) for one in catalog.settlements(found)[:COPIES_A_PAGE]
        ],
    }


def _scanning(request: HttpRequest, found: StockTake, form: forms.Scanned) -> dict[str, Any]:
    patron_id = actor_of(request).patron_id
    return {
        "take": found,
        "form": form,
        "lines": [wording.line(one) for one in catalog.latest_scans(found, patron_id=patron_id)],
        "queue": f"pustaka.stock-take.{found.pk}.{patron_id}",
    }


def _rows(found: StockTake) -> Iterator[list[str]]:
    yield [
        _("Barcode"), _("Call number"), _("Title"), _("Shelf"), _("What was found"), _("Seen at"), _("Seen by"),
        _("When"), _("What was decided"),
    ]  # fmt: skip
    for row in catalog.stock_take_copies(found).iterator(chunk_size=2000):
        yield _row(row)
    for one in catalog.unknown_barcodes(found):
        when = date_format(timezone.localtime(one.scanned_at), "SHORT_DATETIME_FORMAT")
        yield [one.barcode, "", "", "", str(wording.WORDS["unknown"][1]), one.shelf, "", when, ""]


def _row(row: StockTakeCopy) -> list[str]:
    return [
        row.barcode,
        row.call_number,
        row.item.bib.title if row.item else "",
        row.location.name if row.location else "",
        wording.word(row),
        row.seen_location.name if row.seen_location else "",
        row.seen_by,
        date_format(timezone.localtime(row.seen_at), "SHORT_DATETIME_FORMAT") if row.seen_at else "",
        wording.settled(row),
    ]

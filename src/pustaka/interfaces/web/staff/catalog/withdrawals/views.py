"""Copies withdrawn by scanning, the report that is signed, and what one may think of withdrawing."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pustaka.catalog import queries as catalog
from pustaka.catalog import weeding
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import withdrawals
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.withdrawals import forms

DESK = "staff/catalog/withdrawals/desk.html"
ROWS_A_PAGE = 50


@page(Permission.WITHDRAW)
def desk(request: HttpRequest) -> HttpResponse:
    """The box to scan into, what was withdrawn since the last report, and the reports."""
    form = forms.Scan(initial={name: request.GET.get(name, "") for name in ("reason", "note", "barcode")})
    return render(request, DESK, _desk(request, form))


@action(Permission.WITHDRAW)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw the copy that was scanned; the reason stays for the next."""
    form = forms.Scan(request.POST)
    if not form.is_valid():
        template = f"{DESK}#work" if request.headers.get("HX-Request") else DESK
        return render(request, template, _desk(request, form), status=422)
    told = form.cleaned_data
    done = withdrawals.withdraw(
        barcode=told["barcode"], reason=told["reason"], note=told["note"], at=timezone.now(), by=actor_of(request)
    )
    again = forms.Scan(initial={"reason": told["reason"], "note": told["note"]})
    if request.headers.get("HX-Request"):
        return render(request, f"{DESK}#work", {**_desk(request, again), "done": done}, status=201)
    return redirect(f"{request.path.rsplit('/', 1)[0]}/?reason={told['reason']}")


@action(Permission.WITHDRAW)
def take_back(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    """Take a copy into the collection again."""
    withdrawals.take_back(withdrawal_id=withdrawal_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:withdrawals")


@page(Permission.WITHDRAW)
def new_report(request: HttpRequest) -> HttpResponse:
    """The form for the report of what was withdrawn since the last one."""
    form = forms.Report(initial={"decided_on": timezone.localdate()})
    return render(request, "staff/catalog/withdrawals/new_report.html", _new(form))


@action(Permission.WITHDRAW)
def draw_up(request: HttpRequest) -> HttpResponse:
    """Draw the report up."""
    form = forms.Report(request.POST)
    if not form.is_valid():
        return render(request, "staff/catalog/withdrawals/new_report.html", _new(form), status=422)
    report = withdrawals.draw_up(**form.told(), at=timezone.now(), by=actor_of(request))
    return redirect("staff:withdrawal_report", report.pk)


@page(Permission.WITHDRAW)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report, to be printed and signed."""
    found = catalog.withdrawal_report(report_id)
    rows = list(catalog.withdrawals(found))
    context = {"report": found, "rows": rows, "total": sum(row.item.price_idr or 0 for row in rows)}
    return render(request, "staff/catalog/withdrawals/report.html", context)


@action(Permission.WITHDRAW)
def take_report_back(request: HttpRequest, report_id: int) -> HttpResponse:
    """Delete the report; its copies wait for another."""
    withdrawals.take_report_back(report_id=report_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:withdrawals")


@page(Permission.WITHDRAW)
def candidates(request: HttpRequest) -> HttpResponse:
    """Copies that one may think of withdrawing; and titles without any."""
    form = forms.Weeding(request.GET or None)
    wish = form.wish() if form.is_bound else weeding.Wish()
    rows = weeding.titles_without_copies() if "titles" in request.GET else weeding.candidates(wish)
    is_asked = "titles" in request.GET or not wish.is_empty
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "form": form if form.is_bound else forms.Weeding(),
        "is_asked": is_asked,
        "of_titles": "titles" in request.GET,
        "rows": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")) if is_asked else [],
        "asked": asked.urlencode(),
    }
    return render(request, "staff/catalog/withdrawals/candidates.html", context)


def _desk(request: HttpRequest, form: forms.Scan) -> dict[str, Any]:
    return {
        "form": form,
        "done": None,
        "waiting": Paginator(catalog.withdrawals(), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "reports": catalog.withdrawal_reports()[:20],
    }


def _new(form: forms.Report) -> dict[str, Any]:
    return {"form": form, "count": catalog.withdrawals().count()}

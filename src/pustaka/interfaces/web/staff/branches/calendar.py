"""Opening hours, closing days and holidays of the libraries."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.branches.permissions import Permission as Branches
from pustaka.branches.services import calendar
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.branches import calendar_forms as forms
from pustaka.interfaces.web.staff.circulation.views import branch_of

FOLDER = "staff/branches"


@page(Branches.SET_CALENDAR)
def calendar_page(request: HttpRequest, branch_id: int | None = None) -> HttpResponse:
    """Hours and closing days of one library."""
    branch = branches.branch(branch_id) if branch_id else branch_of(request)
    return render(request, f"{FOLDER}/calendar.html", _calendar(branch, forms.Closing()))


@action(Branches.SET_CALENDAR)
def close(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Shut, or open after all."""
    branch = branches.branch(branch_id)
    form = forms.Closing(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/calendar.html", _calendar(branch, form), status=422)
    told, by = form.cleaned_data, actor_of(request)
    where = None if told["everywhere"] else branch
    if told["kind"] == "weekly":
        calendar.close_weekly(branch=where, weekday=told["weekday"], name=told["name"], by=by)
    elif told["kind"] == "yearly":
        day: date = told["first"]
        calendar.close_yearly(branch=where, month=day.month, day=day.day, name=told["name"], by=by)
    elif told["kind"] == "open":
        calendar.open_day(branch=where, day=told["first"], name=told["name"], by=by)
    else:
        last = told["last"] or told["first"]
        calendar.close_days(branch=where, first=told["first"], last=last, name=told["name"], by=by)
    messages.success(request, _("The calendar is changed. Charges that stand already stay as they are."))
    return redirect("staff:calendar_of", branch.pk)


@action(Branches.SET_CALENDAR)
def drop(request: HttpRequest, branch_id: int, closure_id: int) -> HttpResponse:
    """Not so after all."""
    calendar.drop(closure_id=closure_id, by=actor_of(request))
    messages.success(request, _("Taken out of the calendar."))
    return redirect("staff:calendar_of", branch_id)


@action(Branches.SET_CALENDAR)
def load_pack(request: HttpRequest, branch_id: int) -> HttpResponse:
    """The national holidays of a year, for all libraries."""
    told = request.POST.get("year", "")
    count = calendar.load_pack(year=int(told) if told.isdecimal() and len(told) == 4 else 0, by=actor_of(request))
    messages.success(request, ngettext("%(count)s day is new.", "%(count)s days are new.", count) % {"count": count})
    return redirect("staff:calendar_of", branch_id)


@action(Branches.SET_CALENDAR)
def set_hours(request: HttpRequest, branch_id: int) -> HttpResponse:
    """When it is open."""
    branch = branches.branch(branch_id)
    form = forms.Hours(request.POST)
    if not form.is_valid():
        context = {**_calendar(branch, forms.Closing()), "hours": form.rows()}
        return render(request, f"{FOLDER}/calendar.html", context, status=422)
    calendar.set_hours(branch=branch, hours=form.spans(), by=actor_of(request))
    messages.success(request, _("The hours are saved."))
    return redirect("staff:calendar_of", branch.pk)


def _calendar(branch: Branch, form: forms.Closing) -> dict[str, Any]:
    told: dict[str, Any] = {}
    spans: dict[int, int] = {}
    for one in branches.hours_of(branch):
        number = spans.get(one.weekday, 0)
        spans[one.weekday] = number + 1
        told |= {f"opens_{one.weekday}_{number}": one.opens_at, f"closes_{one.weekday}_{number}": one.closes_at}
    today = timezone.localdate()
    rows = branches.closures(branch.pk)
    return {
        "branch": branch, "branches": branches.branches(), "form": form, "hours": forms.Hours(initial=told).rows(),
        "always": [(one, forms.WEEKDAYS[one.weekday] if one.weekday is not None else one.day) for one in rows
                   if one.kind in {"weekly", "yearly"}],
        "days": [one for one in rows if one.kind in {"closed", "open"} and one.day and one.day >= today],
        "years": [year for year in (today.year, today.year + 1) if calendar.pack(year=year)],
    }  # fmt: skip

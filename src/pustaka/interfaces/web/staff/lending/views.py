"""Rules of lending with what they would do, and the calendar."""

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
from pustaka.catalog import queries as catalog
from pustaka.circulation import policy, words
from pustaka.circulation import queries as circulation
from pustaka.circulation.permissions import Permission
from pustaka.circulation.policy import Place, Policy
from pustaka.circulation.services import rules
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.circulation.views import branch_of
from pustaka.interfaces.web.staff.lending import forms
from pustaka.patrons import queries as patrons
from pustaka.patrons.rules import grouped

FOLDER = "staff/lending"


@page(Permission.SET_RULES)
def overview(request: HttpRequest) -> HttpResponse:
    """Every row of the rules, and what would happen to one person with one copy."""
    return render(request, f"{FOLDER}/rules.html", _rules(forms.Rule()))


@action(Permission.SET_RULES)
def set_rule(request: HttpRequest) -> HttpResponse:
    """One row is new or different."""
    form = forms.Rule(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/rules.html", _rules(form), status=422)
    rules.set_rule(**form.cleaned_data, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The rule holds from now on."))
    return redirect("staff:rules")


@action(Permission.SET_RULES)
def clear_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One row is gone; what is less specific holds again."""
    rules.clear_rule(rule_id=rule_id, by=actor_of(request))
    messages.success(request, _("The row is gone. What holds for more holds there again."))
    return redirect("staff:rules")


@page(Permission.LEND)
def what_if(request: HttpRequest) -> HttpResponse:
    """What would happen if this person borrowed this copy now, and which rows say so."""
    form = forms.WhatIf(request.GET or None)
    context: dict[str, Any] = {"form": form, "case": None, "branch": branch_of(request)}
    if form.is_valid():
        patron = patrons.by_scan(form.cleaned_data["card"])
        if patron is None:
            raise NotFound(_("Nobody is known by the card %(card)s.") % {"card": form.cleaned_data["card"]})
        item = catalog.item_by_barcode(form.cleaned_data["barcode"])
        case = circulation.check_out_case(item=item, patron=patron, branch=context["branch"], at=timezone.now())
        context |= {
            "case": case, "patron": patron, "item": item, "said": [words.sentence(one) for one in case.refusals],
            "groups": explained(case.policy), "due_on": case.due_at.date() if case.due_at else None,
        }  # fmt: skip
    return render(request, f"{FOLDER}/what_if.html", context)


def explained(held: Policy) -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """Every rule by group: its name, its value in words, and which row said so."""
    names = _names()
    return [
        (group, [(label, _value(name, getattr(held, name)), _row(held.why.get(name), names)) for name, label in known])
        for group, known in words.GROUPS
    ]


def _rules(form: forms.Rule) -> dict[str, Any]:
    names = _names()
    rows = [
        {
            "row": row, "label": rules.label(name=row.name),
            "value": _value(row.name, policy.read(row.name, row.value)),
            "place": _row(Place(row.branch_id, row.category_id, row.item_type_id), names),
        }
        for row in circulation.rule_rows()
    ]  # fmt: skip
    return {"form": form, "rows": rows}


def _names() -> dict[str, dict[int, str]]:
    return {
        "branch": {one.pk: one.name for one in branches.branches()},
        "category": {one.pk: one.name for one in patrons.categories()},
        "item_type": {one.pk: one.name for one in catalog.item_types()},
    }


def _row(place: Place | None, names: dict[str, dict[int, str]]) -> str:
    if place is None:
        return _("nobody: as the product has it")
    parts = [names[kind].get(pk, "?") for kind in names if (pk := getattr(place, kind)) is not None]
    return " · ".join(parts) if parts else _("for all")


def _value(name: str, value: Any) -> str:
    """A value as it is read."""
    if value is None:
        return _("no limit") if name != "renewal_length" else _("as long as a loan")
    if isinstance(value, bool):
        return words.choice(name, "yes" if value else "no")
    if policy.kind_of(name) == "choice":
        return words.choice(name, str(value))
    return grouped(value) if isinstance(value, int) else f"{value}"


# --- The calendar ----------------------------------------------------------------------------------------------------


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

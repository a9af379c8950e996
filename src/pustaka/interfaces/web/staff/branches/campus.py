"""The campus: who its members are, where they study, and when."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.permissions import Permission
from pustaka.branches.services import calendar, units
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.branches.campus_forms import CategoryAbout, TermAbout, UnitAbout
from pustaka.patrons import queries as patrons
from pustaka.patrons.permissions import Permission as Patrons
from pustaka.patrons.services import categories

PAGE = "staff/branches/campus.html"


@page(Permission.SET_UNITS)
def overview(request: HttpRequest) -> HttpResponse:
    """Categories, faculties with their programmes, and terms; each with a form below it."""
    return render(request, PAGE, _campus())


@action(Patrons.SET_CATEGORIES)
def put_category(request: HttpRequest) -> HttpResponse:
    """A category is new or different."""
    form = CategoryAbout(request.POST, auto_id="category_%s")
    if not form.is_valid():
        return render(request, PAGE, _campus(category=form), status=422)
    categories.put(**form.cleaned_data, by=actor_of(request))
    return _saved(request)


@action(Permission.SET_UNITS)
def put_unit(request: HttpRequest) -> HttpResponse:
    """A faculty or programme is new or different."""
    form = UnitAbout(request.POST, auto_id="unit_%s")
    if not form.is_valid():
        return render(request, PAGE, _campus(unit=form), status=422)
    units.put(**form.cleaned_data, by=actor_of(request))
    return _saved(request)


@action(Permission.SET_CALENDAR)
def set_term(request: HttpRequest) -> HttpResponse:
    """A term is new or has other days."""
    form = TermAbout(request.POST, auto_id="term_%s")
    if not form.is_valid():
        return render(request, PAGE, _campus(term=form), status=422)
    calendar.set_term(**form.cleaned_data, by=actor_of(request))
    return _saved(request)


@action(Permission.SET_CALENDAR)
def drop_term(request: HttpRequest, code: str) -> HttpResponse:
    """A term that was a mistake."""
    calendar.drop_term(code=code, by=actor_of(request))
    return _saved(request)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("staff:campus")


def _campus(**tried: forms.Form) -> dict[str, Any]:
    return {
        "categories": patrons.categories(), "units": branches.units(), "terms": branches.terms(),
        "category": CategoryAbout(auto_id="category_%s"), "unit": UnitAbout(auto_id="unit_%s"),
        "term": TermAbout(auto_id="term_%s"), **tried,
    }  # fmt: skip

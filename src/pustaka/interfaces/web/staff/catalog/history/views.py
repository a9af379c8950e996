"""Who changed what of a title, a copy or a heading, and going back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pustaka.catalog import care, marc_names
from pustaka.catalog import queries as catalog
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import authorities, items, records
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.history import forms
from pustaka.interfaces.web.staff.catalog.wording import Copies, fields_told

STEPS_A_PAGE = 25
TITLE = "staff/catalog/history/title.html"
COPY = "staff/catalog/history/copy.html"
HEADING = "staff/catalog/history/heading.html"


@page(Permission.EDIT)
def title(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Every change of a title's record, latest first; of one that was taken out too."""
    stone = catalog.tombstone(bib_id)
    bib = None if stone else catalog.bib(bib_id)
    steps = catalog.record_steps(bib_id, below=forms.below(request.GET), most=STEPS_A_PAGE + 1)
    words = Copies()
    context = {
        "bib": bib,
        "stone": stone,
        "job": bib.batch if bib else None,
        "bib_id": bib_id,
        "steps": [(step, fields_told(step.differences)) for step in steps[:STEPS_A_PAGE]],
        "older": steps[STEPS_A_PAGE - 1].told.version if len(steps) > STEPS_A_PAGE else None,
        "may_come_back": bool(stone and steps and steps[0].has_before),
        "removed": [(kept, words.state(kept.state)) for kept in catalog.removed_items(bib_id)],
    }
    return render(request, TITLE, context)


@page(Permission.EDIT)
def state(request: HttpRequest, bib_id: int, version: int) -> HttpResponse:
    """The whole record as it was at that version."""
    record = catalog.record_at(bib_id, version)
    stone = catalog.tombstone(bib_id)
    context = {
        "bib": None if stone else catalog.bib(bib_id),
        "bib_id": bib_id,
        "version": version,
        "leader": record.leader,
        "fields": [(marc_names.field(field.tag), field) for field in record.fields],
    }
    return render(request, "staff/catalog/history/state.html", context)


@action(Permission.EDIT)
def title_back(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Make the record what it was."""
    asked = forms.GoBack(request.POST).told()
    records.go_back(bib_id=bib_id, **asked, at=timezone.now(), by=actor_of(request))
    return redirect("staff:title_history", bib_id)


@action(Permission.EDIT)
def bring_back(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Put a title that was taken out into the catalogue again."""
    records.bring_back(bib_id=bib_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:title_history", bib_id)


@page(Permission.EDIT)
def copy(request: HttpRequest, item_id: int) -> HttpResponse:
    """Every change of a copy, latest first; of one that is gone too."""
    now = catalog.state_of(item_id)
    steps = catalog.item_steps(item_id, below=forms.below(request.GET), most=STEPS_A_PAGE + 1)
    if not now and not steps:
        raise NotFound(forms.NO_COPY)
    words = Copies()
    item = catalog.item(item_id) if now else None
    context = {
        "item": item,
        "jobs": care.jobs_of(item) if item else [],
        "item_id": item_id,
        "bib_id": now.get("bib_id") or steps[0].told.bib_id,
        "now": words.state(now),
        "steps": [(step, words.told(step.changes), words.state(step.told.state)) for step in steps[:STEPS_A_PAGE]],
        "older": steps[STEPS_A_PAGE - 1].told.version if len(steps) > STEPS_A_PAGE else None,
    }
    return render(request, COPY, context)


@action(Permission.EDIT)
def copy_back(request: HttpRequest, item_id: int) -> HttpResponse:
    """Make the copy what it was."""
    asked = forms.GoBack(request.POST).told()
    items.go_back(item_id=item_id, **asked, at=timezone.now(), by=actor_of(request))
    return redirect("staff:copy_history", item_id)


@page(Permission.EDIT)
def heading(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Every change of a controlled heading, latest first; of one that was taken out too."""
    authority = catalog.find_authority(authority_id)
    steps = catalog.heading_steps(authority_id, below=forms.below(request.GET), most=STEPS_A_PAGE + 1)
    if authority is None and not steps:
        raise NotFound(forms.NO_HEADING)
    context = {
        "authority": authority,
        "authority_id": authority_id,
        "words": authority.heading if authority else steps[0].told.heading,
        "steps": [(step, fields_told(step.differences)) for step in steps[:STEPS_A_PAGE]],
        "older": steps[STEPS_A_PAGE - 1].told.version if len(steps) > STEPS_A_PAGE else None,
    }
    return render(request, HEADING, context)


@action(Permission.EDIT)
def heading_back(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Make the heading's record what it was."""
    asked = forms.GoBack(request.POST).told()
    del asked["reason"]
    authorities.go_back(authority_id=authority_id, **asked, at=timezone.now(), by=actor_of(request))
    return redirect("staff:heading_history", authority_id)


@action(Permission.EDIT)
def heading_bring_back(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Control a heading again that was taken out."""
    authorities.bring_back(authority_id=authority_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:heading_history", authority_id)

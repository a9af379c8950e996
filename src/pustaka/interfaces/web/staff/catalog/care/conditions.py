"""The condition of copies noted by scanning, and what comes out of it by shelf."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.branches import queries as branches
from pustaka.catalog import care as reads
from pustaka.catalog.models import CareJob, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import care, conditions
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.care import forms, wording

FOLDER = "staff/catalog/care"
COPIES_A_PAGE = 50


@page(Permission.NOTE_CONDITION)
def scanning(request: HttpRequest) -> HttpResponse:
    """One box for the scanner, under the condition that all these copies are in."""
    kept = {name: request.GET[name] for name in ("condition", "note") if name in request.GET}
    return render(request, f"{FOLDER}/scanning.html", _scanning(request, forms.Scanned(initial=kept)))


@action(Permission.NOTE_CONDITION)
def note(request: HttpRequest) -> HttpResponse:
    """The copy that was scanned is in this condition."""
    form = forms.Scanned(request.POST)
    is_part = bool(request.headers.get("HX-Request"))
    if not form.is_valid():
        template = f"{FOLDER}/wrong.html" if is_part else f"{FOLDER}/scanning.html"
        return render(request, template, {"form": form} if is_part else _scanning(request, form), status=422)
    told = {**form.cleaned_data, "condition": Item.Condition(form.cleaned_data["condition"])}
    noted = conditions.note_scanned(**told, at=timezone.now(), by=actor_of(request))
    if is_part:
        return render(request, f"{FOLDER}/line.html", {"line": wording.noted(noted)}, status=201)
    kept = {"condition": told["condition"].value, "note": told["note"]}
    return redirect(f"{reverse('staff:conditions')}?{urlencode(kept)}")


@page(Permission.NOTE_CONDITION)
def figures(request: HttpRequest) -> HttpResponse:
    """How many copies of each shelf are in which condition."""
    known = list(branches.branches())
    asked = forms.number_in(request.GET, "branch")
    branch = next((one for one in known if one.pk == asked), known[0] if known else None)
    shelves = reads.conditions_by_shelf(branch) if branch else []
    names = list(Item.Condition.choices)
    totals = [sum(shelf.counts.get(code, 0) for shelf in shelves) for code, _name in names]
    context = {
        "form": forms.Place(initial={"branch": branch}) if len(known) > 1 else None,
        "branch": branch,
        "names": names,
        "shelves": [
            (shelf, [(name, shelf.counts.get(code, 0), _to_copies(shelf, code)) for code, name in names], shelf.unknown)
            for shelf in shelves
        ],
        "totals": totals,
        "total": sum(shelf.total for shelf in shelves),
        "known": sum(totals),
    }
    return render(request, f"{FOLDER}/figures.html", context)


@page(Permission.NOTE_CONDITION)
def copies(request: HttpRequest) -> HttpResponse:
    """The copies of a shelf that are in that condition, to ask care for."""
    return render(request, f"{FOLDER}/copies.html", _copies(request, request.GET, forms.AskedForMany()))


@action(Permission.NOTE_CONDITION)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the same for the ticked copies."""
    form = forms.AskedForMany(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/copies.html", _copies(request, request.POST, form), status=422)
    ids = forms.ticked(request.POST, "copy")
    if not ids:
        raise Invalid(_("Tick the copies that you mean."))
    told = form.cleaned_data
    count = care.ask_many(
        item_ids=ids,
        kind=CareJob.Kind(told["kind"]),
        reason=told["reason"],
        urgency=CareJob.Urgency(told["urgency"]),
        at=timezone.now(),
        by=actor_of(request),
    )
    said = ngettext("Asked for %(count)s copy.", "Asked for %(count)s copies.", count)
    messages.success(request, said % {"count": count})
    return redirect("staff:care")


@page(Permission.NOTE_CONDITION)
def photograph(request: HttpRequest, note_id: int) -> HttpResponse:
    """The photograph of a note, for the staff alone."""
    found, path = reads.photograph(note_id)
    content_type = found.picture.content_type if found.picture else "image/jpeg"
    answer = HttpResponse(path.read_bytes(), content_type=content_type)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _scanning(request: HttpRequest, form: forms.Scanned) -> dict[str, Any]:
    latest = reads.latest_notes(patron_id=actor_of(request).patron_id)
    return {"form": form, "lines": [wording.noted(one) for one in latest]}


def _to_copies(shelf: reads.ShelfCondition, condition: str) -> str:
    """Where the copies behind a number are listed; "" where there are none, or they stand on no shelf."""
    if shelf.location is None or not shelf.counts.get(condition):
        return ""
    told = {"branch": str(shelf.branch.pk), "shelf": str(shelf.location.pk), "condition": condition}
    return f"{reverse('staff:condition_copies')}?{urlencode(told)}"


def _copies(request: HttpRequest, asked: Any, form: forms.AskedForMany) -> dict[str, Any]:
    branch = next((one for one in branches.branches() if one.pk == forms.number_in(asked, "branch")), None)
    condition = asked.get("condition", "")
    if branch is None or condition not in Item.Condition.values:
        raise NotFound(_("Choose a number in the figures first."))
    shelf = next((one for one in branches.locations() if one.pk == forms.number_in(asked, "shelf")), None)
    rows = reads.copies_in_condition(branch_id=branch.pk, location_id=shelf.pk if shelf else None, condition=condition)
    kept = {"branch": str(branch.pk), "shelf": str(shelf.pk) if shelf else "", "condition": condition}
    return {
        "branch": branch,
        "shelf": shelf,
        "condition": Item.Condition(condition).label,
        "kept": kept,
        "asked": urlencode(kept),
        "form": form,
        "page": Paginator(rows, COPIES_A_PAGE).get_page(request.GET.get("page")),
    }

"""Controlled headings: looked for, made, changed, linked, renamed, merged and split."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pustaka.catalog import headings
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Authority
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import authorities
from pustaka.catalog.services.batches import MOST_LINES
from pustaka.discovery import browse
from pustaka.discovery import queries as discovery
from pustaka.discovery.rules import quoted
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.headings import forms, lines
from pustaka.standards import marc

PAGE = "staff/catalog/headings/heading.html"
ROWS_A_PAGE = 50
TITLES_SHOWN = 50
_NAMES = frozenset({Authority.Kind.PERSON, Authority.Kind.CORPORATE, Authority.Kind.MEETING})


@page(Permission.EDIT)
def overview(request: HttpRequest) -> HttpResponse:
    """The controlled headings in the order of their words."""
    kind, text = forms.kind_asked(request.GET), request.GET.get("q", "").strip()[:200]
    found = catalog.authority_list(text=text, kind=kind)
    context = {
        "rows": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": Authority.Kind.choices,
        "text": text,
    }
    return render(request, "staff/catalog/headings/overview.html", context)


@page(Permission.EDIT)
def loose(request: HttpRequest) -> HttpResponse:
    """Headings of titles that nobody controls, with how many titles have them."""
    of = "author" if request.GET.get("of") == "author" else "subject"
    read = browse.authors if of == "author" else browse.subjects
    text, place = request.GET.get("q", "").strip()[:200], request.GET.get("place", "")
    found = read(start=text, place=place, before=request.GET.get("before", ""), most=ROWS_A_PAGE)
    controlled = catalog.controlled(line.shown for line in found.lines)
    context = {
        "of": of,
        "text": text,
        "rows": [line for line in found.lines if not line.see and line.shown not in controlled],
        "before": found.before,
        "after": found.after,
        "kinds": [pair for pair in Authority.Kind.choices if (pair[0] in _NAMES) == (of == "author")],
    }
    return render(request, "staff/catalog/headings/loose.html", context)


@page(Permission.EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """The form for a heading that isn't controlled yet; what was known of it stands in the address."""
    form = forms.New(
        initial={
            "kind": forms.kind_asked(request.GET) or Authority.Kind.TOPIC,
            "heading": request.GET.get("heading", "")[:500],
        }
    )
    return render(request, "staff/catalog/headings/new.html", {"form": form})


@action(Permission.EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """Control it."""
    form = forms.New(request.POST)
    if not form.is_valid():
        return render(request, "staff/catalog/headings/new.html", {"form": form}, status=422)
    authority = authorities.add(
        kind=form.cleaned_data["kind"],
        heading=form.cleaned_data["heading"],
        names=form.names(),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:heading", authority.pk)


@page(Permission.EDIT)
def heading(request: HttpRequest, authority_id: int) -> HttpResponse:
    """One heading: its references, its titles, and what can be done with it."""
    return render(request, PAGE, _heading(catalog.authority_of(authority_id)))


@action(Permission.EDIT)
def change(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Change its references."""
    form = forms.Edit(request.POST)
    if not form.is_valid():
        return render(request, PAGE, {**_heading(catalog.authority_of(authority_id)), "form": form}, status=422)
    authorities.change(
        authority_id=authority_id,
        version=form.cleaned_data["version"],
        names=form.names(),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:heading", authority_id)


@action(Permission.EDIT)
def change_record(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Change its whole record."""
    form = forms.Whole(request.POST)
    record = lines.read(form.cleaned_data["rows"]) if form.is_valid() else None
    if record is None:
        form.add_error("rows", lines.WRONG)
        return render(request, PAGE, {**_heading(catalog.authority_of(authority_id)), "whole": form}, status=422)
    authorities.change_record(
        authority_id=authority_id,
        version=form.cleaned_data["version"],
        record=record,
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:heading", authority_id)


@action(Permission.EDIT)
def remove(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Control it no longer."""
    form = forms.Edit(request.POST)
    if not form.is_valid():
        raise Invalid(lines.WRONG)
    authorities.remove(
        authority_id=authority_id, version=form.cleaned_data["version"], at=timezone.now(), by=actor_of(request)
    )
    return redirect("staff:heading_history", authority_id)


@action(Permission.BATCH)
def link(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Write its number beside it in all its titles: the preview comes first."""
    authority = catalog.authority_of(authority_id)
    job = authorities.link(
        authority_id=authority_id, bib_ids=_titles_of(authority), at=timezone.now(), by=actor_of(request)
    )
    return redirect("staff:batch", job.pk)


@action(Permission.BATCH)
def rename(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Give it other words, in all its titles: the preview comes first."""
    words = forms.Words(request.POST).told()
    authority = catalog.authority_of(authority_id)
    job = authorities.rename(
        authority_id=authority_id,
        heading=words,
        bib_ids=_titles_of(authority),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:batch", job.pk)


@action(Permission.BATCH)
def merge(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Let another heading take its place: the preview comes first."""
    authority = catalog.authority_of(authority_id)
    job = authorities.merge(
        authority_id=authority_id,
        into_id=forms.Into(request.POST).told(),
        bib_ids=_titles_of(authority),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:batch", job.pk)


@action(Permission.BATCH)
def split(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Give some of its titles another heading: the preview comes first."""
    chosen = [int(one) for one in request.POST.getlist("titles") if one.isdecimal() and len(one) < 19]
    job = authorities.split(
        authority_id=authority_id,
        heading=forms.Words(request.POST).told(),
        bib_ids=chosen,
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:batch", job.pk)


def _titles_of(authority: Authority) -> list[int]:
    """The titles in which the search finds the words of the heading; whether they carry it, the batch sees."""
    indexes = ["subject", "author"] if authority.kind in _NAMES else ["subject"]
    found: dict[int, None] = {}
    for index in indexes:
        asked = f"{index}:{quoted(authority.heading.replace(' -- ', ' '))}"
        found |= dict.fromkeys(discovery.all_ids(text=asked, most=MOST_LINES + 1))
    return list(found)


def _heading(authority: Authority) -> dict[str, Any]:
    record = marc.load(bytes(authority.marc))
    names = headings.names(record)
    ids = _titles_of(authority)
    return {
        "authority": authority,
        "names": names,
        "form": forms.Edit.of(authority, names),
        "whole": forms.whole(authority, lines.write(record)),
        "titles": sorted(catalog.titles(ids[:TITLES_SHOWN]), key=lambda bib: bib.title_sort),
        "count": len(ids),
        "alike": [
            one for one in catalog.authority_list(text=authority.heading[:12], kind=authority.kind)[:9]
            if one.pk != authority.pk
        ],
    }  # fmt: skip

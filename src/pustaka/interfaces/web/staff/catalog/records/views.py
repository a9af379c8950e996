"""The cataloguer's records: found, begun, edited on two forms, saved."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.catalog import dewey, worksheets, written
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Draft
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import drafts, headings, records
from pustaka.discovery import queries as discovery
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.records import posted
from pustaka.interfaces.web.staff.catalog.wording import fields_told

FOLDER = "staff/catalog/records"
SIMPLE, FULL = "simple", "full"
TITLES_A_PAGE = 20


@page(Permission.EDIT)
def titles(request: HttpRequest) -> HttpResponse:
    """Find a title to work on, go on with a draft, or begin a new one."""
    text = request.GET.get("q", "").strip()[:500]
    number = request.GET.get("page", "1")
    found = discovery.find(
        text=text,
        sort="relevance" if text else "newest",
        page=int(number) if number.isdecimal() and len(number) < 6 else 1,
        page_size=TITLES_A_PAGE,
        with_facets=False,
    )
    context = {
        "text": text,
        "found": found,
        "rows": catalog.rows(found.ids),
        "drafts": catalog.drafts_of(actor_of(request).patron_id),
        "is_searching": "q" in request.GET,
    }
    is_part = request.headers.get("HX-Target") == "found"
    return render(request, f"{FOLDER}/titles.html#found" if is_part else f"{FOLDER}/titles.html", context)


@page(Permission.EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a worksheet."""
    return render(request, f"{FOLDER}/new.html", {"sheets": list(worksheets.WORKSHEETS.values())})


@action(Permission.EDIT)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a new title on that worksheet."""
    sheet = request.POST.get("worksheet", "")
    return redirect("staff:draft", drafts.begin(worksheet=sheet, at=timezone.localtime(), by=actor_of(request)))


@action(Permission.EDIT)
def edit(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Open a title, or go on with one's draft of it."""
    draft_id = drafts.open_title(bib_id=bib_id, at=timezone.now(), by=actor_of(request))
    view = "staff:draft_full" if request.POST.get("view") == FULL else "staff:draft"
    return redirect(view, draft_id)


@action(Permission.EDIT)
def remove(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take a title without copies out of the catalogue."""
    version = request.POST.get("version", "")
    records.remove(
        bib_id=bib_id,
        version=int(version) if version.isdecimal() else 0,
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:title_history", bib_id)


@page(Permission.EDIT)
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The simple form."""
    found = catalog.draft(draft_id, actor_of(request).patron_id)
    if found.rows is not None:
        return redirect("staff:draft_full", draft_id)
    return render(request, f"{FOLDER}/simple.html", _simple(found))


@page(Permission.EDIT)
def draft_full(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The full MARC record."""
    found = catalog.draft(draft_id, actor_of(request).patron_id)
    rows = posted.rows_of(found)
    mistakes = written.record(rows)[1] if found.rows is not None else []
    return render(request, f"{FOLDER}/full.html", _full(found, posted.shown_rows(rows, mistakes)))


@action(Permission.EDIT)
def keep(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep what was typed, without saving: by a button, on the way to the other form, or by itself while one types."""
    kept = _keep(request, draft_id)
    if isinstance(kept, HttpResponse):
        return kept
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"X-Revision": str(kept.revision)})
    if "then" not in request.POST:
        messages.success(request, _("Kept as a draft. Nothing is in the catalogue before you save it."))
    is_full = request.POST.get("then", request.POST.get("view")) == FULL or kept.rows is not None
    return redirect("staff:draft_full" if is_full else "staff:draft", draft_id)


@action(Permission.EDIT)
def save(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Save, unless something is wrong, looks the same as another title, or was changed by somebody else meanwhile."""
    kept = _keep(request, draft_id)
    if isinstance(kept, HttpResponse):
        return kept
    is_full = request.POST.get("view") == FULL
    if kept.rows is not None:
        rows = posted.rows_of(kept)
        return render(
            request, f"{FOLDER}/full.html", _full(kept, posted.shown_rows(rows, written.record(rows)[1])), status=422
        )
    examined = drafts.examine(draft=kept, at=timezone.localtime())
    is_another = request.POST.get("is_another") == "1"
    if examined.meanwhile is not None:
        context = {
            **_shown(kept),
            "meanwhile": examined.meanwhile,
            "mine": fields_told(examined.meanwhile.mine),
            "theirs": fields_told(examined.meanwhile.theirs),
        }
        return render(request, f"{FOLDER}/meanwhile.html", context, status=409)
    if examined.has_errors or (examined.same and not is_another):
        shown = _full(kept, posted.shown_rows(posted.rows_of(kept))) if is_full else _simple(kept, examined)
        context = {**shown, "findings": examined.findings, "same": [] if examined.has_errors else examined.same}
        return render(request, f"{FOLDER}/{'full' if is_full else 'simple'}.html", context, status=422)
    bib = drafts.save(
        draft_id=draft_id,
        is_another=is_another,
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
        by=actor_of(request),
    )
    for finding in examined.findings:
        messages.warning(request, finding.text)
    if kept.bib_id is None:
        messages.success(request, _("The title is in the catalogue. Now add its copies."))
        return redirect("staff:copies", bib.pk)
    messages.success(request, _("Saved. The state before is in the history."))
    return redirect("opac:record", bib.pk)


@action(Permission.EDIT)
def join(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Put one's own changes together with those that somebody else has saved meanwhile."""
    version = request.POST.get("version", "")
    choices = {
        int(name.removeprefix("clash-")): "theirs"
        for name, value in request.POST.items()
        if name.startswith("clash-") and name.removeprefix("clash-").isdecimal() and value == "theirs"
    }
    drafts.join(
        draft_id=draft_id,
        version=int(version) if version.isdecimal() else 0,
        choices=choices,  # type: ignore[arg-type]
        at=timezone.now(),
        by=actor_of(request),
    )
    messages.success(request, _("Both changes are together now. Look them over, and save."))
    return redirect("staff:draft_full" if request.POST.get("view") == FULL else "staff:draft", draft_id)


@action(Permission.EDIT)
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Throw the draft away."""
    found = catalog.draft(draft_id, actor_of(request).patron_id)
    drafts.discard(draft_id=draft_id, at=timezone.now(), by=actor_of(request))
    return redirect("opac:record", found.bib_id) if found.bib_id else redirect("staff:titles")


@page(Permission.EDIT)
def suggest(request: HttpRequest, kind: str) -> HttpResponse:
    """Controlled headings, then those that titles have already, that begin like what is being typed."""
    text = request.GET.get("q", "").strip()[:200]
    kinds = headings.NAMES if kind == "name" else headings.SUBJECTS
    controlled = catalog.authorities_like(text, kinds) if kind in {"name", "subject"} else []
    used = [
        one.text
        for one in (discovery.suggest(text) if len(text) > 1 else [])
        if one.kind == ("subject" if kind == "subject" else "author")
    ]
    known = {one.heading for one in controlled}
    context = {"controlled": controlled, "used": [one for one in used if one not in known]}
    return render(request, f"{FOLDER}/suggest.html", context)


@page(Permission.EDIT)
def classes(request: HttpRequest) -> HttpResponse:
    """Help with the class: a search among Dewey's classes, what lies within one, and what similar titles have."""
    text, number = request.GET.get("q", "").strip()[:100], request.GET.get("within", "").strip()[:10]
    title = request.GET.get("title", "").strip()[:300]
    context = {
        "text": text,
        "number": number if number in dewey.CLASSES else "",
        "classes": dewey.within(number) if number in dewey.CLASSES else dewey.find(text),
        "similar": _similar(title or text) if (title or text) else [],
        "title": title,
    }
    is_part = request.headers.get("HX-Request")
    return render(request, f"{FOLDER}/classes.html#classes" if is_part else f"{FOLDER}/classes.html", context)


def _similar(text: str) -> list[tuple[str, int, Any]]:
    """The classes of the titles that are found by these words, the most frequent first, with one of the titles."""
    found = discovery.find(text=text, page_size=20, with_facets=False)
    by_class: dict[str, list[Any]] = {}
    for row in catalog.rows(found.ids):
        if row.bib.classification:
            by_class.setdefault(row.bib.classification, []).append(row.bib)
    ranked = sorted(by_class.items(), key=lambda pair: -len(pair[1]))
    return [(number, len(bibs), bibs[0]) for number, bibs in ranked[:6]]


# --- Shared ----------------------------------------------------------------------------------------------------------


def _keep(request: HttpRequest, draft_id: int) -> Draft | HttpResponse:
    """Keep what was typed into either form; an answer instead where another window was faster."""
    by = actor_of(request)
    found = catalog.draft(draft_id, by.patron_id)
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() and len(text) < 9 else 0
    is_full = request.POST.get("view") == FULL
    rows = posted.typed_rows(request.POST) if is_full else None
    if is_full:
        record, mistakes = written.record(rows or [])
    else:
        record, mistakes = posted.typed_lines(request.POST, found), []
    if revision != found.revision and not request.headers.get("HX-Request") and is_full:
        messages.warning(
            request,
            _("This record is open in another window, too. Here is what you have typed; saving now keeps this."),
        )
        return render(request, f"{FOLDER}/full.html", _full(found, posted.shown_rows(rows or [], mistakes)), status=409)
    return drafts.keep(
        draft_id=draft_id,
        record=record,
        rows=rows,
        worksheet=request.POST.get("worksheet", ""),
        revision=revision if is_full else found.revision,
        at=timezone.now(),
        by=by,
    )


def _shown(draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft,
        "sheet": posted.sheet_of(draft),
        "sheets": list(worksheets.WORKSHEETS.values()),
        "bib": catalog.titles([draft.bib_id])[0] if draft.bib_id and catalog.titles([draft.bib_id]) else None,
        "findings": [],
        "same": [],
    }


def _simple(draft: Draft, examined: drafts.Examination | None = None) -> dict[str, Any]:
    lines, more = posted.filled(draft, examined.findings if examined else ())
    return {**_shown(draft), "lines": lines, "more": more, "gmds": posted.GMDS}


def _full(draft: Draft, rows: list[posted.Written]) -> dict[str, Any]:
    return {
        **_shown(draft),
        "rows": rows,
        "blank": posted.BLANK_ROWS,
        "captions": posted.all_captions(),
        "has_mistakes": any(row.mistake for row in rows),
    }

"""Many titles or copies changed at once: said, seen before, worked off, undone."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from pustaka.catalog import queries as catalog
from pustaka.catalog.batches.remarks import REMARKS
from pustaka.catalog.models import BatchChange, BatchLine
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import batches
from pustaka.interfaces.web.opac.addresses import question
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.batches import forms, wording
from pustaka.interfaces.web.staff.catalog.buttons import button
from pustaka.interfaces.web.staff.catalog.spreadsheets import csv_file
from pustaka.interfaces.web.staff.catalog.wording import Copies, fields_told

JOB = "staff/catalog/batches/job.html"
JOBS_A_PAGE = 25
SHOWN = 20
State = BatchChange.State
Outcome = BatchLine.Outcome


@page(Permission.BATCH)
def overview(request: HttpRequest) -> HttpResponse:
    """Every change of many so far, and the ways to the next."""
    jobs = Paginator(catalog.batches(), JOBS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/catalog/batches/overview.html", {"jobs": jobs})


@page(Permission.BATCH)
def copies(request: HttpRequest) -> HttpResponse:
    """The form for copies; what stands in the address is a search whose copies are meant."""
    form = forms.Copies(initial={"search": request.GET.urlencode()})
    return render(request, "staff/catalog/batches/copies.html", _with_search(form, request.GET.urlencode()))


@action(Permission.BATCH)
def begin_copies(request: HttpRequest) -> HttpResponse:
    """List the copies, and go on to the preview."""
    form = forms.Copies(request.POST, request.FILES)
    if not form.is_valid():
        context = _with_search(form, request.POST.get("search", ""))
        return render(request, "staff/catalog/batches/copies.html", context, status=422)
    job = batches.begin_copies(what=form.what(), **form.chosen(), at=timezone.now(), by=actor_of(request))
    return redirect("staff:batch", job.pk)


@page(Permission.BATCH)
def titles(request: HttpRequest) -> HttpResponse:
    """The form for records; what stands in the address is a search whose titles are meant."""
    form = forms.Which(initial={"search": request.GET.urlencode()})
    context = {**_with_search(form, request.GET.urlencode()), "steps": forms.steps()}
    return render(request, "staff/catalog/batches/titles.html", context)


@action(Permission.BATCH)
def begin_titles(request: HttpRequest) -> HttpResponse:
    """List the titles, and go on to the preview."""
    form, steps = forms.Which(request.POST, request.FILES), forms.steps(request.POST)
    if not all([form.is_valid(), *(step.is_valid() for step in steps)]):
        context = {**_with_search(form, request.POST.get("search", "")), "steps": steps}
        return render(request, "staff/catalog/batches/titles.html", context, status=422)
    what = [change for step in steps if (change := step.change())]
    job = batches.begin_titles(what=what, **form.chosen(), at=timezone.now(), by=actor_of(request))
    return redirect("staff:batch", job.pk)


def _with_search(form: forms.Which, search: str) -> dict[str, Any]:
    return {
        "form": form,
        "search": search,
        "asked": question(QueryDict(search)),
        "found": len(forms.found_by(search)),
        "most": batches.MOST_LINES,
    }


@page(Permission.BATCH)
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One change of many: what it would do, how far it is, what it has done."""
    is_part = request.headers.get("HX-Target") == "job"
    answer = render(request, f"{JOB}#job" if is_part else JOB, _job(catalog.batch(job_id)))
    patch_vary_headers(answer, ["HX-Target"])
    return answer


start = button(Permission.BATCH, batches.start, back="staff:batch")  # do what the preview shows
cancel = button(Permission.BATCH, batches.cancel, back="staff:batch")  # give it up; nothing was changed
stop = button(Permission.BATCH, batches.stop, back="staff:batch")  # change no more
resume = button(Permission.BATCH, batches.resume, back="staff:batch")  # set it going again
undo = button(Permission.BATCH, batches.undo, back="staff:batch")  # make everything what it was


@page(Permission.BATCH)
def report(request: HttpRequest, job_id: int) -> StreamingHttpResponse:
    """Every line with what became of it, as a table for a spreadsheet."""
    found = catalog.batch(job_id)
    return csv_file(batches.report(job=found), name=f"batch-{found.pk}.csv")


def _job(found: BatchChange) -> dict[str, Any]:
    is_copies = found.subject == BatchChange.Subject.COPIES
    previews: list[tuple[Any, Any, Any]] = []
    words = Copies()
    if found.state == State.READY:
        previews = (
            [(one.item.bib, one.item, words.told(one.changes)) for one in batches.copies_preview(job=found, most=SHOWN)]
            if is_copies
            else [
                (one.bib, None, fields_told(one.differences)) for one in batches.titles_preview(job=found, most=SHOWN)
            ]
        )
    return {
        "job": found,
        "is_copies": is_copies,
        "what": wording.copies(found.what, words) if is_copies else wording.titles(found.what),
        "progress": batches.progress(job=found, at=timezone.now()),
        "figures": [
            (outcome.label, found.counts[str(outcome)]) for outcome in Outcome if found.counts.get(str(outcome))
        ],
        "due": found.counts.get(str(Outcome.DUE), 0),
        "may_start": bool(found.authorities or found.counts.get(str(Outcome.DUE))),
        "changed": found.changed,
        "kept": found.counts.get(str(Outcome.KEPT), 0),
        "repeated": found.counts.get("repeated", 0),
        "previews": previews,
        "unknown": list(catalog.batch_lines(found, Outcome.UNKNOWN).values_list("told", flat=True)[:SHOWN]),
        "refused": [(REMARKS.get(code, code), count) for code, count in catalog.batch_refusals(found)],
    }

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import ImportEntry, ImportJob
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import imports
from pustaka.catalog.tables import Recipe
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog import forms
from pustaka.interfaces.web.staff.catalog.buttons import button
from pustaka.interfaces.web.staff.catalog.spreadsheets import csv_file
from pustaka.interfaces.web.staff.catalog.steps import steps
from pustaka.interfaces.web.staff.catalog.tables.views import named

JOB = "staff/catalog/import.html"
JOBS_A_PAGE = 25
State = ImportJob.State
Outcome = ImportEntry.Outcome


@page(Permission.IMPORT)
def overview(request: HttpRequest) -> HttpResponse:
    """Every import so far, and the form for the next."""
    return render(request, "staff/catalog/imports.html", _overview(request, forms.Upload()))


@action(Permission.IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; reading it goes on in the background."""
    form = forms.Upload(request.POST, request.FILES)
    if not form.is_valid():
        template = "staff/catalog/imports.html" + ("#form" if request.headers.get("HX-Request") else "")
        return render(request, template, _overview(request, form), status=422)
    told = form.cleaned_data
    job = imports.upload(
        file=told["file"],
        name=told["file"].name,
        on_match=told["on_match"],
        branch=told["place"].branch if told["place"] else None,
        location=told["place"],
        creates_places=told["creates_places"],
        at=timezone.now(),
        by=actor_of(request),
    )
    answer = redirect("staff:columns" if job.state == State.MAPPING else "staff:import", job.pk)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer


@page(Permission.IMPORT)
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One import: how far it is, what it would change, what it has changed."""
    context = _job(catalog.job(job_id))
    is_part = request.headers.get("HX-Target") == "job"
    answer = render(request, f"{JOB}#job" if is_part else JOB, context)
    patch_vary_headers(answer, ["HX-Target"])
    return answer


@action(Permission.IMPORT)
def decide(request: HttpRequest, job_id: int) -> HttpResponse:
    """Choose what happens to records that are here already, and see the figures again."""
    form = forms.Decision(request.POST)
    if not form.is_valid():
        return render(request, JOB, {**_job(catalog.job(job_id)), "decision": form}, status=422)
    imports.decide(job_id=job_id, on_match=form.cleaned_data["on_match"], at=timezone.now(), by=actor_of(request))
    return redirect("staff:import", job_id)


commit = button(Permission.IMPORT, imports.commit, back="staff:import")  # take over what the preview shows
cancel = button(Permission.IMPORT, imports.cancel, back="staff:import")  # give the import up; nothing of it stays
resume = button(Permission.IMPORT, imports.resume, back="staff:import")  # set it going again where it stood still
undo = button(Permission.IMPORT, imports.undo, back="staff:import")  # take the import back


@page(Permission.IMPORT)
def report(request: HttpRequest, job_id: int) -> StreamingHttpResponse:
    """Every record of the import that needs a word, as a table for a spreadsheet."""
    found = catalog.job(job_id)
    return csv_file(imports.report(job=found), name=f"import-{found.pk}.csv")


def _overview(request: HttpRequest, form: forms.Upload) -> dict[str, Any]:
    return {
        "form": form,
        "match_help": forms.MATCH_HELP,
        "jobs": Paginator(catalog.jobs(), JOBS_A_PAGE).get_page(request.GET.get("page")),
    }


def _job(found: ImportJob) -> dict[str, Any]:
    is_preview = found.state == State.READY
    is_over = found.state in {State.DONE, State.UNDONE}
    return {
        "job": found,
        "steps": steps(found),
        "progress": imports.progress(job=found, at=timezone.now()),
        "summary": imports.summary(job=found),
        "decision": forms.Decision(initial={"on_match": found.on_match}),
        "match_help": forms.MATCH_HELP,
        "added": imports.added_samples(job=found, most=5) if is_preview or found.state == State.DONE else [],
        "samples": [
            (outcome, imports.samples(job=found, outcome=outcome, most=5))
            for outcome in (Outcome.BROKEN, Outcome.MENDED, Outcome.MATCHED, Outcome.NOTED)
        ]
        if is_preview or is_over
        else [],
        "table": Recipe.from_json(found.recipe) if found.recipe else None,
        "named_columns": named(Recipe.from_json(found.recipe)) if found.recipe else [],
        "may_be_cancelled": found.state in {State.MAPPING, State.WAITING, State.ANALYSING, State.READY},
    }

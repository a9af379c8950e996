from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pustaka.catalog import queries as catalog
from pustaka.catalog import tables
from pustaka.catalog.models import ColumnMap, ImportJob
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import columns
from pustaka.catalog.tables import Look, Recipe, Target
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.tables import forms
from pustaka.standards import sheets

CHOICE = "staff/catalog/tables/choose.html"
SHOWN_ROWS = 8


@page(Permission.IMPORT)
def choose_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """The first rows of a table, and above each column what it means."""
    job = catalog.job(job_id)
    if job.state != ImportJob.State.MAPPING:
        return redirect("staff:import", job.pk)
    return render(request, CHOICE, _choice(job, request.GET))


@action(Permission.IMPORT)
def choose(request: HttpRequest, job_id: int) -> HttpResponse:
    """Say what the columns mean; the table is read then."""
    job = catalog.job(job_id)
    if job.state != ImportJob.State.MAPPING:
        return redirect("staff:import", job.pk)
    context = _choice(job, request.POST, is_meant=True)
    form, seen = context["form"], context["seen"]
    if not form.is_valid():
        return render(request, CHOICE, context, status=422)
    origin = job.recipe.get("origin", "")
    recipe = form.recipe(layout=seen.layout, header_row=seen.header_row, origin=origin)
    columns.choose(
        job_id=job_id, recipe=recipe, name=form.cleaned_data["name"], at=timezone.now(), by=actor_of(request)
    )
    return redirect("staff:import", job.pk)


@action(Permission.IMPORT)
def ask_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Choose the meaning of the columns once more, before anything is taken over."""
    job = columns.ask_again(job_id=job_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:columns", job.pk)


@page(Permission.IMPORT)
def maps(request: HttpRequest) -> HttpResponse:
    """What is remembered of tables."""
    found = [(known, Recipe.from_json(known.recipe)) for known in catalog.column_maps()]
    lines = [_Line(known, named(recipe)) for known, recipe in found]
    return render(request, "staff/catalog/tables/maps.html", {"lines": lines})


@page(Permission.IMPORT)
def map_page(request: HttpRequest, map_id: int) -> HttpResponse:
    """One remembered meaning, to change or forget."""
    known = catalog.column_map(map_id)
    recipe = Recipe.from_json(known.recipe)
    names = [column.name for column in recipe.columns]
    initial = {"name": known.name, "kind": recipe.kind, "separator": recipe.separator, "joiner": recipe.joiner}
    initial |= {f"column_{place}": column.target.value for place, column in enumerate(recipe.columns)}
    form = forms.Meaning(names=names, initial=initial)
    return render(request, "staff/catalog/tables/map.html", {"known": known, "form": form})


@action(Permission.IMPORT)
def change_map(request: HttpRequest, map_id: int) -> HttpResponse:
    """Keep what was changed of a remembered meaning."""
    known = catalog.column_map(map_id)
    recipe = Recipe.from_json(known.recipe)
    form = forms.Meaning(request.POST, names=[column.name for column in recipe.columns])
    if not form.is_valid():
        return render(request, "staff/catalog/tables/map.html", {"known": known, "form": form}, status=422)
    columns.change(
        map_id=map_id,
        name=form.cleaned_data["name"],
        recipe=form.recipe(layout=recipe.layout, header_row=recipe.header_row, origin=recipe.origin),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:column_maps")


@action(Permission.IMPORT)
def forget_map(request: HttpRequest, map_id: int) -> HttpResponse:
    """Remember it no more."""
    columns.forget(map_id=map_id, by=actor_of(request))
    return redirect("staff:column_maps")


@dataclass(frozen=True, slots=True)
class _Line:
    known: ColumnMap
    columns: list[tuple[str, Any]]


def named(recipe: Recipe) -> list[tuple[str, Any]]:
    """Each column that goes somewhere, and what a librarian calls that."""
    return [
        (column.name or str(place), forms.NAMES[column.target])
        for place, column in enumerate(recipe.columns, 1)
        if column.target not in {Target.NOWHERE, Target.LOCAL, Target.COPY_LOCAL}
    ]


def _choice(job: ImportJob, told: Any, *, is_meant: bool = False) -> dict[str, Any]:
    old = Recipe.from_json(job.recipe) if job.recipe else None
    layout = old.layout if old else columns.layout_of(job=job)
    asked = forms.LayoutChoice(
        told or None,
        layout=layout,
        sheets=sheets.sheet_names(Path(job.path)),
        initial={"sheet": layout.sheet, "delimiter": layout.delimiter, "encoding": layout.encoding},
    )
    header_row = asked.header_row_chosen
    if header_row is None and old and not told:
        header_row = old.header_row
    seen = columns.look(job=job, layout=asked.layout, header_row=header_row)
    names = seen.header[: forms.SHOWN_COLUMNS]
    if is_meant:
        form = forms.Meaning(told, names=names)
    else:
        initial = _initial(asked.map_chosen, old, seen, names)
        form = forms.Meaning(names=names, initial={"name": Path(job.name).stem[:110]} | initial)
    if not asked.is_bound:
        asked.initial["header_row"] = seen.header_row
    return {
        "job": job,
        "asked": asked,
        "form": form,
        "seen": seen,
        "hidden": {
            "sheet": seen.layout.sheet,
            "delimiter": seen.layout.delimiter,
            "encoding": seen.layout.encoding,
            "header_row": seen.header_row,
        },
        "rows": [(number, _padded(cells, len(names))) for number, cells in seen.body[:SHOWN_ROWS]],
    }


def _initial(chosen: ColumnMap | None, old: Recipe | None, seen: Look, names: list[str]) -> dict[str, Any]:
    if chosen is not None:
        return forms.initial_of(Recipe.from_json(chosen.recipe), names)
    if old is not None:
        return forms.initial_of(old, names)
    return forms.guessed(seen, tables.guesses(names))


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]

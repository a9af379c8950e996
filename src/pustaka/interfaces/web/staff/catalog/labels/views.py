from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_exempt
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.catalog import queries as catalog
from pustaka.catalog.labels.choosing import barcodes_in
from pustaka.catalog.models import LabelRun
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import labels
from pustaka.discovery import queries as discovery
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.opac.addresses import question
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.labels import forms
from pustaka.interfaces.web.staff.catalog.labels.wording import NOTES

FOLDER = "staff/catalog/labels"
CHOSEN = f"{FOLDER}/chosen.html"
DESIGN = f"{FOLDER}/design.html"
FIRST_DESIGN = "a4-21-both"
ITEMS_A_PAGE = 50
RUNS_SHOWN = 10
ITEMS_SHOWN = 60
MISSING_SHOWN = 30


@page(Permission.PRINT_LABELS)
def queue(request: HttpRequest) -> HttpResponse:
    """Copies that wait for a label, a box for barcodes, and what was printed last."""
    return render(request, f"{FOLDER}/queue.html", _queue(request, forms.Scanned()))


@action(Permission.PRINT_LABELS)
def choose(request: HttpRequest) -> HttpResponse:
    """The copies that were ticked, scanned or pasted, or all that wait; and on which sheet they go."""
    if "barcodes" in request.POST:
        form = forms.Scanned(request.POST)
        if not form.is_valid():
            return render(request, f"{FOLDER}/queue.html", _queue(request, form), status=422)
        found, missing = catalog.copies_by_barcode(barcodes_in(form.cleaned_data["barcodes"])[: labels.MOST_ITEMS + 1])
        return _chosen(request, found, missing=missing)
    if "all" in request.POST:
        waiting = catalog.without_label().values_list("pk", flat=True)[: labels.MOST_ITEMS]
        return _chosen(request, list(waiting))
    if "items" in request.POST:  # from the page of what is chosen itself, to see another sheet
        return _chosen(request, forms.ids_in(request.POST["items"]), form=forms.Printing(request.POST))
    return _chosen(request, [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal() and len(pk) < 19])


@page(Permission.PRINT_LABELS)
def of_record(request: HttpRequest, bib_id: int) -> HttpResponse:
    """All copies of a title."""
    return _chosen(request, catalog.copies_of([catalog.bib(bib_id).pk]))


@page(Permission.PRINT_LABELS)
def of_search(request: HttpRequest) -> HttpResponse:
    """All copies of what a search finds."""
    asked = question(request.GET)
    ids = discovery.all_ids(text=asked.text, filters=asked.filters, sort=asked.sort, most=labels.MOST_ITEMS + 1)
    found = catalog.copies_of(ids[: labels.MOST_ITEMS])
    return _chosen(
        request,
        found[: labels.MOST_ITEMS],
        left_off=max(0, len(found) - labels.MOST_ITEMS),
        is_cut=len(ids) > labels.MOST_ITEMS,
    )


@page(Permission.PRINT_LABELS)
def preview(request: HttpRequest) -> HttpResponse:
    """The first sheet of what is chosen, as a picture."""
    form = forms.Printing(request.GET)
    if not form.is_valid():
        raise Invalid(_("This can't be shown: choose a sheet and a first label."))
    design = catalog.design(form.cleaned_data["design"])
    content = labels.preview(
        items=catalog.copies(form.item_ids[: design.sheet.per_page]),
        design=design,
        start=min(form.cleaned_data["start"], design.sheet.per_page) - 1,
        home=request.build_absolute_uri("/"),
        at=timezone.now(),
    )
    return _picture(content)


@action(Permission.PRINT_LABELS)
def print_labels(request: HttpRequest) -> HttpResponse:
    """Draw the labels, and mark their copies."""
    form = forms.Printing(request.POST)
    if not form.is_valid():
        return _chosen(request, form.item_ids, form=form, status=422)
    design = catalog.design(form.cleaned_data["design"])
    run = labels.print_labels(
        item_ids=form.item_ids,
        design=design,
        start=form.cleaned_data["start"] - 1,
        has_frames=form.cleaned_data["has_frames"],
        home=request.build_absolute_uri("/"),
        at=timezone.now(),
        by=actor_of(request),
    )
    request.session["label_design"] = design.key
    return redirect("staff:label_run", run.pk)


@action(Permission.PRINT_LABELS)
def mark(request: HttpRequest) -> HttpResponse:
    """They have their labels already."""
    run = labels.mark(item_ids=forms.ids_in(request.POST.get("items", "")), at=timezone.now(), by=actor_of(request))
    return redirect("staff:label_run", run.pk)


@page(Permission.PRINT_LABELS)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One printing: its PDF, what there is to know of single labels, and the ways back."""
    return render(request, f"{FOLDER}/run.html", _run(catalog.label_run(run_id)))


@csp_exempt()
@page(Permission.PRINT_LABELS)
def run_pdf(request: HttpRequest, run_id: int) -> HttpResponse:
    """The labels themselves. A PDF carries no policy: browsers would apply it to their own viewer."""
    found = catalog.label_run(run_id)
    return _pdf(labels.draw(run=found).content, f"label-{found.pk}.pdf")


@action(Permission.PRINT_LABELS)
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take the marks back."""
    labels.undo(run_id=run_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Taken back. These copies wait for a label again, as before."))
    return redirect("staff:label_run", run_id)


@action(Permission.PRINT_LABELS)
def again(request: HttpRequest, run_id: int) -> HttpResponse:
    """The same copies once more, from one label on: paper jams."""
    found = catalog.label_run(run_id)
    first = request.POST.get("first", "1")
    return _chosen(request, found.items[max(0, int(first[:6]) - 1) if first.isdecimal() else 0 :])


@page(Permission.PRINT_LABELS)
def designs(request: HttpRequest) -> HttpResponse:
    """The library's own sheets, and those that can be bought."""
    known = catalog.designs()
    context = {
        "own": [design for design in known if design.key.startswith("own-")],
        "ready": [design for design in known if not design.key.startswith("own-")],
    }
    return render(request, f"{FOLDER}/designs.html", context)


@page(Permission.PRINT_LABELS)
def new_design(request: HttpRequest) -> HttpResponse:
    """A new sheet, begun as a copy of another."""
    base = catalog.design(request.GET.get("from", FIRST_DESIGN))
    form = forms.SheetDesign.of(base, name="")
    return render(request, DESIGN, {**_design(form), "base": base})


@page(Permission.PRINT_LABELS)
def design(request: HttpRequest, design_id: int) -> HttpResponse:
    """A sheet of the library's own, to be changed."""
    found = catalog.design(f"own-{design_id}")
    return render(request, DESIGN, _design(forms.SheetDesign.of(found, name=found.name), design_id))


@action(Permission.PRINT_LABELS)
def look_at_design(request: HttpRequest) -> HttpResponse:
    """How the sheet would look, before it is saved."""
    form = forms.SheetDesign(request.POST)
    context = _design(form, _design_id(request))
    is_part = request.headers.get("HX-Target") == "sheet-preview"
    answer = render(
        request, f"{DESIGN}#preview" if is_part else DESIGN, context, status=200 if form.is_valid() else 422
    )
    patch_vary_headers(answer, ["HX-Target"])
    return answer


@page(Permission.PRINT_LABELS)
def design_preview(request: HttpRequest) -> HttpResponse:
    """A sheet that need not be saved, as a picture; its figures stand in the address."""
    form = forms.SheetDesign(request.GET)
    if not form.is_valid():
        raise Invalid(_("This sheet can't be shown: some of its figures don't fit."))
    waiting = list(catalog.without_label()[: form.sheet.per_page])
    home = request.build_absolute_uri("/")
    return _picture(labels.preview(items=waiting, design=form.design, home=home, at=timezone.now()))


@action(Permission.PRINT_LABELS)
def save_design(request: HttpRequest) -> HttpResponse:
    """Keep the sheet."""
    form = forms.SheetDesign(request.POST)
    design_id = _design_id(request)
    if not form.is_valid():
        return render(request, DESIGN, _design(form, design_id), status=422)
    row = labels.save_design(
        design_id=design_id,
        name=form.cleaned_data["name"],
        sheet=form.sheet,
        look=form.look,
        at=timezone.now(),
        by=actor_of(request),
    )
    request.session["label_design"] = f"own-{row.pk}"
    messages.success(request, _("The sheet is saved. It stands first in the list when you print."))
    return redirect("staff:label_design", row.pk)


@action(Permission.PRINT_LABELS)
def remove_design(request: HttpRequest, design_id: int) -> HttpResponse:
    """Forget the sheet."""
    labels.remove_design(design_id=design_id, by=actor_of(request))
    messages.success(request, _("The sheet is gone from the list."))
    return redirect("staff:label_designs")


@csp_exempt()
@page(Permission.PRINT_LABELS)
def trial(request: HttpRequest, key: str) -> HttpResponse:
    """A sheet of samples with outlines, to be printed on plain paper and held against the labels."""
    home = request.build_absolute_uri("/")
    return _pdf(labels.trial_sheet(design=catalog.design(key), home=home, at=timezone.now()), f"{key}.pdf")


def _queue(request: HttpRequest, form: forms.Scanned) -> dict[str, Any]:
    return {
        "form": form,
        "waiting": Paginator(catalog.without_label(), ITEMS_A_PAGE).get_page(request.GET.get("page")),
        "runs": [(found, _said(found)) for found in catalog.label_runs()[:RUNS_SHOWN]],
    }


def _chosen(
    request: HttpRequest,
    ids: Sequence[int],
    *,
    missing: Sequence[str] = (),
    left_off: int = 0,
    is_cut: bool = False,
    form: forms.Printing | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of what is chosen; with nothing chosen it says how to choose."""
    items = catalog.copies(ids)
    keys = {design.key for design in catalog.designs()}
    last = request.session.get("label_design", FIRST_DESIGN)
    text = forms.ids_as_text([item.pk for item in items])
    design_key = form.data.get("design", "") if form else last if last in keys else FIRST_DESIGN
    shown = catalog.design(design_key if design_key in keys else FIRST_DESIGN)
    told = {
        "items": forms.ids_as_text([item.pk for item in items[: shown.sheet.per_page]]),
        "design": shown.key,
        "start": (form.data.get("start") if form else None) or "1",
    }
    context = {
        "items": items[:ITEMS_SHOWN],
        "count": len(items),
        "count_left": max(0, len(items) - ITEMS_SHOWN),
        "missing": missing[:MISSING_SHOWN],
        "missing_left": max(0, len(missing) - MISSING_SHOWN),
        "left_off": left_off,
        "is_cut": is_cut,
        "most": labels.MOST_ITEMS,
        "form": form or forms.Printing(initial={"items": text, "design": shown.key, "start": 1}),
        "text": text,
        "shown": shown,
        "preview_href": f"{reverse('staff:labels_preview')}?{urlencode(told)}",
    }
    is_part = request.headers.get("HX-Target") == "label-preview"
    answer = render(request, f"{CHOSEN}#preview" if is_part else CHOSEN, context, status=status)
    patch_vary_headers(answer, ["HX-Target"])
    return answer


def _run(found: LabelRun) -> dict[str, Any]:
    notes: dict[str, list[str]] = {}
    for code, about in found.notes:
        notes.setdefault(code, []).append(about)
    return {
        "run": found,
        "notes": [(NOTES[code], abouts) for code, abouts in notes.items()],
        "said": _said(found),
        "may_be_undone": found.marks_copies and found.undone_at is None,
    }


def _said(found: LabelRun) -> str:
    """`12 labels on 1 sheet`."""
    cards = ngettext("%(count)s card", "%(count)s cards", found.count)
    tags = ngettext("%(count)s label", "%(count)s labels", found.count)
    paper = ngettext("%(what)s on %(pages)s sheet", "%(what)s on %(pages)s sheets", found.pages)
    what = (cards if found.is_of_cards else tags) % {"count": found.count}
    return paper % {"what": what, "pages": found.pages}


def _design(form: forms.SheetDesign, design_id: int | None = None) -> dict[str, Any]:
    """The form and, where its figures make a sheet, the address of its picture."""
    told = form.data if form.is_bound else form.initial
    is_good = form.is_valid() if form.is_bound else True
    pairs = [(name, value) for name, value in _pairs(told) if name in form.fields]
    return {
        "form": form,
        "design_id": design_id,
        "trial_href": reverse("staff:label_design_trial", args=[f"own-{design_id}"]) if design_id else "",
        "base": None,
        "preview_href": f"{reverse('staff:label_design_preview')}?{urlencode(pairs)}" if is_good else "",
    }


def _pairs(told: Any) -> list[tuple[str, Any]]:
    if hasattr(told, "lists"):
        return [(name, value) for name, values in told.lists() for value in values]
    pairs: list[tuple[str, Any]] = []
    for name, value in {**told, "name": told.get("name") or "-"}.items():
        if isinstance(value, bool):
            pairs += [(name, "on")] if value else []
        elif isinstance(value, list | tuple):
            pairs += [(name, one) for one in value]
        else:
            pairs.append((name, value))
    return pairs


def _design_id(request: HttpRequest) -> int | None:
    text = request.POST.get("design_id", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _picture(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="image/png")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

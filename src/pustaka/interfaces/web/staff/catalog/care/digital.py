"""Digitized copies of a title: files that the library keeps, and addresses elsewhere."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.catalog import care as reads
from pustaka.catalog import queries as catalog
from pustaka.catalog.crosswalk import is_version
from pustaka.catalog.models import Bib, DigitalCopy
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import digital
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.care import forms

PAGE = "staff/catalog/care/digital.html"


@page(Permission.ADD_DIGITAL_COPIES)
def overview(request: HttpRequest, bib_id: int) -> HttpResponse:
    """What there is, and how to add more."""
    return render(request, PAGE, _context(request, catalog.bib(bib_id)))


@action(Permission.ADD_DIGITAL_COPIES)
def add(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Keep a file."""
    bib = catalog.bib(bib_id)
    form = forms.Digitized(bib, request.POST, request.FILES)
    if not form.is_valid():
        return render(request, PAGE, {**_context(request, bib), "form": form}, status=422)
    kept = digital.add(bib_id=bib_id, **form.told(), at=timezone.now(), by=actor_of(request))
    said = _("Readers find the file on the page of the title.") if kept.is_public else _("The staff can open the file.")
    messages.success(request, said)
    return redirect("staff:digital", bib_id)


@action(Permission.ADD_DIGITAL_COPIES)
def link(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Write an address into the record."""
    bib = catalog.bib(bib_id)
    form = forms.Elsewhere(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return render(request, PAGE, {**_context(request, bib), "elsewhere": form}, status=422)
    digital.link(bib_id=bib_id, **form.cleaned_data, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The address stands in the record, and the state before in its history."))
    return redirect("staff:digital", bib_id)


@action(Permission.ADD_DIGITAL_COPIES)
def unlink(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take an address out of the record."""
    form = forms.Unlinked(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose the address on the page of the title's digitized copies."))
    digital.unlink(bib_id=bib_id, **form.cleaned_data, at=timezone.now(), by=actor_of(request))
    return redirect("staff:digital", bib_id)


@action(Permission.ADD_DIGITAL_COPIES)
def change_rights(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Say anew by which right a file may be read."""
    held = reads.digital_copy(copy_id, by=actor_of(request))
    form = forms.Rights(request.POST, auto_id=f"rights_{copy_id}_%s")
    if not form.is_valid():
        return render(request, PAGE, {**_context(request, held.bib, wrong={copy_id: form})}, status=422)
    told = {**form.cleaned_data, "rights": DigitalCopy.Rights(form.cleaned_data["rights"])}
    digital.change_rights(copy_id=copy_id, **told, by=actor_of(request))
    messages.success(request, _("Noted."))
    return redirect("staff:digital", held.bib_id)


@action(Permission.ADD_DIGITAL_COPIES)
def remove(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Keep the file no more."""
    bib_id = digital.remove(copy_id=copy_id, by=actor_of(request))
    messages.success(request, _("The file is taken away."))
    return redirect("staff:digital", bib_id)


def _context(request: HttpRequest, bib: Bib, wrong: dict[int, forms.Rights] | None = None) -> dict[str, Any]:
    rows = [(one, (wrong or {}).get(one.pk) or _rights(one)) for one in reads.digital_copies(bib, by=actor_of(request))]
    record = catalog.record_of(bib)
    links = [
        (url, ", ".join(text for text in (field.get("3"), field.get("y"), field.get("z")) if text))
        for field in record.all("856")
        if is_version(field)
        for url in field.all("u")
    ]
    return {
        "bib": bib,
        "rows": rows,
        "links": links,
        "form": forms.Digitized(bib, initial={"item_id": request.GET.get("copy", "")}),
        "elsewhere": forms.Elsewhere(initial={"version": bib.version}, auto_id="link_%s"),
    }


def _rights(held: DigitalCopy) -> forms.Rights:
    told = {"rights": held.rights, "statement": held.statement, "part": held.part}
    return forms.Rights(initial=told, auto_id=f"rights_{held.pk}_%s")

"""Copies of a title: added by scanning or by number, changed, taken out; and how they are numbered."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.queries import Changed
from pustaka.catalog.services import items
from pustaka.catalog.services import numbering as numbers
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.copies import forms
from pustaka.interfaces.web.staff.catalog.wording import Copies

FOLDER = "staff/catalog/copies"
COPIES_A_PAGE = 50


@page(Permission.EDIT)
def overview(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The copies of a title, and the box to scan more into."""
    bib = catalog.bib(bib_id)
    form = forms.Scanned(initial=_beginning(bib))
    return render(request, f"{FOLDER}/copies.html", _overview(request, bib, form))


@action(Permission.EDIT)
def add(request: HttpRequest, bib_id: int) -> HttpResponse:
    """One more copy with the barcode that was scanned."""
    bib = catalog.bib(bib_id)
    form = forms.Scanned(request.POST)
    is_part = bool(request.headers.get("HX-Request"))
    if not form.is_valid():
        if is_part:
            return render(request, f"{FOLDER}/copies.html#wrong", {"form": form}, status=422)
        return render(request, f"{FOLDER}/copies.html", _overview(request, bib, form), status=422)
    told = form.values()
    copy = items.NewCopy(**told, copy_number=catalog.next_copy_number(bib, told["volume"]))
    item = items.add(bib=bib, copy=copy, at=timezone.now(), by=actor_of(request))
    if is_part:
        return render(request, f"{FOLDER}/copies.html#row", {"item": item, "is_new": True}, status=201)
    messages.success(request, _("Copy %(barcode)s is there.") % {"barcode": item.barcode})
    again = forms.Scanned(initial={name: value for name, value in request.POST.items() if name != "barcode"})
    return render(request, f"{FOLDER}/copies.html", _overview(request, bib, again), status=201)


@action(Permission.EDIT)
def number(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Several copies, numbered by a pattern of the library."""
    bib = catalog.bib(bib_id)
    form = forms.Numbered(request.POST)
    if not form.is_valid():
        context = {**_overview(request, bib, forms.Scanned(initial=_beginning(bib))), "numbered": form}
        return render(request, f"{FOLDER}/copies.html", context, status=422)
    at, by = timezone.localtime(), actor_of(request)
    told = form.values()
    taken = numbers.take(pattern_id=form.cleaned_data["pattern"].pk, count=form.cleaned_data["count"], at=at, by=by)
    first = catalog.next_copy_number(bib, told["volume"])
    copies = [items.NewCopy(**told, barcode=barcode, copy_number=first + ahead) for ahead, barcode in enumerate(taken)]
    items.add_many(bib=bib, copies=copies, at=at, by=by)
    if len(taken) == 1:
        messages.success(request, _("Copy %(barcode)s is there.") % {"barcode": taken[0]})
    else:
        text = _("%(count)s copies are there: %(first)s to %(last)s.")
        messages.success(request, text % {"count": len(taken), "first": taken[0], "last": taken[-1]})
    return redirect("staff:copies", bib_id)


@page(Permission.EDIT)
def copy(request: HttpRequest, item_id: int) -> HttpResponse:
    """One copy, to be changed."""
    item = catalog.item(item_id)
    context = {"item": item, "form": forms.Copy(initial=forms.of_item(item), before=item.status), "meanwhile": []}
    return render(request, f"{FOLDER}/copy.html", context)


@action(Permission.EDIT)
def change(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change a copy: move it, say what has become of it, correct it."""
    item = catalog.item(item_id)
    form = forms.Copy(request.POST, before=item.status)
    if not form.is_valid():
        return render(request, f"{FOLDER}/copy.html", {"item": item, "form": form, "meanwhile": []}, status=422)
    if form.cleaned_data["version"] != item.version:
        return render(request, f"{FOLDER}/copy.html", _meanwhile(request, item, form), status=409)
    told = form.values()
    items.change(
        item_id=item_id,
        version=item.version,
        fields={name: value for name, value in told.items() if getattr(item, name) != value},
        reason=form.cleaned_data["reason"],
        at=timezone.now(),
        by=actor_of(request),
    )
    messages.success(request, _("Saved. The state before is in the history."))
    return redirect("staff:copies", item.bib_id)


@action(Permission.EDIT)
def remove(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a copy out that was entered by mistake."""
    item = catalog.item(item_id)
    items.remove(item_id=item_id, reason=request.POST.get("reason", ""), at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Copy %(barcode)s is taken out.") % {"barcode": item.barcode})
    return redirect("staff:copies", item.bib_id)


@page(Permission.SET_NUMBERING)
def numbering(request: HttpRequest) -> HttpResponse:
    """How copies are numbered."""
    return render(request, f"{FOLDER}/numbering.html", _numbering(forms.Pattern()))


@action(Permission.SET_NUMBERING)
def set_numbering(request: HttpRequest) -> HttpResponse:
    """A new pattern, or another wording of one."""
    form = forms.Pattern(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/numbering.html", _numbering(form), status=422)
    text = request.POST.get("pattern_id", "")
    numbers.set_pattern(
        pattern_id=int(text) if text.isdecimal() and len(text) < 18 else None,
        **form.cleaned_data,
        at=timezone.localtime(),
        by=actor_of(request),
    )
    return redirect("staff:numbering")


@action(Permission.SET_NUMBERING)
def remove_numbering(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """Number no more by this pattern."""
    numbers.remove_pattern(pattern_id=pattern_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:numbering")


# --- Shared ----------------------------------------------------------------------------------------------------------


def _beginning(bib: Bib) -> dict[str, Any]:
    """What the form begins with: today, and what the latest copy has."""
    latest = catalog.items_of(bib).order_by("-pk").first()
    known = {"call_number": bib.call_number, "received_on": timezone.localdate()}
    if latest is None:
        return known
    place = f"l{latest.location_id}" if latest.location_id else f"b{latest.branch_id}"
    return {
        **known, "place": place, "item_type": latest.item_type_id, "source": latest.source,
        "call_number": latest.call_number or bib.call_number, "price_idr": latest.price_idr,
    }  # fmt: skip


def _overview(request: HttpRequest, bib: Bib, form: forms.Scanned) -> dict[str, Any]:
    shown = Paginator(catalog.items_of(bib), COPIES_A_PAGE).get_page(request.GET.get("page"))
    patterns = catalog.number_patterns("barcode")
    return {
        "bib": bib,
        "form": form,
        "numbered": forms.Numbered(initial=_beginning(bib), auto_id="numbered_%s") if patterns.exists() else None,
        "items": shown,
        "common": [form[name] for name in forms.Common.base_fields],
    }


def _meanwhile(request: HttpRequest, item: Item, form: forms.Copy) -> dict[str, Any]:
    """The form with what was typed where the person changed something, and with what others have saved elsewhere."""
    base = catalog.item_at(item.pk, form.cleaned_data["version"])
    now = catalog.state_of(item.pk)
    theirs = [Changed(name, base.get(name), value) for name, value in now.items() if base.get(name) != value]
    old = forms.initial_of(base)
    typed = {name: request.POST.get(name, "") for name in forms.Copy.base_fields}
    fresh = {name: "" if value is None else str(value) for name, value in forms.of_item(item).items()}
    joined = {name: value if value != old.get(name, value) else fresh.get(name, value) for name, value in typed.items()}
    again = forms.Copy({**joined, "version": item.version}, before=item.status)
    return {"item": item, "form": again, "meanwhile": Copies().told(theirs)}


def _numbering(form: forms.Pattern) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "form": form,
        "patterns": [(pattern, numbers.preview(pattern=pattern, on=today)) for pattern in catalog.number_patterns()],
    }

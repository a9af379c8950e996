"""Parcels for a bindery: put together, listed for both to sign, and taken back volume by volume; and the binderies."""

from datetime import timedelta
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

from pustaka.catalog import care as reads
from pustaka.catalog.models import Bindery, BindingOrder, CareJob
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import days_late
from pustaka.catalog.services import binding
from pustaka.catalog.services.binding import Return
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.care import forms, wording

FOLDER = "staff/catalog/care"
ROWS_A_PAGE = 50
USUAL_DAYS = 30
KEPT = ("result", "condition", "cost_idr")


@page(Permission.NOTE_CONDITION)
def overview(request: HttpRequest) -> HttpResponse:
    """Every parcel, newest first."""
    listed = Paginator(reads.orders(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(one, one.state == BindingOrder.State.SENT and days_late(one.expected_on, on=today) > 0) for one in listed]
    return render(request, f"{FOLDER}/parcels.html", {"page": listed, "rows": rows})


@page(Permission.CARE)
def new(request: HttpRequest) -> HttpResponse:
    """The head of a new parcel."""
    number = reads.next_order_number(on=timezone.localdate())
    return render(request, f"{FOLDER}/parcel_new.html", _new(forms.Parcel(initial={"number": number})))


@action(Permission.CARE)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin it."""
    form = forms.Parcel(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/parcel_new.html", _new(form), status=422)
    order = binding.begin(**form.told(), at=timezone.localtime(), by=actor_of(request))
    return redirect("staff:parcel", order.pk)


@action(Permission.CARE)
def fill(request: HttpRequest) -> HttpResponse:
    """Lay the copies of the ticked jobs into the chosen parcel."""
    order_id = forms.number_in(request.POST, "parcel")
    ids = forms.ticked(request.POST, "job")
    if order_id is None or not ids:
        raise Invalid(_("Tick the jobs that you mean, and choose a parcel."))
    count = binding.add_jobs(order_id=order_id, job_ids=ids, at=timezone.now(), by=actor_of(request))
    said = ngettext("%(count)s job lies in the parcel.", "%(count)s jobs lie in the parcel.", count)
    messages.success(request, said % {"count": count})
    return redirect("staff:parcel", order_id)


@page(Permission.NOTE_CONDITION)
def parcel(request: HttpRequest, order_id: int) -> HttpResponse:
    """What lies in it, and what can be done with it now."""
    kept = {name: request.GET[name] for name in ("kind", "reason") if name in request.GET}
    return render(request, f"{FOLDER}/parcel.html", _parcel(request, order_id, laid_in=forms.LaidIn(initial=kept)))


@action(Permission.CARE)
def add(request: HttpRequest, order_id: int) -> HttpResponse:
    """Lay the volume that was scanned into it."""
    form = forms.LaidIn(request.POST)
    is_part = bool(request.headers.get("HX-Request"))
    if not form.is_valid():
        if is_part:
            return render(request, f"{FOLDER}/wrong.html", {"form": form}, status=422)
        return render(request, f"{FOLDER}/parcel.html", _parcel(request, order_id, laid_in=form), status=422)
    told = {**form.cleaned_data, "kind": CareJob.Kind(form.cleaned_data["kind"])}
    job = binding.add(order_id=order_id, **told, at=timezone.now(), by=actor_of(request))
    if is_part:
        return render(request, f"{FOLDER}/line.html", {"line": wording.laid_in(job)}, status=201)
    kept = {"kind": told["kind"].value, "reason": told["reason"]}
    messages.success(request, _("%(barcode)s lies in the parcel.") % {"barcode": job.item.barcode})
    return redirect(f"{reverse('staff:parcel', args=[order_id])}?{urlencode(kept)}")


@action(Permission.CARE)
def take_out(request: HttpRequest, order_id: int, job_id: int) -> HttpResponse:
    """Take a volume out again."""
    binding.take_out(job_id=job_id, by=actor_of(request))
    return redirect("staff:parcel", order_id)


@action(Permission.CARE)
def drop(request: HttpRequest, order_id: int) -> HttpResponse:
    """Give the parcel up."""
    binding.drop(order_id=order_id, by=actor_of(request))
    messages.success(request, _("The parcel is given up; its jobs wait again."))
    return redirect("staff:parcels")


@action(Permission.CARE)
def send(request: HttpRequest, order_id: int) -> HttpResponse:
    """Give it to the bindery."""
    form = forms.Sent(request.POST, auto_id="send_%s")
    if not form.is_valid():
        return render(request, f"{FOLDER}/parcel.html", _parcel(request, order_id, send=form), status=422)
    binding.send(order_id=order_id, **form.cleaned_data, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Sent. Print the slips and the list that both sign."))
    return redirect("staff:parcel", order_id)


@page(Permission.CARE)
def coming_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """The box to scan into when it is back."""
    kept = {name: request.GET[name] for name in KEPT if name in request.GET}
    form = forms.CameBack(initial={"result": _("Bound"), "condition": "good", **kept})
    return render(request, f"{FOLDER}/parcel_back.html", _coming_back(order_id, form))


@action(Permission.CARE)
def take_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """Take back the volume that was scanned."""
    form = forms.CameBack(request.POST)
    is_part = bool(request.headers.get("HX-Request"))
    if not form.is_valid():
        if is_part:
            return render(request, f"{FOLDER}/wrong.html", {"form": form}, status=422)
        return render(request, f"{FOLDER}/parcel_back.html", _coming_back(order_id, form), status=422)
    one = binding.receive(order_id=order_id, **form.told(), at=timezone.now(), by=actor_of(request))
    line = wording.returned(one)
    if is_part:
        context = {"line": line, **_coming_back(order_id, form)}
        return render(request, f"{FOLDER}/parcel_back.html#answer", context, status=201)
    tell = messages.success if one.outcome == Return.BACK else messages.warning
    tell(request, " · ".join(text for text in (line.word, line.barcode, line.hint) if text))
    kept = {name: request.POST.get(name, "") for name in KEPT}
    return redirect(f"{reverse('staff:parcel_back', args=[order_id])}?{urlencode(kept)}")


@action(Permission.CARE)
def close(request: HttpRequest, order_id: int) -> HttpResponse:
    """Call what doesn't come back missing, as the person has decided."""
    ids = forms.ticked(request.POST, "job")
    binding.close(order_id=order_id, missing_ids=ids, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Closed. What didn't come back is called missing."))
    return redirect("staff:parcel", order_id)


@page(Permission.NOTE_CONDITION)
def slips(request: HttpRequest, order_id: int) -> HttpResponse:
    """One slip for each volume, with its barcode, to be laid into it."""
    order = reads.order(order_id)
    rows = [(job, wording.bars(job.item.barcode)) for job in reads.jobs_in(order)]
    return render(request, f"{FOLDER}/slips.html", {"order": order, "rows": rows})


@page(Permission.NOTE_CONDITION)
def sheet(request: HttpRequest, order_id: int) -> HttpResponse:
    """The list that both sign."""
    order = reads.order(order_id)
    return render(request, f"{FOLDER}/sheet.html", {"order": order, "jobs": list(reads.jobs_in(order))})


@page(Permission.CARE)
def binderies(request: HttpRequest) -> HttpResponse:
    """Who binds for us."""
    known = list(reads.binderies())
    chosen = next((one for one in known if one.pk == forms.number_in(request.GET, "bindery")), None)
    form = forms.Bindery(initial=_told(chosen)) if chosen else forms.Bindery()
    return render(request, f"{FOLDER}/binderies.html", {"form": form, "binderies": known, "chosen": chosen})


@action(Permission.CARE)
def save_bindery(request: HttpRequest) -> HttpResponse:
    """Write it down."""
    form = forms.Bindery(request.POST)
    if not form.is_valid():
        context = {"form": form, "binderies": list(reads.binderies()), "chosen": None}
        return render(request, f"{FOLDER}/binderies.html", context, status=422)
    bindery = binding.save_bindery(**form.cleaned_data, by=actor_of(request))
    messages.success(request, _("“%(name)s” is written down.") % {"name": bindery})
    return redirect("staff:binderies")


def _new(form: forms.Parcel) -> dict[str, Any]:
    return {"form": form, "has_binderies": reads.binderies(only_asked=True).exists()}


def _parcel(request: HttpRequest, order_id: int, **forms_told: Any) -> dict[str, Any]:
    order = reads.order(order_id)
    today = timezone.localdate()
    listed = Paginator(reads.jobs_in(order), ROWS_A_PAGE).get_page(request.GET.get("page"))
    usual = {"sent_on": today, "expected_on": order.expected_on or today + timedelta(days=USUAL_DAYS)}
    return {
        "order": order,
        "page": listed,
        "rows": wording.rows(listed, today=today),
        "missing": list(reads.jobs_in(order, only_out=True)) if order.state == BindingOrder.State.SENT else [],
        "laid_in": forms.LaidIn(),
        "send": forms.Sent(initial=usual, auto_id="send_%s"),
        **forms_told,
    }


def _coming_back(order_id: int, form: forms.CameBack) -> dict[str, Any]:
    order = reads.order(order_id)
    return {"order": order, "form": form, "missing": list(reads.jobs_in(order, only_out=True))}


def _told(bindery: Bindery) -> dict[str, Any]:
    return {
        "bindery_id": bindery.pk,
        "name": bindery.name,
        "address": bindery.address,
        "phone": bindery.phone,
        "is_asked": bindery.is_asked,
    }

"""The queue of care, one job with all that can be done to it, and one copy with what was seen of it and done for it."""

from typing import Any

from django import forms as django_forms
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
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import BindingOrder, CareJob, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import NEXT_CARE, Care
from pustaka.catalog.services import care, conditions
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.care import forms, wording

FOLDER = "staff/catalog/care"
JOBS_A_PAGE = 50


@page(Permission.NOTE_CONDITION)
def queue(request: HttpRequest) -> HttpResponse:
    """What is to be done for which copies, most urgent first."""
    today = timezone.localdate()
    form = forms.Queue(request.GET or None)
    wish = form.wish(today=today) if form.is_bound else reads.Wish()
    listed = Paginator(reads.jobs(wish), JOBS_A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    may_decide = actor_of(request).may(Permission.CARE)
    context = {
        "form": form if form.is_bound else forms.Queue(),
        "is_asked": bool(asked),
        "figures": reads.figures(on=today),
        "page": listed,
        "rows": wording.rows(listed, today=today),
        "asked": asked.urlencode(),
        "parcels": reads.orders().filter(state=BindingOrder.State.OPEN)[:20] if may_decide else [],
    }
    return render(request, f"{FOLDER}/queue.html", context)


@action(Permission.CARE)
def accept(request: HttpRequest) -> HttpResponse:
    """Let the ticked jobs be done."""
    ids = forms.ticked(request.POST, "job")
    if not ids:
        raise Invalid(_("Tick the jobs that you mean."))
    count = care.accept(job_ids=ids, at=timezone.now(), by=actor_of(request))
    messages.success(request, ngettext("%(count)s job accepted.", "%(count)s jobs accepted.", count) % {"count": count})
    return redirect("staff:care_job", ids[0]) if "from_job" in request.POST else redirect("staff:care")


@page(Permission.NOTE_CONDITION)
def asking(request: HttpRequest) -> HttpResponse:
    """The box to scan into, for the same work on one copy after the other."""
    kept = {name: request.GET.get(name, "") for name in ("kind", "reason", "urgency", "lays_aside") if request.GET}
    return render(request, f"{FOLDER}/asking.html", {"form": forms.AskedScanned(initial=kept or None), "lines": []})


@action(Permission.NOTE_CONDITION)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the copy that was scanned."""
    form = forms.AskedScanned(request.POST)
    if not form.is_valid():
        return _wrong(request, "asking", form)
    job = care.ask_scanned(**form.told(), at=timezone.now(), by=actor_of(request))
    line = wording.asked(job)
    if request.headers.get("HX-Request"):
        return render(request, f"{FOLDER}/line.html", {"line": line}, status=201)
    messages.success(request, f"{line.word}: {line.barcode}")
    kept = {name: request.POST.get(name, "") for name in ("kind", "reason", "urgency", "lays_aside")}
    return redirect(f"{reverse('staff:care_asking')}?{urlencode(kept)}")


# --- One job ---------------------------------------------------------------------------------------------------------


@page(Permission.NOTE_CONDITION)
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """What is asked, how far it is, and what can be done now."""
    return render(request, f"{FOLDER}/job.html", _job(reads.job(job_id)))


@action(Permission.CARE)
def decline(request: HttpRequest, job_id: int) -> HttpResponse:
    """Say that it isn't done, and why."""
    form = forms.Declined(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _job_again(request, job_id, "decline", form)
    care.decline(job_id=job_id, **form.cleaned_data, at=timezone.now(), by=actor_of(request))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def begin(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take the copy in hand."""
    form = forms.Begun(request.POST, auto_id="begin_%s")
    if not form.is_valid():
        return _job_again(request, job_id, "begin", form)
    care.begin(job_id=job_id, **form.cleaned_data, at=timezone.localtime(), by=actor_of(request))
    messages.success(request, _("The copy is in work; readers see that it can't be had."))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def put_off(request: HttpRequest, job_id: int) -> HttpResponse:
    """Lay the work aside."""
    care.put_off(job_id=job_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def expect(request: HttpRequest, job_id: int) -> HttpResponse:
    """Promise another day."""
    form = forms.Promised(request.POST, auto_id="expect_%s")
    if not form.is_valid():
        return _job_again(request, job_id, "expect", form)
    care.expect(job_id=job_id, on=form.cleaned_data["expected_on"], at=timezone.localtime(), by=actor_of(request))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def finish(request: HttpRequest, job_id: int) -> HttpResponse:
    """It is done."""
    form = forms.Finished(request.POST, auto_id="finish_%s")
    if not form.is_valid():
        return _job_again(request, job_id, "finish", form)
    care.finish(job_id=job_id, **form.told(), at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Done. The copy has the state again that it had before."))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def give_up(request: HttpRequest, job_id: int) -> HttpResponse:
    """It can't be repaired."""
    form = forms.GivenUp(request.POST, auto_id="give_up_%s")
    if not form.is_valid():
        return _job_again(request, job_id, "give_up", form)
    care.give_up(job_id=job_id, **form.cleaned_data, at=timezone.now(), by=actor_of(request))
    return redirect("staff:care_job", job_id)


@action(Permission.CARE)
def put_back(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put a copy that can't be repaired on its shelf again."""
    care.put_back(job_id=job_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The copy has the state again that it had before."))
    return redirect("staff:care_job", job_id)


# --- One copy --------------------------------------------------------------------------------------------------------


@page(Permission.NOTE_CONDITION)
def copy(request: HttpRequest, item_id: int) -> HttpResponse:
    """What was seen of a copy and done for it."""
    return render(request, f"{FOLDER}/copy.html", _copy(catalog.item(item_id)))


@action(Permission.NOTE_CONDITION)
def note(request: HttpRequest, item_id: int) -> HttpResponse:
    """Say in what condition it is."""
    item = catalog.item(item_id)
    form = forms.Seen(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, f"{FOLDER}/copy.html", {**_copy(item), "seen": form}, status=422)
    conditions.note(item_id=item_id, **form.told(), at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Noted."))
    return redirect("staff:copy_care", item_id)


@action(Permission.NOTE_CONDITION)
def ask_for_copy(request: HttpRequest, item_id: int) -> HttpResponse:
    """Ask that something be done for it."""
    item = catalog.item(item_id)
    form = forms.Asked(request.POST, auto_id="ask_%s")
    if not form.is_valid():
        return render(request, f"{FOLDER}/copy.html", {**_copy(item), "ask": form}, status=422)
    found = care.ask(item_id=item_id, **form.told(), at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Asked for: %(kind)s.") % {"kind": found.get_kind_display()})
    return redirect("staff:copy_care", item_id)


# --- Shared ----------------------------------------------------------------------------------------------------------


def _job(found: CareJob) -> dict[str, Any]:
    following = NEXT_CARE[Care(found.state)] if found.item.status != Item.Status.WITHDRAWN else {Care.DECLINED}
    return {
        "job": found,
        "late": wording.rows([found], today=timezone.localdate())[0].late,
        "may": {state.value for state in following},
        "is_undecided": (
            found.state == Care.BEYOND_REPAIR and found.is_held and found.item.status == Item.Status.REPAIR
        ),
        "decline": forms.Declined(auto_id="decline_%s"),
        "begin": forms.Begun(auto_id="begin_%s"),
        "expect": forms.Promised(initial={"expected_on": found.expected_on}, auto_id="expect_%s"),
        "finish": forms.Finished(auto_id="finish_%s"),
        "give_up": forms.GivenUp(auto_id="give_up_%s"),
    }


def _job_again(request: HttpRequest, job_id: int, name: str, form: django_forms.Form) -> HttpResponse:
    return render(request, f"{FOLDER}/job.html", {**_job(reads.job(job_id)), name: form}, status=422)


def _copy(item: Item) -> dict[str, Any]:
    return {
        "item": item,
        "notes": reads.notes_of(item),
        "jobs": reads.jobs_of(item),
        "seen": forms.Seen(initial={"condition": item.condition or Item.Condition.GOOD}),
        "ask": forms.Asked(auto_id="ask_%s"),
    }


def _wrong(request: HttpRequest, name: str, form: django_forms.Form) -> HttpResponse:
    """The page with what is wrong, or for a scanner only that."""
    template = f"{FOLDER}/wrong.html" if request.headers.get("HX-Request") else f"{FOLDER}/{name}.html"
    return render(request, template, {"form": form, "lines": []}, status=422)

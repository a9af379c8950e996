from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Target
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import questions, targets
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.copying import forms

HERE = "staff/catalog/copying"


@page(Permission.CONFIGURE_TARGETS)
def overview(request: HttpRequest) -> HttpResponse:
    """Every catalogue that may be asked, in order."""
    context = {"targets": list(catalog.targets()), "problems": targets.problems()}
    return render(request, f"{HERE}/targets.html", context)


@page(Permission.CONFIGURE_TARGETS)
def new(request: HttpRequest, protocol: str) -> HttpResponse:
    """The form for one more."""
    form = forms.TargetForm(protocol=_known(protocol))
    return render(request, f"{HERE}/target.html", _new(protocol, form))


@action(Permission.CONFIGURE_TARGETS)
def add(request: HttpRequest, protocol: str) -> HttpResponse:
    """Set one more up."""
    form = forms.TargetForm(request.POST, protocol=_known(protocol))
    if not form.is_valid():
        return render(request, f"{HERE}/target.html", _new(protocol, form), status=422)
    targets.add(fields=form.fields_told, at=timezone.now(), by=actor_of(request))
    return redirect("staff:targets")


@page(Permission.CONFIGURE_TARGETS)
def edit(request: HttpRequest, target_id: int) -> HttpResponse:
    """One target, to be changed."""
    target = catalog.target(target_id)
    return render(request, f"{HERE}/target.html", _edit(target, forms.TargetForm(target=target)))


@action(Permission.CONFIGURE_TARGETS)
def change(request: HttpRequest, target_id: int) -> HttpResponse:
    """Save it."""
    target = catalog.target(target_id)
    form = forms.TargetForm(request.POST, target=target)
    if not form.is_valid():
        return render(request, f"{HERE}/target.html", _edit(target, form), status=422)
    targets.change(target_id=target_id, fields=form.fields_told, at=timezone.now(), by=actor_of(request))
    return redirect("staff:targets")


@action(Permission.CONFIGURE_TARGETS)
def switch(request: HttpRequest, target_id: int) -> HttpResponse:
    """Ask it from now on, or no more."""
    is_active = request.POST.get("is_active") == "1"
    targets.switch(target_id=target_id, is_active=is_active, at=timezone.now(), by=actor_of(request))
    return redirect("staff:targets")


@action(Permission.CONFIGURE_TARGETS)
def move(request: HttpRequest, target_id: int) -> HttpResponse:
    """One place up or down."""
    places = -1 if request.POST.get("to") == "up" else 1
    targets.move(target_id=target_id, places=places, at=timezone.now(), by=actor_of(request))
    return redirect("staff:targets")


@action(Permission.CONFIGURE_TARGETS)
def remove(request: HttpRequest, target_id: int) -> HttpResponse:
    """Forget it."""
    targets.remove(target_id=target_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:targets")


@action(Permission.CONFIGURE_TARGETS)
def try_out(request: HttpRequest, target_id: int) -> HttpResponse:
    """Ask it on trial."""
    question = questions.try_out(target_id=target_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:copy_answers", question.pk)


def _known(protocol: str) -> str:
    if protocol not in Target.Protocol.values:
        raise Http404
    return protocol


def _new(protocol: str, form: forms.TargetForm) -> dict[str, Any]:
    action = reverse("staff:target_add", args=[protocol])
    return {"form": form, "target": None, "protocol": protocol, "heading": _("A further catalogue"), "action": action}


def _edit(target: Target, form: forms.TargetForm) -> dict[str, Any]:
    action = reverse("staff:target_change", args=[target.pk])
    return {"form": form, "target": target, "protocol": target.protocol, "heading": target.name, "action": action}

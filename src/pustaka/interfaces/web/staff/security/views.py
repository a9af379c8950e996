"""The visitor counter at the door: a card, a number, or a guest; big, and nothing about anybody else."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.circulation import queries as circulation
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.circulation.views import branch_of
from pustaka.security import queries, services
from pustaka.security.models import Visit
from pustaka.security.permissions import Permission

FOLDER = "staff/security"


@page(Permission.COUNT_VISITS)
def door(request: HttpRequest) -> HttpResponse:
    """Come in."""
    return render(request, f"{FOLDER}/door.html", _door(branch_of(request)))


@action(Permission.COUNT_VISITS)
def enter(request: HttpRequest) -> HttpResponse:
    """Somebody with a card or number; greeted by the first name alone."""
    visit, is_new = services.enter(
        code=request.POST.get("scan", ""), branch=branch_of(request), purpose=request.POST.get("purpose", ""),
        at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    name = visit.patron.name.split()[0] if visit.patron else ""
    welcome = _("Welcome, %(name)s.") if is_new else _("Welcome again, %(name)s.")
    messages.success(request, welcome % {"name": name})
    return redirect("staff:door")


@action(Permission.COUNT_VISITS)
def enter_guest(request: HttpRequest) -> HttpResponse:
    """Somebody from outside."""
    services.enter_guest(
        branch=branch_of(request), origin=request.POST.get("origin", ""), purpose=request.POST.get("purpose", ""),
        at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    messages.success(request, _("Welcome to the library."))
    return redirect("staff:door")


def _door(branch: Branch) -> dict[str, Any]:
    local = circulation.in_zone(timezone.now(), branch)
    midnight = local.replace(hour=time.min.hour, minute=0, second=0, microsecond=0)
    return {
        "branch": branch,
        "today": queries.visits_since(branch, midnight),
        "purposes": Visit.Purpose.choices,
    }

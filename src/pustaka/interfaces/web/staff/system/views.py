from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from pustaka.catalog.permissions import Permission
from pustaka.discovery import queries as discovery
from pustaka.foundation import events
from pustaka.interfaces.web.allowances import refused_lately
from pustaka.interfaces.web.requests import action, page
from pustaka.interfaces.web.staff.system import work


@page(Permission.SEE_STAFF_PAGES)
def overview(request: HttpRequest) -> HttpResponse:
    """What the system is doing in the background, and what needs a second try."""
    waiting = events.undelivered()
    context = {
        "tasks": work.tasks(),
        "events": waiting[:50],
        "events_total": waiting.count(),
        "index": discovery.state(),
        "refused": refused_lately(),
    }
    return render(request, "staff/system/overview.html", context)


@action(Permission.SEE_STAFF_PAGES)
def task_again(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Try a piece of work again."""
    work.try_again(task_id=task_id, at=timezone.now())
    return redirect("staff:system")


@action(Permission.SEE_STAFF_PAGES)
def event_again(request: HttpRequest, event_id: int) -> HttpResponse:
    """Hand a fact on again, now."""
    events.try_again(event_id=event_id, at=timezone.now())
    return redirect("staff:system")

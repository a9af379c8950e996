"""Buttons of work in the background: each is one call into a service, and leads back to the page of its job."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from pustaka.foundation.actors import PermissionEnum
from pustaka.interfaces.web.requests import View, action, actor_of


def button(permission: PermissionEnum, service: Callable[..., Any], *, back: str) -> View:
    """A view that calls `service(job_id=…, at=…, by=…)`; `back` is the name of the page of the job."""

    @action(permission)
    def press(request: HttpRequest, job_id: int) -> HttpResponse:
        service(job_id=job_id, at=timezone.now(), by=actor_of(request))
        return redirect(back, job_id)

    return press

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pustaka.catalog.permissions import Permission
from pustaka.interfaces.web.requests import page


@page(Permission.SEE_STAFF_PAGES)
def start(request: HttpRequest) -> HttpResponse:
    """What this person can do from here."""
    return render(request, "staff/start.html")

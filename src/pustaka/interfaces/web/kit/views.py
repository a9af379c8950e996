from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pustaka.interfaces.web.kit import showcase
from pustaka.interfaces.web.requests import page


@page()
def kit(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for whoever builds or mends a page."""
    return render(request, "kit/kit.html", showcase.context())

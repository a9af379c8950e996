from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.i18n import set_language

from pustaka.interfaces.web.requests import action, page
from pustaka.patrons import services as patrons
from pustaka.patrons.models import Patron


@page()
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What a person can look after in their own account."""
    context = {"patron": request.user, "has_second_step": is_mfa_enabled(request.user)}
    return render(request, "account/home.html", context)


@action()
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Read on in another language: remembered in this browser, and for the person who is signed in."""
    if isinstance(request.user, Patron):
        patrons.choose_language(patron=request.user, language=request.POST.get("language", ""))
    return set_language(request)

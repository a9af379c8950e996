"""Calm pages for what went wrong. A fault of ours carries a number that the log knows; never a traceback."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

log = logging.getLogger("pustaka.web")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that can't be read."""
    return _calm(
        request,
        400,
        _("That request could not be read"),
        _("The address or the form was damaged on its way. Start again from the start page."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 from Django itself; our own refusals are `DomainError`s."""
    return _calm(
        request,
        403,
        _("You may not open this page"),
        _("Sign in with another account, or ask the head of the library for the permission."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no page has that address."""
    return _calm(
        request,
        404,
        _("There is no page here"),
        _("The address may be old or mistyped. The start page has a search box over the whole catalogue."),
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429: somebody tries again and again, a person or a program."""
    return _calm(
        request,
        429,
        _("That was too often"),
        _("For the safety of the accounts, wait a minute before you try again. The catalogue itself stays open."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where a form was too old, or cookies are off."""
    return _calm(
        request,
        403,
        _("This form was open for too long"),
        _("Go back, load the page again and send the form once more. It may also be that cookies are off."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a defect. Leans on nothing that may be broken: no database, no session, no frame."""
    number = secrets.token_hex(4)
    log.error("the page with number %s is a fault at %s %s", number, request.method, request.path)
    context = {
        "language": get_language() or "id",
        "title": _("Something broke on our side"),
        "text": _("It is not your fault, and it has been written down. Try again in a minute."),
        "tell": _("If you tell the library, name this number:"),
        "back": _("To the start page"),
        "number": number,
        "stylesheet": static("kit/pustaka.css"),
    }
    return HttpResponse(render_to_string("kit/fault.html", context), status=500)


def _calm(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "kit/error.html", {"title": title, "text": text, "number": ""}, status=status)

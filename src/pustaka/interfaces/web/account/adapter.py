"""How allauth meets our patrons."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from pustaka.interfaces.web.lists import basket
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron

FRESH_S = 300
MISMATCH = _("The number or address and the password don't belong together. Look at the card, and write both again.")


def display_name(patron: Patron) -> str:
    """How a person is addressed in allauth's letters and messages."""
    return patron.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the library; after signing in, staff land at the desk and everyone else in the catalogue."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if isinstance(request.user, Patron) and patrons.is_staff(request.user):
            return "/staff/"
        return "/"

    def is_reauthentication_required(self, *, app: str, **circumstances: Any) -> bool:
        """Ask again who it is, unless they have signed in within the last five minutes."""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not records or time.time() - records[-1]["at"] > FRESH_S

    def post_login(self, request: HttpRequest, user: Patron, **circumstances: Any) -> HttpResponse:
        """Read on in the language that the person chose once, unless this browser has one of its own.

        What was put together before signing in becomes a list.
        """
        response: HttpResponse = super().post_login(request, user, **circumstances)
        if (made := basket.become_list(request.session, user)) is not None:
            said = _("What you had put together is a list of yours now: “%(title)s”.") % {"title": made.title}
            messages.success(request, said)
        if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
            )
        return response

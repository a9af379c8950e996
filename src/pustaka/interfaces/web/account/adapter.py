"""How allauth meets our patrons."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron


def display_name(patron: Patron) -> str:
    """How a person is addressed in allauth's letters and messages."""
    return patron.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the library; after signing in, staff land at the desk and everyone else in the catalogue."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if isinstance(request.user, Patron) and patrons.is_staff(request.user):
            return "/staff/"
        return "/"

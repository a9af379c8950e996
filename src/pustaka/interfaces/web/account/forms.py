"""What people write to sign in, in their words."""

from typing import Any

from allauth.account.forms import LoginForm
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from pustaka.interfaces.web.offline.marks import OWN_DEVICE, is_station


class SignIn(LoginForm):  # type: ignore[misc]
    """Number or e-mail address, and password; and whether the device is one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Your number or e-mail address")
        login.help_text = _("The student number (NIM), lecturer's number (NIDN) or library number on your card.")
        login.widget.attrs.update({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        own = self.fields["remember"]
        own.label = _("This is my own device: remember me")
        own.help_text = _("It then keeps the titles and lists that you open, to be read without a connection.")
        if self.request is not None and is_station(self.request):
            own.disabled, own.widget = True, HiddenInput()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        answer: HttpResponse = super().login(request, redirect_url)
        request.session[OWN_DEVICE] = self.cleaned_data["remember"]
        return answer

"""What people write to sign in, in their words."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignIn(LoginForm):  # type: ignore[misc]
    """Number or e-mail address, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Your number or e-mail address")
        login.help_text = _("The student number (NIM), lecturer's number (NIDN) or library number on your card.")
        login.widget.attrs.update({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

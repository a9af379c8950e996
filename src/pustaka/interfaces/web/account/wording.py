"""Texts of Django and allauth that our translation says better: naming them here lets ours win over theirs."""

from django.utils.translation import gettext_noop as _

BETTER = (
    _("Remember Me"),
    _("Change Password"),
    _("Email Addresses"),
    _("Add Email Address"),
    _("Add Email"),
    _("Email (again)"),
    _("Confirm Email Address"),
    _("Confirmation email sent to %(email)s."),
    _("Too many failed login attempts. Try again later."),
    _("Incorrect code."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
    _("This password is too common."),
    _("This password is entirely numeric."),
)

from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with loans and holds."""

    LEND = "circulation.lend", _("May lend, take back, renew, and place holds for readers.")
    OVERRIDE = "circulation.override", _("May lend although the rules say no, with a reason that is kept.")
    RESOLVE = "circulation.resolve", _("May say that a copy is lost, damaged or was returned after all.")
    CLEAR = "circulation.clear", _("May issue the letter that somebody owes the library nothing.")
    LOAD = "circulation.load", _("May bring in loans of another system.")
    SET_RULES = "circulation.set_rules", _("May change the rules of lending, renewing, holds and fines.")

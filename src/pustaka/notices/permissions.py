from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with letters to people."""

    WRITE = "notices.write", _("May change the words of the letters that the library sends.")
    SEE_DELIVERIES = "notices.see_deliveries", _("May see which letters went out or failed, and try again.")

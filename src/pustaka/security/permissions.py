from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do at the door."""

    COUNT_VISITS = "security.count_visits", _("May open the screen at the door on which visitors sign in.")

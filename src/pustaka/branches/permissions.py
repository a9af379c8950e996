from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with the library's places."""

    DRAW_PLANS = "branches.draw_plans", _("May draw the floor plans, and say which shelf holds which call numbers.")

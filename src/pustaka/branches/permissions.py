from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with the library's places."""

    DRAW_PLANS = "branches.draw_plans", _("May draw the floor plans, and say which shelf holds which call numbers.")
    SET_CALENDAR = "branches.set_calendar", _("May set opening hours, closing days, holidays and terms.")
    SET_UNITS = "branches.set_units", _("May name faculties and study programmes.")

from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with figures."""

    SEE = "reporting.see", _("May see the figures of use, and take them along as files.")

from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with people."""

    GRANT_ROLES = "patrons.grant_roles", _("May give roles to people and take them away.")
    ADD_PATRON = "patrons.add", _("May add people.")

from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with the search."""

    REBUILD = "discovery.rebuild", _("May have the search index built anew.")

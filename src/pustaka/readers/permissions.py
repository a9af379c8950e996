from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with what readers write."""

    MODERATE = "readers.moderate", _("May decide which reviews, tags and public lists of readers are shown.")
    ANSWER = "readers.answer", _("May answer what readers report about records.")

"""Faculties and study programmes."""

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.branches.models import OrganizationalUnit
from pustaka.branches.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid


@transaction.atomic
def put(
    *, code: str, name: str, parent: OrganizationalUnit | None = None, is_active: bool = True, by: Actor
) -> OrganizationalUnit:
    """The unit of that code, with this name and faculty; a new one where there is none.

    Raises:
        NotPermitted: `by` may not change faculties and programmes.
        Invalid: code or name are empty, or the parent is itself a programme or this unit.
    """
    by.require(Permission.SET_UNITS)
    code, name = code.strip(), " ".join(name.split())
    if not code or not name:
        raise Invalid(_("A faculty or programme needs a code and a name."))
    if parent is not None and (parent.parent_id is not None or parent.code == code):
        raise Invalid(_("A study programme belongs to a faculty, not to another programme."))
    return OrganizationalUnit.objects.update_or_create(
        code=code, defaults={"name": name[:120], "parent": parent, "is_active": is_active}
    )[0]

"""What people do in the library."""

from datetime import datetime

from django.db import transaction

from pustaka.branches.models import Branch
from pustaka.foundation.actors import Actor
from pustaka.patrons.models import Patron, Role, RoleGrant
from pustaka.patrons.permissions import Permission


@transaction.atomic
def grant(*, patron: Patron, role: Role, branch: Branch | None = None, at: datetime, by: Actor) -> RoleGrant:
    """Give `role`; giving it again changes at most the branch where the person works.

    Raises:
        NotPermitted: `by` may not give roles.
    """
    by.require(Permission.GRANT_ROLES)
    given, is_new = RoleGrant.objects.get_or_create(
        patron=patron, role=role, defaults={"granted_at": at, "granted_by": by.name, "branch": branch}
    )
    if not is_new and branch is not None and given.branch_id != branch.pk:
        given.branch = branch
        given.save(update_fields=["branch"])
    return given


@transaction.atomic
def revoke(*, patron: Patron, role: Role, by: Actor) -> None:
    """Take `role` away; the person needn't hold it.

    Raises:
        NotPermitted: `by` may not take roles away.
    """
    by.require(Permission.GRANT_ROLES)
    RoleGrant.objects.filter(patron=patron, role=role).delete()

"""The letter of clearance: that somebody owes the library nothing."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.circulation import queries
from pustaka.circulation.models import Clearance, Hold
from pustaka.circulation.permissions import Permission
from pustaka.circulation.services import holds
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.patrons import queries as patrons
from pustaka.patrons.services import people


class NotClear(DomainError):
    """Something stands in the way still; `left` holds all of it."""

    def __init__(self, left: queries.InTheWay) -> None:
        super().__init__(_("Something still stands in the way of the letter. The page names all of it."))
        self.left = left


@transaction.atomic
def issue(*, patron_id: int, at: datetime, by: Actor) -> Clearance:
    """The letter, numbered within the year; what the person waits for is given up with it.

    Raises:
        NotPermitted: it is somebody else's, and `by` may not issue letters.
        NotClear: copies are out, kept, or money is owed.
    """
    by.require_for(patron_id, Permission.CLEAR)
    patron = people.lock(patron_id=patron_id)
    if left := queries.in_the_way(patron):
        raise NotClear(left)
    for hold in queries.holds_of(patron).filter(state=Hold.State.WAITING):
        holds.cancel(hold_id=hold.pk, at=at, by=by)
    joined = patrons.by_id(patron_id)
    units = [unit.name for unit in (joined.unit, joined.unit.parent if joined.unit else None) if unit]
    return Clearance.objects.create(
        token=secrets.token_urlsafe(24), number=_number(at), patron=patron, name=patron.name,
        person_number=patron.number, unit=", ".join(units)[:250], issued_at=at, issued_by=by.name[:200],
    )  # fmt: skip


@transaction.atomic
def revoke(*, clearance_id: int, reason: str, at: datetime, by: Actor) -> Clearance:
    """The letter doesn't hold any more: something came to light after it.

    Raises:
        NotPermitted: `by` may not issue letters.
        NotFound: there is no such letter.
        Invalid: no reason was given.
    """
    by.require(Permission.CLEAR)
    if not reason.strip():
        raise Invalid(_("Say why the letter doesn't hold any more."))
    found = Clearance.objects.select_for_update().filter(pk=clearance_id).first()
    if found is None:
        raise NotFound(_("There is no such letter."))
    if found.revoked_at is None:
        found.revoked_at, found.revoked_because = at, reason.strip()[:300]
        found.save(update_fields=["revoked_at", "revoked_because"])
    return found


def _number(at: datetime) -> str:
    """The next of its year; the lock on the newest letter lets two desks number one after the other."""
    Clearance.objects.select_for_update().order_by("-pk").first()
    before = Clearance.objects.filter(issued_at__year=at.year).count()
    return f"{before + 1:04}/BP/{at.year}"

"""A person is forgotten: their own wish, where nothing is owed and nothing is out (law 27/2022, article 8)."""

from datetime import datetime

from django.db import transaction

from pustaka.circulation import queries
from pustaka.circulation.events import PatronForgotten
from pustaka.circulation.models import Clearance, Hold, Loan
from pustaka.circulation.services.clearance import NotClear
from pustaka.foundation.actors import Actor
from pustaka.foundation.events import publish
from pustaka.patrons.permissions import Permission
from pustaka.patrons.services import people


@transaction.atomic
def forget(*, patron_id: int, at: datetime, by: Actor) -> None:
    """Empty what is personal, everywhere; figures and the lines of the ledger stay, and name nobody.

    Raises:
        NotPermitted: it is somebody else, and `by` may not edit people.
        NotClear: copies are out or kept, or money is owed, in either direction.
    """
    by.require_for(patron_id, Permission.EDIT_PATRON)
    patron = people.lock(patron_id=patron_id)
    left = queries.in_the_way(patron)
    if left or patron.balance_idr:
        raise NotClear(left)
    Hold.objects.filter(patron=patron).delete()
    Loan.objects.filter(patron=patron).update(patron=None)
    Clearance.objects.filter(patron=patron).update(patron=None)
    people.empty(patron=patron, on=at.date())
    publish(PatronForgotten(at=at, patron_id=patron_id))

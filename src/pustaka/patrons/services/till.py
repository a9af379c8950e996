"""The money of a counter, from opening to closing."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.patrons import rules
from pustaka.patrons.models import Receipt, TillSession
from pustaka.patrons.permissions import Permission


def current(*, branch: Branch) -> TillSession | None:
    """The open till of the branch, locked until the transaction ends so that it can't be closed under a payment."""
    return TillSession.objects.select_for_update().filter(branch=branch, closed_at=None).first()


@transaction.atomic
def open_till(*, branch: Branch, float_idr: int, at: datetime, by: Actor) -> TillSession:
    """Begin a day at the counter with so much change in the till.

    Raises:
        NotPermitted: `by` may not take money.
        Invalid: it is open already, or the change is negative.
    """
    by.require(Permission.TAKE_MONEY)
    if float_idr < 0:
        raise Invalid(_("The change in the till can't be less than nothing."))
    if current(branch=branch) is not None:
        raise Invalid(_("The till of %(branch)s is open already.") % {"branch": branch.name})
    return TillSession.objects.create(branch=branch, float_idr=float_idr, opened_at=at, opened_by=by.name)


def expected(*, session: TillSession) -> int:
    """What must be in the till: the change and all cash since, less what was paid back."""
    cash = Receipt.objects.filter(till=session, method="cash").aggregate(sum=Sum("amount_idr"))["sum"] or 0
    return session.float_idr + cash


@transaction.atomic
def close(*, branch: Branch, counted_idr: int, note: str = "", at: datetime, by: Actor) -> TillSession:
    """End the day: what was counted stands beside what was expected.

    Raises:
        NotPermitted: `by` may not take money.
        Invalid: it isn't open, or the count differs and nothing is said about it.
    """
    by.require(Permission.TAKE_MONEY)
    session = current(branch=branch)
    if session is None:
        raise Invalid(_("The till of %(branch)s isn't open.") % {"branch": branch.name})
    due = expected(session=session)
    if counted_idr != due and not note.strip():
        raise Invalid(
            _("Counted Rp%(counted)s, expected Rp%(due)s. Count again, or say in the note why they differ.")
            % {"counted": rules.grouped(counted_idr), "due": rules.grouped(due)}
        )
    session.closed_at, session.closed_by = at, by.name
    session.expected_idr, session.counted_idr, session.note = due, counted_idr, note.strip()[:300]
    session.save()
    return session

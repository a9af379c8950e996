"""Returns: a copy comes back, and the desk learns what to do with it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.catalog.models import Item
from pustaka.catalog.services import items
from pustaka.circulation import fines, queries
from pustaka.circulation.events import LoanEnded
from pustaka.circulation.fines import Fine
from pustaka.circulation.models import InsideUse, Loan
from pustaka.circulation.permissions import Permission
from pustaka.circulation.policy import Place, Unit
from pustaka.circulation.services import catching
from pustaka.circulation.services.catching import Next, Way
from pustaka.circulation.services.loans import about, title_of
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.foundation.events import publish
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Entry, Patron
from pustaka.patrons.services import account, blocks, people


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of it: the loan that ended, where there was one; what it cost; what to do next."""

    next: Next
    loan: Loan | None = None
    fine: Fine = fines.NOTHING
    credited_idr: int = 0


@transaction.atomic
def check_in(*, item_id: int, branch: Branch, at: datetime, by: Actor) -> Returned:
    """Take a copy back, lent or not, at that branch.

    A copy that was lost is found: the price comes off the account. A copy that waits on the hold shelf stays there.

    Raises:
        NotPermitted: `by` may not take copies back.
        NotFound: the copy is gone.
        Invalid: it is withdrawn, or the loan began after `at`.
    """
    by.require(Permission.LEND)
    lent = queries.open_loan_of(item_id)
    patron = people.lock(patron_id=lent.patron_id) if lent is not None and lent.patron_id is not None else None
    item = items.lock(item_id=item_id)
    loan = queries.open_loan_of(item_id) if item.status == Item.Status.ON_LOAN or lent is not None else None
    if loan is not None and (patron is None or loan.patron_id != patron.pk):
        raise Invalid(_("Another desk was quicker with this copy. Scan it again."))
    if item.status == Item.Status.WITHDRAWN:
        raise Invalid(_("This copy is withdrawn. Put it aside for the cataloguers."))
    if loan is None or patron is None:
        return Returned(_without_loan(item, branch, at))
    if loan.started_at > at:
        raise Invalid(_("This copy was lent again since. Scan it again."))
    loan.item = item
    cost = late_fine(loan=loan, patron=patron, at=at)
    credited = _found_again(loan, at, by) if loan.lost_at is not None else 0
    _ask_for(cost, loan, patron, at, by)
    loan.returned_at, loan.returned_to = at, branch
    loan.save(update_fields=["returned_at", "returned_to"])
    following = catching.route(item=item, branch=branch, at=at)
    publish(LoanEnded(at=at, loan_id=loan.pk, bib_id=item.bib_id))
    return Returned(following, loan, cost, credited)


def _without_loan(item: Item, branch: Branch, at: datetime) -> Next:
    """A copy that nobody has borrowed: where does it belong?"""
    if item.status in {Item.Status.REPAIR, Item.Status.IN_PROCESS}:
        return Next(Way.ASIDE, item)
    if item.status == Item.Status.REFERENCE and item.branch_id == branch.pk:
        return Next(Way.SHELF, item)
    kept = queries.kept_hold(item.pk)
    if kept is not None:
        if kept.pickup_id != branch.pk:
            return catching.give(hold=kept, item=item, branch=branch, at=at)
        if item.status == Item.Status.IN_TRANSIT:
            catching.arrive(item=item, branch=branch, at=at)
            return catching.give(hold=kept, item=item, branch=branch, at=at)
        return Next(Way.STAYS, item, hold=kept)
    catching.arrive(item=item, branch=branch, at=at)
    return catching.route(item=item, branch=branch, at=at)


def late_fine(*, loan: Loan, patron: Patron, at: datetime) -> Fine:
    """What the loan costs if the copy comes back at that moment, by the rules and the calendar of today."""
    if loan.claimed_at is not None:
        at = min(at, loan.claimed_at)
    if at <= loan.due_at:
        return fines.NOTHING
    return fines.fine(
        due_at=queries.in_zone(loan.due_at, loan.branch), returned_at=queries.in_zone(at, loan.branch),
        unit=Unit(loan.counts_in), calendar=branches.calendar_of(loan.branch), price_idr=loan.item.price_idr,
        policy=queries.rule_book().policy(Place(loan.branch_id, patron.category_id, loan.item_type_id)),
    )  # fmt: skip


def _ask_for(cost: Fine, loan: Loan, patron: Patron, at: datetime, by: Actor) -> None:
    if cost.amount_idr:
        account.charge(
            patron=patron, amount_idr=cost.amount_idr, cause=Entry.Cause.OVERDUE, text=title_of(loan=loan),
            about=about(loan=loan), branch=loan.branch, at=at, by=by,
        )  # fmt: skip
    if cost.suspension_days:
        blocks.suspend(
            patron=patron, days=cost.suspension_days, at=at, by=by,
            reason=_("Returned late: %(title)s") % {"title": title_of(loan=loan)},
        )  # fmt: skip


def _found_again(loan: Loan, at: datetime, by: Actor) -> int:
    """Take back what was charged for the lost copy; say how much."""
    sum_idr = 0
    for entry in patrons.charges_about(about(loan=loan)).filter(cause=Entry.Cause.LOST):
        left = account.creditable(entry=entry)
        if left > 0:
            account.credit(entry=entry, amount_idr=left, text=_("Found again"), at=at, by=by)
            sum_idr += left
    return sum_idr


@transaction.atomic
def use_inside(*, item_id: int, branch: Branch, at: datetime, by: Actor) -> InsideUse:
    """Count a copy that was read here and lay on a table; where it is doesn't change.

    Raises:
        NotPermitted: `by` may not.
        Invalid: it is lent; take it back instead.
    """
    by.require(Permission.LEND)
    item = items.lock(item_id=item_id)
    if item.status == Item.Status.ON_LOAN:
        raise Invalid(_("This copy is lent. Take it back instead."))
    return InsideUse.objects.create(item=item, branch=branch, at=at)

"""Loans: lending, renewing, recalling, and what becomes of a copy that doesn't come back.

The desk, the kiosk, SIP2 and the API all come here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.catalog.models import Item
from pustaka.catalog.services import items
from pustaka.circulation import queries
from pustaka.circulation.due import END_OF_DAY
from pustaka.circulation.events import LoanEnded, LoanRecalled, LoanRenewed, LoanStarted
from pustaka.circulation.models import Hold, Loan, Renewal
from pustaka.circulation.permissions import Permission
from pustaka.circulation.policy import Place
from pustaka.circulation.rules import Reason, Refusal
from pustaka.circulation.services import catching
from pustaka.circulation.words import CheckOutRefused, RenewalRefused
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Entry, Patron
from pustaka.patrons.services import account, people

MOST_RENEWED_AT_ONCE = 200


@transaction.atomic
def check_out(*, item_id: int, patron_id: int, branch: Branch, override: str = "", at: datetime, by: Actor) -> Loan:
    """Lend a copy to a person. One's own loan, lent again, is a renewal.

    Args:
        branch: where it is lent; its rules and calendar hold.
        override: why it is lent although the rules say no; it stays with the loan.

    Raises:
        NotPermitted: `by` may not lend, or not override.
        CheckOutRefused: the rules say no; `reasons` holds all of them.
        NotFound: the copy or the person is gone.
    """
    by.require(Permission.LEND)
    if not patrons.is_known(patron_id):
        raise NotFound(_("There is no such person any more."))
    patron = people.lock(patron_id=patron_id)
    item = items.lock(item_id=item_id)
    if item.status == Item.Status.ON_LOAN:
        own = Loan.objects.filter(item=item.pk, patron=patron, returned_at=None).first()
        if own is not None:
            return renew(loan_id=own.pk, at=at, by=by)
    case = queries.check_out_case(item=item, patron=patron, branch=branch, at=at)
    refusals = list(case.refusals)
    if not refusals and case.due_at is not None and case.due_at <= at:
        refusals.append(Refusal(Reason.NOT_LATER, on=case.due_at))
    _check(refusals, override, by)
    if case.due_at is None:
        raise CheckOutRefused(refusals)
    _end_holds(item, patron, at)
    if item.status == Item.Status.IN_TRANSIT:
        catching.arrive(item=item, branch=branch, at=at)
    loan = Loan.objects.create(
        item=item, bib_id=item.bib_id, patron=patron, branch=branch, category_id=patron.category_id,
        unit_id=patron.unit_id, item_type_id=item.item_type_id, started_at=at, due_at=case.due_at,
        counts_in=case.policy.loan_unit, is_onsite=case.policy.is_onsite, lent_by=by.name[:200],
        override=override.strip()[:300] if refusals else "",
    )  # fmt: skip
    items.circulate(item=item, status=Item.Status.ON_LOAN)
    publish(LoanStarted(at=at, loan_id=loan.pk, bib_id=item.bib_id))
    return loan


def may_override(*, refused: CheckOutRefused, by: Actor) -> bool:
    """Whether this person may decide otherwise, with a reason."""
    return refused.may_be_overridden and by.may(Permission.OVERRIDE)


def _check(refusals: Sequence[Refusal], override: str, by: Actor) -> None:
    if not refusals:
        return
    refused = CheckOutRefused(refusals)
    if not override.strip() or not refused.may_be_overridden:
        raise refused
    by.require(Permission.OVERRIDE)


def _end_holds(item: Item, patron: Patron, at: datetime) -> None:
    """What the person has waited for is fetched; somebody else for whom it was kept waits again, in the same place."""
    kept = queries.kept_hold(item.pk)
    if kept is not None and kept.patron_id != patron.pk:
        Hold.objects.filter(pk=kept.pk).update(state=Hold.State.WAITING, item_kept=None, ready_at=None, kept_until=None)
        kept = None
    if kept is None:
        waiting = Hold.objects.filter(
            Q(item=None) | Q(item=item.pk), patron=patron, bib=item.bib_id, state=Hold.State.WAITING
        )
        kept = waiting.order_by("rank").first()
    if kept is not None:
        Hold.objects.filter(pk=kept.pk).update(state=Hold.State.FETCHED, item_kept=item, ended_at=at)


# --- Renewing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def renew(*, loan_id: int, at: datetime, by: Actor, itself: bool = False) -> Loan:
    """Make a loan longer: by the reader whose loan it is, by the desk, or by itself in the night.

    Raises:
        NotPermitted: it is somebody else's loan, and `by` may not lend.
        NotFound: there is no such loan.
        RenewalRefused: the rules say no; `reasons` holds all of them.
    """
    loan, patron = locked(loan_id=loan_id)
    by.require_for(patron.pk, Permission.LEND)
    if loan.returned_at is not None:
        raise RenewalRefused([Refusal(Reason.NO_LOAN)])
    case = queries.renewal_case(loan=loan, patron=patron, at=at)
    if case.refusals or case.due_at is None:
        raise RenewalRefused(case.refusals)
    whom = Renewal.By.ITSELF if itself else Renewal.By.READER if by.patron_id == patron.pk else Renewal.By.STAFF
    Renewal.objects.create(loan=loan, at=at, due_before=loan.due_at, due_after=case.due_at, by_whom=whom)
    loan.due_at, loan.renewals = case.due_at, loan.renewals + 1
    loan.save(update_fields=["due_at", "renewals"])
    publish(LoanRenewed(at=at, loan_id=loan.pk, is_automatic=itself))
    return loan


@dataclass(frozen=True, slots=True)
class Renewed:
    """What became of each loan: longer now, or why not."""

    loan: Loan
    refused: RenewalRefused | None = None


def renew_all(*, patron: Patron, at: datetime, by: Actor) -> list[Renewed]:
    """Renew everything that can be renewed; each by itself, so that one that can't holds up no other.

    Raises:
        NotPermitted: it is somebody else, and `by` may not lend.
    """
    by.require_for(patron.pk, Permission.LEND)
    done = []
    for loan in queries.open_loans(patron)[:MOST_RENEWED_AT_ONCE]:
        try:
            done.append(Renewed(renew(loan_id=loan.pk, at=at, by=by)))
        except RenewalRefused as refused:
            done.append(Renewed(loan, refused))
    return done


def locked(*, loan_id: int) -> tuple[Loan, Patron]:
    """The loan and its person, both locked with the copy, in the order that holds everywhere.

    Raises:
        NotFound: there is no such loan, or its person is forgotten already.
    """
    found = Loan.objects.filter(pk=loan_id).values_list("patron", "item").first()
    if found is None or found[0] is None:
        raise NotFound(_("There is no such loan any more."))
    patron = people.lock(patron_id=found[0])
    item = items.lock(item_id=found[1])
    loan = Loan.objects.select_related("branch").get(pk=loan_id)
    loan.item = item
    return loan, patron


# --- Asking it back --------------------------------------------------------------------------------------------------


@transaction.atomic
def recall(*, loan_id: int, at: datetime, by: Actor) -> Loan:
    """Ask for a copy earlier, because somebody waits; the reader keeps it for at least as long as the rules promise.

    Raises:
        NotPermitted: `by` may not lend.
        Invalid: it is back, was recalled already, or nobody waits.
    """
    by.require(Permission.LEND)
    loan, patron = locked(loan_id=loan_id)
    if loan.returned_at is not None:
        raise Invalid(_("The copy is back already."))
    if loan.recalled_at is not None:
        raise Invalid(_("It was recalled already."))
    if not queries.queue_length(loan.bib_id):
        raise Invalid(_("Nobody waits for this title."))
    held = queries.rule_book().policy(Place(loan.branch_id, patron.category_id, loan.item_type_id))
    local = queries.in_zone(at, loan.branch)
    promised = datetime.combine(local.date() + timedelta(days=held.recall_keeps), END_OF_DAY, local.tzinfo)
    loan.recalled_at, loan.due_at = at, min(loan.due_at, promised)
    loan.save(update_fields=["recalled_at", "due_at"])
    publish(LoanRecalled(at=at, loan_id=loan.pk))
    return loan


# --- What doesn't come back ------------------------------------------------------------------------------------------


@transaction.atomic
def claim_returned(*, loan_id: int, at: datetime, by: Actor) -> Loan:
    """The reader says that it was returned; somebody looks on the shelves, and no fine grows meanwhile.

    Raises:
        NotPermitted: it isn't one's own loan, and `by` may not lend.
        Invalid: it is back already.
    """
    loan, patron = locked(loan_id=loan_id)
    by.require_for(patron.pk, Permission.LEND)
    if loan.returned_at is not None:
        raise Invalid(_("The copy is back already."))
    if loan.claimed_at is None:
        loan.claimed_at = at
        loan.save(update_fields=["claimed_at"])
    return loan


@transaction.atomic
def settle_claim(*, loan_id: int, was_returned: bool, at: datetime, by: Actor) -> Loan:
    """The reader was right, and the copy counts as missing without any charge; or the claim is put aside.

    Raises:
        NotPermitted: `by` may not settle it.
        Invalid: nothing is claimed.
    """
    by.require(Permission.RESOLVE)
    loan, _patron = locked(loan_id=loan_id)
    if loan.claimed_at is None or loan.returned_at is not None:
        raise Invalid(_("Nothing is claimed of this loan."))
    if was_returned:
        loan.returned_at, loan.returned_to = at, loan.branch
        items.circulate(item=loan.item, status=Item.Status.MISSING)
        publish(LoanEnded(at=at, loan_id=loan.pk, bib_id=loan.bib_id))
    else:
        loan.claimed_at = None
    loan.save(update_fields=["returned_at", "returned_to", "claimed_at"])
    return loan


@transaction.atomic
def declare_lost(*, loan_id: int, at: datetime, by: Actor) -> Entry | None:
    """The copy won't come back: its price and the fee are charged; None where it has no price and there is no fee.

    Raises:
        NotPermitted: `by` may not say so.
        Invalid: it is back, or was declared lost already.
    """
    by.require(Permission.RESOLVE)
    loan, patron = locked(loan_id=loan_id)
    if loan.returned_at is not None or loan.lost_at is not None:
        raise Invalid(_("The copy is back already, or counts as lost already."))
    loan.lost_at = at
    loan.save(update_fields=["lost_at"])
    held = queries.rule_book().policy(Place(loan.branch_id, patron.category_id, loan.item_type_id))
    amount = (loan.item.price_idr or 0) + held.lost_fee
    if not amount:
        return None
    return account.charge(
        patron=patron, amount_idr=amount, cause=Entry.Cause.LOST, text=title_of(loan=loan), about=about(loan=loan),
        branch=loan.branch, at=at, by=by,
    )  # fmt: skip


@transaction.atomic
def charge_damage(*, loan_id: int, amount_idr: int, text: str, at: datetime, by: Actor) -> Entry:
    """What a damaged copy costs, to the one who had it last.

    Raises:
        NotPermitted: `by` may not say so.
        Invalid: the amount isn't positive, or nothing is said of the damage.
    """
    by.require(Permission.RESOLVE)
    loan, patron = locked(loan_id=loan_id)
    if amount_idr <= 0 or not text.strip():
        raise Invalid(_("Say what is damaged, and what it costs."))
    return account.charge(
        patron=patron, amount_idr=amount_idr, cause=Entry.Cause.DAMAGE, text=f"{title_of(loan=loan)}: {text.strip()}",
        about=about(loan=loan), branch=loan.branch, at=at, by=by,
    )  # fmt: skip


def about(*, loan: Loan) -> str:
    """How the ledger names the loan."""
    return f"loan:{loan.pk}"


def title_of(*, loan: Loan) -> str:
    """Title and barcode, for the ledger."""
    return f"{loan.item.bib.title[:200]} ({loan.item.barcode})"

"""What happens by itself, once a day. Each part may be run again: what is done is done."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q

from pustaka.circulation import queries
from pustaka.circulation.models import Hold, Loan
from pustaka.circulation.policy import Place
from pustaka.circulation.services import holds, letters, loans
from pustaka.circulation.words import RenewalRefused
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import DomainError

log = logging.getLogger(__name__)

LINK_KEPT_FOR = timedelta(days=90)  # from the return: time to find out who has damaged a copy


@dataclass(frozen=True, slots=True)
class Night:
    """How many of each."""

    holds_ended: int = 0
    renewed: int = 0
    lost: int = 0
    due_soon: int = 0
    overdue: int = 0
    memberships: int = 0
    links_cut: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{one.name} {getattr(self, one.name)}" for one in fields(self))


def run(*, at: datetime) -> Night:
    """End holds, renew what renews itself, declare lost, write letters, cut links to old loans."""
    ended = _end_holds(at)
    renewed = _renew(at)
    lost = _lose(at)
    return Night(
        ended, renewed, lost, letters.tell_due_soon(at=at), letters.tell_overdue(at=at),
        letters.tell_membership_ends(at=at), cut_links(at=at),
    )  # fmt: skip


def cut_links(*, at: datetime) -> int:
    """Forget who had old loans, unless the reader wants to see them; say how many links were cut.

    A loan on which something is owed stays linked through the ledger, which names the loan.
    """
    old = Loan.objects.filter(returned_at__lt=at - LINK_KEPT_FOR, patron__isnull=False, patron__keeps_history=False)
    return old.update(patron=None)


def _end_holds(at: datetime) -> int:
    today = at.date()
    late = Q(state=Hold.State.READY, kept_until__lt=today) | Q(state=Hold.State.WAITING, wanted_until__lt=today)
    done = 0
    for hold_id in list(Hold.objects.filter(late).order_by("rank").values_list("pk", flat=True)):
        done += _tried(partial(holds.expire, hold_id=hold_id, at=at))
    return done


def _renew(at: datetime) -> int:
    """What is due within a day, where the rules say that it renews itself."""
    book, done = queries.rule_book(), 0
    due = Loan.objects.filter(returned_at=None, due_at__range=(at, at + timedelta(days=1)), recalled_at=None)
    rows = due.values_list("pk", "branch", "patron__category", "item_type", "started_at")
    for pk, branch, category, item_type, started_at in list(rows):
        held = book.policy(Place(branch, category, item_type))
        stop = held.renews_itself_for
        if held.renews_itself and (stop is None or at < started_at + timedelta(days=stop)):
            done += _tried(partial(loans.renew, loan_id=pk, at=at, by=SYSTEM, itself=True))
    return done


def _lose(at: datetime) -> int:
    book, done = queries.rule_book(), 0
    late = Loan.objects.filter(returned_at=None, lost_at=None, claimed_at=None, due_at__lt=at - timedelta(days=1))
    rows = late.values_list("pk", "branch", "patron__category", "item_type", "due_at")
    for pk, branch, category, item_type, due_at in rows.iterator(chunk_size=5000):
        after = book.policy(Place(branch, category, item_type)).lost_after
        if after is not None and due_at < at - timedelta(days=after):
            done += _tried(partial(loans.declare_lost, loan_id=pk, at=at, by=SYSTEM))
    return done


def _tried(deed: Callable[[], object]) -> int:
    """Whether it was done; what is refused is no reason to stop the night, nor is a defect in one of thousands."""
    try:
        deed()
    except RenewalRefused:
        return 0
    except DomainError as error:
        log.warning("nightly run: %s", error)
        return 0
    return 1

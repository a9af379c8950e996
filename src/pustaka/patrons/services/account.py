"""The account: an append-only ledger in whole rupiah. Every write holds the lock on the person's row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons import rules
from pustaka.patrons.models import Entry, OpenCharge, Patron, Receipt, TillSession
from pustaka.patrons.permissions import Permission
from pustaka.patrons.services import people, till

Kind = Entry.Kind


@dataclass(frozen=True, slots=True)
class Payment:
    """What was paid in one go: the paper, and the line on each charge that it settled."""

    receipt: Receipt
    entries: Sequence[Entry]


def charge(
    *, patron: Patron, amount_idr: int, cause: str, text: str, about: str = "", branch: Branch | None = None,
    at: datetime, by: Actor,
) -> Entry:  # fmt: skip
    """Write down what somebody owes. Rooms above ask it in their transaction; a person comes by `charge_by_hand`.

    Raises:
        ValueError: the amount isn't positive.
    """
    if amount_idr <= 0:
        raise ValueError("a charge is positive")
    people.lock(patron_id=patron.pk)
    entry = _write(
        Entry(
            patron=patron, kind=Kind.CHARGE, amount_idr=amount_idr, cause=cause, text=text[:300], about=about,
            branch=branch, at=at, by=by.name,
        )
    )  # fmt: skip
    OpenCharge.objects.create(entry=entry, patron=patron, open_idr=amount_idr)
    return entry


@transaction.atomic
def charge_by_hand(
    *, patron: Patron, amount_idr: int, cause: str, text: str, branch: Branch | None, at: datetime, by: Actor
) -> Entry:
    """A charge that a member of the staff writes: a new card, a damaged book.

    Raises:
        NotPermitted: `by` may not write charges.
        Invalid: the amount isn't positive, or nothing is said about it.
    """
    by.require(Permission.TAKE_MONEY)
    if not 0 < amount_idr <= rules.MOST_IDR:
        raise Invalid(_("A charge is at least Rp1."))
    if cause not in Entry.Cause.values or not text.strip():
        raise Invalid(_("Say what the charge is for."))
    return charge(patron=patron, amount_idr=amount_idr, cause=cause, text=text.strip(), branch=branch, at=at, by=by)


@transaction.atomic
def pay(
    *, patron: Patron, amount_idr: int, charge_ids: Sequence[int] = (), method: str = "cash", branch: Branch,
    at: datetime, by: Actor,
) -> Payment:  # fmt: skip
    """Take money at the desk: for these charges alone, or for all open ones, the oldest first.

    Raises:
        NotPermitted: `by` may not take money.
        Invalid: nothing is owed, the amount is more than that, or isn't positive; or no till is open.
    """
    by.require(Permission.TAKE_MONEY)
    people.lock(patron_id=patron.pk)
    session = till.current(branch=branch)
    if session is None:
        raise Invalid(_("Open the till of %(branch)s first.") % {"branch": branch.name})
    charges = _open(patron, charge_ids)
    owed = sum(one.open_idr for one in charges)
    if not 0 < amount_idr <= owed:
        raise Invalid(_("Between Rp1 and Rp%(owed)s can be paid here.") % {"owed": rules.grouped(owed)})
    receipt = _receipt(patron, session, amount_idr, method, at, by)
    parts = rules.split(amount_idr, [one.open_idr for one in charges])
    entries = [
        _settle(one, part, Kind.PAYMENT, at=at, by=by, receipt=receipt, branch=branch)
        for one, part in zip(charges, parts, strict=True)
        if part
    ]
    return Payment(receipt, entries)


@transaction.atomic
def waive(*, charge_id: int, amount_idr: int | None = None, reason: str, at: datetime, by: Actor) -> Entry:
    """Ask for a charge no longer, or for a part of it; who and why stay in the ledger.

    Raises:
        NotPermitted: `by` may not waive.
        NotFound: nothing is open on that charge.
        Invalid: no reason was given, or the amount is more than what is open.
    """
    by.require(Permission.WAIVE)
    if not reason.strip():
        raise Invalid(_("A waiver needs a reason."))
    one = _locked_charge(charge_id)
    amount = one.open_idr if amount_idr is None else amount_idr
    if not 0 < amount <= one.open_idr:
        raise Invalid(_("Not more can be waived than is open."))
    return _settle(one, amount, Kind.WAIVER, at=at, by=by, text=reason.strip())


def creditable(*, entry: Entry) -> int:
    """How much of a charge can still be taken back: what it was, less waivers and credits."""
    gone = entry.settlements.filter(kind__in=[Kind.WAIVER, Kind.CREDIT]).aggregate(sum=Sum("amount_idr"))["sum"] or 0
    return int(entry.amount_idr + gone)


def credit(*, entry: Entry, amount_idr: int, text: str, at: datetime, by: Actor) -> Entry:
    """Take back so much of a charge (a lost copy was found). What was paid of it already is then in the person's favor.

    Raises:
        ValueError: more than the charge ever was, less what was waived and credited.
    """
    people.lock(patron_id=entry.patron_id)
    if not 0 < amount_idr <= creditable(entry=entry):
        raise ValueError("more than the charge")
    still_open = OpenCharge.objects.filter(entry=entry).first()
    if still_open is not None:
        _lower(still_open, min(amount_idr, still_open.open_idr))
    return _write(
        Entry(
            patron_id=entry.patron_id, kind=Kind.CREDIT, amount_idr=-amount_idr, cause=entry.cause, settles=entry,
            about=entry.about, text=text[:300], branch_id=entry.branch_id, at=at, by=by.name,
        )
    )  # fmt: skip


@transaction.atomic
def refund(*, patron: Patron, amount_idr: int, reason: str, branch: Branch, at: datetime, by: Actor) -> Payment:
    """Pay back what is in the person's favor.

    Raises:
        NotPermitted: `by` may not pay back.
        Invalid: it is more than that, no reason was given, or no till is open.
    """
    by.require(Permission.WAIVE)
    people.lock(patron_id=patron.pk)
    session = till.current(branch=branch)
    if session is None:
        raise Invalid(_("Open the till of %(branch)s first.") % {"branch": branch.name})
    if not reason.strip():
        raise Invalid(_("Say why the money is paid back."))
    if not 0 < amount_idr <= in_favor(patron=patron):
        raise Invalid(_("There isn't so much in this person's favor."))
    receipt = _receipt(patron, session, -amount_idr, "cash", at, by)
    entry = _write(
        Entry(
            patron=patron, kind=Kind.REFUND, amount_idr=amount_idr, receipt=receipt, text=reason.strip()[:300],
            branch=branch, at=at, by=by.name,
        )
    )  # fmt: skip
    return Payment(receipt, [entry])


def in_favor(*, patron: Patron) -> int:
    """What the library owes the person: what is open less the balance."""
    open_idr = OpenCharge.objects.filter(patron=patron).aggregate(sum=Sum("open_idr"))["sum"] or 0
    balance: int = Patron.objects.values_list("balance_idr", flat=True).get(pk=patron.pk)
    return open_idr - balance


def _open(patron: Patron, charge_ids: Sequence[int]) -> list[OpenCharge]:
    rows = OpenCharge.objects.filter(patron=patron).order_by("entry_id")
    return list(rows.filter(entry__in=charge_ids) if charge_ids else rows)


def _locked_charge(charge_id: int) -> OpenCharge:
    found = OpenCharge.objects.filter(entry=charge_id).first()
    if found is not None:
        people.lock(patron_id=found.patron_id)
        found = OpenCharge.objects.filter(entry=charge_id).first()
    if found is None:
        raise NotFound(_("Nothing is open on that charge."))
    return found


def _settle(
    one: OpenCharge, amount: int, kind: str, *, at: datetime, by: Actor, text: str = "",
    receipt: Receipt | None = None, branch: Branch | None = None,
) -> Entry:  # fmt: skip
    settled = one.entry
    _lower(one, amount)
    return _write(
        Entry(
            patron_id=one.patron_id, kind=kind, amount_idr=-amount, cause=settled.cause, settles=settled,
            receipt=receipt, about=settled.about, text=text[:300], branch=branch, at=at, by=by.name,
        )
    )  # fmt: skip


def _lower(one: OpenCharge, amount: int) -> None:
    if amount == one.open_idr:
        OpenCharge.objects.filter(pk=one.pk).delete()
    else:
        OpenCharge.objects.filter(pk=one.pk).update(open_idr=F("open_idr") - amount)


def _write(entry: Entry) -> Entry:
    entry.save(force_insert=True)
    Patron.objects.filter(pk=entry.patron_id).update(balance_idr=F("balance_idr") + entry.amount_idr)
    return entry


def _receipt(patron: Patron, session: TillSession, amount: int, method: str, at: datetime, by: Actor) -> Receipt:
    count = Receipt.objects.filter(till=session).count()
    return Receipt.objects.create(
        number=f"{session.pk}-{count + 1:04}", patron=patron, till=session, amount_idr=amount, method=method[:20],
        at=at, by=by.name,
    )  # fmt: skip

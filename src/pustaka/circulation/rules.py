"""Why something is refused: all reasons at once. Plain Python, no clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from pustaka.circulation.policy import Policy


class Reason(StrEnum):
    """Why a loan, a renewal or a hold is refused. Its words are in `words`."""

    EXPIRED = "expired"
    LEFT = "left"
    BLOCKED = "blocked"
    DEBT = "debt"
    OVERDUE = "overdue"
    LIMIT_TOTAL = "limit_total"
    LIMIT_TYPE = "limit_type"
    LIMIT_ONSITE = "limit_onsite"
    NOT_LENT = "not_lent"
    STATE = "state"
    LENT = "lent"
    KEPT = "kept"
    WANTED = "wanted"
    CLOSED = "closed"
    NO_LOAN = "no_loan"
    TOO_SOON = "too_soon"
    TOO_MANY = "too_many"
    RECALLED = "recalled"
    NOT_LATER = "not_later"
    CLAIMED = "claimed"
    HAS_IT = "has_it"
    HOLDS_IT = "holds_it"
    HOLD_LIMIT = "hold_limit"
    NO_HOLDS = "no_holds"
    NO_COPY = "no_copy"


# A membership that has ended is to be extended, a lent copy to be taken back: nobody decides past that.
NEVER_OVERRIDDEN = frozenset({
    Reason.EXPIRED, Reason.LEFT, Reason.LENT, Reason.NO_LOAN, Reason.CLOSED, Reason.NOT_LATER, Reason.HAS_IT,
    Reason.HOLDS_IT, Reason.NO_COPY,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason with what it says in figures, names and days."""

    reason: Reason
    count: int = 0
    most: int = 0
    text: str = ""
    on: date | datetime | None = None

    @property
    def may_be_overridden(self) -> bool:
        return self.reason not in NEVER_OVERRIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of the reader. Counts are of open loans; `blocks` are reason and last day."""

    is_expired: bool = False
    has_left: bool = False
    blocks: Sequence[tuple[str, date | None]] = ()
    owed_idr: int = 0
    overdue: int = 0
    loans: int = 0
    loans_of_type: int = 0
    loans_onsite: int = 0
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is known of the copy. `wanted` are waiting holds of others that no other free copy can fill."""

    status: str = "available"
    state_name: str = ""
    lent_to: str = ""
    kept_for: str = ""
    wanted: int = 0


LENDABLE = frozenset({"available", "on_hold", "in_transit"})


def person_refusals(person: Person, policy: Policy) -> list[Refusal]:
    """What stands against the reader, whatever is lent; debt and overdue loans strictly above their limits."""
    found = []
    if person.has_left:
        found.append(Refusal(Reason.LEFT))
    elif person.is_expired:
        found.append(Refusal(Reason.EXPIRED, on=person.valid_until))
    found += [Refusal(Reason.BLOCKED, text=reason, on=until) for reason, until in person.blocks]
    if policy.debt_limit is not None and person.owed_idr > policy.debt_limit:
        found.append(Refusal(Reason.DEBT, count=person.owed_idr, most=policy.debt_limit))
    if policy.overdue_limit is not None and person.overdue > policy.overdue_limit:
        found.append(Refusal(Reason.OVERDUE, count=person.overdue, most=policy.overdue_limit))
    return found


def check_out_refusals(*, person: Person, copy: Copy, policy: Policy, counts_onsite: bool) -> list[Refusal]:
    """Why this copy can't be lent to this reader; empty where it can."""
    found = person_refusals(person, policy)
    loans = person.loans if counts_onsite else person.loans - person.loans_onsite
    if policy.is_onsite and policy.limit_onsite is not None and person.loans_onsite >= policy.limit_onsite:
        found.append(Refusal(Reason.LIMIT_ONSITE, count=person.loans_onsite, most=policy.limit_onsite))
    is_ordinary = counts_onsite or not policy.is_onsite
    if is_ordinary and policy.limit_total is not None and loans >= policy.limit_total:
        found.append(Refusal(Reason.LIMIT_TOTAL, count=loans, most=policy.limit_total))
    if policy.limit_type is not None and person.loans_of_type >= policy.limit_type:
        found.append(Refusal(Reason.LIMIT_TYPE, count=person.loans_of_type, most=policy.limit_type))
    if not policy.lends:
        found.append(Refusal(Reason.NOT_LENT))
    if copy.status == "on_loan":
        found.append(Refusal(Reason.LENT, text=copy.lent_to))
    elif copy.status not in LENDABLE and not (policy.is_onsite and copy.status == "reference"):
        found.append(Refusal(Reason.STATE, text=copy.state_name))
    if copy.kept_for:
        found.append(Refusal(Reason.KEPT, text=copy.kept_for))
    elif copy.wanted:
        found.append(Refusal(Reason.WANTED, count=copy.wanted))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What is known of a loan that is to be renewed; moments in the zone of the library."""

    due_at: datetime
    new_due_at: datetime | None
    renewals: int = 0
    is_recalled: bool = False
    is_claimed: bool = False
    wanted: int = 0


def renewal_refusals(*, person: Person, lent: Lent, policy: Policy, at: datetime) -> list[Refusal]:
    """Why a loan can't be renewed, all of it; empty where it can."""
    found = person_refusals(person, policy)
    if policy.renewal_not_before is not None:
        first = lent.due_at - timedelta(days=policy.renewal_not_before)
        if at < first:
            found.append(Refusal(Reason.TOO_SOON, on=first))
    if lent.renewals >= policy.renewals:
        found.append(Refusal(Reason.TOO_MANY, count=lent.renewals, most=policy.renewals))
    if lent.is_recalled:
        found.append(Refusal(Reason.RECALLED))
    elif lent.wanted:
        found.append(Refusal(Reason.WANTED, count=lent.wanted))
    if lent.is_claimed:
        found.append(Refusal(Reason.CLAIMED))
    if lent.new_due_at is None:
        found.append(Refusal(Reason.CLOSED))
    elif lent.new_due_at <= lent.due_at:
        found.append(Refusal(Reason.NOT_LATER, on=lent.new_due_at))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is known of a hold that is to be placed."""

    has_it: bool = False
    holds_it: int = 0
    holds: int = 0
    copies: int = 1
    policy: Policy = field(default_factory=Policy)


def hold_refusals(*, person: Person, wish: Wish) -> list[Refusal]:
    """Why a hold can't be placed; empty where it can. Debt and overdue loans count as they do for a loan."""
    found = person_refusals(person, wish.policy)
    if not wish.copies:
        found.append(Refusal(Reason.NO_COPY))
    if wish.has_it:
        found.append(Refusal(Reason.HAS_IT))
    if wish.holds_it >= wish.policy.holds_per_title:
        found.append(Refusal(Reason.HOLDS_IT))
    if wish.policy.holds_allowed == 0:
        found.append(Refusal(Reason.NO_HOLDS))
    elif wish.policy.holds_allowed is not None and wish.holds >= wish.policy.holds_allowed:
        found.append(Refusal(Reason.HOLD_LIMIT, count=wish.holds, most=wish.policy.holds_allowed))
    return found

"""What a late return costs, in rupiah or in days. Plain Python, no clock, no database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pustaka.branches.calendars import Calendar
from pustaka.circulation.policy import ChargedAt, Policy, Unit


@dataclass(frozen=True, slots=True)
class Fine:
    """What is to pay, or how many days of no lending; `units` are the days or hours that count as late."""

    amount_idr: int = 0
    suspension_days: int = 0
    units: int = 0
    periods: int = 0


NOTHING = Fine()


def late_units(*, due_at: datetime, returned_at: datetime, unit: Unit, calendar: Calendar | None) -> int:
    """Days (or whole hours) from being due to coming back; without closed days where a calendar is given."""
    if returned_at <= due_at:
        return 0
    if unit == Unit.HOURS:
        return int((returned_at - due_at) / timedelta(hours=1))
    due_on, returned_on = due_at.date(), returned_at.date()
    if calendar is not None:
        return calendar.open_days_between(due_on, returned_on)
    return (returned_on - due_on).days


def periods(*, units: int, policy: Policy) -> int:
    """How many periods of the fine that is: none within grace; begun or ended ones, as the rule says."""
    if units <= policy.fine_grace:
        return 0
    counted = units if policy.fine_counts_grace else units - policy.fine_grace
    whole, rest = divmod(counted, policy.fine_period)
    return whole + (rest > 0 and policy.fine_charged_at == ChargedAt.START)


def fine(
    *, due_at: datetime, returned_at: datetime, unit: Unit, policy: Policy, calendar: Calendar, price_idr: int | None
) -> Fine:
    """What a copy costs that was due then and came back then; both moments in the zone of the library."""
    known = calendar if policy.fine_skips_closed else None
    units = late_units(due_at=due_at, returned_at=returned_at, unit=unit, calendar=known)
    count = periods(units=units, policy=policy)
    if not count:
        return Fine(units=units)
    if policy.suspension_days:
        days = count * policy.suspension_days
        cap = policy.suspension_cap
        return Fine(suspension_days=days if cap is None else min(days, cap), units=units, periods=count)
    amount = count * policy.fine_idr
    if policy.fine_cap is not None:
        amount = min(amount, policy.fine_cap)
    if policy.fine_cap_is_price and price_idr is not None:
        amount = min(amount, price_idr)
    return Fine(amount_idr=amount, units=units, periods=count)

"""When a loan is due. Plain Python, no clock, no database; moments are in the zone of the library."""

from datetime import date, datetime, time, timedelta

from pustaka.branches.calendars import Calendar
from pustaka.circulation.policy import FixedDue, HourEnd, Mode, Policy, Unit

END_OF_DAY = time(23, 59, 59)
DAY = timedelta(days=1)


def due_on(start: date, days: int, *, calendar: Calendar, mode: Mode) -> date:
    """The day on which a loan of so many days is due.

    Raises:
        AlwaysClosed: the library is shut for 60 days in a row.
    """
    if mode == Mode.CALENDAR:
        return calendar.add_open_days(start, days)
    day = start + days * DAY
    if mode == Mode.DAYS:
        return day
    if mode == Mode.DAYWEEK and days and days % 7 == 0 and day.weekday() not in calendar.weekly:
        for _ in range(9):  # weeks; longer than the longest closure
            if not calendar.is_closed(day):
                return day
            day += 7 * DAY
    return calendar.next_open_day(day)


def due_at(
    *, start: datetime, policy: Policy, calendar: Calendar, valid_until: date | None = None, length: int | None = None
) -> datetime:
    """When what is lent at `start` is due: 23:59:59 of a day, or an hour.

    Args:
        start: the moment of lending or renewing, in the zone of the library.
        valid_until: the last day of the membership; no loan lasts longer.
        length: in the unit of the policy; None means that of a loan.

    Raises:
        AlwaysClosed: the library is shut for 60 days in a row.
    """
    length = policy.loan_length if length is None else length
    if policy.loan_unit == Unit.HOURS:
        due = _hours_later(start, length, policy.hour_end, calendar)
    else:
        day = due_on(start.date(), length, calendar=calendar, mode=policy.calendar_mode)
        due = _end_of(_fixed(day, policy), start)
    return due if valid_until is None else min(due, _end_of(valid_until, start))


def _hours_later(start: datetime, hours: int, rule: HourEnd, calendar: Calendar) -> datetime:
    due = start + timedelta(hours=hours)
    if calendar.is_open_at(due):
        return due
    closing = calendar.closing_of(start.date())
    closes = datetime.combine(start.date(), closing, start.tzinfo) if closing else None
    if rule == HourEnd.CLOSING and closes is not None and start < closes <= due:
        return closes
    return calendar.next_opening(due)


def _fixed(day: date, policy: Policy) -> date:
    if policy.fixed_due is None:
        return day
    if policy.fixed_due_as == FixedDue.EXACT:
        return policy.fixed_due
    return (min if policy.fixed_due_as == FixedDue.CEILING else max)(day, policy.fixed_due)


def _end_of(day: date, like: datetime) -> datetime:
    return datetime.combine(day, END_OF_DAY, like.tzinfo)

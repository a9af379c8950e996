"""When a library is open: days, weeks, years and hours. Plain Python, no clock, no database.

The day of a calendar is looked at in this order: a single date (an opening beats a closing), the weekday, the day of
the year; else it is open. Moments are aware and in the zone of the library.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

LONGEST_CLOSURE = 60  # days in a row; a longer one is a mistake in the calendar
DAY = timedelta(days=1)


class AlwaysClosed(ValueError):
    """No open day within 60 days of a date; the calendar has to be mended before anything can be lent."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The opening days and hours of one library.

    weekly: closed weekdays, 0 is Monday. yearly: closed (month, day). hours: of a weekday, spans in order; a weekday
    without any is open all day as far as hours go.
    """

    closed_on: frozenset[date] = frozenset()
    open_on: frozenset[date] = frozenset()
    weekly: frozenset[int] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()
    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)

    def is_closed(self, day: date) -> bool:
        """Whether the library is shut on that day."""
        if day in self.open_on:
            return False
        return day in self.closed_on or day.weekday() in self.weekly or (day.month, day.day) in self.yearly

    def next_open_day(self, day: date) -> date:
        """The day itself, or the first open one after it.

        Raises:
            AlwaysClosed: there is none within 60 days.
        """
        for distance in range(LONGEST_CLOSURE + 1):
            if not self.is_closed(day + distance * DAY):
                return day + distance * DAY
        raise AlwaysClosed(f"no open day within {LONGEST_CLOSURE} days of {day}")

    def add_open_days(self, day: date, count: int) -> date:
        """The `count`-th open day after `day`; for 0 the day itself or the first open one after it.

        Raises:
            AlwaysClosed: there is a span of 60 days without an open one.
        """
        if count == 0:
            return self.next_open_day(day)
        for _ in range(count):
            day = self.next_open_day(day + DAY)
        return day

    def open_days_between(self, one: date, other: date) -> int:
        """How many open days lie after the earlier of the two up to and with the later, in either order."""
        first, last = sorted((one, other))
        return sum(not self.is_closed(day) for day in _days(first + DAY, last))

    def spans(self, day: date) -> tuple[tuple[time, time], ...]:
        """From when to when the library is open on that day; empty where it is shut or no hours are known."""
        return () if self.is_closed(day) else self.hours.get(day.weekday(), ())

    def closing_of(self, day: date) -> time | None:
        """When the library closes for the last time on that day; None where it is shut or no hours are known."""
        spans = self.spans(day)
        return spans[-1][1] if spans else None

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment after `moment` at which the library opens; midnight where no hours are known.

        Raises:
            AlwaysClosed: it doesn't open within 60 days.
        """
        for opens, _closes in self.spans(moment.date()):
            if opens > moment.time():
                return datetime.combine(moment.date(), opens, moment.tzinfo)
        day = self.next_open_day(moment.date() + DAY)
        spans = self.spans(day)
        return datetime.combine(day, spans[0][0] if spans else time.min, moment.tzinfo)

    def is_open_at(self, moment: datetime) -> bool:
        """Whether somebody is there at that moment; on an open day without hours, always."""
        if self.is_closed(moment.date()):
            return False
        spans = self.spans(moment.date())
        return not spans or any(opens <= moment.time() < closes for opens, closes in spans)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY

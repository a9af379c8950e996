"""The calendar of the libraries: hours, closures, terms. What was charged before a change stays as it is."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from importlib import resources

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from pustaka.branches import queries
from pustaka.branches.models import AcademicTerm, Branch, Closure, OpeningHours
from pustaka.branches.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound

LONGEST_SPAN = 366  # days that can be closed in one go


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of the pack; `is_decreed` is False for days that were computed before the government named them."""

    day: date
    name: str
    is_joint_leave: bool
    is_decreed: bool


@transaction.atomic
def set_hours(*, branch: Branch, hours: Mapping[int, Sequence[tuple[time, time]]], by: Actor) -> None:
    """From when to when the branch is open on each weekday (0 is Monday); what isn't named has no hours.

    Raises:
        NotPermitted: `by` may not change the calendar.
        Invalid: a span ends before it begins, or two overlap.
    """
    by.require(Permission.SET_CALENDAR)
    for spans in hours.values():
        last = None
        for opens, closes in sorted(spans):
            if closes <= opens:
                raise Invalid(_("Closing time must be later than opening time."))
            if last is not None and opens < last:
                raise Invalid(_("Two spans of one day overlap."))
            last = closes
    OpeningHours.objects.filter(branch=branch).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(branch=branch, weekday=weekday, opens_at=opens, closes_at=closes)
        for weekday, spans in hours.items()
        for opens, closes in sorted(spans)
    )
    _changed(branch)


@transaction.atomic
def close_days(*, branch: Branch | None, first: date, last: date, name: str, by: Actor) -> int:
    """Shut one branch, or all, on each day from `first` to `last`; say how many days are new.

    Raises:
        NotPermitted: `by` may not change the calendar.
        Invalid: the span is empty or longer than a year.
    """
    by.require(Permission.SET_CALENDAR)
    count = (last - first).days + 1
    if not 1 <= count <= LONGEST_SPAN:
        raise Invalid(_("The last day must not be before the first, nor more than a year after it."))
    days = [date.fromordinal(first.toordinal() + n) for n in range(count)]
    return sum(_put(branch, Closure.Kind.CLOSED, day=day, name=name) for day in days)


@transaction.atomic
def open_day(*, branch: Branch | None, day: date, name: str, by: Actor) -> bool:
    """Open on a day that the calendar would have shut; whether that is new.

    Raises:
        NotPermitted: `by` may not change the calendar.
    """
    by.require(Permission.SET_CALENDAR)
    return _put(branch, Closure.Kind.OPEN, day=day, name=name)


@transaction.atomic
def close_weekly(*, branch: Branch | None, weekday: int, name: str = "", by: Actor) -> bool:
    """Shut on that weekday (0 is Monday); whether that is new.

    Raises:
        NotPermitted: `by` may not change the calendar.
        Invalid: every other weekday is shut already.
    """
    by.require(Permission.SET_CALENDAR)
    if not 0 <= weekday <= 6:
        raise Invalid(_("There are seven weekdays."))
    weekly = queries.closures(branch.pk if branch else None).filter(kind=Closure.Kind.WEEKLY)
    shut = set(weekly.values_list("weekday", flat=True))
    if len(shut | {weekday}) == 7:
        raise Invalid(_("A library that is shut on every weekday never opens."))
    return _put(branch, Closure.Kind.WEEKLY, weekday=weekday, name=name)


@transaction.atomic
def close_yearly(*, branch: Branch | None, month: int, day: int, name: str, by: Actor) -> bool:
    """Shut on that day of every year; whether that is new.

    Raises:
        NotPermitted: `by` may not change the calendar.
        Invalid: there is no such day.
    """
    by.require(Permission.SET_CALENDAR)
    try:
        known = date(2024, month, day)  # a leap year: 29 February counts
    except ValueError as error:
        raise Invalid(_("There is no such day in a year.")) from error
    return _put(branch, Closure.Kind.YEARLY, day=known, name=name)


@transaction.atomic
def drop(*, closure_id: int, by: Actor) -> None:
    """Take an entry out of the calendar; one of the pack won't come back with it.

    Raises:
        NotPermitted: `by` may not change the calendar.
        NotFound: it is gone already.
    """
    by.require(Permission.SET_CALENDAR)
    found = Closure.objects.filter(pk=closure_id, is_dropped=False).first()
    if found is None:
        raise NotFound(_("That entry isn't in the calendar any more."))
    if found.is_from_pack:
        Closure.objects.filter(pk=found.pk).update(is_dropped=True)
    else:
        found.delete()
    _changed(found.branch)


def pack(*, year: int) -> list[Holiday]:
    """National holidays and joint leave of that year, in order; empty where the pack doesn't know it."""
    text = (resources.files("pustaka.branches") / "data" / "holidays.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["day"].startswith(f"{year}-")]
    return [
        Holiday(date.fromisoformat(row["day"]), row["name"], row["kind"] == "joint_leave", row["is_decreed"] == "yes")
        for row in rows
    ]


@transaction.atomic
def load_pack(*, year: int, by: Actor) -> int:
    """Shut all branches on Sundays and on the holidays of that year; say how many entries are new.

    What is there already, or was dropped by hand, stays as it is.

    Raises:
        NotPermitted: `by` may not change the calendar.
        NotFound: the pack doesn't know the year.
    """
    by.require(Permission.SET_CALENDAR)
    holidays = pack(year=year)
    if not holidays:
        raise NotFound(_("The pack of national holidays doesn't know the year %(year)s.") % {"year": str(year)})
    new = int(_put(None, Closure.Kind.WEEKLY, weekday=6, name="", is_from_pack=True))
    return new + sum(
        _put(None, Closure.Kind.CLOSED, day=one.day, name=one.name, is_from_pack=True, is_decreed=one.is_decreed)
        for one in holidays
    )


@transaction.atomic
def set_term(*, code: str, name: str, starts_on: date, ends_on: date, by: Actor) -> AcademicTerm:
    """The term of that code, with these days; a new one where there is none.

    Raises:
        NotPermitted: `by` may not change the calendar.
        Invalid: it ends before it begins, or overlaps with another.
    """
    by.require(Permission.SET_CALENDAR)
    if ends_on <= starts_on:
        raise Invalid(_("A term ends after it begins."))
    other = AcademicTerm.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exclude(code=code).first()
    if other is not None:
        raise Invalid(_("These days overlap with %(term)s.") % {"term": other.name})
    return AcademicTerm.objects.update_or_create(
        code=code, defaults={"name": name, "starts_on": starts_on, "ends_on": ends_on}
    )[0]


@transaction.atomic
def drop_term(*, code: str, by: Actor) -> None:
    """Forget a term; there needn't be one.

    Raises:
        NotPermitted: `by` may not change the calendar.
    """
    by.require(Permission.SET_CALENDAR)
    AcademicTerm.objects.filter(code=code).delete()


def _put(
    branch: Branch | None,
    kind: Closure.Kind,
    *,
    name: str,
    day: date | None = None,
    weekday: int | None = None,
    is_from_pack: bool = False,
    is_decreed: bool = True,
) -> bool:
    found, is_new = Closure.objects.get_or_create(
        branch=branch, kind=kind, day=day, weekday=weekday,
        defaults={"name": name[:120], "is_from_pack": is_from_pack, "is_decreed": is_decreed},
    )  # fmt: skip
    if found.is_dropped and not is_from_pack:
        Closure.objects.filter(pk=found.pk).update(is_dropped=False, is_from_pack=False, name=name[:120])
        is_new = True
    if is_new:
        _changed(branch)
    return is_new


def _changed(branch: Branch | None) -> None:
    """Whoever keeps the calendar in memory reads it anew."""
    rows = Branch.objects.filter(pk=branch.pk) if branch else Branch.objects.all()
    rows.update(calendar_version=F("calendar_version") + 1)

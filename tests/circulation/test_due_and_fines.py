"""The tables of the reference behaviour for due dates and fines."""

from datetime import date, datetime, time

import pytest

from pustaka.branches.calendars import AlwaysClosed, Calendar
from pustaka.circulation import due, fines
from pustaka.circulation.policy import ChargedAt, FixedDue, HourEnd, Mode, Policy, Unit

REFERENCE = Calendar(
    closed_on=frozenset({date(2011, 6, 1), date(2012, 7, 4)}),
    open_on=frozenset({date(2012, 11, 11)}),
    weekly=frozenset({5, 6}),
    yearly=frozenset({(1, 1), (12, 25)}),
)
ALWAYS = Calendar()


@pytest.mark.parametrize(
    ("mode", "start", "days", "expected"),
    [
        (Mode.DATEDUE, date(2012, 7, 3), 1, date(2012, 7, 5)),
        (Mode.DATEDUE, date(2012, 7, 23), 7, date(2012, 7, 30)),
        (Mode.CALENDAR, date(2012, 7, 3), 1, date(2012, 7, 5)),
        (Mode.CALENDAR, date(2012, 7, 23), 7, date(2012, 8, 1)),
        (Mode.DAYS, date(2012, 7, 3), 1, date(2012, 7, 4)),
    ],
)
def test_due_days_of_the_reference(mode, start, days, expected):
    assert due.due_on(start, days, calendar=REFERENCE, mode=mode) == expected


@pytest.mark.parametrize(
    ("days", "closed", "expected"),
    [(14, date(2013, 2, 23), date(2013, 3, 2)), (10, date(2013, 2, 19), date(2013, 2, 20))],
)
def test_whole_weeks_move_by_a_week_and_others_by_a_day(days, closed, expected):
    calendar = Calendar(closed_on=frozenset({closed}))

    assert due.due_on(date(2013, 2, 9), days, calendar=calendar, mode=Mode.DAYWEEK) == expected


def test_whole_weeks_to_a_weekday_that_is_always_closed_move_by_days():
    saturday = date(2013, 2, 9)

    assert due.due_on(saturday, 14, calendar=REFERENCE, mode=Mode.DAYWEEK) == date(2013, 2, 25)


def test_day_loan_ends_with_the_last_second_of_the_day():
    start = datetime.fromisoformat("2012-07-23T11:53:00+07:00")

    assert due.due_at(start=start, policy=Policy(loan_length=7), calendar=REFERENCE) == datetime.fromisoformat(
        "2012-07-30T23:59:59+07:00"
    )


def test_no_loan_lasts_longer_than_the_membership():
    start = datetime.fromisoformat("2026-11-23T11:53:00+07:00")
    ends = date(2026, 11, 25)

    due_at = due.due_at(start=start, policy=Policy(loan_length=7), calendar=ALWAYS, valid_until=ends)

    assert due_at == datetime.fromisoformat("2026-11-25T23:59:59+07:00")


@pytest.mark.parametrize(("kind", "expected"), [(FixedDue.EXACT, 20), (FixedDue.CEILING, 20), (FixedDue.FLOOR, 30)])
def test_fixed_day_is_the_day_the_latest_or_the_earliest(kind, expected):
    start = datetime.fromisoformat("2026-11-16T11:53:00+07:00")
    policy = Policy(loan_length=14, fixed_due=date(2026, 11, 20), fixed_due_as=kind)

    assert due.due_at(start=start, policy=policy, calendar=ALWAYS).day == expected


OFFICE = Calendar(hours={day: ((time(8), time(16)),) for day in range(6)}, weekly=frozenset({6}))


@pytest.mark.parametrize(
    ("rule", "start", "hours", "expected"),
    [
        (HourEnd.CLOSING, "2026-11-23T09:00", 3, "2026-11-23T12:00"),
        (HourEnd.CLOSING, "2026-11-23T14:00", 3, "2026-11-23T16:00"),
        (HourEnd.OPENING, "2026-11-23T14:00", 3, "2026-11-24T08:00"),
        (HourEnd.OPENING, "2026-11-28T15:00", 2, "2026-11-30T08:00"),  # over a Sunday
        (HourEnd.CLOSING, "2026-11-23T13:00", 3, "2026-11-23T16:00"),  # exactly at closing
    ],
)
def test_hour_loan_that_would_end_after_closing(rule, start, hours, expected):
    policy = Policy(loan_length=hours, loan_unit=Unit.HOURS, hour_end=rule)

    due_at = due.due_at(start=datetime.fromisoformat(start), policy=policy, calendar=OFFICE)

    assert due_at == datetime.fromisoformat(expected)


def test_span_without_an_open_day_is_an_error():
    with pytest.raises(AlwaysClosed):
        due.due_on(date(2026, 1, 1), 7, calendar=Calendar(weekly=frozenset(range(7))), mode=Mode.DATEDUE)


def cost(policy, *, due_on="2000-01-01", back="2000-01-30", price=None, calendar=ALWAYS, unit=Unit.DAYS):
    return fines.fine(
        due_at=datetime.fromisoformat(f"{due_on}T23:59:59+07:00"),
        returned_at=datetime.fromisoformat(f"{back}T10:00:00+07:00"),
        unit=unit, policy=policy, calendar=calendar, price_idr=price,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "back", "price", "amount"),
    [
        (Policy(fine_idr=1_000), "2000-01-30", None, 29_000),
        (Policy(fine_idr=1_000, fine_cap_is_price=True), "2000-01-30", 5_000, 5_000),
        (Policy(fine_idr=1_000, fine_cap_is_price=True, fine_cap=3_000), "2000-01-30", 5_000, 3_000),
        (Policy(fine_idr=1_000, fine_period=7), "2000-01-11", None, 1_000),
        (Policy(fine_idr=1_000, fine_period=7, fine_charged_at=ChargedAt.START), "2000-01-11", None, 2_000),
        (Policy(fine_idr=1_000, fine_grace=3), "2000-01-04", None, 0),
        (Policy(fine_idr=1_000, fine_grace=3, fine_counts_grace=False), "2000-01-05", None, 1_000),
        (Policy(fine_idr=1_000, fine_grace=3), "2000-01-05", None, 4_000),
        (Policy(fine_idr=1_000), "2000-01-01", None, 0),
        (Policy(fine_idr=1_000, fine_cap_is_price=True), "2000-01-03", None, 2_000),  # no price is known
    ],
)
def test_fines_of_the_reference(policy, back, price, amount):
    assert cost(policy, back=back, price=price).amount_idr == amount


def test_closed_days_are_free_where_the_rule_says_so():
    sundays = Calendar(weekly=frozenset({6}))

    assert cost(Policy(fine_idr=1_000), back="2000-01-11", calendar=sundays).amount_idr == 8_000
    assert cost(Policy(fine_idr=1_000, fine_skips_closed=False), back="2000-01-11", calendar=sundays).units == 10


def test_suspension_takes_the_place_of_money_and_has_a_cap():
    found = cost(Policy(fine_idr=1_000, suspension_days=2, suspension_cap=30))

    assert (found.amount_idr, found.suspension_days, found.periods) == (0, 30, 29)


def test_hour_loans_are_late_by_whole_hours():
    policy = Policy(fine_idr=500)
    due_at = datetime.fromisoformat("2026-11-23T12:00:00+07:00")

    for back, units in (("12:59:59", 0), ("13:00:00", 1), ("14:30:00", 2)):
        returned_at = datetime.fromisoformat(f"2026-11-23T{back}+07:00")
        found = fines.fine(
            due_at=due_at, returned_at=returned_at, unit=Unit.HOURS, policy=policy, calendar=ALWAYS, price_idr=None
        )
        assert (found.units, found.amount_idr) == (units, units * 500)

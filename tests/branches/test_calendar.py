from datetime import date, datetime, time

import pytest

from pustaka.branches import queries
from pustaka.branches.calendars import AlwaysClosed, Calendar
from pustaka.branches.models import Branch, Closure
from pustaka.branches.services import calendar, units
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.factories import BranchFactory

REFERENCE = Calendar(
    closed_on=frozenset({date(2011, 6, 1), date(2012, 7, 4)}),
    open_on=frozenset({date(2012, 11, 11)}),
    weekly=frozenset({5, 6}),
    yearly=frozenset({(1, 1), (12, 25)}),
)
OFFICE = Calendar(hours={day: ((time(8), time(12)), (time(13), time(16))) for day in range(6)}, weekly=frozenset({6}))


@pytest.mark.parametrize(
    ("day", "is_closed"),
    [
        (date(2012, 11, 24), True),
        (date(2012, 11, 25), True),
        (date(2012, 11, 26), False),
        (date(2013, 1, 1), True),
        (date(2011, 6, 1), True),
        (date(2012, 11, 11), False),
    ],
)
def test_closed_days_of_the_reference(day, is_closed):
    assert REFERENCE.is_closed(day) is is_closed


def test_open_days_of_the_reference_count_the_same_in_either_order():
    assert REFERENCE.open_days_between(date(2012, 7, 23), date(2012, 9, 17)) == 40
    assert REFERENCE.open_days_between(date(2012, 9, 17), date(2012, 7, 23)) == 40


def test_opening_beats_a_closing_of_the_same_date():
    day = date(2026, 11, 25)

    assert not Calendar(closed_on=frozenset({day}), open_on=frozenset({day})).is_closed(day)


def test_library_that_never_opens_is_an_error_and_no_loop():
    shut = Calendar(weekly=frozenset(range(7)))

    with pytest.raises(AlwaysClosed):
        shut.next_open_day(date(2026, 1, 1))
    with pytest.raises(AlwaysClosed):
        shut.add_open_days(date(2026, 1, 1), 3)


def test_sixtieth_day_is_still_found():
    first = date(2026, 1, 1)
    shut = frozenset(date.fromordinal(first.toordinal() + n) for n in range(60))

    assert Calendar(closed_on=shut).next_open_day(first) == date(2026, 3, 2)
    with pytest.raises(AlwaysClosed):
        Calendar(closed_on=shut | {date(2026, 3, 2)}).next_open_day(first)


@pytest.mark.parametrize(
    ("moment", "opens", "is_open"),
    [
        ("2026-11-23T07:59", "2026-11-23T08:00", False),
        ("2026-11-23T08:00", "2026-11-23T13:00", True),
        ("2026-11-23T12:00", "2026-11-23T13:00", False),
        ("2026-11-28T16:00", "2026-11-30T08:00", False),  # Saturday evening
    ],
)
def test_hours_of_a_day(moment, opens, is_open):
    assert OFFICE.next_opening(datetime.fromisoformat(moment)) == datetime.fromisoformat(opens)
    assert OFFICE.is_open_at(datetime.fromisoformat(moment)) is is_open


def test_pack_of_2026_has_17_holidays_and_8_days_of_joint_leave():
    days = calendar.pack(year=2026)

    assert sum(not day.is_joint_leave for day in days) == 17
    assert sum(day.is_joint_leave for day in days) == 8
    assert all(day.is_decreed for day in days)
    assert [day.day for day in days] == sorted({day.day for day in days})


@pytest.mark.django_db
class TestServices:
    def test_pack_closes_all_branches_and_a_dropped_day_stays_out(self):
        branch = BranchFactory(code="PUSAT")
        assert calendar.load_pack(year=2026, by=SYSTEM) == 26
        assert self.of(branch).is_closed(date(2026, 3, 19))  # Nyepi
        assert self.of(branch).is_closed(date(2026, 11, 29))  # a Sunday
        joint = Closure.objects.get(day=date(2026, 12, 24))

        calendar.drop(closure_id=joint.pk, by=SYSTEM)

        assert not self.of(branch).is_closed(date(2026, 12, 24))
        assert calendar.load_pack(year=2026, by=SYSTEM) == 0
        assert not self.of(branch).is_closed(date(2026, 12, 24))

    def test_branch_has_its_own_days_beside_those_of_all(self):
        one, other = BranchFactory(code="FK"), BranchFactory(code="FT")
        calendar.close_days(branch=one, first=date(2026, 11, 2), last=date(2026, 11, 4), name="Cuci gudang", by=SYSTEM)
        calendar.close_yearly(branch=None, month=11, day=10, name="Hari Pahlawan", by=SYSTEM)
        calendar.open_day(branch=other, day=date(2026, 11, 10), name="Ujian", by=SYSTEM)

        assert [day for day in range(1, 12) if self.of(one).is_closed(date(2026, 11, day))] == [2, 3, 4, 10]
        assert not any(self.of(other).is_closed(date(2026, 11, day)) for day in range(1, 12))

    def test_hours_are_kept_by_weekday_and_seen_at_once(self):
        branch = BranchFactory(code="PUSAT")
        self.of(branch)

        calendar.set_hours(branch=branch, hours={0: [(time(13), time(16)), (time(8), time(12))]}, by=SYSTEM)

        assert self.of(branch).hours == {0: ((time(8), time(12)), (time(13), time(16)))}

    @pytest.mark.parametrize(
        "spans", [[(time(8), time(8))], [(time(8), time(12)), (time(11), time(16))], [(time(9), time(8))]]
    )
    def test_hours_that_make_no_sense_are_refused(self, spans):
        with pytest.raises(Invalid):
            calendar.set_hours(branch=BranchFactory(), hours={0: spans}, by=SYSTEM)

    def test_seventh_closed_weekday_is_refused(self):
        branch = BranchFactory()
        for weekday in range(6):
            calendar.close_weekly(branch=branch if weekday % 2 else None, weekday=weekday, by=SYSTEM)

        with pytest.raises(Invalid, match="never opens"):
            calendar.close_weekly(branch=branch, weekday=6, by=SYSTEM)

    def test_terms_do_not_overlap(self):
        calendar.set_term(
            code="2026-1", name="Gasal", starts_on=date(2026, 8, 24), ends_on=date(2026, 12, 18), by=SYSTEM
        )

        assert queries.term_on(date(2026, 12, 18)).code == "2026-1"
        assert queries.term_on(date(2026, 12, 19)) is None
        with pytest.raises(Invalid, match="overlap with Gasal"):
            calendar.set_term(
                code="2026-2", name="Genap", starts_on=date(2026, 12, 18), ends_on=date(2027, 6, 1), by=SYSTEM
            )

    def test_year_that_the_pack_does_not_know_and_a_stranger_are_refused(self):
        with pytest.raises(NotFound):
            calendar.load_pack(year=2031, by=SYSTEM)
        with pytest.raises(NotPermitted):
            calendar.load_pack(year=2026, by=VISITOR)
        with pytest.raises(NotPermitted):
            units.put(code="FT", name="Teknik", by=VISITOR)

    def test_programmes_stand_after_their_faculty(self):
        law = units.put(code="FH", name="Hukum", by=SYSTEM)
        engineering = units.put(code="FT", name="Teknik", by=SYSTEM)
        units.put(code="TI", name="Informatika", parent=engineering, by=SYSTEM)
        units.put(code="IH", name="Ilmu Hukum", parent=law, by=SYSTEM)

        assert [unit.code for unit in queries.units()] == ["FH", "IH", "FT", "TI"]
        with pytest.raises(Invalid, match="belongs to a faculty"):
            units.put(code="X", name="X", parent=queries.unit_of_code("TI"), by=SYSTEM)

    def of(self, branch):
        return queries.calendar_of(Branch.objects.get(pk=branch.pk))

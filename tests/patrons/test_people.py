from datetime import UTC, date, datetime, timedelta

import pytest

from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.patrons import queries, rules
from pustaka.patrons.models import Block, Lookup, Patron
from pustaka.patrons.services import blocks, cards, categories, people
from tests.factories import PatronFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = {"at": AT, "by": SYSTEM}
pytestmark = pytest.mark.django_db


def test_membership_begins_with_the_length_of_its_category():
    student = categories.put(code="MHS", name="Mahasiswa", months_valid=12, by=SYSTEM)

    patron = people.add(
        number="2210511001", name="  Siti   Aminah ", email=None, password=None,
        details=people.Details(category=student), **BY,
    )  # fmt: skip

    assert (patron.name, patron.valid_until) == ("Siti Aminah", date(2027, 11, 23))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, later):
    assert rules.months_later(day, months) == later


def test_extending_counts_from_the_end_that_is_still_to_come_and_from_today_after_it():
    student = categories.put(code="MHS", name="Mahasiswa", months_valid=6, by=SYSTEM)
    early = PatronFactory(category=student, valid_until=date(2026, 12, 31))
    late = PatronFactory(category=student, valid_until=date(2025, 1, 1))

    assert people.extend(patron_id=early.pk, today=AT.date(), by=SYSTEM).valid_until == date(2027, 6, 30)
    assert people.extend(patron_id=late.pk, today=AT.date(), by=SYSTEM).valid_until == date(2027, 5, 23)


def test_person_is_known_by_number_and_by_every_card_that_is_not_blocked():
    patron, other = PatronFactory(number="2210511001"), PatronFactory()
    card = cards.issue(patron=patron, code="KTM-77", **BY)

    assert queries.by_scan(" KTM-77 ") == patron == queries.by_scan("2210511001")
    with pytest.raises(Invalid, match="KTM-77 belongs to somebody"):
        cards.issue(patron=other, code="KTM-77", **BY)
    cards.block(card_id=card.pk, reason="hilang", **BY)
    assert queries.by_scan("KTM-77") is None
    assert queries.blocked_card("KTM-77").patron == patron
    assert queries.by_scan("") is None


def test_nobody_takes_a_number_that_is_somebodys_card():
    cards.issue(patron=PatronFactory(), code="9000", **BY)

    with pytest.raises(Invalid, match="9000 belongs"):
        people.add(number="9000", name="Teguh", email=None, password=None, **BY)


def test_block_holds_through_its_last_day_and_no_longer():
    patron = PatronFactory()
    blocks.block(patron=patron, reason="Merusak buku", until=date(2026, 11, 30), **BY)

    assert len(queries.standing(patron, on=date(2026, 11, 30)).blocks) == 1
    assert queries.standing(patron, on=date(2026, 12, 1)).blocks == ()


def test_lifted_block_stays_to_be_seen():
    patron = PatronFactory()
    made = blocks.block(patron=patron, reason="Merusak buku", **BY)

    blocks.lift(block_id=made.pk, **BY)

    assert queries.standing(patron, on=AT.date()).blocks == ()
    assert [(one.lifted_by, one.reason) for one in queries.blocks_of(patron)] == [("system", "Merusak buku")]


def test_second_suspension_begins_where_the_first_ends():
    patron = PatronFactory()

    first = blocks.suspend(patron=patron, days=3, reason="Terlambat", **BY)
    second = blocks.suspend(patron=patron, days=2, reason="Terlambat", **BY)

    assert (first.until, second.until) == (date(2026, 11, 26), date(2026, 11, 28))


@pytest.mark.parametrize(("reason", "until"), [(" ", None), ("x", date(2026, 11, 22))])
def test_block_needs_a_reason_and_an_end_to_come(reason, until):
    with pytest.raises(Invalid):
        blocks.block(patron=PatronFactory(), reason=reason, until=until, **BY)

    assert not Block.objects.exists()


def test_only_who_may_blocks_edits_and_gives_out_cards():
    patron = PatronFactory()
    for write in (
        lambda: blocks.block(patron=patron, reason="x", at=AT, by=VISITOR),
        lambda: cards.issue(patron=patron, code="x", at=AT, by=VISITOR),
        lambda: people.leave(patron_id=patron.pk, on=AT.date(), by=VISITOR),
        lambda: categories.put(code="x", name="x", by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            write()


def test_looks_at_others_are_written_down_and_forgotten_after_a_year():
    librarian, patron = PatronFactory(), PatronFactory()
    actor = Actor(name=librarian.name, patron_id=librarian.pk)
    people.note_lookup(patron_id=patron.pk, at=AT, by=actor)
    people.note_lookup(patron_id=librarian.pk, at=AT, by=actor)  # oneself

    assert [(look.by, look.patron) for look in queries.lookups()] == [(librarian, patron)]
    assert people.forget_lookups(at=AT + timedelta(days=365)) == 0
    assert people.forget_lookups(at=AT + timedelta(days=366)) == 1
    assert not Lookup.objects.exists()


def test_search_finds_people_by_number_and_parts_of_their_name_and_nobody_for_nothing():
    ayu = PatronFactory(number="2210511001", name="Ni Made Ayu Lestari")
    PatronFactory(number="2210511002", name="Teguh Prasetyo")

    assert queries.search("lestari ayu") == [ayu] == queries.search("2210511001")
    assert queries.search("  ") == []
    assert len(queries.search("22105")) == 2


def test_change_refuses_what_belongs_to_somebody_else():
    one, other = PatronFactory(), PatronFactory()
    told = {"name": one.name, "details": people.Details(), "by": SYSTEM}

    with pytest.raises(Invalid, match="address"):
        people.change(patron_id=one.pk, number=one.number, email=other.email.upper(), **told)
    people.change(patron_id=one.pk, number="BARU", email="", **told)

    assert Patron.objects.filter(pk=one.pk, number="BARU", email=None).exists()

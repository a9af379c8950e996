"""Copies numbered by patterns of the library."""

from datetime import UTC, date, datetime

import pytest

from pustaka.catalog import rules
from pustaka.catalog.models import NumberPattern
from pustaka.catalog.services import numbering
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.catalog.conftest import AT
from tests.factories import ItemFactory

NEXT_YEAR = datetime(2027, 1, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "is_one"),
    [
        ("P{year}{number:5}", True), ("{number}", True), ("UMN-{yy}/{month}-{number:12}", True), ("P{year}", False),
        ("{number}{number}", False), ("P{jurusan}{number}", False), ("{number:0}", False), (" {number}", False),
        ("{number:13}", False), ("", False),
    ],
)  # fmt: skip
def test_a_pattern_holds_one_number_and_known_names(pattern, is_one):
    assert rules.is_pattern(pattern) == is_one


def test_numbers_are_filled_up_with_noughts_and_grow_beyond():
    on = date(2026, 3, 9)

    assert rules.numbered("P{year}{number:5}", number=7, on=on) == "P202600007"
    assert rules.numbered("{yy}{month}-{number:3}", number=1234, on=on) == "2603-1234"


def pattern(**more):
    told = {"name": "Buku", "use": "barcode", "pattern": "P{year}{number:3}", "next_number": 1} | more
    return numbering.set_pattern(**told, at=AT, by=SYSTEM)


@pytest.mark.django_db
def test_numbers_follow_each_other_and_pass_over_what_is_there():
    one = pattern()
    ItemFactory(barcode="P2026002")

    assert numbering.take(pattern_id=one.pk, count=3, at=AT, by=SYSTEM) == ["P2026001", "P2026003", "P2026004"]
    assert numbering.take(pattern_id=one.pk, count=1, at=AT, by=SYSTEM) == ["P2026005"]


@pytest.mark.django_db
@pytest.mark.parametrize(("begins_anew", "number"), [(True, "P2027001"), (False, "P2027003")])
def test_a_new_year_begins_anew_where_the_library_wants_it(begins_anew, number):
    one = pattern(begins_anew=begins_anew)
    numbering.take(pattern_id=one.pk, count=2, at=AT, by=SYSTEM)

    assert numbering.preview(pattern=NumberPattern.objects.get(), on=NEXT_YEAR.date()) == number
    assert numbering.take(pattern_id=one.pk, count=1, at=NEXT_YEAR, by=SYSTEM) == [number]


@pytest.mark.django_db
def test_what_is_no_pattern_is_refused():
    one = pattern()
    with pytest.raises(Invalid, match="must hold"):
        pattern(name="Lain", pattern="P")
    with pytest.raises(Invalid, match="of that name"):
        pattern()
    for count in (0, 501):
        with pytest.raises(Invalid, match="Between 1 and 500"):
            numbering.take(pattern_id=one.pk, count=count, at=AT, by=SYSTEM)
    numbering.remove_pattern(pattern_id=one.pk, at=AT, by=SYSTEM)
    with pytest.raises(NotFound):
        numbering.take(pattern_id=one.pk, count=1, at=AT, by=SYSTEM)


@pytest.mark.django_db
def test_nobody_sets_numbers_without_permission():
    for attempt in (
        lambda: numbering.set_pattern(name="x", use="barcode", pattern="{number}", next_number=1, at=AT, by=VISITOR),
        lambda: numbering.remove_pattern(pattern_id=1, at=AT, by=VISITOR),
        lambda: numbering.take(pattern_id=1, count=1, at=AT, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            attempt()

from datetime import UTC, date, datetime

import pytest

from pustaka.branches.services import units
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.patrons import queries
from pustaka.patrons.models import Patron
from pustaka.patrons.services import cards, categories, joining
from tests.factories import PatronFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = {"at": AT, "by": SYSTEM}
HEAD = ["NIM", "Nama Lengkap", "Prodi", "Kategori", "Berlaku sampai", "Kartu", "Surel"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def student(db):
    units.put(code="TI", name="Informatika", by=SYSTEM)
    return categories.put(code="S1", name="Mahasiswa", by=SYSTEM)


def plan(*lines, whole=False, head=HEAD):
    rows = [(number, list(cells)) for number, cells in enumerate(lines, 2)]
    return joining.plan(rows=rows, columns=joining.columns_of(head=head), is_whole=whole)


def test_list_says_first_who_is_new_different_and_the_same_and_writes_nothing(student):
    PatronFactory(number="1", name="Siti Aminah", category=student, email=None)
    PatronFactory(number="2", name="Teguh", category=student, email=None)

    told = plan(("1", "Siti Aminah", "", "S1"), ("2", "Teguh Prasetyo", "informatika", "mahasiswa"), ("3", "Ayu", "TI"))

    assert (told.same, [row.number for row in told.new]) == (1, ["3"])
    assert [(patron.number, names) for _row, patron, names in told.changed] == [("2", ["name", "unit"])]
    assert Patron.objects.count() == 2


def test_list_is_done_and_done_again_changes_nothing(student):
    lines = (("3", "Ni Made Ayu", "TI", "S1", "31-08-2027", "KTM-3", "ayu@kampus.example"),)
    first = joining.apply(plan=plan(*lines), **BY)
    again = plan(*lines)

    assert (len(first.new), first.refused, again.same, again.new) == (1, [], 1, [])
    patron = queries.by_scan("KTM-3")
    assert (patron.number, patron.unit.code, patron.valid_until, patron.email) == (
        "3", "TI", date(2027, 8, 31), "ayu@kampus.example",
    )  # fmt: skip


def test_what_the_list_says_nothing_of_stays(student):
    PatronFactory(number="1", name="Siti", category=student, phone="0812", note="Ramah", email="siti@x.example")

    joining.apply(plan=plan(("1", "Siti Aminah")), **BY)

    patron = Patron.objects.get(number="1")
    assert (patron.name, patron.phone, patron.note, patron.email) == ("Siti Aminah", "0812", "Ramah", "siti@x.example")
    assert patron.category == student


def test_only_a_whole_list_lets_people_leave_and_only_of_its_categories(student):
    lecturer = categories.put(code="DSN", name="Dosen", by=SYSTEM)
    gone = PatronFactory(number="9", category=student)
    PatronFactory(number="8", category=lecturer)
    PatronFactory(number="7")
    line = ("1", "Siti", "", "S1")

    assert plan(line).left == []
    done = joining.apply(plan=plan(line, whole=True), **BY)

    assert done.left == [gone]
    assert Patron.objects.get(pk=gone.pk).left_on == AT.date()
    assert Patron.objects.filter(left_on=None).count() == 3


def test_broken_lines_are_told_and_the_rest_comes_in(student):
    cards.issue(patron=PatronFactory(), code="KTM-1", **BY)

    done = joining.apply(
        plan=plan(
            ("", "Tanpa nomor"), ("4", "Salah prodi", "Sihir"), ("5", "Salah kategori", "", "Alien"),
            ("6", "Salah hari", "", "", "31-02-2027"), ("7", "Baik"), ("7", "Dua kali"),
            ("8", "Kartu orang", "", "", "", "KTM-1"), ("9", "Surel rusak", "", "", "", "", "bukan surel"), ("10",),
        ),
        **BY,
    )  # fmt: skip

    assert sorted(line for line, _why in done.refused) == [2, 3, 4, 5, 7, 8, 9, 10]
    assert [row.number for row in done.new] == ["7"]
    assert not Patron.objects.filter(number="8").exists()  # the person and the card, or neither


@pytest.mark.parametrize("head", [["Nama"], ["NIM"], []])
def test_list_without_numbers_or_names_is_refused(head):
    with pytest.raises(Invalid, match="names no column"):
        joining.columns_of(head=head)


def test_columns_of_slims_are_known():
    found = joining.columns_of(head=["member_id", "member_name", "gender", "member_type_name", "member_email"])

    assert found == {"number": 0, "name": 1, "category": 3, "email": 4}


def test_only_who_adds_people_brings_in_a_list(student):
    with pytest.raises(NotPermitted):
        joining.apply(plan=plan(("1", "Siti")), at=AT, by=VISITOR)

"""Two libraries' descriptions of one book, field by field."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pustaka.catalog.comparing import pieces, poured, rows
from pustaka.standards.marc import Field, Record
from tests.factories.catalog import marc_record

LEADER = "00000nam a2200000 i 4500"


def topic(text: str) -> Field:
    return Field("650", indicators=" 0", subfields=[("a", text)])


def note(text: str) -> Field:
    return Field("500", subfields=[("a", text)])


def told(ours: Record, theirs: Record) -> list[tuple[str, str, str, str]]:
    return [
        (row.tag, row.ours.text() if row.ours else "", row.theirs.text() if row.theirs else "", row.state)
        for row in rows(ours, theirs)
    ]


def test_fields_are_paired_by_what_they_say_and_not_by_their_order() -> None:
    ours = Record(LEADER, [topic("Novel"), topic("Sejarah kolonial Indonesia"), topic("Penjara")])
    theirs = Record(LEADER, [topic("Sejarah kolonial"), topic("NOVEL."), topic("Buru, Pulau"), topic("Penjara")])

    assert told(ours, theirs) == [
        ("650", "Penjara", "Penjara", "same"),
        ("650", "Novel", "NOVEL.", "alike"),
        ("650", "Sejarah kolonial Indonesia", "Sejarah kolonial", "differs"),
        ("650", "", "Buru, Pulau", "theirs"),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "states"),
    [
        (["Cet. 1"], ["Edisi ke-17"], ["differs"]),  # one on each side belong together whatever they say
        (["Memuat indeks", "Bibliografi"], ["Pernah dilarang"], ["ours", "ours", "theirs"]),
        (["a b"], ["a b"], ["same"]),
        (["a"], [], ["ours"]),
        ([], ["a"], ["theirs"]),
    ],
)
def test_state_says_who_has_the_field(ours: list[str], theirs: list[str], states: list[str]) -> None:
    found = rows(Record(LEADER, map(note, ours)), Record(LEADER, map(note, theirs)))

    assert [row.state for row in found] == states


def test_what_belongs_to_one_library_is_not_compared() -> None:
    ours = marc_record(number="1", copies=(("B1", "PUSAT"),))

    assert [row.tag for row in rows(ours, marc_record())] == ["008", "082", "100", "245", "264", "300"]


def test_chosen_field_takes_the_place_of_ours() -> None:
    ours, theirs = marc_record(extent="535 hlm."), marc_record(extent="xii, 535 halaman ; 20 cm")
    chosen = [number for number, row in enumerate(rows(ours, theirs)) if row.tag == "300"]

    record = poured(ours, theirs, chosen)

    assert record.get("300") == theirs.get("300")
    assert [field for field in record.fields if field.tag != "300"] == [f for f in ours.fields if f.tag != "300"]


def test_chosen_field_that_only_they_have_comes_behind_its_kind_and_ours_stay() -> None:
    ours = marc_record(number="7", copies=(("B1", "PUSAT"),), more=(topic("Novel"),))
    theirs = marc_record(more=(topic("Penjara"), topic("Novel"), note("Catatan")))
    chosen = [number for number, row in enumerate(rows(ours, theirs)) if row.state == "theirs"]

    record = poured(ours, theirs, chosen)

    assert [field.tag for field in record.fields] == [
        "001", "003", "008", "082", "100", "245", "264", "300", "500", "650", "650", "952",
    ]  # fmt: skip
    assert [field.text() for field in record.all("650")] == ["Novel", "Penjara"]


def test_number_of_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        poured(marc_record(), marc_record(), [6])


@given(some.lists(some.text("ab ", min_size=1), max_size=4), some.lists(some.text("ab ", min_size=1), max_size=4))
def test_each_field_stands_in_one_row(ours: list[str], theirs: list[str]) -> None:
    found = rows(Record(LEADER, map(note, ours)), Record(LEADER, map(note, theirs)))

    assert sorted(row.ours.get("a") for row in found if row.ours) == sorted(ours)
    assert sorted(row.theirs.get("a") for row in found if row.theirs) == sorted(theirs)


def test_words_that_the_other_side_lacks_are_marked() -> None:
    assert pieces("xii, 535 halaman ; 20 cm", "535 hlm. ; 20 cm") == [
        ("xii, ", True), ("535 ", False), ("halaman ", True), ("; 20 cm", False),
    ]  # fmt: skip


@given(some.text(max_size=30), some.text(max_size=30))
def test_pieces_joined_are_the_text(text: str, other: str) -> None:
    assert "".join(piece.text for piece in pieces(text, other)).split() == text.split()

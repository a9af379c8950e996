"""The exports of SLiMS 9, by their header or, without one, by what stands in their rows."""

from datetime import date

import pytest

from pustaka.standards import slims

BIBLIO_ROW = [
    "Bumi manusia", "Text", "Cet. 2", "9799731232", "Lentera Dipantara", "2005", "535 hlm. ; 20 cm", "",
    "899.2213 TOE b", "Indonesia", "Jakarta", "899.2213", "", "bumi.jpg", "Pramoedya Ananta Toer",
    "<Toer, Pramoedya Ananta>", "<Fiksi>", "<B001><B002>",
]  # fmt: skip
ITEM_ROW = [
    "B001", "899.2213 TOE b", "Textbook", "INV1", "2020-01-31", "", "", "Perpustakaan Pusat", "0000-00-00", "", "Rak 1",
    "1", "", "85000", "IDR", "", "2020-02-01 10:00:00", "2020-02-01 10:00:00", "Bumi manusia",
]  # fmt: skip
MEMBER_ROW = ["M1", "Ni Made", "0", "Mahasiswa", *[""] * 9, "2020-01-01", "2020-01-01", "2026-01-01", "", ""]


@pytest.mark.parametrize("kind", ["biblio", "item", "member"])
def test_export_is_known_by_its_header_in_any_order(kind):
    assert slims.kind_of_header(slims.COLUMNS[kind]) == kind
    assert slims.kind_of_header([f" {name.upper()} " for name in reversed(slims.COLUMNS[kind])]) == kind
    assert slims.kind_of_header([*slims.COLUMNS[kind], "mpasswd"]) == kind


@pytest.mark.parametrize("header", [["title", "author", "year"], ["item_code", "title"], ["member_id"], [], BIBLIO_ROW])
def test_other_tables_are_not_taken_for_one(header):
    assert slims.kind_of_header(header) is None


@pytest.mark.parametrize(("row", "kind"), [(BIBLIO_ROW, "biblio"), (ITEM_ROW, "item"), (MEMBER_ROW, "member")])
def test_export_without_a_header_is_known_by_its_rows(row, kind):
    assert slims.kind_of_rows([row, row]) == kind
    assert slims.kind_of_rows([row, row[:-1]]) is None


def test_rows_of_other_tables_are_not_taken_for_an_export():
    assert slims.kind_of_rows([]) is None
    assert slims.kind_of_rows([["a"] * 18]) is None
    assert slims.kind_of_rows([["a", *[""] * 17]]) is None


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("<Toer, Pramoedya><Lane, Max>", ["Toer, Pramoedya", "Lane, Max"]),
        ("<Toer>< ><>", ["Toer"]),
        ("Toer, Pramoedya", ["Toer, Pramoedya"]),
        ("<Toer", ["Toer"]),
        ("<>", []),
        ("", []),
    ],
)
def test_values_stand_in_angle_brackets(cell, values):
    assert slims.values_in(cell) == values


def test_values_come_back_as_they_were_written():
    assert slims.values_in(slims.angled(["Toer, Pramoedya", "a <b> c"])) == ["Toer, Pramoedya", "a (b) c"]


def test_line_breaks_stand_as_backslash_and_n():
    assert slims.with_breaks(r"satu\ndua\r\ntiga") == "satu\ndua\ntiga"
    assert slims.without_breaks("satu\ndua\r\ntiga") == r"satu\ndua\ntiga"


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2020-02-29", date(2020, 2, 29)), ("2020-02-29 10:11:12", date(2020, 2, 29)), ("0000-00-00", None), ("", None)],
)
def test_day_is_read(cell, day):
    assert slims.day(cell) == day


@pytest.mark.parametrize("cell", ["2020-02-30", "29/02/2020", "kemarin"])
def test_day_that_is_none_is_refused(cell):
    with pytest.raises(ValueError, match="day is out of range" if cell.startswith("2020") else cell):
        slims.day(cell)

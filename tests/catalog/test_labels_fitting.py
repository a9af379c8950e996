"""Sheets, spines, fitting and what is chosen: plain arithmetic."""

from dataclasses import replace

import pytest

from pustaka.catalog.labels import fitting, sheets
from pustaka.catalog.labels.choosing import barcodes_in
from pustaka.catalog.labels.fitting import MM_PER_POINT, fit, spine, wrap
from pustaka.catalog.labels.sheets import READY, Sheet


def measure(text):
    """A font whose letters are all half as wide as they are high."""
    return len(text) * 0.5 * MM_PER_POINT


def fitted(*alternatives, width=30.0, height=15.0, most=14, least=7):
    return fit(alternatives, width=width, height=height, most=most, least=least, measure=measure)


@pytest.mark.parametrize("design", READY, ids=lambda design: design.key)
def test_every_ready_sheet_fits_its_paper(design):
    assert list(design.sheet.problems()) == []
    x, y = design.sheet.corner(design.sheet.per_page - 1)
    assert x + design.sheet.label_width <= design.sheet.page_width + sheets.SLACK
    assert y + design.sheet.label_height <= design.sheet.page_height + sheets.SLACK


def test_keys_of_ready_sheets_are_unique():
    assert len({design.key for design in READY}) == len(READY)


def test_corner_goes_row_by_row_and_is_shifted():
    sheet = Sheet(
        label_width=60, label_height=30, columns=3, rows=8, margin_left=5, margin_top=10, gap_x=2, gap_y=1,
        offset_x=0.5, offset_y=-0.5,
    )  # fmt: skip

    assert sheet.corner(0) == (5.5, 9.5)
    assert sheet.corner(2) == (129.5, 9.5)
    assert sheet.corner(3) == (5.5, 40.5)


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({}, 0),
        ({"label_width": 70.1}, 0),  # 210.3 mm: within half a millimeter
        ({"label_width": 70.2}, 1),
        ({"label_height": 37.2}, 1),
        ({"columns": 4}, 1),
        ({"columns": 4, "rows": 9}, 2),
        ({"columns": 20, "rows": 20, "label_width": 10, "label_height": 14}, 0),
        ({"columns": 20, "rows": 21, "label_width": 10, "label_height": 14}, 1),
    ],
)
def test_problems_of_a_sheet(change, count):
    good = Sheet(label_width=70, label_height=37, columns=3, rows=8, margin_left=0, margin_top=0.5)

    assert len(list(replace(good, **change).problems())) == count


@pytest.mark.parametrize(
    ("call_number", "options", "lines"),
    [
        ("657 WIJ e", {}, ["657", "WIJ", "e"]),
        ("899.2213 TOE b", {}, ["899.2213", "TOE", "b"]),
        ("657 WIJ e", {"prefix": "R"}, ["R", "657", "WIJ", "e"]),
        ("R 657 WIJ e", {"prefix": "R"}, ["R", "657", "WIJ", "e"]),
        ("SKR 005.133 TAN c", {}, ["SKR", "005.133", "TAN", "c"]),
        ("657 WIJ e", {"more": ["jil. 2", "c.3"]}, ["657", "WIJ", "e", "jil. 2", "c.3"]),
        ("", {}, []),
    ],
)
def test_spine_lines(call_number, options, lines):
    assert next(spine(call_number, **options)) == lines


def test_spine_breaks_a_long_class_before_its_point_then_every_three_decimals():
    assert list(spine("297.122640959 SHI t")) == [
        ["297.122640959", "SHI", "t"],
        ["297", ".122640959", "SHI", "t"],
        ["297", ".122640", "959", "SHI", "t"],
        ["297", ".122", "640", "959", "SHI", "t"],
    ]


def test_fit_takes_the_largest_size_that_fits():
    # Three lines of 14 points are 17.2 mm high, of 12 points 14.7 mm.
    assert fitted(["657", "WIJ", "e"]) == fitting.Fitted(("657", "WIJ", "e"), 12.0)
    assert fitted(["657", "WIJ", "e"], height=17.3).size == 14.0
    assert fitted(["657", "WIJ", "e"], height=17.1).size == 13.5


def test_fit_shrinks_to_a_good_size_before_it_breaks():
    long, broken = ["297.122640959"], ["297", ".122640959"]

    assert fitted(long, broken, width=23, height=40).lines == tuple(long)  # at ten points it is 22.9 mm wide
    assert fitted(long, broken, width=22.9, height=40).lines == tuple(broken)


def test_fit_breaks_anywhere_rather_than_run_over_the_edge():
    found = fitted(["KOENTJARANINGRAT"], width=10, height=30)

    assert "".join(found.lines) == "KOENTJARANINGRAT"
    assert max(map(measure, found.lines)) * found.size <= 10
    assert (found.size, found.is_cut) == (7, False)


def test_fit_says_when_it_cuts():
    found = fitted(["KOENTJARANINGRAT SASTROWARDOYO"], width=10, height=5.9)

    assert found.is_cut
    assert found.lines[-1].endswith("…")
    assert max(map(measure, found.lines)) * found.size <= 10
    assert found.height <= 5.9


def test_wrap_breaks_between_words_where_it_can():
    assert wrap("satu dua tiga", width=measure("satu dua"), measure=measure) == ["satu dua", "tiga"]
    assert wrap("satu dua tiga", width=measure("12345678"), first=measure("1234"), measure=measure) == [
        "satu",
        "dua tiga",
    ]
    assert wrap("panjangsekali", width=measure("1234567"), measure=measure) == ["panjang", "sekali"]
    assert wrap("", width=10, measure=measure) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("B1\nB2\r\n\r\n  B3  ", ["B1", "B2", "B3"]),
        ("B1, B2; B3\tB4", ["B1", "B2", "B3", "B4"]),
        ("B1\nB1\nb1", ["B1", "b1"]),
        ("B0008 - B0011", ["B0008", "B0009", "B0010", "B0011"]),
        ("B0011..B0009", ["B0009", "B0010", "B0011"]),
        ("B0008 - 0010", ["B0008", "B0009", "B0010"]),
        ("98 – 101", ["98", "99", "100", "101"]),
        ("B0008 s/d B0009", ["B0008", "B0009"]),
        ("2026-0001", ["2026-0001"]),  # a barcode may hold a hyphen
        ("A0008 - B0010", ["A0008 - B0010"]),
        ("", []),
    ],
)
def test_barcodes_in(text, codes):
    assert barcodes_in(text) == codes


def test_a_range_has_an_end():
    assert len(barcodes_in("1 - 999999999")) == 2000

"""ISBN, ISSN, DOI: the manuals' own numbers, and what stands around a number in a real catalogue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.standards.identifiers import doi, isbn10, isbn13, isbn_loose, isbns_near, issn


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("978-0-11-000222-4", "9780110002224"),  # ISBN Users' Manual
        ("0-11-000222-9", "9780110002224"),
        ("0-471-38314-7", "9780471383147"),
        ("ISBN 0471383147 (paper/cd-rom : alk. paper)", "9780471383147"),
        ("080442957X", "9780804429573"),
        ("080442957x :$5", "9780804429573"),
        ("978 979 22 1110 8", "9789792211108"),
        ("979-8-88645-174-0", "9798886451740"),
        ("978–602–291–662–8 (jil.1)", "9786022916628"),
        ("9786022916629", None),
        ("4006381333931", None),  # an EAN of stationery
        ("97897940723", None),
        ("", None),
    ],
)
def test_isbn13_from_text(text, found):
    assert isbn13(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("0-11-000222-9", "0110002229"), ("9786022916629 (salah cetak)", "9786022916629"), ("Rp 50.000", None)],
)
def test_isbn_loose_does_not_ask_for_the_check_digit(text, found):
    assert isbn_loose(text) == found


@given(st.integers(0, 999_999_999))
def test_isbn10_and_its_isbn13_are_one(number):
    nine = f"{number:09}"
    check = sum(place * int(char) for place, char in enumerate(nine, start=1)) % 11
    thirteen = isbn13(nine + "0123456789X"[check])

    assert thirteen is not None
    assert thirteen[3:12] == nine
    assert isbn13(thirteen) == thirteen
    assert isbn13(nine + "0123456789X"[(check + 1) % 11]) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ISSN 0378-5955", "0378-5955"),  # ISSN Manual
        ("0378-5954", None),
        ("2434561x", "2434-561X"),
        ("ISSN: 1563 0838 (online)", "1563-0838"),
        ("1693-6930 (p)", "1693-6930"),
        ("12345-678", None),
    ],
)
def test_issn_from_text(text, found):
    assert issn(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.1000/182", "10.1000/182"),  # DOI Handbook
        ("https://doi.org/10.1000/ABC.", "10.1000/abc"),
        ("(doi:10.1016/j.jmb.2020.01.001)", "10.1016/j.jmb.2020.01.001"),
        (
            "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
            "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
        ),
        ("https://doi.org/10.1000%2Fabc", "10.1000/abc"),
        ("<10.1000/x>,", "10.1000/x"),
        ("10.1000/", None),
        ("versi 10.2 / 2020", None),
    ],
)
def test_doi_from_text(text, found):
    assert doi(text) == found


@given(st.text())
def test_identifiers_never_raise(text):
    for look in (isbn13, isbn_loose, issn, doi):
        assert look(text) is None or look(text)


@pytest.mark.parametrize(
    ("thirteen", "ten"),
    [
        ("9789799731234", "9799731232"),
        ("9780471383147", "0471383147"),
        ("9780804429573", "080442957X"),
        ("9791095546009", None),
        ("", None),
    ],
)
def test_isbn_of_thirteen_digits_has_its_old_ten(thirteen, ten):
    assert isbn10(thirteen) == ten
    assert ten is None or isbn13(ten) == thirteen


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9786028519938", "9786028519939"),  # the check digit
        ("978-602-8519-93-8", "9786028519939"),
        ("9786208519939", "9786028519939"),  # two neighbors
        ("6028519930", "9786028519939"),  # ten digits
    ],
)
def test_a_wrong_isbn_may_be_a_few_others(typed: str, meant: str) -> None:
    found = isbns_near(typed)

    assert meant in found
    assert len(found) <= 25
    assert all(isbn13(isbn) == isbn for isbn in found)


def test_nothing_is_near_a_right_isbn_or_no_isbn() -> None:
    assert isbns_near("9786028519939") == []
    assert isbns_near("bumi manusia") == []

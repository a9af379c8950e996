"""Call numbers on the shelf: their order, what stands between two of them, and what comes after the last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.standards import callnumbers


def test_call_numbers_stand_as_on_the_shelf():
    shelf = [
        "005.1 ABC a",
        "297.1 QUR t",
        "2X4.1 HAM f",
        "657 WIJ e",
        "657 WIJ e Jil.2",
        "657 WIJ e Jil.10",
        "657.4 ABC a",
        "899.2 ZZZ z",
        "899.221 3 TOE b",
        "899.2213 TOE r",
        "899.3 ABC a",
        "R 030 ENS e",
        "R 657 WIJ k",
        "PR6005 .A1",
    ]

    mixed = [*shelf[1::2], *shelf[::2]]

    assert sorted(mixed, key=callnumbers.sort_key) == shelf


@given(st.text())
def test_the_key_takes_anything(text):
    assert len(callnumbers.sort_key(text)) <= 120


@pytest.mark.parametrize(
    ("number", "first", "last", "is_in"),
    [
        ("400 KER t", "400", "499", True),
        ("399.9 KER t", "400", "499", False),
        ("499.221 MOE t", "400", "499", True),
        ("500 SUM f", "400", "499", False),
        ("297.1 SHI t", "", "299", True),
        ("297.1 SHI t", "298", "", False),
        ("R 423 ECH k", "400", "499", False),
        ("899.2213 TOE b", "899.2213 TOE b", "899.2213 TOE b", True),
        ("", "", "", True),
        ("", "000", "", False),
        ("R 030 ENS", "R", "R", True),
        ("r 030 ens", "R", "R", True),
        ("REF 030 ENS", "R", "R", False),
        ("030 ENS", "R", "R", False),
        ("R 499.2 KAM", "R 400", "R 499", True),
        ("R 500 ENS", "R 400", "R 499", False),
        ("SKR 2021 12", "SKR 2021", "SKR 2022", True),
        ("SKR 2023 1", "SKR 2021", "SKR 2022", False),
        ("SKR 2021 12", "SKR", "SKR", True),
        ("657 WIJ e", "657", "657 M", False),
        ("657 MUL a", "657", "657 M", True),
        ("657 WIJ e", "657 N", "659", True),
        ("2X4.1 HAM f", "2X0", "2X9", True),
        ("297.1 SHI t", "2X0", "2X9", False),
        ("TOE b", "A", "M", False),
        ("MOE b", "A", "M", True),
    ],
)
def test_which_call_numbers_stand_between_two(number, first, last, is_in):
    assert callnumbers.is_between(number, first=first, last=last) is is_in


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("649", "650"),
        ("099", "100"),
        ("657.9", "658.0"),
        ("657.42", "657.43"),
        ("657 M", "657 N"),
        ("657 MOZ", "657 MP"),
        ("657 Z", "657.0"),
        ("657.4 Z", "657.40"),
        ("R 499", "R 500"),
        ("SKR 2021", "SKR 2022"),
    ],
)
def test_what_comes_after_the_last_one(last, following):
    assert callnumbers.next_after(last) == callnumbers.sort_key(following)


@pytest.mark.parametrize("last", ["", "R", "SKR", "999", "657 WIJ Z", "ب"])
def test_nothing_is_said_where_nothing_can_be_known(last):
    assert callnumbers.next_after(last) == ""


@given(st.text())
def test_what_comes_after_is_beyond_the_end(text):
    following = callnumbers.next_after(text)

    assert not following or (following > callnumbers.sort_key(text) and len(following) <= 122)


def test_zeros_behind_the_point_make_no_difference():
    after = callnumbers.next_after("657.9")

    assert not callnumbers.is_before(after, callnumbers.sort_key("658"))
    assert not callnumbers.is_before(after, callnumbers.sort_key("658.0"))
    assert callnumbers.is_before(after, callnumbers.sort_key("658.1"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("657 WIJ e", "0"), ("R 030 ENS", "1r"), ("R KOM 030", "1r kom"), ("SKR 2021 12", "2skr"), ("", ""),
     ("R 2X4", "1r")],
)  # fmt: skip
def test_what_stands_in_one_row(text, kind):
    assert callnumbers.kind_of(text) == kind

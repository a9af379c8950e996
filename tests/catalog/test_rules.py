import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.catalog import rules


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bumi Manusia", "bumi manusia"),
        ("Qur’an, al-Karīm", "quran al karim"),
        ("Al-Qurʼān", "al quran"),
        ("Jum'at", "jumat"),
        ("C++ dan C#", "c plusplus dan c sharp"),
        ("Łódź, Ærø & Đurđević", "lodz aero durdevic"),
        ("  a\t b\n", "a b"),
        ("قُرْآن", "قران"),
        ("東京", "東京"),
        ("---", ""),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert rules.fold(text) == folded


@given(st.text())
def test_fold_is_stable(text):
    once = rules.fold(text)
    assert rules.fold(once) == once


def test_digest_is_the_same_on_every_machine():
    assert rules.digest("isbn", "9789799731232") == -6374525488213455737
    assert rules.digest("isbn", "9789799731232") != rules.digest("issn", "9789799731232")


@given(st.text(), st.text())
def test_digest_fits_the_column(kind, value):
    assert -(2**63) <= rules.digest(kind, value) < 2**63


@pytest.mark.parametrize(
    ("title", "author", "year", "key"),
    [
        ("Bumi Manusia :", "Toer, Pramoedya Ananta", 2005, "bumi manusia|toer|2005"),
        ("Bumi manusia", "Toer, P. A.", 2005, "bumi manusia|toer|2005"),
        ("Laporan tahunan", "", 1999, "laporan tahunan||1999"),
        ("Laporan tahunan", "", None, ""),
        ("", "Toer", 2005, ""),
    ],
)
def test_title_key(title, author, year, key):
    assert rules.title_key(title=title, author=author, year=year) == key


@pytest.mark.parametrize(
    ("ours", "theirs", "alike"),
    [
        ("Bumi manusia", "Bumi Manusia /", True),
        ("Akuntansi dasar", "Akuntansi dasar : teori dan praktik", True),
        ("Dasar-dasar ilmu politik", "Dasar dasar ilmu politik", True),
        ("Ilmu jiwa", "Ilmujiwa", True),
        ("Akuntansi jilid 1", "Akuntansi jilid 2", False),
        ("Kalkulus jilid II", "Kalkulus jilid 2", True),
        ("Kalkulus II", "Kalkulus III", False),
        ("Bumi manusia", "Rumah kaca", False),
        ("", "Rumah kaca", False),
    ],
)
def test_titles_are_alike(ours, theirs, alike):
    assert rules.are_alike(ours, theirs) is alike
    assert rules.are_alike(theirs, ours) is alike


@pytest.mark.parametrize(
    ("ours", "theirs", "contradict"),
    [
        ("xii, 340 hlm. ; 24 cm", "340 pages", False),
        ("340 hlm.", "341 hlm.", True),
        ("ed. 2", "cetakan ke-3", True),
        ("ed. 2", "edisi revisi", False),
        ("", "340 hlm.", False),
    ],
)
def test_contradiction(ours, theirs, contradict):
    assert rules.contradict(ours, theirs) is contradict


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("Bumi manusia :", "Bumi manusia"),
        ("Bumi manusia /", "Bumi manusia"),
        ("Jakarta.", "Jakarta"),
        ("Tuttle, W. C.", "Tuttle, W. C."),
        ("Wijaya, dkk.", "Wijaya, dkk."),
        ("Doe, John, Jr.", "Doe, John, Jr."),
        ("dan seterusnya...", "dan seterusnya..."),
        ("satu\x00dua\n tiga", "satu dua tiga"),
        ("\ud800", ""),
        (" / :", ""),
    ],
)
def test_trim(text, trimmed):
    assert rules.trim(text) == trimmed


@given(st.text())
def test_trimmed_text_can_be_kept_by_any_database(text):
    trimmed = rules.trim(text)
    trimmed.encode()
    assert "\x00" not in trimmed
    assert rules.trim(trimmed) == trimmed or trimmed.endswith(".")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2009", 2009), ("[2009]", 2009), ("2009-", 2009), ("c2005", 2005), ("©2010", 2010), ("Cet. 3, 2010", 2010),
        ("1429 H", 2008), ("1429 H/2008 M", 2008), ("1429 [2008]", 2008), ("1350 H] 1932", 1932), ("١٤٢٩ هـ", 2008),
        ("٢٠٠٨", 2008), ("1998 [i.e. 1989]", 1989), ("[1998, yakni 1989]", 1989), ("5745 [1984 or 1985]", 1984),
        ("198-?", 1980), ("1455", 1455), ("t.t.", None), ("n.d.", None), ("19--", None), ("", None),
        ("0000-00-00", None),
    ],
)  # fmt: skip
def test_year(text, year):
    assert rules.year_in(text) == year


@given(st.text())
def test_year_of_anything_is_a_year_or_none(text):
    year = rules.year_in(text)
    assert year is None or 1000 <= year <= 2149


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("657", "657"), ("899.221 3", "899.2213"), ("306.4/613", "306.4613"), ("[Fic]", ""),
        ("823.914 22", "823.91422"), ("2X4.1", "2X4.1"), ("PR6005", ""), ("", ""), ("5", ""),
    ],
)  # fmt: skip
def test_ddc(text, number):
    assert rules.ddc_in(text) == number


@pytest.mark.parametrize(
    ("classification", "author", "title", "label"),
    [
        ("657", "Wijaya, Andi", "Ekonomi mikro", "657 WIJ e"),
        ("899.2213", "Toer, Pramoedya Ananta", "Bumi manusia", "899.2213 TOE b"),
        ("301", "Koentjaraningrat", "Pengantar", "301 KOE p"),
        ("030", "", "Ensiklopedi Indonesia", "030 ENS e"),
        ("005", "Li, Bo", "The C book", "005 LI c"),
        ("", "Wijaya", "Ekonomi", ""),
        ("500", "", "", "500"),
    ],
)
def test_spine(classification, author, title, label):
    assert rules.spine(classification=classification, author=author, title=title) == label


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begin):
    assert rules.no_formula(f"{begin}HYPERLINK(1)") == f"'{begin}HYPERLINK(1)"
    assert rules.no_formula(f"a{begin}b") == f"a{begin}b"
    assert rules.no_formula("") == ""

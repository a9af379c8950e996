import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.discovery import text


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Bumi Manusia : sebuah novel /", ["bumi", "manusia", "sebuah", "novel"]),
        ("Al-Qur’an", ["al", "quran"]),
        ("ʻAbd al-Raḥmān", ["abd", "al", "rahman"]),
        ("Jum`at Syafi'i", ["jumat", "syafii"]),
        ("L'Étranger d'Albert Camus", ["l", "etranger", "d", "albert", "camus"]),
        ("O’Brien", ["obrien"]),
        ("C++ dan C#, F#.", ["c++", "dan", "c#", "f#"]),
        ("Łódź Ørsted Straße", ["lodz", "orsted", "strasse"]),
        ("فِي ٱلْقُرْآنِ", ["في", "القران"]),
        ("مكتبة", ["مكتبه"]),
        ("שָׁלוֹם", ["שלום"]),
        ("日本の歴史", ["日", "本", "の", "歴", "史"]),
        ("が", ["が"]),
        ("한국어", ["한국어"]),
        ("हिन्दी", ["हिन्दी"]),
        ("e\u0301te\u0301 \ufb01lm", ["ete", "film"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("--- ... !", []),
        ("", []),
    ],
)
def test_tokens(written: str, tokens: list[str]) -> None:
    assert text.tokens(written) == tokens


@pytest.mark.parametrize(
    ("written", "joined"),
    [("Al-Qur'an", ["alquran"]), ("e-book, anak-anak", ["ebook"]), ("dua kata", []), ("a-b-c", ["abc"])],
)
def test_compounds(written: str, joined: list[str]) -> None:
    assert text.compounds(written) == joined


def test_stems_bring_word_forms_together() -> None:
    assert text.stems("pelajaran") == text.stems("belajar") == ("ajar",)
    assert text.stems("perpustakaan") == ("pustaka",)
    assert "librari" in text.stems("libraries")
    assert "librari" in text.stems("library")
    assert text.stems("القران") == ("قران",)
    assert text.stems("ibu") == ()


def test_stems_follow_the_language() -> None:
    assert text.with_stems(["pelajaran", "libraries"], indonesian=True, english=False) == {
        "pelajaran", "ajar", "libraries",
    }  # fmt: skip
    assert text.with_stems(["libraries"], indonesian=False, english=True) == {"libraries", "librari"}
    assert text.with_stems(["libraries"], indonesian=False, english=False) == {"libraries"}


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("akuntansi", "akuntansi", 0),
        ("akutansi", "akuntansi", 1),
        ("akunatnsi", "akuntansi", 1),  # neighbors swapped
        ("akuntanxi", "akuntansi", 1),
        ("akuntaansi", "akuntansi", 1),
        ("kutansi", "akuntansi", 2),
        ("gajah", "kucing", 3),  # more than two is told as three
        ("", "ab", 2),
    ],
)
def test_distance_counts_typing_errors(one: str, other: str, errors: int) -> None:
    assert text.distance(one, other, most=2) == errors
    assert text.distance(other, one, most=2) == errors


def test_one_error_away_is_all_that_is_one_error_away() -> None:
    found = text.one_error_away("bumi")

    assert {"umi", "ubmi", "bumu", "bumii", "sbumi", "bumis"} <= found
    assert {text.distance("bumi", other, most=2) for other in found} == {1}
    assert len(found) == 4 + 3 + 4 * 25 + 5 * 26 - 4
    assert text.one_error_away("كتاب") == {
        "تاب", "كاب", "كتب", "كتا", "تكاب", "كاتب", "كتبا",
    }  # fmt: skip


@pytest.mark.parametrize(("word", "errors"), [("ibu", 0), ("bumi", 1), ("manusia", 1), ("akuntans", 2), ("2010", 0)])
def test_forgiven_grows_with_the_word(word: str, errors: int) -> None:
    assert text.forgiven(word) == errors


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(written: str) -> None:
    assert text.key(text.key(written)) == text.key(written)


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_short_way_for_ascii_gives_what_the_long_way_gives(written: str) -> None:
    assert text.tokens(written) == text.tokens(written + " ё")[:-1]

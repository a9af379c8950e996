"""MARC-8 by the specification's tables and escape sequences, and text that isn't in what the leader says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.standards.marc import parse, to_iso2709
from pustaka.standards.marc.charset import mend_double
from pustaka.standards.marc.marc8 import decode
from tests.standards.conftest import data_field
from tests.standards.test_marc_iso2709 import codes, with_body


@pytest.mark.parametrize(
    ("marc8", "text"),
    [
        (b"Jakarta : Balai Pustaka", "Jakarta : Balai Pustaka"),
        (b"na\xe8ive Soci\xe2et\xe2e", "naïve Société"),  # the diacritic stands before its letter
        (b"\xf2\xe8u", "ụ̈"),  # two of them
        (b"\xa1\xa2\xa5\xb1\xb5\xc3\xc7", "ŁØÆłæ©ß"),
        (b"\xebt\xecsa", "t\ufe20s\ufe21a"),  # one mark over two letters, in halves
        (b"H\x1bb2\x1bsO", "H₂O"),  # technique 1: subscript, and back to ASCII
        (b"E = mc\x1bp2\x1bs", "E = mc²"),
        (b"\x1bga\x1bs-tocopherol", "α-tocopherol"),
        (b"\x1b(NKNIGA\x1b(B.", "книга."),  # technique 2: Basic Cyrillic as G0
        (b"\x1b)N\xcb\xce\xc9\xc7\xc1.", "книга."),  # and as G1
        (b"\x1b(QD\x1b(B", "ё"),  # Extended Cyrillic
        (b"\x1b(2ylem\x1b(B", "שלום"),
        (b"\x1b(3cJGH\x1b(B", "كتاب"),
        (b"\x1b(4!\x1b(B", "۽"),  # Extended Arabic
        (b"\x1b(Sa\x1b(B", "α"),  # Greek
        (b"\x1b(B\x1b)!EAbc\xe2e", "Abcé"),  # ANSEL named in full
        (b"\x1b$1!PV\x1b(B a", "米 a"),  # three bytes a character: EACC
        (b"\x1b$1!PV !PV\x1b(B", "米 米"),  # a plain blank among them
        (b"\x1b$,1!PV\x1b(B", "米"),
        (b"\x1b$)1\xa1\xd0\xd6", "米"),
        (b"\x1b(NK\x1fbA", "к\x1fbA"),  # each subfield begins in ASCII again
        (b"&#x1E24;o&#x1E33;", "Ḥoḳ"),  # the lossless placeholder
        (b"&#xD800;&#x0041;", "&#xD800;&#x0041;"),
        (b"\x88The \x89book", "\x98The \x9cbook"),  # non-sorting characters
    ],
)
def test_marc8_decodes(marc8, text):
    decoded = decode(marc8)

    assert decoded.text == text
    assert (decoded.unknown, decoded.escapes, decoded.unclosed, decoded.loose) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("marc8", "text", "doubt"),
    [
        (b"Soci\x1bt\xe2e", "Soci\ufffdté", "escapes"),
        (b"La Soci\xe2et\x1b", "La Sociét\ufffd", "escapes"),
        (b"a\xffb", "a\ufffdb", "unknown"),
        (b"\x1b$1!PV{6924f6}\x1b(B", "米{6924f6}", "unknown"),
        (b"\x1b$1!PV!P", "米\ufffd", "unknown"),
        (b"\x1b(3zDeliberative Body\x1b(3y paralyzing", "zDeliberative Bodyy paralyzing", "unclosed"),
        (b"caf\xe9", "caf\u030c", "loose"),
        (b"caf\xe9 noir", "caf \u030cnoir", "loose"),
    ],
)
def test_marc8_says_what_is_doubtful(marc8, text, doubt):
    decoded = decode(marc8)

    assert decoded.text == text
    assert getattr(decoded, doubt) == 1


@given(st.binary())
def test_marc8_never_raises(data):
    assert isinstance(decode(data).text, str)


@pytest.mark.parametrize("name", ["edsu__pymarc/test__test_", "ruby-marc__ruby-marc/test__marc8__data__test_"])
def test_marc8_agrees_with_the_reference_texts(shared_data, name):
    """1,514 lines of MARC-8 and the same in UTF-8; the one that differs has codes that no table of the LoC has."""
    ours = [decode(line) for line in (shared_data / f"marc_hard/{name}marc8.txt").read_bytes().splitlines()]
    theirs = (shared_data / f"marc_hard/{name}utf8.txt").read_text().splitlines()

    different = [
        one.unknown for one, other in zip(ours, theirs, strict=True) if one.text != unicodedata.normalize("NFC", other)
    ]

    assert len(ours) > 1_500
    assert different == ([6] if "pymarc" in name else [])


# --- what the leader says and what it is -----------------------------------------------------------------------------


def declared(scheme: str, *bodies: bytes) -> bytes:
    """A record with this leader/09 and a field 500 $a for each body."""
    return with_body("500", *[b"  \x1fa" + body for body in bodies], scheme=scheme.encode())


@pytest.mark.parametrize(
    ("scheme", "body", "text", "expected"),
    [
        ("a", "Kh. Tjandrasasmita é".encode(), "Kh. Tjandrasasmita é", []),
        (" ", b"Soci\xe2et\xe2e", "Société", []),
        (" ", "Kh. Tjandrasasmita é ü".encode(), "Kh. Tjandrasasmita é ü", ["declared-marc8-is-utf8"]),
        (" ", "Основы гидравлических расчетов".encode("cp1251"), "Основы гидравлических расчетов",
         ["declared-marc8-is-cp1251"]),
        (" ", "Автоматизация проектирования".encode("cp866"), "Автоматизация проектирования",
         ["declared-marc8-is-cp866"]),
        (" ", "Психологический тренинг".encode("koi8-r"), "Психологический тренинг", ["declared-marc8-is-koi8-r"]),
        (" ", "Café à la carte, où l’été".encode("cp1252"), "Café à la carte, où l’été", ["declared-marc8-is-cp1252"]),
        ("a", b"Histoire du nouveau th\xe2e\xe3atre", "Histoire du nouveau théâtre", ["declared-utf8-is-marc8"]),
        ("a", "Café à la carte, où l’été".encode("cp1252"), "Café à la carte, où l’été", ["declared-utf8-is-cp1252"]),
        ("a", b"Developer\x92s guide", "Developer’s guide", ["declared-utf8-is-cp1252"]),
        ("a", "é rusak: ".encode() + b"\xc3(", "é rusak: \ufffd(", ["utf8-broken", "replacement-character"]),
        (" ", b"Soci\x1bt\xe2e", "Soci\ufffdté", ["marc8-escape", "replacement-character"]),
        (" ", b"\x1b(3zDeliberative", "zDeliberative", ["marc8-unclosed"]),
        (" ", b"\x1b$1!PV{6924f6}\x1b(B", "米{6924f6}", ["marc8-unknown"]),
    ],
)  # fmt: skip
def test_the_bytes_decide_what_the_text_is(scheme, body, text, expected):
    found = parse(declared(scheme, body), format="iso2709")

    assert codes(found) == expected
    assert found.record.get("500").get("a") == text
    assert found.record.leader[9] == "a"


def test_one_field_in_another_encoding_is_mended_alone():
    found = parse(declared(" ", b"Soci\xe2et\xe2e", "Šamaš é ü".encode()), format="iso2709")

    assert found.record.all("500")[0].get("a") == "Société"
    assert found.record.all("500")[1].get("a") == "Šamaš é ü"
    assert [(mend.code, mend.detail) for mend in found.mended] == [
        ("declared-marc8-is-utf8", "500: this field is UTF-8")
    ]


def test_a_broken_field_of_a_utf8_record_leaves_the_others_alone():
    found = parse(declared("a", "Šamaš é ü".encode(), b"bad \xff byte"), format="iso2709")

    assert [field.get("a") for field in found.record.all("500")] == ["Šamaš é ü", "bad \ufffd byte"]
    assert "utf8-broken" in codes(found)


def test_both_normalization_forms_are_kept_as_they_are(book):
    composed, decomposed = "Sejarah Ḥaḍramī é", unicodedata.normalize("NFD", "Sejarah Ḥaḍramī é")
    record = book(composed, data_field("500", "  ", "a" + decomposed))
    raw = to_iso2709(record)

    found = parse(raw, format="iso2709")

    assert composed != decomposed
    assert (found.record.get("245").get("a"), found.record.get("500").get("a")) == (composed, decomposed)
    assert found.mended == ()
    assert to_iso2709(found.record) == raw


# --- UTF-8 encoded twice ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Developerâ€™s guide", "Developer’s guide"),
        ("Pramoedya â€“ sebuah biografi", "Pramoedya – sebuah biografi"),
        ("harga â‚¬ 12, Linuxâ„¢", "harga € 12, Linux™"),
        ("â\x80\x9cBumiâ\x80\x9d", "“Bumi”"),  # by way of Latin-1
        ("ErÃ¶, Janos", "Erö, Janos"),
        ("CafÃ© Ã\xa0 la carte", "Café à la carte"),
        ("Ã‰cole supÃ©rieure", "École supérieure"),
        ("KitÄ\x81b Å\xa0amaÅ¡", "Kitāb Šamaš"),
        ("suhu 30 Â°C, Â© 1999", "suhu 30 °C, © 1999"),
        ("ÐœÐ¾ÑÐºÐ²Ð°".replace("ÑÐ", "Ñ\x81Ð"), "Москва"),
        ("ï»¿Judul", "Judul"),
    ],
)
def test_double_encoding_is_undone(text, mended):
    result, first = mend_double(text)

    assert result == mended
    assert " → " in first


@pytest.mark.parametrize(
    "text",
    [
        "Café à la carte",
        "IRMÃ»",
        "SÃO PAULO",
        "«été»… «mot Â»",
        "Ã¶ dan é",  # another character speaks against it
        "Đà Nẵng",
        "âge, voilà",
        "Ø§Ù",  # two pairs could be chance
        "Bumi manusia",
    ],
)
def test_what_could_be_a_word_is_left_alone(text):
    assert mend_double(text) == (text, "")


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"])))
def test_sound_windows_text_without_tell_tale_pairs_is_left_alone(text):
    once = text.encode().decode("cp1252", "replace")

    mended, first = mend_double(once)

    assert bool(first) == (mended != once)
    if text.isascii():
        assert mended == once


def test_a_double_encoded_record_is_mended_and_says_so(book):
    found = parse(to_iso2709(book("Developerâ€™s guide /")), format="iso2709")

    assert found.record.get("245").get("a") == "Developer’s guide /"
    assert [(mend.code, mend.detail) for mend in found.mended] == [("double-encoded", "245: â€™ → ’")]
    assert "â€™".encode() in found.original

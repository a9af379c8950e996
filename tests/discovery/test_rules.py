import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pustaka.discovery import rules
from pustaka.discovery.rules import All, Any, Filters, Key, Node, Not, Phrase, Word, Years, filters_from, parse


def words(*tokens: str) -> All:
    return All(tuple([Word(token) for token in tokens]))


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", None),
        ("  -  ", None),
        ('""', None),
        (") OR (", Word("or")),
        ("NOT", Word("not")),
        ("akuntansi", Word("akuntansi")),
        ("Bumi  manusia", words("bumi", "manusia")),
        ('"Bumi manusia"', Phrase(("bumi", "manusia"))),
        ("“bumi manusia” 1980", All((Phrase(("bumi", "manusia")), Word("1980")))),
        ('C++: "abc', words("c++", "abc")),
        ("(belajar", Word("belajar")),
        ("belajar)", Word("belajar")),
        ("title:", Word("title")),
        ("judul: akuntansi", Word("akuntansi", "title")),
        ("Kimia: dasar", words("kimia", "dasar")),
        ("pengantar -dasar", All((Word("pengantar"), Not(Word("dasar"))))),
        ("e-book", Any((words("e", "book"), Word("ebook")))),
        ("anak-anak", words("anak", "anak")),
        ("akuntan*", Word("akuntan", is_prefix=True)),
        ("kopi OR teh AND gula", Any((Word("kopi"), words("teh", "gula")))),
        ("kopi ATAU teh", Any((Word("kopi"), Word("teh")))),
        ("kopi NOT (teh OR gula)", All((Word("kopi"), Not(Any((Word("teh"), Word("gula"))))))),
        ("kopi BUKAN teh", All((Word("kopi"), Not(Word("teh"))))),
        ("benar atau salah", words("benar", "atau", "salah")),
        ("HUKUM DAN MASYARAKAT", words("hukum", "masyarakat")),
        ("TO BE OR NOT TO BE", words("to", "be", "or", "not", "to", "be")),
        ('author:"Toer, Pramoedya"', All((Word("toer", "author"), Word("pramoedya", "author")))),
        ('subjek:"ekonomi mikro"', Phrase(("ekonomi", "mikro"), "subject")),
        ("tahun:2010-2015", Years(2010, 2015)),
        ("year:2015-2010", Years(2010, 2015)),
        ("year:2010-", Years(2010, None)),
        ("year:-2010", Years(None, 2010)),
        ("year:2010", Years(2010, 2010)),
        ("year:besok", words("year", "besok")),
        ("isbn:978-602-8519-93-9", Key("isbn", "9786028519939")),
        ("kelas:657.4", Key("class", "657.4")),
        ("class:65x", Key("class", "65")),
        ("bahasa:Indonesia", Key("language", "ind")),
        ("barcode:B 001", All((Key("barcode", "b"), Word("001")))),
        ('barcode:"B 001"', Key("barcode", "b001")),
        ("日本の歴史", Phrase(("日", "本", "の", "歴", "史"))),
    ],
)
def test_parse(typed: str, tree: Node | None) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("978-602-8519-93-9", {("isbn", "9786028519939")}),
        ("9786028519939", {("isbn", "9786028519939")}),
        ("ISBN 978 602 8519 93 9", {("isbn", "9786028519939")}),
        ("6028519936", {("isbn", "9786028519939")}),
        ("9786028519930", {("isbn", "9786028519930")}),  # a wrong check digit, as it stands in the book
        ("0028-0836", {("issn", "0028-0836")}),
        ("00280836", {("issn", "0028-0836")}),
        ("0028-0837", set()),
        ("https://doi.org/10.1000/ABC.1", {("doi", "10.1000/abc.1")}),
        ("10.1000/abc", {("doi", "10.1000/abc")}),
        ("657 WIJ e", {("call", "657 wij e")}),
        ("R 657.4 WIJ e", {("call", "r 657 4 wij e")}),
        ("899.221 3 TOE b", {("call", "899 221 3 toe b")}),
        ("657", {("class", "657")}),
        ("B001234", {("barcode", "b001234"), ("number", "b001234")}),
        ("bumi manusia", set()),
        ("akuntansi", set()),
    ],
)
def test_identifiers_are_recognised_in_the_plain_box(typed: str, keys: set[tuple[str, str]]) -> None:
    found = {(key.kind, key.value) for key in rules.identified(typed)}

    assert keys <= found
    assert {kind for kind, _ in found - keys} <= {"barcode", "number"}  # any code may be the library's own
    assert bool(found) or not keys


def test_identifier_is_asked_beside_the_words() -> None:
    tree = parse("657 WIJ e").tree

    assert tree == Any((Key("call", "657 wij e"), words("657", "wij", "e")))


ODD = [
    '"',
    "(",
    ")",
    "-",
    ":",
    "*",
    "AND",
    "OR",
    "NOT",
    "title:",
    "isbn:",
    "tahun:",
    "“",
    "a",
    "الكتاب",
    "日本",
    "\x00",
    "C++",
]


PIECES = st.lists(st.sampled_from(ODD), max_size=20)


@given(st.one_of(st.text(max_size=80), PIECES.map(" ".join), PIECES.map("".join)))
def test_parse_never_raises_and_keeps_what_can_be_searched(typed: str) -> None:
    parsed = parse(typed)

    assert (parsed.tree is None) == (parsed.title == "")
    assert len(parsed.pieces) <= rules.MOST_PIECES


def test_parse_bears_very_long_and_deep_text() -> None:
    assert parse("(" * 400 + "kopi").tree == Word("kopi")
    assert parse("kopi " * 5000).tree is not None
    assert parse("kopi OR " * 500).tree is not None


def test_pieces_carry_what_was_typed() -> None:
    parsed = parse('Pengantar "ekonomi mikro" author:wijaya')

    assert [piece.typed for piece in parsed.pieces] == ["Pengantar", '"ekonomi mikro"', "author:wijaya"]
    assert parsed.is_plain
    assert not parse("kopi OR teh").is_plain


def test_advanced_writes_what_parse_reads() -> None:
    boxes = {"title": 'bumi "anak semua"', "author": "toer", "isbn": "978 602 8519 93 9", "year": "2010-"}

    typed = rules.advanced(words="kopi", without='teh "es batu"', publisher="", nonsense="x", **boxes)

    assert typed == 'kopi title:bumi title:"anak semua" author:toer isbn:"978 602 8519 93 9" year:2010- -teh -"es batu"'
    assert parse(typed).tree == All(
        (
            Word("kopi"), Word("bumi", "title"), Phrase(("anak", "semua"), "title"), Word("toer", "author"),
            Key("isbn", "9786028519939"), Years(2010, None), Not(Word("teh")), Not(Phrase(("es", "batu"))),
        )
    )  # fmt: skip


def test_quoted_is_safe_whatever_is_in_it() -> None:
    assert rules.quoted('Toer, "Pram') == '"Toer, Pram"'


def test_filters_are_read_from_the_address_and_written_back() -> None:
    pairs = [("form", "book"), ("form", "ebook"), ("form", "-journal"), ("year", "2010-2020"), ("available", "1")]

    filters = filters_from([*pairs, ("form", "book"), ("q", "x"), ("form", ""), ("form", "-")])

    assert filters == Filters({"form": ("book", "ebook")}, {"form": ("journal",)}, 2010, 2020, True)
    assert filters.pairs() == pairs


@pytest.mark.parametrize(
    ("pairs", "years"),
    [
        ([("year_from", "2010"), ("year_to", "2005")], (2005, 2010)),
        ([("year_from", "2010"), ("year_to", "")], (2010, None)),
        ([("year", "-2010")], (None, 2010)),
        ([("year", "2010")], (2010, 2010)),
        ([("year", "so'on")], (None, None)),
        ([("year_from", "²")], (None, None)),
    ],
)
def test_years_of_filters(pairs: list[tuple[str, str]], years: tuple[int | None, int | None]) -> None:
    found = filters_from(pairs)

    assert (found.year_from, found.year_to) == years


def test_toggling_a_value_goes_in_out_and_back() -> None:
    book = rules.NO_FILTERS.toggled("form", "book")

    assert book.state("form", "book") == "in"
    assert book.toggled("form", "book") == rules.NO_FILTERS
    out = book.toggled("form", "book", out=True)
    assert (out.state("form", "book"), dict(out.include)) == ("out", {})
    assert out.toggled("form", "book", out=True) == rules.NO_FILTERS
    assert book.toggled("form", "map").without("form", "book").include == {"form": ("map",)}
    assert not rules.NO_FILTERS
    assert filters_from([("year", "2010")]).without("year") == rules.NO_FILTERS


@example([("year_from", "0")])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*rules.FACETS, "year", "year_from", "year_to", "available", "x"]), st.text(max_size=12)
        )
    )
)
def test_filters_never_raise_and_survive_the_address(pairs: list[tuple[str, str]]) -> None:
    filters = filters_from(pairs)

    assert filters_from(filters.pairs()) == filters


def test_fewer_leaves_out_one_piece_and_then_two_neighbors() -> None:
    pieces = parse("a1 b1 c1 d1").pieces

    dropped = [[piece.typed for piece in out] for _, out in rules.fewer(pieces)]

    assert dropped == [["a1"], ["b1"], ["c1"], ["d1"], ["a1", "b1"], ["b1", "c1"], ["c1", "d1"]]
    assert rules.fewer(parse("a1").pieces) == []

"""RIS, BibTeX and EndNote, read back by the rules of each format."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.standards.citation import bibtex, endnote, ris

BOOK = {
    "id": "17",
    "type": "book",
    "title": "Sejarah Indonesia & dunia: 100% bukti",
    "author": [
        {"family": "Toer", "given": "Pramoedya Ananta"},
        {"family": "Siti Aminah"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
    ],
    "editor": [{"literal": "Badan Arsip and Perpustakaan"}],
    "translator": [{"family": "Lane", "given": "Max"}],
    "issued": {"date-parts": [[2005]]},
    "publisher": "A_B #1",
    "publisher-place": "Jakarta",
    "edition": "Edisi ke-2",
    "ISBN": "9789799731234 9789799731241",
    "keyword": "Sejarah; Fiksi -- Indonesia",
    "abstract": "Satu\ndua",
    "number-of-pages": "535",
    "call-number": "959.8 TOE s",
    "language": "id",
}
ARTICLE = {
    "id": "18",
    "type": "article-journal",
    "title": "Literasi",
    "author": [{"family": "Sulistyo-Basuki"}],
    "container-title": "Jurnal Ilmu Perpustakaan",
    "volume": "12",
    "issue": "2",
    "page": "101-115",
    "issued": {"date-parts": [[2014]]},
    "DOI": "10.1234/jip_1",
    "URL": "https://contoh.example/a_b?x={1}",
    "ISSN": "1234-5679",
}
CHAPTER = {**ARTICLE, "type": "chapter", "container-title": "Buku", "editor": [{"literal": "Redaksi"}]}


def tagged(data, end="\r\n"):
    """The lines of one record as (tag, value)."""
    lines = data.decode().split(end)
    return [(line[:2], line[6:]) for line in lines if line]


def test_ris_of_a_book_has_a_tag_for_everything():
    lines = tagged(ris.to_ris(BOOK))

    assert lines[0] == ("TY", "BOOK")
    assert lines[-1] == ("ER", "")
    assert [value for tag, value in lines if tag == "AU"] == [
        "Toer, Pramoedya Ananta",
        "Siti Aminah",
        "King, Martin Luther, Jr.",
    ]
    assert {tag: value for tag, value in lines if tag not in {"AU", "SN", "KW", "TY", "ER"}} == {
        "ED": "Badan Arsip and Perpustakaan",
        "A4": "Lane, Max",
        "TI": "Sejarah Indonesia & dunia: 100% bukti",
        "CY": "Jakarta",
        "PB": "A_B #1",
        "ET": "Edisi ke-2",
        "LA": "id",
        "AB": "Satu dua",
        "CN": "959.8 TOE s",
        "ID": "17",
        "PY": "2005",
        "SP": "535",
    }
    assert [value for tag, value in lines if tag == "SN"] == ["9789799731234", "9789799731241"]
    assert [value for tag, value in lines if tag == "KW"] == ["Sejarah", "Fiksi -- Indonesia"]


def test_ris_of_an_article_and_a_chapter_names_what_they_are_in():
    article, chapter = dict(tagged(ris.to_ris(ARTICLE))), dict(tagged(ris.to_ris(CHAPTER)))

    assert (article["TY"], article["T2"], article["VL"], article["IS"]) == (
        "JOUR",
        "Jurnal Ilmu Perpustakaan",
        "12",
        "2",
    )
    assert (article["SP"], article["EP"], article["DO"], article["SN"]) == ("101", "115", "10.1234/jip_1", "1234-5679")
    assert (chapter["TY"], chapter["T2"], chapter["A2"]) == ("CHAP", "Buku", "Redaksi")


@given(st.text())
def test_ris_stays_one_line_a_tag_whatever_a_title_holds(title):
    data = ris.to_ris({**BOOK, "title": title}).decode()

    assert data.startswith("TY  - BOOK\r\n")
    assert data.endswith("ER  - \r\n\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in data.removesuffix("\r\n\r\n").split("\r\n"))


def entry(data):
    """Type, key and fields of one BibTeX entry; fails where braces don't pair."""
    text = data.decode()
    kind, key, rest = re.fullmatch(r"@(\w+)\{([a-z0-9]+),\n(.*)\n\}\n\n", text, re.DOTALL).groups()
    fields = {}
    for line in rest.split(",\n"):
        name, value = re.fullmatch(r"  (\w+) = \{(.*)\}", line).groups()
        depth = 0
        for found in re.finditer(r"\\.|[{}]", value):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            assert depth >= 0, value
        assert depth == 0, value
        fields[name] = value
    return kind, key, fields


def test_bibtex_of_a_book_escapes_what_tex_would_take_for_itself():
    kind, key, fields = entry(bibtex.to_bibtex(BOOK))

    assert (kind, key) == ("book", "toer2005sejarah17")
    assert fields == {
        "author": "Toer, Pramoedya Ananta and {Siti Aminah} and King, Jr., Martin Luther",
        "editor": "{Badan Arsip and Perpustakaan}",
        "translator": "Lane, Max",
        "title": r"Sejarah {Indonesia} \& dunia: 100\% bukti",
        "publisher": r"A\_B \#1",
        "address": "Jakarta",
        "year": "2005",
        "edition": "Edisi ke-2",
        "isbn": "9789799731234 9789799731241",
        "language": "id",
        "keywords": "Sejarah; Fiksi -- Indonesia",
        "abstract": "Satu dua",
    }


def test_bibtex_of_an_article_keeps_address_and_doi_as_they_are():
    kind, _key, fields = entry(bibtex.to_bibtex(ARTICLE))

    assert kind == "article"
    assert (fields["journal"], fields["pages"]) == ("Jurnal {Ilmu} {Perpustakaan}", "101--115")
    assert (fields["doi"], fields["url"]) == ("10.1234/jip_1", "https://contoh.example/a_b?x=%7B1%7D")


@pytest.mark.parametrize(
    ("genre", "kind"), [("Skripsi", "mastersthesis"), ("Tesis", "mastersthesis"), ("Disertasi", "phdthesis")]
)
def test_bibtex_of_a_thesis_says_which_and_where(genre, kind):
    thesis = {**BOOK, "type": "thesis", "genre": genre, "publisher": "Universitas Indonesia"}

    found, _key, fields = entry(bibtex.to_bibtex(thesis))

    assert (found, fields["type"], fields["school"]) == (kind, genre, "Universitas Indonesia")


def test_bibtex_keys_differ_where_only_the_record_does():
    assert bibtex.key(BOOK) == bibtex.key(dict(BOOK)) != bibtex.key({**BOOK, "id": "170"})
    assert bibtex.key({"id": "9", "type": "book", "title": "مقدمة"}) == "9"


@given(st.text(), st.text())
def test_bibtex_braces_pair_whatever_title_and_name_hold(title, name):
    data = bibtex.to_bibtex({**ARTICLE, "title": title, "author": [{"family": name, "given": "B and C"}]}).decode()

    depth = 0
    for found in re.finditer(r"\\.|[{}]", data, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        assert depth >= 0
    assert depth == 0


def test_endnote_of_a_book_marks_names_that_stay_in_order():
    lines = endnote.to_endnote(BOOK).decode().splitlines()

    assert lines[:5] == ["%0 Book", "%A Toer, Pramoedya Ananta", "%A Siti Aminah,", "%A King, Martin Luther, Jr.",
                         "%E Badan Arsip and Perpustakaan,"]  # fmt: skip
    assert "%? Lane, Max" in lines
    assert "%7 Edisi ke-2" in lines
    assert lines[-2] == "%K Fiksi -- Indonesia"
    assert endnote.to_endnote(BOOK).endswith(b"\n\n")


def test_endnote_of_an_article_names_the_journal_and_of_a_chapter_the_book():
    assert b"%J Jurnal Ilmu Perpustakaan\n" in endnote.to_endnote(ARTICLE)
    assert b"%B Buku\n" in endnote.to_endnote(CHAPTER)

"""From records to columns, on shapes that real catalogues have."""

from datetime import date

import pytest

from pustaka.catalog import derive
from pustaka.standards.marc import Field, Record
from tests.factories import marc_record


def field(tag, indicators="  ", **subfields):
    """`field("245", "10", a="Judul :", b="anak judul")`; a trailing underscore stands for a digit: `_3`."""
    return Field(tag, indicators=indicators, subfields=[(code.strip("_"), value) for code, value in subfields.items()])


def derived(*fields, leader="00000nam a2200000 i 4500"):
    return derive.columns(Record(leader, fields))


def test_an_indonesian_book():
    columns = derive.columns(marc_record(number="inlis0001", isbn="979-97312-3-2"))

    assert columns == derive.Columns(
        form="book",
        title="Bumi manusia",
        title_sort="bumi manusia",
        author="Toer, Pramoedya Ananta",
        statement="Toer, Pramoedya Ananta",
        edition="",
        place="Jakarta",
        publisher="Lentera Dipantara",
        year=2005,
        language="ind",
        extent="535 hlm. ; 20 cm",
        series="",
        gmd="",
        classification="899.2213",
        call_number="899.2213 TOE b",
        isbn="9789799731234",
        issn="",
        control_number="inlis0001",
        control_source="ID-JaUMN",
    )


def test_title_has_its_parts_but_neither_gmd_nor_statement():
    title = field(
        "245",
        "14",
        a="The Buru quartet.",
        n="Bagian 1,",
        p="Bumi manusia",
        h="[rekaman suara] :",
        b="roman /",
        c="Pramoedya",
    )

    columns = derived(title)

    assert columns.title == "The Buru quartet. Bagian 1, Bumi manusia : roman"
    assert columns.title_sort == "buru quartet bagian 1 bumi manusia roman"
    assert columns.gmd == "rekaman suara"
    assert columns.statement == "Pramoedya"


@pytest.mark.parametrize(
    ("indicator", "title", "sort"),
    [
        ("4", "The hobbit", "hobbit"),
        ("0", "The hobbit", "the hobbit"),
        ("3", "al-Qānūn", "qanun"),
        ("2", "L'étranger", "etranger"),
        ("4", "Theory", "theory"),  # a wrong count doesn't cut into a word
        ("9", "Abc", "abc"),
        ("x", "Abc", "abc"),
    ],
)
def test_title_sort_skips_what_does_not_file(indicator, title, sort):
    assert derived(field("245", f"1{indicator}", a=title)).title_sort == sort


def test_other_scripts_stay_out_of_the_columns():
    columns = derived(
        Field("245", indicators="10", subfields=[("6", "880-01"), ("a", "al-Qurʼān al-karīm.")]),
        Field("880", indicators="10", subfields=[("6", "245-01/(3/r"), ("a", "القرآن الكريم")]),
    )

    assert columns.title == "al-Qurʼān al-karīm"


def test_record_without_245_takes_another_title():
    assert derived(field("246", a="Judul lain")).title == "Judul lain"
    assert derived(field("300", a="12 hlm.")).title == "[untitled]"


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ([field("100", "1 ", a="Toer, Pramoedya Ananta,", d="1925-2006,", e="pengarang.")], "Toer, Pramoedya Ananta"),
        ([field("110", "1 ", a="Indonesia.", b="Kementerian Kesehatan.")], "Indonesia. Kementerian Kesehatan"),
        (
            [field("111", "2 ", a="Seminar Nasional Akuntansi", d="(2019 :", c="Denpasar)")],
            "Seminar Nasional Akuntansi (2019 : Denpasar)",
        ),
        ([field("700", "1 ", a="Rendra, W. S.,", e="penyunting")], "Rendra, W. S."),
        ([field("700", "1 ", a="Hamka.", t="Tafsir Al-Azhar")], ""),
        ([], ""),
    ],
)
def test_author(fields, author):
    assert derived(field("245", a="x"), *fields).author == author


def test_imprint_prefers_publication_to_printing_and_knows_no_place():
    columns = derived(
        field("245", a="x"),
        field("264", " 3", a="Solo :", b="Percetakan Offset,", c="2011"),
        field("264", " 1", a="[S.l.] :", b="[Gramedia Pustaka Utama],", c="[2009]"),
    )

    assert (columns.place, columns.publisher, columns.year) == ("Solo", "Gramedia Pustaka Utama", 2009)


@pytest.mark.parametrize(
    ("fixed", "imprint", "year"),
    [
        ("2005", "1999", 2005),
        ("    ", "cet. 2, 1999", 1999),
        ("uuuu", "t.t.", None),
        ("198u", "", 1980),
        ("9999", "2001", 2001),
    ],
)
def test_year_of_008_is_believed_before_the_imprint(fixed, imprint, year):
    columns = derived(Field("008", data=f"260101s{fixed}".ljust(40)), field("245", a="x"), field("260", c=imprint))

    assert columns.year == year


@pytest.mark.parametrize(
    ("leader67", "fixed", "fields", "form"),
    [
        ("am", {}, [], "book"),
        ("am", {23: "o"}, [], "ebook"),
        ("am", {}, [field("245", a="x", h="[sumber elektronik]")], "ebook"),
        ("am", {}, [Field("007", data="cr |||||||||||")], "ebook"),
        ("as", {}, [], "journal"),
        ("aa", {}, [], "article"),
        ("tm", {}, [], "manuscript"),
        ("tm", {}, [field("502", a="Skripsi (S1)--Universitas Mandiri, 2019")], "thesis"),
        ("am", {24: "m"}, [], "thesis"),
        ("am", {24: "d"}, [], "reference"),
        ("am", {}, [field("650", a="Bahasa Indonesia", v="Kamus")], "reference"),
        ("em", {}, [], "map"),
        ("cm", {}, [], "score"),
        ("jm", {}, [], "audio"),
        ("gm", {33: "v"}, [], "video"),
        ("gm", {33: "s"}, [], "picture"),
        ("km", {}, [], "picture"),
        ("mm", {}, [], "software"),
        ("mm", {26: "d"}, [], "ebook"),
        ("om", {}, [], "kit"),
        ("pc", {}, [], "other"),
    ],
)
def test_form(leader67, fixed, fields, form):
    data = list("260101s2005    io".ljust(40))
    for place, char in fixed.items():
        data[place] = char

    columns = derived(
        Field("008", data="".join(data)), *fields, field("245", a="x"), leader=f"00000n{leader67} a2200000 i 4500"
    )

    assert columns.form == form


@pytest.mark.parametrize(
    ("fields", "call_number"),
    [
        ([field("082", a="657"), field("090", a="657.4", b="WIJ e")], "657.4 WIJ e"),
        ([field("082", a="657"), field("852", k="R", h="657", i="WIJ e")], "R 657 WIJ e"),
        ([field("082", a="657"), field("952", a="PUSAT", o="657 WIJ ek", p="001")], "657 WIJ ek"),
        ([field("082", a="657"), field("050", a="HF5635", b=".W5")], "657 WIJ e"),
        ([field("050", a="HF5635", b=".W5")], "HF5635 .W5"),
        ([], ""),
    ],
)
def test_call_number(fields, call_number):
    assert derived(field("100", a="Wijaya, Andi"), field("245", a="Ekonomi"), *fields).call_number == call_number


def test_isbn_of_a_whole_set_or_with_a_wrong_check_digit_is_none_of_this_volume():
    columns = derive.columns(
        Record(
            "00000nam a2200000 i 4500",
            [
                field("020", a="979-8433-00-5 (no.jil.lengkap)"),
                field("020", a="979-97312-3-9"),
                field("020", a="9799731232 (jil. 1)"),
                field("245", a="x"),
            ],
        )
    )

    assert columns.isbn == "9789799731234"


def test_text_that_no_database_takes_is_cleaned():
    columns = derive.columns(
        Record.from_parts(
            "00000nam a2200000 i 4500",
            [
                Field.from_body("001", "a\x00b"),
                Field.from_body("245", "10\x1faJu\x00dul \ud800x"),
                Field.from_body("090", "  \x1fa65\x007"),
            ],
        )
    )

    for value in columns:
        if isinstance(value, str):
            assert value.encode().find(b"\x00") == -1
    assert columns.title == "Ju dul x"


def test_koha_copy():
    record = marc_record(
        more=(
            Field(
                "952",
                subfields=[
                    *(
                        ("0", "0"),
                        ("1", "1"),
                        ("7", "0"),
                        ("a", "PUSAT"),
                        ("b", "FK"),
                        ("c", "UMUM"),
                        ("d", "2019-03-04"),
                    ),
                    *(
                        ("e", "Hibah alumni"),
                        ("g", "85000.00"),
                        ("h", "Jil. 2"),
                        ("i", "0123/UMN/2019"),
                        ("o", "657 WIJ e"),
                    ),
                    *(("p", "B00123"), ("t", "3"), ("y", "CADANGAN"), ("z", "sampul robek")),
                ],
            ),
        )
    )

    assert derive.copies(derive.by_tag(record)) == [
        derive.Copy(
            barcode="B00123",
            inventory_number="0123/UMN/2019",
            call_number="657 WIJ e",
            branch="PUSAT",
            location="UMUM",
            item_type="CADANGAN",
            status="lost",
            source="gift",
            price_idr=85000,
            copy_number=3,
            volume="Jil. 2",
            note="sampul robek",
            received_on=date(2019, 3, 4),
        )
    ]


@pytest.mark.parametrize(
    ("given", "barcode", "branch", "location"),
    [
        (field("852", b="RUNN", c="STACKS", h="N 2022-2865", p="31508023741044"), "31508023741044", "RUNN", "STACKS"),
        (field("876", p="31508023741044", l="STACKS"), "31508023741044", "", "STACKS"),
        (
            field("949", a="HB179.T84", w="LC", c="1", i="000025162561", l="PATERNO-3", m="UP-PAT", t="BOOK"),
            "000025162561",
            "UP-PAT",
            "PATERNO-3",
        ),
        (
            field("999", a="PQ2672", w="LC", c="1", i="000050595518", l="ARCHIVE", m="UP-SPEC"),
            "000050595518",
            "UP-SPEC",
            "ARCHIVE",
        ),
        (field("945", a="332.77", g="1", i="01000056", l="u0503"), "01000056", "", "u0503"),
    ],
)
def test_copies_of_other_systems(given, barcode, branch, location):
    (copy,) = derive.copies({given.tag: [given]})

    assert (copy.barcode, copy.branch, copy.location) == (barcode, branch, location)


@pytest.mark.parametrize(
    "given",
    [
        field("999", "ff", i="0b42f005-0cb3-5bb9-8c39-38684cd0fd1a", s="63239238-6736-5f7b-ad58-287be2b6a1da"),
        field("852", a="Jafet Library", e="Beirut"),
        field("945", a="The Whole World"),
        field("949", a="AVR"),
        field("952", a="PUSAT", p="   "),
    ],
)
def test_what_looks_like_a_copy_but_has_no_barcode(given):
    assert derive.copies({given.tag: [given]}) == []


def test_a_barcode_that_is_told_twice_is_one_copy():
    fields = {"852": [field("852", b="PUSAT", p="B1")], "876": [field("876", p="B1"), field("876", p="B2")]}

    assert [copy.barcode for copy in derive.copies(fields)] == ["B1", "B2"]


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("Rp 85.000,00", 85000), ("85000", 85000), ("IDR 85,000", 85000), ("85.000", 85000), ("Rp1.250.000", 1250000),
        ("$12.50", None), ("USD 120", None), ("0.00", None), ("", None), ("hibah", None),
    ],
)  # fmt: skip
def test_price_is_rupiah_or_nothing(text, price):
    (copy,) = derive.copies({"952": [field("952", a="PUSAT", p="B1", g=text)]})

    assert copy.price_idr == price


@pytest.mark.parametrize(
    ("text", "day"),
    [("2019-03-04", date(2019, 3, 4)), ("3/16/2010", date(2010, 3, 16)), ("0000-00-00", None), ("baru", None)],
)
def test_day(text, day):
    (copy,) = derive.copies({"952": [field("952", a="PUSAT", p="B1", d=text)]})

    assert copy.received_on == day


def test_keys_are_the_surest_first_and_content_is_the_last_resort():
    record = marc_record(number="1", isbn="9789799731234")
    columns = derive.columns(record)
    bare = Record("00000nam a2200000 i 4500", [field("245", a="Laporan")])

    assert [kind for kind, _ in derive.keys(record, columns)] == ["control", "isbn", "title"]
    assert [kind for kind, _ in derive.keys(bare, derive.columns(bare), content=b"x")] == ["content"]


def test_authority_with_its_references():
    record = Record(
        "00000nz  a2200000n  4500",
        [
            Field("001", data="n79"),
            field("100", "1 ", a="Toer, Pramoedya Ananta,", d="1925-2006"),
            field("400", "1 ", a="Pramudya Ananta Tur"),
            field("400", "1 ", w="nne", a="Toer, Pramudya"),
            field("550", a="Sastrawan", x="Indonesia"),
        ],
    )

    assert derive.heading(record) == derive.Heading(
        kind="person",
        heading="Toer, Pramoedya Ananta, 1925-2006",
        heading_key="toer pramoedya ananta 1925 2006",
        see=["Pramudya Ananta Tur", "Toer, Pramudya"],
        see_also=["Sastrawan -- Indonesia"],
        control_number="n79",
        control_source="",
    )


def test_holdings_say_where_and_what():
    record = Record(
        "00000ny  a2200000n  4500",
        [
            Field("001", data="h1"),
            Field("004", data="b1"),
            field("852", "01", b="PUSAT", c="BERKALA", h="050", i="TEM"),
            field("866", " 0", a="1990-2005"),
            field("868", " 0", a="Indeks 1990-1999."),
        ],
    )

    assert derive.holdings(record) == derive.Shelf(
        bib_control_number="b1",
        control_number="h1",
        place="PUSAT, BERKALA",
        call_number="050 TEM",
        extent="1990-2005\nIndeks 1990-1999",
    )

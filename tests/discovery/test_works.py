"""Which records are of one work: the sure ones are found, the doubtful ones left apart."""

import pytest

from pustaka.discovery import works
from pustaka.standards.marc import Field, Record
from tests.factories.catalog import marc_record


TOER = "Toer, Pramoedya Ananta"


def work(title: str, author: str = TOER, *more: Field, form: str = "book") -> works.Work:
    return works.of(marc_record(title=title, author=author, more=more), form=form)


def subtitled(title: str, rest: str, author: str = "Sukirno, Sadono") -> works.Work:
    record = marc_record(title=title, author=author)
    fields = [
        Field("245", indicators="10", subfields=[("a", title), ("b", rest)]) if one.tag == "245" else one
        for one in record.fields
    ]
    return works.of(Record(record.leader, fields), form="book")


def field(tag: str, *subfields: tuple[str, str], indicators: str = "  ") -> Field:
    return Field(tag, indicators=indicators, subfields=subfields)


def are_one(ours: works.Work, theirs: works.Work) -> bool:
    """As `kin` decides: a shared key, and nothing against it."""
    return bool(set(ours.keys()) & set(theirs.keys())) and works.are_one(ours, theirs)


ENGLISH = work(
    "This earth of mankind", "Toer, Pramoedya Ananta", field("240", ("a", "Bumi manusia."), ("l", "English"))
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (work("Bumi manusia"), work("Bumi Manusia :")),
        (work("Bumi manusia"), work("Bumi manusia", "Pramoedya Ananta Toer")),
        (work("Bumi manusia"), work("Bumi manusia", "Toer, Pramoedya A.")),
        (work("Bumi manusia"), ENGLISH),
        (ENGLISH, work("Aarde der mensen", TOER, field("240", ("a", "Bumi manusia"), ("l", "Dutch")))),
        (work("Bumi manusia"), work("Aarde der mensen", TOER, field("765", ("t", "Bumi manusia")))),
        (
            work("Animal farm", "Orwell, George"),
            work("Binatangisme", "Orwell, George", field("500", ("a", "Terjemahan dari: Animal farm."))),
        ),
        (
            work("Animal farm", "Orwell, George"),
            work("Binatangisme", "Orwell, George", field("500", ("a", "Judul asli: Animal Farm / George Orwell"))),
        ),
        (
            work("The old man and the sea", "Hemingway, Ernest"),
            work("Lelaki tua", "Hemingway, Ernest", field("500", ("a", "Translation of: The old man and the sea"))),
        ),
        (work("Bumi manusia"), work("Bumi manusia", form="ebook")),
        (work("Bumi manusia"), work("Bumi manusia", form="audio")),
        (subtitled("Ekonomi mikro", "teori pengantar"), subtitled("Ekonomi mikro", "")),
        (work("Kalkulus", "Purcell, Edwin", field("250", ("a", "Edisi 8"))), work("Kalkulus", "Purcell, Edwin")),
        (subtitled("Mikroekonomi", "teori pengantar"), subtitled("Mikroekonomi", "suatu teori pengantar")),
    ],
)  # fmt: skip
def test_editions_and_translations_are_one_work(ours: works.Work, theirs: works.Work) -> None:
    assert are_one(ours, theirs)
    assert are_one(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (work("Pengantar akuntansi", "Wijaya, Budi"), work("Pengantar akuntansi", "Wijaya, Siti")),
        (work("Pengantar akuntansi", "Wijaya, B."), work("Pengantar akuntansi", "Wijaya, Siti")),
        (work("Pengantar akuntansi", "Wijaya, Budi"), work("Pengantar akuntansi", "Kieso, Donald E.")),
        (work("Pengantar akuntansi", ""), work("Pengantar akuntansi", "")),
        (work("Mekanika tanah 1", "Hardiyatmo, Hary"), work("Mekanika tanah 2", "Hardiyatmo, Hary")),
        (
            work("Pengantar ekonomi mikro", "Mankiw, N. Gregory", field("240", ("a", "Principles of economics"))),
            work("Pengantar ekonomi makro", "Mankiw, N. Gregory", field("240", ("a", "Principles of economics"))),
        ),
        (work("Puisi", "Rendra"), work("Puisi", "Rendra")),  # a kind of thing, not a title
        (work("Laskar pelangi", "Hirata, Andrea"), work("Laskar pelangi", "Hirata, Andrea", form="video")),
        (work("Jurnal ekonomi", "Universitas", form="journal"), work("Jurnal ekonomi", "Universitas", form="journal")),
        (work("Jepang", "Cho, Sung Yoon"), work("Jepang", "Cho, Sung Yoon")),  # a report of each year
        (subtitled("Dua lagu", "untuk suara tinggi"), subtitled("Dua lagu", "untuk suara rendah")),
        (subtitled("Indonesia", "sejarah politik"), subtitled("Indonesia", "resep masakan")),
        (subtitled("Matematika", "untuk SMA jilid 2"), subtitled("Matematika", "untuk SMA jilid 3")),
        (
            work("Cerita dari Blora"),
            work("Kumpulan", TOER, field("700", ("a", "Toer"), ("t", "Cerita dari Blora"), indicators="12")),
        ),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_left_apart(ours: works.Work, theirs: works.Work) -> None:
    assert not are_one(ours, theirs)
    assert not are_one(theirs, ours)


def test_years_of_life_tell_people_apart() -> None:
    def by(years: str) -> works.Work:
        record = marc_record(title="Selected thoughts", author="")
        record.fields.append(field("100", ("a", "Smith, John,"), ("d", years)))
        return works.of(record, form="book")

    assert are_one(by("1920-2001"), by("1920-"))
    assert not are_one(by("1920-2001"), by("1961-"))


def test_of_a_body_only_the_same_thing_on_paper_and_online_is_one_work() -> None:
    def report(rest: str, *, form: str, year: int = 2020) -> works.Work:
        record = marc_record(title="x", author="", year=year)
        fields = [one for one in record.fields if one.tag != "245"]
        fields += [field("110", ("a", "Kementerian Keuangan")), field("245", ("a", "Nota keuangan"), ("b", rest))]
        return works.of(Record(record.leader, fields), form=form)

    assert are_one(report("tahun 2020", form="book"), report("tahun 2020", form="ebook"))
    assert not are_one(report("tahun 2020", form="book"), report("tahun 2020", form="book"))
    assert not are_one(report("tahun 2020", form="book"), report("tahun 2021", form="ebook"))
    assert not are_one(report("tahun 2020", form="book"), report("", form="ebook"))
    assert not are_one(report("", form="book"), report("", form="ebook", year=2021))

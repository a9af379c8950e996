"""The facts of the demo hold together before anything is imported."""

import re
from collections import Counter
from datetime import date

import pytest

from pustaka.interfaces.cli.demo import works
from pustaka.standards.identifiers import isbn13
from pustaka.standards.marc import Record, parse, to_iso2709

HARI_BUKU = date(2026, 5, 17)


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(works.records(today=HARI_BUKU, seed=17))


def test_there_are_more_than_a_thousand_works_and_theses_besides(records):
    theses = [record for record in records if record.get("502")]

    assert len(records) - len(theses) >= 1000
    assert len(theses) >= 100


def test_the_same_seed_makes_the_same_library(records):
    assert list(works.records(today=HARI_BUKU, seed=17)) == records
    assert list(works.records(today=HARI_BUKU, seed=18)) != records


def test_every_record_survives_iso_2709(records):
    for number, record in enumerate(records, 1):
        read = parse(to_iso2709(record), format="iso2709", number=number, offset=0)
        assert read.mended == ()
        assert read.record == record


def test_every_title_has_a_class_a_subject_and_a_year_that_can_be(records):
    for record in records:
        title = record.get("245").text("ab")
        assert re.fullmatch(r"\d{3}(\.\d+)?", record.get("082").get("a")), title
        assert record.get("650"), title
        assert 1450 <= int(record.control("008")[7:11]) <= HARI_BUKU.year, title


def test_every_isbn_is_right_and_stands_once(records):
    numbers = [field.get("a") for record in records for field in record.all("020")]

    assert len(numbers) > 100
    assert [number for number in numbers if isbn13(number) is None] == []
    assert [number for number, count in Counter(map(isbn13, numbers)).items() if count > 1] == []


def test_no_work_stands_twice(records):
    works_seen = Counter(
        (record.get("245").text("ab").casefold(), record.get("245").get("c"), record.control("008")[35:38])
        for record in records
    )

    assert [work for work, count in works_seen.items() if count > 1] == []


def test_barcodes_are_unique_and_several_copies_are_usual(records):
    barcodes = [field.get("p") for record in records for field in record.all("952")]

    assert len(set(barcodes)) == len(barcodes)
    assert len(barcodes) > 2 * len(records)


def test_works_in_arabic_carry_their_own_script(records):
    linked = [record.get("880").get("a") for record in records if record.get("880")]

    assert linked
    assert all(re.search("[\u0600-\u06ff]", text) for text in linked)

"""Titles as files: what came in goes out again, and a table that no spreadsheet runs."""

import csv
import io
import json

import pytest
from django.utils import translation
from lxml import etree

from pustaka.catalog import queries
from pustaka.catalog.models import Bib, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import exports, records
from pustaka.catalog.services.exports import Format
from pustaka.foundation.actors import SYSTEM, Actor
from pustaka.foundation.errors import NotPermitted
from pustaka.standards.marc import Field, read, to_iso2709
from tests.catalog.conftest import AT, LATER, imported
from tests.factories import BibFactory, BranchFactory, ImportJobFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def written(bibs=None, form=Format.MARC, **more):
    return b"".join(exports.write(bibs=queries.all_bibs() if bibs is None else bibs, format=form, **more))


def read_back(data):
    return [found.record for found in read(io.BytesIO(data))]


def table(data):
    assert data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("form", [Format.MARC, Format.ORIGINAL])
def test_export_equals_import_byte_for_byte(catalog_file, form):
    path = catalog_file(*(marc_record(number=str(n), title=f"Judul ke-{n}: Ōsaka") for n in range(5)))
    imported(path)

    assert written(form=form) == path.read_bytes()


def test_original_brings_back_even_what_was_mended(catalog_file):
    odd = b"99999" + to_iso2709(marc_record(number="1"))[5:]
    latin = to_iso2709(marc_record(number="2", title="Caf# Batavia")).replace(b"#", b"\xe9")
    imported(catalog_file(odd, latin))

    assert written(form=Format.ORIGINAL) == odd + latin
    assert "Café Batavia".encode() in written(form=Format.MARC)


def test_original_of_a_title_that_was_changed_since_is_the_new_one(catalog_file):
    imported(catalog_file(b"99999" + to_iso2709(marc_record(number="1"))[5:]))
    bib = Bib.objects.get()
    records.change(bib_id=bib.pk, record=marc_record(number="1", title="Baru"), version=1, at=LATER, by=SYSTEM)

    assert written(form=Format.ORIGINAL) == to_iso2709(marc_record(number="1", title="Baru"))


@pytest.mark.parametrize("form", [Format.MARC, Format.MARCXML, Format.JSON])
def test_every_marc_format_reads_back_the_same(form):
    given = [marc_record(number=str(n), title=f"<Judul> & ke-{n} القرآن") for n in range(3)]
    for record in given:
        BibFactory(record=record)

    assert read_back(written(form=form)) == given


def test_empty_export_is_a_whole_file():
    assert written(form=Format.MARC) == b""
    assert read_back(written(form=Format.MARCXML)) == []
    assert table(written(form=Format.CSV)) == []


def test_ids_are_written_in_their_order_and_hidden_titles_left_out():
    first, second = BibFactory(title="Satu"), BibFactory(title="Dua")
    hidden = BibFactory(title="Tersembunyi", batch=ImportJobFactory(state="ready"))

    found = read_back(written([second.pk, hidden.pk, 999_999, first.pk]))

    assert [record.get("245").get("a") for record in found] == ["Dua /", "Satu /"]


def test_a_record_too_long_for_iso_2709_is_read_back_whole():
    long = marc_record(
        number="1", more=tuple(Field("505", subfields=[("a", f"{n} " + "isi " * 2000)]) for n in range(20))
    )
    BibFactory(record=long)

    (found,) = read_back(written())

    assert [field.get("a") for field in found.all("505")] == [field.get("a") for field in long.all("505")]
    assert read_back(written(form=Format.MARCXML)) == [long]


def test_copies_come_back_as_they_were():
    central = BranchFactory(code="PUSAT")
    bib = BibFactory(record=marc_record(number="1"))
    ItemFactory(
        bib=bib, barcode="B1", branch=central, status="lost", source="waqf", price_idr=85_000, copy_number=2,
        volume="Jil. 2", inventory_number="12/UMN/2020", note="sobek", call_number="899.2213 TOE b",
    )  # fmt: skip
    ItemFactory(bib=bib, barcode="B2", branch=central)
    data = written(with_items=True)
    before = list(Item.objects.order_by("barcode").values())
    assert written() != data
    Item.objects.all().delete()
    records.remove(bib_id=bib.pk, version=1, at=AT, by=SYSTEM)

    job = imported_bytes(data)

    assert job.counts["items"] == 2
    after = list(Item.objects.order_by("barcode").values())
    told = set(before[0]) - {"id", "bib_id", "batch_id", "created_at"}
    assert [{k: v for k, v in item.items() if k in told} for item in after] == [
        {k: v for k, v in item.items() if k in told} for item in before
    ]


def imported_bytes(data):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "katalog.mrc"
        path.write_bytes(data)
        return imported(path)


def test_table_for_people():
    bib = BibFactory(
        record=marc_record(
            number="1",
            isbn="9789799731234",
            more=(Field("650", indicators=" 4", subfields=[("a", "Fiksi"), ("z", "Indonesia")]),),
        )
    )
    ItemFactory(bib=bib, barcode="B1")
    ItemFactory(bib=bib, barcode="B2")

    (row,) = table(written(form=Format.CSV))

    assert row == {
        "title": "Bumi manusia", "author": "Toer, Pramoedya Ananta", "edition": "", "place": "Jakarta",
        "statement of responsibility": "Toer, Pramoedya Ananta", "publisher": "Lentera Dipantara", "year": "2005",
        "form": "Book", "language": "ind", "extent": "535 hlm. ; 20 cm", "series": "", "ISBN": "9789799731234",
        "ISSN": "", "classification": "899.2213", "call number": "899.2213 TOE b", "subjects": "Fiksi -- Indonesia",
        "copies": "2", "barcodes": "B1 B2", "control number": "1", "record": str(bib.pk),
    }  # fmt: skip


def test_a_title_that_looks_like_a_formula_is_guarded_in_the_table():
    BibFactory(record=marc_record(title='=HYPERLINK("http://jahat.example")'))

    (row,) = table(written(form=Format.CSV))

    assert row["title"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("form", "statements"), [(Format.MARC, 2), (Format.CSV, 3)])
def test_export_costs_the_same_for_any_number_of_titles(rows, form, statements, django_assert_num_queries):
    for bib in BibFactory.create_batch(rows):
        ItemFactory(bib=bib)

    with django_assert_num_queries(statements):
        written(form=form)


def test_only_some_may_take_everything_out():
    exports.require_all(by=Actor(name="Ratna", permissions=frozenset({Permission.EXPORT})))
    with pytest.raises(NotPermitted):
        exports.require_all(by=Actor(name="Maria", permissions=frozenset({Permission.EDIT})))


def test_json_has_a_record_a_line():
    BibFactory.create_batch(2)

    assert [sorted(json.loads(line)) for line in written(form=Format.JSON).splitlines()] == [["fields", "leader"]] * 2


CITED = {
    Format.RIS: (b"TY  - ", 3),
    Format.BIBTEX: (b"@book{", 3),
    Format.ENDNOTE: (b"%0 Book", 3),
    Format.DUBLIN_CORE: (b"<oai_dc:dc ", 3),
    Format.MODS: (b"<titleInfo>", 3),
}


@pytest.mark.parametrize("form", CITED)
def test_a_list_is_written_for_reference_managers_and_other_catalogues_in_its_order(form):
    first, second, third = BibFactory.create_batch(3)

    data = written([third.pk, first.pk, second.pk], form)

    mark, count = CITED[form]
    assert data.count(mark) == count
    assert [data.index(bib.title.encode()) for bib in (third, first, second)] == sorted(
        data.index(bib.title.encode()) for bib in (first, second, third)
    )
    if form in {Format.DUBLIN_CORE, Format.MODS}:
        assert len(etree.fromstring(data)) == 3


@pytest.mark.parametrize("titles", [0, 1, 2, 5])
def test_csl_json_is_one_array_whatever_the_pages(titles, monkeypatch):
    monkeypatch.setattr(exports, "PAGE", 2)
    bibs = BibFactory.create_batch(titles)

    found = json.loads(written([bib.pk for bib in bibs], Format.CSL_JSON))

    assert [item["id"] for item in found] == [str(bib.pk) for bib in bibs]


@pytest.mark.parametrize("titles", [1, 3])
def test_works_cost_one_statement_for_any_number(titles, django_assert_num_queries):
    bibs = BibFactory.create_batch(titles)
    hidden = BibFactory(batch=ImportJobFactory())

    with django_assert_num_queries(1):
        found = queries.works([hidden.pk, *(bib.pk for bib in reversed(bibs)), 999_999])

    assert [item["title"] for item in found] == [bib.title for bib in reversed(bibs)]


def test_every_format_has_a_type_and_an_ending_of_its_own():
    assert set(exports.CONTENT_TYPES) == set(exports.EXTENSIONS) == set(Format)
    assert len(set(exports.EXTENSIONS.values())) == len(Format) - 1  # MARC as it came is MARC

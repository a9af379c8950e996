"""Tables on their way into the catalogue: exports of SLiMS, and lists whose columns a person explains."""

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.utils import translation

from pustaka.branches.models import Branch, Location
from pustaka.catalog import queries, tables
from pustaka.catalog.models import Bib, BibRecord, ColumnMap, ImportEntry, ImportJob, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import columns, exports, imports, items
from pustaka.catalog.tables import Column, Recipe, Target
from pustaka.foundation.actors import SYSTEM, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.standards import marc, slims
from tests.catalog.conftest import AT, LATER, imported, staged, taken_over
from tests.factories import BranchFactory, ItemFactory, LocationFactory

pytestmark = pytest.mark.django_db

OnMatch, Outcome = ImportJob.OnMatch, ImportEntry.Outcome
BUMI = {
    "title": "Bumi manusia : roman", "gmd_name": "Text", "edition": "Cet. 2", "isbn_issn": "979-97312-3-2",
    "publisher_name": "Lentera Dipantara", "publish_year": "[2005]", "collation": "xii, 535 hlm. : ilus. ; 20 cm",
    "series_title": "Tetralogi Buru", "call_number": "899.2213 TOE b", "language_name": "Indonesia",
    "place_name": "Jakarta", "classification": "899.2213", "notes": r"Indeks\nBibliografi", "image": "bumi.jpg",
    "sor": "Pramoedya Ananta Toer", "authors": "<Toer, Pramoedya Ananta><Lane, Max>", "topics": "<Fiksi><Roman>",
    "item_code": "<B001><B002>",
}  # fmt: skip
COPY = {
    "item_code": "B001", "call_number": "R 899.2213 TOE b", "coll_type_name": "Referensi", "inventory_code": "INV-1",
    "received_date": "2020-02-29", "supplier_name": "Toko Gramedia", "location_name": "Perpustakaan Fakultas Sastra",
    "order_date": "0000-00-00", "item_status_name": "No Loan", "site": "Rak 12", "source": "2", "price": "85000",
    "price_currency": "Rupiah", "title": "Bumi manusia : roman",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def central():
    return BranchFactory(code="PUSAT", name="Perpustakaan Pusat")


@pytest.fixture
def table(tmp_path):
    """Write rows to a file."""

    def write(*rows, name="buku.csv", delimiter=",", encoding="utf-8"):
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
        path = tmp_path / name
        path.write_bytes(out.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def export(table):
    """An export of SLiMS: rows as dictionaries."""

    def write(kind, *rows, header=True, **more):
        names = slims.COLUMNS[kind]
        lines = [[row.get(name, "") for name in names] for row in rows]
        return table(*([names] if header else []), *lines, **({"name": f"{kind}.csv"} | more))

    return write


def record(title):
    return marc.load(bytes(BibRecord.objects.get(bib__title=title).marc))


def shown(found):
    return [f"{field.tag} {field.body[:2]}{field.body[2:]}".replace("\x1f", "$") for field in found.fields]


def said(job, outcome):
    return [(entry.number, entry.title, list(entry.remarks)) for entry in queries.entries(job, outcome)]


# --- Titles of SLiMS -------------------------------------------------------------------------------------------------


def test_export_of_titles_becomes_whole_records_with_copies(export, central):
    job = imported(export("biblio", BUMI))

    assert (job.state, job.format, job.recipe["origin"]) == ("done", "csv", "slims")
    found = record("Bumi manusia : roman")
    assert found.leader == "00000nam a2200000 i 4500"
    assert shown(found) == [
        "008 000000s2005    io            000 0 ind d",
        "020   $a9799731232",
        "041 0 $aind",
        "082 04$a899.2213",
        "090   $a899.2213 TOE b",
        "100 1 $aToer, Pramoedya Ananta",
        "245 10$aBumi manusia$h[Text] :$broman /$cPramoedya Ananta Toer",
        "250   $aCet. 2",
        "264  1$aJakarta :$bLentera Dipantara,$c[2005]",
        "300   $axii, 535 hlm. :$bilus. ;$c20 cm",
        "490 0 $aTetralogi Buru",
        "500   $aIndeks",
        "500   $aBibliografi",
        "650  4$aFiksi",
        "650  4$aRoman",
        "700 1 $aLane, Max",
        "981   $aimage$bbumi.jpg",
    ]
    bib = Bib.objects.get()
    assert (bib.title, bib.author, bib.year, bib.isbn, bib.gmd) == (
        "Bumi manusia : roman", "Toer, Pramoedya Ananta", 2005, "9789799731234", "Text",
    )  # fmt: skip
    assert [(item.barcode, item.call_number, item.branch) for item in Item.objects.order_by("barcode")] == [
        ("B001", "899.2213 TOE b", central), ("B002", "899.2213 TOE b", central),
    ]  # fmt: skip


def test_export_is_known_without_a_header_and_in_another_dialect(export, central):
    job = imported(export("biblio", BUMI, header=False, delimiter=";", encoding="utf-16"))

    assert job.counts["bibs"] == 1
    assert Bib.objects.get().title == "Bumi manusia : roman"
    assert job.recipe["header_row"] == 0


def test_export_again_changes_nothing(export, central):
    path = export("biblio", BUMI, {"title": "Laporan tahunan", "item_code": "<B9>"})
    imported(path)
    again = staged(path)

    summary = imports.summary(job=again)
    assert (summary.bibs, summary.matched, summary.identical, summary.will_add) == (2, 2, 2, 0)
    assert (summary.items, summary.items_known) == (0, 3)


@pytest.mark.parametrize(
    ("values", "outcome", "remark"),
    [
        ({"isbn_issn": "9799731233"}, "noted", "The ISBN 9799731233 has a wrong check digit: kept, but not believed."),
        (
            {"isbn_issn": "9.78979E+12"},
            "noted",
            "A spreadsheet program has shortened the number 9.78979E+12: its last digits are lost.",
        ),
        ({"isbn_issn": "belum ada"}, "noted", "“belum ada” is no ISBN or ISSN: kept, but not believed."),
        ({"notes": "<p>Satu &amp; dua</p>"}, "mended", "HTML was taken out of “notes”."),
        (
            {"notes": "Developerâ€™s guide"},
            "mended",
            "the text was encoded twice and was put right: notes, â€™ → ’",
        ),
        (
            {"authors": "<Kotler, Philip dan Keller, Kevin>"},
            "mended",
            "Several names stood in one value and were parted: Kotler, Philip dan Keller, Kevin",
        ),
        ({"authors": "<Kotler, Philip [et al.]>"}, "mended", "“[et al.]” was taken off the name Kotler, Philip."),
        ({"item_code": "<" + "x" * 61 + ">"}, "noted", f"“{'x' * 61}” can't be a barcode: this copy is left out."),
    ],
)
def test_what_was_changed_or_is_doubtful_is_said_with_its_row(export, central, values, outcome, remark):
    job = staged(export("biblio", {"title": "Laskar pelangi"}, BUMI | {"isbn_issn": ""} | values))

    assert said(job, outcome) == [(3, "Bumi manusia : roman", [remark])]


@pytest.mark.parametrize(
    ("written", "year", "fixed"),
    [
        ("2005", 2005, "s2005    "),
        ("[2009]", 2009, "s2009    "),
        ("2009-", 2009, "m20099999"),
        ("t.t.", None, "nuuuuuuuu"),
        ("0000", None, "nuuuuuuuu"),
        ("", None, "nuuuuuuuu"),
    ],
)
def test_year_is_kept_as_written_and_read_where_it_can_be(export, central, written, year, fixed):
    imported(export("biblio", BUMI | {"publish_year": written}))

    bib = Bib.objects.get()
    found = record(bib.title)
    assert (bib.year, found.control("008")[6:15], found.get("264").get("c")) == (year, fixed, written)


@pytest.mark.parametrize(
    ("gmd", "leader", "form"),
    [
        ("Text", "am", "book"), ("", "am", "book"), ("Skripsi", "am", "thesis"), ("Electronic Resource", "am", "ebook"),
        ("Majalah", "as", "journal"), ("Sound Recording", "im", "audio"), ("Video Recording", "gm", "video"),
        ("Peta", "em", "map"), ("CD-ROM", "mm", "software"), ("Referensi", "am", "reference"),
    ],
)  # fmt: skip
def test_gmd_says_what_kind_of_thing_it_is(export, central, gmd, leader, form):
    imported(export("biblio", BUMI | {"gmd_name": gmd}))

    bib = Bib.objects.get()
    assert (record(bib.title).leader[6:8], bib.form) == (leader, form)


def test_row_without_a_title_is_broken_and_says_what_it_holds(export, central):
    job = staged(export("biblio", BUMI | {"title": " "}, BUMI))

    assert said(job, "broken")[0][0] == 2
    assert said(job, "broken")[0][2][0].startswith("The row has no title: Text | Cet. 2 | 979-97312-3-2")
    assert job.counts["bibs"] == 1


def test_import_of_a_table_is_undone(export, central):
    job = imported(export("biblio", BUMI))

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)

    assert queries.job(job.pk).state == "undone"
    assert not Bib.with_hidden.exists()
    assert not Item.with_hidden.exists()


def test_killed_import_of_a_table_goes_on_where_it_was(export, central, monkeypatch):
    from pustaka.catalog.importing import reading

    monkeypatch.setattr(reading, "CHUNK", 2)
    path = export("biblio", *[{"title": f"Judul {n}", "item_code": f"<B{n}>"} for n in range(7)])
    job = imports.add_file(path=path, at=AT, by=SYSTEM)
    chunks = reading.chunks

    def cut(*args, **more):
        for number, chunk in enumerate(chunks(*args, **more)):
            if number == 2:
                raise KeyboardInterrupt
            yield chunk

    monkeypatch.setattr(reading, "chunks", cut)
    with pytest.raises(KeyboardInterrupt):
        imports.analyse(job_id=job.pk, at=AT)
    monkeypatch.setattr(reading, "chunks", chunks)
    assert queries.job(job.pk).read == 4
    imports.analyse(job_id=job.pk, at=AT)

    taken_over(queries.job(job.pk))
    assert sorted(bib.title for bib in Bib.objects.all()) == [f"Judul {n}" for n in range(7)]


# --- Copies of SLiMS -------------------------------------------------------------------------------------------------


def test_table_of_copies_describes_the_copies_that_the_titles_brought(export, central):
    imported(export("biblio", BUMI))
    job = staged(export("item", COPY), creates_places=True)

    summary = imports.summary(job=job)
    assert (summary.copies, summary.copies_changed, summary.will_add) == (1, 1, 0)
    assert Item.objects.get(barcode="B001").inventory_number == ""
    taken_over(job)

    item = Item.objects.get(barcode="B001")
    assert (item.branch.name, item.location.name) == ("Perpustakaan Fakultas Sastra", "Rak 12")
    assert (item.call_number, item.inventory_number, item.item_type.name) == ("R 899.2213 TOE b", "INV-1", "Referensi")
    assert (item.status, item.source, item.price_idr) == ("reference", "gift", 85_000)
    assert item.received_on == date(2020, 2, 29)
    assert item.unplaced == {"supplier_name": "Toko Gramedia", "order_date": "0000-00-00"}
    assert Item.objects.get(barcode="B002").version == 1


def test_table_of_copies_is_undone(export, central):
    imported(export("biblio", BUMI))
    before = Item.objects.values().get(barcode="B001")
    job = imported(export("item", COPY), creates_places=True)

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)

    assert Item.objects.values().get(barcode="B001") == before | {"version": 3}
    assert [(step.told.change, step.told.cause) for step in queries.item_steps(before["id"])] == [
        ("import_undone", f"import:{job.pk}"), ("imported", f"import:{job.pk}"),
    ]  # fmt: skip


def test_titles_are_undone_after_their_copies(export, central):
    titles = imported(export("biblio", BUMI))
    copies = imported(export("item", COPY))

    for job in (copies, titles):
        imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
        imports.withdraw(job_id=job.pk, at=LATER)

    assert not Bib.with_hidden.exists()
    assert not Item.with_hidden.exists()


def test_copy_that_was_changed_after_the_import_keeps_what_it_has_on_undo(export, central):
    imported(export("biblio", BUMI))
    job = imported(export("item", COPY))
    item = Item.objects.get(barcode="B001")
    items.change(item_id=item.pk, version=item.version, fields={"note": "Sampul lepas"}, at=LATER, by=SYSTEM)

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)

    item.refresh_from_db()
    assert (item.note, item.inventory_number) == ("Sampul lepas", "INV-1")
    assert said(job, "noted") == [(2, "B001", ["It was changed after the import."])]


@pytest.mark.parametrize(("rule", "inventory"), [(OnMatch.SKIP, ""), (OnMatch.REPLACE, "INV-1")])
def test_copy_that_was_changed_here_is_changed_only_where_theirs_are_to_replace_ours(export, central, rule, inventory):
    imported(export("biblio", BUMI))
    item = Item.objects.get(barcode="B001")
    items.change(item_id=item.pk, version=item.version, fields={"note": "Sampul lepas"}, at=AT, by=SYSTEM)
    job = staged(export("item", COPY), on_match=rule)

    assert imports.summary(job=job).copies_changed == (rule == OnMatch.REPLACE)
    assert said(job, "noted") == [(2, "Bumi manusia : roman", ["The copy B001 was changed here since it came."])]
    taken_over(job)

    item.refresh_from_db()
    assert (item.note, item.inventory_number) == ("Sampul lepas", inventory)


def test_second_table_of_copies_corrects_the_first(export, central):
    imported(export("biblio", BUMI))
    imported(export("item", COPY))
    same = staged(export("item", COPY))
    imported(export("item", COPY | {"inventory_code": "INV-2"}))

    assert imports.summary(job=same).copies_same == 1
    assert Item.objects.get(barcode="B001").inventory_number == "INV-2"


def test_copies_without_a_title_and_rows_that_come_twice_are_named(export, central):
    imported(export("biblio", BUMI))
    job = staged(export("item", COPY, COPY, COPY | {"item_code": "X9", "title": "Hilang"}, COPY | {"item_code": ""}))

    assert said(job, "broken") == [
        (4, "Hilang", ["No title here has a copy with the barcode X9: bring in the titles first."]),
        (5, "", ["The row has no barcode: Bumi manusia : roman"]),
    ]
    assert said(job, "noted") == [
        (3, "Bumi manusia : roman", ["The barcode B001 stands in an earlier row, too: that one counts."])
    ]


@pytest.mark.parametrize(
    ("values", "remark", "kept"),
    [
        ({"item_status_name": "Dipajang"}, "The state “Dipajang” is none of ours: taken for available.",
         {"item_status_name": "Dipajang"}),
        ({"price": "12.50", "price_currency": "USD"}, "The price USD 12.50 isn't one in rupiah: kept as it is.",
         {"price": "USD 12.50"}),
        ({"received_date": "kemarin"}, "“kemarin” can't be read as a day: kept as it is.",
         {"received_date": "kemarin"}),
        ({"source": "Sidang"}, "The source “Sidang” is none of ours: kept as it is.", {"source": "Sidang"}),
    ],
)  # fmt: skip
def test_what_a_copy_has_no_place_for_is_kept_and_said(export, central, values, remark, kept):
    imported(export("biblio", BUMI))
    job = staged(export("item", {"item_code": "B001", "title": "Bumi"} | values))

    assert said(job, "noted") == [(2, "Bumi", [remark])]
    taken_over(job)
    assert Item.objects.get(barcode="B001").unplaced == kept


def test_places_of_a_table_are_found_by_name_and_made_only_when_asked_for(export, central):
    science = BranchFactory(code="SAINS", name="Perpustakaan Fakultas Sains")
    shelf = LocationFactory(branch=science, code="R1", name="Rak Satu")
    imported(export("biblio", BUMI))
    job = imported(export("item", COPY | {"location_name": "perpustakaan fakultas SAINS", "site": "rak satu"},
                          COPY | {"item_code": "B002"}))  # fmt: skip

    first, second = Item.objects.order_by("barcode")
    assert (first.branch, first.location) == (science, shelf)
    assert (second.branch, second.location) == (central, None)
    assert imports.summary(job=job).unknown_places == {"Perpustakaan Fakultas Sastra": 1}
    assert (Branch.objects.count(), Location.objects.count()) == (2, 1)


def test_long_names_that_begin_alike_are_places_of_their_own(export, central):
    imported(export("biblio", BUMI))
    job = staged(
        export("item", COPY, COPY | {"item_code": "B002", "location_name": "Perpustakaan Fakultas Teknik"}),
        creates_places=True,
    )
    taken_over(job)

    assert {item.branch.name for item in Item.objects.all()} == {
        "Perpustakaan Fakultas Sastra", "Perpustakaan Fakultas Teknik",
    }  # fmt: skip


def test_copies_of_an_import_of_titles_that_is_undone_stay_where_copies_were_described_since(export, central):
    titles = imported(export("biblio", BUMI))
    imported(export("item", COPY))

    imports.undo(job_id=titles.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=titles.pk, at=LATER)

    assert Item.objects.get(barcode="B001").inventory_number == "INV-1"


# --- Lists whose columns a person explains ---------------------------------------------------------------------------


LIST = (
    ["No", "Judul Buku", "Pengarang", "Penerbit", "Thn Terbit", "No Induk", "Kode Eksemplar", "Warna"],
    ["1", "Bumi manusia", "Toer, Pramoedya Ananta; Lane, Max", "Lentera", "2005", "0001", "B1", "biru"],
    ["2", "Bumi manusia", "Toer, Pramoedya Ananta; Lane, Max", "Lentera", "2005", "0002", "B2", "biru"],
    ["3", "Laskar pelangi", "Hirata, Andrea", "Bentang", "2006", "0003", "B3", ""],
)


def guessed(job, **more):
    seen = columns.look(job=job, layout=columns.layout_of(job=job))
    named = [Column(name, target) for name, target in zip(seen.header, tables.guesses(seen.header), strict=True)]
    return replace(Recipe(layout=seen.layout, columns=tuple(named), header_row=seen.header_row), **more)


def chosen(job, recipe=None, name="Daftar kami"):
    columns.choose(job_id=job.pk, recipe=recipe or guessed(job), name=name, at=AT, by=SYSTEM)
    imports.analyse(job_id=job.pk, at=AT)
    return queries.job(job.pk)


def waiting(path, **more):
    return imports.add_file(path=path, at=AT, by=SYSTEM, **more)


def test_unknown_table_waits_for_the_meaning_of_its_columns(table, central):
    job = waiting(table(*LIST))
    imports.analyse(job_id=job.pk, at=AT)

    assert queries.job(job.pk).state == "mapping"
    assert [column.target for column in guessed(job).columns] == [
        Target.NOWHERE, Target.TITLE, Target.AUTHOR, Target.PUBLISHER, Target.YEAR, Target.INVENTORY_NUMBER,
        Target.BARCODE, Target.LOCAL,
    ]  # fmt: skip


def test_rows_of_one_title_become_one_title_with_its_copies(table, central):
    job = taken_over(chosen(waiting(table(*LIST))))

    assert [(bib.title, bib.author, bib.year) for bib in Bib.objects.order_by("title")] == [
        ("Bumi manusia", "Toer, Pramoedya Ananta", 2005), ("Laskar pelangi", "Hirata, Andrea", 2006),
    ]  # fmt: skip
    assert [(item.barcode, item.inventory_number, item.bib.title) for item in Item.objects.order_by("barcode")] == [
        ("B1", "0001", "Bumi manusia"), ("B2", "0002", "Bumi manusia"), ("B3", "0003", "Laskar pelangi"),
    ]  # fmt: skip
    assert "981   $aWarna$bbiru" in shown(record("Bumi manusia"))
    assert job.counts["matched_in_file"] == 1


def test_rows_with_nothing_but_a_title_and_a_barcode_are_one_title_too(table, central):
    job = waiting(table(["judul", "barcode"], ["Laporan tahunan", "B1"], ["Laporan tahunan", "B2"]))
    taken_over(chosen(job))

    assert Bib.objects.count() == 1
    assert Item.objects.count() == 2


def test_meaning_is_remembered_for_the_next_file_with_the_same_header(table, central):
    chosen(waiting(table(*LIST)))
    header = [name.upper() for name in LIST[0]]
    second = waiting(table(header, ["9", "Sang pemimpi", "Hirata, Andrea", "B", "2007", "4", "B4", ""], delimiter=";"))

    assert second.state == "waiting"
    assert second.recipe["layout"]["delimiter"] == ";"
    assert [known.name for known in queries.column_maps()] == ["Daftar kami"]
    assert ColumnMap.objects.get().used_at == AT


def test_other_header_is_asked_about_again(table, central):
    chosen(waiting(table(*LIST)))

    assert waiting(table(LIST[0][1:], LIST[1][1:])).state == "mapping"


def test_named_map_finds_its_columns_in_another_order(table, central):
    chosen(waiting(table(*LIST)))
    turned = [list(reversed(row)) for row in LIST[:2]]
    job = waiting(table(*turned), column_map=ColumnMap.objects.get())
    imports.analyse(job_id=job.pk, at=AT)

    assert [entry.title for entry in imports.added_samples(job=queries.job(job.pk))] == ["Bumi manusia"]


def test_named_map_refuses_a_file_that_lacks_its_columns(table, central):
    chosen(waiting(table(*LIST)))

    with pytest.raises(Invalid, match="no column “Judul Buku”"):
        waiting(table(["a", "b"], ["1", "2"]), column_map=ColumnMap.objects.get())


def test_title_must_have_a_column(table, central):
    job = waiting(table(*LIST))
    recipe = guessed(job)
    without = replace(recipe, columns=tuple(Column(column.name, Target.LOCAL) for column in recipe.columns))

    with pytest.raises(Invalid, match="title"):
        columns.choose(job_id=job.pk, recipe=without, name="x", at=AT, by=SYSTEM)
    with pytest.raises(Invalid, match="barcode"):
        columns.choose(job_id=job.pk, recipe=replace(without, kind="copies"), name="x", at=AT, by=SYSTEM)
    assert queries.job(job.pk).state == "mapping"


def test_several_columns_go_to_one_field(table, central):
    path = table(["Judul", "Sub Judul", "Penulis 1", "Penulis 2", "Kota", "Negara"],
                 ["Bumi", "manusia", "Toer, Pramoedya", "Lane, Max", "Jakarta", "Indonesia"])  # fmt: skip
    job = waiting(path)
    recipe = guessed(job, joiner=", ")
    to_place = [*recipe.columns[:5], Column("Negara", Target.PLACE)]
    taken_over(chosen(job, replace(recipe, columns=tuple(to_place))))

    found = shown(record("Bumi : manusia"))
    assert "100 1 $aToer, Pramoedya" in found
    assert "700 1 $aLane, Max" in found
    assert "264  1$aJakarta, Indonesia" in found


@pytest.mark.parametrize(
    ("separator", "cell"), [("", "Fiksi; Roman"), ("", "Fiksi\nRoman"), (",", "Fiksi, Roman"), ("/", "Fiksi/Roman")]
)
def test_values_of_one_cell_are_parted(table, central, separator, cell):
    job = waiting(table(["judul", "subjek"], ["Bumi manusia", cell]))
    taken_over(chosen(job, guessed(job, separator=separator)))

    assert [field.get("a") for field in record("Bumi manusia").all("650")] == ["Fiksi", "Roman"]


def test_copy_columns_of_a_row_without_barcode_stay_in_the_record(table, central):
    taken_over(chosen(waiting(table(["judul", "barcode", "harga"], ["Bumi manusia", "", "5000"]))))

    assert "981   $aharga$b5000" in shown(record("Bumi manusia"))


def test_workbook_with_lines_above_its_header_is_read(tmp_path, central):
    book = openpyxl.Workbook()
    book.active.title = "Sampul"
    book.active.append(["Perpustakaan Universitas"])
    sheet = book.create_sheet("Buku")
    for row in (["DAFTAR BUKU 2024"], [], ["Judul", "ISBN", "Harga"], ["Bumi manusia", 9789799731234, 85000]):
        sheet.append(row)
    path = tmp_path / "buku.xlsx"
    book.save(path)
    job = waiting(path)
    layout = replace(columns.layout_of(job=job), sheet="Buku")
    seen = columns.look(job=job, layout=layout)

    assert (job.state, job.format, seen.header_row, seen.header) == ("mapping", "xlsx", 3, ["Judul", "ISBN", "Harga"])
    named = tuple(Column(name, target) for name, target in zip(seen.header, tables.guesses(seen.header), strict=True))
    taken_over(chosen(job, Recipe(layout=layout, columns=named, header_row=3)))
    assert [(bib.title, bib.isbn) for bib in Bib.objects.all()] == [("Bumi manusia", "9789799731234")]


def test_meaning_is_chosen_again_before_the_import_is_taken_over(
    table, central, uploads, django_capture_on_commit_callbacks
):
    job = chosen(waiting(table(*LIST)))
    new = columns.ask_again(job_id=job.pk, at=AT, by=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        imports.clear(job_id=job.pk, at=AT)
    recipe = guessed(new)
    without = [Column(one.name, Target.NOWHERE if one.name == "Warna" else one.target) for one in recipe.columns]
    taken_over(chosen(new, replace(recipe, columns=tuple(without))))

    assert queries.job(job.pk).state == "cancelled"
    assert not any("Warna" in field for field in shown(record("Bumi manusia")))
    assert ColumnMap.objects.count() == 1
    assert [str(path) for path in uploads.iterdir()] == [new.path]


def test_import_that_waits_for_its_columns_is_given_up(table, central, uploads, django_capture_on_commit_callbacks):
    job = waiting(table(*LIST))

    imports.cancel(job_id=job.pk, at=AT, by=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        imports.clear(job_id=job.pk, at=AT)

    assert list(uploads.iterdir()) == []


def test_meaning_is_renamed_and_forgotten(table, central):
    job = chosen(waiting(table(*LIST)))
    known = ColumnMap.objects.get()
    recipe = Recipe.from_json(known.recipe)
    chosen(waiting(table(["judul", "isbn"], ["a", "b"])), name="Lain")

    changed = columns.change(map_id=known.pk, name=" Daftar pusat ", recipe=recipe, at=LATER, by=SYSTEM)
    assert (changed.name, changed.changed_at, changed.used_at) == ("Daftar pusat", LATER, AT)
    with pytest.raises(Invalid, match="called “Lain” already"):
        columns.change(map_id=known.pk, name="Lain", recipe=recipe, at=LATER, by=SYSTEM)
    with pytest.raises(Invalid, match="Give it a name"):
        columns.change(map_id=known.pk, name=" ", recipe=recipe, at=LATER, by=SYSTEM)

    columns.forget(map_id=known.pk, by=SYSTEM)
    assert [one.name for one in queries.column_maps()] == ["Lain"]
    assert queries.job(job.pk).recipe["columns"]


@pytest.mark.parametrize("service", ["choose", "change", "forget", "ask_again"])
def test_nobody_explains_columns_without_permission(table, central, service):
    job = chosen(waiting(table(*LIST)))
    known = ColumnMap.objects.get()
    recipe = Recipe.from_json(known.recipe)
    given = {
        "choose": {"job_id": job.pk, "recipe": recipe, "name": "x", "at": AT},
        "change": {"map_id": known.pk, "recipe": recipe, "name": "x", "at": AT},
        "forget": {"map_id": known.pk},
        "ask_again": {"job_id": job.pk, "at": AT},
    }[service]

    with pytest.raises(NotPermitted):
        getattr(columns, service)(**given, by=Actor(name="Ni Made", permissions=frozenset({Permission.EDIT})))
    assert ColumnMap.objects.get() == known


def test_copies_of_other_imports_are_not_described_while_hidden(export, central):
    staged(export("biblio", BUMI))
    job = staged(export("item", COPY))

    assert imports.summary(job=job).copies_unknown == 1


def test_copy_entered_by_hand_counts_as_changed_here(export, central):
    ItemFactory(barcode="B001")
    job = staged(export("item", COPY))

    assert imports.summary(job=job).copies_touched == 1


# --- The way back ----------------------------------------------------------------------------------------------------


def table_of(form):
    return list(csv.DictReader(io.StringIO(b"".join(exports.write(bibs=queries.all_bibs(), format=form)).decode())))


def test_titles_come_back_as_slims_wrote_them(export, central):
    imported(export("biblio", BUMI))

    (row,) = table_of(exports.Format.SLIMS_TITLES)

    assert row == BUMI | {"isbn_issn": "9799731232"}


def test_copies_come_back_as_slims_wrote_them(export, central):
    imported(export("biblio", BUMI))
    imported(export("item", COPY), creates_places=True)

    first, second = table_of(exports.Format.SLIMS_COPIES)

    assert first == {name: COPY.get(name, "") for name in slims.ITEM}
    assert (second["item_code"], second["location_name"], second["item_status_name"]) == (
        "B002", "Perpustakaan Pusat", "",
    )  # fmt: skip


def test_what_was_written_is_taken_in_again_without_a_change(export, central, tmp_path):
    imported(export("biblio", BUMI, {"title": "Laporan tahunan", "publish_year": "t.t.", "item_code": "<L1>"}))
    path = tmp_path / "kembali.csv"
    path.write_bytes(b"".join(exports.write(bibs=queries.all_bibs(), format=exports.Format.SLIMS_TITLES)))

    summary = imports.summary(job=staged(path))

    assert (summary.matched, summary.identical, summary.items_known) == (2, 2, 3)


@pytest.mark.parametrize("form", [exports.Format.SLIMS_TITLES, exports.Format.SLIMS_COPIES])
@pytest.mark.parametrize("rows", [1, 3])
def test_table_of_slims_costs_the_same_for_any_number(form, rows, django_assert_num_queries):
    ItemFactory.create_batch(rows)

    with django_assert_num_queries(3):
        assert len(table_of(form)) == rows

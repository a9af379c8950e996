"""The screen where a librarian says what the columns of a table mean."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.models import Bib, ColumnMap
from pustaka.catalog.services import imports
from pustaka.discovery import services as discovery
from pustaka.patrons.models import Role
from pustaka.standards import slims
from tests.factories.branches import BranchFactory
from tests.factories.catalog import ItemFactory
from tests.factories.patrons import PatronFactory

IMPORTS = "/staff/catalog/imports/"
MAPS = "/staff/catalog/columns/"
LIST = "Judul;Pengarang;Tahun;Kode Eksemplar;Warna\nBumi manusia;Toer, Pramoedya;2005;B1;<b>biru</b>\n"
CHOSEN = {
    "kind": "titles", "header_row": "1", "delimiter": ";", "encoding": "utf-8", "separator": "", "joiner": " ",
    "column_0": "title", "column_1": "author", "column_2": "year", "column_3": "barcode", "column_4": "local",
    "name": "Daftar kami",
}  # fmt: skip


@pytest.fixture(autouse=True)
def central(db):
    return BranchFactory(code="PUSAT")


def upload(client, text=LIST, name="buku.csv"):
    answer = client.post(f"{IMPORTS}upload", {"file": SimpleUploadedFile(name, text.encode()), "on_match": "skip"})
    return answer, queries.job(int(re.search(r"/imports/(\d+)/", answer.url)[1]))


def previewed(client, job):
    imports.analyse(job_id=job.pk, at=timezone.now())
    return client.get(f"{IMPORTS}{job.pk}/").text


def chosen(page, column):
    """The value that is selected for a column."""
    select = re.search(rf'<select name="column_{column}".*?</select>', page, re.DOTALL)[0]
    return re.search(r'value="([^"]*)" selected', select)[1]


def test_unknown_table_is_shown_with_a_guess_above_each_column(librarian):
    answer, job = upload(librarian)
    page = librarian.get(answer.url).text

    assert answer.url == f"{IMPORTS}{job.pk}/columns/"
    assert [chosen(page, column) for column in range(5)] == ["title", "author", "year", "barcode", "local"]
    assert "Bumi manusia" in page
    assert "&lt;b&gt;biru&lt;/b&gt;" in page
    assert "This table waits for you" in librarian.get(f"{IMPORTS}{job.pk}/").text


def test_chosen_columns_are_read_and_remembered(librarian, visitor):
    answer, job = upload(librarian)
    answer = librarian.post(f"{answer.url}choose", CHOSEN)
    assert answer.url == f"{IMPORTS}{job.pk}/"
    page = previewed(librarian, job)

    assert "How the columns were read" in page
    assert re.search(r"kept all the same:\s*<code>Warna</code>", page)
    assert "<code>Judul</code> → Title" in page
    librarian.post(f"{IMPORTS}{job.pk}/commit")
    imports.settle(job_id=job.pk, at=timezone.now())
    discovery.index_batch(job_id=job.pk, at=timezone.now())
    imports.reveal(job_id=job.pk, at=timezone.now())
    assert "Bumi manusia" in visitor.get("/search?q=bumi").text

    again, _ = upload(librarian, LIST.replace("Bumi manusia", "Laskar pelangi"))
    assert not again.url.endswith("/columns/")
    assert "Daftar kami" in librarian.get(MAPS).text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"column_0": ""}, "which column holds the title"), ({"kind": "copies", "column_3": ""}, "holds the barcode")],
)
def test_what_every_row_needs_is_asked_for_without_losing_the_choices(librarian, change, sentence):
    answer, job = upload(librarian)

    refused = librarian.post(f"{answer.url}choose", CHOSEN | {"column_4": "note"} | change)

    assert refused.status_code == 422
    assert sentence in refused.text
    assert chosen(refused.text, 4) == "note"
    assert queries.job(job.pk).state == "mapping"


def test_table_is_shown_again_in_another_layout(librarian):
    answer, _ = upload(librarian, "a;b\nJudul;Tahun\nBumi;2005\n")
    asked = {"header_row": "1", "delimiter": ";"}

    assert chosen(librarian.get(answer.url).text, 0) == "title"
    assert chosen(librarian.get(answer.url, asked).text, 0) == "local"
    one = librarian.get(answer.url, {"header_row": "0", "delimiter": ","}).text
    assert "column_1" not in one
    assert "Column 1" in one


def test_table_begins_with_the_columns_of_a_remembered_one(librarian):
    answer, _ = upload(librarian)
    librarian.post(f"{answer.url}choose", CHOSEN | {"column_4": "note"})
    other, _ = upload(librarian, LIST.replace("Tahun", "Thn"))

    page = librarian.get(other.url, {"like": ColumnMap.objects.get().pk}).text

    assert [chosen(page, column) for column in (0, 4)] == ["title", "note"]


def test_export_of_slims_is_recognized_and_says_what_has_no_field(librarian):
    row = [{"title": "Bumi manusia", "authors": "<Toer, Pramoedya>"}.get(name, "") for name in slims.BIBLIO]
    text = ",".join(slims.BIBLIO) + "\n" + ",".join(f'"{cell}"' for cell in row) + "\n"
    answer, job = upload(librarian, text)
    page = previewed(librarian, job)

    assert answer.url == f"{IMPORTS}{job.pk}/"
    assert "Recognized: the titles of SLiMS" in page
    assert re.search(r"kept all the same:\s*<code>image</code>", page)


def test_columns_are_chosen_again_from_the_preview(librarian):
    answer, job = upload(librarian)
    librarian.post(f"{answer.url}choose", CHOSEN)
    previewed(librarian, job)

    again = librarian.post(f"{answer.url}again")
    page = librarian.get(again.url).text

    assert again.url != answer.url
    assert chosen(page, 3) == "barcode"
    assert queries.job(job.pk).state == "cancelled"
    assert librarian.get(answer.url).url == f"{IMPORTS}{job.pk}/"


def test_remembered_columns_are_changed_and_forgotten(librarian):
    answer, _ = upload(librarian)
    librarian.post(f"{answer.url}choose", CHOSEN)
    known = ColumnMap.objects.get()
    page = librarian.get(f"{MAPS}{known.pk}/").text
    assert chosen(page, 0) == "title"

    told = {name: value for name, value in CHOSEN.items() if name not in {"header_row", "delimiter", "encoding"}}
    assert librarian.post(f"{MAPS}{known.pk}/change", told | {"column_0": ""}).status_code == 422
    librarian.post(f"{MAPS}{known.pk}/change", told | {"column_4": "note", "name": "Daftar pusat"})
    known.refresh_from_db()
    assert (known.name, known.recipe["columns"][4]["target"]) == ("Daftar pusat", "note")

    librarian.post(f"{MAPS}{known.pk}/forget")
    assert "Nothing is remembered yet" in librarian.get(MAPS).text
    assert librarian.get(f"{MAPS}{known.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_remembered_columns_costs_the_same_for_any_number(librarian, rows, django_assert_num_queries):
    answer, _ = upload(librarian)
    librarian.post(f"{answer.url}choose", CHOSEN)
    recipe = ColumnMap.objects.get().recipe
    for number in range(rows - 1):
        now = timezone.now()
        ColumnMap.objects.create(name=f"Daftar {number}", recipe=recipe, created_at=now, changed_at=now)

    with django_assert_num_queries(4):
        page = librarian.get(MAPS).text

    assert page.count("Judul → Title") == rows


@pytest.mark.parametrize("address", [MAPS, f"{IMPORTS}1/columns/"])
def test_only_those_who_import_explain_columns(visitor, address):
    visitor.force_login(PatronFactory(roles=[Role.CIRCULATION]))

    assert visitor.get(address).status_code == 403
    assert visitor.post(f"{IMPORTS}1/columns/choose", CHOSEN).status_code == 403


def test_broken_workbook_is_refused_with_what_to_do(librarian):
    answer = librarian.post(f"{IMPORTS}upload", {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"x" * 99)})

    assert answer.status_code == 422
    assert "damaged or cut off" in answer.text
    assert not Bib.with_hidden.exists()


@pytest.mark.parametrize(("ending", "status"), [("csv", 200), ("biblio.csv", 404), ("item.csv", 404)])
def test_readers_are_not_given_what_copies_cost(visitor, ending, status):
    item = ItemFactory(price_idr=85_000, unplaced={"supplier_name": "Toko Gramedia"})

    answer = visitor.get(f"/record/{item.bib_id}.{ending}")

    assert answer.status_code == status
    assert "Gramedia" not in answer.getvalue().decode()

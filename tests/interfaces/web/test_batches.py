"""Changing many at once in the browser: from barcodes, a file and a search, to the preview, the change and its undo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pustaka.catalog import queries
from pustaka.catalog.models import BatchChange, Item
from pustaka.catalog.services import batches
from pustaka.foundation.models import OutboxEvent
from tests.catalog.conftest import LATER
from tests.factories import ItemFactory, LocationFactory

PAGES = "/staff/catalog/batches/"


def worked_off(job_id, step):
    assert OutboxEvent.objects.filter(name="catalog.BatchStepDue").latest("pk").payload["job_id"] == job_id
    step(job_id=job_id, at=LATER)


def test_scanned_copies_get_another_shelf_and_come_back(librarian):
    place = LocationFactory()
    items = [ItemFactory(barcode=f"B{n}") for n in range(3)]

    answer = librarian.post(
        f"{PAGES}copies/begin", {"told": "B0\nB1\r\nB2\nB99", "place": f"l{place.pk}", "reason": "renovasi lantai 2"}
    )
    page = librarian.get(answer.url)

    assert "3 copies would be changed" in page.text
    assert "B99" in page.text
    assert place.name in page.text
    job = BatchChange.objects.get()
    librarian.post(f"{PAGES}{job.pk}/start")
    assert "Being changed" in librarian.get(answer.url).text
    worked_off(job.pk, batches.change)
    assert set(Item.objects.values_list("location", flat=True)) == {place.pk}
    assert "3 were changed" in librarian.get(answer.url).text
    assert "renovasi lantai 2" in librarian.get(f"/staff/catalog/copies/{items[0].pk}/history/").text
    report = librarian.get(f"{PAGES}{job.pk}/report.csv")
    assert "B99" in b"".join(report.streaming_content).decode()
    librarian.post(f"{PAGES}{job.pk}/undo")
    worked_off(job.pk, batches.restore)
    assert set(Item.objects.values_list("location", flat=True)) == {None}
    assert "Everything is as it was before" in librarian.get(answer.url).text


def test_a_file_names_the_copies(librarian):
    ItemFactory(barcode="B1")
    file = SimpleUploadedFile("daftar.csv", "barcode;judul\nB1;Bumi manusia\n".encode("utf-8-sig"))

    answer = librarian.post(f"{PAGES}copies/begin", {"file": file, "price_idr": "85000"})

    page = librarian.get(answer.url)
    assert "1 copy would be changed" in page.text
    assert "daftar.csv" in page.text
    assert "Rp85.000" in page.text


def test_a_search_leads_to_the_change_of_all_that_it_has_found(librarian, visitor, shelve):
    found = shelve(title="Pengantar ekonomi")
    shelve(title="Hukum adat")

    results = librarian.get("/search?q=ekonomi")
    assert "/staff/catalog/batches/titles/?q=ekonomi" in results.text
    assert "/staff/" not in visitor.get("/search?q=ekonomi").text
    form = librarian.get(f"{PAGES}titles/?q=ekonomi&of=search")
    assert "1 title" in form.text
    answer = librarian.post(
        f"{PAGES}titles/begin",
        {"search": "q=ekonomi&of=search", "s1-do": "subject", "s1-text": "Ekonomi -- Indonesia", "reason": "tajuk"},
    )
    page = librarian.get(answer.url)

    assert "1 title would be changed" in page.text
    assert "Indonesia" in page.text
    job = BatchChange.objects.get()
    librarian.post(f"{PAGES}{job.pk}/start")
    worked_off(job.pk, batches.change)
    assert queries.record_of(queries.bib(found.pk)).get("650").text() == "Ekonomi Indonesia"


def test_what_is_missing_is_said_beside_its_field(librarian):
    ItemFactory(barcode="B1")

    page = librarian.post(f"{PAGES}copies/begin", {"told": "B1", "note": "append", "withdraw": "other"})
    assert page.status_code == 422
    assert "Write the text of the note." in page.text
    assert "Say why." in page.text
    page = librarian.post(f"{PAGES}titles/begin", {"told": "B1", "s1-do": "set", "s1-tag": "65"})
    assert page.status_code == 422
    assert "A tag has three characters" in page.text
    page = librarian.post(f"{PAGES}titles/begin", {"told": "B1"})
    assert page.status_code == 422
    assert "Say what is to be changed" in page.text
    assert not BatchChange.objects.exists()


def test_a_preview_can_be_given_up(librarian):
    ItemFactory(barcode="B1")
    answer = librarian.post(f"{PAGES}copies/begin", {"told": "B1", "status": "repair"})

    librarian.post(answer.url + "cancel")

    assert "Nothing was changed" in librarian.get(answer.url).text
    assert librarian.post(answer.url + "start").status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_costs_the_same_for_any_number_of_copies(librarian, rows, django_assert_num_queries):
    ItemFactory.create_batch(rows)
    told = "\n".join(Item.objects.values_list("barcode", flat=True))
    answer = librarian.post(f"{PAGES}copies/begin", {"told": told, "status": "repair"})
    librarian.get(answer.url)

    with django_assert_num_queries(12):
        page = librarian.get(answer.url)

    assert page.text.count("Being repaired") == rows + 1


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_costs_the_same_for_any_number_of_changes(librarian, rows, django_assert_num_queries):
    ItemFactory(barcode="B1")
    for _ in range(rows):
        librarian.post(f"{PAGES}copies/begin", {"told": "B1", "status": "repair"})

    with django_assert_num_queries(5):
        assert librarian.get(PAGES).text.count("Ready for your decision") == rows


def test_readers_cannot_come_here(reader):
    assert reader.get(PAGES).status_code == 403
    assert reader.post(f"{PAGES}copies/begin", {"told": "B1"}).status_code == 403

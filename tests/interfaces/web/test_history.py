"""The history of a title and a copy in the browser; and what a reader sees of a title that is gone."""

import pytest
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.models import Item
from pustaka.catalog.services import history, items, records
from pustaka.foundation.actors import SYSTEM
from tests.factories import BibFactory, ItemFactory, marc_record

TITLES = "/staff/catalog/titles/"


def changed(bib, times=1):
    for version in range(1, times + 1):
        records.change(
            bib_id=bib.pk, record=marc_record(year=2000 + version), version=version, at=timezone.now(), by=SYSTEM
        )


def test_history_says_what_was_changed_and_goes_back(librarian):
    bib = BibFactory(record=marc_record(year=1999))
    changed(bib)

    page = librarian.get(f"{TITLES}{bib.pk}/history/")

    assert "Edited" in page.text
    assert "1999" in page.text
    assert "2001" in page.text
    assert "Go back to version 1" in page.text
    answer = librarian.post(f"{TITLES}{bib.pk}/go-back", {"to_version": 1, "version": 2})
    assert answer.status_code == 302
    assert queries.bib(bib.pk).year == 1999
    assert "Set back to an earlier state" in librarian.get(answer.url).text


def test_a_whole_earlier_state_can_be_read(librarian):
    bib = BibFactory(record=marc_record(year=1999))
    changed(bib)

    assert "1999" in librarian.get(f"{TITLES}{bib.pk}/history/1/").text
    assert librarian.get(f"{TITLES}{bib.pk}/history/2/").status_code == 200
    assert librarian.get(f"{TITLES}{bib.pk}/history/3/").status_code == 404


def test_a_damaged_form_changes_nothing(librarian):
    bib = BibFactory()
    changed(bib)

    assert librarian.post(f"{TITLES}{bib.pk}/go-back", {"to_version": "x"}).status_code == 422
    assert queries.bib(bib.pk).version == 2


def test_long_histories_have_pages(librarian):
    bib = BibFactory()
    changed(bib, 30)

    first = librarian.get(f"{TITLES}{bib.pk}/history/")
    second = librarian.get(f"{TITLES}{bib.pk}/history/?below=6")

    assert first.text.count("Go back to version") == 25
    assert "?below=6" in first.text
    assert second.text.count("Go back to version") == 5


@pytest.mark.parametrize("changes", [1, 3])
def test_history_costs_the_same_for_any_number_of_changes(librarian, changes, django_assert_num_queries):
    bib = BibFactory()
    changed(bib, changes)
    librarian.get("/")

    with django_assert_num_queries(12):
        librarian.get(f"{TITLES}{bib.pk}/history/")


def test_a_removed_title_is_gone_for_readers_and_comes_back(librarian, visitor):
    bib = BibFactory(record=marc_record(title="Bumi manusia"))
    bib_id = bib.pk
    records.remove(bib_id=bib_id, version=1, reason="tercatat dua kali", at=timezone.now(), by=SYSTEM)

    gone = visitor.get(f"/record/{bib_id}")
    assert gone.status_code == 410
    assert "This title is no longer here" in gone.text
    assert "Bumi manusia" in gone.text
    assert visitor.get(f"/api/records/{bib_id}").status_code in {404, 410}
    page = librarian.get(f"{TITLES}{bib_id}/history/")
    assert "tercatat dua kali" in page.text
    librarian.post(f"{TITLES}{bib_id}/bring-back")
    assert visitor.get(f"/record/{bib_id}").status_code == 200


def test_the_old_address_of_a_merged_title_leads_to_the_new_one(visitor):
    gone, kept = BibFactory.create_batch(2)
    history.bury(bib_ids=[gone.pk], successor_id=kept.pk, at=timezone.now(), by=SYSTEM)
    old = gone.pk
    gone.delete()

    answer = visitor.get(f"/record/{old}")

    assert (answer.status_code, answer.url) == (301, f"/record/{kept.pk}")


def test_a_copy_tells_its_life_and_goes_back(librarian):
    item = ItemFactory(barcode="B1", price_idr=85_000)
    items.change(item_id=item.pk, version=1, fields={"status": "repair"}, reason="sobek", at=timezone.now(), by=SYSTEM)

    page = librarian.get(f"/staff/catalog/copies/{item.pk}/history/")

    assert "Being repaired" in page.text
    assert "sobek" in page.text
    assert "Rp85.000" in page.text
    librarian.post(f"/staff/catalog/copies/{item.pk}/go-back", {"to_version": 1, "version": 2})
    assert Item.objects.get().status == "available"


def test_a_copy_that_is_gone_still_tells_its_life(librarian):
    item = ItemFactory(barcode="B1")
    item_id, bib_id = item.pk, item.bib_id
    items.remove(item_id=item_id, at=timezone.now(), by=SYSTEM)

    assert "no longer in the catalogue" in librarian.get(f"/staff/catalog/copies/{item_id}/history/").text
    assert "B1" in librarian.get(f"{TITLES}{bib_id}/history/").text
    assert librarian.get("/staff/catalog/copies/999/history/").status_code == 404


def test_readers_see_no_history(reader):
    bib = BibFactory()

    assert reader.get(f"{TITLES}{bib.pk}/history/").status_code == 403
    assert reader.post(f"{TITLES}{bib.pk}/go-back", {"to_version": 1, "version": 1}).status_code == 403

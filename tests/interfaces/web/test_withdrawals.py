"""Weeding in the browser: scan, report, print, take back; and the list of what could go."""

import pytest

from pustaka.catalog.models import Item, Withdrawal, WithdrawalReport
from tests.factories import BibFactory, ItemFactory, marc_record

PAGES = "/staff/catalog/withdrawals/"


def test_scanned_copies_come_into_a_report_that_can_be_printed(librarian):
    bib = BibFactory(record=marc_record(title="Bumi manusia"))
    ItemFactory(bib=bib, barcode="B1", inventory_number="INV/7", price_idr=85_000)
    ItemFactory(bib=bib, barcode="B2")

    answer = librarian.post(f"{PAGES}withdraw", {"reason": "outdated", "barcode": "B1"})
    assert '<option value="outdated" selected>' in librarian.get(answer.url).text
    part = librarian.post(f"{PAGES}withdraw", {"reason": "worn", "barcode": "B2"}, headers={"HX-Request": "true"})
    assert part.status_code == 201
    assert "B2 is withdrawn" in part.text
    librarian.post(f"{PAGES}{Withdrawal.objects.get(item__barcode='B2').pk}/back")
    form = librarian.get(f"{PAGES}reports/new")
    assert "1 copy comes into it" in form.text
    answer = librarian.post(
        f"{PAGES}reports/draw",
        {"number": "12/BA/2026", "decided_on": "2026-11-23", "office1": "Kepala Perpustakaan", "name1": "Dewi Lestari"},
    )
    report = librarian.get(answer.url)

    for text in ("12/BA/2026", "INV/7", "Bumi manusia", "Outdated", "Rp85.000", "Kepala Perpustakaan", "Dewi Lestari"):
        assert text in report.text
    assert "12/BA/2026" in librarian.get(PAGES).text
    librarian.post(f"{answer.url}back")
    assert not WithdrawalReport.objects.exists()
    assert Item.objects.get(barcode="B1").status == "withdrawn"


def test_another_reason_without_words_and_a_report_without_number_are_refused(librarian):
    ItemFactory(barcode="B1")

    assert librarian.post(f"{PAGES}withdraw", {"reason": "other", "barcode": "B1"}).status_code == 422
    assert librarian.post(f"{PAGES}withdraw", {"reason": "worn", "barcode": "B9"}).status_code == 404
    assert librarian.post(f"{PAGES}reports/draw", {"decided_on": "2026-11-23"}).status_code == 422
    assert not Withdrawal.objects.exists()


def test_the_list_of_what_could_go(librarian):
    ItemFactory(bib=BibFactory(record=marc_record(title="Komputer", year=1990, ddc="004")), barcode="B1")
    BibFactory(record=marc_record(title="Tanpa eksemplar"))

    assert "could go" not in librarian.get("/staff/catalog/weeding/").text.split("</h1>")[1]
    assert "1 copy could go" in librarian.get("/staff/catalog/weeding/?published_before=2000&branch=").text
    assert "0 copies could go" in librarian.get("/staff/catalog/weeding/?published_before=1990").text
    assert "1 title without a copy" in librarian.get("/staff/catalog/weeding/?titles=1").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_for_any_number_of_withdrawals(librarian, rows, django_assert_num_queries):
    for n in range(rows):
        ItemFactory(barcode=f"B{n}")
        librarian.post(f"{PAGES}withdraw", {"reason": "worn", "barcode": f"B{n}"})

    with django_assert_num_queries(6):
        page = librarian.get(PAGES)

    assert page.text.count("Take it back") == rows


def test_readers_cannot_come_here(reader):
    assert reader.get(PAGES).status_code == 403
    assert reader.get("/staff/catalog/weeding/").status_code == 403

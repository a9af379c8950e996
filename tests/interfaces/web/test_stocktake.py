"""Stock take in the browser's eyes: who may, scanning with and without scripts, lists, decisions, report."""

import csv
import io
import json

import pytest
from django.utils import timezone

from pustaka.catalog.models import Item, StockTake, StockTakeCopy, StockTakeScan
from pustaka.catalog.services import stock_takes
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Role
from tests.factories import BibFactory, BranchFactory, ItemFactory, LocationFactory, PatronFactory

BASE = "/staff/catalog/stocktake/"


@pytest.fixture
def shelf(db):
    return LocationFactory(branch=BranchFactory(code="PUSAT", name="Perpustakaan Pusat"), code="A", name="Rak A")


@pytest.fixture
def helper(visitor):
    """Somebody from the desk, who may scan but not decide."""
    visitor.force_login(PatronFactory(name="Yohana Siregar", roles=[Role.CIRCULATION]))
    return visitor


def on(shelf, **more):
    return ItemFactory(branch=shelf.branch, location=shelf, **more)


def begun(shelf):
    return stock_takes.begin(name="Stok opname 2026", branch=shelf.branch, at=timezone.now(), by=SYSTEM)


def send(client, stock_take, *scans):
    return client.post(f"{BASE}{stock_take.pk}/scans", json.dumps({"scans": list(scans)}), "application/json")


def a_scan(item, shelf=None, number="1"):
    return {"id": number, "barcode": str(item), "shelf": shelf.pk if shelf else None, "at": timezone.now().isoformat()}


@pytest.mark.parametrize("address", ["", "1/", "1/scan/", "1/list/missing/", "1/report/", "1/report.csv"])
def test_who_may_look(visitor, reader, helper, address):
    assert reader.get(BASE + address).status_code == 403
    assert helper.get(BASE + address).status_code in {200, 404}
    helper.logout()
    assert helper.get(BASE + address).status_code == 302


@pytest.mark.parametrize("address", ["begin", "1/close", "1/reopen", "1/settle", "1/undo/1"])
def test_who_scans_does_not_decide(librarian, helper, address):
    assert helper.post(BASE + address).status_code == 403
    assert librarian.get(BASE + address).status_code == 405


def test_a_stock_take_from_its_begin_to_the_signed_report(librarian, shelf):
    found, lost = on(shelf, bib=BibFactory(title="Bumi manusia")), on(shelf, bib=BibFactory(title="Layar terkembang"))
    other = LocationFactory(branch=shelf.branch, code="B", name="Rak B")
    stray = on(other, bib=BibFactory(title="Siti Nurbaya"))
    assert "No stock take yet" in librarian.get(BASE).text

    told = {"name": "Stok opname 2026", "branch": shelf.branch.pk}
    page = librarian.post(f"{BASE}begin", told, follow=True)
    take = StockTake.objects.get()
    assert page.redirect_chain[-1][0] == f"{BASE}{take.pk}/"
    send(librarian, take, a_scan(found, shelf), a_scan(stray, shelf, "2"), a_scan("TIDAK-ADA", shelf, "3"))
    page = librarian.get(f"{BASE}{take.pk}/")
    assert "Stok opname 2026" in page.text
    assert "Under way" in librarian.get(BASE).text
    assert "TIDAK-ADA" in librarian.get(f"{BASE}{take.pk}/list/unknown/").text
    assert "Not to be signed yet" in librarian.get(f"{BASE}{take.pk}/report/").text

    assert "Closed." in librarian.post(f"{BASE}{take.pk}/close", follow=True).text
    missing = librarian.get(f"{BASE}{take.pk}/list/missing/").text
    assert ("Layar terkembang" in missing, "Bumi manusia" in missing) == (True, False)
    copy = StockTakeCopy.objects.get(item=lost)
    page = librarian.post(
        f"{BASE}{take.pk}/settle", {"act": "missing", "copy": [copy.pk], "reason": "Dicari dua kali"}, follow=True
    )
    assert "1 copy: called missing." in page.text
    assert "Dicari dua kali" in page.text
    report = librarian.get(f"{BASE}{take.pk}/report/").text
    assert all(
        words in report for words in ("Layar terkembang", "Siti Nurbaya", "I Wayan Sudarma", "Head of the library")
    )
    assert "Not to be signed yet" not in report
    lost.refresh_from_db()
    assert lost.status == "missing"

    settlement = take.settlements.get()
    assert "Taken back." in librarian.post(f"{BASE}{take.pk}/undo/{settlement.pk}", follow=True).text
    lost.refresh_from_db()
    assert lost.status == "available"


def test_the_form_says_what_is_wrong(librarian, shelf):
    answer = librarian.post(f"{BASE}begin", {"name": "", "branch": shelf.branch.pk})

    assert (answer.status_code, "This field is required" in answer.text) == (422, True)

    elsewhere = LocationFactory(branch=BranchFactory(code="FK"))
    told = {
        "name": "Rak FK",
        "branch": shelf.branch.pk,
        "locations": [elsewhere.pk],
        "first_call": "700",
        "last_call": "600",
    }
    answer = librarian.post(f"{BASE}begin", told)

    assert answer.status_code == 422
    assert all(words in answer.text for words in ("Choose shelves of Perpustakaan Pusat only", "Swap them", "Rak FK"))


def test_scanning_without_scripts_keeps_the_shelf_and_says_what_the_scan_means(helper, shelf):
    item = on(shelf, bib=BibFactory(title="Bumi manusia"))
    take = begun(shelf)
    told = {"client_id": "abc", "shelf": shelf.pk, "barcode": item.barcode}

    first = helper.post(f"{BASE}{take.pk}/scan", told)
    helper.post(f"{BASE}{take.pk}/scan", told)

    assert first.url == f"{BASE}{take.pk}/scan/?shelf={shelf.pk}"
    page = helper.get(first.url).text
    assert f'<option value="{shelf.pk}" selected>' in page
    assert ("Seen" in page, "Bumi manusia" in page) == (True, True)
    assert StockTakeScan.objects.count() == 1
    assert helper.post(f"{BASE}{take.pk}/scan", {"client_id": "x", "barcode": ""}).status_code == 422


def test_a_device_learns_what_each_of_its_scans_means(helper, librarian, shelf):
    item, other = on(shelf, bib=BibFactory(title="Bumi manusia")), LocationFactory(branch=shelf.branch, name="Rak B")
    take = begun(shelf)
    send(librarian, take, a_scan(item, shelf, "wayan-1"))

    answer = send(helper, take, a_scan(item, other, "yohana-1"), a_scan("TIDAK-ADA", other, "yohana-2"))

    (again, unknown) = answer.json()["scans"]
    assert (again["client_id"], again["tone"], again["word"]) == ("yohana-1", "look", "Wrong shelf")
    assert again["hint"] == "It belongs to: Rak A. I Wayan Sudarma has scanned it before; it counts once."
    assert (unknown["tone"], unknown["word"], unknown["about"]) == ("refused", "Unknown barcode", "")
    assert (answer.json()["seen"], answer.json()["expected"]) == (1, 1)


def test_a_queue_is_taken_in_whatever_single_scans_look_like(helper, shelf):
    item = on(shelf)
    take = begun(shelf)

    answer = send(
        helper,
        take,
        {"id": "1", "barcode": ""},
        {"barcode": "B1"},
        {"id": "2\x00", "barcode": f"{item}\x00", "shelf": "Rak A", "at": "2026-99-99T00:00:00Z"},
        {"id": "3", "barcode": "X" * 500, "shelf": 10**30, "at": "kemarin"},
        {"id": "4" * 90, "barcode": 12345, "shelf": True, "at": 5},
    )

    assert [(one["barcode"], one["word"]) for one in answer.json()["scans"]] == [
        (str(item), "Seen"), ("X" * 60, "Unknown barcode"), ("12345", "Unknown barcode"),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"[]", b'{"scans": 5}', b'{"scans": ["B1"]}', b"\xff", b'{"other": []}'])
def test_what_is_no_queue_is_refused(helper, shelf, body):
    on(shelf)
    take = begun(shelf)

    answer = helper.post(f"{BASE}{take.pk}/scans", body, "application/json", headers={"hx-request": "true"})

    assert (answer.status_code, "These scans can" in answer.text) == (422, True)


def test_a_queue_that_comes_too_late_is_refused_and_told_why(helper, shelf):
    item = on(shelf)
    take = begun(shelf)
    stock_takes.close(stock_take_id=take.pk, at=timezone.now(), by=SYSTEM)

    answer = send(helper, take, a_scan(item, shelf))

    assert (answer.status_code, "scans that wait on a device stay" in answer.text) == (409, True)
    assert "This stock take is closed" in helper.get(f"{BASE}{take.pk}/scan/").text


def test_who_may_not_decide_sees_the_lists_without_boxes(librarian, helper, shelf):
    on(shelf)
    take = begun(shelf)
    stock_takes.close(stock_take_id=take.pk, at=timezone.now(), by=SYSTEM)

    listed = f"{BASE}{take.pk}/list/missing/"
    assert 'name="copy"' not in helper.get(listed).text
    assert "Open it again" not in helper.get(f"{BASE}{take.pk}/").text
    assert 'name="copy"' in librarian.get(listed).text


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "Choose what is to be done"),
        ({"act": "burn"}, "Choose what is to be done"),
        ({"act": "missing"}, "Tick the copies"),
    ],
)
def test_a_decision_about_nothing_is_refused(librarian, shelf, told, says):
    on(shelf)
    take = begun(shelf)

    answer = librarian.post(f"{BASE}{take.pk}/settle", told)

    assert (answer.status_code, says in answer.text) == (422, True)


def test_all_of_a_list_are_settled_at_once(librarian, shelf):
    on(shelf), on(shelf)
    take = begun(shelf)
    stock_takes.close(stock_take_id=take.pk, at=timezone.now(), by=SYSTEM)

    librarian.post(f"{BASE}{take.pk}/settle", {"act": "missing", "all": "1"})

    assert set(Item.objects.values_list("status", flat=True)) == {"missing"}


def test_the_file_has_every_copy_and_no_formulas(librarian, shelf):
    item = on(shelf, bib=BibFactory(title="=1+1"))
    take = begun(shelf)
    send(librarian, take, a_scan(item, shelf), a_scan("TIDAK-ADA", shelf, "2"))

    answer = librarian.get(f"{BASE}{take.pk}/report.csv")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:5] == ["Barcode", "Call number", "Title", "Shelf", "What was found"]
    assert rows[1][0::2][:3] == [item.barcode, "'=1+1", "Seen"]
    assert [row[0] for row in rows[1:]] == [item.barcode, "TIDAK-ADA"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("address", "count"),
    [("", 5), ("1/", 11), ("1/list/missing/", 6), ("1/list/misplaced/", 6), ("1/list/unknown/", 5), ("1/report/", 15)],
)
def test_pages_cost_the_same_for_any_number(librarian, shelf, rows, address, count, django_assert_num_queries):
    strays = [ItemFactory(branch=BranchFactory(code=f"F{n}")) for n in range(rows)]
    for n in range(rows):
        on(LocationFactory(branch=shelf.branch, code=f"R{n}"))
    takes = [begun(shelf) for _ in range(rows)]
    take = takes[0]
    send(librarian, take, *[a_scan(stray, shelf, f"s{stray}") for stray in strays])
    send(librarian, take, *[a_scan(f"X{n}", shelf, f"x{n}") for n in range(rows)])
    stock_takes.close(stock_take_id=take.pk, at=timezone.now(), by=SYSTEM)
    address = BASE + address.replace("1", str(take.pk))
    librarian.get(address)

    with django_assert_num_queries(count):
        assert librarian.get(address).status_code == 200

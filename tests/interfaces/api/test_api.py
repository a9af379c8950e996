"""The read API as a program meets it."""

import pytest

from pustaka.catalog.models import Item
from pustaka.discovery import services
from pustaka.foundation.actors import SYSTEM
from tests.factories.branches import BranchFactory, LocationFactory
from tests.factories.catalog import AT, BibFactory, ImportJobFactory, ItemFactory
from tests.factories.plans import FloorFactory, ShapeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def bumi_manusia():
    bib = BibFactory(title="Bumi manusia", author="Toer, Pramoedya Ananta", isbn="9789799731234", ddc="899.2213")
    branch = BranchFactory(code="pusat", name="Perpustakaan Pusat")
    ItemFactory(bib=bib, barcode="UMN001", branch=branch, call_number="899.2213 TOE b")
    ItemFactory(bib=bib, barcode="UMN002", branch=branch, call_number="899.2213 TOE b", status=Item.Status.REPAIR)
    BibFactory(title="Laskar pelangi", author="Hirata, Andrea")
    services.rebuild(at=AT, by=SYSTEM)
    return bib


def test_search_answers_with_hits_availability_and_facets(client, bumi_manusia):
    answer = client.get("/api/search", {"q": "pramoedya toer"}).json()

    assert (answer["total"], answer["page"], answer["pages"], answer["how"]) == (1, 1, 1, "exact")
    hit = answer["hits"][0]
    assert hit["title"] == "Bumi manusia"
    assert hit["isbn"] == "9789799731234"
    assert hit["availability"] == {"copies": 2, "available": 1, "call_number": "899.2213 TOE b"}
    assert hit["url"] == f"http://testserver/record/{bumi_manusia.pk}"
    branches = next(facet for facet in answer["facets"] if facet["name"] == "branch")
    assert branches["values"] == [{"value": "pusat", "label": "Perpustakaan Pusat", "count": 1}]


def test_search_filters_excludes_and_pages(client, bumi_manusia):
    def titles(**more):
        return [hit["title"] for hit in client.get("/api/search", {"sort": "title", **more}).json()["hits"]]

    assert titles() == ["Bumi manusia", "Laskar pelangi"]
    assert titles(branch="pusat") == ["Bumi manusia"]
    assert titles(branch="-pusat") == ["Laskar pelangi"]
    assert titles(available="1") == ["Bumi manusia"]
    assert titles(page_size=1, page=2) == ["Laskar pelangi"]


def test_search_without_facets_counts_none(client, bumi_manusia):
    assert client.get("/api/search", {"q": "toer", "facets": "0"}).json()["facets"] == []


@pytest.mark.parametrize(
    "question", [{"page": 0}, {"page": 501}, {"page_size": 101}, {"sort": "beauty"}, {"q": "x" * 1001}]
)
def test_search_refuses_what_it_cannot_answer(client, question):
    answer = client.get("/api/search", question)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][-1] in question


@pytest.mark.parametrize("page", [1, 500])
def test_search_answers_at_both_ends_of_its_pages(client, bumi_manusia, page):
    assert client.get("/api/search", {"page": page, "page_size": 100}).status_code == 200


def test_record_has_its_copies_and_its_whole_marc(client, bumi_manusia):
    answer = client.get(f"/api/records/{bumi_manusia.pk}").json()

    assert [(copy["barcode"], copy["status"]) for copy in answer["copies"]] == [
        ("UMN001", "available"),
        ("UMN002", "repair"),
    ]
    titles = [field["245"] for field in answer["marc"]["fields"] if "245" in field]
    assert titles[0]["subfields"][0] == {"a": "Bumi manusia /"}


def test_item_is_found_by_its_barcode_with_its_title(client, bumi_manusia):
    answer = client.get("/api/items/UMN002").json()

    assert (answer["status"], answer["branch_code"], answer["title"]["id"]) == ("repair", "pusat", bumi_manusia.pk)


def test_item_tells_its_shelf_where_a_plan_knows_it(client):
    location = LocationFactory()
    floor = FloorFactory(branch=location.branch, name="Lantai 2")
    ShapeFactory(floor=floor, kind="room", name="Ruang baca", x=0, y=0, width=900, height=900)
    ShapeFactory(floor=floor, name="Rak 12", location=location, ranges=[("A", "650", "659")])
    for barcode, number in (("A1", "657 WIJ e"), ("A2", "700 SOE s")):
        ItemFactory(barcode=barcode, branch=location.branch, location=location, call_number=number)

    known, unknown = client.get("/api/items/A1").json(), client.get("/api/items/A2").json()

    assert known["shelf"] == {
        "floor": "Lantai 2", "room": "Ruang baca", "shelf": "Rak 12", "side": "A", "first": "650", "last": "659",
    }  # fmt: skip
    assert unknown["shelf"] is None


@pytest.mark.parametrize("address", ["/api/records/999999", "/api/items/NOPE"])
def test_what_is_not_there_is_answered_with_the_reason(client, address):
    answer = client.get(address)

    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_nothing_of_a_hidden_import_leaks(client, bumi_manusia):
    job = ImportJobFactory()
    hidden = BibFactory(title="Rahasia toer", author="Toer, Pramoedya Ananta", batch=job)
    ItemFactory(bib=hidden, barcode="RHS1", batch=job)
    services.rebuild(at=AT, by=SYSTEM)

    assert client.get("/api/search", {"q": "toer"}).json()["total"] == 1
    assert client.get(f"/api/records/{hidden.pk}").status_code == 404
    assert client.get("/api/items/RHS1").status_code == 404


@pytest.mark.parametrize("copies", [1, 3])
def test_a_record_costs_the_same_for_any_number_of_copies(client, django_assert_num_queries, copies):
    bib = BibFactory()
    ItemFactory.create_batch(copies, bib=bib)

    with django_assert_num_queries(3):
        answer = client.get(f"/api/records/{bib.pk}")

    assert len(answer.json()["copies"]) == copies


def test_reading_is_all_that_it_does(client, bumi_manusia):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/api/records/{bumi_manusia.pk}").status_code == 405


def test_a_visitor_who_asks_too_often_is_told_to_wait(client, settings):
    from pustaka.interfaces.api.views import api

    throttle = api.throttle[0]
    before = (throttle.num_requests, throttle.duration)
    throttle.num_requests, throttle.duration = 2, 60
    try:
        codes = [client.get("/api/items/NOPE", REMOTE_ADDR="10.9.8.7").status_code for _time in range(3)]
    finally:
        throttle.num_requests, throttle.duration = before

    assert codes == [404, 404, 429]


def test_the_openapi_document_and_its_page_name_the_three_questions(client):
    schema = client.get("/api/openapi.json").json()
    page = client.get("/api/docs").text

    assert sorted(schema["paths"]) == ["/api/items/{barcode}", "/api/records/{record_id}", "/api/search"]
    for path in schema["paths"]:
        assert path in page

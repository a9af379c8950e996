"""Walking through the catalogue: every list with a mouse, a finger or neither, and with JavaScript off."""

import re
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pustaka.catalog.models import Bib, Item
from pustaka.catalog.services import items as copies
from pustaka.discovery import queries
from pustaka.discovery import services as discovery
from pustaka.discovery.rules import Filters
from pustaka.foundation import events
from pustaka.foundation.actors import SYSTEM
from pustaka.standards.marc import Field
from tests.factories.branches import BranchFactory
from tests.factories.catalog import ItemFactory
from tests.interfaces.web.conftest import Visitor

pytestmark = pytest.mark.django_db
Shelve = Callable[..., Bib]
TOER = "Toer, Pramoedya Ananta"


def links(answer: Any, text: str) -> list[str]:
    """Where the links with this text lead."""
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', answer.text, re.DOTALL)
    return [href.replace("&amp;", "&") for href, inside in found if text in re.sub(r"<[^>]+>|\s+", " ", inside)]


@pytest.mark.parametrize(
    "address",
    [
        "/browse/",
        "/browse/authors",
        "/browse/subjects",
        "/browse/titles",
        "/browse/call-numbers",
        "/browse/classes",
        "/new",
    ],
)
def test_every_list_opens_without_and_with_titles(visitor: Visitor, shelve: Shelve, address: str) -> None:
    assert visitor.get(address).status_code == 200

    shelve(title="Bumi manusia")

    assert visitor.get(address).status_code == 200


def test_an_author_leads_to_as_many_titles_as_the_list_says(visitor: Visitor, shelve: Shelve) -> None:
    shelve(title="Bumi manusia", author=TOER)
    shelve(title="Anak semua bangsa", author=TOER)
    shelve(title="Laskar pelangi", author="Hirata, Andrea")

    (href,) = links(visitor.get("/browse/authors?start=toer"), "Toer, Pramoedya Ananta")

    found = visitor.get(href).text
    assert [title in found for title in ("Bumi manusia", "Anak semua bangsa", "Laskar pelangi")] == [True, True, False]


def test_a_divided_subject_leads_to_its_tree_and_on_to_its_titles(visitor: Visitor, shelve: Shelve) -> None:
    more = (Field("650", indicators=" 4", subfields=[("a", "Indonesia"), ("x", "Sejarah")]),)
    bib = shelve(title="Sejarah Indonesia modern", more=more)

    (tree,) = links(visitor.get("/browse/subjects"), "Subdivisions")
    (href,) = links(visitor.get(tree), "Sejarah")

    assert f"/record/{bib.pk}" in visitor.get(href).text
    assert visitor.get("/browse/subject").status_code == 404


def test_the_next_page_is_a_link_and_leads_back(visitor: Visitor, shelve: Shelve) -> None:
    for number in range(35):
        shelve(title=f"Judul {number:02}")

    first = visitor.get("/browse/titles")
    second = visitor.get(links(first, "Further")[0])
    again = visitor.get(links(second, "Back")[0])

    assert ("Judul 29" in first.text, "Judul 30" in first.text) == (True, False)
    assert ("Judul 29" in second.text, "Judul 34" in second.text) == (False, True)
    assert not links(second, "Further")
    assert links(again, "Judul 00") == links(first, "Judul 00")


def test_classes_lead_step_by_step_to_the_titles(visitor: Visitor, shelve: Shelve) -> None:
    bib = shelve(title="Akuntansi", ddc="657.42")

    (hundred,) = links(visitor.get("/browse/classes"), "600")
    (ten,) = links(visitor.get(hundred), "650")
    (section,) = links(visitor.get(ten), "657")

    assert f"/record/{bib.pk}" in visitor.get(section).text
    assert visitor.get("/browse/classes/6571").status_code == 404


def test_arrivals_show_the_titles_of_a_week(visitor: Visitor, shelve: Shelve) -> None:
    bib = shelve(title="Bumi manusia", copies=0)
    ItemFactory(bib=bib, received_on=date(2026, 11, 3))
    discovery.refresh(bib_ids=[bib.pk], at=timezone.now())

    page = visitor.get("/new?week=2026-W45")
    assert "2 to 8 November 2026" in page.text
    assert f"/record/{bib.pk}" in page.text
    assert f"/record/{bib.pk}" in visitor.get("/search?week=2026-W45").text
    assert f"/record/{bib.pk}" not in visitor.get("/search?week=2026-W46").text
    assert "Nothing came in this week" in visitor.get("/new?week=2026-W46").text


def test_the_record_offers_shelf_similar_titles_and_editions_without_script(visitor: Visitor, shelve: Shelve) -> None:
    bib = shelve(title="Bumi manusia", author=TOER, ddc="899")
    shelve(title="Bumi manusia", author=TOER, ddc="899", year=1980)
    shelve(title="Anak semua bangsa", author=TOER, ddc="899")

    page = visitor.get(f"/record/{bib.pk}")

    for part in ("shelf", "similar", "editions"):
        assert f'href="/record/{bib.pk}/{part}"' in page.text
        whole = visitor.get(f"/record/{bib.pk}/{part}")
        assert "<h1" in whole.text
        assert f'href="/record/{bib.pk}"' in whole.text
    assert "1980" in visitor.get(f"/record/{bib.pk}/editions").text
    assert "Anak semua bangsa" in visitor.get(f"/record/{bib.pk}/similar").text


def test_the_parts_come_alone_where_the_record_asks_for_them(visitor: Visitor, shelve: Shelve) -> None:
    bib = shelve(title="Bumi manusia")

    for part, target in (("shelf", "shelf-strip"), ("similar", "similar"), ("editions", "editions")):
        answer = visitor.get(f"/record/{bib.pk}/{part}", headers={"HX-Request": "true", "HX-Target": target})
        assert "<html" not in answer.text
    assert not answer.text.strip()  # no other edition: the place in the record goes


def test_the_strip_walks_to_both_sides_and_stays_in_a_library(visitor: Visitor, shelve: Shelve) -> None:
    medicine = BranchFactory(code="FK", name="Perpustakaan Kedokteran")
    bibs = [shelve(title=f"Judul {n:02}", ddc=f"6{n:02}") for n in range(30)]
    ItemFactory(bib=bibs[15], branch=medicine)
    discovery.refresh(bib_ids=[bibs[15].pk], at=timezone.now())

    page = visitor.get(f"/record/{bibs[15].pk}/shelf")
    right = visitor.get(links(page, "To the right")[0])
    left = visitor.get(links(page, "To the left")[0])
    inside = visitor.get(links(page, "Perpustakaan Kedokteran")[0])

    assert [f"Judul {n:02}" in page.text for n in (10, 11, 20, 21)] == [False, True, True, False]
    assert [f"Judul {n:02}" in right.text for n in (20, 21, 29)] == [False, True, True]
    assert [f"Judul {n:02}" in left.text for n in (1, 10, 11)] == [True, True, False]
    assert not links(right, "To the right")
    assert [f"Judul {n:02}" in inside.text for n in (14, 15, 16)] == [False, True, False]


def test_lists_cost_the_same_for_one_and_three_rows(visitor: Visitor, shelve: Shelve) -> None:
    more = (Field("650", indicators=" 4", subfields=[("a", "Novel")]),)
    first = shelve(title="Bumi 0", author="Toer 0, A.", more=more)
    for title in ("Anak 0", "Langit 0"):  # one on either side
        shelve(title=title, author="Toer 0, A.", more=more)
    addresses = [
        "/browse/authors", "/browse/subjects", "/browse/titles", "/browse/call-numbers", "/new",
        f"/record/{first.pk}/similar", f"/record/{first.pk}/shelf",
    ]  # fmt: skip

    def costs() -> list[int]:
        found = []
        for address in addresses:
            visitor.get(address)
            with CaptureQueriesContext(connection) as asked:
                visitor.get(address)
            found.append(len(asked))
        return found

    for_few = costs()
    for number in range(1, 3):
        shelve(title=f"Bumi {number}", author=f"Toer {number}, A.", more=more)

    assert costs() == for_few
    assert max(for_few) <= 18


def test_a_record_with_a_thousand_copies_stays_small(visitor: Visitor, shelve: Shelve) -> None:
    bib = shelve(title="Akuntansi", copies=2)
    branch = BranchFactory(code="PUSAT")
    ItemFactory.reset_sequence()
    Item.objects.bulk_create(
        [
            Item(
                bib=bib, branch=branch, barcode=f"K{n:05}", call_number="657 AKU a", created_at=timezone.now(),
                status="available" if n % 4 else "missing",
            )
            for n in range(998)
        ]
    )  # fmt: skip
    visitor.get(f"/record/{bib.pk}")

    with CaptureQueriesContext(connection) as asked:
        page = visitor.get(f"/record/{bib.pk}")
    every = [visitor.get(f"/record/{bib.pk}/copies?page={number}") for number in (1, 20, 21)]
    found = visitor.get("/search?q=akuntansi")

    assert len(asked) <= 8
    assert len(page.content) < 40_000
    assert "750 of 1,000 on the shelf" in page.text
    assert "Every copy with its barcode (1,000)" in page.text
    assert [answer.text.count("<code>") for answer in every] == [50, 50, 50]  # there is no page 21: the last one
    assert len(every[0].content) < 60_000
    assert "750 of 1,000 on the shelf" in found.text


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_a_copy_reaches_facets_and_lists_within_two_seconds(visitor: Visitor, shelve: Shelve) -> None:
    for number in range(50):
        shelve(title=f"Bumi {number}")
    bib = shelve(title="Bumi manusia")
    (copy,) = Item.objects.filter(bib=bib)
    available = Filters(is_available=True)
    assert queries.find(filters=available).total == 51

    began = time.monotonic()
    copies.change(item_id=copy.pk, version=copy.version, fields={"status": "missing"}, at=timezone.now(), by=SYSTEM)
    events.deliver(at=timezone.now())

    assert queries.find(filters=available).total == 50
    assert time.monotonic() - began < 2


def test_robots_are_kept_out_of_lists(visitor: Visitor) -> None:
    assert "Disallow: /browse/" in visitor.get("/robots.txt").text

"""A cataloguer holds a new book, scans its ISBN, takes the record from another library, and puts the label on."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.catalog import scanner
from tests.factories.catalog import marc_record
from tests.peers.fixtures import need
from tests.peers.zebra import Zebra, zebra

ISBN = "9786230104428"
TITLE = "Meniti arus Barito"
MOST_S = 90

# Keystroke-level model (Card, Moran and Newell 1980): seconds for a key of an unhurried typist, for pointing with a
# mouse and pressing, and for making up one's mind what comes next. For taking up, sticking and scanning, and for
# reading a record through, we allow more.
KEY_S, POINT_S, MIND_S, SCAN_S, READ_S = 0.28, 1.3, 1.35, 5.0, 15.0


@dataclass
class Hand:
    """Does what a person does on a page, and keeps count of it: each step with its seconds."""

    page: Page
    steps: list[tuple[str, float]] = field(default_factory=list)

    def click(self, what: str, on: Locator) -> None:
        on.click()
        self.steps.append((what, MIND_S + POINT_S))

    def scan(self, what: str, text: str) -> None:
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.steps.append((what, SCAN_S))

    def read_and_press(self, what: str, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.steps.append((what, READ_S + KEY_S))

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.steps)

    def table(self) -> str:
        lines = [f"{number:>2}. {what:<58}{seconds:>5.1f} s" for number, (what, seconds) in enumerate(self.steps, 1)]
        return "\n".join([*lines, f"{'together':<62}{self.seconds:>5.1f} s"])


@pytest.fixture(scope="module")
def regional(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """A library elsewhere that has described the book."""
    need("zebraidx", "zebrasrv")
    book = marc_record(title=TITLE, author="Sulaiman, Hamidah", number="p77", isbn=ISBN, year=2024, ddc="899.2213")
    with zebra([book], folder=tmp_path_factory.mktemp("regional")) as server:
        yield server


def test_cataloguer_goes_from_isbn_to_label_in_ninety_seconds(visit, regional):
    head = visit("/staff/catalog/targets/", number="kepala")
    head.goto("/staff/catalog/targets/new/sru/")
    head.get_by_role("textbox", name="Name of the library").fill("Perpustakaan Daerah")
    head.get_by_role("textbox", name="Address (URL)").fill(regional.url)
    head.get_by_role("button", name="Save").click()
    expect(head.get_by_text("Perpustakaan Daerah").first).to_be_visible()

    page = visit("/staff/", number="katalog")
    hand = Hand(page)
    hand.click("Copy a record", page.get_by_role("main").get_by_role("link", name="Copy a record").first)
    expect(page.get_by_role("textbox", name="ISBN, ISSN or title")).to_be_focused()
    hand.scan("scan the ISBN on the back of the book", ISBN)
    offer = page.get_by_role("link", name=re.compile(TITLE))
    expect(offer.first).to_be_visible(timeout=15_000)
    hand.click("open what Perpustakaan Daerah has", offer.first)
    expect(page.get_by_text("Sulaiman, Hamidah").first).to_be_visible()
    hand.click("Take this record", page.get_by_role("button", name="Take this record"))
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value(TITLE)
    hand.read_and_press("look it through, and save by keyboard", "Control+s")
    barcode = page.get_by_role("textbox", name="Barcode")
    expect(barcode).to_be_focused()
    for number in (1, 2):
        hand.scan(f"stick a barcode on copy {number} and scan it", f"BRT00{number}")
        expect(page.get_by_role("rowheader", name=f"BRT00{number}")).to_be_visible()
        expect(barcode).to_have_value("")
    hand.click("Labels for these copies", page.get_by_role("link", name="Labels for these copies"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 copies chosen")
    hand.click("Make the labels", page.get_by_role("button", name="Make the labels"))
    link = page.get_by_role("link", name="Open the PDF and print")
    expect(link).to_be_visible()
    hand.steps.append(("Open the PDF and print", MIND_S + POINT_S))
    answer = page.request.get(link.get_attribute("href"))

    assert answer.headers["content-type"] == "application/pdf"
    content = io.BytesIO(answer.body()).getvalue()
    assert [text for kind, text in scanner.read(content) if kind != "QRCode"] == ["BRT001", "BRT002"]
    assert "899.2213" in scanner.words(content)[0]
    print(f"\n{hand.table()}")
    assert hand.seconds < MOST_S, hand.table()

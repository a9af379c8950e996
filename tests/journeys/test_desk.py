"""A session at the desk by keyboard and scanner alone, a cut of the line, and what a reader sees of it on a phone."""

import re

import pytest
from playwright.sync_api import expect

BARCODE = re.compile(r"UMN\d{7}")


@pytest.fixture
def copies(visit):
    """Barcodes of eight copies of different titles that a student may borrow now, as the library itself says."""
    page = visit("/search?q=indonesia&available=1&form=book", number="kepala")
    links = [link.get_attribute("href").split("?")[0] for link in page.locator("main a[href^='/record/']").all()]
    found = []
    for address in dict.fromkeys(links):
        page.goto(address)
        rows = page.locator("table.copies tr", has_text="On the shelf").filter(has_text="Koleksi umum")
        codes = [code for row in rows.all() for code in BARCODE.findall(row.inner_text())]
        if not codes:
            continue
        page.goto(f"/staff/rules/what-if/?card=mahasiswa&barcode={codes[0]}")
        if page.get_by_text("It would be lent at").count():
            found.append(codes[0])
        if len(found) == 8:
            return found
    raise AssertionError(f"the demo has only {found}")


def scan(page, *texts):
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def test_whole_session_by_keyboard_with_a_cut_of_the_line_and_a_conflict(visit, copies):
    desk = visit("/staff/circulation/", number="kepala")
    expect(desk.get_by_label("Card, copy or name")).to_be_focused()

    # A card, then copies in a row without waiting: each is lent, the limit of three is named, and may be overridden.
    scan(desk, "mahasiswa", *copies[:4])
    expect(desk.locator(".scan.waiting")).to_have_count(0, timeout=20_000)
    expect(desk.get_by_role("heading", name="Maria Goreti Lamawuran")).to_be_visible()
    expect(desk.locator(".scan.done", has_text="Lent until")).to_have_count(3)
    refused = desk.locator(".scan.refused")
    expect(refused).to_contain_text("3 copies are out already, of at most 3.")
    refused.get_by_label("Lend it all the same, because").fill("Ujian akhir besok")
    desk.keyboard.press("Enter")
    expect(desk.locator(".scan.done", has_text="Lent until")).to_have_count(4)
    expect(desk.locator("#at-desk .at-home li")).to_have_count(4)
    expect(desk.get_by_label("Card, copy or name")).to_be_focused()

    # The line is cut: lending and returning go on.
    desk.context.set_offline(True)
    scan(desk, copies[4])
    expect(desk.locator(".scan", has_text="Lent without the server")).to_have_count(1)
    expect(desk.get_by_text("The library doesn’t answer. Go on")).to_be_visible()
    desk.get_by_label("Card of the person").fill("")
    desk.keyboard.press("Enter")
    scan(desk, copies[0], "UMN9999999")
    expect(desk.locator(".scan", has_text="Taken back without the server")).to_have_count(2)
    expect(desk.locator("[data-away-count]")).to_have_text("3")

    # It is back: everything is sent once, and what can't be done waits for a person.
    desk.context.set_offline(False)
    expect(desk.locator("[data-away-count]")).to_have_text("0", timeout=20_000)
    expect(desk.locator(".scan.refused", has_text="Needs a person")).to_have_count(2)
    desk.goto("/staff/circulation/conflicts/")
    row = desk.get_by_role("listitem").filter(has_text=copies[4])
    expect(row).to_contain_text("of at most 3")
    row.get_by_label("Why, or how it was settled").fill("Sudah dibawa pulang")
    row.get_by_role("button", name="Do it now").click()
    row = desk.get_by_role("listitem").filter(has_text="UMN9999999")
    row.get_by_label("Why, or how it was settled").fill("Label rusak, bukunya di meja")
    row.get_by_role("button", name="It is settled").click()
    expect(desk.get_by_role("heading", name="Nothing needs you here")).to_be_visible()

    # The reader sees it on a phone, and renews with one tap.
    phone = visit("/account/loans/", number="mahasiswa", width=360)
    expect(phone.locator(".borrowed > li")).to_have_count(4)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360

    # Nobody is at the desk: a pile comes back, each with what to do next.
    desk.goto("/staff/circulation/")
    scan(desk, *copies[1:5])
    expect(desk.locator(".scan.waiting")).to_have_count(0, timeout=20_000)
    expect(desk.locator(".scan-head", has_text=re.compile("To the shelf|Send to|Hold shelf"))).to_have_count(4)
    phone.reload()
    expect(phone.get_by_role("heading", name="You have nothing at home")).to_be_visible()


def test_fifty_copies_in_a_row_never_wait(visit):
    desk = visit("/staff/circulation/", number="sirkulasi")

    scan(desk, *[f"UMN{number:07}" for number in range(1, 51)])

    expect(desk.locator(".scan.waiting")).to_have_count(0, timeout=60_000)
    expect(desk.locator("[data-scans] > .scan")).to_have_count(50)


def test_desk_works_without_scripts(visit, copies):
    desk = visit("/staff/circulation/", number="sirkulasi", javascript=False)

    desk.get_by_label("Card, copy or name").fill("dosen")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Dr. Nurul Hidayati")).to_be_visible()
    desk.get_by_label("Card, copy or name").fill(copies[7])
    desk.keyboard.press("Enter")
    expect(desk.locator(".scan-head")).to_contain_text("Lent until")
    desk.get_by_role("link", name="Next person").click()
    desk.get_by_label("Card, copy or name").fill(copies[7])
    desk.keyboard.press("Enter")
    expect(desk.locator(".scan.done, .scan.look")).to_have_count(1)

"""A cataloguer makes a book, scans its copies, finds it as a reader does, mends a subfield, and goes back."""

import re

from playwright.sync_api import expect


def test_cataloguer_makes_a_book_scans_copies_edits_marc_and_goes_back(visit):
    page = visit("/staff/catalog/titles/", number="katalog")
    page.get_by_role("link", name="New title").first.click()
    page.get_by_role("button", name="Book").first.click()

    page.get_by_role("textbox", name="ISBN").first.fill("9786020332956")
    page.get_by_role("textbox", name="Title", exact=True).fill("Gurindam dari tepi sungai")
    page.get_by_role("combobox", name="Main author").fill("Siregar, Yohana")
    page.get_by_role("textbox", name="Year").fill("2026")
    page.get_by_role("combobox", name="Subjects").first.fill("Puisi Indonesia")
    page.get_by_role("link", name="Which class?").click()
    finder = page.get_by_role("dialog")
    finder.get_by_role("searchbox").fill("indonesian poems")
    finder.get_by_role("button", name="Search").click()
    finder.get_by_role("button", name="899.2211").click()
    expect(page.get_by_role("textbox", name="Dewey number")).to_have_value("899.2211")

    expect(page.get_by_text(re.compile("Kept at"))).to_be_visible(timeout=15_000)
    draft = page.url
    page.goto("/staff/catalog/titles/")
    page.goto(draft)
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Gurindam dari tepi sungai")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Now add its copies")).to_be_visible()
    box = page.get_by_role("textbox", name="Barcode")
    for barcode in ("GUR001", "GUR002", "GUR003"):
        expect(box).to_be_focused()
        page.keyboard.type(barcode)
        page.keyboard.press("Enter")
        expect(page.get_by_role("rowheader", name=barcode)).to_be_visible()
        expect(box).to_have_value("")
    page.keyboard.type("GUR002")
    page.keyboard.press("Enter")
    expect(page.locator("#alerts")).to_contain_text("GUR002 is taken")
    expect(box).to_be_focused()

    page.get_by_role("link", name="Back to the record").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gurindam dari tepi sungai")
    expect(page.get_by_text("GUR003")).to_be_visible()
    record = page.url
    reader = visit("/search?q=gurindam+tepi+sungai")
    for _ in range(20):
        if reader.get_by_role("link", name="Gurindam dari tepi sungai").count():
            break
        reader.wait_for_timeout(500)
        reader.reload()
    expect(reader.get_by_role("link", name="Gurindam dari tepi sungai").first).to_be_visible()

    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Full MARC record").click()
    row = page.locator("[data-row]").filter(has_text="Subject: topic").locator("textarea")
    expect(row).to_have_value("$aPuisi Indonesia")
    row.click()
    page.keyboard.press("End")
    page.keyboard.type("$xKritik")
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(row).to_have_value("$xKritik$aPuisi Indonesia")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(row).to_have_value("$aPuisi Indonesia$xKritik")
    page.keyboard.press("Enter")
    page.keyboard.type("500")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("$aCatatan percobaan")
    page.keyboard.press("Control+s")

    expect(page.get_by_text("The state before is in the history")).to_be_visible()
    assert page.url == record
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Kritik")).to_be_visible()
    expect(page.get_by_text("Catatan percobaan")).to_be_visible()
    page.get_by_role("button", name="Go back to version 1").click()
    expect(page.get_by_role("heading", name="Set back to an earlier state")).to_be_visible()
    page.goto(f"{record}/marc")
    expect(page.get_by_text("Puisi Indonesia")).to_be_visible()
    expect(page.get_by_text("Kritik")).to_have_count(0)


def test_cataloguer_works_without_scripts(visit):
    page = visit("/staff/catalog/titles/new/", number="katalog", javascript=False)
    page.get_by_role("button", name="Thesis").first.click()
    page.get_by_role("textbox", name="Title", exact=True).fill("Pengelolaan air di Nusa Penida")
    page.get_by_role("button", name="Keep as draft").click()
    page.get_by_role("button", name="Full MARC record").click()
    blank = page.locator("[data-row]").last
    blank.get_by_role("combobox", name="Field").fill("520")
    blank.get_by_role("textbox", name="Content").fill("$aRingkasan")
    page.get_by_role("button", name="Save", exact=True).click()

    assert "Now add its copies" in page.inner_text("main")
    page.get_by_role("textbox", name="Barcode").fill("AIR001")
    page.get_by_role("button", name="Add the copy").click()
    assert "AIR001" in page.inner_text("#copy-rows")

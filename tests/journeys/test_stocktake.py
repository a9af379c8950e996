"""Two people take stock of fifty copies; one loses the network for a while, and nothing is lost or counted twice."""

import re

from playwright.sync_api import expect

BARCODE = re.compile(r"UMN\d{7}")


def scan(page, *barcodes):
    for barcode in barcodes:
        page.keyboard.type(barcode)
        page.keyboard.press("Enter")


def listed(page, address):
    """Every barcode of a list, from all its pages."""
    page.goto(address)
    found = BARCODE.findall(page.inner_text("main"))
    while page.locator("main a[rel=next]").count():
        page.locator("main a[rel=next]").click()
        page.wait_for_load_state()
        found += BARCODE.findall(page.inner_text("main"))
    return found


def test_two_people_take_stock_of_fifty_copies_and_one_is_offline_for_a_while(visit):
    head = visit("/staff/catalog/stocktake/new", number="katalog")
    head.get_by_label("Name of the stock take").fill("Fifty copies")
    head.get_by_label("Library", exact=True).select_option(label="Perpustakaan Fakultas Teknik")
    head.get_by_role("button", name="Begin", exact=True).click()
    expect(head.get_by_role("heading", level=1, name="Fifty copies")).to_be_visible()
    home = head.url
    codes = listed(head, f"{home}list/waiting/")
    expected = len(codes)
    assert expected == len(set(codes)) >= 50
    first, second = codes[:30], codes[25:50]  # five copies lie between them, and both scan these

    head.goto(f"{home}scan/")
    helper = visit(f"{home}scan/", number="sirkulasi", width=360)
    for page in (head, helper):
        page.get_by_label("You stand at").select_option(label="Rak koleksi umum")
        expect(page.get_by_label("Barcode")).to_be_focused()
    scan(head, *first[:10])
    scan(helper, *second[:5])
    expect(head.locator(".scan.waits")).to_have_count(0)
    expect(helper.locator(".scan.waits")).to_have_count(0)

    helper.context.set_offline(True)
    scan(helper, *second[5:])
    expect(helper.get_by_text("No network: scans wait on this device")).to_be_visible()
    expect(helper.locator(".scan.waits")).to_have_count(20)
    expect(helper.locator("[data-waiting]")).to_have_text("20")
    scan(head, *first[10:], first[0])
    expect(head.locator(".scan.waits")).to_have_count(0)
    expect(head.locator(".scan").first).to_contain_text("You have scanned it before; it counts once.")
    expect(head.locator("[data-seen]")).to_have_text("30")

    helper.context.set_offline(False)
    expect(helper.locator(".scan.waits")).to_have_count(0, timeout=20_000)
    expect(helper.locator("[data-waiting-line]")).to_be_hidden()
    expect(helper.locator("[data-seen]")).to_have_text("50")
    expect(helper.locator(".scan", has_text=second[-1])).to_contain_text("Seen")
    helper.reload()
    expect(helper.locator(".scan.done").first).to_contain_text(second[-1])

    head.goto(home)
    expect(head.locator(".shelf-progress tfoot")).to_contain_text(re.compile(rf"{expected}\s+50\s"))
    head.get_by_role("button", name="Close the stock take").click()
    expect(head.get_by_text("No copy was changed by that")).to_be_visible()
    missing = listed(head, f"{home}list/missing/")
    assert sorted(missing) == sorted(set(codes) - set(first) - set(second))
    head.goto(f"{home}report/")
    report = head.inner_text("main")
    assert re.search(r"I Wayan Sudarma:\s+31 scans", report)
    assert re.search(r"Yohana Siregar:\s+25 scans", report)

"""`python -m tests.journeys.pictures --base http://127.0.0.1:8000`: the pictures of README, from the running demo.

With `--every FOLDER` it takes every page at 360 and 1280 px in both languages instead, to be looked at by a person.
"""

import argparse
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from playwright.sync_api import Browser, Page

from pustaka.interfaces.cli.demo import works
from pustaka.standards.marc import Field, Record, to_iso2709
from tests.journeys.browser import open_browser

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "pustaka-mandiri"
OPEN_PAGES = {
    "home": "/",
    "results": "/search?q=bumi+manusia",
    "results-many": "/search?q=indonesia&form=book",
    "results-none": "/search?q=xqzvtrw+wkkjhh",
    "advanced": "/advanced",
    "browse": "/browse/",
    "browse-subjects": "/browse/subjects",
    "browse-classes": "/browse/classes",
    "new": "/new",
    "bibliography": "/bibliography?q=pramoedya",
    "floors": "/floors/",
    "floor": "/floors/2",
    "where": "/where/UMN0000001",
    "sign-in": "/account/login/",
    "api": "/api/docs",
    "kit": "/kit/",
    "results-see": "/search?q=perekonomian",
    "missing": "/record/99999999",
}
STAFF_PAGES = {
    "staff": "/staff/",
    "titles": "/staff/catalog/titles/",
    "title-new": "/staff/catalog/titles/new/",
    "copy": "/staff/catalog/copy/",
    "targets": "/staff/catalog/targets/",
    "imports": "/staff/catalog/imports/",
    "labels": "/staff/catalog/labels/",
    "label-sheets": "/staff/catalog/labels/sheets/",
    "label-sheet": "/staff/catalog/labels/sheets/new",
    "batches": "/staff/catalog/batches/",
    "batch-copies": "/staff/catalog/batches/copies/?q=ekonomi&of=search",
    "batch-titles": "/staff/catalog/batches/titles/",
    "duplicates": "/staff/catalog/duplicates/",
    "withdrawals": "/staff/catalog/withdrawals/",
    "weeding": "/staff/catalog/weeding/?published_before=1980",
    "care": "/staff/catalog/care/",
    "care-job": "/staff/catalog/care/jobs/10/",
    "care-ask": "/staff/catalog/care/ask/",
    "conditions": "/staff/catalog/care/conditions/",
    "condition-figures": "/staff/catalog/care/conditions/figures/",
    "parcels": "/staff/catalog/care/parcels/",
    "parcel": "/staff/catalog/care/parcels/2/",
    "parcel-slips": "/staff/catalog/care/parcels/2/slips/",
    "parcel-sheet": "/staff/catalog/care/parcels/2/sheet/",
    "headings": "/staff/catalog/headings/",
    "headings-loose": "/staff/catalog/headings/loose/",
    "places": "/staff/branches/",
    "plan": "/staff/branches/floors/2/",
    "plan-table": "/staff/branches/floors/2/table/",
    "system": "/staff/system/",
    "desk": "/staff/circulation/",
    "desk-holds": "/staff/circulation/holds/",
    "desk-conflicts": "/staff/circulation/conflicts/",
    "people": "/staff/people/?q=siti",
    "people-new": "/staff/people/new/",
    "people-lists": "/staff/people/lists/",
    "person": "/staff/people/20/",
    "till": "/staff/till/",
    "rules": "/staff/rules/",
    "what-if": "/staff/rules/what-if/",
    "calendar": "/staff/calendar/",
    "figures": "/staff/figures/",
    "figures-months": "/staff/figures/months/",
    "door": "/staff/door/",
}


def sign_in(page: Page, base: str, number: str = "katalog") -> None:
    """As one of the demo's people."""
    page.goto(f"{base}/account/login/")
    page.fill("input[name=login]", number)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()


def first_record(page: Page, base: str, query: str) -> str:
    """Address of the first hit."""
    page.goto(f"{base}/search?q={query}")
    return base + str(page.locator("main a[href^='/record/']").first.get_attribute("href"))


def new_page(browser: Browser, *, width: int, language: str = "id", dark: bool = False) -> Page:
    """A page in that language, as wide as a phone or a desk."""
    return browser.new_context(
        viewport={"width": width, "height": 860 if width > 700 else 740},
        locale="id-ID" if language == "id" else "en-US",
        color_scheme="dark" if dark else "light",
    ).new_page()


def readme_pictures(browser: Browser, base: str, folder: Path) -> None:
    """Home, results, record, the plan with its shelf, the form of a book, and an import."""
    folder.mkdir(parents=True, exist_ok=True)
    page = new_page(browser, width=1280)
    record = first_record(page, base, "bumi+manusia")
    for name, address in {
        "home": f"{base}/",
        "results": f"{base}/search?q=sejarah+indonesia",
        "record": record,
    }.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
    page.goto(base + str(page.locator("a[href^='/where/']").first.get_attribute("href")))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "where.png")
    sign_in(page, base)
    page.goto(record)
    page.locator("form[action$='/edit'] button").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "editor.png")
    page.goto(f"{base}/staff/catalog/imports/")
    page.set_input_files("input[type=file]", {"name": "kiriman-penerbit.mrc", "mimeType": "", "buffer": shipment()})
    page.locator("form[action$='/upload'] button[type=submit]").click()
    page.locator("form[action$='/commit']").wait_for()
    page.screenshot(path=folder / "import.png")
    page.locator("form[action$='/cancel'] button").click()
    desk_pictures(browser, base, folder)


def desk_pictures(browser: Browser, base: str, folder: Path) -> None:
    """The desk while it lends, a report of the head, and what a lecturer has at home."""
    page = new_page(browser, width=1280)
    page.goto(f"{base}/search?q=indonesia&available=1&form=book")
    links = page.locator("main a[href^='/record/']").all()
    records = list(dict.fromkeys(str(link.get_attribute("href")).split("?")[0] for link in links))
    copies = []
    for address in records[:6]:
        page.goto(base + address)
        row = page.locator("table.copies tr", has_text="Di rak").filter(has_text="Koleksi umum")
        copies += [row.first.locator("code").inner_text()] if row.count() else []
    sign_in(page, base, "kepala")
    page.goto(f"{base}/staff/circulation/")
    for text in ("mahasiswa", *copies[:3]):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.locator(".scan.waiting").wait_for(state="detached")
    page.screenshot(path=folder / "desk.png")
    page.goto(f"{base}/staff/figures/faculties/")
    page.screenshot(path=folder / "figures.png")
    phone = new_page(browser, width=1280)
    sign_in(phone, base, "dosen")
    phone.goto(f"{base}/account/loans/")
    phone.screenshot(path=folder / "loans.png")


def shipment() -> bytes:
    """A file as libraries get them: titles that are here already, new ones, one cut off, one of a wrong length."""
    records = list(islice(works.records(today=datetime.now(UTC).date(), seed=17), 60))
    new = [
        Record(record.leader, [Field("001", data=f"kiriman{number}"), *(_renamed(field) for field in record.fields)])
        for number, record in enumerate(records[:38])
    ]
    raw = [to_iso2709(record) for record in (*records[38:], *new)]
    raw[3] = raw[3][:200]
    raw[5] = b"00099" + raw[5][5:]
    return b"".join(raw)


def _renamed(field: Field) -> Field:
    if field.tag == "245":
        return Field("245", indicators=field.indicators, subfields=[("a", f"Seri kuliah: {field.get('a')}")])
    return Field("500", subfields=[("a", "Kiriman penerbit")]) if field.tag in {"001", "020", "952"} else field


def every_page(browser: Browser, base: str, folder: Path) -> None:
    """All pages, both widths, both languages, and dark at the wide one."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in (360, 1280):
        for language in ("id", "en"):
            page = new_page(browser, width=width, language=language)
            pages = {name: base + path for name, path in OPEN_PAGES.items()}
            pages["record"] = first_record(page, base, "bumi+manusia")
            pages["record-arabic"] = first_record(page, base, "tafsir+al-jalalayn")
            pages["record-marc"] = pages["record"] + "/marc"
            for name, address in pages.items():
                page.goto(address)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{language}.png", full_page=True)
            sign_in(page, base, "admin")
            for name, path in STAFF_PAGES.items():
                page.goto(base + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{language}.png", full_page=True)
            page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.pictures", description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--every", type=Path)
    arguments = parser.parse_args()
    with open_browser() as browser:
        if arguments.every:
            every_page(browser, arguments.base, arguments.every)
        else:
            readme_pictures(browser, arguments.base, ROOT / "docs" / "pictures")


if __name__ == "__main__":
    main()

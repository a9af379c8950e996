"""Every page through axe-core: WCAG 2.2 AA and good practice; light and dark, both languages, wide and narrow."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from django.urls import Resolver404, resolve

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
STATES = [  # of pages to which no link leads
    "/search?q=sejarah&form=book&language=-eng&year=1950-2020&available=1&show=filters", "/search?q=xqzvtrw",
    "/record/99999999", "/nowhere", "/kit/", "/api/docs", "/floors/2?shelf=5", "/where/UMN0000002",
]  # fmt: skip
BEGINNINGS = ["/", "/search?q=sejarah", "/record/1", "/account/", "/staff/", "/staff/catalog/batches/copies/"]
LOOKS = [{"width": 1280, "language": "en"}, {"width": 360, "language": "id", "dark": True}]
LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)')


def complaints(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def kinds_of_pages(page):
    """One address of each kind of page that a link leads to, however deep."""
    found = {"account_logout": "/account/logout/"}  # a crawler needn't go there to know it
    waiting, seen = list(BEGINNINGS), set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or kind in found or path in seen:
            continue
        seen.add(path)
        answer = page.request.get(path)
        if answer.ok:
            is_page = answer.headers["content-type"].startswith("text/html")
            found[kind] = path if is_page else ""
            waiting += [urljoin(path, unescape(link)) for link in LINK.findall(answer.text() if is_page else "")]
    return [path for path in found.values() if path]


def kind_of(path):
    """The name of the page in the list of addresses; `None` for what isn't ours."""
    try:
        return None if "//" in path else resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


@pytest.mark.parametrize("number", ["", "kepala"])
def test_every_kind_of_page_is_for_everyone(visit, number):
    pages = [visit("/", number=number, **look) for look in LOOKS]
    found = {}
    for place, path in enumerate([*kinds_of_pages(pages[0]), *STATES]):
        page = pages[place % len(pages)]  # every second one in the dark, on a phone
        page.goto(path)
        found[path] = complaints(page)

    assert {path: said for path, said in found.items() if said} == {}
    assert len(found) > (80 if number else 30)


def test_axe_would_complain(visit):
    page = visit("/")
    page.evaluate("document.documentElement.removeAttribute('lang')")

    assert any("html-has-lang" in said for said in complaints(page))


def test_desk_fits_a_phone(visit):
    page = visit("/staff/catalog/imports/", number="katalog", width=360)

    menu = page.locator(".desk-menu")
    expect(menu.get_by_role("link", name="Labels and cards")).to_be_hidden()
    menu.locator("summary").first.click()
    expect(menu.get_by_role("link", name="Bring records in")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="demo-catalogue.mrc")
    assert row.get_by_role("cell").first.get_attribute("data-label") == "State"
    assert page.evaluate("Math.max(...[...document.querySelectorAll('.rows')].map((box) => box.scrollWidth))") <= 360

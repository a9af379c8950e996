"""Every page through axe-core: WCAG 2.2 AA and good practice; light and dark, both languages, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPEN_PAGES = [
    "/", "/search?q=sejarah", "/search?q=sejarah&form=book&language=-eng&year=1950-2020&available=1&show=filters",
    "/search?q=xqzvtrw", "/search/facet/subject?q=sejarah", "/advanced", "/record/1", "/record/1/marc",
    "/record/99999999", "/nowhere", "/kit/", "/api/docs", "/account/login/", "/account/password/reset/",
    "/floors/", "/floors/2?shelf=5", "/where/UMN0000001", "/where/UMN0000002",
]  # fmt: skip
OWN_PAGES = [
    "/account/", "/account/email/", "/account/password/change/", "/account/2fa/", "/account/2fa/totp/activate/",
    "/account/logout/", "/staff/", "/staff/catalog/imports/", "/staff/catalog/imports/1/", "/staff/system/",
    "/staff/branches/", "/staff/branches/floors/new", "/staff/branches/floors/2/", "/staff/branches/floors/2/table/",
    "/staff/branches/floors/2/table/5/", "/staff/branches/floors/2/about",
]  # fmt: skip
LOOKS = [
    pytest.param({"width": 1280, "language": "en"}, id="wide-light-en"),
    pytest.param({"width": 360, "language": "id", "dark": True}, id="narrow-dark-id"),
]


def complaints(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("look", LOOKS)
def test_open_pages_are_for_everyone(visit, look):
    page = visit("/", **look)
    found = {}
    for path in OPEN_PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = complaints(page)

    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_people_and_staff_are_for_everyone(visit, look):
    page = visit("/", number="katalog", **look)
    found = {}
    for path in OWN_PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = complaints(page)

    assert {path: said for path, said in found.items() if said} == {}


def test_axe_would_complain(visit):
    page = visit("/")
    page.evaluate("document.documentElement.removeAttribute('lang')")

    assert any("html-has-lang" in said for said in complaints(page))

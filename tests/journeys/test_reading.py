"""A reader looks for a book: search, filter, open, change the language; with a phone, without scripts, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

BUMI = "Bumi Manusia"


def test_reader_searches_filters_opens_and_changes_the_language(visit):
    page = visit()
    page.get_by_label("Search title, author, subject or ISBN").fill("toer pramoedya")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("titles for “toer pramoedya”")
    before = page.locator(".hit").count()
    assert before > 5

    page.get_by_role("link", name=re.compile("^English")).click()
    expect(page).to_have_url(re.compile(r"/search\?q=toer\+pramoedya&language=eng$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("title")
    narrowed = page.locator(".hit").count()
    assert 0 < narrowed < before

    page.go_back()
    expect(page).to_have_url(re.compile(r"/search\?q=toer\+pramoedya$"))
    expect(page.locator(".hit")).to_have_count(before)
    page.go_forward()
    expect(page.locator(".hit")).to_have_count(narrowed)
    page.get_by_role("link", name=re.compile("Remove filter")).click()
    expect(page.locator(".hit")).to_have_count(before)

    page.get_by_role("heading", name=BUMI, exact=True).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name=BUMI)).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("899.2213 TOE b")).first).to_be_visible()
    address = page.url

    page.get_by_role("button", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    assert page.url == address
    expect(page.get_by_role("heading", level=1, name=BUMI)).to_be_visible()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "id")


def test_suggestions_come_while_typing_and_are_chosen_by_keyboard(visit):
    page = visit()
    box = page.get_by_role("combobox")

    box.press_sequentially("bumi man", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("bumi man")
    box.press_sequentially("usia", delay=20)
    expect(page.get_by_role("option", name=re.compile("Bumi Manusia")).first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")

    expect(page).to_have_url(re.compile(r"/record/\d+$"))


def test_filters_wait_behind_a_button_on_a_phone(visit):
    page = visit("/search?q=indonesia", width=360)
    expect(page.locator(".facet-values")).to_have_count(0)

    page.get_by_text("Narrow the result").click()

    expect(page.get_by_role("link", name=re.compile("^Book")).first).to_be_visible()


def test_subjects_are_fetched_when_they_are_opened(visit):
    page = visit("/search?q=sejarah")

    page.get_by_role("heading", name="Subject").click()
    page.locator("#facet-subject .in").first.click()

    expect(page).to_have_url(re.compile(r"subject="))
    expect(page.locator(".chip")).to_have_count(1)


def test_everything_a_reader_needs_works_without_scripts(visit):
    page = visit("/", javascript=False, width=360)
    page.get_by_label("Search title, author, subject or ISBN").fill("bumi manusia")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Narrow the result").click()
    page.get_by_role("link", name="Show the filters").click()
    page.get_by_role("link", name=re.compile("^Book")).first.click()
    assert "form=book" in page.url
    page.get_by_role("heading", name=BUMI, exact=True).first.get_by_role("link").click()
    assert (page.get_by_role("heading", level=1).text_content() or "").strip() == BUMI
    page.get_by_role("link", name="MARC view").click()
    assert page.get_by_role("row").count() > 10


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen(visit, width):
    page = visit("/", width=width, number="katalog")

    for path in ("/", "/search?q=sejarah", "/search?q=sejarah&show=filters", "/record/1", "/record/1/marc", "/advanced",
                 "/kit/", "/account/", "/staff/", "/staff/catalog/imports/", "/staff/catalog/imports/1/",
                 "/staff/system/", "/search?q=xqzvtrw", "/floors/", "/floors/2", "/where/UMN0000001",
                 "/staff/branches/", "/staff/branches/floors/2/", "/staff/branches/floors/2/table/",
                 "/staff/catalog/care/", "/staff/catalog/care/ask/", "/staff/catalog/care/conditions/",
                 "/staff/catalog/care/conditions/figures/", "/staff/catalog/care/parcels/",
                 "/staff/catalog/care/titles/1/digital/"):  # fmt: skip
        page.goto(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, path


def test_what_one_touches_is_large_enough(visit):
    page = visit("/search?q=sejarah&show=filters", width=360)

    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
            .filter((one) => one.checkVisibility() && !one.closest("p, .hit h2, .histogram"))
            .filter((one) => !one.classList.contains("skip") && one.getAttribute("aria-hidden") !== "true")
            .map((one) => [one.outerHTML.slice(0, 80), one.closest("label") ?? one])
            .map(([what, touched]) => [what, Math.round(touched.getBoundingClientRect().height)])
            .filter(([, height]) => height < 44)"""
    )

    assert small == []


def test_link_is_copied(visit):
    page = visit("/record/1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy the link").click()

    expect(page.get_by_role("button", name="The link is copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/record/1")


def test_lost_connection_is_said(visit):
    page = visit("/search?q=sejarah")
    page.wait_for_load_state("networkidle")

    page.route("**/*", lambda route: route.abort())
    page.get_by_role("heading", name="Author").click()

    expect(page.get_by_text("No answer from the library")).to_be_visible()

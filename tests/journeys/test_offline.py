"""Installed on a telephone, and read where there is no network: what stays, for whom, and what doesn't."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import QUIET
from tests.journeys.browser import chromium as path_of_chromium
from tests.journeys.conftest import PASSWORD, free_port, serving
from tests.journeys.line import line_to

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("pustaka-pages-") || name.endsWith("-pictures")) continue;
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  }
  return found.sort();
}"""
VERSIONS = "async () => (await caches.keys()).filter((name) => name.startsWith('pustaka-files-'))"
REGISTRATIONS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
IS_READY = "async () => Boolean((await navigator.serviceWorker.ready).active && navigator.serviceWorker.controller)"
NOTICE = "This page was kept on your device on"
AWAY = "No connection to the library"
OWN, THEIRS = (
    "Bahan skripsi",
    "Sastra Indonesia modern: bacaan semester ini",
)  # lists of the demo's student and lecturer


def until(ask, wanted, patience_s=15):
    """Asks again until that is the answer: what a worker does, it does beside the page."""
    deadline = time.monotonic() + patience_s
    while (found := ask()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def keeps(page, *paths):
    until(lambda: page.evaluate(KEPT), sorted(paths))


@pytest.fixture
def line(library):
    with line_to(library) as line:
        yield line


@pytest.fixture
def device(chromium, line):
    """A page in a browser of its own, behind the line; faults of scripts and of the security policy fail the test."""
    context = chromium.new_context(base_url=line.base, viewport={"width": 360, "height": 740}, locale="en")
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []


def sign_in(page, number, *, own):
    page.goto("/account/login/")
    page.fill("input[name=login]", number)
    page.fill("input[name=password]", PASSWORD)
    if own:
        page.get_by_label("This is my own device").check()
    page.click("main button[type=submit]")
    expect(page.locator("details.person")).to_be_visible()
    until(lambda: page.evaluate(IS_READY), True)


def sign_out(page):
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Sign in")).to_be_visible()


def open_list(page, title):
    """Its address."""
    page.goto("/lists/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return "/lists" + page.url.split("/lists")[1]


def test_what_was_opened_last_stays_readable_without_a_network(device, line):
    device.goto("/record/1")
    record = device.locator("h1").inner_text()
    keeps(device, "/record/1")  # though it came before the worker did
    sign_in(device, "mahasiswa", own=True)
    keeps(device, "/")  # what a visitor had read is gone
    device.goto("/record/1")
    mine = open_list(device, OWN)
    device.goto("/record/2")
    other = device.locator("h1").inner_text()
    keeps(device, "/", "/lists/", mine, "/record/1", "/record/2")

    line.cut()
    device.goto(mine)
    expect(device.get_by_role("heading", level=1, name=OWN)).to_be_visible()
    expect(device.locator("#kept-notice")).to_contain_text(NOTICE)
    expect(device.get_by_role("button", name="Take the ticked ones off")).to_be_disabled()
    expect(device.get_by_label("Name of the list")).to_be_disabled()
    device.goto("/record/1")
    expect(device.get_by_role("heading", level=1, name=record)).to_be_visible()
    expect(device.locator("#kept-notice")).to_contain_text(NOTICE)
    device.mouse.wheel(0, 6000)  # parts that come later aren't asked for
    expect(device.get_by_text("No answer from the library")).to_have_count(0)
    assert device.evaluate("getComputedStyle(document.body).fontFamily").startswith("Seravek")  # with its looks

    answer = device.goto("/record/3")
    assert answer.status == 503
    expect(device.get_by_role("heading", level=1, name=AWAY)).to_be_visible()
    kept = device.locator("[data-shelf=records] li a")
    expect(kept).to_have_count(2)
    expect(kept.first).to_contain_text(other[:20])
    expect(device.locator("[data-shelf=lists] li")).to_have_count(2)
    kept.last.click()
    expect(device.get_by_role("heading", level=1, name=record)).to_be_visible()

    line.mend()
    device.locator("#kept-notice").get_by_role("link", name="Try again").click()
    expect(device.locator("#kept-notice")).to_be_hidden()
    expect(device.get_by_role("heading", level=1, name=record)).to_be_visible()


def test_nothing_of_a_person_remains_after_signing_out_or_for_another(device, line):
    sign_in(device, "mahasiswa", own=True)
    mine = open_list(device, OWN)
    keeps(device, "/", "/lists/", mine)
    sign_out(device)
    keeps(device, "/")
    expect(device.locator("body")).not_to_contain_text("Mahasiswa")

    line.cut()
    device.goto(mine)
    expect(device.get_by_role("heading", level=1, name=AWAY)).to_be_visible()
    expect(device.get_by_text(OWN)).to_have_count(0)
    line.mend()

    # Another reader, where the first one didn't sign out but lost the session.
    sign_in(device, "mahasiswa", own=True)
    open_list(device, OWN)
    keeps(device, "/", "/lists/", mine)
    device.context.clear_cookies()
    sign_in(device, "dosen", own=True)
    address = open_list(device, THEIRS)
    keeps(device, "/", "/lists/", address)
    line.cut()
    device.goto(mine)
    expect(device.get_by_role("heading", level=1, name=AWAY)).to_be_visible()
    expect(device.get_by_text(OWN)).to_have_count(0)
    expect(device.locator("[data-shelf=lists] li").first).to_contain_text(THEIRS)
    device.get_by_role("button", name="Delete what this device keeps").click()
    expect(device.get_by_text("Nothing is kept on this device any more.")).to_be_visible()
    keeps(device)


def test_a_line_that_dies_while_one_signs_out_leaves_nothing(device, line):
    sign_in(device, "mahasiswa", own=True)
    mine = open_list(device, OWN)
    witness = device.context.new_page()
    witness.goto("/offline/")
    keeps(witness, "/", "/lists/", mine)
    line.silence()
    device.locator("details.person summary").click()
    device.get_by_role("button", name="Sign out").click(no_wait_after=True)

    keeps(witness)
    line.cut()


def test_on_a_device_of_others_nothing_is_kept(device, line):
    device.goto("/record/1")
    keeps(device, "/record/1")
    sign_in(device, "mahasiswa", own=False)
    open_list(device, OWN)
    device.goto("/record/2")
    keeps(device)

    device.goto("/offline/")
    device.get_by_role("button", name="It is mine: keep what I open").click()
    device.goto("/record/2")
    keeps(device, "/record/2")
    device.goto("/offline/")
    expect(device.locator("[data-shelf=records] li")).to_have_count(1)
    device.get_by_role("button", name="Many use this computer: keep nothing").click()
    until(lambda: device.evaluate(REGISTRATIONS), 0)
    keeps(device)


def test_a_kept_page_stands_in_only_when_the_network_stays_silent(device, line):
    device.goto("/record/1")
    keeps(device, "/record/1")
    until(lambda: device.evaluate(IS_READY), True)
    device.goto("/record/1")
    expect(device.locator("#kept-notice")).to_be_hidden()

    line.silence()
    started = time.monotonic()
    device.goto("/record/1")
    expect(device.locator("#kept-notice")).to_be_visible()
    assert 5 < time.monotonic() - started < 12
    line.cut()


def test_a_list_that_is_shown_no_longer_is_kept_no_longer(device, visit):
    owner = visit("/lists/", number="dosen")
    owner.get_by_label("Name of the list").fill("Hanya sebentar")
    owner.get_by_role("button", name="Create").click()
    owner.get_by_label("For everyone, in the catalogue").check()
    owner.locator("#sharing ~ form").get_by_role("button", name="Save").click()
    shown = owner.url.removesuffix("#sharing")[len("http://127.0.0.1:") :].partition("/")[2]
    device.goto(f"/{shown}")
    keeps(device, f"/{shown}")

    owner.get_by_label("Only for me").check()
    owner.locator("#sharing ~ form").get_by_role("button", name="Save").click()
    until(lambda: device.evaluate(IS_READY), True)
    device.goto(f"/{shown}")

    expect(device.get_by_role("heading", level=1, name="That isn't here")).to_be_visible()
    keeps(device)


def test_worker_is_renewed_with_the_library_and_ended_when_it_is_switched_off(chromium, tmp_path):
    port = free_port()
    context = chromium.new_context(locale="id")
    page = context.new_page()
    with serving(tmp_path, port=port, PUSTAKA_NAME="Pustaka Nusa") as base:
        page.goto(base)
        keeps(page, "/")
        [first] = page.evaluate(VERSIONS)
    page.goto(base)
    expect(page.locator("#kept-notice")).to_contain_text("Tidak terhubung ke perpustakaan")

    with serving(tmp_path, port=port, PUSTAKA_NAME="Pustaka Nusantara"):
        page.goto(base)
        until(lambda: len(page.evaluate(VERSIONS)) == 1 and page.evaluate(VERSIONS) != [first], True)
        keeps(page, "/")
    page.goto(f"{base}/advanced")
    expect(page.get_by_role("heading", level=1, name="Tidak terhubung ke perpustakaan")).to_be_visible()
    expect(page.locator(".wordmark")).to_have_text(re.compile("Pustaka Nusantara"))

    with serving(tmp_path, port=port, PUSTAKA_OFFLINE="0"):
        page.goto(base)
        until(lambda: page.evaluate(REGISTRATIONS), 0)
        until(lambda: page.evaluate("() => caches.keys()"), [])
    context.close()


@pytest.mark.parametrize(("language", "shortcut"), [("en", "My lists"), ("id", "Daftar saya")])
def test_chromium_would_install_it(chromium, library, tmp_path, language, shortcut):
    context = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=path_of_chromium(), args=QUIET, locale=language
    )
    page = context.new_page()
    page.goto(library)
    browser = context.new_cdp_session(page)
    manifest = browser.send("Page.getAppManifest")
    errors = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    context.close()

    assert (manifest["url"], manifest["errors"]) == (f"{library}/manifest.webmanifest", [])
    assert f'"name": "{shortcut}"' in manifest["data"]
    assert errors == []


def test_installing_is_offered_and_a_refusal_remembered(visit):
    offered = "() => dispatchEvent(new Event('beforeinstallprompt', { cancelable: true }))"
    page = visit("/", width=360)
    offer = page.get_by_text("Have the catalogue at hand: install it on this device.")
    expect(offer).to_be_hidden()

    page.evaluate(offered)
    expect(offer).to_be_visible()
    page.get_by_role("button", name="No, thank you").click()
    page.goto("/advanced")
    page.evaluate(offered)

    expect(offer).to_be_hidden()

"""A librarian brings a file in: upload, progress, preview, take over, find, undo."""

import re

import pytest
from playwright.sync_api import expect

from pustaka.standards.marc import to_iso2709
from tests.factories.catalog import marc_record

MANY = 12_000


@pytest.fixture(scope="module")
def big_file(tmp_path_factory):
    """A file that takes some seconds, with a broken record in its middle."""
    path = tmp_path_factory.mktemp("files") / "katalog-lama.mrc"
    with path.open("wb") as file:
        for number in range(MANY):
            if number == MANY // 2:
                file.write(b"00099nam a rubbish in the middle\x1d")
            title, author = f"Himpunan tarombo jilid {number}", f"Penyair ke-{number}"
            file.write(to_iso2709(marc_record(title=title, author=author, number=f"lama{number}", ddc="899")))
    return path


def test_librarian_imports_with_progress_preview_and_undo(visit, big_file, tmp_path):
    page = visit("/staff/catalog/imports/", number="katalog")
    page.get_by_label("The file", exact=True).set_input_files(big_file)
    page.get_by_role("button", name="Read the file").click()

    expect(page.get_by_role("heading", level=1, name="katalog-lama.mrc")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text(re.compile(r"[1-9][\d,]* records read so far"))).to_be_visible(timeout=30_000)

    expect(page.get_by_text("new titles would come in")).to_be_visible(timeout=60_000)
    expect(page.locator(".outcome")).to_contain_text(f"{MANY:,}")
    expect(page.locator(".outcome")).to_contain_text("1 records are broken")
    expect(page.locator("#announcer")).to_contain_text("Ready for your decision")
    elsewhere = visit("/search?q=tarombo")
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("Nothing found")

    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_text("Done: the records are in the catalogue")).to_be_visible(timeout=90_000)
    elsewhere.goto("/search?q=tarombo")
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text(f"{MANY:,} titles")

    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    download.value.save_as(tmp_path / "report.csv")
    assert (tmp_path / "report.csv").read_text("utf-8-sig").count("\n") == MANY + 2

    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("The catalogue is as it was before")).to_be_visible(timeout=90_000)
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("Nothing found")


def test_librarian_imports_without_scripts(visit, tmp_path):
    path = tmp_path / "kecil.mrc"
    path.write_bytes(to_iso2709(marc_record(title="Hikayat kecil", number="kecil1")))
    page = visit("/staff/catalog/imports/", number="katalog", javascript=False)

    page.get_by_label("The file", exact=True).set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    for _ in range(60):
        if page.get_by_role("button", name="Take it over").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("button", name="Give it up").click()

    assert "given up" in page.inner_text("main")

"""Covers in the browser: the page of a cover, and pictures as readers get them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pustaka.catalog import queries
from pustaka.catalog.models import Cover
from tests.interfaces.web.conftest import patron_of
from tests.pictures import picture

IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def upload(name="sampul.jpg", **options):
    return SimpleUploadedFile(name, picture(**options).getvalue())


def page_of(bib, action=""):
    return f"/staff/catalog/records/{bib.pk}/cover/{action}"


def put(librarian, bib, field="file", **options):
    return librarian.post(page_of(bib, "put"), {field: upload(**options)})


@pytest.mark.parametrize("field", ["file", "photo"])
def test_a_picture_is_taken_in_from_either_box(librarian, shelve, field):
    bib = shelve()

    answer = put(librarian, bib, field)

    assert answer.url == page_of(bib)
    assert "Readers see this picture now." in librarian.get(answer.url).text
    assert Cover.objects.get().changed_by == patron_of(librarian).name


def test_readers_see_the_picture_with_its_size_everywhere(librarian, visitor, shelve):
    bib = shelve(title="Bumi manusia")
    put(librarian, bib, size=(1000, 1500))

    large = re.search(r'<img class="cover-picture"[^>]*>', visitor.get(f"/record/{bib.pk}").text)[0]
    small = re.search(r'<img class="cover-picture"[^>]*>', visitor.get("/search?q=bumi").text)[0]

    assert 'width="420" height="630" alt="" loading="lazy"' in large
    assert 'width="192" height="288" alt="" loading="lazy"' in small
    assert 'class="cover-picture"' in visitor.get("/").text


def test_pictures_are_kept_by_browsers_for_ever(librarian, visitor, shelve):
    bib = shelve()
    put(librarian, bib)
    address = re.search(r'src="(/media/[0-9a-f]{64}\.webp)"', visitor.get(f"/record/{bib.pk}").text)[1]

    answer = visitor.get(address, headers={"accept-encoding": "gzip"})

    digest = address[7:-5]
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.content[:4] == b"RIFF"
    assert (answer.headers["Cache-Control"], answer.headers["ETag"]) == (IMMUTABLE, f'"{digest}"')
    assert (answer.headers["X-Content-Type-Options"], "Content-Encoding" in answer.headers) == ("nosniff", False)
    assert "Set-Cookie" not in answer.headers
    again = visitor.get(address, headers={"if-none-match": f'"{digest}"'})
    assert (again.status_code, again.content, again.headers["Cache-Control"]) == (304, b"", IMMUTABLE)
    head = visitor.head(address)
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (200, b"", "image/webp")
    assert visitor.post(address).status_code == 405


def test_only_what_pages_show_is_public(librarian, visitor, reader, shelve):
    bib = shelve()
    put(librarian, bib)
    held = queries.cover_of(bib)

    for address in (
        f"/media/{held.original.digest}.webp",
        f"/media/{'0' * 64}.webp",
        "/media/../pustaka.sqlite3",
        "/media/..%2f..%2fetc%2fpasswd.webp",
        f"/media/{held.small.digest}.jpg",
    ):
        assert visitor.get(address).status_code == 404, address
    assert visitor.get(page_of(bib, "original.jpg")).status_code == 302
    assert reader.get(page_of(bib, "original.jpg")).status_code == 403
    answer = librarian.get(page_of(bib, "original.jpg"))
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "private, max-age=300")


def test_turning_and_cutting(librarian, shelve):
    bib = shelve()
    put(librarian, bib, size=(300, 450))
    told = {"turn": "90", "left": "10", "right": "0", "top": "0", "bottom": "20"}

    answer = librarian.post(page_of(bib, "adjust"), told)

    held = queries.cover_of(bib)
    assert answer.url == page_of(bib)
    assert (held.shown.width, held.shown.height) == (405, 240)
    text = librarian.get(answer.url).text
    assert 'name="left" value="10"' in text
    assert '<option value="90" selected>' in text


@pytest.mark.parametrize("change", [{"left": "46"}, {"turn": "45"}, {"top": ""}, {"bottom": "-1"}])
def test_a_cut_that_makes_no_sense_is_said_beside_its_box(librarian, shelve, change):
    bib = shelve()
    put(librarian, bib)

    answer = librarian.post(
        page_of(bib, "adjust"), {"turn": "0", "left": "0", "right": "0", "top": "0", "bottom": "0", **change}
    )

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert queries.cover_of(bib).turn == 0


def test_the_drawn_cover_and_back_and_away(librarian, visitor, shelve):
    bib = shelve()
    put(librarian, bib)

    librarian.post(page_of(bib, "hide"))
    assert "cover-picture" not in visitor.get(f"/record/{bib.pk}").text
    assert "Show the picture again" in librarian.get(page_of(bib)).text
    librarian.post(page_of(bib, "show"))
    assert "cover-picture" in visitor.get(f"/record/{bib.pk}").text
    librarian.post(page_of(bib, "remove"))
    assert "cover-picture" not in visitor.get(f"/record/{bib.pk}").text
    assert "There is no picture yet" in librarian.get(page_of(bib)).text


def test_no_picture_is_said_and_a_bad_one_is_refused_with_the_reason(librarian, shelve):
    bib = shelve()

    empty = librarian.post(page_of(bib, "put"), {})
    bad = librarian.post(page_of(bib, "put"), {"file": SimpleUploadedFile("sampul.jpg", b"<svg onload=alert(1)>")})

    assert (empty.status_code, bad.status_code) == (422, 422)
    assert "Choose a picture first" in empty.text
    assert "This is no picture that can be shown" in bad.text
    assert not Cover.objects.exists()


@pytest.mark.parametrize("action", ["put", "adjust", "show", "hide", "remove"])
def test_covers_are_changed_by_editors_only_and_by_no_link(librarian, reader, visitor, shelve, action):
    bib = shelve()

    assert librarian.get(page_of(bib, action)).status_code == 405
    assert reader.post(page_of(bib, action)).status_code == 403
    assert visitor.post(page_of(bib, action)).status_code == 302


def test_the_record_page_leads_editors_to_the_cover(librarian, reader, shelve):
    bib = shelve()

    assert page_of(bib) in librarian.get(f"/record/{bib.pk}").text
    assert page_of(bib) not in reader.get(f"/record/{bib.pk}").text


@pytest.mark.parametrize("rows", [1, 3])
def test_results_with_pictures_cost_the_same_for_any_number(
    librarian, visitor, shelve, rows, django_assert_num_queries
):
    for n in range(rows):
        put(librarian, shelve(title=f"Bumi {n}"), color=f"#2050{n}0")
    visitor.get("/search?q=bumi")

    with django_assert_num_queries(6):
        answer = visitor.get("/search?q=bumi")

    assert answer.text.count("cover-picture") == rows

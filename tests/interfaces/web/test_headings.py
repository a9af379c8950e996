"""Headings behind the desk, and what readers see of their references."""

import pytest
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.headings import Names
from pustaka.catalog.models import Authority, BatchChange
from pustaka.catalog.services import authorities, batches
from pustaka.discovery import services as discovery
from pustaka.foundation.actors import SYSTEM
from pustaka.standards.marc import Field
from tests.catalog.conftest import LATER
from tests.factories import marc_record

PAGES = "/staff/catalog/headings/"


@pytest.fixture
def economy(shelve):
    """A title with the subject Ekonomi."""
    subject = Field("650", indicators=" 4", subfields=[("a", "Ekonomi")])
    return shelve(record=marc_record(title="Pengantar ilmu", more=(subject,)))


def control(heading, kind="topic", **names):
    authority = authorities.add(kind=kind, heading=heading, names=Names(**names), at=timezone.now(), by=SYSTEM)
    discovery.refresh_references(authority_ids=[authority.pk])
    return authority


def test_a_loose_heading_becomes_a_controlled_one_and_its_titles_are_linked(librarian, economy):
    page = librarian.get(f"{PAGES}loose/")
    assert "Ekonomi" in page.text
    assert "heading=Ekonomi" in page.text
    assert 'value="Ekonomi"' in librarian.get(f"{PAGES}new/?heading=Ekonomi&kind=topic").text

    answer = librarian.post(f"{PAGES}add", {"kind": "topic", "heading": "Ekonomi", "see": "Perekonomian\nIktisad"})

    authority = Authority.objects.get()
    assert authority.see == ["Perekonomian", "Iktisad"]
    assert "heading=Ekonomi" not in librarian.get(f"{PAGES}loose/").text
    assert "1 title has these words" in librarian.get(answer.url).text
    preview = librarian.post(f"{PAGES}{authority.pk}/link")
    assert "1 title would be changed" in librarian.get(preview.url).text


def test_a_heading_is_renamed_in_its_titles_after_a_preview(librarian, economy):
    authority = control("Ekonomi")

    preview = librarian.post(f"{PAGES}{authority.pk}/rename", {"heading": "Ilmu ekonomi"})
    page = librarian.get(preview.url)
    assert "The heading “Ekonomi” becomes" in page.text
    assert "1 title would be changed" in page.text
    job = BatchChange.objects.get()
    librarian.post(f"{preview.url}start")
    batches.change(job_id=job.pk, at=LATER)
    assert queries.record_of(economy).get("650").get("a") == "Ilmu ekonomi"
    assert "Undo this change" in librarian.get(preview.url).text


def test_a_heading_without_titles_can_be_renamed(librarian):
    authority = control("Perekonomian")

    preview = librarian.post(f"{PAGES}{authority.pk}/rename", {"heading": "Ekonomi"})

    assert "only its own record would be changed" in librarian.get(preview.url).text
    assert librarian.post(f"{preview.url}start").status_code == 302
    assert Authority.objects.get().heading == "Ekonomi"


def test_references_and_the_whole_record_are_edited(librarian):
    authority = control("Ekonomi", see=("Perekonomian",))
    page = f"{PAGES}{authority.pk}/"

    librarian.post(f"{page}change", {"version": authority.version, "see": "Perekonomian\nIktisad", "narrower": "Mikro"})
    authority.refresh_from_db()
    assert (authority.see, authority.see_also) == (["Perekonomian", "Iktisad"], ["Mikro"])
    assert librarian.post(f"{page}change", {"version": 1, "see": ""}).status_code == 409
    rows = f"LDR 00000nz  a2200000n  4500\n001 {authority.control_number}\n150 __ $aEkonomi\n670 __ $aKamus"
    librarian.post(f"{page}record", {"version": authority.version, "rows": rows})
    assert "670 __ $aKamus" in librarian.get(page).text
    authority.refresh_from_db()
    wrong = librarian.post(f"{page}record", {"version": authority.version, "rows": "15 __ $aEkonomi"})
    assert wrong.status_code == 422
    librarian.post(f"{page}remove", {"version": authority.version})
    assert not Authority.objects.exists()


def test_headings_are_merged_and_split_from_their_page(librarian, economy):
    authority, into = control("Ekonomi"), control("Ekonomika")

    assert f'value="{into.pk}"' in librarian.get(f"{PAGES}{authority.pk}/").text
    preview = librarian.post(f"{PAGES}{authority.pk}/merge", {"into": into.pk})
    assert "1 title would be changed" in librarian.get(preview.url).text
    preview = librarian.post(f"{PAGES}{authority.pk}/split", {"titles": [economy.pk], "heading": "Ekonomi makro"})
    assert "Ekonomi makro" in librarian.get(preview.url).text
    assert librarian.post(f"{PAGES}{authority.pk}/merge", {}).status_code == 422
    assert librarian.post(f"{PAGES}{authority.pk}/rename", {"heading": ""}).status_code == 422
    assert librarian.get(f"{PAGES}999/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_headings(librarian, rows, django_assert_num_queries):
    for n in range(rows):
        control(f"Ekonomi {n}")

    with django_assert_num_queries(5):
        page = librarian.get(f"{PAGES}?q=ekonomi&kind=topic")

    assert page.text.count('dir="auto">Ekonomi') == rows


def test_a_search_for_another_form_leads_to_the_right_one(visitor, economy):
    control("Ekonomi", see=("Perekonomian",), related=("Bisnis",))

    page = visitor.get("/search?q=perekonomian")
    assert "See:" in page.text
    assert "subject%3AEkonomi" in page.text or "subject%3A%22Ekonomi%22" in page.text
    assert "See:" not in visitor.get("/search?q=pengantar").text


def test_a_record_page_shows_the_headings_beside_its_own(visitor, economy):
    control("Ekonomi", broader=("Ilmu sosial",))

    page = visitor.get(f"/record/{economy.pk}")

    assert "See also" in page.text
    assert "Ilmu sosial" in page.text


def test_readers_cannot_come_here(reader):
    assert reader.get(PAGES).status_code == 403


def test_the_history_of_a_heading_leads_back_to_every_state(librarian):
    authority = control("Ekonomi", see=("Perekonomian",))
    librarian.post(f"{PAGES}{authority.pk}/change", {"version": 1, "see": "Iktisad"})

    page = librarian.get(f"{PAGES}{authority.pk}/history/")
    assert "Edited" in page.text
    assert "Perekonomian" in page.text
    answer = librarian.post(f"{PAGES}{authority.pk}/go-back", {"to_version": 1, "version": 2})

    assert answer.url == f"{PAGES}{authority.pk}/history/"
    assert Authority.objects.get().see == ["Perekonomian"]
    assert f"{PAGES}{authority.pk}/history/" in librarian.get(f"{PAGES}{authority.pk}/").text


def test_a_heading_that_was_taken_out_can_be_brought_back_at_once(librarian):
    authority = control("Ekonomi")
    answer = librarian.post(f"{PAGES}{authority.pk}/remove", {"version": 1})
    assert answer.url == f"{PAGES}{authority.pk}/history/"
    assert "This heading is controlled no longer" in librarian.get(answer.url).text

    librarian.post(f"{PAGES}{authority.pk}/bring-back")

    assert Authority.objects.get(pk=authority.pk).heading == "Ekonomi"
    assert librarian.get(f"{PAGES}{authority.pk + 1}/history/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_of_a_heading_costs_the_same_for_any_number_of_changes(librarian, count, django_assert_num_queries):
    authority = control("Ekonomi")
    for number in range(count):
        librarian.post(f"{PAGES}{authority.pk}/change", {"version": number + 1, "see": f"Niaga {number}"})

    with django_assert_num_queries(7):
        librarian.get(f"{PAGES}{authority.pk}/history/")

"""References on the page of a title and of lists, and what is taken along."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from pustaka.catalog.services.records import write_record
from pustaka.discovery import services as discovery
from pustaka.interfaces.web.opac import citing
from pustaka.standards.marc import Field
from tests.factories.catalog import AT, BibFactory, marc_record
from tests.interfaces.web.html import compact

HTMX = {"HX-Request": "true"}


def test_record_page_loads_references_only_when_asked(visitor, shelve):
    bib = shelve(title="Bumi manusia")

    page = visitor.get(f"/record/{bib.pk}").text

    assert f'hx-get="/record/{bib.pk}/cite"' in page
    assert f'href="/record/{bib.pk}/cite"' in page
    assert "Lentera Dipantara, 2005." not in page


def test_cite_page_works_without_scripts_and_its_fragment_holds_the_same(visitor, shelve):
    bib = shelve(title="Bumi manusia")

    page, fragment = visitor.get(f"/record/{bib.pk}/cite"), visitor.get(f"/record/{bib.pk}/cite", headers=HTMX)

    for answer in (page, fragment):
        assert "Toer, P. A. (2005). <i>Bumi manusia</i>. Lentera Dipantara." in answer.text
        assert "[1] P. A. Toer, <i>Bumi manusia</i>. Jakarta: Lentera Dipantara, 2005." in answer.text
        assert 'data-copy-from="reference-mla"' in answer.text
        assert f'href="/record/{bib.pk}.ris"' in answer.text
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "<html" in page.text
    assert "<html" not in fragment.text


def test_reference_is_in_the_language_of_the_reader(visitor, shelve):
    bib = shelve(title="Bumi manusia", more=(Field("250", subfields=[("a", "Edisi ke-2")]),))

    english = visitor.get(f"/record/{bib.pk}/cite").text
    indonesian = visitor.get(f"/record/{bib.pk}/cite", headers={"accept-language": "id"}).text

    assert "(2nd ed.)" in english
    assert "(Edisi ke-2)" in indonesian


def test_reference_is_made_anew_when_the_record_has_changed(visitor, shelve):
    bib = shelve(title="Bumi manusia")
    visitor.get(f"/record/{bib.pk}/cite")

    write_record(bib=bib, record=marc_record(title="Rumah kaca"), at=AT + timedelta(seconds=1))

    assert "<i>Rumah kaca</i>" in visitor.get(f"/record/{bib.pk}/cite").text


def test_markup_in_a_title_is_shown_not_run(visitor, shelve):
    bib = shelve(title="<img src=x onerror=alert(1)>")

    page = visitor.get(f"/record/{bib.pk}/cite").text

    assert "<img src=x" not in page
    assert "<i>&lt;img src=x onerror=alert(1)&gt;</i>" in page


def test_bibliography_of_a_list_is_sorted_and_offers_every_style(visitor):
    rahardjo = BibFactory(title="Ilmu hukum", author="Rahardjo, Satjipto")
    hirata = BibFactory(title="Laskar pelangi", author="Hirata, Andrea")

    page = visitor.get(f"/bibliography?id={rahardjo.pk}&id={hirata.pk}&id=999999&style=mla").text

    assert page.index("Hirata, Andrea. <i>Laskar Pelangi</i>") < page.index("Rahardjo, Satjipto. <i>Ilmu Hukum</i>")
    assert f'href="/bibliography?id={rahardjo.pk}&amp;id={hirata.pk}&amp;id=999999&amp;style=ieee"' in page
    assert f'href="/bibliography.ris?id={rahardjo.pk}&amp;id={hirata.pk}' in page


def test_bibliography_of_a_search_leads_back_to_it(visitor, shelve):
    shelve(title="Bumi manusia")
    shelve(title="Akuntansi", author="Kieso, Donald")

    page = visitor.get("/bibliography?q=bumi").text

    assert "<i>Bumi manusia</i>" in page
    assert "Akuntansi" not in page
    assert 'href="/search?q=bumi"' in page


def test_bibliography_as_text_holds_a_reference_a_paragraph(visitor):
    bib = BibFactory(title="Laskar pelangi", author="Hirata, Andrea")

    answer = visitor.get(f"/bibliography?id={bib.pk}&form=text")

    assert answer.text == "Hirata, A. (2005). Laskar pelangi. Lentera Dipantara.\n\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_bibliography_says_when_there_is_more_than_it_shows(visitor, monkeypatch):
    monkeypatch.setattr(citing, "MOST_CITED", 2)
    two, three = [BibFactory().pk for _ in range(2)], [BibFactory().pk for _ in range(3)]

    assert "These are the first" not in visitor.get("/bibliography?" + "&".join(f"id={pk}" for pk in two)).text
    page = visitor.get("/bibliography?" + "&".join(f"id={pk}" for pk in three)).text

    assert "These are the first 2 titles" in compact(page)
    assert page.count('<p class="reference"') == 2


def test_bibliography_of_nothing_and_in_an_unknown_style_says_so(visitor):
    assert "There is nothing to cite" in visitor.get("/bibliography?id=12").text
    answer = visitor.get("/bibliography?style=bluebook")
    assert answer.status_code == 404
    assert "doesn&#x27;t know this style" in answer.text


@pytest.mark.parametrize("rows", [1, 3])
def test_bibliography_costs_the_same_for_any_number_of_titles(visitor, rows, django_assert_num_queries):
    numbers = "&".join(f"id={bib.pk}" for bib in BibFactory.create_batch(rows))
    visitor.get(f"/bibliography?{numbers}")

    with django_assert_num_queries(1):
        answer = visitor.get(f"/bibliography?{numbers}")

    assert answer.text.count('<p class="reference"') == rows


@pytest.mark.parametrize("ending", citing.FORMATS)
def test_title_result_and_list_are_taken_along_in_every_format(visitor, ending):
    bib = BibFactory(title="Bumi manusia")
    discovery.refresh(bib_ids=[bib.pk], at=timezone.now())

    for address in (
        f"/record/{bib.pk}.{ending}",
        f"/search/export.{ending}?q=bumi",
        f"/bibliography.{ending}?id={bib.pk}",
    ):
        answer = visitor.get(address)
        assert b"Bumi" in b"".join(answer.streaming_content), address
        assert answer.headers["Content-Disposition"].endswith(f'.{ending}"')
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_list_is_taken_along_in_its_own_order(visitor):
    first, second = BibFactory.create_batch(2)

    answer = visitor.get(f"/bibliography.csl.json?id={second.pk}&id={first.pk}&id={second.pk}&id=abc")

    found = json.loads(b"".join(answer.streaming_content))
    assert [item["id"] for item in found] == [str(second.pk), str(first.pk)]

"""The catalogue as readers meet it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from pustaka.interfaces.cli.demo import campus
from pustaka.standards.marc import Field, dump, load
from tests.factories.catalog import BibFactory
from tests.interfaces.web.html import compact

ARABIC = (
    Field("880", indicators="10", subfields=[("6", "245-01"), ("a", "مقدمة ابن خلدون")]),
    Field("880", indicators="1 ", subfields=[("6", "700-02"), ("a", "ابن خلدون")]),
    Field("700", indicators="1 ", subfields=[("6", "880-02"), ("a", "Ibn Khaldun")]),
    Field("505", indicators="0 ", subfields=[("a", "Bab satu -- Bab dua -- Bab tiga.")]),
    Field("520", indicators="  ", subfields=[("a", "Tentang peradaban.")]),
    Field("650", indicators=" 4", subfields=[("a", "Sejarah"), ("x", "Filsafat")]),
    Field("856", indicators="40", subfields=[("u", "https://contoh.example/buku"), ("y", "Baca daring")]),
    Field("856", indicators="40", subfields=[("u", "javascript:alert(1)"), ("y", "Jangan")]),
)


def boosted(client, address, **headers):
    return client.get(address, headers={"HX-Request": "true", **headers})


def test_home_says_what_the_library_has_and_leads_in(visitor, shelve):
    shelve(title="Bumi manusia", ddc="899.2213", copies=2)

    answer = visitor.get("/")

    assert "1 titles in 2 copies" in answer.text
    assert 'href="/search?class=8"' in answer.text
    assert 'href="/search?form=book"' in answer.text
    assert "Bumi manusia" in answer.text


def test_home_of_an_empty_library_says_what_comes_next(visitor, librarian):
    assert "The shelves are still empty" in visitor.get("/").text
    assert "/staff/catalog/imports/" not in visitor.get("/").text
    assert "/staff/catalog/imports/" in librarian.get("/").text


def test_home_names_the_people_of_the_demo_only_in_the_demo(visitor, settings):
    assert "pustaka-mandiri" not in visitor.get("/").text

    settings.IS_DEMO = True

    assert "<code>katalog</code>" in visitor.get("/").text
    assert "<code>pustaka-mandiri</code>" in visitor.get("/").text


def test_demo_people_on_the_home_page_are_those_of_the_demo(visitor, settings):
    settings.IS_DEMO = True
    page = visitor.get("/").text

    assert f"<code>{campus.PASSWORD}</code>" in page
    assert sum(f"<code>{number}</code>" in page for number, _name, _role in campus.PEOPLE) == len(campus.PEOPLE) == 7


def test_results_show_where_a_title_stands(visitor, shelve):
    bib = shelve(title="Bumi manusia", copies=3)
    bib.items.filter(pk=bib.items.first().pk).update(status="repair")

    answer = visitor.get("/search?q=bumi")

    assert f'href="/record/{bib.pk}"' in answer.text
    assert "2 of 3 on the shelf" in answer.text
    assert bib.call_number in answer.text
    assert "Toer, Pramoedya Ananta" in answer.text
    assert "· 2005 ·" in compact(answer.text)  # a year isn't a quantity: no thousands separator


@pytest.mark.parametrize("rows", [3, 9])  # with fewer than three titles the catalogue looks for ways on, too
def test_results_cost_the_same_for_any_number_of_titles(visitor, shelve, rows, django_assert_num_queries):
    for number in range(rows):
        shelve(title=f"Pengantar ekonomi {number}")
    visitor.get("/search?q=ekonomi")

    with django_assert_num_queries(6):
        answer = visitor.get("/search?q=ekonomi")

    assert answer.text.count('class="hit"') == rows


def test_results_address_keeps_words_filters_order_and_page(visitor, shelve):
    for number in range(45):
        shelve(title=f"Pengantar ekonomi {number:02}", year=2000 + number % 20)

    answer = visitor.get("/search?q=ekonomi&form=book&year=1990-2030&sort=newest&page=2")

    assert answer.context["found"].page == 2
    following = urlsplit(answer.context["next"])
    assert parse_qs(following.query) == {
        "q": ["ekonomi"], "form": ["book"], "year": ["1990-2030"], "sort": ["newest"], "page": ["3"]
    }  # fmt: skip
    assert 'rel="next nofollow"' in answer.text
    assert 'rel="prev nofollow"' in answer.text
    assert answer.text.count('class="hit"') == 20


def test_each_active_filter_can_be_taken_away(visitor, shelve):
    shelve(title="Pengantar ekonomi")

    chips = visitor.get("/search?q=ekonomi&form=book&language=-eng&year=1900-2030&available=1").context["chips"]

    assert [str(chip.label) for chip in chips] == ["Book", "English", "1900–2030", "Available now"]
    assert [chip.is_excluded for chip in chips] == [False, True, False, False]
    assert chips[0].href == "/search?q=ekonomi&language=-eng&year=1900-2030&available=1"


def test_facets_come_after_the_results_and_no_crawler_follows_them(visitor, shelve):
    shelve(title="Pengantar ekonomi")
    page = visitor.get("/search?q=ekonomi")
    assert 'hx-get="/search/filters?q=ekonomi"' in page.text
    assert "facet-values" not in page.text

    fragment = boosted(visitor, "/search/filters?q=ekonomi")

    assert "<html" not in fragment.text
    assert 'href="/search?q=ekonomi&amp;form=book"' in fragment.text
    assert 'href="/search?q=ekonomi&amp;form=-book"' in fragment.text
    links = [line for line in fragment.text.split("<a ")[1:] if "href=" in line]
    assert links
    assert all('rel="nofollow"' in link.partition(">")[0] for link in links)


def test_filters_without_javascript_stand_in_the_page(visitor, shelve):
    shelve(title="Pengantar ekonomi")

    redirected = visitor.get("/search/filters?q=ekonomi")
    page = visitor.get(redirected.url)

    assert redirected.url == "/search?q=ekonomi&show=filters"
    assert 'href="/search?q=ekonomi&amp;form=book"' in page.text


def test_facet_list_is_searched_inside(visitor, shelve):
    shelve(title="Bumi manusia", author="Toer, Pramoedya Ananta")
    shelve(title="Laskar pelangi", author="Hirata, Andrea")

    everyone = visitor.get("/search/facet/author")
    some = boosted(visitor, "/search/facet/author?contains=hirata", **{"HX-Target": "facet-values"})

    assert "Toer" in everyone.text
    assert "Hirata" in everyone.text
    assert "Toer" not in some.text
    assert "Hirata" in some.text
    assert "<html" not in some.text


def test_unknown_facet_is_refused_calmly(visitor):
    answer = visitor.get("/search/facet/weather")

    assert answer.status_code == 404
    assert "There is no such filter" in answer.text


def test_swapped_results_are_a_fragment_with_its_own_title(visitor, shelve):
    shelve(title="Pengantar ekonomi")

    answer = boosted(visitor, "/search?q=ekonomi", **{"HX-Target": "results"})

    assert "<html" not in answer.text
    assert "<title>ekonomi · Search</title>" in compact(answer.text)
    assert "data-announce" in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_nothing_found_is_no_dead_end(visitor, shelve):
    shelve(title="Pengantar ekonomi", language="ind")

    without_filters = visitor.get("/search?q=ekonomi&language=jpn")
    fewer = visitor.get("/search?q=ekonomi+qqqqqq")
    nothing = visitor.get("/search?q=qqqqqq")

    assert "The same words without the filters" in without_filters.text
    assert "Without “qqqqqq”" in fewer.text
    assert 'href="/search?q=ekonomi"' in fewer.text
    for answer in (without_filters, fewer, nothing):
        assert "Nothing found" in answer.text
        assert "Ask the library" in answer.text
        assert "Perpustakaan Pusat" in answer.text


@pytest.mark.parametrize(
    "query", ["q=%22", "q=%00", "q=(((", "q=AND+OR", "page=-1", "page=99999999999999", "page=x", "sort=drop",
              "year=x-y", "form=", "form=-", "q=" + "a" * 3000, "q=author:"]
)  # fmt: skip
def test_odd_addresses_are_answered(visitor, shelve, query):
    shelve(title="Pengantar ekonomi")

    assert visitor.get(f"/search?{query}").status_code == 200


def test_what_is_typed_is_never_markup(visitor):
    answer = visitor.get("/search", {"q": '<img src=x onerror="alert(1)">'})

    assert "<img src=x" not in answer.text
    assert "&lt;img src=x" in answer.text


def test_suggestions_are_options_that_lead_on(visitor, shelve):
    bib = shelve(title="Bumi manusia")

    answer = boosted(visitor, "/suggest?q=bum")

    assert 'role="option"' in answer.text
    assert f'href="/record/{bib.pk}"' in answer.text
    assert boosted(visitor, "/suggest?q=b").text.strip() == ""


def test_advanced_search_becomes_an_address_of_the_one_box(visitor):
    answer = visitor.get("/advanced", {"title": "bumi", "author": "toer", "form": ["book", "map"], "year_from": "1990"})

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.url).query) == {
        "q": ["title:bumi author:toer"], "form": ["book", "map"], "year": ["1990-"]
    }  # fmt: skip


def test_advanced_search_says_what_is_wrong(visitor):
    answer = visitor.get("/advanced", {"year_from": "dulu"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_record_says_what_it_is_and_where_each_copy_stands(visitor, shelve):
    title = Field("245", indicators="10", subfields=[("6", "880-01"), ("a", "Muqaddimah /"), ("c", "Ibn Khaldun.")])
    bib = shelve(title="Muqaddimah", copies=2, more=ARABIC, language="ara")
    record = bib.record
    marc = load(bytes(record.marc))
    marc.fields = [title if field.tag == "245" else field for field in marc.fields]
    record.marc = dump(marc)
    record.save()

    answer = visitor.get(f"/record/{bib.pk}")

    assert '<p class="own-script work" lang="ar" dir="rtl">مقدمة ابن خلدون</p>' in compact(answer.text)
    assert "2 of 2 on the shelf" in answer.text
    assert answer.text.count("On the shelf") >= 2
    assert "Perpustakaan Pusat" in answer.text
    assert bib.items.first().barcode in answer.text
    assert "Bab dua" in answer.text
    assert "Tentang peradaban." in answer.text
    assert 'href="/search?q=subject%3A%22Sejarah+--+Filsafat%22"' in answer.text
    assert 'href="/search?q=author%3A%22Ibn+Khaldun%22"' in answer.text
    assert 'href="https://contoh.example/buku"' in answer.text
    assert "javascript" not in answer.text
    assert '<link rel="canonical" href="http://testserver/record/' in answer.text


@pytest.mark.parametrize("copies", [1, 3])
def test_record_costs_the_same_for_any_number_of_copies(visitor, shelve, copies, django_assert_num_queries):
    bib = shelve(copies=copies)

    with django_assert_num_queries(10):
        visitor.get(f"/record/{bib.pk}")


def test_record_without_a_copy_says_so(visitor):
    bib = BibFactory()

    assert "has no copy of it" in visitor.get(f"/record/{bib.pk}").text


def test_record_that_is_gone_is_refused_calmly(visitor):
    answer = visitor.get("/record/999")

    assert answer.status_code == 404
    assert "There is no title 999" in answer.text


def test_marc_view_shows_every_field(visitor, shelve):
    bib = shelve(title="Bumi manusia", more=ARABIC)

    answer = visitor.get(f"/record/{bib.pk}/marc")

    for tag in ("LDR", "008", "245", "880", "856"):
        assert f'<th scope="row">{tag}</th>' in answer.text
    assert "javascript:alert(1)" in answer.text  # as text, not as a link


@pytest.mark.parametrize(
    ("ending", "kind", "begin"),
    [("mrc", "application/marc", b"0"), ("xml", "application/marcxml+xml", b"<?xml"), ("csv", "text/csv", b""),
     ("json", "application/", b"")],
)  # fmt: skip
def test_record_is_taken_along_in_every_format(visitor, shelve, ending, kind, begin):
    bib = shelve(title="Bumi manusia")

    answer = visitor.get(f"/record/{bib.pk}.{ending}")
    body = b"".join(answer.streaming_content)

    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="pustaka-{bib.pk}.{ending}"'
    assert body.startswith(begin)
    assert b"Bumi manusia" in body
    if ending == "json":
        json.loads(body)


def test_result_is_taken_along(visitor, shelve):
    shelve(title="Pengantar ekonomi")
    shelve(title="Laskar pelangi")

    body = b"".join(visitor.get("/search/export.csv?q=ekonomi").streaming_content).decode()

    assert "Pengantar ekonomi" in body
    assert "Laskar" not in body


def test_crawlers_are_kept_out_of_searches(visitor):
    answer = visitor.get("/robots.txt")

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /search\n" in answer.text
    assert "Disallow: /*?*subject=\n" in answer.text


def test_watchdog_is_answered(visitor):
    assert visitor.get("/healthz").content == b"ok\n"


def test_lost_index_is_a_refusal_that_says_what_is_done(visitor, shelve, settings, tmp_path):
    shelve(title="Pengantar ekonomi")
    settings.SEARCH_INDEX = tmp_path / "elsewhere"

    answer = visitor.get("/search?q=ekonomi")

    assert answer.status_code == 503
    assert "search" in answer.text.lower()

"""What machines read off the catalogue: Zotero, search engines, feed readers, browsers, crawlers."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import etree

from pustaka.catalog.models import Bib
from pustaka.discovery import services as discovery
from pustaka.interfaces.web.opac import machines
from pustaka.standards.feeds import ATOM
from pustaka.standards.marc import Field
from pustaka.standards.sitemaps import NAMESPACE as SITEMAP
from tests.factories import ImportJobFactory
from tests.factories.catalog import AT, BibFactory
from tests.interfaces.web.zotero import Page, from_coins, from_highwire

A = {"a": ATOM}
S = {"s": SITEMAP}


def field(tag, *subfields, indicators="  "):
    return Field(tag, indicators=indicators, subfields=[(part[0], part[1:]) for part in subfields])


def test_zotero_reads_a_book(visitor, shelve):
    bib = shelve(
        title="Bumi manusia & sesudahnya",
        isbn="979-9731-23-2",
        more=(
            field("250", "aEdisi ke-2"),
            field("700", "aSiti Aminah,", "epengarang"),
            field("710", "aBadan Arsip Nasional,", "epenulis", indicators="2 "),
            field("700", "aLane, Max,", "epenerjemah"),
        ),
    )

    page = Page(visitor.get(f"/record/{bib.pk}").text)

    assert len(page.coins) == 1
    item = from_coins(page.coins[0])
    assert item == {
        "itemType": "book",
        "title": "Bumi manusia & sesudahnya",
        "creators": [("Toer", "Pramoedya Ananta"), ("Siti Aminah", ""), ("Badan Arsip Nasional",)],
        "ISBN": "9789799731234",
        "date": "2005",
        "publisher": "Lentera Dipantara",
        "place": "Jakarta",
        "edition": "Edisi ke-2",
        "numPages": "535",
        "language": "id",
        "url": f"http://testserver/record/{bib.pk}",
    }
    assert from_highwire(page.tags) == {
        "itemType": "book",
        "title": "Bumi manusia & sesudahnya",
        "creators": [
            ("author", "Toer", "Pramoedya Ananta"),
            ("author", "Siti Aminah", ""),
            ("author", "Badan Arsip Nasional", ""),
            ("translator", "Lane", "Max"),
        ],
        "ISBN": "9789799731234",
        "date": "2005",
        "publisher": "Lentera Dipantara",
        "language": "id",
        "edition": "Edisi ke-2",
    }
    assert (page.unapi_server, page.unapi_ids) == ("/unapi", [f"pustaka:{bib.pk}"])


def test_zotero_reads_an_article_with_its_pages(visitor, shelve):
    bib = shelve(
        title="Literasi informasi",
        author="Sulistyo-Basuki",
        leader="00000nab a2200000 i 4500",
        more=(
            field("773", "tJurnal Ilmu Perpustakaan", "gVol. 12, No. 2 (2014), hlm. 101-115", "x1234-5679"),
            field("856", "uhttps://doi.org/10.1234/jip", indicators="40"),
        ),
    )

    page = Page(visitor.get(f"/record/{bib.pk}").text)

    wanted = {
        "itemType": "journalArticle",
        "title": "Literasi informasi",
        "publicationTitle": "Jurnal Ilmu Perpustakaan",
        "volume": "12",
        "issue": "2",
        "pages": "101-115",
        "ISSN": "1234-5679",
        "DOI": "10.1234/jip",
        "date": "2014",
    }
    coins, tags = from_coins(page.coins[0]), from_highwire(page.tags)
    assert {name: coins.get(name) for name in wanted} == wanted
    assert {name: tags.get(name) for name in wanted} == wanted
    assert coins["creators"] == [("Sulistyo-Basuki", "")]
    assert tags["creators"] == [("author", "Sulistyo-Basuki", "")]


def test_zotero_reads_a_chapter_and_a_thesis(visitor, shelve):
    chapter = shelve(
        title="Bab satu",
        leader="00000naa a2200000 i 4500",
        more=(field("773", "tBuku induk", "dJakarta : LP3ES, 1972", "ghlm. 1-69", "z9789799731234"),),
    )
    thesis = shelve(title="Citra", more=(field("502", "bSkripsi", "cUniversitas Negeri Malang", "d2019"),))

    pages = [Page(visitor.get(f"/record/{bib.pk}").text) for bib in (chapter, thesis)]

    one, two = (from_coins(page.coins[0]) for page in pages)
    assert (one["itemType"], one["title"], one["bookTitle"], one["pages"], one["ISBN"]) == (
        "bookSection", "Bab satu", "Buku induk", "1-69", "9789799731234",
    )  # fmt: skip
    assert (two["itemType"], two["title"], two["publisher"], two["type"]) == (
        "thesis", "Citra", "Universitas Negeri Malang", "Skripsi",
    )  # fmt: skip
    assert [from_highwire(page.tags)["itemType"] for page in pages] == ["bookSection", "thesis"]


def test_search_engines_read_what_the_work_is_and_whether_it_can_be_had(visitor, shelve):
    bib = shelve(title="Bumi manusia", isbn="979-9731-23-2", status="available")
    shelf_empty = shelve(title="Rumah kaca", status="lost")

    (thing,) = Page(visitor.get(f"/record/{bib.pk}").text).things

    assert thing["type"] == "https://schema.org/Book"
    assert (thing["name"], thing["isbn"], thing["datePublished"], thing["inLanguage"]) == (
        ["Bumi manusia"], ["9789799731234"], ["2005"], ["id"],
    )  # fmt: skip
    assert thing["author"] == [{"type": "https://schema.org/Person", "name": ["Pramoedya Ananta Toer"]}]
    assert thing["publisher"] == [{"type": "https://schema.org/Organization", "name": ["Lentera Dipantara"]}]
    assert thing["offers"][0]["availability"] == ["https://schema.org/InStock"]
    (lost,) = Page(visitor.get(f"/record/{shelf_empty.pk}").text).things
    assert lost["offers"][0]["availability"] == ["https://schema.org/OutOfStock"]


@pytest.mark.parametrize(
    ("leader", "more", "kind"),
    [
        ("00000nem a2200000 i 4500", (), "Map"),
        ("00000nas a2200000 i 4500", (), "Periodical"),
        ("00000ngm a2200000 i 4500", (), "Movie"),
        ("00000nim a2200000 i 4500", (), "AudioObject"),
        ("00000nam a2200000 i 4500", (field("502", "bTesis"),), "Thesis"),
        ("00000nab a2200000 i 4500", (field("773", "tJurnal", "gVol. 1"),), "ScholarlyArticle"),
    ],
)
def test_each_kind_of_thing_has_its_type(visitor, leader, more, kind):
    bib = BibFactory(leader=leader, more=more)

    (thing,) = Page(visitor.get(f"/record/{bib.pk}").text).things

    assert thing["type"] == f"https://schema.org/{kind}"


def test_unapi_answers_as_its_specification_says(visitor):
    bib = BibFactory(title="Bumi manusia")

    service, formats = visitor.get("/unapi"), visitor.get(f"/unapi?id=pustaka:{bib.pk}")
    mods = visitor.get(f"/unapi?id=pustaka:{bib.pk}&format=mods")

    assert (service.status_code, formats.status_code, mods.status_code) == (200, 300, 200)
    root = etree.fromstring(formats.content)
    assert (root.tag, root.get("id")) == ("formats", f"pustaka:{bib.pk}")
    assert {one.get("name"): one.get("type") for one in root}["mods"] == "application/mods+xml"
    assert [one.attrib for one in etree.fromstring(service.content)] == [one.attrib for one in root]
    assert b"<title>Bumi manusia</title>" in mods.content
    for one in root:
        answer = visitor.get(f"/unapi?id=pustaka:{bib.pk}&format={one.get('name')}")
        assert answer.headers["Content-Type"] == one.get("type")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?format=mods", 400),
        ("?id=pustaka:999999", 404),
        ("?id=pustaka:999999&format=mods", 404),
        ("?id=lain:1", 404),
        ("?id=pustaka:-1", 404),
        ("?id=pustaka:{pk}&format=docx", 406),
    ],
)
def test_unapi_refuses_what_it_cannot_give(visitor, query, status):
    bib = BibFactory()

    assert visitor.get(f"/unapi{query.format(pk=bib.pk)}").status_code == status


@pytest.fixture
def arrivals(db):
    """Three titles that came on three days, the one in the middle of another subject, and one that is hidden."""
    bibs = [
        BibFactory(title=title, created_at=AT + timedelta(days=day))
        for day, title in enumerate(["Sejarah Jawa", "Akuntansi biaya", "Sejarah Sunda"])
    ]
    hidden = BibFactory(title="Sejarah rahasia", batch=ImportJobFactory())
    discovery.refresh(bib_ids=[bib.pk for bib in (*bibs, hidden)], at=timezone.now())
    return bibs


def test_atom_of_a_search_tells_what_came_last_first(visitor, arrivals):
    answer = visitor.get("/search/feed.atom?q=sejarah")
    feed = etree.fromstring(answer.content)

    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert feed.findtext("a:title", namespaces=A) == "Pustaka Mandiri: “sejarah”, newest first"
    assert [entry.findtext("a:title", namespaces=A) for entry in feed.iterfind("a:entry", A)] == [
        "Sejarah Sunda",
        "Sejarah Jawa",
    ]
    entry = feed.find("a:entry", A)
    assert entry.findtext("a:id", namespaces=A) == f"tag:testserver,2026:record/{arrivals[2].pk}"
    assert entry.findtext("a:published", namespaces=A) == (AT + timedelta(days=2)).isoformat()
    assert entry.find("a:link", A).get("href") == f"http://testserver/record/{arrivals[2].pk}"
    assert feed.findtext("a:id", namespaces=A) == "tag:testserver,2026:search?q=sejarah"
    assert {link.get("rel"): link.get("href") for link in feed.iterfind("a:link", A)} == {
        "alternate": "http://testserver/search?q=sejarah",
        "self": "http://testserver/search/feed.atom?q=sejarah",
    }


def test_rss_tells_the_same(visitor, arrivals):
    channel = etree.fromstring(visitor.get("/search/feed.rss").content).find("channel")

    assert channel.findtext("title") == "Pustaka Mandiri: New titles"
    assert [item.findtext("title") for item in channel.iterfind("item")] == [
        "Sejarah Sunda",
        "Akuntansi biaya",
        "Sejarah Jawa",
    ]
    assert channel.find("item/guid").get("isPermaLink") == "false"
    assert channel.findtext("item/guid") == f"tag:testserver,2026:record/{arrivals[2].pk}"


def test_feed_is_not_sent_again_until_something_has_changed(visitor, arrivals):
    first = visitor.get("/search/feed.atom")
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]

    again = visitor.get("/search/feed.atom", headers={"If-None-Match": etag})
    since = visitor.get("/search/feed.atom", headers={"If-Modified-Since": modified})
    new = BibFactory(title="Sejarah Bali", created_at=AT + timedelta(days=9))
    discovery.refresh(bib_ids=[new.pk], at=timezone.now())
    later = visitor.get("/search/feed.atom", headers={"If-None-Match": etag})

    assert (again.status_code, again.content, since.status_code) == (304, b"", 304)
    assert later.status_code == 200
    assert b"Sejarah Bali" in later.content


def test_feed_of_nothing_is_a_feed(visitor, arrivals):
    feed = etree.fromstring(visitor.get("/search/feed.atom?q=tidakada").content)

    assert feed.findall("a:entry", A) == []
    assert feed.findtext("a:updated", namespaces=A)


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_costs_the_same_for_any_number_of_titles(visitor, rows, django_assert_max_num_queries):
    bibs = BibFactory.create_batch(rows)
    discovery.refresh(bib_ids=[bib.pk for bib in bibs], at=timezone.now())

    with django_assert_max_num_queries(3):
        answer = visitor.get("/search/feed.atom")

    assert answer.content.count(b"<entry>") == rows


def test_browsers_learn_to_search_here_and_get_suggestions(visitor, shelve):
    bib = shelve(title="Bumi manusia")

    page = visitor.get("/").text
    described = etree.fromstring(visitor.get("/opensearch.xml").content)
    suggestions = json.loads(visitor.get("/suggest.json?q=bum").content)

    assert 'href="/opensearch.xml"' in page
    templates = {url.get("type"): url.get("template") for url in described.iterfind("{*}Url")}
    assert templates["text/html"] == "http://testserver/search?q={searchTerms}&page={startPage?}"
    assert templates["application/x-suggestions+json"] == "http://testserver/suggest.json?q={searchTerms}"
    assert len(described.findtext("{*}ShortName")) <= 16
    assert suggestions == ["bum", ["Bumi manusia"], ["Title"], [f"http://testserver/record/{bib.pk}"]]


def test_sitemap_has_a_page_for_each_stretch_of_ids_and_leaves_hidden_titles_out(visitor, monkeypatch):
    monkeypatch.setattr(machines, "MAP_PAGE", 3)
    bibs = BibFactory.create_batch(4)
    hidden = BibFactory(batch=ImportJobFactory())
    cache.clear()

    index = etree.fromstring(visitor.get("/sitemap.xml").content)
    pages = [element.text for element in index.iterfind("s:sitemap/s:loc", S)]
    found = [
        element.text
        for page in pages
        for element in etree.fromstring(visitor.get(page.removeprefix("http://testserver")).content).iterfind(
            "s:url/s:loc", S
        )
    ]

    assert found == [f"http://testserver/record/{bib.pk}" for bib in bibs]
    assert f"http://testserver/record/{hidden.pk}" not in found
    assert pages == [
        f"http://testserver/sitemap-{number}.xml" for number in sorted({(bib.pk - 1) // 3 for bib in bibs})
    ]
    assert (
        index.findtext("s:sitemap/s:lastmod", namespaces=S)
        == Bib.objects.get(pk=bibs[0].pk).changed_at.date().isoformat()
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_sitemap_costs_one_statement_for_any_number_of_titles(visitor, rows, django_assert_num_queries):
    BibFactory.create_batch(rows)
    cache.clear()

    with django_assert_num_queries(1):
        visitor.get("/sitemap.xml")
    with django_assert_num_queries(0):
        visitor.get("/sitemap.xml")
    with django_assert_num_queries(1):
        visitor.get("/sitemap-0.xml")


def test_crawlers_are_led_to_the_sitemap_and_kept_from_searches(visitor):
    lines = visitor.get("/robots.txt").text.splitlines()

    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for path in ("/search", "/bibliography", "/unapi", "/record/*/", "/record/*.", "/*?*subject="):
        assert f"Disallow: {path}" in lines


def test_results_name_their_titles_for_unapi_and_their_feeds(visitor, shelve):
    bib = shelve(title="Bumi manusia")

    text = visitor.get("/search?q=bumi").text

    assert Page(text).unapi_ids == [f"pustaka:{bib.pk}"]
    assert 'type="application/atom+xml"' in text
    assert 'href="/search/feed.atom?q=bumi"' in text

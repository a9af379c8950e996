"""What a person finds: a small catalogue in which every title stands for something that people search by."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from pustaka.catalog.models import Item
from pustaka.discovery import documents, queries, rules, services
from pustaka.discovery.queries import YearBar, bars
from pustaka.standards.marc import Field
from tests.factories.branches import BranchFactory
from tests.factories.catalog import BibFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def subject(*parts: tuple[str, str]) -> Field:
    return Field("650", indicators=" 4", subfields=parts)


TITLES: dict[str, dict[str, Any]] = {
    "bumi": {"title": "Bumi manusia", "author": "Toer, Pramoedya Ananta", "year": 1980, "ddc": "899.2213"},
    "anak": {"title": "Anak semua bangsa", "author": "Toer, Pramoedya Ananta", "year": 1981, "ddc": "899.2213"},
    "about_bumi": {
        "title": "Memahami Bumi manusia karya Pramoedya Ananta Toer", "author": "Rahman, Fadlan", "year": 1999,
        "ddc": "899.2213", "more": (subject(("a", "Toer, Pramoedya Ananta"), ("x", "Kritik")),),
    },
    "mixed": {"title": "Manusia dan bumi", "author": "Suseno, Siti", "year": 2005, "ddc": "304.2"},
    "akuntansi": {
        "title": "Akuntansi", "author": "Rahmawati, Dewi", "year": 2015, "ddc": "657", "isbn": "978-602-8519-93-9",
        "number": "UMN001", "more": (subject(("a", "Akuntansi"), ("z", "Indonesia")),),
    },
    "intro": {
        "title": "Pengantar akuntansi", "author": "Wijaya, Budi", "year": 2010, "ddc": "657.04",
        "more": (subject(("a", "Akuntansi")), Field("505", subfields=[("a", "Neraca lajur -- Jurnal")])),
    },
    "cost": {"title": "Akuntansi biaya", "author": "B. J. Habibie", "year": 2012, "ddc": "657.42"},
    "libraries": {
        "title": "Libraries and learning", "author": "Smith, John Paul", "year": 2012, "ddc": "027.7",
        "language": "eng",
    },
    "quran": {
        "title": "Tafsir al-Qur’an", "author": "Shihab, M. Quraish", "year": 2001, "ddc": "297.1",
        "more": (
            Field("246", indicators="3 ", subfields=[("a", "Al-Misbah")]),
            Field("880", indicators="10", subfields=[("6", "245-01/(3/r"), ("a", "تفسير القرآن الكريم")]),
        ),
    },
    "journal": {"title": "Jurnal ekonomi", "author": "", "year": 1990, "issn": "0028-0836",
                "leader": "00000nas a2200000 i 4500", "ddc": "330"},
    "thesis": {
        "title": "Pengaruh inflasi terhadap pembelajaran", "author": "Putri, Ayu", "year": 2020, "ddc": "332.41",
        "more": (
            Field("502", subfields=[("a", "Skripsi (Sarjana)--Universitas, 2020")]),
            Field("024", indicators="7 ", subfields=[("a", "10.1234/umn.567"), ("2", "doi")]),
        ),
    },
    "long": {"title": "The C++ programming language", "author": "Stroustrup, Bjarne", "year": 2013, "ddc": "005.133",
             "language": "eng", "extent": "1346 p."},
}  # fmt: skip


@pytest.fixture
def shelf() -> dict[str, int]:
    """The ids of the titles by their names above."""
    ids = {name: BibFactory(record=marc_record(**values)).pk for name, values in TITLES.items()}
    services.refresh(bib_ids=list(ids.values()), at=AT)
    return ids


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("bumi manusia", ["bumi", "about_bumi", "mixed"]),  # the exact title, its words together, its words
        ("Bumi Manusia", ["bumi", "about_bumi", "mixed"]),
        ('"bumi manusia"', ["bumi", "about_bumi"]),
        ("akuntansi", ["akuntansi", "cost", "intro"]),
        ("pengantar akuntansi", ["intro"]),
        ("toer pramoedya", None),
        ("Toer, Pramoedya Ananta", None),
        ("Pramoedya Ananta Toer", None),
    ],
)
def test_known_items_come_first(shelf: dict[str, int], typed: str, names: list[str] | None) -> None:
    found = queries.find(text=typed).ids

    if names is None:
        assert set(found[:2]) == {shelf["bumi"], shelf["anak"]} or set(found) == {
            shelf["bumi"], shelf["anak"], shelf["about_bumi"],
        }  # fmt: skip
    else:
        assert found == [shelf[name] for name in names]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("author:toer", {"bumi", "anak"}),
        ("penulis:toer judul:anak", {"anak"}),
        ("978-602-8519-93-9", {"akuntansi"}),
        ("9786028519939", {"akuntansi"}),
        ("6028519936", {"akuntansi"}),
        ("isbn:9786028519939", {"akuntansi"}),
        ("0028-0836", {"journal"}),
        ("00280836", {"journal"}),
        ("UMN001", {"akuntansi"}),
        ("657 RAH a", {"akuntansi"}),
        ("657.42", {"cost"}),
        ("kelas:657", {"akuntansi", "intro", "cost"}),
        ("https://doi.org/10.1234/UMN.567", {"thesis"}),
        ("library", {"libraries"}),
        ("belajar", {"thesis"}),
        ("quran", {"quran"}),
        ("alquran", {"quran"}),
        ("Al-Qur'an", {"quran"}),
        ("al misbah", {"quran"}),
        ("القرآن", {"quran"}),
        ("القران", {"quran"}),
        ("قرآن", {"quran"}),
        ("C++", {"long"}),
        ("BJ Habibie", {"cost"}),
        ("J. Smith libraries", {"libraries"}),
        ("neraca", {"intro"}),
        ("subjek:kritik", {"about_bumi"}),
        ("akuntansi 2012", {"cost"}),
        ("tahun:2012 bahasa:en", {"libraries"}),
        ("lentera dipantara inflasi", {"thesis"}),
        ("sejarah OR inflasi", {"thesis"}),
        ("akuntansi -biaya -pengantar", {"akuntansi"}),
    ],
)
def test_ways_to_ask(shelf: dict[str, int], typed: str, names: set[str]) -> None:
    found = queries.find(text=typed)

    assert {name for name, pk in shelf.items() if pk in found.ids} == names
    assert (found.total, found.how) == (len(names), "exact")


@pytest.mark.parametrize(
    ("typed", "name", "better"),
    [
        ("akutansi biaya", "cost", "akuntansi biaya"),
        ("pramudya anak", "anak", "pramoedya anak"),
        ("author:pramudya anak", "anak", "author:pramoedya anak"),
        ("librareis", "libraries", "libraries"),
        ("progarmming language", "long", "programming language"),
    ],
)
def test_typing_errors_are_forgiven_and_the_right_spelling_is_offered(
    shelf: dict[str, int], typed: str, name: str, better: str
) -> None:
    found = queries.find(text=typed)

    assert (found.how, found.ids[0]) == ("similar", shelf[name])
    assert [(offer.kind, offer.text) for offer in found.offers] == [("spelling", better)]
    assert found.offers[0].total == queries.find(text=better).total


def test_fewer_words_are_offered_with_what_they_lead_to(shelf: dict[str, int]) -> None:
    found = queries.find(text="akuntansi inflasi")

    assert (found.total, found.ids) == (0, [])
    assert [(offer.kind, offer.text, offer.total, offer.dropped) for offer in found.offers] == [
        ("fewer_words", "inflasi", 1, ("akuntansi",)),
        ("fewer_words", "akuntansi", 3, ("inflasi",)),
    ]


def test_single_words_are_offered_when_no_other_way_is_left(shelf: dict[str, int]) -> None:
    found = queries.find(text="inflasi xqzw wqzx")

    assert [(offer.text, offer.dropped) for offer in found.offers] == [("inflasi", ("xqzw", "wqzx"))]


def test_the_way_without_filters_is_offered_first(shelf: dict[str, int]) -> None:
    filters = rules.filters_from([("form", "map")])

    found = queries.find(text="akuntansi biaya", filters=filters)

    assert (found.how, found.total) == ("exact", 0)
    first = found.offers[0]
    assert (first.kind, first.text, first.total, bool(first.filters)) == (
        "without_filters",
        "akuntansi biaya",
        1,
        False,
    )


def test_filters_alone_that_find_nothing_offer_everything(shelf: dict[str, int]) -> None:
    found = queries.find(filters=rules.filters_from([("form", "map")]))

    assert [(offer.kind, offer.total) for offer in found.offers] == [("without_filters", len(TITLES))]


def test_nothing_is_offered_where_nothing_helps(shelf: dict[str, int]) -> None:
    assert queries.find(text="xqzw").offers == []


def test_enough_found_costs_no_thought_of_ways_on(shelf: dict[str, int]) -> None:
    assert queries.find(text="akuntansi").offers == []


def test_facets_of_a_result(shelf: dict[str, int]) -> None:
    BranchFactory(code="pusat", name="Perpustakaan Pusat")
    branch = BranchFactory(code="teknik", name="Fakultas Teknik")
    for name in ("akuntansi", "cost"):
        ItemFactory(bib_id=shelf[name], branch=branch, status=Item.Status.AVAILABLE)
    ItemFactory(bib_id=shelf["intro"], branch=branch, status=Item.Status.LOST)
    services.refresh(bib_ids=list(shelf.values()), at=AT)

    with translation.override("en"):
        found = queries.find(text="akuntansi", filters=rules.filters_from([("class", "6")]))
        shown = {
            facet.name: [(value.label, value.count, value.state) for value in facet.values] for facet in found.facets
        }
        subjects = queries.facet(name="subject", text="akuntansi")

    assert shown["form"] == [("Book", 3, "")]
    assert shown["branch"] == [("Fakultas Teknik", 3, "")]
    assert shown["class"] == [("600 Technology, medicine, applied sciences", 3, "in"), ("650–659", 3, "")]
    assert found.available == 2
    assert found.years == [
        YearBar(2010, 2010, 1), YearBar(2011, 2011, 0), YearBar(2012, 2012, 1), YearBar(2013, 2013, 0),
        YearBar(2014, 2014, 0), YearBar(2015, 2015, 1),
    ]  # fmt: skip
    assert [(value.value, value.count) for value in subjects.values] == [("Akuntansi", 2)]
    assert "subject" not in shown


def test_a_chosen_value_stays_in_its_facet_when_nothing_has_it(shelf: dict[str, int]) -> None:
    found = queries.find(text="akuntansi", filters=rules.filters_from([("form", "map"), ("form", "-thesis")]))

    forms = next(facet for facet in found.facets if facet.name == "form")
    assert [(value.value, value.count, value.state) for value in forms.values] == [
        ("map", 0, "in"), ("thesis", 0, "out"), ("book", 3, ""),
    ]  # fmt: skip


def test_more_values_with_a_search_inside(shelf: dict[str, int]) -> None:
    found = queries.facet(name="author", contains="pram")
    assert [(value.value, value.count) for value in found.values] == [("Toer, Pramoedya Ananta", 2)]

    few = queries.facet(name="author", most=2)
    assert (len(few.values), few.has_more) == (2, True)
    assert queries.facet(name="nonsense").values == []


def test_suggestions_while_typing(shelf: dict[str, int]) -> None:
    found = queries.suggest("Bumi m")
    assert (found[0].kind, found[0].text, found[0].bib_id) == ("title", "Bumi manusia", shelf["bumi"])

    for typed in ("pramoedya an", "toer, pra", "TOER"):
        assert ("author", "Toer, Pramoedya Ananta", 2) in [
            (one.kind, one.text, one.count) for one in queries.suggest(typed)
        ]
    assert ("subject", "Akuntansi") in [(one.kind, one.text) for one in queries.suggest("akun")]
    assert queries.suggest("a") == []
    assert queries.suggest("") == []
    assert queries.suggest("xqzw") == []


def test_all_ids_give_the_whole_result(shelf: dict[str, int]) -> None:
    assert queries.all_ids(text="akuntansi") == [shelf["akuntansi"], shelf["cost"], shelf["intro"]]
    assert len(queries.all_ids()) == len(TITLES)
    assert queries.all_ids(most=3) == queries.all_ids()[:3]
    assert queries.all_ids(text="librareis") == [shelf["libraries"]]


@pytest.mark.parametrize(("page", "size", "ids"), [(1, 5, 5), (3, 5, 2), (4, 5, 0), (-1, 5, 5), (10**9, 5, 0)])
def test_pages(shelf: dict[str, int], page: int, size: int, ids: int) -> None:
    found = queries.find(page=page, page_size=size)

    assert (len(found.ids), found.total, found.pages) == (ids, 12, 3)


@pytest.mark.parametrize("typed", ["", "akuntansi", "akuntansi inflasi", "librareis"])
def test_a_search_asks_the_database_the_same_few_things_however_much_it_finds(
    shelf: dict[str, int], typed: str
) -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.find(text=typed)

    assert len(asked) == 2  # what is hidden, and which index is live


def test_sorting(shelf: dict[str, int]) -> None:
    def names(**given: Any) -> list[str]:
        turned = {pk: name for name, pk in shelf.items()}
        return [turned[pk] for pk in queries.find(text="akuntansi", **given).ids]

    assert names(sort="newest") == ["akuntansi", "cost", "intro"]
    assert names(sort="oldest") == ["intro", "cost", "akuntansi"]
    assert names(sort="title") == ["akuntansi", "cost", "intro"]
    assert names(sort="call_number") == ["akuntansi", "intro", "cost"]
    assert names(sort="nonsense") == names(sort="relevance")


def test_labels_are_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert queries.facet_label("form", "book") == "Book"
        assert queries.facet_label("language", "ind") == "Indonesian"
        assert queries.facet_label("language", "xyz") == "xyz"
        assert queries.facet_label("class", "8") == "800 Literature"
        assert queries.facet_label("class", "2X") == "2X"
        assert queries.facet_label("author", "Toer, Pramoedya Ananta") == "Toer, Pramoedya Ananta"
    assert queries.facet_label("branch", "no-such") == "no-such"


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], []),
        ([(9999, 4), (12, 1)], []),
        ([(2010, 3)], [YearBar(2010, 2010, 3)]),
        ([(2008, 1), (2010, 3)], [YearBar(2008, 2008, 1), YearBar(2009, 2009, 0), YearBar(2010, 2010, 3)]),
    ],
)
def test_bars_have_no_gaps(years: list[tuple[int, int]], expected: list[YearBar]) -> None:
    assert bars(years) == expected


@pytest.mark.parametrize("first", [1401, 1800, 1950, 1990])
def test_bars_are_few_and_lose_nothing(first: int) -> None:
    years = [(year, 2) for year in range(first, 2027)]

    found = bars(years)

    assert len(found) <= queries.MOST_BARS
    assert sum(bar.count for bar in found) == 2 * len(years)
    assert all(one.year_to + 1 == other.year_from for one, other in pairwise(found))


def test_a_document_keeps_its_copies_and_identifiers() -> None:
    bib = BibFactory(title="Bumi manusia", isbn="978-602-8519-93-9")
    ItemFactory(bib=bib, barcode="B 0042", call_number="899.221 3 TOE b")

    from pustaka.catalog import queries as catalog

    found = documents.of(catalog.for_index([bib.pk])[0])

    assert {
        "isbn:9786028519939",
        "barcode:b0042",
        "call:899 221",
        "call:899 221 3 toe b",
        "class:8",
        "class:899.2213",
    } <= set(found.keys)
    assert found.is_available
    assert "bumi manusia" in found.title_keys


def test_real_records_make_documents(shared_data: Any) -> None:
    """Every record of a real file in Arabic script is found by its own script and by its romanisation."""
    import gzip

    from pustaka.standards import marc

    with gzip.open(shared_data / "marc" / "nyu_aco_arabic.mrc.gz") as file:
        records = [read.record for read, _ in zip(marc.read(file), range(60), strict=False) if read.record]
    linked = 0
    for record in records:
        bib = BibFactory(record=record)
        services.refresh(bib_ids=[bib.pk], at=AT)
        for field in [record.get("245"), *[f for f in record.all("880") if f.get("6").startswith("245")]]:
            if field is not None and (title := field.get("a")):
                linked += field.tag == "880"
                assert bib.pk in queries.all_ids(text=f'title:"{title}"'), title
        if linked > 10:
            break
    assert linked > 10

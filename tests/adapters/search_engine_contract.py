"""What every search engine has to do: inherit from `SearchEngineContract` and give an `engine` fixture.

The catalogue here is small and made up, but each title stands for something that people search by.
"""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pustaka.discovery import rules, text
from pustaka.discovery.ports import Document, Fresh, Likeness, Query, SearchEngine, SearchUnavailable

ALL_FACETS = (*rules.FACETS, "available", "year")


def made(pk: int, title: str, *, author: str = "", subjects: Sequence[str] = (), **rest: object) -> Document:
    """A document as `discovery.documents` would make it, from what matters to an engine."""
    values = {"form": ["book"], "language": ["ind"], "subject": list(subjects), "author": [author] if author else []}
    values |= rest.pop("facets", {})  # type: ignore[arg-type]
    names, heads = text.tokens(author), [token for subject in subjects for token in text.tokens(subject)]
    notes = text.tokens(str(rest.pop("notes", "")))
    words = text.with_stems([*text.tokens(title), *heads, *notes], indonesian=True, english=True) | set(names)
    words.update(text.compounds(title))
    given = Document(
        id=pk,
        words=" ".join(sorted(words)),
        title=text.key(title),
        names=" ".join(names),
        subjects=" ".join(heads),
        notes=" ".join(notes),
        title_keys=[text.key(title)],
        facets=values,
        headings=[("author", text.key(author), author)] if author else [],
        title_sort=text.key(title),
    )
    for name, value in rest.items():
        setattr(given, name, value)
    return given


def shelf() -> list[Document]:
    """Twelve titles."""
    toer, novel = "Toer, Pramoedya Ananta", ["Novel Indonesia"]
    return [
        made(1, "Bumi manusia", author=toer, year=1980, added=100, subjects=novel),
        made(2, "Anak semua bangsa", author=toer, year=1981, added=110, subjects=novel),
        made(3, "Manusia bumi dan langit", author="Suseno, Siti", year=2005, added=120, call_sort="0 100"),
        made(
            4, "Pengantar akuntansi", author="Wijaya, Budi", year=2010, added=130, call_sort="0 657 wij",
            subjects=["Akuntansi"], keys=["isbn:9786028519939", "class:657", "class:65", "class:6", "call:657 wij p"],
            is_available=True, facets={"class": ["6", "65"], "branch": ["pusat"]},
        ),
        made(
            5, "Akuntansi", author="Rahmawati, Dewi", year=2015, added=140, call_sort="0 657 rah",
            subjects=["Akuntansi"], keys=["class:657", "class:65", "class:6"], is_available=True,
            facets={"class": ["6", "65"], "branch": ["pusat", "teknik"]},
        ),
        made(6, "Akuntansi biaya untuk perguruan tinggi", author="Wijaya, Budi", year=2012, added=150,
             subjects=["Akuntansi", "Biaya"], facets={"form": ["ebook"], "class": ["6", "65"]}),
        made(7, "Principles of accounting", author="Smith, John", year=2012, added=160, facets={"language": ["eng"]}),
        made(8, "Tafsir al-Qur’an", author="Shihab, M. Quraish", year=2001, added=170, facets={"form": ["reference"]}),
        made(9, "Belajar pemrograman C++", author="Kadir, A.", year=2018, added=180, notes="berisi contoh akuntansi"),
        made(10, "日本の歴史", author="山田太郎", year=1999, added=190, facets={"language": ["jpn"]}),
        made(11, "Kucing dan anjing", added=200, batch=7, facets={"form": ["map"]},
             headings=[("subject", "kucing", "Kucing")]),
        made(12, "Pelajaran bahasa", author="Toer, Siti", year=2020, added=210, batch=8),
    ]  # fmt: skip


def ask(typed: str, **rest: object) -> Query:
    parsed = rules.parse(typed)
    return replace(Query(tree=parsed.tree, title=parsed.title), **rest)  # type: ignore[arg-type]


class SearchEngineContract:
    """The tests; `engine` is a fixture of the class that inherits, an engine without any generation."""

    @pytest.fixture
    def filled(self, engine: SearchEngine) -> SearchEngine:
        engine.create(1)
        with engine.writer(1) as writer:
            writer.put(shelf())
            writer.commit()
        return engine

    @pytest.mark.parametrize(
        ("typed", "ids"),
        [
            ("bumi manusia", [1, 3]),  # the exact title first
            ("manusia bumi", [3, 1]),
            ('"bumi manusia"', [1]),
            ("akuntansi", [5, 6, 4, 9]),  # the title, begins so, has it, a note
            ("AKUNTANSI -biaya", [5, 4, 9]),
            ("akuntansi wijaya", [4, 6]),
            ("Toer, Pramoedya Ananta", [2, 1]),
            ("pramoedya toer", [1, 2]),
            ("author:toer", [1, 2, 12]),
            ('pengarang:"Pramoedya Ananta Toer"', [1, 2]),
            ("author:akuntansi", []),
            ("subject:akuntansi", [4, 5, 6]),
            ("title:accounting", [7]),
            ("accounts", [7]),  # English word forms
            ("mengajarkan", [9, 12]),  # Indonesian ones: belajar, pelajaran
            ("tafsir alquran", [8]),
            ("Tafsir Al-Qur'an", [8]),
            ("c++", [9]),
            ("歴史", [10]),
            ("史歴", []),
            ("山田", [10]),
            ("isbn:978-602-8519-93-9", [4]),
            ("9786028519939", [4]),
            ("602-8519-93-6", [4]),  # the same as ISBN-10
            ("657 WIJ p", [4]),
            ("kelas:657", [4, 5]),
            ("kelas:65 wijaya", [4]),
            ("tahun:2012", [6, 7]),
            ("akuntansi tahun:2012-", [5, 6, 9]),
            ("bahasa:inggris", [7]),
            ("kucing OR tafsir", [8, 11]),
            ("(kucing ATAU tafsir) NOT anjing", [8]),
            ("pemrogram*", [9]),
            ("judul:bum*", [1, 3]),
            ("anak yang bangsa", [2]),  # light words may be missing
            ("gajah", []),
            ("-gajah tafsir", [8]),
        ],
    )
    def test_search_finds(self, filled: SearchEngine, typed: str, ids: list[int]) -> None:
        answer = filled.search(1, ask(typed))

        found = list(answer.ids)
        if typed in {"bumi manusia", "manusia bumi", "akuntansi"}:
            assert found == ids
        else:
            assert sorted(found) == sorted(ids)
        assert answer.total == len(ids)

    @pytest.mark.parametrize(
        ("fresh", "ids"),
        [
            (Fresh(190), [10, 11, 12]),
            (Fresh(191), [11, 12]),
            (Fresh(180, until=200), [9, 10]),
            (Fresh(180, until=190, batches=(8,)), [9, 12]),
            (Fresh(500), []),
        ],
    )
    def test_only_what_is_new_is_found(self, filled: SearchEngine, fresh: Fresh, ids: list[int]) -> None:
        assert sorted(filled.search(1, Query(fresh=fresh)).ids) == ids
        asked = ask("kucing OR 歴史 OR tafsir", fresh=fresh)
        assert sorted(filled.search(1, asked).ids) == [pk for pk in ids if pk in {10, 11}]

    def test_new_batch_that_is_hidden_stays_hidden(self, filled: SearchEngine) -> None:
        assert filled.search(1, Query(fresh=Fresh(500, batches=(7, 8)), hidden_batches=(7,))).ids == (12,)

    def test_search_for_all_but_one_when_only_something_is_excluded(self, filled: SearchEngine) -> None:
        assert filled.search(1, ask("-kucing")).total == 11

    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("akutansi", 5),
            ("pengnatar", 4),
            ("pramudya", 1),
            ("acounting", 7),
            ("bumi manusa", 1),
            ("progarmming", None),
        ],
    )
    def test_search_forgives_typing_errors_when_told(self, filled: SearchEngine, typed: str, first: int | None) -> None:
        assert filled.search(1, ask(typed)).total == 0

        answer = filled.search(1, ask(typed, is_forgiving=True))

        assert (answer.ids[0] if answer.ids else None) == first

    def test_search_puts_what_is_written_so_before_what_is_only_similar(self, filled: SearchEngine) -> None:
        with filled.writer(1) as writer:
            writer.put([made(20, "Akuntan"), made(21, "Akuntani")])
            writer.commit()

        assert filled.search(1, ask("akuntan", is_forgiving=True)).ids[0] == 20

    @pytest.mark.parametrize(
        ("sort", "ids"),
        [
            ("relevance", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),  # nothing asked: what came last
            ("added", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            ("title", [5, 6, 2, 9, 1, 11, 3, 12, 4, 7, 8, 10]),
        ],
    )
    def test_search_sorts_everything(self, filled: SearchEngine, sort: str, ids: list[int]) -> None:
        assert list(filled.search(1, Query(sort=sort)).ids) == ids

    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_search_sorts_by_year_and_puts_titles_without_one_last(self, filled: SearchEngine, sort: str) -> None:
        years = {document.id: document.year for document in shelf()}

        found = [years[pk] for pk in filled.search(1, Query(sort=sort)).ids]

        assert found == [*sorted(filter(None, years.values()), reverse=sort == "newest"), None]

    def test_search_sorts_by_call_number_and_puts_titles_without_one_last(self, filled: SearchEngine) -> None:
        assert filled.search(1, Query(sort="call_number")).ids[:3] == (3, 5, 4)

    def test_search_gives_pages(self, filled: SearchEngine) -> None:
        pages = [filled.search(1, Query(offset=start, limit=5)).ids for start in (0, 5, 10, 15)]

        assert [len(page) for page in pages] == [5, 5, 2, 0]
        assert len({pk for page in pages for pk in page}) == 12

    def test_search_counts_without_a_page_when_the_limit_is_nothing(self, filled: SearchEngine) -> None:
        answer = filled.search(1, ask("akuntansi", limit=0))

        assert (answer.ids, answer.total) == ((), 4)

    def test_search_counts_facets(self, filled: SearchEngine) -> None:
        answer = filled.search(1, ask("akuntansi", facets=ALL_FACETS))

        assert dict(answer.facets["form"]) == {"book": 3, "ebook": 1}
        assert dict(answer.facets["author"]) == {"Wijaya, Budi": 2, "Rahmawati, Dewi": 1, "Kadir, A.": 1}
        assert answer.facets["branch"] == (("pusat", 2), ("teknik", 1))
        assert answer.facets["class"][0] == ("6", 3)
        assert answer.years == ((2010, 1), (2012, 1), (2015, 1), (2018, 1))
        assert answer.available == 2

    @pytest.mark.parametrize(
        ("pairs", "ids"),
        [
            ([("form", "ebook")], {6}),
            ([("form", "book"), ("form", "ebook")], {4, 5, 6, 9}),
            ([("form", "-book")], {6}),
            ([("branch", "pusat"), ("branch", "-teknik")], {4}),
            ([("year", "2010-2012")], {4, 6}),
            ([("year", "-2010")], {4}),
            ([("available", "1")], {4, 5}),
            ([("author", "Wijaya, Budi"), ("form", "book")], {4}),
            ([("class", "65"), ("available", "1"), ("year", "2015")], {5}),
            ([("form", "map")], set()),
        ],
    )
    def test_search_keeps_to_filters(self, filled: SearchEngine, pairs: list[tuple[str, str]], ids: set[int]) -> None:
        assert set(filled.search(1, ask("akuntansi", filters=rules.filters_from(pairs))).ids) == ids

    def test_filters_do_not_change_the_order(self, filled: SearchEngine) -> None:
        filters = rules.filters_from([("form", "book"), ("form", "ebook"), ("language", "ind")])

        assert filled.search(1, ask("akuntansi", filters=filters)).ids == (5, 6, 4, 9)

    def test_a_filtered_facet_is_counted_as_if_it_were_not(self, filled: SearchEngine) -> None:
        filters = rules.filters_from([("form", "ebook")])

        answer = filled.search(1, ask("akuntansi", filters=filters, facets=ALL_FACETS))

        assert dict(answer.facets["form"]) == {"book": 3, "ebook": 1}
        assert dict(answer.facets["author"]) == {"Wijaya, Budi": 1}

    def test_counts_are_of_now_after_a_commit(self, filled: SearchEngine) -> None:
        before = filled.search(1, Query(facets=("form",)))
        with filled.writer(1) as writer:
            writer.drop([1])
            writer.commit()

        after = filled.search(1, Query(facets=("form",)))

        assert dict(before.facets["form"])["book"] - dict(after.facets["form"])["book"] == 1

    def test_facet_gives_the_values_with_a_text_in_them(self, filled: SearchEngine) -> None:
        assert filled.facet(1, Query(), name="author", contains="wij") == (("Wijaya, Budi", 2),)
        assert filled.facet(1, Query(), name="subject", contains="INDÓ") == (("Novel Indonesia", 2),)
        assert filled.facet(1, Query(), name="form", contains="boo") == (("book", 9),)
        assert filled.facet(1, Query(), name="author", contains="gajah") == ()
        assert filled.facet(1, ask("bumi"), name="author", most=1) == (("Suseno, Siti", 1),)

    def test_hidden_batches_are_nowhere(self, filled: SearchEngine) -> None:
        hidden = (7, 99)
        assert filled.search(1, ask("kucing")).ids == (11,)

        assert filled.search(1, ask("kucing", hidden_batches=hidden)).total == 0
        everything = filled.search(1, Query(hidden_batches=hidden, facets=ALL_FACETS))
        assert everything.total == 11
        assert 11 not in everything.ids
        assert 12 in everything.ids
        assert "map" not in dict(everything.facets["form"])
        assert filled.facet(1, Query(hidden_batches=hidden), name="form", contains="map") == ()
        assert filled.title_suggestions(1, ["kuc"], Query()) == (11,)
        assert filled.title_suggestions(1, ["kuc"], Query(hidden_batches=hidden)) == ()
        assert [found.text for found in filled.heading_suggestions(1, ["kuc"], Query())] == ["Kucing"]
        assert filled.heading_suggestions(1, ["kuc"], Query(hidden_batches=hidden)) == ()

    def test_suggestions(self, filled: SearchEngine) -> None:
        assert filled.title_suggestions(1, ["bumi", "man"], Query())[0] == 1
        assert set(filled.title_suggestions(1, ["akun"], Query())) == {4, 5, 6}
        found = filled.heading_suggestions(1, ["wij"], Query())
        assert [(one.kind, one.text, one.count) for one in found] == [("author", "Wijaya, Budi", 2)]

    def test_alike_is_what_shares_a_subject_a_class_or_a_maker(self, filled: SearchEngine) -> None:
        accounting = Likeness(bib_id=4, subjects=["Akuntansi"], authors=["Wijaya, Budi"], classes=["657"])

        assert filled.alike(1, accounting, Query()) == (5, 6)
        assert filled.alike(1, accounting, Query(), most=1) == (5,)
        assert filled.alike(1, replace(accounting, without=["class:657"]), Query()) == (6,)
        assert filled.alike(1, Likeness(bib_id=4), Query()) == ()
        assert filled.alike(1, Likeness(bib_id=1, words=["kucing"]), Query()) == (11,)
        assert filled.alike(1, Likeness(bib_id=1, words=["kucing"]), Query(hidden_batches=(7,))) == ()

    @pytest.mark.parametrize("typed", ["9786028519938", "9786028519399", "9786208519939"])
    def test_a_wrong_isbn_finds_the_one_that_it_was_meant_to_be(self, filled: SearchEngine, typed: str) -> None:
        assert filled.search(1, ask(typed)).total == 0
        assert filled.search(1, ask(typed, is_forgiving=True)).ids == (4,)

    def test_frequency_and_similar_words(self, filled: SearchEngine) -> None:
        assert filled.frequency(1, "bumi") == 2
        assert filled.frequency(1, "akutansi") == 0
        assert filled.similar(1, "akutansi")[0] == ("akuntansi", 4)
        assert filled.similar(1, "kauntansi")[0] == ("akuntansi", 4)
        assert filled.similar(1, "xyz") == ()

    def test_put_replaces_and_drop_takes_away(self, filled: SearchEngine) -> None:
        with filled.writer(1) as writer:
            writer.put([made(1, "Bumi yang lain")])
            writer.drop([2, 999])
            assert filled.search(1, ask("pramoedya")).total == 2  # not before the commit
            writer.commit()

        assert filled.search(1, ask("pramoedya")).total == 0
        assert filled.search(1, ask("bumi lain")).ids == (1,)
        assert filled.search(1, Query()).total == 11

    def test_drop_batch_takes_only_its_own(self, filled: SearchEngine) -> None:
        with filled.writer(1) as writer:
            writer.put([made(30, "Ikan", batch=7), made(31, "Ikan", batch=7)])
            writer.commit()
            writer.drop_batch(7, after=30)
            writer.commit()
        assert set(filled.search(1, ask("kucing OR ikan")).ids) == {11, 30}
        with filled.writer(1) as writer:
            writer.drop_batch(7)
            writer.commit()

        assert filled.search(1, ask("kucing OR ikan OR bahasa")).ids == (12,)

    def test_drop_after_takes_what_lies_behind(self, filled: SearchEngine) -> None:
        with filled.writer(1) as writer:
            writer.drop_after(10)
            writer.commit()

        assert set(filled.search(1, Query()).ids) == set(range(1, 11))

    def test_generations_know_nothing_of_each_other(self, filled: SearchEngine) -> None:
        filled.create(2)
        with filled.writer(2) as writer:
            writer.put([made(1, "Satu saja")])
            writer.commit()

        assert filled.search(1, Query()).total == 12
        assert filled.search(2, Query()).total == 1
        filled.destroy(1)
        assert filled.exists(2)
        assert not filled.exists(1)
        filled.destroy(1)

    def test_what_is_not_there_is_told_and_not_made(self, engine: SearchEngine) -> None:
        for _ in range(2):
            assert not engine.exists(5)
            with pytest.raises(SearchUnavailable):
                engine.search(5, Query())
            with pytest.raises(SearchUnavailable), engine.writer(5):
                pass

    def test_create_empties_what_lies_under_its_number(self, filled: SearchEngine) -> None:
        filled.create(1)

        assert filled.search(1, Query()).total == 0

    def test_threads_share_the_writer_and_an_edit_does_not_wait_for_a_long_load(self, filled: SearchEngine) -> None:
        started, stop = threading.Event(), threading.Event()
        errors: list[BaseException] = []

        def load() -> None:
            try:
                with filled.writer(1) as writer:
                    pk = 1000
                    while not stop.is_set():
                        with writer.turn():
                            writer.put([made(pk + i, f"Muatan {pk + i}", batch=9) for i in range(50)], are_new=True)
                        pk += 50
                        started.set()
                    writer.commit()
            except BaseException as error:  # noqa: BLE001 - told by the test
                errors.append(error)
                started.set()

        loader = threading.Thread(target=load)
        loader.start()
        try:
            assert started.wait(10)
            for n in range(5):
                with filled.writer(1) as writer:
                    with writer.turn():
                        writer.put([made(500, f"Suntingan ke {n}")])
                    writer.commit()
                assert filled.search(1, ask(f"suntingan {n}", hidden_batches=(9,))).ids == (500,)
        finally:
            stop.set()
            loader.join(20)
        assert not errors
        assert filled.search(1, ask("muatan")).total % 50 == 0

import pytest
from django.utils import translation

from pustaka.catalog import queries
from pustaka.catalog.models import Bib
from pustaka.foundation.errors import NotFound
from tests.factories import BibFactory, BranchFactory, ImportJobFactory, ItemFactory, LocationFactory, marc_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden():
    """A title and a copy that an import has staged."""
    job = ImportJobFactory(state="ready")
    bib = BibFactory(record=marc_record(number="9", title="Tersembunyi", isbn="9789798659126"), batch=job)
    return ItemFactory(bib=bib, barcode="HB1", batch=job)


def test_what_is_hidden_is_not_there(hidden):
    seen = BibFactory(title="Terlihat")

    assert [bib.title for bib in queries.all_bibs()] == ["Terlihat"]
    assert [row.bib.pk for row in queries.rows([hidden.bib_id, seen.pk])] == [seen.pk]
    assert queries.by_identifier("9789798659126") == []
    assert queries.by_identifier("9") == []
    assert queries.newest() == [seen]
    assert queries.totals().titles == 1
    assert queries.totals().copies == 0
    for look in (
        lambda: queries.bib(hidden.bib_id),
        lambda: queries.item_by_barcode("HB1"),
        lambda: queries.item(hidden.pk),
    ):
        with pytest.raises(NotFound), translation.override("en"):
            look()


def test_rows_keep_the_order_and_say_what_is_at_hand():
    central, medical = BranchFactory(name="Pusat"), BranchFactory(name="FK")
    shelf = LocationFactory(branch=central, name="Rak umum")
    first, second = BibFactory(title="Satu"), BibFactory(title="Dua")
    ItemFactory(bib=first, branch=central, location=shelf, call_number="657 SAT s")
    ItemFactory(bib=first, branch=medical, status="lost")
    ItemFactory(bib=first, branch=central, location=shelf, status="reference")

    rows = queries.rows([second.pk, 10**9, first.pk])

    assert [(row.bib.title, row.copies, row.available) for row in rows] == [("Dua", 0, 0), ("Satu", 3, 2)]
    assert rows[0].call_number == second.call_number
    assert rows[1].call_number == "657 SAT s"
    assert set(rows[1].places) == {"Pusat, Rak umum", "FK"}


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_any_number_of_titles(count, django_assert_num_queries):
    bibs = BibFactory.create_batch(count)
    for bib in bibs:
        ItemFactory(bib=bib)
    ids = [bib.pk for bib in bibs]

    with django_assert_num_queries(2):
        assert len(queries.rows(ids)) == count
    with django_assert_num_queries(3):
        assert len(queries.for_index(ids)) == count
    with django_assert_num_queries(1):
        for item in queries.items_of(bibs[0]):
            assert str(item.branch)


@pytest.mark.parametrize("text", ["9789799731234", "978-979-97312-3-4", "ISBN 979-97312-3-2", "979 973123 2"])
def test_isbn_in_any_spelling_finds_the_title(text):
    bib = BibFactory(record=marc_record(isbn="9789799731234"))
    BibFactory(record=marc_record(isbn="9789798659126", title="Lain"))

    assert queries.by_identifier(text) == [bib]


def test_issn_and_control_number_find_the_title():
    tempo = BibFactory(record=marc_record(number="inlis7", issn="0126-4273", title="Tempo"))
    BibFactory(record=marc_record(number="inlis8", title="Lain"))

    assert queries.by_identifier("01264273") == [tempo]
    assert queries.by_identifier(" inlis7 ") == [tempo]
    assert queries.by_identifier("") == []


def test_totals_and_classes():
    BibFactory(record=marc_record(ddc="657"))
    BibFactory(record=marc_record(ddc="610.1", title="Anatomi"))
    BibFactory(record=marc_record(ddc="", title="Tempo", leader="00000nas a2200000 i 4500"))
    ItemFactory(bib=Bib.objects.first())
    ItemFactory(bib=Bib.objects.first(), status="withdrawn")

    totals = queries.totals()

    assert (totals.titles, totals.copies, totals.forms) == (3, 1, {"book": 2, "journal": 1})
    assert queries.classes() == {"600": 2}


def test_index_gets_an_import_before_anybody_sees_it(hidden):
    seen = BibFactory(title="Terlihat")
    job_id = hidden.batch_id

    assert [row.bib.pk for row in queries.batch_after(job_id, after=0, most=10)] == [hidden.bib_id]
    assert queries.batch_after(job_id, after=hidden.bib_id, most=10) == []
    assert [row.bib.pk for row in queries.all_after(after=0, most=1)] == [hidden.bib_id]
    assert [row.bib.pk for row in queries.all_after(after=hidden.bib_id, most=10)] == [seen.pk]
    assert (queries.count_batch(job_id), queries.count_all()) == (1, 2)
    (row,) = queries.for_index([hidden.bib_id])
    assert [item.barcode for item in row.items] == ["HB1"]


def test_index_does_not_get_copies_that_an_import_hides_on_a_visible_title(hidden):
    seen = BibFactory(title="Terlihat")
    ItemFactory(bib=seen, barcode="S1")
    ItemFactory(bib=seen, barcode="HB2", batch=hidden.batch)

    (row,) = queries.for_index([seen.pk])

    assert [item.barcode for item in row.items] == ["S1"]


@pytest.mark.parametrize(
    ("state", "is_revealed", "is_hidden"),
    [
        ("analysing", False, True),
        ("indexing", False, True),
        ("done", True, False),
        ("undoing", False, True),
        ("undone", False, False),
        ("cancelled", False, False),
    ],
)
def test_batches_that_a_search_must_leave_out(state, is_revealed, is_hidden):
    job = ImportJobFactory(state=state, is_revealed=is_revealed)

    assert queries.hidden_batches() == ([job.pk] if is_hidden else [])

"""Duplicates in the browser: found, side by side, merged, told apart, parted again."""

import pytest

from pustaka.catalog import queries
from pustaka.catalog.models import Merge
from tests.factories import BibFactory, ItemFactory, marc_record

PAGES = "/staff/catalog/duplicates/"


def twins(title="Bumi manusia"):
    return [
        BibFactory(record=marc_record(title=title, extent=f"{n + 300} hlm.", isbn="9786020633176")) for n in range(2)
    ]


def test_duplicates_are_compared_merged_and_parted_again(librarian, visitor):
    into, gone = twins()
    item = ItemFactory(bib=into)

    page = librarian.get(PAGES)
    assert f"compare?ids={into.pk},{gone.pk}" in page.text
    page = librarian.get(f"{PAGES}compare?ids={into.pk},{gone.pk}")
    assert "This one stays" in page.text
    assert "301 hlm." in page.text
    place = [field.tag for field in queries.record_of(gone).fields].index("300")
    answer = librarian.post(
        f"{PAGES}merge", {"into": into.pk, "seen": [f"{into.pk}:1", f"{gone.pk}:1"], "take": [f"{gone.pk}:{place}"]}
    )
    assert answer.url == f"/record/{into.pk}"
    assert queries.bib(into.pk).extent == "301 hlm."
    assert visitor.get(f"/record/{gone.pk}").url == f"/record/{into.pk}"
    assert "Part them again" in librarian.get(PAGES).text
    librarian.post(f"{PAGES}merges/{Merge.objects.get().pk}/undo")
    assert visitor.get(f"/record/{gone.pk}").status_code == 200
    item.refresh_from_db()
    assert item.bib_id == into.pk


def test_the_other_one_may_stay_and_two_may_be_told_apart(librarian):
    one, other = twins()

    page = librarian.get(f"{PAGES}compare?ids={one.pk},{other.pk}&into={other.pk}")
    assert f'name="into" value="{other.pk}"' in " ".join(page.text.split())
    librarian.post(f"{PAGES}not-the-same", {"ids": f"{one.pk},{other.pk}"})
    assert "Nothing looks alike" in librarian.get(PAGES).text


def test_one_title_alone_and_a_damaged_form_are_refused_with_words(librarian):
    bib = BibFactory()

    assert librarian.get(f"{PAGES}compare?ids={bib.pk},999").status_code == 422
    assert librarian.post(f"{PAGES}merge", {"into": "x"}).status_code == 422
    assert librarian.post(f"{PAGES}merge", {"into": bib.pk, "seen": ["x:y"]}).status_code == 422
    assert librarian.get(f"{PAGES}?after=x").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_groups(librarian, rows, django_assert_num_queries):
    for n in range(rows):
        twins(f"Judul {n} tentang {'abc'[n]}")

    with django_assert_num_queries(9):
        page = librarian.get(PAGES)

    assert page.text.count("Side by side") == rows + 1


def test_readers_cannot_come_here(reader):
    assert reader.get(PAGES).status_code == 403

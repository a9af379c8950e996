"""Lists in the hands of a person: with and without an account, with and without scripts."""

import re

import pytest

from pustaka.catalog.models import Bib
from pustaka.readers import queries
from pustaka.readers.models import BookList
from pustaka.readers.services import lists
from tests.factories import BibFactory, PatronFactory
from tests.factories.catalog import AT
from tests.factories.readers import BookListFactory
from tests.interfaces.web.conftest import patron_of

PASSWORD = "buku-adalah-jendela"


@pytest.fixture
def mine(reader):
    """A list of the reader's own with three titles."""
    return BookListFactory(patron=patron_of(reader), title="Bacaan skripsi", titles=3)


def order(found):
    return list(queries.entries(found).values_list("pk", flat=True))


def test_reader_makes_a_list_from_a_record(reader, shelve):
    bib = shelve(title="Bumi manusia")
    page = reader.get(f"/record/{bib.pk}").text
    assert f"/lists/add?bib={bib.pk}" in page
    choices = reader.get(f"/lists/add?bib={bib.pk}", headers={"HX-Request": "true"})
    assert "<html" not in choices.text
    assert 'value="new" checked' in " ".join(choices.text.split())

    made = reader.post("/lists/put", {"bib": bib.pk, "list": "new", "title": "Novel sejarah"}, follow=True)

    assert "Novel sejarah" in made.text
    assert "Bumi manusia" in made.text
    assert "is on it" in reader.get(f"/lists/add?bib={bib.pk}").text


def test_reader_puts_several_titles_of_a_result_on_a_list(reader, shelve, mine):
    bibs = [shelve(title=f"Pengantar ekonomi {n}") for n in range(3)]
    page = reader.get("/search?q=ekonomi").text
    assert page.count('form="pick"') == 3

    chosen = reader.get("/lists/add", {"bib": [bib.pk for bib in bibs]})
    assert "Bacaan skripsi" in chosen.text
    answer = reader.post("/lists/put", {"bib": [bib.pk for bib in bibs], "list": mine.pk}, follow=True)

    assert "3 titles are on “Bacaan skripsi” now." in answer.text
    assert queries.count_entries(mine) == 6


def test_visitor_keeps_titles_and_they_become_a_list_at_the_sign_in(visitor, shelve):
    bib = shelve(title="Bumi manusia")
    assert "Keep it in this browser" in visitor.get(f"/lists/add?bib={bib.pk}").text
    kept = visitor.post("/lists/put", {"bib": bib.pk}, follow=True)
    assert "Bumi manusia" in kept.text
    assert not BookList.objects.exists()

    patron = PatronFactory()
    visitor.post("/account/login/", {"login": patron.number, "password": PASSWORD, "next": "/lists/"})

    [made] = BookList.objects.all()
    assert (made.patron, queries.bib_ids(made)) == (patron, [bib.pk])
    assert made.title in visitor.get("/lists/").text
    visitor.post("/account/logout/")
    assert "Nothing put together yet" in visitor.get("/lists/").text


def test_visitor_empties_what_was_kept(visitor, shelve):
    bib = shelve()
    visitor.post("/lists/put", {"bib": bib.pk})

    visitor.post("/lists/basket/clear")

    assert "Nothing put together yet" in visitor.get("/lists/").text


def test_put_without_a_title_is_refused(reader, visitor):
    assert reader.post("/lists/put", {"list": "new"}).status_code == 422
    assert visitor.post("/lists/put", {}).status_code == 422
    assert "No title is chosen" in reader.get("/lists/add?bib=kucing&bib=999").text


def test_arrows_work_without_scripts_and_with_them(reader, mine):
    first, second, third = order(mine)

    answer = reader.post(f"/lists/{mine.pk}/move", {"move": f"{third}:-1", "page": "1"})
    assert answer.url == f"/lists/{mine.pk}/?page=1"
    assert order(mine) == [first, third, second]

    answer = reader.post(f"/lists/{mine.pk}/move", {"move": f"{third}:-1", "page": "1"}, headers={"HX-Request": "true"})
    assert re.findall(r'data-entry="(\d+)"', answer.text) == [str(pk) for pk in (third, first, second)]
    assert "<html" not in answer.text


def test_dragging_sends_where_the_entry_was_dropped(reader, mine):
    first, second, third = order(mine)
    reader.post(f"/lists/{mine.pk}/move", {"move": "", "entry": third, "before": first, "page": "1"})
    assert order(mine) == [third, first, second]

    reader.post(f"/lists/{mine.pk}/move", {"move": "", "entry": third, "before": "", "page": "1"})
    assert order(mine) == [first, second, third]


def test_nonsense_in_a_move_is_refused_and_changes_nothing(reader, mine):
    before = order(mine)
    for sent in ({"move": "x:y"}, {"move": "99:1"}, {}, {"entry": before[0], "before": 99}):
        assert reader.post(f"/lists/{mine.pk}/move", sent).status_code == 404
    reader.post(f"/lists/{mine.pk}/move", {"move": f"{before[0]}:99999999999"})
    assert order(mine) == before


def test_removed_titles_can_be_put_back(reader, mine):
    before = order(mine)
    page = reader.post(f"/lists/{mine.pk}/remove", {"entry": before[:2]}, follow=True)
    assert "2 titles are off the list." in page.text
    assert queries.count_entries(mine) == 1

    page = reader.post(f"/lists/{mine.pk}/restore", follow=True)

    assert "2 titles are back" in page.text
    assert queries.count_entries(mine) == 3
    assert "off the list" not in reader.get(f"/lists/{mine.pk}/").text


def test_note_is_written_and_shown(reader, mine):
    entry = order(mine)[0]

    reader.post(f"/lists/{mine.pk}/note", {"entry": entry, "note": "Bab 3 <saja>", "page": "1"})

    assert "Bab 3 &lt;saja&gt;" in reader.get(f"/lists/{mine.pk}/").text


def test_list_is_deleted_after_asking(reader, mine):
    assert "its 3 titles" in " ".join(reader.get(f"/lists/{mine.pk}/delete").text.split())
    assert BookList.objects.exists()

    assert "is deleted" in reader.post(f"/lists/{mine.pk}/delete/yes", follow=True).text
    assert not BookList.objects.exists()


def test_link_shows_the_list_to_whoever_has_it_and_to_no_machine(reader, visitor, mine):
    page = reader.post(f"/lists/{mine.pk}/share", {"visibility": "link", "signed_as": "real"}, follow=True)
    mine.refresh_from_db()
    link = f"/lists/link/{mine.token}/"
    assert f"http://testserver{link}" in page.text

    answer = visitor.get(link)

    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "noindex" in answer.text
    assert "Bacaan skripsi" in answer.text
    assert "Maria Goreti Lamawuran" in answer.text
    assert visitor.get(f"{link}print").status_code == 200
    assert visitor.get(f"{link}export.csv").status_code == 200
    assert visitor.get(f"/lists/{mine.pk}/").status_code == 404
    assert visitor.get(f"/lists/{mine.pk}/export.csv").status_code == 404
    assert "Disallow: /lists/link/" in visitor.get("/robots.txt").text

    reader.post(f"/lists/{mine.pk}/renew")
    assert visitor.get(link).status_code == 404


def test_public_list_stands_at_its_titles_and_among_the_public_lists(reader, visitor, shelve):
    bib = shelve(title="Bumi manusia")
    found = BookListFactory(patron=patron_of(reader), title="Kuliah umum", bibs=[bib])
    reader.post(f"/lists/{found.pk}/share", {"visibility": "public", "signed_as": "pen", "pen_name": "Klub Buku"})

    assert "Kuliah umum" in visitor.get("/lists/public/").text
    assert "Klub Buku" in visitor.get(f"/record/{bib.pk}").text
    page = visitor.get(f"/lists/{found.pk}/").text
    assert "Bumi manusia" in page
    assert "Maria" not in page


def test_public_list_is_copied_and_reported_by_another_reader(librarian, visitor, mine):
    lists.share(owner=mine.patron, list_id=mine.pk, visibility="public", at=AT)

    assert visitor.post(f"/lists/{mine.pk}/copy").url.startswith("/account/login/")
    copied = librarian.post(f"/lists/{mine.pk}/copy", follow=True)
    assert "Bacaan skripsi (copy)" in copied.text
    librarian.post(f"/lists/{mine.pk}/report", {"reason": "Iklan"})

    assert "Iklan" in librarian.get("/staff/readers/").text
    librarian.post(f"/staff/readers/lists/{mine.pk}/decide", {"verdict": "refuse", "reason": "Iklan"})
    assert visitor.get(f"/lists/{mine.pk}/").status_code == 404


def test_title_that_is_gone_stays_as_its_name_on_every_page(reader, mine):
    entry = queries.entries(mine)[0]
    Bib.objects.filter(pk=entry.bib_id).delete()

    for path in ("", "print"):
        page = reader.get(f"/lists/{mine.pk}/{path}").text
        assert entry.title in page
        assert "have this title any more" in page
    assert reader.get(f"/lists/{mine.pk}/export.csv").getvalue().count(b"\n") == 3


def test_export_has_the_order_of_the_list(reader, mine):
    titles = list(queries.entries(mine).values_list("title", flat=True))
    lists.move_by(owner=mine.patron, list_id=mine.pk, entry_id=order(mine)[2], steps=-2, at=AT)

    text = reader.get(f"/lists/{mine.pk}/export.csv").getvalue().decode()

    assert [text.index(title) for title in (titles[2], titles[0], titles[1])] == sorted(map(text.index, titles))
    assert reader.get(f"/lists/{mine.pk}/export.exe").status_code == 404


def test_list_is_cited_by_its_owner_and_by_whoever_has_the_link(reader, visitor, mine):
    token = lists.share(owner=mine.patron, list_id=mine.pk, visibility="link", at=AT).token

    page = reader.get(f"/lists/{mine.pk}/cite")
    assert page.text.count('class="reference"') == 3
    assert "Toer" in page.text
    assert f'href="/lists/{mine.pk}/"' in page.text
    shared = visitor.get(f"/lists/link/{token}/cite?style=ieee")
    assert shared.text.count('class="reference"') == 3
    assert "numbered" in shared.text
    assert visitor.get(f"/lists/link/{token}/cite?form=text").text.count("\n\n") == 3
    assert visitor.get(f"/lists/{mine.pk}/cite").status_code == 404
    assert reader.get(f"/lists/{mine.pk}/cite?style=nonsense").status_code == 404


@pytest.mark.parametrize("titles", [1, 3])
def test_list_costs_the_same_for_any_number_of_titles(reader, titles, django_assert_num_queries):
    found = BookListFactory(patron=patron_of(reader), titles=titles)
    reader.get(f"/lists/{found.pk}/")

    with django_assert_num_queries(9):
        reader.get(f"/lists/{found.pk}/")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number_of_them(reader, visitor, rows, django_assert_num_queries):
    for _ in range(rows):
        found = BookListFactory(patron=patron_of(reader), titles=1)
        lists.share(owner=found.patron, list_id=found.pk, visibility="public", signed_as="real", at=AT)

    with django_assert_num_queries(5):
        reader.get("/lists/")
    with django_assert_num_queries(2):
        visitor.get("/lists/public/")


def test_long_list_comes_in_pages_and_moves_across_them(reader, monkeypatch):
    monkeypatch.setattr("pustaka.interfaces.web.lists.pages.ENTRIES_A_PAGE", 2)
    found = BookListFactory(patron=patron_of(reader), titles=5)
    pks = order(found)

    page = reader.get(f"/lists/{found.pk}/?page=2").text
    assert re.findall(r'data-entry="(\d+)"', page) == [str(pk) for pk in pks[2:4]]
    assert f'data-following="{pks[4]}"' in page
    assert 'start="3"' in page
    reader.post(f"/lists/{found.pk}/move", {"move": f"{pks[2]}:-1", "page": "2"})

    assert order(found) == [pks[0], pks[2], pks[1], pks[3], pks[4]]


def test_reader_sees_only_their_own_lists(reader):
    other = BookListFactory(title="Rahasia orang lain", titles=1)

    assert "Rahasia" not in reader.get("/lists/").text
    for path in ("", "delete", "print", "export.csv"):
        assert reader.get(f"/lists/{other.pk}/{path}").status_code == 404
    for path in ("share", "move", "note", "remove", "delete/yes", "copy", "describe", "renew"):
        assert reader.post(f"/lists/{other.pk}/{path}", {"title": "x"}).status_code == 404


def test_list_page_asks_visitors_to_sign_in_for_what_is_ones_own(visitor):
    bib = BibFactory()
    assert visitor.post("/lists/create", {"title": "x"}).url.startswith("/account/login/")
    assert visitor.get("/lists/1/delete").url.startswith("/account/login/")
    assert visitor.get(f"/lists/add?bib={bib.pk}").status_code == 200

"""Saved searches and letters in a person's account, the end of letters by one click, and the staff's pages."""

import re

import pytest
from django.test import Client

from pustaka.discovery.models import SavedSearch
from pustaka.config.notices import KINDS
from pustaka.notices import queries, services
from pustaka.notices.models import Delivery, Preference, Template
from pustaka.patrons.models import Role
from tests.factories import BranchFactory, PatronFactory
from tests.factories.catalog import AT
from tests.interfaces.web.conftest import Visitor, patron_of

KIND = "problem_answered"
VALUES = {"title": "Bumi manusia", "report": "Salah.", "answer": "Benar.", "address": "https://p.example/"}


@pytest.fixture
def head(db):
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="Ratna Wulansari", roles=[Role.HEAD]))
    return client


def tell(patron=None, key="a", address=""):
    news = services.News(key=key, patron=patron, address=address, values=VALUES)
    services.tell(kind_code=KIND, news=[news], at=AT)
    return Delivery.objects.order_by("-pk").first()


# Saved searches ------------------------------------------------------------------------------------------------------
def test_search_is_saved_from_the_results_run_again_and_deleted_and_taken_back(reader, shelve):
    shelve(title="Hukum adat Bali")
    page = reader.get("/search?q=hukum&form=book&sort=newest").text
    assert "Save this search" in page
    hidden = dict(re.findall(r'type="hidden" name="(q|form|sort)" value="(\w+)"', page))

    saved = reader.post("/account/searches/save", {**hidden, "name": "Hukum", "alert": "weekly"}, follow=True)

    assert "Kind: Book" in " ".join(saved.text.replace("\n", " ").split())
    assert 'href="/search?q=hukum&amp;form=book&amp;sort=newest"' in saved.text
    assert "Every week" in saved.text
    [kept] = SavedSearch.objects.all()
    gone = reader.post(f"/account/searches/{kept.pk}/delete", follow=True)
    assert "“Hukum” is deleted." in gone.text
    fields = re.findall(r'type="hidden" name="(name|q|form|sort|alert)" value="(\w+)"', gone.text)
    reader.post("/account/searches/save", dict(fields))

    back = SavedSearch.objects.get()
    assert (back.name, back.text, back.filters, back.alert) == ("Hukum", "hukum", [["form", "book"]], "weekly")


def test_visitor_is_led_to_the_sign_in_and_back_to_the_search(visitor, shelve):
    shelve(title="Hukum adat Bali")

    assert "/account/login/?next=/search%3Fq%3Dhukum" in visitor.get("/search?q=hukum").text
    assert visitor.post("/account/searches/save", {"q": "hukum"}).url.startswith("/account/login/")


def test_search_is_renamed(reader):
    reader.post("/account/searches/save", {"q": "hukum", "name": "Hukum"})
    kept = SavedSearch.objects.get()

    reader.post(f"/account/searches/{kept.pk}/change", {"name": "Hukum adat", "alert": "daily"})

    kept.refresh_from_db()
    assert (kept.name, kept.alert) == ("Hukum adat", "daily")
    assert reader.post("/account/searches/save", {"name": "Kosong"}).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_saved_searches_cost_the_same_for_any_number_of_them(reader, rows, django_assert_num_queries):
    BranchFactory(code="pusat")
    for n in range(rows):
        reader.post("/account/searches/save", {"q": "hukum", "branch": "pusat", "name": f"Hukum {n}"})
    reader.get("/account/searches/")

    with django_assert_num_queries(5):
        page = reader.get("/account/searches/").text

    assert page.count("Perpustakaan pusat") == rows


def test_results_can_be_narrowed_to_what_is_new(visitor, shelve):
    shelve(title="Hukum lama")

    page = visitor.get("/search?q=hukum&since=2026-11-01").text
    assert "New since" in page
    assert "Hukum lama" in page
    assert "Hukum lama" not in visitor.get("/search?q=hukum&since=2026-11-24").text


# Letters of a person -------------------------------------------------------------------------------------------------
def test_person_chooses_letters(reader):
    page = reader.get("/account/letters/").text
    assert page.count("checked") == len(KINDS) > 3

    reader.post("/account/letters/choose", {"kind": ["saved_search_digest"]})

    assert reader.get("/account/letters/").text.count("checked") == 1
    assert queries.unwanted(patrons=[patron_of(reader).pk], addresses=[], kind=KIND)


def test_mail_program_ends_letters_with_one_click_without_signing_in(db):
    patron = PatronFactory()
    token = queries.unsubscribe_token(patron_id=patron.pk, address="", kind=KIND)
    client = Client(enforce_csrf_checks=True)

    answer = client.post(f"/letters/end/{token}", {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert queries.unwanted(patrons=[patron.pk], addresses=[], kind=KIND)


def test_looking_at_the_link_changes_nothing(visitor):
    token = queries.unsubscribe_token(patron_id=None, address="tamu@kampus.example", kind=KIND)

    page = visitor.get(f"/letters/end/{token}")
    assert "Stop these letters?" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert not Preference.objects.exists()
    assert "no more of these letters" in visitor.post(f"/letters/end/{token}").text
    assert Preference.objects.get().address == "tamu@kampus.example"


def test_link_that_was_made_up_is_refused(visitor):
    for token in ("x", "WzEsIiIsInByb2JsZW1fYW5zd2VyZWQiXQ:x", "a:b:c"):
        assert visitor.get(f"/letters/end/{token}").status_code == 404
        assert visitor.post(f"/letters/end/{token}").status_code == 404


# Staff ---------------------------------------------------------------------------------------------------------------
def test_failed_letter_is_seen_and_tried_again(head):
    delivery = tell(PatronFactory(email="tiada@kampus.example"))
    Delivery.objects.update(state="failed", error="550 no such user", tries=1)
    page = head.get("/staff/letters/?state=failed").text
    assert "550 no such user" in page
    assert "tiada@kampus.example" in page

    head.post(f"/staff/letters/{delivery.pk}/again")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("waiting", 0)
    assert "No letter here" in head.get("/staff/letters/?state=failed").text


@pytest.mark.parametrize("rows", [1, 3])
def test_letters_cost_the_same_for_any_number_of_them(head, rows, django_assert_num_queries):
    for n in range(rows):
        tell(PatronFactory(), key=str(n))

    with django_assert_num_queries(6):
        head.get("/staff/letters/")


def test_words_are_previewed_saved_and_put_back(head):
    address = f"/staff/letter-words/{KIND}/id/"
    assert "{answer}" in head.get(address).text
    words = {"subject": "Jawaban: {title}", "text": "Halo {name},\n\n{answer} <b>"}

    preview = head.post(f"{address}save", {**words, "do": "preview"})
    assert "Jawaban: Bumi Manusia" in preview.text
    assert "&lt;b&gt;" in preview.text
    assert not Template.objects.exists()
    head.post(f"{address}save", {**words, "do": "save"})
    assert "Ratna Wulansari" in head.get("/staff/letter-words/").text
    head.post(f"{address}default")

    assert not Template.objects.exists()


def test_words_that_cannot_be_used_are_handed_back(head):
    answer = head.post(f"/staff/letter-words/{KIND}/id/save", {"subject": "a", "text": "Halo {nama}", "do": "save"})

    assert answer.status_code == 422
    assert "{nama}" in answer.text
    assert head.get("/staff/letter-words/kucing/id/").status_code == 404


def test_letters_are_for_those_who_may_see_them(librarian, reader):
    for client in (librarian, reader):
        assert client.get("/staff/letters/").status_code == 403
        assert client.get("/staff/letter-words/").status_code == 403

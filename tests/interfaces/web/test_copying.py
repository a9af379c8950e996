"""Copy cataloguing in the browser: one box, who has answered, two records side by side, and who is asked."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.comparing import rows
from pustaka.catalog.models import Draft, Offer, Question, Reply, Target
from pustaka.catalog.services import questions
from pustaka.patrons.models import Role
from tests.factories.catalog import BibFactory, marc_record
from tests.factories.patrons import PatronFactory
from tests.factories.targets import TargetFactory
from tests.interfaces.web.conftest import Visitor
from tests.peers import library
from tests.peers.rogue import answering
from tests.peers.servers import free_port
from tests.peers.zebra import Zebra

pytestmark = pytest.mark.django_db

COPY = "/staff/catalog/copy/"
TARGETS = "/staff/catalog/targets/"
SRU = {
    "name": "Kampus tetangga",
    "url": "https://kampus.ac.id/sru",
    "version": "1.2",
    "isbn_index": "bath.isbn",
    "timeout_s": "10",
    "most_records": "20",
    "is_active": "on",
}


@pytest.fixture(autouse=True)
def _none_set_up() -> None:
    Target.objects.all().delete()


@pytest.fixture
def head(db: None) -> Visitor:
    """The head of the library, who may set targets up."""
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="Ni Luh Putu", roles=[Role.HEAD]))
    return client


@pytest.fixture
def answered(librarian: Visitor, elsewhere: Zebra) -> Callable[..., Question]:
    """A question that the librarian has scanned, with the answer of a library elsewhere."""

    def answered(text: str = library.BUMI_MANUSIA) -> Question:
        TargetFactory(name="Perpustakaan Daerah", url=elsewhere.url)
        where = librarian.post(f"{COPY}ask", {"text": text}).url
        question = queries.question(int(re.search(r"/(\d+)/$", where)[1]))  # type: ignore[index]
        questions.run(question_id=question.pk)
        return question

    return answered


def test_box_waits_for_the_scanner_and_says_who_is_asked(librarian: Visitor) -> None:
    TargetFactory(name="Perpustakaan Daerah")
    TargetFactory(name="Tidak aktif", is_active=False)

    page = librarian.get(COPY)

    assert re.search(r'<input[^>]*name="text"[^>]*autofocus', page.text)
    assert "Perpustakaan Daerah" in page.text
    assert "Tidak aktif" not in page.text
    assert "Nothing asked yet" in page.text


def test_box_says_that_nobody_is_there_to_be_asked(librarian: Visitor) -> None:
    assert "No other catalogue is switched on" in librarian.get(COPY).text


@pytest.mark.parametrize(("text", "status", "word"), [("", 422, "required"), ("9789799731235", 422, "last digit")])
def test_box_says_what_is_wrong_with_a_scan(librarian: Visitor, text: str, status: int, word: str) -> None:
    TargetFactory()

    answer = librarian.post(f"{COPY}ask", {"text": text})

    assert (answer.status_code, word in answer.text) == (status, True)


def test_answers_are_asked_for_again_while_somebody_is_silent(librarian: Visitor) -> None:
    TargetFactory(name="Perpustakaan Daerah")
    where = librarian.post(f"{COPY}ask", {"text": "bumi manusia"}).url

    page = librarian.get(where)
    part = librarian.get(where, headers={"HX-Target": "answers"})

    assert "0 of 1 has answered" in page.text
    assert 'hx-trigger="every 700ms"' in page.text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    assert "is being asked" in part.text
    assert "<h1" not in part.text


def test_answers_end_at_the_deadline_though_nobody_wrote_them_down(librarian: Visitor) -> None:
    TargetFactory(name="Perpustakaan Daerah")
    where = librarian.post(f"{COPY}ask", {"text": "bumi manusia"}).url
    Question.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))

    page = librarian.get(where)

    assert "was interrupted" in page.text
    assert "hx-trigger" not in page.text


def test_answers_name_each_failure_and_what_was_found(librarian: Visitor, answered: Callable[..., Question]) -> None:
    TargetFactory(name="Mati", url=f"http://127.0.0.1:{free_port()}/sru")

    page = librarian.get(f"{COPY}{answered().pk}/")

    assert "nobody answers at this port" in page.text
    assert "Bumi manusia" in page.text
    assert "Perpustakaan Daerah" in page.text
    assert "hx-trigger" not in page.text
    assert "<noscript>" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_answers_cost_the_same_for_any_number_of_offers(
    librarian: Visitor, count: int, django_assert_num_queries: Any
) -> None:
    books = [marc_record(title=f"Seri {n}", number=f"n{n}") for n in range(count)]
    with answering(*books) as port:
        TargetFactory(url=f"http://127.0.0.1:{port}/sru")
        where = librarian.post(f"{COPY}ask", {"text": "seri"}).url
        questions.run(question_id=Question.objects.get().pk)
    librarian.get(where)

    with django_assert_num_queries(6):
        page = librarian.get(where)

    assert page.text.count('class="work"') == count


def test_offer_that_is_new_to_us_becomes_a_draft(librarian: Visitor, answered: Callable[..., Question]) -> None:
    answered()
    offer = Offer.objects.get()

    page = librarian.get(f"{COPY}offers/{offer.pk}/")
    taken = librarian.post(f"{COPY}offers/{offer.pk}/take")

    assert "Take this record" in page.text
    assert "(ID-JaPN)a1" in page.text
    assert taken.url == f"/staff/catalog/drafts/{Draft.objects.get().pk}/"
    assert "Bumi manusia" in librarian.get(taken.url).text


def test_offer_that_is_ours_is_shown_beside_it_and_poured_into_it(
    librarian: Visitor, answered: Callable[..., Question]
) -> None:
    bib = BibFactory(title="Bumi manusia", isbn=library.BUMI_MANUSIA, extent="1 jilid")
    answered()
    offer = Offer.objects.get()
    compared = rows(queries.record_of(bib), questions.adopted(offer=offer))
    extent = next(number for number, row in enumerate(compared) if row.tag == "300")

    page = librarian.get(f"{COPY}offers/{offer.pk}/")
    poured = librarian.post(f"{COPY}offers/{offer.pk}/pour", {"bib": bib.pk, "version": 1, "row": [extent]})

    assert "You have this title already" in page.text
    assert "<mark>1 jilid</mark>" in page.text
    assert f'name="row" value="{extent}"' in re.sub(r"\s+", " ", page.text)
    assert poured.url == f"/record/{bib.pk}"
    bib.refresh_from_db()
    assert bib.extent == "535 hlm. ; 20 cm"


def test_pouring_nothing_says_what_to_do(librarian: Visitor, answered: Callable[..., Question]) -> None:
    bib = BibFactory(title="Bumi manusia", isbn=library.BUMI_MANUSIA, extent="1 jilid")
    answered()
    where = f"{COPY}offers/{Offer.objects.get().pk}/"

    assert librarian.post(f"{where}pour", {"bib": bib.pk, "version": 1}).status_code == 422
    assert librarian.post(f"{where}pour", {"bib": "x"}).url == where


def test_two_offers_of_one_edition_are_compared(librarian: Visitor, answered: Callable[..., Question]) -> None:
    book = marc_record(isbn=library.BUMI_MANUSIA, extent="xii, 535 halaman")
    with answering(book) as port:
        TargetFactory(name="Tetangga", url=f"http://127.0.0.1:{port}/sru")
        answered()
    one, other = Offer.objects.order_by("reply__position")

    page = librarian.get(f"{COPY}offers/{one.pk}/?against={other.pk}")

    assert "<mark>xii, </mark>" in page.text
    assert "<mark>hlm. ; 20 cm</mark>" in page.text
    assert "Put what is ticked" not in page.text


def test_forgotten_offer_says_so(librarian: Visitor) -> None:
    answer = librarian.get(f"{COPY}offers/4711/")

    assert (answer.status_code, "Ask for it again" in answer.text) == (404, True)


@pytest.mark.parametrize("path", [COPY, f"{COPY}1/", f"{COPY}offers/1/", TARGETS, f"{TARGETS}new/sru/", f"{TARGETS}1/"])
def test_readers_copy_nothing(reader: Visitor, path: str) -> None:
    assert reader.get(path).status_code == 403


def test_cataloguer_copies_but_does_not_say_who_is_asked(librarian: Visitor) -> None:
    target = TargetFactory()

    assert librarian.get(COPY).status_code == 200
    assert librarian.get(TARGETS).status_code == 403
    assert librarian.post(f"{TARGETS}{target.pk}/try").status_code == 403
    assert not Question.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_targets_costs_the_same_for_any_number(
    head: Visitor, rows: int, django_assert_num_queries: Any
) -> None:
    TargetFactory.create_batch(rows, note="Catatan")
    head.get(TARGETS)

    with django_assert_num_queries(4):
        page = head.get(TARGETS)

    assert page.text.count("Catatan") == rows


def test_target_is_added_with_the_usual_indexes_offered(head: Visitor) -> None:
    form = head.get(f"{TARGETS}new/z3950/")
    answer = head.post(f"{TARGETS}new/sru/add", SRU)

    assert re.search(r'name="title_index"[^>]*value="1=4, 4=6"', form.text) or 'value="1=4, 4=6"' in form.text
    assert 'name="url"' not in form.text
    assert answer.url == TARGETS
    assert list(Target.objects.values_list("name", "protocol", "version")) == [("Kampus tetangga", "sru", "1.2")]


def test_target_that_cannot_be_asked_keeps_what_was_typed(head: Visitor) -> None:
    answer = head.post(f"{TARGETS}new/sru/add", SRU | {"url": "kampus.ac.id", "note": "Bu Ani, 021-555"})

    assert answer.status_code == 422
    assert "beginning with http://" in answer.text
    assert "Bu Ani, 021-555" in answer.text
    assert not Target.objects.exists()


def test_target_of_an_unknown_protocol_is_no_page(head: Visitor) -> None:
    assert head.get(f"{TARGETS}new/gopher/").status_code == 404


def test_target_is_changed_switched_moved_and_removed(head: Visitor) -> None:
    target, other = TargetFactory(name="Satu", position=1), TargetFactory(name="Dua", position=2)

    assert 'value="Satu"' in head.get(f"{TARGETS}{target.pk}/").text
    head.post(f"{TARGETS}{target.pk}/change", SRU)
    head.post(f"{TARGETS}{target.pk}/switch", {"is_active": "0"})
    head.post(f"{TARGETS}{target.pk}/move", {"to": "down"})
    assert [(one.name, one.is_active) for one in queries.targets()] == [("Dua", True), ("Kampus tetangga", False)]
    head.post(f"{TARGETS}{target.pk}/move", {"to": "up"})
    assert [one.name for one in queries.targets()] == ["Kampus tetangga", "Dua"]
    head.post(f"{TARGETS}{target.pk}/remove")
    assert list(queries.targets()) == [other]


def test_change_that_cannot_be_saved_keeps_what_was_typed(head: Visitor) -> None:
    target = TargetFactory(name="Satu")

    answer = head.post(f"{TARGETS}{target.pk}/change", SRU | {"name": "Dua", "author_index": "1=1003"})

    assert (answer.status_code, 'value="1=1003"' in answer.text) == (422, True)
    assert queries.target(target.pk).name == "Satu"


def test_target_on_trial_shows_what_it_says(head: Visitor, elsewhere: Zebra) -> None:
    target = TargetFactory(name="Perpustakaan Daerah", url=elsewhere.url, title_index="dc.title")

    where = head.post(f"{TARGETS}{target.pk}/try").url
    questions.run(question_id=Question.objects.get().pk)
    page = head.get(where)

    assert Reply.objects.get().state == "answered"
    assert "On trial" in page.text
    assert "Ask the others" not in page.text


def test_missing_libyaz_is_said_in_one_sentence(librarian: Visitor, head: Visitor, settings: Any) -> None:
    settings.Z3950_SOURCE = "tests.interfaces.web.test_copying.missing"
    TargetFactory(z3950=True)

    for page in (librarian.get(COPY), head.get(TARGETS)):
        assert "until the administrator has installed the package libyaz5" in page.text


class Missing:
    """Z39.50 on a machine without libyaz5."""

    def problem(self) -> str:
        return "libyaz.so.5 isn't installed"


missing = Missing()

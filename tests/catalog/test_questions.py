"""Questions to other catalogues: what is asked, who answers when some are dead, and what is done with an offer."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from pustaka.catalog import queries, side_by_side
from pustaka.catalog.comparing import rows
from pustaka.catalog.models import Bib, Draft, Offer, Question, Reply, Target
from pustaka.catalog.permissions import Permission
from pustaka.catalog.ports import SENTENCES, Ask, Failure
from pustaka.catalog.services import questions, records
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.standards import marc
from tests.factories.catalog import BibFactory, marc_record
from tests.factories.patrons import PatronFactory
from tests.factories.targets import TargetFactory
from tests.peers import library
from tests.peers.rogue import answering, endless, hangs_up, rogue, says_page, silent
from tests.peers.servers import free_port
from tests.peers.zebra import Zebra

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
CATALOGUER = Actor(name="I Wayan Sudarma", permissions=frozenset({Permission.EDIT}))
HEAD = Actor(name="Ni Luh", permissions=frozenset({Permission.EDIT, Permission.CONFIGURE_TARGETS}))


@pytest.fixture(autouse=True)
def _none_set_up() -> None:
    Target.objects.all().delete()


def asked(text: str = library.BUMI_MANUSIA, by_what: str = "") -> Question:
    """A question, answered by all that answer."""
    question = questions.ask(text=text, by_what=by_what, at=AT, by=CATALOGUER)
    questions.run(question_id=question.pk)
    return question


@pytest.mark.parametrize(
    ("text", "by_what", "kind", "terms"),
    [
        ("978-979-97312-3-4", "", Ask.ISBN, ["9789799731234", "9799731232"]),
        ("979 973 123 2", "", Ask.ISBN, ["9789799731234", "9799731232"]),
        ("ISBN 9791095546009", "", Ask.ISBN, ["9791095546009"]),
        ("0024-9319", "", Ask.ISSN, ["0024-9319"]),
        ("  bumi   manusia ", "", Ask.TITLE, ["bumi manusia"]),
        ("toer", "author", Ask.AUTHOR, ["toer"]),
        ("1984 Orwell", "title", Ask.TITLE, ["1984 Orwell"]),
        ("abc", "", Ask.TITLE, ["abc"]),
    ],
)
def test_question_knows_what_it_asks_for(text: str, by_what: str, kind: Ask, terms: list[str]) -> None:
    TargetFactory()

    question = questions.ask(text=text, by_what=by_what, at=AT, by=CATALOGUER)

    assert (question.by, question.terms) == (kind, terms)


@pytest.mark.parametrize(
    ("text", "word"), [("9789799731235", "last digit"), ("ab", "three letters"), ("", "three"), ("- - -", "three")]
)
def test_what_cannot_be_asked_is_refused(text: str, word: str) -> None:
    TargetFactory()

    with pytest.raises(Invalid, match=word):
        questions.ask(text=text, at=AT, by=CATALOGUER)


def test_question_needs_somebody_to_ask() -> None:
    TargetFactory(is_active=False)

    with pytest.raises(Invalid, match="No other catalogue"):
        questions.ask(text="bumi manusia", at=AT, by=CATALOGUER)


def test_visitor_asks_nobody() -> None:
    target = TargetFactory()

    with pytest.raises(NotPermitted):
        questions.ask(text="bumi manusia", at=AT, by=VISITOR)
    with pytest.raises(NotPermitted):
        questions.try_out(target_id=target.pk, at=AT, by=CATALOGUER)
    assert not Question.objects.exists()


def test_question_ends_when_the_most_patient_has_had_its_time() -> None:
    TargetFactory(timeout_s=3)
    TargetFactory(timeout_s=20)

    question = questions.ask(text="bumi manusia", at=AT, by=CATALOGUER)

    assert question.deadline_at == AT + timedelta(seconds=20 + side_by_side.GRACE_S)


@pytest.mark.usefixtures("libyaz")
@pytest.mark.parametrize("protocol", ["z3950", "sru"])
def test_offer_is_what_the_other_library_has(elsewhere: Zebra, protocol: str) -> None:
    if protocol == "sru":
        TargetFactory(url=elsewhere.url)
    else:
        TargetFactory(z3950=True, port=elsewhere.port)

    question = asked()

    reply = queries.replies(question)[0]
    assert (reply.state, reply.total, reply.broken, reply.failure) == ("answered", 1, 0, "")
    assert [marc.load(bytes(offer.marc)) for offer in reply.offers.all()] == [library.books()[0]]


def test_three_dead_of_ten_do_not_hold_up_the_living() -> None:
    dead_s = 4
    with ExitStack() as open_servers:
        for _ in range(7):
            port = open_servers.enter_context(answering(marc_record(isbn=library.BUMI_MANUSIA)))
            TargetFactory(url=f"http://127.0.0.1:{port}/sru")
        for _ in range(3):
            port = open_servers.enter_context(rogue(silent))
            TargetFactory(url=f"http://127.0.0.1:{port}/sru", timeout_s=dead_s)
        question = questions.ask(text=library.BUMI_MANUSIA, at=AT, by=CATALOGUER)
        begun = time.monotonic()
        questions.run(question_id=question.pk)
        took_ms = (time.monotonic() - begun) * 1000

    replies = queries.replies(question)
    living = [reply for reply in replies if reply.state == Reply.State.ANSWERED]
    dead = [reply for reply in replies if reply.state == Reply.State.FAILED]
    assert (len(living), len(dead)) == (7, 3)
    assert {reply.failure for reply in dead} == {"timeout"}
    assert all(reply.took_ms is not None and reply.took_ms >= dead_s * 1000 for reply in dead)
    assert all(reply.took_ms is not None and reply.took_ms < dead_s * 1000 for reply in living)
    assert took_ms < 2 * dead_s * 1000  # the dead are waited for together, and not one after the other


def test_each_failure_is_named() -> None:
    with ExitStack() as open_servers:
        for manner in (hangs_up, endless, says_page(b"<html>")):
            port = open_servers.enter_context(rogue(manner))
            TargetFactory(url=f"http://127.0.0.1:{port}/sru", timeout_s=20)
        TargetFactory(url=f"http://127.0.0.1:{free_port()}/sru")
        TargetFactory(url="http://tiada.invalid/sru")
        TargetFactory(isbn_index="")
        question = asked()

    replies = queries.replies(question)
    assert [reply.failure for reply in replies] == [
        "closed", "too-much", "garbage", "refused", "unknown-host", "not-indexed",
    ]  # fmt: skip
    assert all(reply.sentence and "%(" not in reply.sentence for reply in replies)


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_a_sentence(failure: Failure) -> None:
    reply = Reply(state="failed", failure=failure.value, detail="", timeout_s=10)

    assert reply.sentence == str(SENTENCES[failure]) % {"detail": "?", "seconds": 10}


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("a web page", "halaman web"),
        ("XML with the outermost element <rss>", "XML dengan unsur terluar <rss>"),
        ("16: Unsupported index", "16: Unsupported index"),
        ("", "?"),
    ],
)
def test_what_we_say_of_an_answer_is_said_in_the_language_of_the_reader(detail: str, words: str) -> None:
    with translation.override("id"):
        sentence = Reply(failure="garbage", detail=detail, timeout_s=10).sentence

    assert sentence == f"Yang datang tidak dapat dibaca: {words}. Periksa protokol dan alamatnya."


def test_source_that_breaks_is_our_defect_and_the_others_answer(
    elsewhere: Zebra, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.Z3950_SOURCE = "tests.catalog.test_questions.broken"
    TargetFactory(z3950=True)
    TargetFactory(url=elsewhere.url)

    question = asked()

    assert [reply.failure for reply in queries.replies(question)] == ["defect", ""]
    assert "ZeroDivisionError" in caplog.text


class Broken:
    """A source with a defect."""

    def problem(self) -> str:
        return ""

    def ask(self, *_: object, **__: object) -> None:
        raise ZeroDivisionError


broken = Broken()


def test_too_many_questions_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch, elsewhere: Zebra) -> None:
    monkeypatch.setattr(side_by_side, "_places", side_by_side.threading.BoundedSemaphore(1))
    side_by_side._places.acquire()
    TargetFactory(url=elsewhere.url)

    question = asked()

    assert [reply.failure for reply in queries.replies(question)] == ["too-many"]


def test_same_edition_of_several_catalogues_stands_together() -> None:
    full = marc_record(isbn=library.BUMI_MANUSIA, number="x1", source="DLC")
    short = marc_record(title="Bumi manusia : sebuah novel", isbn="9799731232", extent="", ddc="")
    other = marc_record(title="Anak semua bangsa", isbn="9789799731241")
    with answering(full) as one, answering(other, short) as two:
        TargetFactory(name="Satu", url=f"http://127.0.0.1:{one}/sru")
        TargetFactory(name="Dua", url=f"http://127.0.0.1:{two}/sru")
        question = asked()

    editions = queries.editions(question)

    assert [[offer.reply.name for offer in edition.offers] for edition in editions] == [["Satu", "Dua"], ["Dua"]]
    assert editions[0].best.columns["title"] == "Bumi manusia"


@pytest.mark.parametrize(("title", "is_ours"), [("Bumi manusia", True), ("Anak semua bangsa", False)])
def test_title_that_is_ours_already_is_pointed_out(elsewhere: Zebra, title: str, is_ours: bool) -> None:
    bib = BibFactory(title=title, isbn="9799731232" if is_ours else "9789799731241")
    TargetFactory(url=elsewhere.url)

    question = asked()

    assert [edition.matched_id for edition in queries.editions(question)] == [bib.pk if is_ours else None]


def test_broken_records_are_counted() -> None:
    empty = b"<record><recordData><record/></recordData></record>"
    body = b"<searchRetrieveResponse><records>" + empty + b"</records></searchRetrieveResponse>"
    with rogue(says_page(body)) as port:
        TargetFactory(url=f"http://127.0.0.1:{port}/sru")
        question = asked()

    assert [(reply.total, reply.broken, reply.offers.count()) for reply in queries.replies(question)] == [(1, 1, 0)]


@pytest.fixture
def offer(elsewhere: Zebra) -> Callable[[], Offer]:
    def offer() -> Offer:
        TargetFactory(url=elsewhere.url)
        question = asked()
        return Offer.objects.get(reply__question=question)

    return offer


def test_taken_record_is_a_draft_of_whoever_took_it(offer: Callable[[], Offer]) -> None:
    by = replace(CATALOGUER, patron_id=PatronFactory(name=CATALOGUER.name).pk)

    draft = Draft.objects.get(pk=questions.take(offer_id=offer().pk, at=AT, by=by))

    record = marc.load(bytes(draft.marc))
    assert (draft.patron_id, draft.bib_id) == (by.patron_id, None)
    assert draft.origin.endswith(f", {library.BUMI_MANUSIA}")
    assert [field.get("a") for field in (*record.all("245"), *record.all("035"))] == ["Bumi manusia /", "(ID-JaPN)a1"]
    assert not Bib.objects.exists()


def test_chosen_fields_are_poured_into_ours(offer: Callable[[], Offer]) -> None:
    bib = BibFactory(title="Bumi manusia", isbn=library.BUMI_MANUSIA, extent="1 jilid", ddc="")
    theirs = offer()
    compared = rows(queries.record_of(bib), questions.adopted(offer=theirs))
    chosen = [number for number, row in enumerate(compared) if row.tag == "300"]

    changed = questions.pour(offer_id=theirs.pk, bib_id=bib.pk, version=1, chosen=chosen, at=AT, by=CATALOGUER)

    assert (changed.extent, changed.classification, changed.version) == ("535 hlm. ; 20 cm", "", 2)


def test_nothing_is_poured_when_nothing_was_chosen_or_somebody_was_quicker(offer: Callable[[], Offer]) -> None:
    bib = BibFactory(title="Bumi manusia", isbn=library.BUMI_MANUSIA, extent="1 jilid")
    theirs = offer()

    with pytest.raises(Invalid, match="at least one"):
        questions.pour(offer_id=theirs.pk, bib_id=bib.pk, version=1, chosen=[], at=AT, by=CATALOGUER)
    with pytest.raises(Invalid, match="changed meanwhile"):
        questions.pour(offer_id=theirs.pk, bib_id=bib.pk, version=1, chosen=[99], at=AT, by=CATALOGUER)
    with pytest.raises(records.StaleRecord):
        questions.pour(offer_id=theirs.pk, bib_id=bib.pk, version=2, chosen=[0], at=AT, by=CATALOGUER)
    with pytest.raises(NotPermitted):
        questions.pour(offer_id=theirs.pk, bib_id=bib.pk, version=1, chosen=[0], at=AT, by=VISITOR)
    with pytest.raises(NotPermitted):
        questions.take(offer_id=theirs.pk, at=AT, by=VISITOR)
    assert list(Bib.objects.values_list("extent", "version")) == [("1 jilid", 1)]


def test_one_target_is_tried_out_though_it_is_off(elsewhere: Zebra) -> None:
    TargetFactory(name="Lain")
    target = TargetFactory(url=elsewhere.url, is_active=False, title_index="dc.title")

    question = questions.try_out(target_id=target.pk, at=AT, by=HEAD)
    questions.run(question_id=question.pk)

    assert [(reply.name, reply.state) for reply in queries.replies(question)] == [(target.name, "answered")]
    assert list(queries.recent_questions()) == []


def test_old_questions_are_forgotten_with_what_was_offered(offer: Callable[[], Offer]) -> None:
    theirs = offer()

    assert questions.forget(before=AT) == 0
    assert questions.forget(before=AT + timedelta(seconds=1)) == 1
    assert not Offer.objects.exists()
    with pytest.raises(NotFound, match="no longer kept"):
        questions.take(offer_id=theirs.pk, at=AT, by=CATALOGUER)


def test_replies_keep_the_name_of_a_target_that_is_gone(elsewhere: Zebra) -> None:
    target = TargetFactory(name="Perpustakaan Daerah", url=elsewhere.url)
    question = asked()

    target.delete()

    assert [reply.name for reply in queries.replies(question)] == ["Perpustakaan Daerah"]

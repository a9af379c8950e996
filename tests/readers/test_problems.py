"""Reports about records: limits for visitors and people, answers, and what is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.notices.models import Notice
from pustaka.readers import queries
from pustaka.readers.models import Problem
from pustaka.readers.permissions import Permission
from pustaka.readers.services import opinions, problems
from tests.factories import BibFactory, PatronFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
CATALOGUER = Actor(name="I Wayan Sudarma", permissions=frozenset({Permission.ANSWER}))


def report(at=AT, **more):
    bib_id = more.pop("bib_id", None) or BibFactory(title="Bumi manusia").pk
    return problems.report(bib_id=bib_id, about="facts", text="Tahun salah.", at=at, **more)


def answer(problem, state="answered", text="Sudah diperbaiki."):
    return problems.answer(problem_id=problem.pk, state=state, text=text, at=AT, by=CATALOGUER)


def test_answer_goes_to_the_person_who_reported():
    patron = PatronFactory(language="id")

    answer(report(patron=patron))

    notice = Notice.objects.get()
    assert (notice.patron, notice.address) == (patron, patron.email)
    assert "Tahun salah." in notice.text
    assert "Sudah diperbaiki." in notice.text
    assert not queries.problems().exists()


def test_answer_goes_to_a_visitor_who_left_an_address_in_their_language():
    answer(report(name="Pak Tamu", address="tamu@kampus.example", language="en", source="a"))

    notice = Notice.objects.get()
    assert (notice.patron, notice.address, notice.language, notice.name) == (
        None,
        "tamu@kampus.example",
        "en",
        "Pak Tamu",
    )


def test_visitor_without_an_address_gets_no_letter_and_the_answer_is_kept():
    assert answer(report(source="a")).answer == "Sudah diperbaiki."
    assert not Notice.objects.exists()


def test_other_states_tell_nobody():
    problem = report(patron=PatronFactory())

    answer(problem, "looked_at", "")
    assert [one.state for one in queries.problems()] == ["looked_at"]
    answer(problem, "closed", "")

    assert not Notice.objects.exists()
    assert queries.count_problems() == {"new": 0, "looked_at": 0, "answered": 0, "closed": 1}


def test_answer_without_words_is_refused():
    problem = report(source="a")

    with pytest.raises(Invalid, match="answer first"):
        answer(problem, text=" ")
    with pytest.raises(Invalid, match="Choose"):
        answer(problem, "lost")
    with pytest.raises(NotPermitted):
        problems.answer(problem_id=problem.pk, state="closed", at=AT, by=VISITOR)
    with pytest.raises(NotFound):
        problems.answer(problem_id=problem.pk + 1, state="closed", at=AT, by=CATALOGUER)


def test_visitor_reports_five_times_an_hour_and_no_more():
    bib_id = BibFactory().pk
    for _ in range(5):
        report(source="a", bib_id=bib_id)

    with pytest.raises(opinions.TooMany):
        report(source="a", bib_id=bib_id)
    report(source="b", bib_id=bib_id)
    report(patron=PatronFactory(), bib_id=bib_id)
    report(source="a", bib_id=bib_id, at=AT + timedelta(hours=1))


def test_person_reports_ten_times_an_hour_and_no_more():
    bib_id, patron = BibFactory().pk, PatronFactory()
    for _ in range(10):
        report(patron=patron, bib_id=bib_id)

    with pytest.raises(opinions.TooMany):
        report(patron=patron, bib_id=bib_id)


def test_report_needs_words_and_a_title():
    bib_id = BibFactory().pk
    for text, said in ((" ", "few words"), ("a" * 2_001, "2000")):
        with pytest.raises(Invalid, match=said):
            problems.report(bib_id=bib_id, about="facts", text=text, at=AT)
    with pytest.raises(NotFound):
        report(bib_id=999)


def test_reporters_are_forgotten_in_time():
    fresh = report(source="a", name="Tamu", address="t@kampus.example")
    old = report(patron=PatronFactory(), at=AT - timedelta(days=366))
    still_open = report(name="Lama", source="c", at=AT - timedelta(days=366))
    answer(old)

    problems.forget_reporters(at=AT + timedelta(hours=23))
    fresh.refresh_from_db()
    assert (fresh.source, fresh.name) == ("a", "Tamu")

    problems.forget_reporters(at=AT + timedelta(hours=25))
    for problem in (fresh, old, still_open):
        problem.refresh_from_db()
    assert (fresh.source, fresh.name) == ("", "Tamu")
    assert old.patron is None
    assert (still_open.name, still_open.source) == ("Lama", "")


def test_constraints_of_the_table_hold():
    report(source="a")
    for values in ({"text": ""}, {"state": "lost"}, {"state": "answered", "answer": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Problem.objects.update(**values)

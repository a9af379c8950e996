"""What readers say of a title, how librarians decide, and reports about records."""

import pytest

from pustaka.notices.models import Notice
from pustaka.patrons.models import Role
from pustaka.readers.models import Opinion, Problem, Tag
from pustaka.readers.services import opinions
from tests.factories import BibFactory, PatronFactory
from tests.factories.catalog import AT
from tests.interfaces.web.conftest import Visitor, patron_of

GOOD = "Cocok untuk mahasiswa baru: contohnya banyak <b>sekali</b>."


def test_review_goes_from_the_reader_over_the_librarian_to_everyone(reader, librarian, visitor, shelve):
    bib = shelve(title="Bumi manusia")
    answer = reader.post(
        f"/record/{bib.pk}/opinion", {"stars": "5", "text": GOOD, "signed_as": "pen", "pen_name": "Pram"}, follow=True
    )
    assert "as soon as a librarian has looked at it" in answer.text
    assert "mahasiswa baru" not in visitor.get(f"/record/{bib.pk}").text
    opinion = Opinion.objects.get()

    queue = librarian.get("/staff/readers/").text
    assert "contohnya banyak &lt;b&gt;sekali" in queue
    librarian.post(f"/staff/readers/reviews/{opinion.pk}/decide", {"verdict": "show"})

    page = visitor.get(f"/record/{bib.pk}").text
    assert "contohnya banyak &lt;b&gt;sekali" in page
    assert "Pram" in page
    assert "Maria Goreti" not in page
    assert "1 rating so far, too few for an average" in " ".join(page.split())
    assert "Bumi manusia" in librarian.get("/staff/readers/history/").text


def test_refusal_without_a_reason_is_refused(reader, librarian, shelve):
    bib = shelve()
    reader.post(f"/record/{bib.pk}/opinion", {"text": GOOD})

    assert librarian.post(f"/staff/readers/reviews/{Opinion.objects.get().pk}/decide", {}).status_code == 422


def test_average_is_shown_from_three_ratings_on(visitor, shelve):
    bib = shelve()
    for stars in (5, 4, 4):
        opinions.give(patron=PatronFactory(), bib_id=bib.pk, stars=stars, at=AT)

    page = " ".join(visitor.get(f"/record/{bib.pk}").text.split())

    assert "<strong>4.3</strong> of 5, from 3 ratings" in page


def test_reader_changes_and_takes_back_what_they_said(reader, shelve):
    bib = shelve()
    reader.post(f"/record/{bib.pk}/opinion", {"stars": "2"})
    assert "Change my rating" in reader.get(f"/record/{bib.pk}").text
    assert "★★☆☆☆" in reader.get("/account/voice/").text

    reader.post(f"/record/{bib.pk}/opinion/withdraw")

    assert not Opinion.objects.exists()
    assert "Nothing said yet" in reader.get("/account/voice/").text


def test_tag_is_given_shown_and_leads_to_its_titles(reader, librarian, visitor, shelve):
    bib = shelve(title="Bumi manusia")
    reader.post(f"/record/{bib.pk}/tag", {"tags": "Kuliah sastra, novel"})
    assert "only you see it so far" in reader.get(f"/record/{bib.pk}").text
    assert "Kuliah sastra" not in visitor.get(f"/record/{bib.pk}").text
    first, second = Tag.objects.order_by("pk")

    assert 'value="Kuliah sastra"' in librarian.get("/staff/readers/").text
    librarian.post(f"/staff/readers/tags/{first.pk}/decide", {"verdict": "show", "name": first.name})
    librarian.post(f"/staff/readers/tags/{second.pk}/decide", {"verdict": "merge", "into": first.pk})

    assert f"/tags/{first.pk}/" in visitor.get(f"/record/{bib.pk}").text
    assert "Bumi manusia" in visitor.get(f"/tags/{first.pk}/").text
    assert visitor.get(f"/tags/{second.pk}/").status_code in {200, 404}
    reader.post(f"/record/{bib.pk}/untag", {"tag": first.pk})
    assert "Kuliah sastra" not in reader.get(f"/record/{bib.pk}").text


def test_review_is_reported_and_left(reader, librarian, shelve):
    bib = shelve()
    opinion = opinions.give(patron=PatronFactory(), bib_id=bib.pk, stars=3, text=GOOD, at=AT)
    Opinion.objects.update(state="shown")

    reader.post(f"/review/{opinion.pk}/report", {"reason": "Membocorkan akhir cerita"})
    assert "Membocorkan akhir cerita" in librarian.get("/staff/readers/").text
    librarian.post(f"/staff/readers/reviews/{opinion.pk}/decide", {"verdict": "show"})

    assert "Membocorkan" not in librarian.get("/staff/readers/").text
    assert not Notice.objects.exists()


def test_visitor_is_asked_to_sign_in_before_speaking(visitor, shelve):
    bib = shelve()

    assert "Sign in to rate" in visitor.get(f"/record/{bib.pk}").text
    assert visitor.post(f"/record/{bib.pk}/opinion", {"stars": "5"}).url.startswith("/account/login/")
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_record_costs_the_same_for_any_number_of_voices(visitor, shelve, rows, django_assert_num_queries):
    bib = shelve()
    for n in range(rows):
        patron = PatronFactory()
        opinions.give(patron=patron, bib_id=bib.pk, stars=4, text=GOOD, signed_as="real", at=AT)
        opinions.tag(patron=patron, bib_id=bib.pk, names=[f"tag {n}"], at=AT)
    Opinion.objects.update(state="shown")
    Tag.objects.update(state="shown")

    with django_assert_num_queries(10):
        visitor.get(f"/record/{bib.pk}")


@pytest.mark.parametrize("rows", [1, 3])
def test_moderation_costs_the_same_for_any_number_of_rows(librarian, rows, django_assert_num_queries):
    for n in range(rows):
        patron, bib = PatronFactory(), BibFactory()
        opinion = opinions.give(patron=patron, bib_id=bib.pk, stars=4, text=GOOD, signed_as="real", at=AT)
        opinions.tag(patron=patron, bib_id=bib.pk, names=[f"tag {n}"], at=AT)
        Opinion.objects.filter(pk=opinion.pk).update(state="shown")
        opinions.complain(patron=patron, opinion_id=opinion.pk, reason="x", at=AT)
        Opinion.objects.filter(pk=opinion.pk).update(state="waiting")

    with django_assert_num_queries(10):
        librarian.get("/staff/readers/")


def test_everything_is_deleted_after_asking(reader, shelve):
    bib = shelve()
    reader.post(f"/record/{bib.pk}/opinion", {"stars": "5"})
    assert "Delete all that I made?" in reader.get("/account/voice/forget").text

    reader.post("/account/voice/forget/yes")

    assert not Opinion.objects.exists()


# Problems ------------------------------------------------------------------------------------------------------------
def told(**more):
    return {"about": "facts", "text": "Tahun salah: 1980.", "website": "", **more}


def test_visitor_reports_a_problem_and_is_answered(visitor, librarian, shelve):
    bib = shelve(title="Bumi manusia")
    assert f"/record/{bib.pk}/problem" in visitor.get(f"/record/{bib.pk}").text
    form = visitor.get(f"/record/{bib.pk}/problem").text
    assert "Your e-mail address" in form

    sent = told(name="Pak Tamu", address="tamu@kampus.example")
    answer = visitor.post(f"/record/{bib.pk}/problem/send", sent, follow=True)
    assert "write to you" in answer.text
    problem = Problem.objects.get()
    assert problem.source
    assert "127.0.0.1" not in problem.source

    assert "Bumi manusia" in librarian.get("/staff/problems/").text
    page = librarian.get(f"/staff/problems/{problem.pk}/").text
    assert "Pak Tamu" in page
    librarian.post(f"/staff/problems/{problem.pk}/answer", {"state": "answered", "answer": "Sudah."})

    assert Notice.objects.get().address == "tamu@kampus.example"
    assert "Nothing to answer" in librarian.get("/staff/problems/").text
    assert "Bumi manusia" in librarian.get("/staff/problems/?state=answered").text


def test_reader_reports_without_writing_name_and_address(reader, shelve):
    bib = shelve()
    assert "Your e-mail address" not in reader.get(f"/record/{bib.pk}/problem").text

    reader.post(f"/record/{bib.pk}/problem/send", told())

    problem = Problem.objects.get()
    assert (problem.patron, problem.address, problem.source) == (patron_of(reader), "", "")
    assert "Tahun salah" in reader.get("/account/voice/").text


def test_machine_that_fills_in_every_field_is_thanked_and_not_heard(visitor, shelve):
    bib = shelve()

    answer = visitor.post(f"/record/{bib.pk}/problem/send", told(website="https://iklan.example"), follow=True)

    assert "Thank you" in answer.text
    assert not Problem.objects.exists()


def test_report_without_words_is_handed_back_with_what_was_written(visitor, shelve):
    bib = shelve()

    answer = visitor.post(f"/record/{bib.pk}/problem/send", told(text="", name="Pak Tamu", address="bukan"))

    assert answer.status_code == 422
    assert "Pak Tamu" in answer.text
    assert not Problem.objects.exists()


def test_sixth_report_in_an_hour_is_refused(visitor, shelve):
    bib = shelve()
    for _ in range(5):
        assert visitor.post(f"/record/{bib.pk}/problem/send", told()).status_code == 302

    assert visitor.post(f"/record/{bib.pk}/problem/send", told()).status_code == 429
    assert Problem.objects.count() == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_problems_cost_the_same_for_any_number_of_rows(librarian, rows, django_assert_num_queries):
    for _ in range(rows):
        Problem.objects.create(
            bib_id=1,
            title="Bumi manusia",
            about="facts",
            text="x",
            patron=PatronFactory(),
            reported_at=AT,
            changed_at=AT,
        )

    with django_assert_num_queries(6):
        librarian.get("/staff/problems/")


def test_pages_of_moderation_are_for_those_who_may(reader, db):
    circulation = Visitor(headers={"accept-language": "en"})
    circulation.force_login(PatronFactory(roles=[Role.CIRCULATION]))

    assert reader.get("/staff/readers/").status_code == 403
    assert reader.get("/staff/problems/").status_code == 403
    assert circulation.get("/staff/readers/").status_code == 200
    assert circulation.get("/staff/problems/").status_code == 403

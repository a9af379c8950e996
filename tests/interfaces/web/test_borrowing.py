"""My library: loans, holds, charges, and what is remembered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pustaka.circulation.models import Hold, Loan
from pustaka.circulation.services import rules
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Entry, Patron
from pustaka.patrons.services import account
from tests.factories import BranchFactory, ItemFactory
from tests.factories.circulation import HoldFactory, LoanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(reader):
    return Patron.objects.get(pk=reader.session["_auth_user_id"])


def out(patron, **told):
    now = timezone.now()
    return LoanFactory(
        **{"patron": patron, "started_at": now - timedelta(days=3), "due_at": now + timedelta(days=4)} | told
    )


@pytest.fixture
def renewals(db):
    rules.set_rule(name="renewals", value="2", at=timezone.now(), by=SYSTEM)
    rules.set_rule(name="loan_length", value="14", at=timezone.now(), by=SYSTEM)


def test_loan_is_renewed_with_one_tap(reader, me, renewals):
    loan = out(me)
    assert "Renew" in reader.get("/account/loans/").text

    answer = reader.post(f"/account/loans/{loan.pk}/renew", follow=True)

    assert "It is due on" in answer.text
    assert Loan.objects.get(pk=loan.pk).renewals == 1


def test_loan_that_cannot_be_renewed_says_every_reason_and_has_no_button(reader, me):
    loan = out(me)
    HoldFactory(bib=loan.bib)

    page = reader.get("/account/loans/").text

    assert "It was renewed 0 times already, of at most 0." in page
    assert "Somebody waits for this title" in page
    assert f"/account/loans/{loan.pk}/renew" not in page


def test_nobody_renews_or_gives_up_what_is_anothers(reader, renewals):
    loan, hold = LoanFactory(), HoldFactory()

    assert reader.post(f"/account/loans/{loan.pk}/renew").status_code == 403
    assert reader.post(f"/account/holds/{hold.pk}/cancel").status_code == 403
    assert Loan.objects.get(pk=loan.pk).renewals == 0
    assert Hold.objects.get(pk=hold.pk).ended_at is None


def test_renewing_all_says_how_many(reader, me, renewals):
    out(me)
    out(me, renewals=2)

    answer = reader.post("/account/loans/renew", follow=True)

    assert "1 loan is renewed." in answer.text
    assert "The others can&#x27;t be renewed" in answer.text


@pytest.mark.parametrize("rows", [1, 3])
def test_my_loans_show_their_titles_and_what_they_would_cost(reader, me, rows):
    rules.set_rule(name="fine_idr", value="1.000", at=timezone.now(), by=SYSTEM)
    for number in range(rows):
        out(me, item__bib__title=f"Bumi manusia jilid {number}", due_at=timezone.now() - timedelta(days=2))

    page = reader.get("/account/loans/").text

    assert page.count("Bumi manusia jilid") == rows
    assert page.count("If you bring it back today it costs Rp2.000.") == rows


def test_reader_gets_in_line_from_the_page_of_the_title(reader, me):
    branch = BranchFactory(code="PUSAT")
    bib = ItemFactory(branch=branch, status="on_loan").bib
    assert f"/account/holds/for/{bib.pk}/" in reader.get(f"/record/{bib.pk}").text
    assert "You are the next one" in reader.get(f"/account/holds/for/{bib.pk}/").text

    answer = reader.post(
        f"/account/holds/for/{bib.pk}/place", {"pickup": branch.pk, "until": "2030-01-01"}, follow=True
    )

    assert "You are number 1 in line" in answer.text
    hold = Hold.objects.get()
    assert (hold.patron, hold.bib, hold.pickup, str(hold.wanted_until)) == (me, bib, branch, "2030-01-01")
    again = reader.post(f"/account/holds/for/{bib.pk}/place", {"pickup": branch.pk})
    assert again.status_code == 409
    assert "waits for it already" in again.text


def test_reader_gives_up_a_hold(reader, me):
    hold = HoldFactory(patron=me)

    reader.post(f"/account/holds/{hold.pk}/cancel")

    assert Hold.objects.get().state == Hold.State.CANCELED


def test_charges_show_what_is_open_and_every_line(reader, me):
    told = {"patron": me, "at": timezone.now(), "by": SYSTEM, "cause": Entry.Cause.OVERDUE}
    first = account.charge(amount_idr=12_500, text="Laskar pelangi (B1)", **told)
    account.charge(amount_idr=1_000, text="Bumi manusia (B2)", **told)
    account.waive(charge_id=first.pk, reason="Sakit", at=timezone.now(), by=SYSTEM)

    page = reader.get("/account/charges/").text

    assert "You owe Rp1.000." in page
    assert "Sakit" in page
    assert "Rp-12.500" in page


def test_history_is_kept_only_as_long_as_the_reader_wants(reader, me):
    old = out(me, returned_at=timezone.now(), item__bib__title="Ronggeng Dukuh Paruk")

    assert "forgets who had a book" in reader.get("/account/history/").text
    page = reader.post("/account/history/choose", {"keep": "1"}, follow=True).text

    assert "Ronggeng Dukuh Paruk" in page
    assert "1 title so far, 1 of them" in page
    assert Patron.objects.get(pk=me.pk).keeps_history
    reader.post("/account/history/choose", {"keep": "0"})
    assert not Patron.objects.get(pk=me.pk).keeps_history
    assert old.patron == me


def test_record_says_when_a_lent_copy_is_due(visitor):
    loan = LoanFactory()

    page = visitor.get(f"/record/{loan.bib_id}").text

    assert "On loan" in page
    assert "Due back" in page


@pytest.mark.parametrize("page", ["loans", "holds", "charges", "history"])
def test_empty_pages_teach_and_visitors_sign_in(reader, visitor, page):
    assert reader.get(f"/account/{page}/").status_code == 200
    assert visitor.get(f"/account/{page}/").status_code == 302

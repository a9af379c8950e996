"""One's own data: all of it as a file, and being forgotten everywhere."""

import json

import pytest
from django.utils import timezone

from pustaka.circulation.models import Hold, Loan
from pustaka.discovery.models import SavedSearch
from pustaka.foundation import events
from pustaka.foundation.actors import SYSTEM
from pustaka.notices.models import Preference
from pustaka.patrons.models import Entry, Lookup, Patron
from pustaka.patrons.services import account, blocks, cards
from pustaka.readers.models import BookList
from tests.factories import BranchFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory
from tests.factories.readers import BookListFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(reader):
    return Patron.objects.get(pk=reader.session["_auth_user_id"])


def full(patron):
    """Something of every kind, nothing of it open."""
    now = timezone.now()
    told = {"at": now, "by": SYSTEM}
    cards.issue(patron=patron, code="KTM-7", **told)
    block = blocks.block(patron=patron, reason="Merusak buku", **told)
    blocks.lift(block_id=block.pk, **told)
    fine = account.charge(patron=patron, amount_idr=3_000, cause=Entry.Cause.OVERDUE, text="Terlambat", **told)
    account.waive(charge_id=fine.pk, reason="Sakit", **told)
    LoanFactory(patron=patron, returned_at=now, item__bib__title="Laskar pelangi lama")
    HoldFactory(patron=patron, pickup=BranchFactory(code="PUSAT"))
    BookListFactory(patron=patron, titles=1, title="Bacaan rahasia")
    SavedSearch.objects.create(patron=patron, name="Gurindam", text="gurindam", created_at=now, told_until=now)
    Preference.objects.create(patron=patron, kind="overdue", is_on=False, changed_at=now)
    Lookup.objects.create(patron=patron, by=PatronFactory(), at=now)


def test_file_holds_everything_of_oneself_and_nothing_of_others(reader, me):
    full(me)
    full_other = PatronFactory(name="Orang Lain")
    LoanFactory(patron=full_other, item__bib__title="Buku orang lain")

    answer = reader.get("/account/data/download.json")

    told = json.loads(answer.content)
    assert answer.headers["Cache-Control"] == "no-store"
    assert told["person"]["number"] == me.number
    assert [card["code"] for card in told["cards"]] == ["KTM-7"]
    assert [line["amount_idr"] for line in told["account"]] == [-3_000, 3_000]
    assert [loan["title"] for loan in told["loans"]] == ["Laskar pelangi lama"]
    assert [one["title"] for one in told["lists"]] == ["Bacaan rahasia"]
    assert len(told["looked_at_by_staff"]) == len(told["holds"]) == len(told["saved_searches"]) == 1
    assert "orang lain" not in answer.text.lower()
    assert "password" not in answer.text


def test_who_is_forgotten_is_gone_everywhere_and_the_figures_stay(reader, me):
    full(me)

    assert reader.post("/account/data/forget", {"number": "salah"}).status_code == 422
    answer = reader.post("/account/data/forget", {"number": me.number}, follow=True)
    events.deliver(at=timezone.now())

    assert "has forgotten you" in answer.text
    gone = Patron.objects.get(pk=me.pk)
    assert (gone.name, gone.email, gone.is_active, gone.phone) == ("–", None, False, "")
    assert Loan.objects.get().patron is None
    assert Entry.objects.filter(patron=gone).count() == 2
    for kept in (Hold, BookList, SavedSearch, Preference, Lookup):
        assert not kept.objects.filter(patron=me.pk).exists(), kept
    assert not gone.cards.exists()
    assert reader.get("/account/loans/").status_code == 302


def test_nobody_is_forgotten_with_a_copy_at_home_or_a_debt_in_either_direction(reader, me):
    loan = LoanFactory(patron=me)
    assert "This is possible once nothing is out" in reader.get("/account/data/").text
    assert reader.post("/account/data/forget", {"number": me.number}).status_code == 409

    Loan.objects.filter(pk=loan.pk).update(returned_at=timezone.now())
    Patron.objects.filter(pk=me.pk).update(balance_idr=-5)
    assert reader.post("/account/data/forget", {"number": me.number}).status_code == 409
    assert Patron.objects.get(pk=me.pk).is_active


def test_page_says_what_is_kept_and_needs_an_account(reader, visitor, me):
    page = reader.get("/account/data/").text

    assert "90 days after you brought it back" in page
    assert visitor.get("/account/data/download.json").status_code == 302

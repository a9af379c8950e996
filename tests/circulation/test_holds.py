from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog.models import Item
from pustaka.circulation import queries
from pustaka.circulation.models import Hold
from pustaka.circulation.rules import Reason
from pustaka.circulation.services import holds, nightly, returns
from pustaka.circulation.words import HoldRefused
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.circulation.conftest import AT, BY
from tests.factories import BibFactory, BranchFactory, ItemFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory

State = Hold.State


def me(patron):
    return Actor(name=patron.name, patron_id=patron.pk)


def refusals(**told):
    with pytest.raises(HoldRefused) as refused:
        holds.place(**{**BY, **told})
    return [one.reason for one in refused.value.reasons]


def test_reader_gets_in_line_and_sees_rank_and_expected_day(branch):
    loan = LoanFactory(item__branch=branch)
    LoanFactory(item__branch=branch, item__bib=loan.bib, due_at=AT + timedelta(days=9))
    HoldFactory(bib=loan.bib)
    patron = PatronFactory()

    hold = holds.place(bib=loan.bib, patron=patron, pickup=branch, at=AT, by=me(patron))

    assert queries.rank_of(hold) == 2
    assert queries.expected_on(hold, rank=2) == date(2026, 12, 2)
    assert queries.expected_on(hold, rank=3) is None


def test_hold_on_what_one_has_or_waits_for_is_refused(branch):
    loan = LoanFactory(item__branch=branch)
    waiting = HoldFactory(bib=BibFactory())
    ItemFactory(bib=waiting.bib, branch=branch)

    assert refusals(bib=loan.bib, patron=loan.patron, pickup=branch) == [Reason.HAS_IT]
    assert refusals(bib=waiting.bib, patron=waiting.patron, pickup=branch) == [Reason.HOLDS_IT]


def test_title_without_a_copy_that_is_lent_is_refused(branch):
    bib = BibFactory()
    ItemFactory(bib=bib, branch=branch, status="lost")
    ItemFactory(bib=bib, branch=branch, status="reference")

    assert refusals(bib=bib, patron=PatronFactory(), pickup=branch) == [Reason.NO_COPY]


@pytest.mark.parametrize(("allowed", "reason"), [("0", Reason.NO_HOLDS), ("1", Reason.HOLD_LIMIT)])
def test_holds_have_a_limit(branch, rule, allowed, reason):
    rule(holds_allowed=allowed)
    standing = HoldFactory()

    assert refusals(bib=ItemFactory(branch=branch).bib, patron=standing.patron, pickup=branch) == [reason]


def test_nobody_places_or_ends_a_hold_for_another_without_permission(branch):
    item, patron = ItemFactory(branch=branch), PatronFactory()
    standing = HoldFactory()

    with pytest.raises(NotPermitted):
        holds.place(bib=item.bib, patron=patron, pickup=branch, at=AT, by=me(standing.patron))
    with pytest.raises(NotPermitted):
        holds.cancel(hold_id=standing.pk, at=AT, by=me(patron))
    with pytest.raises(NotPermitted):
        holds.move_to_front(hold_id=standing.pk, by=me(standing.patron))


def test_copy_of_another_title_and_a_day_that_has_passed_are_refused(branch):
    item = ItemFactory(branch=branch)

    with pytest.raises(Invalid, match="another title"):
        holds.place(bib=BibFactory(), item=item, patron=PatronFactory(), pickup=branch, **BY)
    with pytest.raises(Invalid, match="passed"):
        holds.place(
            bib=item.bib, patron=PatronFactory(), pickup=branch, wanted_until=date(2026, 11, 22), **BY
        )  # fmt: skip


def test_hold_that_is_given_up_passes_the_copy_to_the_next_at_the_same_place(branch):
    loan = LoanFactory(item__branch=branch)
    first, second = HoldFactory.create_batch(2, bib=loan.bib, pickup=branch)
    returns.check_in(item_id=loan.item_id, branch=branch, **BY)

    holds.cancel(hold_id=first.pk, at=AT, by=me(first.patron))

    second.refresh_from_db()
    assert (second.state, second.item_kept) == (State.READY, loan.item)
    with pytest.raises(NotFound, match="ended already"):
        holds.cancel(hold_id=first.pk, at=AT, by=me(first.patron))


def test_copy_that_nobody_fetches_waits_to_be_cleared_and_goes_back_to_its_shelf(branch):
    loan = LoanFactory(item__branch=branch)
    hold = HoldFactory(bib=loan.bib, pickup=branch)
    returns.check_in(item_id=loan.item_id, branch=branch, **BY)

    late = AT + timedelta(days=10)
    assert nightly.run(at=late).holds_ended == 1
    assert nightly.run(at=late).holds_ended == 0

    hold.refresh_from_db()
    assert hold.state == State.EXPIRED
    assert [one.item_kept for one in queries.to_clear(branch)] == [loan.item]
    returns.check_in(item_id=loan.item_id, branch=branch, at=late, by=BY["by"])
    assert Item.objects.get(pk=loan.item_id).status == Item.Status.AVAILABLE
    assert not queries.to_clear(branch)


@pytest.mark.parametrize(("day", "ended"), [(0, 0), (1, 1)])
def test_hold_ends_after_the_last_day_on_which_it_is_wanted(branch, day, ended):
    HoldFactory(wanted_until=AT.date())

    assert nightly.run(at=AT + timedelta(days=day)).holds_ended == ended


def test_moving_to_the_front_serves_that_one_next(branch):
    loan = LoanFactory(item__branch=branch)
    HoldFactory.create_batch(2, bib=loan.bib, pickup=branch)
    last = HoldFactory(bib=loan.bib, pickup=branch)

    holds.move_to_front(hold_id=last.pk, by=BY["by"])

    assert queries.rank_of(holds.move_to_front(hold_id=last.pk, by=BY["by"])) == 1
    assert returns.check_in(item_id=loan.item_id, branch=branch, **BY).next.hold == last


def test_pull_list_names_each_copy_once_in_shelf_order(branch):
    item = ItemFactory(branch=branch, call_number="899 TOE b")
    other = ItemFactory(branch=branch, call_number="297 HAM t")
    one, two = HoldFactory(bib=item.bib), HoldFactory(bib=other.bib)
    HoldFactory(bib=item.bib)  # no copy is left for it
    ItemFactory(branch=BranchFactory(code="FK"), bib=HoldFactory().bib)

    assert queries.pull_list(branch) == [(two, other), (one, item)]


def test_copy_of_the_pull_list_is_kept_for_its_hold(branch):
    item = ItemFactory(branch=branch)
    hold = HoldFactory(bib=item.bib, pickup=branch)

    holds.fulfil(hold_id=hold.pk, item_id=item.pk, branch=branch, **BY)

    assert queries.shelf(branch).get() == hold
    with pytest.raises(Invalid):
        holds.fulfil(hold_id=hold.pk, item_id=item.pk, branch=branch, **BY)


def test_pickup_can_be_changed_until_a_copy_is_kept(branch):
    far = BranchFactory(code="FK")
    hold = HoldFactory(pickup=branch)

    assert holds.change_pickup(hold_id=hold.pk, pickup=far, by=me(hold.patron)).pickup == far
    item = ItemFactory(bib=hold.bib, branch=far)
    holds.fulfil(hold_id=hold.pk, item_id=item.pk, branch=far, **BY)
    with pytest.raises(Invalid):
        holds.change_pickup(hold_id=hold.pk, pickup=branch, by=me(hold.patron))


@pytest.mark.parametrize(
    "values", [{"state": "ready"}, {"state": "canceled"}, {"ended_at": AT}, {"state": "coming", "item_kept": None}]
)
def test_database_refuses_a_hold_that_makes_no_sense(branch, values):
    hold = HoldFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(**values)

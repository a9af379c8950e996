from datetime import date, timedelta

import pytest

from pustaka.catalog.models import Item
from pustaka.circulation import queries
from pustaka.circulation.models import Hold, InsideUse, Loan, Transit
from pustaka.circulation.services import loans, returns
from pustaka.circulation.services.catching import Way
from pustaka.foundation.actors import VISITOR
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.patrons.models import Block, Entry, Patron
from pustaka.patrons.services import account, till
from tests.circulation.conftest import AT, BY
from tests.factories import BranchFactory, ItemFactory, ItemTypeFactory
from tests.factories.circulation import HoldFactory, LoanFactory


def check_in(item, branch, **more):
    return returns.check_in(item_id=item.pk, branch=branch, **{**BY, **more})


def status(item):
    return Item.objects.get(pk=item.pk).status


def test_returned_copy_goes_to_its_shelf_and_costs_nothing_in_time(branch, rule):
    rule(fine_idr="1.000")
    loan = LoanFactory(item__branch=branch)

    done = check_in(loan.item, branch)

    assert (done.next.way, done.loan, done.fine.amount_idr) == (Way.SHELF, loan, 0)
    closed = Loan.objects.get(pk=loan.pk)
    assert (closed.returned_at, closed.returned_to, status(loan.item)) == (AT, branch, Item.Status.AVAILABLE)
    assert not Entry.objects.exists()


def test_late_return_is_charged_by_the_rules_to_the_account(branch, rule):
    rule(fine_idr="1.000", fine_skips_closed="no")
    loan = LoanFactory(item__branch=branch)  # due on the 23rd

    done = check_in(loan.item, branch, at=AT + timedelta(days=3))

    assert done.fine.amount_idr == 3_000
    entry = Entry.objects.get()
    assert (entry.amount_idr, entry.about, entry.cause) == (3_000, f"loan:{loan.pk}", Entry.Cause.OVERDUE)
    assert Patron.objects.get(pk=loan.patron_id).balance_idr == 3_000


def test_suspension_is_days_of_no_lending_instead(branch, rule):
    rule(fine_idr="1.000", suspension_days="2", fine_skips_closed="no")
    loan = LoanFactory(item__branch=branch)

    check_in(loan.item, branch, at=AT + timedelta(days=3))

    block = Block.objects.get()
    assert (block.kind, block.until) == (Block.Kind.SUSPENSION, date(2026, 12, 2))
    assert not Entry.objects.exists()


def test_returned_copy_is_caught_for_the_first_in_line(branch, rule):
    rule(hold_shelf_days="3")
    loan = LoanFactory(item__branch=branch)
    first = HoldFactory(bib=loan.bib, pickup=branch)
    HoldFactory(bib=loan.bib, pickup=branch)

    done = check_in(loan.item, branch)

    assert (done.next.way, done.next.hold) == (Way.HOLD_SHELF, first)
    first.refresh_from_db()
    assert (first.state, first.item_kept, first.kept_until) == (Hold.State.READY, loan.item, date(2026, 11, 26))
    assert status(loan.item) == Item.Status.ON_HOLD


def test_copy_wanted_at_another_branch_travels_and_is_ready_when_it_arrives(branch):
    far = BranchFactory(code="FK")
    loan = LoanFactory(item__branch=branch)
    hold = HoldFactory(bib=loan.bib, pickup=far)

    sent = check_in(loan.item, branch)
    assert (sent.next.way, sent.next.to, status(loan.item)) == (Way.SEND, far, Item.Status.IN_TRANSIT)
    hold.refresh_from_db()
    assert (hold.state, hold.kept_until) == (Hold.State.COMING, None)

    arrived = check_in(loan.item, far, at=AT + timedelta(days=1))

    assert arrived.next.way == Way.HOLD_SHELF
    hold.refresh_from_db()
    assert (hold.state, status(loan.item)) == (Hold.State.READY, Item.Status.ON_HOLD)
    assert Transit.objects.get().arrived_at == AT + timedelta(days=1)


def test_copy_of_another_branch_is_sent_home(branch):
    home = BranchFactory(code="FT")
    loan = LoanFactory(item__branch=home)

    assert (check_in(loan.item, branch).next.to, status(loan.item)) == (home, Item.Status.IN_TRANSIT)
    assert check_in(loan.item, home).next.way == Way.SHELF
    assert (status(loan.item), Transit.objects.filter(arrived_at=None).count()) == (Item.Status.AVAILABLE, 0)


def test_scanning_a_copy_on_the_hold_shelf_leaves_it_there(branch):
    item = ItemFactory(branch=branch, status="on_hold")
    hold = HoldFactory(bib=item.bib, item_kept=item, state="ready", pickup=branch, kept_until=AT.date())

    assert check_in(item, branch).next == returns.Next(Way.STAYS, item, hold=hold)


@pytest.mark.parametrize(("state", "way"), [("repair", Way.ASIDE), ("in_process", Way.ASIDE), ("missing", Way.SHELF)])
def test_copy_that_nobody_had_is_told_where_it_belongs(branch, state, way):
    item = ItemFactory(branch=branch, status=state)

    assert check_in(item, branch).next.way == way
    assert status(item) == (Item.Status.AVAILABLE if way == Way.SHELF else state)


def test_withdrawn_copy_is_put_aside(branch):
    with pytest.raises(Invalid, match="withdrawn"):
        check_in(ItemFactory(branch=branch, status="withdrawn"), branch)


def test_lost_copy_that_comes_back_is_credited_and_what_was_paid_is_in_favor(branch):
    loan = LoanFactory(item__branch=branch, item__price_idr=75_000)
    loans.declare_lost(loan_id=loan.pk, **BY)
    till.open_till(branch=branch, float_idr=0, **BY)
    account.pay(patron=loan.patron, amount_idr=50_000, branch=branch, **BY)

    done = check_in(loan.item, branch)

    assert done.credited_idr == 75_000
    assert account.in_favor(patron=loan.patron) == 50_000


def test_claimed_copy_that_turns_up_costs_only_until_the_claim(branch, rule):
    rule(fine_idr="1.000", fine_skips_closed="no")
    loan = LoanFactory(item__branch=branch)
    loans.claim_returned(loan_id=loan.pk, at=AT + timedelta(days=2), by=BY["by"])

    assert check_in(loan.item, branch, at=AT + timedelta(days=30)).fine.amount_idr == 2_000


def test_return_before_the_loan_began_is_refused(branch):
    loan = LoanFactory(item__branch=branch, started_at=AT)

    with pytest.raises(Invalid, match="lent again since"):
        check_in(loan.item, branch, at=AT - timedelta(minutes=1))


def test_changing_the_calendar_changes_no_charge_that_was_posted(branch, rule):
    from pustaka.branches.services import calendar
    from pustaka.foundation.actors import SYSTEM

    rule(fine_idr="1.000")
    loan = LoanFactory(item__branch=branch)
    check_in(loan.item, branch, at=AT + timedelta(days=3))

    calendar.close_days(branch=branch, first=date(2026, 11, 24), last=date(2026, 11, 26), name="Cuti", by=SYSTEM)

    assert Patron.objects.get(pk=loan.patron_id).balance_idr == 3_000


def test_item_level_hold_passes_title_holds_that_other_copies_can_fill(branch):
    loan = LoanFactory(item__branch=branch)
    title = HoldFactory(bib=loan.bib, pickup=branch)
    mine = HoldFactory(bib=loan.bib, item=loan.item, pickup=branch)
    ItemFactory(bib=loan.bib, branch=branch)

    assert check_in(loan.item, branch).next.hold == mine
    title.refresh_from_db()
    assert title.state == Hold.State.WAITING


def test_item_level_hold_waits_where_the_title_hold_ahead_has_no_other_copy(branch):
    loan = LoanFactory(item__branch=branch)
    title = HoldFactory(bib=loan.bib, pickup=branch)
    HoldFactory(bib=loan.bib, item=loan.item, pickup=branch)

    assert check_in(loan.item, branch).next.hold == title


def test_hold_of_somebody_who_may_not_borrow_such_a_copy_is_passed_over(branch, rule):
    from pustaka.foundation.actors import SYSTEM
    from pustaka.patrons.services import categories

    guests, kind = categories.put(code="TAMU", name="Tamu", by=SYSTEM), ItemTypeFactory(code="SKRIPSI")
    rule(category=guests, item_type=kind, lends="no")
    loan = LoanFactory(item__branch=branch, item__item_type=kind)
    HoldFactory.create_batch(60, bib=loan.bib, pickup=branch, patron__category=guests)
    member = HoldFactory(bib=loan.bib, pickup=branch)

    assert check_in(loan.item, branch).next.hold == member


def test_use_in_the_library_is_counted_and_moves_nothing(branch):
    item = ItemFactory(branch=branch)

    returns.use_inside(item_id=item.pk, branch=branch, **BY)

    assert (InsideUse.objects.get().item, status(item)) == (item, Item.Status.AVAILABLE)
    with pytest.raises(Invalid, match="lent"):
        returns.use_inside(item_id=LoanFactory().item_id, branch=branch, **BY)


def test_nobody_takes_back_without_permission(branch):
    with pytest.raises(NotPermitted):
        check_in(LoanFactory(item__branch=branch).item, branch, by=VISITOR)


@pytest.mark.parametrize("others", [0, 40])
def test_return_costs_the_same_statements_for_any_number_of_loans_copies_and_holds(
    branch, others, django_assert_num_queries
):
    loan = LoanFactory(item__branch=branch)
    for _ in range(others):
        LoanFactory(patron=loan.patron)
        ItemFactory(bib=loan.bib)
    HoldFactory.create_batch(others or 1, bib=loan.bib, pickup=branch)
    queries.rule_book()

    with django_assert_num_queries(18):
        check_in(loan.item, branch)

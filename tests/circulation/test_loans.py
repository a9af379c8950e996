from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.branches.services import calendar
from pustaka.catalog.models import Item
from pustaka.circulation import queries
from pustaka.circulation.models import Hold, Loan, Renewal
from pustaka.circulation.rules import Reason
from pustaka.circulation.services import loans
from pustaka.circulation.words import CheckOutRefused, RenewalRefused
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.foundation.models import OutboxEvent
from pustaka.patrons.models import Entry
from pustaka.patrons.services import account, blocks
from tests.circulation.conftest import AT, BY
from tests.factories import ItemFactory, ItemTypeFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory

TODAY = AT.date()


def check_out(item, patron, branch, **more):
    return loans.check_out(item_id=item.pk, patron_id=patron.pk, branch=branch, **{**BY, **more})


def refusals(item, patron, branch, **more):
    with pytest.raises(CheckOutRefused) as refused:
        check_out(item, patron, branch, **more)
    return refused.value


def status(item):
    return Item.objects.get(pk=item.pk).status


def test_copy_is_lent_until_the_end_of_the_day_by_the_clock_of_the_branch(branch, rule):
    rule(loan_length="14")
    item, patron = ItemFactory(branch=branch), PatronFactory()

    loan = check_out(item, patron, branch)

    assert loan.due_at.isoformat() == "2026-12-07T23:59:59+07:00"
    assert (loan.patron, loan.item, loan.returned_at, loan.renewals) == (patron, item, None, 0)
    assert status(item) == Item.Status.ON_LOAN
    events = [(row.name, row.payload["loan_id"]) for row in OutboxEvent.objects.all()]
    assert events == [("circulation.LoanStarted", loan.pk)]


def test_due_date_moves_over_days_on_which_the_branch_is_shut(branch, rule):
    rule(loan_length="7")
    calendar.close_days(branch=branch, first=date(2026, 11, 30), last=date(2026, 12, 1), name="Cuti", by=SYSTEM)
    branch.refresh_from_db()

    assert queries.in_zone(check_out(ItemFactory(branch=branch), PatronFactory(), branch).due_at, branch).day == 2


def test_every_reason_is_named_at_once(branch, rule):
    rule(limit_total="1", debt_limit="0", lends="no")
    patron = PatronFactory()
    LoanFactory(patron=patron)
    blocks.block(patron=patron, reason="Merobek halaman", until=date(2026, 12, 24), **BY)
    account.charge(patron=patron, amount_idr=5_000, cause=Entry.Cause.OTHER, text="Kartu", **BY)

    refused = refusals(ItemFactory(branch=branch, status="repair"), patron, branch)

    assert [one.reason for one in refused.reasons] == [
        Reason.BLOCKED, Reason.DEBT, Reason.LIMIT_TOTAL, Reason.NOT_LENT, Reason.STATE,
    ]  # fmt: skip
    assert "Merobek halaman (until 24 December 2026)" in str(refused)
    assert "Rp5.000 is owed" in str(refused)
    assert Loan.objects.filter(returned_at=None).count() == 1


@pytest.mark.parametrize(("valid_until", "is_lent"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_membership_counts_through_its_last_day(branch, valid_until, is_lent):
    patron, item = PatronFactory(valid_until=valid_until), ItemFactory(branch=branch)

    if is_lent:
        assert queries.in_zone(check_out(item, patron, branch).due_at, branch).date() == TODAY
    else:
        refused = refusals(item, patron, branch, override="kenal baik")
        assert [one.reason for one in refused.reasons] == [Reason.EXPIRED]
        assert not refused.may_be_overridden


@pytest.mark.parametrize(("owed", "is_lent"), [(5_000, True), (5_001, False)])
def test_debt_strictly_above_the_limit_blocks(branch, rule, owed, is_lent):
    rule(debt_limit="5.000")
    patron = PatronFactory()
    account.charge(patron=patron, amount_idr=owed, cause=Entry.Cause.OTHER, text="Kartu", **BY)

    if is_lent:
        check_out(ItemFactory(branch=branch), patron, branch)
    else:
        assert refusals(ItemFactory(branch=branch), patron, branch).reasons[0].count == 5_001


def test_limit_on_one_collection_does_not_stop_another(branch, rule):
    book, video = ItemTypeFactory(code="BUKU"), ItemTypeFactory(code="VIDEO")
    rule(item_type=book, limit_type="1")
    patron = PatronFactory()
    check_out(ItemFactory(branch=branch, item_type=book), patron, branch)

    refused = refusals(ItemFactory(branch=branch, item_type=book), patron, branch)
    check_out(ItemFactory(branch=branch, item_type=video), patron, branch)

    assert [(one.reason, one.count, one.most) for one in refused.reasons] == [(Reason.LIMIT_TYPE, 1, 1)]


@pytest.mark.parametrize("counts", [True, False])
def test_branch_says_whether_what_is_read_here_counts_as_a_loan(branch, rule, counts):
    reading = ItemTypeFactory(code="BACA")
    rule(limit_total="1")
    rule(item_type=reading, is_onsite="yes", limit_onsite="1", loan_unit="hours", loan_length="2")
    branch.counts_onsite_loans = counts
    branch.save()
    patron = PatronFactory()
    here = check_out(ItemFactory(branch=branch, item_type=reading, status="reference"), patron, branch)
    assert here.is_onsite

    if counts:
        assert refusals(ItemFactory(branch=branch), patron, branch).reasons[0].reason == Reason.LIMIT_TOTAL
    else:
        check_out(ItemFactory(branch=branch), patron, branch)
        more = ItemFactory(branch=branch, item_type=reading, status="reference")
        assert [one.reason for one in refusals(more, patron, branch).reasons] == [Reason.LIMIT_ONSITE]


def test_override_needs_a_reason_and_the_permission_and_is_kept(branch, rule):
    rule(limit_total="0")
    item, patron = ItemFactory(branch=branch), PatronFactory()
    from pustaka.circulation.permissions import Permission

    clerk = Actor(name="Yohana", patron_id=None, permissions=frozenset({Permission.LEND}))
    refusals(item, patron, branch, override="   ")
    with pytest.raises(NotPermitted):
        check_out(item, patron, branch, override="Ujian besok", by=clerk)

    loan = check_out(item, patron, branch, override="Ujian besok")

    assert (loan.override, loan.lent_by) == ("Ujian besok", "system")


def test_loan_within_the_rules_keeps_no_override(branch):
    assert check_out(ItemFactory(branch=branch), PatronFactory(), branch, override="x").override == ""


def test_copy_in_somebody_elses_hands_is_refused_by_name_and_not_overridden(branch):
    loan = LoanFactory(item__branch=branch)

    refused = refusals(loan.item, PatronFactory(), branch, override="x")

    assert [(one.reason, one.text) for one in refused.reasons] == [(Reason.LENT, str(loan.patron))]


def test_ones_own_loan_lent_again_is_a_renewal(branch, rule):
    rule(renewals="1", loan_length="7")
    item, patron = ItemFactory(branch=branch), PatronFactory()
    first = check_out(item, patron, branch)

    again = check_out(item, patron, branch, at=AT + timedelta(days=1))

    assert (again.pk, again.renewals) == (first.pk, 1)
    assert Renewal.objects.get().by_whom == Renewal.By.STAFF


def test_database_refuses_a_second_open_loan_of_one_copy(branch):
    loan = LoanFactory(item__branch=branch)

    with pytest.raises(IntegrityError), transaction.atomic():
        LoanFactory(item=loan.item)


@pytest.mark.parametrize(
    "values", [{"due_at": AT - timedelta(days=30)}, {"returned_at": AT - timedelta(days=30)}, {"patron": None}]
)
def test_database_refuses_a_loan_that_makes_no_sense(branch, values):
    loan = LoanFactory(item__branch=branch)

    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(**values)


def test_what_somebody_waits_for_is_lent_only_where_another_copy_is_free(branch):
    one = ItemFactory(branch=branch)
    HoldFactory(bib=one.bib)
    patron = PatronFactory()

    refused = refusals(one, patron, branch)
    other = ItemFactory(branch=branch, bib=one.bib)
    check_out(other, patron, branch)

    assert [(found.reason, found.count) for found in refused.reasons] == [(Reason.WANTED, 1)]


def test_hold_on_this_very_copy_stands_in_the_way_whatever_else_is_free(branch):
    one = ItemFactory(branch=branch)
    ItemFactory.create_batch(3, branch=branch, bib=one.bib)
    HoldFactory(bib=one.bib, item=one)

    assert [found.reason for found in refusals(one, PatronFactory(), branch).reasons] == [Reason.WANTED]


def test_first_in_line_gets_the_copy_and_the_hold_is_fetched(branch):
    item = ItemFactory(branch=branch)
    first, second = HoldFactory(bib=item.bib), HoldFactory(bib=item.bib)
    assert refusals(item, second.patron, branch).reasons[0].reason == Reason.WANTED

    check_out(item, first.patron, branch)

    first.refresh_from_db()
    assert (first.state, first.ended_at, first.item_kept) == (Hold.State.FETCHED, AT, item)


def test_copy_on_the_hold_shelf_goes_to_whom_it_is_kept_for(branch):
    item = ItemFactory(branch=branch, status="on_hold")
    hold = HoldFactory(bib=item.bib, item_kept=item, state="ready", pickup=branch)

    refused = refusals(item, PatronFactory(), branch)
    check_out(item, hold.patron, branch)

    assert [(one.reason, one.text) for one in refused.reasons] == [(Reason.KEPT, str(hold.patron))]


def test_kept_copy_lent_to_another_puts_the_reader_back_in_line_at_the_same_place(branch):
    item = ItemFactory(branch=branch, status="on_hold")
    hold = HoldFactory(bib=item.bib, item_kept=item, state="ready", pickup=branch, kept_until=TODAY)

    check_out(item, PatronFactory(), branch, override="Darurat")

    was = hold.rank
    hold.refresh_from_db()
    assert (hold.state, hold.item_kept, hold.kept_until, hold.rank) == (Hold.State.WAITING, None, None, was)


def test_nobody_lends_without_permission(branch):
    with pytest.raises(NotPermitted):
        check_out(ItemFactory(branch=branch), PatronFactory(), branch, by=VISITOR)


def test_copy_or_person_that_is_gone_is_said_so(branch):
    with pytest.raises(NotFound):
        loans.check_out(item_id=999, patron_id=PatronFactory().pk, branch=branch, **BY)
    with pytest.raises(NotFound):
        loans.check_out(item_id=ItemFactory().pk, patron_id=999_999, branch=branch, **BY)


@pytest.mark.parametrize("others", [0, 40])
def test_lending_costs_the_same_statements_for_any_number_of_loans_copies_and_holds(
    branch, others, django_assert_num_queries
):
    patron, item = PatronFactory(), ItemFactory(branch=branch)
    for _ in range(others):
        LoanFactory(patron=patron)
        ItemFactory(bib=item.bib)
    HoldFactory.create_batch(others // 2 or 1, bib=item.bib, patron=patron)
    queries.rule_book()
    from pustaka.branches.queries import calendar_of

    calendar_of(branch)

    with django_assert_num_queries(15):
        check_out(item, patron, branch)


# --- Renewing --------------------------------------------------------------------------------------------------------


def renewal_refusals(loan, **more):
    with pytest.raises(RenewalRefused) as refused:
        loans.renew(loan_id=loan.pk, **{**BY, **more})
    return [one.reason for one in refused.value.reasons]


def test_reader_renews_ones_own_and_nobody_elses(branch, rule):
    rule(renewals="2", loan_length="7")
    loan = LoanFactory(item__branch=branch)
    me, other = (Actor(name="x", patron_id=pk) for pk in (loan.patron_id, PatronFactory().pk))

    with pytest.raises(NotPermitted):
        loans.renew(loan_id=loan.pk, at=AT, by=other)
    renewed = loans.renew(loan_id=loan.pk, at=AT, by=me)

    assert queries.in_zone(renewed.due_at, branch).date() == date(2026, 11, 30)
    row = Renewal.objects.get()
    assert (row.by_whom, row.due_before, row.due_after) == (Renewal.By.READER, loan.due_at, renewed.due_at)


def test_every_reason_against_a_renewal_is_named_at_once(branch, rule):
    rule(renewals="0", renewal_not_before="1", loan_length="3", overdue_limit="0")
    patron = PatronFactory()
    LoanFactory(patron=patron, due_at=AT - timedelta(hours=1))
    loan = LoanFactory(item__branch=branch, patron=patron, due_at=AT + timedelta(days=7))
    blocks.block(patron=patron, reason="x", **BY)
    HoldFactory(bib=loan.bib)

    assert renewal_refusals(loan) == [
        Reason.BLOCKED, Reason.OVERDUE, Reason.TOO_SOON, Reason.TOO_MANY, Reason.WANTED, Reason.NOT_LATER,
    ]  # fmt: skip


def test_renewal_length_of_nothing_is_valid_and_blank_is_that_of_a_loan(branch, rule):
    rule(renewals="9", loan_length="7")
    loan = LoanFactory(item__branch=branch, due_at=AT - timedelta(days=1))
    rule(renewal_length="0")
    assert queries.in_zone(loans.renew(loan_id=loan.pk, **BY).due_at, branch).date() == date(2026, 11, 23)

    rule(renewal_length="")
    assert queries.in_zone(loans.renew(loan_id=loan.pk, **BY).due_at, branch).date() == date(2026, 11, 30)


def test_late_loan_itself_does_not_count_as_one_too_many(branch, rule):
    rule(renewals="1", overdue_limit="0")
    loan = LoanFactory(item__branch=branch, due_at=AT - timedelta(hours=1))

    assert loans.renew(loan_id=loan.pk, **BY).renewals == 1


def test_free_copy_lets_a_wanted_title_be_renewed(branch, rule):
    rule(renewals="1")
    loan = LoanFactory(item__branch=branch)
    HoldFactory(bib=loan.bib)
    assert renewal_refusals(loan) == [Reason.WANTED]

    ItemFactory(bib=loan.bib, branch=branch)

    assert loans.renew(loan_id=loan.pk, **BY).renewals == 1


def test_expired_membership_and_a_returned_copy_are_not_renewed(branch, rule):
    rule(renewals="1")
    expired = LoanFactory(item__branch=branch, patron__valid_until=TODAY - timedelta(days=1))
    back = LoanFactory(returned_at=AT)

    assert Reason.EXPIRED in renewal_refusals(expired)
    assert renewal_refusals(back) == [Reason.NO_LOAN]


def test_renewing_all_goes_on_after_one_that_cannot(branch, rule):
    rule(renewals="1")
    patron = PatronFactory()
    LoanFactory(patron=patron, renewals=1, due_at=AT + timedelta(hours=1))
    LoanFactory(patron=patron, due_at=AT + timedelta(hours=2))

    done = loans.renew_all(patron=patron, **BY)

    assert [one.refused and one.refused.reasons[0].reason for one in done] == [Reason.TOO_MANY, None]


# --- Recalls, claims, losses -----------------------------------------------------------------------------------------


def test_recall_shortens_a_loan_but_keeps_what_was_promised(branch, rule):
    rule(recall_keeps="5")
    long = LoanFactory(item__branch=branch, due_at=AT + timedelta(days=60))
    with pytest.raises(Invalid, match="Nobody waits"):
        loans.recall(loan_id=long.pk, **BY)
    HoldFactory(bib=long.bib)

    recalled = loans.recall(loan_id=long.pk, **BY)

    assert queries.in_zone(recalled.due_at, branch).isoformat() == "2026-11-28T23:59:59+07:00"
    with pytest.raises(Invalid, match="recalled already"):
        loans.recall(loan_id=long.pk, **BY)
    assert Reason.RECALLED in renewal_refusals(long)


def test_recall_never_makes_a_loan_longer(branch):
    soon = LoanFactory(item__branch=branch, due_at=AT + timedelta(hours=1))
    HoldFactory(bib=soon.bib)

    assert loans.recall(loan_id=soon.pk, **BY).due_at == AT + timedelta(hours=1)


def test_reader_who_was_right_owes_nothing_and_the_copy_is_missing(branch):
    loan = LoanFactory(item__branch=branch)
    loans.claim_returned(loan_id=loan.pk, at=AT, by=Actor(name="x", patron_id=loan.patron_id))
    assert Reason.CLAIMED in renewal_refusals(loan)

    loans.settle_claim(loan_id=loan.pk, was_returned=True, **BY)

    assert (status(loan.item), Loan.objects.get(pk=loan.pk).returned_at) == (Item.Status.MISSING, AT)
    assert not Entry.objects.exists()


def test_claim_that_was_wrong_leaves_the_loan_open(branch):
    loan = LoanFactory(item__branch=branch)
    loans.claim_returned(loan_id=loan.pk, **BY)

    loans.settle_claim(loan_id=loan.pk, was_returned=False, **BY)

    again = Loan.objects.get(pk=loan.pk)
    assert (again.claimed_at, again.returned_at) == (None, None)


def test_lost_copy_costs_its_price_and_the_fee_once(branch, rule):
    rule(lost_fee="10.000")
    loan = LoanFactory(item__branch=branch, item__price_idr=75_000)

    entry = loans.declare_lost(loan_id=loan.pk, **BY)

    assert (entry.amount_idr, entry.cause, entry.about) == (85_000, Entry.Cause.LOST, f"loan:{loan.pk}")
    with pytest.raises(Invalid):
        loans.declare_lost(loan_id=loan.pk, **BY)


def test_damage_is_charged_to_the_last_reader(branch):
    loan = LoanFactory(item__branch=branch, returned_at=AT)

    entry = loans.charge_damage(loan_id=loan.pk, amount_idr=20_000, text="Sampul sobek", **BY)

    assert (entry.patron, entry.amount_idr) == (loan.patron, 20_000)
    assert entry.text.endswith("Sampul sobek")

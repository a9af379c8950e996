from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.patrons import queries, rules
from pustaka.patrons.models import Entry, OpenCharge, Patron, Receipt
from pustaka.patrons.services import account, till
from tests.factories import BranchFactory, PatronFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BY = {"at": AT, "by": SYSTEM}


@pytest.fixture
def counter(db):
    branch = BranchFactory(code="PUSAT")
    till.open_till(branch=branch, float_idr=50_000, **BY)
    return branch


def charge(patron, amount, text="Terlambat 3 hari"):
    return account.charge(patron=patron, amount_idr=amount, cause=Entry.Cause.OVERDUE, text=text, **BY)


def owed(patron):
    return Patron.objects.get(pk=patron.pk).balance_idr


def open_on(patron):
    return list(OpenCharge.objects.filter(patron=patron).order_by("entry_id").values_list("open_idr", flat=True))


def test_paying_one_charge_settles_that_charge_alone(counter):
    patron = PatronFactory()
    old, new = charge(patron, 3_000), charge(patron, 5_000)

    paid = account.pay(patron=patron, amount_idr=5_000, charge_ids=[new.pk], branch=counter, **BY)

    assert [(entry.settles, entry.amount_idr) for entry in paid.entries] == [(new, -5_000)]
    assert [(one.entry, one.open_idr) for one in queries.open_charges(patron)] == [(old, 3_000)]
    assert owed(patron) == 3_000


def test_payment_without_a_choice_settles_the_oldest_first(counter):
    patron = PatronFactory()
    charge(patron, 3_000)
    charge(patron, 5_000)

    paid = account.pay(patron=patron, amount_idr=4_000, branch=counter, **BY)

    assert [entry.amount_idr for entry in paid.entries] == [-3_000, -1_000]
    assert open_on(patron) == [4_000]
    assert Receipt.objects.get().amount_idr == 4_000


@pytest.mark.parametrize("amount", [0, -1, 3_001])
def test_payment_of_nothing_or_of_more_than_is_owed_is_refused(counter, amount):
    patron = PatronFactory()
    charge(patron, 3_000)

    with pytest.raises(Invalid, match=r"Between Rp1 and Rp3\.000"):
        account.pay(patron=patron, amount_idr=amount, branch=counter, **BY)

    assert (owed(patron), Receipt.objects.count()) == (3_000, 0)


def test_payment_needs_an_open_till(db):
    patron, branch = PatronFactory(), BranchFactory(code="FT", name="Perpustakaan Teknik")
    charge(patron, 3_000)

    with pytest.raises(Invalid, match="Open the till of Perpustakaan Teknik first"):
        account.pay(patron=patron, amount_idr=3_000, branch=branch, **BY)


def test_waiver_needs_a_reason_and_keeps_who_and_why(counter):
    patron = PatronFactory()
    fine = charge(patron, 3_000)

    with pytest.raises(Invalid, match="needs a reason"):
        account.waive(charge_id=fine.pk, reason="  ", **BY)
    waived = account.waive(charge_id=fine.pk, reason="Sakit, surat dokter", **BY)

    assert (waived.by, waived.text, waived.amount_idr) == ("system", "Sakit, surat dokter", -3_000)
    assert (owed(patron), open_on(patron)) == (0, [])
    with pytest.raises(NotFound):
        account.waive(charge_id=fine.pk, reason="sekali lagi", **BY)


def test_lost_copy_found_again_leaves_what_was_paid_in_favor_and_it_is_paid_back_once(counter):
    patron = PatronFactory()
    lost = charge(patron, 90_000, "Buku hilang")
    account.pay(patron=patron, amount_idr=60_000, branch=counter, **BY)

    account.credit(entry=lost, amount_idr=90_000, text="Ditemukan", **BY)

    assert (owed(patron), open_on(patron), account.in_favor(patron=patron)) == (-60_000, [], 60_000)
    with pytest.raises(Invalid):
        account.refund(patron=patron, amount_idr=60_001, reason="Ditemukan", branch=counter, **BY)
    account.refund(patron=patron, amount_idr=60_000, reason="Ditemukan", branch=counter, **BY)
    assert (owed(patron), account.in_favor(patron=patron)) == (0, 0)
    with pytest.raises(ValueError, match="more than the charge"):
        account.credit(entry=lost, amount_idr=1, text="Ditemukan", **BY)


@pytest.mark.parametrize("write", ["charge_by_hand", "pay", "waive", "refund"])
def test_nobody_touches_an_account_without_permission(counter, write):
    patron = PatronFactory()
    fine = charge(patron, 3_000)
    who = {"at": AT, "by": VISITOR}
    calls = {
        "charge_by_hand": {"patron": patron, "amount_idr": 1, "cause": "other", "text": "x", "branch": counter},
        "pay": {"patron": patron, "amount_idr": 1, "branch": counter},
        "waive": {"charge_id": fine.pk, "reason": "x"},
        "refund": {"patron": patron, "amount_idr": 1, "reason": "x", "branch": counter},
    }

    with pytest.raises(NotPermitted):
        getattr(account, write)(**calls[write], **who)

    assert Entry.objects.count() == 1


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_database_refuses_to_change_or_delete_a_line(db, deed):
    fine = charge(PatronFactory(), 3_000)
    row = Entry.objects.filter(pk=fine.pk)

    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        row.update(amount_idr=1) if deed == "update" else row._raw_delete(row.db)

    assert Entry.objects.get().amount_idr == 3_000


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "charge", "amount_idr": -1},
        {"kind": "charge", "amount_idr": 0},
        {"kind": "payment", "amount_idr": -1},  # settles nothing
        {"kind": "waiver", "amount_idr": -1, "text": ""},
        {"kind": "refund", "amount_idr": -5},
    ],
)
def test_line_that_makes_no_sense_is_refused_by_the_database(db, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(patron=PatronFactory(), at=AT, by="test", **values)


def test_till_says_what_was_expected_and_asks_why_the_count_differs(counter):
    patron = PatronFactory()
    charge(patron, 7_000)
    account.pay(patron=patron, amount_idr=7_000, branch=counter, **BY)
    with pytest.raises(Invalid, match=r"Counted Rp56\.000, expected Rp57\.000"):
        till.close(branch=counter, counted_idr=56_000, **BY)

    closed = till.close(branch=counter, counted_idr=56_000, note="Kembalian kurang", **BY)

    assert (closed.expected_idr, closed.counted_idr) == (57_000, 56_000)
    assert queries.open_till(counter) is None
    with pytest.raises(Invalid, match="isn't open"):
        till.close(branch=counter, counted_idr=0, **BY)


def test_one_counter_has_one_till(counter):
    with pytest.raises(Invalid, match="open already"):
        till.open_till(branch=counter, float_idr=0, **BY)


@pytest.mark.parametrize(
    ("typed", "amount"), [("5000", 5_000), ("5.000", 5_000), ("Rp1.250.000", 1_250_000), ("Rp 300", 300), ("0", 0)]
)
def test_rupiah_are_read_as_people_write_them(typed, amount):
    assert rules.rupiah(typed) == amount


@pytest.mark.parametrize("typed", ["10,00", "5.00", "-5", "5 000", "", "Rp", "1e3", "2000000000"])
def test_what_is_no_whole_amount_of_rupiah_is_refused(typed):
    with pytest.raises(ValueError, match=r"rupiah|more than"):
        rules.rupiah(typed)


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["charge", "pay", "pay_one", "waive", "credit", "refund"]),
        st.integers(min_value=1, max_value=60_000),
        st.integers(min_value=0, max_value=10_000),
    ),
    min_size=100,
    max_size=100,
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(operations=OPERATIONS)
def test_sum_of_the_ledger_is_the_balance_after_any_100_operations(django_db_setup, django_db_blocker, operations):
    """A hundred examples of a hundred operations: 10,000 of them; those that are refused must change nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        branch = BranchFactory(code="PUSAT")
        if till.current(branch=branch) is None:
            till.open_till(branch=branch, float_idr=0, **BY)
        patron, charges = PatronFactory(), []
        for kind, amount, pick in operations:
            _operate(kind, amount, pick, patron, charges, branch)
        total = Entry.objects.filter(patron=patron).aggregate(sum=Sum("amount_idr"))["sum"] or 0
        assert total == owed(patron)
        still_open = sum(open_on(patron))
        assert still_open - account.in_favor(patron=patron) == total
        for one in charges:
            settled = one.settlements.exclude(kind=Entry.Kind.CREDIT).aggregate(sum=Sum("amount_idr"))["sum"] or 0
            assert -settled <= one.amount_idr
        transaction.set_rollback(True)


def _operate(kind, amount, pick, patron, charges, branch):
    one = charges[pick % len(charges)] if charges else None
    try:
        with transaction.atomic():
            if kind == "charge":
                charges.append(charge(patron, amount))
            elif kind == "pay":
                account.pay(patron=patron, amount_idr=amount, branch=branch, **BY)
            elif kind == "refund":
                account.refund(patron=patron, amount_idr=amount, reason="uji", branch=branch, **BY)
            elif one is None:
                return
            elif kind == "pay_one":
                account.pay(patron=patron, amount_idr=amount, charge_ids=[one.pk], branch=branch, **BY)
            elif kind == "waive":
                account.waive(charge_id=one.pk, amount_idr=amount, reason="uji", **BY)
            else:
                account.credit(entry=one, amount_idr=amount, text="uji", **BY)
    except (Invalid, NotFound, ValueError):
        pass

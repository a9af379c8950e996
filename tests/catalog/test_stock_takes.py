"""Stock takes: what each scan means, many people at once, devices that were away, and decisions that can be undone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries, rules
from pustaka.catalog.models import Item, StockTake, StockTakeCopy, StockTakeScan
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Finding, Settling
from pustaka.catalog.services import items, stock_takes
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.foundation.models import OutboxEvent
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, BranchFactory, ItemFactory, ItemTypeFactory, LocationFactory

pytestmark = pytest.mark.django_db

ALL = frozenset(Permission)
AYU = Actor(name="Ni Made Ayu Lestari", patron_id=11, permissions=ALL)
TEGUH = Actor(name="Teguh Prasetyo", patron_id=12, permissions=frozenset({Permission.TAKE_STOCK}))


@pytest.fixture
def shelf():
    return LocationFactory(branch=BranchFactory(code="PUSAT"), code="A", name="Rak A")


@pytest.fixture
def other_shelf(shelf):
    return LocationFactory(branch=shelf.branch, code="B", name="Rak B")


def on(shelf, **more):
    return ItemFactory(branch=shelf.branch, location=shelf, **more)


def begin(shelf, **more):
    return stock_takes.begin(name="Stok opname 2026", branch=shelf.branch, at=AT, by=AYU, **more)


def scan(stock_take, *codes, shelf=None, at=LATER, by=TEGUH, received_at=None):
    """Codes are barcodes, items, or pairs of a client id and one of these."""
    scans = []
    for number, code in enumerate(codes):
        client_id, what = code if isinstance(code, tuple) else (f"{by.patron_id}-{at:%H%M%S}-{number}-{code}", code)
        scans.append(
            stock_takes.Scan(
                client_id=client_id, barcode=str(what), shelf_id=shelf.pk if shelf else None, scanned_at=at
            )
        )
    return stock_takes.scan(stock_take_id=stock_take.pk, scans=scans, at=received_at or at, by=by)


def settle(stock_take, act, *copies, by=AYU, **more):
    ids = [copy.pk for copy in copies] or None
    return stock_takes.settle(stock_take_id=stock_take.pk, act=act, copy_ids=ids, at=LATER, by=by, **more)


def copy_of(item):
    return StockTakeCopy.objects.get(item=item)


# --- Rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        ({}, Finding.SEEN),
        ({"shelf": 8}, Finding.WRONG_SHELF),
        ({"shelf": None}, Finding.SEEN),
        ({"home_shelf": None}, Finding.SEEN),
        ({"is_asked_for": False}, Finding.NOT_ASKED),
        ({"is_asked_for": False, "shelf": 8}, Finding.WRONG_SHELF),
        ({"home_branch": 2, "is_asked_for": False}, Finding.OTHER_BRANCH),
        ({"status": "reference"}, Finding.SEEN),
        ({"status": "repair"}, Finding.OUT),
        ({"status": "in_process", "shelf": 8}, Finding.OUT),
        ({"status": "on_loan"}, Finding.OUT),
        ({"status": "missing"}, Finding.FOUND),
        ({"status": "lost", "home_branch": 2}, Finding.FOUND),
        ({"status": "withdrawn", "shelf": 8}, Finding.WITHDRAWN),
    ],
)
def test_what_a_scan_means(told, finding):
    usual = {"home_branch": 1, "home_shelf": 7, "status": "available", "is_asked_for": True, "branch": 1, "shelf": 7}

    assert rules.finding(**usual | told) == finding


# --- Beginning -------------------------------------------------------------------------------------------------------


def test_a_stock_take_expects_what_is_at_hand_and_asked_for(shelf, other_shelf):
    textbook = ItemTypeFactory(code="TEKS")
    asked = on(shelf, item_type=textbook, call_number="657 WIJ e")
    on(shelf, item_type=textbook, call_number="899.2213 TOE b")
    on(shelf, item_type=ItemTypeFactory(code="UMUM"), call_number="657 WIJ e")
    on(shelf, item_type=textbook, call_number="657 WIJ e", status="repair")
    on(other_shelf, item_type=textbook, call_number="657 WIJ e")
    ItemFactory(item_type=textbook, call_number="657 WIJ e")

    stock_take = begin(shelf, locations=[shelf], item_types=[textbook], first_call="600", last_call="699")

    assert [row.item for row in queries.stock_take_copies(stock_take)] == [asked]
    assert (stock_take.expected, stock_take.seen, stock_take.share) == (1, 0, 0.0)


def test_a_stock_take_that_makes_no_sense_is_refused(shelf):
    elsewhere = LocationFactory(branch=BranchFactory(code="FK"))
    on(shelf)

    with pytest.raises(Invalid, match="Choose shelves of Perpustakaan PUSAT only"):
        begin(shelf, locations=[elsewhere])
    with pytest.raises(Invalid, match="Swap them"):
        begin(shelf, first_call="700", last_call="600")
    with pytest.raises(Invalid, match="No copy of Perpustakaan FK"):
        begin(elsewhere)
    with pytest.raises(Invalid, match="Give the stock take a name"):
        stock_takes.begin(name=" ", branch=shelf.branch, at=AT, by=AYU)
    assert not StockTake.objects.exists()


# --- Scanning --------------------------------------------------------------------------------------------------------


def test_each_scan_is_told_what_it_means(shelf, other_shelf):
    right, wrong, repaired, lost = on(shelf), on(other_shelf), on(shelf, status="repair"), on(shelf, status="lost")
    foreign, withdrawn = ItemFactory(branch=BranchFactory(code="FK")), on(shelf, status="withdrawn")
    stock_take = begin(shelf, locations=[shelf])

    told = scan(stock_take, right, wrong, repaired, lost, foreign, withdrawn, "TIDAK-ADA", shelf=shelf)

    assert [one.finding for one in told] == [
        "seen", "wrong_shelf", "out", "found", "other_branch", "withdrawn", "unknown",
    ]  # fmt: skip
    stock_take.refresh_from_db()
    assert (stock_take.expected, stock_take.seen) == (1, 1)
    assert queries.findings(stock_take) == {
        "waiting": 0, "missing": 0, "misplaced": 2, "returned": 3, "seen": 1, "beside": 0, "away": 0, "unknown": 1,
    }  # fmt: skip
    assert set(Item.objects.values_list("status", flat=True)) == {"available", "repair", "lost", "withdrawn"}


def test_a_copy_scanned_twice_is_told_and_counts_once(shelf):
    item = on(shelf)
    stock_take = begin(shelf)

    scan(stock_take, item, shelf=shelf, by=TEGUH)
    (told,) = scan(stock_take, item, shelf=shelf, by=AYU, at=LATER + timedelta(minutes=1))

    stock_take.refresh_from_db()
    assert (told.finding, told.seen_before_by) == ("seen", "Teguh Prasetyo")
    assert (stock_take.seen, StockTakeScan.objects.count(), StockTakeCopy.objects.count()) == (1, 2, 1)


def test_a_device_may_send_its_queue_again(shelf):
    first, second, third = on(shelf), on(shelf), on(shelf)
    stock_take = begin(shelf)
    before = scan(stock_take, ("a", first), ("b", second), shelf=shelf)

    again = scan(stock_take, ("a", first), ("b", second), ("c", third), ("c", third), shelf=shelf)

    stock_take.refresh_from_db()
    assert [one.pk for one in again[:2]] == [one.pk for one in before]
    assert [one.client_id for one in again] == ["a", "b", "c"]
    assert (stock_take.seen, StockTakeScan.objects.count()) == (3, 3)
    assert not StockTakeScan.objects.exclude(seen_before_by="").exists()


def test_the_scan_that_was_made_last_counts_however_late_an_earlier_one_arrives(shelf, other_shelf):
    item = on(shelf)
    stock_take = begin(shelf)
    scan(stock_take, item, shelf=shelf, at=LATER + timedelta(minutes=10), by=AYU)

    (late,) = scan(stock_take, item, shelf=other_shelf, at=LATER, received_at=LATER + timedelta(hours=1))

    copy = copy_of(item)
    assert (late.finding, late.scanned_at, late.received_at) == ("wrong_shelf", LATER, LATER + timedelta(hours=1))
    assert (copy.finding, copy.seen_location, copy.seen_by) == ("seen", shelf, "Ni Made Ayu Lestari")


def test_a_copy_that_was_carried_to_its_shelf_and_scanned_again_is_right(shelf, other_shelf):
    item = on(shelf)
    stock_take = begin(shelf)
    scan(stock_take, item, shelf=other_shelf)

    scan(stock_take, item, shelf=shelf, at=LATER + timedelta(minutes=1))

    assert (copy_of(item).finding, StockTake.objects.get().seen) == ("seen", 1)


def test_the_clock_of_a_device_may_be_wrong(shelf):
    item, second = on(shelf), on(shelf)
    stock_take = begin(shelf)

    (late,) = scan(stock_take, item, at=LATER + timedelta(days=300), received_at=LATER)
    (early,) = scan(stock_take, second, at=AT - timedelta(days=300), received_at=LATER)

    assert (late.scanned_at, early.scanned_at) == (LATER, AT)


def test_a_shelf_of_another_branch_counts_as_none(shelf):
    item, elsewhere = on(shelf), LocationFactory(branch=BranchFactory(code="FK"))
    stock_take = begin(shelf)

    (told,) = scan(stock_take, item, shelf=elsewhere)

    assert (told.finding, told.location) == ("seen", None)


def test_a_copy_added_after_the_begin_is_no_stranger(shelf):
    on(shelf)
    stock_take = begin(shelf)
    new = on(shelf, barcode="BARU")

    (told,) = scan(stock_take, new, shelf=shelf)

    assert (told.finding, copy_of(new).is_expected, StockTake.objects.get().seen) == ("seen", False, 0)


@pytest.mark.parametrize("count", [1, 40])
def test_a_queue_costs_few_statements_beside_one_for_each_copy(shelf, count, django_assert_num_queries):
    found = [on(shelf, bib=BibFactory()) for _ in range(count)]
    stock_take = begin(shelf)

    with django_assert_num_queries(11 + count):
        scan(stock_take, *found, shelf=shelf)


def test_too_many_scans_at_once_are_refused(shelf):
    on(shelf)
    stock_take = begin(shelf)

    assert len(scan(stock_take, *[f"X{n}" for n in range(stock_takes.MOST_SCANS)])) == stock_takes.MOST_SCANS
    with pytest.raises(Invalid, match="At most 500"):
        scan(stock_take, *[f"Y{n}" for n in range(stock_takes.MOST_SCANS + 1)])


def test_fifty_items_by_two_people_one_of_them_away_for_a_while(shelf, other_shelf):
    """Teguh scans 25 copies on line; Ayu 27 without a network, five of them his too, and sends her queue twice."""
    found = [on(shelf) for _ in range(45)]
    strays = [on(other_shelf) for _ in range(2)]
    missing = [on(shelf) for _ in range(3)]
    stock_take = begin(shelf)
    for item in found[:25]:
        scan(stock_take, item, shelf=shelf)
    queue = [(f"ayu-{item}", item) for item in (*found[20:], *strays)]

    for _ in range(2):
        scan(stock_take, *queue, shelf=shelf, by=AYU, at=LATER - timedelta(minutes=20), received_at=LATER)
    stock_takes.close(stock_take_id=stock_take.pk, at=LATER, by=AYU)

    stock_take.refresh_from_db()
    assert (stock_take.expected, stock_take.seen) == (50, 47)
    assert [(row.shelf, row.expected, row.seen) for row in queries.shelf_progress(stock_take)] == [
        (shelf, 48, 45),
        (other_shelf, 2, 2),
    ]
    assert {row.item for row in queries.stock_take_copies(stock_take, ["missing"])} == set(missing)
    assert {row.item for row in queries.stock_take_copies(stock_take, ["wrong_shelf"])} == set(strays)
    assert queries.scanners(stock_take) == [(AYU.name, 27), (TEGUH.name, 25)]
    assert StockTakeScan.objects.filter(seen_before_by=TEGUH.name, by=AYU.name).count() == 5


# --- Closing ---------------------------------------------------------------------------------------------------------


def test_closing_changes_no_copy_and_tells_missing_from_rightly_away(shelf):
    gone, lent, removed = on(shelf), on(shelf), on(shelf)
    stock_take = begin(shelf)
    items.change(item_id=lent.pk, version=1, fields={"status": "repair"}, at=LATER, by=AYU)
    items.remove(item_id=removed.pk, at=LATER, by=AYU)

    stock_takes.close(stock_take_id=stock_take.pk, at=LATER, by=AYU)

    assert {row.barcode: row.finding for row in queries.stock_take_copies(stock_take)} == {
        gone.barcode: "missing", lent.barcode: "away", removed.barcode: "away",
    }  # fmt: skip
    gone.refresh_from_db()
    assert (gone.status, gone.version) == ("available", 1)


def test_a_closed_stock_take_takes_no_scans_until_it_is_opened_again(shelf):
    item = on(shelf)
    stock_take = begin(shelf)
    stock_takes.close(stock_take_id=stock_take.pk, at=LATER, by=AYU)

    with pytest.raises(stock_takes.StockTakeClosed, match="Ask the head of the library to open it again"):
        scan(stock_take, item)
    with pytest.raises(stock_takes.StockTakeClosed):
        stock_takes.close(stock_take_id=stock_take.pk, at=LATER, by=AYU)
    stock_takes.reopen(stock_take_id=stock_take.pk, by=AYU)
    scan(stock_take, item)

    assert (copy_of(item).finding, StockTake.objects.get().seen) == ("seen", 1)
    with pytest.raises(stock_takes.StockTakeRunning):
        stock_takes.reopen(stock_take_id=stock_take.pk, by=AYU)


# --- Settling --------------------------------------------------------------------------------------------------------


def closed_with_missing(shelf, count=2):
    found = [on(shelf) for _ in range(count)]
    stock_take = begin(shelf)
    stock_takes.close(stock_take_id=stock_take.pk, at=LATER, by=AYU)
    return stock_take, found


def test_only_a_person_calls_a_copy_missing_and_only_the_chosen_ones(shelf):
    stock_take, (first, second) = closed_with_missing(shelf)

    settlement = settle(stock_take, Settling.MISSING, copy_of(first), reason="Dicari dua kali")

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.version, second.status, second.version) == ("missing", 2, "available", 1)
    (step,) = queries.item_steps(first.pk)
    assert (step.told.by, step.told.reason) == (AYU.name, "Stok opname 2026. Dicari dua kali")
    assert [(one.column, one.before, one.after) for one in step.changes] == [("status", "available", "missing")]
    assert OutboxEvent.objects.get().payload == {"bib_ids": [first.bib_id]}
    assert (settlement.count, copy_of(first).settlement, copy_of(second).settlement) == (1, settlement, None)


def test_nothing_is_called_missing_while_people_still_look_for_it(shelf):
    item = on(shelf)
    stock_take = begin(shelf)

    with pytest.raises(stock_takes.StockTakeRunning, match="Close the stock take first"):
        settle(stock_take, Settling.MISSING, copy_of(item))


def test_a_copy_that_went_out_meanwhile_is_not_called_missing(shelf):
    stock_take, (first, second) = closed_with_missing(shelf)
    items.change(item_id=first.pk, version=1, fields={"status": "repair"}, at=LATER, by=AYU)

    assert settle(stock_take, Settling.MISSING).count == 1

    first.refresh_from_db()
    assert first.status == "repair"
    with pytest.raises(stock_takes.NothingToSettle):
        settle(stock_take, Settling.MISSING)
    assert copy_of(second).settlement is not None


def test_a_copy_moves_to_the_shelf_where_it_was_seen(shelf, other_shelf):
    stray, foreign = on(shelf), ItemFactory(branch=BranchFactory(code="FK"))
    stock_take = begin(shelf)
    scan(stock_take, stray, foreign, shelf=other_shelf)

    settle(stock_take, Settling.MOVED)

    stray.refresh_from_db()
    foreign.refresh_from_db()
    assert (stray.location, foreign.location, foreign.branch) == (other_shelf, other_shelf, shelf.branch)


def test_a_copy_that_was_carried_back_is_only_ticked_off(shelf, other_shelf):
    stray = on(shelf)
    stock_take = begin(shelf)
    scan(stock_take, stray, shelf=other_shelf)

    settlement = settle(stock_take, Settling.RESHELVED)

    stray.refresh_from_db()
    assert (stray.location, stray.version, copy_of(stray).settlement) == (shelf, 1, settlement)


def test_a_copy_that_was_found_can_be_had_as_before(shelf):
    plain, reference = on(shelf, status="missing"), on(shelf, status="reference")
    items.change(item_id=reference.pk, version=1, fields={"status": "lost"}, at=AT, by=AYU)
    on(shelf)
    stock_take = begin(shelf)
    scan(stock_take, plain, reference, shelf=shelf)

    settle(stock_take, Settling.AVAILABLE)

    assert list(
        Item.objects.filter(pk__in=[plain.pk, reference.pk]).order_by("pk").values_list("status", flat=True)
    ) == [
        "available",
        "reference",
    ]


def test_a_decision_is_taken_back_where_nobody_has_changed_the_copy_since(shelf):
    stock_take, (first, second) = closed_with_missing(shelf)
    settlement = settle(stock_take, Settling.MISSING)
    items.change(item_id=second.pk, version=2, fields={"status": "lost"}, at=LATER, by=AYU)

    undone, left = stock_takes.undo(settlement_id=settlement.pk, at=LATER, by=AYU)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.version, second.status, left) == ("available", 3, "lost", 1)
    assert (undone.undone_by, copy_of(first).settlement) == (AYU.name, None)
    with pytest.raises(stock_takes.NothingToSettle, match="taken back already"):
        stock_takes.undo(settlement_id=settlement.pk, at=LATER, by=AYU)
    assert settle(stock_take, Settling.MISSING).count == 1


def test_who_may_scan_may_not_decide(shelf):
    stock_take, _ = closed_with_missing(shelf)
    nobody = Actor(name="Maria Goreti Lamawuran")

    for refused in (
        lambda: stock_takes.begin(name="x", branch=shelf.branch, at=AT, by=TEGUH),
        lambda: stock_takes.close(stock_take_id=stock_take.pk, at=AT, by=TEGUH),
        lambda: stock_takes.reopen(stock_take_id=stock_take.pk, by=TEGUH),
        lambda: settle(stock_take, Settling.MISSING, by=TEGUH),
        lambda: stock_takes.undo(settlement_id=1, at=AT, by=TEGUH),
        lambda: scan(stock_take, "B1", by=nobody),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_what_is_not_there_is_said():
    for asked in (
        lambda: queries.stock_take(9),
        lambda: stock_takes.close(stock_take_id=9, at=AT, by=AYU),
        lambda: stock_takes.undo(settlement_id=9, at=AT, by=AYU),
    ):
        with pytest.raises(NotFound, match=r"There is no .* 9"):
            asked()


@pytest.mark.parametrize(
    "broken",
    [
        lambda take, copy: StockTake.objects.update(state="closed"),
        lambda take, copy: StockTake.objects.update(seen=2),
        lambda take, copy: StockTakeCopy.objects.update(finding="vanished"),
        lambda take, copy: StockTakeCopy.objects.create(stock_take=take, item=copy.item, barcode="B"),
        lambda take, copy: StockTakeScan.objects.update(client_id="same"),
        lambda take, copy: StockTakeScan.objects.update(finding=""),
    ],
)
def test_the_database_keeps_order(shelf, broken):
    first, second = on(shelf), LocationFactory(branch=shelf.branch)
    stock_take = begin(shelf)
    scan(stock_take, first, "X", shelf=second)

    with pytest.raises(IntegrityError), transaction.atomic():
        broken(stock_take, copy_of(first))

"""Titles and copies made and changed by hand; and what the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from pustaka.catalog import queries
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import Bib, BibKey, ImportJob, Item
from pustaka.catalog.services import items, records
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.foundation.events import name_of
from pustaka.foundation.models import OutboxEvent
from pustaka.standards.marc import Field, Record
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, BranchFactory, ImportJobFactory, ItemFactory, LocationFactory, marc_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def central():
    return BranchFactory(code="PUSAT")


def told():
    return [row.payload["bib_ids"] for row in OutboxEvent.objects.filter(name=name_of(BibsChanged)).order_by("pk")]


def test_a_new_title_is_there_with_its_copies_and_the_index_is_told(central):
    copies = [
        items.NewCopy(barcode="B1", branch=central),
        items.NewCopy(barcode="B2", branch=central, call_number="R 030"),
    ]

    bib = records.add(record=marc_record(isbn="9789799731234"), copies=copies, at=AT, by=SYSTEM)

    assert queries.by_identifier("9789799731234") == [bib]
    assert (bib.created_at, bib.changed_at, bib.version, bib.batch) == (AT, AT, 1, None)
    assert [(item.barcode, item.call_number) for item in queries.items_of(bib)] == [
        ("B1", "899.2213 TOE b"),
        ("B2", "R 030"),
    ]
    assert told() == [[bib.pk]]


def test_a_change_moves_columns_keys_and_version():
    bib = BibFactory(record=marc_record(isbn="9789799731234"))

    records.change(bib_id=bib.pk, record=marc_record(isbn="9789798659126", year=2010), version=1, at=LATER, by=SYSTEM)

    bib.refresh_from_db()
    assert (bib.isbn, bib.year, bib.version, bib.changed_at) == ("9789798659126", 2010, 2, LATER)
    assert queries.by_identifier("9789799731234") == []
    assert queries.record_of(bib).get("020").get("a") == "9789798659126"
    assert told() == [[bib.pk]]


def test_the_slower_of_two_editors_is_told():
    bib = BibFactory()
    records.change(bib_id=bib.pk, record=marc_record(title="Pertama"), version=1, at=LATER, by=SYSTEM)

    with pytest.raises(records.StaleRecord, match="Somebody else"):
        records.change(bib_id=bib.pk, record=marc_record(title="Kedua"), version=1, at=LATER, by=SYSTEM)

    assert queries.bib(bib.pk).title == "Pertama"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Record("00000nam a2200000 i 4500", [Field("100", subfields=[("a", "Toer")])]), "no title"),
        (Record("00000nam a2200000 i 4500", [Field("245", subfields=[("a", "  ")])]), "no title"),
        (Record("00000nz  a2200000n  4500", [Field("245", subfields=[("a", "x")])]), "no record of a title"),
    ],
)
def test_what_is_no_title_is_refused(record, reason):
    with pytest.raises(Invalid, match=reason):
        records.add(record=record, at=AT, by=SYSTEM)

    assert not Bib.with_hidden.exists()


def test_a_title_goes_only_without_copies(central):
    bib = BibFactory()
    item = ItemFactory(bib=bib)
    with pytest.raises(Invalid, match="has copies"):
        records.remove(bib_id=bib.pk, version=1, at=LATER, by=SYSTEM)
    items.remove(item_id=item.pk, at=LATER, by=SYSTEM)

    records.remove(bib_id=bib.pk, version=1, at=LATER, by=SYSTEM)

    assert not Bib.with_hidden.exists()
    assert not BibKey.objects.exists()
    with pytest.raises(NotFound):
        records.remove(bib_id=bib.pk, version=1, at=LATER, by=SYSTEM)


def test_nobody_edits_without_permission(central):
    bib, item = BibFactory(), ItemFactory()
    for attempt in (
        lambda: records.add(record=marc_record(), at=AT, by=VISITOR),
        lambda: records.change(bib_id=bib.pk, record=marc_record(), version=1, at=AT, by=VISITOR),
        lambda: records.remove(bib_id=bib.pk, version=1, at=AT, by=VISITOR),
        lambda: items.add(bib=bib, copy=items.NewCopy(barcode="B", branch=central), at=AT, by=VISITOR),
        lambda: items.change(item_id=item.pk, version=1, fields={"note": "x"}, at=AT, by=VISITOR),
        lambda: items.remove(item_id=item.pk, at=AT, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert told() == []


@pytest.mark.parametrize(
    ("barcode", "reason"), [("", "needs a barcode"), ("  ", "needs a barcode"), ("B1", "is taken")]
)
def test_a_barcode_is_there_once(central, barcode, reason):
    item = ItemFactory(barcode="B1")

    with pytest.raises(Invalid, match=reason):
        items.add(bib=item.bib, copy=items.NewCopy(barcode=barcode, branch=central), at=AT, by=SYSTEM)

    assert Item.objects.count() == 1


def test_a_barcode_that_an_import_holds_back_is_taken(central):
    job = ImportJobFactory(state="ready")
    ItemFactory(barcode="B1", batch=job)

    with pytest.raises(Invalid, match="is taken"):
        items.add(bib=BibFactory(), copy=items.NewCopy(barcode="B1", branch=central), at=AT, by=SYSTEM)


def test_a_copy_changes_once_for_each_version(central):
    item = ItemFactory(barcode="B1")

    items.change(
        item_id=item.pk, version=1, fields={"status": "repair", "received_on": date(2026, 1, 2)}, at=LATER, by=SYSTEM
    )

    item.refresh_from_db()
    assert (item.status, item.received_on, item.version) == ("repair", date(2026, 1, 2), 2)
    with pytest.raises(items.StaleItem):
        items.change(item_id=item.pk, version=1, fields={"status": "lost"}, at=LATER, by=SYSTEM)
    with pytest.raises(ValueError, match="bib"):
        items.change(item_id=item.pk, version=2, fields={"bib": None}, at=LATER, by=SYSTEM)


def test_a_shelf_belongs_to_its_branch(central):
    elsewhere = LocationFactory(branch=BranchFactory(code="FK"))

    with pytest.raises(Invalid, match="isn't in"):
        items.add(
            bib=BibFactory(), copy=items.NewCopy(barcode="B1", branch=central, location=elsewhere), at=AT, by=SYSTEM
        )


def test_an_item_type_is_made_once():
    assert items.ensure_item_type(code="UMUM", name="Koleksi umum") == items.ensure_item_type(code="UMUM", name="Lain")


# --- What the database refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda: ItemFactory(barcode=""), "item_has_barcode"),
        (lambda: (ItemFactory(barcode="B1"), ItemFactory(barcode="B1")), "barcode"),
        (lambda: ImportJobFactory(state="asleep"), "import_state_known"),
        (lambda: ImportJobFactory(state="ready", is_revealed=True), "import_revealed_late"),
    ],
)
def test_constraint(make, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


@pytest.mark.parametrize("state", ["indexing", "done", "undoing"])
def test_an_import_may_be_revealed_late(state):
    assert ImportJob.objects.get(pk=ImportJobFactory(state=state, is_revealed=True).pk).is_revealed

"""Every state of a title and a copy is kept, told, and can be had again."""

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries
from pustaka.catalog.models import BibTombstone, BibVersion, Change, ImportJob, Item, ItemVersion
from pustaka.catalog.services import history, imports, items, records
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.standards.marc import Field
from tests.catalog.conftest import AT, LATER, imported, staged
from tests.factories import BibFactory, BranchFactory, ItemFactory, LocationFactory, marc_record

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)


def change(bib, version, **record):
    return records.change(bib_id=bib.pk, record=marc_record(**record), version=version, at=LATER, by=SARI)


def test_a_title_that_was_never_changed_has_no_history():
    assert queries.record_steps(BibFactory().pk) == []


def test_a_change_says_who_when_and_which_field_from_what_to_what():
    bib = BibFactory(record=marc_record(ddc="899.2213"))

    records.change(
        bib_id=bib.pk, record=marc_record(ddc="899.221"), version=1, reason="kelas keliru", at=LATER, by=SARI
    )

    (step,) = queries.record_steps(bib.pk)
    told = step.told
    assert (told.version, told.change, told.at, told.by, told.patron_id) == (1, "edited", LATER, "Sari Wulandari", 7)
    assert told.reason == "kelas keliru"
    assert [(one.tag, one.before.get("a"), one.after.get("a")) for one in step.differences] == [
        ("082", "899.2213", "899.221")
    ]


def test_who_added_a_title_and_its_copies_is_told():
    bib = records.add(
        record=marc_record(), copies=[items.NewCopy(barcode="B1", branch=BranchFactory())], at=AT, by=SARI
    )

    (step,) = queries.record_steps(bib.pk)
    (copy,) = queries.item_steps(Item.objects.get().pk)
    assert (step.told.change, step.told.by, step.has_before, step.differences) == ("added", SARI.name, False, [])
    assert (copy.told.change, copy.told.by, copy.has_before, copy.changes) == ("added", SARI.name, False, [])


def test_going_back_is_a_new_version_and_can_be_gone_back_from():
    bib = BibFactory(record=marc_record(title="Bumi manusia"))
    change(bib, 1, title="Bumi manusja")

    records.go_back(bib_id=bib.pk, to_version=1, version=2, at=LATER, by=SARI)

    bib.refresh_from_db()
    assert (bib.title, bib.version) == ("Bumi manusia", 3)
    assert queries.record_of(bib) == marc_record(title="Bumi manusia")
    assert [step.told.change for step in queries.record_steps(bib.pk)] == ["went_back", "edited"]
    records.go_back(bib_id=bib.pk, to_version=2, version=3, at=LATER, by=SARI)
    assert queries.bib(bib.pk).title == "Bumi manusja"


def test_going_back_brings_the_bytes_as_they_came():
    bib = BibFactory()
    records.write_record(bib=bib, record=marc_record(), original=b"as it came", original_format="iso2709", at=AT)
    change(bib, 1, title="Lain")
    assert bytes(BibVersion.objects.get().original) == b"as it came"

    records.go_back(bib_id=bib.pk, to_version=1, version=2, at=LATER, by=SARI)

    bib.record.refresh_from_db()
    assert bytes(bib.record.original) == b"as it came"


def test_one_cannot_go_back_to_what_never_was():
    bib = records.add(record=marc_record(), at=AT, by=SARI)

    for version in (0, 1, 9):
        with pytest.raises(NotFound):
            records.go_back(bib_id=bib.pk, to_version=version, version=1, at=LATER, by=SARI)


def test_going_back_from_a_state_that_one_did_not_see_is_refused():
    bib = BibFactory()
    change(bib, 1)

    with pytest.raises(records.StaleRecord):
        records.go_back(bib_id=bib.pk, to_version=1, version=1, at=LATER, by=SARI)


def test_a_removed_title_leaves_a_tombstone_and_comes_back_under_its_number():
    bib = BibFactory(record=marc_record(title="Bumi manusia", number="k7"))
    bib_id = bib.pk
    records.remove(bib_id=bib_id, version=1, reason="tercatat dua kali", at=LATER, by=SARI)

    stone = queries.tombstone(bib_id)
    assert (stone.title, stone.control_number, stone.removed_by, stone.removed_at) == (
        "Bumi manusia", "k7", SARI.name, LATER,
    )  # fmt: skip
    assert stone.reason == "tercatat dua kali"
    with pytest.raises(queries.TitleGone, match="Bumi manusia") as gone:
        queries.bib(bib_id)
    assert gone.value.status == 410

    back = records.bring_back(bib_id=bib_id, at=LATER, by=SARI)

    assert (back.pk, back.version, queries.record_of(back)) == (
        bib_id, 3, marc_record(title="Bumi manusia", number="k7"),
    )  # fmt: skip
    assert queries.tombstone(bib_id) is None
    assert [step.told.change for step in queries.record_steps(bib_id)] == ["brought_back", "removed"]
    change(back, 3, title="Anak semua bangsa")
    assert [step.told.version for step in queries.record_steps(bib_id)] == [3, 2, 1]


def test_a_title_that_is_there_cannot_be_brought_back():
    with pytest.raises(NotFound):
        records.bring_back(bib_id=BibFactory().pk, at=LATER, by=SARI)


def test_a_merged_title_leads_to_the_one_that_took_its_place():
    first, second, third = BibFactory.create_batch(3)
    for gone, kept in ((first, second), (second, third)):
        history.bury(bib_ids=[gone.pk], change=Change.MERGED, successor_id=kept.pk, at=LATER, by=SARI)
    first_id = first.pk
    first.delete()
    second.delete()

    assert queries.bib_or_successor(first_id) == third
    assert queries.bib_or_successor(third.pk) == third


def test_a_chain_that_ends_nowhere_is_gone():
    bib = BibFactory()
    history.bury(bib_ids=[bib.pk], change=Change.MERGED, successor_id=bib.pk, at=LATER, by=SARI)
    bib_id = bib.pk
    bib.delete()

    with pytest.raises(queries.TitleGone):
        queries.bib_or_successor(bib_id)


def test_a_copy_tells_its_changes_column_by_column():
    shelf = LocationFactory()
    item = ItemFactory(branch=shelf.branch, note="")

    items.change(
        item_id=item.pk, version=1, fields={"location": shelf, "status": "repair", "condition": "worn"},
        reason="punggung lepas", at=LATER, by=SARI,
    )  # fmt: skip

    (step,) = queries.item_steps(item.pk)
    assert (step.told.change, step.told.by, step.told.reason) == ("edited", SARI.name, "punggung lepas")
    assert set(step.changes) == {
        ("location_id", None, shelf.pk),
        ("status", "available", "repair"),
        ("condition", "", "worn"),
    }


def test_a_copy_goes_back_with_every_column():
    item = ItemFactory(price_idr=85_000, received_on="2026-01-31", note="lama")
    items.change(
        item_id=item.pk, version=1, fields={"price_idr": None, "received_on": None, "note": ""}, at=LATER, by=SARI
    )

    back = items.go_back(item_id=item.pk, to_version=1, version=2, at=LATER, by=SARI)

    back.refresh_from_db()
    assert (back.price_idr, str(back.received_on), back.note, back.version) == (85_000, "2026-01-31", "lama", 3)


def test_a_copy_does_not_go_back_to_a_barcode_that_another_has_now():
    item = ItemFactory(barcode="B1")
    items.change(item_id=item.pk, version=1, fields={"barcode": "B2"}, at=LATER, by=SARI)
    ItemFactory(barcode="B1")

    with pytest.raises(Invalid, match="B1 is taken"):
        items.go_back(item_id=item.pk, to_version=1, version=2, at=LATER, by=SARI)

    assert Item.objects.get(pk=item.pk).barcode == "B2"
    assert ItemVersion.objects.count() == 1


def test_a_copy_does_not_go_back_to_a_place_that_is_gone():
    shelf = LocationFactory()
    item = ItemFactory(branch=shelf.branch, location=shelf)
    items.change(item_id=item.pk, version=1, fields={"location": None}, at=LATER, by=SARI)
    shelf.delete()

    with pytest.raises(Invalid, match="location"):
        items.go_back(item_id=item.pk, to_version=1, version=2, at=LATER, by=SARI)


def test_a_removed_copy_is_told_at_its_title():
    item = ItemFactory(barcode="B9")
    item_id, bib_id = item.pk, item.bib_id

    items.remove(item_id=item_id, reason="salah tempel", at=LATER, by=SARI)

    (kept,) = queries.removed_items(bib_id)
    assert (kept.item_id, kept.state["barcode"], kept.reason) == (item_id, "B9", "salah tempel")
    assert queries.state_of(item_id) == {}


def test_an_import_costs_no_history_and_a_replacement_one_row(catalog_file):
    theirs = marc_record(number="k1", title="Bumi manusia", copies=(("B1", "PUSAT"),))
    imported(catalog_file(theirs))
    assert not BibVersion.objects.exists()
    assert not ItemVersion.objects.exists()

    job = imported(
        catalog_file(marc_record(number="k1", title="Bumi manusia", year=2011), marc_record(number="k2", title="Baru")),
        on_match=ImportJob.OnMatch.REPLACE,
    )

    kept = BibVersion.objects.get()
    assert (kept.change, kept.cause, kept.by, kept.version) == ("imported", f"import:{job.pk}", "system", 1)
    (step,) = queries.record_steps(kept.bib_id)
    assert [one.tag for one in step.differences] == ["008", "264", "952"]


def test_an_undone_import_leaves_history_and_tombstones(catalog_file):
    imported(catalog_file(marc_record(number="k1", title="Bumi manusia")))
    job = imported(
        catalog_file(
            marc_record(number="k1", title="Bumi manusia", year=2011, copies=(("B1", "PUSAT"),)),
            marc_record(number="k2", title="Baru"),
        ),
        on_match=ImportJob.OnMatch.REPLACE,
    )
    added = queries.by_identifier("k2")[0].pk

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)

    stone = BibTombstone.objects.get()
    assert (stone.bib_id, stone.title, stone.change, stone.cause) == (
        added, "Baru", "import_undone", f"import:{job.pk}",
    )  # fmt: skip
    assert [row.change for row in BibVersion.objects.order_by("pk")] == ["imported", "import_undone"]
    assert ItemVersion.objects.get().state["barcode"] == "B1"
    with pytest.raises(NotFound, match="could be brought back"):
        records.bring_back(bib_id=added, at=LATER, by=SARI)


def test_a_cancelled_import_leaves_nothing(catalog_file):
    job = staged(catalog_file(marc_record(number="k1")))
    imports.cancel(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.clear(job_id=job.pk, at=LATER)

    assert not BibTombstone.objects.exists()


def test_many_are_kept_by_one_call(django_assert_num_queries):
    bibs = BibFactory.create_batch(4)
    with django_assert_num_queries(1):
        history.keep_records(bib_ids=[bib.pk for bib in bibs], change=Change.BATCH, cause="batch:1", at=AT, by=SARI)
    copies = ItemFactory.create_batch(4, bib=bibs[0])
    with django_assert_num_queries(2):
        history.keep_items(item_ids=[item.pk for item in copies], change=Change.BATCH, cause="batch:1", at=AT, by=SARI)

    assert BibVersion.objects.filter(cause="batch:1").count() == 4
    states = ItemVersion.objects.filter(cause="batch:1").values_list("state", flat=True)
    assert {state["barcode"] for state in states} == {item.barcode for item in copies}


def test_one_state_is_kept_once():
    bib = BibFactory()
    history.keep_records(bib_ids=[bib.pk], change=Change.BATCH, at=AT, by=SARI)

    with pytest.raises(IntegrityError), transaction.atomic():
        history.keep_records(bib_ids=[bib.pk], change=Change.BATCH, at=AT, by=SARI)


@pytest.mark.parametrize("changes", [1, 3])
def test_steps_cost_the_same_for_any_number(changes, django_assert_num_queries):
    bib = BibFactory()
    for version in range(1, changes + 1):
        change(bib, version, year=2000 + version)

    with django_assert_num_queries(3):
        assert len(queries.record_steps(bib.pk)) == changes


def test_steps_go_on_below_a_version():
    bib = BibFactory(record=marc_record(year=2000))
    for version in range(1, 5):
        change(bib, version, year=2000 + version)

    steps = queries.record_steps(bib.pk, below=4, most=2)

    assert [step.told.version for step in steps] == [3, 2]
    assert [step.differences[-1].after.get("c") for step in steps] == ["2003", "2002"]


def test_nobody_goes_back_without_permission():
    bib, item = BibFactory(), ItemFactory()
    for attempt in (
        lambda: records.go_back(bib_id=bib.pk, to_version=1, version=1, at=AT, by=VISITOR),
        lambda: records.bring_back(bib_id=bib.pk, at=AT, by=VISITOR),
        lambda: items.go_back(item_id=item.pk, to_version=1, version=1, at=AT, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_field_that_was_added_and_one_that_went_are_told():
    bib = BibFactory(record=marc_record(more=(Field("500", subfields=[("a", "Catatan")]),)))

    change(bib, 1, more=(Field("650", indicators=" 4", subfields=[("a", "Fiksi")]),))

    (step,) = queries.record_steps(bib.pk)
    assert [(one.tag, one.before is None, one.after is None) for one in step.differences] == [
        ("500", False, True), ("650", True, False),
    ]  # fmt: skip

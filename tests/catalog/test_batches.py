"""Many titles and copies changed at once, checked before, and undone after."""

import pytest

from pustaka.catalog import queries, tasks
from pustaka.catalog.batches import listing, working
from pustaka.catalog.batches.copies import CopyChange
from pustaka.catalog.batches.fields import FieldChange
from pustaka.catalog.models import BatchChange, BatchLine, Change, Item, ItemVersion, Withdrawal
from pustaka.catalog.services import batches, items, records
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.foundation.models import OutboxEvent
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, BranchFactory, ItemFactory, LocationFactory, marc_record

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)
State = BatchChange.State
Outcome = BatchLine.Outcome


def copies_batch(what, told, **more):
    return batches.begin_copies(what=what, told=told, at=AT, by=SARI, **more)


def titles_batch(*what, bibs, **more):
    return batches.begin_titles(what=what, bib_ids=[bib.pk for bib in bibs], at=AT, by=SARI, **more)


def changed(job):
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    batches.change(job_id=job.pk, at=LATER)
    job.refresh_from_db()
    return job


def undone(job):
    batches.undo(job_id=job.pk, at=LATER, by=SARI)
    batches.restore(job_id=job.pk, at=LATER)
    job.refresh_from_db()
    return job


def outcomes(job):
    return [(line.target_id or line.told, line.outcome, line.remark) for line in job.lines.order_by("number")]


def test_copies_are_checked_changed_and_told_in_the_history():
    place = LocationFactory()
    first, second = ItemFactory(barcode="B1"), ItemFactory(barcode="B2", branch=place.branch, location=place)
    what = CopyChange(sets={"branch_id": place.branch_id, "location_id": place.pk}, note="append", note_text="dipindah")

    job = copies_batch(what, ["B1", "B2", "B9", "B1"], reason="penataan ulang")

    assert (job.state, job.counts) == (State.READY, {"due": 2, "unknown": 1, "repeated": 1})
    assert [one.item.barcode for one in batches.copies_preview(job=job)] == ["B1", "B2"]
    assert not ItemVersion.objects.exists()
    job = changed(job)
    assert (job.state, job.counts) == (State.DONE, {"changed": 2, "unknown": 1, "repeated": 1})
    assert outcomes(job) == [(first.pk, "changed", ""), (second.pk, "changed", ""), ("B9", "unknown", "")]
    first.refresh_from_db()
    assert (first.location_id, first.branch_id, first.note, first.version) == (place.pk, place.branch_id, "dipindah", 2)
    kept = ItemVersion.objects.get(item_id=first.pk)
    assert (kept.change, kept.cause, kept.by, kept.reason) == (
        "batch", f"batch:{job.pk}", SARI.name, "penataan ulang",
    )  # fmt: skip
    told = OutboxEvent.objects.filter(name="catalog.BibsChanged").values_list("payload", flat=True)
    assert [payload["bib_ids"] for payload in told] == [sorted([first.bib_id, second.bib_id])]


def test_undo_restores_copies_and_leaves_what_somebody_has_changed_since():
    first, second = ItemFactory(barcode="B1", note="lama"), ItemFactory(barcode="B2", note="lama")
    job = changed(copies_batch(CopyChange(note="clear", sets={"price_idr": 5000}), ["B1", "B2"]))
    items.change(item_id=second.pk, version=2, fields={"note": "baru"}, at=LATER, by=SARI)

    job = undone(job)

    assert job.state == State.UNDONE
    assert outcomes(job) == [(first.pk, "restored", ""), (second.pk, "kept", "changed-since")]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.note, first.price_idr, first.version) == ("lama", None, 3)
    assert (second.note, second.price_idr) == ("baru", 5000)
    assert queries.item_steps(first.pk)[0].told.change == Change.BATCH_UNDONE


def test_undo_leaves_a_copy_whose_shelf_of_then_is_gone():
    place = LocationFactory()
    item = ItemFactory(barcode="B1", branch=place.branch, location=place)
    elsewhere = BranchFactory(code="FH")
    job = changed(copies_batch(CopyChange(sets={"branch_id": elsewhere.pk}), ["B1"]))
    item.refresh_from_db()
    assert (item.branch_id, item.location_id) == (elsewhere.pk, None)
    place.delete()

    assert outcomes(undone(job)) == [(item.pk, "kept", "place-gone")]


def test_a_branch_alone_leaves_the_shelf_of_copies_that_are_there_already():
    place = LocationFactory()
    item = ItemFactory(barcode="B1", branch=place.branch, location=place)

    job = copies_batch(CopyChange(sets={"branch_id": place.branch_id}), ["B1"])

    assert outcomes(job) == [(item.pk, "same", "")]


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (CopyChange(call_number="prefix", text="R "), "899 TOE b", "R 899 TOE b"),
        (CopyChange(call_number="prefix", text="R "), "R 899 TOE b", "R 899 TOE b"),
        (CopyChange(call_number="replace", find="899.221", text="899"), "899.2213 TOE b", "8993 TOE b"),
        (CopyChange(call_number="set", text="SR 899"), "899 TOE b", "SR 899"),
    ],
)
def test_call_numbers_are_set_prefixed_and_replaced(change, before, after):
    item = ItemFactory(barcode="B1", call_number=before)

    job = copies_batch(change, ["B1"])

    assert outcomes(job) == [(item.pk, "due" if before != after else "same", "")]
    if before != after:
        changed(job)
        item.refresh_from_db()
        assert item.call_number == after


@pytest.mark.parametrize(("length", "outcome"), [(297, "due"), (298, "refused")])
def test_a_note_that_would_be_too_long_is_refused(length, outcome):
    item = ItemFactory(barcode="B1", note="n" * length)
    remark = "note-too-long" if outcome == "refused" else ""

    assert outcomes(copies_batch(CopyChange(note="append", note_text="x"), ["B1"])) == [(item.pk, outcome, remark)]


def test_withdrawing_many_gives_each_its_reason_and_undo_takes_it_back():
    item, already = ItemFactory(barcode="B1", status="repair"), ItemFactory(barcode="B2", status="withdrawn")

    job = changed(copies_batch(CopyChange(withdraw="worn"), ["B1", "B2"]))

    assert outcomes(job) == [(item.pk, "changed", ""), (already.pk, "refused", "withdrawn-already")]
    row = Withdrawal.objects.get()
    assert (row.item_id, row.reason, row.status_before, row.withdrawn_by) == (item.pk, "worn", "repair", SARI.name)
    undone(job)
    item.refresh_from_db()
    assert (item.status, Withdrawal.objects.count()) == ("repair", 0)


def test_withdrawing_for_another_reason_needs_a_note():
    ItemFactory(barcode="B1")

    with pytest.raises(Invalid, match="Say in the note"):
        copies_batch(CopyChange(withdraw="other"), ["B1"])


def test_nothing_chosen_nothing_asked_and_no_permission_are_refused():
    ItemFactory(barcode="B1")

    with pytest.raises(Invalid, match="Nothing was chosen"):
        copies_batch(CopyChange(note="clear"), [])
    with pytest.raises(Invalid, match="Say what is to be changed"):
        copies_batch(CopyChange(), ["B1"])
    with pytest.raises(NotPermitted):
        batches.begin_copies(what=CopyChange(note="clear"), told=["B1"], at=AT, by=VISITOR)
    with pytest.raises(batches.NotNow, match="Nothing would change"):
        batches.start(job_id=copies_batch(CopyChange(note="clear"), ["B1"]).pk, at=AT, by=SARI)


def test_too_many_at_once_are_refused(monkeypatch):
    monkeypatch.setattr(batches, "MOST_LINES", 2)
    told = [ItemFactory().barcode for _ in range(3)]

    assert copies_batch(CopyChange(note="replace", note_text="x"), told[:2]).counts == {"due": 2}
    with pytest.raises(Invalid, match="more than 2"):
        copies_batch(CopyChange(note="replace", note_text="x"), told)


def test_records_are_changed_with_columns_and_keys_and_undone_with_their_bytes():
    bibs = [BibFactory(record=marc_record(title=f"Judul {n}", publisher="Gramedia")) for n in range(3)]
    records.write_record(bib=bibs[0], record=marc_record(title="Judul 0", publisher="Gramedia"), original=b"x", at=AT)
    what = FieldChange(do="replace", tag="264", code="b", find="Gramedia", text="Gramedia Pustaka Utama")

    job = titles_batch(what, bibs=bibs)

    (shown, *_) = batches.titles_preview(job=job)
    assert [(one.before.get("b"), one.after.get("b")) for one in shown.differences] == [
        ("Gramedia,", "Gramedia Pustaka Utama,")
    ]
    changed(job)
    assert {queries.bib(bib.pk).publisher for bib in bibs} == {"Gramedia Pustaka Utama"}
    assert [queries.bib(bib.pk).version for bib in bibs] == [2, 2, 2]
    records.change(bib_id=bibs[2].pk, record=marc_record(title="Lain"), version=2, at=LATER, by=SARI)
    job = undone(job)
    assert [outcome for _, outcome, _ in outcomes(job)] == ["restored", "restored", "kept"]
    assert queries.bib(bibs[0].pk).publisher == "Gramedia"
    bibs[0].record.refresh_from_db()
    assert bytes(bibs[0].record.original) == b"x"
    assert queries.bib(bibs[2].pk).title == "Lain"


def test_a_title_is_found_again_by_what_a_batch_has_written():
    bib = BibFactory(record=marc_record())
    changed(titles_batch(FieldChange(do="add", tag="020", text="$a978-602-06-3317-6"), bibs=[bib]))

    assert queries.by_identifier("9786020633176") == [bib]


def test_a_record_that_would_lose_its_title_is_refused():
    bib = BibFactory()

    job = titles_batch(FieldChange(do="delete", tag="245", code="a"), bibs=[bib])

    assert outcomes(job) == [(bib.pk, "refused", "no-title")]


def test_what_a_person_scans_or_pastes_is_told_apart():
    bib = BibFactory(record=marc_record(number="UMN-1", isbn="9786020633176"))
    item = ItemFactory(bib=bib, barcode="B1", inventory_number="INV/1")

    assert listing.tokens("B1\r\nINV/1;B1,\tB 2 \n\n") == ["B1", "INV/1", "B 2"]
    assert listing.first_cells("﻿barcode;judul\nB1;Bumi manusia, roman\n") == ["barcode", "B1"]
    assert listing.copies_told(["B1", "INV/1", "?"]) == {"B1": item.pk, "INV/1": item.pk}
    told = ["B1", f"#{bib.pk}", "UMN-1", "978-602-06-3317-6", "?"]
    assert listing.titles_told(told) == dict.fromkeys(told[:-1], bib.pk)


def test_a_killed_batch_goes_on_where_it_was(monkeypatch):
    monkeypatch.setitem(working.CHUNK, BatchChange.Subject.COPIES, 2)
    told = [ItemFactory(note="").barcode for _ in range(5)]
    job = copies_batch(CopyChange(note="append", note_text="x"), told)
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    assert working._step(
        job.pk, State.CHANGING, Outcome.DUE, lambda job, lines: working._changed(job, lines, LATER)
    )  # and then it is killed
    progress = batches.progress(job=queries.batch(job.pk), at=LATER)
    assert (progress.done, progress.total, progress.is_running) == (2, 5, True)

    batches.resume(job_id=job.pk, at=LATER, by=SARI)
    batches.change(job_id=job.pk, at=LATER)

    assert list(Item.objects.order_by().values_list("note", "version").distinct()) == [("x", 2)]
    assert queries.batch(job.pk).counts == {"changed": 5}


def test_a_stopped_batch_leaves_the_rest_and_can_be_undone(monkeypatch):
    monkeypatch.setitem(working.CHUNK, BatchChange.Subject.COPIES, 1)
    told = [ItemFactory(note="").barcode for _ in range(2)]
    job = copies_batch(CopyChange(note="append", note_text="x"), told)
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    working._step(job.pk, State.CHANGING, Outcome.DUE, lambda job, lines: working._changed(job, lines, LATER))

    batches.stop(job_id=job.pk, at=LATER, by=SARI)
    batches.change(job_id=job.pk, at=LATER)

    assert queries.batch(job.pk).counts == {"changed": 1, "due": 1}
    assert undone(queries.batch(job.pk)).counts == {"restored": 1, "due": 1}
    assert list(Item.objects.order_by().values_list("note", flat=True).distinct()) == [""]


def test_a_batch_whose_last_try_fails_says_so_and_goes_on_when_asked():
    ItemFactory(barcode="B1")
    job = copies_batch(CopyChange(note="append", note_text="x"), ["B1"])
    batches.start(job_id=job.pk, at=LATER, by=SARI)

    with pytest.raises(ZeroDivisionError), batches.giving_up(job_id=job.pk, is_last_try=True, at=LATER):
        raise ZeroDivisionError
    job = queries.batch(job.pk)
    assert (job.state, job.failed_in, job.error) == (State.FAILED, State.CHANGING, "ZeroDivisionError: ")
    batches.resume(job_id=job.pk, at=LATER, by=SARI)
    tasks.change_batch.func(job_id=job.pk, context=type("Context", (), {"attempt": 1}))
    assert queries.batch(job.pk).state == State.DONE


def test_what_is_in_the_wrong_state_is_refused_with_words():
    ItemFactory(barcode="B1")
    job = copies_batch(CopyChange(note="append", note_text="x"), ["B1"])

    with pytest.raises(batches.NotNow, match="Ready for your decision"):
        batches.undo(job_id=job.pk, at=LATER, by=SARI)
    batches.cancel(job_id=job.pk, at=LATER, by=SARI)
    with pytest.raises(batches.NotNow, match="Cancelled"):
        batches.start(job_id=job.pk, at=LATER, by=SARI)


def test_report_names_every_line():
    bib = BibFactory(record=marc_record(title="Bumi manusia"))
    ItemFactory(barcode="B1", bib=bib)
    ItemFactory(barcode="B2", bib=bib, note="x" * 300)
    job = changed(copies_batch(CopyChange(note="append", note_text="x"), ["B1", "B2", "B9"]))

    assert [[*row] for row in batches.report(job=job)][1:] == [
        ["Changed", "", "B1", str(bib.pk), "Bumi manusia", ""],
        ["Can't be changed", "The note would have more than 300 characters.", "B2", str(bib.pk), "Bumi manusia", ""],
        ["Not found", "", "", "", "", "B9"],
    ]

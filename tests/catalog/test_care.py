"""Conditions and jobs of care: who may, every step and every refusal, and what it means for the copy on the shelf."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import care as reads
from pustaka.catalog import queries, rules
from pustaka.catalog.importing import undoing
from pustaka.catalog.models import CareJob, Change, ConditionNote, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Care
from pustaka.catalog.services import care, conditions, imports, items, withdrawals
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.foundation.models import OutboxEvent
from tests.catalog.conftest import AT, LATER, imported
from tests.factories import BranchFactory, ItemFactory, LocationFactory, marc_record
from tests.pictures import picture

pytestmark = pytest.mark.django_db

WAYAN = Actor(name="I Wayan Sudarma", patron_id=3, permissions=frozenset(Permission))
YOHANA = Actor(name="Yohana Siregar", patron_id=4, permissions=frozenset({Permission.NOTE_CONDITION}))
Kind, Urgency = CareJob.Kind, CareJob.Urgency
DUE = date(2026, 12, 12)


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def ask(item, kind=Kind.REPAIR, reason="Punggung sobek", at=AT, by=YOHANA, **more):
    return care.ask(item_id=item.pk, kind=kind, reason=reason, at=at, by=by, **more)


def accepted(item, kind=Kind.REPAIR, **more):
    job = ask(item, kind, **more)
    care.accept(job_ids=[job.pk], at=AT, by=WAYAN)
    return job


def begun(item, kind=Kind.REPAIR, expected_on=DUE, **more):
    job = accepted(item, kind, **more)
    return care.begin(job_id=job.pk, expected_on=expected_on, at=AT, by=WAYAN)


def finish(job, result="Dijahit ulang", **more):
    return care.finish(job_id=job.pk, result=result, at=LATER, by=WAYAN, **more)


def state(item):
    item.refresh_from_db()
    return item.status, item.condition


def published(name):
    return [row.payload for row in OutboxEvent.objects.filter(name=f"catalog.{name}").order_by("pk")]


# --- Rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "is_held_elsewhere", "after"),
    [
        ("repair", False, "reference"),
        ("repair", True, "repair"),
        ("available", False, "available"),
        ("missing", False, "missing"),
        ("withdrawn", False, "withdrawn"),
    ],
)
def test_the_state_after_care(status, is_held_elsewhere, after):
    told = {"status": status, "is_held_elsewhere": is_held_elsewhere}

    assert rules.status_after_care(before="reference", **told) == after


@pytest.mark.parametrize(
    ("day", "late"), [(None, 0), (DUE, 0), (DUE + timedelta(days=1), 0), (DUE - timedelta(days=1), 1)]
)
def test_how_late_it_is(day, late):
    assert rules.days_late(day, on=DUE) == late


def test_every_state_says_what_may_follow_and_the_closed_ones_end():
    assert set(rules.NEXT_CARE) == set(Care)
    assert {state for state in Care if not rules.NEXT_CARE[state]} == {Care.DONE, Care.BEYOND_REPAIR, Care.DECLINED}


# --- Conditions ------------------------------------------------------------------------------------------------------


def test_a_condition_is_noted_with_a_sentence_a_photograph_and_its_history():
    item = ItemFactory(condition="good")

    noted = conditions.note(
        item_id=item.pk, condition=Item.Condition.DAMAGED, note="Lepas 12 lembar", picture=picture(), at=AT, by=YOHANA
    )

    assert state(item) == ("available", "damaged")
    assert (noted.note, noted.noted_by, noted.picture.content_type) == ("Lepas 12 lembar", YOHANA.name, "image/jpeg")
    (step,) = queries.item_steps(item.pk)
    assert (step.told.change, step.told.reason) == (Change.CONDITION, "Lepas 12 lembar")
    assert [change.column for change in step.changes] == ["condition"]
    assert published("BibsChanged") == [{"bib_ids": [item.bib_id]}]


def test_the_same_condition_again_is_noted_and_changes_nothing():
    item = ItemFactory(barcode="B1", condition="good")

    conditions.note_scanned(barcode=" B1 ", condition=Item.Condition.GOOD, at=AT, by=YOHANA)

    item.refresh_from_db()
    assert (item.version, ConditionNote.objects.count(), published("BibsChanged")) == (1, 1, [])
    assert [note.item.barcode for note in reads.latest_notes(patron_id=YOHANA.patron_id)] == ["B1"]


@pytest.mark.parametrize(
    ("status", "said"), [("withdrawn", "is withdrawn"), ("missing", "is missing"), ("lost", "is lost")]
)
def test_what_cannot_be_had_has_no_condition_and_gets_no_care(status, said):
    item = ItemFactory(status=status)

    with pytest.raises(conditions.NotToBeHad, match=said):
        conditions.note(item_id=item.pk, condition=Item.Condition.GOOD, at=AT, by=YOHANA)
    with pytest.raises(conditions.NotToBeHad, match=said):
        ask(item)
    assert not ConditionNote.objects.exists()
    assert not CareJob.objects.exists()


def test_conditions_need_a_permission_a_copy_and_a_known_word():
    item = ItemFactory(barcode="B1")

    with pytest.raises(NotPermitted):
        conditions.note(item_id=item.pk, condition=Item.Condition.GOOD, at=AT, by=VISITOR)
    with pytest.raises(NotFound):
        conditions.note_scanned(barcode="B2", condition=Item.Condition.GOOD, at=AT, by=YOHANA)
    with pytest.raises(Invalid, match="Choose in what condition"):
        conditions.note(item_id=item.pk, condition="moldy", at=AT, by=YOHANA)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConditionNote.objects.create(item=item, condition="moldy", noted_at=AT, noted_by="x")


def test_figures_count_the_copies_of_each_shelf_by_condition(django_assert_num_queries):
    branch = BranchFactory(code="PUSAT")
    shelf, other = (LocationFactory(branch=branch, code=code, name=f"Rak {code}") for code in "AB")
    for condition, status in [
        ("good", "available"),
        ("damaged", "repair"),
        ("damaged", "withdrawn"),
        ("", "available"),
    ]:
        ItemFactory(branch=branch, location=shelf, condition=condition, status=status)
    ItemFactory(branch=branch, location=other, condition="worn")
    ItemFactory(branch=branch, location=None)
    ItemFactory(branch=BranchFactory(code="FK"), condition="good")

    with django_assert_num_queries(2):
        found = reads.conditions_by_shelf(branch)

    assert [(one.location and one.location.name, one.counts, one.unknown, one.total) for one in found] == [
        ("Rak A", {"good": 1, "damaged": 1, "": 1}, 1, 3),
        ("Rak B", {"worn": 1}, 0, 1),
        (None, {"": 1}, 1, 1),
    ]
    assert [round(one.share_known, 2) for one in found] == [0.67, 1.0, 0.0]


def test_copies_in_a_condition_say_whether_care_is_asked_for():
    shelf = LocationFactory(branch=BranchFactory(code="PUSAT"))
    damaged = [ItemFactory(branch=shelf.branch, location=shelf, condition="damaged", call_number=n) for n in "12"]
    ItemFactory(branch=shelf.branch, location=shelf, condition="good")
    ask(damaged[0])

    found = reads.copies_in_condition(branch_id=shelf.branch_id, location_id=shelf.pk, condition="damaged")

    assert [(item.pk, item.has_job) for item in found] == [(damaged[0].pk, True), (damaged[1].pk, False)]


# --- Asking and deciding ---------------------------------------------------------------------------------------------


def test_asking_leaves_the_copy_on_the_shelf():
    item = ItemFactory()

    job = ask(item, urgency=Urgency.URGENT)

    assert state(item) == ("available", "")
    assert (job.state, job.asked_by, job.urgency, job.is_held) == (Care.ASKED, YOHANA.name, 1, False)
    assert published("CareMoved") == [{"job_id": job.pk, "item_id": item.pk, "state": "asked"}]


def test_a_copy_that_is_laid_aside_is_off_the_shelf_at_once_and_returns_when_declined():
    item = ItemFactory(status="reference")

    job = ask(item, lays_aside=True)
    assert state(item)[0] == "repair"
    care.decline(job_id=job.pk, answer="Masih layak pakai", at=LATER, by=WAYAN)

    assert state(item)[0] == "reference"
    job.refresh_from_db()
    assert (job.state, job.answer, job.is_held, job.closed_by) == (
        Care.DECLINED,
        "Masih layak pakai",
        False,
        WAYAN.name,
    )
    steps = queries.item_steps(item.pk)
    assert [(step.told.change, step.told.cause) for step in steps] == [
        (Change.OUT_OF_CARE, f"care:{job.pk}"),
        (Change.INTO_CARE, f"care:{job.pk}"),
    ]
    assert published("BibsChanged") == [{"bib_ids": [item.bib_id]}] * 2


def test_the_same_is_not_asked_twice_while_it_is_open():
    item = ItemFactory(barcode="B1")
    first = ask(item)

    with pytest.raises(care.CareRefused, match="“Repair” is asked for B1 already: Asked for"):
        ask(item)
    ask(item, Kind.CLEAN)
    care.decline(job_id=first.pk, answer="Nanti", at=AT, by=WAYAN)
    ask(item)

    assert [job.state for job in reads.jobs_of(item)] == ["asked", "asked", "declined"]


def test_asking_needs_a_permission_and_a_reason():
    item = ItemFactory(barcode="B1")

    with pytest.raises(NotPermitted):
        ask(item, by=VISITOR)
    with pytest.raises(Invalid, match="Say why"):
        ask(item, reason="  ")
    with pytest.raises(NotFound):
        care.ask_scanned(barcode="B2", kind=Kind.CLEAN, reason="Debu", at=AT, by=YOHANA)
    assert care.ask_scanned(barcode=" B1 ", kind=Kind.CLEAN, reason="Debu", at=AT, by=YOHANA).item == item


def test_asking_for_many_leaves_out_what_waits_or_is_gone(django_assert_num_queries):
    fresh, waiting, gone = ItemFactory(), ItemFactory(), ItemFactory(status="lost")
    ask(waiting)
    told = {"kind": Kind.REPAIR, "reason": "Rayap", "urgency": Urgency.URGENT, "at": AT, "by": YOHANA}

    count = care.ask_many(item_ids=[fresh.pk, waiting.pk, gone.pk, 999], **told)

    assert count == 1
    assert CareJob.objects.get(item=fresh).reason == "Rayap"
    with pytest.raises(care.CareRefused, match="waits for all of these"):
        care.ask_many(item_ids=[fresh.pk, waiting.pk, gone.pk], **told)


def test_deciding_needs_more_than_asking_does():
    job = ask(ItemFactory())

    for step in (
        lambda: care.accept(job_ids=[job.pk], at=AT, by=YOHANA),
        lambda: care.decline(job_id=job.pk, answer="x", at=AT, by=YOHANA),
        lambda: care.begin(job_id=job.pk, at=AT, by=YOHANA),
        lambda: care.put_off(job_id=job.pk, at=AT, by=YOHANA),
        lambda: care.expect(job_id=job.pk, on=DUE, at=AT, by=YOHANA),
        lambda: care.finish(job_id=job.pk, result="x", at=AT, by=YOHANA),
        lambda: care.give_up(job_id=job.pk, result="x", at=AT, by=YOHANA),
        lambda: care.put_back(job_id=job.pk, at=AT, by=YOHANA),
    ):
        with pytest.raises(NotPermitted):
            step()


def test_several_are_accepted_at_once_and_what_was_decided_is_left_alone():
    first, second, third = (ask(ItemFactory()) for _ in range(3))
    care.decline(job_id=third.pk, answer="Nanti", at=AT, by=WAYAN)

    assert care.accept(job_ids=[first.pk, second.pk, third.pk], at=AT, by=WAYAN) == 2
    with pytest.raises(care.CareRefused, match="None of these waits"):
        care.accept(job_ids=[first.pk, second.pk, third.pk], at=AT, by=WAYAN)


def test_declining_says_why():
    job = ask(ItemFactory())

    with pytest.raises(Invalid, match="Say why it isn't done"):
        care.decline(job_id=job.pk, answer=" ", at=AT, by=WAYAN)
    with pytest.raises(NotFound):
        care.decline(job_id=999, answer="x", at=AT, by=WAYAN)


# --- In the house ----------------------------------------------------------------------------------------------------


def test_a_copy_in_work_is_off_the_shelf_until_it_is_done():
    item = ItemFactory(status="reference", condition="damaged")
    job = begun(item)

    assert state(item)[0] == "repair"
    (shown,) = queries.items_of(item.bib)
    assert (shown.care_kind, shown.care_state, shown.expected_back) == ("repair", "in_work", DUE)
    assert queries.count_copies(item.bib) == (1, 0)

    finish(job, condition=Item.Condition.GOOD, cost_idr=35_000)

    job.refresh_from_db()
    assert state(item) == ("reference", "good")
    assert (job.state, job.result, job.cost_idr, job.condition_after) == ("done", "Dijahit ulang", 35_000, "good")
    (shown,) = queries.items_of(item.bib)
    assert (shown.care_kind, shown.expected_back) == (None, None)
    assert ConditionNote.objects.get().job == job
    assert [payload["state"] for payload in published("CareMoved")] == ["asked", "accepted", "in_work", "done"]


@pytest.mark.parametrize("is_first_done_first", [True, False])
def test_two_jobs_hold_a_copy_until_both_are_done(is_first_done_first):
    item = ItemFactory(status="reference")
    jobs = [begun(item, Kind.REPAIR), begun(item, Kind.CLEAN)]
    first, second = jobs if is_first_done_first else reversed(jobs)

    finish(first)
    assert state(item)[0] == "repair"
    finish(second)

    assert state(item)[0] == "reference"


def test_a_copy_that_was_set_to_repair_by_hand_returns_to_the_shelf_where_it_last_was():
    item = ItemFactory(status="reference")
    items.change(item_id=item.pk, version=1, fields={"status": "repair"}, reason="Sobek", at=AT, by=WAYAN)

    finish(begun(item))

    assert state(item)[0] == "reference"


def test_what_somebody_has_said_meanwhile_is_not_overwritten():
    item = ItemFactory()
    job = begun(item)
    item.refresh_from_db()
    items.change(item_id=item.pk, version=item.version, fields={"status": "missing"}, at=AT, by=WAYAN)

    finish(job)

    assert state(item)[0] == "missing"


def test_work_is_laid_aside_and_begun_again():
    item = ItemFactory()
    job = begun(item)

    care.put_off(job_id=job.pk, at=LATER, by=WAYAN)

    job.refresh_from_db()
    assert (state(item)[0], job.state, job.expected_on, job.is_held) == ("available", "accepted", None, False)
    care.begin(job_id=job.pk, at=LATER, by=WAYAN)
    assert state(item)[0] == "repair"


def test_another_day_is_promised():
    item = ItemFactory()
    job = begun(item)

    care.expect(job_id=job.pk, on=DUE + timedelta(days=7), at=AT, by=WAYAN)

    assert queries.items_of(item.bib).get().expected_back == DUE + timedelta(days=7)
    with pytest.raises(Invalid, match="is past"):
        care.expect(job_id=job.pk, on=AT.date() - timedelta(days=1), at=AT, by=WAYAN)
    care.expect(job_id=job.pk, on=AT.date(), at=AT, by=WAYAN)
    finish(job)
    with pytest.raises(care.CareRefused, match="only for what is in work"):
        care.expect(job_id=job.pk, on=DUE, at=AT, by=WAYAN)


def test_steps_out_of_order_are_refused_and_name_the_state():
    item = ItemFactory()
    job = ask(item)

    with pytest.raises(care.CareRefused, match="the job is “Asked for”"):
        care.begin(job_id=job.pk, at=AT, by=WAYAN)
    with pytest.raises(care.CareRefused, match="the job is “Asked for”"):
        finish(job)
    care.accept(job_ids=[job.pk], at=AT, by=WAYAN)
    with pytest.raises(Invalid, match="is past"):
        care.begin(job_id=job.pk, expected_on=AT.date() - timedelta(days=1), at=AT, by=WAYAN)
    care.begin(job_id=job.pk, expected_on=AT.date(), at=AT, by=WAYAN)
    with pytest.raises(Invalid, match="what was done"):
        finish(job, result=" ")
    finish(job)
    with pytest.raises(care.CareRefused, match="the job is “Done”"):
        finish(job)


def test_a_copy_that_went_missing_is_not_begun():
    item = ItemFactory()
    job = accepted(item)
    Item.objects.filter(pk=item.pk).update(status="missing")

    with pytest.raises(conditions.NotToBeHad, match="is missing"):
        care.begin(job_id=job.pk, at=AT, by=WAYAN)


def test_what_cannot_be_repaired_is_proposed_for_withdrawal_and_not_withdrawn():
    item = ItemFactory()
    job = begun(item)

    care.give_up(job_id=job.pk, result="Kertas hancur", at=LATER, by=WAYAN)

    assert state(item)[0] == "repair"
    assert list(reads.jobs(reads.Wish(proposes_withdrawal=True))) == [job]
    assert reads.figures(on=DUE).undecided == 1
    (shown,) = queries.items_of(item.bib)
    assert (shown.care_state, shown.expected_back) == ("beyond_repair", None)

    withdrawals.withdraw(barcode=item.barcode, reason="worn", at=LATER, by=WAYAN)

    assert (state(item)[0], reads.figures(on=DUE).undecided) == ("withdrawn", 0)


def test_what_cannot_be_repaired_goes_back_on_the_shelf_if_a_person_says_so():
    item = ItemFactory(status="reference")
    job = begun(item)
    care.give_up(job_id=job.pk, result="Kertas hancur", at=LATER, by=WAYAN)

    care.put_back(job_id=job.pk, at=LATER, by=WAYAN)

    assert (state(item)[0], reads.figures(on=DUE).undecided) == ("reference", 0)
    with pytest.raises(care.CareRefused, match="isn't off the shelf"):
        care.put_back(job_id=job.pk, at=LATER, by=WAYAN)


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_the_queue_shows_the_most_urgent_first_and_finds_what_is_wished():
    shelf = LocationFactory(branch=BranchFactory(code="FK"))
    calm, urgent, old = ItemFactory(), ItemFactory(), ItemFactory(branch=shelf.branch, barcode="FK1")
    jobs = [
        ask(calm, urgency=Urgency.CALM),
        ask(urgent, urgency=Urgency.URGENT, at=LATER),
        begun(old, Kind.CLEAN, expected_on=AT.date()),
    ]
    care.decline(job_id=ask(calm, Kind.CLEAN).pk, answer="Nanti", at=AT, by=WAYAN)
    tomorrow = AT.date() + timedelta(days=1)

    def found(**wish):
        return [job.item.barcode for job in reads.jobs(reads.Wish(**wish))]

    assert found() == [urgent.barcode, "FK1", calm.barcode]
    assert found(state="asked") == [urgent.barcode, calm.barcode]
    assert found(state="declined") == [calm.barcode]
    assert found(kind="clean") == ["FK1"]
    assert found(branch_id=shelf.branch_id) == ["FK1"]
    assert (found(late_on=AT.date()), found(late_on=tomorrow)) == ([], ["FK1"])
    assert len(found(barcode=calm.barcode)) == 2
    figures = reads.figures(on=tomorrow)
    assert (figures.asked, figures.accepted, figures.in_work, figures.sent, figures.late) == (2, 0, 1, 0, 1)
    assert reads.job(jobs[0].pk) == jobs[0]
    with pytest.raises(NotFound):
        reads.job(999)


# --- Constraints, and copies that hang on care -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"state": "broken"},
        {"state": "done"},
        {"state": "declined", "closed_at": AT},
        {"state": "sent"},
        {"closed_at": AT},
        {"is_held": True},
    ],
)
def test_the_database_refuses_jobs_that_make_no_sense(values):
    told = {"item": ItemFactory(), "kind": "clean", "reason": "x", "asked_at": AT, "asked_by": "x"}

    with pytest.raises(IntegrityError), transaction.atomic():
        CareJob.objects.create(**told | values)


def test_the_database_refuses_a_second_open_job_of_a_kind():
    job = ask(ItemFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        CareJob.objects.create(item=job.item, kind=job.kind, reason="x", asked_at=AT, asked_by="x")


def test_a_copy_with_care_is_not_removed():
    item = ItemFactory()
    ask(item)

    with pytest.raises(Invalid, match="has a history"):
        items.remove(item_id=item.pk, at=AT, by=WAYAN)


def test_an_import_that_is_undone_leaves_the_copies_that_are_in_care(catalog_file):
    path = catalog_file(
        marc_record(title="Bumi manusia", copies=(("B1", "PUSAT"),)),
        marc_record(title="Siti Nurbaya", copies=(("B2", "PUSAT"),)),
    )
    BranchFactory(code="PUSAT")
    job = imported(path, creates_places=True)
    asked = care.ask_scanned(barcode="B1", kind=Kind.PESTS, reason="Rayap", at=LATER, by=YOHANA)

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    undoing.withdraw(job_id=job.pk, at=LATER)

    assert list(Item.objects.values_list("barcode", flat=True)) == ["B1"]
    assert reads.job(asked.pk).item.barcode == "B1"

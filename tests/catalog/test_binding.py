"""Parcels for a bindery: put together, sent, taken back volume by volume, with what is missing and what is too many."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import care as reads
from pustaka.catalog import queries
from pustaka.catalog.models import BindingOrder, CareJob, Change, ConditionNote, Item
from pustaka.catalog.rules import Care
from pustaka.catalog.services import binding, care, conditions
from pustaka.catalog.services.binding import Return
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.catalog.conftest import AT, LATER
from tests.catalog.test_care import WAYAN, YOHANA, ask, begun, published, state
from tests.factories import BibFactory, ItemFactory

pytestmark = pytest.mark.django_db

Kind = CareJob.Kind
SENT, DUE = date(2026, 11, 23), date(2026, 12, 12)


@pytest.fixture
def bindery():
    return binding.save_bindery(name="Penjilidan Sumber Ilmu", address="Jl. Kaliurang km 5", by=WAYAN)


@pytest.fixture
def parcel(bindery):
    return binding.begin(number="JILID/2026/001", bindery_id=bindery.pk, at=AT, by=WAYAN)


def add(parcel, *codes, kind=Kind.REBIND):
    return [binding.add(order_id=parcel.pk, barcode=code, kind=kind, at=AT, by=WAYAN) for code in codes]


def send(parcel, *, sent_on=SENT, expected_on=DUE):
    return binding.send(order_id=parcel.pk, sent_on=sent_on, expected_on=expected_on, at=AT, by=WAYAN)


def back(parcel, code, result="Dijilid linen", **more):
    return binding.receive(order_id=parcel.pk, barcode=code, result=result, at=LATER, by=WAYAN, **more)


def close(parcel, *jobs):
    return binding.close(order_id=parcel.pk, missing_ids=[job.pk for job in jobs], at=LATER, by=WAYAN)


def test_a_parcel_from_the_first_scan_to_the_last(parcel):
    first, second = ItemFactory(barcode="B1"), ItemFactory(barcode="B2", status="reference")
    asked = ask(first, Kind.REPAIR)

    jobs = add(parcel, "B1", " B2 ")

    assert jobs[0] == asked
    assert [(job.kind, job.state) for job in jobs] == [("repair", "accepted"), ("rebind", "accepted")]
    assert (state(first)[0], state(second)[0]) == ("available", "reference")

    send(parcel)

    assert (state(first)[0], state(second)[0]) == ("repair", "repair")
    (shown,) = queries.items_of(second.bib)
    assert (shown.care_kind, shown.care_state, shown.expected_back) == ("rebind", "sent", DUE)
    assert reads.order(parcel.pk).out == 2
    (step,) = queries.item_steps(first.pk)
    assert (step.told.change, step.told.reason, step.told.cause) == (
        Change.INTO_CARE,
        "JILID/2026/001",
        f"binding:{parcel.pk}",
    )

    assert back(parcel, "B1", condition=Item.Condition.GOOD, cost_idr=45_000).outcome == Return.BACK
    assert (state(first), state(second)[0]) == (("available", "good"), "repair")
    assert reads.order(parcel.pk).state == "sent"
    assert back(parcel, "B2", cost_idr=40_000).outcome == Return.BACK

    order = reads.order(parcel.pk)
    assert (order.state, order.closed_by, order.volumes, order.out, order.cost) == ("closed", WAYAN.name, 2, 0, 85_000)
    assert state(second)[0] == "reference"
    assert [(job.state, job.result, job.cost_idr) for job in reads.jobs_in(order).order_by("pk")] == [
        ("done", "Dijilid linen", 45_000),
        ("done", "Dijilid linen", 40_000),
    ]
    assert ConditionNote.objects.get().item == first


def test_what_is_scanned_out_of_a_parcel_is_told_apart(parcel):
    ItemFactory(barcode="B1")
    ItemFactory(barcode="B2")
    stranger = ItemFactory(barcode="B3", bib=BibFactory(title="Siti Nurbaya"))
    add(parcel, "B1", "B2")
    send(parcel)

    told = [back(parcel, code) for code in ("B1", " B1", "B3", "B3", "9789790")]

    assert [one.outcome for one in told] == [Return.BACK, Return.TWICE, Return.EXTRA, Return.EXTRA, Return.UNKNOWN]
    assert reads.order(parcel.pk).extras == [
        {"barcode": "B3", "title": "Siti Nurbaya"},
        {"barcode": "9789790", "title": ""},
    ]
    assert [job.item.barcode for job in reads.jobs_in(parcel, only_out=True)] == ["B2"]
    assert state(stranger)[0] == "available"


def test_two_jobs_of_one_volume_come_back_with_one_scan(parcel):
    item = ItemFactory(barcode="B1", condition="damaged")
    ask(item, Kind.REBIND)
    ask(item, Kind.LABEL)
    add(parcel, "B1")
    send(parcel)
    assert (reads.order(parcel.pk).volumes, reads.order(parcel.pk).out) == (1, 1)

    assert back(parcel, "B1", condition=Item.Condition.GOOD, cost_idr=50_000).outcome == Return.BACK

    assert state(item) == ("available", "good")
    assert [(job.state, job.cost_idr) for job in CareJob.objects.order_by("pk")] == [("done", 50_000), ("done", None)]
    assert ConditionNote.objects.count() == 1


def test_what_does_not_come_back_is_called_missing_by_a_person_and_found_again(parcel):
    kept, lost = ItemFactory(barcode="B1"), ItemFactory(barcode="B2", status="reference")
    first, second = add(parcel, "B1", "B2")
    send(parcel)
    back(parcel, "B1")

    with pytest.raises(care.CareRefused, match="taken volumes back meanwhile"):
        close(parcel, first, second)
    close(parcel, second)

    assert (state(kept)[0], state(lost)[0]) == ("available", "missing")
    assert reads.order(parcel.pk).state == "closed"
    assert reads.job(second.pk).state == Care.NOT_RETURNED
    step = queries.item_steps(lost.pk)[0]
    assert (step.told.reason, step.told.cause) == (
        "Not returned by Penjilidan Sumber Ilmu",
        f"binding:{parcel.pk}",
    )

    assert back(parcel, "B2").outcome == Return.BACK

    assert (state(lost)[0], reads.job(second.pk).state) == ("reference", "done")
    with pytest.raises(care.CareRefused, match="isn't at the bindery"):
        close(parcel)


def test_what_lies_elsewhere_does_not_go_into_a_parcel(parcel, bindery):
    other = binding.begin(number="JILID/2026/002", bindery_id=bindery.pk, at=AT, by=WAYAN)
    for code, status in [("B1", "available"), ("B2", "withdrawn"), ("B3", "missing")]:
        ItemFactory(barcode=code, status=status)
    begun(ItemFactory(barcode="B4"), Kind.CLEAN)
    add(parcel, "B1")

    for code, refusal, said in [
        ("B1", care.CareRefused, "lies in this parcel already"),
        ("B2", conditions.NotToBeHad, "is withdrawn"),
        ("B3", conditions.NotToBeHad, "is missing"),
        ("B4", care.CareRefused, "in work in the house: Clean"),
        ("B5", NotFound, "No copy carries"),
    ]:
        with pytest.raises(refusal, match=said):
            add(parcel, code)
    with pytest.raises(care.CareRefused, match="belongs to the parcel JILID/2026/001"):
        add(other, "B1")
    send(parcel)
    with pytest.raises(care.CareRefused, match="is sent already"):
        add(parcel, "B1")


def test_jobs_of_the_queue_are_laid_into_a_parcel_and_taken_out(parcel):
    asked, other, gone = ask(ItemFactory()), ask(ItemFactory(), Kind.CLEAN), ask(ItemFactory())
    Item.objects.filter(pk=gone.item_id).update(status="lost")
    in_work = begun(ItemFactory())

    count = binding.add_jobs(
        order_id=parcel.pk, job_ids=[asked.pk, other.pk, gone.pk, in_work.pk, 999], at=AT, by=WAYAN
    )

    assert count == 2
    assert {job.pk for job in reads.jobs_in(parcel)} == {asked.pk, other.pk}
    with pytest.raises(care.CareRefused, match="lies in the parcel JILID/2026/001"):
        care.begin(job_id=asked.pk, at=AT, by=WAYAN)
    with pytest.raises(care.CareRefused, match="None of these can go"):
        binding.add_jobs(order_id=parcel.pk, job_ids=[gone.pk], at=AT, by=WAYAN)
    taken = binding.take_out(job_id=other.pk, by=WAYAN)
    assert (taken.order, taken.state) == (None, "accepted")
    with pytest.raises(care.CareRefused, match="lies in no parcel"):
        binding.take_out(job_id=other.pk, by=WAYAN)
    with pytest.raises(NotFound):
        binding.take_out(job_id=999, by=WAYAN)


def test_a_parcel_is_given_up_and_its_jobs_wait_again(parcel):
    job = add(parcel, ItemFactory(barcode="B1").barcode)[0]

    binding.drop(order_id=parcel.pk, by=WAYAN)

    assert (reads.job(job.pk).order, BindingOrder.objects.count()) == (None, 0)
    with pytest.raises(NotFound):
        send(parcel)


def test_a_parcel_goes_only_whole_and_once(parcel):
    with pytest.raises(care.CareRefused, match="is empty"):
        send(parcel)
    item = ItemFactory(barcode="B1")
    add(parcel, "B1", ItemFactory(barcode="B2").barcode)
    Item.objects.filter(pk=item.pk).update(status="missing")

    with pytest.raises(care.CareRefused, match=r"missing by the records: B1\. Take them out"):
        send(parcel)
    with pytest.raises(care.CareRefused, match="isn't sent yet"):
        back(parcel, "B2")
    Item.objects.filter(pk=item.pk).update(status="available")
    with pytest.raises(Invalid, match="before it goes"):
        send(parcel, expected_on=SENT - timedelta(days=1))
    send(parcel, expected_on=SENT)
    with pytest.raises(care.CareRefused, match="is sent already"):
        send(parcel)
    with pytest.raises(care.CareRefused, match="is sent already"):
        binding.drop(order_id=parcel.pk, by=WAYAN)


def test_a_parcel_has_a_number_of_its_own_and_a_bindery(bindery, parcel):
    for number, said in [(" ", "Give the parcel a number"), ("JILID/2026/001", "number JILID/2026/001 already")]:
        with pytest.raises(Invalid, match=said):
            binding.begin(number=number, bindery_id=bindery.pk, at=AT, by=WAYAN)
    with pytest.raises(NotFound):
        binding.begin(number="2", bindery_id=999, at=AT, by=WAYAN)
    with pytest.raises(Invalid, match="is past"):
        binding.begin(number="2", bindery_id=bindery.pk, expected_on=date(2026, 11, 22), at=AT, by=WAYAN)
    assert reads.next_order_number(on=SENT) == "JILID/2026/002"
    assert reads.next_order_number(on=date(2027, 1, 2)) == "JILID/2027/001"


def test_binderies_are_written_down_once_and_rested(bindery):
    with pytest.raises(Invalid, match="Give the bindery a name"):
        binding.save_bindery(name=" ", by=WAYAN)
    with pytest.raises(Invalid, match="“Penjilidan Sumber Ilmu” already"):
        binding.save_bindery(name="Penjilidan Sumber Ilmu", by=WAYAN)
    with pytest.raises(NotFound):
        binding.save_bindery(bindery_id=999, name="Lain", by=WAYAN)

    binding.save_bindery(
        bindery_id=bindery.pk, name="Penjilidan Sumber Ilmu", phone="0274 555", is_asked=False, by=WAYAN
    )

    assert list(reads.binderies(only_asked=True)) == []
    assert reads.binderies().get().phone == "0274 555"


def test_parcels_are_for_those_who_decide(bindery, parcel):
    for step in (
        lambda: binding.save_bindery(name="x", by=YOHANA),
        lambda: binding.begin(number="2", bindery_id=bindery.pk, at=AT, by=YOHANA),
        lambda: binding.add(order_id=parcel.pk, barcode="B1", kind=Kind.REBIND, at=AT, by=YOHANA),
        lambda: binding.add_jobs(order_id=parcel.pk, job_ids=[1], at=AT, by=YOHANA),
        lambda: binding.take_out(job_id=1, by=YOHANA),
        lambda: binding.drop(order_id=parcel.pk, by=YOHANA),
        lambda: binding.send(order_id=parcel.pk, sent_on=SENT, expected_on=DUE, at=AT, by=YOHANA),
        lambda: binding.receive(order_id=parcel.pk, barcode="B1", result="x", at=AT, by=YOHANA),
        lambda: binding.close(order_id=parcel.pk, missing_ids=[], at=AT, by=YOHANA),
    ):
        with pytest.raises(NotPermitted):
            step()


@pytest.mark.parametrize("volumes", [2, 12])
def test_sending_costs_the_same_for_any_number_of_volumes(parcel, volumes, django_assert_max_num_queries):
    bib = BibFactory()
    add(parcel, *(ItemFactory(bib=bib).barcode for _ in range(volumes)))

    with django_assert_max_num_queries(17 + volumes):  # a fact for each job; everything else at once
        send(parcel)

    assert published("BibsChanged") == [{"bib_ids": [bib.pk]}]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "sent"},
        {"state": "closed", "sent_on": SENT},
        {"sent_on": SENT},
        {"state": "sent", "sent_on": SENT, "expected_on": SENT - timedelta(days=1)},
        {"number": ""},
        {"number": "JILID/2026/001"},
    ],
)
def test_the_database_refuses_parcels_that_make_no_sense(bindery, parcel, values):
    told = {"number": "2", "bindery": bindery, "created_at": AT, "created_by": "x"}

    with pytest.raises(IntegrityError), transaction.atomic():
        BindingOrder.objects.create(**told | values)

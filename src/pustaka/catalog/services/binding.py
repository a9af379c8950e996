"""Parcels of volumes for a bindery: put together by scanning, sent with a list, taken back volume by volume."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pustaka.catalog import rules
from pustaka.catalog.models import Bindery, BindingOrder, CareJob, Change, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Care
from pustaka.catalog.services import care, conditions, history
from pustaka.catalog.services.care import CareRefused
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound

MOST_VOLUMES = 1000
MOST_EXTRAS = 200


class Return(StrEnum):
    """What a volume is that was scanned out of a parcel that came back."""

    BACK = "back"
    TWICE = "twice"  # it was taken back before
    EXTRA = "extra"  # ours, but not of this parcel
    UNKNOWN = "unknown"  # no copy carries that barcode


@dataclass(frozen=True, slots=True)
class Returned:
    """One scan of a parcel that came back, with the copy that it found."""

    outcome: Return
    barcode: str
    item: Item | None = None


# --- Binderies -------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_bindery(
    *,
    bindery_id: int | None = None,
    name: str,
    address: str = "",
    phone: str = "",
    is_asked: bool = True,
    by: Actor,
) -> Bindery:
    """Write down a bindery, or what has changed about it; with `is_asked` off it is offered no more.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such bindery.
        Invalid: it has no name, or another has that name.
    """
    by.require(Permission.CARE)
    told = rules.one_line(name)[:120]
    if not told:
        raise Invalid(_("Give the bindery a name."))
    bindery = Bindery() if bindery_id is None else Bindery.objects.select_for_update().filter(pk=bindery_id).first()
    if bindery is None:
        raise NotFound(_("There is no such bindery."))
    bindery.name, bindery.address, bindery.phone = told, rules.one_line(address)[:300], rules.one_line(phone)[:60]
    bindery.is_asked = is_asked
    try:
        with transaction.atomic():
            bindery.save()
    except IntegrityError as error:
        raise Invalid(_("There is a bindery “%(name)s” already.") % {"name": told}) from error
    return bindery


# --- Putting a parcel together ---------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    number: str,
    bindery_id: int,
    agreed_idr: int | None = None,
    expected_on: date | None = None,
    note: str = "",
    at: datetime,
    by: Actor,
) -> BindingOrder:
    """Begin a parcel for a bindery.

    Args:
        number: as the office numbers its letters; once only.
        agreed_idr: the price for all of it, where one was agreed on.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such bindery.
        Invalid: the number is empty or taken, or the day is past.
    """
    by.require(Permission.CARE)
    told = rules.one_line(number)[:60]
    if not told:
        raise Invalid(_("Give the parcel a number."))
    if not Bindery.objects.filter(pk=bindery_id).exists():
        raise NotFound(_("There is no such bindery."))
    care.check_day(expected_on=expected_on, at=at)
    try:
        with transaction.atomic():
            return BindingOrder.objects.create(
                number=told,
                bindery_id=bindery_id,
                agreed_idr=agreed_idr,
                expected_on=expected_on,
                note=rules.one_line(note)[:300],
                created_at=at,
                created_by=by.name[:200],
            )
    except IntegrityError as error:
        raise Invalid(_("There is a parcel with the number %(number)s already.") % {"number": told}) from error


@transaction.atomic
def add(*, order_id: int, barcode: str, kind: CareJob.Kind, reason: str = "", at: datetime, by: Actor) -> CareJob:
    """Lay the volume that was scanned into the parcel.

    What waits for this copy goes with it; where nothing does, `kind` is asked for with this reason, and accepted.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel, or no copy carries that barcode.
        NotToBeHad: the copy is withdrawn, missing or lost.
        CareRefused: the parcel is sent, the copy lies in a parcel already, or somebody works on it.
    """
    by.require(Permission.CARE)
    order = _open_order(order_id)
    item = conditions.locked_copy(barcode=barcode.strip())
    jobs = list(CareJob.objects.select_for_update().filter(item=item, state__in=rules.OPEN_CARE).order_by("pk"))
    _check_free(item, jobs, order)
    waiting = [job for job in jobs if job.order_id is None]
    if not waiting:
        told = reason.strip() or _("For the parcel %(number)s") % {"number": order.number}
        waiting = [care.ask(item_id=item.pk, kind=kind, reason=told, at=at, by=by)]
    for job in waiting:
        _lay_in(job, order, at, by)
    return waiting[0]


@transaction.atomic
def add_jobs(*, order_id: int, job_ids: Collection[int], at: datetime, by: Actor) -> int:
    """Lay the copies of these jobs into the parcel, and say how many; what can't go is left out.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel.
        CareRefused: the parcel is sent, or none of the copies can go.
    """
    by.require(Permission.CARE)
    order = _open_order(order_id)
    fitting = CareJob.objects.select_for_update(of=("self",)).filter(
        pk__in=job_ids, state__in=[Care.ASKED, Care.ACCEPTED], order=None
    )
    jobs = list(fitting.exclude(item__status__in=rules.NOT_TO_BE_HAD).order_by("pk"))
    if not jobs:
        raise CareRefused(_("None of these can go into the parcel: they are decided, in work, or can't be had."))
    for job in jobs:
        _lay_in(job, order, at, by)
    return len(jobs)


@transaction.atomic
def take_out(*, job_id: int, by: Actor) -> CareJob:
    """Take a volume out of a parcel that isn't sent yet; its job waits again.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it lies in no parcel, or the parcel is sent.
    """
    by.require(Permission.CARE)
    job = CareJob.objects.select_for_update(of=("self",)).select_related("order").filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no job %(number)s.") % {"number": job_id})
    if job.order is None or job.state != Care.ACCEPTED:
        raise CareRefused(_("It lies in no parcel that is still here."))
    job.order = None
    job.save(update_fields=["order"])
    return job


@transaction.atomic
def drop(*, order_id: int, by: Actor) -> None:
    """Give up a parcel that isn't sent; its jobs wait again.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel.
        CareRefused: it is sent.
    """
    by.require(Permission.CARE)
    order = _open_order(order_id)
    order.jobs.update(order=None)
    order.delete()


# --- On its way and back ---------------------------------------------------------------------------------------------


@transaction.atomic
def send(*, order_id: int, sent_on: date, expected_on: date | None, at: datetime, by: Actor) -> BindingOrder:
    """Give the parcel to the bindery: its copies are off the shelf, and readers are told until when.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel.
        CareRefused: it is sent already, empty, or holds copies that can't be had; they are named.
        Invalid: it is expected back before it goes.
    """
    by.require(Permission.CARE)
    order = _open_order(order_id)
    if expected_on is not None and expected_on < sent_on:
        raise Invalid(_("It is expected back before it goes. Choose a later day."))
    pairs = _pairs(list(order.jobs.filter(state=Care.ACCEPTED).order_by("pk")))
    if not pairs:
        raise CareRefused(_("The parcel is empty. Scan the volumes first."))
    gone = sorted({item.barcode for item, _job in pairs if item.status in rules.NOT_TO_BE_HAD})
    if gone:
        raise CareRefused(
            _("These are withdrawn or missing by the records: %(barcodes)s. Take them out of the parcel.")
            % {"barcodes": ", ".join(gone)}
        )
    care.hold(pairs=pairs, at=at, by=by)
    for _item, job in pairs:
        job.state, job.begun_at, job.begun_by, job.expected_on = Care.SENT, at, by.name[:200], expected_on
    fields = ["state", "begun_at", "begun_by", "expected_on", "is_held", "status_before"]
    CareJob.objects.bulk_update([job for _item, job in pairs], fields, batch_size=200)
    care.tell(jobs=[job for _item, job in pairs], at=at)
    order.state, order.sent_on, order.expected_on = BindingOrder.State.SENT, sent_on, expected_on
    order.save(update_fields=["state", "sent_on", "expected_on"])
    return order


@transaction.atomic
def receive(
    *,
    order_id: int,
    barcode: str,
    result: str,
    condition: Item.Condition | None = None,
    cost_idr: int | None = None,
    at: datetime,
    by: Actor,
) -> Returned:
    """Take back the volume that was scanned; its jobs in this parcel are done, and the copy returns to its state.

    A volume of ours that isn't in this parcel is remembered with it. With the last volume the parcel is closed.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel.
        CareRefused: it isn't sent yet.
        Invalid: nobody says what was done, or the condition isn't known.
    """
    by.require(Permission.CARE)
    order = _locked(order_id)
    if order.state == BindingOrder.State.OPEN:
        raise CareRefused(_("This parcel isn't sent yet."))
    code = rules.one_line(barcode)[:60]
    item: Item | None = Item.objects.select_for_update(of=("self",)).select_related("bib").filter(barcode=code).first()
    jobs = list(order.jobs.select_for_update(of=("self",)).filter(item=item).order_by("pk")) if item else []
    if item is None or not jobs:
        _remember_extra(order, code, item.bib.title if item else "")
        return Returned(Return.EXTRA if item else Return.UNKNOWN, code, item)
    coming = [job for job in jobs if job.state in {Care.SENT, Care.NOT_RETURNED}]
    if not coming:
        return Returned(Return.TWICE, code, item)
    for number, job in enumerate(coming):
        is_first = number == 0
        care.write_result(
            item=item,
            job=job,
            result=result,
            condition=condition if is_first else None,
            cost_idr=cost_idr if is_first else None,
            at=at,
            by=by,
        )
        if job.state == Care.NOT_RETURNED and item.status == Item.Status.MISSING:
            _found_again(item, job, at, by)
        job.state, job.closed_at, job.closed_by = Care.DONE, at, by.name[:200]
    care.release(pairs=[(item, job) for job in coming], at=at, by=by)
    for job in coming:
        job.save()
    care.tell(jobs=coming, at=at)
    if order.state == BindingOrder.State.SENT and not order.jobs.filter(state=Care.SENT).exists():
        _close(order, at, by)
    return Returned(Return.BACK, code, item)


@transaction.atomic
def close(*, order_id: int, missing_ids: Collection[int], at: datetime, by: Actor) -> BindingOrder:
    """Close a parcel of which some volumes don't come back: those copies are called missing, as a person has decided.

    Args:
        missing_ids: the jobs that the person has seen as not returned; all of them, and no other.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such parcel.
        CareRefused: it isn't at the bindery, or other volumes are out than the person has seen.
    """
    by.require(Permission.CARE)
    order = _locked(order_id)
    if order.state != BindingOrder.State.SENT:
        raise CareRefused(_("This parcel isn't at the bindery."))
    pairs = _pairs(list(order.jobs.filter(state=Care.SENT).order_by("pk")))
    if {job.pk for _item, job in pairs} != set(missing_ids):
        raise CareRefused(_("Somebody has taken volumes back meanwhile. Look at the list again."))
    lost = {item.pk: item for item, _job in pairs if item.status == Item.Status.REPAIR}
    said = _("Not returned by %(bindery)s") % {"bindery": order.bindery.name}
    history.keep_items(
        item_ids=list(lost), change=Change.OUT_OF_CARE, at=at, by=by, reason=said, cause=f"binding:{order.pk}"
    )
    for item in lost.values():
        item.status = Item.Status.MISSING
        item.version += 1
    Item.with_hidden.bulk_update(list(lost.values()), ["status", "version"], batch_size=200)
    for _item, job in pairs:
        job.state, job.closed_at, job.closed_by, job.is_held = Care.NOT_RETURNED, at, by.name[:200], False
    CareJob.objects.bulk_update(
        [job for _item, job in pairs], ["state", "closed_at", "closed_by", "is_held"], batch_size=200
    )
    care.tell(jobs=[job for _item, job in pairs], at=at)
    care.tell_copies(items=lost.values(), at=at)
    _close(order, at, by)
    return order


# --- Within this file ------------------------------------------------------------------------------------------------


def _locked(order_id: int) -> BindingOrder:
    order = BindingOrder.objects.select_for_update(of=("self",)).select_related("bindery").filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no such parcel."))
    return order


def _open_order(order_id: int) -> BindingOrder:
    order = _locked(order_id)
    if order.state != BindingOrder.State.OPEN:
        raise CareRefused(_("The parcel %(number)s is sent already. Begin another.") % {"number": order.number})
    if order.jobs.count() >= MOST_VOLUMES:
        raise CareRefused(_("A parcel holds at most %(most)s volumes. Begin another.") % {"most": MOST_VOLUMES})
    return order


def _check_free(item: Item, jobs: Sequence[CareJob], order: BindingOrder) -> None:
    """
    Raises:
        CareRefused: the copy lies in a parcel, or somebody works on it.
    """
    for job in jobs:
        if job.order_id == order.pk:
            raise CareRefused(_("%(barcode)s lies in this parcel already.") % {"barcode": item.barcode})
        if job.order_id is not None:
            raise CareRefused(
                _("%(barcode)s belongs to the parcel %(number)s.") % {"barcode": item.barcode, "number": job.order}
            )
        if job.state == Care.IN_WORK:
            raise CareRefused(
                _("%(barcode)s is in work in the house: %(kind)s. Finish that first.")
                % {"barcode": item.barcode, "kind": job.get_kind_display()}
            )


def _lay_in(job: CareJob, order: BindingOrder, at: datetime, by: Actor) -> None:
    if job.state == Care.ASKED:
        job.state, job.decided_at, job.decided_by = Care.ACCEPTED, at, by.name[:200]
        care.tell(jobs=[job], at=at)
    job.order = order
    job.save(update_fields=["state", "decided_at", "decided_by", "order"])


def _pairs(jobs: Sequence[CareJob]) -> list[tuple[Item, CareJob]]:
    """Each job with its copy, copies locked first, in one order; jobs of one copy share it."""
    ids = {job.item_id for job in jobs}
    items = Item.objects.select_for_update(of=("self",)).in_bulk(sorted(ids))
    fresh = CareJob.objects.select_for_update(of=("self",)).select_related("order").in_bulk([job.pk for job in jobs])
    return [(items[job.item_id], fresh[job.pk]) for job in jobs if job.item_id in items]


def _found_again(item: Item, job: CareJob, at: datetime, by: Actor) -> None:
    """What had been called missing because the bindery didn't return it has its state of before again."""
    history.keep_items(item_ids=[item.pk], change=Change.OUT_OF_CARE, at=at, by=by, reason=job.result, cause=job.cause)
    item.status = job.status_before
    item.version += 1
    item.save(update_fields=["status", "version"])
    care.tell_copies(items=[item], at=at)


def _remember_extra(order: BindingOrder, barcode: str, title: str) -> None:
    if barcode and len(order.extras) < MOST_EXTRAS and barcode not in [one["barcode"] for one in order.extras]:
        order.extras = [*order.extras, {"barcode": barcode, "title": title[:200]}]
        order.save(update_fields=["extras"])


def _close(order: BindingOrder, at: datetime, by: Actor) -> None:
    order.state, order.closed_at, order.closed_by = BindingOrder.State.CLOSED, at, by.name[:200]
    order.save(update_fields=["state", "closed_at", "closed_by"])

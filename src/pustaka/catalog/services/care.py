"""Jobs of care: asked for, accepted or declined, worked on in the house, and what came of them.

A copy that is off the shelf for its care has the state "being repaired", and its job knows the state before. Whoever
locks a job locks its copy first.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import bulk, rules
from pustaka.catalog.events import BibsChanged, CareMoved
from pustaka.catalog.models import CareJob, Change, Item, ItemVersion
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Care
from pustaka.catalog.services import conditions, history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish

MOST_AT_ONCE = 500


class CareRefused(DomainError):
    """This can't be done to the job as it is now; the text says why."""


# --- Asking and deciding ---------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    *,
    item_id: int,
    kind: CareJob.Kind,
    reason: str,
    urgency: CareJob.Urgency = CareJob.Urgency.SOON,
    lays_aside: bool = False,
    at: datetime,
    by: Actor,
) -> CareJob:
    """Ask that something be done for a copy.

    Args:
        lays_aside: the copy is here and goes off the shelf at once, before anybody has decided.

    Raises:
        NotPermitted: `by` may not ask for care.
        NotFound: the copy is gone.
        NotToBeHad: it is withdrawn, missing or lost.
        CareRefused: the same is asked for it already.
        Invalid: there is no reason.
    """
    by.require(Permission.NOTE_CONDITION)
    return _asked(conditions.locked_copy(pk=item_id), kind, reason, urgency, lays_aside, at, by)


@transaction.atomic
def ask_scanned(
    *,
    barcode: str,
    kind: CareJob.Kind,
    reason: str,
    urgency: CareJob.Urgency = CareJob.Urgency.SOON,
    lays_aside: bool = False,
    at: datetime,
    by: Actor,
) -> CareJob:
    """Ask that something be done for the copy that was scanned.

    Raises:
        NotPermitted, NotToBeHad, CareRefused, Invalid: as for `ask`.
        NotFound: no copy carries that barcode.
    """
    by.require(Permission.NOTE_CONDITION)
    return _asked(conditions.locked_copy(barcode=barcode.strip()), kind, reason, urgency, lays_aside, at, by)


@transaction.atomic
def ask_many(
    *, item_ids: Collection[int], kind: CareJob.Kind, reason: str, urgency: CareJob.Urgency, at: datetime, by: Actor
) -> int:
    """Ask the same for several copies, and say for how many; those that can't be had or wait already are left out.

    Raises:
        NotPermitted: `by` may not ask for care.
        Invalid: there is no reason, or too many were chosen.
        CareRefused: it can be asked for none of them.
    """
    by.require(Permission.NOTE_CONDITION)
    told = _reason(reason)
    if len(item_ids) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s copies at once. Choose in parts.") % {"most": MOST_AT_ONCE})
    items = Item.objects.select_for_update(of=("self",)).filter(pk__in=item_ids).order_by("pk")
    open_jobs = CareJob.objects.filter(item__in=item_ids, kind=kind, state__in=rules.OPEN_CARE)
    waiting = set(open_jobs.values_list("item_id", flat=True))
    fitting = [item for item in items if item.status not in rules.NOT_TO_BE_HAD and item.pk not in waiting]
    if not fitting:
        raise CareRefused(_("It waits for all of these already, or they can't be had."))
    jobs = CareJob.objects.bulk_create(_new(item, kind, told, urgency, at, by) for item in fitting)
    for job in jobs:
        _tell(job, at)
    return len(jobs)


@transaction.atomic
def accept(*, job_ids: Collection[int], at: datetime, by: Actor) -> int:
    """Let these jobs be done, and say how many; those that were decided already are left as they are.

    Raises:
        NotPermitted: `by` may not decide about care.
        CareRefused: none of them waits for a decision.
    """
    by.require(Permission.CARE)
    jobs = list(CareJob.objects.select_for_update().filter(pk__in=job_ids, state=Care.ASKED).order_by("pk"))
    if not jobs:
        raise CareRefused(_("None of these waits for a decision any more."))
    CareJob.objects.filter(pk__in=[job.pk for job in jobs]).update(
        state=Care.ACCEPTED, decided_at=at, decided_by=by.name[:200]
    )
    for job in jobs:
        job.state = Care.ACCEPTED
        _tell(job, at)
    return len(jobs)


@transaction.atomic
def decline(*, job_id: int, answer: str, at: datetime, by: Actor) -> CareJob:
    """Say that it isn't done, and why; a copy that was laid aside for it returns to its state.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it is in work or closed.
        Invalid: there is no reason.
    """
    by.require(Permission.CARE)
    item, job = locked(job_id=job_id, then=Care.DECLINED)
    told = rules.one_line(answer)[:300]
    if not told:
        raise Invalid(_("Say why it isn't done, so that whoever asked for it knows."))
    job.answer, job.decided_at, job.decided_by, job.order = told, at, by.name[:200], None
    _close(item, job, Care.DECLINED, at, by)
    return job


# --- In the house ----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, job_id: int, expected_on: date | None = None, at: datetime, by: Actor) -> CareJob:
    """Take the copy in hand; from now on readers are told that it is being repaired, and until when.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        NotToBeHad: the copy is withdrawn, missing or lost meanwhile.
        CareRefused: it isn't accepted, or lies in a parcel for a bindery.
        Invalid: the day is past.
    """
    by.require(Permission.CARE)
    item, job = locked(job_id=job_id, then=Care.IN_WORK)
    conditions.locked_copy(pk=item.pk)
    if job.order is not None:
        raise CareRefused(_("It lies in the parcel %(number)s. Take it out of there first.") % {"number": job.order})
    check_day(expected_on=expected_on, at=at)
    hold(pairs=[(item, job)], at=at, by=by)
    job.state, job.begun_at, job.begun_by, job.expected_on = Care.IN_WORK, at, by.name[:200], expected_on
    job.save()
    _tell(job, at)
    return job


@transaction.atomic
def put_off(*, job_id: int, at: datetime, by: Actor) -> CareJob:
    """Lay the work aside unfinished: the job waits again, and the copy returns to its state.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it isn't in work in the house.
    """
    by.require(Permission.CARE)
    item, job = locked(job_id=job_id, then=Care.ACCEPTED)
    job.begun_at, job.begun_by, job.expected_on, job.state = None, "", None, Care.ACCEPTED
    release(pairs=[(item, job)], at=at, by=by)
    job.save()
    _tell(job, at)
    return job


@transaction.atomic
def expect(*, job_id: int, on: date, at: datetime, by: Actor) -> CareJob:
    """Promise another day for a job that is in work.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it isn't in work.
        Invalid: the day is past.
    """
    by.require(Permission.CARE)
    item, job = _locked(job_id)
    if job.state not in {Care.IN_WORK, Care.SENT}:
        raise CareRefused(_("A day can be promised only for what is in work."))
    check_day(expected_on=on, at=at)
    job.expected_on = on
    job.save(update_fields=["expected_on"])
    publish(BibsChanged(at=at, bib_ids=[item.bib_id]))
    return job


@transaction.atomic
def finish(
    *,
    job_id: int,
    result: str,
    condition: Item.Condition | None = None,
    cost_idr: int | None = None,
    at: datetime,
    by: Actor,
) -> CareJob:
    """It is done; the copy returns to the state that it had before.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it isn't in work.
        Invalid: nobody says what was done, or the condition isn't known.
    """
    by.require(Permission.CARE)
    item, job = locked(job_id=job_id, then=Care.DONE)
    write_result(item=item, job=job, result=result, condition=condition, cost_idr=cost_idr, at=at, by=by)
    _close(item, job, Care.DONE, at, by)
    return job


@transaction.atomic
def give_up(*, job_id: int, result: str, cost_idr: int | None = None, at: datetime, by: Actor) -> CareJob:
    """It can't be repaired. The copy stays off the shelf until a person withdraws it, or puts it back (`put_back`).

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it isn't in work.
        Invalid: nobody says why.
    """
    by.require(Permission.CARE)
    item, job = locked(job_id=job_id, then=Care.BEYOND_REPAIR)
    write_result(item=item, job=job, result=result, cost_idr=cost_idr, at=at, by=by)
    if not job.is_held and item.status not in rules.NOT_TO_BE_HAD:
        hold(pairs=[(item, job)], at=at, by=by)
    job.state, job.closed_at, job.closed_by = Care.BEYOND_REPAIR, at, by.name[:200]
    job.save()
    _tell(job, at)
    return job


@transaction.atomic
def put_back(*, job_id: int, at: datetime, by: Actor) -> CareJob:
    """Put a copy that can't be repaired on its shelf again, as it is.

    Raises:
        NotPermitted: `by` may not decide about care.
        NotFound: there is no such job.
        CareRefused: it waits for no such decision.
    """
    by.require(Permission.CARE)
    item, job = _locked(job_id)
    if job.state != Care.BEYOND_REPAIR or not job.is_held:
        raise CareRefused(_("This copy isn't off the shelf for this job any more."))
    release(pairs=[(item, job)], at=at, by=by)
    job.save(update_fields=["is_held"])
    return job


# --- Shared with the parcels for a bindery (`services.binding`) ------------------------------------------------------


def locked(*, job_id: int, then: Care) -> tuple[Item, CareJob]:
    """The copy and its job, locked, if the job may come to that state.

    Raises:
        NotFound: there is no such job.
        CareRefused: from where it is, it can't come there.
    """
    item, job = _locked(job_id)
    if then not in rules.NEXT_CARE[Care(job.state)]:
        raise CareRefused(
            _("This can't be done now: the job is “%(state)s”. Look at its page again.")
            % {"state": job.get_state_display()}
        )
    return item, job


def hold(*, pairs: Sequence[tuple[Item, CareJob]], at: datetime, by: Actor) -> None:
    """Take these copies off the shelf for these jobs, in the history of the copies too; the caller saves the jobs."""
    taking = [(item, job) for item, job in pairs if not job.is_held]
    lent = next((item for item, _job in taking if item.status in rules.CIRCULATING), None)
    if lent is not None:
        raise CareRefused(
            _("%(barcode)s is “%(state)s”. Take it back at the desk first.")
            % {"barcode": lent.barcode, "state": lent.get_status_display()}
        )
    ids = [item.pk for item, _job in taking]
    others = dict(CareJob.objects.filter(item__in=ids, is_held=True).values_list("item_id", "status_before"))
    at_hand = _last_at_hand([item.pk for item, _job in taking if item.status == rules.IN_CARE])
    for item, job in taking:
        before = others.get(item.pk) or (item.status if item.status != rules.IN_CARE else at_hand.get(item.pk))
        job.is_held, job.status_before = True, before or Item.Status.AVAILABLE
    leaving = {item.pk: (item, job) for item, job in taking if item.status != rules.IN_CARE}
    _set_states(
        [(item, job, Item.Status.REPAIR) for item, job in leaving.values()], change=Change.INTO_CARE, at=at, by=by
    )


def release(*, pairs: Sequence[tuple[Item, CareJob]], at: datetime, by: Actor) -> None:
    """Let go of these copies; the caller saves the jobs."""
    held = [(item, job) for item, job in pairs if job.is_held]
    elsewhere = CareJob.objects.filter(item__in=[item.pk for item, _job in held], is_held=True)
    still_held = set(elsewhere.exclude(pk__in=[job.pk for _item, job in held]).values_list("item_id", flat=True))
    returning = {}
    for item, job in held:
        job.is_held = False
        after = rules.status_after_care(
            status=item.status, before=job.status_before, is_held_elsewhere=item.pk in still_held
        )
        if after != item.status:
            returning[item.pk] = (item, job, Item.Status(after))
    _set_states(list(returning.values()), change=Change.OUT_OF_CARE, at=at, by=by)


def write_result(
    *,
    item: Item,
    job: CareJob,
    result: str,
    condition: Item.Condition | None = None,
    cost_idr: int | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """What was done, what it cost, and how the copy is now; the caller saves the job.

    Raises:
        Invalid: nobody says what was done, or the condition isn't known.
    """
    told = rules.one_line(result)[:500]
    if not told:
        raise Invalid(_("Say in a few words what was done, or why it couldn't be done."))
    job.result, job.cost_idr = told, cost_idr
    if condition:
        job.condition_after = condition
        conditions.write(item=item, condition=condition, note=told, job=job, at=at, by=by)


def check_day(*, expected_on: date | None, at: datetime) -> None:
    """
    Raises:
        Invalid: the promised day is past.
    """
    if expected_on is not None and expected_on < at.date():
        raise Invalid(_("The day on which it is expected back is past. Choose a later one."))


def tell(*, jobs: Sequence[CareJob], at: datetime) -> None:
    """Publish where these jobs are now."""
    for job in jobs:
        _tell(job, at)


def tell_copies(*, items: Iterable[Item], at: datetime) -> None:
    """Let the index know that these copies can be had, or not, from now on."""
    for some in bulk.parts(sorted({item.bib_id for item in items})):
        publish(BibsChanged(at=at, bib_ids=some))


# --- Within this file ------------------------------------------------------------------------------------------------


def _asked(
    item: Item,
    kind: CareJob.Kind,
    reason: str,
    urgency: CareJob.Urgency,
    lays_aside: bool,
    at: datetime,
    by: Actor,
) -> CareJob:
    told = _reason(reason)
    waiting = CareJob.objects.filter(item=item, kind=kind, state__in=rules.OPEN_CARE).first()
    if waiting is not None:
        raise CareRefused(
            _("“%(kind)s” is asked for %(barcode)s already: %(state)s. Open its job instead.")
            % {"kind": waiting.get_kind_display(), "barcode": item.barcode, "state": waiting.get_state_display()}
        )
    job = _new(item, kind, told, urgency, at, by)
    job.save()
    if lays_aside:
        hold(pairs=[(item, job)], at=at, by=by)
        job.save()
    _tell(job, at)
    return job


def _new(item: Item, kind: CareJob.Kind, reason: str, urgency: CareJob.Urgency, at: datetime, by: Actor) -> CareJob:
    return CareJob(
        item=item,
        kind=kind,
        urgency=urgency,
        reason=reason,
        asked_at=at,
        asked_by=by.name[:200],
        patron_id=by.patron_id,
    )


def _reason(text: str) -> str:
    told = rules.one_line(text)[:300]
    if not told:
        raise Invalid(_("Say why: a torn spine, loose leaves, insects."))
    return told


def _locked(job_id: int) -> tuple[Item, CareJob]:
    known = CareJob.objects.filter(pk=job_id).values_list("item_id", flat=True).first()
    if known is None:
        raise NotFound(_("There is no job %(number)s.") % {"number": job_id})
    item = Item.objects.select_for_update(of=("self",)).select_related("bib").get(pk=known)
    return item, CareJob.objects.select_for_update(of=("self",)).select_related("order").get(pk=job_id)


def _close(item: Item, job: CareJob, state: Care, at: datetime, by: Actor) -> None:
    job.state, job.closed_at, job.closed_by = state, at, by.name[:200]
    release(pairs=[(item, job)], at=at, by=by)
    job.save()
    _tell(job, at)


def _tell(job: CareJob, at: datetime) -> None:
    publish(CareMoved(at=at, job_id=job.pk, item_id=job.item_id, state=str(job.state)))


def _last_at_hand(item_ids: Collection[int]) -> dict[int, str]:
    """The last state by which each copy could be had, for those that somebody has set to "being repaired" by hand."""
    rows = ItemVersion.objects.filter(item_id__in=item_ids).order_by("version").values_list("item_id", "state")
    return {item_id: state["status"] for item_id, state in rows if state.get("status") in rules.AT_HAND}


def _set_states(
    triples: Sequence[tuple[Item, CareJob, Item.Status]], *, change: Change, at: datetime, by: Actor
) -> None:
    """Each copy gets its state; its history names its job, or the parcel where many change at once."""
    for some in bulk.parts(triples):
        job = some[0][1]
        is_one = len(some) == 1
        history.keep_items(
            item_ids=[item.pk for item, _job, _state in some],
            change=change,
            at=at,
            by=by,
            reason=(job.result or job.answer or job.reason) if is_one else str(job.order or ""),
            cause=job.cause if is_one else f"binding:{job.order_id}",
        )
        for item, _job, state in some:
            item.status = state
            item.version += 1
        Item.with_hidden.bulk_update([item for item, _job, _state in some], ["status", "version"])
        tell_copies(items=[item for item, _job, _state in some], at=at)

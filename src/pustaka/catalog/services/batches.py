"""Changes of many titles or copies at once: listed, checked and shown, worked off in the background, undone.

    checking → ready → changing → done → undoing → undone
        └────────┴→ cancelled

Every step is a row of short transactions that also move the batch on, so a killed one goes on where it was. What it has
changed has the cause `batch:<id>` in the history.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.catalog import bulk, pace, queries
from pustaka.catalog.batches import listing, working
from pustaka.catalog.batches.authorities import Plan, apply, put_back
from pustaka.catalog.batches.copies import CopyChange
from pustaka.catalog.batches.fields import FieldChange
from pustaka.catalog.batches.remarks import REMARKS, WRONG
from pustaka.catalog.batches.working import ask_for, change, check, enter, restore
from pustaka.catalog.differences import Difference, between
from pustaka.catalog.events import BatchStepName
from pustaka.catalog.models import BatchChange, BatchLine, Bib, Change, Item, Withdrawal
from pustaka.catalog.permissions import Permission
from pustaka.catalog.queries import Changed
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid
from pustaka.standards.marc import Record

__all__ = [
    "CopyPreview", "NotNow", "Progress", "TitlePreview", "begin_copies", "begin_titles", "cancel", "change", "check",
    "copies_preview", "giving_up", "progress", "report", "restore", "resume", "start", "stop", "titles_preview", "undo",
]  # fmt: skip

State = BatchChange.State
Outcome = BatchLine.Outcome
Subject = BatchChange.Subject

MOST_LINES = 200_000
CHECKED_AT_ONCE = {Subject.COPIES: 2_000, Subject.TITLES: 500}  # while the person waits
RUNNING = frozenset({State.CHECKING, State.CHANGING, State.UNDOING})
STEPS: dict[State, BatchStepName] = {State.CHECKING: "check", State.CHANGING: "change", State.UNDOING: "restore"}


class NotNow(DomainError):
    """The batch is in a state in which this can't be done; the text says which."""


# --- Listing ---------------------------------------------------------------------------------------------------------


def begin_copies(
    *,
    what: CopyChange,
    told: Sequence[str] = (),
    bib_ids: Sequence[int] = (),
    chosen: str = "",
    reason: str = "",
    at: datetime,
    by: Actor,
) -> BatchChange:
    """List the copies that are meant, and see what the change would do to each; nothing is changed yet.

    Args:
        told: barcodes or inventory numbers, in order; those that nobody has are named.
        bib_ids: all copies of these titles.
        chosen: where the list comes from, in words that its maker knows again.

    Raises:
        NotPermitted: `by` may not change many at once, or not withdraw.
        Invalid: nothing is to be changed, nothing is meant, or too much.
    """
    by.require(Permission.BATCH)
    if what.withdraw:
        by.require(Permission.WITHDRAW)
    if what.withdraw == Withdrawal.Reason.OTHER and not what.withdraw_note.strip():
        raise Invalid(_("Say in the note why these copies are withdrawn."))
    if what.is_empty:
        raise Invalid(_("Say what is to be changed: fill in at least one field."))
    found = listing.copies_told(told)
    ids: list[int] = []
    for some in bulk.parts(bib_ids):
        ids += Item.objects.filter(bib__in=some).order_by("bib", "pk").values_list("pk", flat=True)
    change = Change.WITHDRAWN if what.withdraw else Change.BATCH
    return _begin(Subject.COPIES, what.as_json(), change, told, found, ids, chosen, reason, at, by)


def begin_titles(
    *,
    what: Sequence[FieldChange],
    told: Sequence[str] = (),
    bib_ids: Sequence[int] = (),
    chosen: str = "",
    reason: str = "",
    change: Change = Change.BATCH,
    authorities: Sequence[Plan] = (),
    at: datetime,
    by: Actor,
) -> BatchChange:
    """List the titles that are meant, and see what the change would do to each; nothing is changed yet.

    Args:
        told: numbers of titles, control numbers, ISBNs, or barcodes of their copies, in order.
        bib_ids: these titles.
        change: how the history calls it.
        authorities: authority records that are written when it starts; then no title need be meant.

    Raises:
        NotPermitted: `by` may not change many at once.
        Invalid: nothing is to be changed, nothing is meant, or too much; or a change makes no sense.
    """
    by.require(Permission.BATCH)
    if not what:
        raise Invalid(_("Say what is to be changed: fill in at least one field."))
    for one in what:
        if wrong := one.check():
            raise Invalid(str(WRONG[wrong]))
    found = listing.titles_told(told)
    ids: list[int] = []
    for some in bulk.parts(bib_ids):
        known = set(Bib.objects.filter(pk__in=some).values_list("pk", flat=True))
        ids += [bib_id for bib_id in some if bib_id in known]
    steps = [one.as_json() for one in what]
    return _begin(Subject.TITLES, steps, change, told, found, ids, chosen, reason, at, by, authorities=authorities)


def _begin(
    subject: Subject,
    what: Any,
    change: Change,
    told: Sequence[str],
    found: dict[str, int],
    ids: Sequence[int],
    chosen: str,
    reason: str,
    at: datetime,
    by: Actor,
    authorities: Sequence[Plan] = (),
) -> BatchChange:
    targets = list(dict.fromkeys([*ids, *(found[token] for token in told if token in found)]))
    unknown = [token for token in told if token not in found]
    if not targets and not unknown and not authorities:
        raise Invalid(_("Nothing was chosen. Scan or paste barcodes, choose a file, or come from a search."))
    if len(targets) + len(unknown) > MOST_LINES:
        raise Invalid(
            _("That is more than %(most)s at once. Narrow the search, or part the list.") % {"most": f"{MOST_LINES:,}"}
        )
    with transaction.atomic():
        job = BatchChange.objects.create(
            subject=subject,
            what=what,
            change=change,
            authorities=list(authorities),
            chosen=chosen[:500],
            reason=reason.strip()[:300],
            counts={
                name: count
                for name, count in (
                    (str(Outcome.WAITING), len(targets)),
                    (str(Outcome.UNKNOWN), len(unknown)),
                    ("repeated", len(ids) + len(told) - len(unknown) - len(targets)),
                )
                if count
            },
            phase_total=len(targets),
            phase_started_at=at,
            created_at=at,
            created_by=by.name[:200],
            patron_id=by.patron_id,
        )
        lines: list[tuple[Any, ...]] = [
            (job.pk, number, target, "", str(Outcome.WAITING), "") for number, target in enumerate(targets, 1)
        ]
        lines += [
            (job.pk, number, None, token, str(Outcome.UNKNOWN), "")
            for number, token in enumerate(unknown, len(targets) + 1)
        ]
        bulk.insert(BatchLine, ("job_id", "number", "target_id", "told", "outcome", "remark"), lines)
        if len(targets) > CHECKED_AT_ONCE[subject]:
            ask_for("check", job, at=at)
    if len(targets) <= CHECKED_AT_ONCE[subject]:
        check(job_id=job.pk, at=at)
        job.refresh_from_db()
    return job


# --- Decisions -------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(*, job_id: int, at: datetime, by: Actor) -> BatchChange:
    """Change what the preview has shown; it goes on in the background.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotNow: the batch isn't ready for it, or nothing would change.
        StaleAuthority: somebody has changed a heading that it writes.
    """
    job = _locked(job_id, {State.READY}, by)
    due = job.counts.get(str(Outcome.DUE), 0)
    if not due and not job.authorities:
        raise NotNow(_("Nothing would change: all of them are so already, or can't be changed."))
    apply(plans=job.authorities, cause=working.cause(job), at=at, by=by)
    enter(job, State.CHANGING, at=at, total=due)
    ask_for("change", job, at=at)
    return job


@transaction.atomic
def cancel(*, job_id: int, at: datetime, by: Actor) -> BatchChange:
    """Give a batch up that hasn't changed anything yet.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotNow: it has begun already (then stop or undo it), or is over.
    """
    job = _locked(job_id, {State.CHECKING, State.READY}, by)
    job.state, job.finished_at = State.CANCELLED, at
    job.save(update_fields=["state", "finished_at"])
    return job


@transaction.atomic
def stop(*, job_id: int, at: datetime, by: Actor) -> BatchChange:
    """Change no more; what is changed already stays until it is undone.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotNow: it isn't under way.
    """
    job = _locked(job_id, {State.CHANGING}, by)
    job.state, job.finished_at = State.DONE, at
    job.save(update_fields=["state", "finished_at"])
    return job


@transaction.atomic
def undo(*, job_id: int, at: datetime, by: Actor) -> BatchChange:
    """Make everything what it was before, in the background; what somebody has changed since stays, and is named.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotNow: the batch isn't done, or is undone already.
    """
    job = _locked(job_id, {State.DONE}, by)
    put_back(plans=job.authorities, cause=working.cause(job), at=at, by=by)
    enter(job, State.UNDOING, at=at, total=job.counts.get(str(Outcome.CHANGED), 0))
    ask_for("restore", job, at=at)
    return job


@transaction.atomic
def resume(*, job_id: int, at: datetime, by: Actor) -> BatchChange:
    """Set a batch going again that has stood still; harmless where it hasn't.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotNow: there is nothing left to do.
    """
    job = _locked(job_id, {*RUNNING, State.FAILED}, by)
    if job.state == State.FAILED:
        job.state, job.failed_in, job.error, job.finished_at = job.failed_in, "", "", None
    job.phase_begun, job.phase_started_at = job.phase_done, at
    job.save()
    ask_for(STEPS[State(job.state)], job, at=at)
    return job


def _locked(job_id: int, states: Collection[str], by: Actor) -> BatchChange:
    by.require(Permission.BATCH)
    job = BatchChange.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        return queries.batch(job_id)
    if job.state not in states:
        raise NotNow(
            _("This can't be done with change %(number)s now: %(state)s.")
            % {"number": job.pk, "state": job.get_state_display()}
        )
    return job


@contextmanager
def giving_up(*, job_id: int, is_last_try: bool, at: datetime) -> Iterator[None]:
    """Where the last try of a step fails, the batch says so instead of waiting for ever."""
    try:
        yield
    except Exception as error:
        if is_last_try:
            with transaction.atomic():
                job = BatchChange.objects.select_for_update().filter(pk=job_id, state__in=RUNNING).first()
                if job is not None:
                    job.failed_in, job.state, job.finished_at = job.state, State.FAILED, at
                    job.error = f"{type(error).__name__}: {error}"[:300]
                    job.save()
        raise


# --- What people see of it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the phase is: `done` of `total` lines, `share` from 0 to 1."""

    share: float
    done: int
    total: int
    remaining_s: int | None
    is_running: bool


def progress(*, job: BatchChange, at: datetime) -> Progress:
    """How far a batch is, with the remaining time; `None` until that can be told."""
    total, done = job.phase_total, min(job.phase_done, job.phase_total)
    is_running = job.state in RUNNING
    share = done / total if total else float(not is_running)
    return Progress(share, done, total, pace.remaining_s(job, at=at) if is_running else None, is_running)


@dataclass(frozen=True, slots=True)
class CopyPreview:
    """A copy, and which of its columns would change from what to what."""

    item: Item
    changes: list[Changed]


@dataclass(frozen=True, slots=True)
class TitlePreview:
    """A title, and which fields of its record would change from what to what."""

    bib: Bib
    differences: list[Difference]


def copies_preview(*, job: BatchChange, most: int = 20) -> list[CopyPreview]:
    """The first copies that would change, as they are now and as they would be; three statements."""
    ids = _first(job, Outcome.DUE, most)
    found = working.copies_after(working.copy_change(job), ids)
    items = Item.objects.select_related("bib").in_bulk(ids)
    return [
        CopyPreview(items[pk], [Changed(column, found[pk][0][column], value) for column, value in after.items()])
        for pk in ids
        if pk in items and pk in found and isinstance(after := found[pk][1], dict)
    ]


def titles_preview(*, job: BatchChange, most: int = 20) -> list[TitlePreview]:
    """The first titles that would change, as they are now and as they would be; four statements."""
    ids = _first(job, Outcome.DUE, most)
    found = working.titles_after(working.field_changes(job), ids)
    bibs = Bib.objects.in_bulk(ids)
    return [
        TitlePreview(bibs[pk], between(found[pk][1], after))
        for pk in ids
        if pk in bibs and pk in found and isinstance(after := found[pk][2], Record)
    ]


def _first(job: BatchChange, outcome: Outcome, most: int) -> list[int]:
    lines = job.lines.filter(outcome=outcome).order_by("number").values_list("target_id", flat=True)
    return [pk for pk in lines[:most] if pk is not None]


REPORT_HEADER = (
    gettext_lazy("outcome"), gettext_lazy("remarks"), gettext_lazy("barcode"), gettext_lazy("our record"),
    gettext_lazy("title"), gettext_lazy("as it was given"),
)  # fmt: skip


def report(*, job: BatchChange) -> Iterator[list[str]]:
    """The header, then a row for every line in order; a page of rows at a time, whatever the size."""
    yield [str(name) for name in REPORT_HEADER]
    after = 0
    while page := list(job.lines.filter(number__gt=after).order_by("number")[:1000]):
        after = page[-1].number
        ids = [line.target_id for line in page if line.target_id]
        named: dict[int, tuple[str, int, str]] = {}
        for some in bulk.parts(ids):
            if job.subject == Subject.COPIES:
                rows = Item.objects.filter(pk__in=some).values_list("pk", "barcode", "bib_id", "bib__title")
                named |= {pk: (barcode, bib_id, title) for pk, barcode, bib_id, title in rows}
            else:
                titles = Bib.objects.filter(pk__in=some).values_list("pk", "title")
                named |= {pk: ("", pk, title) for pk, title in titles}
        for line in page:
            barcode, bib_id, title = named.get(line.target_id or 0, ("", line.target_id or "", ""))
            remark = str(REMARKS.get(line.remark, line.remark))
            yield [line.get_outcome_display(), remark, barcode, str(bib_id), title, line.told]

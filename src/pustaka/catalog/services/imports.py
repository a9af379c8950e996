"""Files of records on their way into the catalogue: taken in, staged, previewed, revealed, undone.

    (mapping →) waiting → analysing → ready → committing → indexing → done → undoing → undone
        └──────────┴──────────┴─────────┴→ cancelled

Everything that an import brings is written hidden, in short transactions that also move the job on; so a killed import
goes on where it was, and what it has brought appears, and on undo disappears, at once. Every step may be run again.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.branches.services.places import ensure_branch
from pustaka.catalog import bulk, pace, queries
from pustaka.catalog.events import BatchStaged, BatchWithdrawn, StepName
from pustaka.catalog.importing import reading
from pustaka.catalog.importing.recognizing import recognize
from pustaka.catalog.importing.settling import note_progress, reveal, settle
from pustaka.catalog.importing.staging import Staging
from pustaka.catalog.importing.steps import STEP, ask_for, begin_commit, enter, running, tell
from pustaka.catalog.importing.undoing import clear, keep_what_is_needed, withdraw
from pustaka.catalog.models import Bib, ColumnMap, ImportEntry, ImportJob
from pustaka.catalog.permissions import Permission
from pustaka.catalog.tables import Recipe
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid
from pustaka.foundation.events import publish

__all__ = [
    "NotNow", "Progress", "Summary", "add_file", "added_samples", "analyse", "cancel", "clear", "commit", "decide",
    "giving_up", "locked", "note_progress", "progress", "report", "resume", "reveal", "samples", "settle", "summary",
    "undo", "upload", "withdraw",
]  # fmt: skip

State = ImportJob.State
OnMatch = ImportJob.OnMatch
Outcome = ImportEntry.Outcome
Action = ImportEntry.Action

BLOCK = 1 << 20  # bytes copied at once
WAYS_TO_CANCEL = frozenset({State.MAPPING, State.WAITING, State.ANALYSING, State.READY, State.FAILED})
WAYS_TO_DECIDE = frozenset({State.MAPPING, State.WAITING, State.ANALYSING, State.READY})
RUNNING = frozenset({State.WAITING, State.ANALYSING, State.COMMITTING, State.INDEXING, State.UNDOING})


class NotNow(DomainError):
    """The import is in a state in which this can't be done; the text says which."""


# --- Taking a file in ------------------------------------------------------------------------------------------------


def upload(
    *,
    file: BinaryIO,
    name: str,
    on_match: OnMatch = OnMatch.SKIP,
    branch: Branch | None = None,
    location: Location | None = None,
    creates_places: bool = False,
    at: datetime,
    by: Actor,
) -> ImportJob:
    """Take a file in and have it analysed in the background; a table of unknown columns waits for their meaning.

    Args:
        branch, location: where copies stand that name no place, or one that we don't know.
        creates_places: make branches and shelves that the file names and we don't know.

    Raises:
        NotPermitted: `by` may not import.
        Invalid: the file is neither MARC nor a table, is empty or too large.
    """
    by.require(Permission.IMPORT)

    def take(path: Path) -> None:
        with path.open("wb") as ours:
            size = 0
            while block := file.read(BLOCK):
                size += len(block)
                if size > settings.MOST_UPLOAD_BYTES:
                    raise Invalid(
                        _("The file has more than %(most)s MB. Compress it, or import it on the command line.")
                        % {"most": settings.MOST_UPLOAD_BYTES // 1_000_000}
                    )
                ours.write(block)

    return _take_in(take, name, on_match, branch, location, creates_places, False, at, by)


def add_file(
    *,
    path: Path,
    on_match: OnMatch = OnMatch.SKIP,
    branch: Branch | None = None,
    location: Location | None = None,
    creates_places: bool = False,
    commits_itself: bool = False,
    column_map: ColumnMap | None = None,
    at: datetime,
    by: Actor,
) -> ImportJob:
    """`upload` for a file that lies on this machine; with `commits_itself` it goes on without a decision.

    Args:
        column_map: what the columns of a table mean, where that isn't known by its header.

    Raises:
        NotPermitted: `by` may not import.
        Invalid: the file is neither MARC nor a table, is empty, can't be read, or doesn't fit the map.
    """
    by.require(Permission.IMPORT)

    def take(ours: Path) -> None:
        try:
            os.link(path.resolve(), ours)
        except OSError:  # another file system
            try:
                shutil.copyfile(path, ours)
            except OSError as error:
                raise Invalid(
                    _("%(path)s can't be read (%(reason)s).") % {"path": path, "reason": error.strerror}
                ) from error

    return _take_in(take, path.name, on_match, branch, location, creates_places, commits_itself, at, by, column_map)


def _take_in(
    take: Callable[[Path], None],
    name: str,
    on_match: OnMatch,
    branch: Branch | None,
    location: Location | None,
    creates_places: bool,
    commits_itself: bool,
    at: datetime,
    by: Actor,
    column_map: ColumnMap | None = None,
) -> ImportJob:
    settings.UPLOADS.mkdir(parents=True, exist_ok=True)
    path = settings.UPLOADS / f"{uuid.uuid4().hex}.file"
    try:
        take(path)
        found = recognize(path, name=name, column_map=column_map)
        is_clear = found.recipe is not None or found.format not in {"csv", "xlsx"}
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        with transaction.atomic():
            if found.remembered is not None:
                ColumnMap.objects.filter(pk=found.remembered.pk).update(used_at=at)
            job = ImportJob.objects.create(
                state=State.WAITING if is_clear else State.MAPPING,
                name=Path(name).name[:255] or "marc",
                path=str(path),
                size=path.stat().st_size,
                sha256=digest,
                format=found.format,
                recipe=found.recipe.as_json() if found.recipe else {},
                on_match=on_match,
                branch=branch or (location.branch if location else _first_branch()),
                location=location,
                creates_places=creates_places,
                commits_itself=commits_itself,
                phase_total=path.stat().st_size,
                created_at=at,
                created_by=by.name,
            )
            if is_clear:
                ask_for("analyse", job, at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return job


def _first_branch() -> Branch:
    return branches.branches().order_by("pk").first() or ensure_branch(code="PUSAT", name=_("Main library"))


# --- Decisions -------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide(*, job_id: int, on_match: OnMatch, at: datetime, by: Actor) -> ImportJob:
    """Change what happens to records that we have already.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: the import has been taken over or cancelled.
    """
    by.require(Permission.IMPORT)
    job = locked(job_id=job_id, states=WAYS_TO_DECIDE)
    job.on_match = OnMatch(on_match)
    job.save(update_fields=["on_match"])
    return job


@transaction.atomic
def commit(*, job_id: int, at: datetime, by: Actor) -> ImportJob:
    """Take over what the preview has shown; it goes on in the background and appears all at once.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: the import isn't ready for it.
    """
    by.require(Permission.IMPORT)
    job = locked(job_id=job_id, states={State.READY})
    begin_commit(job, at)
    return job


@transaction.atomic
def cancel(*, job_id: int, at: datetime, by: Actor) -> ImportJob:
    """Give an import up that hasn't been taken over; nothing of it stays.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: it has been taken over already (then undo it), or is over.
    """
    by.require(Permission.IMPORT)
    job = locked(job_id=job_id, states=WAYS_TO_CANCEL)
    enter(job, State.CANCELLED, at=at, total=job.read)
    ask_for("clear", job, at=at)
    return job


@transaction.atomic
def undo(*, job_id: int, at: datetime, by: Actor) -> ImportJob:
    """Take an import back: what it added vanishes at once, what it replaced is restored in the background.

    Titles that somebody has changed since, or that other things depend on, stay, and the report names them.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: the import isn't done, or is undone already.
    """
    by.require(Permission.IMPORT)
    job = locked(job_id=job_id, states={State.DONE})
    kept = keep_what_is_needed(job)
    job.is_revealed = False
    enter(job, State.UNDOING, at=at, total=Bib.with_hidden.filter(batch=job).count(), more=("is_revealed", "counts"))
    publish(BatchWithdrawn(at=at, job_id=job.pk))
    tell(kept, at)
    ask_for("withdraw", job, at=at)
    return job


@transaction.atomic
def resume(*, job_id: int, at: datetime, by: Actor) -> ImportJob:
    """Set an import going again that has stood still; harmless where it hasn't.

    Raises:
        NotPermitted: `by` may not import.
        NotNow: there is nothing left to do.
    """
    by.require(Permission.IMPORT)
    job = locked(job_id=job_id, states=RUNNING | {State.FAILED})
    if job.state == State.FAILED:
        job.error, job.finished_at = "", None
        enter(
            job,
            State.COMMITTING if job.analysed_at else State.ANALYSING,
            at=at,
            total=job.phase_total,
            more=("error", "finished_at"),
        )
    if job.state == State.INDEXING:
        publish(BatchStaged(at=at, job_id=job.pk))
    else:
        steps: dict[State, StepName] = {State.COMMITTING: "settle", State.UNDOING: "withdraw"}
        ask_for(steps.get(State(job.state), "analyse"), job, at=at)
    return job


def locked(*, job_id: int, states: Collection[str]) -> ImportJob:
    """The import, locked until the transaction ends.

    Raises:
        NotFound: there is none of that number.
        NotNow: it is in none of the states.
    """
    job = ImportJob.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
    if job is None:
        return queries.job(job_id)
    if job.state not in states:
        raise NotNow(
            _("This can't be done with the import “%(name)s” now: %(state)s.")
            % {"name": job.name, "state": job.get_state_display()}
        )
    return job


# --- Analysing -------------------------------------------------------------------------------------------------------


def analyse(*, job_id: int, at: datetime) -> None:
    """Stage the file from where an earlier run got to, and stop at the preview.

    Ends quietly where the import was cancelled, is staged already, or another run is at it.
    """
    with transaction.atomic():
        job = running(job_id, {State.WAITING, State.ANALYSING})
        if job is None:
            return
        job.state, job.phase_started_at, job.phase_begun = State.ANALYSING, at, job.phase_done
        if not job.looked_past:
            job.looked_past = {
                "newest": ImportJob.objects.latest("pk").pk,
                "hidden": list(ImportJob.objects.filter(is_revealed=False).values_list("pk", flat=True)),
            }
        job.save(update_fields=["state", "phase_started_at", "phase_begun", "looked_past"])
    with bulk.roomy():
        _stage(job, at)


def _stage(job: ImportJob, at: datetime) -> None:
    staging = Staging(job, at=at)
    form: Any = Recipe.from_json(job.recipe) if job.recipe else job.format
    for chunk in reading.chunks(Path(job.path), form=form, start=job.position, number=job.read + 1):
        with transaction.atomic():
            now = running(job.pk, {State.ANALYSING})
            if now is None or now.read != job.read:
                return
            job.on_match, job.commits_itself = now.on_match, now.commits_itself
            for name, count in staging.write(chunk.records).items():
                job.counts[name] = job.counts.get(name, 0) + count
            job.position = chunk.next_offset
            job.read += len(chunk.records)
            job.phase_done = min(chunk.consumed, job.size)
            job.save(update_fields=["counts", "position", "read", "phase_done"])
            if chunk.is_last:
                _finish_analysis(job, at)


def _finish_analysis(job: ImportJob, at: datetime) -> None:
    job.analysed_at = at
    job.phase_done = job.phase_total
    job.state = State.READY
    job.save(update_fields=["analysed_at", "phase_done", "state"])
    if job.commits_itself:
        begin_commit(job, at)


@contextmanager
def giving_up(*, job_id: int, is_last_try: bool, at: datetime) -> Iterator[None]:
    """Where the last try of a step fails, the import says so instead of waiting for ever."""
    try:
        yield
    except Exception as error:
        if is_last_try:
            ImportJob.objects.filter(pk=job_id, state__in=[State.WAITING, State.ANALYSING, State.COMMITTING]).update(
                state=State.FAILED,
                finished_at=at,
                error=_("The import met a fault (%(fault)s) and stopped; nothing of it is visible.")
                % {"fault": f"{type(error).__name__}: {error}"[:300]},
            )
        raise


# --- What people see of it -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the phase is: `done` of `total` (bytes while the file is read, records later), `share` from 0 to 1."""

    state: State
    share: float
    done: int
    total: int
    remaining_s: int | None
    is_running: bool


def progress(*, job: ImportJob, at: datetime) -> Progress:
    """How far an import is, with the remaining time at the pace of the latest start; `None` until that can be told."""
    total, done = job.phase_total, min(job.phase_done, job.phase_total)
    is_running = job.state in RUNNING
    share = done / total if total else float(not is_running)
    remaining = pace.remaining_s(job, at=at) if is_running else None
    return Progress(State(job.state), share, done, total, remaining, is_running)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of an import; what will be done is by its present rule for matches."""

    read: int
    bibs: int
    authorities: int
    holdings: int
    broken: int
    mended: int
    noted: int
    matched: int
    matched_by: dict[str, int]
    in_file: int
    identical: int
    items: int
    items_known: int
    items_refused: int
    will_add: int
    will_skip: int
    will_replace: int
    will_merge: int
    kept: int
    copies: int
    copies_changed: int
    copies_same: int
    copies_touched: int
    copies_unknown: int
    unknown_places: dict[str, int]


def summary(*, job: ImportJob) -> Summary:
    """For the preview and the report; costs no statement."""
    counts = job.counts

    def count(name: str) -> int:
        return int(counts.get(name, 0))

    by = {
        kind: number for kind in ("control", "isbn", "issn", "title", "content") if (number := count(f"matched_{kind}"))
    }
    elsewhere = count("matched") - count("matched_in_file")
    rule = job.on_match
    return Summary(
        read=job.read,
        bibs=count("bibs"),
        authorities=count("authorities"),
        holdings=count("holdings"),
        broken=count("broken"),
        mended=count("mended"),
        noted=count("noted"),
        matched=count("matched"),
        matched_by=by,
        in_file=count("matched_in_file"),
        identical=count("identical"),
        items=count("items"),
        items_known=count("items_known"),
        items_refused=count("items_refused"),
        will_add=count("bibs") - (0 if rule == OnMatch.ADD else count("matched")),
        will_skip=elsewhere if rule == OnMatch.SKIP else 0,
        will_replace=elsewhere if rule == OnMatch.REPLACE else 0,
        will_merge=(elsewhere if rule == OnMatch.MERGE_ITEMS else 0)
        + (0 if rule == OnMatch.ADD else count("matched_in_file")),
        kept=count("kept"),
        copies=count("copies"),
        copies_changed=count("copies_changed") + (count("copies_touched") if rule == OnMatch.REPLACE else 0),
        copies_same=count("copies_same"),
        copies_touched=0 if rule == OnMatch.REPLACE else count("copies_touched"),
        copies_unknown=count("copies_unknown"),
        unknown_places=dict(counts.get("unknown_places", {})),
    )


def samples(*, job: ImportJob, outcome: Outcome, most: int = 10) -> list[ImportEntry]:
    """The first records of which that is said."""
    return list(queries.entries(job, outcome)[:most])


def added_samples(*, job: ImportJob, most: int = 10) -> list[Bib]:
    """The first titles that the import adds, visible or not."""
    return list(_added(job).order_by("pk")[:most])


def _added(job: ImportJob) -> QuerySet[Bib]:
    matched = job.entries.filter(outcome=Outcome.MATCHED, staged_id__isnull=False).exclude(action=Action.ADDED)
    return Bib.with_hidden.filter(batch=job).exclude(pk__in=matched.values("staged_id"))


REPORT_HEADER = (
    gettext_lazy("outcome"), gettext_lazy("number in the file"), gettext_lazy("byte offset"), gettext_lazy("title"),
    gettext_lazy("control number"), gettext_lazy("our record"), gettext_lazy("matched by"),
    gettext_lazy("what was done"), gettext_lazy("remarks"),
)  # fmt: skip


def report(*, job: ImportJob) -> Iterator[list[str]]:
    """The header, then a row for every broken, mended, noted and matched record, then one for every added one.

    Holds a page of rows at a time, whatever the size of the import.
    """
    yield [str(name) for name in REPORT_HEADER]
    for outcome in (Outcome.BROKEN, Outcome.MENDED, Outcome.MATCHED, Outcome.NOTED):
        for entry in _paged(job.entries.filter(outcome=outcome)):
            yield [
                str(outcome.label),
                str(entry.number or ""),
                str(entry.offset) if entry.number and not job.recipe else "",
                entry.title,
                entry.control_number,
                str(entry.matched_id or entry.staged_id or ""),
                str(entry.matched_by_name),
                entry.get_action_display() if entry.action else "",
                "; ".join(entry.remarks),
            ]
    for bib in _paged(_added(job)):
        yield [str(Action.ADDED.label), "", "", bib.title, bib.control_number, str(bib.pk), "", "", ""]


def _paged(rows: QuerySet[Any]) -> Iterator[Any]:
    """All rows by id, a page at a time; reads no transaction open."""
    after = 0
    while page := list(rows.filter(pk__gt=after).order_by("pk")[: 2 * STEP]):
        yield from page
        after = page[-1].pk

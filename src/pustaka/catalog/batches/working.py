"""The work on a batch: short transactions that each move it on, so that a killed one goes on where it was."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from pustaka.branches import queries as branches
from pustaka.catalog import bulk
from pustaka.catalog.batches import copies, fields
from pustaka.catalog.events import BatchStepDue, BatchStepName, BibsChanged
from pustaka.catalog.models import (
    BatchChange,
    BatchLine,
    Bib,
    BibRecord,
    BibVersion,
    Change,
    Item,
    ItemType,
    ItemVersion,
    Withdrawal,
)
from pustaka.catalog.services import history, records
from pustaka.foundation.actors import Actor
from pustaka.foundation.events import publish
from pustaka.standards import marc

State = BatchChange.State
Outcome = BatchLine.Outcome
Subject = BatchChange.Subject

CHUNK = {Subject.COPIES: 2000, Subject.TITLES: 250}  # lines in one transaction, about 0.3 s
TOLD_AT_ONCE = 500  # titles in one event

Verdict = tuple[int, str, int | None, str]  # line, outcome, version, remark


def check(*, job_id: int, at: datetime) -> None:
    """Say of every line whether it would change; ends at the preview."""
    while _step(job_id, State.CHECKING, Outcome.WAITING, _checked):
        pass
    _enter_after(job_id, State.CHECKING, State.READY, at)


def change(*, job_id: int, at: datetime) -> None:
    """Change every line that is due."""
    while _step(job_id, State.CHANGING, Outcome.DUE, lambda job, lines: _changed(job, lines, at)):
        pass
    _enter_after(job_id, State.CHANGING, State.DONE, at)


def restore(*, job_id: int, at: datetime) -> None:
    """Make every changed line what it was; what somebody has changed since stays."""
    while _step(job_id, State.UNDOING, Outcome.CHANGED, lambda job, lines: _restored(job, lines, at)):
        pass
    _enter_after(job_id, State.UNDOING, State.UNDONE, at)


def enter(job: BatchChange, state: State, *, at: datetime, total: int) -> None:
    """Begin a phase of `total` lines."""
    job.state = state
    job.position = job.phase_done = job.phase_begun = 0
    job.phase_total = total
    job.phase_started_at = at
    job.save()


def ask_for(name: BatchStepName, job: BatchChange, *, at: datetime) -> None:
    """Have the worker do that step; the wish is written in the transaction that is open."""
    publish(BatchStepDue(at=at, job_id=job.pk, step=name))


def cause(job: BatchChange) -> str:
    """Its name in the history."""
    return f"batch:{job.pk}"


def _step(
    job_id: int,
    state: State,
    outcome: Outcome,
    work: Callable[[BatchChange, Sequence[BatchLine]], Iterable[Verdict]],
) -> bool:
    """One chunk further; False where nothing is left, or the batch isn't in that state any more."""
    with transaction.atomic():
        job = BatchChange.objects.select_for_update().filter(pk=job_id, state=state).first()
        if job is None:
            return False
        waiting = job.lines.filter(outcome=outcome, number__gt=job.position).order_by("number")
        lines = list(waiting[: CHUNK[Subject(job.subject)]])
        if not lines:
            return False
        verdicts = list(work(job, lines))
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE catalog_batchline SET outcome = %s, version = %s, remark = %s WHERE id = %s",
                [(str(outcome), version, remark, pk) for pk, outcome, version, remark in verdicts],
            )
        counts = Counter(job.counts)
        counts[str(outcome)] -= len(lines)
        counts.update(str(one[1]) for one in verdicts)
        job.counts = dict(+counts)
        job.position = lines[-1].number
        job.phase_done += len(lines)
        job.save(update_fields=["counts", "position", "phase_done"])
    return True


def _enter_after(job_id: int, state: State, after: State, at: datetime) -> None:
    with transaction.atomic():
        job = BatchChange.objects.select_for_update().filter(pk=job_id, state=state).first()
        if job is not None:
            job.state = after
            job.phase_done = job.phase_total
            job.finished_at = None if after == State.READY else at
            job.save(update_fields=["state", "phase_done", "finished_at"])


def acting_for(job: BatchChange) -> Actor:
    """Whoever has asked for it."""
    return Actor(name=job.created_by, patron_id=job.patron_id)


def tell(bib_ids: Iterable[int], at: datetime) -> None:
    """Let the search index follow."""
    for some in bulk.parts(sorted(set(bib_ids)), TOLD_AT_ONCE):
        publish(BibsChanged(at=at, bib_ids=some))


# --- What each line comes to -----------------------------------------------------------------------------------------


def copies_after(
    change: copies.CopyChange, ids: Sequence[int], *, locked: bool = False
) -> dict[int, tuple[dict[str, Any], dict[str, Any] | str]]:
    """For each copy that is there: its row, and the columns that change, or why it can't."""
    rows = Item.objects.filter(pk__in=ids).order_by()
    rows = rows.select_for_update() if locked else rows
    found: dict[int, tuple[dict[str, Any], dict[str, Any] | str]] = {}
    for row in rows.values("pk", "bib_id", "version", *copies.COLUMNS):
        try:
            found[row["pk"]] = row, change.after(row)
        except ValueError as refusal:
            found[row["pk"]] = row, str(refusal)
    return found


def titles_after(
    changes: Sequence[fields.FieldChange], ids: Sequence[int], *, locked: bool = False
) -> dict[int, tuple[int, marc.Record, marc.Record | str | None]]:
    """For each title that is there: its version and record, and the record after the change; `None` where it is so
    already, a code where it can't be."""
    rows = Bib.objects.filter(pk__in=ids).order_by()
    rows = rows.select_for_update() if locked else rows
    versions = dict(rows.values_list("pk", "version"))
    found: dict[int, tuple[int, marc.Record, marc.Record | str | None]] = {}
    for bib_id, content in BibRecord.objects.filter(bib__in=versions).values_list("bib_id", "marc"):
        before = marc.load(bytes(content))
        after = fields.applied(before, changes)
        verdict: marc.Record | str | None = after if fields.is_changed(before, after) else None
        if verdict is not None and (wrong := fields.problem(after)):
            verdict = wrong
        found[bib_id] = versions[bib_id], before, verdict
    return found


def copy_change(job: BatchChange) -> copies.CopyChange:
    """What is done to each copy."""
    return copies.CopyChange(**job.what)


def field_changes(job: BatchChange) -> list[fields.FieldChange]:
    """What is done to each record."""
    return [fields.FieldChange(**one) for one in job.what]


def _checked(job: BatchChange, lines: Sequence[BatchLine]) -> Iterable[Verdict]:
    ids = [line.target_id or 0 for line in lines]
    found: dict[int, Any] = (
        {pk: after for pk, (_, after) in copies_after(copy_change(job), ids).items()}
        if job.subject == Subject.COPIES
        else {pk: after for pk, (_, _, after) in titles_after(field_changes(job), ids).items()}
    )
    for line in lines:
        verdict = found.get(line.target_id or 0, "gone")
        if isinstance(verdict, str):
            yield line.pk, Outcome.REFUSED, None, verdict
        else:
            yield line.pk, Outcome.DUE if verdict else Outcome.SAME, None, ""


def _changed(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    if job.subject == Subject.COPIES:
        return _change_copies(job, lines, at)
    return _change_titles(job, lines, at)


def _change_copies(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    change = copy_change(job)
    found = copies_after(change, [line.target_id or 0 for line in lines], locked=True)
    due = {pk: (row, after) for pk, (row, after) in found.items() if after and not isinstance(after, str)}
    kind = Change.WITHDRAWN if change.withdraw else Change.BATCH
    history.keep_items(item_ids=list(due), change=kind, at=at, **_told(job))
    write_copies([(pk, after) for pk, (_, after) in due.items()])
    if change.withdraw:
        bulk.insert(
            Withdrawal,
            ("item_id", "reason", "note", "status_before", "withdrawn_at", "withdrawn_by", "cause"),
            [
                (pk, change.withdraw, change.withdraw_note, row["status"], bulk.moment(at), job.created_by, cause(job))
                for pk, (row, _) in due.items()
            ],
        )
    tell((row["bib_id"] for row, _ in due.values()), at)
    return [_verdict(line, found.get(line.target_id or 0), lambda one: one[0]["version"]) for line in lines]


def _change_titles(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    found = titles_after(field_changes(job), [line.target_id or 0 for line in lines], locked=True)
    due = {pk: after for pk, (_, _, after) in found.items() if isinstance(after, marc.Record)}
    history.keep_records(bib_ids=list(due), change=Change(job.change), at=at, **_told(job))
    records.write_records(written=[records.Written(pk, after) for pk, after in due.items()], at=at)
    tell(due, at)
    return [_verdict(line, found.get(line.target_id or 0), lambda one: one[0]) for line in lines]


def _verdict(line: BatchLine, found: Any, version_of: Callable[[Any], int]) -> Verdict:
    verdict = found[-1] if found else "gone"
    if isinstance(verdict, str):
        return line.pk, Outcome.REFUSED, None, verdict
    if not verdict:
        return line.pk, Outcome.SAME, None, ""
    return line.pk, Outcome.CHANGED, version_of(found) + 1, ""


def _told(job: BatchChange) -> dict[str, Any]:
    return {"by": acting_for(job), "reason": job.reason, "cause": cause(job)}


def write_copies(rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Write these columns of these copies, and raise their versions: one statement for each set of columns."""
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for pk, after in rows:
        by_columns.setdefault(tuple(after), []).append((*after.values(), pk))
    with connection.cursor() as cursor:
        for columns, values in by_columns.items():
            sets = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(
                f"UPDATE catalog_item SET {sets}, version = version + 1 WHERE id = %s",  # noqa: S608 - own names only
                values,
            )


# --- Back ------------------------------------------------------------------------------------------------------------


def _restored(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    if job.subject == Subject.COPIES:
        return _restore_copies(job, lines, at)
    return _restore_titles(job, lines, at)


def _restore_copies(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    ids = [line.target_id or 0 for line in lines]
    now = {
        row["pk"]: row
        for row in Item.objects.select_for_update().filter(pk__in=ids).order_by()
        .values("pk", "bib_id", "version", *copies.COLUMNS)
    }  # fmt: skip
    before: dict[int, dict[str, Any]] = {}
    for some in bulk.parts(ids):
        kept = ItemVersion.objects.filter(item_id__in=some, cause=cause(job), version__gt=0)
        before.update(kept.exclude(change=Change.BATCH_UNDONE).values_list("item_id", "state"))
    told = Withdrawal.objects.filter(item__in=ids, cause=cause(job), report__isnull=False)
    in_report = set(told.values_list("item_id", flat=True))
    places = _places()
    verdicts: list[Verdict] = []
    back: list[tuple[int, dict[str, Any]]] = []
    for line in lines:
        pk = line.target_id or 0
        row, state = now.get(pk), before.get(pk)
        remark = ""
        if row is None or state is None:
            remark = "gone"
        elif row["version"] != line.version:
            remark = "changed-since"
        elif pk in in_report:
            remark = "in-report"
        elif any(state.get(column) not in known for column, known in places.items()):
            remark = "place-gone"
        if remark or row is None or state is None:
            verdicts.append((line.pk, Outcome.KEPT, line.version, remark))
            continue
        after = {column: state[column] for column in copies.COLUMNS if column in state}
        back.append((pk, {column: value for column, value in after.items() if value != row[column]}))
        verdicts.append((line.pk, Outcome.RESTORED, row["version"] + 1, ""))
    history.keep_items(
        item_ids=[pk for pk, _ in back], change=Change.BATCH_UNDONE, at=at, by=acting_for(job), cause=cause(job)
    )
    write_copies(back)
    Withdrawal.objects.filter(item__in=[pk for pk, _ in back], cause=cause(job)).delete()
    tell((now[pk]["bib_id"] for pk, _ in back), at)
    return verdicts


def _places() -> dict[str, set[int | None]]:
    """What a copy may point at."""
    return {
        "branch_id": set(branches.branches().values_list("pk", flat=True)),
        "location_id": {None, *branches.locations().values_list("pk", flat=True)},
        "item_type_id": {None, *ItemType.objects.values_list("pk", flat=True)},
    }


def _restore_titles(job: BatchChange, lines: Sequence[BatchLine], at: datetime) -> list[Verdict]:
    ids = [line.target_id or 0 for line in lines]
    now = dict(Bib.objects.select_for_update().filter(pk__in=ids).order_by().values_list("pk", "version"))
    kept = {
        state.bib_id: state
        for state in BibVersion.objects.filter(bib_id__in=ids, cause=cause(job))
        .exclude(marc=b"")
        .exclude(change=Change.BATCH_UNDONE)
    }
    verdicts: list[Verdict] = []
    back: list[records.Written] = []
    for line in lines:
        pk = line.target_id or 0
        version, state = now.get(pk), kept.get(pk)
        if version is None or state is None or version != line.version:
            remark = "gone" if version is None or state is None else "changed-since"
            verdicts.append((line.pk, Outcome.KEPT, line.version, remark))
            continue
        original = bytes(state.original) if state.original is not None else None
        back.append(records.Written(pk, marc.load(bytes(state.marc)), original, state.original_format))
        verdicts.append((line.pk, Outcome.RESTORED, version + 1, ""))
    history.keep_records(
        bib_ids=[one.bib_id for one in back], change=Change.BATCH_UNDONE, at=at, by=acting_for(job), cause=cause(job)
    )
    records.write_records(written=back, at=at)
    tell((one.bib_id for one in back), at)
    return verdicts

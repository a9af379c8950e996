"""The second half of an import: what happens to the matches, and the moment in which everything appears."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from pustaka.catalog import bulk, derive, queries
from pustaka.catalog.events import BatchStaged
from pustaka.catalog.importing import copies
from pustaka.catalog.importing.staging import BIB_COLUMNS, records_of
from pustaka.catalog.importing.steps import (
    STEP,
    TO_SETTLE,
    acting_for,
    delete_bibs,
    enter,
    forget_file,
    packed,
    running,
    tell,
    unpacked,
)
from pustaka.catalog.matching import Matcher
from pustaka.catalog.models import Bib, BibKey, Change, Holding, ImportEntry, ImportJob, Item
from pustaka.catalog.services import history
from pustaka.foundation.events import publish
from pustaka.standards import marc

State = ImportJob.State
OnMatch = ImportJob.OnMatch
Outcome = ImportEntry.Outcome
Action = ImportEntry.Action


def settle(*, job_id: int, at: datetime) -> None:
    """Do with every match what was decided, still hidden; then hand the rest to the search index.

    What is left out is deleted here, so that the index never sees it.
    """
    if not _match_again(job_id):
        return
    while True:
        with transaction.atomic():
            job = running(job_id, {State.COMMITTING})
            if job is None:
                return
            entries = list(job.entries.filter(TO_SETTLE).order_by("number", "pk")[:STEP])
            if not entries:
                _link_holdings(job)
                enter(job, State.INDEXING, at=at, total=queries.count_batch(job.pk))
                publish(BatchStaged(at=at, job_id=job.pk))
                return
            _settle(job, entries)
            job.phase_done += len(entries)
            job.save(update_fields=["phase_done"])


def _settle(job: ImportJob, entries: Sequence[ImportEntry]) -> None:
    targets = _targets(job, entries)
    ours = set(Bib.with_hidden.filter(pk__in={target for target, _ in targets.values()}).values_list("pk", flat=True))
    taken = set(job.entries.filter(action=Action.REPLACED, matched_id__in=ours).values_list("matched_id", flat=True))
    with_copies = set(
        Item.with_hidden.filter(bib__in=[entry.staged_id for entry in entries]).values_list("bib_id", flat=True)
    )
    moves: list[tuple[int, int]] = []
    gone: list[int] = []
    for entry in entries:
        target, is_in_file = targets[entry.pk]
        staged = entry.staged_id or 0
        rule = _rule(OnMatch(job.on_match), entry, is_first_in_file=is_in_file, is_taken=target in taken)
        if rule == OnMatch.ADD or target not in ours:
            entry.action = Action.ADDED
            continue
        entry.matched_id = target
        if rule == OnMatch.REPLACE and not entry.is_identical:
            entry.action = Action.REPLACED
            entry.before = packed(target)
            taken.add(target)
        elif rule != OnMatch.SKIP and staged in with_copies:
            entry.action = Action.MERGED
        else:
            entry.action = Action.IDENTICAL if entry.is_identical else Action.SKIPPED
        if entry.action in {Action.REPLACED, Action.MERGED}:
            moves.append((target, staged))
        if entry.action != Action.REPLACED:
            gone.append(staged)
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE catalog_item SET bib_id = %s WHERE bib_id = %s", moves)
    delete_bibs(gone)
    ImportEntry.objects.bulk_update(entries, ["action", "matched_id", "before"], batch_size=200)


def _rule(rule: OnMatch, entry: ImportEntry, *, is_first_in_file: bool, is_taken: bool) -> OnMatch:
    """The rule for one match.

    The same title twice in one file: the first one stays, and takes the copies of the second one even where copies of
    known titles are left out, because nobody has them yet. One title is replaced once, by the first.
    """
    if rule == OnMatch.ADD:
        return rule
    if is_first_in_file:
        return OnMatch.MERGE_ITEMS
    if rule == OnMatch.REPLACE and (entry.is_in_file or is_taken):
        return OnMatch.MERGE_ITEMS
    return rule


def _targets(job: ImportJob, entries: Sequence[ImportEntry]) -> dict[int, tuple[int, bool]]:
    """For each entry the title that it ends at, and whether that is one of the same file that stays."""
    ends = {entry.pk: (entry.matched_id or 0, entry.is_in_file) for entry in entries}
    while waiting := {target: None for target, in_file in ends.values() if in_file}:
        onward = {
            staged: (matched or 0, in_file)
            for staged, matched, in_file in job.entries.filter(outcome=Outcome.MATCHED, staged_id__in=waiting)
            .exclude(action=Action.ADDED)
            .values_list("staged_id", "matched_id", "is_in_file")
        }
        if not onward:
            break
        ends = {pk: onward.get(end[0], end) if end[1] else end for pk, end in ends.items()}
    return ends


def _match_again(job_id: int) -> bool:
    """Match once more what was to be added, where the catalogue has grown since the file was read.

    Returns:
        False where the import isn't being committed any more.
    """
    after = 0
    while True:
        with transaction.atomic():
            job = running(job_id, {State.COMMITTING})
            if job is None:
                return False
            bibs = list(_suspects(job).filter(pk__gt=after).order_by("pk")[:STEP])
            if not bibs:
                return True
            after = bibs[-1].pk
            staged_ids = [bib.pk for bib in bibs]
            known = set(
                job.entries.filter(outcome=Outcome.MATCHED, staged_id__in=staged_ids).values_list(
                    "staged_id", flat=True
                )
            )
            _match(job, [bib for bib in bibs if bib.pk not in known])


def _suspects(job: ImportJob) -> QuerySet[Bib]:
    """The staged titles that could be the same as one that has come since the file was read.

    After another import they all can be; after a few edits at a desk only those that share a key with one of these.
    """
    staged: QuerySet[Bib] = Bib.with_hidden.filter(batch=job)
    if job.on_match == OnMatch.ADD:
        return staged.none()
    past = job.looked_past
    unseen = Q(pk__in=past.get("hidden", [])) | Q(pk__gt=past.get("newest", 0))
    if ImportJob.objects.filter(unseen, is_revealed=True).exists():
        return staged
    edited = Bib.objects.exclude(batch=job).filter(changed_at__gte=job.created_at).order_by("pk")
    ids = list(edited.values_list("pk", flat=True)[: STEP + 1])
    if len(ids) > STEP:
        return staged
    digests = BibKey.objects.filter(bib__in=ids).values("digest")
    return staged.filter(pk__in=BibKey.objects.filter(digest__in=digests).values("bib"))


def _match(job: ImportJob, bibs: Sequence[Bib]) -> None:
    contents = records_of([bib.pk for bib in bibs])
    found = {}
    for bib in bibs:
        record = marc.load(contents[bib.pk])
        columns = derive.columns(record)
        found[bib.pk] = (columns, derive.keys(record, columns, content=contents[bib.pk]))
    matcher = Matcher((digest for _, keys in found.values() for _, digest in keys), job=job, knows_file=False)
    entries = []
    for bib in bibs:
        columns, keys = found[bib.pk]
        match, _doubts = matcher.find(columns, keys)
        if match is None:
            continue
        ours = records_of([match.bib_id]).get(match.bib_id, b"")
        same = derive.essence(ours) == derive.essence(contents[bib.pk])
        entries.append(
            ImportEntry(
                job=job, number=0, offset=0, outcome=Outcome.MATCHED, title=bib.title[:300],
                control_number=bib.control_number, staged_id=bib.pk, matched_id=match.bib_id, matched_by=match.by,
                is_identical=same,
            )
        )  # fmt: skip
        job.counts["matched"] = job.counts.get("matched", 0) + 1
        job.counts[f"matched_{match.by}"] = job.counts.get(f"matched_{match.by}", 0) + 1
        job.counts["identical"] = job.counts.get("identical", 0) + same
    ImportEntry.objects.bulk_create(entries)
    if entries:
        job.phase_total += len(entries)
        job.save(update_fields=["counts", "phase_total"])


def _link_holdings(job: ImportJob) -> None:
    """Tie the holdings of this file to their titles, by the control number of the title (004)."""
    waiting = Holding.with_hidden.filter(batch=job, bib=None).exclude(bib_control_number="")
    numbers = list(waiting.values_list("bib_control_number", flat=True).distinct())
    hidden = set(queries.hidden_batches()) - {job.pk}
    for begin in range(0, len(numbers), STEP):
        some = numbers[begin : begin + STEP]
        found: dict[str, int] = {}
        rows = Bib.with_hidden.filter(control_number__in=some).exclude(batch__in=hidden).order_by("-pk")
        for number, bib_id, batch_id in rows.values_list("control_number", "pk", "batch_id"):
            # The title of the same file is meant before another library's of the same number.
            if number not in found or batch_id == job.pk:
                found[number] = bib_id
        poured = dict(
            job.entries.filter(action=Action.REPLACED, staged_id__in=found.values()).values_list(
                "staged_id", "matched_id"
            )
        )
        for number, bib_id in found.items():
            waiting.filter(bib_control_number=number).update(bib=poured.get(bib_id, bib_id))


def note_progress(*, job_id: int, done: int, total: int | None = None) -> None:
    """How many titles of the import the index has."""
    values = {"phase_done": done} if total is None else {"phase_done": done, "phase_total": total}
    ImportJob.objects.filter(pk=job_id, state=State.INDEXING).update(**values)


@transaction.atomic
def reveal(*, job_id: int, at: datetime) -> None:
    """Make visible, in one moment, all that the import has brought; again, it changes nothing."""
    job = running(job_id, {State.INDEXING})
    if job is None or job.is_revealed:
        return
    changed = list(
        job.entries.filter(action__in=[Action.REPLACED, Action.MERGED], is_in_file=False)
        .exclude(matched_id=None)
        .values_list("matched_id", flat=True)
        .distinct()
    )
    _replace(job, at)
    _adopt_holdings(job)
    described = copies.apply(job, at=at)
    job.is_revealed = True
    job.revealed_at = job.finished_at = at
    job.phase_done = job.phase_total
    job.state = State.DONE
    job.save(update_fields=["is_revealed", "revealed_at", "finished_at", "phase_done", "state", "counts"])
    tell([bib_id for bib_id in [*changed, *described] if bib_id], at)
    forget_file(job)


def _adopt_holdings(job: ImportJob) -> None:
    """Holdings that came before their titles find them now."""
    waiting = Holding.objects.filter(bib=None).exclude(bib_control_number="")
    for some in bulk.parts(waiting.values_list("bib_control_number", flat=True).distinct(), STEP):
        mine = Bib.with_hidden.filter(batch=job, control_number__in=some).order_by("-pk")
        for number, bib_id in mine.values_list("control_number", "pk"):
            waiting.filter(bib_control_number=number).update(bib=bib_id)


def _replace(job: ImportJob, at: datetime) -> None:
    """Pour the staged records into the titles that they replace, in a few statements for any number of them."""
    replaced = job.entries.filter(action=Action.REPLACED, staged_id__isnull=False)
    if not replaced.exists():
        return
    for entry in replaced.exclude(before=None).iterator(STEP):
        # Somebody may have changed ours between the settling and now.
        if entry.before is not None and unpacked(bytes(entry.before))["version"] != _version(entry.matched_id):
            entry.before = packed(entry.matched_id or 0)
            entry.save(update_fields=["before"])
    history.keep_records(
        bib_ids=[bib_id for bib_id in replaced.values_list("matched_id", flat=True) if bib_id],
        change=Change.IMPORTED,
        at=at,
        **acting_for(job),
    )
    sets = ", ".join(f"{name} = s.{name}" for name in BIB_COLUMNS)
    mine = "e.job_id = %s AND e.action = 'replaced' AND e.staged_id IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE catalog_bib SET {sets}, changed_at = %s, version = catalog_bib.version + 1"  # noqa: S608 - own names
            " FROM catalog_importentry e JOIN catalog_bib s ON s.id = e.staged_id"
            f" WHERE {mine} AND catalog_bib.id = e.matched_id",
            [bulk.moment(at), job.pk],
        )
        for sql in (
            """UPDATE catalog_bibrecord SET marc = s.marc, original = s.original, original_format = s.original_format
            FROM catalog_importentry e JOIN catalog_bibrecord s ON s.bib_id = e.staged_id
            WHERE {mine} AND catalog_bibrecord.bib_id = e.matched_id""",
            "DELETE FROM catalog_bibkey WHERE bib_id IN (SELECT e.matched_id FROM catalog_importentry e WHERE {mine})",
            """UPDATE catalog_bibkey SET bib_id = e.matched_id FROM catalog_importentry e
            WHERE {mine} AND catalog_bibkey.bib_id = e.staged_id""",
            """DELETE FROM catalog_bibrecord WHERE bib_id IN
            (SELECT e.staged_id FROM catalog_importentry e WHERE {mine})""",
            "DELETE FROM catalog_bib WHERE id IN (SELECT e.staged_id FROM catalog_importentry e WHERE {mine})",
        ):
            cursor.execute(sql.format(mine=mine), [job.pk])


def _version(bib_id: int | None) -> int | None:
    return Bib.with_hidden.filter(pk=bib_id or 0).values_list("version", flat=True).first()

"""Writes to the search index. Every one may be run again without harm.

The order of locks: one generation's writer, its turn, and only then the database. What is read in a turn is put in it,
so that an older state never overwrites a newer one.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from pustaka.catalog import queries as catalog
from pustaka.catalog.queries import Indexable
from pustaka.catalog.services import imports
from pustaka.discovery import ahead, browse, documents, entries, queries
from pustaka.discovery.events import BatchIndexed, RebuildDue
from pustaka.discovery.models import BatchIndexing, IndexGeneration, ListEntry
from pustaka.discovery.permissions import Permission
from pustaka.discovery.ports import SearchUnavailable, Writer
from pustaka.foundation.actors import SYSTEM, Actor
from pustaka.foundation.events import publish

log = logging.getLogger(__name__)
State = IndexGeneration.State

CHUNK = 500  # titles in one turn, about 0.1 s; an edit waits no longer than that
COMMIT_EVERY = 20_000  # titles that a killed process does again at most
FEW = 2_000  # titles: an index of them is built while one waits


def refresh(*, bib_ids: Collection[int], at: datetime) -> None:
    """Bring these titles up to date in every index that is written; those that are gone are taken out.

    A lost index is built anew in the background instead.
    """
    generation = _usable(at)
    if generation is None:
        return
    for written in queries.written():
        try:
            with queries.engine().writer(written.pk) as writer:
                with writer.turn():
                    found = catalog.for_index(bib_ids)
                    _put_what_is_due(writer, written, found)
                    writer.drop(set(bib_ids) - {row.bib.pk for row in found})
                writer.commit()
        except SearchUnavailable:
            if not _is_retired(written):
                raise


def index_batch(*, job_id: int, at: datetime) -> None:
    """Put an import's titles into the index while they're hidden, then say so (`BatchIndexed`).

    Raises:
        IndexBusy: another process is writing.
    """
    job = catalog.job(job_id)
    if job.is_revealed:
        return
    generation = queries.live()
    if generation is None or not queries.engine().exists(generation.pk):
        generation = _first(at) if generation is None and not catalog.all_bibs().exists() else None
    if generation is None:
        build(generation_id=_begin(at=at, by=SYSTEM).pk, at=at)  # the whole catalogue, this import with it
    else:
        _index_batch_into(generation, job_id)
    with transaction.atomic():
        BatchIndexing.objects.filter(job=job_id).delete()
        publish(BatchIndexed(at=at, job_id=job_id))


def _index_batch_into(generation: IndexGeneration, job_id: int) -> None:
    begun, _ = BatchIndexing.objects.get_or_create(job_id=job_id, defaults={"generation": generation})
    if begun.generation_id != generation.pk:
        begun.generation, begun.kept, begun.done = generation, 0, 0
        begun.save()
    total = catalog.count_batch(job_id)
    imports.note_progress(job_id=job_id, done=begun.done, total=total)
    position, done, safe = begun.kept, begun.done, begun.done
    keeper = entries.Keeper()
    _keep_references(job_id)
    with queries.engine().writer(generation.pk) as writer:
        writer.drop_batch(job_id, after=position)
        for chunk in ahead.of_batch(job_id, after=position, most=CHUNK, total=total - done):
            with writer.turn():
                writer.put(chunk.documents, are_new=True)
            keeper.keep(chunk.documents)
            _put_into_what_is_built(job_id, chunk, after=position)
            position, done = chunk.last, done + chunk.titles
            if done - safe >= COMMIT_EVERY:
                writer.commit()
                safe = done
                BatchIndexing.objects.filter(job=job_id).update(kept=position, done=done)
            imports.note_progress(job_id=job_id, done=done)
            if _is_retired(generation):
                return  # a rebuild has overtaken us; it goes through the whole catalogue, staged titles included
        writer.commit()
        BatchIndexing.objects.filter(job=job_id).update(kept=position, done=done)


def _put_into_what_is_built(job_id: int, chunk: ahead.Chunk, *, after: int) -> None:
    generation = queries.building()
    if generation is not None and chunk.first <= generation.position:
        with queries.engine().writer(generation.pk) as writer, writer.turn():
            found = catalog.batch_after(job_id, after=after, most=CHUNK)
            _put_what_is_due(writer, generation, found)


def drop_batch(*, job_id: int) -> None:
    """Take an import's titles out of every index."""
    BatchIndexing.objects.filter(job=job_id).delete()
    for generation in queries.written():
        if not queries.engine().exists(generation.pk):
            continue
        with queries.engine().writer(generation.pk) as writer:
            writer.drop_batch(job_id)
            writer.commit()


# Lists in order ------------------------------------------------------------------------------------------------------
def refresh_references(*, authority_ids: Collection[int]) -> None:
    """Let the lists refer from what these authorities say; what they no longer say is passed over by itself."""
    entries.keep_references(catalog.authorities(authority_ids, with_hidden=True))


def _keep_references(job_id: int | None = None) -> None:
    """Of an import, or of every authority."""
    after = 0
    while found := catalog.authorities_after(after=after, most=CHUNK, job_id=job_id):
        after = found[-1].pk
        entries.keep_references(found)


def sweep() -> int:
    """Take away the entries of the lists behind which nothing stands any more; say how many."""
    if queries.state().kind != "ready":
        return 0  # an index that lacks titles would say that nobody needs their headings
    gone = after = 0
    while rows := list(ListEntry.objects.filter(pk__gt=after).order_by("pk")[:CHUNK].values_list("pk", "key")):
        after = rows[-1][0]
        unused = browse.unused([bytes(key) for _, key in rows])
        entries.drop(unused)
        gone += len(unused)
    return gone


# Building anew -------------------------------------------------------------------------------------------------------
def ask_for_rebuild(*, at: datetime, by: Actor) -> IndexGeneration:
    """Have a new index built in the background; the one that is being built, if there is one.

    Raises:
        NotPermitted: `by` may not do this.
    """
    by.require(Permission.REBUILD)
    with transaction.atomic():
        generation = _begin(at=at, by=by)
        publish(
            RebuildDue(at=at, generation_id=generation.pk)
        )  # also for one that was begun: its task may have failed for good
    return generation


def mend(*, at: datetime) -> None:
    """Have the index built anew if it is lost, or of an older release; called when the worker starts."""
    if queries.state().kind in {"lost", "outdated"} and queries.building() is None:
        ask_for_rebuild(at=at, by=SYSTEM)


def rebuild(*, at: datetime, by: Actor) -> IndexGeneration:
    """Build a new index now and use it; or go on with the one that was begun.

    Raises:
        NotPermitted: `by` may not do this.
        IndexBusy: another process is at it.
    """
    by.require(Permission.REBUILD)
    generation = _begin(at=at, by=by)
    build(generation_id=generation.pk, at=at)
    generation.refresh_from_db()
    return generation


def build(*, generation_id: int, at: datetime) -> None:
    """Fill that index with the whole catalogue, from where it was left, and make it the live one.

    Raises:
        IndexBusy: another process is at it.
    """
    generation = IndexGeneration.objects.get(pk=generation_id)
    if generation.state != State.BUILDING:
        return
    if generation.revision != documents.REVISION or not queries.engine().exists(generation.pk):
        queries.engine().create(generation.pk)
        generation.revision, generation.kept = documents.REVISION, 0
    generation.position = generation.kept
    generation.total = catalog.count_all()
    generation.done = min(generation.done, generation.total) if generation.kept else 0
    generation.save()
    _keep_references()
    keeper = entries.Keeper()
    with queries.engine().writer(generation.pk) as writer:
        writer.drop_after(generation.kept)
        safe = generation.done
        while _build_on(generation, writer, keeper, at):
            if generation.done - safe >= COMMIT_EVERY:
                writer.commit()
                safe, generation.kept = generation.done, generation.position
                generation.save(update_fields=["kept"])
    _clear_away()


def _build_on(generation: IndexGeneration, writer: Writer, keeper: entries.Keeper, at: datetime) -> bool:
    """One chunk further; False when that was the last, and the index is live."""
    with writer.turn():
        found = catalog.all_after(after=generation.position, most=CHUNK)
        if found:
            made = documents.of_all(found)
            writer.put(made, are_new=True)
            keeper.keep(made)
            generation.position = found[-1].bib.pk
            generation.done += len(found)
            generation.save(update_fields=["position", "done"])
            return True
        # In the same turn, so that no edit falls between the last title and the change.
        for job_id in catalog.withdrawn_batches():
            writer.drop_batch(job_id)
        writer.commit()
        with transaction.atomic():
            IndexGeneration.objects.filter(state=State.LIVE).update(state=State.RETIRED)
            generation.state, generation.live_at, generation.kept = State.LIVE, at, generation.position
            generation.save()
    return False


def _begin(*, at: datetime, by: Actor) -> IndexGeneration:
    """The row of the index to build: the one that was begun, or a new one."""
    if (begun := queries.building()) is not None:
        return begun
    try:
        with transaction.atomic():
            return IndexGeneration.objects.create(
                revision=documents.REVISION, started_at=at, asked_by=by.name[:200], total=catalog.count_all()
            )
    except IntegrityError:  # another process was quicker
        return IndexGeneration.objects.get(state=State.BUILDING)


def _first(at: datetime) -> IndexGeneration:
    """The index of a catalogue that has nothing yet."""
    generation = _begin(at=at, by=SYSTEM)
    queries.engine().create(generation.pk)
    generation.state, generation.live_at = State.LIVE, at
    generation.save()
    return generation


def _usable(at: datetime) -> IndexGeneration | None:
    """The live index. Where it is lost or was never made: None, and a new one is built, at once if that is quick."""
    generation = queries.live()
    if generation is not None and queries.engine().exists(generation.pk):
        return generation
    if catalog.count_all() <= FEW:
        rebuild(at=at, by=SYSTEM)
    elif queries.building() is None:
        log.warning("there is no search index to write to; it is built anew")
        ask_for_rebuild(at=at, by=SYSTEM)
    return None


def _clear_away() -> None:
    """Take the folders of retired indexes away. Whoever reads one at this moment may finish."""
    for generation in IndexGeneration.objects.filter(state=State.RETIRED):
        queries.engine().destroy(generation.pk)
        generation.delete()


def _is_retired(generation: IndexGeneration) -> bool:
    return not IndexGeneration.objects.filter(pk=generation.pk).exclude(state=State.RETIRED).exists()


def _put_what_is_due(writer: Writer, generation: IndexGeneration, found: Iterable[Indexable]) -> None:
    """Put what this index has already passed; the rest it still comes to by itself. To be called in a turn."""
    generation.refresh_from_db(fields=["state", "position"])
    if generation.state == State.BUILDING:
        found = [row for row in found if row.bib.pk <= generation.position]
    made = documents.of_all(found)
    writer.put(made)
    entries.Keeper().keep(made)

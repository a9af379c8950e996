"""Titles that are the same, poured into one: copies and all that hangs on them come along; and parted again.

Rows of any room that point at a title by a foreign key are moved here, in the same transaction; rooms that keep the
number of a title in another way hear of it (`BibsMerged`, `BibsParted`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core import serializers
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from pustaka.catalog.batches.fields import put
from pustaka.catalog.events import BibsChanged, BibsMerged, BibsParted
from pustaka.catalog.models import Bib, BibKey, BibRecord, BibTombstone, BibVersion, Change, Item, Merge, NotSame
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import history, records
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.standards import marc
from pustaka.standards.marc import Field

# A record has one of each of these: what is taken over comes in the place of what is there.
ONCE = frozenset({
    "001", "003", "005", "008", "010", "040", "045", "100", "110", "111", "130", "240", "243", "245", "254", "256",
    "263", "300", "306", "310", "357", "507", "514",
})  # fmt: skip


class NotNow(DomainError):
    """The merge is undone already."""


@transaction.atomic
def merge(
    *,
    into_id: int,
    versions: Mapping[int, int],
    take: Collection[tuple[int, int]] = (),
    reason: str = "",
    at: datetime,
    by: Actor,
) -> Merge:
    """Pour titles into one of them; the old addresses of the others lead there from now on.

    Args:
        into_id: the title that stays.
        versions: for each title, this one too, the version that the person saw.
        take: fields of the others that the one takes over, as number of the title and place in its record from 0.

    Raises:
        NotPermitted: `by` may not merge.
        NotFound: one of the titles is gone.
        StaleRecord: somebody else has saved one of them since.
        Invalid: there is nothing to merge, or something that can't be moved depends on one of them.
    """
    by.require(Permission.BATCH)
    from_ids = sorted(set(versions) - {into_id})
    if into_id not in versions or not from_ids:
        raise Invalid(_("Choose at least two titles, and which of them stays."))
    bibs = {bib_id: records.locked(bib_id=bib_id, version=versions[bib_id]) for bib_id in sorted(versions)}
    into = bibs[into_id]
    done = Merge.objects.create(
        into_id=into_id,
        from_ids=from_ids,
        title="; ".join(bibs[bib_id].title for bib_id in from_ids),
        version=into.version,
        reason=reason.strip()[:300],
        merged_at=at,
        merged_by=by.name[:200],
    )
    told: dict[str, Any] = {"at": at, "by": by, "reason": reason, "cause": _cause(done)}
    _take_over(done, into, from_ids, take, told)
    for bib_id in from_ids:
        _move(done, bib_id, into_id, told)
    history.bury(bib_ids=from_ids, change=Change.MERGED, successor_id=into_id, **told)
    try:
        Bib.with_hidden.filter(pk__in=from_ids).delete()
    except models.ProtectedError as error:
        raise Invalid(_("Something in the library depends on one of these titles and can't be moved.")) from error
    done.save()
    publish(BibsChanged(at=at, bib_ids=[into_id, *from_ids]))
    publish(BibsMerged(at=at, from_ids=from_ids, into_id=into_id))
    return done


@transaction.atomic
def undo(*, merge_id: int, at: datetime, by: Actor) -> Merge:
    """Part the titles again: each has its record, its copies and all that pointed at it, under its old number.

    What somebody has moved elsewhere meanwhile stays there; so does the record of the title that stayed, where it was
    changed after the merge.

    Raises:
        NotPermitted: `by` may not merge.
        NotFound: there was no such merge, or the title that stayed is gone.
        NotNow: it is undone already.
    """
    by.require(Permission.BATCH)
    done = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if done is None:
        raise NotFound(_("There is no merge %(number)s.") % {"number": merge_id})
    if done.undone_at is not None:
        raise NotNow(_("This merge is undone already."))
    into = Bib.objects.select_for_update(of=("self",)).filter(pk=done.into_id).first()
    if into is None:
        raise NotFound(_("There is no title %(number)s in the catalogue.") % {"number": done.into_id})
    for bib_id in done.from_ids:
        if not BibTombstone.objects.filter(pk=bib_id, successor_id=done.into_id).exists():
            raise NotNow(_("Title %(number)s is in the catalogue again already.") % {"number": bib_id})
        records.bring_back(bib_id=bib_id, at=at, by=by)
    _move_back(done, at, by)
    for one in serializers.deserialize("json", _joined(done.left)):
        one.save()
    if done.changes_record and into.version == done.version:
        state = BibVersion.objects.get(bib_id=into.pk, cause=_cause(done))
        history.keep_records(bib_ids=[into.pk], change=Change.UNMERGED, at=at, by=by, cause=_cause(done))
        original = bytes(state.original) if state.original is not None else None
        before = records.Written(into.pk, marc.load(bytes(state.marc)), original, state.original_format)
        records.write_records(written=[before], at=at)
    done.undone_at, done.undone_by = at, by.name[:200]
    done.save(update_fields=["undone_at", "undone_by"])
    publish(BibsChanged(at=at, bib_ids=[done.into_id, *done.from_ids]))
    publish(BibsParted(at=at, from_ids=done.from_ids, into_id=done.into_id))
    return done


@transaction.atomic
def tell_apart(*, bib_ids: Sequence[int], at: datetime, by: Actor) -> None:
    """Remember that these titles are not the same, so that nobody is asked again.

    Raises:
        NotPermitted: `by` may not merge.
    """
    by.require(Permission.BATCH)
    listed = sorted(set(bib_ids))
    NotSame.objects.bulk_create(
        [
            NotSame(one_id=one, other_id=other, at=at, by=by.name[:200])
            for place, one in enumerate(listed)
            for other in listed[place + 1 :]
        ],
        ignore_conflicts=True,
    )


def _cause(done: Merge) -> str:
    """Its name in the history."""
    return f"merge:{done.pk}"


def _joined(rows: Sequence[str]) -> str:
    """One JSON list of rows that were each serialized as a list."""
    return "[" + ",".join(row.strip()[1:-1] for row in rows) + "]"


def _taken_over(ours: marc.Record, others: Mapping[int, marc.Record], take: Collection[tuple[int, int]]) -> marc.Record:
    """Our record with these fields of the others; what there is only once is replaced."""
    after = marc.Record(ours.leader, ours.fields)
    for bib_id, place in sorted(take):
        if bib_id not in others or not 0 <= place < len(others[bib_id].fields):
            continue
        field: Field = others[bib_id].fields[place]
        if field.tag in ONCE:
            after.fields = [one for one in after.fields if one.tag != field.tag]
        if field not in after.fields:
            put(after, field)
    return after


def _take_over(
    done: Merge, into: Bib, from_ids: Sequence[int], take: Collection[tuple[int, int]], told: Mapping[str, Any]
) -> None:
    stored = dict(BibRecord.objects.filter(bib__in=[into.pk, *from_ids]).values_list("bib_id", "marc"))
    ours, *others = (marc.load(bytes(stored[bib_id])) for bib_id in (into.pk, *from_ids))
    after = _taken_over(ours, dict(zip(from_ids, others, strict=True)), take)
    if after == ours:
        return
    history.keep_records(bib_ids=[into.pk], change=Change.MERGED, **told)
    records.write_records(written=[records.Written(into.pk, after)], at=told["at"])
    done.changes_record, done.version = True, into.version + 1


def _pointing() -> Iterator[tuple[Any, str]]:
    """Every model of any room that points at a title, and the name of its field; without a title's own parts."""
    for relation in Bib._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and relation.related_model not in {BibRecord, BibKey}:
            yield relation.related_model, relation.field.name


def _move(done: Merge, bib_id: int, into_id: int, told: Mapping[str, Any]) -> None:
    for model, name in _pointing():
        rows = model._base_manager.filter(**{name: bib_id}).order_by("pk")
        pks = list(rows.values_list("pk", flat=True))
        if not pks:
            continue
        if model is Item:
            history.keep_items(item_ids=pks, change=Change.MOVED, **told)
            rows.update(bib=into_id, version=models.F("version") + 1)
        else:
            pks = _moved(done, model, name, pks, into_id)
        done.moved.setdefault(model._meta.label_lower, {}).setdefault(name, {})[str(bib_id)] = pks


def _moved(done: Merge, model: Any, name: str, pks: Sequence[Any], into_id: int) -> list[Any]:
    """Let these rows point at the other title; where that has its own already, ours is kept for an undo and goes."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=pks).update(**{name: into_id})
        return list(pks)
    except IntegrityError:
        moved = []
        for pk in pks:
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{name: into_id})
                moved.append(pk)
            except IntegrityError:
                left = model._base_manager.filter(pk=pk)
                done.left.append(serializers.serialize("json", left))
                left.delete()
        return moved


def _move_back(done: Merge, at: datetime, by: Actor) -> None:
    for model, name in _pointing():
        for bib_id, pks in done.moved.get(model._meta.label_lower, {}).get(name, {}).items():
            rows = model._base_manager.filter(pk__in=pks, **{name: done.into_id})
            if model is Item:
                still = list(rows.values_list("pk", flat=True))
                history.keep_items(item_ids=still, change=Change.UNMERGED, at=at, by=by, cause=_cause(done))
                rows.update(bib=int(bib_id), version=models.F("version") + 1)
            else:
                rows.update(**{name: int(bib_id)})

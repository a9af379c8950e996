"""What is measured: made copies, and each way of changing them."""

from datetime import UTC, datetime
from typing import cast

from django.db import connection, transaction
from django.utils import timezone

from pustaka.branches.services.places import ensure_branch
from pustaka.catalog import bulk, derive
from pustaka.catalog.batches.copies import CopyChange
from pustaka.catalog.models import BatchChange, Bib, BibKey, BibRecord, Item
from pustaka.catalog.services import batches, items
from pustaka.discovery import services as discovery
from pustaka.foundation import events
from pustaka.foundation.actors import SYSTEM
from pustaka.standards import marc
from pustaka.standards.marc import Field, Record

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def make(*, copies: int, a_title: int) -> None:
    """Titles with records, keys and copies, and an index of them."""
    branch = ensure_branch(code="PUSAT", name="Perpustakaan Pusat")
    count = copies // a_title
    with transaction.atomic():
        ids = bulk.next_ids(Bib, count)
        bibs, contents, keys, rows = [], [], [], []
        for number, bib_id in enumerate(ids):
            record = _record(number)
            content = marc.dump(record)
            columns = derive.columns(record)
            bibs.append((bib_id, *columns, bulk.moment(AT), bulk.moment(AT), 1))
            contents.append((bib_id, content, ""))
            keys += [(digest, bib_id) for _, digest in derive.keys(record, columns, content=content)]
            rows += [
                Item(
                    bib_id=bib_id, barcode=f"B{number * a_title + n:08}", call_number="657 WIJ e", branch=branch,
                    note="lama", created_at=AT,
                )
                for n in range(a_title)
            ]  # fmt: skip
        bulk.insert(Bib, ("id", *derive.Columns._fields, "created_at", "changed_at", "version"), bibs)
        bulk.insert(BibRecord, ("bib_id", "marc", "original_format"), contents)
        bulk.insert(BibKey, ("digest", "bib_id"), keys)
        Item.with_hidden.bulk_create(rows, batch_size=2000)
    discovery.rebuild(at=AT, by=SYSTEM)


def _record(number: int) -> Record:
    return Record(
        "00000nam a2200000 i 4500",
        [
            Field("001", data=f"k{number}"),
            Field("008", data="260101s2008    io            000 0 ind d".ljust(40)),
            Field("082", indicators="04", subfields=[("a", "657")]),
            Field("100", indicators="1 ", subfields=[("a", "Wijaya, Budi")]),
            Field("245", indicators="10", subfields=[("a", f"Akuntansi biaya {number} /"), ("c", "Budi Wijaya")]),
            Field("650", indicators=" 4", subfields=[("a", "Akuntansi"), ("z", "Indonesia")]),
        ],
    )


def bare_update() -> None:
    """The same columns, in one statement, with nothing beside."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_item SET status = 'repair', note = note || '; x', version = version + 1")
    with transaction.atomic(), connection.cursor() as cursor:  # and as they were
        cursor.execute("UPDATE catalog_item SET status = 'available', note = 'lama', version = 1")


def loop(count: int) -> None:
    """Each copy by itself, as a script of a peer does it; with its history."""
    for item in Item.objects.order_by("-pk")[:count]:
        items.change(
            item_id=item.pk,
            version=item.version,
            fields={"status": "missing", "note": f"{item.note}; x"},
            at=AT,
            by=SYSTEM,
        )


def begin(count: int) -> BatchChange:
    """List all copies by their barcodes and see what would change."""
    told = list(Item.objects.order_by("pk").values_list("barcode", flat=True)[:count])
    what = CopyChange(sets={"status": "repair"}, note="append", note_text="dipindah")
    job = batches.begin_copies(what=what, told=told, at=timezone.now(), by=SYSTEM)
    batches.check(job_id=job.pk, at=timezone.now())
    job.refresh_from_db()
    assert job.counts == {"due": count}, job.counts
    return job


def change(job: BatchChange) -> None:
    """Change all."""
    batches.start(job_id=job.pk, at=timezone.now(), by=SYSTEM)
    batches.change(job_id=job.pk, at=timezone.now())
    _assert_all(job, "changed")


def deliver() -> None:
    """What the worker's thread for events does."""
    while events.deliver(at=timezone.now()):
        pass


def undo(job: BatchChange) -> None:
    """And back."""
    batches.undo(job_id=job.pk, at=timezone.now(), by=SYSTEM)
    batches.restore(job_id=job.pk, at=timezone.now())
    _assert_all(job, "restored")


def _assert_all(job: BatchChange, outcome: str) -> None:
    job.refresh_from_db()
    before = cast("dict[str, int]", job.counts)
    assert set(before) == {outcome}, before

"""An import that is killed at any statement, and taken up again, ends as one that was left alone."""

from contextlib import suppress

import pytest
from django.db import connection, transaction

from pustaka.catalog import queries
from pustaka.catalog.importing import reading
from pustaka.catalog.models import Bib, BibKey, BibRecord, Holding, ImportEntry, ImportJob, Item
from pustaka.catalog.services import imports
from pustaka.foundation.actors import SYSTEM
from pustaka.standards.marc import Field, Record, to_iso2709
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, BranchFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What a kill looks like from inside: nothing that any code may catch."""


class Bomb:
    """Ends the process, as it were, at the n-th statement that writes."""

    def __init__(self, at_write: int) -> None:
        self.left = at_write

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "COPY"}:
            self.left -= 1
            if self.left == 0:
                raise Killed
        return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    for module in ("steps", "settling", "undoing"):
        monkeypatch.setattr(f"pustaka.catalog.importing.{module}.STEP", 2)


@pytest.fixture
def library(catalog_file):
    """A catalogue with two titles, and a file that replaces, merges, adds, breaks, mends and repeats."""
    central = BranchFactory(code="PUSAT", name="Perpustakaan Pusat")
    for n in (1, 2):
        ItemFactory(
            bib=BibFactory(record=marc_record(number=str(n), title=f"Lama {n}")), barcode=f"L{n}", branch=central
        )
    return catalog_file(
        marc_record(number="1", title="Baru 1", copies=(("B1", "PUSAT"),)),
        marc_record(number="3", title="Baru 3", copies=(("B3", "PUSAT"), ("B4", "PUSAT"))),
        b"sampah\x1d",
        marc_record(number="2", title="Baru 2"),
        to_iso2709(marc_record(number="5", title="Caf# Batavia")).replace(b"#", b"\xe9"),
        marc_record(number="3", title="Baru 3", copies=(("B5", "PUSAT"),)),
        Record(
            "00000ny  a2200000n  4500",
            [Field("001", data="h1"), Field("004", data="5"), Field("852", subfields=[("b", "X")])],
        ),
        marc_record(number="6", title="Baru 6"),
        marc_record(number="7", title="Baru 7"),
    )


def picture():
    """The whole of the catalogue, hidden rows too, without the ids that the database happens to give."""
    return {
        "bibs": sorted(Bib.with_hidden.values_list("title", "call_number", "batch__state", "version")),
        "records": sorted(bytes(marc) for marc in BibRecord.objects.values_list("marc", flat=True)),
        "keys": sorted(BibKey.objects.values_list("bib__title", "digest")),
        "items": sorted(Item.with_hidden.values_list("barcode", "bib__title", "batch__state")),
        "holdings": sorted(Holding.with_hidden.values_list("control_number", "bib__title")),
        "entries": sorted(ImportEntry.objects.values_list("number", "outcome", "title", "action", "is_in_file")),
        "jobs": list(ImportJob.objects.values_list("state", "read", "position", "is_revealed", "counts")),
    }


def forward(job_id):
    imports.analyse(job_id=job_id, at=AT)
    if queries.job(job_id).state == "ready":
        imports.commit(job_id=job_id, at=LATER, by=SYSTEM)
    imports.settle(job_id=job_id, at=LATER)
    imports.reveal(job_id=job_id, at=LATER)


def backward(job_id):
    if queries.job(job_id).state == "done":
        imports.undo(job_id=job_id, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job_id, at=LATER)


def cancelled(job_id):
    imports.analyse(job_id=job_id, at=AT)
    if queries.job(job_id).state == "ready":
        imports.cancel(job_id=job_id, at=LATER, by=SYSTEM)
    imports.clear(job_id=job_id, at=LATER)


@pytest.mark.parametrize("rule", ImportJob.OnMatch.values)
def test_a_killed_import_ends_as_one_that_was_left_alone(library, rule):
    kills = kill_everywhere(library, rule, [forward])

    assert kills > 20


def test_a_killed_undo_ends_as_one_that_was_left_alone(library):
    kills = kill_everywhere(library, "replace", [forward, backward])

    assert kills > 40


def test_a_killed_cancel_ends_as_one_that_was_left_alone(library):
    kills = kill_everywhere(library, "skip", [cancelled])

    assert kills > 20


def kill_everywhere(library, rule, ways):
    """Kill at every statement that writes, one run for each, and compare; how many there were."""
    expected = None
    for at_write in [0, *range(1, 1000)]:
        with transaction.atomic():
            job = imports.add_file(path=library, on_match=rule, at=AT, by=SYSTEM)
            bomb = Bomb(at_write)
            with suppress(Killed), connection.execute_wrapper(bomb):
                for way in ways:
                    way(job.pk)
            hidden_until_the_end(job.pk)
            if bomb.left <= 0:  # taken up again
                for way in ways:
                    way(job.pk)
            seen = picture()
            expected = expected or seen
            assert seen == expected, f"killed at write {at_write}"
            if bomb.left > 0:
                return at_write - 1
            transaction.set_rollback(True)
    raise AssertionError("never came to an end")


def hidden_until_the_end(job_id):
    visible = {title for title in Bib.objects.values_list("title", flat=True) if not title.startswith("Lama")}
    if not queries.job(job_id).is_revealed:
        assert not visible & {"Baru 3", "Baru 6", "Baru 7", "Café Batavia"}
        assert not Item.objects.filter(barcode__startswith="B").exists()

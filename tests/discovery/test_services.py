import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction


from pustaka.catalog.events import BatchStaged, BatchWithdrawn, BibsChanged
from pustaka.catalog.models import Bib, ImportJob, Item
from pustaka.discovery import documents, queries, rules, services
from pustaka.discovery.models import BatchIndexing, IndexGeneration
from pustaka.discovery.ports import Query, SearchUnavailable
from pustaka.foundation.models import OutboxEvent
from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import NotPermitted
from pustaka.foundation.events import publish
from tests.factories.catalog import BibFactory, ImportJobFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Work = Callable[[], None]


def staged(*titles: str, state: ImportJob.State = ImportJob.State.INDEXING) -> ImportJob:
    """An import that has put its titles into the catalogue, hidden."""
    job = ImportJobFactory(state=state)
    for title in titles:
        Bib.with_hidden.filter(pk=BibFactory(title=title).pk).update(batch=job)
    return job


def indexed(text: str) -> int:
    """How many titles the live index has, hidden ones too."""
    generation = queries.live()
    assert generation is not None
    return queries.engine().search(generation.pk, Query(tree=rules.parse(text).tree)).total


def total(text: str) -> int:
    return queries.find(text=text, with_facets=False).total


def test_an_empty_catalogue_is_searched_without_an_index() -> None:
    found = queries.find(text="bumi")

    assert (found.ids, found.total, found.pages) == ([], 0, 0)
    assert queries.suggest("bumi") == []
    assert queries.facet(name="author").values == []
    assert queries.state().kind == "empty"


def test_an_edit_is_found_and_what_was_there_before_is_not(work: Work) -> None:
    bib = BibFactory(title="Bumi manusia")
    with transaction.atomic():
        publish(BibsChanged(at=AT, bib_ids=[bib.pk]))
    work()
    assert queries.find(text="bumi").ids == [bib.pk]
    assert queries.state().kind == "ready"

    from pustaka.catalog.services.records import write_record

    write_record(bib=bib, record=marc_record(title="Gadis pantai"), at=AT)
    with transaction.atomic():
        publish(BibsChanged(at=AT, bib_ids=[bib.pk, 999_999]))
    work()

    assert total("bumi") == 0
    assert queries.find(text="gadis pantai").ids == [bib.pk]


def test_a_deleted_title_is_not_found_any_more(work: Work) -> None:
    bib, other = BibFactory(title="Bumi manusia"), BibFactory(title="Bumi kita")
    services.refresh(bib_ids=[bib.pk, other.pk], at=AT)
    pk = bib.pk
    bib.delete()

    services.refresh(bib_ids=[pk], at=AT)

    assert queries.find(text="bumi").ids == [other.pk]


def test_copies_make_a_title_available_and_tell_where_it_stands() -> None:
    item = ItemFactory(status=Item.Status.AVAILABLE)
    ItemFactory(bib=item.bib, branch=item.branch, status=Item.Status.WITHDRAWN)
    away = ItemFactory(status=Item.Status.LOST)
    services.refresh(bib_ids=[item.bib_id, away.bib_id], at=AT)

    found = queries.find()

    assert (found.total, found.available) == (2, 1)
    assert {value.value for facet in found.facets if facet.name == "branch" for value in facet.values} == {
        item.branch.code, away.branch.code,
    }  # fmt: skip
    assert queries.find(text=item.barcode).ids == [item.bib_id]


def test_a_staged_import_is_in_the_index_but_nowhere_to_be_seen_until_it_is_revealed(work: Work) -> None:
    visible = BibFactory(title="Kopi Nusantara")
    services.refresh(bib_ids=[visible.pk], at=AT)
    job = staged("Kopi Jawa", "Kopi Gayo")

    services.index_batch(job_id=job.pk, at=AT)

    assert indexed("kopi") == 3
    assert queries.find(text="kopi").ids == [visible.pk]
    assert [one.text for one in queries.suggest("kopi")] == ["Kopi Nusantara"]

    work()  # BatchIndexed reveals it

    job.refresh_from_db()
    assert job.is_revealed
    assert total("kopi") == 3
    assert not BatchIndexing.objects.exists()


def test_the_first_import_of_an_installation_comes_all_the_way_by_events(work: Work) -> None:
    job = staged("Kopi Jawa", "Kopi Gayo")
    with transaction.atomic():
        publish(BatchStaged(at=AT, job_id=job.pk))
    assert total("kopi") == 0

    work()

    assert total("kopi") == 2
    job.refresh_from_db()
    assert (job.phase_done, job.phase_total) == (2, 2)


def test_an_import_that_is_withdrawn_is_gone_from_the_index(work: Work) -> None:
    job = staged("Kopi Jawa", "Kopi Gayo")
    services.index_batch(job_id=job.pk, at=AT)
    work()
    ImportJob.objects.filter(pk=job.pk).update(is_revealed=False, state=ImportJob.State.UNDOING)
    assert total("kopi") == 0

    with transaction.atomic():
        publish(BatchWithdrawn(at=AT, job_id=job.pk))
    work()

    assert indexed("kopi") == 0


class Killed(BaseException):
    """The power goes off."""


@pytest.mark.parametrize("chunks", range(6))
def test_an_import_killed_while_it_is_indexed_goes_on_and_has_each_title_once(
    chunks: int, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    monkeypatch.setattr(services, "COMMIT_EVERY", 4)
    job = staged(*[f"Kopi {n}" for n in range(9)])
    of_all, calls = documents.of_all, iter(range(100))

    def dying(rows: Any) -> Any:
        if next(calls) == chunks:
            raise Killed
        return of_all(rows)

    monkeypatch.setattr(documents, "of_all", dying)
    with pytest.raises(Killed):
        services.index_batch(job_id=job.pk, at=AT)
        raise Killed  # it was quicker than the power
    monkeypatch.setattr(documents, "of_all", of_all)
    writing = queries.engine()._writers  # type: ignore[attr-defined]
    for shared in writing.values():
        shared._open.rollback()  # what wasn't committed dies with its process

    services.index_batch(job_id=job.pk, at=AT)
    work()

    assert total("kopi") == 9
    assert sorted(queries.find(text="kopi").ids) == sorted(set(queries.find(text="kopi").ids))


def test_a_batch_that_is_revealed_already_is_left_alone(work: Work) -> None:
    job = staged("Kopi Jawa")
    services.index_batch(job_id=job.pk, at=AT)
    work()
    folder = queries.live().pk  # type: ignore[union-attr]

    services.index_batch(job_id=job.pk, at=AT)

    assert queries.live().pk == folder  # type: ignore[union-attr]
    assert total("kopi") == 1


def test_rebuild_takes_over_everything_and_clears_the_old_index_away(index_folder: Path) -> None:
    bibs = [BibFactory() for _ in range(3)]
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=AT)
    before = queries.live()

    after = services.rebuild(at=AT, by=SYSTEM)

    assert before is not None
    assert after.pk != before.pk
    assert (after.state, after.done, after.total) == ("live", 3, 3)
    assert queries.find().total == 3
    assert [entry.name for entry in index_folder.iterdir()] == [f"{after.pk:06d}"]
    assert IndexGeneration.objects.count() == 1


def test_rebuild_needs_a_permission() -> None:
    with pytest.raises(NotPermitted):
        services.ask_for_rebuild(at=AT, by=VISITOR)
    with pytest.raises(NotPermitted):
        services.rebuild(at=AT, by=VISITOR)


def test_asking_twice_for_a_rebuild_makes_one(work: Work) -> None:
    BibFactory()

    assert services.ask_for_rebuild(at=AT, by=SYSTEM).pk == services.ask_for_rebuild(at=AT, by=SYSTEM).pk
    work()

    assert IndexGeneration.objects.get().state == "live"


def test_a_rebuild_misses_no_edit_that_is_made_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every chunk a title already passed, one still to come, a new one and a deleted one change."""
    from pustaka.catalog.services.records import write_record

    monkeypatch.setattr(services, "CHUNK", 2)
    bibs = [BibFactory(title=f"Lama {n}") for n in range(10)]
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=AT)
    expected = {bib.pk: f"lama {n}" for n, bib in enumerate(bibs)}
    build_on, step = services._build_on, iter(range(100))

    def with_edits(*given: Any) -> bool:
        goes_on = build_on(*given)
        n = next(step)
        if n < 4:
            for bib in (bibs[n], bibs[9 - n]):
                write_record(bib=bib, record=marc_record(title=f"Baru {bib.pk} {n}"), at=AT)
                expected[bib.pk] = f"baru {bib.pk} {n}"
            new = BibFactory(title=f"Tambahan {n}")
            expected[new.pk] = f"tambahan {n}"
            services.refresh(bib_ids=[bibs[n].pk, bibs[9 - n].pk, new.pk], at=AT)
            assert total("lama OR baru OR tambahan") == len(expected)  # the old index answers all the while
        if n == 2:
            gone = bibs[4].pk
            bibs[4].delete()
            del expected[gone]
            services.refresh(bib_ids=[gone], at=AT)
        return goes_on

    monkeypatch.setattr(services, "_build_on", with_edits)

    services.rebuild(at=AT, by=SYSTEM)

    assert set(queries.find(page_size=50).ids) == set(expected)
    assert queries.find().total == len(expected)
    for pk, title in expected.items():
        assert pk in queries.find(text=f'title:"{title}"').ids, title


@pytest.mark.parametrize("chunks", range(7))
def test_a_killed_rebuild_goes_on_while_the_old_index_answers(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    monkeypatch.setattr(services, "COMMIT_EVERY", 4)
    bibs = [BibFactory(title=f"Kopi {n}") for n in range(9)]
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=AT)
    build_on, calls = services._build_on, iter(range(100))

    def dying(*given: Any) -> bool:
        if next(calls) == chunks:
            raise Killed
        return build_on(*given)

    monkeypatch.setattr(services, "_build_on", dying)
    with pytest.raises(Killed):
        services.rebuild(at=AT, by=SYSTEM)
        raise Killed
    monkeypatch.setattr(services, "_build_on", build_on)
    for shared in queries.engine()._writers.values():  # type: ignore[attr-defined]
        shared._open.rollback()
    assert total("kopi") == 9

    services.rebuild(at=AT, by=SYSTEM)

    assert total("kopi") == 9
    assert IndexGeneration.objects.filter(state="building").count() == 0


def test_a_rebuild_keeps_a_staged_import_hidden_and_leaves_a_withdrawn_one_out(work: Work) -> None:
    BibFactory(title="Kopi biasa")
    hidden = staged("Kopi rahasia")
    staged("Kopi ditarik", state=ImportJob.State.UNDOING)

    services.rebuild(at=AT, by=SYSTEM)

    assert total("kopi") == 1
    assert indexed("kopi") == 2
    services.index_batch(job_id=hidden.pk, at=AT)
    work()
    assert total("kopi") == 2


def test_a_lost_folder_is_told_and_mended_by_one_command(index_folder: Path) -> None:
    bib = BibFactory(title="Bumi manusia")
    services.refresh(bib_ids=[bib.pk], at=AT)
    shutil.rmtree(index_folder)

    with pytest.raises(SearchUnavailable):
        queries.find(text="bumi")
    assert queries.state().kind == "lost"
    services.rebuild(at=AT, by=SYSTEM)

    assert queries.find(text="bumi").ids == [bib.pk]
    assert queries.state().kind == "ready"


def test_a_lost_folder_is_not_blanked_by_the_next_edit(index_folder: Path) -> None:
    bibs = [BibFactory(title=f"Bumi {n}") for n in range(3)]
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=AT)
    shutil.rmtree(index_folder)

    services.refresh(bib_ids=[bibs[0].pk], at=AT)

    assert total("bumi") == 3


def test_a_large_lost_index_is_built_in_the_background(index_folder: Path, work: Work, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "FEW", 1)
    bibs = [BibFactory(title=f"Bumi {n}") for n in range(3)]
    services.rebuild(at=AT, by=SYSTEM)
    shutil.rmtree(index_folder)

    services.refresh(bib_ids=[bibs[0].pk], at=AT)
    assert queries.state().building is not None
    with pytest.raises(SearchUnavailable):
        queries.find()
    work()

    assert total("bumi") == 3


def test_an_index_of_an_older_release_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    BibFactory()
    services.rebuild(at=AT, by=SYSTEM)
    monkeypatch.setattr(documents, "REVISION", documents.REVISION + 1)

    assert queries.state().kind == "outdated"
    services.rebuild(at=AT, by=SYSTEM)
    assert queries.state().kind == "ready"


@pytest.mark.parametrize("harm", ["lost", "outdated", "none"])
def test_the_worker_has_a_lost_or_old_index_mended_when_it_starts(
    harm: str, index_folder: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    BibFactory(title="Bumi manusia")
    before = services.rebuild(at=AT, by=SYSTEM)
    if harm == "lost":
        shutil.rmtree(index_folder)
    if harm == "outdated":
        monkeypatch.setattr(documents, "REVISION", documents.REVISION + 1)

    services.mend(at=AT)
    services.mend(at=AT)
    work()

    after = queries.live()
    assert after is not None
    assert (after.pk == before.pk) == (harm == "none")
    assert queries.state().kind == "ready"
    assert total("bumi") == 1


def test_a_rebuild_whose_task_was_lost_can_be_asked_for_again(work: Work) -> None:
    BibFactory()
    generation = services.ask_for_rebuild(at=AT, by=SYSTEM)
    IndexGeneration.objects.update(done=1, total=5)
    OutboxEvent.objects.all().delete()

    assert services.ask_for_rebuild(at=AT, by=SYSTEM) == generation
    work()

    assert queries.state().kind == "ready"


def test_a_title_that_can_not_be_understood_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    good, bad = BibFactory(title="Bumi baik"), BibFactory(title="Bumi rusak")
    bad.record.marc = b"\x01broken"
    bad.record.save()

    services.refresh(bib_ids=[good.pk, bad.pk], at=AT)

    assert queries.find(text="bumi").ids == [good.pk]
    assert f"title {bad.pk} could not be made searchable" in caplog.text


def test_readers_follow_the_pointer_when_the_index_changes_between_look_and_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bib = BibFactory(title="Bumi manusia")
    services.refresh(bib_ids=[bib.pk], at=AT)
    old = queries.live()
    services.rebuild(at=AT, by=SYSTEM)
    numbers = iter([old.pk])  # type: ignore[union-attr]
    live_number = queries._live_number
    monkeypatch.setattr(queries, "_live_number", lambda: next(numbers, None) or live_number())

    assert queries.find(text="bumi", with_facets=False).ids == [bib.pk]


def test_edits_come_through_while_an_import_is_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two chunks an edit is written and found; nothing waits for the whole import."""
    monkeypatch.setattr(services, "CHUNK", 2)
    bib = BibFactory(title="Bumi manusia")
    services.refresh(bib_ids=[bib.pk], at=AT)
    job = staged(*[f"Kopi {n}" for n in range(10)])
    note, seen = services.imports.note_progress, []

    def edit_elsewhere() -> None:
        services.refresh(bib_ids=[bib.pk], at=AT)
        connections.close_all()

    def with_an_edit(**given: Any) -> None:
        note(**given)
        if connection.vendor == "postgresql":
            thread = threading.Thread(target=edit_elsewhere)
            thread.start()
            thread.join(10)
        else:  # the test's SQLite is in memory, for one thread
            services.refresh(bib_ids=[bib.pk], at=AT)
        seen.append(queries.find(text="bumi").ids)

    monkeypatch.setattr(services.imports, "note_progress", with_an_edit)

    services.index_batch(job_id=job.pk, at=AT)

    assert len(seen) >= 5
    assert all(ids == [bib.pk] for ids in seen)


@pytest.mark.parametrize("state", ["live", "building"])
def test_there_is_one_live_index_and_one_being_built(state: str) -> None:
    IndexGeneration.objects.create(revision=1, state=state, started_at=AT)

    with pytest.raises(IntegrityError):
        IndexGeneration.objects.create(revision=1, state=state, started_at=AT)


@pytest.mark.parametrize("wrong", [{"state": "unknown"}, {"kept": 5, "position": 4}])
def test_the_database_refuses_what_an_index_can_not_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        IndexGeneration.objects.create(revision=1, started_at=AT, **wrong)

"""The embedded engine passes the contract, and what only a folder can suffer: other processes, loss, damage, fork."""

import multiprocessing
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from pustaka.adapters.tantivy_engine.folder import TantivyEngine
from pustaka.discovery.ports import IndexBusy, Query, SearchEngine, SearchUnavailable
from tests.adapters.search_engine_contract import SearchEngineContract, ask, made, shelf


class TestTantivy(SearchEngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> SearchEngine:
        return TantivyEngine(tmp_path / "search")


def _write(folder: Path, first: int, count: int, told: Any) -> None:
    """Another process: put `count` titles one by one, committing each."""
    engine = TantivyEngine(folder)
    with engine.writer(1) as writer:
        for pk in range(first, first + count):
            writer.put([made(pk, f"Judul nomor {pk}")])
            writer.commit()
    told.put("written")


def _read_until(folder: Path, count: int, told: Any) -> None:
    """Another process: ask again and again; counts may only grow, and reach `count`."""
    engine = TantivyEngine(folder)
    seen, deadline = 0, time.monotonic() + 30
    while seen < count and time.monotonic() < deadline:
        total = engine.search(1, ask("judul nomor", facets=("form",))).total
        if total < seen:
            break
        seen = total
    told.put(seen)


def test_readers_in_other_processes_see_every_commit_of_the_one_writer(tmp_path: Path) -> None:
    TantivyEngine(tmp_path).create(1)
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    people = [context.Process(target=_read_until, args=(tmp_path, 40, told)) for _ in range(3)]
    people.append(context.Process(target=_write, args=(tmp_path, 1, 40, told)))
    for person in people:
        person.start()

    heard = [told.get(timeout=60) for _ in people]

    for person in people:
        person.join(10)
    assert sorted(map(str, heard)) == ["40", "40", "40", "written"]


def _hold(folder: Path, held: Any, release: Any) -> None:
    engine = TantivyEngine(folder)
    with engine.writer(1) as writer:
        writer.put([made(1, "Tak pernah selesai")])
        held.set()
        release.wait(60)
    os._exit(9)  # killed, with a title that was never committed


def test_second_writing_process_is_told_and_may_write_once_the_first_is_dead(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.create(1)
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path, held, release))
    other.start()
    assert held.wait(60)

    began = time.monotonic()
    with pytest.raises(IndexBusy), engine.writer(1, patience_s=0.3):
        pass
    assert 0.2 < time.monotonic() - began < 5

    release.set()
    other.join(10)
    with engine.writer(1) as writer:
        writer.put([made(2, "Sudah selesai")])
        writer.commit()
    assert engine.search(1, Query()).ids == (2,)


def test_forked_process_opens_the_index_anew(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.create(1)
    with engine.writer(1) as writer:
        writer.put(shelf())
        writer.commit()
    assert engine.search(1, ask("bumi manusia")).ids == (1, 3)
    read, write = os.pipe()

    child = os.fork()
    if child == 0:
        try:
            os.write(write, repr(engine.search(1, ask("bumi manusia")).ids).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 100) == b"(1, 3)"


@pytest.mark.parametrize("harm", ["folder", "meta", "garbage", "segments"])
def test_lost_or_damaged_index_is_told_and_can_be_made_anew(tmp_path: Path, harm: str) -> None:
    engine = TantivyEngine(tmp_path)
    engine.create(1)
    with engine.writer(1) as writer:
        writer.put(shelf())
        writer.commit()
    folder = tmp_path / "000001"
    if harm == "folder":
        shutil.rmtree(folder)
    elif harm == "meta":
        (folder / "meta.json").unlink()
    elif harm == "garbage":
        (folder / "meta.json").write_text("{not json")
    else:
        for part in folder.glob("*.*"):
            if part.name not in {"meta.json", ".managed.json"}:
                part.unlink()

    fresh = TantivyEngine(tmp_path)
    assert not fresh.exists(1)
    with pytest.raises(SearchUnavailable):
        fresh.search(1, ask("bumi"))

    fresh.create(1)
    with fresh.writer(1) as writer:
        writer.put(shelf())
        writer.commit()
    assert fresh.search(1, ask("bumi manusia")).ids == (1, 3)


def test_index_with_other_fields_is_told_instead_of_misread(tmp_path: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace")
    (tmp_path / "000001").mkdir()
    tantivy.Index(builder.build(), path=str(tmp_path / "000001"))
    engine = TantivyEngine(tmp_path)

    assert not engine.exists(1)
    with pytest.raises(SearchUnavailable):
        engine.search(1, Query())
    with pytest.raises(SearchUnavailable), engine.writer(1):
        pass


def test_writer_lets_go_when_nothing_is_written_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pustaka.adapters.tantivy_engine.folder.IDLE_S", 0.2)
    engine, other = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    engine.create(1)
    with engine.writer(1) as writer:
        writer.put(shelf())
        writer.commit()

    with other.writer(1, patience_s=10) as writer:
        writer.drop([1])
        writer.commit()

    assert engine.search(1, Query()).total == 11

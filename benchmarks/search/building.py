"""What is searched: our index, and the tables of the peers, from the same made titles with their made copies."""

import importlib.util
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCALE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "scale.py"
CHUNK = 1_000


def build(folder: Path, n: int, seed: int) -> None:
    """The index, through our own documents and engine, and the tables of the peers."""
    os.environ["PUSTAKA_DATA"], os.environ["DATABASE_URL"] = str(folder), ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pustaka.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from pustaka.catalog.models import Bib
    from pustaka.discovery import documents, queries
    from pustaka.discovery.models import IndexGeneration

    call_command("migrate", verbosity=0)
    generation = IndexGeneration.objects.create(
        revision=documents.REVISION, state="live", started_at=datetime.now(UTC), live_at=datetime.now(UTC)
    )
    engine = queries.engine()
    engine.create(generation.pk)
    # One row, so that the search knows of a catalogue; what is measured reads no titles from it.
    Bib(title="-", title_sort="-", created_at=datetime.now(UTC), changed_at=datetime.now(UTC)).save()
    peers = sqlite3.connect(folder / "peers.sqlite3")
    peers.executescript(
        "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;"
        "CREATE TABLE bib (id INTEGER PRIMARY KEY, title, author, subjects, form, language, year INTEGER);"
        "CREATE VIRTUAL TABLE found USING fts5(title, author, subjects, content='', tokenize='unicode61');"
    )
    making = indexing = 0.0
    with engine.writer(generation.pk) as writer:
        for rows in chunks(n, seed):
            start = time.perf_counter()
            made = documents.of_all(rows)
            middle = time.perf_counter()
            writer.put(made, are_new=True)
            making, indexing = making + middle - start, indexing + time.perf_counter() - middle
            peers.executemany(
                "INSERT INTO bib VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (row.bib.pk, row.bib.title, row.bib.author, "; ".join(one.facets["subject"]), row.bib.form,
                     row.bib.language, row.bib.year)
                    for row, one in zip(rows, made, strict=True)
                ],
            )  # fmt: skip
        start = time.perf_counter()
        writer.commit()
        indexing += time.perf_counter() - start
    engine._writers[generation.pk].close()  # waits until Tantivy has merged
    peers.execute("INSERT INTO found (rowid, title, author, subjects) SELECT id, title, author, subjects FROM bib")
    peers.execute("INSERT INTO found (found) VALUES ('optimize')")
    peers.executescript("CREATE INDEX bib_year ON bib (year);")
    peers.commit()
    size = sum(file.stat().st_size for file in (folder / "search").rglob("*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (folder / "built").write_text(
        f"{n:,} titles: documents {making / n * 1e6:.0f} µs each, engine {indexing / n * 1e6:.0f} µs each, "
        f"index {size / 1e6:.0f} MB, peak memory of building {peak} MB\n"
    )


def chunks(n: int, seed: int) -> Iterator[list[Any]]:
    """Made titles as the catalogue hands them to discovery."""
    from pustaka.catalog import derive
    from pustaka.catalog.models import Bib
    from pustaka.catalog.queries import Indexable
    from pustaka.standards import marc

    command = [sys.executable, str(SCALE), "bibs", "--n", str(n), "--seed", str(seed), "--format", "marc"]
    at = datetime.now(UTC)
    copies = copies_of(seed)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as source:
        assert source.stdout is not None
        rows: list[Any] = []
        for number, read in enumerate(marc.read(source.stdout, format="iso2709"), 1):
            if read.record is not None:
                columns = derive.columns(read.record)._asdict()
                rows.append(
                    Indexable(Bib(pk=number, created_at=at, **columns), marc.dump(read.record), copies(number - 1))
                )
            if len(rows) == CHUNK:
                yield rows
                rows = []
        if rows:
            yield rows


def copies_of(seed: int) -> "Callable[[int], list[Any]]":
    """A function from a title's number to its copies, as `scale.py items` writes them; most have one or two."""
    from pustaka.branches.models import Branch, Location
    from pustaka.catalog.models import Item, ItemType

    spec = importlib.util.spec_from_file_location("scale", SCALE)
    assert spec is not None
    assert spec.loader is not None
    scale = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scale)
    branches = [Branch(pk=number, code=f"B{number}", name=name) for number, name in enumerate(scale.LOCS, 1)]
    shelves = [Location(pk=branch.pk, branch=branch, code="RAK", name="Rak umum") for branch in branches]
    kinds = [
        ItemType(pk=n, code=code)
        for n, code in enumerate(("buku", "buku", "buku", "referensi", "tandon", "skripsi"), 1)
    ]
    at_hand = Item.Status.AVAILABLE
    states = (at_hand, at_hand, at_hand, Item.Status.IN_PROCESS, Item.Status.REPAIR, Item.Status.MISSING)

    def copies(number: int) -> list[Any]:
        found = []
        for copy in range(min(scale.copies(seed, number), 40)):
            mixed = (number * 2654435761 + copy * 97) & 0xFFFFFFFF
            found.append(
                Item(
                    barcode=f"{number:08d}{copy:02d}",
                    branch=branches[mixed % 7],
                    location=shelves[mixed % 7],
                    item_type=kinds[(mixed >> 8) % 6],
                    status=states[(mixed >> 16) % 97 % 6],
                )
            )
        return found

    return copies

"""A thousand records from yaz-ztest, and ten targets of which three are dead."""

import argparse
import os
import resource
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from pustaka.adapters.sru.asking import SruSource
from pustaka.adapters.z3950.asking import Z3950Source
from pustaka.catalog import side_by_side
from pustaka.catalog.ports import Ask, Place, Query, RecordSource
from pustaka.catalog.side_by_side import Call
from tests.peers import library, rogue
from tests.peers.servers import free_port, running
from tests.peers.zebra import zebra

QUESTION = Query(Ask.ISBN, (library.BUMI_MANUSIA,))
DEAD_S = 5.0


def thousand(folder: Path, times: int) -> None:
    """The records in our form, the connection opened and closed, against an unparsed answer of one record."""
    port = free_port()
    place = Place(host="127.0.0.1", port=port, database="Default", indexes={Ask.TITLE: "1=4"})
    with running(["yaz-ztest", f"tcp:127.0.0.1:{port}"], folder=folder, ports=[port]):
        for most in (1, 100, 1_000):
            taken = []
            for _ in range(times):
                begun = time.perf_counter()
                answer = Z3950Source().ask(place, Query(Ask.TITLE, ("1000",)), most=most, timeout_s=60)
                taken.append(time.perf_counter() - begun)
            print(f"yaz-ztest, {len(answer.records)} records: median of {times} {median(taken) * 1000:.0f} ms")


def ten(folder: Path, times: int) -> None:
    """Seven that answer (Zebra by Z39.50 and SRU), three that take the call and say nothing."""
    with ExitStack() as servers:
        port = servers.enter_context(zebra(library.books(), folder=folder / "zebra")).port
        z3950 = Place(host="127.0.0.1", port=port, database="buku", indexes={Ask.ISBN: "1=7"})
        sru = Place(url=f"http://127.0.0.1:{port}/buku", indexes={Ask.ISBN: "bath.isbn"})
        living: list[tuple[RecordSource, Place]] = [*[(Z3950Source(), z3950)] * 4, *[(SruSource(), sru)] * 3]
        dead: list[tuple[RecordSource, Place]] = []
        for _ in range(3):
            silent = servers.enter_context(rogue.rogue(rogue.silent))
            dead.append((SruSource(), Place(url=f"http://127.0.0.1:{silent}/", indexes={Ask.ISBN: "bath.isbn"})))
        for name, asked in (("seven living", living), ("and three dead", [*living, *dead])):
            last, whole = [], []
            for _ in range(times):
                calls = [Call(n, source, place, 20, DEAD_S) for n, (source, place) in enumerate(asked)]
                begun = time.perf_counter()
                outcomes = list(side_by_side.ask(calls, QUESTION))
                whole.append(time.perf_counter() - begun)
                last.append(max(outcome.took_ms for outcome in outcomes if outcome.answer))
            print(
                f"{name}: last of the living after {median(last):.0f} ms (worst {max(last)}),"
                f" all over after {median(whole):.2f} s"
            )


def measure() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copying", description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        thousand(Path(folder), times)
        ten(Path(folder), min(times, 3))
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")

"""What the benchmark does with processes and looks up afterwards."""

import hashlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

CLI = [sys.executable, "-m", "pustaka.interfaces.cli"]
LOOP = """
import sys, time
from pymarc import MARCReader
begun = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    count = sum(1 for record in MARCReader(file) if record is not None)
print(count / (time.perf_counter() - begun), count / time.process_time())
"""
COUNT_INDEX = """
import django
django.setup()
from pustaka.discovery import queries
from pustaka.discovery.ports import Query
found = queries.find(text="")
print(found.total)
"""


def environment(folder: Path) -> dict[str, str]:
    """Settings of an installation in that folder, on SQLite."""
    settings = {"PUSTAKA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "pustaka.config.settings"}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings


def pymarc_loop(path: Path) -> tuple[float, float]:
    """Records a second of a bare loop: by the clock, and by processor time."""
    answer = subprocess.run([sys.executable, "-c", LOOP, str(path)], check=True, capture_output=True, text=True)
    by_clock, by_processor = answer.stdout.split()
    return float(by_clock), float(by_processor)


def processor_s() -> float:
    """Processor seconds of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pustaka(folder: Path, *words: str) -> None:
    """One command, to its end."""
    subprocess.run([*CLI, *words], check=True, env=environment(folder), stdout=subprocess.DEVNULL)


def start(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    """An import, in a session of its own."""
    return subprocess.Popen(
        [*CLI, "import", *words], env=environment(folder), stdout=subprocess.DEVNULL, start_new_session=True
    )


def watched(process: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """Wait for the end; the most memory that its processes held together, in MB: their own, and with mapped files.

    What processes share is shared out (proportional set size). Pages of mapped files (index, database) are the system's
    cache, which it takes back when it needs memory.
    """
    own = mapped = 0
    while process.poll() is None:
        sizes = [memory(pid) for pid in members(process.pid)]
        own = max(own, sum(size[0] for size in sizes))
        mapped = max(mapped, sum(size[1] for size in sizes))
        time.sleep(0.2)
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return own / 1000, mapped / 1000


def members(session: int) -> list[int]:
    """Processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[3]) == session:
                    found.append(int(entry.name))
            except (OSError, IndexError):  # it has ended meanwhile
                continue
    return found


def memory(pid: int) -> tuple[int, int]:
    """Memory of one process in kB: its own, and with mapped files."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return sizes.get("Pss_Anon", 0) + sizes.get("Pss_Shmem", 0), sizes.get("Pss", 0)


def database(folder: Path) -> sqlite3.Connection:
    """The installation's database, to read."""
    return sqlite3.connect(f"file:{folder / 'pustaka.sqlite3'}?mode=ro", uri=True)


def size_mb(path: Path) -> float:
    """Of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def report(
    folder: Path,
    *,
    n: int,
    wall_s: float,
    used_s: float,
    peak_mb: tuple[float, float],
    loops: tuple[tuple[float, float], tuple[float, float]],
) -> None:
    """The table. Where other work goes on beside, the processor times tell more than the clock."""
    loop = sum(by_clock for by_clock, _ in loops) / 2
    loop_used = sum(by_processor for _, by_processor in loops) / 2
    rate = n / wall_s
    (state, counts) = database(folder).execute("SELECT state, counts FROM catalog_importjob").fetchone()
    print("| what | figure |\n|---|---|")
    print(f"| bare pymarc loop, before and after | {loops[0][0]:,.0f} and {loops[1][0]:,.0f} records/s |")
    print(f"| import: read, stored, indexed | {wall_s:,.1f} s, {rate:,.0f} records/s, {rate / loop:.2f} of the loop |")
    print(
        f"| processor time for a record | {used_s / n * 1e6:,.0f} µs, the loop {1e6 / loop_used:,.0f} µs:"
        f" {used_s / n * loop_used:.1f} loops |"
    )
    print(f"| system load at the end | {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores |")
    print(f"| most memory of all processes together | {peak_mb[0]:,.0f} MB, {peak_mb[1]:,.0f} MB with mapped files |")
    print(f"| database | {size_mb(folder / 'pustaka.sqlite3'):,.0f} MB |")
    print(f"| search index | {size_mb(folder / 'search'):,.0f} MB |")
    print(f"| state, counts | {state}, {json.dumps(json.loads(counts))} |", flush=True)


def killed(folder: Path, path: Path, *, times: int, within_s: float, seed: int) -> list[float]:
    """Import with SIGKILLs at random moments of the time that an undisturbed one takes; when they fell."""
    chance = random.Random(seed)
    moments = sorted(chance.uniform(1.5, within_s * 0.9) for _ in range(times))
    spent, ends, words = 0.0, [], [str(path)]
    for moment in moments:
        process = start(folder, *words)
        begun = time.perf_counter()
        try:
            process.wait(max(1.5, moment - spent))
            break  # it was done before
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        spent += time.perf_counter() - begun
        ends.append(spent)
        row = database(folder).execute("SELECT max(id) FROM catalog_importjob").fetchone()
        words = ["--resume", str(row[0])] if row[0] else [str(path)]
    watched(start(folder, *words))
    return ends


def fingerprint(folder: Path) -> dict[str, str]:
    """The catalogue in a few digests; moments are left out."""
    tables = {
        "titles": "SELECT id, batch_id, title, title_sort, author, year, isbn, call_number, control_number, version"
        " FROM catalog_bib ORDER BY id",
        "records": "SELECT bib_id, marc, original FROM catalog_bibrecord ORDER BY bib_id",
        "keys": "SELECT bib_id, digest FROM catalog_bibkey ORDER BY bib_id, digest",
        "copies": "SELECT barcode, bib_id, branch_id, status FROM catalog_item ORDER BY barcode",
        "entries": "SELECT number, outcome, title, action, matched_id FROM catalog_importentry ORDER BY number, id",
        "job": "SELECT state, read, position, is_revealed, counts FROM catalog_importjob",
    }
    found = {}
    for name, sql in tables.items():
        digest, count = hashlib.sha256(), 0
        for row in database(folder).execute(sql):
            digest.update(repr(row).encode())
            count += 1
        found[name] = f"{count:>9,} rows {digest.hexdigest()[:24]}"
    command = [sys.executable, "-c", COUNT_INDEX]
    answer = subprocess.run(command, check=True, env=environment(folder), capture_output=True, text=True)
    found["index"] = f"{int(answer.stdout):>9,} titles"
    return found

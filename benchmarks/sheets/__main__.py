"""`python -m benchmarks.sheets --n 10000`: SLiMS exports of made titles and their copies, taken in and written again.

The reference is a bare `csv.DictReader` loop over the file of titles in the same run. Beside it stands what SLiMS 9 was
measured to need on a machine of the same size: CSV import of 10,000 titles 152 s, with every note altered; the CSV
export of 100,000 titles fails for memory.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.imports import measure
from benchmarks.imports.__main__ import SCALE, fresh
from pustaka.standards import slims

LOOP = """
import csv, sys, time
begun = time.perf_counter()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    count = sum(1 for row in csv.DictReader(file))
print(count / (time.perf_counter() - begun))
"""


def main() -> int:
    """Make the two files, take them in, write them again, print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sheets", description=__doc__)
    parser.add_argument("--n", type=int, default=10_000, help="titles")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not SCALE.exists():
        print(f"benchmarks.sheets: {SCALE} isn't there, so there are no titles to make.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), options.n, options.seed)


def run(folder: Path, n: int, seed: int) -> int:
    """Everything in `folder`; 1 where a copy got lost, or a note came back altered."""
    titles, copies, back = folder / "biblio.csv", folder / "item.csv", folder / "back.csv"
    write(titles, slims.BIBLIO, (title(one) for one in made(n, seed)))
    write(copies, slims.ITEM, (copy for one in made(n, seed) for copy in copies_of(one)))
    sizes = [path.stat().st_size / 1e6 for path in (titles, copies)]
    print(f"{n:,} titles, {sizes[0]:,.1f} MB of titles, {sizes[1]:,.1f} MB of copies\n", flush=True)
    home = fresh(folder / "home")
    loop = rows_a_second(titles)
    works = {
        "titles: read, stored, indexed": (n, timed(home, "import", str(titles))),
        "copies described": (2 * n, timed(home, "import", str(copies), "--create-places")),
        "titles written for SLiMS": (n, timed(home, "export", "--format", "slims-biblio", "--output", str(back))),
    }
    loop = (loop + rows_a_second(titles)) / 2
    print("| what | time | rows/s | of the loop | processor time for a row | memory of all processes |")
    print("|---|---|---|---|---|---|")
    print(f"| bare csv.DictReader loop over the titles | {n / loop:,.2f} s | {loop:,.0f} | 1 | | |")
    for name, (rows, (wall, used, memory)) in works.items():
        print(
            f"| {name} | {wall:,.1f} s | {rows / wall:,.0f} | {rows / wall / loop:.3f} | {used / rows * 1e6:,.0f} µs"
            f" | {memory:,.0f} MB |"
        )
    counted = "SELECT (SELECT count(*) FROM catalog_bib), count(*) FROM catalog_item WHERE inventory_number <> ''"
    (found, described) = measure.database(home).execute(counted).fetchone()
    altered = altered_notes(titles, back)
    print(f"\nload at the end {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    print(f"{found:,} titles are here, {described:,} copies are described, {altered:,} notes came back altered")
    return 0 if described == 2 * n and not altered else 1


def made(n: int, seed: int) -> Iterator[dict]:
    """Titles of the scale model."""
    command = [sys.executable, str(SCALE), "bibs", "--n", str(n), "--seed", str(seed), "--format", "slim"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            yield json.loads(line)


def title(one: dict) -> dict[str, str]:
    """A row of the bibliography: two copies each, a note of two lines with signs that are easily altered."""
    return {
        "title": f"{one['title']} : {one['sub']}" if one.get("sub") else one["title"], "gmd_name": "Text",
        "isbn_issn": one.get("isbn", ""), "publisher_name": one.get("pub", ""),
        "publish_year": f"[{one.get('year', '')}]",
        "collation": one.get("extent", ""), "series_title": one.get("series", ""), "call_number": one.get("ddc", ""),
        "language_name": "Indonesia", "place_name": one.get("place", ""), "classification": one.get("ddc", ""),
        "notes": f"Catatan “{one['i']}”: 5\" disk, O'Reilly \\n Indeks; hlm. {one['i'] % 300}",
        "authors": slims.angled(one.get("auth", [])),
        "topics": slims.angled([text[1:].replace("|x", "--") for text in one.get("subj", [])]),
        "item_code": f"<B{one['i']:07}A><B{one['i']:07}B>",
    }  # fmt: skip


def copies_of(one: dict) -> Iterator[dict[str, str]]:
    """The rows of its two copies."""
    for letter in "AB":
        yield {
            "item_code": f"B{one['i']:07}{letter}", "inventory_code": f"INV{one['i']}{letter}", "source": "1",
            "coll_type_name": "Textbook", "received_date": "2020-02-29",
            "location_name": f"Perpustakaan {one['i'] % 3}",
            "site": f"Rak {one['i'] % 40}", "price": "85000", "price_currency": "Rupiah", "title": one["title"],
        }  # fmt: skip


def write(path: Path, columns: tuple[str, ...], rows: Iterator[dict[str, str]]) -> None:
    """The file as SLiMS writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rows_a_second(path: Path) -> float:
    """Of the bare loop."""
    answer = subprocess.run([sys.executable, "-c", LOOP, str(path)], check=True, capture_output=True, text=True)
    return float(answer.stdout)


def timed(home: Path, *words: str) -> tuple[float, float, float]:
    """Seconds of a command by the clock and of processors, and the most memory of its processes in MB."""
    begun, used = time.perf_counter(), measure.processor_s()
    process = subprocess.Popen(
        [*measure.CLI, *words], env=measure.environment(home), stdout=subprocess.DEVNULL, start_new_session=True
    )
    own, _mapped = measure.watched(process)
    return time.perf_counter() - begun, measure.processor_s() - used, own


def altered_notes(before: Path, after: Path) -> int:
    """Titles whose note came back otherwise; blanks around a line break don't count."""

    def notes(path: Path) -> dict[str, list[str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return {
                code: [line.strip() for line in row["notes"].split("\\n")]
                for row in csv.DictReader(file)
                for code in slims.values_in(row["item_code"])[:1]
            }

    there, back = notes(before), notes(after)
    return sum(1 for code, note in back.items() if there.get(code) != note)


if __name__ == "__main__":
    sys.exit(main())

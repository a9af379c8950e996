"""`python -m benchmarks.search --n 100000`: titles made by ../shared/data/scale.py, asked as a result page asks them.

The index and the peers' tables are built once and kept in `--folder`. Times are of one answer in milliseconds, rates
are answers a second of all readers together.
"""

import argparse
import multiprocessing
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from benchmarks.search import building, readers


def main() -> int:
    """Build what isn't there, ask, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="titles")
    parser.add_argument("--questions", type=int, default=400, help="of each kind")
    parser.add_argument("--folder", type=Path, help="where index and tables are kept (a temporary folder)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not building.SCALE.exists():
        print(f"benchmarks.search: {building.SCALE} isn't there, so there are no titles to search.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)) / str(options.n)
        if not (folder / "built").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            context = multiprocessing.get_context("spawn")
            builder = context.Process(target=building.build, args=(folder, options.n, options.seed))
            builder.start()
            builder.join()
            if builder.exitcode:
                return 1
        report(folder, options.n, count=options.questions, seed=options.seed)
    return 0


def report(folder: Path, n: int, *, count: int, seed: int) -> None:
    """Ask, and print one table for each number of readers."""
    base = sqlite3.connect(folder / "peers.sqlite3")
    step = max(1, n // 5_000)
    titles = [row[0] for row in base.execute("SELECT title FROM bib WHERE id % ? = 0", [step])]
    asked = readers.questions(titles, count=count, seed=seed)
    words = {kind: found for kind, found in asked.items() if kind != "no words, years"}
    print((folder / "built").read_text())
    rates: dict[tuple[str, str, int], float] = {}
    for people in (1, 4):
        print(f"\n{people} reader{'s' if people > 1 else ''}\n")
        print(
            "| who | question | p50 ms | p95 ms | p99 ms | answers/s | found nothing |\n|---|---|---|---|---|---|---|"
        )
        for peer, kinds in (
            ("pustaka", asked), ("lazy facet", words), ("suggestions", {"one word": asked["one word"]}),
            ("fts5", words), ("like", words),
        ):  # fmt: skip
            for kind, found in kinds.items():
                took, empty, rate = measure(peer, folder, found, people, most_s=8.0 if peer == "like" else 20.0)
                rates[peer, kind, people] = rate
                times = " | ".join([f"{at(took, share):.2f}" for share in (0.5, 0.95, 0.99)])
                nothing = f"{100 * empty / len(took):.0f} %"
                print(f"| {peer} | {kind} | {times} | {rate:.1f} | {nothing} |", flush=True)
    print("\nAnswers a second as multiples of the peers' (ours with all facets, theirs without)\n")
    print("| readers | question | FTS5 | LIKE |\n|---|---|---|---|")
    for people in (1, 4):
        for kind in words:
            ours = rates["pustaka", kind, people]
            print(
                f"| {people} | {kind} | {ours / rates['fts5', kind, people]:.1f}x"
                f" | {ours / rates['like', kind, people]:.1f}x |"
            )


def at(took: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(
    peer: str, folder: Path, asked: list[readers.Asked], people: int, *, most_s: float
) -> tuple[list[float], int, float]:
    """All readers begin at once, each with its own order of the questions.

    Returns:
        Milliseconds of each answer; how many were empty; answers a second of all together.
    """
    context = multiprocessing.get_context("spawn")
    ready, go, told = context.Queue(), context.Event(), context.Queue()
    group = []
    for number in range(people):
        turned = asked[number * len(asked) // people :] + asked[: number * len(asked) // people]
        group.append(context.Process(target=readers.read, args=(peer, folder, turned, most_s, ready, go, told)))
    for reader in group:
        reader.start()
    for _ in group:
        ready.get(timeout=300)
    go.set()
    heard = [told.get(timeout=300) for _ in group]
    for reader in group:
        reader.join()
    took = [one for times, _, _ in heard for one in times]
    return took, sum(empty for _, empty, _ in heard), len(took) / max(seconds for _, _, seconds in heard)


if __name__ == "__main__":
    sys.exit(main())

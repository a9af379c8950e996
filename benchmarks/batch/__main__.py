"""`python -m benchmarks.batch --n 100000`: so many copies changed at once, beside a bare UPDATE and an ORM loop.

Listing, checking, changing and undoing run through the same services as the pages; the search index follows through the
outbox as in the worker. The bare UPDATE writes the same columns of as many rows in one statement, without preview,
history, report or undo; the loop loads and saves each copy of a sample by itself, with its history.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

SAMPLE = "loop: load, keep, save each, on a sample"


def main() -> int:
    """Make the copies, change them in every way, print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="copies")
    parser.add_argument("--a-title", type=int, default=4, help="copies of each title")
    parser.add_argument("--sample", type=int, default=1000, help="copies that the loop changes")
    parser.add_argument("--no-index", action="store_true", help="leave the search index out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PUSTAKA_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "pustaka.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks.batch import work

        work.make(copies=options.n, a_title=options.a_title)
        return report(options)


def report(options: argparse.Namespace) -> int:
    """Measure one after the other; 1 where it took more than five minutes for 100,000."""
    from benchmarks.batch import work

    n = options.n
    print(f"{n:,} copies of {n // options.a_title:,} titles, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    took: dict[str, float] = {}

    def measured(name: str, run: Callable[[], Any], rows: int = n) -> Any:
        begun = time.perf_counter()
        answer = run()
        took[name] = time.perf_counter() - begun
        print(f"{name:<44}{took[name]:>9.2f} s {rows / took[name]:>12,.0f} copies/s", flush=True)
        return answer

    measured("bare UPDATE, nothing kept", work.bare_update)
    measured(SAMPLE, lambda: work.loop(options.sample), options.sample)
    if not options.no_index:
        measured("loop: the search index follows", work.deliver, options.sample)
    job = measured("batch: list and check", lambda: work.begin(n))
    measured("batch: change", lambda: work.change(job))
    if not options.no_index:
        measured("batch: the search index follows", work.deliver)
    measured("batch: undo", lambda: work.undo(job))
    whole = sum(seconds for name, seconds in took.items() if name.startswith("batch: ") and not name.endswith("undo"))
    loop_s = took[SAMPLE] * n / options.sample
    change_s = took["batch: change"]
    print(f"\nlist, check, change{'' if options.no_index else ', index'}: {whole:.1f} s")
    print(f"change: {change_s / took['bare UPDATE, nothing kept']:.1f} times the bare UPDATE,", end=" ")
    print(f"{loop_s / change_s:.1f} times as fast as the loop ({loop_s:.0f} s for all)")
    return 0 if whole <= 300 * n / 100_000 else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.circulation`: check-out, return and renewal a second, with one desk and with four at once.

The reference is a bare transaction with one UPDATE and one INSERT in the same run. `--large` measures lending and
taking back for a patron of 1,000 loans, a record of 500 items and a queue of 200 holds against the small cases,
`--night N` a nightly run over N open loans, `--rush N` lets two desks lend one copy at the same moment N times. It
works in an empty database: SQLite in a folder of its own, or what DATABASE_URL names.
"""

import argparse
import os
import sys
import tempfile
from statistics import quantiles


def main() -> int:
    """Set up an empty library, measure, print one table; 1 where two desks lent one copy twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.circulation", description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="copies that are lent, renewed and returned")
    parser.add_argument("--large", action="store_true", help="the large cases against the small ones")
    parser.add_argument("--night", type=int, default=0, metavar="LOANS", help="a nightly run over so many open loans")
    parser.add_argument("--rush", type=int, default=0, metavar="ROUNDS", help="two desks, one copy, so often")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pustaka.config.settings")
        os.environ["PUSTAKA_DATA"] = folder
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        print(f"{connection.vendor}, {os.cpu_count()} cores", flush=True)
        return run(options)


def run(options: argparse.Namespace) -> int:
    """What was asked for."""
    from benchmarks.circulation import work

    if options.rush:
        told = work.rush(options.rush, work.furnish(people=2, copies=1))
        print(f"{options.rush} times two desks lent the last copy at once: {told.count(1)} times exactly one succeeded")
        return 0 if told == [1] * options.rush else 1
    if options.night:
        count, took = work.night(work.furnish(people=max(1, options.night // 5), copies=options.night))
        print(f"nightly run over {count:,} open loans: {took:.1f} s")
        return 0
    if options.large:
        library = work.furnish(people=600, copies=1100)
        for name, (small, large) in work.large_cases(library).items():
            (s50, s95), (l50, l95) = _percentiles(small), _percentiles(large)
            print(
                f"lend and take back, {name}: p50 {s50:.1f} and {l50:.1f} ms ({l50 / s50:.2f} x), "
                f"p95 {s95:.1f} and {l95:.1f} ms ({l95 / s95:.2f} x)"
            )
        return 0
    for count in (1, 4):
        library = work.furnish(people=500, copies=options.n)
        rates = {}
        for name, deed in (
            ("check-out", work.lend),
            ("renewal", work.renew),
            ("return", work.take_back),
            ("bare", work.bare),
        ):
            wall, took = work.desks(count, work.partial(deed, library, count))
            p50, p95 = _percentiles(took)
            rates[name] = len(took) / wall
            of_bare = f", {rates[name] / rates['bare']:.2f} of bare" if "bare" in rates and name != "bare" else ""
            print(
                f"{count} desks, {name}: {rates[name]:.0f} a second, p50 {p50:.1f} ms, p95 {p95:.1f} ms{of_bare}",
                flush=True,
            )
        print(f"{count} desks: check-out is {rates['check-out'] / rates['bare']:.2f} of bare transactions")
    return 0


def _percentiles(took: list[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    cuts = quantiles(took, n=100)
    return 1000 * cuts[49], 1000 * cuts[94]


if __name__ == "__main__":
    sys.exit(main())

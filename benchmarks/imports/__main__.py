"""`python -m benchmarks.imports --n 100000`: a file of made records, read, stored and indexed by `pustaka import`.

The reference is a bare pymarc loop over the same file in the same run. With `--kill` the import is killed at moments
drawn at random (SIGKILL to all of its processes) and taken up again, and the two catalogues are compared row by row.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.imports import measure

SCALE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "scale.py"


def main() -> int:
    """Make the file, read it in both ways, print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="records")
    parser.add_argument("--kill", type=int, default=0, metavar="TIMES", help="kill a second import so often")
    parser.add_argument("--folder", type=Path, help="where file and catalogue are kept (a temporary folder)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not SCALE.exists():
        print(f"benchmarks.imports: {SCALE} isn't there, so there are no records to import.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return run(folder, options.n, kills=options.kill, seed=options.seed)


def run(folder: Path, n: int, *, kills: int, seed: int) -> int:
    """Everything in `folder`; 1 where the killed import has another catalogue than the one left alone."""
    path = folder / f"bibs-{n}-{seed}.mrc"
    if not path.exists():
        made = path.with_suffix(".part")
        command = [sys.executable, str(SCALE), "bibs", "--n", str(n), "--seed", str(seed), "--format", "marc"]
        subprocess.run([*command, "--jobs", str(os.cpu_count()), "--out", str(made)], check=True)
        made.rename(path)
    print(f"{n:,} records, {path.stat().st_size / 1e6:,.0f} MB, {os.cpu_count()} cores\n", flush=True)

    before = measure.pymarc_loop(path)
    undisturbed = fresh(folder / "undisturbed")
    begun, used = time.perf_counter(), measure.processor_s()
    peak = measure.watched(measure.start(undisturbed, str(path)))
    wall, used = time.perf_counter() - begun, measure.processor_s() - used
    after = measure.pymarc_loop(path)
    measure.report(undisturbed, n=n, wall_s=wall, used_s=used, peak_mb=peak, loops=(before, after))
    if not kills:
        return 0

    killed = fresh(folder / "killed")
    ends = measure.killed(killed, path, times=kills, within_s=wall, seed=seed)
    print(f"\nkilled after {', '.join(f'{end:.1f} s' for end in ends)}, taken up again each time")
    same = True
    for name, value in measure.fingerprint(undisturbed).items():
        other = measure.fingerprint(killed)[name]
        same &= value == other
        print(f"  {name:<12}{value:<44}{'the same' if value == other else other}")
    return 0 if same else 1


def fresh(folder: Path) -> Path:
    """An empty installation."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    measure.pustaka(folder, "manage", "migrate", "--verbosity", "0")
    return folder


if __name__ == "__main__":
    sys.exit(main())

"""What the check of an allowance costs a request: `python -m benchmarks.allowance`, alone and by four at once."""

import multiprocessing
import tempfile
from pathlib import Path

from benchmarks.allowance.measure import microseconds


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "allowances"
        wall, busy = microseconds(path)
        print(f"one process: {wall:.1f} µs a check, {busy:.1f} µs of the processor; {path.stat().st_size:,} bytes")
        with multiprocessing.get_context("spawn").Pool(4) as pool:
            wall, busy = max(pool.map(microseconds, [path] * 4))
        print(f"four at once, the slowest: {wall:.1f} µs a check, {busy:.1f} µs of the processor")


if __name__ == "__main__":
    main()

"""How long checks of an allowance take, in one process."""

import statistics
import time
from pathlib import Path

from pustaka.interfaces.allowance.rules import Allowance, Asker
from pustaka.interfaces.allowance.table import Table

TAKES, ROUNDS = 20_000, 5
ALLOWANCE = Allowance(per_second=4, burst=240)


def microseconds(path: Path) -> tuple[float, float]:
    """The medians of some rounds, for one check: by the clock on the wall, and of the processor's time."""
    table = Table(path, secret="benchmark")
    askers = [Asker(f"203.0.{number // 250}.{number % 250}", ALLOWANCE) for number in range(1000)]
    walls, busy = [], []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        for number in range(TAKES):
            table.take(askers[number % 1000], cost=1, at=time.time())
        walls.append((time.perf_counter() - wall) / TAKES * 1e6)
        busy.append((time.process_time() - processor) / TAKES * 1e6)
    table.close()
    return statistics.median(walls), statistics.median(busy)

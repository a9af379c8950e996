"""One reader with a browser, in a process of its own."""

import random
import time
import urllib.request


def ask(address: str) -> float:
    """Milliseconds until the whole answer is there."""
    start = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


def read_pages(base: str, queries: list[str], seed: int, count: int) -> list[float]:
    """One reader: `count` pages for queries drawn at random."""
    chance = random.Random(seed)
    return [ask(base + chance.choice(queries)) for _page in range(count)]

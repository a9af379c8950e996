"""`python -m benchmarks.pages --data FOLDER`: serve the library in that data folder and search it as readers do.

Every page is asked over HTTP with all that it shows; its lazily loaded facets are asked besides, as a browser would.
The reference is the start page of the same server in the same run.
"""

import argparse
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

from benchmarks.pages.readers import ask, read_pages

WARM_UP_S = 90


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def queries_of(titles: list[str], seed: int) -> dict[str, list[str]]:
    """Addresses of result pages by kind, from words of real titles of the library."""
    chance = random.Random(seed)
    words = [[word for word in title.split() if len(word) > 3 and word.isalpha()] for title in titles]
    words = [found for found in words if len(found) >= 3]

    def page(text: str, rest: str = "") -> str:
        return f"/search?q={urllib.parse.quote(text)}{rest}"

    def mistype(word: str) -> str:
        at = chance.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1 :]

    picked = [chance.choice(words) for _title in range(400)]
    return {
        "one word": [page(found[0]) for found in picked],
        "three words": [page(" ".join(found[:3])) for found in picked],
        "phrase": [page(f'"{found[0]} {found[1]}"') for found in picked],
        "typing error": [page(mistype(found[0]) + " " + found[1]) for found in picked],
        "filtered": [page(found[0], "&form=book&year=1990-2015") for found in picked],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of a filled library")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--pages", type=int, default=200, help="pages for each reader and kind")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    os.environ["PUSTAKA_DATA"] = str(arguments.data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pustaka.config.settings"
    os.environ["PUSTAKA_SEARCHES_A_MINUTE"] = "1000000"  # asked for at each page, and never used up
    import django

    django.setup()
    from pustaka.catalog import queries as catalog
    from pustaka.discovery import queries as discovery

    totals = catalog.totals()
    chance = random.Random(arguments.seed)
    sample = discovery.all_ids(text="", sort="newest", most=5000)
    titles = [row.bib.title for row in catalog.rows(chance.sample(sample, min(2000, len(sample))))]
    kinds = queries_of(titles, arguments.seed)
    kinds["mixed"] = [address for addresses in kinds.values() for address in addresses]
    kinds["suggestions"] = [f"/suggest?q={urllib.parse.quote(title[:5])}" for title in titles]
    kinds["record"] = [f"/record/{pk}" for pk in chance.sample(sample, min(400, len(sample)))]

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.executable, "-m", "pustaka.interfaces.cli", "serve", "--port", str(port)])
    try:
        deadline = time.monotonic() + WARM_UP_S
        while True:
            try:
                ask(f"{base}/healthz")
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        read_pages(base, kinds["mixed"], 0, 60)
        print(
            f"{totals.titles} titles; milliseconds p50 / p95 / p99, pages a second, p50 as a multiple of the start page"
        )
        start = statistics.median(read_pages(base, ["/"], 0, 50))
        print(f"{'start page':<14}{'1 reader':>10}{start:>9.1f}")
        for kind, addresses in kinds.items():
            for readers in (1, arguments.readers):
                began = time.perf_counter()
                with multiprocessing.get_context("spawn").Pool(readers) as pool:
                    began = time.perf_counter()
                    runs = pool.starmap(
                        read_pages, [(base, addresses, reader, arguments.pages) for reader in range(readers)]
                    )
                seconds = time.perf_counter() - began
                times = [value for run in runs for value in run]
                cells = " / ".join(f"{percentile(times, share):.1f}" for share in (0.5, 0.95, 0.99))
                ratio = statistics.median(times) / start
                print(f"{kind:<14}{readers:>3} readers  {cells:>24}{len(times) / seconds:>8.1f}/s{ratio:>7.1f}x")
    finally:
        server.terminate()
        server.wait(40)
    return 0


if __name__ == "__main__":
    sys.exit(main())

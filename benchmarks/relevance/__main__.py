"""`python -m benchmarks.relevance`: known items of real files and of the demo, in one index, asked for as people ask.

500 titles are drawn (`--items`), the same share from each source; each is asked for by its title, by author and title
in both orders of the name, and by ISBN (500 others, as most have none), each way as it is and with one typing error.
Right is the record itself, or a true duplicate: the same title, author and year.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.relevance import asking

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "marc"
FILES = (
    "indonesian.mrc.gz", "folio_ptf_bib.mrc.gz", "gpo_marc8.mrc.gz", "gpo_utf8.mrc.gz", "lc_marcedit.mrc.gz",
    "loc_m2bf2.xml.gz", "nyu_aco_arabic.mrc.gz", "psu.mrc.gz", "temple.xml.gz",
)  # fmt: skip


def main() -> int:
    """Build the catalogue once, ask, print the table; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where the catalogue is kept (a temporary folder)")
    parser.add_argument("--misses", action="store_true", help="print what wasn't first")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"benchmarks.relevance: {DATA} isn't there, so there are no titles to ask for.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {"PUSTAKA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "pustaka.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if not (folder / "built").exists():
            build()
            (folder / "built").touch()
        return asking.report(items=options.items, seed=options.seed, shows_misses=options.misses)


def build() -> None:
    """The demo library, then every real file; what is there already is left out, as a librarian would."""
    command = [sys.executable, "-m", "pustaka.interfaces.cli"]
    subprocess.run([*command, "demo"], check=True, stdout=subprocess.DEVNULL)
    for name in FILES:
        subprocess.run([*command, "import", str(DATA / name)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.catalog.passage FILE…`: sends every record through both editors, and counts what changed unasked."""

import os
import sys
from pathlib import Path

import django


def main(names: list[str]) -> int:
    """Print a line for each file; 1 where a record has changed."""
    from pustaka.catalog import derive, worksheets, written
    from pustaka.standards import marc

    records = changed = 0
    for name in names:
        count, odd = 0, 0
        with Path(name).open("rb") as file:
            for read in marc.read(file):
                if (record := read.record) is None:
                    continue
                count += 1
                sheet = worksheets.worksheet_for(derive.columns(record).form)
                shown = worksheets.values(sheet, record)
                by_form = worksheets.fill(sheet, record, shown=shown, typed=shown)
                by_rows, _mistakes = written.record(written.rows(record))
                odd += any(after is None or marc.dump(after) != marc.dump(record) for after in (by_form, by_rows))
        records, changed = records + count, changed + odd
        print(f"{Path(name).name}: {count} records, {odd} changed")
    print(f"all: {records} records, {changed} changed by the simple form or the full editor")
    return 1 if changed else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main(sys.argv[1:]))

"""Read files and say what was found: `python -m pustaka.standards.marc FILE_OR_FOLDER …` prints a Markdown table.

`docs/standards/marc.md` holds its output for the real and the broken files that the reader is tested with.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pustaka.standards.marc import NotMarc, Read, RecordTooLong, read, to_iso2709

HEADER = (
    "| file | read | kind | broken | mended | same bytes | mended because | noted | remark |\n"
    "|---|---:|---|---:|---:|---:|---|---|---|\n"
)


def table(paths: Iterable[Path]) -> Iterator[str]:
    """The table, line by line: one line per file, folders in alphabetical order."""
    yield HEADER
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != "manifest.json")
            for file in files:
                yield line(file, name=file.relative_to(path).as_posix())
        else:
            yield line(path, name=path.name)


def line(path: Path, *, name: str) -> str:
    """One file: how many records were read, broken and mended, and how many are written back byte for byte."""
    count: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    mends: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    remark = ""
    try:
        with path.open("rb") as stream:
            for found in read(stream):
                if found.record is None:
                    count["broken"] += 1
                    remark = remark or f"at {found.offset:,}: {found.error}"
                    continue
                count["read"] += 1
                kinds[found.record.kind] += 1
                changes = {mend.code for mend in found.mended if not mend.is_note}
                count["mended"] += bool(changes)
                count["same"] += _is_same(found)
                mends.update(changes)
                notes.update({mend.code for mend in found.mended if mend.is_note})
    except NotMarc as refusal:
        remark = str(refusal)
    cells = [
        name,
        count["read"],
        _list(kinds),
        count["broken"],
        count["mended"],
        count["same"],
        _list(mends),
        _list(notes),
    ]
    return "| " + " | ".join([*map(str, cells), remark.replace("|", "\\|")]) + " |\n"


def _is_same(found: Read) -> bool:
    if found.record is None or found.original[:1] in b"<{":
        return False
    try:
        return to_iso2709(found.record) == found.original
    except RecordTooLong:
        return False


def _list(codes: Counter[str]) -> str:
    """The codes, each with how many records it was found in when more than one."""
    return ", ".join(code if count == 1 else f"{code} ×{count:,}" for code, count in sorted(codes.items()))


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Usage: python -m pustaka.standards.marc FILE_OR_FOLDER …")
    sys.stdout.writelines(table(map(Path, sys.argv[1:])))

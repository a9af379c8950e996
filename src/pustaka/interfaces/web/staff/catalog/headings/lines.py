"""A MARC record as lines of text, and back."""

from django.utils.translation import gettext_lazy as _

from pustaka.catalog import written
from pustaka.standards.marc import Record

WRONG = _("A line can't be read. Each has a tag, indicators and subfields, such as: 150 __ $aEkonomi")


def write(record: Record) -> list[str]:
    """One line for the leader and for each field."""
    return [
        f"{row.tag} {row.text}" if row.is_control else f"{row.tag} {row.indicators} {row.text}"
        for row in written.rows(record)
    ]


def read(text: str) -> Record | None:
    """The record that the lines say; `None` where one can't be read."""
    rows = []
    for line in text.splitlines():
        tag, _, rest = line.rstrip("\r").partition(" ")
        row = written.Row(tag, "", rest)
        if not row.is_control:
            indicators, _, rest = rest.partition(" ")
            row = written.Row(tag, indicators, rest)
        rows.append(row)
    return written.record(rows)[0]

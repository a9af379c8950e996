"""What a reader says about a record that was not as the standard wants it."""

from typing import NamedTuple

# Nothing was changed for these: the record is as it came, and somebody should look at it.
NOTES = frozenset(
    {
        "no-001",
        "no-008",
        "no-245",
        "no-heading",
        "bad-tag",
        "bad-indicator",
        "bad-subfield-code",
        "replacement-character",
        "control-character",
        "looks-like-unimarc",
        "unknown-type",
    }
)


class Mend(NamedTuple):
    """One thing that was mended or noted: a stable `code`, and a `detail` for a person."""

    code: str
    detail: str

    @property
    def is_note(self) -> bool:
        """Nothing was changed."""
        return self.code in NOTES


class NotMarc(ValueError):
    """The file holds no MARC that can be read; the message says what it seems to be and what to do."""


class RecordTooLong(ValueError):
    """The record does not fit into ISO 2709; the message says what is too long. MARCXML has no such limit."""


class StreamDamaged(ValueError):
    """The stream ends before its time: a damaged or hostile compressed file. What came before was read."""


class Broken(ValueError):
    """This record cannot be read; the message says why."""

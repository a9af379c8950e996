"""Our own storage form of a record: lossless, without directory and length limit, and the fastest to read.

One byte for the version of the form, the leader, and tag and body of every field, each ended by U+001E, in UTF-8.
"""

from pustaka.standards.marc.record import FIELD_END, Field, Record

_VERSION = "\x01"


def dump(record: Record) -> bytes:
    """The record in the storage form."""
    pieces = [_VERSION + record.leader]
    pieces += [field.tag + field.body for field in record.fields]
    # A lone surrogate comes out of JSON only; it is kept.
    return FIELD_END.join(pieces).encode("utf-8", "surrogatepass")


def load(data: bytes) -> Record:
    """The record that was dumped.

    Raises:
        ValueError: `data` was not written by `dump`.
    """
    try:
        pieces = data.decode()
    except UnicodeDecodeError:
        pieces = data.decode("utf-8", "surrogatepass")
    head, *bodies = pieces.split(FIELD_END)
    if head[:1] != _VERSION or len(head) != 25:
        raise ValueError("Not a record in the storage form of version 1.")
    make = Field.from_body
    return Record.from_parts(head[1:], [make(text[:3], text[3:]) for text in bodies])

"""Records in character sets that MARC 21 doesn't know."""

import pytest

from pustaka.standards import marc
from tests.factories.catalog import marc_record


@pytest.mark.parametrize(
    ("charset", "title"),
    [("iso-8859-1", "Café à Bandung"), ("windows-1256", "مقدمة"), ("windows-1252", "“Kata”"), ("gb18030", "红楼梦")],
)
def test_text_in_another_charset_is_read(charset: str, title: str) -> None:
    record = marc_record(title=title, author="")
    raw = _in(charset, record)

    read = marc.parse(marc.recode(raw, charset), format="iso2709")

    assert read.record is not None
    assert read.record.fields == record.fields
    assert read.mended == (marc.Mend("no-001", "no control number"),)


@pytest.mark.parametrize(("charset", "mark"), [("marc-8", b" "), ("utf-8", b"a")])
def test_charsets_of_marc_are_written_into_the_leader(charset: str, mark: bytes) -> None:
    raw = marc.to_iso2709(marc_record())

    assert marc.recode(raw, charset) == raw[:9] + mark + raw[10:]


def test_record_of_a_broken_structure_stays_as_it_is() -> None:
    raw = b"00040nam a2200025 i 4500245000\x1eCaf\xe9\x1e\x1d"

    assert marc.recode(raw, "iso-8859-1") == raw


def _in(charset: str, record: marc.Record) -> bytes:
    """The record in ISO 2709 with its text in this charset."""
    bodies = [field.body.encode(charset) + b"\x1e" for field in record.fields]
    directory, start = b"", 0
    for field, body in zip(record.fields, bodies, strict=True):
        directory += field.tag.encode() + b"%04d%05d" % (len(body), start)
        start += len(body)
    base = 24 + len(directory) + 1
    leader = b"%05dnam  22%05d i 4500" % (base + start + 1, base)
    return leader + directory + b"\x1e" + b"".join(bodies) + b"\x1d"

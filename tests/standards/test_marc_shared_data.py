"""The real catalogues and the broken files of ../shared/data: what is read, and that nothing is lost against pymarc."""

import gzip
import io
import itertools
import re
import warnings
from pathlib import Path

import pymarc
import pytest

from pustaka.standards.marc import NotMarc, dump, load, parse, read, sniff, to_iso2709, to_marcjson, to_marcxml
from pustaka.standards.marc.__main__ import table
from tests.conftest import ROOT, SHARED

PAGE = ROOT / "docs" / "standards" / "marc.md"
FILES = sorted(
    path for folder in ("marc", "marc_hard") for path in (SHARED / folder).rglob("*") if path.is_file()
)  # empty where the data is absent, and then nothing is collected but the tests below skip


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def iso2709_files() -> list[Path]:
    found = []
    for path in FILES:
        try:
            if sniff(unpacked(path)[: 1 << 16]) == "iso2709":
                found.append(path)
        except NotMarc:
            continue
    return found


def pymarc_reads(raw: bytes) -> list[tuple[object, ...]] | None:
    """The fields of the first record as pymarc has them; `None` when it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = next(iter(pymarc.MARCReader(raw, hide_utf8_warnings=True)), None)
    if record is None:
        return None
    return [
        (field.tag, field.data)
        if field.is_control_field()
        else (field.tag, "".join(field.indicators), tuple((part.code, part.value) for part in field.subfields))
        for field in record.fields
    ]


@pytest.mark.parametrize("folder", ["marc", "marc_hard"])
def test_the_page_says_what_is_read_in_every_file(shared_data, folder):
    written = PAGE.read_text()
    _, found, rest = written.partition(f"<!-- python -m pustaka.standards.marc ../shared/data/{folder} -->\n")

    assert found
    assert rest.partition("<!-- end -->")[0] == "".join(table([shared_data / folder]))


def test_the_page_has_a_line_for_each_of_the_90_broken_files(shared_data):
    files = [path for path in (shared_data / "marc_hard").rglob("*") if path.is_file() and path.name != "manifest.json"]

    assert len(files) == 90
    assert all(f"\n| {path.relative_to(shared_data / 'marc_hard')} |" in PAGE.read_text() for path in files)


def test_no_record_that_pymarc_reads_is_lost(shared_data):
    """Each piece that ends with 1D, given to pymarc alone: what it reads, we read, and with the same text.

    The text may differ where a mend says so, in the lossless placeholders of MARC-8 (`&#x1E24;`), which pymarc leaves,
    and in subfields with an empty code or one beyond ASCII, which pymarc drops or guesses. Up to 3,000 of each file.
    """
    read_by_pymarc = 0
    for path in iso2709_files():
        data = unpacked(path)
        ours = {found.offset: found for found in itertools.islice(read(io.BytesIO(data)), 4_000)}
        offset = 0
        for piece in data.split(b"\x1d")[:-1][:3_000]:
            raw = piece + b"\x1d"
            begin = offset + len(raw) - len(raw.lstrip(b"\r\n\0"))
            offset += len(raw)
            theirs = pymarc_reads(raw.lstrip(b"\r\n\0"))
            if theirs is None:
                continue
            read_by_pymarc += 1
            found = ours[begin]
            assert found.record is not None, (path.name, begin, found.error)
            if not found.mended and b"&#x" not in raw:
                fields = [
                    (f.tag, f.data) if f.is_control else (f.tag, f.indicators, f.subfields) for f in found.record.fields
                ]
                assert fields == theirs, (path.name, begin)
    assert read_by_pymarc > 14_000


def test_valid_utf8_records_are_written_back_byte_for_byte(shared_data):
    """Where nothing was mended and the record was in UTF-8 or ASCII, the bytes that come out are those that came in."""
    compared = 0
    for path in iso2709_files():
        for found in itertools.islice(read(io.BytesIO(unpacked(path))), 3_000):
            changed = any(not mend.is_note for mend in found.mended)
            marc8 = found.original[9:10] != b"a" and not (found.original.isascii() and b"&#x" not in found.original)
            if found.record and not changed and not marc8:
                compared += 1
                assert to_iso2709(found.record) == found.original, (path.name, found.offset)
    assert compared > 14_000


def test_every_record_goes_through_every_form(shared_data):
    seen = 0
    for path in FILES:
        try:
            some = list(itertools.islice(read(io.BytesIO(unpacked(path))), 300))
        except NotMarc:
            continue
        for found in some:
            if found.record is None:
                continue
            seen += 1
            record = found.record
            assert load(dump(record)) == record
            assert load(dump(record)).leader == record.leader
            assert parse(to_marcjson(record).encode(), format="marcjson").record == record
            if not {mend.code for mend in found.mended} & {"control-character", "marc8-escape", "bad-subfield-code"}:
                assert parse(to_marcxml(record).encode(), format="marcxml").record == record
    assert seen > 2_500


def test_the_page_names_every_mend():
    """Every code that the reader can say is explained."""
    source = ROOT / "src/pustaka/standards/marc"
    codes = {
        re.sub(r"\{\w+\}", "…", code)
        for path in source.glob("*.py")
        for code in re.findall(r'Mend\(\s*f?"([^"]+)"', path.read_text())
    }
    page = PAGE.read_text()

    assert len(codes) > 30
    assert {code for code in codes if f"| `{code}` |" not in page} == set()

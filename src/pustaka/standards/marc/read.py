"""Reading MARC 21 from a stream: every record, and for every broken one where it stands and why.

The formats are told apart by their first bytes; each may be compressed with gzip. Memory is bounded by the largest
record that is accepted (32 MB), whatever the size of the file.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from pustaka.standards.marc import iso2709, marcjson, marcxml
from pustaka.standards.marc.mend import Broken, Mend, NotMarc, StreamDamaged
from pustaka.standards.marc.record import Record
from pustaka.standards.marc.stream import Source, Window

Format = Literal["iso2709", "marcxml", "marcjson"]

_HEAD = 1 << 16  # bytes looked at to tell the formats apart
_CUT = {"iso2709": iso2709.cut, "marcxml": marcxml.cut, "marcjson": marcjson.cut}
_PARSE = {"iso2709": iso2709.parse, "marcxml": marcxml.parse, "marcjson": marcjson.parse}
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL)
_MARC_ELEMENT = re.compile(rb"MARC21/slim|<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s>]")
_WRAPPERS = (b"collection", b"OAI-PMH", b"ListRecords", b"GetRecord", b"searchRetrieveResponse", b"records")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(frozen=True, slots=True)
class Read:
    """One record of a stream, read or broken.

    number: position in the file, from 1.
    offset: of its first byte in the (decompressed) stream.
    record: `None` when it is broken beyond reading.
    original: its bytes as found; the record element in MARCXML, the object in JSON.
    mended: what was changed or noted.
    error: why there is no record.
    is_exact: writing the record in its format surely gives back `original`; False where that isn't known.
    """

    number: int
    offset: int
    record: Record | None
    original: bytes
    mended: tuple[Mend, ...] = ()
    error: str | None = None
    is_exact: bool = False


def sniff(head: bytes) -> Format:
    """The format of a file from its (decompressed) beginning, best 64 kB of it.

    Raises:
        NotMarc: none of the three; the message says what the file seems to be.
    """
    text = _as_utf8(head).removeprefix(codecs.BOM_UTF8)
    start = text.lstrip(b" \t\r\n\0\x1a\x1e")
    if not start:
        raise NotMarc("The file is empty.")
    if text[:4] == b"PK\x03\x04" or text[257:262] == b"ustar" or text[:3] == b"BZh" or text[:6] == b"\xfd7zXZ\0":
        raise NotMarc("This is an archive. Unpack it and choose the MARC file that lies in it.")
    if text[:5] == b"%PDF-" or text[:4] == b"\xd0\xcf\x11\xe0":
        raise NotMarc("This is a PDF or an Office document. Export the catalogue as MARC 21 (ISO 2709) or MARCXML.")
    if start[:1] == b"<":
        return _sniff_xml(start)
    if start[:1] in b"{[" and re.match(rb'\[?\s*(?:\{\s*(?:"|\})|\]|$)', start):
        if b'"leader"' in start or b'"fields"' in start:
            return "marcjson"
        raise NotMarc('This is JSON, but not MARC-in-JSON: no "leader" and no "fields".')
    if iso2709.looks_like(text):
        return "iso2709"
    raise NotMarc("This is no MARC: neither ISO 2709 (.mrc), nor MARCXML, nor MARC-in-JSON.")


def _sniff_xml(start: bytes) -> Format:
    prolog = _PROLOG.match(start)
    root = _ROOT.match(start, prolog.end() if prolog else 0)
    if _MARC_ELEMENT.search(start) or (root and root[1] in _WRAPPERS):
        return "marcxml"
    name = root[1].decode() if root else "?"
    raise NotMarc(f"This is XML, but not MARCXML: its outermost element is <{name}>, and no MARC field follows.")


def split(
    stream: BinaryIO,
    *,
    format: Format | None = None,  # noqa: A002
    start: int = 0,
) -> Iterator[tuple[int, bytes]]:
    """The raw records of a stream with their offsets: the cheap half of `read`; `parse` is the other.

    Args:
        stream: a binary file, at its beginning; compressed with gzip or not.
        format: found out by `sniff` when not given.
        start: an offset that an earlier run gave for a record; reading resumes there.

    Raises:
        NotMarc: the file is something else.
        StreamDamaged: after what could be read, when compressed data is broken, cut off or a bomb.
    """
    _, pieces = _open(stream, format, start)
    yield from pieces


def parse(raw: bytes, *, format: Format, number: int = 1, offset: int = 0) -> Read:  # noqa: A002
    """One raw record from `split`. Never raises: what cannot be read has an `error`."""
    is_exact = False
    try:
        if format == "iso2709":
            record, mends, is_exact = iso2709.parse_exactly(raw)
        else:
            record, mends = _PARSE[format](raw)
    except Broken as broken:
        return Read(number, offset, None, raw, (), str(broken))
    return Read(number, offset, record, raw, tuple(mends), None, is_exact)


def read(
    stream: BinaryIO,
    *,
    format: Format | None = None,  # noqa: A002
    start: int = 0,
    number: int = 1,
) -> Iterator[Read]:
    """Every record of a stream, in order; a damaged end of the stream is the last of them.

    Args:
        stream: a binary file, at its beginning; compressed with gzip or not.
        format: found out by `sniff` when not given.
        start: an offset that an earlier run gave for a record; reading resumes there.
        number: the number of the record at `start`.

    Raises:
        NotMarc: the file is something else.
    """
    after = start
    try:
        found, pieces = _open(stream, format, start)
        for offset, raw in pieces:
            yield parse(raw, format=found, number=number, offset=offset)
            number += 1
            after = offset + len(raw)
    except StreamDamaged as damage:
        yield Read(number, after, None, b"", (), str(damage))


def _open(stream: BinaryIO, form: Format | None, start: int) -> tuple[Format, Iterator[tuple[int, bytes]]]:
    source = Source(stream)
    head = source.peek(_HEAD)
    if source.damage and not head:
        raise source.damage
    form = form or sniff(head)
    if encoding := _encoding(head, form):
        source.recode(encoding)
    source.skip(start)
    return form, _pieces(source, form, start)


def _pieces(source: Source, form: Format, start: int) -> Iterator[tuple[int, bytes]]:
    yield from _CUT[form](Window(source, offset=start))
    if source.damage:
        raise source.damage


def _encoding(head: bytes, form: Format) -> str:
    """The encoding of a text that is not in UTF-8, "" for UTF-8 and ISO 2709."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if form == "marcxml" and (declared := _ENCODING.match(head)):
        try:
            name = codecs.lookup(declared[1].decode()).name
        except LookupError:
            return ""
        return "" if name in ("utf-8", "ascii") else name
    return ""


def _as_utf8(head: bytes) -> bytes:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return head.decode("utf-16", "ignore").encode()
    return head

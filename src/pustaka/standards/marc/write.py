"""Writing MARC 21: ISO 2709, MARCXML, MARC-in-JSON.

Sources: MARC 21 Specifications for Record Structure <https://www.loc.gov/marc/specifications/specrecstruc.html>;
MARC21slim <https://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd>.
"""

import json
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from pustaka.standards.marc.mend import RecordTooLong
from pustaka.standards.marc.record import CONTROL_TAGS, LEADER_LENGTH, Field, Record

NAMESPACE = "http://www.loc.gov/MARC21/slim"
LONGEST_RECORD, LONGEST_FIELD = 99_999, 9_999  # bytes, terminators included

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT = {"\r": "&#13;"}
_IN_ATTRIBUTE = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def to_iso2709(record: Record) -> bytes:
    """The record in ISO 2709 and UTF-8, with leader/09 "a" (left as it is when the text is all ASCII).

    Raises:
        RecordTooLong: the record has more than 99,999 bytes or a field more than 9,999: the format has no room for
            such a length.
    """
    entries, bodies, start = [], [], 0
    for field in record.fields:
        body = field.body.encode("utf-8", "surrogatepass") + b"\x1e"
        length = len(body)
        if length > LONGEST_FIELD:
            raise RecordTooLong(f"Field {field.tag} has {length:,} bytes; ISO 2709 allows 9,999. Export MARCXML.")
        entries.append(f"{field.tag}{length:04}{start:05}")
        bodies.append(body)
        start += length
    directory = "".join(entries).encode()
    base = LEADER_LENGTH + len(directory) + 1
    total = base + start + 1
    if total > LONGEST_RECORD:
        raise RecordTooLong(f"The record has {total:,} bytes; ISO 2709 allows 99,999. Export MARCXML.")
    data = b"".join(bodies)
    old = record.leader
    scheme = old[9] if data.isascii() else "a"
    leader = f"{total:05}{old[5:9]}{scheme}22{base:05}{old[17:20]}4500"
    return b"".join([leader.encode("ascii"), directory, b"\x1e", data, b"\x1d"])


def to_marcxml(record: Record, *, namespace: bool = True) -> str:
    """One <record> element of MARC21slim. Characters that XML forbids are left out: controls but tab and line ends.

    Args:
        record: the record.
        namespace: declare the namespace on the element; off inside a <collection> that declares it.
    """
    opening = f'<record xmlns="{NAMESPACE}">' if namespace else "<record>"
    lines = [opening, f"<leader>{_text(record.leader)}</leader>"]
    for field in record.fields:
        tag = _attribute(field.tag)
        if field.tag in CONTROL_TAGS:
            lines.append(f'<controlfield tag="{tag}">{_text(field.body)}</controlfield>')
            continue
        one, two = map(_attribute, field.indicators)
        subfields = "".join(
            [f'<subfield code="{_attribute(code)}">{_text(value)}</subfield>' for code, value in field.subfields]
        )
        lines.append(f'<datafield tag="{tag}" ind1="{one}" ind2="{two}">{subfields}</datafield>')
    lines.append("</record>")
    return "".join(lines)


def collection(records: Iterable[Record]) -> Iterator[str]:
    """A MARCXML file, piece by piece."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'
    for record in records:
        yield to_marcxml(record, namespace=False) + "\n"
    yield "</collection>\n"


def to_marcjson(record: Record) -> str:
    """The record in MARC-in-JSON, on one line: many of them, a line each, are a file."""
    fields = [{field.tag: field.body if field.tag in CONTROL_TAGS else _json_field(field)} for field in record.fields]
    return json.dumps({"leader": record.leader, "fields": fields}, ensure_ascii=False, separators=(",", ":"))


def _json_field(field: Field) -> dict[str, object]:
    subfields = [{code: value} for code, value in field.subfields]
    return {"ind1": field.indicators[0], "ind2": field.indicators[1], "subfields": subfields}


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text), _IN_TEXT)


def _attribute(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text), _IN_ATTRIBUTE)

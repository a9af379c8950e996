"""Simple Dublin Core from MARC 21, in the container of OAI-PMH.

Sources: DCMES 1.1 (ISO 15836-1); MARC to Dublin Core Crosswalk, Library of Congress (2008), unqualified;
<http://www.openarchives.org/OAI/2.0/oai_dc.xsd>.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from pustaka.standards import identifiers, xml
from pustaka.standards.citation import names
from pustaka.standards.marc import Record

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
SCHEMA = f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
CONTENT_TYPE = "application/xml"

_TYPES = {
    "a": "Text", "t": "Text", "c": "Text", "d": "Text", "e": "Image", "f": "Image", "g": "MovingImage", "i": "Sound",
    "j": "Sound", "k": "StillImage", "m": "Software", "o": "Collection", "p": "Collection", "r": "PhysicalObject",
}  # fmt: skip
_TRAILING = " ,;:/="


def to_oai_dc(record: Record, *, links: Iterable[str] = ()) -> etree._Element:
    """The record as `oai_dc:dc`.

    Args:
        links: addresses of the record, as further identifiers.
    """
    root = xml.root("oai_dc:dc", {"oai_dc": OAI_DC, "dc": DC, "xsi": xml.XSI})
    root.set(f"{{{xml.XSI}}}schemaLocation", SCHEMA)
    seen = set()
    for name, value in (*_elements(record), *(("identifier", link) for link in links)):
        if (value := tidy(value)) and (name, value) not in seen:
            seen.add((name, value))
            xml.add(root, f"dc:{name}", value)
    return root


def tidy(text: str) -> str:
    """On one line, without the punctuation of ISBD at its end."""
    return " ".join(text.split()).strip().rstrip(_TRAILING)


_PLAIN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("subject", ("082", "080"), "a"),
    ("subject", ("050",), "ab"),
    ("description", ("500", "502", "504", "505", "518", "520", "521", "545", "586"), ""),
    ("type", ("655",), "a"),
    ("format", ("300",), "abce"),
    ("format", ("338",), "a"),
    ("format", ("856",), "q"),
    ("relation", ("490", "773", "780", "785", "830"), "abtvg"),
    ("source", ("534", "786"), "actp"),
    ("rights", ("506", "540"), "au"),
)
_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("subject", ("600", "610", "611", "630", "650", "653")),
    ("coverage", ("651", "255", "522", "752")),
)


def _elements(record: Record) -> Iterator[tuple[str, str]]:
    yield from _titles_and_names(record)
    for name, tags in _HEADINGS:
        for field in record.all(*tags):
            yield name, " -- ".join(names.tidy(value) for value in field.all("abcdtvxyz"))
    for name, tags, codes in _PLAIN:
        for field in record.all(*tags):
            yield name, field.text(codes)
    yield "type", _TYPES.get(record.leader[6], "")
    for field in record.all("260", "264"):
        if field.tag == "260" or field.indicators[1:] in {"1", "0", " "}:
            yield "publisher", field.get("b")
            yield "date", field.get("c").strip("[].")
    languages = [record.control("008")[35:38], *(code for field in record.all("041") for code in field.all("a"))]
    for code in languages:
        yield "language", code if len(code) == 3 and code.isalpha() and code not in {"und", "zxx", "mul"} else ""
    yield from _identifiers(record)


def _titles_and_names(record: Record) -> Iterator[tuple[str, str]]:
    """Each in our script and in its own."""
    for field in record.all("245", "246", "100", "110", "111", "700", "710", "711", "720"):
        if field.tag[0] == "7" and field.get("t"):
            yield "relation", field.text("abcdtn")
            continue
        name = {"2": "title", "1": "creator", "7": "contributor"}[field.tag[0]]
        codes = "abfgknp" if name == "title" else "abcdq" if field.tag.endswith("00") else "abcdn"
        yield name, names.tidy(field.text(codes))
        if own := record.linked_880(field):
            yield name, names.tidy(own.text(codes))


def _identifiers(record: Record) -> Iterator[tuple[str, str]]:
    for tag, read, scheme in (("020", identifiers.isbn13, "ISBN"), ("022", identifiers.issn, "ISSN")):
        for field in record.all(tag):
            if number := read(field.get("a")):
                yield "identifier", f"URN:{scheme}:{number}"
    for field in record.all("024"):
        if field.get("2").lower() == "doi" and (doi := identifiers.doi(field.get("a"))):
            yield "identifier", f"https://doi.org/{doi}"
    for field in record.all("856"):
        for address in field.all("u"):
            yield "identifier", address if address.strip().startswith(("http://", "https://")) else ""

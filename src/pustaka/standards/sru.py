"""SRU, search and retrieve via URL: the address of a question, and what its answer says.

Sources: SRU 1.1 and 1.2, <https://www.loc.gov/standards/sru/>; OASIS searchRetrieve 1.0, part 3 (SRU 2.0),
<https://docs.oasis-open.org/search-ws/searchRetrieve/v1.0/os/part3-sru2.0/>.

An answer is looked at by the local names of its elements, as servers mix the namespaces of the versions. A document
type is refused, entities are never resolved, nothing is fetched.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

VERSIONS = ("1.1", "1.2", "2.0")
MARCXML = "marcxml"


class NotSru(ValueError):
    """This is no answer of an SRU server; the message says what it seems to be."""


class Diagnostic(NamedTuple):
    """What a server says went wrong: the number of its kind where it names one, and words."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code and self.message else self.message or self.code


class Response(NamedTuple):
    """How many records there are, those that came (MARCXML elements, as bytes), and what went wrong."""

    total: int
    records: list[bytes]
    diagnostics: list[Diagnostic]


def address(base: str, *, version: str, query: str, most: int, schema: str = MARCXML, start: int = 1) -> str:
    """The address that asks this question; parameters that `base` has already are kept.

    Raises:
        ValueError: another version.
    """
    if version not in VERSIONS:
        raise ValueError(f"SRU {version}: known are {', '.join(VERSIONS)}.")
    if version == "2.0":
        told = {"query": query, "queryType": "cql", "recordXMLEscaping": "xml"}
    else:
        told = {"operation": "searchRetrieve", "version": version, "query": query, "recordPacking": "xml"}
    told |= {"startRecord": str(start), "maximumRecords": str(most), "recordSchema": schema}
    parts = urlsplit(base)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in told]
    return urlunsplit(parts._replace(query=urlencode([*kept, *told.items()]), fragment=""))


def read(data: bytes) -> Response:
    """What an answer says.

    Raises:
        NotSru: it is something else, or no well-formed XML.
    """
    root = _tree(data)
    name = _name(root)
    if name == "explainResponse":
        raise NotSru("an explain record, as if nothing had been asked")
    if name != "searchRetrieveResponse":
        raise NotSru(f"XML with the outermost element <{name}>")
    records: list[bytes] = []
    diagnostics = [_diagnostic(element) for element in _children(root, "diagnostics", "diagnostic")]
    for element in _children(root, "records", "record"):
        for found in _data_of(element):
            if isinstance(found, Diagnostic):
                diagnostics.append(found)
            else:
                records.append(found)
    total = _text(root, "numberOfRecords")
    return Response(int(total) if total.isdecimal() else len(records), records, diagnostics)


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _tree(data: bytes) -> etree._Element:
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        if data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
            raise NotSru("a web page") from error
        raise NotSru(f"no well-formed XML ({error.msg})" if data.strip() else "nothing at all") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotSru("XML with a document type, which is refused")
    return root


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(root: etree._Element, *path: str) -> Iterator[etree._Element]:
    if not path:
        yield root
        return
    for child in root.iterchildren(etree.Element):
        if _name(child) == path[0]:
            yield from _children(child, *path[1:])


def _text(root: etree._Element, name: str) -> str:
    return next(("".join(map(str, child.itertext())).strip() for child in _children(root, name)), "")


def _diagnostic(element: etree._Element) -> Diagnostic:
    code = _text(element, "uri").rpartition("/")[2]
    words = [text for text in (_text(element, "message"), _text(element, "details")) if text]
    return Diagnostic(code, ", ".join(words))


def _data_of(record: etree._Element) -> Iterator[bytes | Diagnostic]:
    """The MARCXML elements, or the diagnostic that stands for one; also where the data is escaped to a text."""
    for data in _children(record, "recordData"):
        inside = list(data.iterchildren(etree.Element))
        if not inside and (text := (data.text or "").strip()):
            inside = [_tree(text.encode())]
        for element in inside:
            for found in (element, *element.iterdescendants(etree.Element)):
                if _name(found) == "diagnostic":
                    yield _diagnostic(found)
                    break
                if _name(found) == "record":
                    yield etree.tostring(found, encoding="utf-8", with_tail=False)
                    break

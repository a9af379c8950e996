"""MARCXML: cutting a stream into records, and reading one of them.

Source: MARC21slim <https://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd>.

The stream is cut at its tags, and only one record element at a time is given to an XML parser: a document type with
its entities never reaches the parser, memory is bounded, and a record that is not well-formed costs only itself.
"""

import html.entities
import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from pustaka.standards.marc import charset
from pustaka.standards.marc.look import look_over, mend_body, mend_control, mend_leader, mend_tag, sound_heads
from pustaka.standards.marc.mend import Broken, Mend
from pustaka.standards.marc.record import CONTROL_TAGS, SUBFIELD, Field, Record
from pustaka.standards.marc.stream import MAX_RECORD, Window

_TOKEN = re.compile(rb"<(?:(/)?(?:[\w.-]{1,32}:)?record(?=[\s/>])|!--|!\[CDATA\[|!DOCTYPE|\?)")
_LONGEST_TOKEN = 64
_ENDS = {
    b"<": re.compile(rb">").search,
    b"<!--": re.compile(rb"-->").search,
    b"<![CDATA[": re.compile(rb"\]\]>").search,
    b"<?": re.compile(rb"\?>").search,
    b"<!DOCTYPE": re.compile(rb"[^\[>]*+(?:\[[^\]]*+(?:\](?!\s*>)[^\]]*+)*+\]\s*)?>").match,
}
_MARC_INSIDE = re.compile(rb"<(?:[\w.-]+:)?(?:leader|controlfield|datafield)[\s/>]")
_PREFIX = re.compile(rb"<([\w.-]+):record")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(\w{1,32};)?")
_NOT_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|&#(?:x0*(?:[0-8bceBCE]|1[0-9A-Fa-f]|[Ff]{3}[EFef])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));"
)


def cut(window: Window) -> Iterator[tuple[int, bytes]]:
    """The record elements, each with the offset of its first byte; also those without a start or an end tag.

    An element "record" around a MARC record (OAI-PMH, SRU) is passed over.
    """
    yield from _Cutter(window).pieces()


class _Cutter:
    """Where a cut stands. All positions are in `window.data`."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.at = 0  # where to look on
        self.free = 0  # the end of the record before
        self.start = -1  # of the open record
        self.barren: dict[bytes, int] = {}  # kind of token to the offset before which none of them ends

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        while True:
            data = self.window.data
            token = _TOKEN.search(data, self.at)
            stop = self._end_of(token) if token else -1
            if stop < 0 and self._read_on(token):
                continue
            if stop > 0 and token:
                pieces = self._step(token, stop)
                self.at = stop
            elif token:  # a tag or a comment without an end: text, and what follows may be records
                pieces = []
                self.at = token.end()
            else:
                pieces = [(self.start, len(data))] if self.start >= 0 else []
                self.start, self.at, self.free = -1, len(data), len(data)
            for begin, end in pieces:
                yield self.window.offset + begin, data[begin:end].rstrip()
            if token is None and self.window.ended:
                return

    def _end_of(self, token: re.Match[bytes]) -> int:
        """Where the tag, comment, CDATA section, instruction or document type ends; -1 when it does not."""
        kind = token[0] if token[0] in _ENDS else b"<"
        if self.window.offset + token.start() < self.barren.get(kind, 0):
            return -1
        found = _ENDS[kind](self.window.data, token.end())
        return found.end() if found else -1

    def _read_on(self, token: re.Match[bytes] | None) -> bool:
        """Get more of the stream; False when there is no more, or when what is held is too long for a record."""
        data = self.window.data
        if token is None:
            self.at = max(self.at, len(data) - _LONGEST_TOKEN)
        kept = self.free if self.start < 0 else self.start
        if self.window.ended or len(data) - kept >= MAX_RECORD:
            if token:
                self.barren[token[0] if token[0] in _ENDS else b"<"] = self.window.offset + len(data)
            return False
        self.window.drop(kept)
        self.at -= kept
        self.free = max(0, self.free - kept)
        self.start = min(self.start, 0)
        self.window.more()
        return True

    def _step(self, token: re.Match[bytes], stop: int) -> list[tuple[int, int]]:
        """What ends with this tag, as begin and end."""
        data, start = self.window.data, self.start
        if token[0] in _ENDS:
            return []
        if token[1]:
            inside = _MARC_INSIDE.search(data, self.free, token.start()) if start < 0 else None
            self.start, self.free = -1, stop
            if start < 0:
                return [(inside.start(), stop)] if inside else []  # the start tag is lost
            return [(start, stop)]
        inside = _MARC_INSIDE.search(data, self.free if start < 0 else start, token.start())
        pieces = [(inside.start() if start < 0 else start, token.start())] if inside else []
        if data[stop - 2 : stop - 1] == b"/":
            pieces.append((token.start(), stop))
            self.start, self.free = -1, stop
        else:
            self.start = self.free = token.start()
        return pieces


@cache
def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse(raw: bytes) -> tuple[Record, list[Mend]]:
    """One record element.

    Raises:
        Broken: it cannot be read; the message says why.
    """
    mends: list[Mend] = []
    root = _tree(raw, mends)
    leader: str | None = None
    fields: list[Field] = []
    heads = sound_heads()
    for element in root.iter(etree.Element):
        name = element.tag.rpartition("}")[2]
        if name == "datafield":
            fields.append(_data_field(element, heads, mends))
        elif name == "controlfield":
            fields.append(_control_field(element, mends))
        elif name == "leader" and leader is None:
            leader = element.text or ""
    if leader is None and not fields:
        raise Broken("A <record> element without leader and fields: this is no MARCXML.")
    if not fields:
        raise Broken("The record has no fields.")
    record = Record.from_parts(mend_leader(leader or "", mends), fields)
    body = "\x1e".join([field.body for field in fields]).encode()
    look_over(record, [field.tag for field in fields], body, mends)
    return record, mends


def _data_field(element: etree._Element, heads: frozenset[str], mends: list[Mend]) -> Field:
    tag = element.get("tag") or ""
    if len(tag) != 3:
        tag = mend_tag(tag, mends)
    one, two = element.get("ind1") or " ", element.get("ind2") or " "
    if len(one) + len(two) != 2:
        mends.append(Mend("indicators", f"{tag}: {one!r} and {two!r} instead of one character each"))
        one, two = one[0], two[0]
    subfields = [part for part in element if str(part.tag).rpartition("}")[2] == "subfield"]
    pieces = [one + two, *[_subfield(tag, part, mends) for part in subfields]]
    body = SUBFIELD.join(pieces)
    if tag in CONTROL_TAGS:
        body = mend_control(tag, body, mends) if len(pieces) > 1 else ""
    elif body[:3] not in heads and len(pieces) > 1:
        body = mend_body(tag, body, mends)
    return Field.from_body(tag, body)


def _subfield(tag: str, element: etree._Element, mends: list[Mend]) -> str:
    code, value = element.get("code") or "", element.text or ""
    if len(element):
        value = "".join(map(str, element.itertext()))
        mends.append(Mend("markup", f"{tag}: elements inside a subfield became text"))
    if len(code) == 1 or not (code or value):
        return code + value
    sound = code[:1] or " "
    mends.append(Mend("subfield-code", f"{tag}: {code!a} became {sound!a}"))
    return sound + value


def _control_field(element: etree._Element, mends: list[Mend]) -> Field:
    tag, text = element.get("tag") or "", element.text or ""
    if len(tag) != 3:
        tag = mend_tag(tag, mends)
    if tag not in CONTROL_TAGS:
        mends.append(Mend("control-field", f"{tag}: a control field of another tag became $a of a data field"))
        text = f"  {SUBFIELD}a{text}"
    return Field.from_body(tag, text)


def _tree(raw: bytes, mends: list[Mend]) -> etree._Element:
    if prefix := _PREFIX.match(raw):  # declared outside of the element
        raw = raw.replace(b"<" + prefix[1] + b":", b"<").replace(b"</" + prefix[1] + b":", b"</")
    if not raw.startswith(b"<record"):
        raise Broken("The record element has lost its start tag.")
    try:
        return etree.fromstring(raw, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        first = error
    if len(raw) >= MAX_RECORD:
        raise Broken(f"No end of the record within {MAX_RECORD:,} bytes.")
    if not re.search(rb"</record\s*>$", raw):
        raise Broken("The record element is cut off: it has no end tag.")
    texts, charset_mends, _ = charset.decode_fields(parts=[raw], utf8=True)
    mends += [mend for _, mend in charset_mends]
    text, count = _NOT_XML.subn("", texts[0])
    if count:
        mends.append(Mend("xml-characters", f"{count} characters that XML forbids were taken out"))
    text, count = _ENTITY.subn(_from_entity, text)
    if count:
        mends.append(Mend("entity", f"{count} entities or ampersands that XML does not know"))
    try:
        return etree.fromstring(text.encode(), _parser(recover=False))
    except etree.XMLSyntaxError as error:
        root = etree.fromstring(text.encode(), _parser(recover=True))
        if root is None:
            raise Broken(f"The record element is not well-formed: {first.msg}") from error
        if "Namespace prefix" not in (error.msg or ""):  # of an attribute: declared outside of the element
            mends.append(Mend("xml-not-well-formed", str(error.msg)))
        return root


def _from_entity(found: re.Match[str]) -> str:
    """A named character of HTML as that character; anything else as the text that it is."""
    name = found[1] or ""
    return html.entities.html5.get(name, "&amp;" + name)

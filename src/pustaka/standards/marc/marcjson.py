"""MARC-in-JSON: cutting a stream into records, and reading one of them.

Source: <https://rossfsinger.com/blog/2010/09/a-proposal-to-serialize-marc-in-json/>, the form that pymarc, ruby-marc
and File_MARC share: one object, an array of objects, or one object per line.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from pustaka.standards.marc import charset
from pustaka.standards.marc.look import look_over, mend_body, mend_control, mend_leader, mend_tag, sound_heads
from pustaka.standards.marc.mend import Broken, Mend
from pustaka.standards.marc.record import CONTROL_TAGS, SUBFIELD, Field, Record
from pustaka.standards.marc.stream import MAX_RECORD, Window

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# A whole string (group 1) with a sound successor (group 2), a bracket, or a quotation mark that ends nowhere.
_TOKEN = re.compile(rb"(" + _STRING + rb')(\s*+[,:\]}])?|[{}\[\]]|"', re.DOTALL)
# Whole subfields, and strings with their successors: what changes no depth.
_LEVEL = re.compile(rb"(?:\s*+(?:\{\s*+S\s*+:\s*+S\s*+\}\s*+,?|S\s*+[,:]))*+".replace(b"S", _STRING), re.DOTALL)
_RECORD = re.compile(rb'\{\s*"(?:leader|fields)"\s*:')
_BLANK = re.compile(
    rb"(?:[\s,\[\]}\x1e]|\xef\xbb\xbf)*+"
)  # between records; U+001E begins a record in a JSON text sequence
_DEEPEST = 16  # brackets; a record needs 5
_DELIMITERS = re.compile("[\x1d\x1e\x1f]")


def cut(window: Window) -> Iterator[tuple[int, bytes]]:
    """The objects of the outermost level, each with its offset, and bytes between them that are none."""
    at = 0  # in window.data
    while True:
        at = _BLANK.match(window.data, at).end()  # type: ignore[union-attr]  # matches everywhere
        if at == len(window.data):
            if window.ended:
                return
            window.drop(at)
            at = 0
            window.more()
            continue
        state = _Scan(window.data, at)
        while (stop := state.run()) is None:
            if window.ended or len(window.data) - at >= MAX_RECORD:
                stop = state.next_record(at + 1) or len(window.data)
                break
            window.drop(at)
            state.move(-at)
            at = 0
            window.more()
            state.data = window.data
        yield window.offset + at, window.data[at:stop].rstrip()
        at = stop


class _Scan:
    """Finds the end of one object; keeps its place while the window grows."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.start = at
        self.at = at + 1
        self.depth = 1

    def move(self, by: int) -> None:
        self.start += by
        self.at += by

    def run(self) -> int | None:
        """The end of the object; of the damage, when it is broken, which is where the next record begins; or `None`."""
        if self.data[self.start : self.start + 1] != b"{":
            return self.next_record(self.start)
        while token := _TOKEN.search(self.data, _LEVEL.match(self.data, self.at).end()):  # type: ignore[union-attr]
            first = token[0][:1]
            if first == b'"':
                if token[2] is None:  # nothing sound follows: the damage, or the end of the window
                    if not token[1] or not self.data[token.end(1) :].strip():
                        return None
                    return self.next_record(token.start() + 1)
                self.at = token.end(1)
                continue
            if first in b"{[":
                if self.depth and first == b"{" and _RECORD.match(self.data, token.start()):
                    return token.start()  # the record before was not closed
                self.depth += 1
                if self.depth > _DEEPEST:
                    return self.next_record(token.end())
            else:
                self.depth -= 1
            self.at = token.end()
            if self.depth <= 0:
                return self.at
        self.at = max(self.at, len(self.data))
        return None

    def next_record(self, after: int) -> int | None:
        found = _RECORD.search(self.data, max(after, self.start + 1))
        return found.start() if found else None


def parse(raw: bytes) -> tuple[Record, list[Mend]]:
    """One record.

    Raises:
        Broken: it cannot be read; the message says why.
    """
    mends: list[Mend] = []
    if len(raw) >= MAX_RECORD:
        raise Broken(f"No end of the record within {MAX_RECORD:,} bytes.")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        texts, charset_mends, _ = charset.decode_fields(parts=[raw], utf8=True)
        text = texts[0]
        mends += [mend for _, mend in charset_mends]
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise Broken(f"Not sound JSON: {error}.") from error
    if not isinstance(found, dict) or not isinstance(found.get("fields"), list):
        raise Broken('A JSON value without "leader" and "fields": this is no MARC-in-JSON.')
    named = [pair for item in found["fields"] if isinstance(item, dict) for pair in item.items()]
    fields = [_field(tag, value, mends) for tag, value in named]
    if not fields:
        raise Broken("The record has no fields.")
    leader = found.get("leader")
    record = Record.from_parts(mend_leader(leader if isinstance(leader, str) else "", mends), fields)
    body = "\x1e".join([field.body for field in fields]).encode("utf-8", "surrogatepass")
    look_over(record, [field.tag for field in fields], body, mends)
    return record, mends


def _field(tag: str, value: Any, mends: list[Mend]) -> Field:
    if len(tag) != 3 or _DELIMITERS.search(tag):
        tag = mend_tag(tag, mends)
    if isinstance(value, dict):
        one, two = (_text(value.get(name), tag, mends) or " " for name in ("ind1", "ind2"))
        if len(one) + len(two) != 2:
            mends.append(Mend("indicators", f"{tag}: {one!r} and {two!r} instead of one character each"))
        subfields = value.get("subfields")
        pieces = [
            _subfield(tag, code, _text(content, tag, mends), mends)
            for item in (subfields if isinstance(subfields, list) else [])
            if isinstance(item, dict)
            for code, content in item.items()
        ]
        if tag in CONTROL_TAGS:
            return Field.from_body(tag, mend_control(tag, SUBFIELD.join(["", *pieces]), mends))
        body = SUBFIELD.join([one[0] + two[0], *pieces])
        return Field.from_body(tag, body if body[:3] in sound_heads() or not pieces else mend_body(tag, body, mends))
    text = _text(value, tag, mends)
    if tag not in CONTROL_TAGS:
        mends.append(Mend("control-field", f"{tag}: a control field of another tag became $a of a data field"))
        text = f"  {SUBFIELD}a{text}"
    return Field.from_body(tag, text)


def _subfield(tag: str, code: str, value: str, mends: list[Mend]) -> str:
    if (len(code) == 1 and not _DELIMITERS.match(code)) or not (code or value):
        return code + value
    sound = _DELIMITERS.sub(" ", code[:1]) or " "
    mends.append(Mend("subfield-code", f"{tag}: {code!a} became {sound!a}"))
    return sound + value


def _text(value: object, tag: str, mends: list[Mend]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = value
    else:
        text = str(value) if isinstance(value, int | float) else json.dumps(value)
        mends.append(Mend("not-text", f"{tag}: {type(value).__name__} instead of a text"))
    if _DELIMITERS.search(text):
        text = _DELIMITERS.sub(" ", text)
        mends.append(Mend("delimiter-in-field", f"{tag}: a terminator inside the field became a blank"))
    return text

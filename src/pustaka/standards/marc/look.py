"""What all formats share: leaders and fields that are mended, and what is noted about a record that was read."""

import re
from collections.abc import Sequence
from functools import cache

from pustaka.standards.marc import charset
from pustaka.standards.marc.mend import Mend
from pustaka.standards.marc.record import CONTROL_TAGS, LEADER_LENGTH, SUBFIELD, Field, Record

_INDICATORS = " 0123456789abcdefghijklmnopqrstuvwxyz"
_CONTROLS = bytes(n for n in range(0x20) if n not in b"\t\n\r\x1e\x1f")  # the last two part fields and subfields
_CODES = frozenset(_INDICATORS[1:])
_BAD_CODE = re.compile(rb"\x1f(?![a-z0-9])")
_COLLAPSED = re.compile(r"(.{8,10}?)22([0-9]{5})?(.{0,3}?)\s*(45\S{0,2})\s*", re.DOTALL)
_CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f]")


@cache
def sound_heads() -> frozenset[str]:
    """How a data field may begin: two indicators (blank, digit or small letter) and the first delimiter."""
    return frozenset(one + two + SUBFIELD for one in _INDICATORS for two in _INDICATORS)


def mend_leader(leader: str, mends: list[Mend]) -> str:
    """A leader of 24 ASCII characters with 22 at 10 and 4500 at 20, as MARC 21 demands."""
    sound = leader
    if len(sound) < LEADER_LENGTH and (found := _COLLAPSED.fullmatch(sound)):  # blanks that XML tools squeezed
        sound = found[1].ljust(10) + "22" + (found[2] or "").ljust(5) + found[3].ljust(3) + found[4]
    sound = "".join(char if " " <= char <= "~" else " " for char in sound[:LEADER_LENGTH]).ljust(LEADER_LENGTH)
    sound = sound[:10] + "22" + sound[12:20] + "4500"
    if sound != leader:
        mends.append(Mend("leader", f"{leader!a} became {sound!r}"))
    return sound


def mend_tag(tag: str, mends: list[Mend]) -> str:
    """A tag of three characters."""
    sound = tag.zfill(3) if tag.isdigit() else tag[:3].ljust(3)
    sound = _CONTROL_CHARACTERS.sub(" ", sound[:3])
    if sound != tag:
        mends.append(Mend("tag", f"{tag!r} became {sound!r}"))
    return sound


def mend_control(tag: str, text: str, mends: list[Mend]) -> str:
    """The data of a control field that was written with indicators and subfields."""
    if SUBFIELD not in text:
        return text
    sound = " ".join(piece[1:] for piece in text.split(SUBFIELD)[1:])
    mends.append(Mend("control-field", f"{tag}: indicators and subfield codes were taken out of a control field"))
    return sound


def mend_body(tag: str, body: str, mends: list[Mend]) -> str:
    """The body of a data field that does not begin with two sound indicators and a delimiter."""
    head, delimiter, rest = body.partition(SUBFIELD)
    if not delimiter:
        if not head.strip() or (len(head) <= 2 and all(char in _INDICATORS for char in head)):
            return head[:2].ljust(2)
        keeps = len(head) > 2 and all(char in " 0123456789" for char in head[:2])
        indicators, text = (head[:2], head[2:]) if keeps else ("  ", head)
        mends.append(Mend("no-subfield", f"{tag}: the text had no subfield code and became $a"))
        return f"{indicators}{SUBFIELD}a{text}"
    if len(head) == 2:
        mends.append(Mend("bad-indicator", f"{tag}: {head!r}"))
        return body
    mends.append(Mend("indicators", f"{tag}: {head!r} instead of 2 indicators"))
    if len(head) > 4 and head[2:].strip():  # more than a slip of the hand: text without its subfield code
        return f"{head[:2]}{SUBFIELD}a{head[2:]}{delimiter}{rest}"
    return head[:2].ljust(2) + delimiter + rest


def look_over(record: Record, tags: Sequence[str], body: bytes, mends: list[Mend]) -> None:
    """Mend double encodings and note what is missing or odd.

    Args:
        record: what was read; its fields are replaced where text is mended.
        tags: the tags of its fields, in their order.
        body: the fields in UTF-8, in their order, for searches that need no field.
        mends: what is found is added here.
    """
    if not body.isascii():
        if charset.DOUBLE_IN_BYTES.search(body):
            _mend_double(record, mends)
        if b"\xef\xbf\xbd" in body:
            places = body.count(b"\xef\xbf\xbd")
            mends.append(Mend("replacement-character", f"{places} times U+FFFD: the character is lost"))
    if controls := len(body) - len(body.translate(None, _CONTROLS)):
        mends.append(Mend("control-character", f"{controls} control characters in the text"))
    if _BAD_CODE.search(body):
        _note_codes(record, mends)
    if not (joined := "".join(tags)).isalnum() or not joined.isascii():
        odd = sorted({tag for tag in tags if not (tag.isascii() and tag.isalnum())})
        mends.append(Mend("bad-tag", ", ".join(map(repr, odd))))
    _note_missing(record, tags, mends)


def _mend_double(record: Record, mends: list[Mend]) -> None:
    for index, field in enumerate(record.fields):
        if field.body.isascii():
            continue
        pieces = field.body.split(SUBFIELD)
        changes = ""
        for at, piece in enumerate(pieces):
            pieces[at], change = charset.mend_double(piece)
            changes = changes or change
        if changes:
            record.fields[index] = Field.from_body(field.tag, SUBFIELD.join(pieces))
            mends.append(Mend("double-encoded", f"{field.tag}: {changes}"))


def _note_codes(record: Record, mends: list[Mend]) -> None:
    for field in record.fields:
        if field.tag not in CONTROL_TAGS:
            odd = [
                code for code, _ in field.subfields if not (code.isascii() and code.isalnum() and code == code.lower())
            ]
            if odd:
                mends.append(Mend("bad-subfield-code", f"{field.tag}: {', '.join(map(ascii, odd))}"))


def _note_missing(record: Record, tags: Sequence[str], mends: list[Mend]) -> None:
    kind = record.kind
    if kind == "unknown":
        mends.append(Mend("unknown-type", f"leader/06 is {record.leader[6]!r}"))
    if "001" not in tags:
        mends.append(Mend("no-001", "no control number"))
    if "008" not in tags:
        mends.append(Mend("no-008", "no fixed-length data elements"))
    if kind == "bibliographic" and "245" not in tags:
        if "200" in tags and record.all("200")[0].get("a"):
            mends.append(Mend("looks-like-unimarc", "a title in 200 and none in 245"))
        mends.append(Mend("no-245", "no title"))
    if kind == "authority" and not any(tag[:1] == "1" for tag in tags):
        mends.append(Mend("no-heading", "no field 1XX"))

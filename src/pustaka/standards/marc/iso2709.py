"""ISO 2709, the exchange format of MARC 21: cutting a stream into records, and reading one of them.

Source: MARC 21 Specifications for Record Structure <https://www.loc.gov/marc/specifications/specrecstruc.html>.

Cutting trusts neither the length in the leader nor the record terminator alone: it takes the terminator, looks at the
length where the two disagree, and looks for leaders inside a piece that is too long. Every byte is looked at a bounded
number of times, whatever the damage.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pustaka.standards.marc import charset
from pustaka.standards.marc.look import look_over, mend_body, mend_control, mend_leader, mend_tag, sound_heads
from pustaka.standards.marc.mend import Broken, Mend
from pustaka.standards.marc.record import CONTROL_TAGS, LEADER_LENGTH, SUBFIELD, Field, Record
from pustaka.standards.marc.stream import MAX_RECORD, Window

FIELD_END, RECORD_END = b"\x1e", b"\x1d"
ENTRY = 12  # bytes of a directory entry: tag 3, length 4, offset 5
LONGEST = 99_999  # what the five digits of a length can say

# A leader and the first entry of its directory: too particular to occur inside a field by chance. Status, type and
# level (05 to 07) are no digits, or a directory could look like it.
_LEADER = re.compile(rb"[0-9 ]{5}[ !-/:-~]{3}[ -~]{2}22[0-9 ]{5}[\x20-\x7f]{3}4[\x20-\x7f]{3}[0-9A-Za-z ]{3}[0-9]{9}")
_PADDING = b" \t\r\n\0\x1a"
_LINE_ENDS = b"\r\n\0\x1a"
_NEXT = re.compile(rb"[ \t\r\n\0\x1a]*" + _LEADER.pattern)


def cut(window: Window) -> Iterator[tuple[int, bytes]]:
    """The stream in pieces, each with its offset: one record each, or bytes between records that are none.

    A piece ends with its record terminator when it had one. Padding (blanks, line ends, NUL, Ctrl-Z) is left out.
    """
    at = 0  # in window.data
    while True:
        data = window.data
        end = data.find(RECORD_END, at) + 1
        if end and data[at : at + 5] == b"%05d" % (end - at):
            yield window.offset + at, data[at:end]
            at = end
            continue
        # Look as far as a true length may reach, or as far as a record may.
        if not window.ended and len(data) < (end + LONGEST + 200 if end else at + MAX_RECORD):
            window.drop(at)
            at = 0
            window.more()
            continue
        if at == len(data):
            return
        stop = _stop(data, at, end)
        pieces = list(_untangle(data[at:stop]))
        if not end and not window.ended and len(pieces) > 1:
            stop = at + pieces.pop()[0]  # the last one goes on
        for start, piece in pieces:
            yield window.offset + at + start, piece
        at = stop


def _stop(data: bytes, at: int, end: int) -> int:
    """Where the record that begins at `at` ends, when its length is not the distance to the first terminator."""
    if not end:
        return len(data)
    length = data[at : at + 5]
    if length.isdigit():
        by_length = at + int(length)
        if by_length > end and data[by_length - 1 : by_length] == RECORD_END and not _NEXT.match(data, end):
            return by_length  # a terminator inside a field
    return end


def _untangle(piece: bytes) -> Iterator[tuple[int, bytes]]:
    """Records that lost their terminators, and what stands before the first leader."""
    starts = [found.start() for found in _LEADER.finditer(piece)]
    if not starts or starts[0]:
        starts.insert(0, 0)
    for start, stop in zip(starts, [*starts[1:], len(piece)], strict=True):
        part = piece[start:stop]
        if not _LEADER.match(part):
            part = part.lstrip(_PADDING)
        begin = stop - len(part)
        if not part.endswith(RECORD_END):
            bare = part.rstrip(_PADDING)
            part = bare if bare.endswith(FIELD_END) else part.rstrip(_LINE_ENDS)  # blanks may belong to a cut field
        if part and part != RECORD_END:
            yield begin, part


def looks_like(head: bytes) -> bool:
    """The beginning of a file, 64 kB of it, could hold records."""
    if _LEADER.search(head):
        return True
    return FIELD_END in head and (b"\x1f" in head or RECORD_END in head) and b"\0" not in head


def parse(raw: bytes) -> tuple[Record, list[Mend]]:
    """One record.

    Raises:
        Broken: it cannot be read; the message says why.
    """
    record, mends, _ = parse_exactly(raw)
    return record, mends


def parse_exactly(raw: bytes) -> tuple[Record, list[Mend], bool]:
    """`parse`, and whether writing the record would surely give back these very bytes."""
    if sound := _parse_sound(raw):
        return sound
    return *_parse_damaged(raw), False


def _parse_sound(raw: bytes) -> tuple[Record, list[Mend], bool] | None:
    """The record when its structure is right to the byte and its text is Unicode; `None` otherwise."""
    base = raw.find(FIELD_END) + 1
    if (
        raw[-2:] != b"\x1e\x1d"
        or raw[:5] != b"%05d" % len(raw)
        or raw[12:17] != b"%05d" % base
        or raw[10:12] != b"22"
        or raw[20:24] != b"4500"
    ):
        return None
    body = raw[base:-2]
    is_ascii = body.isascii()
    if raw[9:10] != b"a" and not (is_ascii and b"\x1b" not in body and b"&#x" not in body):
        return None
    try:
        head = raw[: base - 1].decode("ascii")
        texts = body.decode().split("\x1e")
    except UnicodeDecodeError:
        return None
    if len(head) != LEADER_LENGTH + ENTRY * len(texts) or RECORD_END in body:
        return None

    sizes = texts if is_ascii else body.split(FIELD_END)
    tags = [head[at : at + 3] for at in range(LEADER_LENGTH, len(head), ENTRY)]
    fields: list[Field] = []
    mends: list[Mend] = []
    make, control, sound = Field.from_body, CONTROL_TAGS, sound_heads()
    start, at = 0, LEADER_LENGTH + 3
    is_exact = True
    for tag, text, size in zip(tags, texts, sizes, strict=True):
        length = len(size) + 1
        if head[at : at + 9] != f"{length:04}{start:05}":
            return None
        start += length
        at += ENTRY
        if SUBFIELD not in text if tag in control else text[:3] in sound:
            fields.append(make(tag, text))
        else:
            fields.append(_field(tag, text, mends))
            is_exact = False
    record = Record.from_parts(head[:LEADER_LENGTH], fields)
    look_over(record, tags, body, mends)
    return record, mends, is_exact and all(mend.is_note for mend in mends)


def _parse_damaged(raw: bytes) -> tuple[Record, list[Mend]]:
    mends: list[Mend] = []
    if len(raw) < LEADER_LENGTH + 2:
        raise Broken(f"Only {len(raw)} bytes: too short for a record.")
    if len(raw) >= MAX_RECORD:
        raise Broken(f"No end of the record within {MAX_RECORD:,} bytes.")
    parts = _parts(raw, mends)
    if not raw.endswith(RECORD_END):
        mends.append(Mend("no-record-terminator", "the record did not end with 1D"))
    elif len(raw) > LONGEST:
        mends.append(Mend("over-99999", f"the record has {len(raw):,} bytes, more than ISO 2709 allows"))
    elif raw[:5] != b"%05d" % len(raw):
        mends.append(Mend("record-length", f"the leader says {_shown(raw[:5])}, the record has {len(raw):,} bytes"))

    leader = mend_leader(raw[:LEADER_LENGTH].decode("latin-1"), mends)
    texts, found, converted = charset.decode_fields(parts=[part for _, part in parts], utf8=raw[9:10] == b"a")
    if converted:
        leader = leader[:9] + "a" + leader[10:]
    for at, mend in found:
        mends.append(mend if at is None else Mend(mend.code, f"{parts[at][0]}: {mend.detail}"))

    fields = [_field(tag, text, mends) for (tag, _), text in zip(parts, texts, strict=True)]
    record = Record.from_parts(leader, fields)
    look_over(record, [field.tag for field in fields], "\x1e".join([field.body for field in fields]).encode(), mends)
    return record, mends


def _field(tag: str, text: str, mends: list[Mend]) -> Field:
    if not tag.isalnum():
        tag = mend_tag(tag, mends)
    if "\x1e" in text or "\x1d" in text:
        text = text.replace("\x1e", " ").replace("\x1d", " ")
        mends.append(Mend("delimiter-in-field", f"{tag}: a terminator inside the field became a blank"))
    if tag in CONTROL_TAGS:
        text = mend_control(tag, text, mends)
    elif text[:3] not in sound_heads():
        text = mend_body(tag, text, mends)
    return Field.from_body(tag, text)


def _shown(raw: bytes) -> str:
    return ascii(raw.decode("latin-1"))


def _number(text: bytes) -> int:
    """-1 when it is none."""
    try:
        return int(text)
    except ValueError:
        return -1


def _base(raw: bytes, mends: list[Mend]) -> int:
    """Where the fields begin: after the first field terminator, unless the leader knows better."""
    found, said = raw.find(FIELD_END) + 1, _number(raw[12:17])

    def ends_directory(base: int) -> bool:
        return (
            base > LEADER_LENGTH + 1 and raw[base - 1 : base] == FIELD_END and (base - LEADER_LENGTH - 1) % ENTRY == 0
        )

    if said != found and ends_directory(said) and not ends_directory(found):
        return said  # damage put a terminator into the directory
    if found <= LEADER_LENGTH:
        raise Broken("No directory: no field terminator (1E) after a leader. Perhaps this is no MARC record.")
    if found == LEADER_LENGTH + 1:
        raise Broken("The directory is empty: the record has no fields.")
    if said != found:
        mends.append(Mend("base-address", f"the leader says {_shown(raw[12:17])}, the fields begin at {found}"))
    return found


def _parts(raw: bytes, mends: list[Mend]) -> list[tuple[str, bytes]]:
    """Tag and bytes of each field, from a directory that may be wrong.

    In this order: the directory, when every field it names ends where a field ends; the order of the fields, when
    there are as many as entries; the tags that stand before the true length and offset of a field; the directory as
    it is.
    """
    base = _base(raw, mends)
    directory, data = raw[LEADER_LENGTH : base - 1], raw[base:].removesuffix(RECORD_END)
    ends = data.split(FIELD_END)
    if not ends[-1]:
        ends.pop()
    entries = [
        (
            directory[at : at + 3].decode("latin-1"),
            _number(directory[at + 3 : at + 7]),
            _number(directory[at + 7 : at + 12]),
        )
        for at in range(0, len(directory) - ENTRY + 1, ENTRY)
    ]
    if not raw.endswith(RECORD_END):
        _refuse_cut_off(data, entries, len(ends))
    if len(directory) % ENTRY:
        return _realign(directory.decode("latin-1"), ends, mends)
    if all(_ends_right(data, length, offset) for _, length, offset in entries):
        if any(start + size != after for (_, size, start), (_, _, after) in pairwise(entries)):
            mends.append(Mend("directory-order", "the fields do not follow each other in the order of the directory"))
        return [(tag, data[offset : offset + length].removesuffix(FIELD_END)) for tag, length, offset in entries]
    if len(entries) == len(ends) and any(length > 0 and offset >= 0 for _, length, offset in entries):
        mends.append(Mend("directory", "lengths or offsets were wrong; the order of the fields was used"))
        return [(tag, end) for (tag, _, _), end in zip(entries, ends, strict=True)]
    if any(length < 0 or offset < 0 for _, length, offset in entries):
        return _realign(directory.decode("latin-1"), ends, mends)
    if _number(raw[:5]) > len(raw):
        raise Broken(f"Bytes are missing: {len(raw):,} of {_number(raw[:5]):,} are there.")
    mends.append(Mend("directory-doubtful", f"{len(entries)} entries for {len(ends)} fields; the directory was used"))
    return [(tag, data[offset : offset + max(0, length - 1)]) for tag, length, offset in entries]


def _refuse_cut_off(data: bytes, entries: list[tuple[str, int, int]], ends: int) -> None:
    """A record without terminator that is shorter than its directory says was cut off, and is not half read."""
    reach = max((offset + length for _, length, offset in entries), default=0)
    if reach > len(data) + 1 or (reach > len(data) and ends < len(entries)):
        raise Broken(f"The record is cut off: {len(data):,} of {reach:,} bytes of its fields are there.")


def _ends_right(data: bytes, length: int, offset: int) -> bool:
    """The field lies in the data and ends with a terminator, or with the data, when the last terminator is lost."""
    stop = offset + length
    return length > 0 and offset >= 0 and (data[stop - 1 : stop] == FIELD_END or stop == len(data) + 1)


def _realign(directory: str, ends: list[bytes], mends: list[Mend]) -> list[tuple[str, bytes]]:
    """Tags from a directory with characters too many or too few: each stands before its field's length and offset."""
    parts: list[tuple[str, bytes]] = []
    at = start = 0
    for end in ends:
        length = len(end) + 1
        found = directory.find(f"{length:04}{start:05}", at + 3)
        if found < 0:
            raise Broken("The directory cannot be understood: it does not fit the fields.")
        parts.append((directory[found - 3 : found], end))
        at, start = found + 9, start + length
    mends.append(Mend("directory", "it was damaged; tags were found by the length and offset of their fields"))
    return parts

"""ISO 2709 in a character set that MARC 21 doesn't know, or that the leader denies, made ready for `parse`."""

from pustaka.standards.marc.record import LEADER_LENGTH

FIELD_END, RECORD_END = b"\x1e", b"\x1d"
ENTRY = 12


def recode(raw: bytes, charset: str) -> bytes:
    """The record of which `charset` says how its text is written.

    "marc-8" and "utf-8" are written into leader/09; text in any other encoding that Python knows becomes UTF-8, what it
    can't mean U+FFFD. A record whose structure is broken is given back as it is.
    """
    if charset in {"marc-8", "utf-8"}:
        return raw[:9] + (b"a" if charset == "utf-8" else b" ") + raw[10:]
    head, *texts = raw.rstrip(RECORD_END).removesuffix(FIELD_END).split(FIELD_END)
    tags = [head[at : at + 3] for at in range(LEADER_LENGTH, len(head), ENTRY)]
    if len(head) != LEADER_LENGTH + ENTRY * len(texts):
        return raw
    entries, bodies, start = [], [], 0
    for tag, text in zip(tags, texts, strict=True):
        body = text.decode(charset, "replace").encode() + FIELD_END
        entries.append(tag + b"%04d%05d" % (min(len(body), 9_999), min(start, 99_999)))
        bodies.append(body)
        start += len(body)
    directory = b"".join(entries) + FIELD_END
    base = LEADER_LENGTH + len(directory)
    total = min(base + start + 1, 99_999)
    leader = b"%05d%ba22%05d%b" % (total, head[5:9], base, head[17:LEADER_LENGTH])
    return leader + directory + b"".join(bodies) + RECORD_END

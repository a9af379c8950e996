"""MARC-8 to Unicode.

Source: MARC 21 Specifications, Character Sets and Encoding Options, Part 2: MARC-8
<https://www.loc.gov/marc/specifications/speccharmarc8.html>, and Part 4: the lossless placeholder `&#xXXXX;`
<https://www.loc.gov/marc/specifications/speccharconversion.html>. The code tables are those of pymarc.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

REPLACEMENT = "\ufffd"

_ASCII, _ANSEL, _EACC = 0x42, 0x45, 0x31
_ESCAPE = re.compile(rb"\x1b(?:(?P<g0>[(,]|\$,?)|(?P<g1>[)\-]|\$[)\-]))!?(?P<set>[1-4BENQS])|\x1b(?P<one>[gbps])")
_PLAIN = re.compile(rb"[\x20-\x7e]+")
_PLACEHOLDER = re.compile(r"&#x([0-9A-Fa-f]{4,6});")
_LITERAL = re.compile(rb"\{[0-9A-Fa-f]{6}\}")
# Half marks that join two letters have no precomposed form: nothing can be learned from them.
_HALVES = "\u0360\u0361\ufe20\ufe21\ufe22\ufe23"


@dataclass(slots=True)
class Decoded:
    """The text, and what made it doubtful.

    `high` counts the characters that ASCII does not have, `unknown` the codes that are in no table and the escape
    sequences that do not exist (each U+FFFD in the text), `loose` the diacritics that stand over no letter, `odd`
    those over a letter that never carries them.
    """

    text: str = ""
    high: int = 0
    unknown: int = 0
    loose: int = 0
    odd: int = 0

    @property
    def badness(self) -> float:
        """0 for sound MARC-8, 1 when every character beyond ASCII is doubtful."""
        return min(1.0, (self.unknown + self.loose + 0.4 * self.odd) / max(1, self.high))


@cache
def _tables() -> dict[int, dict[int, tuple[str, bool]]]:
    """Final character of the escape sequence to {code without its high bit: (character, combines?)}.

    Read late: the East Asian table is large, and most catalogues never need it.
    """
    from pymarc.marc8_mapping import CODESETS  # noqa: PLC0415

    return {
        final: {code & 0x7F7F7F: (chr(point), bool(combines)) for code, (point, combines) in codes.items()}
        if final == _EACC
        else {
            code & 0x7F: (chr(point), bool(combines)) for code, (point, combines) in codes.items() if code & 0x7F > 0x20
        }
        for final, codes in CODESETS.items()
    }


# The C1 controls that MARC-8 knows: non-sorting begin and end, joiner, non-joiner.
_CONTROLS = {0x88: "\u0098", 0x89: "\u009c", 0x8D: "\u200d", 0x8E: "\u200c"}


def decode(data: bytes) -> Decoded:
    """One field from MARC-8 to Unicode, in normalization form C. Never raises; see `Decoded` for what was doubtful."""
    done = Decoded()
    out: list[str] = []
    for number, piece in enumerate(data.split(b"\x1f")):  # each subfield begins in ASCII and ANSEL again
        if number:
            out.append("\x1f")
        _decode_subfield(piece, out, done)
    text = "".join(out)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    done.text = _PLACEHOLDER.sub(_from_placeholder, text) if "&#x" in text else text
    return done


def _decode_subfield(data: bytes, out: list[str], done: Decoded) -> None:  # noqa: C901, PLR0912, PLR0915
    tables = _tables()
    g0, g1 = _ASCII, _ANSEL
    marks: list[str] = []
    at, end = 0, len(data)
    while at < end:
        byte = data[at]
        if byte == 0x1B:
            if found := _ESCAPE.match(data, at):
                at = found.end()
                if one := found["one"]:
                    g0 = _ASCII if one == b"s" else one[0]
                elif found["g0"]:
                    g0 = found["set"][0]
                else:
                    g1 = found["set"][0]
                continue
            at += 1
            done.high += 1
            done.unknown += 1
            out.append(REPLACEMENT)
            continue
        if g0 == _ASCII and not marks and (run := _PLAIN.match(data, at)):
            out.append(run[0].decode("ascii"))
            at = run.end()
            continue
        if byte <= 0x20 or byte == 0x7F:
            character, combines, at = chr(byte), False, at + 1
        elif byte in _CONTROLS:
            character, combines, at = _CONTROLS[byte], False, at + 1
        else:
            side = g0 if byte < 0x80 else g1
            if side == _EACC:
                if found := _LITERAL.match(data, at):  # left by a conversion that knew no character
                    out.append(found[0].decode("ascii"))
                    at = found.end()
                    done.high += 1
                    done.unknown += 1
                    continue
                code = int.from_bytes(data[at : at + 3], "big") & 0x7F7F7F
                at += 3
            else:
                code = byte & 0x7F
                at += 1
            done.high += side != _ASCII
            known = tables.get(side, {}).get(code)
            if known is None:
                done.unknown += 1
                known = REPLACEMENT, False
            character, combines = known
        if combines:
            marks.append(character)
            continue
        if marks:
            _judge_marks(character, marks, done)
            out.append(character + "".join(marks))
            marks.clear()
        else:
            out.append(character)
    if marks:
        done.loose += len(marks)
        out.append("".join(marks))


def _judge_marks(base: str, marks: list[str], done: Decoded) -> None:
    if not base.isalpha():
        done.loose += len(marks)
    elif base.isascii() and not any(mark in _HALVES for mark in marks):
        done.odd += len(unicodedata.normalize("NFC", base + marks[0])) > 1


def _from_placeholder(found: re.Match[str]) -> str:
    point = int(found[1], 16)
    return chr(point) if 0xA0 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else found[0]

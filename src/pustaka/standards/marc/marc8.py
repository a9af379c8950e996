"""MARC-8 to Unicode.

Source: MARC 21 Specifications, Character Sets and Encoding Options, Part 2: MARC-8
<https://www.loc.gov/marc/specifications/speccharmarc8.html>, and Part 4: the lossless placeholder `&#xXXXX;`
<https://www.loc.gov/marc/specifications/speccharconversion.html>. The code tables are those of pymarc.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

REPLACEMENT = "\ufffd"

_ASCII, _ANSEL, _EACC = 0x42, 0x45, 0x31
_ESCAPE = re.compile(rb"\x1b(?:(?P<g0>[(,]|\$,?)|(?P<g1>[)\-]|\$[)\-]))!?(?P<set>[1-4BENQS])|\x1b(?P<one>[gbps])")
_PLAIN = re.compile(rb"[\x20-\x7e]+")
_PLACEHOLDER = re.compile(r"&#x([0-9A-Fa-f]{4,6});")
_LITERAL = re.compile(rb"\{[0-9A-Fa-f]{6}\}")
# The C1 controls that MARC-8 knows: non-sorting begin and end, joiner, non-joiner.
_CONTROLS = {0x88: "\u0098", 0x89: "\u009c", 0x8D: "\u200d", 0x8E: "\u200c"}
# Half marks that join two letters have no precomposed form: nothing can be learned from them.
_HALVES = frozenset("\u0360\u0361\ufe20\ufe21\ufe22\ufe23")


@dataclass(slots=True)
class Decoded:
    """The text, and what made it doubtful.

    high: characters that ASCII does not have.
    unknown: codes that are in no table; each is U+FFFD in the text.
    escapes: escape sequences that do not exist; each is U+FFFD in the text.
    unclosed: escape sequences that opened a script nobody used, and were passed over.
    loose: diacritics that stand over no letter.
    odd: diacritics over a letter that never carries them, and symbols side by side.
    """

    text: str = ""
    high: int = 0
    unknown: int = 0
    escapes: int = 0
    unclosed: int = 0
    loose: int = 0
    odd: int = 0


@cache
def _tables() -> dict[int, dict[int, tuple[str, bool]]]:
    """Final character of the escape sequence to {code without its high bit: (character, combines?)}.

    Read late: the East Asian table is large, and most catalogues never need it.
    """
    from pymarc.marc8_mapping import CODESETS

    tables: dict[int, dict[int, tuple[str, bool]]] = {}
    for final, codes in CODESETS.items():
        mask, first = (0x7F7F7F, 0) if final == _EACC else (0x7F, 0x21)
        tables[final] = {
            code & mask: (chr(point), bool(combines))
            for code, (point, combines) in codes.items()
            if code & mask >= first
        }
    return tables


def decode(data: bytes) -> Decoded:
    """One field from MARC-8 to Unicode, in normalization form C. Never raises; see `Decoded` for what was doubtful."""
    # Each subfield begins in ASCII and ANSEL again.
    pieces = [_subfield(piece) for piece in data.split(b"\x1f")]
    text = "\x1f".join([piece.text for piece in pieces])
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return Decoded(
        text=_PLACEHOLDER.sub(_from_placeholder, text) if "&#x" in text else text,
        high=sum([piece.high for piece in pieces]),
        unknown=sum([piece.unknown for piece in pieces]),
        escapes=sum([piece.escapes for piece in pieces]),
        unclosed=sum([piece.unclosed for piece in pieces]),
        loose=sum([piece.loose for piece in pieces]),
        odd=sum([piece.odd for piece in pieces]),
    )


def _subfield(data: bytes, *, without: int = 0) -> Decoded:
    """One subfield; escape sequences to the set `without` are passed over."""
    if data.isascii() and b"\x1b" not in data:
        return Decoded(data.decode("ascii"))
    done = Decoded()
    out: list[str] = []
    marks: list[str] = []  # they stand before their letter in MARC-8, behind it in Unicode
    after_symbol = False
    state = _State(without)
    for text, combines in _pieces(data, state, done):
        if combines:
            marks.append(text)
            continue
        symbol = state.is_ansel and not text.isascii()
        if marks:
            _judge(text, marks, done, symbol=symbol)
            out += text[0], *marks, text[1:]
            marks.clear()
        else:
            done.odd += symbol and after_symbol
            out.append(text)
        after_symbol = symbol
    if state.g0 not in (_ASCII, _EACC) and done.unknown and not without:
        # The subfield did not return to ASCII and makes no sense in that script: a stray escape sequence.
        done = _subfield(data, without=state.g0)
        done.unclosed += 1
        return done
    done.loose += len(marks)
    done.text = "".join(out + marks)
    return done


@dataclass(slots=True)
class _State:
    without: int
    g0: int = _ASCII
    g1: int = _ANSEL
    is_ansel: bool = False  # of the piece at hand


def _pieces(data: bytes, state: _State, done: Decoded) -> Iterator[tuple[str, bool]]:
    """Text that stands for itself, and diacritics that belong to the next letter (True)."""
    tables = _tables()
    at, end = 0, len(data)
    while at < end:
        byte = data[at]
        state.is_ansel = False
        if byte == 0x1B:
            if found := _ESCAPE.match(data, at):
                at = found.end()
                _switch(state, found)
            else:
                at += 1
                done.escapes += 1
                yield REPLACEMENT, False
        elif state.g0 == _ASCII and (run := _PLAIN.match(data, at)):
            at = run.end()
            yield run[0].decode("ascii"), False
        elif byte in _CONTROLS:
            at += 1
            yield _CONTROLS[byte], False
        elif (state.g0 if byte < 0x80 else state.g1) == _EACC:
            text, size = _east_asian(data[at : at + 8], tables[_EACC], done)
            at += size
            yield text, False
        elif byte <= 0x20 or byte == 0x7F:
            at += 1
            yield chr(byte), False
        else:
            at += 1
            side = state.g0 if byte < 0x80 else state.g1
            done.high += side != _ASCII
            state.is_ansel = side == _ANSEL
            known = tables[side].get(byte & 0x7F) if byte != 0xA0 else None
            done.unknown += known is None
            yield known or (REPLACEMENT, False)


def _switch(state: _State, found: re.Match[bytes]) -> None:
    one = found["one"]
    final = (_ASCII if one == b"s" else one[0]) if one else found["set"][0]
    if final == state.without:
        return
    if one or found["g0"]:
        state.g0 = final
    else:
        state.g1 = final


def _east_asian(data: bytes, table: dict[int, tuple[str, bool]], done: Decoded) -> tuple[str, int]:
    """The first character of three bytes, and how many bytes it took."""
    if found := _LITERAL.match(data):  # left by a conversion that knew no character
        done.high += 1
        done.unknown += 1
        return found[0].decode("ascii"), found.end()
    known = table.get(int.from_bytes(data[:3], "big") & 0x7F7F7F)
    if known:
        done.high += 1
        return known[0], 3
    if data[0] <= 0x20:
        return chr(data[0]), 1
    done.high += 1
    done.unknown += 1
    return REPLACEMENT, min(3, len(data))


def _judge(text: str, marks: list[str], done: Decoded, *, symbol: bool) -> None:
    if not text[0].isalpha():
        done.loose += len(marks)
    elif (symbol or text[0].isascii()) and _HALVES.isdisjoint(marks):
        done.odd += len(unicodedata.normalize("NFC", text[0] + marks[0])) > 1


def _from_placeholder(found: re.Match[str]) -> str:
    point = int(found[1], 16)
    return chr(point) if 0xA0 <= point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF else found[0]

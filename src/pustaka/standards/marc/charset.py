"""Which characters the bytes of a record mean, when the leader cannot be trusted.

Leader/09 says "a" for UTF-8 and blank for MARC-8. Real files hold UTF-8 that says MARC-8, MARC-8 that says UTF-8,
Windows and DOS code pages that say either, and UTF-8 that was taken for Windows-1252 and encoded once more.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pustaka.standards.marc import marc8
from pustaka.standards.marc.mend import Mend

# What a code page must reach to be believed, and by how much it must beat MARC-8 (0 is perfect, 1 is nonsense).
_BELIEVABLE = 0.2
_CLEARLY_BETTER = 0.2
_CODE_PAGES = ("cp1252", "cp1251", "cp866", "koi8-r")
_FOREIGN_CODE = re.compile(rb"\x1f[\x80-\xff]")
_QUOTES = "‘’“”–—…"  # bytes 85 and 91 to 97 of Windows-1252: nothing but that page puts them into a catalogue
_SYMBOLS = "‘’“”‚„«»‹›–—…•©®°№ºª¿¡£€§·\xa0\xad"


def decode_fields(*, parts: Sequence[bytes], utf8: bool) -> tuple[list[str], list[tuple[int | None, Mend]], bool]:
    """The fields of one record as text.

    Args:
        parts: the bytes of each field.
        utf8: leader/09 says UTF-8.

    Returns:
        The texts; what was mended, each with the index of its field, `None` for the whole record; and whether the
        record now is Unicode that it did not declare to be.
    """
    foreign = [part for part in parts if not part.isascii()]
    unicode = [part for part in foreign if _is_utf8(part)]
    if utf8:
        if len(unicode) == len(foreign):
            return [part.decode() for part in parts], [], False
        return _mend_utf8(parts, [part for part in foreign if not _is_utf8(part)])
    return _decode_marc8(parts, foreign, unicode)


def _is_utf8(part: bytes) -> bool:
    try:
        part.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode_marc8(
    parts: Sequence[bytes], foreign: list[bytes], unicode: list[bytes]
) -> tuple[list[str], list[tuple[int | None, Mend]], bool]:
    if not foreign and not any(b"\x1b" in part or b"&#x" in part for part in parts):
        return [part.decode("ascii") for part in parts], [], False
    if foreign and len(unicode) == len(foreign) and not any(b"\x1b" in part for part in foreign):
        mend = Mend("declared-marc8-is-utf8", "leader/09 says MARC-8, the text is UTF-8")
        return [part.decode() for part in parts], [(None, mend)], True

    decoded: dict[int, marc8.Decoded] = {}
    texts: list[str] = []
    mends: list[tuple[int | None, Mend]] = []
    for index, part in enumerate(parts):
        if part.isascii() and b"\x1b" not in part and b"&#x" not in part:
            texts.append(part.decode("ascii"))
        elif not part.isascii() and b"\x1b" not in part and _is_utf8(part):
            texts.append(part.decode())
            mends.append((index, Mend("declared-marc8-is-utf8", "this field is UTF-8")))
        else:
            decoded[index] = found = marc8.decode(part)
            texts.append(found.text)
            if code := _FOREIGN_CODE.search(part):
                mends.append((index, Mend("bad-subfield-code", f"byte {code[0][1]:02X}")))
    strange = [index for index in decoded if not parts[index].isascii()]
    page = _code_page([parts[index] for index in strange], marc8_badness=_badness_of(list(decoded.values())))
    if page:
        mends.append((None, Mend(f"declared-marc8-is-{page}", f"leader/09 says MARC-8, the text is {page}")))
        for index in strange:
            texts[index] = parts[index].decode(page, "replace")
            del decoded[index]
    for index, found in decoded.items():
        mends += [(index, mend) for mend in _marc8_mends(found)]
    return texts, mends, True


def _marc8_mends(decoded: marc8.Decoded) -> Iterator[Mend]:
    if decoded.unknown:
        yield Mend("marc8-unknown", f"{decoded.unknown} codes that MARC-8 does not have became U+FFFD")
    if decoded.escapes:
        yield Mend("marc8-escape", f"{decoded.escapes} escape sequences that MARC-8 does not have became U+FFFD")
    if decoded.unclosed:
        yield Mend("marc8-unclosed", "an escape sequence into a script that the text is not in was passed over")


def _mend_utf8(parts: Sequence[bytes], broken: list[bytes]) -> tuple[list[str], list[tuple[int | None, Mend]], bool]:
    mends: list[tuple[int | None, Mend]] = []
    marc8_badness = _badness_of([marc8.decode(part) for part in broken])
    sound_marc8 = marc8_badness <= _BELIEVABLE
    page = None if sound_marc8 else _code_page(broken, marc8_badness=marc8_badness)
    name = "marc8" if sound_marc8 else page
    texts: list[str] = []
    for index, part in enumerate(parts):
        if _is_utf8(part):
            texts.append(part.decode())
            continue
        torn = part.decode("utf-8", "replace")
        lost = torn.count(marc8.REPLACEMENT)
        if name and not _holds_utf8(torn):
            texts.append(marc8.decode(part).text if sound_marc8 else part.decode(name, "replace"))
            mends.append((index, Mend(f"declared-utf8-is-{name}", f"leader/09 says UTF-8, the text is {name}")))
        else:
            texts.append(torn)
            mends.append((index, Mend("utf8-broken", f"{lost} places were no UTF-8 and became U+FFFD")))
    return texts, mends, False


def _holds_utf8(torn: str) -> bool:
    """Some characters beyond ASCII did decode."""
    return any(char != marc8.REPLACEMENT and not char.isascii() for char in torn)


def _badness_of(decoded: list[marc8.Decoded]) -> float:
    """0 when all of it is sound MARC-8, 1 when every character beyond ASCII is doubtful."""
    doubtful = sum(part.unknown + part.loose + 0.4 * part.odd for part in decoded)
    return min(1.0, doubtful / max(1, sum(part.high for part in decoded)))


def _code_page(parts: list[bytes], *, marc8_badness: float) -> str | None:
    """The code page that these bytes are clearly in, though MARC-8 was expected."""
    if not parts or marc8_badness <= _BELIEVABLE:
        return None
    badness = {page: _badness(b" ".join(parts).decode(page, "replace"), page=page) for page in _CODE_PAGES}
    best = min(_CODE_PAGES, key=lambda page: badness[page])
    return best if badness[best] <= min(_BELIEVABLE, marc8_badness - _CLEARLY_BETTER) else None


def _badness(text: str, *, page: str) -> float:
    """How unlike a language this reading looks, by its characters beyond ASCII: 0 for words, 1 for nonsense."""
    cyrillic = page != "cp1252"
    total = bad = 0.0
    padded = f" {text} "
    for before, char, after in zip(padded, padded[1:], padded[2:], strict=False):
        if char.isascii():
            continue
        total += 1
        if not char.isalpha() or char in "ºª":
            bad += 0.1 if char in _QUOTES and not cyrillic else 0.25 if char in _SYMBOLS else 1
        elif before.islower() and char.isupper():
            bad += 1
        elif cyrillic:
            if not "Ѐ" <= char <= "ӿ" or _is_latin(before) or _is_latin(after):
                bad += 1
            elif not (before.isalpha() or after.isalpha()):
                bad += 0.3
        elif not (_is_latin(before) or _is_latin(after)):
            bad += 0.5
        elif not before.isascii() and not after.isascii() and before.isalpha() and after.isalpha():
            bad += 0.7
    return bad / max(1.0, total)


def _is_latin(char: str) -> bool:
    return char.isalpha() and char < "ɐ"


# --- UTF-8 that was read as Windows-1252 and encoded once more -------------------------------------------------------

_BYTE_OF = {bytes([n]).decode("cp1252", "ignore") or chr(n): n for n in range(0x80, 0x100)}
_BYTE_OF |= {chr(n): n for n in range(0x80, 0xA0)}  # the same through Latin-1
_TRAIL = "[" + re.escape("".join(char for char, n in _BYTE_OF.items() if n < 0xC0)) + "]"
_DOUBLE = re.compile(f"[Â-ß]{_TRAIL}|[à-ï]{_TRAIL}{{2}}|[ð-ô]{_TRAIL}{{3}}")
# The same, seen in the bytes of the record: the leads that are mended, then any trail. Begins with one literal byte,
# which the search skips to at memory speed.
DOUBLE_IN_BYTES = re.compile(
    rb"\xc3(?:[\x82-\x85\x8e\x8f\x90\x91\x97-\x99\xa0-\xb4])"
    rb"(?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2(?:\x80[\x93-\xa2\xa6\xb0\xb9\xba]|\x82\xac|\x84\xa2))"
)


def mend_double(text: str) -> tuple[str, str]:
    """Undo a double encoding in one value, where there is no doubt ("Developerâ€™s" becomes "Developer’s").

    Conservative: "â€™" and its kin mean nothing else and are always mended. Everything that could be a word or
    a quotation ("IRMÃ»", "été»…") is mended only when it reads as a word afterwards and when no other character of the
    value speaks against it.

    Returns:
        The text, and the first place that was mended ("â€™ → ’"), "" when nothing was.
    """
    found = list(_DOUBLE.finditer(text))
    covered = sum(len(match[0]) for match in found)
    consistent = covered == sum(not char.isascii() for char in text)
    first = ""

    def mend(match: re.Match[str]) -> str:
        nonlocal first
        try:
            char = bytes(_BYTE_OF[char] for char in match[0]).decode()
        except UnicodeDecodeError:
            return match[0]
        if not _is_double(match, char, consistent=consistent, count=len(found)):
            return match[0]
        first = first or f"{match[0]} → {char}"
        return "" if char == "\ufeff" else char

    return _DOUBLE.sub(mend, text), first


def _is_double(match: re.Match[str], char: str, *, consistent: bool, count: int) -> bool:
    if unicodedata.category(char) in ("Cn", "Co", "Cc"):
        return False
    lead, before = match[0][0], match.string[match.start() - 1 : match.start()]
    if lead == "â":  # general punctuation, currency, letter-like: "â€", "â‚", "â„"
        return "\u2000" <= char <= "\u2bff"
    if lead == "ï":
        return char == "\ufeff"
    if not consistent:
        return False
    if lead == "Â":
        return not before.isalpha() or char == "\xa0"
    if lead in "ÃÄÅ":
        return char.isalpha() and not (before.isupper() and char.islower())
    return count >= 3 and char.isalpha()  # other scripts: one or two pairs could be chance

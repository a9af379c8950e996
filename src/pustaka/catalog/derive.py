"""From a MARC record to the columns, keys and copies that the catalogue keeps beside it. Plain Python.

Sources: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>, Authority and Holdings; for copies the fields
of the systems that campuses come from: 952 (Koha), 852 and 876 (MARC 21 Holdings), 949 and 999 (Symphony), 945
(Sierra).
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pustaka.catalog import rules
from pustaka.standards import identifiers
from pustaka.standards.marc import Field, Record

Fields = dict[str, list[Field]]


class Columns(NamedTuple):
    """What `Bib` keeps of a record; the names are those of its columns."""

    form: str
    title: str
    title_sort: str
    author: str
    statement: str
    edition: str
    place: str
    publisher: str
    year: int | None
    language: str
    extent: str
    series: str
    gmd: str
    classification: str
    call_number: str
    isbn: str
    issn: str
    control_number: str
    control_source: str


NO_COLUMNS = Columns("other", "", "", "", "", "", "", "", None, *[""] * 10)


# One way to find the same work again: its kind (control, isbn, issn, title, content), and its 64-bit digest.
Key = tuple[str, int]


class Copy(NamedTuple):
    """One copy as a field of the record, or a row of a table, tells of it; codes as they stand there.

    unplaced: names and texts of what has no place in an item.
    """

    barcode: str
    inventory_number: str = ""
    call_number: str = ""
    branch: str = ""
    location: str = ""
    item_type: str = ""
    status: str = "available"
    source: str = "unknown"
    price_idr: int | None = None
    copy_number: int | None = None
    volume: str = ""
    note: str = ""
    received_on: date | None = None
    condition: str = ""
    unplaced: tuple[tuple[str, str], ...] = ()


def by_tag(record: Record) -> Fields:
    """The fields of a record under their tags, in order."""
    found: Fields = {}
    for field in record.fields:
        if field.tag in found:
            found[field.tag].append(field)
        else:
            found[field.tag] = [field]
    return found


def columns(record: Record, fields: Fields | None = None) -> Columns:
    """The columns of a bibliographic record; empty where it says nothing, the title never empty."""
    fields = by_tag(record) if fields is None else fields
    fixed = _control(fields, "008")
    title = _title(fields)
    author = _author(fields)
    form = _form(record.leader, fixed, fields)
    place, publisher, imprint_date = _imprint(fields)
    classification = _classification(fields)
    return Columns(
        form=form,
        title=title or "[untitled]",
        title_sort=_title_sort(title, fields),
        author=author[:300],
        statement=rules.trim(_first(fields, "245", "c"))[:500],
        edition=rules.trim(_first(fields, "250", "ab"))[:200],
        place=place[:200],
        publisher=publisher[:300],
        year=_year(fixed, imprint_date, fields),
        language=_language(fixed, fields),
        extent=rules.trim(_first(fields, "300"))[:300] if "300" in fields else "",
        series=_series(fields)[:300],
        gmd=_gmd(fields)[:60],
        classification=classification,
        call_number=(
            _call_number(fields, classification)
            or rules.spine(classification=classification, author=author, title=title)
        )[:80],
        isbn=next(iter(isbns(fields)), ""),
        issn=next(iter(issns(fields)), ""),
        control_number=_number(fields, "001", 60),
        control_source=_number(fields, "003", 40),
    )


def keys(record: Record, derived: Columns, fields: Fields | None = None, *, content: bytes = b"") -> list[Key]:
    """The keys by which this record matches others, the surest first.

    Args:
        content: the record in its storage form; its digest is the key of a record that has no other.
    """
    fields = by_tag(record) if fields is None else fields
    found: list[Key] = []
    if derived.control_number:
        found.append(("control", rules.digest("control", f"{derived.control_source}\x1f{derived.control_number}")))
    if derived.isbn:
        several = isbns(fields) if len(fields["020"]) > 1 else [derived.isbn]
        found += [("isbn", rules.digest("isbn", isbn)) for isbn in several]
    if derived.issn:
        found += [("issn", rules.digest("issn", issn)) for issn in issns(fields)]
    if title := rules.title_key(title=derived.title, author=derived.author, year=derived.year):
        found.append(("title", rules.digest("title", title)))
    if not found and content:
        found.append(("content", rules.digest("content", essence(content).decode("utf-8", "surrogateescape"))))
    return found


def essence(content: bytes) -> bytes:
    """What of a record in its storage form (`standards.marc.compact`) doesn't depend on how it was once written.

    The lengths in the leader (00-04 and 12-16, behind one byte for the version) belong to one serialization.
    """
    return content[6:13] + content[18:]


# --- The columns, one by one -----------------------------------------------------------------------------------------


def _control(fields: Fields, tag: str) -> str:
    return fields[tag][0].body if tag in fields else ""


def _number(fields: Fields, tag: str, most: int) -> str:
    return rules.one_line(fields[tag][0].body)[:most] if tag in fields else ""


def _first(fields: Fields, tag: str, codes: str = "") -> str:
    return fields[tag][0].text(codes) if tag in fields else ""


def _title(fields: Fields) -> str:
    for tag in ("245", "240", "130", "246", "740", "773"):
        for field in fields.get(tag, ()):
            if tag == "245" and "\x1fh" in field.body:
                text = _without_gmd(field)
            else:
                text = field.text("abnpt" if tag == "773" else "abnp")
            if title := rules.trim(text):
                return title
    return ""


_SIGN = re.compile(r"\s*[:;=.]\s*$")


def _without_gmd(field: Field) -> str:
    """The title of a 245 whose $h carries the sign before the next part: "$a Bumi manusia $h [teks] : $b roman"."""
    pieces: list[str] = []
    for code, value in field.subfields:
        if code in "abnp":
            pieces.append(value)
        elif code == "h" and pieces and (sign := _SIGN.search(value)) and not _SIGN.search(pieces[-1]):
            pieces[-1] += " " + sign[0].strip() if sign[0].strip() != "." else "."
    return " ".join(pieces)


def _title_sort(title: str, fields: Fields) -> str:
    skip = 0
    if "245" in fields and (indicator := fields["245"][0].body[1:2]).isdecimal() and indicator.isascii():
        skip = int(indicator)
    # A wrong count would cut into the first word, so it is believed only where it ends at a gap.
    if skip and not title[skip - 1 : skip].isalnum():
        return rules.fold(title[skip:])[:120] or rules.fold(title)[:120]
    return rules.fold(title)[:120]


_AUTHOR_CODES = {"100": "abcq", "110": "abn", "111": "acdn", "700": "abcq", "710": "abn", "711": "acdn"}


def _author(fields: Fields) -> str:
    for tag, codes in _AUTHOR_CODES.items():
        for field in fields.get(tag, ()):
            if (name := rules.trim(field.text(codes))) and not (tag[0] == "7" and field.get("t")):
                return name
    return ""


def _imprint(fields: Fields) -> tuple[str, str, str]:
    """Place, publisher and date of 264 (publication before the others) or 260."""
    candidates = fields.get("264", [])
    if len(candidates) > 1:
        candidates = sorted(candidates, key=lambda field: {"1": 0, "0": 1, "2": 2, "3": 3}.get(field.body[1:2], 4))
    place = publisher = moment = ""
    for field in [*candidates, *fields.get("260", ())]:
        place = place or _unbracketed(field.get("a"))
        publisher = publisher or _unbracketed(field.get("b"))
        moment = moment or field.get("c")
    return place, publisher, moment


def _unbracketed(text: str) -> str:
    text = rules.trim(text)
    if text[:1] == "[" or text[-1:] == "]":
        text = rules.trim(text.strip("[]"))
    return "" if text.casefold() in {"s.l", "s.l.", "s.n", "s.n.", "t.t", "t.p", "t.tp"} else text


def _year(fixed: str, imprint_date: str, fields: Fields) -> int | None:
    first = fixed[7:11]
    if first.isdecimal() and first.isascii() and "1000" <= first <= "2149":
        return int(first)
    written = rules.year_in(imprint_date) or (rules.year_in(_first(fields, "502")) if "502" in fields else None)
    if written:
        return written
    return rules.year_in(first) if first[:2].isdecimal() else None


_NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis", "n/a", "xxx"})


def _language(fixed: str, fields: Fields) -> str:
    for code in (fixed[35:38], _first(fields, "041", "a")[:3]):
        if len(code) == 3 and code.isalpha() and code.isascii() and (code := code.lower()) not in _NO_LANGUAGE:
            return code
    return ""


def _series(fields: Fields) -> str:
    for tag, codes in (
        ("490", "anpv"),
        ("440", "anpv"),
        ("830", "anpv"),
        ("800", "tnpv"),
        ("810", "tnpv"),
        ("811", "tnpv"),
    ):
        if tag in fields and (series := rules.trim(fields[tag][0].text(codes))):
            return series
    return ""


def _gmd(fields: Fields) -> str:
    if "245" in fields and (written := fields["245"][0].get("h")):
        return rules.one_line(written).strip(" .:/=").strip("[]").strip()
    for tag in ("338", "336"):
        if written := _first(fields, tag, "a"):
            return rules.trim(written)
    return ""


def _classification(fields: Fields) -> str:
    for tag in ("082", "092", "083"):
        for field in fields.get(tag, ()):
            for value in field.all("a"):
                if number := rules.ddc_in(value):
                    return number
    return ""


def _call_number(fields: Fields, classification: str) -> str:
    """The library's own number first; one of the Library of Congress only where no Dewey number gives a spine label."""
    for tag, codes in (
        ("090", "ab"),
        ("099", "a"),
        ("092", "ab"),
        ("852", "khim"),
        ("952", "o"),
        ("096", "ab"),
        ("098", "ab"),
    ):
        for field in fields.get(tag, ()):
            if text := rules.one_line(field.text(codes)):
                return text
    if classification:
        return ""
    for tag in ("050", "060", "055", "086"):
        if tag in fields and (text := rules.one_line(fields[tag][0].text("ab"))):
            return text
    return ""


_WHOLE_SET = re.compile(r"\bset\b|lengkap|complete", re.IGNORECASE)


def isbns(fields: Fields) -> list[str]:
    """Every right ISBN of the record as 13 digits, once each; the number of a whole set isn't that of one volume."""
    found: dict[str, None] = {}
    for field in fields.get("020", ()):
        for value in field.all("a"):
            if (isbn := identifiers.isbn13(value)) and not _WHOLE_SET.search(field.text("aqc")):
                found[isbn] = None
    return list(found)


def issns(fields: Fields) -> list[str]:
    """Every right ISSN of the record, as 1234-567X."""
    found: dict[str, None] = {}
    for field in fields.get("022", ()):
        for value in field.all("a"):
            if issn := identifiers.issn(value):
                found[issn] = None
    return list(found)


# --- What kind of thing it is ----------------------------------------------------------------------------------------

_BY_TYPE = {
    "c": "score", "d": "score", "e": "map", "f": "map", "g": "video", "i": "audio", "j": "audio", "k": "picture",
    "m": "software", "o": "kit", "p": "other", "r": "kit",
}  # fmt: skip
_BY_008_33 = {
    "s": "picture",
    "t": "picture",
    "i": "picture",
    "a": "picture",
    "c": "picture",
    "m": "video",
    "v": "video",
}
_ELECTRONIC = re.compile(r"electronic|online|elektronik|e-?book|daring", re.IGNORECASE)
_THESIS = re.compile(
    r"\b(?:theses|thesis|dissertation|dissertations|skripsi|tesis|disertasi|tugas akhir)\b", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"dictionar|encyclop[ae]*edi|kamus|ensiklopedi|directories|almanac|atlases|bibliografi|handbooks, manuals",
    re.IGNORECASE,
)


def _form(leader: str, fixed: str, fields: Fields) -> str:
    kind, level = leader[6:7], leader[7:8]
    if "502" in fields:
        return "thesis"
    if kind == "g":
        return _BY_008_33.get(fixed[33:34], "video")
    if kind in _BY_TYPE:
        return "ebook" if kind == "m" and fixed[26:27] == "d" else _BY_TYPE[kind]
    genre = " ".join([field.get("a") for field in fields.get("655", ())]) if "655" in fields else ""
    if _THESIS.search(genre) or (level not in "sib" and "m" in fixed[24:28] and kind in "at"):
        return "thesis"
    if kind == "t":
        return "manuscript"
    if level in "si":
        return "journal"
    if level in "ab":
        return "article"
    if _is_electronic(fixed, fields):
        return "ebook"
    contents = fixed[24:28]
    if "d" in contents or "e" in contents or "r" in contents or _is_reference(genre, fields):
        return "reference"
    return "book"


def _is_electronic(fixed: str, fields: Fields) -> bool:
    if fixed[23:24] in {"o", "q", "s"}:
        return True
    if "007" in fields and fields["007"][0].body[:2] == "cr":
        return True
    title = fields["245"][0].get("h") if "245" in fields else ""
    return bool(title and _ELECTRONIC.search(title)) or ("338" in fields and fields["338"][0].get("b") == "cr")


def _is_reference(genre: str, fields: Fields) -> bool:
    if genre and _REFERENCE.search(genre):
        return True
    return any(
        _REFERENCE.search(value) for field in fields.get("650", ()) if "\x1fv" in field.body for value in field.all("v")
    )


# --- Copies ----------------------------------------------------------------------------------------------------------


def copies(fields: Fields) -> list[Copy]:
    """The copies with a barcode that the record tells of; each barcode once."""
    found: dict[str, Copy] = {}
    for tag, read in _COPY_FIELDS:
        for field in fields.get(tag, ()):
            copy = read(field, fields)
            if copy is not None and copy.barcode not in found:
                found[copy.barcode] = copy
    return list(found.values())


def count_without_barcode(fields: Fields) -> int:
    """How many copies in a field of their own (Koha's 952) lack a barcode, so that they can't be kept."""
    return sum(1 for field in fields.get("952", ()) if not field.get("p").strip() and field.get("a") and field.get("y"))


def _koha(field: Field, fields: Fields) -> Copy | None:
    """952 of Koha: a, b branch, c shelving location, 8 collection, o call number, p barcode, y type.

    Lost (1), withdrawn (0), damaged (4) and not for loan (7) hold codes; "0" and nothing mean no.
    """
    if not (barcode := barcode_in(field.get("p"))):
        return None
    state = "available"
    for code, meaning in (("0", "withdrawn"), ("1", "lost"), ("4", "repair"), ("7", "reference")):
        if field.get(code).strip() not in {"", "0"}:
            state = meaning
            break
    return Copy(
        barcode=barcode,
        inventory_number=rules.trim(field.get("i"))[:60],
        call_number=rules.one_line(field.get("o"))[:80],
        branch=field.get("a") or field.get("b"),
        location=field.get("c") or field.get("8"),
        item_type=field.get("y"),
        status=state,
        source=source_in(field.get("e")),
        price_idr=price_in(field.get("g") or field.get("v")),
        copy_number=small_in(field.get("t")),
        volume=rules.trim(field.get("h"))[:60],
        note=rules.trim(field.get("z") or field.get("x"))[:300],
        received_on=_day(field.get("d")),
    )


def _holdings(field: Field, fields: Fields) -> Copy | None:
    """852 of MARC 21: b branch, c shelf, k h i m call number, p barcode, t copy, x z notes, q condition, 9 price."""
    if not (barcode := barcode_in(field.get("p"))):
        return None
    return Copy(
        barcode=barcode,
        call_number=rules.one_line(field.text("khim"))[:80],
        branch=field.get("b") or field.get("a"),
        location=field.get("c"),
        item_type=field.get("g"),
        price_idr=price_in(field.get("9")),
        copy_number=small_in(field.get("t")),
        volume=rules.trim(field.get("3"))[:60],
        note=rules.trim(field.get("z") or field.get("x"))[:300],
    )


def _item_information(field: Field, fields: Fields) -> Copy | None:
    """876 of MARC 21 Holdings: p barcode, a or b number, c cost, d date, e source, l location, t copy."""
    if not (barcode := barcode_in(field.get("p"))):
        return None
    shelf = fields["852"][0] if "852" in fields else Field("852")
    return Copy(
        barcode=barcode,
        inventory_number=rules.trim(field.get("a") or field.get("b"))[:60],
        call_number=rules.one_line(shelf.text("khim"))[:80],
        branch=shelf.get("b"),
        location=field.get("l") or shelf.get("c"),
        source=source_in(field.get("e")),
        price_idr=price_in(field.get("c")),
        copy_number=small_in(field.get("t")),
        volume=rules.trim(field.get("3"))[:60],
        note=rules.trim(field.get("z") or field.get("x"))[:300],
        received_on=_day(field.get("d")),
    )


def _symphony(field: Field, fields: Fields) -> Copy | None:
    """949 or 999 of Symphony: a call number, c copy, i barcode, l place, m library, p price, t type, u date."""
    if field.body[:2] == "ff" or not (field.get("l") or field.get("m")) or not (barcode := barcode_in(field.get("i"))):
        return None
    return Copy(
        barcode=barcode,
        call_number=rules.one_line(field.get("a"))[:80],
        branch=field.get("m"),
        location=field.get("l"),
        item_type=field.get("t"),
        price_idr=price_in(field.get("p")),
        copy_number=small_in(field.get("c")),
        volume=rules.trim(field.get("v"))[:60],
        note=rules.trim(field.get("o"))[:300],
        received_on=_day(field.get("u")),
    )


def _sierra(field: Field, fields: Fields) -> Copy | None:
    """945 of Sierra: a b call number, c volume, g copy, i barcode, l location, p price, s status, t type."""
    if not field.get("l") or not (barcode := barcode_in(field.get("i"))):
        return None
    return Copy(
        barcode=barcode,
        call_number=rules.one_line(field.text("ab"))[:80],
        location=field.get("l").strip(),
        item_type=field.get("t"),
        status={"m": "missing", "n": "lost", "o": "reference", "r": "repair", "z": "lost", "p": "in_process"}.get(
            field.get("s").strip(), "available"
        ),
        price_idr=price_in(field.get("p")),
        copy_number=small_in(field.get("g")),
        volume=rules.trim(field.get("c"))[:60],
    )


_COPY_FIELDS = (
    ("952", _koha),
    ("852", _holdings),
    ("876", _item_information),
    ("949", _symphony),
    ("999", _symphony),
    ("945", _sierra),
)
_BARCODE = re.compile(r"[^\s\x00-\x1f]{2,60}(?: [^\s\x00-\x1f]+)*")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def barcode_in(text: str) -> str:
    """The text as a barcode; "" where it can't be one."""
    text = rules.one_line(text)
    return text if len(text) <= 60 and _BARCODE.fullmatch(text) and not _UUID.match(text) else ""


_SOURCES = (
    ("waqf", ("waqf", "wakaf", "waqaf")),
    ("gift", ("gift", "hadiah", "hibah", "sumbangan", "donat", "pemberian")),
    ("subsidy", ("subsid", "bantuan", "dikti", "dana bos")),
    ("deposit", ("deposit", "serah simpan", "wajib simpan")),
    ("exchange", ("exchange", "tukar")),
    ("purchase", ("purchase", "beli", "bought", "pengadaan", "toko", "vendor")),
)


def source_in(text: str) -> str:
    """How a copy came to the library, from a word that a librarian wrote; "unknown" where none is recognised."""
    words = text.casefold()
    return (
        next((source for source, signs in _SOURCES if any(sign in words for sign in signs)), "unknown")
        if words
        else "unknown"
    )


_AMOUNT = re.compile(r"(?:(?P<currency>[A-Z]{2,3}|Rp|\$|€|£)\.?\s*)?(?P<amount>\d[\d.,]*)", re.IGNORECASE)


def price_in(text: str) -> int | None:
    """Whole rupiah: "Rp 85.000,00", "85000" and "IDR 85,000" are 85000; other currencies and small amounts are not."""
    found = _AMOUNT.search(text)
    if not found or (found["currency"] and found["currency"].casefold() not in {"rp", "idr"}):
        return None
    whole = re.sub(r"[.,]\d{1,2}$", "", found["amount"].rstrip(".,"))
    amount = int(re.sub(r"\D", "", whole))
    return amount if 100 <= amount < 10**12 else None


def small_in(text: str) -> int | None:
    """The first number above 0 that a small column takes."""
    found = re.search(r"\d{1,5}", text, re.ASCII)
    return int(found[0]) if found and 0 < int(found[0]) < 32_768 else None


_DAYS = (
    re.compile(r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})\b", re.ASCII),
    re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})\b", re.ASCII),
)


def _day(text: str) -> date | None:
    for form in _DAYS:
        if found := form.match(text.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


# --- Authorities and holdings ----------------------------------------------------------------------------------------


class Heading(NamedTuple):
    """What `Authority` keeps of a record; `see` are other names, `see_also` related headings."""

    kind: str
    heading: str
    heading_key: str
    see: list[str]
    see_also: list[str]
    control_number: str
    control_source: str


NO_HEADING = Heading("other", "", "", [], [], "", "")
_HEADINGS = {
    "100": "person", "110": "corporate", "111": "meeting", "130": "title", "147": "other", "148": "other",
    "150": "topic", "151": "place", "155": "genre", "162": "other", "180": "topic", "181": "place", "182": "other",
    "185": "other",
}  # fmt: skip


def heading_text(field: Field) -> str:
    """A heading as people read it; subdivisions (v, x, y, z) behind double hyphens."""
    text = ""
    for code, value in field.subfields:
        if code in "wi0123456789e4":
            continue
        text += (" -- " if code in "vxyz" and text else " " if text else "") + value.strip()
    return rules.trim(text)


def heading(record: Record) -> Heading:
    """The heading of an authority record with its references."""
    fields = by_tag(record)
    kind, text = "other", ""
    for tag, meaning in _HEADINGS.items():
        if tag in fields and (text := heading_text(fields[tag][0])):
            kind = "title" if meaning in {"person", "corporate", "meeting"} and fields[tag][0].get("t") else meaning
            break
    return Heading(
        kind=kind,
        heading=text[:500] or "[no heading]",
        heading_key=rules.fold(text)[:200],
        see=_references(record, "4XX"),
        see_also=_references(record, "5XX"),
        control_number=_number(fields, "001", 60),
        control_source=_number(fields, "003", 40),
    )


def _references(record: Record, tags: str) -> list[str]:
    return [text for field in record.all(tags) if (text := heading_text(field))]


class Shelf(NamedTuple):
    """What `Holding` keeps of a holdings record."""

    bib_control_number: str
    control_number: str
    place: str
    call_number: str
    extent: str


NO_SHELF = Shelf("", "", "", "", "")


def holdings(record: Record) -> Shelf:
    """Where a holdings record says that the title stands, and what of it there is (866 to 868)."""
    fields = by_tag(record)
    place = ""
    if "852" in fields:
        place = ", ".join([part for value in fields["852"][0].all("abc") if (part := rules.one_line(value))])
    statements = [rules.trim(field.text("az")) for tag in ("866", "867", "868") for field in fields.get(tag, ())]
    return Shelf(
        bib_control_number=_number(fields, "004", 60),
        control_number=_number(fields, "001", 60),
        place=place[:200],
        call_number=rules.one_line(_first(fields, "852", "khim"))[:120],
        extent="\n".join([statement for statement in statements if statement]),
    )


def text_fields(record: Record, tags: Sequence[str], codes: str) -> list[str]:
    """The trimmed texts of these fields and subfields, in order, empty ones left out."""
    return [text for field in record.all(*tags) if (text := rules.trim(field.text(codes)))]

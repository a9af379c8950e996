"""A row of a table as a MARC record with its copies. Plain Python.

Sources: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>; punctuation as in ISBD. What the columns mean
is said by a `tables.Recipe`. Nothing of a row is dropped silently: what can't be placed stays in a local field of the
record (`LOCAL_TAG`), or beside the copy, under the name of its column, and what was changed is said.
"""

import html
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pustaka.catalog import derive, rules
from pustaka.catalog.tables import OF_COPY, Recipe, Target
from pustaka.standards import identifiers, sheets, slims
from pustaka.standards.marc import Field, Record, charset

LOCAL_TAG = "981"  # $a name of the column, $b its cell
SUBFIELD = "\x1f"

Remarks = list[tuple[str, str]]
Values = dict[Target, list[tuple[str, str]]]  # of each field the names and cells of its columns


class Described(NamedTuple):
    """One row. `error` says why nothing could be made of it; `record` is `None` for one of a table of copies."""

    error: str = ""
    record: Record | None = None
    title: str = ""
    copies: tuple[derive.Copy, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    is_mended: bool = False


# Nothing was changed for these; somebody should look at it.
NOTES = frozenset(
    {"isbn-wrong", "isbn-spoiled", "cells", "day", "status-unknown", "source-unknown", "price", "barcode", "kept",
     "replacement-character"}
)  # fmt: skip


def describe(data: bytes, recipe: Recipe) -> Described:
    """The row whose bytes `standards.sheets.rows` gave."""
    read = sheets.cells(data, layout=recipe.layout)
    remarks: Remarks = list(read.remarks)
    values = _values(read.values, recipe, remarks)
    if recipe.kind == "copies":
        return _copy_alone(values, recipe, remarks)
    title = rules.one_line(_joined(values, Target.TITLE, recipe))
    if not title:
        shown = rules.one_line(" | ".join([cell for cell in read.values if cell.strip()]))
        return Described(error=f"The row has no title: {shown[:200]}")
    copies = _copies(values, recipe, remarks)  # before the record, which keeps what belongs to no copy
    return Described(
        record=_record(title, values, recipe, remarks),
        title=title,
        copies=tuple(copies),
        remarks=tuple(remarks),
        is_mended=any(code not in NOTES for code, _ in remarks),
    )


def _copy_alone(values: Values, recipe: Recipe, remarks: Remarks) -> Described:
    title = rules.one_line(_joined(values, Target.TITLE, recipe))
    copies = _copies(values, recipe, remarks)
    if not copies:
        return Described(error=f"The row has no barcode: {title[:200]}")
    return Described(
        title=title,
        copies=tuple(copies[:1]),
        remarks=tuple(remarks),
        is_mended=any(code not in NOTES for code, _ in remarks),
    )


# --- Cells -----------------------------------------------------------------------------------------------------------


def _values(cells: Sequence[str], recipe: Recipe, remarks: Remarks) -> Values:
    """The clean texts of the cells by their fields; empty ones are left out."""
    columns = recipe.columns
    # A workbook leaves out the empty cells at the end of a row.
    if any(cells[len(columns) :]) or (len(cells) < len(columns) and recipe.layout.form == "csv"):
        remarks.append(("cells", f"The row has {len(cells)} cells, the table {len(columns)} columns."))
    found: Values = {}
    for place, cell in enumerate(cells):
        if not cell or cell.isspace():
            continue
        name, target = (columns[place].name, columns[place].target) if place < len(columns) else ("", Target.LOCAL)
        if target == Target.NOWHERE or (target == Target.COPY_LOCAL and name in slims.SECRETS):
            continue
        if text := _clean(cell, name or str(place + 1), recipe, remarks):
            found.setdefault(target, []).append((name or f"{place + 1}", text))
    return found


_TAG = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|ul|ol|li|a|h[1-6]|font|table|tr|td|th|tbody|thead|sup|sub|hr|img|blockquote|pre)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/h[1-6]|hr|/?ul|/?ol|/?table)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")


def _clean(cell: str, name: str, recipe: Recipe, remarks: Remarks) -> str:
    """The text of a cell: true line breaks, no HTML, no double encoding, no control characters."""
    text = slims.with_breaks(cell) if recipe.origin == "slims" else cell
    if ("<" in text and _TAG.search(text)) or ("&" in text and _ENTITY.search(text)):
        text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", text)))
        remarks.append(("html", f"HTML was taken out of “{name}”."))
    if not text.isascii():
        text, change = charset.mend_double(text)
        if change:
            remarks.append(("double-encoded", f"{name}, {change}"))
        if "\ufffd" in text:
            remarks.append(("replacement-character", f"{text.count(chr(0xFFFD))} times U+FFFD: the character is lost"))
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return text.strip()


def _joined(values: Values, target: Target, recipe: Recipe) -> str:
    """The texts of all columns that go to one field, as one."""
    return recipe.joiner.join([text for _, text in values.get(target, ())])


def _line(values: Values, target: Target, recipe: Recipe) -> str:
    if target not in values:
        return ""
    text = rules.one_line(_joined(values, target, recipe))
    return "" if text in _NOTHING else text


_NOTHING = frozenset({"-", "--", "---", "?", ".", "NULL", "null", "0", "N/A", "n/a"})
_AUTOMATIC = re.compile(r"\s*[;|\n]\s*")


def _several(values: Values, target: Target, recipe: Recipe) -> list[str]:
    """The values of all columns that go to a field which takes several, each once."""
    found: dict[str, None] = {}
    for _, text in values.get(target, ()):
        if recipe.separator == "<>":
            parts = slims.values_in(text)
        elif recipe.separator:
            parts = text.split(recipe.separator)
        else:
            parts = _AUTOMATIC.split(text)
        found.update((value, None) for part in parts if (value := rules.one_line(part)) and value not in _NOTHING)
    return list(found)


# --- The record ------------------------------------------------------------------------------------------------------


def _field(tag: str, indicators: str, *subfields: tuple[str, str]) -> Field:
    return Field.from_body(tag, indicators + "".join([f"{SUBFIELD}{code}{text}" for code, text in subfields if text]))


def _record(title: str, values: Values, recipe: Recipe, remarks: Remarks) -> Record:
    gmd = _line(values, Target.GMD, recipe)
    kind = _kind_of(gmd)
    year_text = _line(values, Target.YEAR, recipe)
    language_text = _line(values, Target.LANGUAGE, recipe)
    language = language_in(language_text)
    place = _line(values, Target.PLACE, recipe)
    fields: list[Field] = []
    if number := _line(values, Target.CONTROL_NUMBER, recipe):
        fields.append(Field.from_body("001", number))
    fields.append(Field.from_body("008", _fixed(kind, year_text, place, language)))
    fields += _numbers(values, recipe, remarks)
    if language:
        fields.append(_field("041", "0 ", ("a", language)))
    classification = _line(values, Target.CLASSIFICATION, recipe)
    if classification:
        if rules.ddc_in(classification):
            fields.append(_field("082", "04", ("a", classification)))
        else:
            fields.append(_field("084", "  ", ("a", classification)))
    if call_number := _line(values, Target.CALL_NUMBER, recipe):
        fields.append(_field("090", "  ", ("a", call_number)))
    main, added = _names(values, recipe, remarks)
    fields += main
    fields.append(_title_field(title, gmd, bool(main), language, values, recipe))
    if edition := _line(values, Target.EDITION, recipe):
        fields.append(_field("250", "  ", ("a", edition)))
    fields += _imprint(place, _line(values, Target.PUBLISHER, recipe), year_text)
    if extent := _line(values, Target.EXTENT, recipe):
        fields.append(_extent(extent))
    for _, series in values.get(Target.SERIES, ()):
        name, _, volume = rules.one_line(series).partition(" ; ")
        if name not in _NOTHING:
            fields.append(_field("490", "0 ", ("a", f"{name} ;" if volume else name), ("v", volume)))
    fields += _notes(values, kind, gmd, language_text if not language else "")
    fields += [_subject(topic) for topic in _several(values, Target.SUBJECT, recipe)]
    fields += added
    fields += [_field("856", "40", ("u", address)) for address in _several(values, Target.URL, recipe)]
    for name, text in values.get(Target.LOCAL, ()):
        fields.append(_field(LOCAL_TAG, "  ", ("a", name), ("b", rules.one_line(text))))
    return Record(f"00000n{kind.type}{kind.level} a2200000 i 4500", fields)


class _Kind(NamedTuple):
    """leader/06 and /07, 008/23 (form), 008/24-27 (contents)."""

    type: str = "a"
    level: str = "m"
    form: str = " "
    contents: str = "    "


_KINDS: tuple[tuple[str, _Kind], ...] = (
    (r"skripsi|tesis\b|thesis|disertasi|dissertation|tugas akhir", _Kind(contents="m   ")),
    (r"e-?book|electronic resource|sumber elektronik|daring|online", _Kind(form="o")),
    (r"computer|software|cd-?rom|perangkat lunak|komputer", _Kind(type="m")),
    (r"sound|audio|rekaman suara|kaset|musi[ck] rec", _Kind(type="i")),
    (r"video|film|motion|dvd|vcd", _Kind(type="g")),
    (
        r"serial|majalah|jurnal|journal|koran|surat kabar|magazine|newspaper|periodical|terbitan berkala",
        _Kind(level="s"),
    ),
    (r"music|musik|partitur", _Kind(type="c")),
    (r"map|peta|cartographic|kartografi|globe", _Kind(type="e")),
    (r"manuscript|manuskrip|naskah", _Kind(type="t")),
    (r"picture|photo|foto|gambar|slide|poster|chart|art original|transparen|flash card|grafis", _Kind(type="k")),
    (r"kit\b|realia|model|game|toy|diorama|specimen", _Kind(type="r")),
    (r"micro|mikro", _Kind(form="a")),
    (r"kamus|ensiklopedi|referensi|reference|dictionar|encyclop", _Kind(contents="r   ")),
)
_KIND_SIGNS = tuple([(re.compile(rf"\b(?:{signs})", re.IGNORECASE), kind) for signs, kind in _KINDS])


def _kind_of(gmd: str) -> _Kind:
    return next((kind for signs, kind in _KIND_SIGNS if signs.search(gmd)), _Kind()) if gmd else _Kind()


def _fixed(kind: _Kind, year_text: str, place: str, language: str) -> str:
    """008. The date of entry is left at zeros, so that the same row gives the same record on every day."""
    year = rules.year_in(year_text)
    is_open = bool(re.search(r"\d{4}\]?\s*-\s*$", year_text))
    if kind.level == "s":
        dates = f"c{year}9999" if year else "cuuuu9999"
    elif year:
        dates = f"m{year}9999" if is_open else f"s{year}    "
    else:
        dates = "nuuuuuuuu"
    country = _COUNTRIES.get(rules.fold(place.strip("[]")), "xx ")
    if kind.level == "s":
        middle = f"uu p {kind.form}     0    0"
    elif kind.type == "m":
        middle = f"     {kind.form}  u"
    elif kind.type in "at":
        middle = f"     {kind.form}{kind.contents} 000 0 "
    else:
        middle = ""
    return f"000000{dates}{country}{middle:<17}{language or 'und'} d"


_PLACES = {
    "io ": "jakarta|bandung|yogyakarta|jogjakarta|jogja|surabaya|semarang|malang|medan|bogor|depok|bekasi|tangerang|"
    "denpasar|makassar|ujung pandang|padang|palembang|surakarta|solo|bandar lampung|pekanbaru|banjarmasin|pontianak|"
    "samarinda|balikpapan|manado|mataram|kupang|ambon|jayapura|banda aceh|jambi|bengkulu|cirebon|sukabumi|purwokerto|"
    "salatiga|kudus|jember|kediri|sleman|bantul|klaten|gresik|sidoarjo|ciputat|cimahi|tasikmalaya|ende|flores|"
    "singaraja|palu|kendari|gorontalo|ternate|batam|serang|jakarta selatan|jakarta timur|jakarta barat|jakarta pusat|"
    "jakarta utara|indonesia",
    "nyu": "new york", "enk": "london|oxford|cambridge", "mau": "boston", "si ": "singapore|singapura",
    "my ": "kuala lumpur|shah alam|petaling jaya|selangor", "ne ": "amsterdam|leiden|den haag|the hague|dordrecht",
    "gw ": "berlin|munchen|heidelberg|frankfurt", "fr ": "paris", "at ": "sydney|melbourne|canberra",
    "ua ": "cairo|kairo|al qahirah", "le ": "beirut|bayrut|beyrut", "ja ": "tokyo", "ilu": "chicago",
    "nju": "hoboken|englewood cliffs|princeton",
    "cau": "san francisco|berkeley",
    "su ": "riyadh|jeddah|mecca|makkah", "ii ": "new delhi|delhi|mumbai",
}  # fmt: skip
_COUNTRIES = {place: code for code, places in _PLACES.items() for place in places.split("|")}

_LANGUAGES = {
    "ind": "indonesia|bahasa indonesia|indonesian|id|ind|in|indo",
    "eng": "inggris|english|bahasa inggris|en|eng|ing",
    "ara": "arab|arabic|bahasa arab|ar|ara", "jav": "jawa|javanese|bahasa jawa|jv|jav",
    "sun": "sunda|sundanese|bahasa sunda|su|sun", "ban": "bali|balinese|bahasa bali|ban",
    "may": "melayu|malay|bahasa melayu|ms|may|msa", "dut": "belanda|dutch|bahasa belanda|nl|dut|nld",
    "ger": "jerman|german|bahasa jerman|de|ger|deu", "fre": "prancis|perancis|french|bahasa prancis|fr|fre|fra",
    "jpn": "jepang|japanese|bahasa jepang|ja|jp|jpn", "chi": "mandarin|cina|tionghoa|chinese|zh|chi|zho",
    "kor": "korea|korean|bahasa korea|ko|kor", "spa": "spanyol|spanish|es|spa", "lat": "latin|la|lat",
    "min": "minangkabau|minang|min", "mad": "madura|madurese|mad", "ace": "aceh|acehnese|ace", "bug": "bugis|bug",
    "per": "persia|persian|farsi|fa|per", "tur": "turki|turkish|tr|tur", "rus": "rusia|russian|ru|rus",
    "kaw": "kawi|jawa kuno|old javanese|kaw", "san": "sanskerta|sanskrit|sa|san",
}  # fmt: skip
_LANGUAGE_CODES = {name: code for code, names in _LANGUAGES.items() for name in names.split("|")}


def language_in(text: str) -> str:
    """The MARC code of a language by its name or code, "" where it isn't known."""
    return _LANGUAGE_CODES.get(rules.fold(text), "") if text else ""


_QUALIFIED = re.compile(r"^[^0-9Xx]*|[()\s:,;]+")
_SPOILED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


def _numbers(values: Values, recipe: Recipe, remarks: Remarks) -> list[Field]:
    """020 and 022; SLiMS keeps both in one column. What isn't sound goes to $z, which is kept but not believed."""
    found: list[Field] = []
    for value in [*_several(values, Target.ISBN, recipe), *_several(values, Target.ISSN, recipe)]:
        for part in re.split(r"\s*[,/]\s*(?=[\d-]{9})", value):
            if _SPOILED.fullmatch(part):
                remarks.append(
                    (
                        "isbn-spoiled",
                        f"A spreadsheet program has shortened the number {part}: its last digits are lost.",
                    )
                )
                found.append(_field("020", "  ", ("z", part)))
            elif isbn := identifiers.isbn_loose(part):
                if identifiers.isbn13(part):
                    found.append(_field("020", "  ", ("a", isbn), ("q", _qualifier(part))))
                else:
                    remarks.append(("isbn-wrong", f"The ISBN {part} has a wrong check digit: kept, but not believed."))
                    found.append(_field("020", "  ", ("z", part)))
            elif issn := identifiers.issn(part):
                found.append(_field("022", "  ", ("a", issn)))
            else:
                remarks.append(("isbn-wrong", f"“{part}” is no ISBN or ISSN: kept, but not believed."))
                found.append(_field("020", "  ", ("z", part)))
    return found


def _qualifier(text: str) -> str:
    found = re.search(r"\(([^()]+)\)", text)
    return rules.one_line(found[1]) if found else ""


_BODIES = re.compile(
    r"^(?:universitas|institut|politeknik|sekolah tinggi|akademi|departemen|kementerian|kementrian|badan|lembaga|"
    r"perpustakaan|pusat|direktorat|dinas|dewan|komisi|komite|yayasan|asosiasi|ikatan|persatuan|himpunan|majelis|"
    r"pemerintah|republik|mahkamah|bank|biro|balai|kantor|panitia|tim|redaksi|fakultas|jurusan|pt|cv|sekretariat|"
    r"university|institute|department|ministry|association|society|world|united nations|international|american|"
    r"national|centre|center|committee|unesco|unicef|who|fao|indonesia)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*[(\[](ed(?:itor)?s?|penyunting|penerjemah|penerj|translator|trans|illustrator|ilustrator)\.?[)\]]\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:&|dan|and|dengan)\s+|\s*/\s*|\s*;\s*")
_AND_OTHERS = re.compile(r"[,;]?\s*(?:\[?\(?(?:et\.?\s*al|dkk|dll)\.?\)?\]?)\.?\s*$", re.IGNORECASE)


def _names(values: Values, recipe: Recipe, remarks: Remarks) -> tuple[list[Field], list[Field]]:
    """The main entry (1XX), at most one, and the added ones (7XX)."""
    names = [
        *[(name, False) for value in _several(values, Target.AUTHOR, recipe) for name in _parted(value, remarks)],
        *[(name, True) for name in _several(values, Target.CORPORATE, recipe)],
    ]
    names = list(dict.fromkeys(names))
    return (
        [_name_field("1", *names[0])] if names else [],
        [_name_field("7", name, is_body) for name, is_body in names[1:]],
    )


def _parted(value: str, remarks: Remarks) -> list[str]:
    """The names of one value: "Kotler, Philip dan Keller, Kevin" are two, "Ilmu dan Teknologi" would be one."""
    whole = _AND_OTHERS.sub("", value)
    if whole != value:
        remarks.append(("and-others", f"“{value[len(whole) :].strip(' ,;')}” was taken off the name {whole}."))
    parts = [part.strip(" ,") for part in _AND.split(whole)]
    if len(parts) < 2 or not all(parts) or _BODIES.match(whole):
        return [whole] if whole else []
    all_inverted = all("," in part for part in parts)
    all_direct = all("," not in part and len(part.split()) > 1 for part in parts)
    if not (all_inverted or all_direct or ";" in whole):
        return [whole]
    remarks.append(("names-parted", f"Several names stood in one value and were parted: {whole}"))
    return parts


def _name_field(begin: str, name: str, is_body: bool) -> Field:
    role = ""
    if found := _ROLE.search(name):
        name, role = name[: found.start()], found[1].casefold()
    name = name.strip(" ,")
    if is_body or ("," not in name and _BODIES.match(name)):
        return _field(f"{begin}10", "2 ", ("a", name), ("e", role))
    return _field(f"{begin}00", "1 " if "," in name else "0 ", ("a", f"{name}," if role else name), ("e", role))


_ARTICLES = {"the ": 4, "an ": 3, "a ": 2}


def _title_field(title: str, gmd: str, has_main: bool, language: str, values: Values, recipe: Recipe) -> Field:
    """245: title $a, GMD $h, rest of the title $b, statement $c, with ISBD's signs between them."""
    statement = _line(values, Target.STATEMENT, recipe)
    if not statement and " / " in title:
        title, _, statement = title.rpartition(" / ")
    rest = _line(values, Target.SUBTITLE, recipe)
    if not rest:
        head, _, tail = title.partition(" : ")
        title, rest = (head.strip(), tail.strip()) if head.strip() and tail.strip() else (title, "")
    parts = [["a", title.rstrip(" :/")]]
    if gmd:
        parts.append(["h", f"[{gmd.strip('[] ')}]"])
    if rest:
        parts[-1][1] += " :"
        parts.append(["b", rest.rstrip(" /")])
    if statement:
        parts[-1][1] += " /"
        parts.append(["c", statement])
    skip = 0
    if language in {"eng", ""}:
        skip = next((length for article, length in _ARTICLES.items() if title.casefold().startswith(article)), 0)
    if language == "" and skip == 2:
        skip = 0
    return _field("245", f"{int(has_main)}{skip}", *[(code, text) for code, text in parts])


def _imprint(place: str, publisher: str, year: str) -> list[Field]:
    if not (place or publisher or year):
        return []
    return [
        _field(
            "264",
            " 1",
            ("a", f"{place} :" if place and publisher else f"{place}," if place and year else place),
            ("b", f"{publisher}," if publisher and year else publisher),
            ("c", year),
        )
    ]


_SIZE = re.compile(r"\s*;\s*(?=[^;]*\d\s*(?:cm|mm|x)\b)", re.IGNORECASE)


def _extent(text: str) -> Field:
    """300 from "xii, 340 hlm. : ilus. ; 21 cm + 1 CD"."""
    text, _, beside = text.partition(" + ")
    pieces = _SIZE.split(text, maxsplit=1)
    size = pieces[1] if len(pieces) > 1 else ""
    extent, _, details = re.sub(r"\s*:\s*", " : ", pieces[0]).partition(" : ")
    parts = [["a", extent.strip()]]
    for sign, code, value in ((" :", "b", details), (" ;", "c", size), (" +", "e", beside)):
        if value.strip():
            parts[-1][1] += sign
            parts.append([code, value.strip()])
    return _field("300", "  ", *[(code, value) for code, value in parts])


def _notes(values: Values, kind: _Kind, gmd: str, language: str) -> list[Field]:
    """500, 502, 505, 520 and 546; each line of a cell is a note of its own, so that none is altered."""
    found = []
    for target, tag, indicators in (
        (Target.NOTE, "500", "  "),
        (Target.CONTENTS, "505", "0 "),
        (Target.ABSTRACT, "520", "  "),
    ):
        for _, text in values.get(target, ()):
            lines = text.split("\n") if target != Target.ABSTRACT else re.split(r"\n\s*\n", text)
            found += [_field(tag, indicators, ("a", line)) for one in lines if (line := rules.one_line(one))]
    if kind.contents.startswith("m"):
        found.insert(0, _field("502", "  ", ("a", gmd)))
    if language:
        found.append(_field("546", "  ", ("a", language)))
    return found


def _subject(topic: str) -> Field:
    """650 of no known list; "Islam--Sejarah" has a subdivision."""
    main, *divisions = [part.strip() for part in re.split(r"\s*--\s*|\s+[-–—]\s+", topic) if part.strip()] or [topic]
    return _field("650", " 4", ("a", main), *[("x", part) for part in divisions])


# --- Copies ----------------------------------------------------------------------------------------------------------


_STATES: tuple[tuple[str, str], ...] = (
    ("repair", r"repair|perbaik|rusak|damage|binding|jilid ulang|penjilidan"),
    ("withdrawn", r"weed|withdraw|afkir|dikeluarkan|discard|siang|dihapus|musnah"),
    ("lost", r"\blost|hilang oleh|dihilangkan"),
    ("missing", r"missing|hilang|tidak ada|tak ada|tidak ditemukan|\bmis\b"),
    ("reference", r"no loan|not for loan|tidak dipinjam|tidak boleh|referen|baca di tempat|tandon|\bnl\b|cadangan"),
    ("in_process", r"proses|process|pengolahan|diolah|order"),
    ("available", r"availab|tersedia|\bbaik\b|\bada\b|good|normal|boleh dipinjam|dapat dipinjam|dipinjam|on loan|loan"),
)
_STATE_SIGNS = tuple([(state, re.compile(signs, re.IGNORECASE)) for state, signs in _STATES])


def _copies(values: Values, recipe: Recipe, remarks: Remarks) -> list[derive.Copy]:
    """The copies of the row; what its columns of a copy say is true of all of them."""
    barcodes = _several(values, Target.BARCODE, recipe)
    sound = []
    for barcode in barcodes:
        if derive.barcode_in(barcode):
            sound.append(derive.barcode_in(barcode))
        else:
            remarks.append(("barcode", f"“{barcode[:80]}” can't be a barcode: this copy is left out."))
    if not sound:
        _keep_without_copy(values, remarks)
        return []
    unplaced = [(name, text) for name, text in values.get(Target.COPY_LOCAL, ())]
    status = _line(values, Target.STATUS, recipe)
    state = next((state for state, signs in _STATE_SIGNS if signs.search(status)), "") if status else "available"
    if not state:
        remarks.append(("status-unknown", f"The state “{status}” is none of ours: taken for available."))
        unplaced.append((_name(values, Target.STATUS), status))
    source = _source(_line(values, Target.SOURCE, recipe), values, unplaced, remarks)
    copy = derive.Copy(
        barcode="",
        inventory_number=_line(values, Target.INVENTORY_NUMBER, recipe)[:60],
        call_number=_line(values, Target.CALL_NUMBER, recipe)[:80],
        branch=_line(values, Target.BRANCH, recipe),
        location=_line(values, Target.LOCATION, recipe),
        item_type=_line(values, Target.ITEM_TYPE, recipe),
        status=state or "available",
        source=source,
        price_idr=_price(values, recipe, unplaced, remarks),
        copy_number=derive.small_in(_line(values, Target.COPY_NUMBER, recipe)),
        volume=_line(values, Target.VOLUME, recipe)[:60],
        note=_line(values, Target.COPY_NOTE, recipe)[:300],
        received_on=_received_on(values, recipe, unplaced, remarks),
        condition=_condition(values, recipe, unplaced),
        unplaced=tuple([(name, rules.one_line(text)) for name, text in unplaced]),
    )
    return [copy._replace(barcode=barcode) for barcode in dict.fromkeys(sound)]


_CONDITIONS = (
    ("incomplete", re.compile(r"tidak lengkap|incomplete|hilang sebagian", re.IGNORECASE)),
    ("damaged", re.compile(r"rusak|damage|robek|sobek|torn", re.IGNORECASE)),
    ("worn", re.compile(r"usang|lusuh|worn|kusam|kurang baik|sedang", re.IGNORECASE)),
    ("new", re.compile(r"\bbaru\b|\bnew\b", re.IGNORECASE)),
    ("good", re.compile(r"baik|good|bagus|normal|\bok\b", re.IGNORECASE)),
)


def _condition(values: Values, recipe: Recipe, unplaced: list[tuple[str, str]]) -> str:
    if not (text := _line(values, Target.CONDITION, recipe)):
        return ""
    found = next((condition for condition, signs in _CONDITIONS if signs.search(text)), "")
    if not found:
        unplaced.append((_name(values, Target.CONDITION), text))
    return found


def _keep_without_copy(values: Values, remarks: Remarks) -> None:
    """What is said of copies in a row without a barcode stays in the record, as there is no copy to have it."""
    for target in OF_COPY - {Target.BARCODE}:
        if target in values and target != Target.CALL_NUMBER:
            values.setdefault(Target.LOCAL, []).extend(values[target])


def _name(values: Values, target: Target) -> str:
    return values[target][0][0]


def _source(text: str, values: Values, unplaced: list[tuple[str, str]], remarks: Remarks) -> str:
    """How the copy came: SLiMS writes 1 for bought and 2 for a gift or prize."""
    if not text:
        return "unknown"
    if text in {"1", "2"}:
        return "purchase" if text == "1" else "gift"
    source = derive.source_in(text)
    if source == "unknown":
        remarks.append(("source-unknown", f"The source “{text}” is none of ours: kept as it is."))
        unplaced.append((_name(values, Target.SOURCE), text))
    return source


def _price(values: Values, recipe: Recipe, unplaced: list[tuple[str, str]], remarks: Remarks) -> int | None:
    text = _line(values, Target.PRICE, recipe)
    currency = _line(values, Target.CURRENCY, recipe)
    if not text:
        return None
    is_ours = currency.casefold().strip(".") in {"", "rp", "idr", "rupiah"}
    price = derive.price_in(text) if is_ours else None
    if price is None and text.strip("0.,"):
        remarks.append(("price", f"The price {currency} {text} isn't one in rupiah: kept as it is.".replace("  ", " ")))
        unplaced.append((_name(values, Target.PRICE), f"{currency} {text}".strip()))
    return price


_INDONESIAN_DAY = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d{2})")
_WRITTEN_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "mei|may", "jun", "jul", "agu|agt|aug", "sep", "okt|oct", "nov", "des|dec")
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}


def _received_on(values: Values, recipe: Recipe, unplaced: list[tuple[str, str]], remarks: Remarks) -> date | None:
    text = _line(values, Target.RECEIVED_ON, recipe)
    if not text:
        return None
    try:
        return day_in(text)
    except ValueError:
        remarks.append(("day", f"“{text}” can't be read as a day: kept as it is."))
        unplaced.append((_name(values, Target.RECEIVED_ON), text))
        return None


def day_in(text: str) -> date | None:
    """A day as it is written in Indonesia (31/12/2020, 31 Desember 2020) or by machines (2020-12-31).

    Raises:
        ValueError: it can't be read.
    """
    text = text.strip()
    if found := _INDONESIAN_DAY.fullmatch(text):
        year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
        return date(year, int(found[2]), int(found[1]))
    if found := _WRITTEN_DAY.fullmatch(text):
        if (month := _MONTH.get(found[2][:3].casefold())) is None:
            raise ValueError(text)
        return date(int(found[3]), month, int(found[1]))
    return slims.day(text)

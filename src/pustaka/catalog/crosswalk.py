"""From a MARC record to the item that references, reference managers and search engines read: CSL-JSON. Plain Python.

Sources: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>; CSL 1.0.2, appendices III and IV; MARC Code
List for Relators. Indonesian abbreviations are those of Peraturan Pengatalogan Indonesia and of real files.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pustaka.catalog import derive, rules
from pustaka.standards import identifiers
from pustaka.standards.citation import Item, names, wording
from pustaka.standards.marc import Field, Record

TYPES = {
    "book": "book", "ebook": "book", "journal": "periodical", "thesis": "thesis", "reference": "book", "map": "map",
    "score": "musical_score", "audio": "song", "video": "motion_picture", "picture": "graphic", "software": "software",
    "manuscript": "manuscript", "kit": "document", "other": "document",
}  # fmt: skip

LANGUAGES = {
    "ind": "id", "eng": "en", "ara": "ar", "may": "ms", "msa": "ms", "jav": "jv", "sun": "su", "dut": "nl", "nld": "nl",
    "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "jpn": "ja", "chi": "zh", "zho": "zh", "kor": "ko", "spa": "es",
    "por": "pt", "ita": "it", "rus": "ru", "lat": "la", "san": "sa", "per": "fa", "tur": "tr", "tha": "th", "hin": "hi",
}  # fmt: skip

# What somebody did, by relator code or by the word that cataloguers write in either language; "" isn't cited.
ROLES = {
    "aut": "author", "cre": "author", "dis": "author", "edt": "editor", "com": "editor", "edc": "editor",
    "trl": "translator", "ths": "", "dgs": "", "ill": "", "aui": "", "wpr": "", "wfw": "", "win": "", "bkd": "",
    "pbl": "", "prt": "", "oth": "", "ctb": "", "own": "", "fmo": "", "spn": "", "his": "", "isb": "", "dgg": "",
    "drt": "author", "fmd": "author", "cmp": "author", "ctg": "author", "art": "author", "pht": "author",
    "prf": "author", "sng": "author", "cnd": "author",
}  # fmt: skip
_TERMS = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in {
        "": (
            "pembimbing|promotor|penguji|advis[oe]r|supervisor|illustrat|ilustrat|gambar|pengantar|foreword|preface"
            "|introduction|proofread|korektor|desain|design|sampul|cover|penerbit|publisher|penata|layout"
            "|degree grant|issuing|sponsor"
        ),
        "translator": r"terjemah|penerj|alih\s*bahasa|translat|\btr(?:l|ans)?\b|vertaal|übersetz|traduit",
        "editor": (
            r"sunting|\bpeny\b|\bpenyt\b|\bed(?:s|it\w*)?\b|editor|redaksi|redaktur|\bcomp(?:iled|iler)?\b"
            "|penghimpun|dihimpun|kompilator"
        ),
        "author": r"pengarang|penulis|author|writer|\boleh\b|sutradara|direct|pencipta|compos|komponis|\bby\b",
    }.items()
)


def item(record: Record, *, key: str = "", link: str = "") -> Item:
    """The work that a record describes, as CSL-JSON. What the record doesn't say is left out, never guessed.

    Args:
        key: the `id` of the item.
        link: an address of the record, for works that can be had by their own address nowhere.
    """
    fields = derive.by_tag(record)
    columns = derive.columns(record, fields)
    found: Item = {"id": key, "type": TYPES.get(columns.form, "document")}
    if columns.form == "article":
        found["type"] = "article-journal" if _is_in_journal(fields) else "chapter"
    found |= _titles(record, fields)
    found |= _people(record, fields)
    found |= _published(fields, columns)
    found |= _numbers(fields, columns)
    if columns.form == "thesis":
        found |= _thesis(fields, found)
    if found["type"] in {"article-journal", "chapter"}:
        found |= _host(fields)
    address = _address(fields, columns.form) or link
    found["URL"] = "" if found["DOI"] and "doi.org/" in address else address
    return {name: value for name, value in found.items() if value or name == "id"}


# Titles --------------------------------------------------------------------------------------------------------------
_VOLUME = re.compile(
    r"^\[?(?:jil(?:id)?|vol(?:ume)?|buku|bagian|juz|part|v|t|tome|band|bd|deel)\b\.?\s*(?:ke\s*-?\s*)?(\w+)\]?$",
    re.IGNORECASE,
)


def _titles(record: Record, fields: derive.Fields) -> Item:
    title = record.get("245")
    own = record.linked_880(title) if title else None
    if title is None or not title.get("a"):
        title = own or next((one for one in fields.get("880", ()) if one.get("6").startswith("245")), title)
    found: Item = {"title": said(title) if title else ""}
    if title and not found["title"]:
        found["title"] = derive.columns(record, fields).title
    if title and (numbered := _VOLUME.match(rules.trim(title.get("n")))) and not title.get("p"):
        found["volume"] = numbered[1]
    if "490" in fields or "440" in fields or "830" in fields:
        series = next(one for tag in ("490", "440", "830") for one in fields.get(tag, ()))
        found["collection-title"] = rules.trim(series.get("a"))
        found["collection-number"] = re.sub(
            r"^(?:no|nomor|vol|jil|seri)\.?\s*(?:ke\s*-?\s*)?", "", rules.trim(series.get("v")), flags=re.IGNORECASE
        )
    if "240" in fields:
        found["original-title"] = rules.trim(fields["240"][0].get("a"))
    return found


def said(field: Field) -> str:
    """A title with its subtitle, without the punctuation of ISBD and without parallel titles: "Title: subtitle"."""
    pieces: list[str] = []
    before = ""
    for code, value in field.subfields:
        text = rules.trim(value).strip("[]")
        if code == "b" and before.rstrip().endswith("="):
            before = value
            continue
        if code == "b":
            text = text.split(" = ")[0].strip()
            pieces.append(f": {text}" if pieces and not pieces[-1].endswith((":", "?", "!")) else f" {text}")
        elif code == "a":
            pieces.append(text.split(" = ")[0].strip())
        elif (code == "p" or (code == "n" and not _VOLUME.match(text))) and text:
            pieces.append(f". {text}" if pieces and before[-1:] != "," else f", {text}")
        before = value if code in "abnp" else before
    return re.sub(r"\s+([:;,])", r"\1", re.sub(r"\s*:\s+", ": ", "".join(pieces))).strip(" :")


# People --------------------------------------------------------------------------------------------------------------
def _people(record: Record, fields: derive.Fields) -> Item:
    found: dict[str, list[names.Name]] = {"author": [], "editor": [], "translator": []}
    statement = " ".join(fields["245"][0].all("c")) if "245" in fields else ""
    for tag in ("100", "110", "111", "700", "710", "711"):
        for field in fields.get(tag, ()):
            if tag[0] == "7" and (field.get("t") or field.indicators[1:] == "2"):
                continue  # a work that is contained, not somebody who made this one
            name = _name(record, field)
            role = _role(field) if tag[0] == "1" or _says_role(field) else _role_in(statement, name, tag)
            if role and names.full(name) and name not in found[role]:
                found[role].append(name)
    printed = _printed(statement)
    if not found["author"] and not found["editor"]:
        found["author"], found["editor"] = printed["author"], printed["editor"]
    if not found["translator"]:
        found["translator"] = printed["translator"]
    for role in ("editor", "translator"):
        found[role] = [name for name in found[role] if name not in found["author"]]
    return dict(found)


_NEEDS_STATE = re.compile(
    r"(?:sub)?(?:committee|komisi|panitia)\b|(?:house|senate|parliament|congress|legislature|court|army|navy)\b|\w+$",
    re.IGNORECASE,
)


def _name(record: Record, field: Field) -> names.Name:
    if field.tag.endswith("10"):
        units = [rules.trim(unit) for unit in field.all("b")]
        if field.indicators[:1] == "1" and units and not _NEEDS_STATE.match(units[-1]):
            return {"literal": units[-1]}  # an office of a state: the manuals name the office
        return {"literal": ", ".join(part for part in (rules.trim(field.get("a")), *units) if part)}
    if field.tag.endswith("11"):
        return {"literal": rules.trim(field.get("a"))}
    own = record.linked_880(field)
    is_static = own is not None and bool(re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", own.get("a")))
    return names.person(field.get("a"), numeration=field.get("b"), title=field.get("c"), is_static=is_static)


def _says_role(field: Field) -> bool:
    return bool(field.get("4") or field.get("e") or (field.tag.endswith("11") and field.get("j")))


def _role(field: Field) -> str:
    codes = [code.strip().rsplit("/", 1)[-1].lower()[:3] for code in field.all("4")]
    for code in codes:
        if code in ROLES:
            return ROLES[code]
    words = " ".join(field.all("j" if field.tag.endswith("11") else "e")).strip()
    return _role_of(words) if words else "author"


def _role_of(words: str) -> str:
    for role, pattern in _TERMS:
        if pattern.search(words):
            return role
    return "author" if not words.strip() else ""


def _role_in(statement: str, name: names.Name, tag: str) -> str:
    """What a name without a relator did, by the part of the statement of responsibility where it stands."""
    called = rules.fold(names.surnames([name])[0])
    for part in re.split(r"\s*;\s*|(?<=\w{4})\.\s+", statement):
        if called and f" {called} " in f" {rules.fold(part)} ":
            lead = re.split(rf"\b{re.escape(names.surnames([name])[0])}\b", part, maxsplit=1, flags=re.IGNORECASE)[0]
            words = _leading_words(lead) or _trailing_word(part)
            return _role_of(words) if words else "author"
    return "author" if tag == "700" else ""


_ROLE_WORDS = re.compile(
    r"^[\s\[(]*((?:(?:di|pe|ter)?\w*(?:sunting|terjemah|gambar|himpun|pengantar|editor|translat|illustrat|ilustrat|edited|"
    r"compiled|edit|foreword|introduction|preface|alih|bahasa|penyunting|redaksi|redaktur|desain|sampul|pengarang|"
    r"penulis|promotor|pembimbing)\w*|peny|penerj|ed|eds|tr|trans|kata|oleh|by|and|dan|with|an|&|,|/)[\s.:,\])]+)+",
    re.IGNORECASE,
)


def _leading_words(text: str) -> str:
    """The words of a role with which a part of a statement begins: "penyunting, ", "edited by "."""
    found = _ROLE_WORDS.match(f"{text} ")
    return found[0] if found else ""


_BEHIND = re.compile(
    r"[\[(,]\s*(?:as\s+)?(ed|eds|editors?|peny|penyunting|penerj|penerjemah|translators?)\.?\s*[\])]?$", re.IGNORECASE
)


def _trailing_word(text: str) -> str:
    """The role behind a name: "Donald A. Hodges, editor", "Yudi Latif (ed.)"."""
    found = _BEHIND.search(text.strip(" ."))
    return found[1] if found else ""


_BETWEEN = re.compile(r"\s*,\s+(?:dan|and|&)\s+|\s+(?:dan|and|&|en|und)\s+|\s*,\s+")
_OTHERS = re.compile(r"\[?\.\.\.\s*\[?(?:et al\.?|dkk\.?)\]?|\[?\b(?:et al|dkk)\.?\]?")


def _printed(statement: str) -> dict[str, list[names.Name]]:
    """The names of a statement of responsibility, for records that have no headings for them."""
    found: dict[str, list[names.Name]] = {"author": [], "editor": [], "translator": []}
    for number, part in enumerate(re.split(r"\s*;\s*", rules.trim(statement))):
        words, behind = _leading_words(part), _trailing_word(part)
        role = _role_of(words or behind) if words or behind else "author" if number == 0 else ""
        text = _BEHIND.sub("", part[len(words) :].strip(" ."))
        for one in _BETWEEN.split(text) if role else ():
            bare = _OTHERS.sub("", one).strip(" []().")
            if len(bare) > 2 and not names.is_title(bare) and re.search(r"[^\W\d_]{2}", bare):
                found[role].append(names.direct(bare))
    return found


# Publication ---------------------------------------------------------------------------------------------------------
_CIRCA = re.compile(r"\bca\b|\bc\.\s|\?|kira-kira|\bapprox|--|\d-\]")
_UNKNOWN = re.compile(r"not identified|tidak (?:diketahui|teridentifikasi)|tanpa (?:penerbit|tempat)", re.IGNORECASE)
_FIRST = re.compile(
    r"(?:originally published|first published|terbit(?:an)? pertama(?: kali)?|cetakan pertama"
    r"|pertama kali (?:di)?terbit\w*|edisi asli|original(?:ly)? issued|reprint(?:ed)?(?: of| from)?"
    r"|cetak ulang dari)\D{0,120}?(1[5-9]\d\d|20\d\d)",
    re.IGNORECASE,
)


def _published(fields: derive.Fields, columns: derive.Columns) -> Item:
    found: Item = {"publisher": _known(columns.publisher), "publisher-place": _known(columns.place)}
    if columns.year:
        found["issued"] = {"date-parts": [[columns.year]]}
        dates = " ".join(one.get("c") for tag in ("264", "260") for one in fields.get(tag, ()))
        if _CIRCA.search(dates):
            found["issued"]["circa"] = True
    if (first := _first_year(fields)) and columns.year and first < columns.year:
        found["original-date"] = {"date-parts": [[first]]}
    edition = rules.trim(" ".join(fields["250"][0].all("ab"))) if "250" in fields else ""
    if edition:
        if printing := wording.printing_number(edition):
            found["printing-number"] = str(printing)
        if wording.edition(edition, "en") or wording.edition_number(edition) == 1:
            found["edition"] = edition
    return found


def _known(text: str) -> str:
    """ "" for the words by which cataloguers say that place or publisher stand nowhere."""
    return "" if _UNKNOWN.search(text) else text


def _first_year(fields: derive.Fields) -> int | None:
    """When a reprint was first published: 008 (type r), 534, or a note that says so."""
    fixed = fields["008"][0].body if "008" in fields else ""
    if fixed[6:7] == "r" and fixed[11:15].isdecimal():
        return int(fixed[11:15])
    for field in fields.get("534", ()):
        if year := rules.year_in(field.text("cp")):
            return year
    for tag in ("500", "503", "580", "775"):
        for field in fields.get(tag, ()):
            if said_so := _FIRST.search(field.text()):
                return int(said_so[1])
    return None


def _numbers(fields: derive.Fields, columns: derive.Columns) -> Item:
    extent = " ".join(fields["300"][0].all("a")) if "300" in fields else ""
    volumes = re.search(r"\b(\d{1,3})\s*(?:jil(?:id)?|v(?:ol(?:ume)?s?)?)\b\.?", extent, re.IGNORECASE)
    pages = re.search(
        r"(\d{1,5})\s*(?:\[\d+\]\s*)?(?:hlm|hal|halaman|p|pp|pages?|lembar|lbr|leaves)\b", extent, re.IGNORECASE
    )
    topics = [
        rules.trim(" -- ".join(one.all("abcdtvxyz"))).rstrip(".")
        for tag in ("600", "610", "611", "630", "650", "651", "653")
        for one in fields.get(tag, ())
    ]
    abstract = next((rules.one_line(one.get("a")) for one in fields.get("520", ()) if one.get("a")), "")
    return {
        "number-of-volumes": volumes[1] if volumes and int(volumes[1]) > 1 else "",
        "number-of-pages": pages[1] if pages else "",
        "ISBN": " ".join(derive.isbns(fields)),
        "ISSN": columns.issn,
        "DOI": _doi(fields),
        "language": LANGUAGES.get(columns.language, columns.language),
        "call-number": columns.call_number,
        "scale": rules.trim(fields["255"][0].get("a")) if "255" in fields else "",
        "keyword": "; ".join(dict.fromkeys(topic for topic in topics if topic)),
        "abstract": abstract,
    }


def _doi(fields: derive.Fields) -> str:
    for field in fields.get("024", ()):
        if field.get("2").lower() == "doi" and (doi := identifiers.doi(field.get("a"))):
            return doi
    for field in fields.get("856", ()):
        for address in field.all("u"):
            if "doi.org/" in address.lower() and (doi := identifiers.doi(address)):
                return doi
    return ""


_ABOUT = re.compile(
    r"table of contents|daftar isi|contributor|publisher description|sample|abstra[ck]|cover|sampul|resensi|review",
    re.IGNORECASE,
)


def _address(fields: derive.Fields, form: str) -> str:
    """Where the work itself is read: 856 with second indicator 0; 1 and blank too where it is no printed book."""
    wanted = {"0", "1", " "} if form in {"ebook", "article", "thesis", "software"} else {"0"}
    for field in fields.get("856", ()):
        if field.indicators[1:] not in wanted or _ABOUT.search(field.text("3yz")):
            continue
        for address in field.all("u"):
            if is_web_address(address := address.strip()):
                return address
    return ""


def is_version(field: Field) -> bool:
    """Whether an 856 leads to the work in another form: the scan of a printed book (second indicator 1)."""
    return field.tag == "856" and field.indicators[1:2] == "1"


def is_web_address(text: str) -> bool:
    """Whether it can be followed by a browser: http or https with a host, in one piece."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"[\s<>\"']", text)


# Theses, articles and chapters ---------------------------------------------------------------------------------------
def _thesis(fields: derive.Fields, found: Item) -> Item:
    note = fields["502"][0] if "502" in fields else Field("502")
    kind, university = rules.trim(note.get("b")), rules.trim(note.get("c"))
    if not kind and (whole := rules.trim(note.get("a"))):
        kind, _, rest = (part.strip() for part in whole.replace("—", "--").replace(" - ", "--").partition("--"))
        university = university or rules.trim(re.sub(r",?\s*\(?\b(?:1[5-9]|20)\d\d\b\)?\.?$", "", rest))
    genres = [rules.trim(one.get("a")) for one in fields.get("655", ())]
    kind = kind or next((one for one in genres if wording.degree_level(one) != "other"), "")
    bodies = [rules.trim(one.get("a")) for one in fields.get("710", ())]
    university = university or next(
        (one for one in bodies if re.search("univer|institut|sekolah|stik|stai|iain|polite", one, re.IGNORECASE)), ""
    )
    thesis: Item = {"genre": kind, "publisher": university or found.get("publisher", "")}
    if university:
        # The body that grants the degree isn't one that writes.
        thesis["author"] = [
            name for name in found.get("author", []) if "literal" not in name or not _is_body(name, fields)
        ]
        thesis["editor"] = []
    return thesis


def _is_body(name: names.Name, fields: derive.Fields) -> bool:
    return "literal" in name and any(
        rules.fold(str(name["literal"])).startswith(rules.fold(one.get("a")))
        for tag in ("110", "710")
        for one in fields.get(tag, ())
        if one.get("a")
    )


_PART = {
    "volume": re.compile(
        r"\b(?:vol(?:ume)?|jil(?:id)?|th(?:n)?|tahun(?: ke)?|v|bd)\b\.?\s*-?\s*(\d+|[IVXLC]+\b)", re.IGNORECASE
    ),
    "issue": re.compile(r"\b(?:no|nomor|num(?:ber)?|issue|edisi|nr|heft)\b\.?\s*(\d+(?:[-/–]\d+)?)", re.IGNORECASE),
    "page": re.compile(
        r"\b(?:hlm|hal(?:aman)?|pp?|pages?|s|blz)\b\.?\s*:?\s*(\w*\d+\w*(?:\s*[-–]\s*\w*\d+\w*)?)", re.IGNORECASE
    ),
}
_COMPACT = re.compile(r"^(\d+)(?::(\d+))?(?:<(\d+(?:-\d+)?))?$")


def _is_in_journal(fields: derive.Fields) -> bool:
    for field in fields.get("773", ()):
        if field.get("x") or re.search(r"\b(?:vol|no|th|jurnal|journal|majalah)\b", field.text("gt"), re.IGNORECASE):
            return True
        if field.get("z"):
            return False
    return False


def _host(fields: derive.Fields) -> Item:
    field = next(iter(fields.get("773", ())), None)
    if field is None:
        return {}
    part, imprint = " ".join(field.all("g")), rules.trim(field.get("d"))
    found: dict[str, Any] = {
        "container-title": _host_title(rules.trim(field.get("t") or field.get("a") or field.get("s")))
    }
    for name, pattern in _PART.items():
        if matched := pattern.search(part):
            found[name] = re.sub(r"\s*[-–]\s*", "-", matched[1])
    if (compact := _COMPACT.match(field.get("q"))) is not None:
        for name, value in zip(("volume", "issue", "page"), compact.groups(), strict=True):
            if value and name not in found:
                found[name] = value
    if issn := identifiers.issn(field.get("x")):
        found["ISSN"] = issn
    if isbn := identifiers.isbn13(field.get("z")):
        found["ISBN"] = isbn
    if year := rules.year_in(part) or rules.year_in(imprint):
        found["issued"] = {"date-parts": [[year]]}
    place, colon, rest = imprint.partition(":")
    if colon:
        found["publisher-place"] = rules.trim(place).strip("[]")
        found["publisher"] = rules.trim(re.sub(r",?\s*\[?c?\d{4}.*$", "", rest))
    if field.get("b"):
        found["edition"] = rules.trim(field.get("b"))
    return found


def _host_title(text: str) -> str:
    return re.sub(r"\s+:\s+", ": ", re.sub(r"\s*/.*$", "", text))


def roles(found: Item) -> Iterator[tuple[str, names.Name]]:
    """Everybody whom a reference names, with what they did, authors first."""
    for role in ("author", "editor", "translator"):
        for name in found.get(role, ()):
            yield role, name

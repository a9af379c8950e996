"""MODS 3.8 from MARC 21.

Sources: MODS User Guidelines, version 3, and <https://www.loc.gov/standards/mods/v3/mods-3-8.xsd>; the mapping follows
MARC to MODS, Library of Congress (2021), for the fields that a catalogue of a university has.
"""

import re

from lxml import etree

from pustaka.standards import identifiers, xml
from pustaka.standards.citation import names
from pustaka.standards.dublincore import tidy
from pustaka.standards.marc import Field, Record

MODS = "http://www.loc.gov/mods/v3"
SCHEMA = f"{MODS} http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
VERSION = "3.8"
CONTENT_TYPE = "application/mods+xml"

_RESOURCES = {
    "a": "text", "t": "text", "c": "notated music", "d": "notated music", "e": "cartographic", "f": "cartographic",
    "g": "moving image", "i": "sound recording-nonmusical", "j": "sound recording-musical", "k": "still image",
    "m": "software, multimedia", "o": "mixed material", "p": "mixed material", "r": "three dimensional object",
}  # fmt: skip
_NAMES = {"00": "personal", "10": "corporate", "11": "conference"}
_ISSUANCE = {"m": "monographic", "a": "monographic", "c": "monographic", "d": "monographic", "s": "continuing",
             "b": "continuing", "i": "integrating resource"}  # fmt: skip
_NOTES = {"500": "", "502": "thesis", "504": "bibliography", "508": "creation/production credits", "511": "performers",
          "515": "numbering", "518": "venue", "530": "additional physical form", "533": "reproduction",
          "534": "original version", "538": "system details", "546": "language", "586": "awards"}  # fmt: skip


def to_mods(record: Record, *, link: str = "") -> etree._Element:
    """The record as one `mods`.

    Args:
        link: the address of its page.
    """
    root = xml.root("mods", {None: MODS, "xsi": xml.XSI}, version=VERSION)
    root.set(f"{{{xml.XSI}}}schemaLocation", SCHEMA)
    _add_titles(root, record)
    _add_names(root, record)
    resource = xml.add(root, "typeOfResource", _RESOURCES.get(record.leader[6], "text"))
    if record.leader[6] in "dft":
        resource.set("manuscript", "yes")
    for field in record.all("655"):
        _add_text(root, "genre", field.get("a").rstrip("."), authority=field.get("2"))
    if record.get("502"):
        xml.add(root, "genre", "thesis", authority="marcgt")
    _add_origin(root, record)
    _add_language(root, record)
    _add_extent(root, record)
    for field in record.all("520"):
        _add_text(root, "abstract", field.text("abu"))
    for field in record.all("505"):
        _add_text(root, "tableOfContents", field.text("agrtu"))
    statement = record.get("245")
    _add_text(root, "note", tidy(statement.get("c")) if statement else "", type_="statement of responsibility")
    for tag, kind in _NOTES.items():
        for field in record.all(tag):
            _add_text(root, "note", field.text(), type_=kind)
    _add_subjects(root, record)
    for tag, authority in (("082", "ddc"), ("080", "udc"), ("050", "lcc")):
        for field in record.all(tag):
            _add_text(root, "classification", tidy(field.text("ab" if tag == "050" else "a")), authority=authority)
    _add_related(root, record)
    _add_identifiers(root, record)
    _add_locations(root, record, link)
    _add_record_info(root, record)
    return root


def _add_text(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element | None:
    text = " ".join(text.split())
    return xml.add(parent, name, text, **attributes) if text else None


def _add_titles(root: etree._Element, record: Record) -> None:
    for field in record.all("245"):
        _add_title(root, field, non_sort=field.indicators[1:])
        if own := record.linked_880(field):
            _add_title(root, own, script=own.get("6"))
    for tag, kind in (("246", "alternative"), ("240", "uniform"), ("130", "uniform"), ("210", "abbreviated")):
        for field in record.all(tag):
            _add_title(root, field, type_=kind)


def _add_title(root: etree._Element, field: Field, *, non_sort: str = "", type_: str = "", script: str = "") -> None:
    title = names.tidy(" ".join(field.all("a"))).strip("[]")
    if not title:
        return
    info = xml.add(root, "titleInfo", type_=type_)
    if script:
        info.set(
            "script", {"(3": "Arab", "$1": "Hani", "(2": "Hebr", "(N": "Cyrl", "(S": "Grek"}.get(script[7:9], "Zyyy")
        )
    skipped = int(non_sort) if non_sort.isdecimal() and non_sort.isascii() else 0
    if skipped and not title[skipped - 1 : skipped].isalnum() and title[skipped:]:
        xml.add(info, "nonSort", title[:skipped].rstrip())
        title = title[skipped:]
    xml.add(info, "title", title)
    for name, codes in (("subTitle", "b"), ("partNumber", "n"), ("partName", "p")):
        _add_text(info, name, names.tidy(" ".join(field.all(codes))))


def _add_names(root: etree._Element, record: Record) -> None:
    for field in record.all("100", "110", "111", "700", "710", "711"):
        if field.tag[0] == "7" and field.get("t"):
            continue
        for one in (field, record.linked_880(field)):
            if one is not None:
                _add_name(root, field, one)


def _add_name(parent: etree._Element, field: Field, shown: Field) -> None:
    kind = _NAMES[field.tag[1:]]
    name = xml.add(parent, "name", type_=kind, usage="primary" if field.tag[0] == "1" and shown is field else "")
    if kind == "personal":
        _add_text(name, "namePart", names.tidy(shown.text("aq")))
        _add_text(name, "namePart", names.tidy(shown.text("bc")), type_="termsOfAddress")
        _add_text(name, "namePart", names.tidy(shown.get("d")), type_="date")
    else:
        for part in shown.all("ab" if kind == "corporate" else "acdn"):
            _add_text(name, "namePart", names.tidy(part))
    codes = [code.rsplit("/", 1)[-1] for code in field.all("4")]
    terms = [names.tidy(term) for term in field.all("j" if field.tag.endswith("11") else "e")]
    if codes or terms:
        role = xml.add(name, "role")
        for term in terms:
            xml.add(role, "roleTerm", term, type_="text")
        for code in codes:
            xml.add(role, "roleTerm", code, type_="code", authority="marcrelator")


def _add_origin(root: etree._Element, record: Record) -> None:
    origin = xml.add(root, "originInfo")
    fixed = record.control("008")
    if country := fixed[15:18].strip(" |"):
        xml.add(xml.add(origin, "place"), "placeTerm", country, type_="code", authority="marccountry")
    fields = [field for field in record.all("260", "264") if field.tag == "260" or field.indicators[1:] in "01 "]
    for field in fields:
        for place in field.all("a"):
            if text := tidy(place).strip("[]"):
                xml.add(xml.add(origin, "place"), "placeTerm", text, type_="text")
        for publisher in field.all("b"):
            _add_text(origin, "publisher", tidy(publisher))
    for field in fields:
        _add_text(origin, "dateIssued", tidy(field.get("c")).rstrip("."))
    _add_dates(origin, fixed)
    for field in record.all("264"):
        if field.indicators[1:] == "4":
            _add_text(origin, "copyrightDate", tidy(field.get("c")))
    for field in record.all("250"):
        _add_text(origin, "edition", tidy(field.text("ab")))
    if issuance := _ISSUANCE.get(record.leader[7]):
        xml.add(origin, "issuance", issuance)
    for field in record.all("310", "321"):
        _add_text(origin, "frequency", tidy(field.get("a")))


def _add_dates(origin: etree._Element, fixed: str) -> None:
    first, last = fixed[7:11], fixed[11:15]
    if not re.fullmatch(r"\d[\du]{3}", first):
        return
    if fixed[6] in "cdkmqiu":
        xml.add(origin, "dateIssued", first, encoding="marc", point="start")
        if re.fullmatch(r"\d[\du]{3}", last):
            xml.add(origin, "dateIssued", last, encoding="marc", point="end")
        return
    xml.add(origin, "dateIssued", first, encoding="marc", keyDate="yes")


def _add_language(root: etree._Element, record: Record) -> None:
    codes = [record.control("008")[35:38], *(code for field in record.all("041") for code in field.all("ad"))]
    for code in dict.fromkeys(code for code in codes if re.fullmatch("[a-z]{3}", code) and code != "und"):
        xml.add(xml.add(root, "language"), "languageTerm", code, type_="code", authority="iso639-2b")


def _add_extent(root: etree._Element, record: Record) -> None:
    fields = record.all("300", "338")
    if not fields:
        return
    about = xml.add(root, "physicalDescription")
    for field in fields:
        if field.tag == "338":
            _add_text(about, "form", field.get("a"), authority="marccarrier" if field.get("2") == "rdacarrier" else "")
        else:
            _add_text(about, "extent", tidy(field.text("abce")))


def _add_subjects(root: etree._Element, record: Record) -> None:
    for field in record.all("600", "610", "611", "630", "648", "650", "651", "653"):
        authority = field.get("2") or {"0": "lcsh", "2": "mesh"}.get(field.indicators[1:], "")
        subject = xml.add(root, "subject", authority=authority if field.tag != "653" else "")
        if field.tag[:2] in {"60", "61"}:
            _add_name(subject, Field(field.tag, indicators=field.indicators, subfields=_bare(field)), field)
        for code, value in field.subfields:
            text = names.tidy(value)
            name = {"x": "topic", "y": "temporal", "z": "geographic", "v": "genre"}.get(code, "")
            if code == "a" and field.tag[:2] not in {"60", "61"}:
                name = {"651": "geographic", "648": "temporal"}.get(field.tag, "topic")
                if field.tag == "630":
                    xml.add(xml.add(subject, "titleInfo"), "title", text)
                    continue
            if name:
                _add_text(subject, name, text)
        if len(subject) == 0:
            root.remove(subject)


def _bare(field: Field) -> list[tuple[str, str]]:
    """A heading without what it does as a name: roles belong to those who made the work."""
    return [(code, value) for code, value in field.subfields if code not in "4ej"]


def _add_related(root: etree._Element, record: Record) -> None:
    for tag, kind in (("490", "series"), ("773", "host"), ("780", "preceding"), ("785", "succeeding"), ("787", "")):
        for field in record.all(tag):
            related = xml.add(root, "relatedItem", type_=kind)
            info = xml.add(related, "titleInfo")
            xml.add(info, "title", tidy(field.get("t") or field.get("a")) or tidy(field.text()))
            if tag == "490":
                _add_text(info, "partNumber", tidy(field.get("v")))
            elif field.get("g"):
                xml.add(xml.add(related, "part"), "text", tidy(field.text("g")))
            if issn := identifiers.issn(field.get("x")):
                xml.add(related, "identifier", issn, type_="issn")
            if isbn := identifiers.isbn13(field.get("z")):
                xml.add(related, "identifier", isbn, type_="isbn")


def _add_identifiers(root: etree._Element, record: Record) -> None:
    for field in record.all("020"):
        number = identifiers.isbn13(field.get("a")) or identifiers.isbn_loose(field.get("a")) or ""
        _add_text(root, "identifier", number, type_="isbn")
    for field in record.all("022"):
        _add_text(root, "identifier", identifiers.issn(field.get("a")) or "", type_="issn")
    for field in record.all("024"):
        if field.get("2"):
            _add_text(root, "identifier", field.get("a"), type_=field.get("2"))


def _add_locations(root: etree._Element, record: Record, link: str) -> None:
    for field in record.all("856"):
        for address in field.all("u"):
            if address.strip().startswith(("http://", "https://")):
                label = tidy(field.get("y") or field.get("3") or field.get("z"))
                xml.add(xml.add(root, "location"), "url", address.strip(), displayLabel=label)
    if link:
        xml.add(xml.add(root, "location"), "url", link, access="object in context", usage="primary display")


def _add_record_info(root: etree._Element, record: Record) -> None:
    info = xml.add(root, "recordInfo")
    source = record.get("040")
    if source and source.get("a"):
        xml.add(info, "recordContentSource", source.get("a"), authority="marcorg")
    fixed, changed = record.control("008")[:6], record.control("005")[:14]
    if fixed.isdecimal():
        xml.add(info, "recordCreationDate", fixed, encoding="marc")
    if changed.isdecimal():
        xml.add(info, "recordChangeDate", changed, encoding="iso8601")
    if number := record.control("001").strip():
        xml.add(info, "recordIdentifier", number, source=record.control("003").strip())

"""Dublin Core and MODS against the structure that their schemas prescribe."""

import re

import pytest
from lxml import etree

from pustaka.standards import marc
from pustaka.standards.dublincore import DC, to_oai_dc
from pustaka.standards.marc import Field, Record
from pustaka.standards.mods import MODS, to_mods

# MODS 3.8: what may stand in what; attributes beside. An element without children holds text.
CHILDREN = {
    "mods": "titleInfo name typeOfResource genre originInfo language physicalDescription abstract tableOfContents note "
    "subject classification relatedItem identifier location recordInfo",
    "titleInfo": "title subTitle partNumber partName nonSort",
    "name": "namePart role",
    "role": "roleTerm",
    "originInfo": "place publisher dateIssued copyrightDate edition issuance frequency",
    "place": "placeTerm",
    "language": "languageTerm",
    "physicalDescription": "form extent",
    "subject": "topic geographic temporal titleInfo name genre",
    "relatedItem": "titleInfo part identifier",
    "part": "text",
    "location": "url",
    "recordInfo": "recordContentSource recordCreationDate recordChangeDate recordIdentifier",
}
ATTRIBUTES = {
    "mods": {"version", "schemaLocation"},
    "titleInfo": {"type", "script"},
    "name": {"type", "usage"},
    "namePart": {"type"},
    "roleTerm": {"type", "authority"},
    "typeOfResource": {"manuscript"},
    "genre": {"authority"},
    "placeTerm": {"type", "authority"},
    "dateIssued": {"encoding", "point", "keyDate"},
    "languageTerm": {"type", "authority"},
    "form": {"authority"},
    "note": {"type"},
    "subject": {"authority"},
    "classification": {"authority"},
    "relatedItem": {"type"},
    "identifier": {"type"},
    "url": {"displayLabel", "access", "usage"},
    "recordContentSource": {"authority"},
    "recordCreationDate": {"encoding"},
    "recordChangeDate": {"encoding"},
    "recordIdentifier": {"source"},
}
VALUES = {
    "titleInfo/type": {"abbreviated", "translated", "alternative", "uniform"},
    "name/type": {"personal", "corporate", "conference", "family"},
    "namePart/type": {"date", "family", "given", "termsOfAddress"},
    "relatedItem/type": {"series", "host", "preceding", "succeeding"},
    "dateIssued/encoding": {"marc", "iso8601", "w3cdtf", "edtf"},
    "issuance": {"continuing", "monographic", "single unit", "multipart monograph", "serial", "integrating resource"},
}


def broken_rules(element):
    """What the schema would say against it."""
    name = etree.QName(element).localname
    found = []
    if etree.QName(element).namespace != MODS:
        found.append(f"{name}: not MODS")
    children = [etree.QName(child).localname for child in element]
    found += [f"{child} in {name}" for child in children if child not in CHILDREN.get(name, "").split()]
    if not children and not (element.text or "").strip():
        found.append(f"{name} is empty")
    for attribute, value in element.attrib.items():
        attribute = etree.QName(attribute).localname
        if attribute not in ATTRIBUTES.get(name, set()):
            found.append(f"@{attribute} of {name}")
        if value not in VALUES.get(f"{name}/{attribute}", {value}):
            found.append(f"@{attribute} of {name} is {value}")
    if name == "issuance" and element.text not in VALUES[name]:
        found.append(f"issuance {element.text}")
    for child in element:
        found += broken_rules(child)
    return found


def data_field(tag, indicators, *subfields):
    return Field(tag, indicators=indicators, subfields=[(part[0], part[1:]) for part in subfields])


RICH = Record(
    "00000nam a2200000 i 4500",
    [
        Field("001", data="umn000017"),
        Field("003", data="ID-UMN"),
        Field("005", data="20260101080000.0"),
        Field("008", data="260101s2005    io            000 1 ind d".ljust(40)),
        data_field("020", "  ", "a979-9731-23-2"),
        data_field("024", "7 ", "a10.1234/ABC", "2doi"),
        data_field("082", "04", "a899.2213"),
        data_field("100", "1 ", "6880-01", "aToer, Pramoedya Ananta,", "d1925-2006,", "epengarang."),
        data_field("245", "14", "6880-02", "aThe bumi manusia :", "bsebuah roman /", "cPramoedya."),
        data_field("246", "30", "aBumi"),
        data_field("250", "  ", "aCet. 3."),
        data_field("264", " 1", "aJakarta :", "bLentera,", "c2005."),
        data_field("300", "  ", "a535 hlm. ;", "c20 cm."),
        data_field("490", "0 ", "aTetralogi Buru ;", "v1"),
        data_field("502", "  ", "bTesis"),
        data_field("520", "  ", "aKisah Minke & Nyai."),
        data_field("600", "14", "aMinke", "vFiksi."),
        data_field("650", " 4", "aKolonialisme", "zIndonesia", "yAbad 20."),
        data_field("651", " 4", "aSurabaya."),
        data_field("700", "1 ", "aLane, Max,", "4http://id.loc.gov/vocabulary/relators/trl"),
        data_field("773", "0 ", "tInduk", "gVol. 1", "x0317-8471"),
        data_field("856", "40", "uhttps://contoh.example/1", "yBaca"),
        data_field("856", "40", "ujavascript:alert(1)"),
        data_field("880", "1 ", "6100-01", "aتور"),
        data_field("880", "10", "6245-02/(3/r", "aأرض البشر /"),
    ],
)


def values(root, name):
    return [element.text for element in root.iter(f"{{{DC}}}{name}")]


def test_dublin_core_says_what_the_crosswalk_of_the_library_of_congress_says():
    root = to_oai_dc(RICH, links=["https://pustaka.example/record/17"])

    assert {etree.QName(child).localname: values(root, etree.QName(child).localname) for child in root} == {
        "title": ["The bumi manusia : sebuah roman", "أرض البشر", "Bumi"],
        "creator": ["Toer, Pramoedya Ananta, 1925-2006", "تور"],
        "contributor": ["Lane, Max"],
        "subject": ["Minke -- Fiksi", "Kolonialisme -- Indonesia -- Abad 20", "899.2213"],
        "coverage": ["Surabaya"],
        "description": ["Tesis", "Kisah Minke & Nyai."],
        "format": ["535 hlm. ; 20 cm."],
        "relation": ["Tetralogi Buru ; 1", "Induk Vol. 1"],
        "type": ["Text"],
        "publisher": ["Lentera"],
        "date": ["2005"],
        "language": ["ind"],
        "identifier": [
            "URN:ISBN:9789799731234",
            "https://doi.org/10.1234/abc",
            "https://contoh.example/1",
            "https://pustaka.example/record/17",
        ],
    }


def test_mods_obeys_its_schema_and_loses_nothing_that_matters():
    root = to_mods(RICH, link="https://pustaka.example/record/17")
    text = etree.tostring(root, encoding="unicode")

    assert broken_rules(root) == []
    assert root.get("version") == "3.8"
    for part in (
        "<nonSort>The</nonSort><title>bumi manusia</title><subTitle>sebuah roman</subTitle>",
        '<titleInfo script="Arab"><title>أرض البشر</title></titleInfo>',
        '<namePart>Toer, Pramoedya Ananta</namePart><namePart type="date">1925-2006</namePart>',
        '<roleTerm type="code" authority="marcrelator">trl</roleTerm>',
        "<topic>Kolonialisme</topic><geographic>Indonesia</geographic><temporal>Abad 20</temporal>",
        "<titleInfo><title>Tetralogi Buru</title><partNumber>1</partNumber></titleInfo>",
        '<identifier type="isbn">9789799731234</identifier>',
        '<url displayLabel="Baca">https://contoh.example/1</url>',
        '<recordIdentifier source="ID-UMN">umn000017</recordIdentifier>',
    ):
        assert part in text
    assert "javascript" not in text


def test_an_empty_record_makes_valid_documents():
    bare = Record("00000nam a2200000 i 4500", [])

    assert [rule for rule in broken_rules(to_mods(bare)) if "recordInfo is empty" not in rule] == []
    assert values(to_oai_dc(bare), "type") == ["Text"]


def test_control_characters_do_not_break_the_documents():
    odd = Record("00000nam a2200000 i 4500", [Field.from_body("245", "10\x1faBumi\x07\ud800 manusia")])

    assert values(to_oai_dc(odd), "title") == ["Bumi manusia"]
    assert b"Bumi manusia" in etree.tostring(to_mods(odd))


@pytest.mark.parametrize("name", ["indonesian.mrc.gz", "nyu_aco_arabic.mrc.gz", "gpo_utf8.mrc.gz"])
def test_real_records_become_mods_and_dublin_core(shared_data, name):
    with (shared_data / "marc" / name).open("rb") as file:
        for number, read in enumerate(marc.read(file)):
            if number == 300:
                break
            if read.record is not None and read.record.kind == "bibliographic":
                assert broken_rules(to_mods(read.record)) == []
                assert re.match(rb"<oai_dc:dc ", etree.tostring(to_oai_dc(read.record)))

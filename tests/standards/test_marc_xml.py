"""MARCXML: what the schema says, what real files do, and what a hostile file tries."""

import io
import time
import tracemalloc

import pytest
from lxml import etree

from pustaka.standards.marc import collection, parse, read, split, to_marcxml
from pustaka.standards.marc.stream import MAX_RECORD
from tests.standards.conftest import data_field
from tests.standards.test_marc_iso2709 import codes

NAMESPACE = "http://www.loc.gov/MARC21/slim"


def read_text(text: str):
    return list(read(io.BytesIO(text.encode())))


def record_with(inner: str) -> str:
    leader = "<leader>00000nam a22000003i 4500</leader>"
    fixed = '<controlfield tag="001">1</controlfield><controlfield tag="008">x</controlfield>'
    title = '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">X</subfield></datafield>'
    return f"<record>{leader}{fixed}{title}{inner}</record>"


def parsed(text: str):
    return parse(text.encode(), format="marcxml")


def test_the_example_of_the_library_of_congress_comes_back(sandburg):
    text = to_marcxml(sandburg)

    found = parsed(text)

    assert found.record == sandburg
    assert found.record.leader == sandburg.leader
    assert found.mended == ()
    root = etree.fromstring(text)
    assert root.tag == f"{{{NAMESPACE}}}record"
    assert root.findtext(f"{{{NAMESPACE}}}controlfield[@tag='001']") == "   92005291 "


def test_a_collection_is_read_with_offsets(book):
    text = "".join(collection([book("Satu"), book("Dua & <tiga>")]))
    data = text.encode()

    found = read_text(text)

    assert [one.record for one in found] == [book("Satu"), book("Dua & <tiga>")]
    assert all(data[one.offset :].startswith(one.original) for one in found)
    assert {one.original[:8] + one.original[-9:] for one in found} == {b"<record></record>"}


def test_reading_resumes_at_an_offset(book):
    data = "".join(collection([book(f"Jilid {n}") for n in range(4)])).encode()
    whole = list(read(io.BytesIO(data)))

    assert list(read(io.BytesIO(data), start=whole[2].offset, number=3)) == whole[2:]


def test_awkward_characters_come_back(book):
    record = book("<b> & \"'\r\n\tآ \u200f]]>", data_field('5"<', '"&', "<a", "&b"))

    found = parsed(to_marcxml(record))

    assert found.record == record


def test_control_characters_cannot_be_written_and_are_left_out(book):
    found = parsed(to_marcxml(book("Bumi\x08 \x1bmanusia\ufffe")))

    assert found.record == book("Bumi manusia")


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><marc:collection xmlns:marc="{ns}">{marc}</marc:collection>',
        "<OAI-PMH><ListRecords><record><header/><metadata>{marc}</metadata></record></ListRecords></OAI-PMH>",
        '<z:records xmlns:z="x"><z:record><z:recordData>{marc}</z:recordData></z:record></z:records>',
        "{marc}",
        "\ufeff<!-- <record> in a comment --><collection><![CDATA[<record>]]><?record <record>?>{marc}</collection>",
        '<!DOCTYPE collection [<!ENTITY x "<record>">]><collection>{marc}</collection>',
    ],
)
def test_prefixes_wrappers_and_comments_are_passed_over(book, text):
    marc = to_marcxml(book()).replace("<", "<marc:").replace("<marc:/", "</marc:").replace("xmlns=", "xmlns:marc=")

    found = read_text(text.format(ns=NAMESPACE, marc=marc))

    assert [one.error for one in found] == [None]
    assert found[0].record == book()
    assert found[0].original == marc.encode()


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-16", "UTF-16"), ("iso8859-1", "ISO-8859-1"), ("cp1252", "windows-1252")]
)
def test_other_encodings_are_read(book, encoding, declared):
    text = "".join(collection([book("Café à la carte")])).replace("UTF-8", declared)

    (found,) = read(io.BytesIO(text.encode(encoding)))

    assert found.record == book("Café à la carte")
    assert found.mended == ()


# --- one damage, one mend --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "code", "field"),
    [
        ('<datafield tag="42" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>', "tag",
         data_field("042", "  ", "ax")),
        ('<datafield tag="HLD866" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>', "tag",
         data_field("HLD", "  ", "ax")),
        ('<datafield tag="500" ind1="10" ind2=" "><subfield code="a">x</subfield></datafield>', "indicators",
         data_field("500", "1 ", "ax")),
        ('<datafield tag="500"><subfield code="a">x</subfield></datafield>', None, data_field("500", "  ", "ax")),
        ('<datafield tag="500" ind1="Z" ind2=" "><subfield code="a">x</subfield></datafield>', "bad-indicator",
         data_field("500", "Z ", "ax")),
        ('<datafield tag="500" ind1="1" ind2="0"></datafield>', None, data_field("500", "10")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="updated">x</subfield></datafield>', "subfield-code",
         data_field("500", "  ", "ux")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="">x</subfield></datafield>', "subfield-code",
         data_field("500", "  ", " x")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">x<i>y</i>z</subfield></datafield>', "markup",
         data_field("500", "  ", "axyz")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">x<!-- y -->z</subfield></datafield>', None,
         data_field("500", "  ", "axz")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a"><![CDATA[<x>]]></subfield></datafield>', None,
         data_field("500", "  ", "a<x>")),
        ('<datafield tag="003" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>', "control-field", None),
        ('<controlfield tag="500">x</controlfield>', "control-field", data_field("500", "  ", "ax")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">caf&eacute; &amp; R&D &w;</subfield></datafield>',
         "entity", data_field("500", "  ", "acafé & R&D &w;")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">x\x08y&#x1F;z</subfield></datafield>',
         "xml-characters", data_field("500", "  ", "axyz")),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a">x</datafield>', "xml-not-well-formed",
         data_field("500", "  ", "ax")),
        ('<datafield tag="500" ind1=" " ind2=" " xsi:type="y"><subfield code="a">x</subfield></datafield>', None,
         data_field("500", "  ", "ax")),
    ],
)  # fmt: skip
def test_a_damaged_field_is_mended_or_noted(inner, code, field):
    found = parsed(record_with(inner))

    assert found.error is None
    assert code is None or code in codes(found)
    assert code is not None or found.mended == ()
    assert field is None or found.record.fields[3] == field


@pytest.mark.parametrize(
    ("leader", "mended"),
    [
        ("00817nas a2200265 4500", "00817nas a2200265   4500"),  # blanks that were squeezed
        ("01269nas a22004210 4500", "01269nas a22004210  4500"),
        ("01013nam 2200265Ia 4500", "01013nam  2200265Ia 4500"),
        ("      Z   22 4500", "      Z   22        4500"),
        ("00000nam a22000003i 4504", "00000nam a22000003i 4500"),
        ("", "          22        4500"),
    ],
)
def test_a_leader_is_mended(leader, mended):
    found = parsed(record_with("").replace("00000nam a22000003i 4500", leader))

    assert codes(found)[0] == "leader"
    assert found.record.leader == mended


def test_a_record_that_is_not_well_formed_costs_only_itself(book):
    texts = [to_marcxml(book(f"Jilid {n}")) for n in range(5)]
    texts[1] = texts[1].replace("</record>", "")
    texts[3] = texts[3].replace("<record ", "<rec0rd ")

    found = read_text(f"<collection>{''.join(texts)}</collection>")

    assert [one.error for one in found] == [
        None,
        "The record element is cut off: it has no end tag.",
        None,
        "The record element has lost its start tag.",
        None,
    ]
    assert [one.record for one in found if one.record] == [book("Jilid 0"), book("Jilid 2"), book("Jilid 4")]


def test_bytes_that_are_no_utf8_are_mended(book):
    raw = to_marcxml(book("Caf~ à la carte")).encode().replace(b"~", b"\xe9")

    found = parse(raw, format="marcxml")

    assert codes(found) == ["utf8-broken", "replacement-character"]
    assert found.record == book("Caf\ufffd à la carte")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<collection><record/></collection>", "without leader and fields"),
        ("<collection><record><title>x</title></record></collection>", "without leader and fields"),
        ("<collection><record><leader>00000nam a2200000   4500</leader></record></collection>", "no fields"),
        ("<collection><record><leader>00000nam a22", "cut off"),
    ],
)
def test_a_record_without_content_is_an_error(text, error):
    (found,) = read_text(text)

    assert found.record is None
    assert error in found.error


# --- hostile files ---------------------------------------------------------------------------------------------------


def test_entities_are_never_expanded(book):
    """A "billion laughs": a document type whose entities grow to gigabytes."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE collection [<!ENTITY l0 "lol">{lines}]>'
    marc = to_marcxml(book("~")).replace("~", "&l11;")

    tracemalloc.start()
    (found,) = read_text(f"{bomb}<collection>{marc}</collection>")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found.record == book("&l11;")
    assert "entity" in codes(found)
    assert peak < 10_000_000


def test_external_entities_are_never_fetched(book, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("rahasia")
    marc = to_marcxml(book("~")).replace("~", "&x;")

    (found,) = read_text(f'<!DOCTYPE c [<!ENTITY x SYSTEM "{secret.as_uri()}">]><collection>{marc}</collection>')

    assert found.record == book("&x;")
    inside = parsed(f'<!DOCTYPE record [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{marc}')
    assert inside.record is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<record ",
        "<record><leader>",
        "<!-- ",
        "<![CDATA[",
        "<?x ",
        "<!DOCTYPE [",
        "]> <!DOCTYPE x [ ] ",
        "</record>",
        "<a>",
        "<",
    ],
)
def test_cutting_costs_linear_time(hostile):
    def seconds(times: int) -> float:
        begin = time.perf_counter()
        for _ in split(io.BytesIO(b"<collection><leader>" + hostile.encode() * times), format="marcxml"):
            pass
        return time.perf_counter() - begin

    small, large = min(seconds(10_000) for _ in range(3)), min(seconds(80_000) for _ in range(2))
    assert large < max(8 * small * 3, 0.2)


def test_deep_nesting_is_an_error_or_passed_over(book):
    deep = "<a>" * 100_000

    found = read_text(f"<collection>{record_with(deep)}{to_marcxml(book())}</collection>")

    assert found[-1].record == book()
    assert len(found) == 2


def test_a_record_longer_than_the_bound_is_an_error_and_the_next_is_found(book):
    marc = to_marcxml(book())
    endless = f"<record><leader>{'x' * (MAX_RECORD + 1000)}"

    found = read_text(f"<collection>{marc}{endless}{marc}</collection>")

    assert found[0].record == book()
    assert found[-1].record == book()
    assert found[1].record is None
    assert max(len(one.original) for one in found) <= MAX_RECORD + (1 << 18)

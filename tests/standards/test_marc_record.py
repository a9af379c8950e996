"""Field and Record as values."""

import pytest

from pustaka.standards.marc import Field, Record
from tests.standards.conftest import data_field


def test_field_gives_its_parts_in_order():
    field = data_field("650", " 0", "aSejarah", "zIndonesia", "xSumber", "zJawa", "2lcsh", "0(ID)1")

    assert field.tag == "650"
    assert field.data is None
    assert field.indicators == " 0"
    assert field.subfields[:2] == (("a", "Sejarah"), ("z", "Indonesia"))
    assert field.get("z") == "Indonesia"
    assert field.get("q") == ""
    assert field.all("az") == ["Sejarah", "Indonesia", "Jawa"]
    assert field.text() == "Sejarah Indonesia Sumber Jawa"
    assert field.text("x2") == "Sumber lcsh"


def test_control_field_has_data_and_no_subfields():
    field = Field("008", data="800101s1980    io ")

    assert field.is_control
    assert (field.data, field.indicators, field.subfields) == ("800101s1980    io ", "", ())
    assert field.text() == "800101s1980    io "


@pytest.mark.parametrize(
    "wrong",
    [
        {"tag": "24", "subfields": [("a", "x")]},
        {"tag": "245", "data": "x"},
        {"tag": "001"},
        {"tag": "245", "indicators": "1"},
        {"tag": "245", "subfields": [("ab", "x")]},
        {"tag": "245", "subfields": [("", "x")]},
        {"tag": "245", "subfields": [("a", "x\x1fby")]},
        {"tag": "245", "subfields": [("\x1e", "x")]},
        {"tag": "001", "data": "x\x1d"},
        {"tag": "2\x1f5"},
    ],
)
def test_field_refuses_what_iso_2709_cannot_hold(wrong):
    tag = wrong.pop("tag")
    with pytest.raises(ValueError, match=r"Tag|Field"):
        Field(tag, **wrong)


def test_fields_are_equal_by_value():
    assert data_field("245", "10", "aX") == data_field("245", "10", "aX")
    assert len({data_field("245", "10", "aX"), data_field("245", "10", "aX")}) == 1
    assert data_field("245", "10", "aX") != data_field("245", "00", "aX")


def test_record_finds_fields_by_tag_and_wildcard(sandburg):
    assert sandburg.control("001") == "   92005291 "
    assert sandburg.control("006") == ""
    assert sandburg.get("245").get("a") == "Arithmetic /"
    assert sandburg.get("999") is None
    assert [field.tag for field in sandburg.all("1XX", "7XX")] == ["100", "700"]
    assert len(sandburg.all("650")) == 5
    assert len(sandburg.all("XXX")) == len(sandburg.fields)


@pytest.mark.parametrize("leader", ["", "x" * 23, "x" * 25, "é" + "x" * 23, "\x1e" + "x" * 23])
def test_record_refuses_a_leader_that_is_none(leader):
    with pytest.raises(ValueError, match="leader"):
        Record(leader)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("a", "bibliographic"), ("t", "bibliographic"), ("z", "authority"), ("x", "holdings"), ("u", "holdings"),
     ("w", "classification"), ("q", "community"), ("0", "unknown"), (" ", "unknown")],
)  # fmt: skip
def test_kind_follows_leader_06(code, kind):
    assert Record(f"00000n{code}m a2200000   4500").kind == kind


def test_equality_overlooks_what_describes_one_serialization_only(sandburg):
    other = Record("99999cam  2299999 a 4500", sandburg.fields)

    assert other == sandburg
    assert Record("99999dam  2299999 a 4500", sandburg.fields) != sandburg
    assert Record(sandburg.leader, sandburg.fields[:-1]) != sandburg


def test_linked_880_is_found_by_number(book):
    title = data_field("245", "10", "6880-02", "aKitāb")
    arabic = data_field("880", "10", "6245-02/(3/r", "aكتاب")
    other = data_field("880", "1 ", "6100-01/(3/r", "aمؤلف")
    unlinked = data_field("880", "10", "6245-00/(3/r", "aبلا")
    record = Record("00000nam a2200000   4500", [title, other, unlinked, arabic])

    assert record.linked_880(title) is arabic
    assert record.linked_880(data_field("100", "1 ", "6880-01", "aMuʼallif")) is other
    assert record.linked_880(data_field("245", "10", "6880-00", "aTanpa")) is None
    assert record.linked_880(data_field("245", "10", "6880-07", "aHilang")) is None
    assert record.linked_880(data_field("245", "10", "aTanpa tautan")) is None

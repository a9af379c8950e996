"""What a batch does to one record: plain functions over MARC."""

import pytest

from pustaka.catalog.batches.fields import FieldChange, applied
from pustaka.standards.marc import Field
from tests.factories import marc_record


def subject(text, *more, tag="650", indicators=" 4"):
    return Field(tag, indicators=indicators, subfields=[("a", text), *more])


def after(change, *fields, tag=None):
    record = applied(marc_record(more=fields), [change])
    return [str(field.body).replace("\x1f", "$") for field in record.all(tag or change.tag)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (FieldChange(do="set", tag="650", code="2", text="lcsh"), [" 4$aEkonomi$2lcsh", " 0$aHukum$2lcsh"]),
        (FieldChange(do="set", tag="650", code="a", text="Adat", indicators=" 0"), [" 4$aEkonomi", " 0$aAdat"]),
        (FieldChange(do="set", tag="650", code="x", text="Y", where_text="ekon"), [" 4$aEkonomi$xY", " 0$aHukum"]),
        (FieldChange(do="delete", tag="650", where_code="x", where_text="e"), [" 4$aEkonomi", " 0$aHukum"]),
        (
            FieldChange(do="add", tag="650", text="$aAdat$zBali", indicators=" 4"),
            [" 4$aEkonomi", " 0$aHukum", " 4$aAdat$zBali"],
        ),
        (FieldChange(do="add", tag="650", text="$aEkonomi", indicators=" 4"), [" 4$aEkonomi", " 0$aHukum"]),
        (FieldChange(do="delete", tag="650", where_text="HUKUM"), [" 4$aEkonomi"]),
        (FieldChange(do="delete", tag="650", code="a"), []),
        (FieldChange(do="replace", tag="650", find="kono", text="KONO"), [" 4$aEKONOmi", " 0$aHukum"]),
    ],
)  # fmt: skip
def test_fields_are_set_added_deleted_and_replaced(change, expected):
    assert change.check() == ""
    assert after(change, subject("Ekonomi"), subject("Hukum", indicators=" 0")) == expected


def test_a_subfield_is_set_in_a_new_field_where_there_is_none():
    change = FieldChange(do="set", tag="040", code="b", text="ind")

    assert after(change) == ["  $bind"]
    assert after(FieldChange(do="set", tag="040", code="b", text="ind", where_text="x")) == []
    tags = [field.tag for field in applied(marc_record(number="1", isbn="9786020633176"), [change]).fields]
    assert tags == sorted(tags)


def test_places_of_the_leader_and_of_control_fields_are_set():
    leader = applied(marc_record(), [FieldChange(do="set", tag="LDR", code="17", text="7")]).leader
    assert leader[17] == "7"
    assert len(leader) == 24
    assert after(FieldChange(do="set", tag="008", code="35", text="eng"))[0][35:38] == "eng"
    assert after(FieldChange(do="set", tag="008", code="39", text="eng")) == after(FieldChange(do="add", tag="008"))


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (FieldChange(do="set", tag="65", code="a", text="x"), "tag"),
        (FieldChange(do="set", tag="650", code="", text="x"), "code"),
        (FieldChange(do="set", tag="650", code="a"), "no-text"),
        (FieldChange(do="set", tag="650", code="a", text="x", indicators="1"), "indicators"),
        (FieldChange(do="add", tag="650", text="$"), "subfields"),
        (FieldChange(do="add", tag="001", text="x"), "add-control"),
        (FieldChange(do="replace", tag="650", text="x"), "find"),
        (FieldChange(do="set", tag="LDR", code="4", text="x"), "place"),
        (FieldChange(do="set", tag="LDR", code="8", text="xx"), "place"),
        (FieldChange(do="delete", tag="LDR"), "tag"),
        (FieldChange(do="replace", tag="008", find="ind", text="in"), "same-length"),
        (FieldChange(do="heading", text="x"), "find"),
        (FieldChange(do="subject", text=" "), "subfields"),
    ],
)
def test_a_change_that_makes_no_sense_says_why(change, wrong):
    assert change.check() == wrong


def test_a_subject_is_added_once():
    change = FieldChange(do="subject", text="Ekonomi -- Indonesia")

    assert after(change, tag="650") == [" 4$aEkonomi$xIndonesia"]
    there = Field("650", indicators=" 0", subfields=[("a", "EKONOMI"), ("z", "Indonesia.")])
    assert after(change, there, tag="650") == [" 0$aEKONOMI$zIndonesia."]


def test_a_heading_is_changed_where_it_stands_and_keeps_what_hangs_on_it():
    name = "$aToer, Pramoedya Ananta,$d1925-2006"
    change = FieldChange(do="heading", kind="person", find="Toer, Pramoedya A.", text=name, number="UMN-7")
    fields = (
        Field("600", indicators="14", subfields=[("a", "Toer, Pramoedya A."), ("x", "Kritik")]),
        Field("700", indicators="1 ", subfields=[("a", "Toer, Pramoedya A.,"), ("e", "pengarang"), ("0", "lama")]),
        Field("700", indicators="1 ", subfields=[("a", "Toer, Soesilo")]),
    )

    assert after(change, *fields, tag="700") == [
        "1 $aToer, Pramoedya Ananta,$d1925-2006,$epengarang$0UMN-7",
        "1 $aToer, Soesilo",
    ]
    assert after(change, *fields, tag="600") == ["14$aToer, Pramoedya Ananta,$d1925-2006.$xKritik$0UMN-7"]


def test_a_heading_with_subdivisions_is_changed_as_a_whole_or_in_its_first_part():
    there = Field("650", indicators=" 4", subfields=[("a", "Ekonomi"), ("z", "Indonesia"), ("x", "Sejarah")])

    whole = FieldChange(do="heading", kind="topic", find="Ekonomi -- Indonesia -- Sejarah", text="Sejarah ekonomi")
    first = FieldChange(do="heading", kind="topic", find="ekonomi", text="Ilmu ekonomi")

    assert after(whole, there, tag="650") == [" 4$aSejarah ekonomi"]
    assert after(first, there, tag="650") == [" 4$aIlmu ekonomi$zIndonesia$xSejarah"]
    assert after(FieldChange(do="heading", kind="place", find="ekonomi", text="X"), there, tag="650") == [
        " 4$aEkonomi$zIndonesia$xSejarah"
    ]


def test_two_headings_that_become_one_are_written_once():
    change = FieldChange(do="heading", kind="topic", find="Perekonomian", text="Ekonomi")

    assert after(change, subject("Ekonomi"), subject("Perekonomian"), tag="650") == [" 4$aEkonomi"]

"""What of another library's record comes into our catalogue."""

import pytest

from pustaka.catalog.adopting import adopted, is_local
from pustaka.standards.marc import Field, Record
from tests.factories.catalog import marc_record


def test_control_number_goes_to_035_behind_its_source() -> None:
    theirs = marc_record(number="ocm0123", source="OCoLC", isbn="9789799731234")

    ours = adopted(theirs, organization="DLC")

    assert ours.all("001", "003", "005") == []
    assert ours.all("035") == [Field("035", subfields=[("a", "(OCoLC)ocm0123")])]
    assert [field.tag for field in ours.fields] == ["008", "020", "035", "082", "100", "245", "264", "300"]


@pytest.mark.parametrize(("organization", "numbers"), [("DLC", ["(DLC)77"]), ("", [])])
def test_organization_of_the_target_stands_in_where_the_record_names_no_source(
    organization: str, numbers: list[str]
) -> None:
    theirs = Record("00000nam a2200000 i 4500", [Field("001", data=" 77 "), *marc_record().fields])

    assert [field.get("a") for field in adopted(theirs, organization=organization).all("035")] == numbers


@pytest.mark.parametrize(("there", "count"), [("(dlc) 77", 1), ("(DLC)78", 2), ("77", 2)])
def test_number_that_035_has_already_is_not_written_twice(there: str, count: int) -> None:
    known = Field("035", subfields=[("a", there)])
    theirs = Record(
        "00000nam a2200000 i 4500", [Field("001", data="77"), Field("003", data="DLC"), known, *marc_record().fields]
    )

    assert len(adopted(theirs).all("035")) == count


@pytest.mark.parametrize(
    ("tag", "local"),
    [
        ("952", True), ("900", True), ("852", True), ("866", True), ("876", True), ("090", True), ("590", True),
        ("690", True), ("049", True), ("856", False), ("880", False), ("490", False), ("650", False), ("082", False),
        ("830", False), ("886", False), ("040", False),
    ],
)  # fmt: skip
def test_fields_of_one_library_only_stay_there(tag: str, local: bool) -> None:
    assert is_local(tag) is local
    theirs = Record("00000cam a2200000 i 4500", [*marc_record().fields, Field(tag, subfields=[("a", "x")])])

    assert (adopted(theirs).all(tag)[-1:] == [Field(tag, subfields=[("a", "x")])]) is not local


def test_what_applies_to_one_institution_and_local_subfields_stay_there() -> None:
    note = Field("561", subfields=[("a", "Milik Snouck Hurgronje"), ("5", "NL-LeU")])
    topic = Field("650", indicators=" 0", subfields=[("a", "Novel"), ("9", "4711")])

    ours = adopted(marc_record(more=(note, topic)))

    assert ours.all("561") == []
    assert ours.all("650") == [Field("650", indicators=" 0", subfields=[("a", "Novel")])]


def test_record_counts_as_new() -> None:
    assert adopted(marc_record(leader="01234cam a2200000 i 4500")).leader == "01234nam a2200000 i 4500"

"""What is wrong with a record, and what only odd."""

import pytest

from pustaka.catalog import checks, rules
from pustaka.standards.marc import Field, Record
from tests.factories import marc_record

SOUND = marc_record(isbn="9789799731234", more=(Field("650", indicators=" 4", subfields=[("a", "Fiksi")]),))


def found(record, **more):
    return [(one.tag, one.is_error) for one in checks.findings(record, this_year=2026, **more)]


def test_a_sound_record_has_nothing_to_say():
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("fields", "tag"),
    [
        ({"isbn": "9789799731235"}, "020"),
        ({"isbn": "97897997312"}, "020"),
        ({"issn": "1411-3180"}, "022"),
        ({"year": 2028}, "264"),
        ({"ddc": "sastra"}, "082"),
    ],
)
def test_what_was_typed_wrong_blocks_and_what_was_there_only_warns(fields, tag):
    wrong = marc_record(**({"isbn": "9789799731234"} | fields), more=(Field("650", subfields=[("a", "Fiksi")]),))

    assert (tag, True) in found(wrong)
    assert (tag, False) in found(wrong, base=wrong)
    assert (tag, True) not in found(wrong, base=wrong)


def test_next_years_book_is_no_error():
    assert tuple(year for year in (2027, 2028) if rules.year_fault(year, this_year=2026) in {"", "future"}) == (
        2027,
        2028,
    )
    assert [rules.year_fault(year, this_year=2026) for year in (1449, 1450, 2027, 2028, None)] == [
        "early", "", "", "future", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "read", "fault"),
    [
        ("978-979-97312-3-4", "9789799731234", ""), ("9789799731235", None, "check"), ("0-8044-2957-X", "x", ""),
        ("97897997312", None, "length"), ("9789799731235 (jilid 1)", None, "check"),
    ],
)  # fmt: skip
def test_a_number_is_wrong_by_its_check_digit_or_its_length(text, read, fault):
    assert rules.number_fault(text, length=13, found=read) == fault


def test_a_record_without_title_or_of_another_kind_is_blocked():
    assert found(Record("00000nam a2200000 i 4500", []))[0] == ("245", True)
    assert found(Record("00000nz  a2200000n  4500", [Field("245", subfields=[("a", "x")])]))[0] == ("LDR", True)


def test_what_is_missing_is_only_told():
    bare = Record("00000nam a2200000 i 4500", [Field("245", subfields=[("a", "Bumi manusia")])])

    assert found(bare) == [(tag, False) for tag in ("008", "100", "264", "082", "650", "008")]


def test_fields_that_stand_there_twice_are_told():
    twice = Record(SOUND.leader, [*SOUND.fields, SOUND.get("245"), SOUND.get("650")])

    assert [tag for tag, _ in found(twice)] == ["245", "650"]


def test_a_changed_title_reminds_of_its_other_script():
    def titled(text):
        linked = Field("245", indicators="10", subfields=[("6", "880-01"), ("a", text)])
        other = Field("880", indicators="10", subfields=[("6", "245-01"), ("a", "بومي")])
        return Record(SOUND.leader, [*(field for field in SOUND.fields if field.tag != "245"), linked, other])

    assert ("245", False) in found(titled("Bumi baru"), base=titled("Bumi"))
    assert ("245", False) not in found(titled("Bumi"), base=titled("Bumi"))


@pytest.mark.parametrize(
    ("fixed", "fault"), [("", "missing"), ("x" * 39, "length"), ("x" * 40, ""), ("x" * 41, "length")]
)
def test_coded_data_has_forty_characters(fixed, fault):
    assert rules.fixed_fault(fixed) == fault

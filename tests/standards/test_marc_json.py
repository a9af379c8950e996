"""MARC-in-JSON: one object, an array, or one per line; damage and depth."""

import io
import json
import time

import pytest

from pustaka.standards.marc import parse, read, split, to_marcjson
from tests.standards.conftest import data_field
from tests.standards.test_marc_iso2709 import codes


def read_text(text: str):
    return list(read(io.BytesIO(text.encode())))


def parsed(*fields: object, leader: object = "00000nam a22000003i 4500"):
    fixed = [{"001": "1"}, {"008": "x"}, {"245": {"ind1": "0", "ind2": "0", "subfields": [{"a": "X"}]}}]
    return parse(json.dumps({"leader": leader, "fields": [*fixed, *fields]}).encode(), format="marcjson")


def test_the_example_of_the_proposal_comes_back(sandburg):
    text = to_marcjson(sandburg)

    found = parse(text.encode(), format="marcjson")

    assert found.record == sandburg
    assert found.record.leader == sandburg.leader
    assert found.mended == ()
    assert json.loads(text)["fields"][0] == {"001": "   92005291 "}
    assert json.loads(text)["fields"][10] == {
        "100": {"ind1": "1", "ind2": " ", "subfields": [{"a": "Sandburg, Carl,"}, {"d": "1878-1967."}]}
    }


@pytest.mark.parametrize(
    ("begin", "between", "end"),
    [("", "\n", "\n"), ("[", ",", "]"), ("[\n  ", " ,\n ", "\n]\n"), ("\ufeff", "\r\n", ""), ("\x1e", "\n\x1e", "\n")],
)
def test_arrays_and_lines_are_read_with_offsets(book, begin, between, end):
    texts = [to_marcjson(book(f'Jilid "{n}" {{ é \\')) for n in range(3)]
    data = (begin + between.join(texts) + end).encode()

    found = list(read(io.BytesIO(data)))

    assert [one.original for one in found] == [text.encode() for text in texts]
    assert all(data[one.offset :].startswith(one.original) for one in found)
    assert [one.record for one in found] == [book(f'Jilid "{n}" {{ é \\') for n in range(3)]
    assert list(read(io.BytesIO(data), start=found[1].offset, number=2, format="marcjson")) == found[1:]


def test_an_object_around_the_array_costs_an_error_but_no_record(book):
    found = read_text('{"total": 2, "records": [' + to_marcjson(book("A")) + "," + to_marcjson(book("B")) + "]}")

    assert [one.record for one in found] == [None, book("A"), book("B")]


@pytest.mark.parametrize(
    ("field", "code", "expected"),
    [
        ({"42": {"ind1": " ", "ind2": " ", "subfields": [{"a": "x"}]}}, "tag", data_field("042", "  ", "ax")),
        ({"500": {"ind1": "12", "ind2": " ", "subfields": [{"a": "x"}]}}, "indicators", data_field("500", "1 ", "ax")),
        ({"500": {"subfields": [{"a": "x"}]}}, None, data_field("500", "  ", "ax")),
        ({"500": {"ind1": "1", "ind2": "0", "subfields": []}}, None, data_field("500", "10")),
        ({"500": {"ind1": "#", "ind2": " ", "subfields": [{"a": "x"}]}}, "bad-indicator",
         data_field("500", "# ", "ax")),
        ({"500": {"ind1": " ", "ind2": " ", "subfields": [{"ab": "x"}]}}, "subfield-code",
         data_field("500", "  ", "ax")),
        ({"500": {"ind1": " ", "ind2": " ", "subfields": [{"a": 1998}]}}, "not-text", data_field("500", "  ", "a1998")),
        ({"500": {"ind1": " ", "ind2": " ", "subfields": [{"a": None}]}}, None, data_field("500", "  ", "a")),
        ({"500": {"ind1": " ", "ind2": " ", "subfields": [{"a": "x\x1fby"}]}}, "delimiter-in-field",
         data_field("500", "  ", "ax by")),
        ({"500": "x"}, "control-field", data_field("500", "  ", "ax")),
        ({"500": {"ind1": " ", "ind2": " ", "subfields": [{"a": "\ud800"}]}}, None, data_field("500", "  ", "a\ud800")),
    ],
)  # fmt: skip
def test_a_damaged_field_is_mended_or_noted(field, code, expected):
    found = parsed(field)

    assert codes(found) == ([code] if code else [])
    assert found.record.fields[3] == expected


@pytest.mark.parametrize("leader", [None, 7, "", "kurang"])
def test_a_leader_that_is_none_is_mended(leader):
    found = parsed(leader=leader)

    assert codes(found)[0] == "leader"
    assert len(found.record.leader) == 24


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],  # a bracket lost
        lambda text: text.replace('"subfields":[', '"subfields":', 1),
        lambda text: text.replace('"a":"Jilid', '"a":Jilid', 1),  # a quotation mark lost
        lambda text: text.replace('1","cPram', '1,"cPram', 1).replace('"},{"c"', '},{"c"', 1),
        lambda text: text.replace("}", "", 1),
        lambda text: text[: len(text) // 2],
    ],
)
def test_a_broken_object_costs_only_itself(book, damage):
    texts = [to_marcjson(book(f"Jilid {n}")) for n in range(4)]
    texts[1] = damage(texts[1])

    for between in ("\n", ","):
        found = read_text(between.join(texts))

        assert [one.record for one in found if one.record] == [book("Jilid 0"), book("Jilid 2"), book("Jilid 3")]
        assert [one.error for one in found if one.record is None]


def test_fields_before_the_leader_are_read_and_found_again(book):
    def turned(n: int) -> str:
        record = json.loads(to_marcjson(book(f"Jilid {n}")))
        return json.dumps({"fields": record["fields"], "leader": record["leader"]})

    found = read_text("\n".join([turned(0), turned(1)[:-40], turned(2)]))

    assert [one.record for one in found] == [book("Jilid 0"), None, book("Jilid 2")]


@pytest.mark.parametrize("deep", ['{"a":' * 100_000, "[" * 100_000, '{"leader":' + "[" * 100_000])
def test_depth_is_an_error_and_not_a_crash(book, deep):
    found = read_text(to_marcjson(book("A")) + "\n" + deep + "\n" + to_marcjson(book("B")))

    assert [one.record for one in found if one.record] == [book("A"), book("B")]
    assert parse(deep.encode(), format="marcjson").record is None


def test_numbers_of_many_digits_are_an_error_and_not_a_wait():
    raw = b'{"leader":"x","fields":[{"001":' + b"9" * 1_000_000 + b"}]}"
    begin = time.perf_counter()

    assert "Not sound JSON" in parse(raw, format="marcjson").error
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("hostile", ['{"', '{"a"', '{"a":"', '"', '{"leader":', "[{", '\\"', '{"leader":"x"}'])
def test_cutting_costs_linear_time(hostile):
    def seconds(times: int) -> float:
        begin = time.perf_counter()
        for _ in split(io.BytesIO(b'{"leader":"x",' + hostile.encode() * times), format="marcjson"):
            pass
        return time.perf_counter() - begin

    small, large = min(seconds(10_000) for _ in range(3)), min(seconds(80_000) for _ in range(2))
    assert large < max(8 * small * 3, 0.2)

"""Any record goes through any format and comes back; any bytes are read without a crash."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pustaka.standards.marc import (
    Field,
    NotMarc,
    Record,
    RecordTooLong,
    dump,
    load,
    parse,
    read,
    sniff,
    to_iso2709,
    to_marcjson,
    to_marcxml,
)
from pustaka.standards.marc.record import CONTROL_TAGS

DELIMITERS = "\x1d\x1e\x1f"
ANY_CHARACTER = st.characters(exclude_characters=DELIMITERS)
TEXT_CHARACTER = st.characters(codec="utf-8", exclude_characters=DELIMITERS)
XML_CHARACTER = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters=DELIMITERS + "\ufffe\uffff")
SOUND_CODE = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789")
SOUND_TAG = st.from_regex("[0-9A-Z]{3}", fullmatch=True).filter(lambda tag: tag not in CONTROL_TAGS)
SOUND_INDICATOR = st.sampled_from(" 0123456789abc")
LEADERS = st.from_regex("00000[a-z]{2}[a-z ] a2200000[ 0-9a-z]{3}4500", fullmatch=True)


def fields(character: st.SearchStrategy[str], *, tag=SOUND_TAG, code=SOUND_CODE, indicator=SOUND_INDICATOR):
    text = st.text(character, max_size=30)
    data = st.builds(
        lambda tag, one, two, subfields: Field(tag, indicators=one + two, subfields=subfields),
        tag,
        indicator,
        indicator,
        st.lists(st.tuples(code, text), min_size=1, max_size=5),
    )
    return data | st.builds(lambda tag, text: Field(tag, data=text), st.sampled_from(sorted(CONTROL_TAGS)), text)


def records(character: st.SearchStrategy[str], **parts: st.SearchStrategy[str]):
    return st.builds(Record, LEADERS, st.lists(fields(character, **parts), min_size=1, max_size=12))


def is_double(record: Record) -> bool:
    """Text that looks encoded twice is mended on reading: not what is tested here."""
    return any(lead in field.body for field in record.fields for lead in "ÂÃÄÅÎÏÐÑ×ØÙâãäåæçèéïðàáêëìíîñòóô")


@given(records(TEXT_CHARACTER).filter(lambda record: not is_double(record)))
def test_iso2709_gives_back_the_record(record):
    raw = to_iso2709(record)

    found = parse(raw, format="iso2709")

    assert found.record is not None
    assert found.record.fields == record.fields
    assert {mend.code for mend in found.mended if not mend.is_note} == set()
    assert to_iso2709(found.record) == raw


@given(records(XML_CHARACTER).filter(lambda record: not is_double(record)))
def test_marcxml_gives_back_the_record(record):
    found = parse(to_marcxml(record).encode(), format="marcxml")

    assert found.record == record
    assert {mend.code for mend in found.mended if not mend.is_note} == set()


@given(records(TEXT_CHARACTER).filter(lambda record: not is_double(record)))
def test_marcjson_gives_back_the_record(record):
    text = to_marcjson(record)

    assert parse(text.encode(), format="marcjson").record == record
    assert "\n" not in text
    assert json.loads(text)["leader"] == record.leader


@given(
    records(
        ANY_CHARACTER,
        tag=st.text(ANY_CHARACTER, min_size=3, max_size=3).filter(lambda tag: tag not in CONTROL_TAGS),
        code=ANY_CHARACTER,
        indicator=ANY_CHARACTER,
    )
)
def test_the_storage_form_gives_back_any_record_to_the_character(record):
    loaded = load(dump(record))

    assert loaded == record
    assert loaded.leader == record.leader


def test_the_storage_form_has_no_limit_of_length(book):
    record = book("x" * 1_000_000)

    assert load(dump(record)) == record
    with pytest.raises(RecordTooLong):
        to_iso2709(record)


@pytest.mark.parametrize("data", [b"", b"\x02" + b"x" * 24, b"\x01short", b"00127     2200037   4500245008900000"])
def test_the_storage_form_refuses_what_it_did_not_write(data):
    with pytest.raises(ValueError, match="storage form"):
        load(data)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_a_crash(data):
    for form in ("iso2709", "marcxml", "marcjson"):
        for found in read(io.BytesIO(data), format=form):
            assert (found.record is None) == (found.error is not None)
    with suppress(NotMarc):
        assert sniff(data) in ("iso2709", "marcxml", "marcjson")


# --- fuzz: damage to sound files -------------------------------------------------------------------------------------


@st.composite
def damage(draw: st.DrawFn, pieces: list[bytes]) -> tuple[bytes, set[int]]:
    """A file of these records with up to four damages, and which of the records were not touched.

    A record counts as touched when a byte of it or beside it was, since what is added between two records may as well
    belong to one of them.
    """
    data = bytearray(b"".join(pieces))
    owner = [index for index, piece in enumerate(pieces) for _ in piece]
    touched: set[int] = set()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data) - 1))
        size = draw(st.integers(1, 40))
        kind = draw(st.sampled_from(["flip", "cut", "add"]))
        end = min(len(data), at + (size if kind == "cut" else 1))
        touched |= set(owner[max(0, at - 1) : end + 1])
        new = draw(st.binary(min_size=1, max_size=30)) if kind != "cut" else b""
        if kind == "flip":
            new = new[:1]
        stop = at if kind == "add" else end
        data[at:stop] = new
        owner[at:stop] = [owner[at]] * len(new)
    return bytes(data), set(range(len(pieces))) - touched


def damaged_iso(book):
    return [to_iso2709(book(f"Jilid {n}", Field("500", subfields=[("a", "é" * n)]))) for n in range(8)]


def damaged_json(book):
    return [to_marcjson(book(f"Jilid {n}")).encode() + b"\n" for n in range(8)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(st.data())
def test_damage_to_iso2709_loses_no_other_record(book, data):
    pieces = damaged_iso(book)
    file, sound = data.draw(damage(pieces))

    found = [one.original for one in read(io.BytesIO(file), format="iso2709") if one.record is not None]

    for index in sound:
        assert pieces[index] in found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(st.data())
def test_damage_to_marcxml_loses_no_other_record(book, data):
    pieces = [to_marcxml(book(f"Jilid {n}")).encode() for n in range(8)]
    file, sound = data.draw(damage(pieces))

    found = [one.original for one in read(io.BytesIO(file), format="marcxml") if one.record is not None]

    for index in sound:
        assert pieces[index] in found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(st.data())
def test_damage_to_marcjson_loses_no_other_record(book, data):
    pieces = damaged_json(book)
    file, sound = data.draw(damage(pieces))

    found = [one.original for one in read(io.BytesIO(file), format="marcjson") if one.record is not None]

    for index in sound:
        assert pieces[index].strip() in found

"""Records as rows of text and back, and what differs between two of them."""

import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pustaka.catalog import differences, written
from pustaka.catalog.written import Row
from pustaka.standards import marc
from pustaka.standards.marc import Field, Record
from tests.factories import marc_record

LEADER = "00000nam a2200000 i 4500"
CHARACTERS = st.characters(exclude_characters="\x1d\x1e\x1f")


def test_a_record_is_written_as_cataloguers_write_it():
    record = Record(
        LEADER,
        [
            Field("001", data="k1"),
            Field("245", indicators="10", subfields=[("a", "Harga $5 {lama}"), ("c", "Toer")]),
            Field("650", indicators=" 4", subfields=[("a", "Fiksi")]),
        ],
    )

    assert written.rows(record) == [
        Row("LDR", "", LEADER),
        Row("001", "", "k1"),
        Row("245", "10", "$aHarga {dollar}5 {lcub}lama}$cToer"),
        Row("650", "_4", "$aFiksi"),
    ]
    assert written.record(written.rows(record)) == (record, [])


BODIES = st.builds(
    lambda head, pieces: "\x1f".join([head, *pieces]),
    st.text(CHARACTERS, min_size=2, max_size=2),
    st.lists(st.text(CHARACTERS, max_size=12), max_size=4),
)
TAGS = st.text(CHARACTERS, min_size=3, max_size=3).filter(lambda tag: tag.upper() != "LDR" and tag.strip())
FIELDS = st.one_of(
    st.builds(Field.from_body, TAGS.filter(lambda tag: tag not in marc.record.CONTROL_TAGS), BODIES),
    st.builds(lambda text: Field("008", data=text), st.text(CHARACTERS, max_size=40)),
)


@given(st.lists(FIELDS, max_size=5))
def test_any_record_comes_back_from_its_rows(fields):
    record = Record(LEADER, fields)

    assert written.record(written.rows(record)) == (record, [])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Row("24", "10", "$aX"), "tag"),
        (Row("245", "1", "$aX"), "indicators"),
        (Row("245", "10", "{U+001E}"), "delimiter"),
        (Row("008", "", "a{U+001F}b"), "delimiter"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row, code):
    record, mistakes = written.record([Row("LDR", "", LEADER), row])

    assert record is None
    assert [(mistake.place, mistake.code) for mistake in mistakes] == [(1, code)]


@pytest.mark.parametrize("leader", ["too short", LEADER + "x", "00000nam a2200000 i 450é"])
def test_a_leader_has_24_characters(leader):
    assert written.record([Row("LDR", "", leader)])[1] == [written.Mistake(0, "leader", str(len(leader)))]
    assert written.record([Row("245", "10", "$aX")])[1] == [written.Mistake(0, "no-leader", "")]


def test_what_a_hand_leaves_out_is_filled_in():
    record, mistakes = written.record(
        [Row("ldr", "", LEADER), Row("", "", " "), Row("500", "", "Catatan"), Row("650", "_4", "Fiksi$xSejarah")]
    )

    assert mistakes == []
    assert record.fields == [
        Field("500", subfields=[("a", "Catatan")]),
        Field("650", indicators=" 4", subfields=[("a", "Fiksi"), ("x", "Sejarah")]),
    ]


def real(shared_data):
    for path in sorted((shared_data / "marc").iterdir()):
        with gzip.open(path) as file:
            for read in marc.read(file):
                if read.record is not None:
                    yield path.name, read.record


@pytest.mark.slow
def test_every_real_record_comes_back_from_its_rows(shared_data):
    count = 0
    for name, record in real(shared_data):
        assert written.record(written.rows(record)) == (record, []), (name, record.control("001"))
        count += 1

    assert count > 50_000


# --- Differences ---


def varied(record, *, without=(), **texts):
    fields = [field for field in record.fields if field.tag not in without]
    fields = [
        Field(field.tag, indicators=field.indicators, subfields=[("a", texts[f"t{field.tag}"])])
        if f"t{field.tag}" in texts
        else field
        for field in fields
    ]
    return Record(record.leader, fields)


def test_a_moved_field_is_no_difference():
    record = marc_record()
    moved = Record(record.leader, list(reversed(record.fields)))

    assert differences.between(record, moved) == []


def test_the_leader_differs_by_what_is_the_records_own():
    record = marc_record()
    other = Record(f"09999{record.leader[5:12]}00123{record.leader[17:]}", record.fields)
    assert differences.between(record, other) == []

    (found,) = differences.between(record, Record(record.leader[:5] + "c" + record.leader[6:], record.fields))
    assert found.tag == "LDR"


def test_changes_of_different_fields_go_together():
    base = marc_record()
    mine, theirs = varied(base, t082="813"), varied(base, t300="100 hlm.", without=("100",))

    merged = differences.merge(base, mine, theirs)

    assert merged.clashes == []
    assert merged.record == varied(base, t082="813", t300="100 hlm.", without=("100",))


def test_added_fields_are_all_kept_and_the_same_one_once():
    base = marc_record()
    one, two, both = (Field("650", subfields=[("a", text)]) for text in ("Fiksi", "Sejarah", "Roman"))

    merged = differences.merge(
        base, Record(base.leader, [*base.fields, both, one]), Record(base.leader, [*base.fields, both, two])
    )

    assert merged.record.all("650") == [both, one, two]


@pytest.mark.parametrize(("choice", "text"), [({}, "813"), ({0: "mine"}, "813"), ({0: "theirs"}, "899")])
def test_changes_of_one_field_clash_until_somebody_chooses(choice, text):
    base = marc_record()
    mine, theirs = varied(base, t082="813"), varied(base, t082="899")

    merged = differences.merge(base, mine, theirs, choice)

    assert [clash.tag for clash in merged.clashes] == ["082"]
    assert merged.record.get("082").get("a") == text


def test_a_field_that_one_took_out_and_the_other_changed_clashes():
    base = marc_record()

    merged = differences.merge(base, varied(base, without=("082",)), varied(base, t082="899"), {0: "theirs"})

    assert (merged.clashes[0].mine, merged.record.get("082").get("a")) == ([], "899")


def test_merging_with_somebody_who_changed_nothing_is_ones_own():
    for seed in range(30):
        base = marc_record(more=tuple(Field("650", subfields=[("a", str(n))]) for n in range(4)))
        order = random.Random(seed)
        mine = Record(base.leader, order.sample(base.fields, k=len(base.fields) - 2))

        assert differences.merge(base, mine, base).record == mine
        assert differences.merge(base, base, mine).record == mine

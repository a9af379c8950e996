"""ISO 2709: the standard's own example, every kind of damage with its mend, and finding the next record."""

import io
import time

import pytest

from pustaka.standards.marc import Field, Record, RecordTooLong, parse, read, split, to_iso2709
from pustaka.standards.marc.stream import MAX_RECORD
from tests.standards.conftest import data_field


def read_bytes(data: bytes):
    return list(read(io.BytesIO(data)))


def parsed(raw: bytes):
    found = parse(raw, format="iso2709")
    assert found.original == raw
    return found


def codes(found):
    return [mend.code for mend in found.mended]


def test_the_example_of_the_library_of_congress_has_its_length_and_base_address(sandburg):
    raw = to_iso2709(sandburg)

    assert raw[:24] == b"01142cam  2200301 a 4500"
    assert raw[24:36] == b"001001300000"
    assert len(raw) == 1142
    found = parsed(raw)
    assert found.record == sandburg
    assert found.record.leader == sandburg.leader
    assert found.mended == ()
    assert to_iso2709(found.record) == raw


def test_records_come_with_number_and_offset(book):
    first, second = to_iso2709(book("Satu")), to_iso2709(book("Dua"))

    found = read_bytes(first + second)

    assert [(one.number, one.offset, one.original, one.error) for one in found] == [
        (1, 0, first, None),
        (2, len(first), second, None),
    ]


def test_reading_resumes_at_an_offset(book):
    raws = [to_iso2709(book(f"Jilid {n}")) for n in range(5)]
    data = b"\n".join(raws)
    whole = read_bytes(data)

    resumed = list(read(io.BytesIO(data), start=whole[3].offset, number=4))

    assert resumed == whole[3:]


# --- one damage, one mend --------------------------------------------------------------------------------------------


def test_a_wrong_record_length_is_mended(book):
    raw = to_iso2709(book())

    found = parsed(b"00042" + raw[5:])

    assert codes(found) == ["record-length"]
    assert found.record == book()


@pytest.mark.parametrize("base", [b"00000", b"99999", b"2f037", b"     "])
def test_a_wrong_base_address_is_mended(book, base):
    raw = to_iso2709(book())

    found = parsed(raw[:12] + base + raw[17:])

    assert codes(found) == ["base-address"]
    assert found.record == book()


def test_wrong_lengths_in_the_directory_are_mended_by_the_order_of_the_fields(book):
    raw = bytearray(to_iso2709(book()))
    raw[24 + 3 : 24 + 7] = b"0099"
    raw[24 + 12 + 7 : 24 + 24] = b"x0000"

    found = parsed(bytes(raw))

    assert codes(found) == ["directory"]
    assert found.record == book()


@pytest.mark.parametrize(("at", "extra"), [(24 + 36, b"1"), (24 + 12, b"??"), (24, b"0")])
def test_a_directory_with_characters_too_many_is_realigned(book, at, extra):
    raw = to_iso2709(book())
    found = parsed(raw[:at] + extra + raw[at:])

    assert codes(found) == ["base-address", "directory", "record-length"]
    assert found.record == book()


def test_a_directory_that_fits_nothing_is_an_error(book):
    raw = bytearray(to_iso2709(book()))
    raw[27:60] = b"x" * 33
    raw[60] = 0x1E

    found = parsed(bytes(raw))

    assert found.record is None
    assert found.error == "The directory cannot be understood: it does not fit the fields."


def test_fields_in_another_order_than_the_directory_are_read(book):
    record = book()
    raw = to_iso2709(record)
    base = 24 + 3 * 12 + 1
    one, two, three = (field.body.encode() + b"\x1e" for field in record.fields)
    entries = [
        b"001%04d%05d" % (len(one), len(three) + len(two)),
        b"008%04d%05d" % (len(two), len(three)),
        b"245%04d%05d" % (len(three), 0),
    ]

    found = parsed(raw[:24] + b"".join(entries) + raw[base - 1 : base] + three + two + one + b"\x1d")

    assert codes(found) == ["directory-order"]
    assert found.record == record


def test_a_lost_field_terminator_leaves_the_directory_to_go_by(book):
    raw = bytearray(to_iso2709(book("X", data_field("500", "  ", "aCatatan"))))
    raw[raw.index(b"\x1e", 80)] = ord("?")

    found = parsed(bytes(raw))

    assert codes(found) == ["directory-doubtful"]
    assert found.record.get("500").get("a") == "Catatan"


def test_a_terminator_inside_a_field_becomes_a_blank(book):
    raw = to_iso2709(book("Bumi~manusia /"))

    for delimiter in (b"\x1e", b"\x1d"):
        (found,) = read_bytes(raw.replace(b"~", delimiter))

        assert codes(found) == ["delimiter-in-field"]
        assert found.record == book("Bumi manusia /")


def test_a_missing_record_terminator_is_mended_and_the_next_record_found(book):
    raws = [to_iso2709(book(f"Jilid {n}")) for n in range(4)]
    data = raws[0] + raws[1][:-1] + raws[2][:-1] + raws[3]

    found = read_bytes(data)

    assert [codes(one) for one in found] == [[], ["no-record-terminator"], ["no-record-terminator"], []]
    assert [one.record.get("245").get("a") for one in found] == ["Jilid 0", "Jilid 1", "Jilid 2", "Jilid 3"]
    assert [one.offset for one in found] == [0, len(raws[0]), 2 * len(raws[0]) - 1, 3 * len(raws[0]) - 2]


def test_a_file_without_any_record_terminator_is_read(book):
    raws = [to_iso2709(book(f"Jilid {n}"))[:-1] for n in range(3000)]

    found = read_bytes(b"".join(raws))

    assert [one.original for one in found] == raws
    assert {one.error for one in found} == {None}


@pytest.mark.parametrize("keep", [30, 100, -20, -3])
def test_a_truncated_record_is_an_error_with_its_place(book, keep):
    whole, cut = to_iso2709(book("Satu")), to_iso2709(book("Dua", data_field("500", "  ", "aCatatan")))[:keep]

    first, second = read_bytes(whole + cut)

    assert first.error is None
    assert (second.number, second.offset, second.record, second.original) == (2, len(whole), None, cut)
    assert "cut off" in second.error or "No directory" in second.error


def test_a_record_cut_off_in_the_middle_of_a_file_costs_only_itself(book):
    raws = [to_iso2709(book(f"Jilid {n}", data_field("500", "  ", "aCatatan"))) for n in range(3)]

    found = read_bytes(raws[0] + raws[1][:-15] + raws[2])

    assert [one.record is None for one in found] == [False, True, False]
    assert "cut off" in found[1].error
    assert found[2].original == raws[2]


def test_bytes_lost_inside_a_record_are_an_error_when_fields_are_lost_with_them(book):
    raw = to_iso2709(book("X", data_field("500", "  ", "aCatatan"), data_field("520", "  ", "aRingkasan")))
    at = raw.index(b"Catatan")

    found = parsed(raw[:at] + raw[at + 12 :])

    assert found.record is None
    assert "Bytes are missing" in found.error


@pytest.mark.parametrize("padding", [b"\n", b"\r\n", b"   ", b"\0" * 100, b"\x1a"])
def test_padding_between_records_is_passed_over(book, padding):
    raw = to_iso2709(book())

    found = read_bytes(raw + padding + raw + padding)

    assert [(one.offset, one.original, one.mended) for one in found] == [
        (0, raw, ()),
        (len(raw + padding), raw, ()),
    ]


@pytest.mark.parametrize(
    "garbage", [b"-----\n", b"<html>404</html>", bytes(range(33, 127)) * 50, b"\xff\xfe\x00\x01" * 9]
)
def test_garbage_between_records_is_an_error_of_its_own(book, garbage):
    raw = to_iso2709(book())

    found = read_bytes(raw + garbage + raw)

    assert [one.record is None for one in found] == [False, True, False]
    assert (found[1].offset, found[1].original) == (len(raw), garbage.strip(b" \n\0"))
    assert found[2].offset == len(raw + garbage)


def test_a_length_that_reaches_over_the_next_record_does_not_swallow_it(book):
    first, second = to_iso2709(book("Satu")), to_iso2709(book("Dua"))

    found = read_bytes(b"%05d" % len(first + second) + first[5:] + second)

    assert [one.record.get("245").get("a") for one in found] == ["Satu", "Dua"]
    assert codes(found[0]) == ["record-length"]


def test_a_directory_is_not_mistaken_for_a_leader(book):
    """Digits of a long directory can look like the fixed places of a leader."""
    many = [data_field("264", " 1", "a" + "x" * 431), data_field("300", "  ", "a" + "x" * 23)]
    raw = to_iso2709(book("X", *(many * 40)))

    found = read_bytes(raw[:-1] + raw)

    assert [one.record == book("X", *(many * 40)) for one in found] == [True, True]


def test_a_record_without_fields_is_an_error():
    (found,) = read_bytes(b"00026     2200025   4500\x1e\x1d")

    assert (found.record, found.error) == (None, "The directory is empty: the record has no fields.")


@pytest.mark.parametrize(
    ("leader", "mended"),
    [
        (b"00000nam a22000003i 45e0", "00000nam a22000003i 4500"),
        (b"00000nam a  000003i 450 ", None),
        (b"00000nam a2200000\xff\x013i 45Q0"[:24], None),
    ],
)
def test_a_wrong_leader_is_mended(book, leader, mended):
    raw = to_iso2709(book())

    found = parsed(raw[:5] + leader[5:12] + raw[12:17] + leader[17:24] + raw[24:])

    assert "leader" in codes(found)
    assert found.record.leader[10:12] + found.record.leader[20:] == "224500"
    if mended:
        assert found.record.leader[5:10] + found.record.leader[17:] == mended[5:10] + mended[17:]
    assert found.record.fields == book().fields


# --- fields ----------------------------------------------------------------------------------------------------------


def with_body(tag: str, *more: bytes, scheme: bytes = b"a") -> bytes:
    """A record with 001, 008, 245 and for each of `more` a field that holds exactly these bytes."""
    bodies = [("001", b"1\x1e"), ("008", b"x\x1e"), ("245", b"00\x1faX\x1e"), *[(tag, body + b"\x1e") for body in more]]
    directory, start = b"", 0
    for name, data in bodies:
        directory += name.encode() + b"%04d%05d" % (len(data), start)
        start += len(data)
    base = 25 + len(directory)
    leader = b"%05dnam %s22%05d3i 4500" % (base + start + 1, scheme, base)
    return leader + directory + b"\x1e" + b"".join(data for _, data in bodies) + b"\x1d"


@pytest.mark.parametrize(
    ("tag", "body", "code", "field"),
    [
        ("500", b"\x1faCatatan", "indicators", data_field("500", "  ", "aCatatan")),
        ("500", b"1\x1faCatatan", "indicators", data_field("500", "1 ", "aCatatan")),
        ("500", b"10\\\x1faCatatan", "indicators", data_field("500", "10", "aCatatan")),
        ("500", b"10Judul: \x1fbAnak", "indicators", data_field("500", "10", "aJudul: ", "bAnak")),
        ("500", b"1Z\x1faCatatan", "bad-indicator", data_field("500", "1Z", "aCatatan")),
        ("500", b"10Catatan", "no-subfield", data_field("500", "10", "aCatatan")),
        ("FMT", b"BK", "no-subfield", data_field("FMT", "  ", "aBK")),
        ("500", b"  \x1fACatatan", "bad-subfield-code", data_field("500", "  ", "ACatatan")),
        ("500", b"  \x1f$Catatan", "bad-subfield-code", data_field("500", "  ", "$Catatan")),
        ("500", b"  \x1faCatatan\x1f", "bad-subfield-code", data_field("500", "  ", "aCatatan", "")),
        ("500", "  \x1fáCatatan".encode(), "bad-subfield-code", data_field("500", "  ", "áCatatan")),
        ("5 0", b"  \x1faCatatan", "bad-tag", data_field("5 0", "  ", "aCatatan")),
        ("500", b"  \x1faCata\x08tan", "control-character", data_field("500", "  ", "aCata\x08tan")),
        ("500", b"  \x1faCata\xef\xbf\xbdtan", "replacement-character", data_field("500", "  ", "aCata\ufffdtan")),
    ],
)
def test_a_damaged_field_is_mended_or_noted(tag, body, code, field):
    found = parsed(with_body(tag, body))

    assert codes(found) == [code]
    assert found.record.fields[3] == field


@pytest.mark.parametrize(
    ("tag", "body"), [("CAT", b"  \x1faX"), ("lkr", b"  \x1faX"), ("9AB", b"a9\x1f9X"), ("500", b"  ")]
)
def test_what_is_unusual_but_sound_is_not_mended(tag, body):
    raw = with_body(tag, body)
    found = parsed(raw)

    assert found.mended == ()
    assert to_iso2709(found.record) == raw


def test_a_control_field_with_subfields_loses_them():
    found = parsed(with_body("003", b"  \x1faID-JaPN"))

    assert codes(found) == ["control-field"]
    assert found.record.control("003") == "ID-JaPN"


@pytest.mark.parametrize(
    ("leader", "tags", "notes"),
    [
        ("nam", ["001", "008", "245"], []),
        ("nam", ["008", "245"], ["no-001"]),
        ("nam", ["001", "245"], ["no-008"]),
        ("nam", ["001", "008", "100"], ["no-245"]),
        ("nam", ["001", "100", "200"], ["no-008", "looks-like-unimarc", "no-245"]),
        ("nz ", ["001", "008", "100"], []),
        ("nz ", ["001", "008", "400"], ["no-heading"]),
        ("nx ", ["001", "008", "852"], []),
        ("n  ", ["001", "008", "245"], ["unknown-type"]),
    ],
)
def test_missing_fields_are_noted_and_the_record_is_kept(book, leader, tags, notes):
    record = book()
    record.leader = f"00000{leader} a22000003i 4500"
    record.fields = [
        data_field(tag, "  ", "aX") if tag >= "010" else type(record.fields[0])(tag, data="X") for tag in tags
    ]

    found = parsed(to_iso2709(record))

    assert codes(found) == notes
    assert all(mend.is_note for mend in found.mended)
    assert found.record == record


# --- limits ----------------------------------------------------------------------------------------------------------


def of_length(book, length: int):
    """A record that has exactly this many bytes in ISO 2709."""
    notes = [data_field("500", "  ", "a" + "x" * 9_000) for _ in range(11)]
    rest = length - len(to_iso2709(book("X", *notes[:-1], data_field("500", "  ", "a"))))
    return book("X", *notes[:-1], data_field("500", "  ", "a" + "x" * rest))


def test_99_999_bytes_are_written_and_100_000_refused(book):
    raw = to_iso2709(of_length(book, 99_999))

    assert len(raw) == 99_999
    assert read_bytes(raw + raw)[1].record == of_length(book, 99_999)
    with pytest.raises(RecordTooLong, match="100,000 bytes"):
        to_iso2709(of_length(book, 99_999 + 1))


def test_a_field_of_9_999_bytes_is_written_and_of_10_000_refused(book):
    def noted(size: int):
        return book("X", data_field("500", "  ", "a" + "x" * (size - 5)))

    assert b"5009999" in to_iso2709(noted(9_999))
    with pytest.raises(RecordTooLong, match="Field 500 has 10,000 bytes"):
        to_iso2709(noted(10_000))


def over_long(book, fields: int) -> bytes:
    """A record as a system writes it that cuts lengths and offsets down to their room."""
    record = book("X", *[data_field("500", "  ", f"a{n:04}" + "x" * 5_000) for n in range(fields)])
    bodies = [field.body.encode() + b"\x1e" for field in record.fields]
    directory = "".join(
        f"{field.tag}{len(body):04}{sum(map(len, bodies[:at])) % 100_000:05}"
        for at, (field, body) in enumerate(zip(record.fields, bodies, strict=True))
    ).encode()
    leader = b"99999nam a22%05d3i 4500" % (25 + len(directory))
    return leader + directory + b"\x1e" + b"".join(bodies) + b"\x1d"


def test_a_record_over_99_999_bytes_is_read(book):
    raw, small = over_long(book, 60), to_iso2709(book())
    assert len(raw) > 300_000

    found = read_bytes(small + raw + small)

    assert [codes(one) for one in found] == [[], ["directory", "over-99999"], []]
    assert len(found[1].record.all("500")) == 60
    assert found[1].record.fields[-1].get("a").startswith("0059")


def test_a_record_longer_than_the_bound_is_an_error_and_the_next_is_found(book):
    small = to_iso2709(book())

    found = read_bytes(small + small[:-10] + b"x" * (MAX_RECORD + 1000) + b"\x1e\x1d" + small)

    assert found[0].error is None
    assert f"within {MAX_RECORD:,} bytes" in found[1].error
    assert found[-1].original == small
    assert max(len(one.original) for one in found) <= MAX_RECORD + (1 << 18)


def test_finding_the_next_record_costs_linear_time(book):
    """Twice the damage takes twice the time, not four times; the worst case that we know."""
    raw = to_iso2709(book())[:-1]

    def seconds(times: int) -> float:
        begin = time.perf_counter()
        for _ in split(io.BytesIO(raw * times + b"12345" * times)):
            pass
        return time.perf_counter() - begin

    seconds(2_000)
    small, large = min(seconds(5_000) for _ in range(3)), min(seconds(40_000) for _ in range(2))
    assert large < max(8 * small * 3, 0.2)


def test_a_record_is_exact_only_when_writing_it_gives_back_its_bytes():
    sound = to_iso2709(
        Record("00000nam a2200000 i 4500", [Field("001", data="1"), Field("245", subfields=[("a", "Café")])])
    )
    short_indicators = sound.replace(b"  \x1fa", b"1\x1fa", 1)

    assert parse(sound, format="iso2709").is_exact
    for odd in (sound[:-1], b"99999" + sound[5:], sound[:20] + b"    " + sound[24:], short_indicators):
        read = parse(odd, format="iso2709")
        assert not read.is_exact
        assert to_iso2709(read.record) != odd

"""Streams: telling formats apart, gzip and its bombs, bounded memory."""

import gzip
import io
import tracemalloc
import zlib

import pytest

from pustaka.standards.marc import (
    NotMarc,
    StreamDamaged,
    collection,
    read,
    sniff,
    split,
    to_iso2709,
    to_marcjson,
    to_marcxml,
)
from pustaka.standards.marc.stream import MAX_RATIO, RATIO_FREE


def formats(record) -> dict[str, bytes]:
    return {
        "iso2709": to_iso2709(record),
        "marcxml": "".join(collection([record])).encode(),
        "marcjson": to_marcjson(record).encode(),
    }


@pytest.mark.parametrize("name", ["iso2709", "marcxml", "marcjson"])
def test_formats_are_told_apart_and_unpacked(book, name):
    data = formats(book())[name]

    assert sniff(data) == name
    for packed in (data, gzip.compress(data), b"\n\n" + data):
        assert [one.record for one in read(io.BytesIO(packed))] == [book()]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"a0240\na111\na333\n", "no MARC"),
        (b"judul;pengarang\nBumi Manusia;Pramoedya\n", "no MARC"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "<html>"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'></svg>", "<svg>"),
        (b"<top><record><a:b>x</a:b></record></top>", "<top>"),
        (b'{"title": "Bumi Manusia"}', "MARC-in-JSON"),
        (b"PK\x03\x04rest", "archive"),
        (b"x" * 257 + b"ustar", "archive"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\x1e\x1f\x1d" + bytes(range(256)) * 9, "no MARC"),
    ],
)
def test_other_files_are_refused_with_a_sentence(head, sentence):
    with pytest.raises(NotMarc, match=sentence):
        sniff(head)
    with pytest.raises(NotMarc, match=sentence):
        list(read(io.BytesIO(head)))


def test_a_format_can_be_named_when_the_beginning_tells_nothing(book):
    data = b"x" * 100_000 + to_iso2709(book())

    with pytest.raises(NotMarc):
        list(read(io.BytesIO(data)))
    assert [one.record for one in read(io.BytesIO(data), format="iso2709")] == [None, book()]


def test_gzip_members_that_were_put_together_are_one_file(book):
    one, two = (gzip.compress(to_iso2709(book(title))) for title in ("Satu", "Dua"))

    found = list(read(io.BytesIO(one + two + b"\0" * 512)))

    assert [one.record for one in found] == [book("Satu"), book("Dua")]


def test_reading_resumes_inside_gzip(book):
    data = b"".join(to_iso2709(book(f"Jilid {n}")) for n in range(9))
    packed = gzip.compress(data)
    whole = list(read(io.BytesIO(packed)))

    assert list(read(io.BytesIO(packed), start=whole[6].offset, number=7)) == whole[6:]


def test_a_stream_that_gives_little_at_a_time_is_read(book):
    class Trickle(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.source = io.BytesIO(data)

        def read(self, size: int = -1) -> bytes:
            return self.source.read(min(size, 7) if size >= 0 else 7)

    for data in formats(book()).values():
        for packed in (data, gzip.compress(data)):
            assert [one.record for one in read(Trickle(packed))] == [book()]


def test_gzip_that_is_cut_off_gives_what_there_was_and_an_error(book):
    data = b"".join(to_iso2709(book(f"Jilid {n}" + "xyz" * n)) for n in range(2_000))
    packed = gzip.compress(data)

    found = list(read(io.BytesIO(packed[: len(packed) // 2])))

    assert len(found) > 200
    assert {one.error for one in found[:-2]} == {None}
    assert "The record is cut off" in found[-2].error
    assert "The compressed file is cut off" in found[-1].error
    with pytest.raises(StreamDamaged):
        list(split(io.BytesIO(packed[: len(packed) // 2])))


def test_gzip_that_is_damaged_is_an_error(book):
    packed = bytearray(gzip.compress(to_iso2709(book("Satu")) + to_iso2709(book("Dua"))))
    packed[-6] ^= 1  # the checksum

    found = list(read(io.BytesIO(bytes(packed))))

    assert [one.record for one in found] == [book("Satu"), book("Dua"), None]
    assert "damaged" in found[-1].error


def bomb(size: int, *, head: bytes, filler: bytes = b"\0") -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    pieces = [packer.compress(head)]
    block = filler * (1 << 20)
    for _ in range(size >> 20):
        pieces.append(packer.compress(block))
    return b"".join([*pieces, packer.flush()])


@pytest.mark.parametrize("name", ["iso2709", "marcxml", "marcjson"])
def test_a_gzip_bomb_is_refused_without_filling_memory(book, name):
    packed = bomb(160 << 20, head=formats(book())[name], filler=b" ")
    assert len(packed) < 1_000_000

    tracemalloc.start()
    found = list(read(io.BytesIO(packed)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found[0].record == book()
    assert "Refused" in found[-1].error
    assert peak < 150 << 20


def test_what_shrinks_well_is_no_bomb_below_the_bound(book):
    """The same record over and over packs better than any catalogue; up to 64 MB nobody asks."""
    raw = to_iso2709(book("X" * 5000))
    count = RATIO_FREE // len(raw)
    packed = gzip.compress(raw * count)
    assert len(raw) * count > MAX_RATIO * len(packed)

    assert sum(1 for _ in split(io.BytesIO(packed))) == count
    with pytest.raises(StreamDamaged):
        list(split(io.BytesIO(gzip.compress(raw * (count + 100)))))


@pytest.mark.parametrize("name", ["iso2709", "marcxml", "marcjson"])
def test_memory_does_not_grow_with_the_file(book, name):
    one = {
        "iso2709": to_iso2709(book()),
        "marcxml": to_marcxml(book()).encode(),
        "marcjson": to_marcjson(book()).encode(),
    }

    def peak(count: int) -> int:
        stream = io.BytesIO(one[name] * count)
        tracemalloc.start()
        assert sum(found.record is not None for found in read(stream)) == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(6_000) < peak(2_000) + (1 << 20)

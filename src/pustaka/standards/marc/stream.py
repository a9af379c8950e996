"""A byte stream that unpacks itself and never holds more than it is asked for."""

import codecs
import zlib
from contextlib import suppress
from typing import BinaryIO

from pustaka.standards.marc.mend import StreamDamaged

CHUNK = 1 << 18  # bytes read at once
MAX_RECORD = 32 << 20  # bytes of one record; ISO 2709 stops at 99,999, MARCXML and JSON may be longer
# Catalogues shrink to a tenth, MARCXML at best to a fiftieth; a thousandth is the most that deflate can do.
MAX_RATIO = 200
RATIO_FREE = 64 << 20  # bytes unpacked before the ratio counts

GZIP_MAGIC = b"\x1f\x8b\x08"


class Source:
    """The decompressed bytes of a file, with a look ahead.

    When the compressed data is broken, cut off, or unpacks to more than `MAX_RATIO` times its size, the source ends
    there, and `damage` says so.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.damage: StreamDamaged | None = None
        self._stream = stream
        self._ahead = b""
        head = _read_full(stream, len(GZIP_MAGIC))
        self._inflate = zlib.decompressobj(wbits=31) if head == GZIP_MAGIC else None
        self._packed = b""  # compressed and not yet given to zlib
        self._decoder: codecs.IncrementalDecoder | None = None
        self._in = self._out = 0
        if self._inflate:
            self._packed, self._in = head, len(head)
        else:
            self._ahead = head

    def peek(self, size: int) -> bytes:
        """The next bytes without consuming them; fewer than `size` at the end only."""
        while len(self._ahead) < size:
            more = self._next(size - len(self._ahead))
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """At most `size` bytes; b"" at the end only."""
        if self._ahead:
            taken, self._ahead = self._ahead[:size], self._ahead[size:]
            return taken
        return self._next(size)

    def recode(self, encoding: str) -> None:
        """From here on give the text in UTF-8; what is no text in `encoding` becomes U+FFFD."""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ahead = self._decoder.decode(self._ahead).encode()

    def skip(self, size: int) -> None:
        """Move on by `size` bytes, or to the end."""
        if size > len(self._ahead) and not self._inflate and not self._decoder and self._stream.seekable():
            self._stream.seek(size - len(self._ahead), 1)
            self._ahead = b""
            return
        while size and (taken := len(self.read(min(size, CHUNK)))):
            size -= taken

    def _next(self, size: int) -> bytes:
        if self._decoder is None:
            return self._bytes(size)
        while found := self._bytes(size):
            if text := self._decoder.decode(found):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()

    def _bytes(self, size: int) -> bytes:
        if self._inflate is None:
            return self._stream.read(size)
        while self.damage is None:
            if not self._packed:
                self._fill()
            if self._inflate.eof:  # after it the next member of a file that was put together with `cat`, or padding
                self._packed = self._packed.lstrip(b"\0")
                if self._packed:
                    self._inflate = zlib.decompressobj(wbits=31)
                elif not self._fill():
                    return b""
            elif not self._packed:
                self.damage = StreamDamaged("The compressed file is cut off: its end is missing. Ask for it again.")
            elif out := self._unpack(self._inflate, size):
                return out
        return b""

    def _fill(self) -> bool:
        self._packed = self._stream.read(CHUNK)
        self._in += len(self._packed)
        return bool(self._packed)

    def _unpack(self, inflate: "zlib._Decompress", size: int) -> bytes:
        before = inflate.copy()
        try:
            out = inflate.decompress(self._packed, size)
        except zlib.error as error:
            out = _unpack_to_error(before, self._packed)
            self.damage = StreamDamaged(
                f"The compressed file is damaged after {self._out + len(out):,} bytes ({error})."
            )
        self._packed = inflate.unconsumed_tail or inflate.unused_data
        self._out += len(out)
        if self._out > RATIO_FREE and self._out > MAX_RATIO * self._in:
            self.damage = StreamDamaged(
                f"The compressed file unpacks to more than {MAX_RATIO} times its size; no catalogue does. Refused."
            )
        return out


def _unpack_to_error(inflate: "zlib._Decompress", packed: bytes) -> bytes:
    """What comes before the damage: zlib keeps nothing of a call that fails, so it is asked byte by byte."""
    out: list[bytes] = []
    with suppress(zlib.error):
        out.extend(inflate.decompress(packed[at : at + 1]) for at in range(len(packed)))
    return b"".join(out)


def _read_full(stream: BinaryIO, size: int) -> bytes:
    head = b""
    while len(head) < size and (more := stream.read(size - len(head))):
        head += more
    return head


class Window:
    """A sliding window over a source: `data` holds what was read and not yet dropped, beginning at `offset`."""

    def __init__(self, source: Source, *, offset: int = 0) -> None:
        self._source = source
        self.data = b""
        self.offset = offset
        self.ended = False

    def drop(self, size: int) -> None:
        """Forget the first `size` bytes."""
        self.data = self.data[size:]
        self.offset += size

    def more(self) -> None:
        """Read as much again as is held (a long record costs linear time), but no more than a record may have."""
        wanted = max(CHUNK, min(len(self.data), MAX_RECORD - len(self.data)))
        pieces = [self.data]
        while wanted > 0:
            piece = self._source.read(min(wanted, CHUNK))
            if not piece:
                self.ended = True
                break
            pieces.append(piece)
            wanted -= len(piece)
        self.data = b"".join(pieces)

"""A file of records on its way to the catalogue: read, understood, and handed over in chunks.

Reading and deriving cost more than writing, so large files are read by processes of their own, one chunk ahead of the
database. Plain Python: such a process starts quickly and holds no connection.
"""

import gc
import logging
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pustaka.catalog import derive, describing, rules
from pustaka.catalog.tables import Recipe
from pustaka.standards import marc, sheets
from pustaka.standards.marc.stream import Source

log = logging.getLogger(__name__)

CHUNK = 1_000  # records in one transaction of the import: some 50 ms, which the desk doesn't notice
CHUNK_BYTES = 4_000_000
HEAD_BYTES = 1 << 16
WORTH_A_PROCESS = 3_000_000  # bytes of a file from which starting another process pays

# Number, offset, the record's bytes; a text says why it can't be read or the file ends before its time.
Raw = tuple[int, int, bytes | str]
Way = marc.Format | Recipe  # how a file is read: its format, or the recipe of a table


class Parsed(NamedTuple):
    """One record of the file, understood as far as it can be.

    kind: bibliographic, authority, holdings, copy; anything else is kept out of the catalogue and said so.
    error: why nothing could be read; then all that follows is empty.
    messages: what was mended or noted: code, sentence. `is_mended` when one of them changed something.
    marc: the storage form. original: the bytes as found where they can't be written again from it, else `None`.
    title: of a row that tells of a copy only, as a hint for people.
    """

    number: int
    offset: int
    kind: str = ""
    error: str = ""
    messages: tuple[tuple[str, str], ...] = ()
    is_mended: bool = False
    marc: bytes = b""
    original: bytes | None = None
    columns: derive.Columns | None = None
    keys: tuple[derive.Key, ...] = ()
    copies: tuple[derive.Copy, ...] = ()
    heading: derive.Heading | None = None
    shelf: derive.Shelf | None = None
    title: str = ""


class Chunk(NamedTuple):
    """Records that belong into one transaction.

    next_offset: where the record after them begins in the decompressed file; the end of the last one at the end.
    consumed: bytes of the file as it lies on disk that were read so far.
    """

    records: list[Parsed]
    next_offset: int
    consumed: int
    is_last: bool


class Piece(NamedTuple):
    """A chunk before it is understood."""

    raws: list[Raw]
    next_offset: int
    consumed: int
    is_last: bool


def format_of(path: Path) -> marc.Format:
    """The format of a file, compressed or not.

    Raises:
        NotMarc: it is something else; the message says what it seems to be.
        StreamDamaged: compressed, and broken from the first byte on.
    """
    with path.open("rb") as file:
        return marc.sniff(Source(file).peek(HEAD_BYTES))


def chunks(path: Path, *, form: Way, start: int = 0, number: int = 1) -> Iterator[Chunk]:
    """The records of a file from the one at `start`, whose number is `number`.

    In a table both are the row, counted from 1.
    A compressed file that is cut off or damaged ends with a broken record that says so.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with path.open("rb") as file:
        pieces = _pieces(file, form=form, start=start, number=number)
        if cores == 1 or path.stat().st_size < WORTH_A_PROCESS:
            for piece in pieces:
                yield Chunk([understand(raw, form) for raw in piece.raws], *piece[1:])
            return
        with ExitStack() as stack:
            yield from _read_ahead(pieces, [stack.enter_context(closing(Reader(form))) for _ in range(min(cores, 4))])


def _read_ahead(pieces: "Iterator[Piece]", readers: "list[Reader]") -> Iterator[Chunk]:
    """Chunks in order; every reader works on one while the caller writes an earlier one."""
    busy: deque[tuple[Reader, Piece]] = deque()
    idle = deque(readers)

    def employ() -> None:
        while idle and (piece := next(pieces, None)) is not None:
            idle[0].send(piece.raws)
            busy.append((idle.popleft(), piece))

    employ()
    while busy:
        reader, piece = busy.popleft()
        records = reader.receive()
        idle.append(reader)
        employ()
        yield Chunk(records, piece.next_offset, piece.consumed, piece.is_last)


def _pieces(file: BinaryIO, *, form: Way, start: int, number: int) -> "Iterator[Piece]":
    raws: list[Raw] = []
    size, end = 0, start
    records = _rows(file, form, start) if isinstance(form, Recipe) else _records(file, form, start, number)
    for raw in records:
        if len(raws) == CHUNK or size > CHUNK_BYTES:
            yield Piece(raws, raw[1], file.tell(), is_last=False)
            raws, size = [], 0
        raws.append(raw)
        size += len(raw[2])
        end = raw[1] + (1 if isinstance(form, Recipe) else len(raw[2]) if isinstance(raw[2], bytes) else 0)
    yield Piece(raws, end, 0 if file.closed else file.tell(), is_last=True)


def _records(file: BinaryIO, form: marc.Format, start: int, number: int) -> Iterator[Raw]:
    end = start
    try:
        for offset, raw in marc.split(file, format=form, start=start):
            yield number, offset, raw
            number, end = number + 1, offset + len(raw)
    except marc.StreamDamaged as damage:
        yield number, end, str(damage)


def _rows(file: BinaryIO, recipe: Recipe, start: int) -> Iterator[Raw]:
    last = after = max(start - 1, recipe.after)
    for row in sheets.rows(file, layout=recipe.layout, after=after):
        last = row.number or last + 1
        yield last, last, row.data


class Reader:
    """A process that understands the chunks that it is sent, one at a time. It ends with the one that started it."""

    def __init__(self, form: Way) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, form), daemon=True, name="import-reader")
        self._process.start()
        theirs.close()

    def send(self, raws: list[Raw]) -> None:
        """Hand over a chunk; the reader must be idle."""
        self._line.send(raws)

    def receive(self) -> list[Parsed]:
        """Wait for the chunk.

        Raises:
            EOFError: the process has ended, so that the import must be resumed.
        """
        found: list[Parsed] = self._line.recv()
        return found

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()


def _work(line: Connection, form: Way) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that started this process
    gc.set_threshold(200_000, 50, 100)  # a chunk is many small tuples, and none of them can be garbage yet
    while True:
        try:
            raws = line.recv()
            line.send([understand(raw, form) for raw in raws])
        except (EOFError, OSError):
            return


def understand(raw: Raw, form: Way) -> Parsed:
    """One raw record; whatever is in it, an import goes on."""
    number, offset, data = raw
    if isinstance(data, str):
        return Parsed(number, offset, error=data)
    try:
        return _understand(number, offset, data, form)
    except Exception:
        log.exception("record %s at byte %s could not be understood", number, offset)
        return Parsed(number, offset, error="This record met a fault of the program; the log says more.")


def _understand(number: int, offset: int, data: bytes, form: Way) -> Parsed:
    if isinstance(form, Recipe):
        return _understand_row(number, data, form)
    read = marc.parse(data, format=form, number=number, offset=offset)
    record = read.record
    if record is None:
        return Parsed(number, offset, error=rules.one_line(read.error or ""))
    messages = tuple([(mend.code, rules.one_line(mend.detail)[:300]) for mend in read.mended])
    content = marc.dump(record)
    parsed = Parsed(
        number,
        offset,
        _kind(record),
        messages=messages,
        is_mended=any(not mend.is_note for mend in read.mended),
        marc=content,
        original=None if read.is_exact or is_written_as(record, data, form) else data,
    )
    if parsed.kind == "authority":
        return parsed._replace(heading=derive.heading(record))
    if parsed.kind == "holdings":
        return parsed._replace(shelf=derive.holdings(record))
    if parsed.kind != "bibliographic":
        return parsed
    fields = derive.by_tag(record)
    columns = derive.columns(record, fields)
    if without := derive.count_without_barcode(fields):
        parsed = parsed._replace(
            messages=(*messages, ("copy-without-barcode", f"{without} copies have no barcode and are left out."))
        )
    return parsed._replace(
        columns=columns,
        keys=tuple(derive.keys(record, columns, fields, content=content)),
        copies=tuple(derive.copies(fields)),
    )


def _understand_row(number: int, data: bytes, recipe: Recipe) -> Parsed:
    row = describing.describe(data, recipe)
    if row.error:
        return Parsed(number, number, error=rules.one_line(row.error))
    messages = tuple([(code, rules.one_line(detail)[:300]) for code, detail in row.remarks])
    parsed = Parsed(
        number, number, "copy", messages=messages, is_mended=row.is_mended, copies=row.copies, title=row.title
    )
    if row.record is None:
        return parsed
    content = marc.dump(row.record)
    fields = derive.by_tag(row.record)
    columns = derive.columns(row.record, fields)
    keys = tuple(derive.keys(row.record, columns, fields, content=content))
    return parsed._replace(kind="bibliographic", marc=content, columns=columns, keys=keys)


def _kind(record: marc.Record) -> str:
    """What the leader says; where it says nothing known, a title, as nearly everything is one."""
    return "bibliographic" if record.kind == "unknown" else record.kind


def is_written_as(record: marc.Record, data: bytes, form: Way) -> bool:
    """Whether writing the record in its format gives back these very bytes."""
    try:
        if form == "iso2709":
            return marc.to_iso2709(record) == data
        if form == "marcxml":
            return marc.to_marcxml(record).encode() == data
        return marc.to_marcjson(record).encode() == data
    except (marc.RecordTooLong, UnicodeEncodeError):
        return False

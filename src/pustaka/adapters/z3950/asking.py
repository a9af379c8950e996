"""A Z39.50 server asked for MARC records.

Each question has a connection of its own, in the thread that asks. YAZ never waits itself: the loop here waits on the
socket, so that the deadline holds whatever the other side does.
"""

import ctypes
import os
import select
import socket
import stat
import time
from ctypes import byref, c_char_p, c_int, c_void_p
from typing import Any

from pustaka.adapters.z3950 import zoom
from pustaka.adapters.z3950.guard import MOST_BYTES, Guard
from pustaka.catalog.ports import Answer, Failure, Place, Query, SourceFailed
from pustaka.standards import marc, pqf

CHUNK = 50  # records asked for at once; servers cut off longer answers
# Bib-1 diagnostics that mean a login: access denied and its kin, <https://www.loc.gov/z3950/agency/defns/bib1diag.html>.
LOGIN = frozenset({236, *range(1010, 1024)})
CLOSING = select.POLLERR | select.POLLHUP


class Z3950Source:
    """Z39.50 version 3: init, search with a type-1 query in bib-1, present."""

    def problem(self) -> str:
        """What to install where libyaz5 is missing."""
        if zoom.library() is not None:
            return ""
        return f"{zoom.LIBRARY} isn't installed: sudo apt-get install libyaz5"

    def ask(self, place: Place, query: Query, *, most: int, timeout_s: float) -> Answer:
        """See `catalog.ports.RecordSource`."""
        if (library := zoom.library()) is None:
            raise SourceFailed(Failure.NOT_INSTALLED)
        if not (attributes := place.indexes.get(query.by, "")):
            raise SourceFailed(Failure.NOT_INDEXED)
        asked = pqf.either(*(pqf.term(attributes, term) for term in query.terms))
        deadline = time.monotonic() + timeout_s
        addresses = _addresses(place)
        for number, address in enumerate(addresses, 1):
            try:
                with _Connection(library, place, most=most) as connection:
                    return connection.ask(address, asked, deadline=deadline)
            except _NotConnected:
                if number == len(addresses):
                    raise _why_not_connected(address, deadline) from None
        raise SourceFailed(Failure.UNKNOWN_HOST)


class _NotConnected(Exception):
    """Nobody took the call at this address."""


def _addresses(place: Place) -> list[tuple[str, int]]:
    """Where the host may be called, in the system's order; looked up here, as YAZ would wait for it."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise SourceFailed(Failure.UNKNOWN_HOST) from error
    return list(dict.fromkeys((str(entry[4][0]), int(entry[4][1])) for entry in found))


def _why_not_connected(address: tuple[str, int], deadline: float) -> SourceFailed:
    """YAZ only says that it could not connect; the system knows why."""
    try:
        socket.create_connection(address, timeout=max(0.05, min(2.0, deadline - time.monotonic()))).close()
    except ConnectionRefusedError:
        return SourceFailed(Failure.REFUSED)
    except TimeoutError:
        return SourceFailed(Failure.TIMEOUT)
    except OSError as error:
        return SourceFailed(Failure.UNREACHABLE, error.strerror or str(error))
    return SourceFailed(Failure.CLOSED)


class _Connection:
    """One ZOOM connection and its result set."""

    def __init__(self, library: Any, place: Place, *, most: int) -> None:
        self._zoom = library
        self._place = place
        self._most = most
        self._guard: Guard | None = None
        self._results: int | None = None
        options = library.ZOOM_options_create()
        for name, value in _options(place, most):
            library.ZOOM_options_set(options, name.encode(), value.encode())
        self._connection = c_void_p(library.ZOOM_connection_create(options))
        library.ZOOM_options_destroy(options)

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._guard is not None:
            self._guard.close()
        if self._results:
            self._zoom.ZOOM_resultset_destroy(self._results)
        self._zoom.ZOOM_connection_destroy(self._connection)

    def ask(self, address: tuple[str, int], asked: str, *, deadline: float) -> Answer:
        host, port = address
        self._zoom.ZOOM_connection_connect(self._connection, (f"[{host}]" if ":" in host else host).encode(), port)
        self._results = self._zoom.ZOOM_connection_search_pqf(self._connection, asked.encode())
        self._run(deadline)
        self._raise_error()
        total = self._zoom.ZOOM_resultset_size(self._results)
        records = [self._record(number) for number in range(min(total, self._most))]
        return Answer(total=total, records=tuple(record for record in records if record is not None))

    def _run(self, deadline: float) -> None:
        """Let YAZ work whenever its socket is ready, until it has nothing left to do."""
        one = (c_void_p * 1)(self._connection)
        while True:
            while self._zoom.ZOOM_event_nonblock(1, one):
                if self._zoom.ZOOM_connection_last_event(self._connection) == zoom.END:
                    return
            mask = self._zoom.ZOOM_connection_get_mask(self._connection)
            handle = self._zoom.ZOOM_connection_get_socket(self._connection)
            if handle < 0 or not mask:
                return
            self._watch_over(handle, deadline)
            self._zoom.ZOOM_connection_fire_event_socket(self._connection, _ready(handle, mask, deadline))

    def _watch_over(self, handle: int, deadline: float) -> None:
        """Set the guard before the socket; at first YAZ waits on a pipe, for the address."""
        if (self._guard is None or self._guard.handle != handle) and stat.S_ISSOCK(os.fstat(handle).st_mode):
            if self._guard is not None:
                self._guard.close()
            self._guard = Guard(handle, deadline=deadline)
        if self._guard is not None:
            self._guard.check()

    def _raise_error(self) -> None:
        message, addition, family = c_char_p(), c_char_p(), c_char_p()
        code = self._zoom.ZOOM_connection_error_x(self._connection, byref(message), byref(addition), byref(family))
        if code:
            if self._guard is not None:
                self._guard.check()
            raise _failure(code, _said(message), _said(addition), _said(family))

    def _record(self, number: int) -> marc.Read | None:
        record = self._zoom.ZOOM_resultset_record_immediate(self._results, number)
        if not record:
            return None
        message, addition, family = c_char_p(), c_char_p(), c_char_p()
        if self._zoom.ZOOM_record_error(record, byref(message), byref(addition), byref(family)):
            return marc.Read(number + 1, 0, None, b"", (), f"{_said(message)} {_said(addition)}".strip())
        syntax = self._get(record, "syntax").decode("ascii", "replace").lower()
        if syntax == "xml":
            return marc.parse(_element(self._get(record, "raw")), format="marcxml", number=number + 1)
        if "marc" not in syntax:
            raise SourceFailed(Failure.GARBAGE, f"records in {syntax or '?'}, which is no MARC")
        raw = self._get(record, "raw")
        if self._place.charset:
            raw = marc.recode(raw, self._place.charset)
        return marc.parse(raw, format="iso2709", number=number + 1)

    def _get(self, record: int, form: str) -> bytes:
        length = c_int(-1)
        found = self._zoom.ZOOM_record_get(record, form.encode(), byref(length))
        if not found:
            return b""
        return ctypes.string_at(found, length.value) if length.value >= 0 else ctypes.string_at(found)


def _ready(handle: int, mask: int, deadline: float) -> int:
    """What of `mask` the socket is ready for."""
    poll = select.poll()
    poll.register(handle, (select.POLLIN if mask & zoom.READ else 0) | (select.POLLOUT if mask & zoom.WRITE else 0))
    left = deadline - time.monotonic()
    events = poll.poll(left * 1000) if left > 0 else []
    if not events:
        raise SourceFailed(Failure.TIMEOUT)
    found = events[0][1]
    reading = zoom.READ if found & (select.POLLIN | CLOSING) else 0
    writing = zoom.WRITE if found & (select.POLLOUT | CLOSING) else 0
    return reading | (writing & mask)


def _options(place: Place, most: int) -> list[tuple[str, str]]:
    told = [
        ("async", "1"),
        ("implementationName", "Pustaka Mandiri"),
        ("databaseName", place.database),
        ("preferredRecordSyntax", place.syntax or "usmarc"),
        ("elementSetName", "marcxml" if place.syntax == "xml" else "F"),
        ("start", "0"),
        ("count", str(most)),
        ("presentChunk", str(min(most, CHUNK))),
        ("maximumRecordSize", str(MOST_BYTES)),
    ]
    return [*told, ("user", place.user), ("password", place.password)] if place.user else told


def _element(raw: bytes) -> bytes:
    """The record element, without the declaration before it and white space around it."""
    return raw[raw.find(b"<record") :].strip() if b"<record" in raw else raw.strip()


def _said(text: c_char_p) -> str:
    return (text.value or b"").decode("utf-8", "replace").strip()


def _failure(code: int, message: str, addition: str, family: str) -> Exception:
    if family == "ZOOM":
        if code == zoom.CONNECT:
            return _NotConnected()
        if code == zoom.INIT:
            return SourceFailed(Failure.REJECTED, addition or message)
        if code == zoom.LOST:
            return SourceFailed(Failure.CLOSED)
        if code == zoom.TIMEOUT:
            return SourceFailed(Failure.TIMEOUT)
        if code in {zoom.DECODE, zoom.ENCODE}:
            return SourceFailed(Failure.GARBAGE, "no Z39.50")
    kind = Failure.REJECTED if code in LOGIN else Failure.DIAGNOSTIC
    return SourceFailed(kind, f"{code}: {message}{f' ({addition})' if addition else ''}"[:300])

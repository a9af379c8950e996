"""A line between a browser and the library that can be cut, or fall silent, as the lines of telephones do."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Line:
    """Hands on what comes, until it is cut (every connection ends) or falls silent (they stay, without an answer)."""

    def __init__(self, library: str) -> None:
        parts = urlsplit(library)
        self.there = (parts.hostname, parts.port)
        self.state = "up"
        self.open: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._welcome, daemon=True).start()

    def mend(self) -> None:
        self.state = "up"

    def cut(self) -> None:
        self.state = "cut"
        self._hang_up()

    def silence(self) -> None:
        self.state = "silent"
        self._hang_up()

    def close(self) -> None:
        self.cut()
        self.door.close()

    def _hang_up(self) -> None:
        for end in list(self.open):
            self.open.discard(end)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _welcome(self) -> None:
        while True:
            try:
                here, _address = self.door.accept()
            except OSError:
                return
            if self.state == "cut":
                here.close()
                continue
            self.open.add(here)
            if self.state == "silent":
                continue
            try:
                there = socket.create_connection(self.there)
            except OSError:  # nobody is at home yet
                self.open.discard(here)
                here.close()
                continue
            self.open.add(there)
            for ends in ((here, there), (there, here)):
                threading.Thread(target=self._hand_on, args=ends, daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while part := one.recv(65_536):
                other.sendall(part)
        except OSError:
            pass
        for end in (one, other):
            self.open.discard(end)
            end.close()


@contextmanager
def line_to(library: str) -> Iterator[Line]:
    """A line that is up, and closed at the end."""
    line = Line(library)
    try:
        yield line
    finally:
        line.close()

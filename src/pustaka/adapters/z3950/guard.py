"""Ends a connection from outside. YAZ reads a whole message in one call, however long the other side makes it."""

import os
import socket
import struct
import threading
import time
from contextlib import suppress

from pustaka.catalog.ports import Failure, SourceFailed

MOST_BYTES = 16_000_000
TICK_S = 0.1
_RECEIVED = struct.Struct("@128xQ")  # tcpi_bytes_received in Linux's struct tcp_info


class Guard:
    """Looks at a socket now and then, and shuts it down at the deadline or when too much has come in."""

    def __init__(self, handle: int, *, deadline: float) -> None:
        self.handle = handle
        self._line = socket.socket(fileno=os.dup(handle))
        self._deadline = deadline
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="z3950-guard", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """
        Raises:
            SourceFailed: the connection is over its time or its size.
        """
        if time.monotonic() >= self._deadline:
            raise SourceFailed(Failure.TIMEOUT)
        if self._received() > MOST_BYTES:
            raise SourceFailed(Failure.TOO_MUCH)

    def close(self) -> None:
        """The connection needs no guard any more."""
        self._over.set()
        self._thread.join()
        self._line.close()

    def _watch(self) -> None:
        while not self._over.wait(min(TICK_S, max(0.0, self._deadline - time.monotonic()))):
            if time.monotonic() >= self._deadline or self._received() > MOST_BYTES:
                with suppress(OSError):
                    self._line.shutdown(socket.SHUT_RDWR)
                return

    def _received(self) -> int:
        told = self._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RECEIVED.size)
        return int(_RECEIVED.unpack(told)[0]) if len(told) == _RECEIVED.size else 0

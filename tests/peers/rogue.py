"""A server that does what servers shouldn't: each way of misbehaving is a function from a connection to nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from pustaka.standards.marc import Record, to_marcxml

Manner = Callable[[socket.socket, threading.Event], None]


def silent(line: socket.socket, over: threading.Event) -> None:
    """Takes the call and never says a word."""
    over.wait()


def hangs_up(line: socket.socket, over: threading.Event) -> None:
    """Listens to the question and hangs up."""
    line.recv(1 << 16)


def slow(line: socket.socket, over: threading.Event) -> None:
    """Says one byte after the other, always in time for whoever only waits for the next one."""
    for byte in (b"\xb5\x80" if _is_z3950(line) else b"HTTP/1.1 200 OK\r\nX-Word: ") + b"a" * 100_000:
        line.sendall(bytes([byte]))
        if over.wait(0.05):
            return


def babbling(line: socket.socket, over: threading.Event) -> None:
    """Answers in no known language."""
    line.recv(1 << 16)
    line.sendall(b"\x00\xff\xfe\x17 apa kabar?\r\n\r\n" * 40)
    over.wait(0.2)


def endless(line: socket.socket, over: threading.Event) -> None:
    """Begins a proper answer, and never ends it."""
    if _is_z3950(line):
        line.sendall(b"\xb5\x80")
        block = b"\x04\x82\x40\x00" + bytes(16_384)
    else:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<searchRetrieveResponse>")
        block = b"<records/>" * 1_600
    while not over.is_set():
        line.sendall(block)


def says(answer: bytes) -> Manner:
    """Answers a request of HTTP with exactly this."""

    def saying(line: socket.socket, over: threading.Event) -> None:
        line.recv(1 << 16)
        line.sendall(answer)

    return saying


def says_page(body: bytes, *, status: str = "200 OK", more: str = "") -> Manner:
    """Answers a request of HTTP with this body."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return says(head.encode() + body)


def answering(*books: Record) -> AbstractContextManager[int]:
    """The port of an SRU server that has these books, whatever it is asked."""
    inside = "".join(f"<record><recordData>{to_marcxml(book)}</recordData></record>" for book in books)
    head = f"<searchRetrieveResponse><numberOfRecords>{len(books)}</numberOfRecords><records>"
    return rogue(says_page(f"{head}{inside}</records></searchRetrieveResponse>".encode()))


@contextmanager
def rogue(manner: Manner) -> Iterator[int]:
    """The port of a server that treats every caller so."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        people: list[threading.Thread] = []

        def treat(line: socket.socket) -> None:
            with line, suppress(OSError):
                line.settimeout(20)
                manner(line, over)

        def receive() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    line, _ = listening.accept()
                    people.append(threading.Thread(target=treat, args=(line,)))
                    people[-1].start()

        door = threading.Thread(target=receive)
        door.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            over.set()
            for thread in (door, *people):
                thread.join(25)
                assert not thread.is_alive()


def _is_z3950(line: socket.socket) -> bool:
    return not line.recv(1 << 16).startswith(b"GET ")

"""One document over http or https, within a deadline that holds for the whole of it, and of bounded size."""

import base64
import http.client
import io
import socket
import ssl
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from pustaka.catalog.ports import Failure, SourceFailed

MOST_BYTES = 16_000_000
MOST_REDIRECTS = 3
BLOCK = 1 << 16


def fetch(url: str, *, user: str, password: str, timeout_s: float) -> tuple[int, bytes]:
    """Status and content. Redirects are followed on the same host only, and never from https to http.

    Raises:
        SourceFailed: nothing came, or too much.
    """
    deadline = time.monotonic() + timeout_s
    headers = {"Accept": "application/sru+xml, application/xml, text/xml", "User-Agent": "PustakaMandiri"}
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    for _ in range(MOST_REDIRECTS + 1):
        status, content, elsewhere = _one(url, headers, deadline)
        if not elsewhere:
            return status, content
        url = _followed(url, elsewhere)
    raise SourceFailed(Failure.REDIRECTED, url)


def _followed(url: str, elsewhere: str) -> str:
    here, there = urlsplit(url), urlsplit(urljoin(url, elsewhere))
    is_safe = there.scheme == "https" or (there.scheme == here.scheme == "http")
    if not is_safe or there.hostname != here.hostname:
        raise SourceFailed(Failure.REDIRECTED, there.geturl())
    return there.geturl()


def _one(url: str, headers: dict[str, str], deadline: float) -> tuple[int, bytes, str]:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceFailed(Failure.GARBAGE, "an address that begins neither with http:// nor with https://")
    connection = _Connection(parts.hostname, parts.port, is_secure=parts.scheme == "https", deadline=deadline)
    try:
        connection.request(
            "GET", f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/", None, headers
        )
        answer = connection.getresponse()
        elsewhere = answer.getheader("Location", "") if 300 <= answer.status < 400 else ""
        return answer.status, b"" if elsewhere else _content(answer), elsewhere
    except ssl.SSLCertVerificationError as error:
        raise SourceFailed(Failure.CERTIFICATE, error.verify_message) from error
    except TimeoutError as error:
        raise SourceFailed(Failure.TIMEOUT) from error
    except socket.gaierror as error:
        raise SourceFailed(Failure.UNKNOWN_HOST) from error
    except ConnectionRefusedError as error:
        raise SourceFailed(Failure.REFUSED) from error
    except (ConnectionError, http.client.RemoteDisconnected, http.client.IncompleteRead) as error:
        raise SourceFailed(Failure.CLOSED) from error
    except (http.client.HTTPException, UnicodeError, ssl.SSLError) as error:
        raise SourceFailed(Failure.GARBAGE, f"no answer of a web server ({type(error).__name__})") from error
    except OSError as error:
        raise SourceFailed(Failure.UNREACHABLE, error.strerror or str(error)) from error
    finally:
        connection.end()


def _content(answer: http.client.HTTPResponse) -> bytes:
    if (answer.length or 0) > MOST_BYTES:
        raise SourceFailed(Failure.TOO_MUCH)
    blocks, size = [], 0
    while block := answer.read1(BLOCK):
        size += len(block)
        if size > MOST_BYTES:
            raise SourceFailed(Failure.TOO_MUCH)
        blocks.append(block)
    if answer.length:
        raise SourceFailed(Failure.CLOSED)
    return b"".join(blocks)


class _Connection(http.client.HTTPConnection):
    """A connection whose every wait ends at the deadline, so that a server that drips bytes can't hold us."""

    def __init__(self, host: str, port: int | None, *, is_secure: bool, deadline: float) -> None:
        self.default_port = 443 if is_secure else 80
        super().__init__(host, port)
        self._is_secure = is_secure
        self._deadline = deadline
        self._made: socket.socket | None = None

    def connect(self) -> None:
        self._made = socket.create_connection((self.host, self.port), timeout=_left(self._deadline))
        if self._is_secure:
            self._made.settimeout(_left(self._deadline))
            self._made = ssl.create_default_context().wrap_socket(self._made, server_hostname=self.host)
        self.sock: Any = _Socket(self._made, self._deadline)

    def end(self) -> None:
        """Close the socket for good; `close` is what `http.client` says while it still reads from it."""
        self.close()
        if self._made is not None:
            self._made.close()


class _Socket:
    """What `http.client` needs of a socket."""

    def __init__(self, real: socket.socket, deadline: float) -> None:
        self._real = real
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._real.settimeout(_left(self._deadline))
        self._real.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._real, self._deadline))

    def close(self) -> None:
        """Its end comes with that of the connection."""


class _Incoming(io.RawIOBase):
    """What comes in over a socket, each wait no longer than the time that is left."""

    def __init__(self, real: socket.socket, deadline: float) -> None:
        self._real = real
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._real.settimeout(_left(self._deadline))
        return self._real.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

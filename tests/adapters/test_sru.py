"""SRU in plain Python passes the contract in each version; redirects, XML that attacks, pages that are no SRU."""

from collections.abc import Callable

import pytest

from pustaka.adapters.sru.asking import SruSource
from pustaka.catalog.ports import Ask, Failure, Place, Query, RecordSource, SourceFailed
from pustaka.standards import marc
from tests.adapters.record_source_contract import RecordSourceContract
from tests.peers import library
from tests.peers.rogue import Manner, rogue, says, says_page
from tests.peers.zebra import Zebra

INDEXES = {Ask.ISBN: "bath.isbn", Ask.ISSN: "bath.issn", Ask.TITLE: "dc.title all", Ask.AUTHOR: "dc.creator"}
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


class TestSru(RecordSourceContract):
    UNKNOWN_DATABASE = Failure.STATUS  # it is another path, and Zebra says 404

    @pytest.fixture
    def source(self) -> RecordSource:
        return SruSource()

    @pytest.fixture(params=["1.1", "1.2", "2.0"])
    def place(self, elsewhere: Zebra, request: pytest.FixtureRequest) -> Place:
        return Place(url=elsewhere.url, version=request.param, indexes=INDEXES)

    @pytest.fixture
    def at_port(self) -> Callable[[int], Place]:
        return lambda port: Place(url=f"http://127.0.0.1:{port}/buku", indexes=INDEXES)


def failure_of(manner: Manner) -> SourceFailed:
    with rogue(manner) as port, pytest.raises(SourceFailed) as failed:
        place = Place(url=f"http://127.0.0.1:{port}/sru", indexes=INDEXES)
        SruSource().ask(place, Query(Ask.ISBN, ("9789799731234",)), most=1, timeout_s=20)
    return failed.value


def response(inside: bytes) -> bytes:
    return b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/">' + inside + b"</searchRetrieveResponse>"


@pytest.mark.parametrize(
    ("manner", "kind", "word"),
    [
        (says_page(b"<html><p>Selamat datang", status="200 OK"), Failure.GARBAGE, "a web page"),
        (says_page(b""), Failure.GARBAGE, "nothing at all"),
        (says_page(b"<a/>"), Failure.GARBAGE, "<a>"),
        (says_page(b"<explainResponse/>"), Failure.GARBAGE, "explain"),
        (says_page(BOMB + response(b"&c;")), Failure.GARBAGE, "document type"),
        (says_page(response(b"<oops")), Failure.GARBAGE, "well-formed"),
        (says_page(b"no", status="404 Not Found"), Failure.STATUS, "404"),
        (says_page(b"no", status="503 Busy"), Failure.STATUS, "503"),
        (says_page(b"no", status="401 Who are you"), Failure.REJECTED, "401"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<searchRetrieve"), Failure.CLOSED, ""),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n<searchRetrieve"), Failure.TOO_MUCH, ""),
        (says_page(b"", status="302 Found", more="Location: http://lain.invalid/\r\n"), Failure.REDIRECTED, "lain"),
        (says_page(b"", status="302 Found", more="Location: file:///etc/passwd\r\n"), Failure.REDIRECTED, "file:"),
        (says_page(b"", status="302 Found", more="Location: /sru\r\n"), Failure.REDIRECTED, "/sru"),
        (
            says_page(response(b"<diagnostics><diagnostic><uri>info:srw/diagnostic/1/16</uri><details>bath.isbn</details>"
                               b"<message>Unsupported index</message></diagnostic></diagnostics>")),
            Failure.DIAGNOSTIC, "16: Unsupported index, bath.isbn",
        ),
        (
            says_page(response(b"<diagnostics><diagnostic><uri>info:srw/diagnostic/1/3</uri></diagnostic></diagnostics>")),
            Failure.REJECTED, "3",
        ),
    ],
)  # fmt: skip
def test_answer_that_is_none_is_named(manner: Manner, kind: Failure, word: str) -> None:
    failed = failure_of(manner)

    assert failed.kind == kind
    assert word in failed.detail


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/sru", "file:///etc/passwd", "127.0.0.1/sru"])
def test_only_http_and_https_are_asked(url: str) -> None:
    with pytest.raises(SourceFailed) as failed:
        SruSource().ask(Place(url=url, indexes=INDEXES), Query(Ask.ISBN, ("1",)), most=1, timeout_s=5)

    assert failed.value.kind == Failure.GARBAGE


def test_redirect_on_the_same_host_is_followed(elsewhere: Zebra) -> None:
    there = f"{elsewhere.url}?version=1.1&operation=searchRetrieve&query=bath.isbn={library.BUMI_MANUSIA}"
    moved = says_page(b"", status="301 Moved", more=f"Location: {there}\r\n")
    with rogue(moved) as port:
        place = Place(url=f"http://127.0.0.1:{port}/sru", indexes=INDEXES)
        assert SruSource().ask(place, Query(Ask.ISBN, ("1",)), most=1, timeout_s=20).total == 1


def test_escaped_record_and_a_diagnostic_among_the_records_are_read() -> None:
    book = marc.to_marcxml(library.books()[0]).replace("<", "&lt;").encode()
    body = response(
        b"<numberOfRecords>7</numberOfRecords><records>"
        b"<record><recordPacking>string</recordPacking><recordData>" + book + b"</recordData></record>"
        b"<record><recordData><diagnostic xmlns='http://www.loc.gov/zing/srw/diagnostic/'>"
        b"<uri>info:srw/diagnostic/1/67</uri></diagnostic></recordData></record></records>"
    )
    with rogue(says_page(body)) as port:
        place = Place(url=f"http://127.0.0.1:{port}/sru?x-collection=GGC", indexes=INDEXES)
        answer = SruSource().ask(place, Query(Ask.ISBN, ("1",)), most=5, timeout_s=20)

    assert (answer.total, [read.record for read in answer.records]) == (7, [library.books()[0]])


def test_login_is_sent_with_the_question() -> None:
    heard: list[bytes] = []

    def listening(line, over):  # type: ignore[no-untyped-def]
        heard.append(line.recv(1 << 16))
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + response(b"<numberOfRecords>0</numberOfRecords>"))

    with rogue(listening) as port:
        place = Place(url=f"http://127.0.0.1:{port}/sru", indexes=INDEXES, user="pustaka", password="rahasia")
        SruSource().ask(place, Query(Ask.ISBN, ("1",)), most=5, timeout_s=20)

    assert b"Authorization: Basic cHVzdGFrYTpyYWhhc2lh\r\n" in heard[0]

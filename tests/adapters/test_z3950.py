"""Z39.50 by libyaz5 passes the contract; character sets, many records, a login, and a machine without the library."""

from collections.abc import Callable

import pytest

from pustaka.adapters.z3950 import zoom
from pustaka.adapters.z3950.asking import Z3950Source
from pustaka.catalog.ports import Ask, Failure, Place, Query, RecordSource, SourceFailed
from tests.adapters.record_source_contract import RecordSourceContract
from tests.peers import library
from tests.peers.zebra import Zebra

INDEXES = {Ask.ISBN: "1=7", Ask.ISSN: "1=8", Ask.TITLE: "1=4, 4=6", Ask.AUTHOR: "1=1003"}


def place_of(server: Zebra, **more: object) -> Place:
    told = {"host": "127.0.0.1", "port": server.port, "database": server.database, "indexes": INDEXES}
    return Place(**(told | more))  # type: ignore[arg-type]


@pytest.mark.usefixtures("libyaz")
class TestZ3950(RecordSourceContract):
    @pytest.fixture
    def source(self) -> RecordSource:
        return Z3950Source()

    @pytest.fixture
    def place(self, elsewhere: Zebra) -> Place:
        return place_of(elsewhere)

    @pytest.fixture
    def at_port(self) -> Callable[[int], Place]:
        return lambda port: Place(host="127.0.0.1", port=port, database="buku", indexes=INDEXES)


@pytest.mark.usefixtures("libyaz")
@pytest.mark.parametrize("charset", ["", "marc-8"])
def test_letters_with_marks_survive_marc8(elsewhere_in_marc8: Zebra, charset: str) -> None:
    place = place_of(elsewhere_in_marc8, charset=charset)

    answer = Z3950Source().ask(place, Query(Ask.TITLE, ("al",)), most=1, timeout_s=20)

    assert answer.records[0].original[9:10] == b" "
    assert answer.records[0].record is not None
    assert library.composed(answer.records[0].record).fields == library.books()[2].fields


@pytest.mark.usefixtures("libyaz")
@pytest.mark.parametrize("charset", ["", "marc-8"])
def test_letters_with_marks_survive_marc8_that_claims_to_be_utf8(lying_elsewhere: Zebra, charset: str) -> None:
    place = place_of(lying_elsewhere, charset=charset)

    answer = Z3950Source().ask(place, Query(Ask.TITLE, ("al",)), most=1, timeout_s=20)

    assert answer.records[0].record is not None
    assert library.composed(answer.records[0].record).fields == library.books()[2].fields


@pytest.mark.usefixtures("libyaz")
def test_records_are_read_in_the_charset_of_the_target(elsewhere_in_latin1: Zebra) -> None:
    place = place_of(elsewhere_in_latin1, charset="iso-8859-1")

    answer = Z3950Source().ask(place, Query(Ask.AUTHOR, ("jassin",)), most=1, timeout_s=20)

    assert [read.record for read in answer.records] == [library.in_latin1()]


@pytest.mark.usefixtures("libyaz")
def test_marcxml_may_be_asked_for(elsewhere: Zebra) -> None:
    answer = Z3950Source().ask(place_of(elsewhere, syntax="xml"), Query(Ask.AUTHOR, ("toer",)), most=1, timeout_s=20)

    assert [read.record for read in answer.records] == [library.books()[0]]


@pytest.mark.usefixtures("libyaz")
def test_records_that_are_no_marc_are_named(ztest: int) -> None:
    place = Place(host="127.0.0.1", port=ztest, database="Default", syntax="sutrs", indexes=INDEXES)

    with pytest.raises(SourceFailed) as failed:
        Z3950Source().ask(place, Query(Ask.TITLE, ("computer",)), most=1, timeout_s=20)

    assert (failed.value.kind, failed.value.detail) == (Failure.GARBAGE, "records in sutrs, which is no MARC")


@pytest.mark.usefixtures("libyaz")
def test_thousand_records_come_from_yaz_ztest(ztest: int) -> None:
    place = Place(host="127.0.0.1", port=ztest, database="Default", indexes={Ask.TITLE: "1=4, 2=102"})

    answer = Z3950Source().ask(place, Query(Ask.TITLE, ("1000",)), most=1000, timeout_s=60)

    assert len(answer.records) == min(answer.total, 1000)
    assert all(read.record for read in answer.records)


@pytest.mark.usefixtures("libyaz")
def test_login_opens_the_door(locked_elsewhere: Zebra) -> None:
    place = place_of(locked_elsewhere, user="pustaka", password="rahasia")

    assert Z3950Source().ask(place, Query(Ask.AUTHOR, ("toer",)), most=1, timeout_s=20).total == 1


@pytest.mark.usefixtures("libyaz")
def test_wrong_login_is_named(locked_elsewhere: Zebra) -> None:
    with pytest.raises(SourceFailed) as failed:
        place = place_of(locked_elsewhere, user="pustaka", password="salah")
        Z3950Source().ask(place, Query(Ask.AUTHOR, ("toer",)), most=1, timeout_s=20)

    assert failed.value.kind == Failure.REJECTED


def test_machine_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoom, "LIBRARY", "libtiada.so.5")
    zoom.library.cache_clear()
    try:
        with pytest.raises(SourceFailed) as failed:
            Z3950Source().ask(Place(), Query(Ask.ISBN, ("1",)), most=1, timeout_s=1)

        assert failed.value.kind == Failure.NOT_INSTALLED
        assert Z3950Source().problem() == "libtiada.so.5 isn't installed: sudo apt-get install libyaz5"
    finally:
        zoom.library.cache_clear()

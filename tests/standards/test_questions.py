"""Questions to other catalogues: PQF for Z39.50, CQL for SRU, and SRU's addresses and answers."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pustaka.standards import cql, pqf, sru


@pytest.mark.parametrize(
    ("attributes", "words", "written"),
    [
        ("1=7", "9789799731234", '@attr 1=7 "9789799731234"'),
        ("1=4, 4=6", "bumi manusia", '@attr 1=4 @attr 4=6 "bumi manusia"'),
        ("1 = 4 4=6", 'kata "besar"', '@attr 1=4 @attr 4=6 "kata \\"besar\\""'),
        ("1=1016", "a\\b\nc", '@attr 1=1016 "a\\\\b c"'),
    ],
)
def test_term_of_pqf_has_its_attributes_before_it(attributes: str, words: str, written: str) -> None:
    assert pqf.term(attributes, words) == written


@pytest.mark.parametrize("attributes", ["", "4", "1=", "1=4; 4=6", "@attr 1=4", '1=4 "x"', "0=4", "1=4,"])
def test_what_is_no_attribute_is_refused(attributes: str) -> None:
    assert not pqf.are_attributes(attributes)
    with pytest.raises(ValueError, match="no attributes"):
        pqf.term(attributes, "x")


def test_any_of_several_terms_is_written_in_prefix_order() -> None:
    assert pqf.either("a") == "a"
    assert pqf.either("a", "b", "c") == "@or @or a b c"
    assert cql.either("a", "b", "c") == "a or b or c"
    for either in (pqf.either, cql.either):
        with pytest.raises(ValueError, match="no "):
            either()


@pytest.mark.parametrize(
    ("index", "words", "written"),
    [
        ("bath.isbn", "9789799731234", 'bath.isbn = "9789799731234"'),
        ("dc.title all", "bumi manusia", 'dc.title all "bumi manusia"'),
        ("NUM", "*? ^", 'NUM = "\\*\\? \\^"'),
        ("dc.title  ==", 'a"b\\', 'dc.title == "a\\"b\\\\"'),
    ],
)
def test_clause_of_cql_masks_nothing(index: str, words: str, written: str) -> None:
    assert cql.term(index, words) == written


@pytest.mark.parametrize("index", ["", "dc.title like", "a b c", 'x"', "1x", "dc.", "a or b"])
def test_what_is_no_index_is_refused(index: str) -> None:
    assert not cql.is_index(index)
    with pytest.raises(ValueError, match="no CQL index"):
        cql.term(index, "x")


@given(some.text())
def test_whatever_is_asked_stays_inside_its_quotes(words: str) -> None:
    for written in (pqf.term("1=4", words), cql.term("dc.title", words)):
        inside = written.partition('"')[2]
        ends = [at for at, char in enumerate(inside) if char == '"' and _backslashes(inside[:at]) % 2 == 0]
        assert ends == [len(inside) - 1]


def _backslashes(text: str) -> int:
    return len(text) - len(text.rstrip("\\"))


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.1", {"operation": "searchRetrieve", "version": "1.1", "recordPacking": "xml"}),
        ("1.2", {"operation": "searchRetrieve", "version": "1.2", "recordPacking": "xml"}),
        ("2.0", {"queryType": "cql", "recordXMLEscaping": "xml"}),
    ],
)
def test_address_asks_in_the_words_of_its_version(version: str, told: dict[str, str]) -> None:
    address = sru.address("http://a.id/sru?x=1&query=old#top", version=version, query='a = "é"', most=20)

    parts = urlsplit(address)
    common = {"x": "1", "query": 'a = "é"', "startRecord": "1", "maximumRecords": "20", "recordSchema": "marcxml"}
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("http", "a.id", "/sru", "")
    assert {name: value for name, [value] in parse_qs(parts.query).items()} == common | told


def test_address_of_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.1, 1\.2, 2\.0"):
        sru.address("http://a.id", version="3.0", query="a", most=1)


@pytest.mark.parametrize(
    "namespace", ["http://www.loc.gov/zing/srw/", "http://docs.oasis-open.org/ns/search-ws/sruResponse"]
)
def test_answers_of_all_versions_are_read_by_their_local_names(namespace: str) -> None:
    answer = sru.read(
        f'<z:searchRetrieveResponse xmlns:z="{namespace}"><z:numberOfRecords>2</z:numberOfRecords><z:records>'
        '<z:record><z:recordData><record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record></z:recordData>'
        "</z:record></z:records><z:diagnostics><diagnostic><uri>info:srw/diagnostic/1/61</uri>"
        "<details>9</details></diagnostic></z:diagnostics></z:searchRetrieveResponse>".encode()
    )

    assert answer.total == 2
    assert [record[:7] for record in answer.records] == [b"<record"]
    assert [str(diagnostic) for diagnostic in answer.diagnostics] == ["61: 9"]


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE a [<!ENTITY b "bb">]>', '<!DOCTYPE a SYSTEM "http://a.id/a.dtd">', "<!DOCTYPE a>"]
)
def test_document_types_are_refused(doctype: str) -> None:
    with pytest.raises(sru.NotSru, match="document type"):
        sru.read(f"{doctype}<searchRetrieveResponse/>".encode())

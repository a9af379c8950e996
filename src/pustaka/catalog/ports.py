"""What the catalogue needs of a protocol by which other catalogues are asked for records.

`tests/adapters/record_source_contract.py` says it as tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from pustaka.standards import marc


class Ask(StrEnum):
    """By what a record is asked for."""

    ISBN = "isbn"
    ISSN = "issn"
    TITLE = "title"
    AUTHOR = "author"


class Failure(StrEnum):
    """Why a catalogue gave no records."""

    UNKNOWN_HOST = "unknown-host"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    REJECTED = "rejected"
    DIAGNOSTIC = "diagnostic"
    GARBAGE = "garbage"
    TOO_MUCH = "too-much"
    REDIRECTED = "redirected"
    CERTIFICATE = "certificate"
    STATUS = "status"
    NOT_INDEXED = "not-indexed"
    NOT_INSTALLED = "not-installed"
    TOO_MANY = "too-many"
    DEFECT = "defect"


# What happened and what can be done, for a librarian; %(detail)s is the machine's own word for it.
SENTENCES: Mapping[Failure, Any] = {
    Failure.UNKNOWN_HOST: _("There is no machine of this name. Check the address, or the library's own connection."),
    Failure.REFUSED: _("The machine is there, but nobody answers at this port. Check the port, or try again later."),
    Failure.UNREACHABLE: _("The machine can't be reached from here. Perhaps a firewall stands between: %(detail)s"),
    Failure.TIMEOUT: _("No answer within %(seconds)s seconds."),
    Failure.CLOSED: _("The other side hung up before it had answered."),
    Failure.REJECTED: _(
        "The other side doesn't let us in. Check the login that it has given to you. It says: %(detail)s"
    ),
    Failure.DIAGNOSTIC: _("The other side has refused the question. It says: %(detail)s"),
    Failure.GARBAGE: _("What came back can't be read: %(detail)s. Check protocol and address."),
    Failure.TOO_MUCH: _("The answer was too large and was cut off."),
    Failure.REDIRECTED: _("The address has moved to %(detail)s. If you trust that, write it into the target."),
    Failure.CERTIFICATE: _("The other side can't prove who it is (%(detail)s), so nothing was asked."),
    Failure.STATUS: _("The web server there answers with an error: %(detail)s"),
    Failure.NOT_INDEXED: _("It isn't set up for this kind of question; fill in its index."),
    Failure.NOT_INSTALLED: _("Z39.50 can't be spoken on this machine; the administrator can install it (libyaz5)."),
    Failure.TOO_MANY: _("Too many questions are under way. Wait a moment and ask again."),
    Failure.DEFECT: _("Something broke on our side; it has been written to the log."),
}


# What our own readers say of an answer; anything else is said in the words of the other side.
DETAILS: Mapping[str, Any] = {
    "a web page": _("a web page"),
    "nothing at all": _("nothing at all"),
    "no Z39.50": _("no Z39.50"),
    "an explain record, as if nothing had been asked": _("an explain record, as if nothing had been asked"),
    "XML with a document type, which is refused": _("XML with a document type, which is refused"),
    "XML with the outermost element <{}>": _("XML with the outermost element <{}>"),
    "no well-formed XML ({})": _("no well-formed XML ({})"),
    "no answer of a web server ({})": _("no answer of a web server ({})"),
    "records in {}, which is no MARC": _("records in {}, which is no MARC"),
}


def in_words(failure: Failure, *, detail: str, timeout_s: int) -> str:
    """Why there is no answer, and what can be done, in the reader's language."""
    for said, meaning in DETAILS.items():
        before, hole, after = said.partition("{}")
        if detail == said or (hole and detail.startswith(before) and detail.endswith(after)):
            detail = str(meaning).replace("{}", detail[len(before) : len(detail) - len(after)])
            break
    return str(SENTENCES[failure]) % {"detail": detail or "?", "seconds": timeout_s}


class SourceFailed(Exception):
    """A catalogue gave no records; `kind` says why, `detail` is what the other side or the system said of it."""

    def __init__(self, kind: Failure, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Place:
    """Where another catalogue is asked, and how.

    host, port, database: of a Z39.50 server. url: of an SRU server, http or https. version: of SRU.
    syntax: the record syntax ("usmarc", "xml") or schema ("marcxml") to ask for.
    charset: of the records where they don't say it rightly themselves; "" leaves it to them.
    indexes: for each kind of question the bib-1 attributes ("1=4, 4=6") or the CQL index ("dc.title all").
    """

    host: str = ""
    port: int = 210
    database: str = ""
    url: str = ""
    version: str = "1.1"
    syntax: str = ""
    charset: str = ""
    indexes: Mapping[Ask, str] = field(default_factory=dict)
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: any of `terms`, as an ISBN of ten digits and its thirteen are one."""

    by: Ask
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`total`: how many records the catalogue has for the question; `records`: the first of them, broken ones too."""

    total: int
    records: tuple[marc.Read, ...] = ()


class RecordSource(Protocol):
    """A protocol by which catalogues are asked. Used from many threads at once."""

    def problem(self) -> str:
        """Why this protocol can't be spoken on this machine, and what to install; "" when it can."""

    def ask(self, place: Place, query: Query, *, most: int, timeout_s: float) -> Answer:
        """The first `most` records of the answer.

        It ends within `timeout_s` and little more, whatever the other side does.

        Raises:
            SourceFailed: no answer, or none that can be used.
        """

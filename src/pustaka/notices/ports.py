"""What notices needs of the ways on which letters travel, and of whoever knows the addresses of pages.

`tests/adapters/channel_contract.py` says the first as tests.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to go.

    identity: the same whenever the same letter is handed over again, so that whoever keeps letters can tell.
    unsubscribe: an address where one POST ends letters of this kind (RFC 8058).
    """

    identity: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe: str


class NotSent(Exception):
    """The letter didn't go out; the text says why, as the other side put it."""


class Unreachable(NotSent):
    """The way itself is closed: no letter goes out now, this one or another. Worth trying later."""


class Postponed(NotSent):
    """This letter wasn't taken now; worth trying later."""


class Refused(NotSent):
    """This letter will never be taken: there is no such address, or it isn't one."""


class Sender(Protocol):
    """Hands letters over while its channel is open."""

    def send(self, letter: Letter) -> None:
        """Hand one letter over.

        Raises:
            Unreachable, Postponed, Refused: it didn't go out.
        """


class Channel(Protocol):
    """A way on which letters travel."""

    def opened(self) -> AbstractContextManager[Sender]:
        """A sender for some letters, which may keep a connection; opening by itself needn't connect."""


class AddressOf(Protocol):
    """Whole addresses of pages, for letters that are read elsewhere."""

    def __call__(self, page: str, **parts: object) -> str:
        """The address of that page: `address_of("record", bib_id=12)`."""

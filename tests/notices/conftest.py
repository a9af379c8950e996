"""A kind of notice for tests, and a channel that keeps what it gets or refuses it as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pustaka.foundation import adapters
from pustaka.notices.ports import Letter, NotSent


class Postbox:
    """Keeps letters; `refusing` is raised instead, for the addresses it names or for all."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refusing: dict[str, NotSent] = {}
        self.killed = False

    @contextmanager
    def opened(self) -> "Iterator[Postbox]":
        yield self

    def send(self, letter: Letter) -> None:
        error = self.refusing.get(letter.to, self.refusing.get("*"))
        if error is not None:
            raise error
        self.letters.append(letter)
        if self.killed:
            raise KeyboardInterrupt


POSTBOX = Postbox()


def postbox_channel() -> Postbox:
    return POSTBOX


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    settings.NOTICE_CHANNEL = "tests.notices.conftest.postbox_channel"
    POSTBOX.__init__()
    adapters._loaded.cache_clear()
    yield POSTBOX
    adapters._loaded.cache_clear()

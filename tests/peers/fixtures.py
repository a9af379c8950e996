"""Real servers for the tests of any folder; a test that needs one skips where Debian's package isn't installed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pustaka.adapters.z3950 import zoom
from tests.peers import library
from tests.peers.servers import free_port, running
from tests.peers.zebra import Zebra, zebra

PACKAGES = "yaz, idzebra-2.0-utils, idzebra-2.0-common and libidzebra-2.0-modules"


def need(*programs: str) -> None:
    if not all(map(shutil.which, programs)):
        pytest.skip(f"{' and '.join(programs)} are missing (packages {PACKAGES})")


@pytest.fixture
def libyaz() -> None:
    """Skips where Z39.50 can't be spoken."""
    if zoom.library() is None:
        pytest.skip("libyaz.so.5 is missing (package libyaz5)")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """A library elsewhere, in UTF-8."""
    need("zebraidx", "zebrasrv")
    with zebra(library.books(), folder=tmp_path_factory.mktemp("zebra")) as server:
        yield server


@pytest.fixture(scope="session")
def elsewhere_in_marc8(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """The same library, with records in MARC-8."""
    need("zebraidx", "zebrasrv")
    books = map(library.decomposed, library.books())
    with zebra(books, folder=tmp_path_factory.mktemp("zebra8"), charset="marc-8") as server:
        yield server


@pytest.fixture(scope="session")
def lying_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """The same library, with records in MARC-8 that claim to be in UTF-8."""
    need("zebraidx", "zebrasrv")
    books = map(library.decomposed, library.books())
    with zebra(books, folder=tmp_path_factory.mktemp("zebra?"), charset="marc-8", is_honest=False) as server:
        yield server


@pytest.fixture(scope="session")
def elsewhere_in_latin1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """A library with one record, in a character set that MARC 21 doesn't know."""
    need("zebraidx", "zebrasrv")
    with zebra([library.in_latin1()], folder=tmp_path_factory.mktemp("zebra1"), charset="iso-8859-1") as server:
        yield server


@pytest.fixture(scope="session")
def locked_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zebra]:
    """A library that lets in whoever is "pustaka" and says "rahasia"."""
    need("zebraidx", "zebrasrv")
    with zebra(library.books(), folder=tmp_path_factory.mktemp("locked"), is_locked=True) as server:
        yield server


@pytest.fixture(scope="session")
def ztest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of yaz-ztest, which answers everything with the same records."""
    need("yaz-ztest")
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("ztest")
    with running(["yaz-ztest", f"tcp:127.0.0.1:{port}"], folder=folder, ports=[port]):
        yield port

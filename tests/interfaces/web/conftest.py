"""A reader and a librarian whose every HTML answer is checked, and a catalogue that is searched for real."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from pustaka.catalog.models import Bib
from pustaka.discovery import services as discovery
from pustaka.patrons.models import Patron, Role
from tests.factories.branches import BranchFactory
from tests.factories.catalog import BibFactory, ItemFactory
from tests.factories.patrons import PatronFactory
from tests.interfaces.web.html import problems


class Visitor(Client):
    """Django's test client; an HTML answer that owes its reader something fails the test."""

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            found = problems(answer.text)
            assert not found, f"{request['PATH_INFO']}: {found}"
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
        return answer


@pytest.fixture(autouse=True)
def _quiet_house(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A search index, uploads and a cache of the test's own."""
    settings.SEARCH_INDEX = tmp_path / "search"
    settings.UPLOADS = tmp_path / "uploads"
    settings.MUST_STAFF_HAVE_SECOND_FACTOR = False
    settings.LANGUAGE_CODE = "en"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor(db: None) -> Visitor:
    """Somebody who reads English and hasn't signed in."""
    return Visitor(headers={"accept-language": "en"})


@pytest.fixture
def librarian(db: None) -> Visitor:
    """A cataloguer who has signed in."""
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="I Wayan Sudarma", roles=[Role.CATALOGUER]))
    return client


@pytest.fixture
def reader(db: None) -> Visitor:
    """A student who has signed in."""
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="Maria Goreti Lamawuran", roles=[Role.MEMBER]))
    return client


@pytest.fixture
def shelve(db: None) -> Callable[..., Bib]:
    """Puts a title with copies on the shelf, so that it can be found: `shelve(title=…, copies=2)`."""

    def shelve(*, copies: int = 1, status: str = "available", **record: Any) -> Bib:
        bib: Bib = BibFactory(**record)
        branch = BranchFactory(code="PUSAT", name="Perpustakaan Pusat")
        for _ in range(copies):
            ItemFactory(bib=bib, branch=branch, status=status)
        discovery.refresh(bib_ids=[bib.pk], at=timezone.now())
        return bib

    return shelve


def patron_of(client: Client) -> Patron:
    """Who is signed in."""
    return Patron.objects.get(pk=client.session["_auth_user_id"])

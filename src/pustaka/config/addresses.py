"""Whole addresses of pages for letters: rooms know the page's name, this page knows where it stands."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

PAGES: Mapping[str, str] = {
    "home": "opac:home",
    "record": "opac:record",
    "search": "opac:search",
    "saved_searches": "saved_searches",
    "letters": "letters",
    "my_loans": "my_loans",
    "unsubscribe": "unsubscribe",
    "my_reviews": "voice:mine",
}


def address_of(page: str, *, pairs: list[tuple[str, str]] | None = None, **parts: object) -> str:
    """`address_of("record", bib_id=12)`, `address_of("search", pairs=[("q", "hukum")])`."""
    path = reverse(PAGES[page], kwargs=parts or None)
    return f"{settings.ADDRESS}{path}{f'?{urlencode(pairs)}' if pairs else ''}"

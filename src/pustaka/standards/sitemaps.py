"""Sitemaps: the addresses of a site for crawlers, in pages of at most 50,000, and an index of the pages.

Source: <https://www.sitemaps.org/protocol.html>, version 0.9.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CONTENT_TYPE = "application/xml"
MOST_ADDRESSES = 50_000


def index(pages: Iterable[tuple[str, datetime]]) -> bytes:
    """The index: address of each page, and when something on it changed last."""
    return _document("sitemapindex", "sitemap", pages)


def page(addresses: Iterable[tuple[str, datetime]]) -> bytes:
    """One page: addresses, and when each changed last."""
    return _document("urlset", "url", addresses)


def _document(outer: str, inner: str, rows: Iterable[tuple[str, datetime]]) -> bytes:
    body = "".join(
        [
            f"<{inner}><loc>{escape(address)}</loc><lastmod>{changed_at.date().isoformat()}</lastmod></{inner}>\n"
            for address, changed_at in rows
        ]
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{NAMESPACE}">\n'
    return f"{head}{body}</{outer}>\n".encode()

"""Atom and RSS from the same entries.

Sources: RFC 4287 (Atom), RFC 4151 (tag URIs), RSS 2.0.11; OpenSearch 1.1 response elements for the total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from pustaka.standards import xml

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
ATOM_TYPE = "application/atom+xml"
RSS_TYPE = "application/rss+xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `id` never changes and is never given to another; `summary` is plain text."""

    id: str
    title: str
    link: str
    updated_at: datetime
    published_at: datetime
    authors: tuple[str, ...] = ()
    summary: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """What is told, newest first. `link` is the page for people, `itself` the address of the feed."""

    id: str
    title: str
    link: str
    itself: str
    updated_at: datetime
    author: str
    language: str
    total: int
    entries: Sequence[Entry]


def to_atom(feed: Feed) -> bytes:
    """The feed in Atom."""
    root = xml.root("feed", {None: ATOM, "opensearch": OPENSEARCH})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    xml.add(root, "id", feed.id)
    xml.add(root, "title", feed.title)
    xml.add(root, "updated", feed.updated_at.isoformat())
    xml.add(xml.add(root, "author"), "name", feed.author)
    xml.add(root, "link", rel="alternate", type_="text/html", href=feed.link)
    xml.add(root, "link", rel="self", type_=ATOM_TYPE, href=feed.itself)
    xml.add(root, "opensearch:totalResults", feed.total)
    for one in feed.entries:
        entry = xml.add(root, "entry")
        xml.add(entry, "id", one.id)
        xml.add(entry, "title", one.title)
        xml.add(entry, "link", rel="alternate", type_="text/html", href=one.link)
        xml.add(entry, "updated", one.updated_at.isoformat())
        xml.add(entry, "published", one.published_at.isoformat())
        for name in one.authors:
            xml.add(xml.add(entry, "author"), "name", name)
        if one.category:
            xml.add(entry, "category", term=one.category)
        if one.summary:
            xml.add(entry, "summary", one.summary)
    return xml.document(root)


def to_rss(feed: Feed) -> bytes:
    """The feed in RSS 2.0; authors as dc:creator, because RSS's own element wants an e-mail address."""
    root = xml.bare("rss", {"atom": ATOM, "dc": DC}, version="2.0")
    channel = xml.add(root, "channel")
    xml.add(channel, "title", feed.title)
    xml.add(channel, "link", feed.link)
    xml.add(channel, "description", feed.title)
    xml.add(channel, "language", feed.language)
    xml.add(channel, "lastBuildDate", format_datetime(feed.updated_at))
    xml.add(channel, "atom:link", rel="self", type_=RSS_TYPE, href=feed.itself)
    for one in feed.entries:
        item = xml.add(channel, "item")
        xml.add(item, "title", one.title)
        xml.add(item, "link", one.link)
        guid = xml.add(item, "guid", one.id)
        guid.set("isPermaLink", "false")
        xml.add(item, "pubDate", format_datetime(one.published_at))
        for name in one.authors:
            xml.add(item, "dc:creator", name)
        if one.category:
            xml.add(item, "category", one.category)
        if one.summary:
            xml.add(item, "description", one.summary)
    return xml.document(root)

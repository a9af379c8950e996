"""Highwire Press tags: `<meta name="citation_…">`, for Google Scholar and Zotero's Embedded Metadata.

Source: Google Scholar, Inclusion Guidelines for Webmasters, "Indexing"; the tags for books, chapters and theses are
those that it names beside the ones of articles.
"""

from collections.abc import Iterator

from pustaka.standards.citation import names
from pustaka.standards.citation.render import Item, year_of

_PLAIN = (("volume", "volume"), ("issue", "issue"), ("doi", "DOI"), ("issn", "ISSN"), ("language", "language"),
          ("edition", "edition"))  # fmt: skip


def tags(item: Item, *, link: str) -> list[tuple[str, str]]:
    """Name and content of each tag, in order; authors one by one.

    Args:
        link: the address of the record's page.
    """
    return [(f"citation_{name}", value) for name, value in _tags(item, link) if value]


def _tags(item: Item, link: str) -> Iterator[tuple[str, str]]:
    kind = item["type"]
    yield "title", str(item.get("title", ""))
    for role in ("author", "editor", "translator"):
        for name in item.get(role, ()):
            # With a comma at its end a name without a given part stays whole in Zotero.
            yield role, f"{names.inverted(name)}," if names.is_whole(name) else names.inverted(name)
    yield "publication_date", year_of(item, "issued")
    if kind == "article-journal":
        yield "journal_title", str(item.get("container-title", ""))
    elif kind == "chapter":
        yield "inbook_title", str(item.get("container-title", ""))
    if kind == "thesis":
        yield "dissertation_institution", str(item.get("publisher", ""))
        yield "dissertation_name", str(item.get("genre", ""))
    else:
        yield "publisher", str(item.get("publisher", ""))
    for number in str(item.get("ISBN", "")).split():
        yield "isbn", number
    for name, key in _PLAIN:
        yield name, str(item.get(key, ""))
    first, _, last = str(item.get("page", "")).replace("–", "-").partition("-")
    yield "firstpage", first
    yield "lastpage", last
    for word in str(item.get("keyword", "")).split("; "):
        yield "keywords", word
    yield "public_url", link

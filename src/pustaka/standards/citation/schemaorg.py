"""schema.org: an item as a type and its properties, for microdata.

Sources: <https://schema.org/>, version 29: Book, Thesis, Periodical, ScholarlyArticle, Chapter, Map and their kin; the
community group "Schema Bib Extend" for libraries' offers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pustaka.standards.citation import names
from pustaka.standards.citation.render import Item, year_of

CONTEXT = "https://schema.org/"
TYPES = {
    "book": "Book", "chapter": "Chapter", "article-journal": "ScholarlyArticle", "thesis": "Thesis",
    "periodical": "Periodical", "map": "Map", "motion_picture": "Movie", "song": "AudioObject",
    "musical_score": "SheetMusic", "graphic": "VisualArtwork", "software": "SoftwareApplication",
    "manuscript": "Manuscript",
}  # fmt: skip
_PLAIN = (("edition", "bookEdition"), ("number-of-pages", "numberOfPages"), ("ISSN", "issn"),
          ("language", "inLanguage"),
          ("abstract", "abstract"), ("volume", "volumeNumber"), ("issue", "issueNumber"), ("genre", "inSupportOf"),
          ("original-title", "alternateName"), ("scale", "materialExtent"))  # fmt: skip
_FOR = {"bookEdition": {"Book"}, "numberOfPages": {"Book"}, "issn": {"Periodical"}, "inSupportOf": {"Thesis"}}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the vocabulary: the full address of its type, and (property, text or thing) in order."""

    type: str
    properties: tuple[tuple[str, "str | Thing"], ...]


def describe(item: Item, *, link: str) -> Thing:
    """The work; `link` is the address of its page."""
    kind = TYPES.get(item["type"], "CreativeWork")
    known: list[tuple[str, str | Thing]] = [*_texts(item, kind, link), *_things(item, kind)]
    return Thing(f"{CONTEXT}{kind}", tuple([pair for pair in known if pair[1] and kind in _FOR.get(pair[0], {kind})]))


def _texts(item: Item, kind: str, link: str) -> Iterator[tuple[str, str]]:
    yield "name", str(item.get("title", ""))
    yield "url", link
    yield "datePublished", year_of(item, "issued")
    for number in str(item.get("ISBN", "")).split() if kind == "Book" else ():
        yield "isbn", number
    for name, key in _PLAIN:
        yield key, str(item.get(name, ""))
    for word in str(item.get("keyword", "")).split("; "):
        yield "about", word
    if doi := item.get("DOI"):
        yield "sameAs", f"https://doi.org/{doi}"
    elif address := item.get("URL"):
        yield "sameAs", str(address)
    first, _, last = str(item.get("page", "")).replace("–", "-").partition("-")
    if first:
        yield "pageStart", first
        yield "pageEnd", last


def _things(item: Item, kind: str) -> Iterator[tuple[str, Thing]]:
    for role in ("author", "editor", "translator"):
        for name in item.get(role, ()):
            who = "Organization" if "literal" in name else "Person"
            yield role, Thing(f"{CONTEXT}{who}", (("name", names.full(name)),))
    if publisher := item.get("publisher"):
        property_name = "sourceOrganization" if kind == "Thesis" else "publisher"
        yield property_name, Thing(f"{CONTEXT}Organization", (("name", str(publisher)),))
    if container := item.get("container-title"):
        yield "isPartOf", Thing(f"{CONTEXT}{'Periodical' if item['type'] == 'article-journal' else 'Book'}", (
            ("name", str(container)), *((("issn", str(item["ISSN"])),) if item.get("ISSN") else ())))  # fmt: skip
    elif series := item.get("collection-title"):
        yield "isPartOf", Thing(f"{CONTEXT}BookSeries", (("name", str(series)),))

"""EndNote's tagged form (.enw), which EndNote, Mendeley and Zotero take in.

Source: EndNote, Import Options, "EndNote Import" (the refer format of UNIX with EndNote's additions): one tag a line,
%0 first, a blank line between records.
"""

from collections.abc import Iterator

from pustaka.standards.citation import names
from pustaka.standards.citation.render import Item, year_of

CONTENT_TYPE = "application/x-endnote-refer"

TYPES = {
    "book": "Book", "chapter": "Book Section", "article-journal": "Journal Article", "thesis": "Thesis",
    "periodical": "Serial", "map": "Map", "motion_picture": "Film or Broadcast", "song": "Audiovisual Material",
    "musical_score": "Music", "graphic": "Artwork", "software": "Computer Program", "manuscript": "Manuscript",
}  # fmt: skip
_PLAIN = (
    ("%T", "title"), ("%C", "publisher-place"), ("%I", "publisher"), ("%7", "edition"), ("%V", "volume"),
    ("%N", "issue"), ("%6", "number-of-volumes"), ("%P", "page"), ("%R", "DOI"), ("%U", "URL"), ("%G", "language"),
    ("%S", "collection-title"), ("%9", "genre"), ("%L", "call-number"), ("%X", "abstract"), ("%M", "id"),
)  # fmt: skip


def to_endnote(item: Item) -> bytes:
    """One record, with the blank line that parts it from the next."""
    lines = [f"{tag} {' '.join(str(value).split())}" for tag, value in _tags(item) if value]
    return "\n".join([*lines, "", ""]).encode("utf-8", "replace")


def _tags(item: Item) -> Iterator[tuple[str, str]]:
    yield "%0", TYPES.get(item["type"], "Generic")
    for tag, role in (("%A", "author"), ("%E", "editor"), ("%?", "translator")):
        for name in item.get(role, ()):
            # A comma at the end tells EndNote that there is no given part.
            yield tag, f"{names.inverted(name)}," if names.is_whole(name) else names.inverted(name)
    for tag, key in _PLAIN:
        yield tag, item.get(key, "")
    yield "%D", year_of(item, "issued")
    yield ("%J" if item["type"] == "article-journal" else "%B"), item.get("container-title", "")
    for number in [*str(item.get("ISBN", "")).split(), *str(item.get("ISSN", "")).split()]:
        yield "%@", number
    for word in str(item.get("keyword", "")).split("; "):
        yield "%K", word

"""RIS: tagged lines for reference managers.

Source: RIS Format Specifications (Research Information Systems, 2001, with the tags that EndNote and Zotero have added:
DO, LA, A4, NV). One record begins with TY and ends with ER; lines end with CR LF.
"""

from collections.abc import Iterator

from pustaka.standards.citation import names
from pustaka.standards.citation.render import Item, year_of

CONTENT_TYPE = "application/x-research-info-systems"

TYPES = {
    "book": "BOOK", "chapter": "CHAP", "article-journal": "JOUR", "thesis": "THES", "periodical": "JFULL", "map": "MAP",
    "motion_picture": "VIDEO", "song": "SOUND", "musical_score": "MUSIC", "graphic": "FIGURE", "software": "COMP",
    "manuscript": "MANSCPT",
}  # fmt: skip
_PLAIN = (
    ("TI", "title"), ("CY", "publisher-place"), ("PB", "publisher"), ("ET", "edition"), ("VL", "volume"),
    ("IS", "issue"), ("NV", "number-of-volumes"), ("DO", "DOI"), ("UR", "URL"), ("LA", "language"), ("AB", "abstract"),
    ("CN", "call-number"), ("M3", "genre"), ("OP", "original-title"), ("ID", "id"),
)  # fmt: skip


def to_ris(item: Item) -> bytes:
    """One record, with the blank line that parts it from the next."""
    lines = [f"{tag}  - {' '.join(str(value).split())}" for tag, value in _tags(item) if value]
    return "\r\n".join([*lines, "ER  - ", "", ""]).encode("utf-8", "replace")


def _tags(item: Item) -> Iterator[tuple[str, str]]:
    kind = TYPES.get(item["type"], "GEN")
    yield "TY", kind
    for tag, role in (("AU", "author"), ("A2" if kind == "CHAP" else "ED", "editor"), ("A4", "translator")):
        for name in item.get(role, ()):
            yield tag, names.inverted(name)
    for tag, key in _PLAIN:
        yield tag, item.get(key, "")
    yield "PY", year_of(item, "issued")
    yield "T2", item.get("container-title") or item.get("collection-title", "")
    first, _, last = str(item.get("page", "")).replace("–", "-").partition("-")
    yield "SP", first or item.get("number-of-pages", "")
    yield "EP", last
    for number in [*str(item.get("ISBN", "")).split(), *str(item.get("ISSN", "")).split()]:
        yield "SN", number
    for word in str(item.get("keyword", "")).split("; "):
        yield "KW", word

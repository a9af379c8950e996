"""COinS: an item as a ContextObject in the title of an empty `<span class="Z3988">`.

Sources: ANSI/NISO Z39.88-2004, KEV format; the matrices info:ofi/fmt:kev:mtx:book, journal and dissertation; "OpenURL
COinS: A Convention to Embed Bibliographic Metadata in HTML" (2005).
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from pustaka.standards.citation import names
from pustaka.standards.citation.render import Item, year_of

_FORMATS = {"article-journal": "journal", "periodical": "journal", "thesis": "dissertation"}
_GENRES = {"article-journal": "article", "periodical": "journal", "chapter": "bookitem", "book": "book"}
_NUMBERS = (("volume", "volume"), ("issue", "issue"), ("publisher-place", "place"), ("edition", "edition"),
            ("collection-title", "series"), ("number-of-pages", "tpages"), ("language", "language"))  # fmt: skip


def to_coins(item: Item, *, referrer: str = "", link: str = "") -> str:
    """The key-value pairs, percent-encoded; whoever writes them into HTML escapes the ampersands.

    Args:
        referrer: who sends it, as in rfr_id.
        link: an address of the record.
    """
    form = _FORMATS.get(item["type"], "book")
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("ctx_enc", "info:ofi/enc:UTF-8"),
        ("rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form}"),
        *((("rfr_id", f"info:sid/{referrer}"),) if referrer else ()),
        *(("rft_id", address) for address in _addresses(item, link)),
        *((f"rft.{name}", value) for name, value in _keys(item, form) if value),
    ]
    return urlencode(pairs, errors="replace")


def _addresses(item: Item, link: str) -> Iterator[str]:
    if doi := item.get("DOI"):
        yield f"info:doi/{doi}"
    for number in str(item.get("ISBN", "")).split():
        yield f"urn:ISBN:{number}"
    if address := item.get("URL") or link:
        yield str(address)


def _keys(item: Item, form: str) -> Iterator[tuple[str, str]]:
    kind = item["type"]
    if form != "dissertation":
        yield "genre", _GENRES.get(kind, "unknown" if form == "journal" else "document")
    yield _title_key(kind), str(item.get("title", ""))
    yield ("jtitle" if form == "journal" else "btitle"), str(item.get("container-title", ""))
    yield from _names(item)
    yield "date", year_of(item, "issued")
    for number in str(item.get("ISBN", "")).split()[:1]:
        yield "isbn", number
    yield "issn", str(item.get("ISSN", ""))
    if form == "dissertation":
        yield "inst", str(item.get("publisher", ""))
        yield "degree", str(item.get("genre", ""))
    else:
        yield "pub", str(item.get("publisher", ""))
    for name, key in _NUMBERS:
        yield key, str(item.get(name, ""))
    pages = str(item.get("page", "")).replace("–", "-")
    first, dash, last = pages.partition("-")
    yield "pages", pages
    yield "spage", first
    yield "epage", last if dash else ""


def _title_key(kind: str) -> str:
    if kind in {"article-journal", "chapter"}:
        return "atitle"
    return {"periodical": "jtitle", "thesis": "title"}.get(kind, "btitle")


def _names(item: Item) -> Iterator[tuple[str, str]]:
    """The first person in parts, the others whole; a comma at the end keeps together what has no given part."""
    people = item.get("author") or item.get("editor") or []
    for place, name in enumerate(people):
        if "literal" in name:
            yield "aucorp", names.full(name)
        elif place == 0:
            yield "aulast", str(name["family"])
            yield "aufirst", str(name.get("given", ""))
            yield "ausuffix", str(name.get("suffix", ""))
        else:
            yield "au", f"{names.inverted(name)}," if names.is_whole(name) else names.inverted(name)

"""BibTeX, in UTF-8, for BibTeX, biber and reference managers.

Source: Oren Patashnik, BibTeXing (1988), sections 3 and 4; the fields doi, isbn, issn, url, translator and language are
those of biblatex.
"""

import re
import unicodedata
from collections.abc import Iterator

from pustaka.standards.citation import names, wording
from pustaka.standards.citation.render import Item, year_of

CONTENT_TYPE = "application/x-bibtex"

TYPES = {"book": "book", "chapter": "incollection", "article-journal": "article", "periodical": "book"}
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_ESCAPED = str.maketrans(_SPECIAL)
_CAPITALS = re.compile(r"(?<=[\s:(\[\-–/“‘'\"])[^\W\d_]*[A-ZÀ-ÖØ-Þ][^\s:,;.?!)\]]*")


def to_bibtex(item: Item) -> bytes:
    """One entry, with the blank line that parts it from the next."""
    kind = TYPES.get(item["type"], "misc")
    if item["type"] == "thesis":
        level = wording.degree_level(str(item.get("genre", "")))
        kind = "phdthesis" if level == "doctor" else "mastersthesis"
    fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in _fields(item, kind) if value)
    return f"@{kind}{{{key(item)},\n{fields}\n}}\n\n".encode("utf-8", "replace")


def key(item: Item) -> str:
    """The key of an entry: family name, year, first word, and the id, so that it is the same each time and no other's.

    Letters without accents and figures only, as some programs choke on others: "toer2005bumi17".
    """
    people = item.get("author") or item.get("editor") or [{"literal": ""}]
    name = names.surnames(people[:1])[0].split()
    title = re.sub(r"^(?:the|an?)\s+", "", str(item.get("title", "")), flags=re.IGNORECASE).split()
    parts = (name[-1:] or [""])[0], year_of(item, "issued"), (title or [""])[0], str(item.get("id", ""))
    return "".join(map(_plain, parts)) or "title"


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    for role in ("author", "editor", "translator"):
        yield role, " and ".join(_name(name) for name in item.get(role, ()))
    yield "title", _title(str(item.get("title", "")))
    yield "journal" if kind == "article" else "booktitle", _title(str(item.get("container-title", "")))
    yield "school" if kind.endswith("thesis") else "publisher", _escaped(item.get("publisher"))
    yield "address", _escaped(item.get("publisher-place"))
    yield "year", year_of(item, "issued")
    yield "edition", _escaped(item.get("edition"))
    yield "volume", _escaped(item.get("volume"))
    yield "number", _escaped(item.get("issue") or item.get("collection-number"))
    yield "series", _escaped(item.get("collection-title"))
    yield "pages", _escaped(str(item.get("page", "")).replace("–", "-").replace("-", "--"))
    yield "type", _escaped(item.get("genre"))
    yield "howpublished", _escaped(item["type"].replace("_", " ")) if kind == "misc" else ""
    yield "isbn", _escaped(item.get("ISBN"))
    yield "issn", _escaped(item.get("ISSN"))
    yield "doi", re.sub(r"[{}\\\s]", "", str(item.get("DOI", "")))
    yield "url", re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", str(item.get("URL", "")))
    yield "language", _escaped(item.get("language"))
    yield "keywords", _escaped(item.get("keyword"))
    yield "abstract", _escaped(item.get("abstract"))


def _name(name: names.Name) -> str:
    """ "Family, Given", or a whole in braces, which BibTeX doesn't take apart."""
    if "literal" in name or names.is_whole(name):
        return f"{{{_escaped(names.full(name))}}}"
    # An "and" within a part would begin another person.
    parts = [_escaped(name.get(part)) for part in ("family", "suffix", "given")]
    return ", ".join(f"{{{part}}}" if re.search(r"\band\b", part, re.IGNORECASE) else part for part in parts if part)


def _title(text: str) -> str:
    """Capitals within a title in braces, because many styles make small letters of them."""
    pieces, end = [], 0
    for found in _CAPITALS.finditer(text):
        pieces += [_escaped(text[end : found.start()]), f"{{{_escaped(found[0])}}}"]
        end = found.end()
    return "".join([*pieces, _escaped(text[end:])]).strip()


def _escaped(value: object) -> str:
    return re.sub(r"\s+", " ", str(value or "").translate(_ESCAPED))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]", "", decomposed)

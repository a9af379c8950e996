"""What Zotero makes of a page: its COinS and Embedded Metadata translators, by their published behaviour.

Of a COinS the value format decides the type; `rft.aulast` and `rft.aufirst` are the first person, every `rft.au` one
more, split at a comma if it has one, else before its last word; `rft.aucorp` is a body of one field. Of the Highwire
tags the author is split in the same way, and the tags that are there decide the type.
"""

from html.parser import HTMLParser
from urllib.parse import parse_qsl


class Page(HTMLParser):
    """The COinS, the citation tags, the unAPI ids and the microdata of a page."""

    def __init__(self, text):
        super().__init__()
        self.coins, self.tags, self.unapi_ids, self.unapi_server = [], [], [], ""
        self.things, self._open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "span" and "Z3988" in attrs.get("class", "").split():
            self.coins.append(attrs["title"])
        if tag == "meta" and attrs.get("name", "").startswith("citation_"):
            self.tags.append((attrs["name"].removeprefix("citation_"), attrs["content"]))
        if tag == "abbr" and "unapi-id" in attrs.get("class", "").split():
            self.unapi_ids.append(attrs["title"])
        if tag == "link" and attrs.get("rel") == "unapi-server":
            self.unapi_server = attrs["href"]
        self._microdata(tag, attrs)

    def _microdata(self, tag, attrs):
        if "itemprop" in attrs and self._open:
            value = attrs.get("content") or attrs.get("href")
            if "itemscope" in attrs:
                value = {"type": attrs["itemtype"]}
            self._open[-1][1].setdefault(attrs["itemprop"], []).append(value)
            if "itemscope" in attrs:
                self._open.append((tag, value, 0))
                return
        if "itemscope" in attrs:
            thing = {"type": attrs["itemtype"]}
            self.things.append(thing)
            self._open.append((tag, thing, 0))
        elif self._open and tag == self._open[-1][0]:
            tag, thing, depth = self._open.pop()
            self._open.append((tag, thing, depth + 1))

    def handle_endtag(self, tag):
        if self._open and tag == self._open[-1][0]:
            opened, thing, depth = self._open.pop()
            if depth:
                self._open.append((opened, thing, depth - 1))


def split(name):
    """Zotero's way with a name of one string: (last name, first name)."""
    if "," in name:
        last, first = [*(part.strip() for part in name.split(",")), ""][:2]
        return last, first
    *first, last = name.split()
    return last, " ".join(first)


def from_coins(title):
    """The item that Zotero saves from a COinS."""
    pairs = parse_qsl(title)
    item = {"creators": [], "itemType": "", "ISBN": ""}
    first = {}
    names = {
        "rft.atitle": "title", "rft.btitle": "title", "rft.title": "title", "rft.jtitle": "publicationTitle",
        "rft.date": "date", "rft.volume": "volume", "rft.issue": "issue", "rft.pages": "pages", "rft.issn": "ISSN",
        "rft.isbn": "ISBN", "rft.place": "place", "rft.pub": "publisher", "rft.inst": "publisher",
        "rft.edition": "edition", "rft.series": "series", "rft.tpages": "numPages", "rft.language": "language",
        "rft.degree": "type",
    }  # fmt: skip
    keys = dict(pairs)
    genre = keys.get("rft.genre")
    kind = keys["rft_val_fmt"].rsplit(":", 1)[1]
    item["itemType"] = {"journal": "journalArticle", "dissertation": "thesis"}.get(
        kind, "bookSection" if genre == "bookitem" else "book"
    )
    if genre == "bookitem":
        names |= {"rft.btitle": "bookTitle"}
    for name, value in pairs:
        if name == "rft_id" and value.startswith("info:doi/"):
            item["DOI"] = value.removeprefix("info:doi/")
        elif name == "rft_id" and value.startswith("urn:ISBN:"):
            item["ISBN"] = item["ISBN"] or value.removeprefix("urn:ISBN:")
        elif name == "rft_id" and value.startswith("http"):
            item["url"] = value
        elif name in ("rft.aulast", "rft.aufirst"):
            first[name] = value
        elif name == "rft.au":
            item["creators"].append(split(value))
        elif name == "rft.aucorp":
            item["creators"].append((value,))
        elif name in names:
            item[names[name]] = value
    if first:
        item["creators"].insert(0, (first["rft.aulast"], first.get("rft.aufirst", "")))
    return item


def from_highwire(tags):
    """The item that Zotero saves from citation_ tags."""
    item = {"creators": [], "itemType": "webpage"}
    names = {
        "title": "title", "publication_date": "date", "journal_title": "publicationTitle", "volume": "volume",
        "issue": "issue", "doi": "DOI", "issn": "ISSN", "isbn": "ISBN", "publisher": "publisher",
        "language": "language", "inbook_title": "bookTitle", "edition": "edition",
        "dissertation_institution": "university",
    }  # fmt: skip
    present = {name for name, _ in tags}
    for tag, kind in (("isbn", "book"), ("inbook_title", "bookSection"), ("journal_title", "journalArticle"),
                      ("dissertation_institution", "thesis")):  # fmt: skip
        if tag in present:
            item["itemType"] = kind
    for name, value in tags:
        if name in ("author", "editor", "translator"):
            item["creators"].append((name, *split(value)))
        elif name in names and names[name] not in item:
            item[names[name]] = value
    first, last = dict(tags).get("firstpage"), dict(tags).get("lastpage")
    if first:
        item["pages"] = f"{first}-{last}" if last else first
    return item

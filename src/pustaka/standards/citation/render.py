"""From an item of CSL-JSON to a reference in a style, once for reading and once for copying.

citeproc-py lays the parts out by a sheet. What it can't do, or does wrongly (version 0.11.1), is done here before and
after, and each is shown by a test:

* It doesn't escape titles for HTML. So its formatter writes marks of our own, and escaping comes last, for everything.
* Capitals, editions, ranges of pages and degrees depend on the language of the work or of the reader: `wording`.
* It has no letters behind years, no mark for a repeated author, no numbers in two languages.
* A full stop behind "?" and "!", and commas before a closing quotation mark behind them, are taken away.
* A style that is being used keeps state in its tree: one thread at a time uses one.
"""

import html
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.source.json import CiteProcJSON

from pustaka.standards.citation import names, wording
from pustaka.standards.citation.styles import STYLES, Style
from pustaka.standards.citation.wording import Language

Item = dict[str, Any]

ITALIC, ROMAN, BLOCK, BLOCK_END = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile(f"[{ITALIC}{ROMAN}{BLOCK}{BLOCK_END}]")
_BLOCKS = re.compile(f"[{BLOCK}{BLOCK_END}]")
_NO_DATE: dict[str, dict[Language, str]] = {
    "apa": {"en": "n.d.", "id": "t.t."},
    "harvard": {"en": "no date", "id": "tanpa tahun"},
}
_LOCALES = {"en": "en-US", "id": "id-ID"}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry: `text` to copy, `html` to show (escaped, with `<i>` only), and the id of the item."""

    id: str
    text: str
    html: str


class _Formatter:
    """What citeproc-py asks of a formatter. Only two kinds of emphasis occur in our sheets: italics, and the names."""

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)

    @staticmethod
    def Italic(text: object) -> str:  # noqa: N802
        return f"{ITALIC}{text}{ROMAN}"

    @staticmethod
    def Light(text: object) -> str:  # noqa: N802
        return f"{BLOCK}{text}{BLOCK_END}"


def cite(item: Item, *, style: str, language: Language, accessed_on: date | None = None) -> Reference:
    """The reference of one item.

    Args:
        style: a name of `STYLES`.
        accessed_on: the day on which a link was followed, for the styles that say so.
    """
    return bibliography([item], style=style, language=language, accessed_on=accessed_on)[0]


def bibliography(
    items: Sequence[Item], *, style: str, language: Language, accessed_on: date | None = None
) -> list[Reference]:
    """References in the order that the style demands: by author, year and title; numbered ones as they are given."""
    chosen = STYLES[style]
    ordered = list(items) if chosen.is_numbered else sorted(items, key=sort_key)
    letters = _letters(ordered, chosen) if chosen.has_year_letter else {}
    prepared = [
        _prepare(item, str(place), chosen, language, letters.get(place, ""), accessed_on)
        for place, item in enumerate(ordered)
    ]
    found, before = [], ""
    for number, (item, raw) in enumerate(zip(ordered, _laid_out(prepared, chosen, language), strict=True), 1):
        raw = _mend(raw, sentences=chosen.has_sentences)  # noqa: PLW2901
        block = raw[raw.find(BLOCK) : raw.find(BLOCK_END)] if BLOCK in raw else ""
        if chosen.repeat and block and block == before:
            rest = raw[raw.find(BLOCK_END) + 1 :].removeprefix(".")
            raw = f"{chosen.repeat}.{rest}"  # noqa: PLW2901
        before = block
        raw = _BLOCKS.sub("", raw)  # noqa: PLW2901
        if chosen.is_numbered:
            raw = f"[{number}] {raw}"  # noqa: PLW2901
        shown = html.escape(raw, quote=True).replace(ITALIC, "<i>").replace(ROMAN, "</i>")
        found.append(Reference(str(item.get("id", "")), _MARKS.sub("", raw), shown))
    return found


def sort_key(item: Item) -> tuple[str, str, str]:
    """Author (else editor, else title), year, title; without case, accents, articles and the Arabic al-."""
    people = item.get("author") or item.get("editor") or []
    title = re.sub(r"^(?:the|an?|sebuah)\s+", "", str(item.get("title", "")), flags=re.IGNORECASE)
    who = "; ".join(names.filing(name) for name in people) or title
    return _folded(who), year_of(item, "issued") or "9999", _folded(title)


def year_of(item: Item, name: str) -> str:
    """The year of a date of an item, "" where it is unknown."""
    parts = (item.get(name) or {}).get("date-parts") or [[]]
    return str(parts[0][0]) if parts[0] else ""


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w\s;,]", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def _letters(ordered: Sequence[Item], style: Style) -> dict[int, str]:
    """a, b, c … behind the years of works that would be cited alike, by their place in the list."""
    alike: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(ordered):
        if item.get("author") or item.get("editor"):
            year = (style.leads_with_original and year_of(item, "original-date")) or year_of(item, "issued")
            alike.setdefault((sort_key(item)[0], year), []).append(place)
    return {
        place: chr(ord("a") + number % 26)
        for places in alike.values()
        if len(places) > 1
        for number, place in enumerate(places)
    }


def _laid_out(prepared: list[Item], style: Style, language: Language) -> list[str]:
    with _lock:
        sheet = _sheet(style.name, language)
        listed = CitationStylesBibliography(sheet, CiteProcJSON(prepared), _Formatter)
        for item in prepared:
            listed.register(Citation([CitationItem(item["id"])]))
        return [str(entry) for entry in listed.bibliography()]


@cache
def _sheet(name: str, language: Language) -> Any:
    sheet = CitationStylesStyle(str(STYLES[name].sheet), validate=False, locale=_LOCALES[language])
    # Every term that a sheet asks for stands in it, in both languages; to look through the package's locales as well,
    # 600 terms each time, takes most of the time.
    sheet.root.locales = sheet.root.locales[:1]
    return sheet


def _mend(text: str, *, sentences: bool) -> str:
    text = re.sub(rf"([?!…])({ROMAN}?)\.", r"\1\2", text)
    text = re.sub(r"([?!])[.,](?=[”’])", r"\1", text)
    text = re.sub(rf"\.({ROMAN}|{BLOCK_END})\.", r".\1", text)
    text = re.sub(r"(?<=[”’]),,|(?<=,)’,", lambda found: "," if found[0] == ",," else "’,", text)
    # The first word after the title, or after its first year, begins a sentence: "Dune. Edited by", "1980. Edisi ke-3".
    if sentences:
        text = re.sub(
            rf"((?:\.{ROMAN}|{ROMAN}\.|[?!…]{ROMAN}|\.”)(?: \d{{4}}\.)? )([a-z])",
            lambda found: found[1] + found[2].upper(),
            text,
        )
    return re.sub(r" {2,}", " ", text).strip()


# What a sheet is given -----------------------------------------------------------------------------------------------
def _prepare(item: Item, key: str, style: Style, language: Language, letter: str, accessed_on: date | None) -> Item:
    """What the sheets ask for. `section` holds "pp.", `annote` the day on which a link was followed."""
    ready: Item = {"id": key, "type": item.get("type", "book")}
    for name in ("publisher", "publisher-place", "volume", "issue", "number-of-volumes", "DOI", "URL"):
        ready[name] = _clean(item.get(name))
    for name in ("title", "container-title"):
        ready[name] = _title(_clean(item.get(name)), style, str(item.get("language", "")))
    for role in ("author", "editor", "translator"):
        ready[role] = [_name(name, style) for name in item.get(role, ())]
    _say_dates(ready, item, letter, language, style)
    edition = wording.edition(_clean(item.get("edition")), language, form=style.edition)
    ready["edition"] = wording.capital(edition) if style.name == "apa" else edition
    if pages := _clean(item.get("page")):
        ready["page"] = wording.pages(pages, shortened=style.pages)
        ready["section"] = "hlm." if language == "id" else "pp." if re.search("[-–,]", pages) else "p."
    if ready["type"] in wording.MEDIUMS:
        medium = wording.MEDIUMS[ready["type"]][language]
        ready["medium"] = wording.capital(medium) if style.medium_capital else medium
    elif ready["type"] == "thesis":
        _say_thesis(ready, item, style, language)
    elif ready["type"] == "periodical" and "issued" in ready:
        ready["issued"] = {"literal": f"{ready['issued']['literal']}–"}
    _say_body_once(ready, style)
    if accessed_on is not None and ready["URL"]:
        ready["annote"] = _day(accessed_on, language)
    return {name: value for name, value in ready.items() if value}


def _say_dates(ready: Item, item: Item, letter: str, language: Language, style: Style) -> None:
    year, original = year_of(item, "issued"), year_of(item, "original-date")
    if original and original != year:
        leads = style.leads_with_original
        ready["original-date"] = {"literal": f"{original}{letter if leads else ''}"}
        letter = "" if leads else letter
    if year:
        circa = "ca. " if (item.get("issued") or {}).get("circa") else ""
        ready["issued"] = {"literal": f"{circa}{year}{letter}"}
    elif letter:
        ready["issued"] = {"literal": f"{_NO_DATE[style.name][language]}-{letter}"}


def _say_thesis(ready: Item, item: Item, style: Style, language: Language) -> None:
    level = wording.degree_level(_clean(item.get("genre")) or "")
    degree = wording.DEGREES[style.name].get(language) or wording.DEGREES["apa"][language]
    words = degree[level]
    university = ready["publisher"]
    if style.name != "apa":
        ready["genre"] = wording.capital(words) if style.name == "harvard" else words
        return
    # APA 10.6: unpublished where only a library has it; with a link the university stands in the brackets.
    if ready["URL"] or ready["DOI"]:
        ready["medium"] = ", ".join(part for part in (wording.capital(words), university) if part)
        ready["publisher"] = ""
    elif language == "id":
        ready["medium"] = f"{wording.capital(words)} tidak diterbitkan"
    else:
        ready["medium"] = f"Unpublished {words}"


def _say_body_once(ready: Item, style: Style) -> None:
    """A body that publishes its own work is named once."""
    authors, publisher = ready["author"], ready["publisher"]
    if len(authors) != 1 or "literal" not in authors[0] or not publisher or style.body_as_publisher == "both":
        return
    if _folded(authors[0]["literal"]) == _folded(publisher):
        ready.pop("publisher" if style.body_as_publisher == "author" else "author")


def _name(name: names.Name, style: Style) -> names.Name:
    if "literal" in name:
        return {"literal": _clean(name["literal"])}
    if name.get("static-ordering") and style.is_headline:  # the styles that write given names in full
        return {"literal": _clean(f"{name['family']} {name['given']}")}
    return {part: _clean(name[part]) for part in ("family", "given", "suffix") if name.get(part)}


def _title(text: str, style: Style, language: str) -> str:
    if style.is_headline:
        text = wording.headline(text, language)
    return wording.after_colon(text) if style.has_capital_subtitle else text


def _clean(value: Any) -> str:
    return " ".join(_MARKS.sub("", str(value or "")).split())


_MONTHS: dict[Language, tuple[str, ...]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def _day(moment: date, language: Language) -> str:
    return f"{moment.day} {_MONTHS[language][moment.month - 1]} {moment.year}"

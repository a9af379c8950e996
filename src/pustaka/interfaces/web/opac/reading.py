"""A MARC 21 record in the order and the words of a reader.

Source: MARC 21 Format for Bibliographic Data, <https://www.loc.gov/marc/bibliographic/>: fields 1XX to 8XX, and
Appendix A (880 and $6) for the same field in its own script.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.branches.models import Branch
from pustaka.catalog.crosswalk import is_version
from pustaka.catalog.models import Item
from pustaka.discovery.rules import NO_FILTERS, quoted
from pustaka.interfaces.web.opac.addresses import Question
from pustaka.standards.marc import Field, Record

TRAILING = " ,;:/="

ROLES: dict[str, Any] = {
    "edt": pgettext_lazy("role", "editor"),
    "trl": pgettext_lazy("role", "translator"),
    "ill": pgettext_lazy("role", "illustrator"),
    "com": pgettext_lazy("role", "compiler"),
    "ths": pgettext_lazy("role", "thesis supervisor"),
}
NOTES: dict[str, Any] = {
    "500": _("Note"),
    "501": _("Bound with"),
    "504": _("Bibliography"),
    "508": _("Makers"),
    "511": _("Performers"),
    "515": _("Numbering"),
    "518": _("Date and place"),
    "521": _("For whom"),
    "525": _("Supplement"),
    "530": _("Other form"),
    "533": _("Reproduction"),
    "534": _("Original"),
    "536": _("Funding"),
    "538": _("What it needs"),
    "540": _("Use"),
    "546": _("Language"),
    "550": _("Issued by"),
    "580": _("Linking"),
    "586": _("Awards"),
}
FACTS: tuple[tuple[Any, str, str], ...] = (
    (_("Original title"), "240", ""),
    (_("Also called"), "246", "abnp"),
    (_("Edition"), "250", ""),
    (_("Published"), "260", "abc"),
    (_("Published"), "264", "abc"),
    (_("Numbering"), "362", "a"),
    (_("Size"), "300", "abce"),
    (_("Series"), "490", "avx"),
    (_("Thesis"), "502", ""),
    (_("Scale"), "255", "a"),
)

# The script of a text, by the first letter that tells, and the language where the record names none that fits.
SCRIPTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("ARABIC", "ar", "rtl", {"ara": "ar", "per": "fa", "urd": "ur", "may": "ms-Arab", "jav": "jv-Arab", "uig": "ug"}),
    ("HEBREW", "he", "rtl", {"heb": "he", "yid": "yi"}),
    ("SYRIAC", "syr", "rtl", {}),
    ("HIRAGANA", "ja", "ltr", {}),
    ("KATAKANA", "ja", "ltr", {}),
    ("HANGUL", "ko", "ltr", {}),
    ("CJK", "zh", "ltr", {"jpn": "ja", "kor": "ko", "chi": "zh"}),
    ("CYRILLIC", "ru", "ltr", {"ukr": "uk", "bul": "bg", "srp": "sr"}),
    ("GREEK", "el", "ltr", {}),
    ("DEVANAGARI", "hi", "ltr", {"san": "sa", "mar": "mr", "nep": "ne"}),
    ("THAI", "th", "ltr", {}),
    ("JAVANESE", "jv", "ltr", {}),
    ("BALINESE", "ban", "ltr", {}),
    ("TAMIL", "ta", "ltr", {}),
)


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a record, with language and direction where they are in another script than the Latin."""

    text: str
    language: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A person or body, what they did, and the search for all of theirs."""

    text: Text
    role: Any
    href: str
    own_script: Text | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a description: its name, its words, and the same in their own script."""

    label: Any
    text: Text
    own_script: Text | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A link that leads out of the library, and what one should know before."""

    href: str
    label: str
    note: str = ""


@dataclass(slots=True)
class Description:
    """Everything that a record page says of a work, from its MARC record."""

    title: Text
    subtitle: str
    statement: Text | None
    title_own_script: Text | None
    names: list[Name] = field(default_factory=list)
    summaries: list[Text] = field(default_factory=list)
    contents: list[Text] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    notes: list[Fact] = field(default_factory=list)
    subjects: list[Name] = field(default_factory=list)
    links: list[Outside] = field(default_factory=list)
    digitized: list[Outside] = field(default_factory=list)


def places(items: Iterable[Item]) -> list[tuple[Branch, list[Item]]]:
    """Copies by branch; they come in that order."""
    return [(branch, list(copies)) for branch, copies in groupby(items, key=lambda item: item.branch)]


def describe(record: Record) -> Description:
    """Read `record` for a reader; a field that is missing or odd is left out, never an error."""
    language = record.control("008")[35:38]
    title = record.get("245") or Field("245")
    own = record.linked_880(title)
    description = Description(
        title=_said(_trim(title.text("anp")), language),
        subtitle=_trim(title.text("b")),
        statement=_said(_trim(title.text("c")).rstrip("."), language) if title.get("c") else None,
        title_own_script=_said(_trim(own.text("abnp")), language) if own else None,
    )
    names = [_name(record, one, language) for one in record.all("100", "110", "111", "700", "710", "711")]
    description.names = list({name.href: name for name in reversed(names)}.values())[::-1]
    description.summaries = [_said(one.text("abc"), language) for one in record.all("520")]
    description.contents = [_said(part, language) for one in record.all("505") for part in _parts(one.text())]
    description.facts = list(_facts(record, language))
    description.notes = [
        Fact(label, _said(one.text(), language), _own_script(record, one, language, ""))
        for tag, label in NOTES.items()
        for one in record.all(tag)
        if one.text()
    ]
    description.subjects = list(_subjects(record, language))
    description.links = list(_links(one for one in record.all("856") if not is_version(one)))
    description.digitized = list(_links(one for one in record.all("856") if is_version(one)))
    return description


def _facts(record: Record, language: str) -> Iterator[Fact]:
    for label, tag, codes in FACTS:
        for one in record.all(tag):
            if text := _trim(one.text(codes)):
                yield Fact(label, _said(text, language), _own_script(record, one, language, codes))
    for label, tag, codes in ((_("ISBN"), "020", "aq"), (_("ISSN"), "022", "a"), (_("Classification"), "082", "a")):
        if texts := [_trim(one.text(codes)) for one in record.all(tag) if one.text(codes)]:
            yield Fact(label, Text("; ".join(dict.fromkeys(texts))))


def _name(record: Record, one: Field, language: str) -> Name:
    text = _trim(one.text("abcdnq" if one.tag.endswith("00") else "abcdn"))
    role = ROLES.get(one.get("4")[-3:].lower()) or _trim(one.get("e")).rstrip(".")
    asked = _trim(one.text("abn"))
    href = Question(text=f"author:{quoted(asked)}", filters=NO_FILTERS).href()
    return Name(_said(text, language), role, href, _own_script(record, one, language, "abcd"))


def _subjects(record: Record, language: str) -> Iterator[Name]:
    seen = set()
    for one in record.all("600", "610", "611", "630", "648", "650", "651", "653", "655"):
        main = [_trim(one.text("abcdfknpqt").strip())] if one.tag != "653" else [_trim(t) for t in one.all("a")]
        divided = [_trim(part) for part in one.all("vxyz")]
        headings = [" -- ".join([*main, *divided])] if one.tag != "653" else main
        for heading in headings:
            text = heading.rstrip(".")
            if text and text.casefold() not in seen:
                seen.add(text.casefold())
                href = Question(text=f"subject:{quoted(text)}", filters=NO_FILTERS).href()
                yield Name(_said(text, language), "", href, _own_script(record, one, language, ""))


def _links(fields: Iterable[Field]) -> Iterator[Outside]:
    for one in fields:
        for address in one.all("u"):
            parts = urlsplit(address.strip())
            if parts.scheme in {"http", "https"} and parts.netloc:
                label = _trim(one.get("y") or one.get("3") or one.get("z")) or parts.netloc
                part, note = _trim(one.get("3")), _trim(one.get("z"))
                said = ", ".join(text for text in (part, note) if text and text != label)
                yield Outside(address.strip(), label, said)


def _own_script(record: Record, one: Field, language: str, codes: str) -> Text | None:
    other = record.linked_880(one)
    text = _trim(other.text(codes)) if other else ""
    return _said(text, language) if text else None


def _parts(text: str) -> list[str]:
    parts = [_trim(part).rstrip(".") for part in re.split(r"\s+--\s+|\s+—\s+|--", text)]
    return [part for part in parts if part]


def _trim(text: str) -> str:
    return text.strip().rstrip(TRAILING)


def _said(text: str, language: str) -> Text:
    """`text` with the language and direction of its script; Latin letters need neither."""
    text = unicodedata.normalize("NFC", text)
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "")
            for script, usual, direction, languages in SCRIPTS:
                if name.startswith(script):
                    return Text(text, languages.get(language, usual), direction)
            break
    return Text(text)

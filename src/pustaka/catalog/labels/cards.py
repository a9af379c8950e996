"""Catalogue cards as AACR2 and the Indonesian manuals lay them out, from a MARC record. Plain, without a database.

Source: Anglo-American Cataloguing Rules, 2nd ed. 2002 revision, 1.0D2 (areas of the second level) and ISBD; card of
7.5 × 12.5 cm with call number in the corner, main entry at the first indention, description from the second one.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pustaka.catalog import rules
from pustaka.catalog.labels.sheets import CardKind
from pustaka.standards.marc import Field, Record

NAMES = ("100", "110", "111")
ADDED_NAMES = ("700", "710", "711")
SUBJECTS = ("600", "610", "611", "630", "650", "651")
NOTES = ("500", "502", "504", "505")
# Subfields of a heading; the rest are relators, numbers and links.
HEADING = {"1": "abcdqn", "7": "abcdqn", "6": "abcdnpqtvxyz"}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on one card. `heading` is the added entry on top, empty on the main card.

    `main` is empty where the title is the main entry; its paragraph then hangs. `own_script` is the title as it is
    printed, where that is in another script.
    """

    call_number: str
    heading: str
    main: str
    description: tuple[str, ...]
    own_script: str
    tracings: str


def cards(record: Record, *, call_number: str, kinds: Collection[str]) -> Iterator[Card]:
    """The cards of these kinds, main card first, then in the order of the tracings."""
    main_field = record.get(*NAMES)
    main = _heading(main_field) if main_field else ""
    title = record.get("245") or Field("245")
    linked = record.linked_880(title)
    subjects = _unique(_subject(field) for field in record.all(*SUBJECTS))
    names = _unique(_heading(field) for field in record.all(*ADDED_NAMES))
    added_title = _title_proper(title) if main else ""
    main_card = Card(
        call_number=call_number,
        heading="",
        main=main,
        description=tuple(_description(record, title)),
        own_script=rules.one_line(linked.text("ab")) if linked else "",
        tracings=_tracings(subjects, [*names, *(["Judul"] if added_title else [])]),
    )
    if CardKind.MAIN in kinds:
        yield main_card
    if CardKind.SUBJECT in kinds:
        for subject in subjects:
            yield replace(main_card, heading=subject.upper())
    if CardKind.AUTHOR in kinds:
        for name in names:
            yield replace(main_card, heading=name)
    if CardKind.TITLE in kinds and added_title:
        yield replace(main_card, heading=added_title)


def _description(record: Record, title: Field) -> Iterator[str]:
    """The paragraphs: title to publication; extent and series; each note; standard number."""
    proper = _title_proper(title)
    rest = rules.trim(" ".join(title.all("b")))
    statement = rules.trim(" ".join(title.all("c")))
    head = proper + (f" : {rest}" if rest else "") + (f" / {statement}" if statement else "")
    areas = [head]
    if edition := record.get("250"):
        areas.append(rules.trim(edition.text("ab")))
    if published := _published(record):
        areas.append(published)
    yield _sentence(" -- ".join(_no_stop(area) for area in areas if area))
    extent = record.get("300")
    series = [rules.trim(field.text("axv")) for field in record.all("490", "440")]
    physical = rules.one_line(extent.text("abce")) if extent else ""
    parts = [_no_stop(physical), *[f"({one})" for one in series if one]]
    if any(parts):
        yield _sentence(" -- ".join(part for part in parts if part))
    for field in record.all(*NOTES):
        if note := rules.one_line(field.text("abcdgrt")):
            yield _sentence(note)
    for field in record.all("020", "022"):
        if number := rules.trim(field.get("a")):
            yield f"{'ISBN' if field.tag == '020' else 'ISSN'} {number}"


def _published(record: Record) -> str:
    """`Place : publisher, year`."""
    field = next(
        (field for field in record.all("264", "260") if field.tag == "260" or field.indicators[1] != "4"), None
    )
    if field is None:
        return ""
    place, publisher, year = (rules.trim(" ".join(field.all(code))) for code in "abc")
    text = place + (f" : {publisher}" if publisher else "")
    return text + (f", {year}" if text and year else year)


def _title_proper(title: Field) -> str:
    return rules.trim(" ".join(title.all("anp")))


def _heading(field: Field) -> str:
    return rules.trim(field.text(HEADING[field.tag[0]]))


def _subject(field: Field) -> str:
    """`Topic -- Division`: divisions are parted by two hyphens."""
    name = rules.trim(" ".join(value for code, value in field.subfields if code in "abcdnpqt"))
    divisions = [rules.trim(value) for code, value in field.subfields if code in "vxyz"]
    return " -- ".join(part for part in (name, *divisions) if part)


def _tracings(subjects: list[str], added: list[str]) -> str:
    numbered = [f"{number}. {subject.upper()}." for number, subject in enumerate(subjects, 1)]
    romans = [f"{ROMAN[at] if at < len(ROMAN) else at + 1}. {_no_stop(name)}." for at, name in enumerate(added)]
    return " ".join([*numbered, *romans])


def _no_stop(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ")")) else f"{text}."


def _unique(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))

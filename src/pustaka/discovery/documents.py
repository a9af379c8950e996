"""From a title of the catalogue to what a search engine keeps of it.

Source of the fields: MARC 21 Bibliographic <https://www.loc.gov/marc/bibliographic/>. A field 880 counts as the field
that its $6 names, so that a title is found in its own script and romanised.

A million titles pass through here at every rebuild: what repeats from title to title (subjects, publishers, names,
classes) is worked out once and remembered within bounds.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from pustaka.catalog import rules as catalog_rules
from pustaka.catalog.models import Item
from pustaka.catalog.queries import AT_HAND, Indexable
from pustaka.discovery import orders, rules, text, works
from pustaka.discovery.ports import Document
from pustaka.standards import callnumbers, identifiers, marc

log = logging.getLogger(__name__)

REVISION = 3  # of what documents hold; a new number makes every installation build its index anew

_MOST_NOTES = 20_000  # characters of notes, contents and abstracts of one title
_MOST_VALUE = 200

Heading = tuple[Literal["author", "subject"], str, str]  # kind, folded, shown

_NAME_CODES = {"100": "abcq", "110": "abn", "111": "acdn", "700": "abcq", "710": "abn", "711": "acdn", "720": "a"}
_TITLE_CODES = {
    "130": "anp", "210": "a", "222": "a", "240": "anp", "242": "abnp", "246": "abnp", "247": "abnp", "440": "anp",
    "490": "a", "730": "anp", "740": "anp", "773": "t", "780": "t", "785": "t", "800": "tnp", "810": "tnp",
    "811": "tnp", "830": "anp",
}  # fmt: skip
_WHOLE_TITLES = frozenset({"130", "240", "246"})
_SUBJECT_CODES = {"600": "abcdqt", "610": "abnt", "611": "acdnt", "630": "anpt", "648": "a", "650": "a", "651": "a"}
# How a copy came, who may use it and what became of it says nothing about the work.
_HOUSEKEEPING = frozenset({"506", "533", "540", "541", "542", "561", "562", "563", "583", "584", "588", "590"})


def of(given: Indexable) -> Document:
    """The document of one title."""
    bib = given.bib
    record = marc.load(given.marc)
    found = _Found()
    for field in record.fields:
        if (take := _TAKE.get(field.tag)) is not None:
            take(found, field.tag, field)
    items = [item for item in given.items if item.status != Item.Status.WITHDRAWN]
    marks = _marks(items, bib.call_number)
    return Document(
        id=bib.pk,
        batch=bib.batch_id,
        words=" ".join(found.words(bib.language, bib.year)),
        title=" ".join(found.title),
        titles=" ".join(found.titles),
        names=" ".join(found.names),
        subjects=" ".join(found.subjects),
        notes=" ".join(found.notes),
        publisher=" ".join(found.publisher),
        title_keys=list(found.title_keys),
        keys=[*found.keys, *_own_keys(given), *works.of(record, form=bib.form).keys()],
        facets={
            "form": (bib.form,),
            "language": (bib.language,) if bib.language else (),
            "subject": tuple(found.subject_values),
            "author": tuple(found.author_values),
            "class": _class_values(bib.classification),
            "week": (_week(min(_arrivals(items), default=None) or bib.created_at.date()),),
            **_places(items),
        },
        headings=found.headings,
        is_available=any(item.status in AT_HAND for item in items),
        year=bib.year,
        added=int(bib.created_at.timestamp()),
        title_sort=bib.title_sort,
        call_sort=marks[0][1] if marks else "",
        entries=[
            f"T{bib.title_sort}{orders.END}{bib.pk:012}",
            *orders.call_number_entries(bib.pk, marks),
            *found.entries,
        ],
    )


def of_all(given: Iterable[Indexable]) -> list[Document]:
    """Documents of these titles. One that can't be understood is left out and told in the log; the others go on."""
    found = []
    for title in given:
        try:
            found.append(of(title))
        except Exception:
            log.exception("title %s could not be made searchable", title.bib.pk)
    return found


class _Found:
    """What the fields of one record come to, kind by kind; texts as tokens."""

    __slots__ = (
        "author_values", "entries", "further_words", "headings", "keys", "names", "notes", "notes_length", "publisher",
        "subject_values", "subject_words", "subjects", "title", "title_keys", "titles",
    )  # fmt: skip

    def __init__(self) -> None:
        self.title: list[str] = []
        self.titles: list[str] = []
        self.names: list[str] = []
        self.subjects: list[str] = []
        self.notes: list[str] = []
        self.publisher: list[str] = []
        self.notes_length = 0
        self.further_words: list[str] = []
        self.subject_words: set[str] = set()
        self.title_keys: dict[str, None] = {}
        self.author_values: dict[str, None] = {}
        self.subject_values: dict[str, None] = {}
        self.headings: list[Heading] = []
        self.entries: list[str] = []
        self.keys: list[str] = []

    def words(self, language: str, year: int | None) -> set[str]:
        """Every word, with its stems in the language of the title; subjects come with stems in both."""
        is_malay = language in text.LANGUAGES_OF_MALAY_KIND
        found = text.with_stems(
            self.title + self.titles + self.notes, indonesian=is_malay or not language, english=not is_malay
        )
        found |= self.subject_words
        found.update(self.names)
        found.update(self.further_words)
        if year is not None:
            found.add(str(year))
        return found

    def main_title(self, tag: str, field: marc.Field, *, is_other_script: bool = False) -> None:
        begin = text.tokens(field.get("a"))
        written = field.text("abnp")
        tokens = text.tokens(written)
        if is_other_script:
            self.titles += tokens
        else:
            self.title += tokens
        self._title_key(tokens)
        self._title_key(begin)
        if "-" in written:
            self.further_words += text.compounds(written)
        if statement := field.text("c"):
            names = text.tokens(statement)
            self.names += names
            self.further_words += _joined_initials(names)

    def other_title(self, tag: str, field: marc.Field) -> None:
        if written := field.text(_TITLE_CODES[tag]):
            tokens = text.tokens(written)
            self.titles += tokens
            if tag in _WHOLE_TITLES:
                self._title_key(tokens)
            if "-" in written:
                self.further_words += text.compounds(written)

    def _title_key(self, tokens: list[str]) -> None:
        if tokens:
            self.title_keys[" ".join(tokens)[:_MOST_VALUE]] = None

    def name(self, tag: str, field: marc.Field) -> None:
        name = _name(field.text(_NAME_CODES[tag]))
        self.names += name.tokens
        self.further_words += name.further_words
        if "\x1ft" in field.body:
            self.titles += text.tokens(field.text("tnp"))
        elif name.value and name.value not in self.author_values:
            self.author_values[name.value] = None
            self.headings += name.headings
            self.entries.append(name.entry)

    def subject(self, tag: str, field: marc.Field) -> None:
        subject = _subject(tag, field.body)
        self.subjects += subject.tokens
        self.subject_words |= subject.words
        self.entries += subject.entries
        if subject.value and subject.value not in self.subject_values:
            self.subject_values[subject.value] = None
            self.headings += subject.headings

    def note(self, tag: str, field: marc.Field) -> None:
        if self.notes_length < _MOST_NOTES:
            written = field.text()[:_MOST_NOTES]
            self.notes_length += len(written)
            self.notes += text.tokens(written)

    def imprint(self, tag: str, field: marc.Field) -> None:
        self.publisher += _publisher(field.body)

    def isbn(self, tag: str, field: marc.Field) -> None:
        for value in field.all("az"):
            is_bare = len(value) == 13 and value.isdigit()
            self.keys.append(f"isbn:{value if is_bare else rules.key_value('isbn', value)}")

    def issn(self, tag: str, field: marc.Field) -> None:
        self.keys += [f"issn:{rules.key_value('issn', value)}" for value in field.all("alyz")]

    def number(self, tag: str, field: marc.Field) -> None:
        for value in (field.body,) if tag == "001" else field.all("a"):
            self.keys.append(f"number:{rules.key_value('number', value)}")

    def doi(self, tag: str, field: marc.Field) -> None:
        if "10." in field.body:
            self.keys += [f"doi:{doi}" for value in field.all("au") if (doi := identifiers.doi(value))]

    def other_script(self, tag: str, field: marc.Field) -> None:
        linked = field.get("6")[:3]
        if linked == "245":
            self.main_title(linked, field, is_other_script=True)
        elif linked != "880" and (take := _TAKE.get(linked)) is not None:
            take(self, linked, field)


_TAKE: Mapping[str, Callable[[_Found, str, marc.Field], None]] = {
    **{f"5{n:02}": _Found.note for n in range(100) if f"5{n:02}" not in _HOUSEKEEPING},
    **{f"6{n:02}": _Found.subject for n in range(100)},
    **dict.fromkeys(_TITLE_CODES, _Found.other_title),
    **dict.fromkeys(_NAME_CODES, _Found.name),
    **dict.fromkeys(("260", "264"), _Found.imprint),
    **dict.fromkeys(("001", "035"), _Found.number),
    **dict.fromkeys(("024", "856"), _Found.doi),
    "020": _Found.isbn,
    "022": _Found.issn,
    "245": _Found.main_title,
    "880": _Found.other_script,
}


class _Name(NamedTuple):
    value: str
    tokens: tuple[str, ...]
    further_words: tuple[str, ...]
    headings: tuple[Heading, ...]
    entry: str


@lru_cache(maxsize=20_000)
def _name(written: str) -> _Name:
    """A name with what it is also looked for by: turned round, initials together, initials instead of forenames."""
    value = catalog_rules.trim(written)[:_MOST_VALUE]
    last, comma, first = value.partition(",")
    family, forenames = text.tokens(last), text.tokens(first)
    tokens = text.tokens(written)
    further = [*_joined_initials(tokens), *[token[0] for token in forenames if not token.isdigit()]]
    headings: list[Heading] = []
    if family or forenames:
        headings.append(("author", " ".join(family + forenames), value))
        if comma and forenames:
            headings.append(("author", " ".join(forenames + family), value))
    return _Name(value, tuple(tokens), tuple(further), tuple(headings), orders.heading_entry("author", value))


def _joined_initials(tokens: Sequence[str]) -> Iterator[str]:
    """`bj` for B. J., which many write together."""
    run = ""
    for token in [*tokens, "  "]:
        if len(token) == 1:
            run += token
            continue
        if len(run) > 1:
            yield run
        run = ""


class _Subject(NamedTuple):
    value: str
    tokens: tuple[str, ...]
    words: frozenset[str]
    headings: tuple[Heading, ...]
    entries: tuple[str, ...]


@lru_cache(maxsize=30_000)
def _subject(tag: str, body: str) -> _Subject:
    """A subject heading. It stands under its beginning and under each of its first words, longer ones only.

    Headings are often English in Indonesian records, and the other way round, so both kinds of stems are taken.
    """
    field = marc.Field.from_body(tag, body)
    written = field.text()
    tokens = text.tokens(written)
    words = text.with_stems(tokens, indonesian=True, english=True)
    words.update(text.compounds(written))
    value = catalog_rules.trim(field.text(_SUBJECT_CODES[tag]))[:_MOST_VALUE] if tag in _SUBJECT_CODES else ""
    head = text.tokens(value)
    starts = [0, *[at for at in range(1, min(5, len(head))) if len(head[at]) > 3]] if head else []
    headings = tuple([("subject", " ".join(head[at:]), value) for at in starts])
    divisions = [part for piece in field.all("vxyz") if (part := catalog_rules.trim(piece))]
    entries = orders.subject_entries(value, divisions) if head else ()
    return _Subject(value, tuple(tokens), frozenset(words), headings, entries)  # type: ignore[arg-type]


@lru_cache(maxsize=20_000)
def _publisher(body: str) -> tuple[str, ...]:
    return tuple([token for name in marc.Field.from_body("264", body).all("b") for token in text.tokens(name)])


def _own_keys(given: Indexable) -> list[str]:
    """Class and call numbers from their beginning on, barcodes, inventory numbers."""
    bib = given.bib
    keys = list(_class_keys(bib.classification))
    for call_number in {bib.call_number: None} | {item.call_number: None for item in given.items}:
        tokens = text.tokens(call_number)
        keys += [f"call:{' '.join(tokens[:end])}" for end in range(min(2, len(tokens)), len(tokens) + 1) if end]
    for item in given.items:
        keys.append(f"barcode:{rules.key_value('barcode', item.barcode)}")
        if item.inventory_number:
            keys.append(f"number:{rules.key_value('number', item.inventory_number)}")
    return keys


@lru_cache(maxsize=20_000)
def _class_keys(classification: str) -> tuple[str, ...]:
    return tuple([f"class:{classification[:end]}" for end in range(1, len(classification) + 1)])


@lru_cache(maxsize=20_000)
def _class_values(classification: str) -> tuple[str, ...]:
    """`6` and `65` for 657.4; `2` and `2X` in the Indonesian tables for Islam."""
    return (classification[:1], classification[:2]) if classification[:1].isdigit() else ()


def _marks(items: list[Item], call_number: str) -> list[tuple[int, str]]:
    """(branch, sort key) of each call number under which copies stand, once each; branch 0 where there is no copy."""
    found: dict[tuple[int, str], None] = {}
    for item in items:
        if mark := item.call_number or call_number:
            found[item.branch_id, callnumbers.sort_key(mark)] = None
    if not items and call_number:
        found[0, callnumbers.sort_key(call_number)] = None
    return list(found)


def _arrivals(items: list[Item]) -> Iterator[date]:
    return (item.received_on for item in items if item.received_on is not None)


@lru_cache(maxsize=5_000)
def _week(day: date) -> str:
    """`2026-W48`: the ISO week in which the first copy came, or where that isn't known, the title."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _places(items: list[Item]) -> dict[str, tuple[str, ...]]:
    if not items:
        return {}
    branches: dict[str, None] = {}
    locations: dict[str, None] = {}
    collections: dict[str, None] = {}
    for item in items:
        branches[item.branch.code] = None
        if item.location is not None:
            locations[f"{item.branch.code}/{item.location.code}"] = None
        if item.item_type is not None:
            collections[item.item_type.code] = None
    return {"branch": tuple(branches), "location": tuple(locations), "collection": tuple(collections)}

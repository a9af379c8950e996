"""Reads: the lists in order. A page costs the same wherever in its list it begins.

Every list is walked along its entries (`orders`) from a given place on. What an entry says is checked against what is
there now, so that a list is right as soon as an edit is in the search index, and hidden imports are in none.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from django.db import connection
from django.db.models import Q

from pustaka.catalog import queries as catalog
from pustaka.catalog import rules as catalog_rules
from pustaka.catalog.models import Bib
from pustaka.discovery import headings, orders
from pustaka.discovery.headings import Related
from pustaka.discovery.models import ListEntry
from pustaka.discovery.orders import END, Entry, HeadingKind
from pustaka.discovery.ports import Query
from pustaka.discovery.queries import LiveIndex
from pustaka.discovery.rules import Key, Node, Phrase
from pustaka.standards import callnumbers, marc

PAGE = 30
AT_ONCE = 64
MOST_PASSED = 2_000  # entries without a title that one page passes over; the next page goes on behind them
_AFTER_ALL = b"\xff"  # no UTF-8 has it

L = TypeVar("L")


@dataclass(frozen=True, slots=True)
class Linked:
    """A heading that another refers to, with its titles."""

    related: Related
    count: int


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """One line of authors or subjects. place: the cursor that leads here.

    see: for a reference, the heading that is used instead; `count` then counts the titles of that one.
    has_parts: whether it is subdivided.
    """

    place: str
    shown: str
    count: int
    see: str = ""
    links: tuple[Linked, ...] = ()
    has_parts: bool = False


@dataclass(frozen=True, slots=True)
class TitleLine:
    """One title of a list, with the call number under which it stands there, if it is a list of those."""

    place: str
    bib: Bib
    call_number: str = ""


@dataclass(frozen=True, slots=True)
class Stretch(Generic[L]):
    """A part of a list. before, after: cursors of the neighboring parts, "" at the ends."""

    lines: list[L] = field(default_factory=list)
    before: str = ""
    after: str = ""


def authors(*, start: str = "", place: str = "", before: str = "", most: int = PAGE) -> Stretch[HeadingLine]:
    """Authors by name; see `subjects`."""
    return _headings("author", start=start, place=place, before=before, most=most)


def subjects(*, start: str = "", place: str = "", before: str = "", most: int = PAGE) -> Stretch[HeadingLine]:
    """Subjects without their subdivisions, with references from other words.

    Args:
        start: what somebody typed; the list begins there. place, before: a cursor to begin at, or to end before.
    """
    return _headings("subject", start=start, place=place, before=before, most=most)


def parts(of: str, *, place: str = "", before: str = "", most: int = PAGE) -> Stretch[HeadingLine]:
    """The subdivisions of a subject, deeper ones behind those that they divide."""
    read = partial(_parts, _Index())
    return _stretch(orders.parts_list(of), read, at=_from(place), before=_from(before), most=most)


def subject(shown: str) -> HeadingLine:
    """One subject with its references; `count` is 0 where no title has it."""
    index = _Index()
    found = _heading_lines(index, "subject", [Entry(orders.filed_under(shown), shown)], keeps_all=True)
    return found[0][1]


def referring(words: str) -> list[int]:
    """Numbers of the authorities that refer from exactly these words; one statement.

    The lists forget only at night, so the authority itself has the last word.
    """
    filed = f"{orders.filed_under(words)}{END}"
    there = Q()
    for letter in orders.HEADINGS.values():
        begin = f"{letter}{filed}".encode("utf-8", "replace")
        there |= Q(key__gte=begin, key__lt=begin + _AFTER_ALL)
    keys = ListEntry.objects.filter(there).order_by("key").values_list("key", flat=True)[:AT_ONCE]
    found = [Entry.read(bytes(key)[1:].decode("utf-8", "replace")).authority for key in keys]
    return sorted({number for number in found if number})


def titles(*, start: str = "", place: str = "", before: str = "", most: int = PAGE) -> Stretch[TitleLine]:
    """Titles as they are filed: without the article at their beginning."""
    at = _from(place) or catalog_rules.fold(start)
    return _stretch("T", _titles, at=at, before=_from(before), most=most)


def call_numbers(
    *, branch: int | None = None, start: str = "", place: str = "", before: str = "", most: int = PAGE
) -> Stretch[TitleLine]:
    """Titles as they stand on the shelves of a branch, or of all."""
    at = _from(place) or (callnumbers.sort_key(start) if start else "")
    letter = orders.branch_list(branch)
    return _stretch(letter, partial(_on_shelf, branch), at=at, before=_from(before), most=most)


def beside(bib_id: int, *, branch: int | None = None, left: int = 4, right: int = 5) -> Stretch[TitleLine]:
    """The title on its shelf between its neighbors; empty where it has no call number there.

    At an end of the shelf there are fewer; nothing begins again at the other end.
    """
    marks = catalog.shelf_marks([bib_id]).get(bib_id, [])
    number = next((number for at, number in marks if branch in {None, at}), "")
    if not number:
        return Stretch()
    here = f"{callnumbers.sort_key(number)}{END}{bib_id:012}"
    letter, read = orders.branch_list(branch), partial(_on_shelf, branch)
    behind, further = _take(read, _walk(letter, at=here, at_once=right + 6), right + 1)
    ahead: Stretch[TitleLine] = _stretch(letter, read, at="", before=here, most=left)
    return Stretch([*ahead.lines, *[line for _, line in behind]], ahead.before, cursor(further) if further else "")


# Walking -------------------------------------------------------------------------------------------------------------
Read = Callable[[Sequence[Entry]], Iterable[tuple[Entry, L]]]


def _stretch(letter: str, read: "Read[L]", *, at: str, before: str, most: int) -> Stretch[L]:
    """`most` lines from `at` on, or the last ones before `before`."""
    if before:
        lines, further = _take(read, _walk(letter, until=before, at_once=most + 6), most)
        return Stretch(
            [line for _, line in reversed(lines)], cursor(lines[-1][0]) if lines and further else "", _as_cursor(before)
        )
    lines, further = _take(read, _walk(letter, at=at, at_once=most + 6), most)
    begin = _written(lines[0][0]) if lines else at
    has_before = bool(begin) and _take(read, _walk(letter, until=begin, at_once=8), 0)[1] is not None
    return Stretch(
        [line for _, line in lines], _as_cursor(begin) if has_before else "", cursor(further) if further else ""
    )


def _take(read: "Read[L]", chunks: Iterable[list[Entry]], most: int) -> tuple[list[tuple[Entry, L]], Entry | None]:
    """The first `most` entries that something stands behind, and the entry with which it goes on."""
    found: list[tuple[Entry, L]] = []
    passed = 0
    for chunk in chunks:
        for entry, line in read(chunk):
            if len(found) == most:
                return found, entry
            found.append((entry, line))
        passed += len(chunk)
        if passed - len(found) > MOST_PASSED:
            return found, chunk[-1]
    return found, None


def _walk(letter: str, *, at: str = "", until: str = "", at_once: int = AT_ONCE) -> Iterator[list[Entry]]:
    """The entries of a list from `at` on, or backwards from `until`, which is left out."""
    begin = letter.encode()
    low, high = begin + at.encode("utf-8", "replace"), begin + (until.encode("utf-8", "replace") or _AFTER_ALL)
    entries = ListEntry.objects.order_by("-key" if until else "key").values_list("key", flat=True)
    if letter[0] in orders.OF_ONE_TITLE and (hidden := catalog.hidden_batches()):
        entries = entries.exclude(batch__in=hidden)
    while True:
        keys = [bytes(key) for key in entries.filter(key__gte=low, key__lt=high)[:at_once]]
        if not keys:
            return
        yield [Entry.read(key[len(begin) :].decode("utf-8", "replace")) for key in keys]
        if len(keys) < at_once:
            return
        low, high = (low, keys[-1]) if until else (keys[-1] + b"\x00", high)
        at_once = AT_ONCE


def cursor(entry: Entry) -> str:
    """The place of an entry for an address."""
    return _as_cursor(_written(entry))


def _written(entry: Entry) -> str:
    written = f"{entry.filed}{END}{entry.shown}"
    return f"{written}{END}{entry.authority}" if entry.authority else written


def _as_cursor(written: str) -> str:
    return written.replace(END, "~").replace(orders.PART, "^")


def _from(place: str) -> str:
    return place[:600].replace("~", END).replace("^", orders.PART).replace("\x00", "")


# What stands behind entries ------------------------------------------------------------------------------------------
class _Index:
    """How many visible titles a heading has; each is asked for once."""

    def __init__(self) -> None:
        self._index = LiveIndex()
        self._hidden = tuple(catalog.hidden_batches())
        self._known: dict[tuple[HeadingKind, str], int] = {}

    def count(self, kind: HeadingKind, shown: str) -> int:
        if (known := self._known.get((kind, shown))) is None:
            query = Query(tree=node_of(kind, shown), hidden_batches=self._hidden, limit=0)
            known = self._index.ask(lambda engine, number: engine.search(number, query).total) or 0
            self._known[kind, shown] = known
        return known


def node_of(kind: HeadingKind, shown: str) -> Node:
    """What finds the titles of a heading."""
    if kind == "subject" and headings.is_divided(shown) and len(words := headings.words(shown)) > 1:
        return Phrase(words, "subject")
    return Key(kind, shown)


def _headings(kind: HeadingKind, *, start: str, place: str, before: str, most: int) -> Stretch[HeadingLine]:
    at = _from(place) or orders.filed_under(start)
    read = partial(_heading_lines, _Index(), kind)
    return _stretch(orders.HEADINGS[kind], read, at=at, before=_from(before), most=most)


def _heading_lines(
    index: _Index, kind: HeadingKind, entries: Sequence[Entry], *, keeps_all: bool = False
) -> list[tuple[Entry, HeadingLine]]:
    """Headings with their titles, references to headings that have some."""
    records = _references(entries)
    controlled = _controlled(kind, [entry.shown for entry in entries if not entry.authority])
    divided = _divided(entries) if kind == "subject" else set()
    found = []
    for entry in entries:
        if entry.authority:
            shown = headings.shown_as(records[entry.authority], kind) if entry.authority in records else ""
            if shown and shown != entry.shown and (count := index.count(kind, shown)):
                found.append((entry, HeadingLine(cursor(entry), entry.shown, count, see=shown)))
        elif (count := index.count(kind, entry.shown)) or keeps_all:
            links = [
                Linked(one, links_count)
                for record in controlled.get(entry.shown, ())
                for one in headings.related(record, kind)
                if (links_count := index.count(kind, one.shown))
            ]
            line = HeadingLine(cursor(entry), entry.shown, count, links=tuple(links), has_parts=entry.filed in divided)
            found.append((entry, line))
    return found


def _references(entries: Sequence[Entry]) -> dict[int, marc.Record]:
    """The authorities that entries refer from, as long as they do."""
    numbers = {entry.authority for entry in entries if entry.authority}
    names = {(entry.authority, entry.shown) for entry in entries}
    return {
        one.pk: marc.load(bytes(one.marc))
        for one in (catalog.authorities(numbers) if numbers else ())
        if any((one.pk, name[:200]) in names for name in one.see)
    }


def _controlled(kind: HeadingKind, shown: Sequence[str]) -> dict[str, list[marc.Record]]:
    """The authority records of headings."""
    if not shown:
        return {}
    keys = _keys_under([orders.authority_list(kind, one) for one in shown])
    entries = [Entry.read(bytes(key).decode("utf-8", "replace")) for key in keys]
    numbers = {entry.authority: entry.shown for entry in entries if entry.shown in shown}
    found: dict[str, list[marc.Record]] = {}
    for one in catalog.authorities(numbers) if numbers else ():
        record = marc.load(bytes(one.marc))
        if headings.shown_as(record, kind) == numbers[one.pk]:
            found.setdefault(numbers[one.pk], []).append(record)
    return found


def _divided(entries: Sequence[Entry]) -> set[str]:
    """Under what the subjects stand that have subdivisions; one statement."""
    filed = [entry.filed for entry in entries if not entry.authority]
    if not filed:
        return set()
    one = "(SELECT 1 FROM discovery_listentry WHERE key >= %s AND key < %s LIMIT 1)"
    begins = [orders.parts_list(under).encode("utf-8", "replace") for under in filed]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([one] * len(filed))}",
            [bound for begin in begins for bound in (begin, begin + _AFTER_ALL)],
        )
        return {under for under, found in zip(filed, cursor.fetchone(), strict=True) if found}


def _keys_under(begins: Sequence[str]) -> list[bytes]:
    """Keys that begin with one of these texts; one statement."""
    wanted = Q()
    for begin in begins:
        raw = begin.encode("utf-8", "replace")
        wanted |= Q(key__gte=raw, key__lt=raw + _AFTER_ALL)
    return [bytes(key) for key in ListEntry.objects.filter(wanted).values_list("key", flat=True)]


def _parts(index: _Index, entries: Sequence[Entry]) -> Iterator[tuple[Entry, HeadingLine]]:
    for entry in entries:
        if count := index.count("subject", entry.shown):
            yield entry, HeadingLine(cursor(entry), entry.shown, count)


def _titles(entries: Sequence[Entry]) -> Iterator[tuple[Entry, TitleLine]]:
    bibs = {bib.pk: bib for bib in catalog.titles({int(entry.shown) for entry in entries})}
    for entry in entries:
        bib = bibs.get(int(entry.shown))
        if bib is not None and bib.title_sort == entry.filed:
            yield entry, TitleLine(cursor(entry), bib)


def _on_shelf(branch: int | None, entries: Sequence[Entry]) -> Iterator[tuple[Entry, TitleLine]]:
    ids = {int(entry.shown) for entry in entries}
    bibs = {bib.pk: bib for bib in catalog.titles(ids)}
    marks = catalog.shelf_marks(ids)
    for entry in entries:
        bib = bibs.get(int(entry.shown))
        number = next(
            (
                number
                for at, number in marks.get(int(entry.shown), ())
                if branch in {None, at} and callnumbers.sort_key(number) == entry.filed
            ),
            "",
        )
        if bib is not None and number:
            yield entry, TitleLine(cursor(entry), bib, number)


# Sweeping ------------------------------------------------------------------------------------------------------------
def unused(keys: Sequence[bytes]) -> list[bytes]:
    """Those of these keys behind which nothing stands, not even in a hidden import."""
    entries = {key: (chr(key[0]), Entry.read(_inside(key))) for key in keys}
    ids = {int(entry.shown) for letter, entry in entries.values() if letter in orders.OF_ONE_TITLE}
    filed, marks = catalog.filed_titles(ids, with_hidden=True), catalog.shelf_marks(ids, with_hidden=True)
    numbers = {entry.authority for _, entry in entries.values() if entry.authority}
    authorities = {one.pk: list(headings.entries_of(one)) for one in catalog.authorities(numbers, with_hidden=True)}
    index = LiveIndex()

    def is_used(key: bytes, letter: str, entry: Entry) -> bool:
        if letter == "T":
            return filed.get(int(entry.shown)) == entry.filed
        if letter in "CB":
            sorts = [callnumbers.sort_key(number) for _, number in marks.get(int(entry.shown), ())]
            return entry.filed in sorts
        if entry.authority:
            return key.decode("utf-8", "replace") in authorities.get(entry.authority, ())
        kind: HeadingKind = "author" if letter == "A" else "subject"
        query = Query(tree=node_of(kind, entry.shown), limit=0)
        return bool(index.ask(lambda engine, number: engine.search(number, query).total))

    return [key for key, (letter, entry) in entries.items() if not is_used(key, letter, entry)]


def _inside(key: bytes) -> str:
    """An entry without its list."""
    written = key.decode("utf-8", "replace")
    return written.partition(orders.PART)[2] if written[0] == "B" else written[1:]

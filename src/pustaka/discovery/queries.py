"""Reads: what a person types and chooses in, titles and ways on out."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Literal, TypeVar

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, Form
from pustaka.discovery import documents, labels, orders, rules
from pustaka.discovery import text as texts
from pustaka.discovery.models import IndexGeneration, ListEntry
from pustaka.discovery.ports import Answer, Fresh, Query, SearchEngine, SearchUnavailable, Suggestion
from pustaka.discovery.rules import NO_FILTERS, Filters, Node, Parsed, Word
from pustaka.foundation import adapters
from pustaka.standards import identifiers

T = TypeVar("T")

MOST_PAGES_DEEP = 10_000  # titles; nobody reads on beyond, and every engine slows down there
MOST_BARS = 40
MOST_TITLES = 5  # that are suggested
SHOWN_VALUES = 8
COUNTED = (
    *[name for name in rules.FACETS if name not in (*rules.LAZY_FACETS, *rules.UNCOUNTED_FACETS)],
    "available",
    "year",
)
_OFFERED = 3
_FEW_FOUND = 3  # fewer than that and a better spelling is looked for
_EARLIEST, _LATEST = 1400, 2100  # years in the histogram; others are slips


@dataclass(frozen=True, slots=True)
class FacetValue:
    """value: for the address bar. state: asked for, kept out, or neither."""

    value: str
    label: str
    count: int
    state: Literal["", "in", "out"] = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """values: chosen ones first, then most titles first. has_more: ask `facet` for the others."""

    name: str
    label: Any
    values: list[FacetValue]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class YearBar:
    """How many titles came out in these years, both included."""

    year_from: int
    year_to: int
    count: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A way on from a dead end, that leads to `total` titles.

    text, filters: the search to make. dropped: the words that it leaves out, as typed.
    """

    kind: Literal["spelling", "fewer_words", "without_filters"]
    text: str
    filters: Filters
    total: int
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search; see the fields.

    ids: titles of this page in order; rows come from `catalog.queries.rows`.
    how: `similar` when nothing had the words as typed, and typing errors were forgiven.
    available: how many of the result have a copy at hand. years: the histogram, without gaps.
    offers: ways on, best first; only where nothing or next to nothing is found.
    """

    ids: list[int]
    total: int
    page: int
    pages: int
    how: Literal["exact", "similar"] = "exact"
    facets: list[Facet] = field(default_factory=list)
    years: list[YearBar] = field(default_factory=list)
    available: int = 0
    offers: list[Offer] = field(default_factory=list)
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Fits:
    """ids: the first of the titles that fit. total: how many fit."""

    ids: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the search is: ready; empty (nothing to search yet); lost (being made anew, or to be made with `pustaka
    reindex`); outdated (made by an older release, to be made anew). A rebuild may be under way beside any of them.
    """

    kind: Literal["ready", "empty", "lost", "outdated"]
    live: IndexGeneration | None
    building: IndexGeneration | None


def engine() -> SearchEngine:
    """The engine that the settings name."""
    made: SearchEngine = adapters.named("SEARCH_ENGINE")()
    return made


def live() -> IndexGeneration | None:
    """The index that searches read."""
    return IndexGeneration.objects.filter(state=IndexGeneration.State.LIVE).first()


def building() -> IndexGeneration | None:
    """The index that is being built."""
    return IndexGeneration.objects.filter(state=IndexGeneration.State.BUILDING).first()


def written() -> list[IndexGeneration]:
    """The indexes that an edit goes to, oldest first."""
    return list(IndexGeneration.objects.exclude(state=IndexGeneration.State.RETIRED).order_by("pk"))


def state() -> IndexState:
    """How the search is now."""
    now, next_one = live(), building()
    if now is None:
        return IndexState("lost" if catalog.all_bibs().exists() else "empty", None, next_one)
    if now.revision != documents.REVISION:
        return IndexState("outdated", now, next_one)
    return IndexState("ready" if engine().exists(now.pk) else "lost", now, next_one)


# Searching -----------------------------------------------------------------------------------------------------------
def find(
    *,
    text: str = "",
    filters: Filters = NO_FILTERS,
    sort: str = "relevance",
    page: int = 1,
    page_size: int = 20,
    with_facets: bool = True,
) -> Found:
    """One page of what a person asked for. Whatever was typed, this doesn't raise for it.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    began = time.perf_counter()
    parsed = rules.parse(text)
    most_pages = max(1, MOST_PAGES_DEEP // page_size)
    page = min(max(1, page), most_pages)
    query = Query(
        tree=parsed.tree,
        title=parsed.title,
        filters=filters,
        hidden_batches=tuple(catalog.hidden_batches()),
        fresh=_fresh(filters),
        sort=sort if sort in rules.SORTS else "relevance",
        offset=(page - 1) * page_size,
        limit=page_size,
        facets=COUNTED if with_facets else (),
    )
    index = LiveIndex()
    answer = index.ask(lambda engine, number: engine.search(number, query)) or Answer((), 0)
    how: Literal["exact", "similar"] = "exact"
    offers: list[Offer] = []
    if parsed.tree is not None and answer.total < _FEW_FOUND:
        ways = _Ways(index, text, parsed, query)
        if answer.total == 0 and not ways.lead_on_without_filters() and ways.may_be_misspelt():
            similar = index.ask(lambda engine, number: engine.search(number, replace(query, is_forgiving=True)))
            if similar is not None and similar.total:
                answer, how = similar, "similar"
        offers = ways.offers(found=answer.total if how == "exact" else 0, is_similar=how == "similar")
    elif answer.total == 0 and filters:
        offers = _Ways(index, text, parsed, query).offers(found=0, is_similar=False)
    return Found(
        ids=list(answer.ids),
        total=answer.total,
        page=page,
        pages=min(most_pages, -(-answer.total // page_size)),
        how=how,
        facets=_facets(answer.facets, filters),
        years=bars(answer.years),
        available=answer.available or 0,
        offers=offers,
        milliseconds=(time.perf_counter() - began) * 1000,
    )


def facet(*, name: str, text: str = "", filters: Filters = NO_FILTERS, contains: str = "", most: int = 20) -> Facet:
    """The values of one facet for a search: the costly ones, and "more" with a search inside.

    Args:
        contains: only values that have these words, or words that begin so, in them.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    if name not in rules.FACETS:
        return Facet(name, name, [])
    parsed = rules.parse(text)
    query = Query(
        tree=parsed.tree, filters=filters, hidden_batches=tuple(catalog.hidden_batches()), fresh=_fresh(filters)
    )
    counts = (
        LiveIndex().ask(lambda engine, number: engine.facet(number, query, name=name, contains=contains, most=most + 1))
        or ()
    )
    return Facet(
        name=name,
        label=labels.FACETS[name],
        values=_values(name, counts, NO_FILTERS if contains else filters, most=most),
        has_more=len(counts) > most,
    )


def suggest(text: str) -> list[Suggestion]:
    """What the text may become, while it is typed: titles first, then authors and subjects; a few of each."""
    words = texts.tokens(text[:200])
    if not words or len("".join(words)) < 2:
        return []
    query = Query(hidden_batches=tuple(catalog.hidden_batches()))
    index = LiveIndex()
    begins = _filed_under(words)
    titles = {pk: found for pk, found in begins.items() if found.title_sort.startswith(" ".join(words))}
    if len(titles) < MOST_TITLES:
        further = index.ask(lambda engine, number: engine.title_suggestions(number, words, query)) or ()
        known = {found.pk: found for found in catalog.titles(set(further) - set(titles))}
        titles |= {pk: known[pk] for pk in further if pk in known}
    headings = index.ask(lambda engine, number: engine.heading_suggestions(number, words, query)) or ()
    shown = [Suggestion(kind="title", text=found.title, bib_id=pk) for pk, found in titles.items()]
    return shown[:MOST_TITLES] + list(headings)


def _filed_under(words: Sequence[str]) -> dict[int, Bib]:
    """The first titles that begin with these words, from the list of titles: at no cost, however many there are."""
    begin = f"T{' '.join(words)}".encode("utf-8", "replace")
    entries = ListEntry.objects.filter(key__gte=begin, key__lt=begin + b"\xff").order_by("key")
    keys = entries.values_list("key", flat=True)[: 2 * MOST_TITLES]
    ids = [int(orders.Entry.read(bytes(key)[1:].decode("utf-8", "replace")).shown) for key in keys]
    found = {bib.pk: bib for bib in catalog.titles(ids)}
    return {pk: found[pk] for pk in ids if pk in found}


def counts(nodes: Sequence[Node]) -> list[int]:
    """How many titles each of these finds.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    index, hidden = LiveIndex(), tuple(catalog.hidden_batches())
    queries = [Query(tree=node, hidden_batches=hidden, limit=0) for node in nodes]
    return [index.ask(lambda engine, number, q=query: engine.search(number, q).total) or 0 for query in queries]  # type: ignore[misc]


def arrivals(weeks: Sequence[str]) -> list[tuple[str, int]]:
    """(week, titles) of those of these weeks in which titles came, in the order given; where none did, the last ones.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    index, hidden = LiveIndex(), tuple(catalog.hidden_batches())
    found = []
    for week in weeks:
        query = Query(filters=Filters(include={"week": (week,)}), hidden_batches=hidden, limit=0)
        if total := index.ask(lambda engine, number, q=query: engine.search(number, q).total):  # type: ignore[misc]
            found.append((week, total))
    if not found:
        query = Query(hidden_batches=hidden)
        every = index.ask(lambda engine, number: engine.facet(number, query, name="week", most=1_000)) or ()
        found = sorted(every, reverse=True)[: len(weeks)]
    return found


@dataclass(frozen=True, slots=True)
class Latest:
    """ids: what came to the library last, newest first. total: how many titles the search has in all."""

    ids: list[int]
    total: int


def latest(*, text: str = "", filters: Filters = NO_FILTERS, most: int = 30) -> Latest:
    """What came last among the titles of a search; typing errors aren't forgiven, as nobody is there to see it.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    parsed = rules.parse(text)
    query = Query(
        tree=parsed.tree, title=parsed.title, filters=filters, hidden_batches=tuple(catalog.hidden_batches()),
        sort="added", limit=most,
    )  # fmt: skip
    answer = LiveIndex().ask(lambda engine, number: engine.search(number, query)) or Answer((), 0)
    return Latest(list(answer.ids), answer.total)


def all_ids(*, text: str = "", filters: Filters = NO_FILTERS, sort: str = "title", most: int = 10_000) -> list[int]:
    """The titles of a whole result, for taking it out.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    parsed = rules.parse(text)
    query = Query(
        tree=parsed.tree, title=parsed.title, filters=filters, hidden_batches=tuple(catalog.hidden_batches()),
        fresh=_fresh(filters), sort=sort if sort in rules.SORTS else "title", limit=most,
    )  # fmt: skip
    index = LiveIndex()
    answer = index.ask(lambda engine, number: engine.search(number, query)) or Answer((), 0)
    if not answer.total and parsed.tree is not None:
        again = replace(query, is_forgiving=True)
        answer = index.ask(lambda engine, number: engine.search(number, again)) or answer
    return list(answer.ids)


def new_titles(*, text: str, filters: Filters, since: datetime, until: datetime, most: int) -> Fits:
    """What fits a search and was new from `since` on and before `until`, newest first.

    A title of an import is new at the moment when the import appears, however long ago it was staged.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    parsed = rules.parse(text)
    # An import that appeared later is told of next time, though its titles were written before.
    later = catalog.revealed_batches(since=until)
    batches = catalog.revealed_batches(since=since, until=until)
    query = Query(
        tree=parsed.tree, filters=replace(filters, since=None),
        hidden_batches=(*catalog.hidden_batches(), *later),
        fresh=Fresh(int(since.timestamp()), int(until.timestamp()), tuple(batches)), sort="newest", limit=most,
    )  # fmt: skip
    answer = LiveIndex().ask(lambda engine, number: engine.search(number, query)) or Answer((), 0)
    return Fits(answer.ids, answer.total)


def _fresh(filters: Filters) -> Fresh | None:
    if filters.since is None:
        return None
    begin = datetime.combine(filters.since, datetime.min.time(), timezone.get_current_timezone())
    return Fresh(int(begin.timestamp()), batches=tuple(catalog.revealed_batches(since=begin)))


class LiveIndex:
    """The live index, for all questions of one request."""

    def __init__(self) -> None:
        self._number = _live_number()
        if self._number is None and catalog.all_bibs().exists():
            raise SearchUnavailable

    def ask(self, question: Callable[[SearchEngine, int], T]) -> T | None:
        """The engine's answer; None for a catalogue that has nothing yet."""
        if self._number is None:
            return None
        try:
            return question(engine(), self._number)
        except SearchUnavailable:
            # Between our look at the pointer and the question a rebuild may have put another index in its place.
            if (newer := _live_number()) == self._number or newer is None:
                raise
            self._number = newer
            return question(engine(), newer)


def _live_number() -> int | None:
    # Asked at every search; plain SQL costs a fifth of what putting the statement together by the ORM does.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM discovery_indexgeneration WHERE state = 'live'")
        found = cursor.fetchone()
    return None if found is None else int(found[0])


# Ways on from a dead end ---------------------------------------------------------------------------------------------
class _Ways:
    """What may be tried where nothing is found; each way is counted before it is offered."""

    def __init__(self, index: LiveIndex, typed: str, parsed: Parsed, query: Query) -> None:
        self._index = index
        self._typed = typed
        self._parsed = parsed
        self._query = replace(query, offset=0, limit=0, facets=(), sort="relevance")
        self._without_filters: int | None = None

    def _count(self, text: str, filters: Filters) -> int:
        parsed = rules.parse(text)
        query = replace(self._query, tree=parsed.tree, title="", filters=filters)
        return self._index.ask(lambda engine, number: engine.search(number, query).total) or 0

    def lead_on_without_filters(self) -> bool:
        """Whether the filters alone are why nothing is found."""
        if self._without_filters is None:
            self._without_filters = self._count(self._typed, NO_FILTERS) if self._query.filters else 0
        return self._without_filters > 0

    def may_be_misspelt(self) -> bool:
        """Whether there is a word that hardly any title has, long enough to forgive an error in, or a wrong ISBN."""
        if any(key.kind == "isbn" and identifiers.isbns_near(key.value) for key in rules.keys_of(self._parsed.tree)):
            return True
        return any(self._is_rare(word.token) for word in rules.words_of(self._parsed.tree))

    def offers(self, *, found: int, is_similar: bool) -> list[Offer]:
        """Spelling, fewer words, without filters; the latter two only where really nothing is found."""
        offers = self._spelling(found)
        if not found and not is_similar:
            if self.lead_on_without_filters():
                offers.append(Offer("without_filters", self._typed, NO_FILTERS, self._without_filters or 0))
            offers += self._fewer_words()
        return offers

    def _spelling(self, found: int) -> list[Offer]:
        if not self._parsed.is_plain:
            return []
        pieces, is_changed = [], False
        for piece in self._parsed.pieces:
            node, better = piece.node, ""
            if isinstance(node, Word) and not node.is_prefix and texts.forgiven(node.token):
                better = self._better(node.token)
            prefix = piece.typed[: piece.typed.rfind(":") + 1]
            pieces.append(f"{prefix}{better}" if better else piece.typed)
            is_changed = is_changed or bool(better)
        if not is_changed:
            return []
        text = " ".join(pieces)
        total = self._count(text, self._query.filters)
        return [Offer("spelling", text, self._query.filters, total)] if total > found else []

    def _frequency(self, token: str) -> int:
        return self._index.ask(lambda engine, number: engine.frequency(number, token)) or 0

    def _is_rare(self, token: str) -> bool:
        return texts.forgiven(token) > 0 and self._frequency(token) <= _FEW_FOUND

    def _better(self, token: str) -> str:
        """A word that many more titles have, a typing error away; "" where this one is good."""
        if self._is_rare(token):
            count = self._frequency(token)
            for other, other_count in self._index.ask(lambda engine, number: engine.similar(number, token)) or ():
                if other_count > 2 * count:
                    return other
        return ""

    def _fewer_words(self) -> list[Offer]:
        if not self._parsed.is_plain:
            return []
        found: list[Offer] = []
        pieces = self._parsed.pieces
        ways = rules.fewer(pieces)
        if len(pieces) > 2:
            ways += [((piece,), tuple([other for other in pieces if other is not piece])) for piece in pieces[:8]]
        for kept, dropped in ways:
            if found and len(dropped) > len(found[0].dropped):
                break
            text = " ".join([piece.typed for piece in kept])
            if total := self._count(text, self._query.filters):
                left_out = tuple([piece.typed for piece in dropped])
                found.append(Offer("fewer_words", text, self._query.filters, total, left_out))
        return sorted(found, key=lambda offer: offer.total)[:_OFFERED]


# Facets for people ---------------------------------------------------------------------------------------------------
def facet_label(name: str, value: str) -> str:
    """What a value is called: `book` is a Book, a branch code its name."""
    return _namer(name)(value)


def filter_labels(many: Iterable[Filters]) -> dict[tuple[str, str], str]:
    """What each (facet, value) of these filters is called; what is named in the database is read once a facet."""
    wanted = {
        (name, value)
        for filters in many
        for side in (filters.include, filters.exclude)
        for name, values in side.items()
        for value in values
    }
    namers = {name: _namer(name) for name in {name for name, _value in wanted}}
    return {(name, value): namers[name](value) for name, value in wanted}


def _facets(counted: Mapping[str, Sequence[tuple[str, int]]], filters: Filters) -> list[Facet]:
    """In the order of display, those without values left out."""
    found = []
    for name in labels.FACETS:
        counts, most = counted.get(name, ()), SHOWN_VALUES
        if name == "class":
            counts = _classes_to_show(counts, filters)
            most = len(counts)
        if values := _values(name, counts, filters, most=most):
            found.append(Facet(name, labels.FACETS[name], values, has_more=len(counts) > most))
    return found


def _classes_to_show(counts: Sequence[tuple[str, int]], filters: Filters) -> list[tuple[str, int]]:
    """The ten hundreds in their order; the tens only of a hundred that was chosen."""
    opened = tuple({value[:1] for value in filters.include.get("class", ())})
    return sorted([(value, count) for value, count in counts if len(value) == 1 or value.startswith(opened or ("-",))])


def _values(name: str, counts: Sequence[tuple[str, int]], filters: Filters, *, most: int) -> list[FacetValue]:
    """The `most` first values and every chosen one, chosen ones first; classes keep their order."""
    known = dict(counts)
    chosen = [*filters.include.get(name, ()), *filters.exclude.get(name, ())]
    shown = [*chosen, *[value for value, _ in counts[:most] if value not in chosen]]
    if name == "class":
        shown.sort()
    label = _namer(name) if shown else str
    return [FacetValue(value, label(value), known.get(value, 0), filters.state(name, value)) for value in shown]


def _namer(name: str) -> Callable[[str], str]:
    """How values of this facet are named; what is named in the database is read once."""
    if name == "form":
        return partial(_named, _forms(get_language()))
    if name == "language":
        return partial(_named, _languages(get_language()))
    if name == "class":
        return labels.class_label
    if name == "week":
        return labels.week_label
    if name == "branch":
        return partial(_named, {branch.code: branch.name for branch in branches.branches()})
    if name == "location":
        return partial(
            _named, {f"{place.branch.code}/{place.code}": f"{place.branch}: {place}" for place in branches.locations()}
        )
    if name == "collection":
        return partial(_named, {kind.code: kind.name for kind in catalog.item_types()})
    return str


@cache
def _forms(_language: str | None) -> dict[str, str]:
    return {value: str(label) for value, label in Form.choices}


@cache
def _languages(_language: str | None) -> dict[str, str]:
    return {code: str(name) for code, name in labels.LANGUAGES.items()}


def _named(names: Mapping[str, Any], value: str) -> str:
    return str(names.get(value, value))


def bars(years: Sequence[tuple[int, int]]) -> list[YearBar]:
    """The histogram: single years, or as many years to a bar as leave at most 40 bars; gaps are bars of zero.

    Args:
        years: (year, titles) in ascending order.
    """
    kept = [(year, count) for year, count in years if _EARLIEST <= year <= _LATEST]
    if not kept:
        return []
    first, last = kept[0][0], kept[-1][0]
    width = next(
        width for width in (1, 2, 5, 10, 20, 25, 50, 100) if last // width - first // width < MOST_BARS or width == 100
    )
    counts = dict.fromkeys(range(first // width, last // width + 1), 0)
    for year, count in kept:
        counts[year // width] += count
    return [YearBar(number * width, number * width + width - 1, count) for number, count in counts.items()]

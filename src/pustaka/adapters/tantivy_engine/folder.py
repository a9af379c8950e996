"""The engine on a folder: readers that look whether something is new, and one writer for each generation.

A reader looks at the time of `meta.json` before every question, and reloads when a commit of any process changed it.
Indexes are opened when first needed and anew in a forked process. Tantivy's own lock file keeps other processes from
writing; it goes with its process, however that ends.
"""

import logging
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import tantivy
from tantivy import Occur

from pustaka.adapters.tantivy_engine.asking import MOST_EXPANSIONS, Asking, Q, alike, term
from pustaka.adapters.tantivy_engine.schema import (
    BEGIN,
    COMBINED,
    HEADING_PART,
    PART,
    SCHEMA,
    SORT_FIELDS,
    document,
)
from pustaka.discovery import text
from pustaka.discovery.ports import Answer, Document, IndexBusy, Likeness, Query, SearchUnavailable, Suggestion, Writer

log = logging.getLogger(__name__)
T = TypeVar("T")

WRITER_BYTES = 100_000_000  # of memory before a segment is written; one thread, as the other core prepares documents
COSTLY_S = 0.004  # counts that took longer are kept until the index changes
MOST_KEPT = 256
MOST_VALUES = 120  # values of a facet that are told at once; the class has 110
MOST_COMBINATIONS = 5_000
MOST_WALKED = 2_000  # terms that are gone through for a suggestion
PAUSE_S = 0.05
IDLE_S = 2.0
MOST_SIMILAR_KEPT = 2_000
MOST_MEANT, RARE = 6, 3


class TantivyEngine:
    """See `discovery.ports.SearchEngine`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._readers: dict[int, _Reader] = {}
        self._writers: dict[int, _SharedWriter] = {}

    def _mind_fork(self) -> None:
        if self._pid != os.getpid():
            self._forget()

    # Generations ------------------------------------------------------------------------------------------------------
    def create(self, generation: int) -> None:
        self.destroy(generation)
        path = self._path(generation)
        path.mkdir(parents=True)
        tantivy.Index(SCHEMA, path=str(path), reuse=False)

    def destroy(self, generation: int) -> None:
        self._mind_fork()
        with self._lock:
            self._readers.pop(generation, None)
            shared = self._writers.pop(generation, None)
        if shared is not None:
            shared.close()
        shutil.rmtree(self._path(generation), ignore_errors=True)

    def exists(self, generation: int) -> bool:
        if not (self._path(generation) / "meta.json").exists():
            return False
        try:
            self._ask(generation, lambda reader: reader.searcher.num_docs)
        except SearchUnavailable:
            return False
        return True

    def _path(self, generation: int) -> Path:
        return self._folder / f"{generation:06d}"

    def _ask(self, generation: int, question: "Callable[[_Reader], T]") -> T:
        """The answer of an up-to-date reader. What Tantivy stumbles over means that the folder is lost or damaged."""
        self._mind_fork()
        path = self._path(generation)
        try:
            stamp = _stamp(path)
            reader = self._readers.get(generation)
            if reader is None or reader.stamp != stamp:
                with self._lock:
                    reader = self._readers.get(generation)
                    if reader is None or reader.stamp != stamp:
                        reader = _Reader(reader.index if reader else None, path, stamp)
                        self._readers[generation] = reader
            return question(reader)
        except (OSError, ValueError, RuntimeError) as error:
            log.error("the search index %s can't be read: %s", path, error)
            with self._lock:
                self._readers.pop(generation, None)
            raise SearchUnavailable from error

    # Writing ----------------------------------------------------------------------------------------------------------
    @contextmanager
    def writer(self, generation: int, *, patience_s: float = 10.0) -> Iterator[Writer]:
        self._mind_fork()
        with self._lock:
            shared = self._writers.setdefault(generation, _SharedWriter(self._path(generation)))
        shared.enter(patience_s)
        try:
            yield shared
        finally:
            shared.leave()

    # Asking -----------------------------------------------------------------------------------------------------------
    def search(self, generation: int, query: Query) -> Answer:
        return self._ask(generation, lambda reader: reader.answer(query))

    def facet(
        self, generation: int, query: Query, *, name: str, contains: str = "", most: int = 20
    ) -> tuple[tuple[str, int], ...]:
        return self._ask(generation, lambda reader: reader.facet(query, name, contains, most))

    def title_suggestions(self, generation: int, words: Sequence[str], query: Query) -> tuple[int, ...]:
        return self._ask(generation, lambda reader: reader.titles(words, query))

    def heading_suggestions(
        self, generation: int, words: Sequence[str], query: Query, *, most: int = 4
    ) -> tuple[Suggestion, ...]:
        return self._ask(generation, lambda reader: reader.headings(words, query, most))

    def alike(self, generation: int, like: Likeness, query: Query, *, most: int = 12) -> tuple[int, ...]:
        return self._ask(generation, lambda reader: reader.alike(like, query, most))

    def frequency(self, generation: int, token: str) -> int:
        return self._ask(generation, lambda reader: reader.frequency(token))

    def similar(self, generation: int, token: str, *, most: int = 5) -> tuple[tuple[str, int], ...]:
        return self._ask(generation, lambda reader: reader.similar(token, most))


def _stamp(path: Path) -> tuple[int, int]:
    """Changes with every commit: Tantivy puts a new file in the place of the old one."""
    found = (path / "meta.json").stat()
    return found.st_mtime_ns, found.st_ino


def _opened(path: Path) -> Any:
    """
    Raises:
        ValueError: the index is damaged, or of a release with other fields.
    """
    index = tantivy.Index.open(str(path))
    if index.schema != SCHEMA:
        raise ValueError("it has other fields than this release")
    return index


class _Reader:
    """One state of one generation. Costly counts of that state are kept; a newer state begins with an empty memory."""

    def __init__(self, index: Any, path: Path, stamp: tuple[int, int]) -> None:
        if index is None:
            index = _opened(path)
            index.config_reader(reload_policy="manual")
        index.reload()
        self.index, self.stamp = index, stamp
        self.searcher = index.searcher()
        self._kept: OrderedDict[Any, dict[str, Any]] = OrderedDict()
        self._similar: dict[str, tuple[tuple[str, int], ...]] = {}

    def answer(self, query: Query) -> Answer:
        asking = Asking(query, self._expansions, self._meant)
        sort = query.sort if query.tree is not None or query.sort != "relevance" else "added"
        order = SORT_FIELDS.get(sort, "added" if sort == "added" else None)
        found = self.searcher.search(
            asking.everything(with_score=order is None),
            limit=max(1, query.limit),
            offset=query.offset,
            count=True,
            order_by_field=order,
            order=tantivy.Order.Desc if sort in {"newest", "added"} else tantivy.Order.Asc,
        )
        addresses = [address for _, address in found.hits] if query.limit else []
        ids = self.searcher.fast_field_values("id", addresses) if addresses else []
        counted: dict[str, Any] = self._counts(query, asking) if query.facets and (found.count or query.filters) else {}
        years = counted.pop("year", ())
        available = dict(counted.pop("available", ())).get("1", 0) if "available" in query.facets else None
        return Answer(
            ids=tuple(ids),
            total=found.count,
            facets=counted,
            years=tuple(sorted((int(year), count) for year, count in years)),
            available=available,
        )

    def _counts(self, query: Query, asking: Asking) -> dict[str, Any]:
        key = replace(query, offset=0, limit=0, sort="relevance", title="")
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return dict(kept)
        began = time.monotonic()
        filtered = {name for name in query.facets if name in query.filters.include or name in query.filters.exclude}
        if query.filters.is_available:
            filtered.add("available")
        together = [name for name in query.facets if name not in filtered]
        counted: dict[str, Any] = {}
        if together:
            counted |= self._aggregate(asking.everything(with_score=False), together)
        for name in filtered & set(query.facets):
            counted |= self._aggregate(asking.everything(with_score=False, without_filter=name), [name])
        if time.monotonic() - began > COSTLY_S:
            self._kept[key] = dict(counted)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return counted

    def _aggregate(self, asked: Any, names: Sequence[str], most: int = MOST_VALUES) -> dict[str, Any]:
        wanted = {}
        for name in names:
            # A year is counted as a term: a histogram with bars of one year costs three times as much.
            size = MOST_COMBINATIONS if name in COMBINED or name == "year" else most
            wanted[name] = {"terms": {"field": COMBINED.get(name, name), "size": size}}
        counted = self.searcher.aggregate(asked, wanted)
        found: dict[str, Any] = {}
        for name in names:
            counts = [(_shown(bucket["key"]), bucket["doc_count"]) for bucket in counted[name]["buckets"]]
            found[name] = tuple(_shared_out(counts, most) if name in COMBINED else counts)
        return found

    def facet(self, query: Query, name: str, contains: str, most: int) -> tuple[tuple[str, int], ...]:
        asking = Asking(query, self._expansions, self._meant)
        asked = asking.everything(with_score=False, without_filter=name)
        tokens = text.tokens(contains)
        if not tokens:
            return tuple(self._aggregate(asked, [name], most)[name])
        # The words of the values are among the words of the title: fewer titles to count.
        place = {"author": "names", "subject": "subjects"}.get(name)
        if place:
            narrowed = [(Occur.Must, asked)]
            for token in tokens:
                inside = list(self._expansions(place, token))
                if not inside:
                    return ()
                narrowed.append((Occur.Must, Q.term_set_query(SCHEMA, place, inside)))
            asked = Q.boolean_query(narrowed)
        values = self._aggregate(asked, [name], 2_000)[name]
        folded = [(f" {text.key(value)}", value, count) for value, count in values]
        return tuple(
            [(value, count) for key, value, count in folded if all(f" {token}" in key for token in tokens)][:most]
        )

    def titles(self, words: Sequence[str], query: Query) -> tuple[int, ...]:
        asking = Asking(query, self._expansions, self._meant)
        hidden = asking.hidden()
        last = list(self._expansions("title", words[-1])) if len(words[-1]) > 1 else []
        found: dict[int, None] = {}
        if self._is_told_quickly(words, last):
            for key, _ in self.searcher.terms_with_prefix("title_keys", " ".join(words), limit=6):
                result = self.searcher.search(
                    Q.boolean_query([(Occur.Must, term("title_keys", key)), *hidden]), limit=1, count=False
                )
                addresses = [address for _, address in result.hits]
                found.update(dict.fromkeys(self.searcher.fast_field_values("id", addresses)))
        if len(found) < 5 and last:
            clauses = [(Occur.Must, term("title", word)) for word in words[:-1]]
            clauses.append((Occur.Must, Q.term_set_query(SCHEMA, "title", last)))
            result = self.searcher.search(Q.boolean_query([*clauses, *hidden]), limit=5, count=False)
            ids = self.searcher.fast_field_values("id", [address for _, address in result.hits])
            found.update(dict.fromkeys(ids))
        return tuple(list(found)[:5])

    def _is_told_quickly(self, words: Sequence[str], last: Sequence[str]) -> bool:
        """Whether few titles can begin so: the binding walks through all terms with a beginning, however many."""
        rarest = min([int(self.searcher.doc_freq("title", word)) for word in words[:-1]], default=MOST_WALKED + 1)
        if rarest <= MOST_WALKED:
            return True
        return sum(int(self.searcher.doc_freq("title", word)) for word in last) <= MOST_WALKED

    def headings(self, words: Sequence[str], query: Query, most: int) -> tuple[Suggestion, ...]:
        begin = " ".join(words)
        hidden = Asking(query, self._expansions, self._meant).hidden()
        visible = Q.boolean_query([(Occur.Must, Q.all_query()), *hidden]) if hidden else None
        found: list[Suggestion] = []
        for kind in ("author", "subject"):
            counted: dict[str, int] = {}
            for key, count in self.searcher.terms_with_prefix(
                "headings", kind[0] + begin, filter_query=visible, limit=1_000
            ):
                shown = key.partition(HEADING_PART)[2]
                counted[shown] = max(count, counted.get(shown, 0))
            best = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
            found += [Suggestion(kind=kind, text=shown, count=count) for shown, count in best]
        return tuple(found)

    def alike(self, like: Likeness, query: Query, most: int) -> tuple[int, ...]:
        hidden = Asking(query, self._expansions, self._meant).hidden()
        found = self.searcher.search(alike(like, hidden), limit=most, count=False)
        return tuple(self.searcher.fast_field_values("id", [address for _, address in found.hits]))

    def frequency(self, token: str) -> int:
        return int(self.searcher.doc_freq("words", token)) + int(self.searcher.doc_freq("publisher", token))

    def similar(self, token: str, most: int) -> tuple[tuple[str, int], ...]:
        if (kept := self._similar.get(token)) is None:
            errors = text.forgiven(token)
            kept = self._one_error_away(token) if errors else ()
            if errors > 1 and not kept:
                kept = self._two_errors_away(token)
            if len(self._similar) >= MOST_SIMILAR_KEPT:
                self._similar.clear()
            self._similar[token] = kept
        return kept[:most]

    def _one_error_away(self, token: str) -> tuple[tuple[str, int], ...]:
        """Every text that is one error away is looked up: some 500 look-ups of a microsecond."""
        count = self.searcher.doc_freq
        found = [(other, n) for other in text.one_error_away(token) if (n := count("words", other))]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def _two_errors_away(self, token: str) -> tuple[tuple[str, int], ...]:
        """Among the words that begin alike; two errors in the first two letters aren't forgiven."""
        letters = set(token)
        found: list[tuple[str, int]] = []
        for begin in {token[:2], token[1] + token[0]}:
            for other, count in self.searcher.terms_with_prefix("words", begin):
                is_like = abs(len(other) - len(token)) <= 2 and len(letters ^ set(other)) <= 4
                if is_like and text.distance(token, other, most=2) == 2:
                    found.append((other, count))
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def _meant(self, token: str) -> Iterable[str]:
        """What a word that hardly any title has may be a typing error for."""
        if self.frequency(token) > RARE:
            return ()
        return [other for other, _ in self.similar(token, MOST_MEANT)]

    def _expansions(self, field: str, begin: str) -> Iterable[str]:
        """The most used tokens that begin so."""
        found = self.searcher.terms_with_prefix(field, begin)
        if len(found) > MOST_EXPANSIONS:
            found = sorted(found, key=lambda pair: -pair[1])[:MOST_EXPANSIONS]
        return [token for token, _ in found if token != BEGIN]


def _shared_out(counts: Sequence[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    """How often each value occurs, from how often each combination does."""
    found: dict[str, int] = {}
    for combination, count in counts:
        for value in combination.split(PART):
            found[value] = found.get(value, 0) + count
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def _shown(key: Any) -> str:
    return key if isinstance(key, str) else str(int(key))


class _SharedWriter:
    """The writer of one generation, held by any number of threads of this process.

    The first holder opens it. When the last one has left it stays open until nothing was written for a while, so that
    Tantivy merges in peace and an edit meanwhile needn't wait for that; then other processes may write.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._holders = 0
        self._opening = threading.Lock()
        self._queue = threading.Lock()  # together with `_turn`: whoever asked first is next
        self._turn = threading.RLock()
        self._open: Any = None
        self._timer: threading.Timer | None = None

    def enter(self, patience_s: float) -> None:
        with self._opening:
            if self._open is not None and not self._is_there():
                self._close()
            if self._open is None:
                self._open = self._opened(patience_s)
            self._holders += 1

    def leave(self) -> None:
        with self._opening:
            self._holders -= 1
            if self._holders == 0 and self._timer is None:
                self._watch()

    def _watch(self) -> None:
        self._timer = threading.Timer(IDLE_S, self._close_when_quiet)
        self._timer.daemon = True
        self._timer.start()

    def _close_when_quiet(self) -> None:
        with self._opening:
            self._timer = None
            if self._holders or self._open is None:
                return
            if self._is_quiet():
                self._close()
            else:
                self._watch()

    def close(self) -> None:
        """Let go of the index now if nobody holds it."""
        with self._opening:
            if self._holders == 0 and self._open is not None:
                self._close()

    def _close(self) -> None:
        with self._turn:
            writer, self._open = self._open, None
            if self._is_there():
                writer.wait_merging_threads()

    def _is_there(self) -> bool:
        return (self._path / "meta.json").exists()

    def _is_quiet(self) -> bool:
        try:
            newest = max([entry.stat().st_mtime for entry in os.scandir(self._path)], default=0.0)
        except OSError:
            return True
        return time.time() - newest > IDLE_S

    def _opened(self, patience_s: float) -> Any:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                _stamp(self._path)
                return _opened(self._path).writer(heap_size=WRITER_BYTES, num_threads=1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise SearchUnavailable from error
                if time.monotonic() > deadline:
                    raise IndexBusy from error
            except OSError as error:
                raise SearchUnavailable from error
            time.sleep(PAUSE_S)

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self._queue:
            self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    def put(self, documents: Iterable[Document], *, are_new: bool = False) -> None:
        made = [(given.id, document(given)) for given in documents]
        with self._turn:
            if not are_new:
                self.drop([pk for pk, _ in made])
            for _, content in made:
                self._open.add_document(content)

    def drop(self, ids: Iterable[int]) -> None:
        # By query: `delete_documents_by_term` of the binding takes a number for a signed one and finds nothing.
        if listed := list(ids):
            with self._turn:
                self._open.delete_documents_by_query(Q.term_set_query(SCHEMA, "id", listed))

    def drop_batch(self, batch: int, *, after: int = 0) -> None:
        with self._turn:
            self._open.delete_documents_by_query(
                Q.boolean_query([(Occur.Must, term("batch", batch)), (Occur.Must, _above(after))])
            )

    def drop_after(self, pk: int) -> None:
        with self._turn:
            self._open.delete_documents_by_query(_above(pk))

    def commit(self) -> None:
        with self._turn:
            self._open.commit()


def _above(pk: int) -> Any:
    return Q.range_query(SCHEMA, "id", tantivy.FieldType.Unsigned, lower_bound=pk, include_lower=False)

"""What discovery needs of a search engine. `tests/adapters/search_engine_contract.py` says it as tests.

An index is a *generation*: a number. A new one is filled beside the old one, so that a rebuild never blanks the
catalogue; which number is read and which are written is for `discovery.models.IndexGeneration` to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from django.utils.translation import gettext_lazy as _

from pustaka.discovery.rules import NO_FILTERS, Filters, Node
from pustaka.foundation.errors import DomainError


class SearchUnavailable(DomainError):
    """The index that was asked isn't there or can't be read."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The search is being put in order and comes back soon. Please try again in a few minutes."))


class IndexBusy(DomainError):
    """Another process is writing to the index."""

    def __init__(self) -> None:
        super().__init__(
            _("The search index is being written by another process. Wait until that has ended, then try again.")
        )


@dataclass(slots=True)
class Document:
    """One title as an engine keeps it. All text is folded tokens parted by blanks (`discovery.text`).

    words: every word of the title, each once, with its stems; this decides what matches.
    title, titles, names, subjects, notes, publisher: the same words in their order, for phrases and rank; `titles`
        holds other titles and series. publisher: not in `words`, asked beside it.
    title_keys: whole normalised titles, for the exact title. keys: `kind:value` of identifiers and classes.
    facets: facet name to values, as they are shown and filtered.
    headings: (kind, folded, shown) for suggestions; one heading may come under several folded forms.
    added: seconds since 1970. *_sort: keys that compare as text.
    entries: not for an engine; its places in the lists that are kept in order (`discovery.orders`).
    """

    id: int
    batch: int | None = None
    words: str = ""
    title: str = ""
    titles: str = ""
    names: str = ""
    subjects: str = ""
    notes: str = ""
    publisher: str = ""
    title_keys: Sequence[str] = ()
    keys: Sequence[str] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headings: Sequence[tuple[Literal["author", "subject"], str, str]] = ()
    is_available: bool = False
    year: int | None = None
    added: int = 0
    title_sort: str = ""
    call_sort: str = ""
    entries: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a title is like, for titles that are like it; each list without repetition, what tells most first.

    subjects, authors: as the facets have them. classes: beginnings of its classification, longest first. words: folded
    words of its title that carry meaning. subject_words: the same of its subjects. without: keys of titles to leave
    out, `work:…` of its own work among them.
    """

    bib_id: int
    subjects: Sequence[str] = ()
    authors: Sequence[str] = ()
    classes: Sequence[str] = ()
    words: Sequence[str] = ()
    subject_words: Sequence[str] = ()
    language: str = ""
    without: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fresh:
    """Titles that were added from `since` on and before `until` (seconds since 1970), or that came with a batch."""

    since: int
    until: int | None = None
    batches: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    tree: None asks for everything. title: the whole text folded, so that the exact title comes first.
    hidden_batches: titles with these batches don't exist for this question.
    sort: one of `rules.SORTS`, or `added` for what came last.
    fresh: only titles that are new.
    is_forgiving: a word that hardly any title has also stands for those that it may be a typing error for; these rank
        below what is written as asked.
    facets: names to count, `available` and `year` among them.
    """

    tree: Node | None = None
    title: str = ""
    filters: Filters = NO_FILTERS
    hidden_batches: tuple[int, ...] = ()
    fresh: Fresh | None = None
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    is_forgiving: bool = False
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """ids: in order. facets: name to (value, count), most first; a facet that is filtered is counted as if it weren't.

    years: (year, count) in ascending order. available: how many of the result have a copy on the shelf, None when not
    asked for.
    """

    ids: tuple[int, ...]
    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    years: tuple[tuple[int, int], ...] = ()
    available: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way to go on typing: a title (`bib_id`) or a heading that `count` titles have."""

    kind: Literal["title", "author", "subject"]
    text: str
    count: int = 1
    bib_id: int | None = None


class Writer(Protocol):
    """Changes to one generation; nothing of them is seen before `commit`. Several threads of a process may hold one."""

    def turn(self) -> AbstractContextManager[None]:
        """This thread's turn: read from the database and put what was read, so that no older state is put later.

        Turns are given in the order in which they were asked for.
        """

    def put(self, documents: Iterable[Document], *, are_new: bool = False) -> None:
        """Add these titles, in place of what is there under their ids. `are_new`: nothing is there; that is quicker."""

    def drop(self, ids: Iterable[int]) -> None:
        """Take these titles out; unknown ids don't matter."""

    def drop_batch(self, batch: int, *, after: int = 0) -> None:
        """Take out the titles of this batch whose id is above `after`."""

    def drop_after(self, pk: int) -> None:
        """Take out every title whose id is above `pk`."""

    def commit(self) -> None:
        """Make everything that any holder put until now seen, and safe against a crash."""


class SearchEngine(Protocol):
    """A search engine. All methods raise `SearchUnavailable` for a generation that isn't there or can't be read."""

    def create(self, generation: int) -> None:
        """Make an empty generation, in place of what lies under that number."""

    def destroy(self, generation: int) -> None:
        """Take a generation away; whoever is reading it may finish. An unknown one doesn't matter."""

    def exists(self, generation: int) -> bool:
        """Whether the generation is there and can be read."""

    def writer(self, generation: int, *, patience_s: float = 10.0) -> AbstractContextManager[Writer]:
        """The one writer of a generation, shared by the threads of this process.

        Raises:
            IndexBusy: another process held it for the whole patience.
        """

    def search(self, generation: int, query: Query) -> Answer:
        """The page of titles, their number, and the facets asked for."""

    def facet(
        self, generation: int, query: Query, *, name: str, contains: str = "", most: int = 20
    ) -> tuple[tuple[str, int], ...]:
        """(value, count) of one facet, most first; `contains`: only values with this text, folded, in them."""

    def title_suggestions(self, generation: int, words: Sequence[str], query: Query) -> tuple[int, ...]:
        """Ids of titles that begin with these folded words, the last one unfinished; then those that have them."""

    def heading_suggestions(
        self, generation: int, words: Sequence[str], query: Query, *, most: int = 4
    ) -> tuple[Suggestion, ...]:
        """Authors and subjects whose heading begins with these words, at a word's begin; most used first."""

    def alike(self, generation: int, like: Likeness, query: Query, *, most: int = 12) -> tuple[int, ...]:
        """Ids of the titles that are most like that one, itself left out: they share a subject, class or maker."""

    def frequency(self, generation: int, token: str) -> int:
        """In how many titles the folded token stands."""

    def similar(self, generation: int, token: str, *, most: int = 5) -> tuple[tuple[str, int], ...]:
        """(token, titles) within the typing errors that are forgiven: fewest errors first, then most titles."""

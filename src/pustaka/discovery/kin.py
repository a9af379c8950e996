"""Reads: what else there is to a title: the editions and translations of its work, and titles like it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.catalog.queries import Indexable, Row
from pustaka.discovery import documents, rules, works
from pustaka.discovery.ports import Likeness, Query
from pustaka.discovery.queries import LiveIndex
from pustaka.standards import marc

MOST_EDITIONS = 50
SHOWN = 12
MOST_OF_ONE_AUTHOR = 4
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Editions:
    """The other records of a work. ours: in the language of the title that was asked about. others: translations."""

    ours: list[Row]
    others: list[Row]

    def __bool__(self) -> bool:
        return bool(self.ours or self.others)


def editions(bib: Bib) -> Editions:
    """Other editions and translations of the work of `bib`: newest first, translations by language.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    rows = catalog.rows(edition_ids(bib))
    rows.sort(key=lambda row: (-(row.bib.year or 0), row.bib.pk))
    ours = [row for row in rows if row.bib.language == bib.language]
    others = sorted([row for row in rows if row.bib.language != bib.language], key=lambda row: row.bib.language)
    return Editions(ours, others)


def edition_ids(bib: Bib) -> list[int]:
    """Ids of the other titles of the work of `bib`, in the order of the engine.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    work = works.of(catalog.record_of(bib), form=bib.form)
    if not (keys := work.keys()):
        return []
    tree = rules.Any(tuple([rules.Key("work", key.removeprefix("work:")) for key in keys]))
    query = Query(tree=tree, hidden_batches=tuple(catalog.hidden_batches()), limit=MOST_EDITIONS)
    answer = LiveIndex().ask(lambda engine, number: engine.search(number, query))
    ids = [pk for pk in (answer.ids if answer else ()) if pk != bib.pk]
    found = {one.bib.pk: one for one in catalog.for_index(ids)} if ids else {}
    return [pk for pk in ids if pk in found and works.are_one(work, _work(found[pk]))]


def _work(given: Indexable) -> works.Work:
    return works.of(marc.load(given.marc), form=given.bib.form)


def similar(bib: Bib, *, most: int = SHOWN) -> list[Row]:
    """Titles like that one, the most alike first; not other editions of it, and few of one author.

    Raises:
        SearchUnavailable: the index is lost, or not made yet.
    """
    given = catalog.for_index([bib.pk])
    if not given:
        return []
    like = likeness(given[0])
    query = Query(hidden_batches=tuple(catalog.hidden_batches()))
    ids = LiveIndex().ask(lambda engine, number: engine.alike(number, like, query, most=most * 3)) or ()
    chosen, by_author, seen = [], Counter[str](), {_same(bib)}
    known = {one.pk: one for one in catalog.titles(ids)}
    for one in [known[pk] for pk in ids if pk in known]:
        author = one.author.casefold()
        if _same(one) in seen or (author and by_author[author] >= MOST_OF_ONE_AUTHOR):
            continue
        seen.add(_same(one))
        by_author[author] += 1
        chosen.append(one.pk)
    return catalog.rows(chosen[:most])


def _same(bib: Bib) -> tuple[str, str]:
    """Two editions of one title needn't both be shown."""
    return bib.title_sort, bib.author.partition(",")[0].casefold()


def likeness(given: Indexable) -> Likeness:
    """What of a title others may share with it."""
    document = documents.of(given)
    return Likeness(
        bib_id=document.id,
        subjects=document.facets["subject"][:10],
        authors=document.facets["author"][:3],
        classes=_classes(given.bib.classification),
        words=_telling(document.title.split()),
        subject_words=_telling(document.subjects.split()),
        language=given.bib.language,
        without=[key for key in document.keys if key.startswith("work:")],
    )


def _classes(classification: str) -> list[str]:
    """The whole number, the section and, for a long number, what lies between: `657.42`, `657.4`, `657`."""
    longer = [classification[:end] for end in range(len(classification), 3, -2) if classification[end - 1] != "."]
    return [one for one in dict.fromkeys((*longer[:2], classification[:3])) if len(one) >= 3]


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if len(word) > 2 and word not in rules.LIGHT][:MOST_WORDS]

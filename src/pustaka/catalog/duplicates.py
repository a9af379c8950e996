"""Titles that are perhaps in the catalogue twice: found by the keys of matching, judged by a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from pustaka.catalog import bulk, rules
from pustaka.catalog.models import Bib, BibKey, NotSame

LOOKED_AT = 200  # keys that more than one title has, in one statement
MOST_STATEMENTS = 20  # a page ends there, however few it has found


@dataclass(frozen=True, slots=True)
class Alike:
    """Titles that are perhaps the same, oldest first, and by what."""

    bibs: list[Bib]
    by: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some groups, and the key after which the next page begins; `None` after the last."""

    groups: list[Alike]
    next_after: int | None


def likely(*, after: int | None = None, most: int = 20) -> Page:
    """Groups of titles that are perhaps the same, in no order that means anything; what was judged is left out."""
    groups: list[Alike] = []
    for _ in range(MOST_STATEMENTS):
        digests = _shared(after)
        found = _holders(digests)
        not_same = _judged(bib.pk for bibs in found.values() for bib in bibs)
        smallest = _smallest_shared(found)
        for digest in digests:
            after = digest
            for group in _parted(found.get(digest, []), not_same):
                pairs = {(group.bibs[0].pk, other.pk) for other in group.bibs[1:]}
                if any(smallest.get(pair, digest) == digest for pair in pairs):
                    groups.append(group)
            if len(groups) >= most:
                return Page(groups, after)
        if len(digests) < LOOKED_AT:
            return Page(groups, None)
    return Page(groups, after)


def why_alike(one: Bib, other: Bib) -> str:
    """By what two titles are perhaps the same: isbn, issn, control or title; "" where they aren't."""
    if (one.form == "ebook") != (other.form == "ebook"):
        return ""
    are_alike = rules.are_alike(one.title, other.title)
    if one.isbn and one.isbn == other.isbn:
        return "isbn" if are_alike else ""
    if one.form != other.form:
        return ""
    if one.issn and one.issn == other.issn:
        return "issn" if are_alike else ""
    if one.isbn and other.isbn:
        return ""
    if one.control_number and (one.control_source, one.control_number) == (other.control_source, other.control_number):
        return "control" if are_alike else ""
    if rules.contradict(one.edition, other.edition) or rules.contradict(one.extent, other.extent):
        return ""
    key = rules.title_key(title=one.title, author=one.author, year=one.year)
    return "title" if key and key == rules.title_key(title=other.title, author=other.author, year=other.year) else ""


def _shared(after: int | None) -> list[int]:
    """The next keys that more than one title has; the index is walked, not sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest FROM catalog_bibkey WHERE digest > %s GROUP BY digest HAVING COUNT(*) > 1"
            " ORDER BY digest LIMIT %s",
            [-(2**63) if after is None else after, LOOKED_AT],
        )
        return [row[0] for row in cursor.fetchall()]


def _holders(digests: Sequence[int]) -> dict[int, list[Bib]]:
    pairs: list[tuple[int, int]] = []
    for some in bulk.parts(digests):
        pairs += BibKey.objects.filter(digest__in=some).values_list("digest", "bib")
    bibs: dict[int, Bib] = {}
    for ids in bulk.parts({bib_id for _, bib_id in pairs}):
        bibs |= Bib.objects.in_bulk(ids)
    found: dict[int, list[Bib]] = {}
    for digest, bib_id in sorted(pairs):
        if bib_id in bibs:
            found.setdefault(digest, []).append(bibs[bib_id])
    return found


def _judged(ids: Iterable[int]) -> set[tuple[int, int]]:
    judged: set[tuple[int, int]] = set()
    for some in bulk.parts(set(ids)):
        judged.update(NotSame.objects.filter(one_id__in=some).values_list("one_id", "other_id"))
    return judged


def _smallest_shared(found: dict[int, list[Bib]]) -> dict[tuple[int, int], int]:
    """For each pair the smallest key that both have, so that it is shown once, however many keys they share."""
    keys: dict[int, set[int]] = {}
    for some in bulk.parts({bib.pk for bibs in found.values() for bib in bibs}):
        for bib_id, digest in BibKey.objects.filter(bib__in=some).values_list("bib", "digest"):
            keys.setdefault(bib_id, set()).add(digest)
    return {
        (one.pk, other.pk): min(keys[one.pk] & keys[other.pk])
        for bibs in found.values()
        for place, one in enumerate(bibs)
        for other in bibs[place + 1 :]
        if keys[one.pk] & keys[other.pk]
    }


def _parted(bibs: Sequence[Bib], not_same: set[tuple[int, int]]) -> list[Alike]:
    """The titles of one key in groups of those that are perhaps the same."""
    waiting = sorted(bibs, key=lambda bib: bib.pk)
    groups = []
    while waiting:
        first, *others = waiting
        mates = [(bib, by) for bib in others if (first.pk, bib.pk) not in not_same and (by := why_alike(first, bib))]
        if mates:
            groups.append(Alike([first, *(bib for bib, _ in mates)], mates[0][1]))
        taken = {bib.pk for bib, _ in mates}
        waiting = [bib for bib in others if bib.pk not in taken]
    return groups

"""Which title a record is the same as: by control number, ISBN, ISSN, or title with author and year."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from pustaka.catalog import bulk, rules
from pustaka.catalog.derive import Columns, Key
from pustaka.catalog.models import Bib, BibKey, ImportJob

MOST_CANDIDATES = 10  # titles looked at for one key; the oldest ones


class Candidate(NamedTuple):
    """What must be known of a title to say whether a record is the same."""

    bib_id: int
    is_in_file: bool
    form: str
    title: str
    edition: str
    extent: str
    isbn: str
    control_number: str
    control_source: str


class Match(NamedTuple):
    """The title that a record is the same as, and by which key."""

    bib_id: int
    by: str
    is_in_file: bool


class Matcher:
    """Finds titles for the records of one chunk, among those of the catalogue and the earlier ones of the same file.

    Without a `job` the records come from no file. Titles that other imports have staged but not revealed aren't there.
    """

    def __init__(self, digests: Iterable[int], *, job: ImportJob | None = None, knows_file: bool = True) -> None:
        self._holders = _holders(sorted(set(digests)))
        self._candidates: dict[int, Candidate] = {}
        wanted = {bib_id for holders in self._holders.values() for bib_id in holders}
        if not wanted:
            return
        file = job.pk if job is not None else 0
        hidden = set(ImportJob.objects.filter(is_revealed=False).values_list("pk", flat=True)) - {file}
        for row in _rows(wanted):
            bib_id, batch_id, *rest = row
            if batch_id not in hidden and (knows_file or batch_id != file):
                self._candidates[bib_id] = Candidate(bib_id, batch_id == file, *rest)

    def add(self, bib_id: int, columns: Columns, keys: Sequence[Key]) -> None:
        """Let later records of the file be matched with this one."""
        self._candidates[bib_id] = candidate_of(bib_id, columns)
        for _, digest in keys:
            self._holders.setdefault(digest, []).append(bib_id)

    def find(self, columns: Columns, keys: Sequence[Key]) -> tuple[Match | None, list[tuple[str, str]]]:
        """The title that the record is the same as, by its surest key; and what should be looked at by a person."""
        doubts: list[tuple[str, str]] = []
        for kind, digest in keys:
            for candidate in self._by_preference(digest):
                if is_same(kind, columns, candidate):
                    return Match(candidate.bib_id, kind, candidate.is_in_file), []
                if not doubts and (doubt := _doubt(kind, columns, candidate)):
                    doubts.append(doubt)
        return None, doubts

    def _by_preference(self, digest: int) -> list[Candidate]:
        """Titles of the catalogue before those of the file."""
        found = [self._candidates[bib_id] for bib_id in self._holders.get(digest, ()) if bib_id in self._candidates]
        return sorted(found, key=lambda candidate: candidate.is_in_file) if len(found) > 1 else found


def is_same(kind: str, columns: Columns, candidate: Candidate) -> bool:
    """Whether a shared key of that kind means the same title.

    A control number is believed where its source (003) is known; without it, and for ISBN and ISSN, the titles must be
    alike. Title, author and year are believed unless the records contradict it: another form, ISBN, edition or number
    of pages, or another control number in the same source, which counts them as two.
    """
    if kind == "content":
        return True
    if kind == "control":
        return bool(columns.control_source) or rules.are_alike(columns.title, candidate.title)
    if kind == "isbn":
        one_is_electronic = (columns.form == "ebook") != (candidate.form == "ebook")
        return not one_is_electronic and rules.are_alike(columns.title, candidate.title)
    if columns.form != candidate.form or _are_counted_as_two(columns, candidate):
        return False
    if kind == "issn":
        return rules.are_alike(columns.title, candidate.title)
    return not _contradict(columns, candidate)


def likely_same(columns: Columns, keys: Sequence[Key], *, besides: int | None = None) -> list[tuple[int, str]]:
    """Visible titles that share a key with a record, the surest first: id and kind of the key; at most ten.

    More generous than `Matcher`, because a person looks at them: another edition is told, too.
    """
    holders = _holders(sorted({digest for _, digest in keys}))
    hidden = set(ImportJob.objects.filter(is_revealed=False).values_list("pk", flat=True))
    rows = {row[0]: row for row in _rows({bib_id for found in holders.values() for bib_id in found})}
    same: dict[int, str] = {}
    for kind, digest in keys:
        for bib_id in holders.get(digest, ()):
            row = rows.get(bib_id)
            if row is None or row[1] in hidden or bib_id == besides or bib_id in same:
                continue
            if kind in {"control", "isbn", "issn"} and not rules.are_alike(columns.title, row[3]):
                continue
            same[bib_id] = kind
    return list(same.items())[:MOST_CANDIDATES]


def _doubt(kind: str, columns: Columns, candidate: Candidate) -> tuple[str, str] | None:
    """What a person should look at though it wasn't matched: code and sentence."""
    shown = f"“{candidate.title[:120]}”"
    if kind == "isbn":
        return "shared-isbn", f"{shown} has the same ISBN, but another title or form: not matched."
    if kind == "title" and columns.form == candidate.form and not _contradict(columns, candidate):
        return (
            "perhaps-twice",
            f"{shown} agrees in title, author and year, but has another control number: not matched.",
        )
    return None


def _contradict(columns: Columns, candidate: Candidate) -> bool:
    return bool(
        (columns.isbn and candidate.isbn)  # equal ones would have matched before
        or rules.contradict(columns.edition, candidate.edition)
        or rules.contradict(columns.extent, candidate.extent)
    )


def _are_counted_as_two(columns: Columns, candidate: Candidate) -> bool:
    """Different numbers in one source; what names no source in one file comes from one system, too."""
    if not (columns.control_number and candidate.control_number) or columns.control_number == candidate.control_number:
        return False
    ours, theirs = columns.control_source, candidate.control_source
    return ours == theirs or (candidate.is_in_file and not (ours and theirs))


def candidate_of(bib_id: int, columns: Columns, *, is_in_file: bool = True) -> Candidate:
    """The candidate that a record makes for those that come after it."""
    return Candidate(
        bib_id,
        is_in_file,
        columns.form,
        columns.title,
        columns.edition,
        columns.extent,
        columns.isbn,
        columns.control_number,
        columns.control_source,
    )


def holders_of(keys: Iterable[Key]) -> list[int]:
    """Ids of the titles, hidden ones too, that have one of these keys; oldest first."""
    found = _holders(sorted({digest for _, digest in keys}))
    return sorted({bib_id for holders in found.values() for bib_id in holders})


def _holders(digests: Sequence[int]) -> dict[int, list[int]]:
    """The oldest titles of each digest, in one statement."""
    if not digests:
        return {}
    table = BibKey._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT d.digest, k.bib_id FROM unnest(%s::bigint[]) AS d(digest)"  # noqa: S608 - own names only
                f" CROSS JOIN LATERAL (SELECT bib_id FROM {table} WHERE digest = d.digest"
                f" ORDER BY bib_id LIMIT {MOST_CANDIDATES}) AS k",
                [list(digests)],
            )
            found: dict[int, list[int]] = {}
            for digest, bib_id in cursor.fetchall():
                found.setdefault(digest, []).append(bib_id)
            return found
        cursor.execute(
            f"SELECT d.value, (SELECT json_group_array(bib_id) FROM (SELECT bib_id FROM {table}"  # noqa: S608
            f" WHERE digest = d.value ORDER BY bib_id LIMIT {MOST_CANDIDATES})) FROM json_each(%s) AS d",
            [json.dumps(list(digests))],
        )
        return {digest: json.loads(holders) for digest, holders in cursor.fetchall() if holders != "[]"}


def _rows(bib_ids: Collection[int]) -> list[tuple[int, int | None, str, str, str, str, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, batch_id, form, title, edition, extent, isbn, control_number, control_source"  # noqa: S608 - own names only
            f" FROM {Bib._meta.db_table} WHERE id {bulk.among()}",
            [bulk.listing(bib_ids)],
        )
        found: list[tuple[int, int | None, str, str, str, str, str, str, str]] = cursor.fetchall()
        return found

"""Writes to the lists in order: entries come with documents and are swept away when nobody needs them."""

from collections.abc import Iterable, Sequence

from django.db import connection

from pustaka.catalog.models import Authority
from pustaka.discovery import headings, orders
from pustaka.discovery.models import ListEntry
from pustaka.discovery.ports import Document

MOST_REMEMBERED = 200_000
AT_ONCE = 400


class Keeper:
    """Adds entries; in a long load it remembers which headings it has added, as most come again and again."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def keep(self, documents: Iterable[Document]) -> None:
        """The entries of these titles. Those that are there already stay as they are."""
        rows: dict[str, int | None] = {}
        for document in documents:
            for entry in document.entries:
                if entry[0] in orders.OF_ONE_TITLE:
                    rows[entry] = document.batch
                elif entry not in self._known:
                    rows[entry] = None
        _add(list(rows.items()))
        if len(self._known) > MOST_REMEMBERED:
            self._known.clear()
        self._known.update([entry for entry in rows if entry[0] not in orders.OF_ONE_TITLE])


def keep_references(authorities: Iterable[Authority]) -> None:
    """Where these authorities refer from, and where their own headings stand."""
    found = [entry for authority in authorities for entry in headings.entries_of(authority)]
    _add([(entry, None) for entry in dict.fromkeys(found)])


def _add(rows: Sequence[tuple[str, int | None]]) -> None:
    # In the order of the list, so that neighbors are written together.
    listed = sorted([(entry.encode("utf-8", "replace"), batch) for entry, batch in rows], key=lambda row: row[0])
    with connection.cursor() as cursor:
        for begin in range(0, len(listed), AT_ONCE):
            some = listed[begin : begin + AT_ONCE]
            places = ", ".join(["(%s, %s)"] * len(some))
            cursor.execute(
                f"INSERT INTO discovery_listentry (key, batch) VALUES {places} ON CONFLICT DO NOTHING",  # noqa: S608
                [value for row in some for value in row],
            )


def drop(keys: Iterable[bytes]) -> None:
    """Take these entries away."""
    ListEntry.objects.filter(key__in=list(keys)).delete()

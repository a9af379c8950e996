"""What titles, copies and headings were before they were changed, and who changed them.

Whoever writes a record, a copy or a heading calls `keep_records`, `keep_items` or `keep_authorities` first, in the same
transaction, for one or for many, and raises its `version` afterwards. Whoever deletes a title calls `bury` instead; for
a copy or a heading that goes, keeping it with `Change.REMOVED` is all. What has come into being by hand is told by
`note_added`.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from pustaka.catalog import bulk
from pustaka.catalog.models import STATE, Authority, AuthorityVersion, Bib, BibVersion, Change, Item, ItemVersion
from pustaka.foundation.actors import Actor


def keep_records(
    *, bib_ids: Collection[int], change: Change, at: datetime, by: Actor, reason: str = "", cause: str = ""
) -> None:
    """Keep the present records of these titles, hidden ones too: they are about to be changed.

    One statement for any number. The caller writes the new records in the same transaction and raises every
    `Bib.version` by one.

    Args:
        change: what is being done.
        by: who does it; a background task that acts for a person makes an `Actor` of the name that it has kept.
        reason: why, in the person's words.
        cause: the larger work that this is part of, as `batch:7`; by it an undo finds what there was before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_bibversion"  # noqa: S608 - own names only
            " (bib_id, version, marc, original, original_format, change, at, by, patron_id, reason, cause)"
            " SELECT b.id, b.version, r.marc, r.original, r.original_format, %s, %s, %s, %s, %s, %s"
            f" FROM catalog_bib b JOIN catalog_bibrecord r ON r.bib_id = b.id WHERE b.id {bulk.among()}",
            [*_told(change, at, by, reason, cause), bulk.listing(bib_ids)],
        )


def keep_items(
    *, item_ids: Collection[int], change: Change, at: datetime, by: Actor, reason: str = "", cause: str = ""
) -> None:
    """Keep what these copies are, hidden ones too: they are about to be changed or deleted.

    Arguments as for `keep_records`. The caller raises every `Item.version` by one, and needn't tell which columns it
    changes.
    """
    told = _told(change, at, by, reason, cause)
    for some in bulk.parts(item_ids):
        bulk.insert(
            ItemVersion,
            ("item_id", "bib_id", "version", "state", *TOLD),
            [
                (row.pop("pk"), row["bib_id"], row.pop("version"), json.dumps(row, cls=DjangoJSONEncoder), *told)
                for row in Item.with_hidden.filter(pk__in=some).values("pk", "version", *STATE)
            ],
        )


def keep_authorities(
    *, authority_ids: Collection[int], change: Change, at: datetime, by: Actor, reason: str = "", cause: str = ""
) -> None:
    """Keep the present records of these headings: they are about to be changed or deleted.

    Arguments as for `keep_records`. The caller raises every `Authority.version` by one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_authorityversion (authority_id, version, heading,"  # noqa: S608 - own names only
            " marc, original, original_format, change, at, by, patron_id, reason, cause)"
            " SELECT a.id, a.version, a.heading, a.marc, a.original, a.original_format, %s, %s, %s, %s, %s, %s"
            f" FROM catalog_authority a WHERE a.id {bulk.among()}",
            [*_told(change, at, by, reason, cause), bulk.listing(authority_ids)],
        )


def note_added(
    *,
    bibs: Iterable[Bib] = (),
    items: Iterable[Item] = (),
    authorities: Iterable[Authority] = (),
    change: Change = Change.ADDED,
    at: datetime,
    by: Actor,
    reason: str = "",
    cause: str = "",
) -> None:
    """Tell who has made these titles, copies and headings, which have just been written: before them there was nothing.

    An import needn't, because its rows carry their batch.
    """
    told = _told(change, at, by, reason, cause)
    bulk.insert(
        BibVersion,
        ("bib_id", "version", "marc", "original_format", *TOLD),
        [(bib.pk, bib.version - 1, b"", "", *told) for bib in bibs],
    )
    bulk.insert(
        ItemVersion,
        ("item_id", "bib_id", "version", "state", *TOLD),
        [(item.pk, item.bib_id, item.version - 1, "{}", *told) for item in items],
    )
    bulk.insert(
        AuthorityVersion,
        ("authority_id", "version", "heading", "marc", "original_format", *TOLD),
        [(one.pk, one.version - 1, one.heading, b"", "", *told) for one in authorities],
    )


def bury(
    *,
    bib_ids: Collection[int],
    change: Change = Change.REMOVED,
    at: datetime,
    by: Actor,
    reason: str = "",
    cause: str = "",
    successor_id: int | None = None,
    keeps_records: bool = True,
) -> None:
    """Leave a tombstone for each of these titles, and its last record; the caller deletes them.

    Args:
        successor_id: the title that takes their place (a merge); their old address leads there.
        keeps_records: without, only the tombstone; for an import that is undone as a whole.
    """
    if keeps_records:
        keep_records(bib_ids=bib_ids, change=change, at=at, by=by, reason=reason, cause=cause)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_bibtombstone (bib_id, title, author, control_number, version,"  # noqa: S608 - own names
            " change, removed_at, removed_by, patron_id, reason, cause, successor_id)"
            " SELECT b.id, b.title, b.author, b.control_number, b.version, %s, %s, %s, %s, %s, %s, %s"
            f" FROM catalog_bib b WHERE b.id {bulk.among()}",
            [*_told(change, at, by, reason, cause), successor_id, bulk.listing(bib_ids)],
        )


TOLD = ("change", "at", "by", "patron_id", "reason", "cause")


def _told(change: Change, at: datetime, by: Actor, reason: str, cause: str) -> tuple[Any, ...]:
    """The values of `TOLD`."""
    return str(change), bulk.moment(at), by.name[:200], by.patron_id, reason.strip()[:300], cause[:60]

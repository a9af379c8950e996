"""Writing thousands of rows at a time, on SQLite and PostgreSQL, where the ORM would be the bottleneck."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar, cast

from django.db import connection, models

T = TypeVar("T")

FEW_COLUMNS = 4


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` new primary keys in ascending order; the caller's transaction must be one that writes."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s) ORDER BY 1",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # Rows with explicit keys move SQLite's own counter on, so that a key is never given twice, even after a delete.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of database values (see `moment`, `day`, `as_json`); `columns` are column names."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cast("Any", cursor).copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        row_sql = f"({', '.join(['%s'] * len(columns))})"
        sql = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608 - own names only
        if len(columns) > FEW_COLUMNS:
            cursor.executemany(sql + row_sql, rows)
            return
        # For narrow rows the statement itself costs most: half of it goes when many rows share one.
        for some in parts(rows):
            cursor.execute(sql + ", ".join([row_sql] * len(some)), [value for row in some for value in row])


def delete(model: type[models.Model], column: str, values: Iterable[int]) -> int:
    """Delete the rows whose `column` is one of `values`, without asking what depends on them; say how many."""
    listed = list(values)
    if not listed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}"  # noqa: S608 - own names only
            f" WHERE {connection.ops.quote_name(column)} {among()}",
            [listing(listed)],
        )
        return int(cursor.rowcount)


def parts(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    listed = list(values)
    for begin in range(0, len(listed), size):
        yield listed[begin : begin + size]


@contextmanager
def roomy() -> Iterator[None]:
    """More memory for SQLite's pages, and rarer checkpoints: keys are written all over their index.

    Some 100 MB more while it lasts; without it every transaction writes the same pages to the disk again.
    """
    if connection.vendor != "sqlite":
        yield
        return
    names = ("cache_size", "wal_autocheckpoint")
    with connection.cursor() as cursor:
        before = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        cursor.execute("PRAGMA cache_size = -100000")
        cursor.execute("PRAGMA wal_autocheckpoint = 16000")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in zip(names, before, strict=True):
                cursor.execute(f"PRAGMA {name} = {int(value)}")


def among() -> str:
    """SQL for "is one of the integers in this one parameter", which `listing` makes."""
    return "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def listing(values: Collection[int]) -> Any:
    """The parameter for `among`; any number of integers."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def moment(at: datetime | None) -> Any:
    """A moment as the database keeps it."""
    return None if at is None else connection.ops.adapt_datetimefield_value(at)


def day(on: date | None) -> Any:
    """A day as the database keeps it."""
    return None if on is None else connection.ops.adapt_datefield_value(on)

"""Facts that a room publishes, and their way to the switchboard (transactional outbox, at least once).

`publish` writes a row in the caller's transaction. The worker calls `deliver`, which hands each fact to the handlers
that `settings.SWITCHBOARD` lists for its class. Handlers are safe to run twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from pustaka.foundation import adapters
from pustaka.foundation.models import OutboxEvent

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact of the past. Fields are ids, numbers, texts and moments, so that it can be written down as JSON."""

    at: datetime

    @property
    def is_large(self) -> bool:
        """Whether reacting takes so long that small facts had better go first."""
        return False


Handler = Callable[[Any], None]
Switchboard = Mapping[type[Event], Sequence[Handler]]


def publish(event: Event) -> None:
    """Write `event` down in the transaction that is open now; it is handed on after that commits.

    Raises:
        RuntimeError: no transaction is open, so the fact could outlive what it tells of.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"publish({type(event).__name__}) outside of a transaction")
    payload = {field.name: getattr(event, field.name) for field in fields(event) if field.name != "at"}
    OutboxEvent.objects.create(
        name=name_of(type(event)),
        payload=payload,
        is_large=event.is_large,
        published_at=event.at,
        try_at=event.at,
    )


def name_of(kind: type[Event]) -> str:
    """`catalog.BibChanged` for the class of that name in `pustaka.catalog.events`."""
    return f"{kind.__module__.split('.')[1]}.{kind.__name__}"


def deliver(*, at: datetime, most: int = 200) -> int:
    """Hand waiting facts to their handlers, oldest first; a large one only when no small one waits, and by itself.

    So an edit at the desk needn't wait until a change of 100,000 copies is searchable.

    Args:
        at: now; facts whose pause ends later stay.
        most: how many facts to take in this call.

    Returns:
        How many facts were taken, delivered or not; 0 means that there is nothing to do.
    """
    switchboard: Switchboard = adapters.named("SWITCHBOARD")
    kinds = {name_of(kind): kind for kind in switchboard}
    due = OutboxEvent.objects.filter(delivered_at=None, try_at__lte=at, attempts__lt=MOST_ATTEMPTS)
    waiting = list(due.order_by("is_large", "id")[:most])
    taken = [row for row in waiting if not row.is_large] or waiting[:1]
    for row in taken:
        kind = kinds.get(row.name)
        try:
            if kind is not None:
                event = _read(kind, row)
                for handler in switchboard[kind]:
                    handler(event)
        except Exception as error:
            log.exception("event %s could not be delivered", row)
            pause = min(timedelta(seconds=2**row.attempts), LONGEST_PAUSE)
            OutboxEvent.objects.filter(pk=row.pk).update(
                attempts=row.attempts + 1, error=f"{type(error).__name__}: {error}"[:2000], try_at=at + pause
            )
        else:
            OutboxEvent.objects.filter(pk=row.pk).update(delivered_at=at, error="")
    return len(taken)


def is_anything_new(*, before: datetime | None = None) -> bool:
    """Whether a fact waits that nobody has tried to deliver yet; with `before`, one that is older than that moment."""
    waiting = OutboxEvent.objects.filter(delivered_at=None, attempts=0)
    return (waiting if before is None else waiting.filter(published_at__lt=before)).exists()


def stuck() -> QuerySet[OutboxEvent]:
    """Facts whose delivery failed at least once and that still wait, oldest first."""
    return undelivered().filter(attempts__gt=0)


def undelivered() -> QuerySet[OutboxEvent]:
    """Facts that still wait for a handler, oldest first."""
    return OutboxEvent.objects.filter(delivered_at=None).order_by("id")


def try_again(*, event_id: int, at: datetime) -> None:
    """Let an undelivered fact be handed on at once, with all its attempts before it; a delivered one stays as it is."""
    OutboxEvent.objects.filter(pk=event_id, delivered_at=None).update(try_at=at, attempts=0)


def forget_delivered(*, before: datetime) -> int:
    """Delete facts that were delivered before that moment, and say how many."""
    with transaction.atomic():
        count, _ = OutboxEvent.objects.filter(delivered_at__lt=before).delete()
    return count


def _read(kind: type[Event], row: OutboxEvent) -> Event:
    payload = dict(row.payload)
    for field in fields(kind):
        if field.type is datetime and field.name in payload:
            payload[field.name] = parse_datetime(payload[field.name])
    return kind(at=row.published_at, **payload)

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from pustaka.foundation import adapters, events
from pustaka.foundation.models import OutboxEvent

NYEPI = datetime(2026, 3, 19, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFound(events.Event):
    """A fact for these tests."""

    barcode: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksCounted(events.Event):
    """A fact for these tests, of one book or of many."""

    count: int

    @property
    def is_large(self) -> bool:
        return self.count > 1


heard: list[events.Event] = []
is_shop_closed = False


def hear(event: events.Event) -> None:
    if is_shop_closed:
        raise ConnectionError("the shop is closed")
    heard.append(event)


switchboard = {BookFound: [hear], BooksCounted: [hear]}


@pytest.fixture(autouse=True)
def _switchboard(settings, monkeypatch):
    settings.SWITCHBOARD = f"{__name__}.switchboard"
    adapters._loaded.cache_clear()
    heard.clear()
    monkeypatch.setattr("tests.foundation.test_events.is_shop_closed", False)
    yield
    adapters._loaded.cache_clear()


def found(barcode: str = "B001") -> BookFound:
    return BookFound(at=NYEPI, barcode=barcode, seen_at=NYEPI - timedelta(days=1))


@pytest.mark.django_db
def test_a_published_fact_arrives_as_it_was_said():
    events.publish(found())

    assert events.deliver(at=NYEPI) == 1

    assert heard == [found()]
    assert events.deliver(at=NYEPI) == 0


@pytest.mark.django_db
def test_large_facts_wait_for_small_ones_and_go_one_by_one():
    many, more, one = (BooksCounted(at=NYEPI, count=count) for count in (100, 50, 1))
    for event in (many, more, one):
        events.publish(event)

    assert events.deliver(at=NYEPI) == 1
    assert heard == [one]
    assert events.deliver(at=NYEPI) == 1
    events.publish(found())
    assert events.deliver(at=NYEPI) == 1

    assert heard == [one, many, found()]
    assert events.deliver(at=NYEPI) == 1
    assert heard[-1] == more
    assert events.deliver(at=NYEPI) == 0


@pytest.mark.django_db(transaction=True)
def test_a_fact_vanishes_with_the_transaction_that_failed():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.publish(found())
        raise ZeroDivisionError

    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_publish_outside_of_a_transaction_is_a_defect():
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        events.publish(found())


@pytest.mark.django_db
def test_a_failed_reaction_is_tried_again_later_and_holds_up_nobody(monkeypatch):
    events.publish(found("B001"))
    monkeypatch.setattr("tests.foundation.test_events.is_shop_closed", True)
    assert events.deliver(at=NYEPI) == 1
    waiting = OutboxEvent.objects.get()
    assert (waiting.attempts, waiting.error) == (1, "ConnectionError: the shop is closed")
    monkeypatch.setattr("tests.foundation.test_events.is_shop_closed", False)
    events.publish(found("B002"))

    events.deliver(at=NYEPI)
    assert [event.barcode for event in heard] == ["B002"]

    events.deliver(at=NYEPI + timedelta(seconds=1))
    assert [event.barcode for event in heard] == ["B002", "B001"]


@pytest.mark.django_db
def test_a_reaction_that_never_succeeds_stays_for_a_person(monkeypatch):
    events.publish(found())
    monkeypatch.setattr("tests.foundation.test_events.is_shop_closed", True)
    at = NYEPI
    for _try in range(events.MOST_ATTEMPTS):
        assert events.deliver(at=at) == 1
        at += timedelta(hours=2)

    assert events.deliver(at=at) == 0
    assert OutboxEvent.objects.get().delivered_at is None


@pytest.mark.django_db
def test_only_delivered_facts_are_forgotten():
    events.publish(found("B001"))
    events.deliver(at=NYEPI)
    events.publish(found("B002"))

    assert events.forget_delivered(before=NYEPI) == 0
    assert events.forget_delivered(before=NYEPI + timedelta(seconds=1)) == 1
    assert OutboxEvent.objects.get().payload["barcode"] == "B002"

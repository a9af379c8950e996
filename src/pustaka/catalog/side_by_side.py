"""Several catalogues asked at the same time, each in a thread of its own that ends by itself.

Why threads of the process that was asked, and no tasks of the worker: `docs/adr/0011-…`. They touch the network only;
whoever asks writes down what comes.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pustaka.catalog.ports import Answer, Failure, Place, Query, RecordSource, SourceFailed

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64  # questions under way in this process
GRACE_S = 1.0  # given to a source beyond its own deadline, before it is passed by

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Call:
    """One catalogue to ask; `key` tells its outcome from the others."""

    key: int
    source: RecordSource
    place: Place
    most: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call: an answer, or why there is none."""

    key: int
    took_ms: int
    answer: Answer | None = None
    failure: Failure | None = None
    detail: str = ""


def ask(calls: Sequence[Call], query: Query) -> Iterator[Outcome]:
    """The outcomes as they come, one for each call; the last not later than the longest timeout and its grace."""
    begun = time.monotonic()
    arrived: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    missing = {call.key: call for call in calls}
    for call in calls:
        if _places.acquire(blocking=False):
            threading.Thread(
                target=_work, args=(call, query, begun, arrived), name=f"asking-{call.key}", daemon=True
            ).start()
        else:
            arrived.put(Outcome(call.key, 0, failure=Failure.TOO_MANY))
    while missing:
        patience = max(call.timeout_s for call in missing.values()) + GRACE_S - (time.monotonic() - begun)
        try:
            outcome = arrived.get(timeout=max(0.0, patience))
        except queue.Empty:
            for key in missing:
                yield Outcome(key, _ms_since(begun), failure=Failure.TIMEOUT)
            return
        del missing[outcome.key]
        yield outcome


def _work(call: Call, query: Query, begun: float, arrived: "queue.SimpleQueue[Outcome]") -> None:
    try:
        answer = call.source.ask(call.place, query, most=call.most, timeout_s=call.timeout_s)
        outcome = Outcome(call.key, _ms_since(begun), answer=answer)
    except SourceFailed as failed:
        outcome = Outcome(call.key, _ms_since(begun), failure=failed.kind, detail=failed.detail)
    except Exception as error:
        log.exception("asking %s failed", call.place)
        outcome = Outcome(call.key, _ms_since(begun), failure=Failure.DEFECT, detail=type(error).__name__)
    finally:
        _places.release()
    arrived.put(outcome)


def _ms_since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)

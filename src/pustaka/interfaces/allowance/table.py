"""All buckets in one small file that the processes of the web server share, held in memory by the system.

The file is a head and `SETS` × `WAYS` slots of 16 bytes. An asker belongs in one set, which a keyed hash names; no
address stands in the file, and a slot whose bucket is full again is wiped. The head counts the last day's refusals.
"""

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pustaka.interfaces.allowance.rules import Asker, Taken, take

log = logging.getLogger("pustaka.allowance")

SETS, WAYS = 4096, 8
HOURS = 24
_SLOT = struct.Struct("<Qd")  # mark of the asker (0: free), moment at which the bucket is full
_SET = struct.Struct("<" + "Qd" * WAYS)
_HOUR = struct.Struct("<QQQ")  # hours since 1970; refused for asking too often, refused as a crawler
_SWEEP = struct.Struct("<Q")  # the set that is wiped next
_HEAD = 4096
_BYTES = _HEAD + SETS * _SET.size


@dataclass(frozen=True, slots=True)
class Refused:
    """How many questions were refused within the last 24 hours."""

    too_often: int = 0
    crawlers: int = 0


class Table:
    """The buckets of one installation. Every method may be called from any process and thread."""

    def __init__(self, path: Path, *, secret: str) -> None:
        """Open the file, or begin one.

        Raises:
            OSError: it can't be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._secret = hashlib.sha256(f"allowance {secret}".encode()).digest()
        self._between_threads = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, _BYTES)
        self._map = mmap.mmap(self._file, _BYTES)

    def take(self, asker: Asker, *, cost: float, at: float) -> Taken:
        """Take `cost` from the bucket of `asker`, or nothing where that isn't in it."""
        digest = hashlib.blake2b(asker.key.encode(), key=self._secret, digest_size=12).digest()
        mark = int.from_bytes(digest[:8], "little") or 1
        offset = _HEAD + int.from_bytes(digest[8:], "little") % SETS * _SET.size
        with self._between_threads:
            self._lock()
            try:
                return self._take(offset, mark, asker, cost=cost, at=at)
            finally:
                self._unlock()

    def count(self, *, at: float, too_often: int = 0, crawlers: int = 0) -> None:
        """Count refusals."""
        hour = int(at // 3600)
        offset = hour % HOURS * _HOUR.size
        with self._between_threads:
            self._lock()
            try:
                known, before, before_crawlers = _HOUR.unpack_from(self._map, offset)
                if known != hour:
                    before = before_crawlers = 0
                _HOUR.pack_into(self._map, offset, hour, before + too_often, before_crawlers + crawlers)
            finally:
                self._unlock()

    def refused(self, *, at: float) -> Refused:
        """How many were refused in this hour and the 23 before it."""
        hour = int(at // 3600)
        hours = [_HOUR.unpack_from(self._map, number * _HOUR.size) for number in range(HOURS)]
        recent = [counts for known, *counts in hours if hour - HOURS < known <= hour]
        return Refused(sum(counts[0] for counts in recent), sum(counts[1] for counts in recent))

    def known(self) -> int:
        """How many askers stand in the table."""
        return sum(1 for mark, _full_at in _SLOT.iter_unpack(self._map[_HEAD:]) if mark)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
        os.close(self._file)

    def _take(self, offset: int, mark: int, asker: Asker, *, cost: float, at: float) -> Taken:
        self._wipe(self._next_swept(), at=at)
        slots = self._wipe(offset, at=at)
        place = next((way for way in range(WAYS) if slots[2 * way] == mark), None)
        if place is None:
            # A free one, or the one that is soonest full: an asker pushed out is forgiven, never punished.
            place = min(range(WAYS), key=lambda way: slots[2 * way + 1])
            slots[2 * place + 1] = 0.0
        taken = take(slots[2 * place + 1], cost=cost, allowance=asker.allowance, at=at)
        _SLOT.pack_into(self._map, offset + place * _SLOT.size, mark, taken.full_at)
        return taken

    def _wipe(self, offset: int, *, at: float) -> list[float]:
        slots = list(_SET.unpack_from(self._map, offset))
        for way in range(WAYS):
            if slots[2 * way] and slots[2 * way + 1] <= at:
                slots[2 * way], slots[2 * way + 1] = 0, 0.0
                _SLOT.pack_into(self._map, offset + way * _SLOT.size, 0, 0.0)
        return slots

    def _next_swept(self) -> int:
        place = HOURS * _HOUR.size
        (number,) = _SWEEP.unpack_from(self._map, place)
        _SWEEP.pack_into(self._map, place, (number + 1) % SETS)
        return _HEAD + int(number) % SETS * _SET.size

    def _lock(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # of the process, so that it is gone with it

    def _unlock(self) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)


@cache
def table(path: Path, secret: str) -> Table | None:
    """The table of this process; `None`, with a line in the log, where it can't be had: nobody is refused then."""
    try:
        return Table(path, secret=secret)
    except OSError as error:
        log.error("allowances aren't kept, %s can't be written: %s", path, error)
        return None

"""The background worker: one process with three threads, for events, for tasks and for what the clock asks for.

Edits reach the search index through the event thread within a second, however long a task runs. The clock's thread
writes the digests that are due and gets letters out; a slow mail server holds nothing else up. One worker runs at a
time (it holds the search index's only writer); whatever a killed worker left running is taken up again by the next.
"""

import argparse
import fcntl
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from pustaka.discovery import saved_searches
from pustaka.discovery import services as discovery
from pustaka.foundation import events
from pustaka.notices import services as notices

log = logging.getLogger("pustaka.worker")

EVENT_PAUSE_S = 0.2
TASK_PAUSE_S = 0.5
CLOCK_PAUSE_S = 5
PATIENCE_S = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options: the worker does all the work there is."""


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; 1 where another worker holds the lock."""
    try:
        lock = hold_lock()
    except BlockingIOError:
        print("pustaka worker: another worker is running on this data folder already.", file=sys.stderr)
        return 1
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    with lock:
        work_until(stop)
    return 0


def hold_lock() -> Any:
    """The open lock file of the only worker.

    Raises:
        BlockingIOError: another process holds it.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True)
    file = (settings.DATA / "worker.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    file.write(str(os.getpid()))
    file.flush()
    return file


def is_running() -> bool:
    """Whether a worker is at work on this data folder."""
    try:
        hold_lock().close()
    except BlockingIOError:
        return True
    return False


def work_until(stop: threading.Event) -> None:
    """Deliver events and run tasks until `stop` is set; the caller holds the lock.

    A task that doesn't end within the patience is left; the next worker takes it up again.
    """
    # An import holds thousands of small tuples for a second; looking among them for garbage took a quarter of staging.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    take_up_what_was_left()
    discovery.mend(at=timezone.now())
    task_finished.connect(_try_again_later)
    threads = [
        threading.Thread(target=_repeat, args=(deliver_events, EVENT_PAUSE_S, stop), name="events", daemon=True),
        threading.Thread(target=_repeat, args=(run_due_tasks, TASK_PAUSE_S, stop), name="tasks", daemon=True),
        threading.Thread(target=_repeat, args=(do_what_is_due, CLOCK_PAUSE_S, stop), name="clock", daemon=True),
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    deadline = time.monotonic() + PATIENCE_S
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        log.warning("a task is still running; the next worker takes it up again")
        logging.shutdown()
        os._exit(0)


def take_up_what_was_left() -> int:
    """Put the tasks that a killed worker was running back into the queue, and say how many."""
    count = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.READY, started_at=None
    )
    if count:
        log.warning("%s tasks of a killed worker are taken up again", count)
    return count


def deliver_events() -> int:
    """Deliver what waits now, and say how many events there were."""
    return events.deliver(at=timezone.now())


def run_due_tasks() -> int:
    """Run every task that is due, one after the other, and say how many there were."""
    due = DBTaskResult.objects.ready().count()
    if due:
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=f"{os.uname().nodename}:{os.getpid()}"[:64],
            excluded_queue_names=[],
        )
        worker.run()
    return due


def do_what_is_due() -> int:
    """Write the digests that are due and hand letters over, and say how many there were."""
    at = timezone.now()
    return notices.deliver(at=at) + saved_searches.send_due(at=at)


def is_work_left() -> bool:
    """Whether an event waits for its first try, or a task is due."""
    return events.is_anything_new() or DBTaskResult.objects.ready().exists()


def _repeat(work: Callable[[], int], pause_s: float, stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            found = work()
        except Exception:
            log.exception("the worker's %s thread stumbled", threading.current_thread().name)
            found = 0
            stop.wait(2)
        if not found:
            stop.wait(pause_s)
    connections.close_all()


def _try_again_later(sender: object, task_result: Any, **_rest: object) -> None:
    """A failed task is tried again after half a minute, two and eight; then it stays, for a person to look at."""
    row = DBTaskResult.objects.get(pk=task_result.id)
    tries = len(row.worker_ids)
    if row.status != TaskResultStatus.FAILED:
        return
    log.error("task %s failed (try %s): %s", row.task_path, tries, row.traceback.strip().rsplit("\n", 1)[-1])
    if tries < settings.TASK_TRIES:
        row.status = TaskResultStatus.READY
        row.run_after = timezone.now() + timedelta(seconds=30 * 4 ** (tries - 1))
        row.save(update_fields=["status", "run_after"])


def work_while(is_unfinished: Callable[[], bool], *, show: Callable[[], None], pause_s: float = 0.5) -> None:
    """Let the worker that runs already do the work, or be the worker here, until `is_unfinished` says no.

    Args:
        is_unfinished: looked at every `pause_s` seconds.
        show: called as often, to tell the person in front of the screen how far it is.
    """
    stop = threading.Event()

    def watch(is_unfinished: Callable[[], bool]) -> None:
        try:
            while is_unfinished() and not stop.wait(pause_s):
                show()
            show()
        finally:
            stop.set()
            connections.close_all()

    try:
        lock = hold_lock()
    except BlockingIOError:
        watch(is_unfinished)
        return
    with lock:
        # What follows from the work is done as well: nobody else would do it before the next worker.
        watcher = threading.Thread(target=watch, args=(lambda: is_unfinished() or is_work_left(),), daemon=True)
        watcher.start()
        try:
            work_until(stop)
        except KeyboardInterrupt:
            stop.set()
            raise
        watcher.join()

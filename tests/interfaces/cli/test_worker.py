import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from pustaka.interfaces.cli import worker_command as worker
from tests.interfaces.cli import jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _retries():
    jobs.done.clear()
    task_finished.connect(worker._try_again_later)
    yield
    task_finished.disconnect(worker._try_again_later)


def test_due_tasks_run_in_the_order_they_came():
    for number in (1, 2, 3):
        jobs.note.enqueue(number)

    while worker.run_due_tasks():
        pass

    assert jobs.done == [1, 2, 3]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_a_task_of_a_killed_worker_is_taken_up_again():
    jobs.note.enqueue(7)
    DBTaskResult.objects.get().claim("a worker that was killed")
    assert worker.run_due_tasks() == 0

    assert worker.take_up_what_was_left() == 1

    worker.run_due_tasks()
    assert jobs.done == [7]


def test_a_failed_task_is_tried_three_times_more_with_growing_pauses(settings):
    jobs.stumble.enqueue()
    pauses = []
    for _try in range(settings.TASK_TRIES):
        before = timezone.now()
        assert worker.run_due_tasks() == 1
        row = DBTaskResult.objects.get()
        pauses.append(round((row.run_after - before).total_seconds()) if row.status == TaskResultStatus.READY else None)
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))

    assert pauses == [30, 120, 480, None]
    assert worker.run_due_tasks() == 0
    assert "the line is down" in DBTaskResult.objects.get().traceback


def test_only_one_worker_holds_the_lock(settings, tmp_path):
    settings.DATA = tmp_path
    assert not worker.is_running()

    with worker.hold_lock():
        assert worker.is_running()
        with pytest.raises(BlockingIOError):
            worker.hold_lock()

    assert not worker.is_running()


def test_the_worker_works_until_it_is_stopped():
    stop = threading.Event()

    def work() -> None:
        worker.work_until(stop)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    jobs.note.enqueue(5)
    deadline = timezone.now() + timedelta(seconds=20)
    while not jobs.done and timezone.now() < deadline:
        threading.Event().wait(0.05)
    stop.set()
    thread.join(20)

    assert jobs.done == [5]
    assert not thread.is_alive()

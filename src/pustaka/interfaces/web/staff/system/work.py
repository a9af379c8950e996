"""The work in the background, in words: tasks of the queue and facts on their way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from pustaka.foundation.errors import NotFound

NAMES: dict[str, Any] = {
    "pustaka.catalog.tasks.analyse": _("Read a file of records"),
    "pustaka.catalog.tasks.settle": _("Take an import over"),
    "pustaka.catalog.tasks.withdraw": _("Undo an import"),
    "pustaka.catalog.tasks.clear": _("Clear a given-up import away"),
    "pustaka.catalog.tasks.check_batch": _("See what a change of many would do"),
    "pustaka.catalog.tasks.change_batch": _("Change many at once"),
    "pustaka.catalog.tasks.restore_batch": _("Undo a change of many"),
    "pustaka.discovery.tasks.index_batch": _("Make an import searchable"),
    "pustaka.discovery.tasks.rebuild": _("Build the search index anew"),
}
STATES: dict[str, Any] = {
    TaskResultStatus.READY: _("waits for its turn"),
    TaskResultStatus.RUNNING: _("is under way"),
    TaskResultStatus.FAILED: _("has failed"),
    TaskResultStatus.SUCCESSFUL: _("is done"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of background work: what it is, how it stands, and the last line of what went wrong."""

    pk: UUID
    name: Any
    about: str
    state: Any
    is_failed: bool
    is_retried: bool
    since: datetime
    tries: int
    fault: str


def tasks(*, most: int = 50) -> list[Task]:
    """What runs, what waits and what has failed first; then what is done; newest first in each."""
    rows = DBTaskResult.objects.order_by("-enqueued_at")
    open_rows = rows.filter(status__in=[TaskResultStatus.RUNNING, TaskResultStatus.FAILED, TaskResultStatus.READY])
    return [_task(row) for row in [*open_rows[:most], *rows.filter(status=TaskResultStatus.SUCCESSFUL)[:10]]]


def try_again(*, task_id: UUID, at: datetime) -> None:
    """Put a failed task back into the queue; one that waits for a later try comes at once.

    Raises:
        NotFound: no task of that number has failed or waits.
    """
    changed = DBTaskResult.objects.filter(
        pk=task_id, status__in=[TaskResultStatus.FAILED, TaskResultStatus.READY]
    ).update(status=TaskResultStatus.READY, run_after=at, started_at=None, finished_at=None, worker_ids=[])
    if not changed:
        raise NotFound(_("That piece of work is under way or done already. Look at the list again."))


def _task(row: "DBTaskResult[..., Any]") -> Task:
    arguments = row.args_kwargs
    about = [*map(str, arguments.get("args", [])), *(str(value) for value in arguments.get("kwargs", {}).values())]
    return Task(
        pk=row.pk,
        name=NAMES.get(row.task_path, row.task_path),
        about=", ".join(about),
        state=STATES.get(row.status, row.status),
        is_failed=row.status == TaskResultStatus.FAILED,
        is_retried=row.status == TaskResultStatus.READY and bool(row.worker_ids),
        since=row.finished_at or row.started_at or row.enqueued_at,
        tries=len(row.worker_ids),
        fault=row.traceback.strip().rsplit("\n", 1)[-1][:500] if row.traceback else "",
    )

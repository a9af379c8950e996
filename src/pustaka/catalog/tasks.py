"""Background work on imports: the queue brings an id, one service does the work. Each may be run again after a kill."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskContext, task

from pustaka.catalog.events import StepName
from pustaka.catalog.services import imports


@task(takes_context=True)
def analyse(context: TaskContext, job_id: int) -> None:
    """Read and stage the file."""
    with imports.giving_up(job_id=job_id, is_last_try=context.attempt >= settings.TASK_TRIES, at=timezone.now()):
        imports.analyse(job_id=job_id, at=timezone.now())


@task(takes_context=True)
def settle(context: TaskContext, job_id: int) -> None:
    """Do with the matches what was decided."""
    with imports.giving_up(job_id=job_id, is_last_try=context.attempt >= settings.TASK_TRIES, at=timezone.now()):
        imports.settle(job_id=job_id, at=timezone.now())


@task()
def withdraw(job_id: int) -> None:
    """Take an import back."""
    imports.withdraw(job_id=job_id, at=timezone.now())


@task()
def clear(job_id: int) -> None:
    """Delete what a cancelled import has staged."""
    imports.clear(job_id=job_id, at=timezone.now())


STEPS: Mapping[StepName, Any] = {"analyse": analyse, "settle": settle, "withdraw": withdraw, "clear": clear}

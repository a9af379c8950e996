"""Background work on imports and changes of many: an id comes, one service works; each may be run again."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskContext, task

from pustaka.catalog.events import BatchStepName, StepName
from pustaka.catalog.services import batches, imports


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


@task(takes_context=True)
def check_batch(context: TaskContext, job_id: int) -> None:
    """See what a change of many would do."""
    with batches.giving_up(job_id=job_id, is_last_try=context.attempt >= settings.TASK_TRIES, at=timezone.now()):
        batches.check(job_id=job_id, at=timezone.now())


@task(takes_context=True)
def change_batch(context: TaskContext, job_id: int) -> None:
    """Do it."""
    with batches.giving_up(job_id=job_id, is_last_try=context.attempt >= settings.TASK_TRIES, at=timezone.now()):
        batches.change(job_id=job_id, at=timezone.now())


@task(takes_context=True)
def restore_batch(context: TaskContext, job_id: int) -> None:
    """Undo it."""
    with batches.giving_up(job_id=job_id, is_last_try=context.attempt >= settings.TASK_TRIES, at=timezone.now()):
        batches.restore(job_id=job_id, at=timezone.now())


BATCH_STEPS: Mapping[BatchStepName, Any] = {"check": check_batch, "change": change_batch, "restore": restore_batch}

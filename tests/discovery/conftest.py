"""A search index of each test's own, and the work that the worker would do."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from pustaka.foundation import events
from pustaka.foundation.models import OutboxEvent


@pytest.fixture(autouse=True)
def index_folder(settings: Any, tmp_path: Path) -> Path:
    settings.SEARCH_INDEX = tmp_path / "search"
    return tmp_path / "search"


@pytest.fixture
def work() -> Callable[[], None]:
    """Deliver the facts and run the tasks that wait, until none is left; a failure is the test's."""

    def until_done() -> None:
        for _ in range(50):
            at = timezone.now() + timedelta(hours=2)
            found = events.deliver(at=at)
            failed = OutboxEvent.objects.exclude(error="").first()
            assert failed is None, failed and failed.error
            for row in DBTaskResult.objects.filter(status="READY"):
                found += 1
                row.status = "SUCCESSFUL"
                row.save(update_fields=["status"])
                row.task.func(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            if not found:
                return
        raise AssertionError("the worker never comes to an end")

    return until_done

"""Background work on the search index. Each task may be run again after a kill, and goes on where it was."""

from django.utils import timezone
from django_tasks import task

from pustaka.discovery import services


@task()
def index_batch(job_id: int) -> None:
    """Make an import searchable."""
    services.index_batch(job_id=job_id, at=timezone.now())


@task()
def rebuild(generation_id: int) -> None:
    """Build that index, and use it from then on."""
    services.build(generation_id=generation_id, at=timezone.now())

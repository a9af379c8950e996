from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pustaka.catalog import queries
from pustaka.catalog.models import ImportJob
from pustaka.catalog.services import imports
from pustaka.foundation.actors import SYSTEM
from pustaka.standards.marc import Record, to_iso2709

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> Path:
    settings.UPLOADS = tmp_path / "uploads"
    return settings.UPLOADS


@pytest.fixture
def catalog_file(tmp_path) -> Callable[..., Path]:
    """Write records, or bytes as they are, to a file."""

    def write(*records: Record | bytes, name: str = "katalog.mrc") -> Path:
        path = tmp_path / name
        path.write_bytes(b"".join(record if isinstance(record, bytes) else to_iso2709(record) for record in records))
        return path

    return write


def staged(path: Path, **more) -> ImportJob:
    """An import of the file, ready for the decision."""
    job = imports.add_file(path=path, at=AT, by=SYSTEM, **more)
    imports.analyse(job_id=job.pk, at=AT)
    return queries.job(job.pk)


def taken_over(job: ImportJob) -> ImportJob:
    """The import committed and revealed, as the worker and the search index do it."""
    imports.commit(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.settle(job_id=job.pk, at=LATER)
    imports.reveal(job_id=job.pk, at=LATER)
    return queries.job(job.pk)


def imported(path: Path, **more) -> ImportJob:
    """The whole way."""
    return taken_over(staged(path, **more))

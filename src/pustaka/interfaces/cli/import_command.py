"""Bring files into the catalogue: MARC records, exports of SLiMS, or tables (CSV, Excel) whose columns are known."""

import argparse
import csv
import sys
from pathlib import Path

from django.utils import timezone

from pustaka.branches import queries as branches
from pustaka.catalog import queries
from pustaka.catalog.models import ColumnMap, ImportJob
from pustaka.catalog.services import imports
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.interfaces.cli.worker_command import work_while

State = ImportJob.State
UNFINISHED = {State.WAITING, State.ANALYSING, State.COMMITTING, State.INDEXING, State.UNDOING}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what to do with what we have already."""
    parser.add_argument(
        "file", type=Path, nargs="*", help="the file to bring in; several are brought in one after the other"
    )
    parser.add_argument("--mapping", metavar="NAME", help="what the columns of a table mean, as remembered on the web")
    parser.add_argument("--on-match", choices=ImportJob.OnMatch.values, default=ImportJob.OnMatch.SKIP.value)
    parser.add_argument("--branch", help="code of the branch for copies that name none")
    parser.add_argument("--create-places", action="store_true", help="add branches and shelves that we don't know yet")
    parser.add_argument("--preview", action="store_true", help="stop before anything becomes visible")
    parser.add_argument("--resume", type=int, metavar="JOB", help="go on with a job that was cut off")
    parser.add_argument("--commit", type=int, metavar="JOB", help="take over what --preview has shown")
    parser.add_argument("--undo", type=int, metavar="JOB", help="take a finished import back")
    parser.add_argument(
        "--report", type=Path, help="write the report of every broken, mended, matched and added record"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it, show how far it is, and end with the figures; 1 where a job failed or waits for its columns."""
    if arguments.resume or arguments.commit or arguments.undo:
        return _run(_job(arguments), arguments)
    files = arguments.file or [None]
    if arguments.report and len(files) > 1:
        raise Invalid("One report is of one file: bring the files in one by one, each with a --report of its own.")
    return max(_run(_new(file, arguments), arguments) for file in files)


def _run(job: ImportJob, arguments: argparse.Namespace) -> int:
    finish(job)
    job = queries.job(job.pk)
    if arguments.report:
        with arguments.report.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(imports.report(job=job))
    print(f"Job {job.pk}, {job.name}: {job.get_state_display()}. {job.error}".strip())
    for name, value in vars_of(imports.summary(job=job)):
        print(f"  {name.replace('_', ' '):<16}{value:>10}")
    if job.state == State.READY:
        print(f"Nothing is visible yet. `pustaka import --commit {job.pk}` takes it over.")
    if job.state == State.MAPPING:
        known = ", ".join(f"'{found.name}'" for found in queries.column_maps()) or "none yet"
        print(
            f"Nobody has said yet what its columns mean: do it at /staff/catalog/imports/{job.pk}/columns/, or name a"
            f" meaning with --mapping ({known})."
        )
    return 1 if job.state in {State.FAILED, State.MAPPING} else 0


def _job(arguments: argparse.Namespace) -> ImportJob:
    at = timezone.now()
    if arguments.resume:
        return queries.job(arguments.resume)
    if arguments.commit:
        return imports.commit(job_id=arguments.commit, at=at, by=SYSTEM)
    return imports.undo(job_id=arguments.undo, at=at, by=SYSTEM)


def _new(file: Path | None, arguments: argparse.Namespace) -> ImportJob:
    if file is None or not file.is_file():
        raise NotFound(f"There is no file '{file or ''}': name the file to bring in.")
    branch = branches.branches().filter(code=arguments.branch).first() if arguments.branch else None
    if arguments.branch and branch is None:
        known = ", ".join(found.code for found in branches.branches()) or "none yet"
        raise NotFound(f"There is no branch '{arguments.branch}'. Branches: {known}.")
    return imports.add_file(
        path=file,
        on_match=ImportJob.OnMatch(arguments.on_match),
        branch=branch,
        creates_places=arguments.create_places,
        commits_itself=not arguments.preview,
        column_map=_column_map(arguments.mapping) if arguments.mapping else None,
        at=timezone.now(),
        by=SYSTEM,
    )


def _column_map(name: str) -> ColumnMap:
    found = queries.column_maps().filter(name=name).first()
    if found is None:
        known = ", ".join(f"'{one.name}'" for one in queries.column_maps()) or "none yet"
        raise NotFound(f"No meaning of columns is called '{name}'. Remembered: {known}.")
    return found


def finish(job: ImportJob) -> None:
    """Stay until the background work on `job` is over, with a line that says how far it is."""

    def is_unfinished() -> bool:
        return queries.job(job.pk).state in UNFINISHED

    def show() -> None:
        if not sys.stderr.isatty():
            return
        now = queries.job(job.pk)
        progress = imports.progress(job=now, at=timezone.now())
        left = f", {progress.remaining_s} s left" if progress.remaining_s is not None else ""
        line = f"{now.get_state_display()}: {progress.done} of {progress.total} ({progress.share:.0%}){left}"
        print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)

    work_while(is_unfinished, show=show)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def vars_of(summary: object) -> list[tuple[str, object]]:
    """The figures of a summary that aren't zero, in their order."""
    pairs = [(name, getattr(summary, name)) for name in summary.__dataclass_fields__]  # type: ignore[attr-defined]
    return [(name, value) for name, value in pairs if isinstance(value, int) and value]

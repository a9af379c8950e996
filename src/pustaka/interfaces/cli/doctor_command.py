"""Check the installation, one line a finding, each with what to do."""

import argparse
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from pustaka.catalog import queries as catalog
from pustaka.catalog.labels.paper import further_font
from pustaka.catalog.services import targets
from pustaka.discovery import queries as discovery
from pustaka.foundation import events
from pustaka.interfaces.allowance.table import table
from pustaka.interfaces.cli.worker_command import is_running
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import STAFF_ROLES, Role

LEAST_FREE_BYTES = 2_000_000_000
MARKS = {"good": "ok  ", "look": "look", "bad": "BAD "}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it isn't good."""

    state: Literal["good", "look", "bad"]
    what: str
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; 1 where one of them is bad."""
    found = list(examine(at=timezone.now()))
    for finding in found:
        print(f"{MARKS[finding.state]}  {finding.what}")
        if finding.remedy:
            print(f"      → {finding.remedy}")
    bad = sum(finding.state == "bad" for finding in found)
    look = sum(finding.state == "look" for finding in found)
    print("Everything is well." if not bad + look else f"{bad} to mend, {look} to look at.")
    return 1 if bad else 0


def examine(*, at: datetime) -> Iterator[Finding]:
    """Every check in turn; those that need the database stop where it can't be read."""
    yield from _machine()
    yield from _data_folder()
    problem = _database_problem()
    yield problem
    if problem.state == "bad":
        return
    checks: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
        _search,
        _sources,
        _background,
        _people,
        _fonts,
        _refused,
    )
    for check in checks:
        yield from check(at)


def _machine() -> Iterator[Finding]:
    yield Finding("good", f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    compiled = settings.LOCALE_PATHS[0] / "id" / "LC_MESSAGES" / "django.mo"
    if compiled.exists():
        yield Finding("good", "Indonesian texts are there")
    else:
        yield Finding(
            "bad", "Indonesian texts aren't compiled", "Run `make run` or `make test` once; both compile them."
        )
    is_public = not set(settings.HOSTS) <= {"localhost", "127.0.0.1", "[::1]"}
    if is_public and not settings.IS_BEHIND_TLS:
        yield Finding(
            "look",
            f"The library answers as {', '.join(settings.HOSTS)} without TLS",
            "Put it behind TLS; set PUSTAKA_TLS=1.",
        )
    if settings.DEBUG:
        yield Finding(
            "bad" if is_public else "look", "PUSTAKA_DEBUG is on", "Unset it where others can reach the library."
        )


def _data_folder() -> Iterator[Finding]:
    folder = settings.DATA
    if not os.access(folder, os.W_OK):
        yield Finding(
            "bad", f"The data folder {folder} can't be written", "Give it to the user that runs Pustaka Mandiri."
        )
        return
    free = shutil.disk_usage(folder).free
    text = f"Data folder {folder}, {free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        yield Finding("bad", text, "Make room: imports and the search index need at least 2 GB.")
    else:
        yield Finding("good", text)
    key = folder / "secret-key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield Finding("bad", "Others on this machine can read the secret key", f"chmod 600 {key}")


def _database_problem() -> Finding:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            return Finding(
                "bad",
                f"{len(waiting)} changes of the tables wait",
                "`pustaka serve` makes them, or `pustaka manage migrate`.",
            )
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA quick_check(1)")
                answer = cursor.fetchone()[0]
            if answer != "ok":
                return Finding(
                    "bad", f"The database file is damaged: {answer}", "Stop the library and restore the last backup."
                )
    except DatabaseError as error:
        return Finding(
            "bad", f"The database doesn't answer: {error}".strip(), "Check DATABASE_URL and that its server runs."
        )
    return Finding("good", f"Database {connection.display_name} is in order")


def _fonts(at: datetime) -> Iterator[Finding]:
    if further_font():
        yield Finding("good", "Labels can be printed in Han and other scripts")
    else:
        yield Finding(
            "good",
            "Labels can be printed in Latin, Greek, Cyrillic, Arabic and Javanese letters",
            "For Han and other scripts: sudo apt-get install fonts-droid-fallback",
        )


def _search(at: datetime) -> Iterator[Finding]:
    state = discovery.state()
    totals = catalog.totals()
    if state.building is not None:
        yield Finding("look", "The search index is being built", "Wait; the old one answers until then, if it can.")
    elif state.kind in {"lost", "outdated"} or (state.kind == "empty" and totals.titles):
        yield Finding("bad", "The search index is missing, damaged or of an older version", "Run `pustaka reindex`.")
    else:
        found = discovery.find(text="", with_facets=False).total
        if found == totals.titles:
            yield Finding("good", f"All {totals.titles} titles are in the search index")
        else:
            yield Finding(
                "look",
                f"{totals.titles} titles, but {found} in the search index",
                "Wait a minute for the worker; if it stays so, run `pustaka reindex`.",
            )
    yield Finding("good", f"{totals.copies} copies in the catalogue")


def _sources(at: datetime) -> Iterator[Finding]:
    asked = [target for target in catalog.targets() if target.is_active]
    problems = targets.problems()
    for protocol, problem in problems.items():
        waiting = [target.name for target in asked if target.protocol == protocol]
        if waiting:
            yield Finding("look", f"{', '.join(waiting)} can't be asked for records", problem)
    if able := sum(target.protocol not in problems for target in asked):
        yield Finding("good", f"{able} other catalogues are asked for records")


def _background(at: datetime) -> Iterator[Finding]:
    if is_running():
        yield Finding("good", "The background worker is running")
    else:
        yield Finding(
            "look", "No background worker is running", "`pustaka serve` starts it together with the web server."
        )
    stuck = events.stuck()
    if count := stuck.count():
        yield Finding("bad", f"{count} events can't be delivered: {stuck[0].error}", "See /staff/system/ and the log.")
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gt=at - timedelta(days=7)).count()
    if failed:
        yield Finding(
            "bad", f"{failed} background tasks failed in the last week", "See /staff/system/, and try them again there."
        )
    if not count and not failed:
        yield Finding("good", "No event and no task is stuck")


def _people(at: datetime) -> Iterator[Finding]:
    if not patrons.holders_of(Role.ADMINISTRATOR).exists():
        yield Finding("look", "Nobody is system administrator", "`pustaka add-person NUMBER NAME --role administrator`")
    if settings.IS_DEMO:
        yield Finding(
            "look", "This is the demo: its passwords are public", "Start a real library in another data folder."
        )
        return
    bare = {patron for role in STAFF_ROLES for patron in patrons.holders_of(role) if not is_mfa_enabled(patron)}
    if bare:
        text = f"{len(bare)} of the staff have no second factor yet"
        yield Finding(
            "look",
            text,
            "They are asked for it when they open a staff page; PUSTAKA_STAFF_SECOND_FACTOR=1 keeps it so.",
        )


def _refused(at: datetime) -> Iterator[Finding]:
    kept = table(settings.ALLOWANCES, settings.SECRET_KEY)
    if kept is None:
        yield Finding(
            "bad",
            f"Nobody who asks too often is refused: {settings.ALLOWANCES} can't be written",
            "Give the data folder to the user that runs Pustaka Mandiri.",
        )
        return
    refused = kept.refused(at=at.timestamp())
    text = (
        f"Refused within 24 hours: {refused.too_often} questions asked too often, {refused.crawlers} of crawlers with"
        " too many filters"
    )
    yield Finding("good", text)

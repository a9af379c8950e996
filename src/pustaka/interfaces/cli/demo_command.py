"""Fill an empty installation with the demo library."""

import argparse
import sys

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.models import ImportJob
from pustaka.catalog.services import imports
from pustaka.foundation import events
from pustaka.foundation.actors import SYSTEM
from pustaka.interfaces.cli.demo import (
    campus,
    caring,
    floors,
    headings,
    lending,
    members,
    readers,
    shelving,
    stocktaking,
    works,
)
from pustaka.interfaces.cli.import_command import finish
from pustaka.interfaces.cli.serve_command import prepare
from pustaka.standards.marc import to_iso2709


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How it is made."""
    parser.add_argument("--seed", type=int, default=17, help="the same seed makes the same library")
    parser.add_argument("--if-empty", action="store_true", help="say nothing where there is a catalogue already")


def run(arguments: argparse.Namespace) -> int:
    """Make the campus and import its catalogue; 1 where the installation isn't empty."""
    prepare()
    if queries.totals().titles:
        if arguments.if_empty:
            return 0
        print("pustaka demo: there is a catalogue already; the demo fills empty installations only.", file=sys.stderr)
        return 1
    at = timezone.localtime()
    print("Filling the demo library …", flush=True)
    campus.build(at=at)
    settings.UPLOADS.mkdir(parents=True, exist_ok=True)
    path = settings.UPLOADS / "demo-catalogue.mrc"
    with path.open("wb") as file:
        for record in works.records(today=at.date(), seed=arguments.seed):
            file.write(to_iso2709(record))
    job = imports.add_file(
        path=path, on_match=ImportJob.OnMatch.SKIP, creates_places=False, commits_itself=True, at=at, by=SYSTEM
    )
    path.unlink()
    finish(job)
    job = queries.job(job.pk)
    if job.state != ImportJob.State.DONE:
        print(f"pustaka demo: the import stopped ({job.get_state_display()}). {job.error}", file=sys.stderr)
        return 1
    shelving.build(at=at)
    floors.build(at=at)
    headings.build(at=at)
    stocktaking.build(at=at)
    caring.build(at=at)
    readers.build(at=at)
    print("A year of loans …", flush=True)
    with transaction.atomic():
        members.build(at=at, seed=arguments.seed)
        lending.build(at=at, seed=arguments.seed)
    while events.deliver(at=timezone.now()):
        pass  # what was lent is known to the search before the first visitor comes
    totals = queries.totals()
    print(f"{totals.titles} titles and {totals.copies} copies are there.")
    return 0

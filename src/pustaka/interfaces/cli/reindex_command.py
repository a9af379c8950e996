"""Build the search index anew; the old one goes on answering until the new one is complete."""

import argparse
import sys

from django.utils import timezone

from pustaka.discovery import queries, services
from pustaka.foundation.actors import SYSTEM
from pustaka.interfaces.cli.worker_command import work_while


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Queue the rebuild, stay until it is over; 1 where no index answers afterwards."""
    asked = services.ask_for_rebuild(at=timezone.now(), by=SYSTEM)

    def is_unfinished() -> bool:
        return queries.state().building is not None

    def show() -> None:
        building = queries.state().building
        if building is not None and sys.stderr.isatty():
            print(f"\r{building.done} of {building.total} titles", end="", file=sys.stderr, flush=True)

    work_while(is_unfinished, show=show)
    state = queries.state()
    if state.live is None or state.live.pk < asked.pk:
        print("pustaka reindex: the rebuild failed; `pustaka doctor` says more.", file=sys.stderr)
        return 1
    print(f"The search index is built anew: {state.live.done} titles.")
    return 0

"""The `pustaka` command: everything that an operator does without a browser."""

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

COMMANDS = {
    "serve": "Serve the library: web server and background worker together.",
    "worker": "Run the background worker alone.",
    "import": "Bring a file of MARC records into the catalogue.",
    "export": "Write the catalogue, or what a search finds, to a file.",
    "reindex": "Build the search index anew, while the old one goes on answering.",
    "demo": "Fill an empty installation with the demo library.",
    "doctor": "Check the installation and say what to do.",
    "nightly": "Do the daily housekeeping; call it once a night.",
    "add-person": "Add a person with a password, and give a role.",
    "manage": "Run one of Django's own commands (migrate, shell, dbshell …).",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and answer with the exit status: 0 done, 1 refused or failed, 2 wrong use or bad setting."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help"} or given[0] not in COMMANDS:
        return _explain(given)
    name, rest = given[0], given[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pustaka.config.settings")
    if problem := _setup():
        print(f"pustaka {name}: {problem}", file=sys.stderr)
        return 2
    from django.db import DatabaseError
    from django.utils import translation

    from pustaka.foundation.errors import DomainError

    translation.activate("id" if os.environ.get("LANG", "").startswith("id") else "en")
    command = importlib.import_module(f"pustaka.interfaces.cli.{name.replace('-', '_')}_command")
    parser = argparse.ArgumentParser(prog=f"pustaka {name}", description=COMMANDS[name])
    command.add_arguments(parser)
    try:
        return int(command.run(parser.parse_args(rest)))
    except DomainError as refusal:
        print(f"pustaka {name}: {refusal}", file=sys.stderr)
        return 1
    except DatabaseError as error:
        logging.getLogger(__name__).debug("the database refused", exc_info=True)
        print(f"pustaka {name}: the database says: {error}. `pustaka doctor` tells what to do.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def _explain(given: Sequence[str]) -> int:
    if given and given[0] not in {"-h", "--help"}:
        print(f"pustaka: there is no command '{given[0]}'.", file=sys.stderr)
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {meaning}" for name, meaning in COMMANDS.items())
    print(f"Usage: pustaka COMMAND [OPTIONS]\n\n{lines}\n\n`pustaka COMMAND --help` explains one of them.")
    return 0 if given and given[0] in {"-h", "--help"} else 2


def _setup() -> str:
    """Load the settings; the one clear line that says what is wrong with them, or nothing."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    # The house runs downhill: a door names nothing of the floor above, so a bad setting is told by its kind's name.
    try:
        django.setup()
    except ImproperlyConfigured as error:
        return f"bad setting: {error}"
    return ""

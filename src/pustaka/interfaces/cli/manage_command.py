"""Django's own commands, for those who know them."""

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` belongs to Django."""
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="COMMAND …")


def run(arguments: argparse.Namespace) -> int:
    """Hand the words on; Django ends the process itself where a command fails."""
    execute_from_command_line(["pustaka manage", *arguments.rest])
    return 0

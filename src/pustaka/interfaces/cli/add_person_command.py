"""Add a person from the command line: how the first administrator comes in."""

import argparse
import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Role
from pustaka.patrons.services import people, roles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who it is."""
    parser.add_argument("number", help="student number, lecturer's number or one of the library's own")
    parser.add_argument("name", help="full name")
    parser.add_argument("--email", default=None)
    parser.add_argument("--role", choices=Role.values, action="append", default=[], help="may be given more than once")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(arguments: argparse.Namespace) -> int:
    """Ask for the password, add the person and grant the roles."""
    password = sys.stdin.readline().strip() if arguments.password_stdin else getpass.getpass("Password: ")
    try:
        validate_password(password)
    except ValidationError as error:
        print(f"pustaka add-person: {' '.join(error.messages)}", file=sys.stderr)
        return 1
    at = timezone.now()
    patron = people.add(
        number=arguments.number, name=arguments.name, email=arguments.email, password=password, at=at, by=SYSTEM
    )
    for role in arguments.role:
        roles.grant(patron=patron, role=Role(role), at=at, by=SYSTEM)
    print(f"Added {patron}.")
    return 0

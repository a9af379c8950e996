"""Write the catalogue, or what a search finds, to a file or to standard output."""

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from pustaka.catalog import queries
from pustaka.catalog.services import exports
from pustaka.discovery import queries as discovery
from pustaka.foundation.actors import SYSTEM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, how and where to."""
    parser.add_argument("--format", choices=[form.value for form in exports.Format], default="marc")
    parser.add_argument("--search", help="only what this search finds (as typed in the catalogue)")
    parser.add_argument("--with-items", action="store_true", help="copies as 952 fields")
    parser.add_argument("--output", type=Path, help="the file to write; standard output without it")


def run(arguments: argparse.Namespace) -> int:
    """Write it record by record."""
    exports.require_all(by=SYSTEM)
    bibs = queries.all_bibs() if arguments.search is None else discovery.all_ids(text=arguments.search)
    chunks = exports.write(bibs=bibs, format=exports.Format(arguments.format), with_items=arguments.with_items)

    def write(file: BinaryIO) -> None:
        file.writelines(chunks)

    if arguments.output is None:
        write(sys.stdout.buffer)
    else:
        with arguments.output.open("wb") as file:
            write(file)
    return 0

"""The commands of an operator, run as processes on an installation of their own."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pustaka.standards.marc import read, to_iso2709
from tests.factories.catalog import marc_record

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pustaka(tmp_path: Path) -> Command:
    unwanted = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PUSTAKA_DATA"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment["PUSTAKA_DATA"] = str(tmp_path / "var")

    def run(*words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pustaka.interfaces.cli", *words],
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return run


@pytest.fixture
def library(pustaka: Command) -> Command:
    assert pustaka("manage", "migrate", "--verbosity", "0").returncode == 0
    return pustaka


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Three good records with copies, and one that is cut off in the middle."""
    good = [
        marc_record(title="Bumi manusia", number="1", copies=(("B1", "pusat"), ("B2", "pusat"))),
        marc_record(title="Laskar pelangi", number="2", author="Hirata, Andrea", copies=(("B3", "pusat"),)),
        marc_record(title="Ronggeng Dukuh Paruk", number="3", author="Tohari, Ahmad"),
    ]
    raw = [to_iso2709(record) for record in good]
    path = tmp_path / "katalog.mrc"
    path.write_bytes(raw[0] + raw[1][:90] + raw[1] + raw[2])
    return path


def test_import_search_export_and_undo(library, catalogue, tmp_path):
    report = tmp_path / "report.csv"
    answer = library("import", str(catalogue), "--create-places", "--report", str(report))
    assert answer.returncode == 0, answer.stderr
    assert "Job 1, katalog.mrc" in answer.stdout

    exported = library("export", "--format", "marc-original", "--output", str(tmp_path / "out.mrc"))
    assert exported.returncode == 0, exported.stderr
    with (tmp_path / "out.mrc").open("rb") as file:
        titles = {found.record.get("245").get("a") for found in read(file) if found.record}
    assert titles == {"Bumi manusia /", "Laskar pelangi /", "Ronggeng Dukuh Paruk /"}
    rows = list(csv.reader(report.read_text(encoding="utf-8").splitlines()))
    assert len(rows) >= 5  # a heading, three added, at least one broken

    found = library("export", "--format", "json", "--search", "Hirata Andrea")
    assert "Laskar pelangi" in found.stdout
    assert "Bumi manusia" not in found.stdout
    assert library("doctor").returncode in {0, 1}

    again = library("import", str(catalogue))
    assert again.returncode == 0
    assert library("export", "--format", "csv").stdout.count("\n") == 4

    undone = library("import", "--undo", "1")
    assert undone.returncode == 0, undone.stderr
    assert library("export", "--format", "csv").stdout.count("\n") == 1


def test_preview_shows_and_commit_takes_over(library, catalogue):
    shown = library("import", str(catalogue), "--preview")
    assert "pustaka import --commit 1" in shown.stdout
    assert library("export", "--format", "csv").stdout.count("\n") == 1

    assert library("import", "--commit", "1").returncode == 0

    assert library("export", "--format", "csv").stdout.count("\n") == 4


def test_a_lost_index_is_told_by_the_doctor_and_mended_by_one_command(library, catalogue, tmp_path):
    library("import", str(catalogue))
    for path in sorted((tmp_path / "var" / "search").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    ill = library("doctor")
    assert ill.returncode == 1
    assert "Run `pustaka reindex`" in ill.stdout

    mended = library("reindex")

    assert mended.returncode == 0, mended.stderr
    assert "3 titles" in mended.stdout
    assert "All 3 titles are in the search index" in library("doctor").stdout


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("import", "nothing.mrc"), "There is no file 'nothing.mrc'"),
        (("import", __file__), "MARC"),
        (("import", __file__, "--branch", "bulan"), "There is no branch 'bulan'"),
        (("import", "--commit", "7"), "7"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_is_wrong(library, words, complaint):
    answer = library(*words)

    assert answer.returncode == 1
    assert complaint in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_without_tables_the_doctor_is_named(pustaka):
    answer = pustaka("export")

    assert answer.returncode == 1
    assert "`pustaka doctor` tells what to do" in answer.stderr


def test_add_person_asks_for_a_password_worth_the_name(library):
    words = ("add-person", "kepala", "Ratna", "--role", "head", "--password-stdin")

    assert library(*words, typed="12345").returncode == 1
    assert library(*words, typed="jembatan-ampera-1965").stdout.strip() == "Added Ratna (kepala)."
    assert "belongs to somebody" in library(*words, typed="jembatan-ampera-1965").stderr


def test_nightly_forgets_and_says_how_much(library):
    answer = library("nightly")

    assert answer.returncode == 0, answer.stderr
    assert "Forgotten: 0 delivered events and 0 finished tasks" in answer.stdout


def test_the_demo_fills_an_empty_installation_only(pustaka):
    first = pustaka("demo", "--seed", "3")
    assert first.returncode == 0, first.stderr
    answer = json.loads(
        f"[{pustaka('export', '--format', 'json', '--search', 'isbn:9789799731234').stdout.strip().strip('[]')}]"
    )
    assert len(answer) == 1

    assert pustaka("demo").returncode == 1
    assert pustaka("demo", "--if-empty").returncode == 0

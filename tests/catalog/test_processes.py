"""A large file goes through processes of its own, on the command line, and survives SIGKILL at any moment."""

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from pustaka.discovery.ahead import WORTH_A_PROCESS
from pustaka.catalog.importing.reading import WORTH_A_PROCESS as WORTH_A_READER
from pustaka.standards.marc import Field, to_iso2709
from tests.factories.catalog import marc_record

pytestmark = pytest.mark.slow

CLI = [sys.executable, "-m", "pustaka.interfaces.cli"]
COUNT = WORTH_A_PROCESS + 500
ASK = """
import django
django.setup()
from pustaka.discovery import queries
print(queries.find(text="").total, queries.find(text="ke7777").total)
"""


@pytest.fixture(scope="module")
def large_file(tmp_path_factory):
    """More records than one process is thought enough for; the 5001st is broken."""
    path = tmp_path_factory.mktemp("large") / "katalog.mrc"
    with path.open("wb") as file:
        for n in range(COUNT):
            note = Field("500", subfields=[("a", "Bibliografi dan indeks ada di akhir buku.")])
            data = to_iso2709(
                marc_record(number=str(n), title=f"Judul ke{n}", author=f"Pengarang {n % 97}", more=(note,))
            )
            file.write(data if n != 5000 else b"sampah\x1d")
    assert path.stat().st_size > WORTH_A_READER
    return path


def environment(folder):
    settings = {"PUSTAKA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "pustaka.config.settings"}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings


def run(folder, *words):
    return subprocess.run([*CLI, *words], env=environment(folder), capture_output=True, text=True, timeout=600)


def row(folder, sql):
    with sqlite3.connect(folder / "pustaka.sqlite3", timeout=30) as database:
        return database.execute(sql).fetchone()


def wait_for_helpers(session, deadline):
    """The processes that a killed one has started end by themselves."""
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(session, 0)
            time.sleep(0.1)
        raise AssertionError("helpers outlive the process that started them")


def check(folder):
    assert row(folder, "SELECT state, read, is_revealed FROM catalog_importjob") == ("done", COUNT, 1)
    assert row(folder, "SELECT count(*), count(DISTINCT control_number) FROM catalog_bib") == (COUNT - 1, COUNT - 1)
    assert row(folder, "SELECT outcome, number FROM catalog_importentry") == ("broken", 5001)
    found = subprocess.run([sys.executable, "-c", ASK], env=environment(folder), capture_output=True, text=True)
    assert found.stdout.split() == [str(COUNT - 1), "1"], found.stderr


def test_a_large_file_is_imported_and_found(tmp_path, large_file):
    assert run(tmp_path, "manage", "migrate", "--verbosity", "0").returncode == 0

    answer = run(tmp_path, "import", str(large_file))

    assert answer.returncode == 0, answer.stderr
    check(tmp_path)


@pytest.mark.parametrize("state", ["analysing", "indexing"])
def test_a_killed_import_is_taken_up_again(tmp_path, large_file, state):
    assert run(tmp_path, "manage", "migrate", "--verbosity", "0").returncode == 0
    process = subprocess.Popen(
        [*CLI, "import", str(large_file)], env=environment(tmp_path), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 300
    while row(tmp_path, f"SELECT count(*) FROM catalog_importjob WHERE state = '{state}' AND phase_done > 0") == (0,):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()
    wait_for_helpers(process.pid, deadline)
    assert row(tmp_path, "SELECT is_revealed FROM catalog_importjob") == (0,)

    answer = run(tmp_path, "import", "--resume", "1")

    assert answer.returncode == 0, answer.stderr
    check(tmp_path)

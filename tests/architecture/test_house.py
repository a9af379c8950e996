"""The house rules that can be read off the source; the floors themselves are the import contract in pyproject.toml."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pustaka"
ROOMS = ["branches", "patrons", "catalog", "notices", "circulation", "security", "readers", "discovery", "reporting"]


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_every_import_runs_downhill():
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


def test_only_doors_read_the_clock():
    clock = re.compile(r"\b(timezone\.(now|localtime|localdate)|datetime\.now|date\.today|time\.time)\(")

    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sources("foundation", "standards", *ROOMS)
        if path.name != "tasks.py"  # a task is a door: the queue comes in
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if clock.search(line)
    ]

    assert found == []


def test_rooms_keep_http_out():
    http = re.compile(r"^\s*(from|import) django\.(http|shortcuts|views|urls|template)\b", re.MULTILINE)

    found = [str(path.relative_to(PACKAGE)) for path in sources("foundation", *ROOMS) if http.search(path.read_text())]

    assert found == []


def test_views_have_no_try():
    views = [path for path in sources("interfaces/web", "interfaces/api") if path.name == "views.py"]
    assert views

    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in views
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Try)
    ]

    assert found == []


def test_other_rooms_tables_are_read_through_their_queries():
    """A room asks another room's `queries`; `X.objects` of a foreign model is a look into somebody's drawers."""
    found = []
    for path in sources(*ROOMS, "interfaces", "adapters"):
        room = path.relative_to(PACKAGE).parts[0]
        tree = ast.parse(path.read_text())
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            and (match := re.fullmatch(r"pustaka\.(\w+)\.models(?:\.\w+)?", node.module or ""))
            and match[1] != room
            for alias in node.names
        }
        found += [
            f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"objects", "with_hidden"}
            and isinstance(node.value, ast.Name)
            and node.value.id in foreign
        ]

    assert found == []


def test_public_functions_of_services_take_keywords_only():
    found = []
    for path in [*PACKAGE.glob("*/services.py"), *PACKAGE.glob("*/services/*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.args:
                found.append(f"{path.relative_to(PACKAGE)}:{node.name}")

    assert found == []


@pytest.mark.parametrize("pattern", [r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle=", r"\son[a-z]+="])
def test_no_template_has_inline_script_or_style(pattern):
    templates = sorted((PACKAGE / "interfaces").rglob("*.html"))
    assert templates

    found = [
        str(path.relative_to(PACKAGE)) for path in templates if re.search(pattern, path.read_text(), re.IGNORECASE)
    ]

    assert found == []


def test_no_template_line_is_longer_than_a_line_of_code():
    """A long sentence stands in `blocktranslate trimmed`, which joins its lines: what is translated stays the same."""
    templates = sorted((PACKAGE / "interfaces").rglob("*.html"))
    assert templates

    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]

    assert found == []


def test_nothing_secret_and_no_machine_is_named():
    words = re.compile(r"/(root|home)/\w+|BEGIN [A-Z ]*PRIVATE KEY")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    found = [
        name
        for name in files
        if not name.endswith((".png", ".lock", ".woff2", ".ico", ".jpg"))
        and name != "tests/architecture/test_house.py"
        and (ROOT / name).is_file()
        and words.search((ROOT / name).read_text(errors="replace"))
    ]

    assert found == []

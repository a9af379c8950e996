"""Whether every text that a person can see is there in Indonesian. English is the language of the source.

`python -m tests.architecture.translations` names each text that isn't, and ends with status 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pustaka"


def missing_translations() -> list[str]:
    """Texts of the source without an Indonesian counterpart, or with one that is only a guess (fuzzy), sorted."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "pustaka"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "*.csv", "migrations"))
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "--locale", "id", "--no-location", "--no-obsolete"],
            cwd=copy,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "pustaka.config.settings"},
            check=True,
            capture_output=True,
        )
        with (copy / "locale/id/LC_MESSAGES/django.po").open("rb") as file:
            catalog = read_po(file, locale="id")
    return sorted(
        str(message.id if isinstance(message.id, str) else message.id[0])
        for message in catalog
        if message.id and (message.fuzzy or not _said(message.string))
    )


def _said(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


if __name__ == "__main__":
    found = missing_translations()
    for text in found:
        print(f"not in Indonesian: {text!r}")
    sys.exit(1 if found else 0)

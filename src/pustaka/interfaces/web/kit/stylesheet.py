"""One stylesheet out of many: tokens, base and frame, then the CSS that lies beside each component and each face.

A browser on a slow line fetches one file; whoever mends a component finds its looks beside its HTML.
"""

import builtins
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

WEB = Path(__file__).resolve().parent.parent
NAME = "kit/pustaka.css"
FIRST = [WEB / "kit" / name for name in ("tokens.css", "base.css", "frame.css")]


def sources() -> list[Path]:
    """Tokens, base, frame; then components by name; then the faces (`opac/*.css`, `staff/*.css`) by name."""
    components = sorted((WEB / "kit" / "components").glob("*.css"))
    faces = sorted(path for path in WEB.glob("*/*.css") if path.parent.name != "kit")
    return [*FIRST, *components, *faces]


def joined() -> str:
    """The whole stylesheet, without comments and indentation."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line for part in text.splitlines() if (line := part.strip())) + "\n"


class StylesheetFinder(BaseFinder):
    """Gives Django's static files the joined stylesheet, written anew whenever a source has changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA / "stylesheet")
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        written = str(self._written())
        return [written] if find_all else written

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        self._written()
        yield NAME, self.storage

    def check(self, **kwargs: Any) -> "builtins.list[Any]":
        return []

    def _written(self) -> Path:
        target = Path(self.storage.path(NAME))
        text = joined()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(target)
        return target

"""Where the bytes lie: one file each under `settings.MEDIA`, named by the SHA-256 of what is in it."""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

DIGEST = re.compile(r"[0-9a-f]{64}")


def put(content: bytes) -> str:
    """Write the bytes where they aren't yet, whole or not at all, and return their digest."""
    digest = hashlib.sha256(content).hexdigest()
    target = place(digest)
    if target.exists():
        os.utime(target)
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{uuid.uuid4().hex}")
    fresh.write_bytes(content)
    fresh.replace(target)
    return digest


def put_file(path: Path) -> str:
    """The same for a file of any size, which is moved."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    target = place(digest)
    if target.exists():
        os.utime(target)
        path.unlink()
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o644)
    os.utime(path)
    path.replace(target)
    return digest


def place(digest: str) -> Path:
    """Where the bytes of that digest lie, or would.

    Raises:
        ValueError: the text is no digest; nothing else becomes part of a path.
    """
    if not DIGEST.fullmatch(digest):
        raise ValueError(f"'{digest[:80]}' is no SHA-256 in small hexadecimal digits")
    return Path(settings.MEDIA) / digest[:2] / digest


def older(*, before: datetime) -> Iterator[Path]:
    """Every file that was last put before that moment, unfinished ones too, in the order of their names."""
    for folder in sorted(Path(settings.MEDIA).glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.stat().st_mtime < before.timestamp():
                yield path

"""Letters as files, one `.eml` each, that any mail program opens: what works before there is a mail server.

The same letter handed over twice is the same file.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pustaka.adapters.mail.message import message_of
from pustaka.notices.ports import Letter, Unreachable


class FileChannel:
    """Letters into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self) -> "Iterator[FileChannel]":
        """Nothing to open."""
        yield self

    def send(self, letter: Letter) -> None:
        """See `ports.Sender`."""
        content = message_of(letter).message().as_bytes()
        name = re.sub(r"[^\w.-]", "_", letter.identity)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = self.folder / f".{name}.{os.getpid()}"
            fresh.write_bytes(content)
            fresh.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise Unreachable(f"{self.folder} can't be written: {error.strerror}") from error

"""PDF files from outside, never trusted: bounded, looked through in a process of their own, and kept byte for byte.

A picture can be drawn anew; a PDF can't without loss. So what isn't a whole document of pages is refused: a head or an
end that is missing, no page, a password, and what acts by itself on the reader's machine (scripts, forms of programs,
files inside). The look is taken by PDFium (pypdfium2) in a process that may use little time and memory: a file that
was made to hurt the reading program hurts that one only.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from pustaka.foundation.errors import Invalid
from pustaka.media import inspecting

CONTENT_TYPE = "application/pdf"
MOST_BYTES = 200_000_000
LONGEST_LOOK_S = 60
_HEAD, _END = b"%PDF-", b"%%EOF"
_NEAR_THE_END = 2048


@contextmanager
def copied(file: BinaryIO) -> Iterator[Path]:
    """The uploaded bytes as a file beside those that are kept, gone afterwards unless somebody has moved it.

    Raises:
        Invalid: there are none, or too many.
    """
    folder = Path(settings.MEDIA) / "00"  # where `shelf.older` finds what a killed process has left
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".incoming-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            _pour(file, target)
        yield path
    finally:
        path.unlink(missing_ok=True)


def look_through(path: Path) -> int:
    """How many pages the PDF has.

    Raises:
        Invalid: it is no PDF that can be kept; the text says why.
    """
    _check_ends(path)
    command = [sys.executable, "-I", inspecting.__file__, str(path)]
    try:
        told = subprocess.run(  # noqa: S603 - our own program and our own path
            command, capture_output=True, timeout=LONGEST_LOOK_S, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(_("The PDF takes too long to read. Save it again as a plain PDF, without layers.")) from error
    word, _blank, number = told.stdout.decode("ascii", "replace").strip().partition(" ")
    if told.returncode == 0 and word == inspecting.PAGES and number.isdecimal():
        return int(number)
    raise Invalid(_refusal(word))


def _pour(file: BinaryIO, target: BinaryIO) -> None:
    left = MOST_BYTES
    while block := file.read(1 << 20):
        left -= len(block)
        if left < 0:
            raise Invalid(
                _("The file is larger than 200 MB. Scan it with fewer dots per inch, or cut it into volumes.")
            )
        target.write(block)
    if left == MOST_BYTES:
        raise Invalid(_("The file is empty. Choose it again."))


def _check_ends(path: Path) -> None:
    """
    Raises:
        Invalid: it doesn't begin like a PDF, or breaks off.
    """
    with path.open("rb") as file:
        head = file.read(len(_HEAD))
        file.seek(max(0, path.stat().st_size - _NEAR_THE_END))
        end = file.read()
    if head != _HEAD:
        raise Invalid(_("This is no PDF. Save the scan as a PDF and choose that file."))
    if _END not in end:
        raise Invalid(_("The PDF breaks off before its end. Copy it again from where it came."))


def _refusal(word: str) -> str:
    return {
        inspecting.LOCKED: _("The PDF asks for a password. Save it without one."),
        inspecting.ACTS: _(
            "The PDF holds scripts, attached files or a form that runs a program. Print it to a plain PDF first."
        ),
    }.get(word, _("The PDF is damaged and can't be read. Save it again, and open it once before you choose it."))

"""A program of its own, run by `media.documents`: look through one PDF and say in one line what it is.

Source: ISO 32000-1, 7.3.5 (names), 7.3.8 (streams), 7.5.7 (object streams), 12.6 (actions). PDFium opens the document
and counts its pages; names of actions that run something are looked for in its dictionaries, in those that lie in
compressed object streams too. This imports nothing of ours and may use little: memory, time, no new files.
"""

import mmap
import re
import resource
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

PAGES, LOCKED, ACTS, BROKEN = "pages", "locked", "acts", "broken"
MOST_MEMORY = 2_000_000_000
MOST_SECONDS = 50
MOST_INFLATED = 50_000_000
_RUNS = re.compile(
    rb"/(?:JavaScript|JS|Launch|ImportData|SubmitForm|GoToE|RichMedia|XFA|EmbeddedFiles?)(?![A-Za-z0-9_.#-])"
)
_STREAM = re.compile(rb"stream\r?\n")
_END = b"endstream"
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_DICTIONARY = 4096  # bytes before a stream in which its dictionary stands


def look(path: Path) -> str:
    """One of the words above; `pages` with their number."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        is_locked = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
        return LOCKED if is_locked else BROKEN
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 or pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        return ACTS
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(_runs_something(part) for part in dictionaries(content)):
            return ACTS
    count = len(document)
    if count < 1:
        return BROKEN
    try:
        for number in sorted({0, count // 2, count - 1}):
            width, height = document[number].get_size()
            if width <= 0 or height <= 0:
                return BROKEN
    except pypdfium2.PdfiumError:
        return BROKEN
    return f"{PAGES} {count}"


def dictionaries(content: "mmap.mmap | bytes") -> Iterator[bytes]:
    """What lies between the streams of a PDF, and what object streams hold, as far as they can be inflated."""
    at = 0
    while found := _STREAM.search(content, at):
        between = content[at : found.start()]
        yield between
        end = content.find(_END, found.end())
        end = len(content) if end < 0 else end
        if b"/ObjStm" in _HEX.sub(_meant, between[-_DICTIONARY:]):
            try:
                yield zlib.decompressobj().decompress(content[found.end() : end], MOST_INFLATED)
            except zlib.error:
                yield b""
        at = end + len(_END)
    yield content[at:]


def _runs_something(part: bytes) -> bool:
    return _RUNS.search(_HEX.sub(_meant, part) if b"#" in part else part) is not None


def _meant(found: "re.Match[bytes]") -> bytes:
    return bytes.fromhex(found[1].decode("ascii"))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.write(look(Path(sys.argv[1])) + "\n")

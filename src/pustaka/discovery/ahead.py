"""Documents of an import, made by a process of its own while this one writes those before them.

Making a document costs as much as writing it, and one process of Python uses one core. Only for the titles of an
import that is hidden: nobody can change them between their reading and their writing.
"""

import gc
import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the process loads this module before there are any models
    from pustaka.discovery.ports import Document

WORTH_A_PROCESS = 10_000  # titles; below that, starting it takes longer than it saves


class Chunk(NamedTuple):
    """Documents in the order of their titles, with the first and the last of these and how many titles they are."""

    documents: "list[Document]"
    first: int
    last: int
    titles: int


def of_batch(job_id: int, *, after: int, most: int, total: int) -> Iterator[Chunk]:
    """The documents of an import's titles beyond the id `after`, at most `most` at a time; `total` titles in all.

    Raises:
        EOFError: the process has ended before its time; what is missing is made at the next try.
    """
    if total < WORTH_A_PROCESS:
        yield from _made(job_id, after, most)
        return
    from pustaka.discovery.ports import Document

    context = multiprocessing.get_context("spawn")
    line, theirs = context.Pipe(duplex=False)
    maker = context.Process(target=_make, args=(theirs, job_id, after, most), daemon=True, name="document-maker")
    maker.start()
    theirs.close()
    try:
        with closing(line):
            while (sent := line.recv()) is not None:
                rows, *rest = sent
                yield Chunk([Document(*row) for row in rows], *rest)
    finally:
        maker.join(5)
        if maker.is_alive():
            maker.kill()


def _make(line: Connection, job_id: int, after: int, most: int) -> None:
    """Send chunk after chunk; a full pipe makes this process wait, so that it is never far ahead."""
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one that started this process
    django.setup()
    from pustaka.discovery.ports import Document

    # What is remembered from title to title is much, and no garbage: looking through it took a tenth of the time.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    values = attrgetter(*[field.name for field in fields(Document)])
    try:
        for documents, *rest in _made(job_id, after, most):
            line.send(([values(document) for document in documents], *rest))  # a third of what objects take
        line.send(None)
    except BrokenPipeError:  # nobody wants them any more
        return


def _made(job_id: int, after: int, most: int) -> Iterator[Chunk]:
    from pustaka.catalog import queries as catalog
    from pustaka.discovery import documents

    while found := catalog.batch_after(job_id, after=after, most=most):
        after = found[-1].bib.pk
        yield Chunk(documents.of_all(found), found[0].bib.pk, after, len(found))

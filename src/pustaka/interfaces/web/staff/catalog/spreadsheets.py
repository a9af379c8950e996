"""Tables for a spreadsheet, written as they are read."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

from pustaka.catalog.rules import no_formula


def csv_file(rows: Iterable[list[str]], *, name: str) -> StreamingHttpResponse:
    """The rows as a CSV file for the browser to keep."""
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class _Echo:
    """A file that gives back what is written to it, for `csv`."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # tells spreadsheet programs that this is UTF-8
    for row in rows:
        yield writer.writerow([no_formula(cell) for cell in row])

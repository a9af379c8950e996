"""The file of a list of people, from its upload until it is brought in or given up."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons.services import joining
from pustaka.patrons.services.joining import Plan
from pustaka.standards import sheets
from pustaka.standards.marc.mend import StreamDamaged

MOST_BYTES = 20_000_000


def keep(file: "UploadedFile[Any] | None") -> str:
    """Keep what was uploaded under a name that nobody can guess.

    Raises:
        Invalid: there is no file, or it is too large.
    """
    if file is None or (file.size or 0) > MOST_BYTES:
        raise Invalid(_("Choose a file of at most 20 MB."))
    suffix = ".xlsx" if (file.name or "").lower().endswith(".xlsx") else ".csv"
    key = f"people-{secrets.token_urlsafe(18)}{suffix}"
    settings.UPLOADS.mkdir(parents=True, exist_ok=True)
    with (settings.UPLOADS / key).open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return key


def path_of(key: str) -> Path:
    """Where it lies.

    Raises:
        NotFound: it is gone, or was never there.
    """
    path = settings.UPLOADS / key
    if Path(key).name != key or not key.startswith("people-") or not path.is_file():
        raise NotFound(_("The list isn't there any more. Upload it again."))
    return path


def read(key: str, *, is_whole: bool) -> Plan:
    """What the list would change.

    Raises:
        NotFound: the file is gone.
        Invalid: it is no table, or its first line names no numbers or names.
    """
    path = path_of(key)
    rows: list[tuple[int, list[str]]] = []
    broken: list[tuple[int, str]] = []
    try:
        layout = sheets.sniff(path)
        with path.open("rb") as file:
            for row in sheets.rows(file, layout=layout):
                if isinstance(row.data, str):
                    broken.append((row.number, row.data))
                else:
                    rows.append((row.number, sheets.cells(row.data, layout=layout).values))
    except (sheets.NotTable, StreamDamaged) as error:
        raise Invalid(str(error)) from error
    if not rows:
        raise Invalid(_("The file is empty."))
    columns = joining.columns_of(head=rows[0][1])
    told = joining.plan(rows=rows[1:], columns=columns, is_whole=is_whole)
    told.refused += broken
    return told

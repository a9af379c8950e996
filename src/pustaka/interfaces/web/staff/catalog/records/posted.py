"""What comes back from the two forms of a record, and what they show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import checks, marc_names, worksheets, written
from pustaka.catalog.models import Draft
from pustaka.catalog.services import headings
from pustaka.catalog.worksheets import Line, Worksheet
from pustaka.catalog.written import Mistake, Row
from pustaka.discovery import labels
from pustaka.standards import marc
from pustaka.standards.marc import Record

BLANK_ROWS = 3
GMDS = (
    "teks", "atlas", "bahan grafis", "berkas komputer", "braille", "film", "gambar hidup", "kartografi", "kit",
    "manuskrip", "mikrofilm", "musik", "rekaman suara", "rekaman video", "sumber elektronik", "terbitan berseri",
)  # fmt: skip
KINDS_WITH_HELP = frozenset({"name", "subject", "publisher"})
MISTAKES: dict[str, Any] = {
    "tag": _("The tag has three characters, as 245."),
    "indicators": _("There are two indicators; a blank one is written as _."),
    "delimiter": _("There is a character in it that parts fields; take it out."),
    "empty": _("There is nothing in it."),
    "leader": _("The leader has 24 plain characters."),
    "no-leader": _("The row LDR is missing. Write LDR, and 24 characters, as 00000nam a2200000 i 4500."),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a line: what it shows, and its place."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A line with its boxes, ready to be shown."""

    line: Line
    boxes: list[Box]
    choices: list[tuple[str, Any]]
    helper: str
    findings: list[checks.Finding]


@dataclass(frozen=True, slots=True)
class Written:
    """A row of the full editor, ready to be shown."""

    number: int
    row: Row
    caption: Any
    subfields: Mapping[str, Any]
    mistake: Any = ""


def sheet_of(draft: Draft) -> Worksheet:
    """The worksheet that the draft is shown on."""
    return worksheets.WORKSHEETS.get(draft.worksheet) or worksheets.WORKSHEETS["book"]


def record_of(draft: Draft) -> Record:
    """What the draft says."""
    return marc.load(bytes(draft.marc))


def filled(draft: Draft, findings: Sequence[checks.Finding] = ()) -> tuple[list[Filled], list[Filled]]:
    """The lines of the simple form: those that stand open, and those behind “more”; filled ones stand open, too."""
    sheet, record = sheet_of(draft), record_of(draft)
    shown = worksheets.values(sheet, record)
    lines = [_filled(line, shown[line.name], findings) for line in sheet.all_lines()]
    is_open = {*sheet.lines, *(one.line.name for one in lines if one.findings)}
    return [one for one in lines if one.line.name in is_open], [one for one in lines if one.line.name not in is_open]


def _filled(line: Line, values: Sequence[str], findings: Sequence[checks.Finding]) -> Filled:
    spare = [""] if line.is_many or not values else []
    boxes = [Box(f"line-{line.name}-{number}", value) for number, value in enumerate([*values, *spare])]
    return Filled(
        line=line,
        boxes=boxes,
        choices=_languages(values[0] if values else "") if line.kind == "language" else [],
        helper=line.kind if line.kind in KINDS_WITH_HELP else "",
        findings=[one for one in findings if one.tag in _tags(line)],
    )


def _tags(line: Line) -> tuple[str, ...]:
    if line.name in {"subtitle", "part", "statement", "gmd", "place", "publisher"}:
        return ()
    if line.name == "language":
        return ()
    return getattr(line.source, "tags", ())


def _languages(code: str) -> list[tuple[str, Any]]:
    """Indonesian and English first, then by name; a code that has no name here stands for itself."""
    first = ["ind", "eng"]
    others = sorted((one for one in labels.LANGUAGES if one not in first), key=lambda one: str(labels.LANGUAGES[one]))
    known = [(one, labels.LANGUAGES[one]) for one in [*first, *others]]
    return [("", "–"), *known, *([(code, code)] if code and code not in labels.LANGUAGES else [])]


def typed_lines(posted: QueryDict, draft: Draft) -> Record:
    """The record with what was typed into the simple form."""
    sheet = sheet_of(draft)
    names = [line.name for line in sheet.all_lines()]
    return worksheets.fill(
        sheet,
        record_of(draft),
        shown={name: posted.getlist(f"was-{name}") for name in names if f"was-{name}" in posted},
        typed={name: posted.getlist(name) for name in names if name in posted},
        resolve=headings.RESOLVERS,
    )


def typed_rows(posted: QueryDict) -> list[Row]:
    """The rows of the full editor; those at its end that were blank are put in order of their tags."""
    tags, indicators, texts = posted.getlist("tag"), posted.getlist("ind"), posted.getlist("text")
    rows = [
        Row(tag, ind, " ".join(text.splitlines()) if "\n" in text or "\r" in text else text)
        for tag, ind, text in zip(tags, indicators, texts, strict=False)
    ]
    blank = posted.get("blank", "")
    loose = min(int(blank), len(rows)) if blank.isdecimal() and len(blank) < 4 else 0
    kept, added = rows[: len(rows) - loose], rows[len(rows) - loose :]
    for row in added:
        if row.tag.strip() or row.text.strip():
            places = [at for at, other in enumerate(kept) if other.tag <= row.tag or other.tag == written.LEADER]
            kept.insert(places[-1] + 1 if places else len(kept), row)
    return kept


def rows_of(draft: Draft) -> list[Row]:
    """What the full editor shows of a draft."""
    if draft.rows is not None:
        return [Row(*row) for row in draft.rows]
    return written.rows(record_of(draft))


def shown_rows(rows: Sequence[Row], mistakes: Sequence[Mistake] = ()) -> list[Written]:
    """With captions and what is wrong with each, and blank ones at the end."""
    wrong = {mistake.place: MISTAKES.get(mistake.code, mistake.code) for mistake in mistakes}
    return [
        Written(number, row, marc_names.field(row.tag), marc_names.subfields(row.tag), wrong.get(number, ""))
        for number, row in enumerate([*rows, *[Row("", "", "")] * BLANK_ROWS])
    ]


def all_captions() -> list[tuple[str, Any]]:
    """Every field that has a caption, for the list of tags."""
    return list(marc_names.FIELDS.items())


def language() -> str:
    """Of the page."""
    return (get_language() or "en").split("-")[0]

"""Labels and cards on sheets, as PDF. What couldn't be done as asked is said in a note, never left out in silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from pustaka.catalog.labels import fitting, symbols
from pustaka.catalog.labels.cards import Card
from pustaka.catalog.labels.fitting import LEADING, MM_PER_POINT, Fitted
from pustaka.catalog.labels.paper import Paper, is_plain, unknown_letters
from pustaka.catalog.labels.sheets import Contents, Look, QrSays, Sheet, Symbol

INSET = 1.5
LEAST_SPINE, LEAST_TEXT, LEAST_CARD = 7.0, 5.0, 6.0
CODE_TEXT = 7.0
LEAST_BARS = 5.0  # a scanner held at a slant needs that much height
FIRST_INDENTION, SECOND_INDENTION = 21.0, 27.0
CARD_INSET, CARD_FOOT = 4.0, 9.0  # below is the hole for the rod


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One copy, as its label needs it; `href` is the address of its title."""

    barcode: str
    call_number: str = ""
    prefix: str = ""
    volume: str = ""
    copy: str = ""
    title: str = ""
    library: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What to know of one label: `code` is one of `NOTES`, `about` its barcode or call number."""

    code: str
    about: str


@dataclass(slots=True)
class Drawn:
    """A PDF, how many labels and pages it has, and what there is to know of single labels."""

    content: bytes = b""
    count: int = 0
    pages: int = 0
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float


def draw(
    things: Sequence[Tag | Card],
    *,
    sheet: Sheet,
    look: Look,
    start: int = 0,
    has_frames: bool = False,
    title: str,
    at: datetime,
    pages: int | None = None,
) -> Drawn:
    """The labels or cards, row by row, the first at place `start` (from 0) of the first sheet.

    With frames the outline of every label of each sheet is drawn, for a test on plain paper; `pages` bounds how many
    sheets are made (a preview needs one).
    """
    paper = Paper(width=sheet.page_width, height=sheet.page_height, title=title, at=at)
    drawn = Drawn()
    most = len(things) if pages is None else max(0, pages * sheet.per_page - start)
    for at_place, thing in enumerate(things[:most], start):
        place = at_place % sheet.per_page
        if place == 0 or at_place == start:
            _begin(paper, sheet, has_frames)
            drawn.pages += 1
        x, y = sheet.corner(place)
        note = partial(_note, drawn, thing)
        if isinstance(thing, Card):
            _card(paper, thing, _Box(x, y, sheet.label_width, sheet.label_height), look, note)
        else:
            inner = _Box(x + INSET, y + INSET, sheet.label_width - 2 * INSET, sheet.label_height - 2 * INSET)
            _label(paper, thing, inner, look, note)
        drawn.count += 1
    if not drawn.pages:
        _begin(paper, sheet, has_frames)
        drawn.pages = 1
    drawn.content = paper.output()
    return drawn


def _begin(paper: Paper, sheet: Sheet, has_frames: bool) -> None:
    paper.begin_page()
    if has_frames:
        for place in range(sheet.per_page):
            paper.frame(*sheet.corner(place), sheet.label_width, sheet.label_height)


def _note(drawn: Drawn, thing: Tag | Card, code: str) -> None:
    note = Note(code, thing.call_number if isinstance(thing, Card) else thing.barcode)
    if note not in drawn.notes:
        drawn.notes.append(note)


Say = Callable[[str], None]


def _label(paper: Paper, tag: Tag, box: _Box, look: Look, note: Say) -> None:
    if look.shows_library and tag.library:
        box = _library(paper, tag, box, note)
    if look.contents == Contents.SPINE:
        _spine(paper, tag, box, look, note)
    elif look.contents == Contents.CODE:
        _code(paper, tag, box, look, note)
    elif box.width >= 1.3 * box.height:
        # Bars need width: the call number takes what is left beside them, but enough to be read from afar.
        share = 0.34 if look.symbol != Symbol.QR else 0.5
        left = box.width * share
        _spine(paper, tag, _Box(box.x, box.y, left - 1, box.height), look, note)
        _code(paper, tag, _Box(box.x + left, box.y, box.width - left, box.height), look, note)
    else:
        upper = box.height * 0.58
        _spine(paper, tag, _Box(box.x, box.y, box.width, upper), look, note)
        _code(paper, tag, _Box(box.x, box.y + upper, box.width, box.height - upper), look, note)


def _library(paper: Paper, tag: Tag, box: _Box, note: Say) -> _Box:
    """The library's name over a line, in at most a quarter of the height; what remains below."""
    height = min(box.height * 0.25, 4.2)
    alternatives = [[tag.library], *_halves(tag.library)]
    fitted = fitting.fit(
        alternatives, width=box.width, height=height, most=8, least=LEAST_TEXT, measure=partial(paper.measure)
    )
    _lines(paper, fitted, _Box(box.x, box.y, box.width, fitted.height), bold=False)
    _remark(fitted, tag.library, note)
    below = fitted.height + 0.4
    paper.rule(box.x, box.y + below, box.width)
    return _Box(box.x, box.y + below + 0.6, box.width, box.height - below - 0.6)


def _spine(paper: Paper, tag: Tag, box: _Box, look: Look, note: Say) -> None:
    more = [text for text in (tag.volume, tag.copy if look.shows_copy else "") if text]
    alternatives = list(fitting.spine(tag.call_number, prefix=tag.prefix, more=more))
    if not any(alternatives[0]):
        note("no_call_number")
        return
    measure = partial(paper.measure, bold=True)
    fitted = fitting.fit(
        alternatives, width=box.width, height=box.height, most=look.font_size, least=LEAST_SPINE, measure=measure
    )
    _lines(paper, fitted, box, bold=True)
    _remark(fitted, "".join(alternatives[0]), note)


def _code(paper: Paper, tag: Tag, box: _Box, look: Look, note: Say) -> None:
    if look.shows_title and look.contents == Contents.CODE and tag.title:
        fitted = fitting.fit(
            [[tag.title]], width=box.width, height=3.2, most=7, least=LEAST_TEXT, measure=paper.measure
        )
        _lines(paper, fitted, _Box(box.x, box.y, box.width, fitted.height), bold=False)
        if unknown_letters(tag.title):
            note("no_font")
        used = fitted.height if is_plain(tag.title) else fitted.height * 1.4  # signs below the line, as in Javanese
        box = _Box(box.x, box.y + used, box.width, box.height - used)
    below = CODE_TEXT * LEADING * MM_PER_POINT
    upper = _Box(box.x, box.y, box.width, box.height - below)
    bars = None
    if look.symbol != Symbol.QR:
        bars = symbols.bars(tag.barcode, look.symbol, width=box.width) if upper.height >= LEAST_BARS else None
        if bars is None and look.symbol == Symbol.CODE39:
            bars = symbols.bars(tag.barcode, Symbol.CODE128, width=box.width) if upper.height >= LEAST_BARS else None
            if bars is not None:
                note("code128_instead")
    if bars is not None:
        _bars(paper, bars, upper)
    else:
        if look.symbol != Symbol.QR:
            note("qr_instead")
        says = tag.href if look.symbol == Symbol.QR and look.qr_says == QrSays.RECORD and tag.href else tag.barcode
        if box.width >= 1.6 * box.height:  # beside the code there is more room for its words than below
            side = _qr(paper, says, _Box(box.x, box.y, box.height, box.height), note)
            _code_text(paper, tag, _Box(box.x + side, box.y, box.width - side, box.height), note)
            return
        _qr(paper, says, upper, note)
    _code_text(paper, tag, _Box(box.x, box.y + box.height - below, box.width, below), note)


def _code_text(paper: Paper, tag: Tag, box: _Box, note: Say) -> None:
    fitted = fitting.fit(
        [[tag.barcode]],
        width=box.width,
        height=box.height,
        most=CODE_TEXT + 1,
        least=LEAST_TEXT,
        measure=paper.measure,
    )
    _lines(paper, fitted, box, bold=False)
    if fitted.is_cut:
        note("cut")


def _bars(paper: Paper, bars: symbols.Bars, box: _Box) -> None:
    left = box.x + (box.width - bars.width) / 2 + symbols.QUIET_BARS * bars.module
    left = round(left / symbols.DOT) * symbols.DOT
    for begin, length in symbols.runs(bars.modules):
        paper.fill(left + begin * bars.module, box.y, length * bars.module, box.height)


def _qr(paper: Paper, text: str, box: _Box, note: Say) -> float:
    """Draw the code in the middle of the box; how wide it is with its quiet zone."""
    matrix = symbols.qr(text, side=min(box.width, box.height))
    if matrix.is_fine:
        note("fine_qr")
    quiet = symbols.QUIET_QR * matrix.module
    left = box.x + (box.width - matrix.side) / 2 + quiet
    top = box.y + (box.height - matrix.side) / 2 + quiet
    if not matrix.is_fine:
        left, top = (round(length / symbols.DOT) * symbols.DOT for length in (left, top))
    for at, row in enumerate(matrix.rows):
        for begin, length in symbols.runs(row):
            paper.fill(left + begin * matrix.module, top + at * matrix.module, length * matrix.module, matrix.module)
    return matrix.side


def _card(paper: Paper, card: Card, box: _Box, look: Look, note: Say) -> None:
    """Call number in the corner, entry beside it, tracings at the foot; the body shrinks, then ends in an ellipsis."""
    width = box.width - CARD_INSET - 3
    size = look.font_size
    while True:
        body, foot = _card_lines(paper, card, width, size), _tracing_lines(paper, card, width, size)
        line = size * LEADING * MM_PER_POINT
        room = int((box.height - CARD_INSET - CARD_FOOT) / line) - len(foot)
        if len(body) <= room or size <= LEAST_CARD:
            break
        size -= fitting.STEP
    if len(body) > room:
        note("cut")
        body = body[: max(1, room)]
        indent, text = body[-1]
        body[-1] = (indent, text[:-1].rstrip() + fitting.MORE)
    top = box.y + CARD_INSET + size * 0.8 * MM_PER_POINT
    for at, text in enumerate(card.call_number.split()):
        # The call number begins on the line of the main entry.
        paper.write(text, x=box.x + CARD_INSET, baseline=top + (at + 2) * line, size=size, bold=True)
    for at, (indent, text) in enumerate(body):
        paper.write(text, x=box.x + CARD_INSET + indent, baseline=top + at * line, size=size)
    foot_top = box.y + box.height - CARD_FOOT - len(foot) * line + size * 0.8 * MM_PER_POINT
    for at, (indent, text) in enumerate(foot):
        paper.write(text, x=box.x + CARD_INSET + indent, baseline=foot_top + at * line, size=size)
    if unknown_letters("".join(text for _, text in body)):
        note("no_font")


def _card_lines(paper: Paper, card: Card, width: float, size: float) -> list[tuple[float, str]]:
    """Lines with their indention; two lines are kept above the main entry for an added one."""
    first, second = FIRST_INDENTION, SECOND_INDENTION

    def paragraph(text: str, begin: float, rest: float) -> list[tuple[float, str]]:
        lines = fitting.wrap(text, width=(width - rest) / size, first=(width - begin) / size, measure=paper.measure)
        return [(begin if at == 0 else rest, line) for at, line in enumerate(lines)]

    heading = paragraph(card.heading, second, second + 4) if card.heading else []
    lines = [*([(0.0, "")] * max(0, 2 - len(heading))), *heading]
    if card.main:
        lines += paragraph(card.main, first, second + 4)
    for at, text in enumerate(card.description):
        hangs = at == 0 and not card.main
        lines += paragraph(text, *((first, second) if hangs else (second, first)))
        if at == 0 and card.own_script:
            lines += paragraph(card.own_script, second, second)
    return lines


def _tracing_lines(paper: Paper, card: Card, width: float, size: float) -> list[tuple[float, str]]:
    if not card.tracings:
        return []
    lines = fitting.wrap(
        card.tracings,
        width=(width - FIRST_INDENTION) / size,
        first=(width - SECOND_INDENTION) / size,
        measure=paper.measure,
    )
    return [(SECOND_INDENTION if at == 0 else FIRST_INDENTION, line) for at, line in enumerate(lines)]


def _lines(paper: Paper, fitted: Fitted, box: _Box, *, bold: bool) -> None:
    """Lines in the middle of the box."""
    line = fitted.size * LEADING * MM_PER_POINT
    baseline = box.y + (box.height - fitted.height) / 2 + fitted.size * 0.92 * MM_PER_POINT
    for at, text in enumerate(fitted.lines):
        width = paper.measure(text, bold=bold) * fitted.size
        paper.write(text, x=box.x + (box.width - width) / 2, baseline=baseline + at * line, size=fitted.size, bold=bold)


def _remark(fitted: Fitted, text: str, note: Say) -> None:
    if fitted.is_cut:
        note("cut")
    if unknown_letters(text):
        note("no_font")


def _halves(text: str) -> list[list[str]]:
    """The text in two lines of about the same length, broken between words."""
    words = text.split()
    if len(words) < 2:
        return []
    at = min(range(1, len(words)), key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))))
    return [[" ".join(words[:at]), " ".join(words[at:])]]

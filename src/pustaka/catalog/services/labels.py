"""Labels and catalogue cards: printed from a design, drawn again from what was written down, taken back."""

import io
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pypdfium2
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pustaka.catalog import queries
from pustaka.catalog.labels import drawing
from pustaka.catalog.labels.cards import Card, cards
from pustaka.catalog.labels.sheets import Contents, Design, Look, Sheet
from pustaka.catalog.models import Item, LabelDesign, LabelRun
from pustaka.catalog.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound

MOST_ITEMS = 2000
MOST_NOTES = 200
PREVIEW_WIDTH = 1240  # pixels; 150 dpi on A4
RECORD_PATH = "record/"
_pdfium = threading.Lock()  # PDFium draws one page at a time in a process


class NothingToUndo(DomainError):
    """The printing was taken back already, or marked nothing."""


def print_labels(
    *, item_ids: Sequence[int], design: Design, start: int, has_frames: bool, home: str, at: datetime, by: Actor
) -> LabelRun:
    """Draw the labels (or cards) of these copies, mark the copies as labelled, and write down how it was done.

    Args:
        start: the place on the first sheet where the first label goes, from 0, for a sheet that is half used.
        home: address of the catalogue, for QR codes that lead to a title.

    Raises:
        NotPermitted: `by` may not print labels.
        Invalid: nothing was chosen, too much was, or the sheet has no such place.
    """
    by.require(Permission.PRINT_LABELS)
    _check(item_ids, design, start)
    run = LabelRun(
        items=list(item_ids),
        design={"sheet": asdict(design.sheet), "look": asdict(design.look)},
        design_name=str(design.name)[:200],
        start=start,
        has_frames=has_frames,
        home=home,
        created_at=at,
        created_by=by.name,
        count=0,
    )
    drawn = draw(run=run)
    run.count, run.pages = drawn.count, drawn.pages
    run.notes = [[note.code, note.about] for note in drawn.notes[:MOST_NOTES]]
    with transaction.atomic():
        if design.look.contents != Contents.CARD:
            run.before = _mark(item_ids, at)
        run.save()
    return run


@transaction.atomic
def mark(*, item_ids: Sequence[int], at: datetime, by: Actor) -> LabelRun:
    """Say of these copies that they have their labels already, from the old system or from a typewriter.

    Raises:
        NotPermitted: `by` may not print labels.
        Invalid: nothing was chosen, or too much.
    """
    by.require(Permission.PRINT_LABELS)
    _check(item_ids)
    before = _mark(item_ids, at)
    return LabelRun.objects.create(
        items=list(item_ids), count=len(item_ids), before=before, created_at=at, created_by=by.name
    )


@transaction.atomic
def undo(*, run_id: int, at: datetime, by: Actor) -> LabelRun:
    """Take the marks of a printing back: its copies wait for a label again, or keep the date of the one before.

    Copies that were printed again since keep that.

    Raises:
        NotPermitted: `by` may not print labels.
        NotFound: there is no such printing.
        NothingToUndo: it was taken back already, or was one of cards.
    """
    by.require(Permission.PRINT_LABELS)
    run = LabelRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no printing %(number)s.") % {"number": run_id})
    if run.undone_at is not None or not run.marks_copies:
        raise NothingToUndo(_("There is nothing to take back here."))
    ours = Item.with_hidden.filter(pk__in=run.items, labelled_at=run.created_at)
    for item in ours.filter(pk__in=[int(pk) for pk in run.before]):
        Item.with_hidden.filter(pk=item.pk).update(labelled_at=parse_datetime(run.before[str(item.pk)]))
    ours.exclude(pk__in=[int(pk) for pk in run.before]).update(labelled_at=None)
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    return run


def draw(*, run: LabelRun, pages: int | None = None) -> drawing.Drawn:
    """The PDF of a printing, from its copies as they are now.

    Raises:
        Invalid: copies were only marked; there is nothing to draw.
    """
    if not run.design:
        raise Invalid(_("These copies were only marked as labelled; there is no PDF of them."))
    sheet, look = Sheet(**run.design["sheet"]), Look(**run.design["look"])
    items = queries.copies(run.items)
    return drawing.draw(
        things(items=items, look=look, home=run.home),
        sheet=sheet,
        look=look,
        start=run.start,
        has_frames=run.has_frames,
        title=str(run),
        at=run.created_at,
        pages=pages,
    )


def preview(
    *, items: Sequence[Item], design: Design, start: int = 0, has_frames: bool = True, home: str, at: datetime
) -> bytes:
    """The first sheet as a PNG, exactly as it would be printed; with samples where no copies are given."""
    few = items[: design.sheet.per_page]
    drawn = drawing.draw(
        things(items=few, look=design.look, home=home) or samples(look=design.look, count=design.sheet.per_page),
        sheet=design.sheet,
        look=design.look,
        start=start,
        has_frames=has_frames,
        title="",
        at=at,
        pages=1,
    )
    with _pdfium:
        document = pypdfium2.PdfDocument(drawn.content)
        try:
            page = document[0]
            picture = page.render(scale=PREVIEW_WIDTH / page.get_width(), grayscale=True).to_pil()
        finally:
            document.close()
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=False)
    return file.getvalue()


def trial_sheet(*, design: Design, home: str, at: datetime) -> bytes:
    """A full sheet of samples with the outline of every label, to be held against a sheet of labels."""
    return drawing.draw(
        samples(look=design.look, count=design.sheet.per_page),
        sheet=design.sheet,
        look=design.look,
        has_frames=True,
        title=str(design.name),
        at=at,
    ).content


def things(*, items: Sequence[Item], look: Look, home: str) -> list[drawing.Tag | Card]:
    """What is drawn for these copies: a tag each, or the cards of each of their titles."""
    if look.contents != Contents.CARD:
        return [_tag(item, look, home) for item in items]
    first: dict[int, Item] = {}
    for item in items:
        first.setdefault(item.bib_id, item)
    records = queries.records_of(first)
    return [
        card
        for bib_id, item in first.items()
        if bib_id in records
        for card in cards(records[bib_id], call_number=item.call_number or item.bib.call_number, kinds=look.cards)
    ]


def samples(*, look: Look, count: int) -> list[drawing.Tag | Card]:
    """Invented labels, for a sheet that is only looked at; every third has a long number."""
    numbers = ("657 WIJ e", "899.2213 TOE b", "297.122 64 SHI t")
    prefix = next(iter(look.prefixes.values()), "")
    if look.contents == Contents.CARD:
        return [
            Card(
                call_number=numbers[at % 3],
                heading="",
                main="Toer, Pramoedya Ananta",
                description=("Bumi manusia / Pramoedya Ananta Toer. -- Jakarta : Lentera Dipantara, 2005.", "535 hlm."),
                own_script="",
                tracings="1. FIKSI INDONESIA. I. Judul.",
            )
            for at in range(count)
        ]
    return [
        drawing.Tag(
            barcode=f"B{at + 1:07}",
            call_number=numbers[at % 3],
            prefix=prefix,
            copy=f"c.{at % 3 + 1}",
            title="Bumi manusia",
            library=look.library or _("Name of the library"),
            href=f"https://perpustakaan.kampus.ac.id/record/{at + 1}",
        )
        for at in range(count)
    ]


@transaction.atomic
def save_design(*, design_id: int | None, name: str, sheet: Sheet, look: Look, at: datetime, by: Actor) -> LabelDesign:
    """Keep a sheet of the library's own, as a new one where `design_id` is None.

    Raises:
        NotPermitted: `by` may not print labels.
        NotFound: it was removed meanwhile.
        Invalid: another sheet has that name, or the labels don't fit on the paper.
    """
    by.require(Permission.PRINT_LABELS)
    row = LabelDesign() if design_id is None else LabelDesign.objects.filter(pk=design_id).first()
    if row is None:
        raise NotFound(_("There is no such sheet any more. Choose another one."))
    if problem := next(sheet.problems(), None):
        raise Invalid(problem)
    if LabelDesign.objects.filter(name=name).exclude(pk=row.pk or 0).exists():
        raise Invalid(_("Another sheet is called “%(name)s”. Give this one another name.") % {"name": name})
    values: dict[str, Any] = {**asdict(sheet), **asdict(look), "cards": list(look.cards)}
    for field, value in values.items():
        setattr(row, field, value)
    row.name, row.changed_at, row.changed_by = name, at, by.name
    row.save()
    return row


@transaction.atomic
def remove_design(*, design_id: int, by: Actor) -> None:
    """Forget a sheet of the library's own; what was printed on it can still be drawn again.

    Raises:
        NotPermitted: `by` may not print labels.
    """
    by.require(Permission.PRINT_LABELS)
    LabelDesign.objects.filter(pk=design_id).delete()


def _check(item_ids: Sequence[int], design: Design | None = None, start: int = 0) -> None:
    if not item_ids:
        raise Invalid(_("No copy is chosen. Scan barcodes, or tick copies in the list."))
    if len(item_ids) > MOST_ITEMS:
        raise Invalid(_("More than %(most)s labels at once are too many. Print them in parts.") % {"most": MOST_ITEMS})
    if design is not None and not 0 <= start < design.sheet.per_page:
        raise Invalid(_("The sheet has %(count)s labels. Begin at one of them.") % {"count": design.sheet.per_page})


def _mark(item_ids: Sequence[int], at: datetime) -> dict[str, str]:
    items = Item.with_hidden.filter(pk__in=item_ids)
    before = {str(item.pk): item.labelled_at.isoformat() for item in items.only("labelled_at") if item.labelled_at}
    items.update(labelled_at=at)
    return before


def _tag(item: Item, look: Look, home: str) -> drawing.Tag:
    return drawing.Tag(
        barcode=item.barcode,
        call_number=item.call_number or item.bib.call_number,
        prefix=look.prefixes.get(item.item_type.code, "") if item.item_type else "",
        volume=item.volume,
        copy=f"c.{item.copy_number}" if item.copy_number else "",
        title=item.bib.title,
        library=look.library or item.branch.name,
        href=f"{home}{RECORD_PATH}{item.bib_id}" if home else "",
    )

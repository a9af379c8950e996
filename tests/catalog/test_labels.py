"""Printings of labels: what waits, what is marked, what is taken back; the library's own sheets."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from django.db import IntegrityError, transaction

from PIL import Image

from pustaka.catalog import queries
from pustaka.catalog.labels.sheets import READY, CardKind, Contents, Look, Sheet, Symbol
from pustaka.catalog.models import Item, LabelDesign, LabelRun
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import labels
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.catalog import scanner
from tests.factories.catalog import BibFactory, ImportJobFactory, ItemFactory, ItemTypeFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PRINTER = Actor(name="I Wayan Sudarma", permissions=frozenset({Permission.PRINT_LABELS}))
BOTH, CARDS = READY[0], READY[-2]
HOME = "https://perpustakaan.kampus.ac.id/"


def printed(*items, design=BOTH, start=0, at=AT, by=PRINTER, **options):
    return labels.print_labels(
        item_ids=[item.pk for item in items],
        design=design,
        start=start,
        has_frames=False,
        home=HOME,
        at=at,
        by=by,
        **options,
    )


def own(name="Kertas kami", design_id=None, *, sheet=BOTH.sheet, look=BOTH.look):
    return labels.save_design(design_id=design_id, name=name, sheet=sheet, look=look, at=AT, by=PRINTER)


def labelled(item):
    return Item.objects.get(pk=item.pk).labelled_at


def test_copies_added_by_hand_wait_newest_first():
    first, second = ItemFactory(), ItemFactory()
    job = ImportJobFactory(is_revealed=True, state="done")
    ItemFactory(batch=job)
    ItemFactory(status=Item.Status.WITHDRAWN)

    assert list(queries.without_label()) == [second, first]
    assert list(queries.without_label(branch=first.branch)) == [first]


def test_printing_marks_and_is_read_back():
    items = ItemFactory.create_batch(3)

    run = printed(*items)

    assert list(queries.without_label()) == []
    assert (run.count, run.pages, run.notes, run.created_by) == (3, 1, [], "I Wayan Sudarma")
    found = scanner.read(labels.draw(run=LabelRun.objects.get()).content)
    assert found == [("Code128", item.barcode) for item in items]


def test_the_file_of_a_printing_is_the_same_later():
    run = printed(ItemFactory())

    assert labels.draw(run=LabelRun.objects.get()).content == labels.draw(run=run).content


def test_undoing_lets_copies_wait_again_or_gives_the_date_before_back():
    new, old = ItemFactory(), ItemFactory()
    printed(old, at=AT - timedelta(days=9))

    run = printed(new, old)
    assert (labelled(new), labelled(old)) == (AT, AT)
    labels.undo(run_id=run.pk, at=AT, by=PRINTER)

    assert (labelled(new), labelled(old)) == (None, AT - timedelta(days=9))
    with pytest.raises(labels.NothingToUndo):
        labels.undo(run_id=run.pk, at=AT, by=PRINTER)


def test_undoing_leaves_what_was_printed_again_since():
    item = ItemFactory()
    run = printed(item)
    printed(item, at=AT + timedelta(hours=1))

    labels.undo(run_id=run.pk, at=AT + timedelta(hours=2), by=PRINTER)

    assert labelled(item) == AT + timedelta(hours=1)


def test_cards_mark_nothing():
    item = ItemFactory(bib=BibFactory(title="Bumi manusia"))

    run = printed(item, ItemFactory(bib=item.bib), design=CARDS)

    assert run.count == 2  # a main and a title card, once for the title
    assert labelled(item) is None
    with pytest.raises(labels.NothingToUndo):
        labels.undo(run_id=run.pk, at=AT, by=PRINTER)


def test_copies_can_be_marked_without_printing():
    item = ItemFactory()

    run = labels.mark(item_ids=[item.pk], at=AT, by=PRINTER)

    assert labelled(item) == AT
    with pytest.raises(Invalid, match="only marked"):
        labels.draw(run=run)
    labels.undo(run_id=run.pk, at=AT, by=PRINTER)
    assert labelled(item) is None


def test_labels_hold_what_the_copy_is():
    bib = BibFactory(title="Bumi manusia", ddc="899.2213")
    item = ItemFactory(
        bib=bib, item_type=ItemTypeFactory(code="RUJUKAN"), copy_number=2, volume="jil. 1", call_number=""
    )
    look = Look(prefixes={"RUJUKAN": "R"}, shows_copy=True)

    (tag,) = labels.things(items=queries.copies([item.pk]), look=look, home=HOME)

    assert (tag.barcode, tag.call_number, tag.prefix) == (item.barcode, bib.call_number, "R")
    assert (tag.volume, tag.copy, tag.title) == ("jil. 1", "c.2", "Bumi manusia")
    assert (tag.library, tag.href) == (item.branch.name, f"{HOME}record/{bib.pk}")


@pytest.mark.parametrize("start", [-1, 21])
def test_a_sheet_has_no_such_place(start):
    with pytest.raises(Invalid, match="The sheet has 21 labels"):
        printed(ItemFactory(), start=start)
    assert printed(ItemFactory(), start=20).pages == 1


def test_nothing_and_too_much_are_refused():
    with pytest.raises(Invalid, match="No copy is chosen"):
        printed()
    with pytest.raises(Invalid, match="More than 2000"):
        labels.mark(item_ids=list(range(1, 2002)), at=AT, by=PRINTER)


def test_nobody_prints_or_designs_without_permission():
    item, row = ItemFactory(), own()
    run = printed(item)

    for call in (
        lambda: printed(item, by=VISITOR),
        lambda: labels.mark(item_ids=[item.pk], at=AT, by=VISITOR),
        lambda: labels.undo(run_id=run.pk, at=AT, by=VISITOR),
        lambda: labels.save_design(design_id=None, name="x", sheet=BOTH.sheet, look=BOTH.look, at=AT, by=VISITOR),
        lambda: labels.remove_design(design_id=row.pk, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            call()
    assert (LabelRun.objects.count(), LabelDesign.objects.count(), labelled(item)) == (1, 1, AT)


def test_an_own_sheet_comes_back_as_it_was_saved():
    look = replace(BOTH.look, symbol=Symbol.QR, prefixes={"RUJUKAN": "R"}, cards=(CardKind.MAIN,), library="Perpus")
    sheet = replace(BOTH.sheet, label_width=63.25, offset_x=-0.5)

    row = own(sheet=sheet, look=look)

    found = queries.design(f"own-{row.pk}")
    assert (found.name, found.sheet, found.look) == ("Kertas kami", sheet, look)
    assert queries.designs()[0] == found
    assert queries.designs()[1:] == list(READY)


def test_an_own_sheet_is_changed_and_removed():
    row = own()

    own("Kertas baru", row.pk, look=replace(BOTH.look, contents=Contents.SPINE))
    assert queries.design(f"own-{row.pk}").look.contents == "spine"
    labels.remove_design(design_id=row.pk, by=PRINTER)

    with pytest.raises(NotFound):
        queries.design(f"own-{row.pk}")
    with pytest.raises(NotFound):
        own("Kertas baru", row.pk)


def test_a_printing_keeps_the_sheet_that_it_was_printed_on():
    row = own()
    run = printed(ItemFactory(), design=queries.design(f"own-{row.pk}"))
    before = labels.draw(run=run).content

    labels.remove_design(design_id=row.pk, by=PRINTER)

    assert labels.draw(run=LabelRun.objects.get()).content == before


@pytest.mark.parametrize("key", ["own-0", "own-x", "", "a4", "own-99999999999"])
def test_unknown_sheets_are_said(key):
    with pytest.raises(NotFound):
        queries.design(key)


def test_own_sheets_have_different_names_and_fit_their_paper():
    own()

    with pytest.raises(Invalid, match="Another sheet is called"):
        own()
    with pytest.raises(Invalid, match=r"end at 396\.7 mm"):
        own("Lebar", sheet=replace(BOTH.sheet, columns=6, margin_left=3.2))


@pytest.mark.parametrize(
    "change", [{"label_width": 0}, {"columns": 0}, {"gap_x": -1}, {"margin_top": -1}, {"name": "Lain"}]
)
def test_the_database_refuses_sheets_that_cannot_be(change):
    own()
    own("Lain")

    with pytest.raises(IntegrityError), transaction.atomic():
        LabelDesign.objects.filter(name="Kertas kami").update(**change)


def test_preview_is_the_first_sheet_as_it_is_printed():
    items = queries.copies([item.pk for item in ItemFactory.create_batch(2)])
    codes = replace(BOTH, look=Look(contents=Contents.CODE, symbol=Symbol.QR))

    for given, expected in ((items, [item.barcode for item in items]), ([], [f"B{n:07}" for n in range(1, 22)])):
        with Image.open(io.BytesIO(labels.preview(items=given, design=codes, home=HOME, at=AT))) as seen:
            assert seen.size == (1240, 1754)
            assert sorted(one.text for one in zxingcpp.read_barcodes(seen)) == expected


def test_trial_sheet_is_full():
    assert len(scanner.read(labels.trial_sheet(design=BOTH, home=HOME, at=AT))) == 21


def test_copies_by_barcode_keep_the_order_and_name_what_is_missing():
    first, second = ItemFactory(), ItemFactory()

    assert queries.copies_by_barcode([second.barcode, "X", first.barcode]) == ([second.pk, first.pk], ["X"])


def test_copies_of_titles_keep_the_order_of_the_titles():
    first, second = BibFactory(), BibFactory()
    items = [ItemFactory(bib=second, copy_number=2), ItemFactory(bib=second, copy_number=1), ItemFactory(bib=first)]
    ItemFactory(bib=first, status=Item.Status.LOST)

    assert queries.copies_of([first.pk, second.pk]) == [items[2].pk, items[1].pk, items[0].pk]


def test_printing_changes_neither_version_nor_state_of_a_copy():
    item = ItemFactory()

    printed(item)

    assert Item.objects.get(pk=item.pk).version == item.version


def test_a_wide_sheet_of_one_label_is_a_sheet():
    sheet = Sheet(
        page_width=70, page_height=40, label_width=70, label_height=40, columns=1, rows=1, margin_left=0, margin_top=0
    )

    run = printed(*ItemFactory.create_batch(3), design=replace(BOTH, sheet=sheet))

    assert run.pages == 3

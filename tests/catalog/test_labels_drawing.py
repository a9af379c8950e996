"""Labels read back by a barcode reader from the PDF as it is printed: every label of full sheets."""

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import ImageChops

from pustaka.catalog.labels import paper
from pustaka.catalog.labels.cards import cards
from pustaka.catalog.labels.drawing import Tag, draw
from pustaka.catalog.labels.sheets import READY, CardKind, Contents, Look, QrSays, Sheet, Symbol
from pustaka.standards.marc import Field
from tests.catalog import scanner
from tests.factories.catalog import marc_record

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BY_KEY = {design.key: design for design in READY}
LIBRARY = "Perpustakaan Universitas Mandiri Nusantara"
CALL_NUMBERS = ("657 WIJ e", "899.2213 TOE b", "297.122640959 SHI t", "306.461308 KOENTJARANINGRAT p", "")
LONGEST = "PERPUSTAKAAN-UNIVERSITAS-MANDIRI-NUSANTARA/KOLEKSI-0000000001"[:60]


def tag(barcode="UMN0000001", **more):
    return Tag(**{"barcode": barcode, "call_number": "657 WIJ e", "library": LIBRARY, **more})


def tags(count, pattern="UMN{:07}"):
    return [tag(pattern.format(n), call_number=CALL_NUMBERS[n % 5], copy=f"c.{n % 3 + 1}") for n in range(count)]


def drawn(things, design, *, look=None, **options):
    return draw(things, sheet=design.sheet, look=look or design.look, title="Label", at=AT, **options)


@pytest.mark.parametrize("symbol", [Symbol.CODE128, Symbol.CODE39, Symbol.QR])
@pytest.mark.parametrize("key", ["a4-21-both", "a4-24-both", "a4-65-code", "tj-103-both", "tj-107-code", "tj-121-both"])
def test_every_label_of_a_full_sheet_is_read_back(key, symbol):
    design = BY_KEY[key]
    labels = tags(design.sheet.per_page)

    found = drawn(labels, design, look=replace(design.look, symbol=symbol))

    kind = {Symbol.CODE128: "Code128", Symbol.CODE39: "Code39", Symbol.QR: "QRCode"}[symbol]
    if symbol == Symbol.CODE39 and any(note.code == "qr_instead" for note in found.notes):
        kind = "QRCode"  # 223 modules are too many for a narrow label
    if symbol == Symbol.CODE39 and any(note.code == "code128_instead" for note in found.notes):
        kind = "Code128"
    assert (found.count, found.pages) == (len(labels), 1)
    assert sorted(scanner.read(found.content)) == sorted((kind, label.barcode) for label in labels)


def test_labels_come_in_order_and_go_on_to_the_next_sheet():
    design = BY_KEY["a4-21-both"]

    found = drawn(tags(30), design)

    assert [text for _, text in scanner.read(found.content)] == [f"UMN{n:07}" for n in range(30)]
    assert (found.count, found.pages) == (30, 2)


def test_a_half_used_sheet_begins_where_it_is_told():
    design = BY_KEY["a4-21-both"]

    found = drawn(tags(3), design, start=19)

    pages = scanner.pages(found.content)
    assert (found.count, found.pages) == (3, 2)
    used = [page.point(lambda gray: 255 - gray).getbbox() for page in pages]
    x, y = (length * scanner.DPI / 25.4 for length in design.sheet.corner(19))
    assert used[0][0] >= x
    assert used[0][1] >= y
    assert used[1][2] <= (design.sheet.margin_left + design.sheet.label_width) * scanner.DPI / 25.4


@pytest.mark.parametrize(
    ("barcode", "kind", "note"),
    [
        ("00012345678905", "Code128", None),
        ("2026/PUS-001 a", "Code128", None),
        ("x", "Code128", None),
        (LONGEST, "QRCode", "qr_instead"),
        ("BUKU-№7", "QRCode", "qr_instead"),
        ("مكتبة-7", "QRCode", "qr_instead"),
    ],
)
def test_any_barcode_is_read_back_from_a_usual_label(barcode, kind, note):
    found = drawn([tag(barcode)], BY_KEY["a4-21-both"])

    assert scanner.read(found.content) == [(kind, barcode)]
    assert [one.code for one in found.notes if one.code != "cut"] == ([note] if note else [])


def test_the_longest_barcode_is_read_back_from_every_sheet_and_as_bars_from_a_wide_one():
    for design in READY:
        if design.look.contents in {Contents.CODE, Contents.BOTH}:
            found = drawn([tag(LONGEST)], design)
            assert [text for _, text in scanner.read(found.content)] == [LONGEST], design.key
    wide = Sheet(label_width=150, label_height=30, columns=1, rows=8, margin_left=10, margin_top=10)
    found = draw([tag(LONGEST)], sheet=wide, look=Look(contents=Contents.CODE), title="Label", at=AT)
    assert scanner.read(found.content) == [("Code128", LONGEST)]


def test_code_39_gives_way_to_code_128_where_it_has_no_such_letters():
    found = drawn([tag("umn-1")], BY_KEY["a4-21-both"], look=Look(symbol=Symbol.CODE39))

    assert scanner.read(found.content) == [("Code128", "umn-1")]
    assert [note.code for note in found.notes] == ["code128_instead"]


def test_a_qr_code_can_hold_the_address_of_the_title():
    look = Look(contents=Contents.CODE, symbol=Symbol.QR, qr_says=QrSays.RECORD)
    label = tag(href="https://perpustakaan.kampus.ac.id/record/123456")

    assert scanner.read(drawn([label], BY_KEY["a4-65-qr"], look=look).content) == [("QRCode", label.href)]
    assert scanner.read(drawn([tag()], BY_KEY["a4-65-qr"], look=look).content) == [("QRCode", "UMN0000001")]


@pytest.mark.parametrize("design", READY, ids=lambda design: design.key)
def test_nothing_runs_over_the_edge_of_a_label(design):
    long = tag(
        LONGEST, call_number="297.12264095982 KOENTJARANINGRATSASTROWARDOYO penghantar", prefix="RUJUKAN",
        volume="jilid 12 bagian kedua", copy="c.117", title="Pengantar " * 30, library=LIBRARY * 4,
    )  # fmt: skip
    things = [long] * design.sheet.per_page
    if design.look.contents == Contents.CARD:
        record = marc_record(title="Pengantar " * 60, more=(Field("500", subfields=[("a", "catatan " * 300)]),))
        things = list(cards(record, call_number=long.call_number, kinds=[CardKind.MAIN])) * design.sheet.per_page

    page = scanner.pages(drawn(things, design, look=replace(design.look, shows_title=True)).content)[0]

    dots = scanner.DPI / 25.4
    allowed = page.copy()
    for place in range(design.sheet.per_page):
        x, y = design.sheet.corner(place)
        box = (x * dots, y * dots, (x + design.sheet.label_width) * dots, (y + design.sheet.label_height) * dots)
        allowed.paste(255, tuple(round(edge) for edge in box))
    assert ImageChops.invert(allowed).getbbox() is None
    assert ImageChops.invert(page).getbbox() is not None


def test_frames_are_drawn_for_every_label_of_the_sheet():
    design = BY_KEY["tj-103-both"]

    plain, framed = (scanner.pages(drawn([], design, has_frames=frames).content)[0] for frames in (False, True))

    assert ImageChops.invert(plain).getbbox() is None
    left, top, right, bottom = (edge * 25.4 / scanner.DPI for edge in ImageChops.invert(framed).getbbox())
    assert (left, top) == pytest.approx((6, 12), abs=0.3)
    assert (right, bottom) == pytest.approx((6 + 3 * 64 + 2 * 3, 12 + 4 * 32 + 3 * 4), abs=0.3)


def test_calibration_moves_everything():
    design = BY_KEY["a4-24-both"]
    moved = replace(design.sheet, offset_x=2.0, offset_y=3.0)

    before = ImageChops.invert(scanner.pages(drawn(tags(1), design).content)[0]).getbbox()
    after = draw(tags(1), sheet=moved, look=design.look, title="Label", at=AT)

    found = ImageChops.invert(scanner.pages(after.content)[0]).getbbox()
    dots = scanner.DPI / 25.4
    assert found[0] - before[0] == pytest.approx(2 * dots, abs=1.5)
    assert found[1] - before[1] == pytest.approx(3 * dots, abs=1.5)


def test_the_same_labels_make_the_same_file():
    design = BY_KEY["a4-21-both"]

    assert drawn(tags(21), design).content == drawn(tags(21), design).content


def test_text_stands_in_the_file_as_text():
    found = drawn([tag(call_number="899.2213 TOE b", copy="c.2")], BY_KEY["a4-21-both"])

    assert scanner.words(found.content)[0].split() == [*LIBRARY.split(), "899.2213", "TOE", "b", "c.2", "UMN0000001"]


def test_scripts_beyond_the_latin_are_shaped():
    look = Look(contents=Contents.CODE, shows_title=True, shows_library=False)
    design = BY_KEY["a4-21-both"]

    for title in ("مقدمة ابن خلدون", "ꦧꦧꦢ꧀ꦠꦤꦃꦗꦮꦶ", "Бумы манусиа", "Ἰλιάς", "Ṣaḥīḥ al-Bukhārī"):
        found = drawn([tag(title=title)], design, look=look)
        assert found.notes == [], title
        assert scanner.read(found.content) == [("Code128", "UMN0000001")]

    # Joined letters are narrower than the same letters standing apart.
    sheet = paper.Paper(width=100, height=100, title="", at=AT)
    sheet.begin_page()
    assert sheet.measure("بببب") < 0.8 * 4 * sheet.measure("ب")
    sheet.output()


def test_letters_without_a_font_are_said_and_stand_as_a_question_mark(monkeypatch):
    monkeypatch.setattr(paper, "ELSEWHERE", ())

    found = drawn([tag(call_number="920 漢字 x")], BY_KEY["a4-65-spine"])

    assert [(note.code, note.about) for note in found.notes] == [("no_font", "UMN0000001")]
    assert scanner.words(found.content)[0].split() == ["920", "?", "x"]


def test_a_copy_without_a_call_number_is_said():
    found = drawn([tag(call_number="")], BY_KEY["a4-21-both"])

    assert [note.code for note in found.notes] == ["no_call_number"]
    assert scanner.read(found.content) == [("Code128", "UMN0000001")]


def test_every_letter_of_our_own_fonts_has_its_licence_beside_it():
    licences = (paper.OURS / "LICENSES.txt").read_text()

    assert sorted(os.listdir(paper.OURS)) == sorted(
        ["LICENSES.txt", *(path.name for path in (paper.SANS, paper.BOLD, paper.JAVANESE))]
    )
    assert "SIL Open Font License" in licences
    assert "Bitstream Vera" in licences

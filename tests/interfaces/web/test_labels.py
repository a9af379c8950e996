"""Labels in the browser: from the copies that wait to the PDF, and the library's own sheets."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pustaka.catalog import queries
from pustaka.catalog.labels import drawing
from pustaka.catalog.labels.sheets import READY
from pustaka.catalog.models import Item, LabelDesign, LabelRun
from pustaka.catalog.services import labels
from pustaka.interfaces.web.staff.catalog.labels.wording import NOTES
from pustaka.patrons.models import Role
from tests.catalog import scanner
from tests.factories.catalog import BibFactory, ItemFactory
from tests.factories.patrons import PatronFactory

LABELS = "/staff/catalog/labels/"
SHEETS = f"{LABELS}sheets/"
PAGES = [LABELS, SHEETS, f"{SHEETS}new", f"{SHEETS}a4-cards/trial.pdf", f"{LABELS}search", f"{LABELS}preview.png"]


def hidden(text, name="items"):
    return re.search(rf'name="{name}" value="([^"]*)"', text)[1]


def pictures(text):
    return [address.replace("&amp;", "&") for address in re.findall(r'<img\s+src="([^"]+)"', text)]


def print_(librarian, *items, design="a4-21-both", start=1, **more):
    ids = ",".join(str(item.pk) for item in items)
    return librarian.post(f"{LABELS}print", {"items": ids, "design": design, "start": start, **more})


def sheet_form(librarian, address=f"{SHEETS}new?from=a4-65-spine", **change):
    """What a browser would send back of the designer's form."""
    text = librarian.get(address).text
    told = dict(parse_qs(urlsplit(pictures(text)[0]).query, keep_blank_values=True))
    return {**told, **change}


@pytest.mark.parametrize("address", PAGES)
def test_who_may_come_in(visitor, reader, address):
    assert visitor.get(address).status_code == 302
    assert reader.get(address).status_code == 403


@pytest.mark.parametrize("address", ["choose", "print", "mark", "printed/1/undo", "printed/1/again", "sheets/save"])
def test_nothing_is_changed_by_a_link(librarian, reader, address):
    assert librarian.get(f"{LABELS}{address}").status_code == 405
    assert reader.post(f"{LABELS}{address}").status_code == 403


def test_acquisitions_print_labels_too_and_the_desk_does_not(visitor):
    visitor.force_login(PatronFactory(roles=[Role.ACQUISITIONS]))
    assert visitor.get(LABELS).status_code == 200
    visitor.force_login(PatronFactory(roles=[Role.CIRCULATION]))
    assert visitor.get(LABELS).status_code == 403


def test_the_queue_teaches_where_nothing_waits(librarian):
    text = librarian.get(LABELS).text

    assert "0 copies wait for their label" in text
    assert "Copies that you add by hand come here" in text
    assert "Nothing was printed yet." in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_for_any_number(librarian, rows, django_assert_num_queries):
    ItemFactory.create_batch(rows)
    librarian.get(LABELS)

    with django_assert_num_queries(6):
        answer = librarian.get(LABELS)

    assert answer.text.count('name="item"') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_chosen_cost_the_same_for_any_number(librarian, rows, django_assert_num_queries):
    bib = BibFactory()
    ItemFactory.create_batch(rows, bib=bib)
    librarian.get(LABELS)

    with django_assert_num_queries(8):
        answer = librarian.get(f"{LABELS}record/{bib.pk}/")

    assert answer.text.count("<li>\n              <code>") == rows


def test_from_the_queue_to_the_pdf_and_back(librarian):
    first, second, third = ItemFactory.create_batch(3)

    chosen = librarian.post(f"{LABELS}choose", {"item": [first.pk, third.pk]})
    assert hidden(chosen.text) == f"{first.pk},{third.pk}"
    printed = print_(librarian, first, third)
    run = LabelRun.objects.get()
    assert printed.url == f"{LABELS}printed/{run.pk}/"
    text = librarian.get(printed.url).text
    assert "2 labels on 1 sheet" in text
    assert "1 copy waits for its label" in librarian.get(LABELS).text
    pdf = librarian.get(f"{printed.url}labels.pdf")
    assert (pdf.headers["Content-Type"], "Content-Security-Policy" in pdf.headers) == ("application/pdf", False)
    assert pdf.headers["Content-Disposition"] == f'inline; filename="label-{run.pk}.pdf"'
    assert scanner.read(pdf.content) == [("Code128", first.barcode), ("Code128", third.barcode)]

    assert librarian.post(f"{printed.url}undo").status_code == 302
    assert set(queries.without_label()) == {first, second, third}
    assert "Taken back" in librarian.get(printed.url).text
    assert librarian.post(f"{printed.url}undo").status_code == 409


def test_barcodes_are_scanned_into_one_box(librarian):
    items = ItemFactory.create_batch(3)
    scanned = f"{items[1].barcode}\n{items[0].barcode}, TIDAK-ADA\n{items[1].barcode}"

    text = librarian.post(f"{LABELS}choose", {"barcodes": scanned}).text

    assert "2 copies chosen" in text
    assert "No copy carries these barcodes" in text
    assert "<code>TIDAK-ADA</code>" in text
    assert hidden(text) == f"{items[1].pk},{items[0].pk}"


def test_a_range_is_one_line(librarian):
    items = [ItemFactory(barcode=f"UMN{n:04}") for n in (8, 9, 10)]

    text = librarian.post(f"{LABELS}choose", {"barcodes": "UMN0008 - UMN0009"}).text

    assert hidden(text) == f"{items[0].pk},{items[1].pk}"


def test_an_empty_box_says_so_beside_it(librarian):
    answer = librarian.post(f"{LABELS}choose", {"barcodes": " "})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_all_that_wait_are_chosen_at_once(librarian):
    items = ItemFactory.create_batch(3)

    text = librarian.post(f"{LABELS}choose", {"all": "1"}).text

    assert hidden(text) == ",".join(str(item.pk) for item in reversed(items))


def test_a_search_result_is_chosen(librarian, shelve):
    bib = shelve(title="Laskar pelangi", copies=2)
    shelve(title="Bumi manusia")

    link = re.search(rf'href="({LABELS}search[^"]*)"', librarian.get("/search?q=pelangi").text)[1]
    text = librarian.get(link.replace("&amp;", "&")).text

    assert "2 copies chosen" in text
    assert hidden(text) == ",".join(str(item.pk) for item in queries.items_of(bib))


def test_a_search_result_that_is_too_large_is_cut_and_says_so(librarian, shelve, monkeypatch):
    for number in (1, 2):
        shelve(title=f"Pelangi ke-{number}", copies=1)
    monkeypatch.setattr(labels, "MOST_ITEMS", 1)

    page = librarian.get(f"{LABELS}search?q=pelangi")

    assert "The search finds more than 1 titles" in page.text
    assert "1 copy chosen" in page.text


def test_readers_see_no_links_to_labels(reader, librarian, shelve):
    bib = shelve(title="Laskar pelangi")

    assert LABELS not in reader.get("/search?q=pelangi").text
    assert LABELS not in reader.get(f"/record/{bib.pk}").text
    assert f"{LABELS}record/{bib.pk}/" in librarian.get(f"/record/{bib.pk}").text


def test_the_preview_shows_the_very_labels(librarian):
    item = ItemFactory()

    (address,) = pictures(librarian.post(f"{LABELS}choose", {"item": item.pk}).text)
    answer = librarian.get(address)

    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    assert parse_qs(urlsplit(address).query) == {"items": [str(item.pk)], "design": ["a4-21-both"], "start": ["1"]}
    assert librarian.get(f"{LABELS}preview.png?design=x&start=1").status_code == 422


def test_another_sheet_is_shown_with_and_without_javascript(librarian):
    item = ItemFactory()
    told = {"items": item.pk, "design": "tj-103-both", "start": "5"}

    whole = librarian.post(f"{LABELS}choose", told)
    part = librarian.post(f"{LABELS}choose", told, headers={"hx-request": "true", "hx-target": "label-preview"})

    assert "design=tj-103-both&amp;start=5" in whole.text
    assert '<option value="tj-103-both" selected>' in whole.text
    assert "measure yours" in part.text
    assert "<html" not in part.text


def test_the_sheet_of_last_time_is_chosen_again(librarian):
    item = ItemFactory()
    print_(librarian, item, design="a4-65-code")

    text = librarian.post(f"{LABELS}choose", {"item": item.pk}).text

    assert '<option value="a4-65-code" selected>' in text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"start": "0"}, "greater than or equal to 1"),
        ({"design": "x"}, "Select a valid choice"),
        ({"start": "22"}, "21"),
    ],
)
def test_a_printing_that_cannot_be_says_why(librarian, told, words):
    item = ItemFactory()

    answer = print_(librarian, item, **told)

    assert answer.status_code == 422
    assert words in answer.text
    assert not LabelRun.objects.exists()


def test_nothing_chosen_leads_back(librarian):
    assert "Nothing is chosen" in librarian.post(f"{LABELS}choose", {}).text
    assert librarian.post(f"{LABELS}mark", {"items": "x"}).status_code == 422


def test_copies_are_marked_as_labelled(librarian):
    item = ItemFactory()

    answer = librarian.post(f"{LABELS}mark", {"items": item.pk})

    assert "1 copy marked as labelled" in librarian.get(answer.url).text
    assert Item.objects.get(pk=item.pk).labelled_at is not None
    assert "1 copy marked as labelled" in librarian.get(LABELS).text


def test_a_jam_is_printed_again_from_a_label_on(librarian):
    items = ItemFactory.create_batch(3)
    run = print_(librarian, *items).url

    assert hidden(librarian.post(f"{run}again", {"first": "2"}).text) == f"{items[1].pk},{items[2].pk}"
    assert "3 copies chosen" in librarian.post(f"{run}again", {"first": "x"}).text
    assert "Nothing is chosen" in librarian.post(f"{run}again", {"first": "9"}).text


def test_notes_say_what_to_do(librarian):
    item = ItemFactory(barcode="X" * 60)

    text = librarian.get(print_(librarian, item).url).text

    assert "Look at these labels" in text
    assert "printed as a QR code" in text


def test_every_note_has_words():
    source = Path(drawing.__file__).read_text()
    assert set(re.findall(r'note\("(\w+)"\)', source)) == set(NOTES)


def test_sheets_are_listed_and_tried(librarian):
    text = librarian.get(SHEETS).text

    for design in READY:
        assert f"{SHEETS}{design.key}/trial.pdf" in text
    trial = librarian.get(f"{SHEETS}tj-103-both/trial.pdf")
    assert len(scanner.read(trial.content)) == 12


def test_a_sheet_of_ones_own_from_copy_to_print(librarian):
    told = sheet_form(librarian, name="Kertas kami", margin_left="5.5", prefixes="RUJUKAN = R\n\nKARYA=SKR")

    saved = librarian.post(f"{SHEETS}save", told)

    row = LabelDesign.objects.get()
    assert saved.url == f"{SHEETS}{row.pk}/"
    assert (row.contents, float(row.margin_left), row.prefixes) == ("spine", 5.5, {"RUJUKAN": "R", "KARYA": "SKR"})
    text = librarian.get(saved.url).text
    assert "The sheet is saved" in text
    assert "KARYA = SKR\nRUJUKAN = R" in text
    assert librarian.get(pictures(text)[0]).status_code == 200
    assert librarian.get(f"{SHEETS}own-{row.pk}/trial.pdf").status_code == 200
    assert (
        f'<option value="own-{row.pk}" selected>' in librarian.post(f"{LABELS}choose", {"item": ItemFactory().pk}).text
    )

    changed = librarian.post(f"{SHEETS}save", {**told, "design_id": row.pk, "name": "Kertas baru", "shows_copy": ""})
    assert changed.url == saved.url
    assert LabelDesign.objects.get().name == "Kertas baru"
    librarian.post(f"{SHEETS}{row.pk}/remove")
    assert not LabelDesign.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"columns": "9"}, "the paper is 210 mm wide"),
        ({"label_height": "5"}, "greater than or equal to 8"),
        ({"prefixes": "RUJUKAN"}, "can&#x27;t be read"),
        ({"prefixes": "RUJUKAN=REFERENSI"}, "at most 8 letters"),
        ({"contents": "card", "cards": []}, "Choose at least one kind of card"),
    ],
)
def test_a_sheet_that_cannot_be_says_why_and_loses_nothing(librarian, change, words):
    told = sheet_form(librarian, **{"name": "Kertas kami", "library": "Perpus kami", **change})

    answer = librarian.post(f"{SHEETS}save", told)

    assert answer.status_code == 422
    assert words in answer.text
    assert "Perpus kami" in answer.text
    assert not LabelDesign.objects.exists()


def test_a_name_that_is_taken_is_refused(librarian):
    told = sheet_form(librarian, name="Kertas kami")
    librarian.post(f"{SHEETS}save", told)

    assert librarian.post(f"{SHEETS}save", told).status_code == 422
    assert LabelDesign.objects.count() == 1


def test_the_designer_shows_before_it_saves(librarian):
    told = sheet_form(librarian, name="Kertas kami", rows="12")
    htmx = {"hx-request": "true", "hx-target": "sheet-preview"}

    whole, part = librarian.post(f"{SHEETS}look", told), librarian.post(f"{SHEETS}look", told, headers=htmx)
    wrong = librarian.post(f"{SHEETS}look", {**told, "rows": "90"}, headers=htmx)

    assert not LabelDesign.objects.exists()
    assert librarian.get(pictures(part.text)[0]).content[:4] == b"\x89PNG"
    assert pictures(whole.text) == pictures(part.text)
    assert wrong.status_code == 422
    assert "These figures make no sheet yet" in wrong.text
    assert librarian.get(f"{SHEETS}preview.png?rows=90").status_code == 422

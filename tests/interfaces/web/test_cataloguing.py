"""The cataloguer's screens: both forms of a record, drafts, copies, numbers."""

import gzip
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from pustaka.catalog import queries
from pustaka.catalog.models import Authority, Bib, Draft, Item, NumberPattern
from pustaka.catalog.services import items, records
from pustaka.foundation.actors import SYSTEM
from pustaka.standards import marc
from pustaka.standards.marc import Field, Record
from tests.factories import BibFactory, BranchFactory, ItemFactory, LocationFactory, marc_record

DESK = "/staff/catalog/"
SUBJECT = Field("650", indicators=" 4", subfields=[("a", "Fiksi")])


class Form(HTMLParser):
    """What a browser would send of the form `record-form`."""

    def __init__(self, html):
        super().__init__()
        self.sent, self._is_in, self._area, self._select = [], False, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._is_in = told.get("id") == "record-form" or "data-scan" in told
        if not self._is_in:
            return
        if tag == "input" and told.get("name"):
            self.sent.append((told["name"], told.get("value") or ""))
        elif tag == "textarea":
            self._area = [told["name"], ""]
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and self._select and "selected" in told:
            self.sent.append((self._select, told.get("value") or ""))

    def handle_data(self, data):
        if self._area:
            self._area[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            name, text = self._area
            self.sent.append((name, text.removeprefix("\n").replace("\n", "\r\n")))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._is_in = False

    def data(self, **changes):
        """The fields as a dict of lists; `changes` gives one value, or a function of the list."""
        found = {}
        for name, value in self.sent:
            found.setdefault(name, []).append(value)
        for name, value in changes.items():
            found[name] = value(found.get(name, [])) if callable(value) else [value]
        found.pop("csrfmiddlewaretoken", None)
        return found


def opened(client, bib, view="simple"):
    """The address of the draft, and its form."""
    answer = client.post(f"{DESK}titles/{bib.pk}/edit", {"view": view})
    return answer.url.removesuffix("full/"), Form(client.get(answer.url).text)


def begun(client, worksheet="book"):
    answer = client.post(f"{DESK}titles/begin", {"worksheet": worksheet})
    return answer.url, Form(client.get(answer.url).text)


def put(text, place=0):
    """Type into one of several boxes."""
    return lambda values: [*values[:place], text, *values[place + 1 :]]


def test_a_new_book_is_made_by_the_simple_form(librarian):
    address, form = begun(librarian)

    answer = librarian.post(
        f"{address}save",
        form.data(title="Bumi manusia", author="Toer, Pramoedya Ananta", year="2005", isbn=put("978-979-97312-3-4")),
        follow=True,
    )

    bib = Bib.objects.get()
    assert (bib.title, bib.author, bib.year, bib.isbn) == (
        "Bumi manusia", "Toer, Pramoedya Ananta", 2005, "9789799731234",
    )  # fmt: skip
    assert answer.redirect_chain[0][0] == f"{DESK}titles/{bib.pk}/copies/"
    assert "no subject" in answer.text
    assert not Draft.objects.exists()


@pytest.mark.parametrize("worksheet", ["book", "journal", "thesis", "ebook", "av", "map"])
def test_every_worksheet_opens(librarian, worksheet):
    address, form = begun(librarian, worksheet)

    assert librarian.post(f"{address}save", form.data(title="Uji")).status_code == 302
    assert Bib.objects.get().title == "Uji"


def test_an_error_is_told_at_its_line_and_nothing_typed_is_lost(librarian):
    address, form = begun(librarian)

    answer = librarian.post(f"{address}save", form.data(title="Bumi", isbn=put("9789799731235")))

    assert answer.status_code == 422
    assert "the check digit is wrong" in answer.text
    assert 'value="9789799731235"' in answer.text
    assert 'value="Bumi"' in answer.text
    assert not Bib.objects.exists()


def test_the_same_title_is_shown_and_can_be_saved_anyway(librarian):
    ours = BibFactory(record=marc_record(isbn="9789799731234", more=(SUBJECT,)))
    address, form = begun(librarian)
    told = form.data(title="Bumi manusia", isbn=put("9789799731234"))

    answer = librarian.post(f"{address}save", told)

    assert answer.status_code == 422
    assert f"/record/{ours.pk}" in answer.text
    assert Bib.objects.count() == 1
    again = Form(answer.text).data(is_another="1")
    assert librarian.post(f"{address}save", again).status_code == 302
    assert Bib.objects.count() == 2


def test_a_draft_survives_a_closed_window(librarian, shelve):
    bib = shelve(more=(SUBJECT,))
    before = queries.record_of(bib)
    address, form = opened(librarian, bib)

    kept = librarian.post(f"{address}keep", form.data(subtitle="roman"), headers={"HX-Request": "true"})

    assert (kept.status_code, kept.headers["X-Revision"]) == (204, "2")
    assert "Not saved yet" in librarian.get(f"{DESK}titles/").text
    _, again = opened(librarian, bib)
    assert again.data()["subtitle"] == ["roman"]
    assert queries.record_of(bib) == before
    assert librarian.post(f"{address}discard").url == f"/record/{bib.pk}"
    assert not Draft.objects.exists()


def test_a_line_that_was_touched_says_what_the_person_sees(librarian):
    """While one types, drafts are kept again and again; a value that is put back is put back in the draft, too."""
    bib = BibFactory(record=marc_record(more=(SUBJECT,)))
    address, form = opened(librarian, bib)
    for text in ("roman", "roman sejarah", ""):
        librarian.post(f"{address}keep", form.data(subtitle=text, **{"was-subtitle": "…"}))

    draft = Draft.objects.get()
    assert bytes(draft.marc) == bytes(draft.base)


def test_both_forms_are_one_record(librarian):
    bib = BibFactory(record=marc_record(more=(SUBJECT,)))
    address, form = opened(librarian, bib)
    answer = librarian.post(f"{address}keep", form.data(subtitle="roman", then="full"))
    full = Form(librarian.get(answer.url).text)
    assert any("$broman /$c" in text for text in full.data()["text"])

    told = full.data(text=lambda texts: [text.replace("$aFiksi", "$aFiksi$xSejarah") for text in texts])
    assert librarian.post(f"{address}save", told).status_code == 302

    record = queries.record_of(bib)
    assert record.get("245").get("b").startswith("roman")
    assert record.get("650").all("ax") == ["Fiksi", "Sejarah"]


def test_a_row_that_cannot_be_read_is_kept_and_named(librarian):
    bib = BibFactory(record=marc_record(more=(SUBJECT,)))
    address, form = opened(librarian, bib, "full")

    answer = librarian.post(f"{address}save", form.data(tag=put("24", 3)))

    assert answer.status_code == 422
    assert "The tag has three characters" in answer.text
    assert queries.bib(bib.pk).version == 1
    assert librarian.get(address).url == f"{address}full/"


def test_new_rows_at_the_end_are_put_in_order(librarian):
    bib = BibFactory(record=marc_record(more=(SUBJECT,)))
    address, form = opened(librarian, bib, "full")
    last = len(form.data()["tag"]) - 1

    librarian.post(f"{address}save", form.data(tag=put("520", last), ind=put("__", last), text=put("$aRingkas", last)))

    tags = [field.tag for field in queries.record_of(bib).fields]
    assert tags == sorted(tags)
    assert "520" in tags


def test_a_second_window_does_not_overwrite_the_first(librarian):
    bib = BibFactory(record=marc_record(more=(SUBJECT,)))
    address, form = opened(librarian, bib, "full")
    librarian.post(f"{address}keep", form.data(text=lambda texts: [text.replace("Fiksi", "Roman") for text in texts]))

    answer = librarian.post(
        f"{address}keep", form.data(text=lambda texts: [t.replace("Fiksi", "Novel") for t in texts])
    )

    assert answer.status_code == 409
    assert "$aNovel" in answer.text
    assert b"Roman" in bytes(Draft.objects.get().marc)
    assert librarian.post(f"{address}save", Form(answer.text).data()).status_code == 302
    assert queries.record_of(bib).get("650").get("a") == "Novel"


def test_two_editors_are_brought_together(librarian):
    bib = BibFactory(record=marc_record(ddc="899.2213", more=(SUBJECT,)))
    address, form = opened(librarian, bib)
    records.change(
        bib_id=bib.pk, record=marc_record(ddc="813", more=(SUBJECT,)), version=1, at=timezone.now(), by=SYSTEM
    )

    answer = librarian.post(f"{address}save", form.data(**{"class": "899.221", "subtitle": "roman"}))

    assert answer.status_code == 409
    assert "You both have changed these fields" in answer.text
    assert "813" in answer.text
    joined = librarian.post(f"{address}join", {"version": 2, "clash-0": "theirs"})
    assert librarian.post(f"{address}save", Form(librarian.get(joined.url).text).data()).status_code == 302
    record = queries.record_of(bib)
    assert record.get("082").get("a") == "813"
    assert record.get("245").get("b").startswith("roman")


@pytest.mark.parametrize("view", ["simple", "full"])
def test_saving_without_a_change_changes_nothing(librarian, view):
    odd = marc_record(
        more=(
            SUBJECT,
            Field("500", subfields=[("a", "Harga $5 {lama}\nbaris dua")]),
            Field("880", indicators="10", subfields=[("6", "245-01/(3/r"), ("a", "بومي")]),
        )
    )
    bib = BibFactory(record=odd)
    address, form = opened(librarian, bib, view)

    librarian.post(f"{address}save", form.data())

    assert queries.record_of(bib) == odd


@pytest.mark.parametrize("view", ["simple", "full"])
def test_real_records_pass_the_page_unchanged(librarian, shared_data, view):
    count = 0
    for path in sorted((shared_data / "marc").iterdir()):
        with gzip.open(path) as file:
            for number, read in enumerate(marc.read(file)):
                if number == 12:
                    break
                if read.record is None or number % 4 or not (read.record.get("245") or Field("245")).get("a"):
                    continue
                bib = BibFactory(record=read.record)
                address, form = opened(librarian, bib, view)
                librarian.post(f"{address}keep", form.data())
                draft = Draft.objects.get(bib_id=bib.pk)
                assert (bytes(draft.marc), draft.rows) == (bytes(draft.base), None), (path.name, number)
                count += 1

    assert count > 20


def test_suggestions_come_from_controlled_headings_and_from_titles(librarian, shelve):
    heading = Record("00000nz  a2200000n  4500", [Field("100", indicators="1 ", subfields=[("a", "Toer")])])
    Authority.objects.create(
        kind="person", heading="Toer, Pramoedya Ananta, 1925-2006", heading_key="toer pramoedya ananta 1925 2006",
        see=["Pram"], marc=marc.dump(heading), created_at=timezone.now(), changed_at=timezone.now(),
    )  # fmt: skip
    shelve(author="Toer, Soesilo")

    answer = librarian.get(f"{DESK}suggest/name?q=toer")

    assert 'value="Toer, Pramoedya Ananta, 1925-2006"' in answer.text
    assert "Pram" in answer.text.split("</option>")[0].rpartition(">")[2]
    assert "Toer, Soesilo" in answer.text


def test_a_class_is_found_with_what_similar_titles_have(librarian, shelve):
    shelve(title="Hukum pidana", ddc="345")

    answer = librarian.get(f"{DESK}classes/?title=hukum+pidana", headers={"HX-Request": "true"})
    assert 'data-class="345"' in answer.text
    assert "<strong>345</strong>" in librarian.get(f"{DESK}classes/?title=hukum+pidana").text
    assert "Law" in librarian.get(f"{DESK}classes/?within=300").text


def test_titles_are_found_as_one_types(librarian, shelve):
    bib = shelve(title="Laskar pelangi")
    shelve(title="Bumi manusia")

    answer = librarian.get(f"{DESK}titles/?q=laskar", headers={"HX-Request": "true", "HX-Target": "found"})

    assert f"/record/{bib.pk}" in answer.text
    assert "<html" not in answer.text
    assert "Bumi manusia" not in answer.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_titles(librarian, shelve, rows, django_assert_max_num_queries):
    for number in range(rows):
        shelve(title=f"Bumi {number}")
    librarian.get(f"{DESK}titles/")

    with django_assert_max_num_queries(14):
        answer = librarian.get(f"{DESK}titles/?q=bumi")
    assert answer.text.count('class="work" href="/record/') == rows


def test_cataloguers_find_the_way_from_the_record(librarian, reader):
    bib = BibFactory()

    assert f"{DESK}titles/{bib.pk}/edit" in librarian.get(f"/record/{bib.pk}").text
    assert f"{DESK}titles/" not in reader.get(f"/record/{bib.pk}").text


def test_readers_do_not_come_in(reader):
    bib = BibFactory()
    for path in ("titles/", "titles/new/", f"titles/{bib.pk}/copies/", "numbering/", "suggest/name", "classes/"):
        assert reader.get(f"{DESK}{path}").status_code == 403
    for path in (f"titles/{bib.pk}/edit", "titles/begin", f"titles/{bib.pk}/copies/add", "numbering/set"):
        assert reader.post(f"{DESK}{path}").status_code == 403


def test_a_title_is_taken_out_with_a_reason(librarian):
    bib = BibFactory()

    answer = librarian.post(f"{DESK}titles/{bib.pk}/remove", {"version": 1, "reason": "ganda"}, follow=True)

    assert "ganda" in answer.text
    assert not Bib.objects.exists()


# --- Copies ---


def scanned(client, bib, barcode, *, is_htmx=True, **more):
    form = Form(client.get(f"{DESK}titles/{bib.pk}/copies/").text)
    headers = {"HX-Request": "true"} if is_htmx else {}
    return client.post(f"{DESK}titles/{bib.pk}/copies/add", form.data(barcode=barcode, **more), headers=headers)


def test_copies_are_scanned_in_a_row(librarian):
    shelf = LocationFactory()
    bib = BibFactory()

    for number in (1, 2, 3):
        answer = scanned(librarian, bib, f"B{number}", place=f"l{shelf.pk}", source="waqf", price_idr="85000")
        assert answer.status_code == 201
        assert f"B{number}" in answer.text

    assert [
        (item.barcode, item.copy_number, item.location, item.source, item.price_idr) for item in queries.items_of(bib)
    ] == [(f"B{number}", number, shelf, "waqf", 85_000) for number in (1, 2, 3)]


def test_a_label_that_is_taken_is_refused_with_the_reason(librarian):
    BranchFactory()
    other = ItemFactory(barcode="B1", bib=BibFactory(title="Laskar pelangi"))
    bib = BibFactory()

    answer = scanned(librarian, bib, "B1", place=f"b{other.branch_id}")

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#alerts")
    assert "Laskar pelangi" in answer.text
    assert Item.objects.count() == 1


def test_copies_are_scanned_without_scripts(librarian):
    branch = BranchFactory()
    bib = BibFactory()

    answer = scanned(librarian, bib, "B1", is_htmx=False, place=f"b{branch.pk}", note="sumbangan alumni")

    assert answer.status_code == 201
    again = Form(answer.text).data()
    assert (again["barcode"], again["note"]) == ([""], ["sumbangan alumni"])
    assert scanned(librarian, bib, "", is_htmx=False, place=f"b{branch.pk}").status_code == 422


def test_copies_are_numbered_by_a_pattern(librarian):
    branch = BranchFactory()
    bib = BibFactory()
    librarian.post(
        f"{DESK}numbering/set", {"name": "Buku", "use": "barcode", "pattern": "P{number:4}", "next_number": 9}
    )
    pattern = NumberPattern.objects.get()
    assert "P0009" in librarian.get(f"{DESK}numbering/").text

    librarian.post(
        f"{DESK}titles/{bib.pk}/copies/number",
        {"pattern": pattern.pk, "count": 3, "place": f"b{branch.pk}", "source": "purchase", "status": "in_process"},
    )

    assert [item.barcode for item in queries.items_of(bib)] == ["P0009", "P0010", "P0011"]


def copy_form(item, **changes):
    return {
        "place": f"b{item.branch_id}", "barcode": item.barcode, "status": item.status, "source": item.source,
        "version": item.version, "call_number": item.call_number, **changes,
    }  # fmt: skip


def test_a_copy_is_moved_and_its_state_changed_with_a_reason(librarian):
    shelf = LocationFactory()
    item = ItemFactory()
    told = copy_form(item, place=f"l{shelf.pk}", status="repair")

    refused = librarian.post(f"{DESK}copies/{item.pk}/change", told)
    assert refused.status_code == 422
    assert "Say in a few words why" in refused.text
    librarian.post(f"{DESK}copies/{item.pk}/change", {**told, "reason": "punggung lepas"})

    item.refresh_from_db()
    assert (item.branch, item.location, item.status, item.version) == (shelf.branch, shelf, "repair", 2)
    assert queries.item_steps(item.pk)[0].told.reason == "punggung lepas"


def test_two_people_at_one_copy_see_both_changes(librarian):
    item = ItemFactory(note="lama")
    told = copy_form(item, note="lama", volume="Jil. 2")
    items.change(item_id=item.pk, version=1, fields={"note": "baru"}, at=timezone.now(), by=SYSTEM)

    answer = librarian.post(f"{DESK}copies/{item.pk}/change", told)

    assert answer.status_code == 409
    assert "Somebody else has saved this copy meanwhile" in answer.text
    assert 'value="Jil. 2"' in answer.text
    assert 'value="baru"' in answer.text
    librarian.post(f"{DESK}copies/{item.pk}/change", {**told, "note": "baru", "version": 2})
    item.refresh_from_db()
    assert (item.note, item.volume) == ("baru", "Jil. 2")


def test_a_copy_entered_by_mistake_is_taken_out(librarian):
    item = ItemFactory()

    librarian.post(f"{DESK}copies/{item.pk}/remove", {"reason": "salah judul"})

    assert not Item.objects.exists()


@pytest.mark.parametrize("copies", [1, 120])
def test_the_copies_page_costs_the_same_for_any_number(librarian, copies, django_assert_max_num_queries):
    bib = BibFactory()
    branch = BranchFactory()
    ItemFactory.create_batch(copies, bib=bib, branch=branch)
    librarian.get("/")

    with django_assert_max_num_queries(18):
        answer = librarian.get(f"{DESK}titles/{bib.pk}/copies/")
    assert answer.text.count('<tr id="copy-') == min(copies, 50)

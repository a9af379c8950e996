"""Care of materials in the browser's eyes: who may, scanning with and without scripts, parcels, digitized copies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pustaka.catalog.models import BindingOrder, CareJob, ConditionNote, DigitalCopy, Item
from pustaka.catalog.services import binding, care, conditions, digital
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Role
from tests.documents import pdf
from tests.factories import BibFactory, BranchFactory, ItemFactory, LocationFactory, PatronFactory
from tests.interfaces.web.html import compact
from tests.pictures import picture

BASE = "/staff/catalog/care/"
WHY = {"kind": "repair", "reason": "Punggung sobek", "urgency": "2"}
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


@pytest.fixture
def helper(visitor):
    """Somebody from the desk, who may ask but not decide."""
    visitor.force_login(PatronFactory(name="Yohana Siregar", roles=[Role.CIRCULATION]))
    return visitor


@pytest.fixture
def bindery(db):
    return binding.save_bindery(name="Penjilidan Sumber Ilmu", address="Jl. Kaliurang km 5", by=SYSTEM)


def asked(item, kind=CareJob.Kind.REPAIR, **more):
    return care.ask(item_id=item.pk, kind=kind, reason="Punggung sobek", at=timezone.now(), by=SYSTEM, **more)


def accepted(item, **more):
    job = asked(item, **more)
    care.accept(job_ids=[job.pk], at=timezone.now(), by=SYSTEM)
    return job


def parcel_of(bindery, *items, number="JILID/2026/001", is_sent=False):
    order = binding.begin(number=number, bindery_id=bindery.pk, at=timezone.localtime(), by=SYSTEM)
    for item in items:
        binding.add(order_id=order.pk, barcode=item.barcode, kind=CareJob.Kind.REBIND, at=timezone.now(), by=SYSTEM)
    if is_sent:
        today = timezone.localdate()
        binding.send(
            order_id=order.pk, sent_on=today, expected_on=today + timedelta(days=9), at=timezone.now(), by=SYSTEM
        )
    return order


@pytest.mark.parametrize(
    "address", ["", "ask/", "jobs/1/", "copies/1/", "conditions/", "conditions/figures/", "parcels/", "parcels/1/",
                "parcels/1/slips/", "parcels/1/sheet/", "photographs/1", "conditions/copies/"]
)  # fmt: skip
def test_who_may_look(reader, helper, address):
    assert reader.get(BASE + address).status_code == 403
    helper.force_login(PatronFactory(roles=[Role.CIRCULATION]))
    assert helper.get(BASE + address).status_code in {200, 404}
    helper.logout()
    assert helper.get(BASE + address).status_code == 302


@pytest.mark.parametrize(
    "address", ["accept", "jobs/1/decline", "jobs/1/begin", "jobs/1/put-off", "jobs/1/expect", "jobs/1/finish",
                "jobs/1/give-up", "jobs/1/put-back", "parcels/begin", "parcels/fill", "parcels/1/add",
                "parcels/1/take-out/1", "parcels/1/drop", "parcels/1/send", "parcels/1/back", "parcels/1/close",
                "binderies/save", "titles/1/digital/add", "titles/1/digital/link", "titles/1/digital/unlink",
                "digital/1/rights", "digital/1/remove"]
)  # fmt: skip
def test_who_asks_does_not_decide(librarian, helper, address):
    assert helper.post(BASE + address).status_code == 403
    assert librarian.get(BASE + address).status_code == 405


# --- Asking, deciding, working ---------------------------------------------------------------------------------------


def test_a_job_from_the_scan_to_the_shelf(librarian, helper):
    item = ItemFactory(barcode="B1", bib=BibFactory(title="Bumi manusia"))
    assert "Nothing here" in helper.get(BASE).text

    line = helper.post(f"{BASE}ask", WHY | {"barcode": "B1"}, **HTMX)
    assert (line.status_code, "Repair" in line.text, "Bumi manusia" in line.text) == (201, True, True)
    job = CareJob.objects.get()
    assert "Accept the ticked ones" not in helper.get(BASE).text

    page = librarian.post(f"{BASE}accept", {"job": [job.pk]}, follow=True)
    assert "1 job accepted." in page.text
    due = timezone.localdate() + timedelta(days=14)
    page = librarian.post(f"{BASE}jobs/{job.pk}/begin", {"expected_on": due.isoformat()}, follow=True)
    assert "readers see that it can&#x27;t be had" in page.text
    record = librarian.get(f"/record/{item.bib_id}").text
    assert (f"Expected back {due:%-d %B %Y}" in record, "Being repaired" in record) == (True, True)

    told = {"result": "Dijahit ulang", "condition": "good", "cost_idr": "35000"}
    page = librarian.post(f"{BASE}jobs/{job.pk}/finish", told, follow=True)
    assert all(words in page.text for words in ("Dijahit ulang", "Rp35.000", "Done"))
    item.refresh_from_db()
    assert (item.status, item.condition) == ("available", "good")
    assert "Dijahit ulang" in librarian.get(f"/staff/catalog/copies/{item.pk}/history/").text
    assert "Dijahit ulang" in librarian.get(f"{BASE}copies/{item.pk}/").text


def test_asking_without_scripts_keeps_what_was_said(helper):
    ItemFactory(barcode="B1")

    answer = helper.post(f"{BASE}ask", WHY | {"barcode": "B1", "lays_aside": "on"}, follow=True)

    assert answer.redirect_chain[-1][0].startswith(f"{BASE}ask/?kind=repair&reason=Punggung+sobek")
    assert 'value="Punggung sobek"' in answer.text
    assert Item.objects.get().status == "repair"
    assert helper.post(f"{BASE}ask", WHY | {"barcode": ""}).status_code == 422
    wrong = helper.post(f"{BASE}ask", WHY | {"barcode": "B1", "reason": ""}, **HTMX)
    assert (wrong.status_code, "Why: This field is required." in wrong.text) == (422, True)


def test_a_refusal_is_told_to_the_scanner(helper):
    ItemFactory(barcode="B1", status="withdrawn")

    answer = helper.post(f"{BASE}ask", WHY | {"barcode": "B1"}, **HTMX)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#alerts")
    assert "B1 is withdrawn" in answer.text


@pytest.mark.parametrize(
    ("step", "told", "said"),
    [
        ("decline", {"answer": ""}, "This field is required"),
        ("begin", {"expected_on": "besok"}, "Enter a valid date"),
        ("finish", {"result": ""}, "This field is required"),
        ("give-up", {"result": ""}, "This field is required"),
        ("expect", {"expected_on": ""}, "This field is required"),
    ],
)
def test_a_step_says_what_is_wrong_on_its_page(librarian, step, told, said):
    job = accepted(ItemFactory())
    if step not in {"decline", "begin"}:
        care.begin(job_id=job.pk, at=timezone.localtime(), by=SYSTEM)

    answer = librarian.post(f"{BASE}jobs/{job.pk}/{step}", told)

    assert (answer.status_code, said in answer.text) == (422, True)


def test_work_is_promised_anew_laid_aside_declined_and_ticked_or_not(librarian):
    job = accepted(ItemFactory())
    here = f"{BASE}jobs/{job.pk}/"
    due = timezone.localdate() + timedelta(days=3)
    librarian.post(f"{here}begin")

    assert f"expected back {due:%-d %B %Y}" in librarian.post(f"{here}expect", {"expected_on": due}, follow=True).text
    assert "Do it in the house" in librarian.post(f"{here}put-off", follow=True).text
    assert "Rak penuh" in librarian.post(f"{here}decline", {"answer": "Rak penuh"}, follow=True).text
    assert librarian.post(f"{BASE}accept").status_code == 422
    assert librarian.post(f"{here}begin").status_code == 409


def test_what_cannot_be_repaired_leads_to_the_weeding_desk(librarian, helper):
    item = ItemFactory(barcode="B 1")
    job = accepted(item)
    here = f"{BASE}jobs/{job.pk}/"
    librarian.post(f"{here}begin")

    page = librarian.post(f"{here}give-up", {"result": "Kertas hancur"}, follow=True)

    assert "/staff/catalog/withdrawals/?reason=worn&amp;barcode=B%201" in page.text
    assert 'value="B 1"' in librarian.get("/staff/catalog/withdrawals/?reason=worn&barcode=B%201").text
    assert "Can’t be had at present" in librarian.get(f"/record/{item.bib_id}").text
    assert "not repairable: withdraw?" in librarian.get(BASE).text
    assert "Kertas" not in librarian.get(f"{BASE}?state=declined").text
    assert "B 1" in librarian.get(f"{BASE}?state=undecided").text
    librarian.post(f"{here}put-back")
    item.refresh_from_db()
    assert item.status == "available"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_for_any_number_of_jobs(librarian, bindery, rows, django_assert_num_queries):
    parcel_of(bindery)
    for _ in range(rows):
        asked(ItemFactory())
    librarian.get(BASE)

    with django_assert_num_queries(9):
        page = librarian.get(BASE)

    assert page.text.count("Punggung sobek") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_a_record_with_copies_in_care_costs_the_same_for_any_number(visitor, rows, django_assert_num_queries):
    bib = BibFactory()
    for _ in range(rows):
        asked(ItemFactory(bib=bib), lays_aside=True)
    visitor.get(f"/record/{bib.pk}")

    with django_assert_num_queries(10):
        page = visitor.get(f"/record/{bib.pk}")

    assert page.text.count("Being repaired") == rows


# --- Conditions ------------------------------------------------------------------------------------------------------


def test_conditions_are_scanned_in_a_row(helper):
    ItemFactory(barcode="B1", bib=BibFactory(title="Bumi manusia"))
    told = {"condition": "worn", "note": "Sudut tumpul", "barcode": "B1"}

    line = helper.post(f"{BASE}conditions/note", told, **HTMX)
    page = helper.post(f"{BASE}conditions/note", told, follow=True)

    assert (line.status_code, "Worn" in line.text, "Bumi manusia" in line.text) == (201, True, True)
    assert '<option value="worn" selected>' in page.text
    assert page.text.count("Bumi manusia") == 2
    assert helper.post(f"{BASE}conditions/note", told | {"barcode": ""}).status_code == 422
    assert "Barcode: This field is required." in helper.post(f"{BASE}conditions/note", {}, **HTMX).text


def test_a_condition_with_a_photograph_is_for_the_staff_alone(helper, reader):
    item = ItemFactory()

    told = {"condition": "damaged", "note": "Lubang serangga", "picture": picture()}
    page = helper.post(f"{BASE}copies/{item.pk}/note", told, follow=True)

    note = ConditionNote.objects.get()
    assert f'src="{BASE}photographs/{note.pk}"' in page.text
    reader.force_login(PatronFactory(roles=[Role.MEMBER]))
    assert reader.get(f"{BASE}photographs/{note.pk}").status_code == 403
    helper.force_login(PatronFactory(roles=[Role.CIRCULATION]))
    answer = helper.get(f"{BASE}photographs/{note.pk}")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "private, max-age=300")
    assert helper.post(f"{BASE}copies/{item.pk}/note", {"condition": "moldy"}).status_code == 422


def test_a_copy_says_what_is_wrong_with_what_is_asked(helper):
    item = ItemFactory()

    assert helper.post(f"{BASE}copies/{item.pk}/ask", {"kind": "clean"}).status_code == 422
    page = helper.post(f"{BASE}copies/{item.pk}/ask", WHY | {"kind": "clean"}, follow=True)
    assert "Asked for: Clean." in page.text


def test_figures_lead_to_the_copies_for_which_care_is_asked(helper):
    shelf = LocationFactory(branch=BranchFactory(code="PUSAT", name="Perpustakaan Pusat"), name="Rak A")
    BranchFactory(code="FK")
    items = [ItemFactory(branch=shelf.branch, location=shelf, condition="damaged") for _ in range(3)]
    page = helper.get(f"{BASE}conditions/figures/?branch={shelf.branch_id}").text
    where = f"branch={shelf.branch_id}&shelf={shelf.pk}&condition=damaged"
    assert where.replace("&", "&amp;") in page

    listed = helper.get(f"{BASE}conditions/copies/?{where}").text
    assert "3 copies" in listed
    told = {"branch": shelf.branch_id, "shelf": shelf.pk, "condition": "damaged", "copy": [items[0].pk, items[1].pk]}
    assert helper.post(f"{BASE}conditions/ask", told).status_code == 422
    assert "Asked for 2 copies." in helper.post(f"{BASE}conditions/ask", told | WHY, follow=True).text
    assert helper.post(f"{BASE}conditions/ask", told | WHY | {"copy": []}).status_code == 422
    assert helper.get(f"{BASE}conditions/copies/?branch=x&condition=damaged").status_code == 404
    assert helper.get(f"{BASE}conditions/copies/?branch={shelf.branch_id}&condition=moldy").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_figures_cost_the_same_for_any_number_of_shelves(helper, rows, django_assert_num_queries):
    branch = BranchFactory(code="PUSAT")
    for number in range(rows):
        shelf = LocationFactory(branch=branch, code=f"R{number}", name=f"Rak {number}")
        ItemFactory(branch=branch, location=shelf, condition="good")
    helper.get(f"{BASE}conditions/figures/")

    with django_assert_num_queries(6):
        page = helper.get(f"{BASE}conditions/figures/")

    assert page.text.count('scope="row">') == rows + 1


# --- Parcels ---------------------------------------------------------------------------------------------------------


def test_a_parcel_from_its_head_to_its_return(librarian):
    first = ItemFactory(barcode="B1", bib=BibFactory(title="Bumi manusia"))
    second = ItemFactory(barcode="B2", bib=BibFactory(title="Layar terkembang"))
    stranger = ItemFactory(barcode="B3", bib=BibFactory(title="Siti Nurbaya"))
    assert "No parcel yet" in librarian.get(f"{BASE}parcels/").text
    assert "No bindery is written down yet" in librarian.get(f"{BASE}parcels/new").text
    bindery = {"name": "Penjilidan Sumber Ilmu", "address": "Jl. Kaliurang km 5", "is_asked": "on"}
    assert "is written down" in librarian.post(f"{BASE}binderies/save", bindery, follow=True).text

    head = {"number": "JILID/2026/001", "bindery": binding.Bindery.objects.get().pk, "note": "Linen hijau"}
    page = librarian.post(f"{BASE}parcels/begin", head, follow=True)
    here = page.redirect_chain[-1][0]
    told = {"kind": "rebind", "reason": "Punggung lepas", "barcode": "B1"}
    line = librarian.post(f"{here}add", told, **HTMX)
    assert (line.status_code, "Bumi manusia" in line.text) == (201, True)
    assert CareJob.objects.get().reason == "Punggung lepas"
    assert (
        "B2 lies in the parcel." in librarian.post(f"{here}add", {"kind": "label", "barcode": "B2"}, follow=True).text
    )
    assert "Not to be signed yet" in librarian.get(f"{here}sheet/").text

    today = timezone.localdate()
    due = today + timedelta(days=30)
    page = librarian.post(f"{here}send", {"sent_on": today, "expected_on": due}, follow=True)
    assert "Print the slips" in page.text
    slips = librarian.get(f"{here}slips/").text
    assert (slips.count('<svg class="symbol bars"'), "Linen hijau" in slips) == (2, True)
    sheet = librarian.get(f"{here}sheet/").text
    assert all(words in sheet for words in ("B1", "Layar terkembang", "Received by", "Taken back by the library"))
    assert "Being bound" in librarian.get(f"/record/{first.bib_id}").text

    told = {"result": "Dijilid linen", "condition": "good", "cost_idr": "45000"}
    answer = librarian.post(f"{here}back", told | {"barcode": "B1"}, **HTMX)
    assert ("Back" in answer.text, "Layar terkembang" in answer.text) == (True, True)
    assert 'hx-swap-oob="true"' in answer.text
    extra = librarian.post(f"{here}back", told | {"barcode": "B3"}, **HTMX).text
    assert ("One too many" in extra, "Siti Nurbaya" in extra) == (True, True)
    page = librarian.post(f"{here}back", told | {"barcode": "TIDAK-ADA"}, follow=True)
    assert ("Unknown barcode" in page.text, 'value="45000"' in page.text) == (True, True)
    page = librarian.get(here).text
    assert ("Some volumes don't come back" in page, "TIDAK-ADA" in page) == (True, True)

    job = CareJob.objects.get(item=second)
    page = librarian.post(f"{here}close", {"job": [job.pk]}, follow=True)
    assert "What didn&#x27;t come back is called missing" in page.text
    second.refresh_from_db()
    stranger.refresh_from_db()
    assert (second.status, stranger.status) == ("missing", "available")


def test_a_parcel_says_what_is_wrong(librarian, bindery):
    order = parcel_of(bindery, ItemFactory())
    here = f"{BASE}parcels/{order.pk}/"
    today = timezone.localdate()

    assert librarian.post(f"{BASE}parcels/begin", {"number": ""}).status_code == 422
    assert librarian.post(f"{here}add", {"barcode": ""}).status_code == 422
    assert librarian.post(f"{here}add", {"barcode": ""}, **HTMX).status_code == 422
    answer = librarian.post(f"{here}send", {"sent_on": today, "expected_on": today - timedelta(days=1)})
    assert (answer.status_code, "before the day on which it goes" in answer.text) == (422, True)
    assert librarian.post(f"{here}back", {"barcode": "B1"}).status_code == 422
    assert librarian.post(f"{here}back", {"barcode": "B1"}, **HTMX).status_code == 422
    assert librarian.post(f"{BASE}binderies/save", {"name": ""}).status_code == 422
    assert librarian.post(f"{BASE}parcels/fill", {"parcel": order.pk}).status_code == 422
    assert librarian.get(f"{BASE}parcels/999/").status_code == 404


def test_jobs_of_the_queue_go_into_a_parcel_and_out_of_it(librarian, bindery):
    order, job = parcel_of(bindery), asked(ItemFactory())

    page = librarian.post(f"{BASE}parcels/fill", {"parcel": order.pk, "job": [job.pk]}, follow=True)
    assert "1 job lies in the parcel." in page.text
    page = librarian.post(f"{BASE}parcels/{order.pk}/take-out/{job.pk}", follow=True)
    assert "Nothing lies in it yet." in page.text
    page = librarian.post(f"{BASE}parcels/{order.pk}/drop", follow=True)
    assert "is given up" in page.text
    assert not BindingOrder.objects.exists()


def test_a_bindery_is_changed_on_the_page_that_lists_them(librarian, bindery):
    page = librarian.get(f"{BASE}binderies/?bindery={bindery.pk}").text
    assert 'value="Penjilidan Sumber Ilmu"' in page

    librarian.post(f"{BASE}binderies/save", {"bindery_id": bindery.pk, "name": "Sumber Ilmu"})

    bindery.refresh_from_db()
    assert (bindery.name, bindery.is_asked) == ("Sumber Ilmu", False)
    assert "gets no more work" in librarian.get(f"{BASE}binderies/").text


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("", 7), ("slips/", 5), ("sheet/", 5)])
def test_a_parcel_costs_the_same_for_any_number_of_volumes(
    librarian, bindery, rows, page, queries, django_assert_num_queries
):
    order = parcel_of(bindery, *(ItemFactory() for _ in range(rows)), is_sent=True)
    address = f"{BASE}parcels/{order.pk}/{page}"
    librarian.get(address)

    with django_assert_num_queries(queries):
        text = librarian.get(address).text

    assert CareJob.objects.first().item.barcode in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_parcels_costs_the_same_for_any_number(librarian, bindery, rows, django_assert_num_queries):
    for number in range(rows):
        parcel_of(bindery, ItemFactory(), number=f"P{number}", is_sent=True)
    librarian.get(f"{BASE}parcels/")

    with django_assert_num_queries(5):
        page = compact(librarian.get(f"{BASE}parcels/").text)

    assert page.count("1 still out") == rows


# --- Digitized copies ------------------------------------------------------------------------------------------------


def test_a_file_is_added_found_by_readers_and_closed_again(librarian, visitor):
    bib = BibFactory(title="Sedjarah Melajoe")
    item = ItemFactory(bib=bib, barcode="B1")
    here = f"{BASE}titles/{bib.pk}/digital/"
    assert "There is no file yet." in librarian.get(f"{here}?copy={item.pk}").text
    file = pdf(pages=3)
    file.name = "pindai.pdf"

    told = {"file": file, "rights": "permitted", "statement": "Izin penerbit", "part": "Jilid 1", "item_id": item.pk}
    page = librarian.post(f"{here}add", told, follow=True)
    assert "Readers find the file" in page.text

    kept = DigitalCopy.objects.get()
    address = f"/record/{bib.pk}/digitized/{kept.pk}"
    visitor.logout()
    record = compact(visitor.get(f"/record/{bib.pk}").text)
    assert all(words in record for words in ("Digitized copy", address, "Jilid 1", "3 pages", "Izin penerbit"))
    answer = visitor.get(address)
    assert b"".join(answer.streaming_content) == pdf(pages=3).getvalue()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sedjarah-melajoe-jilid-1.pdf"'
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert visitor.get(f"/record/{item.pk + 99}/digitized/{kept.pk}").status_code == 404

    rights = f"{BASE}digital/{kept.pk}/rights"
    assert librarian.post(rights, {"rights": "permitted", "statement": ""}).status_code == 422
    librarian.post(rights, {"rights": "preservation", "statement": "Ditarik"})
    assert "Digitized copy" not in visitor.get(f"/record/{bib.pk}").text
    assert visitor.get(address).status_code == 404
    assert "only the staff sees this" in librarian.get(f"/record/{bib.pk}").text
    assert "The file is taken away." in librarian.post(f"{BASE}digital/{kept.pk}/remove", follow=True).text
    assert librarian.get(address).status_code == 404


def test_a_file_that_is_no_pdf_is_refused(librarian):
    bib = BibFactory()
    here = f"{BASE}titles/{bib.pk}/digital/"
    page = picture()
    page.name = "pindai.pdf"

    assert librarian.post(f"{here}add", {"rights": "public_domain"}).status_code == 422
    answer = librarian.post(f"{here}add", {"file": page, "rights": "public_domain"})
    assert (answer.status_code, "This is no PDF" in answer.text) == (422, True)


def test_an_address_is_linked_shown_and_taken_out(librarian):
    bib = BibFactory()
    here = f"{BASE}titles/{bib.pk}/digital/"
    url = "https://khastara.perpusnas.go.id/koleksi/1"

    told = {"version": bib.version, "url": url, "words": "Baca di Khastara", "part": "Jilid 1", "note": "Berwarna"}
    assert "stands in the record" in librarian.post(f"{here}link", told, follow=True).text
    record = compact(librarian.get(f"/record/{bib.pk}").text)
    assert all(words in record for words in ("Digitized copy", url, "Baca di Khastara", "Jilid 1, Berwarna"))
    assert 'id="online"' not in record
    assert librarian.post(f"{here}link", {"version": 2, "url": ""}).status_code == 422
    assert librarian.post(f"{here}link", told).status_code == 422
    librarian.post(f"{here}unlink", {"version": 2, "url": url})
    assert "Digitized copy" not in librarian.get(f"/record/{bib.pk}").text
    assert librarian.post(f"{here}unlink", {"version": "x"}).status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_copy_costs_the_same_for_any_number_of_notes(helper, rows, django_assert_num_queries):
    item = ItemFactory()
    for number in range(rows):
        conditions.note(
            item_id=item.pk,
            condition=Item.Condition.WORN,
            note=f"Catatan {number}",
            picture=picture(size=(300, 400 + number)),
            at=timezone.now(),
            by=SYSTEM,
        )
    helper.get(f"{BASE}copies/{item.pk}/")

    with django_assert_num_queries(6):
        page = helper.get(f"{BASE}copies/{item.pk}/")

    assert page.text.count("<img") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_digitized_copies_of_a_title_cost_the_same_for_any_number(librarian, rows, django_assert_num_queries):
    bib = BibFactory()
    for number in range(rows):
        digital.add(
            bib_id=bib.pk,
            file=pdf(pages=number + 1),
            rights=DigitalCopy.Rights.PUBLIC_DOMAIN,
            item_id=ItemFactory(bib=bib).pk,
            at=timezone.now(),
            by=SYSTEM,
        )
    librarian.get(f"{BASE}titles/{bib.pk}/digital/")

    with django_assert_num_queries(7):
        page = librarian.get(f"{BASE}titles/{bib.pk}/digital/")

    assert page.text.count("Change the right") == rows

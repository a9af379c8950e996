"""The circulation desk: one box, every refusal at once, and what was scanned without the server."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from pustaka.circulation.models import DeskUpload, Hold, InsideUse, Loan
from pustaka.circulation.services import rules
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Block, Entry, Lookup, Patron, Role
from pustaka.patrons.services import account, cards
from tests.factories import BranchFactory, ItemFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory
from tests.interfaces.web.conftest import Visitor

pytestmark = pytest.mark.django_db


def sign_in(*roles, name="Yohana Siregar"):
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name=name, roles=list(roles)))
    return client


@pytest.fixture
def desk(db):
    return sign_in(Role.CIRCULATION)


@pytest.fixture
def head(db):
    return sign_in(Role.HEAD)


@pytest.fixture
def branch(db):
    return BranchFactory(code="PUSAT", name="Perpustakaan Pusat")


def rule(**values):
    for name, value in values.items():
        rules.set_rule(name=name, value=value, at=timezone.now(), by=SYSTEM)


def scan(client, text, person=None, **more):
    told = {"scan": text, "person": person.pk if person else "", **more}
    return client.post("/staff/circulation/scan", told)


def test_card_opens_the_person_and_the_look_is_written_down(desk, branch):
    patron = PatronFactory(name="Maria Goreti Lamawuran")
    cards.issue(patron=patron, code="KTM-9", at=timezone.now(), by=SYSTEM)

    page = scan(desk, "KTM-9").text

    assert page.count("Maria Goreti Lamawuran") == 2  # the line and the panel
    assert f'name="person" value="{patron.pk}"' in page
    assert Lookup.objects.get().patron == patron


def test_copy_is_lent_to_whom_stands_at_the_desk(desk, branch):
    patron, item = PatronFactory(), ItemFactory(branch=branch)

    page = scan(desk, item.barcode, patron).text

    assert "Lent until" in page
    assert 'data-tone="done"' in page
    assert Loan.objects.get().patron == patron


def test_copy_without_a_person_comes_back_and_says_where_it_goes(desk, branch):
    loan = LoanFactory(item__branch=branch)
    HoldFactory(bib=loan.bib, pickup=branch, patron__name="Siti Aminah")

    page = scan(desk, loan.item.barcode).text

    assert "Hold shelf: for Siti Aminah" in page
    assert "Nobody is at the desk" in page


def test_refusal_names_every_reason_and_only_who_may_overrides(desk, head, branch):
    rule(limit_total="0", lends="no")
    patron, item = PatronFactory(), ItemFactory(branch=branch)

    refused = scan(desk, item.barcode, patron).text
    assert "0 copies are out already, of at most 0." in refused
    assert "This collection isn&#x27;t lent" in refused
    assert 'name="override"' not in refused
    assert 'name="override"' in scan(head, item.barcode, patron).text

    assert "Lent until" in scan(head, item.barcode, patron, override="Dosen tamu").text
    assert Loan.objects.get().override == "Dosen tamu"


def test_words_bring_up_people_and_nonsense_says_what_to_do(desk, branch):
    patron = PatronFactory(name="Teguh Prasetyo")

    assert f"/staff/circulation/person/{patron.pk}/" in scan(desk, "prasetyo").text
    assert "Nothing is known by “XYZZY”" in scan(desk, "XYZZY").text


def test_blocked_card_is_refused(desk, branch):
    card = cards.issue(patron=PatronFactory(), code="LOST-1", at=timezone.now(), by=SYSTEM)
    cards.block(card_id=card.pk, reason="hilang", at=timezone.now(), by=SYSTEM)

    page = scan(desk, "LOST-1").text

    assert "This card is blocked" in page
    assert "hilang" in page


def test_script_gets_the_line_and_the_person_alone(desk, branch):
    patron, item = PatronFactory(), ItemFactory(branch=branch)

    part = desk.post(
        "/staff/circulation/scan", {"scan": item.barcode, "person": patron.pk}, headers={"Desk-Script": "1"}
    )

    assert part.text.lstrip().startswith("<ul>")
    assert "<html" not in part.text
    assert f'data-person="{patron.pk}"' in part.text


def test_panel_shows_blocks_what_is_due_and_what_waits(desk, branch):
    patron = PatronFactory(valid_until=timezone.localdate() - timedelta(days=1))
    Block.objects.create(patron=patron, kind="by_hand", reason="Merusak buku", made_at=timezone.now(), made_by="x")
    LoanFactory(patron=patron, item__bib__title="Laskar pelangi edisi meja")
    item = ItemFactory(branch=branch, status="on_hold")
    HoldFactory(patron=patron, bib=item.bib, item_kept=item, state="ready", pickup=branch)

    page = desk.get(f"/staff/circulation/person/{patron.pk}/").text

    for text in ("Merusak buku", "The membership ended on", "Laskar pelangi edisi meja", "Waits on the hold shelf"):
        assert text in page


@pytest.mark.parametrize("rows", [1, 25])
def test_person_at_the_desk_costs_the_same_for_any_number_of_loans(desk, branch, rows, django_assert_max_num_queries):
    patron = PatronFactory()
    LoanFactory.create_batch(rows, patron=patron, item__branch=branch)

    with django_assert_max_num_queries(18):
        page = desk.get(f"/staff/circulation/person/{patron.pk}/")

    assert page.text.count('class="late"') + page.text.count('<li class="">') == rows


def test_all_is_renewed_and_the_rest_says_why(desk, branch):
    rule(renewals="1", loan_length="30")
    patron, now = PatronFactory(), timezone.now()
    LoanFactory(patron=patron, item__branch=branch, started_at=now, due_at=now + timedelta(days=2))
    LoanFactory(patron=patron, item__branch=branch, started_at=now, due_at=now + timedelta(days=3), renewals=1)

    page = desk.post(f"/staff/circulation/person/{patron.pk}/renew").text

    assert page.count("Renewed until") == 1
    assert "It was renewed 1 times already, of at most 1." in page


def test_receipt_lists_what_is_at_home(desk, branch):
    loan = LoanFactory(item__branch=branch, item__bib__title="Bumi manusia untuk struk")

    page = desk.get(f"/staff/circulation/person/{loan.patron_id}/receipt").text

    assert "Bumi manusia untuk struk" in page
    assert loan.item.barcode in page


def test_desk_stands_where_it_is_told_to(desk, branch):
    other = BranchFactory(code="FT", name="Perpustakaan Teknik")

    desk.post("/staff/circulation/branch", {"branch": other.pk})
    item = ItemFactory(branch=other)
    scan(desk, item.barcode, PatronFactory())

    assert Loan.objects.get().branch == other


def test_pull_list_shelf_and_transits_stand_on_one_page(desk, branch):
    item = ItemFactory(branch=branch)
    hold = HoldFactory(bib=item.bib, pickup=branch)
    page = desk.get("/staff/circulation/holds/").text
    assert item.barcode in page

    after = desk.post(f"/staff/circulation/holds/{hold.pk}/fulfil/{item.pk}", follow=True).text

    assert "Hold shelf: for" in after
    assert Hold.objects.get().state == Hold.State.READY
    desk.post(f"/staff/circulation/holds/{hold.pk}/cancel")
    assert "Nobody came" in desk.get("/staff/circulation/holds/").text


def test_use_in_the_library_is_counted(desk, branch):
    item = ItemFactory(branch=branch)

    assert "Counted:" in desk.post("/staff/circulation/inside/count", {"scan": item.barcode}).text
    assert InsideUse.objects.count() == 1
    assert desk.post("/staff/circulation/inside/count", {"scan": "NOPE"}).status_code == 404


def test_scans_made_without_the_server_are_sent_and_conflicts_settled(desk, head, branch):
    rule(limit_total="1")
    patron, one, other = PatronFactory(), ItemFactory(branch=branch), ItemFactory(branch=branch)
    now = timezone.now().isoformat()
    scans = [
        {"key": "a", "deed": "lend", "barcode": one.barcode, "card": patron.number, "at": now},
        {"key": "b", "deed": "lend", "barcode": other.barcode, "card": patron.number, "at": now},
    ]

    answer = desk.post("/staff/circulation/upload", json.dumps(scans), content_type="application/json")
    again = desk.post("/staff/circulation/upload", json.dumps(scans), content_type="application/json")

    assert [row["state"] for row in answer.json()["scans"]] == ["done", "conflict"]
    assert again.json() == answer.json()
    assert "1 scan that was made without the server needs a person" in desk.get("/staff/circulation/").text
    row = DeskUpload.objects.get(state="conflict")
    assert other.barcode in desk.get("/staff/circulation/conflicts/").text
    assert head.post(f"/staff/circulation/conflicts/{row.pk}/again", {"reason": "Sudah dibawa"}).status_code == 302
    assert Loan.objects.count() == 2


@pytest.mark.parametrize("body", ["", "{}", "[]", "[1]", "no", '[{"key": "a"}]', '[{"at": "2026-11-23T10:00:00"}]'])
def test_sending_that_cannot_be_read_is_refused(desk, branch, body):
    answer = desk.post("/staff/circulation/upload", body, content_type="application/json")

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address",
    ["circulation/", "circulation/holds/", "circulation/inside/", "circulation/conflicts/", "people/", "people/new/",
     "till/", "rules/", "rules/what-if/", "calendar/", "campus/", "people/looks/"],
)  # fmt: skip
def test_pages_stand_empty_for_the_head_and_refuse_readers(head, reader, branch, address):
    assert head.get(f"/staff/{address}").status_code == 200
    assert reader.get(f"/staff/{address}").status_code == 403


# --- People ----------------------------------------------------------------------------------------------------------


def test_somebody_joins_and_stands_at_the_desk(desk, branch):
    told = {"number": "2210511009", "name": "Ni Made Ayu Lestari", "card": "KTM-1"}

    answer = desk.post("/staff/people/add", told)

    patron = Patron.objects.get(number="2210511009")
    assert answer.headers["Location"] == f"/staff/circulation/person/{patron.pk}/"
    assert patron.cards.get().code == "KTM-1"
    again = desk.post("/staff/people/add", {**told, "number": "2210511010"})
    assert again.status_code == 422
    assert not Patron.objects.filter(number="2210511010").exists()  # the card was taken: neither of both


def test_money_is_taken_with_a_receipt_once_the_till_is_open(desk, branch):
    patron = PatronFactory()
    now = timezone.now()
    account.charge(patron=patron, amount_idr=8_000, cause=Entry.Cause.OVERDUE, text="Terlambat", at=now, by=SYSTEM)
    address = f"/staff/people/{patron.pk}/"
    assert "Open the till of Perpustakaan Pusat" in desk.get(address).text
    desk.post("/staff/till/open", {"amount": "50.000"})

    receipt = desk.post(f"{address}pay", {"amount": "5.000", "method": "cash"}, follow=True).text

    assert "Rp5.000" in receipt
    assert Patron.objects.get(pk=patron.pk).balance_idr == 3_000
    assert desk.post(f"{address}pay", {"amount": "10,00", "method": "cash"}).status_code == 422
    closed = desk.post("/staff/till/close", {"amount": "55.000"}, follow=True).text
    assert "The till is closed with Rp55.000." in closed


def test_only_the_head_waives_with_a_reason(desk, head, branch):
    patron = PatronFactory()
    fine = account.charge(
        patron=patron, amount_idr=8_000, cause=Entry.Cause.OVERDUE, text="Terlambat", at=timezone.now(), by=SYSTEM
    )
    address = f"/staff/people/{patron.pk}/charges/{fine.pk}/waive"

    assert desk.post(address, {"reason": "x"}).status_code == 403
    assert head.post(address, {"reason": ""}).status_code == 422
    head.post(address, {"reason": "Sakit"})

    assert Patron.objects.get(pk=patron.pk).balance_idr == 0


def test_cards_blocks_and_membership_are_kept_on_the_page_of_the_person(desk, branch):
    patron = PatronFactory()
    address = f"/staff/people/{patron.pk}/"
    desk.post(f"{address}cards/add", {"code": "RF-1", "kind": "rfid"})
    desk.post(f"{address}blocks/add", {"reason": "Merusak buku", "until": "2030-01-31"})

    page = desk.get(address).text
    assert "RF-1" in page
    assert "Merusak buku" in page
    desk.post(f"{address}cards/{patron.cards.get().pk}/block", {"reason": "hilang"})
    desk.post(f"{address}blocks/{patron.blocks.get().pk}/lift")
    desk.post(f"{address}save", {"number": patron.number, "name": "Nama Baru", "email": "", "note": "Ramah"})
    desk.post(f"{address}leave")

    fresh = Patron.objects.get(pk=patron.pk)
    assert (fresh.name, fresh.note, fresh.left_on) == ("Nama Baru", "Ramah", timezone.localdate())
    assert patron.cards.get().blocked_at
    assert patron.blocks.get().lifted_at


def test_lost_copy_is_charged_from_the_page_of_the_person(head, branch):
    loan = LoanFactory(item__branch=branch, item__price_idr=60_000)

    page = head.post(f"/staff/people/{loan.patron_id}/loans/{loan.pk}/lost", follow=True).text

    assert "Rp60.000 is charged" in page
    assert "counts as lost" in page


# --- Rules and calendar ----------------------------------------------------------------------------------------------


def test_rule_is_set_explained_and_taken_out(head, branch):
    head.post("/staff/rules/set", {"name": "loan_length", "value": "21", "branch": branch.pk})
    patron, item = PatronFactory(), ItemFactory(branch=branch)

    page = head.get("/staff/rules/").text
    assert "Perpustakaan Pusat" in page
    why = head.get("/staff/rules/what-if/", {"card": patron.number, "barcode": item.barcode}).text
    assert "It would be lent at Perpustakaan Pusat until" in why
    assert "nobody: as the product has it" in why
    assert not Loan.objects.exists()

    from pustaka.circulation.models import LoanRule

    head.post(f"/staff/rules/{LoanRule.objects.get().pk}/clear")
    assert not LoanRule.objects.exists()


def test_rule_with_a_value_that_cannot_be_is_refused_with_its_name(head, branch):
    answer = head.post("/staff/rules/set", {"name": "fine_idr", "value": "10,00"})

    assert answer.status_code == 422
    assert "Fine for a period" in answer.text


def test_calendar_is_changed_day_by_day_and_by_the_pack(head, branch):
    year = timezone.localdate().year
    address = f"/staff/calendar/{branch.pk}/"
    head.post(f"{address}pack", {"year": str(year)})
    head.post(f"{address}close", {"kind": "closed", "first": f"{year + 1}-02-01", "last": f"{year + 1}-02-03"})
    head.post(f"{address}hours", {"opens_0_0": "08:00", "closes_0_0": "16:00"})

    page = head.get(address).text

    assert "08:00" in page
    assert "3 February" in page
    assert head.post(f"{address}close", {"kind": "weekly"}).status_code == 422
    assert head.post(f"{address}hours", {"opens_0_0": "16:00", "closes_0_0": "08:00"}).status_code == 422


def test_list_of_people_is_seen_first_and_then_brought_in(head, branch, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    table = b"NIM;Nama\r\n2210511001;Siti Aminah\r\n;Tanpa nomor\r\n"
    upload = {"file": SimpleUploadedFile("anggota.csv", table), "whole": ""}

    preview = head.post("/staff/people/lists/upload", upload, follow=True)

    address = preview.redirect_chain[-1][0].split("?")[0]
    assert "Siti Aminah" in preview.text
    assert "3: The line has no number or no name." in preview.text
    assert not Patron.objects.filter(number="2210511001").exists()
    assert "What was done" in head.post(f"{address}take").text
    assert Patron.objects.filter(number="2210511001").exists()
    assert head.post(f"{address}take").status_code == 404
    assert head.post("/staff/people/lists/upload", {}).status_code == 422
    assert head.get("/staff/people/lists/people-..%2f..%2fetc/").status_code == 404
    broken = {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook")}
    assert head.post("/staff/people/lists/upload", broken, follow=True).status_code == 422


def test_campus_has_its_categories_programmes_and_terms(head, desk, branch):
    from pustaka.branches import queries as branches

    assert (
        head.post("/staff/campus/categories", {"code": "S1", "name": "Mahasiswa", "months_valid": "12"}).status_code
        == 302
    )
    head.post("/staff/campus/units", {"code": "FT", "name": "Fakultas Teknik"})
    faculty = branches.unit_of_code("FT")
    head.post("/staff/campus/units", {"code": "TI", "name": "Informatika", "parent": faculty.pk})
    term = {"code": "2026-1", "name": "Semester gasal", "starts_on": "2026-08-24", "ends_on": "2026-12-18"}
    head.post("/staff/campus/terms", term)

    page = head.get("/staff/campus/").text

    for text in ("Mahasiswa", "12 months", "Informatika", "Semester gasal", "18 December 2026"):
        assert text in page
    assert head.post("/staff/campus/terms", {**term, "ends_on": "2026-01-01"}).status_code == 422
    assert head.post("/staff/campus/units", {"code": "", "name": ""}).status_code == 422
    assert head.post("/staff/campus/categories", {"code": "S1", "name": "x", "months_valid": "999"}).status_code == 422
    head.post("/staff/campus/terms/2026-1/drop")
    assert not branches.terms()
    assert desk.get("/staff/campus/").status_code == 403

"""The letter of clearance: refused with all that stands in the way, issued as PDF, verified by anybody, taken back."""

import pypdfium2
import pytest
import zxingcpp
from django.utils import timezone

from pustaka.branches.services import units
from pustaka.circulation.models import Clearance, Hold
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons.models import Entry, Patron, Role
from pustaka.patrons.services import account
from tests.factories import ItemFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory
from tests.interfaces.web.conftest import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(reader):
    return Patron.objects.get(pk=reader.session["_auth_user_id"])


@pytest.fixture
def head(db):
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="Ratna", roles=[Role.HEAD]))
    return client


def test_page_names_everything_that_stands_in_the_way_and_no_letter_comes(reader, me):
    LoanFactory(patron=me, item__bib__title="Laskar pelangi")
    kept = ItemFactory(status="on_hold", bib__title="Bumi manusia")
    HoldFactory(patron=me, bib=kept.bib, item_kept=kept, state="ready")
    account.charge(patron=me, amount_idr=4_000, cause=Entry.Cause.OVERDUE, text="x", at=timezone.now(), by=SYSTEM)

    page = reader.get("/clearance/").text

    for text in ("Laskar pelangi", "Bumi manusia", "Owes Rp4.000"):
        assert text in page
    assert "Get the letter" not in page
    assert reader.post("/clearance/issue").status_code == 409
    assert not Clearance.objects.exists()


def test_letter_is_a_pdf_whose_code_leads_to_a_page_that_says_it_is_genuine(reader, me, visitor):
    faculty = units.put(code="FT", name="Fakultas Teknik", by=SYSTEM)
    Patron.objects.filter(pk=me.pk).update(unit=faculty)
    waiting = HoldFactory(patron=me)
    address = reader.post("/clearance/issue").headers["Location"]

    answer = reader.get(address)

    page = pypdfium2.PdfDocument(answer.content)[0]
    text = page.get_textpage().get_text_range()
    assert me.name in text
    assert "Fakultas Teknik" in text
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert code.text.endswith(f"/clearance/verify/{Clearance.objects.get().token}/")
    seen = visitor.get(code.text.partition("/clearance")[1] + code.text.partition("/clearance")[2])
    assert "This letter is genuine" in seen.text
    assert me.name in seen.text
    waiting.refresh_from_db()
    assert waiting.state == Hold.State.CANCELED


def test_nobody_reads_anothers_letter_and_a_made_up_one_is_not_found(reader, visitor, head):
    patron = PatronFactory()
    assert head.post(f"/clearance/of/{patron.pk}/issue").status_code == 302
    token = Clearance.objects.get().token

    assert reader.get(f"/clearance/letter/{token}.pdf").status_code == 404
    assert visitor.get(f"/clearance/letter/{token}.pdf").status_code == 302
    assert visitor.get("/clearance/verify/made-up/").status_code == 404
    assert reader.get(f"/clearance/of/{patron.pk}/").status_code == 403
    assert reader.post(f"/clearance/of/{patron.pk}/issue").status_code == 403


def test_letter_that_is_taken_back_says_so_and_not_why(head, visitor):
    patron = PatronFactory()
    head.post(f"/clearance/of/{patron.pk}/issue")
    found = Clearance.objects.get()
    address = f"/clearance/of/{patron.pk}/{found.pk}/revoke"
    assert head.post(address, {"reason": " "}).status_code == 422

    page = head.post(address, {"reason": "Buku rusak ditemukan"}, follow=True).text

    assert "Buku rusak ditemukan" in page
    seen = visitor.get(f"/clearance/verify/{found.token}/").text
    assert "This letter doesn’t hold any more" in seen
    assert "Buku rusak" not in seen


def test_letters_are_numbered_within_the_year(head):
    for _ in range(2):
        head.post(f"/clearance/of/{PatronFactory().pk}/issue")

    year = timezone.localdate().year
    numbers = list(Clearance.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [f"0001/BP/{year}", f"0002/BP/{year}"]

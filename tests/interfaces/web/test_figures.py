"""Figures as pages and files, and the screen at the door."""

import csv
import io
from datetime import timedelta

import openpyxl
import pypdfium2
import pytest
from django.utils import timezone

from pustaka.patrons.models import Role
from pustaka.reporting import queries, services
from pustaka.security.models import Visit
from tests.factories import BranchFactory, PatronFactory
from tests.factories.circulation import LoanFactory
from tests.interfaces.web.conftest import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    client = Visitor(headers={"accept-language": "en"})
    client.force_login(PatronFactory(name="Ratna", roles=[Role.HEAD]))
    return client


@pytest.fixture
def lent(db):
    now = timezone.now() - timedelta(days=2)
    branch = BranchFactory(code="PUSAT", name="Perpustakaan Pusat")
    for number in range(3):
        LoanFactory(
            item__branch=branch, item__bib__title=f"=Bumi manusia {number}", started_at=now,
            due_at=now + timedelta(days=9),
        )  # fmt: skip
    services.build(first=now.date() - timedelta(days=3), last=timezone.localdate())
    return branch


@pytest.mark.parametrize("kept", queries.REPORTS, ids=lambda kept: kept.code)
def test_every_report_is_a_page_and_three_files(head, lent, kept):
    address = f"/staff/figures/{kept.code}/"
    assert head.get(address).status_code == 200

    for kind in ("csv", "xlsx", "pdf"):
        answer = head.get(f"{address}file.{kind}")
        assert answer.status_code == 200
        assert f"{kept.code}-" in answer.headers["Content-Disposition"]
        assert len(answer.content) > 20


def test_files_say_what_the_page_says_and_no_cell_is_a_formula(head, lent):
    page = head.get("/staff/figures/titles/").text
    assert "=Bumi manusia 0" in page

    rows = list(csv.reader(io.StringIO(head.get("/staff/figures/titles/file.csv").content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(head.get("/staff/figures/titles/file.xlsx").content)).active
    paper = pypdfium2.PdfDocument(head.get("/staff/figures/titles/file.pdf").content)[0].get_textpage().get_text_range()

    assert rows[0] == ["Title", "Loans", "Author"]
    assert [row[1] for row in rows[1:]] == ["1", "1", "1"]
    assert all(row[0].startswith("'=") for row in rows[1:])
    assert [cell.value for cell in book[3]] == ["Title", "Loans", "Author"]
    assert "Bumi manusia" in paper


def test_filters_stand_in_the_address_and_nonsense_asks_for_the_last_year(head, lent):
    other = BranchFactory(code="FT")

    assert "3" in head.get(f"/staff/figures/hours/?branch={lent.pk}").text
    assert "Nothing happened in this time" in head.get(f"/staff/figures/hours/?branch={other.pk}").text
    for query in ("first=x", "first=2026-12-01&last=2026-01-01", "branch=999999"):
        assert head.get(f"/staff/figures/hours/?{query}").status_code == 200
    assert head.get("/staff/figures/nonsense/").status_code == 404
    assert head.get("/staff/figures/hours/file.exe").status_code == 404


def test_figures_are_for_those_who_may_see_them(reader, librarian, lent):
    for client in (reader, librarian):
        assert client.get("/staff/figures/").status_code == 403
        assert client.get("/staff/figures/titles/file.csv").status_code == 403


def test_visitors_sign_in_at_the_door(head, lent):
    patron = PatronFactory(name="Maria Goreti Lamawuran")

    page = head.post("/staff/door/enter", {"scan": patron.number, "purpose": "read"}, follow=True).text
    assert "Welcome, Maria." in page
    assert "Lamawuran" not in page
    assert "1 visitor today" in page
    assert "Welcome again" in head.post("/staff/door/enter", {"scan": patron.number}, follow=True).text
    assert "Welcome to the library." in head.post("/staff/door/guest", {"origin": "SMA 3"}, follow=True).text
    assert head.post("/staff/door/enter", {"scan": "NOPE"}).status_code == 404
    assert Visit.objects.count() == 2

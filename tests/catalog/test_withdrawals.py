"""Copies are withdrawn with a reason, reported, taken back; and what could go is found."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries, weeding
from pustaka.catalog.models import Change, Item, Withdrawal, WithdrawalReport
from pustaka.catalog.services import withdrawals
from pustaka.catalog.services.withdrawals import Signer
from pustaka.catalog.weeding import Wish
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, BranchFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)
Reason = Withdrawal.Reason


def withdraw(barcode, reason=Reason.WORN, note="", by=SARI):
    return withdrawals.withdraw(barcode=barcode, reason=reason, note=note, at=AT, by=by)


def draw_up(number="12/BA/2026", **more):
    return withdrawals.draw_up(number=number, decided_on=date(2026, 11, 23), at=LATER, by=SARI, **more)


def test_a_withdrawn_copy_keeps_its_row_and_its_history():
    item = ItemFactory(barcode="B1", status="repair")

    done = withdraw(" B1 ")

    item.refresh_from_db()
    assert (item.status, item.version, done.status_before) == ("withdrawn", 2, "repair")
    (step,) = queries.item_steps(item.pk)
    assert (step.told.change, step.told.reason) == (Change.WITHDRAWN, "Worn out or damaged")


def test_a_copy_taken_back_is_what_it_was():
    item = ItemFactory(barcode="B1", status="reference")
    done = withdraw("B1")

    withdrawals.take_back(withdrawal_id=done.pk, at=LATER, by=SARI)

    item.refresh_from_db()
    assert (item.status, item.version, Withdrawal.objects.count()) == ("reference", 3, 0)
    with pytest.raises(NotFound):
        withdrawals.take_back(withdrawal_id=done.pk, at=LATER, by=SARI)


def test_what_cannot_be_withdrawn_is_refused_with_words():
    ItemFactory(barcode="B1")
    withdraw("B1")
    ItemFactory(barcode="B2")

    with pytest.raises(withdrawals.WithdrawalRefused, match="withdrawn already"):
        withdraw("B1")
    with pytest.raises(NotFound, match="B9"):
        withdraw("B9")
    with pytest.raises(Invalid, match="Say in the note"):
        withdraw("B2", Reason.OTHER, "  ")
    with pytest.raises(NotPermitted):
        withdraw("B2", by=VISITOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withdrawal.objects.update(reason="other", note="")


def test_a_report_takes_what_waits_and_holds_it():
    ItemFactory(barcode="B1")
    done = withdraw("B1")

    report = draw_up(signers=[Signer("Kepala Perpustakaan", "Dewi Lestari", "1978")])

    assert [row.item.barcode for row in queries.withdrawals(report)] == ["B1"]
    assert not queries.withdrawals().exists()
    assert report.signers == [["Kepala Perpustakaan", "Dewi Lestari", "1978"]]
    with pytest.raises(withdrawals.WithdrawalRefused, match="stands in a report"):
        withdrawals.take_back(withdrawal_id=done.pk, at=LATER, by=SARI)
    withdrawals.take_report_back(report_id=report.pk, at=LATER, by=SARI)
    assert queries.withdrawals().count() == 1


def test_a_report_needs_a_number_of_its_own_and_something_to_report():
    with pytest.raises(Invalid, match="No copy was withdrawn"):
        draw_up()
    ItemFactory(barcode="B1")
    withdraw("B1")
    with pytest.raises(Invalid, match="Give the report a number"):
        draw_up(number=" ")
    draw_up()
    ItemFactory(barcode="B2")
    withdraw("B2")
    with pytest.raises(Invalid, match="12/BA/2026 already"):
        draw_up()
    assert WithdrawalReport.objects.count() == 1


def barcodes(**wish):
    return [item.barcode for item in weeding.candidates(Wish(**wish))]


def test_candidates_are_found_by_age_class_copies_place_and_care():
    old = BibFactory(record=marc_record(title="Komputer", year=1990, ddc="004"))
    new = BibFactory(record=marc_record(title="Jaringan", year=2020, ddc="004.6"))
    undated = BibFactory(record=marc_record(title="Tanpa tahun", year=None, ddc="297"))
    branch = BranchFactory(code="FH")
    ItemFactory(bib=old, barcode="O1", received_on=date(1991, 5, 1))
    ItemFactory(bib=old, barcode="O2", version=2, condition="worn")
    ItemFactory(bib=new, barcode="N1", branch=branch)
    ItemFactory(bib=undated, barcode="U1")
    ItemFactory(bib=old, barcode="W1", status="withdrawn")
    Item.objects.filter(barcode="W1").update(condition="worn")

    assert barcodes(published_before=1991) == ["O1", "O2"]
    assert barcodes(published_before=1990) == []
    assert barcodes(received_before=date(1991, 5, 2)) == ["O1"]
    assert barcodes(received_before=date(1991, 5, 1)) == []
    assert barcodes(classification="004") == ["O1", "O2", "N1"]
    assert barcodes(copies_over=1) == ["O1", "O2"]
    assert barcodes(copies_over=2) == []
    assert barcodes(branch_id=branch.pk) == ["N1"]
    assert barcodes(condition="worn") == ["O2"]
    assert barcodes(never_changed=True, published_before=2000) == ["O1"]
    assert barcodes() == ["O1", "O2", "N1", "U1"]


def test_titles_without_a_copy_are_those_that_should_have_one():
    without = BibFactory(record=marc_record(title="Tanpa eksemplar"))
    gone = BibFactory(record=marc_record(title="Semua disiangi"))
    ItemFactory(bib=gone, status="withdrawn")
    ItemFactory(bib=BibFactory(record=marc_record(title="Ada")))
    BibFactory(record=marc_record(title="Artikel", leader="00000nab a2200000 i 4500"))

    assert list(weeding.titles_without_copies()) == [without, gone]

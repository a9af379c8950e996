from datetime import timedelta

import pytest

from pustaka.circulation import queries
from pustaka.circulation.models import DeskUpload, Loan, Renewal
from pustaka.circulation.services import letters, nightly, offline
from pustaka.circulation.services.offline import Scan
from pustaka.foundation import events
from pustaka.foundation.actors import VISITOR
from pustaka.foundation.errors import DomainError, Invalid, NotFound, NotPermitted
from pustaka.notices.models import Notice
from pustaka.patrons.models import Patron
from tests.circulation.conftest import AT, BY
from tests.factories import ItemFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory

DAY = timedelta(days=1)


def told(code):
    return list(Notice.objects.filter(kind=code).order_by("pk"))


# --- The night -------------------------------------------------------------------------------------------------------


def test_one_letter_names_all_that_is_due_soon_and_is_written_once(branch):
    patron = PatronFactory(language="en")
    LoanFactory(patron=patron, item__bib__title="Bumi manusia")
    LoanFactory(patron=patron, item__bib__title="Laskar pelangi")
    LoanFactory(patron=patron, due_at=AT + 3 * DAY)

    assert nightly.run(at=AT).due_soon == 1
    assert nightly.run(at=AT + timedelta(hours=1)).due_soon == 0

    (notice,) = told("due_soon")
    assert "Bumi manusia" in notice.text
    assert "Laskar pelangi" in notice.text
    assert "23 November 2026" in notice.text
    assert notice.text.count("2026") == 2


def test_overdue_letter_comes_at_each_step_once(branch):
    LoanFactory()  # due on the 23rd, at the end of the day

    steps = [nightly.run(at=AT + days * DAY).overdue for days in range(40)]

    assert [day for day, count in enumerate(steps) if count] == [2, 8, 15, 29]


def test_overdue_letter_that_still_waits_gives_way_to_the_newest(branch):
    loan = LoanFactory()
    nightly.run(at=AT + 2 * DAY)
    (first,) = told("overdue")

    nightly.run(at=AT + 8 * DAY)

    (newest,) = told("overdue")
    assert newest.pk != first.pk
    newest.deliveries.update(state="sent", sent_at=AT + 8 * DAY)
    nightly.run(at=AT + 15 * DAY)
    assert len(told("overdue")) == 2  # what went out is kept
    assert loan.patron == newest.patron


def test_nobody_is_asked_for_what_is_claimed_or_lost(branch):
    LoanFactory(claimed_at=AT)
    LoanFactory(lost_at=AT)

    assert nightly.run(at=AT + 3 * DAY).overdue == 0


@pytest.mark.parametrize(("stop", "renewed"), [("", 1), ("8", 1), ("7", 0)])
def test_loan_renews_itself_until_the_rules_say_stop(branch, rule, stop, renewed):
    rule(renews_itself="yes", renews_itself_for=stop, renewals="5")
    LoanFactory(item__branch=branch)  # begun a week ago

    assert nightly.run(at=AT).renewed == renewed
    assert Renewal.objects.filter(by_whom=Renewal.By.ITSELF).count() == renewed


def test_loan_that_somebody_waits_for_does_not_renew_itself(branch, rule):
    rule(renews_itself="yes", renewals="5")
    HoldFactory(bib=LoanFactory(item__branch=branch).bib)

    assert nightly.run(at=AT).renewed == 0


@pytest.mark.parametrize(("days", "lost"), [(29, 0), (31, 1)])
def test_copy_counts_as_lost_after_so_many_days(branch, rule, days, lost):
    rule(lost_after="30")
    loan = LoanFactory(item__branch=branch, item__price_idr=50_000)

    assert nightly.run(at=AT + days * DAY).lost == lost
    assert Patron.objects.get(pk=loan.patron_id).balance_idr == lost * 50_000


def test_link_to_an_old_loan_is_cut_unless_the_reader_keeps_it(branch):
    old = LoanFactory(returned_at=AT)
    kept = LoanFactory(returned_at=AT, patron__keeps_history=True)
    still_out = LoanFactory()

    assert nightly.cut_links(at=AT + 90 * DAY) == 0
    assert nightly.cut_links(at=AT + 91 * DAY) == 1

    assert Loan.objects.get(pk=old.pk).patron is None
    assert Loan.objects.get(pk=kept.pk).patron == kept.patron
    assert Loan.objects.get(pk=still_out.pk).patron == still_out.patron


def test_end_of_the_membership_is_told_a_month_before_and_once(branch):
    PatronFactory(valid_until=(AT + 30 * DAY).date())
    PatronFactory(valid_until=(AT + 31 * DAY).date())

    assert nightly.run(at=AT).memberships == 1
    assert nightly.run(at=AT).memberships == 0


def test_ready_copy_is_told_through_the_switchboard(branch):
    loan = LoanFactory(item__branch=branch)
    hold = HoldFactory(bib=loan.bib, pickup=branch, patron__language="id")
    from pustaka.circulation.services import returns

    returns.check_in(item_id=loan.item_id, branch=branch, **BY)
    letters.tell_ready(hold_id=hold.pk, at=AT)
    letters.tell_ready(hold_id=hold.pk, at=AT)

    (notice,) = told("hold_ready")
    assert (notice.patron, notice.language) == (hold.patron, "id")
    assert "Perpustakaan Pusat" in notice.text
    assert events.undelivered().filter(name="circulation.HoldReady").count() == 1


# --- What the desk did without the server ----------------------------------------------------------------------------


def scan(key, deed, item, patron=None, minutes=0, **more):
    told = {"key": key, "deed": deed, "barcode": item.barcode, "happened_at": AT + timedelta(minutes=minutes)}
    return Scan(**{**told, "card": patron.number if patron else "", **more})


def send(*scans, branch):
    return offline.upload(scans=scans, branch=branch, at=AT + timedelta(hours=2), by=BY["by"])


def test_scans_are_done_in_the_order_in_which_they_happened(branch):
    item, one, other = ItemFactory(branch=branch), PatronFactory(), PatronFactory()

    rows = send(
        scan("c", "lend", item, other, 3), scan("a", "lend", item, one, 1), scan("b", "return", item, None, 2),
        branch=branch,
    )  # fmt: skip

    assert [(row.key, row.state) for row in rows] == [("a", "done"), ("b", "done"), ("c", "done")]
    loans = Loan.objects.order_by("started_at")
    assert [(loan.patron, loan.returned_at) for loan in loans] == [(one, AT + timedelta(minutes=2)), (other, None)]
    assert loans[0].started_at == AT + timedelta(minutes=1)


def test_scan_that_is_sent_twice_counts_once(branch):
    item, patron = ItemFactory(branch=branch), PatronFactory()

    first = send(scan("a", "lend", item, patron), branch=branch)
    again = send(scan("a", "lend", item, patron), branch=branch)

    assert first == again
    assert Loan.objects.count() == 1


def test_what_cannot_be_done_waits_for_a_person_and_the_rest_goes_on(branch):
    gone, fine, patron = LoanFactory(item__branch=branch), ItemFactory(branch=branch), PatronFactory()

    rows = send(
        scan("a", "lend", gone.item, patron), scan("b", "lend", fine, patron, 1),
        scan("c", "lend", fine, patron, 2, barcode="NOPE"), scan("d", "lend", fine, patron, 3, card="WHO"),
        branch=branch,
    )  # fmt: skip

    assert [row.state for row in rows] == ["conflict", "done", "conflict", "conflict"]
    assert "lent to" in rows[0].said
    assert "NOPE" in rows[2].said
    assert "WHO" in rows[3].said
    assert [row.key for row in queries.conflicts(branch)] == ["a", "c", "d"]


def test_conflict_is_settled_by_trying_again_with_a_reason_or_by_words(branch, rule):
    rule(limit_total="0")
    item, patron = ItemFactory(branch=branch), PatronFactory()
    row, other = send(scan("a", "lend", item, patron), scan("b", "lend", item, patron, 1), branch=branch)
    with pytest.raises(DomainError):
        offline.try_again(upload_id=row.pk, **BY)

    done = offline.try_again(upload_id=row.pk, override="Sudah dibawa pulang", **BY)
    dropped = offline.drop(upload_id=other.pk, said="Pindaian ganda", by=BY["by"])

    assert (done.state, done.loan.override) == (DeskUpload.State.DONE, "Sudah dibawa pulang")
    assert (dropped.state, dropped.said) == (DeskUpload.State.DROPPED, "system: Pindaian ganda")
    assert not queries.conflicts(branch)
    with pytest.raises(NotFound):
        offline.drop(upload_id=other.pk, said="x", by=BY["by"])


def test_desk_whose_clock_is_ahead_lends_now(branch):
    item, patron = ItemFactory(branch=branch), PatronFactory()

    (row,) = send(scan("a", "lend", item, patron, 60 * 24 * 400), branch=branch)

    assert row.loan.started_at == AT + timedelta(hours=2)


@pytest.mark.parametrize("more", [{"key": ""}, {"key": "x" * 61}, {"deed": "eat"}, {"barcode": " "}])
def test_scan_that_cannot_be_read_refuses_the_whole_sending(branch, more):
    item, patron = ItemFactory(branch=branch), PatronFactory()

    with pytest.raises(Invalid):
        send(
            scan("a", "lend", item, patron), Scan(**{**vars_of(scan("b", "lend", item, patron)), **more}), branch=branch
        )

    assert not DeskUpload.objects.exists()


def test_only_who_lends_sends_scans(branch):
    with pytest.raises(NotPermitted):
        offline.upload(scans=[], branch=branch, at=AT, by=VISITOR)


def vars_of(scan):
    return {name: getattr(scan, name) for name in Scan.__dataclass_fields__}

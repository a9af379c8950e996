"""My loans, holds, charges and what I read before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.circulation import queries as circulation
from pustaka.circulation.models import Hold, Loan
from pustaka.circulation.rules import Refusal
from pustaka.circulation.services import holds, loans, returns
from pustaka.circulation.words import sentence
from pustaka.interfaces.web.requests import action, actor_of, page, person_of
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron
from pustaka.patrons.services import people

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A loan with what can be done about it: why it can't be renewed, and what it would cost if it came back now."""

    loan: Loan
    due_on: date
    is_late: bool
    why_not: Sequence[str]
    fine_idr: int

    @property
    def may_renew(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hold with its place in the queue and about when its turn comes."""

    hold: Hold
    rank: int = 0
    expected_on: date | None = None


def shown_loans(patron: Patron, *, at: datetime) -> list[Shown]:
    """The person's loans, soonest due first, at most so many."""
    found = []
    for loan in circulation.open_loans(patron)[:SHOWN]:
        case = circulation.renewal_case(loan=loan, patron=patron, at=at)
        found.append(
            Shown(
                loan=loan, due_on=circulation.in_zone(loan.due_at, loan.branch).date(), is_late=loan.due_at < at,
                why_not=_words(case.refusals),
                fine_idr=returns.late_fine(loan=loan, patron=patron, at=at).amount_idr,
            )
        )  # fmt: skip
    return found


def _words(refusals: Sequence[Refusal]) -> list[str]:
    return [sentence(one) for one in refusals]


def shown_holds(patron: Patron) -> list[Waiting]:
    """What the person waits for; rank and day only of what waits still."""
    found = []
    for hold in circulation.holds_of(patron):
        if hold.state != Hold.State.WAITING:
            found.append(Waiting(hold))
            continue
        rank = circulation.rank_of(hold)
        found.append(Waiting(hold, rank, circulation.expected_on(hold, rank=rank)))
    return found


def overview(patron: Patron, *, at: datetime) -> dict[str, Any]:
    """The figures on the first page of the account."""
    counted = circulation.counts(patron, item_type_id=None, at=at)
    return {"out": counted.all, "late": counted.overdue, "ready": circulation.ready_for(patron).count()}


@page()
@login_required
def my_loans(request: HttpRequest) -> HttpResponse:
    """What I have at home, each with one tap to renew it."""
    person = person_of(request)
    at = timezone.now()
    context = {"loans": shown_loans(person, at=at), "patron": person, "owed": person.balance_idr}
    return render(request, "account/loans.html", context)


@action()
@login_required
def renew(request: HttpRequest, loan_id: int) -> HttpResponse:
    """One loan longer."""
    loan = loans.renew(loan_id=loan_id, at=timezone.now(), by=actor_of(request))
    due_on = circulation.in_zone(loan.due_at, loan.branch).date()
    messages.success(request, _("Renewed. It is due on %(day)s now.") % {"day": _day(due_on)})
    return redirect("my_loans")


@action()
@login_required
def renew_all(request: HttpRequest) -> HttpResponse:
    """All that can be renewed."""
    done = loans.renew_all(patron=person_of(request), at=timezone.now(), by=actor_of(request))
    count = sum(one.refused is None for one in done)
    messages.success(
        request,
        ngettext("%(count)s loan is renewed.", "%(count)s loans are renewed.", count) % {"count": count},
    )
    if count < len(done):
        messages.warning(request, _("The others can't be renewed; below each one stands why."))
    return redirect("my_loans")


@action()
@login_required
def claim(request: HttpRequest, loan_id: int) -> HttpResponse:
    """I have brought it back already."""
    loans.claim_returned(loan_id=loan_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("We look for it on the shelves and write to you. No fine grows meanwhile."))
    return redirect("my_loans")


@page()
@login_required
def my_holds(request: HttpRequest) -> HttpResponse:
    """What I wait for."""
    return render(request, "account/holds.html", {"holds": shown_holds(person_of(request))})


@page()
@login_required
def ask_for(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Before getting in line: where to fetch it, and until when it is wanted."""
    return render(request, "account/ask_for.html", _asked(request, bib_id))


@action()
@login_required
def place_hold(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Get in line."""
    asked = _asked(request, bib_id)
    until = request.POST.get("until", "")
    item = catalog.item_by_barcode(request.POST["copy"]) if request.POST.get("copy") else None
    hold = holds.place(
        bib=asked["bib"], item=item, patron=person_of(request), pickup=asked["pickup"],
        wanted_until=_read_day(until), at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    messages.success(
        request,
        _("You are number %(rank)s in line. We write to you when it is ready.") % {"rank": circulation.rank_of(hold)},
    )
    return redirect("my_holds")


@action()
@login_required
def cancel_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Wait no longer."""
    holds.cancel(hold_id=hold_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("You wait for it no longer."))
    return redirect("my_holds")


@page()
@login_required
def my_charges(request: HttpRequest) -> HttpResponse:
    """What I owe, and every line of my account."""
    person = person_of(request)
    lines = Paginator(patrons.ledger(person), SHOWN).get_page(request.GET.get("page"))
    context = {"patron": person, "open": patrons.open_charges(person), "lines": lines}
    return render(request, "account/charges.html", context)


@page()
@login_required
def my_history(request: HttpRequest) -> HttpResponse:
    """What I have read, if I want the library to remember."""
    person = person_of(request)
    old = Paginator(circulation.history(person), SHOWN).get_page(request.GET.get("page"))
    figures = circulation.reading_figures(person, since=timezone.localdate() - timedelta(days=365))
    context = {"patron": person, "old": old, "figures": figures}
    return render(request, "account/history.html", context)


@action()
@login_required
def choose_history(request: HttpRequest) -> HttpResponse:
    """Remember what I read, or forget it."""
    wish = request.POST.get("keep") == "1"
    people.keep_history(patron=person_of(request), wish=wish)
    messages.success(
        request,
        _("The library remembers what you read, for you alone.")
        if wish
        else _("Loans are parted from your name %(days)s days after you bring them back.") % {"days": 90},
    )
    return redirect("my_history")


def _asked(request: HttpRequest, bib_id: int) -> dict[str, Any]:
    person, bib = person_of(request), catalog.bib(bib_id)
    places = list(branches.branches())
    told = request.POST.get("pickup", "")
    here = next((one for one in places if str(one.pk) == told), None)
    pickup = here or next((one for one in places if one.pk == person.home_branch_id), places[0])
    at = timezone.now()
    case = circulation.hold_case(bib=bib, item=None, patron=person, pickup=pickup, at=at)
    waiting = circulation.queue_length(bib.pk)
    return {
        "bib": bib, "branches": places, "pickup": pickup, "why_not": _words(case.refusals), "waiting": waiting,
        "on_shelf": catalog.copies_at_hand(bib.pk, besides=0),
    }  # fmt: skip


def _read_day(text: str) -> date | None:
    """The day of a date field; nothing where it isn't one."""
    return parse_date(text) if len(text) == 10 else None


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")

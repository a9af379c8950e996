"""Finding people, adding them, and everything that is known of one."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.circulation import queries as circulation
from pustaka.circulation.permissions import Permission as Circulation
from pustaka.circulation.services import loans
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.kit.templatetags.kit import rupiah
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.circulation.views import branch_of
from pustaka.interfaces.web.staff.patrons import forms, joining, lists
from pustaka.patrons import queries as patrons
from pustaka.patrons.permissions import Permission
from pustaka.patrons.services import account, blocks, cards, people, till
from pustaka.patrons.services import joining as joining_lists

FOLDER = "staff/patrons"
SHOWN = 50


@page(Permission.SEE_PATRONS)
def overview(request: HttpRequest) -> HttpResponse:
    """Look for somebody by number, card, address or name."""
    asked = request.GET.get("q", "")[:200]
    return render(request, f"{FOLDER}/people.html", {"asked": asked, "found": patrons.search(asked)})


@page(Permission.ADD_PATRON)
def new(request: HttpRequest) -> HttpResponse:
    """Somebody who joins: number, name, and the rest if there is time."""
    return render(request, f"{FOLDER}/new.html", {"form": forms.Person()})


@action(Permission.ADD_PATRON)
def add(request: HttpRequest) -> HttpResponse:
    """They are a member, and stand at the desk."""
    form = forms.Person(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/new.html", {"form": form}, status=422)
    patron = joining.join(form=form, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("%(name)s is a member now.") % {"name": patron.name})
    return redirect("staff:desk_person" if actor_of(request).may(Circulation.LEND) else "staff:person", patron.pk)


@page(Permission.SEE_PATRONS)
def person(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Everything about one person."""
    patron = patrons.by_id(patron_id)
    people.note_lookup(patron_id=patron.pk, at=timezone.now(), by=actor_of(request))
    return render(request, f"{FOLDER}/person.html", _person(request, patron_id, forms.Known.of(patron)))


@action(Permission.EDIT_PATRON)
def save(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Corrected."""
    form = forms.Known(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/person.html", _person(request, patron_id, form), status=422)
    told = form.cleaned_data
    people.change(
        patron_id=patron_id, number=told["number"], name=told["name"], email=told["email"], details=form.details,
        by=actor_of(request),
    )  # fmt: skip
    return _said(request, patron_id, _("Saved."))


@action(Permission.EDIT_PATRON)
def extend(request: HttpRequest, patron_id: int) -> HttpResponse:
    """A member for longer."""
    patron = people.extend(patron_id=patron_id, today=timezone.localdate(), by=actor_of(request))
    return _said(request, patron_id, _("A member until %(day)s.") % {"day": f"{patron.valid_until:%d-%m-%Y}"})


@action(Permission.EDIT_PATRON)
def leave(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Gone from the campus."""
    people.leave(patron_id=patron_id, on=timezone.localdate(), by=actor_of(request))
    return _said(request, patron_id, _("Nothing is lent to this person any more."))


@action(Permission.EDIT_PATRON)
def add_card(request: HttpRequest, patron_id: int) -> HttpResponse:
    """One more card."""
    told = _told(forms.NewCard(request.POST))
    cards.issue(patron=patrons.by_id(patron_id), **told, at=timezone.now(), by=actor_of(request))
    return _said(request, patron_id, _("The card is valid from now on."))


@action(Permission.EDIT_PATRON)
def block_card(request: HttpRequest, patron_id: int, card_id: int) -> HttpResponse:
    """A card that is lost."""
    cards.block(card_id=card_id, reason=request.POST.get("reason", ""), at=timezone.now(), by=actor_of(request))
    return _said(request, patron_id, _("The card is blocked."))


@action(Permission.BLOCK)
def add_block(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Nothing is lent for now."""
    told = _told(forms.NewBlock(request.POST))
    blocks.block(patron=patrons.by_id(patron_id), **told, at=timezone.localtime(), by=actor_of(request))
    return _said(request, patron_id, _("Blocked."))


@action(Permission.BLOCK)
def lift_block(request: HttpRequest, patron_id: int, block_id: int) -> HttpResponse:
    """Lent again."""
    blocks.lift(block_id=block_id, at=timezone.now(), by=actor_of(request))
    return _said(request, patron_id, _("The block is lifted."))


# --- People from a list ----------------------------------------------------------------------------------------------


@page(Permission.ADD_PATRON)
def lists_page(request: HttpRequest) -> HttpResponse:
    """Bring in a list: what it may look like, and the upload."""
    return render(request, f"{FOLDER}/lists.html", {"columns": joining_lists.COLUMNS})


@action(Permission.ADD_PATRON)
def upload_list(request: HttpRequest) -> HttpResponse:
    """Keep the file, and show what it would change."""
    file = request.FILES.get("file")
    key = lists.keep(file if isinstance(file, UploadedFile) else None)
    whole = "1" if request.POST.get("whole") else "0"
    return redirect(f"{reverse('staff:people_list', args=[key])}?whole={whole}")


@page(Permission.ADD_PATRON)
def list_preview(request: HttpRequest, key: str) -> HttpResponse:
    """Who is new, different or gone, and which lines can't be read; nothing is written yet."""
    is_whole = request.GET.get("whole") == "1"
    plan = lists.read(key, is_whole=is_whole)
    return render(request, f"{FOLDER}/list.html", {"plan": plan, "key": key, "is_whole": is_whole, "most": SHOWN})


@action(Permission.ADD_PATRON)
def take_list(request: HttpRequest, key: str) -> HttpResponse:
    """Do it; the report names what wasn't done."""
    plan = lists.read(key, is_whole=request.POST.get("whole") == "1")
    done = joining_lists.apply(plan=plan, at=timezone.localtime(), by=actor_of(request))
    lists.path_of(key).unlink()
    return render(request, f"{FOLDER}/list.html", {"plan": done, "key": "", "is_whole": False, "most": SHOWN})


# --- Money -----------------------------------------------------------------------------------------------------------


@action(Permission.TAKE_MONEY)
def add_charge(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Something is to be paid."""
    told = _told(forms.NewCharge(request.POST))
    account.charge_by_hand(
        patron=patrons.by_id(patron_id), amount_idr=told["amount"], cause=told["cause"], text=told["text"],
        branch=branch_of(request), at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    return _said(request, patron_id, _("The charge is written down."))


@action(Permission.TAKE_MONEY)
def pay(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Paid at the desk; the receipt comes next."""
    told = _told(forms.Payment(request.POST))
    chosen = [int(one) for one in request.POST.getlist("charge") if one.isdecimal() and len(one) < 18]
    paid = account.pay(
        patron=patrons.by_id(patron_id), amount_idr=told["amount"], charge_ids=chosen, method=told["method"],
        branch=branch_of(request), at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    return redirect("staff:money_receipt", paid.receipt.pk)


@action(Permission.WAIVE)
def waive(request: HttpRequest, patron_id: int, charge_id: int) -> HttpResponse:
    """Asked for no longer."""
    told = _told(forms.Waiver(request.POST))
    account.waive(
        charge_id=charge_id, amount_idr=told["amount"], reason=told["reason"], at=timezone.now(), by=actor_of(request)
    )
    return _said(request, patron_id, _("Waived."))


@action(Permission.WAIVE)
def refund(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Money goes back."""
    told = _told(forms.Waiver(request.POST))
    patron = patrons.by_id(patron_id)
    paid = account.refund(
        patron=patron, amount_idr=told["amount"] or account.in_favor(patron=patron), reason=told["reason"],
        branch=branch_of(request), at=timezone.now(), by=actor_of(request),
    )  # fmt: skip
    return redirect("staff:money_receipt", paid.receipt.pk)


@page(Permission.TAKE_MONEY)
def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """The paper for what was paid."""
    found = patrons.receipt(receipt_id)
    return render(request, f"{FOLDER}/receipt.html", {"receipt": found, "entries": found.entries.order_by("pk")})


@page(Permission.TAKE_MONEY)
def till_page(request: HttpRequest) -> HttpResponse:
    """The till of this desk: open it, close it, and how it was on other days."""
    branch = branch_of(request)
    session = patrons.open_till(branch)
    context = {
        "branch": branch, "session": session, "form": forms.TillCount(),
        "expected": till.expected(session=session) if session else 0, "before": patrons.tills(branch)[:SHOWN],
    }  # fmt: skip
    return render(request, f"{FOLDER}/till.html", context)


@action(Permission.TAKE_MONEY)
def open_till(request: HttpRequest) -> HttpResponse:
    """A day begins."""
    told = _told(forms.TillCount(request.POST))
    till.open_till(branch=branch_of(request), float_idr=told["amount"], at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The till is open."))
    return redirect("staff:till")


@action(Permission.TAKE_MONEY)
def close_till(request: HttpRequest) -> HttpResponse:
    """A day ends, and the till is counted."""
    told = _told(forms.TillCount(request.POST))
    closed = till.close(
        branch=branch_of(request), counted_idr=told["amount"], note=told["note"], at=timezone.now(),
        by=actor_of(request),
    )  # fmt: skip
    messages.success(request, _("The till is closed with %(amount)s.") % {"amount": rupiah(closed.counted_idr)})
    return redirect("staff:till")


# --- Loans that go wrong ---------------------------------------------------------------------------------------------


@action(Circulation.RESOLVE)
def declare_lost(request: HttpRequest, patron_id: int, loan_id: int) -> HttpResponse:
    """A copy won't come back."""
    entry = loans.declare_lost(loan_id=loan_id, at=timezone.now(), by=actor_of(request))
    said = _("The copy counts as lost; %(amount)s is charged.") % {"amount": rupiah(entry.amount_idr)} if entry else ""
    return _said(request, patron_id, said or _("The copy counts as lost. It has no price, so nothing is charged."))


@action(Circulation.RESOLVE)
def settle_claim(request: HttpRequest, patron_id: int, loan_id: int) -> HttpResponse:
    """The reader said that it was returned: so it was, or not."""
    was_returned = request.POST.get("returned") == "1"
    loans.settle_claim(loan_id=loan_id, was_returned=was_returned, at=timezone.now(), by=actor_of(request))
    return _said(request, patron_id, _("Settled."))


@page(Permission.SEE_LOOKUPS)
def lookups(request: HttpRequest) -> HttpResponse:
    """Who has opened whose page."""
    shown = Paginator(patrons.lookups(), SHOWN).get_page(request.GET.get("page"))
    return render(request, f"{FOLDER}/lookups.html", {"lookups": shown})


def _person(request: HttpRequest, patron_id: int, form: forms.Known) -> dict[str, Any]:
    patron = patrons.by_id(patron_id)
    at = timezone.now()
    return {
        "patron": patron, "form": form, "standing": patrons.standing(patron, on=timezone.localdate()),
        "blocks": patrons.blocks_of(patron), "cards": patrons.cards_of(patron),
        "open": patrons.open_charges(patron), "favor": account.in_favor(patron=patron),
        "ledger": patrons.ledger(patron)[:SHOWN], "till_is_open": patrons.open_till(branch_of(request)) is not None,
        "loans": [(loan, loan.due_at < at) for loan in circulation.open_loans(patron)[:SHOWN]],
        "new_card": forms.NewCard(auto_id="card_%s"), "new_block": forms.NewBlock(auto_id="block_%s"),
        "new_charge": forms.NewCharge(auto_id="charge_%s"),
        "payment": forms.Payment(auto_id="pay_%s", initial={"amount": max(0, patron.balance_idr)}),
        "branch": branch_of(request),
    }  # fmt: skip


def _told(form: Any) -> dict[str, Any]:
    """What a small form says.

    Raises:
        Invalid: something is missing or can't be read; the text names each field.
    """
    if not form.is_valid():
        said = [f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items()]
        raise Invalid(" ".join(said))
    told: dict[str, Any] = form.cleaned_data
    return told


def _said(request: HttpRequest, patron_id: int, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("staff:person", patron_id)

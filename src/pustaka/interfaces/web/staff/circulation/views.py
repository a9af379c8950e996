"""The desk: one box for cards and copies; holds, transits and what is read here."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.circulation import queries as circulation
from pustaka.circulation.permissions import Permission
from pustaka.circulation.services import holds, loans, offline, returns
from pustaka.circulation.services.offline import Scan
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.circulation import scanning
from pustaka.interfaces.web.staff.circulation.posted import read_json
from pustaka.interfaces.web.staff.circulation.scanning import Answer
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron
from pustaka.patrons.services import people

FOLDER = "staff/circulation"
DESK = f"{FOLDER}/desk.html"
BRANCH = "desk.branch"
MOST_LOANS = 30


def branch_of(request: HttpRequest) -> Branch:
    """Where this desk stands: as chosen here, else where the person works, else the first library.

    Raises:
        NotFound: there is no library yet.
    """
    places = list(branches.branches())
    if not places:
        raise NotFound(_("There is no library yet."))
    chosen = request.session.get(BRANCH)
    if chosen is None:
        work = patrons.workplace(actor_of(request).patron_id or 0)
        chosen = work.pk if work else None
    return next((one for one in places if one.pk == chosen), places[0])


@action(Permission.LEND)
def choose_branch(request: HttpRequest) -> HttpResponse:
    """This desk stands in another library."""
    told = request.POST.get("branch", "")
    known = {str(one.pk): one.pk for one in branches.branches()}
    if told in known:
        request.session[BRANCH] = known[told]
    return redirect("staff:desk")


@page(Permission.LEND)
def desk(request: HttpRequest) -> HttpResponse:
    """The box, with nobody at the desk: scanned copies come back."""
    return render(request, DESK, _desk(request, None))


@page(Permission.LEND)
def person(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Somebody stands at the desk: scanned copies are lent to them."""
    patron = patrons.by_id(patron_id)
    people.note_lookup(patron_id=patron.pk, at=timezone.now(), by=actor_of(request))
    return render(request, DESK, _desk(request, patron))


@action(Permission.LEND)
def scan(request: HttpRequest) -> HttpResponse:
    """One scan. The script of the page takes the line and the person; without it the whole page comes."""
    told = request.POST.get("person", "")
    before = patrons.by_id(int(told)) if told.isdecimal() and len(told) < 18 else None
    by, at = actor_of(request), timezone.now()
    answered = scanning.answer(
        text=request.POST.get("scan", "")[:200], person=before, branch=branch_of(request),
        override=request.POST.get("override", ""), at=at, by=by,
    )  # fmt: skip
    now = answered.person
    if now is not None and (before is None or before.pk != now.pk):
        people.note_lookup(patron_id=now.pk, at=at, by=by)
    if request.headers.get("Desk-Script"):
        return render(request, f"{FOLDER}/answer.html", {"answer": answered, **_person(now)})
    return render(request, DESK, {**_desk(request, now), "answers": [answered]})


def _desk(request: HttpRequest, patron: Patron | None) -> dict[str, Any]:
    branch = branch_of(request)
    return {
        "branch": branch, "branches": branches.branches(), "answers": [], "desk_words": json.dumps(_say()),
        "conflicts": circulation.conflicts(branch).count(), **_person(patron),
    }  # fmt: skip


def _person(patron: Patron | None) -> dict[str, Any]:
    if patron is None:
        return {"patron": None}
    at = timezone.now()
    fresh = patrons.by_id(patron.pk)
    return {
        "patron": fresh,
        "standing": patrons.standing(fresh, on=timezone.localdate(at)),
        "counts": circulation.counts(fresh, item_type_id=None, at=at),
        "loans": [
            {"loan": loan, "due": scanning.due_words(loan), "is_late": loan.due_at < at}
            for loan in circulation.open_loans(fresh)[:MOST_LOANS]
        ],
        "ready": circulation.ready_for(fresh),
    }


@action(Permission.LEND)
def renew(request: HttpRequest, loan_id: int) -> HttpResponse:
    """One loan longer, by the desk."""
    loan = loans.renew(loan_id=loan_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Renewed until %(day)s") % {"day": scanning.due_words(loan)})
    return redirect("staff:desk_person", loan.patron_id)


@action(Permission.LEND)
def renew_all(request: HttpRequest, patron_id: int) -> HttpResponse:
    """All that can be renewed; the others with every reason."""
    done = loans.renew_all(patron=patrons.by_id(patron_id), at=timezone.now(), by=actor_of(request))
    answers = [
        Answer(tone="refused", head=_("Not renewed"), item=one.loan.item, hints=scanning.said(one.refused))
        if one.refused
        else Answer(
            tone="done", head=_("Renewed until %(day)s") % {"day": scanning.due_words(one.loan)}, item=one.loan.item
        )
        for one in done
    ]
    context = {**_desk(request, patrons.by_id(patron_id)), "answers": answers}
    return render(request, DESK, context)


@page(Permission.LEND)
def receipt(request: HttpRequest, patron_id: int) -> HttpResponse:
    """What somebody has at home, on a strip of 80 mm or a sheet of A4."""
    return render(
        request, f"{FOLDER}/receipt.html", {"branch": branch_of(request), **_person(patrons.by_id(patron_id))}
    )


# --- Holds and transits ----------------------------------------------------------------------------------------------


@page(Permission.LEND)
def holds_here(request: HttpRequest) -> HttpResponse:
    """What to fetch, what waits on the hold shelf, what nobody fetched, and what is on its way here."""
    branch = branch_of(request)
    context = {
        "branch": branch, "pull": circulation.pull_list(branch), "shelf": circulation.shelf(branch),
        "clear": circulation.to_clear(branch), "transits": circulation.transits_to(branch),
    }  # fmt: skip
    return render(request, f"{FOLDER}/holds.html", context)


@action(Permission.LEND)
def fulfil(request: HttpRequest, hold_id: int, item_id: int) -> HttpResponse:
    """The copy is in hand, for this hold."""
    following = holds.fulfil(
        hold_id=hold_id, item_id=item_id, branch=branch_of(request), at=timezone.now(), by=actor_of(request)
    )
    messages.success(request, scanning.next_words(following))
    return redirect("staff:desk_holds")


@action(Permission.LEND)
def cancel_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Nobody waits for it any more."""
    holds.cancel(hold_id=hold_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The hold is given up."))
    return redirect("staff:desk_holds")


# --- Read in the library ---------------------------------------------------------------------------------------------


@page(Permission.LEND)
def inside(request: HttpRequest) -> HttpResponse:
    """The trolley: copies that were read here are scanned before they go back to the shelf."""
    return render(request, f"{FOLDER}/inside.html", {"branch": branch_of(request), "counted": None})


@action(Permission.LEND)
def count_inside(request: HttpRequest) -> HttpResponse:
    """One more copy that was read here."""
    item = catalog.item_by_barcode(request.POST.get("scan", ""))
    returns.use_inside(item_id=item.pk, branch=branch_of(request), at=timezone.now(), by=actor_of(request))
    return render(request, f"{FOLDER}/inside.html", {"branch": branch_of(request), "counted": item})


# --- What the desk did without the server ----------------------------------------------------------------------------


@action(Permission.LEND)
def upload(request: HttpRequest) -> JsonResponse:
    """Scans of a desk that was cut off, as a JSON list; answered with what became of each."""
    rows = offline.upload(
        scans=_scans(request.body), branch=branch_of(request), at=timezone.now(), by=actor_of(request)
    )
    return JsonResponse({"scans": [{"key": row.key, "state": row.state, "said": row.said} for row in rows]})


def _scans(body: bytes) -> list[Scan]:
    read = read_json(body)
    found = [one for one in read if isinstance(one, dict)] if isinstance(read, list) else []
    if not found or len(found) != len(read):
        raise Invalid(_("A scan of the desk can't be read. Load the page again; nothing is lost."))
    return [_scan(one) for one in found]


def _scan(told: dict[str, Any]) -> Scan:
    moment = parse_datetime(str(told.get("at", "")))
    if moment is None or timezone.is_naive(moment):
        raise Invalid(_("A scan of the desk can't be read. Load the page again; nothing is lost."))
    texts = {name: str(told.get(name, "")) for name in ("key", "deed", "barcode", "card")}
    return Scan(happened_at=moment, **texts)


@page(Permission.LEND)
def conflicts(request: HttpRequest) -> HttpResponse:
    """What a person must settle."""
    branch = branch_of(request)
    return render(request, f"{FOLDER}/conflicts.html", {"branch": branch, "rows": circulation.conflicts(branch)})


@action(Permission.LEND)
def try_again(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Do it after all."""
    offline.try_again(
        upload_id=upload_id, override=request.POST.get("reason", ""), at=timezone.now(), by=actor_of(request)
    )
    messages.success(request, _("Done."))
    return redirect("staff:desk_conflicts")


@action(Permission.LEND)
def drop(request: HttpRequest, upload_id: int) -> HttpResponse:
    """It was settled by other means."""
    offline.drop(upload_id=upload_id, said=request.POST.get("reason", ""), by=actor_of(request))
    messages.success(request, _("Settled."))
    return redirect("staff:desk_conflicts")


def _say() -> dict[str, str]:
    """What the script of the page says by itself."""
    return {
        "waiting": _("Waiting for the library"),
        "kept": _("Kept on this device, sent later"),
        "sent": _("Sent"),
        "conflict": _("Needs a person"),
        "lend": _("Lent without the server"),
        "return": _("Taken back without the server"),
    }

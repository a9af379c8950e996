from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.circulation import queries as circulation
from pustaka.circulation.permissions import Permission
from pustaka.circulation.services import clearance
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.clearance import paper
from pustaka.interfaces.web.requests import action, actor_of, page, person_of
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron


@page()
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What stands in my way, or the letter."""
    return render(request, "clearance/mine.html", _about(person_of(request)))


@action()
@login_required
def issue_mine(request: HttpRequest) -> HttpResponse:
    """My letter."""
    found = clearance.issue(patron_id=person_of(request).pk, at=timezone.localtime(), by=actor_of(request))
    return redirect("clearance:letter", found.token)


@page(Permission.CLEAR)
def of_person(request: HttpRequest, patron_id: int) -> HttpResponse:
    """What stands in somebody's way, and their letters."""
    return render(request, "clearance/person.html", _about(patrons.by_id(patron_id)))


@action(Permission.CLEAR)
def issue(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Their letter."""
    found = clearance.issue(patron_id=patron_id, at=timezone.localtime(), by=actor_of(request))
    return redirect("clearance:letter", found.token)


@action(Permission.CLEAR)
def revoke(request: HttpRequest, patron_id: int, clearance_id: int) -> HttpResponse:
    """It doesn't hold any more."""
    clearance.revoke(
        clearance_id=clearance_id, reason=request.POST.get("reason", ""), at=timezone.now(), by=actor_of(request)
    )
    messages.success(request, _("The letter doesn’t hold any more; whoever verifies it sees that."))
    return redirect("clearance:person", patron_id)


@page()
@login_required
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF, for whom it is about and for those who may issue it."""
    found = circulation.clearance(token)
    actor = actor_of(request)
    if found.patron_id != actor.patron_id and not actor.may(Permission.CLEAR):
        raise NotFound(_("The library has issued no such letter. Ask at the desk."))
    address = f"{settings.ADDRESS}{reverse('clearance:verify', args=[token])}"
    answer = HttpResponse(paper.letter(found, address=address), content_type="application/pdf")
    name = found.number.replace("/", "-")
    answer.headers["Content-Disposition"] = f'inline; filename="bebas-pustaka-{name}.pdf"'
    return answer


@page()
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a letter is genuine; for anybody who holds it in hands."""
    answer = render(request, "clearance/verify.html", {"letter": circulation.clearance(token)})
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _about(patron: Patron) -> dict[str, object]:
    return {
        "patron": patron,
        "left": circulation.in_the_way(patron),
        "letters": circulation.clearances(patron),
    }

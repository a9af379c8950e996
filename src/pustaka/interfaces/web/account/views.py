from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from pustaka.circulation import queries as circulation
from pustaka.circulation.services import forgetting
from pustaka.discovery import saved_searches as searches
from pustaka.discovery.models import SavedSearch
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.account import borrowing, own_data, searching
from pustaka.interfaces.web.opac.addresses import question
from pustaka.interfaces.web.requests import action, actor_of, page, person_of
from pustaka.notices import queries as notices
from pustaka.notices import services as letters_out
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron
from pustaka.patrons.services import people

UNDO = "account.deleted_search"


@page()
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What a person can look after in their own account."""
    person = person_of(request)
    context = {
        "patron": person,
        "has_second_step": is_mfa_enabled(person),
        "borrowed": borrowing.overview(person, at=timezone.now()),
    }
    return render(request, "account/home.html", context)


@action()
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Read on in another language: remembered in this browser, and for the person who is signed in."""
    if isinstance(request.user, Patron):
        people.choose_language(patron=request.user, language=request.POST.get("language", ""))
    return set_language(request)


# Saved searches ------------------------------------------------------------------------------------------------------
@page()
@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    """The searches that a person keeps, to run them again or to hear of what is new."""
    person = person_of(request)
    context = {
        "searches": searching.shown(list(searches.of(person))),
        "alerts": SavedSearch.Alert.choices,
        "has_address": bool(person.email),
        "deleted": request.session.pop(UNDO, None),
        "most": searches.MOST_SEARCHES,
    }
    return render(request, "account/searches.html", context)


@action()
@login_required
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep a search under a name."""
    asked = question(request.POST)
    saved = searches.save(
        patron=person_of(request),
        name=request.POST.get("name", "") or asked.text,
        text=asked.text,
        filters=asked.filters,
        sort=asked.sort,
        alert=request.POST.get("alert", ""),
        at=timezone.now(),
    )
    messages.success(request, _("The search “%(name)s” is saved.") % {"name": saved.name})
    return redirect("saved_searches")


@action()
@login_required
def change_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Another name, or letters more or less often."""
    changed = searches.change(
        patron=person_of(request),
        search_id=search_id,
        name=request.POST.get("name", ""),
        alert=request.POST.get("alert", ""),
        at=timezone.now(),
    )
    messages.success(request, _("“%(name)s” is changed.") % {"name": changed.name})
    return redirect("saved_searches")


@action()
@login_required
def delete_search(request: HttpRequest, search_id: int) -> HttpResponse:
    """Keep a search no longer; the next page offers to take that back."""
    person = person_of(request)
    kept = searches.of(person).filter(pk=search_id).first()
    searches.delete(patron=person, search_id=search_id)
    if kept is not None:
        pairs = searching.question_of(kept).pairs()
        request.session[UNDO] = {"name": kept.name, "pairs": [*pairs, ("alert", kept.alert)]}
    return redirect("saved_searches")


# My data -------------------------------------------------------------------------------------------------------------
@page()
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What the library keeps of me, why and how long; as a file, and the way to be forgotten."""
    person = person_of(request)
    context = {"patron": person, "left": circulation.in_the_way(person), "looks": patrons.lookups_of(person).count()}
    return render(request, "account/my_data.html", context)


@page()
@login_required
def download_my_data(request: HttpRequest) -> HttpResponse:
    """All of it as JSON."""
    answer = JsonResponse(
        own_data.everything(patrons.by_id(person_of(request).pk)),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-library-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@action()
@login_required
def forget_me(request: HttpRequest) -> HttpResponse:
    """Everything of mine goes; the word that was typed says that it is meant."""
    person = person_of(request)
    if request.POST.get("number", "").strip() != person.number:
        raise Invalid(_("Type your number to say that you mean it. Nothing was deleted."))
    forgetting.forget(patron_id=person.pk, at=timezone.localtime(), by=actor_of(request))
    logout(request)
    messages.success(request, _("The library has forgotten you. Figures stay, and name nobody."))
    return redirect("opac:home")


# Letters -------------------------------------------------------------------------------------------------------------
@page()
@login_required
def letters(request: HttpRequest) -> HttpResponse:
    """Which letters a person wants."""
    person = person_of(request)
    return render(request, "account/letters.html", {"wishes": notices.wishes(person), "address": person.email})


@action()
@login_required
def choose_letters(request: HttpRequest) -> HttpResponse:
    """From now on these letters and no others."""
    letters_out.wish(patron=person_of(request), on=request.POST.getlist("kind"), at=timezone.now())
    messages.success(request, _("Your choice is saved."))
    return redirect("letters")


@csrf_exempt  # the mail program posts by itself (RFC 8058); the token says for whom
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End letters of one kind, without signing in. Looking at the page changes nothing: mail programs look at links."""
    if request.method == "POST":
        found = letters_out.unsubscribe(token=token, at=timezone.now())
    else:
        found = notices.addressee(token)
    context = {"kind": found.kind, "has_account": found.patron_id is not None, "is_done": request.method == "POST"}
    answer = render(request, "account/unsubscribe.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

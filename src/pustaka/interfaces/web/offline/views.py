import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.offline import app, marks, rules
from pustaka.interfaces.web.offline.wording import SHELVES
from pustaka.interfaces.web.requests import action, actor_of, page, person_of
from pustaka.patrons.models import Patron


@page()
def manifest(request: HttpRequest) -> JsonResponse:
    """What a browser asks for to install the catalogue."""
    answer = JsonResponse(
        app.manifest(), content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    return answer


@page()
def worker(request: HttpRequest) -> HttpResponseBase:
    """The worker; where nothing is to be kept, one that ends it. A browser looks after every page for a newer one."""
    is_wanted = settings.IS_KEPT_OFFLINE and not marks.is_station(request)
    body = app.worker(settings.LIBRARY_NAME) if is_wanted else app.farewell()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="text/javascript; charset=utf-8"
    )
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(answer, ["Cookie"])
    return answer


@page()
def away(request: HttpRequest, language: str) -> HttpResponse:
    """The page that a device keeps for when the library can't be reached; nobody's name stands in it."""
    if language not in dict(settings.LANGUAGES):
        raise NotFound(_("The library doesn't speak this language."))
    return HttpResponse(app.away(language))


@page()
def overview(request: HttpRequest) -> HttpResponse:
    """What this device keeps, why or why not, and how to end it."""
    is_person = isinstance(request.user, Patron)
    context = {
        "shelves": SHELVES,
        "most_records": rules.SHELVES["records"],
        "most_lists": rules.SHELVES["lists"],
        "days": rules.KEPT_DAYS,
        "zone": settings.TIME_ZONE,
        "keeps": marks.reader_of(request) != rules.NOBODY,
        "is_on": settings.IS_KEPT_OFFLINE,
        "is_station": marks.is_station(request),
        "is_marked": marks.is_marked_station(request),
        "is_desk": is_person and bool(actor_of(request).permissions),
        "is_person": is_person,
        "is_own_device": bool(request.session.get(marks.OWN_DEVICE)),
    }
    return render(request, "offline/overview.html", context)


@action()
def choose_device(request: HttpRequest) -> HttpResponse:
    """Whether the device is the person's own; until they sign out."""
    person_of(request)
    request.session[marks.OWN_DEVICE] = is_own = request.POST.get("own") == "1"
    said = _("From now on this device keeps what you open.") if is_own else _("This device keeps nothing of yours now.")
    messages.success(request, said)
    return redirect("offline")


@action()
def choose_station(request: HttpRequest) -> HttpResponse:
    """Whether this is a computer that many use; it concerns this browser alone."""
    answer = redirect("offline")
    if request.POST.get("station") == "1":
        marks.mark_station(answer)
        messages.success(request, _("This computer keeps no pages now, whoever uses it."))
    else:
        answer.delete_cookie(marks.STATION_COOKIE)
        messages.success(request, _("This browser belongs to one person again."))
    return answer

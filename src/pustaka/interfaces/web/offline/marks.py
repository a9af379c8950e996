"""What an answer tells the worker in the browser: whose page it is, and whether it may be kept (`rules`)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from pustaka.interfaces.allowance.rules import is_within
from pustaka.interfaces.web.offline import rules
from pustaka.interfaces.web.requests import actor_of, address_of
from pustaka.patrons.models import Patron

READER, KEEP = "Pustaka-Reader", "Pustaka-Keep"
OWN_DEVICE = "offline.own_device"  # in the session: the person said so, at signing in or later
STATION_COOKIE = "pustaka_station"
STATION_COOKIE_AGE_S = 34_560_000  # 400 days, more no browser grants; renewed on every visit of the start page


def is_station(request: HttpRequest) -> bool:
    """Whether this is a computer that many use: the operator named its network, or somebody marked this browser."""
    return is_marked_station(request) or is_within(address_of(request), settings.STATION_NETWORKS)


def is_marked_station(request: HttpRequest) -> bool:
    """Whether somebody marked this browser as one that many use."""
    return bool(request.COOKIES.get(STATION_COOKIE))


def reader_of(request: HttpRequest) -> str:
    """Under which name the device keeps pages for who asks; opaque, and another one after a change of the password."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, Patron) else None
    return rules.reader(
        is_on=settings.IS_KEPT_OFFLINE,
        is_station=is_station(request),
        person=_opaque(person) if person else "",
        is_staff=person is not None and bool(actor_of(request).permissions),
        is_own_device=person is not None and bool(request.session.get(OWN_DEVICE)),
    )


def _opaque(person: Patron) -> str:
    secret = f"{person.pk} {person.get_session_auth_hash()}"
    return salted_hmac("pustaka.offline", secret, algorithm="sha256").hexdigest()[:32]


def shelf_of(request: HttpRequest) -> str:
    """On which shelf of the device the page is kept; empty where it isn't."""
    if request.method != "GET" or request.headers.get("HX-Request") or not request.resolver_match:
        return ""
    return rules.shelf_of(request.resolver_match.view_name, parameters=request.GET, reader=reader_of(request))


def frame(request: HttpRequest) -> dict[str, object]:
    """For the frame of every face: where the worker stands, if there is to be one, and whether this page is kept."""
    is_wanted = settings.IS_KEPT_OFFLINE and not is_station(request)
    return {
        "worker_href": reverse("worker") if is_wanted else "",
        "is_kept": bool(shelf_of(request)),
        "short_name": settings.SHORT_NAME,
    }


class OfflineMiddleware:
    """Says of each page whose it is and whether it may be kept; at signing out the browser drops what it has cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route == "account_logout" and request.method == "POST":
            # Not "storage": the scanner of a stock take keeps there what it couldn't send yet.
            answer.headers["Clear-Site-Data"] = '"cache"'
        if not _is_page(request, answer):
            return answer
        answer.headers[READER] = reader_of(request)
        is_secret = "no-store" in answer.headers.get("Cache-Control", "")
        if answer.status_code == 200 and not is_secret and (shelf := shelf_of(request)):
            answer.headers[KEEP] = shelf
        if route == "opac:home" and is_marked_station(request):
            mark_station(answer)
        return answer


def mark_station(answer: HttpResponse) -> None:
    """From now on this browser belongs to a computer that many use."""
    answer.set_cookie(
        STATION_COOKIE,
        "1",
        max_age=STATION_COOKIE_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _is_page(request: HttpRequest, answer: HttpResponse) -> bool:
    """A whole page of ours. A fault leans on nothing, so nobody is asked for then."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    is_told = answer.status_code < 300 or 400 <= answer.status_code < 500
    return is_html and is_told and not request.headers.get("HX-Request")

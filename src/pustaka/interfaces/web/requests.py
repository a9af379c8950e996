"""What every page shares: who asks, what a page demands, and the one place where a refusal becomes an answer."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from pustaka.foundation import adapters
from pustaka.foundation.actors import VISITOR, Actor, PermissionEnum
from pustaka.foundation.errors import DomainError, NotPermitted
from pustaka.interfaces.allowance.rules import client_address
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron, Role

ALREADY_SMALL = frozenset({"image/webp", "image/jpeg", "image/png", "application/pdf"})
View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, with the permissions of all their roles; looked up once a request."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        known = _actor(request.user) if isinstance(request.user, Patron) else VISITOR
        request._actor = known  # type: ignore[attr-defined]
    return known


def _actor(patron: Patron) -> Actor:
    meaning: Mapping[Role, frozenset[PermissionEnum]] = adapters.named("ROLES")
    permissions = frozenset[PermissionEnum]().union(*(meaning[role] for role in patrons.roles_of(patron)))
    return Actor(name=patron.name, patron_id=patron.pk, permissions=permissions)


def person_of(request: HttpRequest) -> Patron:
    """Who has signed in; for pages of one's own, behind `login_required`.

    Raises:
        NotPermitted: nobody has.
    """
    if not isinstance(request.user, Patron):
        raise NotPermitted(_("Sign in first; this is for people with an account."))
    return request.user


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, behind a proxy of ours as well."""
    return client_address(
        request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    )


def page(permission: PermissionEnum | None = None) -> Callable[[View], View]:
    """A view that only reads. With a permission it asks visitors to sign in, and staff for their second factor."""
    return _guarded(permission, require_safe)


def action(permission: PermissionEnum | None = None) -> Callable[[View], View]:
    """A view that writes: POST only."""
    return _guarded(permission, require_POST)


def _guarded(permission: PermissionEnum | None, methods: Callable[[View], View]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @methods
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission is not None:
                if not isinstance(request.user, Patron):
                    return redirect_to_login(request.get_full_path())
                actor_of(request).require(permission)
                if settings.MUST_STAFF_HAVE_SECOND_FACTOR and not is_mfa_enabled(request.user):
                    return redirect("mfa_activate_totp")
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def frame(request: HttpRequest) -> dict[str, object]:
    """For the frame of every face: who is here, and whether they work behind the desk."""
    actor = actor_of(request) if hasattr(request, "user") else VISITOR
    return {"actor": actor, "is_staff": bool(actor.permissions)}


class Compression(GZipMiddleware):
    """Compresses what becomes smaller by it; pictures and PDF are small already, and keep their length and ETag."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "") in ALREADY_SMALL:
            return response
        return super().process_response(request, response)


class RefusalMiddleware:
    """Answers a `DomainError` with a calm page that says what to do; an HTMX request gets the message alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, DomainError) else None


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The answer to what is refused."""
    if request.headers.get("HX-Request"):
        answer = render(request, "kit/refusal.html#message", {"refusal": refusal}, status=refusal.status)
        answer.headers["HX-Retarget"] = "#alerts"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    context = {"refusal": refusal, "back": _page_before(request)}
    return render(request, "kit/refusal.html", context, status=refusal.status)


def _page_before(request: HttpRequest) -> str:
    """Where the person came from, if that was one of our own pages; else the start page."""
    page_before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page_before, {request.get_host()}, require_https=request.is_secure())
    return page_before if page_before and is_ours else "/"

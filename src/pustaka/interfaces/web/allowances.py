"""What a question to the index costs, and what becomes of who asks too much; the arithmetic: `allowance.rules`."""

import math
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import ngettext

from pustaka.discovery.rules import FACETS, filters_from
from pustaka.foundation.errors import DomainError
from pustaka.interfaces.allowance.rules import (
    MOST_FACETS_OF_A_CRAWLER,
    Allowance,
    Asker,
    asker,
    is_crawler,
)
from pustaka.interfaces.allowance.table import Refused, Table, table
from pustaka.interfaces.web.requests import address_of, refused

PERSON_TIMES, CAMPUS_TIMES = (
    2,
    25,
)  # what a person who signed in, and a whole campus network, may ask more than an address

# A search costs 1. Suggestions come with every key that is pressed; a file holds thousands of titles.
COSTS = {
    "opac:search": 1.0,
    "opac:filters": 1.0,
    "opac:facet": 1.0,
    "opac:suggest": 0.2,
    "opac:suggest_json": 0.2,
    "opac:feed": 2.0,
    "opac:export": 20.0,
    "opac:export_list": 10.0,
    "opac:bibliography": 10.0,
    "opac:export_one": 0.5,
    "opac:unapi": 0.5,
    "opac:cite": 0.5,
    "opac:shelf": 1.0,
    "opac:similar": 1.0,
    "opac:editions": 1.0,
    "opac:new": 1.0,
    "opac:browse_authors": 1.0,
    "opac:browse_subjects": 1.0,
    "opac:browse_subject": 1.0,
    "opac:browse_titles": 1.0,
    "opac:browse_call_numbers": 1.0,
    "opac:browse_classes": 1.0,
    "opac:browse_class": 1.0,
}
UNINDEXED = frozenset({"opac:search", "opac:filters", "opac:facet", "opac:suggest", "opac:suggest_json", "opac:unapi"})
FILTERS = frozenset({*FACETS, "year", "year_from", "year_to", "available"})
SILENT = frozenset({"opac:suggest"})  # a list that doesn't come is no news to somebody who types

FOR_CRAWLERS = (
    "Crawlers may ask with at most three filters here (see /robots.txt). Every title is in /sitemap.xml instead.\n"
)
clock = time.time


class TooOften(DomainError):
    """More was asked than the allowance holds; the text says how long to wait."""

    status = 429


class AllowanceMiddleware:
    """Refuses before the index is asked: whoever asks too often (429), and crawlers lost among the filters (403)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        if route in COSTS:
            if not FILTERS.isdisjoint(request.GET):
                answer.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            elif route in UNINDEXED:
                answer.headers.setdefault("X-Robots-Tag", "noindex")
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Whether the question is answered at all."""
        route = request.resolver_match.view_name if request.resolver_match else ""
        kept = kept_allowances() if route in COSTS else None
        if kept is None:
            return None
        at = clock()
        if is_crawler(request.headers.get("User-Agent", "")) and _filters(request) > MOST_FACETS_OF_A_CRAWLER:
            kept.count(at=at, crawlers=1)
            return HttpResponse(FOR_CRAWLERS, status=403, content_type="text/plain; charset=utf-8")
        who = _asker(request)
        taken = kept.take(who, cost=COSTS[route], at=at) if who else None
        if taken is None or taken.is_granted:
            return None
        kept.count(at=at, too_often=1)
        return _too_often(request, wait=math.ceil(taken.wait), is_silent=route in SILENT)


def kept_allowances() -> Table | None:
    """The table that all processes share; `None` where it can't be had."""
    return table(settings.ALLOWANCES, settings.SECRET_KEY)


def refused_lately() -> Refused:
    """How many questions were refused within the last 24 hours."""
    kept = kept_allowances()
    return kept.refused(at=clock()) if kept else Refused()


def _asker(request: HttpRequest) -> Asker | None:
    a_minute = settings.SEARCHES_A_MINUTE

    def allowance(times: int) -> Allowance:
        return Allowance(per_second=a_minute * times / 60, burst=a_minute * times)

    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    if is_known and (person := request.session.get(SESSION_KEY)):
        return Asker(f"person {person}", allowance(PERSON_TIMES))
    return asker(
        address_of(request), campus=settings.CAMPUS_NETWORKS, visitor=allowance(1), shared=allowance(CAMPUS_TIMES)
    )


def _filters(request: HttpRequest) -> int:
    return len(filters_from([(name, value) for name, values in request.GET.lists() for value in values]).pairs())


def _too_often(request: HttpRequest, *, wait: int, is_silent: bool) -> HttpResponse:
    text = ngettext(
        "More was asked from here than the catalogue can answer for one reader. Wait %(wait)d second and load the page"
        " again. Those who sign in have an allowance of their own.",
        "More was asked from here than the catalogue can answer for one reader. Wait %(wait)d seconds and load the page"
        " again. Those who sign in have an allowance of their own.",
        wait,
    ) % {"wait": wait}
    answer = refused(request, TooOften(text))
    answer.headers["Retry-After"] = str(wait)
    answer.headers["Cache-Control"] = "no-store"
    if is_silent:
        answer.headers["HX-Reswap"] = "none"
    return answer

"""What machines read: sitemaps, feeds, OpenSearch, unAPI, robots.txt, and what a record page says to them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.catalog.services import exports
from pustaka.discovery import queries as discovery
from pustaka.discovery.rules import FACETS
from pustaka.interfaces.web.opac import results
from pustaka.interfaces.web.opac.addresses import question
from pustaka.interfaces.web.requests import page
from pustaka.standards import feeds, opensearch, sitemaps, unapi
from pustaka.standards.citation import Item, coins, highwire, schemaorg

IDENTIFIER = "pustaka:"  # before the number of a title, for unAPI
FEED_ENTRIES = 30
MAP_PAGE = 10_000  # ids a page; a page is made from one stretch of the primary key
MAP_KEPT_S = 60 * 60
FEEDS = {"atom": (feeds.to_atom, feeds.ATOM_TYPE), "rss": (feeds.to_rss, feeds.RSS_TYPE)}
UNAPI = {
    "marcxml": (exports.Format.MARCXML, "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"),
    "mods": (exports.Format.MODS, "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"),
    "ris": (exports.Format.RIS, ""),
    "refer": (exports.Format.ENDNOTE, ""),
    "bibtex": (exports.Format.BIBTEX, ""),
    "oai_dc": (exports.Format.DUBLIN_CORE, "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"),
    "csl_json": (exports.Format.CSL_JSON, ""),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the page of a title says to machines."""

    identifier: str
    coins: str
    highwire: list[tuple[str, str]]
    thing: schemaorg.Thing
    offer: str


def tell(request: HttpRequest, bib: Bib, item: Item, *, copies: int, available: int) -> Told:
    """COinS, Highwire tags and schema.org of one title; the copies become an offer."""
    link = request.build_absolute_uri(reverse("opac:record", args=[bib.pk]))
    stock = "InStock" if available else "OutOfStock"
    return Told(
        identifier=f"{IDENTIFIER}{bib.pk}",
        coins=coins.to_coins(item, referrer=f"{request.get_host()}:opac", link=link),
        highwire=highwire.tags(item, link=link),
        thing=schemaorg.describe(item, link=link),
        offer=f"{schemaorg.CONTEXT}{stock}" if copies else "",
    )


@page()
def serve_unapi(request: HttpRequest) -> HttpResponseBase:
    """The formats of a title, or the title in one of them (`standards.unapi` says which answer when)."""
    number, name = request.GET.get("id", ""), request.GET.get("format", "")
    if not number:
        if name:
            return HttpResponse("Which object? Give id=… as well.\n", status=400, content_type="text/plain")
        return HttpResponse(unapi.formats(_unapi_formats()), content_type=unapi.CONTENT_TYPE)
    bib = catalog.bib(int(number.removeprefix(IDENTIFIER)) if _is_ours(number) else 0)
    if not name:
        body = unapi.formats(_unapi_formats(), id=f"{IDENTIFIER}{bib.pk}")
        return HttpResponse(body, status=300, content_type=unapi.CONTENT_TYPE)
    if name not in UNAPI:
        return HttpResponse("That format isn't offered.\n", status=406, content_type="text/plain")
    form = UNAPI[name][0]
    return HttpResponse(b"".join(exports.write(bibs=[bib.pk], format=form)), content_type=exports.CONTENT_TYPES[form])


def _is_ours(identifier: str) -> bool:
    number = identifier.removeprefix(IDENTIFIER)
    return identifier.startswith(IDENTIFIER) and number.isascii() and number.isdecimal() and len(number) < 19


def _unapi_formats() -> list[tuple[str, str, str]]:
    return [(name, exports.CONTENT_TYPES[form], docs) for name, (form, docs) in UNAPI.items()]


@page()
def feed(request: HttpRequest, ending: str) -> HttpResponseBase:
    """What came last among the titles of a search, for feed readers; nothing is sent twice to one who asks again."""
    asked = question(request.GET)
    latest = discovery.latest(text=asked.text, filters=asked.filters, most=FEED_ENTRIES)
    bibs = sorted(catalog.titles(latest.ids), key=lambda bib: (bib.created_at, bib.pk), reverse=True)
    updated_at = max((bib.changed_at for bib in bibs), default=datetime(2026, 1, 1, tzinfo=UTC))
    state = [request.build_absolute_uri(), get_language(), latest.total, [(bib.pk, bib.changed_at) for bib in bibs]]
    etag = f'"{hashlib.sha256(repr(state).encode()).hexdigest()[:24]}"'
    write, kind = FEEDS[ending]
    title = _("“%(text)s”, newest first") % {"text": asked.text} if asked.text else _("New titles")
    answer = HttpResponse(content_type=f"{kind}; charset=utf-8", headers={
        "ETag": etag, "Last-Modified": http_date(int(updated_at.timestamp())), "Cache-Control": "max-age=300",
    })  # fmt: skip
    patch_vary_headers(answer, ["Accept-Language", "Cookie"])
    same = get_conditional_response(request, etag=etag, last_modified=int(updated_at.timestamp()), response=answer)
    if same is not answer:
        return same or answer
    answer.content = write(
        feeds.Feed(
            id=_tag(request, f"search{asked.href().removeprefix('/search')}"),
            title=f"{settings.LIBRARY_NAME}: {title}",
            link=request.build_absolute_uri(asked.href()),
            itself=request.build_absolute_uri(),
            updated_at=updated_at,
            author=settings.LIBRARY_NAME,
            language=get_language() or "id",
            total=latest.total,
            entries=[_entry(request, bib) for bib in bibs],
        )
    )
    return answer


def _entry(request: HttpRequest, bib: Bib) -> feeds.Entry:
    parts = [bib.get_form_display(), bib.publisher, str(bib.year or ""), bib.call_number]
    return feeds.Entry(
        id=_tag(request, f"record/{bib.pk}"),
        title=bib.title,
        link=request.build_absolute_uri(reverse("opac:record", args=[bib.pk])),
        updated_at=bib.changed_at,
        published_at=bib.created_at,
        authors=(bib.author,) if bib.author else (),
        summary=" · ".join(part for part in parts if part),
        category=str(bib.get_form_display()),
    )


def _tag(request: HttpRequest, name: str) -> str:
    """A tag URI (RFC 4151): the same for ever, whatever becomes of the addresses."""
    return f"tag:{request.get_host().partition(':')[0]},2026:{name}"


@page()
def describe_search(request: HttpRequest) -> HttpResponse:
    """The description by which a browser takes the catalogue among its search engines."""

    def template(route: str, **names: str) -> str:
        return f"{request.build_absolute_uri(reverse(route, kwargs=names))}?q={{searchTerms}}"

    body = opensearch.description(
        name=settings.LIBRARY_NAME,
        about=_("Search the catalogue of the library."),
        language=get_language() or "id",
        itself=request.build_absolute_uri(request.path),
        icon=request.build_absolute_uri(static("kit/mark.svg")),
        urls=[
            ("text/html", f"{template('opac:search')}&page={{startPage?}}"),
            (feeds.ATOM_TYPE, template("opac:feed", ending="atom")),
            (feeds.RSS_TYPE, template("opac:feed", ending="rss")),
            (opensearch.SUGGESTIONS_TYPE, template("opac:suggest_json")),
        ],
    )
    return HttpResponse(body, content_type=opensearch.CONTENT_TYPE)


@page()
def suggest_json(request: HttpRequest) -> HttpResponse:
    """Suggestions for the search field of a browser: what was typed, texts, kinds, addresses."""
    text = request.GET.get("q", "").strip()[:100]
    found = results.suggestions(discovery.suggest(text)) if len(text) > 1 else []
    texts, kinds = [link.label for link in found], [str(link.name) for link in found]
    links = [request.build_absolute_uri(link.href) for link in found]
    body = json.dumps([text, texts, kinds, links], ensure_ascii=False)
    return HttpResponse(body, content_type=f"{opensearch.SUGGESTIONS_TYPE}; charset=utf-8")


@page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the sitemap: a page for each stretch of ids that has titles."""
    stretches: list[tuple[int, datetime]] | None = cache.get("opac.sitemap")
    if stretches is None:
        stretches = catalog.stretches(MAP_PAGE)
        cache.set("opac.sitemap", stretches, MAP_KEPT_S)
    rows = [
        (request.build_absolute_uri(reverse("opac:sitemap_page", args=[number])), changed_at)
        for number, changed_at in stretches
    ]
    return HttpResponse(sitemaps.index(rows), content_type=sitemaps.CONTENT_TYPE)


@page()
def sitemap_page(request: HttpRequest, number: int) -> HttpResponse:
    """The titles of one stretch of ids; the last page costs what the first does."""
    stem = request.build_absolute_uri(reverse("opac:record", args=[0])).removesuffix("0")
    rows = [(f"{stem}{pk}", changed_at) for pk, changed_at in catalog.changes_in(number, size=MAP_PAGE)]
    return HttpResponse(sitemaps.page(rows), content_type=sitemaps.CONTENT_TYPE)


@page()
def robots(request: HttpRequest) -> HttpResponse:
    """Records are for everyone to find; searches, with their endless filters, are for people."""
    closed = [
        "/search",
        "/suggest",
        "/bibliography",
        "/unapi",
        "/account/",
        "/staff/",
        "/language/",
        "/kit/",
        "/api/",
        "/browse/",
        "/letters/",
        "/where/",
        "/floors/*?",
        "/offline/",
        "/lists/add",
        "/lists/link/",
        "/lists/*/print",
        "/lists/*/cite",
        "/lists/*/export.",
        "/record/*/",
        "/record/*.",
    ]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        *(f"Disallow: /*?*{name}=" for name in (*FACETS, "year", "available")),
    ]
    lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('opac:sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")

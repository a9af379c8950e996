from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from pustaka.branches import queries as branches
from pustaka.catalog import care
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Form, Item
from pustaka.circulation import queries as circulation
from pustaka.discovery import labels
from pustaka.discovery import queries as discovery
from pustaka.discovery.rules import FACETS, LAZY_FACETS
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.opac import citing, forms, machines, reading, results, see
from pustaka.interfaces.web.opac.addresses import address, question
from pustaka.interfaces.web.requests import actor_of, page
from pustaka.patrons.models import Patron
from pustaka.readers import queries as readers

RESULTS = "opac/results.html"
EXPORTS = ("ris", "bib", "mrc", "xml", "csv")
MOST_COPIES, COPIES_ON_A_PAGE = 30, 50
FIGURES_KEPT_S = 60  # a million rows aren't counted for every visitor


@page()
def home(request: HttpRequest) -> HttpResponse:
    """One search box, what the library has, and ways in."""
    totals, by_class = _figures()
    kinds = [
        {"label": Form(form).label, "count": count, "href": address("opac:search", [("form", form)])}
        for form, count in sorted(totals.forms.items(), key=lambda pair: -pair[1])
        if count
    ]
    classes = [
        {"number": f"{digit}00", "name": name, "count": count, "href": address("opac:search", [("class", digit)])}
        for digit, name in labels.CLASSES.items()
        if (count := by_class.get(f"{digit}00", 0))
    ]
    context = {
        "totals": totals,
        "kinds": kinds,
        "classes": classes,
        "newest": catalog.newest(most=12),
        "newest_href": reverse("opac:new"),
        "is_demo": settings.IS_DEMO,
    }
    return render(request, "opac/home.html", context)


@page()
def search(request: HttpRequest) -> HttpResponse:
    """Results: the titles themselves; what they can be narrowed to comes after them, or with `show=filters`."""
    asked = question(request.GET)
    shows_filters = request.GET.get("show") == "filters"
    found = discovery.find(
        text=asked.text, filters=asked.filters, sort=asked.sort, page=asked.page, with_facets=shows_filters
    )
    context: dict[str, Any] = {
        "question": asked,
        "found": found,
        "rows": catalog.rows(found.ids),
        "chips": results.chips(asked),
        "orders": results.orders(asked),
        "pager": results.pager(asked, page=found.page, pages=found.pages),
        "is_cut": found.total > discovery.MOST_PAGES_DEEP and asked.page >= found.pages,
        "most_deep": discovery.MOST_PAGES_DEEP,
        "previous": asked.href(page=found.page - 1) if found.page > 1 else None,
        "next": asked.href(page=found.page + 1) if found.page < found.pages else None,
        "ways": results.ways_out(asked, found),
        "exports": [
            citing.Download(ending, citing.LABELS[ending], asked.beside("opac:export", ending=ending))
            for ending in EXPORTS
        ],
        "most_exported": citing.MOST_EXPORTED,
        "bibliography_href": asked.beside("opac:bibliography"),
        "most_cited": citing.MOST_CITED,
        "feeds": [(ending, asked.beside("opac:feed", ending=ending)) for ending in machines.FEEDS],
        "labels_href": asked.beside("staff:labels_of_search"),
        "filters_href": asked.beside("opac:filters"),
        "show_filters_href": asked.beside("opac:search", ("show", "filters")),
        "shows_filters": shows_filters,
        "branches": [] if found.total else branches.branches(),
        "mail": settings.DEFAULT_FROM_EMAIL,
        "change_copies_href": asked.beside("staff:batch_copies", ("of", "search")),
        "change_titles_href": asked.beside("staff:batch_titles", ("of", "search")),
        "leads": see.leads(asked),
        **(_narrowing(asked, found) if shows_filters else {}),
    }
    template = f"{RESULTS}#answer" if request.headers.get("HX-Target") == "results" else RESULTS
    answer = render(request, template, context)
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


@page()
def filters(request: HttpRequest) -> HttpResponse:
    """What a result can be narrowed to: a fragment beside the results, or their page with the filters in it."""
    asked = question(request.GET)
    if not request.headers.get("HX-Request"):
        return redirect(asked.beside("opac:search", ("show", "filters")))
    found = discovery.find(text=asked.text, filters=asked.filters, page_size=1)
    return render(request, f"{RESULTS}#filters", {"question": asked, "found": found, **_narrowing(asked, found)})


@page()
def facet(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one facet, with a search among them."""
    if name not in FACETS:
        raise NotFound(results.FACET_UNKNOWN)
    asked = question(request.GET)
    contains = request.GET.get("contains", "").strip()[:100]
    found = discovery.facet(name=name, text=asked.text, filters=asked.filters, contains=contains, most=50)
    context = {
        "question": asked,
        "box": results.facet_box(asked, found),
        "contains": contains,
        "back": asked.href(),
    }
    fragment = {"facet-values": "#values", f"facet-{name}": "#inside"}.get(request.headers.get("HX-Target", ""), "")
    answer = render(request, f"opac/facet.html{fragment}", context)
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


@page()
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles, authors and subjects that begin like what is being typed."""
    text = request.GET.get("q", "").strip()[:100]
    suggestions = results.suggestions(discovery.suggest(text)) if len(text) > 1 else []
    return render(request, "opac/suggest.html", {"suggestions": suggestions})


@page()
def advanced(request: HttpRequest) -> HttpResponse:
    """A form with a box for everything one may know; its answer is an address of the one box."""
    form = forms.AdvancedSearch(request.GET or None)
    if form.is_valid():
        return redirect(address("opac:search", form.pairs()))
    return render(request, "opac/advanced.html", {"form": form}, status=422 if form.is_bound else 200)


@page()
def record(request: HttpRequest, bib_id: int) -> HttpResponse:
    """What a work is, where it stands, and each copy; where there are very many, how many of each kind.

    What a merge has put into another title leads there.
    """
    bib = catalog.bib_or_successor(bib_id)
    if bib.pk != bib_id:
        return redirect("opac:record", bib.pk, permanent=True)
    items = list(catalog.items_of(bib)[: MOST_COPIES + 1])
    has_many = len(items) > MOST_COPIES
    copies, available = (
        catalog.count_copies(bib) if has_many else (len(items), sum(item.status in catalog.AT_HAND for item in items))
    )
    marc_record = catalog.record_of(bib)
    told = reading.describe(marc_record)
    context = {
        "bib": bib,
        "told": told,
        "beside": see.beside([subject.text.text for subject in told.subjects]),
        "machines": machines.tell(request, bib, catalog.work(bib, marc_record), copies=copies, available=available),
        "places": [] if has_many else reading.places(items),
        "groups": catalog.grouped_copies(bib) if has_many else [],
        "with_plans": branches.branches_with_plans() if items else set(),
        "copies": copies,
        "available": available,
        "dues": {} if has_many else _dues(items),
        "holdings": catalog.holdings_of(bib),
        "digital": care.digital_copies(bib, by=actor_of(request)),
        "canonical": request.build_absolute_uri(reverse("opac:record", args=[bib.pk])),
        "formats": citing.downloads_of(bib, citing.FOR_CATALOGUES),
        "public_lists": readers.public_lists_with(bib.pk),
        "voice": readers.voice(bib.pk, request.user if isinstance(request.user, Patron) else None),
    }
    return render(request, "opac/record.html", context)


@page()
def copies(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Each copy of a title that has very many."""
    bib = catalog.bib(bib_id)
    shown = Paginator(catalog.items_of(bib), COPIES_ON_A_PAGE).get_page(request.GET.get("page"))
    here = reverse("opac:copies", args=[bib.pk])
    context = {
        "bib": bib,
        "places": reading.places(shown.object_list),
        "dues": _dues(shown.object_list),
        "copies": shown.paginator.count,
        "with_plans": branches.branches_with_plans(),
        "groups": [],
        "holdings": [],
        "pager": results.page_links(here, page=shown.number, pages=shown.paginator.num_pages),
        "previous": f"{here}?page={shown.number - 1}" if shown.has_previous() else None,
        "next": f"{here}?page={shown.number + 1}" if shown.has_next() else None,
    }
    return render(request, "opac/copies.html", context)


@page()
def marc(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The whole MARC record, field by field."""
    bib = catalog.bib(bib_id)
    return render(request, "opac/marc.html", {"bib": bib, "marc": catalog.record_of(bib)})


@page()
def health(request: HttpRequest) -> HttpResponse:
    """For a watchdog: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def _dues(items: Iterable[Item]) -> dict[int, datetime]:
    """When those of the copies that are out are due; no statement where none is."""
    out = [item.pk for item in items if item.status == Item.Status.ON_LOAN]
    return circulation.due_dates_of(out) if out else {}


def _figures() -> tuple[catalog.Totals, dict[str, int]]:
    """What the library owns and in which classes, counted at most once in `FIGURES_KEPT_S`."""
    kept: tuple[catalog.Totals, dict[str, int]] | None = cache.get("opac.figures")
    if kept is None:
        kept = catalog.totals(), catalog.classes()
        cache.set("opac.figures", kept, FIGURES_KEPT_S)
    return kept


def _narrowing(asked: Any, found: discovery.Found) -> dict[str, Any]:
    counted = {facet.name: results.facet_box(asked, facet) for facet in found.facets}
    lazy = [(name, labels.FACETS[name], asked.beside("opac:facet", name=name)) for name in LAZY_FACETS]
    is_on = asked.filters.is_available
    return {
        "boxes": list(counted.values()),
        "lazy": lazy if found.total else [],
        "bars": results.bars(asked, found.years),
        "available_href": asked.href(filters=results.with_available(asked.filters, is_available=not is_on)),
    }

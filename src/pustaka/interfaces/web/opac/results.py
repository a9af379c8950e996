"""What a page of results shows beside the titles: filters that can be taken away, orders, pages, facets, years."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.discovery import labels, queries
from pustaka.discovery.ports import Suggestion
from pustaka.discovery.queries import Facet, FacetValue, Found, Offer, YearBar
from pustaka.discovery.rules import Filters, quoted
from pustaka.interfaces.web.opac.addresses import Question, address

SORT_LABELS: dict[str, Any] = {
    "relevance": pgettext_lazy("order", "Best match"),
    "newest": pgettext_lazy("order", "Newest"),
    "oldest": pgettext_lazy("order", "Oldest"),
    "title": pgettext_lazy("order", "Title"),
    "call_number": pgettext_lazy("order", "Call number"),
}
SUGGESTION_LABELS: dict[str, Any] = {"title": _("Title"), "author": _("Author"), "subject": _("Subject")}
FACET_UNKNOWN = _("There is no such filter. Go back to the search and choose one of those beside the results.")
BAR_HEIGHT, MOST_BARS = 72, 10


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words; `is_current` where it leads to what is shown now."""

    href: str
    label: Any
    name: Any = ""
    is_current: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class PageLink:
    """One number of the pager, or the gap between two."""

    number: int
    href: str
    is_current: bool
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, with the ways to ask for it and to leave it out."""

    value: FacetValue
    href: str
    href_out: str


@dataclass(frozen=True, slots=True)
class FacetBox:
    """One facet as it stands beside the results."""

    name: str
    label: Any
    choices: list[Choice]
    more_href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the years; `top` and `height` are lengths in the drawing of `BAR_HEIGHT`."""

    label: str
    count: int
    href: str
    top: int
    height: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way out where nothing was found."""

    kind: str
    text: str
    href: str
    total: int
    dropped: tuple[str, ...]


def chips(question: Question, names: Mapping[tuple[str, str], str] | None = None) -> list[Link]:
    """Each active filter with the address where it is gone; `names` where the values are named already."""
    filters = question.filters
    links = []
    for values, is_excluded in ((filters.include, False), (filters.exclude, True)):
        links += [
            Link(
                href=question.href(filters=filters.without(name, value)),
                name=labels.FACETS[name],
                label=names[name, value] if names else queries.facet_label(name, value),
                is_excluded=is_excluded,
            )
            for name, ones in values.items()
            for value in ones
        ]
    if filters.year_from is not None or filters.year_to is not None:
        years = _years(filters.year_from, filters.year_to)
        links.append(Link(href=question.href(filters=filters.without("year")), name=labels.FACETS["year"], label=years))
    if filters.is_available:
        links.append(Link(href=question.href(filters=filters.without("available")), label=labels.FACETS["available"]))
    if filters.since is not None:
        day = formats.date_format(filters.since)
        links.append(Link(href=question.href(filters=filters.without("since")), name=_("New since"), label=day))
    return links


def orders(question: Question) -> list[Link]:
    """Every order, the current one marked; without words there is no best match."""
    return [
        Link(href=question.href(sort=name), label=label, is_current=name == question.sort)
        for name, label in SORT_LABELS.items()
    ]


def pager(question: Question, *, page: int, pages: int) -> list[PageLink]:
    """First, last and the neighbours of the current page, with gaps between."""
    return _numbered(lambda number: question.href(page=number), page=page, pages=pages)


def page_links(address: str, *, page: int, pages: int) -> list[PageLink]:
    """The same for any page that takes `?page=`."""
    return _numbered(lambda number: f"{address}?page={number}", page=page, pages=pages)


def _numbered(href: Callable[[int], str], *, page: int, pages: int) -> list[PageLink]:
    wanted = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links: list[PageLink] = []
    for number in wanted:
        if links and number - links[-1].number > 1:
            links.append(PageLink(number=number - 1, href="", is_current=False, is_gap=True))
        links.append(PageLink(number=number, href=href(number), is_current=number == page))
    return links


def facet_box(question: Question, facet: Facet) -> FacetBox:
    """A facet with its links."""
    filters = question.filters
    return FacetBox(
        name=facet.name,
        label=facet.label,
        choices=[
            Choice(
                value=value,
                href=question.href(filters=filters.toggled(facet.name, value.value)),
                href_out=question.href(filters=filters.toggled(facet.name, value.value, out=True)),
            )
            for value in facet.values
        ],
        more_href=question.beside("opac:facet", name=facet.name) if facet.has_more else "",
    )


def bars(question: Question, years: list[YearBar]) -> list[Bar]:
    """The years of the result as at most `MOST_BARS` bars, wide enough for a finger.

    The tallest fills the drawing, a single title is still seen; one bar alone would tell nothing.
    """
    width = -(-len(years) // MOST_BARS) or 1
    years = [_together(years[start : start + width]) for start in range(0, len(years), width)]
    if len(years) == 1:
        return []
    filters = question.filters
    most = max((year.count for year in years), default=0) or 1
    drawn = []
    for year in years:
        height = max(2, round(year.count / most * BAR_HEIGHT)) if year.count else 0
        drawn.append(
            Bar(
                label=_years(year.year_from, year.year_to),
                count=year.count,
                href=question.href(filters=replace(filters, year_from=year.year_from, year_to=year.year_to)),
                top=BAR_HEIGHT - height,
                height=height,
                is_active=filters.year_from is not None,
            )
        )
    return drawn


def _together(years: list[YearBar]) -> YearBar:
    return YearBar(year_from=years[0].year_from, year_to=years[-1].year_to, count=sum(year.count for year in years))


def ways_out(question: Question, found: Found) -> list[Way]:
    """What would find something, best first."""
    return [_way(question, offer) for offer in found.offers]


def with_available(filters: Filters, *, is_available: bool) -> Filters:
    """The filters with, or without, the wish that a copy stands on the shelf now."""
    return replace(filters, is_available=is_available)


def suggestions(found: list[Suggestion]) -> list[Link]:
    """A title leads to its record; an author or a subject to everything of theirs."""
    return [
        Link(
            href=reverse("opac:record", args=[one.bib_id])
            if one.bib_id
            else address("opac:search", [("q", f"{one.kind}:{quoted(one.text)}")]),
            name=SUGGESTION_LABELS[one.kind],
            label=one.text,
        )
        for one in found
    ]


def _way(question: Question, offer: Offer) -> Way:
    other = Question(text=offer.text, filters=offer.filters, sort=question.sort)
    return Way(kind=offer.kind, text=offer.text, href=other.href(), total=offer.total, dropped=offer.dropped)


def _years(start: int | None, end: int | None) -> str:
    if start == end:
        return str(start)
    return f"{'' if start is None else start}–{'' if end is None else end}"

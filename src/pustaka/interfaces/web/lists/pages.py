"""What the pages of lists have in common: pages of entries, links to other pages, files to take along."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pustaka.catalog.services import exports
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.opac.citing import FORMATS, LABELS, MOST_CITED, Choice, references
from pustaka.interfaces.web.opac.results import PageLink
from pustaka.readers import queries
from pustaka.readers.models import BookList
from pustaka.readers.queries import Placed
from pustaka.standards.citation import STYLES

ENTRIES_A_PAGE, LISTS_A_PAGE = 50, 30


@dataclass(frozen=True, slots=True)
class Ways:
    """Where what can be done with a list stands, for its owner or for whoever may read it."""

    read: str
    print: str
    cite: str
    copy: str
    exports: list[tuple[Any, str]]


def ways_of(found: BookList, *, token: str = "") -> Ways:
    """Reading, printing, citing, copying and files; with a token those of the link."""
    key = token or found.pk
    suffix = "_shared" if token else ""
    return Ways(
        read=reverse("lists:shared" if token else "lists:one", args=[key]),
        cite=reverse(f"lists:cite{suffix}", args=[key]),
        print=reverse("lists:print_shared" if token else "lists:print", args=[key]),
        copy=reverse(f"lists:copy{suffix}", args=[key]),
        exports=[(label, reverse(f"lists:export{suffix}", args=[key, ending])) for ending, label in LABELS.items()],
    )


def entries_page(request: HttpRequest, found: BookList) -> dict[str, Any]:
    """One page of a list: the entries with what the catalogue has of them, and where the other pages stand."""
    number = request.POST.get("page") or request.GET.get("page")
    page: Page[Any] = Paginator(queries.entries(found), ENTRIES_A_PAGE).get_page(number)
    placed: list[Placed] = queries.placed(list(page.object_list))
    following = queries.entries(found)[page.end_index()].pk if page.has_next() else ""
    return {
        "book_list": found,
        "placed": placed,
        "total": page.paginator.count,
        "first_number": page.start_index(),
        "page_number": page.number,
        "following": str(following),
        "is_first_page": page.number == 1,
        "is_last_page": not page.has_next(),
        **pager(page),
    }


def pager(page: Page[Any], *, extra: str = "") -> dict[str, Any]:
    """For the pager: pages as links, and those before and behind; `extra` is what else stands in the address."""
    count = page.paginator.num_pages
    wanted = sorted({1, count, *range(max(1, page.number - 1), min(count, page.number + 1) + 1)})
    links: list[PageLink] = []
    for number in wanted:
        if links and number - links[-1].number > 1:
            links.append(PageLink(number=number - 1, href="", is_current=False, is_gap=True))
        links.append(PageLink(number=number, href=f"?page={number}{extra}", is_current=number == page.number))
    return {
        "pager": links if count > 1 else [],
        "previous": f"?page={page.number - 1}{extra}" if page.has_previous() else None,
        "next": f"?page={page.number + 1}{extra}" if page.has_next() else None,
    }


def bibliography(found: BookList, ways: Ways, style: str) -> dict[str, Any]:
    """For the page of a bibliography: the references of a list in the order that the style demands.

    Raises:
        NotFound: there is no such style.
    """
    if style not in STYLES:
        raise NotFound(_("The library doesn't know this style. Choose one of those that are offered."))
    ids = queries.bib_ids(found)
    return {
        "references": references(ids[:MOST_CITED], style=style),
        "style": STYLES[style],
        "choices": [
            Choice(one.name, one.label, f"{ways.cite}?style={one.name}", one.name == style) for one in STYLES.values()
        ],
        "downloads": [],
        "text_href": f"{ways.cite}?style={style}&form=text",
        "back": ways.read,
        "back_label": found.title,
        "most": MOST_CITED,
        "is_cut": len(ids) > MOST_CITED,
    }


def file_of(found: BookList, ending: str) -> StreamingHttpResponse:
    """The titles of a list as a file, in its order; what is gone is left out.

    Raises:
        NotFound: there is no such format.
    """
    if ending not in FORMATS:
        raise NotFound(_("There is no such kind of file."))
    pieces: Iterator[bytes] = exports.write(bibs=queries.bib_ids(found), format=FORMATS[ending])
    answer = StreamingHttpResponse(pieces, content_type=exports.CONTENT_TYPES[FORMATS[ending]])
    name = slugify(found.title)[:60] or "list"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def chosen(values: list[str]) -> list[int]:
    """Numbers out of an address or a form; whatever is none is passed over."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18]

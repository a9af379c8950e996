"""References of one title and of lists, and titles as files of every format that the catalogue writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.catalog.services import exports
from pustaka.discovery import queries as discovery
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.opac.addresses import Question, address, question
from pustaka.interfaces.web.requests import page
from pustaka.standards.citation import STYLES, Reference, bibliography
from pustaka.standards.citation.wording import Language

MOST_CITED = 200  # entries of a list; the files hold more
MOST_EXPORTED = 10_000
KEPT_S = 24 * 60 * 60

# Every format under the ending of its file, in the order of the buttons.
FORMATS = {exports.EXTENSIONS[form]: form for form in exports.Format if form not in exports.FOR_OFFICE}
LABELS: dict[str, Any] = {
    "ris": _("RIS (Zotero, Mendeley)"),
    "bib": "BibTeX",
    "enw": "EndNote",
    "csl.json": "CSL-JSON",
    "mrc": "MARC 21",
    "xml": "MARCXML",
    "json": "MARC-in-JSON",
    "csv": _("Table (CSV)"),
    "dc.xml": "Dublin Core",
    "mods.xml": "MODS",
}
FOR_REFERENCES = ("ris", "bib", "enw", "csl.json")
FOR_CATALOGUES = tuple(ending for ending in LABELS if ending not in FOR_REFERENCES)


@dataclass(frozen=True, slots=True)
class Download:
    """A link to a file."""

    ending: str
    label: Any
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A style to choose, with the reference in it where there is one."""

    name: str
    label: str
    href: str
    is_current: bool
    reference: Reference | None = None


@page()
def cite(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The reference of one title in every style: a fragment of its page, or a page of its own."""
    bib = catalog.bib(bib_id)
    context = {"bib": bib, "choices": references_of(bib), "downloads": downloads_of(bib, FOR_REFERENCES)}
    fragment = "#references" if request.headers.get("HX-Request") else ""
    answer = render(request, f"opac/cite.html{fragment}", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@page()
def cite_list(request: HttpRequest) -> HttpResponseBase:
    """The bibliography of a list (`id=`, as often as wanted) or of a search, on a page, as text or for a program."""
    style = request.GET.get("style", "apa")
    if style not in STYLES:
        raise NotFound(_("The library doesn't know this style. Choose one of those that are offered."))
    wanted = _wanted(request)
    is_text = request.GET.get("form") == "text"
    found = references(wanted.ids[:MOST_CITED], style=style)
    if is_text:
        lines = "".join(f"{reference.text}\n\n" for reference in found)
        answer = HttpResponse(lines, content_type="text/plain; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="pustaka.txt"'
    else:
        context = {
            "references": found,
            "style": STYLES[style],
            "choices": [
                Choice(one.name, one.label, wanted.href(("style", one.name)), one.name == style)
                for one in STYLES.values()
            ],
            "downloads": wanted.downloads(),
            "text_href": wanted.href(("style", style), ("form", "text")),
            "question": wanted.question,
            "back": wanted.question.href() if wanted.question else "",
            "back_label": _("Back to the result"),
            "most": MOST_CITED,
            "is_cut": len(wanted.ids) > MOST_CITED,
        }
        answer = render(request, "opac/bibliography.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@page()
def export(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """Every title of a result as a file."""
    asked = question(request.GET)
    ids = discovery.all_ids(text=asked.text, filters=asked.filters, sort=asked.sort, most=MOST_EXPORTED)
    return _file(ids, ending=ending, name="pustaka")


@page()
def export_list(request: HttpRequest, ending: str) -> StreamingHttpResponse:
    """The titles of a list (`id=`) as a file, in its order."""
    return _file(_ids(request, most=MOST_EXPORTED), ending=ending, name="pustaka")


@page()
def export_one(request: HttpRequest, bib_id: str, ending: str) -> StreamingHttpResponse:
    """One title as a file."""
    bib = catalog.bib(int(bib_id))
    return _file([bib.pk], ending=ending, name=f"pustaka-{bib.pk}")


def references(ids: Sequence[int], *, style: str) -> list[Reference]:
    """References of these titles in the reader's language, in the order that the style demands."""
    return bibliography(catalog.works(ids), style=style, language=_language(), accessed_on=timezone.localdate())


def references_of(bib: Bib) -> list[Choice]:
    """The reference of a title in every style; made once a day, as a link names the day on which it was followed."""
    key = f"cite:{bib.pk}:{bib.changed_at.timestamp()}:{_language()}:{timezone.localdate().isoformat()}"
    kept: list[Choice] | None = cache.get(key)
    if kept is None:
        made = {style: references([bib.pk], style=style) for style in STYLES}
        kept = [
            Choice(name, style.label, "", is_current=False, reference=made[name][0]) for name, style in STYLES.items()
        ]
        cache.set(key, kept, KEPT_S)
    return kept


def downloads_of(bib: Bib, endings: Sequence[str]) -> list[Download]:
    """The files of one title with these endings."""
    return [Download(ending, LABELS[ending], reverse("opac:export_one", args=[bib.pk, ending])) for ending in endings]


def _language() -> Language:
    return "en" if (get_language() or "").startswith("en") else "id"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a bibliography is asked of: titles by id, or a search."""

    ids: list[int]
    question: Question | None

    def pairs(self) -> list[tuple[str, str]]:
        return self.question.pairs() if self.question else [("id", str(pk)) for pk in self.ids]

    def href(self, *extra: tuple[str, str]) -> str:
        return address("opac:bibliography", [*self.pairs(), *extra])

    def downloads(self) -> list[Download]:
        route = "opac:export" if self.question else "opac:export_list"
        return [
            Download(ending, LABELS[ending], address(route, self.pairs(), ending=ending)) for ending in FOR_REFERENCES
        ]


def _wanted(request: HttpRequest) -> _Wanted:
    if ids := _ids(request, most=MOST_CITED + 1):
        return _Wanted(ids, None)
    asked = question(request.GET)
    found = discovery.all_ids(text=asked.text, filters=asked.filters, sort=asked.sort, most=MOST_CITED + 1)
    return _Wanted(found, asked)


def _ids(request: HttpRequest, *, most: int) -> list[int]:
    """The titles that an address names, once each; whatever is no number is left out."""
    numbers = (
        int(text) for text in request.GET.getlist("id") if text.isascii() and text.isdecimal() and len(text) < 19
    )
    return list(islice(dict.fromkeys(numbers), most))


def _file(ids: Sequence[int], *, ending: str, name: str) -> StreamingHttpResponse:
    pieces: Iterator[bytes] = exports.write(bibs=ids, format=FORMATS[ending])
    answer = StreamingHttpResponse(pieces, content_type=exports.CONTENT_TYPES[FORMATS[ending]])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

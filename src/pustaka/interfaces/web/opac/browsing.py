"""Walking through the catalogue without a question: lists in order, the shelf, what is new, what belongs together."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.discovery import browse, classes, headings, kin, labels
from pustaka.discovery import queries as discovery
from pustaka.discovery.browse import HeadingLine, Stretch, TitleLine
from pustaka.discovery.rules import Filters, Key, quoted
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.opac.addresses import Question, address
from pustaka.interfaces.web.opac.results import Link
from pustaka.interfaces.web.requests import page

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_TYPED = 200
WEEKS = 12
NEW_SHOWN = 24
SUBJECTS_SHOWN = 12
SHELF = 10


@dataclass(frozen=True, slots=True)
class Turn:
    """The ways to the neighboring parts of a list; "" where there is none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ListName:
    """One list of headings in words."""

    title: Any
    start: Any
    nothing: Any


HEADINGS = {
    "authors": ListName(
        title=_("Authors from A to Z"), start=_("Begin at this name"), nothing=_("No author stands here any more.")
    ),
    "subjects": ListName(
        title=_("Subjects from A to Z"), start=_("Begin at this subject"), nothing=_("No subject stands here any more.")
    ),
}


@page()
def ways(request: HttpRequest) -> HttpResponse:
    """All the lists."""
    return render(request, "opac/browse.html", {"has_plans": bool(branches.branches_with_plans())})


@page()
def authors(request: HttpRequest) -> HttpResponse:
    """Authors by name, from wherever the reader wants to begin."""
    return _headings(request, "authors", browse.authors(**_where(request)))


@page()
def subjects(request: HttpRequest) -> HttpResponse:
    """Subjects with what they refer to, and where other words lead."""
    return _headings(request, "subjects", browse.subjects(**_where(request)))


@page()
def subject(request: HttpRequest) -> HttpResponse:
    """One subject as a tree: broader and narrower terms, and all its subdivisions."""
    shown = request.GET.get("of", "").strip()[:MOST_TYPED]
    if not shown:
        raise NotFound(_("Choose a subject from the list of subjects first."))
    where = _where(request)
    found = browse.parts(shown, place=where["place"], before=where["before"])
    here = f"{reverse('opac:browse_subject')}?{urlencode({'of': shown})}"
    one = browse.subject(shown)
    context = {
        "subject": one,
        "href": titles_of("subject", one.shown) if one.count else "",
        "links": _links("subject", one),
        "lines": _tree(shown, found.lines),
        "turn": _turn(f"{here}&", found),
    }
    return render(request, "opac/browse_subject.html", context)


@page()
def titles(request: HttpRequest) -> HttpResponse:
    """Titles as they are filed."""
    found = browse.titles(**_where(request))
    context = {
        "title": _("Titles from A to Z"), "start_label": _("Begin at this title"), "found": found, "branches": [],
        **_frame(request, "opac:browse_titles", found),
    }  # fmt: skip
    return render(request, "opac/browse_titles.html", context)


@page()
def call_numbers(request: HttpRequest) -> HttpResponse:
    """Titles as they stand on the shelves, of one library or of all."""
    places = list(branches.branches())
    chosen = _chosen(request, places)
    found = browse.call_numbers(branch=chosen.pk if chosen else None, **_where(request))
    context = {
        "title": _("Along the shelves"), "start_label": _("Begin at this call number"), "found": found,
        "branches": _branch_links("opac:browse_call_numbers", places, chosen) if len(places) > 1 else [],
        "branch": chosen,
        **_frame(request, "opac:browse_call_numbers", found, {"branch": chosen.code} if chosen else {}),
    }  # fmt: skip
    return render(request, "opac/browse_titles.html", context)


@page()
def by_class(request: HttpRequest, code: str = "") -> HttpResponse:
    """The classification step by step; the last step leads to the titles."""
    if code and not classes.is_known(code):
        raise NotFound(_("There is no such class. Begin with the ten main classes."))
    below = classes.below(code)
    counted = discovery.counts([Key("class", one) for one in (*below, *([code] if code else []))])
    lines = [
        {
            "number": classes.number(one),
            "name": classes.caption(one),
            "count": count,
            "href": reverse("opac:browse_class", args=[one]) if len(one) < classes.DEEPEST else titles_in(one),
        }
        for one, count in zip(below, counted, strict=False)
        if count or (len(one) == 1)
    ]
    context = {
        "lines": lines,
        "code": code,
        "name": classes.caption(code) if code else "",
        "number": classes.number(code) if code else "",
        "total": counted[-1] if code else 0,
        "all_href": titles_in(code) if code else "",
        "trail": [
            {"href": reverse("opac:browse_class", args=[one]), "name": f"{classes.number(one)} {classes.caption(one)}"}
            for one in classes.above(code)
        ],
    }
    return render(request, "opac/browse_classes.html", context)


@page()
def arrivals(request: HttpRequest) -> HttpResponse:
    """What came week by week, by class and by subject."""
    today = timezone.localdate()
    asked = [_iso(today - timedelta(weeks=back)) for back in range(WEEKS)]
    weeks = discovery.arrivals(asked)
    wanted = request.GET.get("week", "")
    chosen = wanted if labels.days_of(wanted) else (weeks[0][0] if weeks else asked[0])
    filters = Filters(include={"week": (chosen,)})
    found = discovery.find(filters=filters, page_size=NEW_SHOWN)
    by_class = next((facet.values for facet in found.facets if facet.name == "class"), [])
    by_subject = discovery.facet(name="subject", filters=filters, most=SUBJECTS_SHOWN) if found.total else None
    question = Question(text="", filters=filters)
    context = {
        "week": labels.week_label(chosen),
        "is_this_week": chosen == asked[0],
        "number": chosen[-2:].lstrip("0"),
        "total": found.total,
        "rows": catalog.rows(found.ids),
        "all_href": question.href(),
        "weeks": [
            (Link(f"{reverse('opac:new')}?week={week}", labels.week_label(week), is_current=week == chosen), count)
            for week, count in weeks
        ],
        "classes": [
            {
                "number": f"{one.value}00",
                "name": labels.CLASSES.get(one.value, one.value),
                "count": one.count,
                "href": question.href(filters=filters.toggled("class", one.value)),
            }
            for one in by_class
            if len(one.value) == 1
        ],
        "subjects": [
            (question.href(filters=filters.toggled("subject", one.value)), one.label, one.count)
            for one in (by_subject.values if by_subject else [])
        ],
    }
    return render(request, "opac/new.html", context)


# Beside one title ----------------------------------------------------------------------------------------------------
@page()
def shelf(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The title between its neighbors on the shelf: a strip in the record, or a page."""
    bib = catalog.bib(bib_id)
    stands = {branch for branch, _ in catalog.shelf_marks([bib.pk]).get(bib.pk, []) if branch}
    places = [branch for branch in branches.branches() if branch.pk in stands]
    chosen = _chosen(request, places)
    branch = chosen.pk if chosen else None
    where = _where(request)
    if where["place"] or where["before"]:
        found = browse.call_numbers(branch=branch, place=where["place"], before=where["before"], most=SHELF)
    else:
        found = browse.beside(bib.pk, branch=branch)
    here = reverse("opac:shelf", args=[bib.pk])
    kept = urlencode({"branch": chosen.code}) + "&" if chosen else ""
    context = {
        "bib": bib,
        "found": found,
        "branch": chosen,
        "branches": _branch_links("opac:shelf", places, chosen, bib.pk) if len(places) > 1 else [],
        "turn": _turn(f"{here}?{kept}", found),
        "along_href": _along(found, chosen),
        "back_here": f"{here}?{kept}".rstrip("?&"),
    }
    return _fragment(request, "opac/shelf.html", "strip", "shelf-strip", context)


@page()
def similar(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Titles like this one: a part of the record, or a page."""
    bib = catalog.bib(bib_id)
    return _fragment(request, "opac/similar.html", "list", "similar", {"bib": bib, "rows": kin.similar(bib)})


@page()
def editions(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Other editions and translations of the work: a part of the record, or a page."""
    bib = catalog.bib(bib_id)
    found = kin.editions(bib)
    named = [
        (row, discovery.facet_label("language", row.bib.language) if row.bib.language else "")
        for row in (*found.ours, *found.others)
    ]
    return _fragment(request, "opac/editions.html", "list", "editions", {"bib": bib, "editions": named})


def titles_of(kind: str, shown: str) -> str:
    """The search for the titles of a heading; it finds as many as the list says."""
    if headings.is_divided(shown):
        return Question(text=f"subject:{quoted(shown)}", filters=Filters()).href()
    return Question(text="", filters=Filters(include={kind: (shown,)}), sort="title").href()


def titles_in(code: str) -> str:
    """The search for the titles of a class, as they stand on the shelf."""
    return address("opac:search", [("q", f"class:{code}"), ("sort", "call_number")])


# -------------------------------------------------------------------------------------------------------------------
def _headings(request: HttpRequest, name: str, found: Stretch[HeadingLine]) -> HttpResponse:
    kind = {"authors": "author", "subjects": "subject"}[name]
    context = {
        "name": HEADINGS[name],
        "lines": [_line(kind, line) for line in found.lines],
        "is_subjects": kind == "subject",
        **_frame(request, f"opac:browse_{name}", found),
    }
    return render(request, "opac/browse_headings.html", context)


def _line(kind: str, line: HeadingLine) -> dict[str, Any]:
    target = line.see or line.shown
    return {
        "shown": line.shown,
        "whole": line.shown,
        "count": line.count,
        "href": titles_of(kind, target),
        "see": line.see,
        "depth": 0,
        "links": _links(kind, line),
        "tree_href": f"{reverse('opac:browse_subject')}?{urlencode({'of': line.shown})}"
        if kind == "subject" and not line.see and (line.has_parts or line.links)
        else "",
        "has_parts": line.has_parts,
    }


def _tree(of: str, lines: list[HeadingLine]) -> list[dict[str, Any]]:
    """Subdivisions set in below those that they divide; what stands in the line above isn't said again."""
    found, above = [], of.split(" -- ")
    base = len(above)
    for line in lines:
        pieces = line.shown.split(" -- ")
        shared = next((at for at, (one, other) in enumerate(zip(pieces, above, strict=False)) if one != other), None)
        shared = min(len(pieces) - 1, len(above)) if shared is None else shared
        shared = max(shared, min(base, len(pieces) - 1))
        found.append(
            _line("subject", line) | {"shown": " -- ".join(pieces[shared:]), "depth": min(shared - base + 1, 4)}
        )
        above = pieces
    return found


RELATIONS: dict[str, Any] = {
    "broader": _("Broader"),
    "narrower": _("Narrower"),
    "earlier": _("Earlier name"),
    "later": _("Later name"),
    "related": _("See also"),
}


def _links(kind: str, line: HeadingLine) -> list[tuple[Any, list[tuple[str, str, int]]]]:
    """Relation in words, and (address, heading, titles) of each heading so related."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for one in line.links:
        shown = one.related.shown
        found.setdefault(one.related.relation, []).append((titles_of(kind, shown), shown, one.count))
    return [(label, found[relation]) for relation, label in RELATIONS.items() if relation in found]


class _Where(TypedDict):
    start: str
    place: str
    before: str


def _where(request: HttpRequest) -> _Where:
    return {
        "start": request.GET.get("start", "").strip()[:MOST_TYPED],
        "place": request.GET.get("from", "")[:600],
        "before": request.GET.get("before", "")[:600],
    }


def _frame(
    request: HttpRequest, route: str, found: "Stretch[Any]", kept: dict[str, str] | None = None
) -> dict[str, Any]:
    """What every list has: a box to begin at, letters, the way on and back."""
    here, kept = reverse(route), kept or {}
    letters = [("0", "0–9"), *((letter, letter.upper()) for letter in LETTERS)]
    if route == "opac:browse_call_numbers":
        letters = [(f"{hundred}00", f"{hundred}00") for hundred in labels.CLASSES]
    return {
        "here": here,
        "kept": kept,
        "start": _where(request)["start"],
        "letters": [Link(f"{here}?{urlencode({**kept, 'start': start})}", label) for start, label in letters],
        "turn": _turn(f"{here}?{urlencode(kept)}{'&' if kept else ''}", found),
    }


def _turn(here: str, found: "Stretch[Any]") -> Turn:
    return Turn(
        before=f"{here}{urlencode({'before': found.before})}" if found.before else "",
        after=f"{here}{urlencode({'from': found.after})}" if found.after else "",
    )


def _chosen(request: HttpRequest, places: list[Branch]) -> Branch | None:
    asked = request.GET.get("branch", "")
    return next((branch for branch in places if branch.code == asked), None)


def _branch_links(route: str, places: list[Branch], chosen: Branch | None, *names: Any) -> list[Link]:
    here = reverse(route, args=names)
    return [
        Link(here, _("All libraries"), is_current=chosen is None),
        *(Link(f"{here}?{urlencode({'branch': one.code})}", one.name, is_current=one == chosen) for one in places),
    ]


def _along(found: "Stretch[TitleLine]", branch: Branch | None) -> str:
    if not found.lines:
        return ""
    kept = {"branch": branch.code} if branch else {}
    return f"{reverse('opac:browse_call_numbers')}?{urlencode({**kept, 'from': found.lines[0].place})}"


def _iso(day: Any) -> str:
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def _fragment(request: HttpRequest, template: str, part: str, target: str, context: dict[str, Any]) -> HttpResponse:
    """The part alone for the place in the record that asks for it, else the page that holds it."""
    bib: Bib = context["bib"]
    is_part = request.headers.get("HX-Target") == target
    answer = render(request, f"{template}#{part}" if is_part else template, {**context, "is_part": is_part})
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    answer.headers["Link"] = f'<{request.build_absolute_uri(reverse("opac:record", args=[bib.pk]))}>; rel="canonical"'
    return answer

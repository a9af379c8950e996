from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from pustaka.branches import queries as branches
from pustaka.branches import rules
from pustaka.branches.models import Branch
from pustaka.branches.queries import Precision, Whereabouts
from pustaka.branches.rules import Kind, Range, Side
from pustaka.catalog import queries as catalog
from pustaka.interfaces.web.plans import drawing, wording
from pustaka.interfaces.web.requests import page

WHERE = "plans/where.html"
MOST_MARKED = 40  # of a location whose shelves say nothing of call numbers


@page()
def where(request: HttpRequest, barcode: str) -> HttpResponse:
    """Where a copy stands: in words, with its shelf marked on the plan. A part of the record, or a page to share."""
    item = catalog.item_by_barcode(barcode)
    call_number = item.call_number or item.bib.call_number
    found = branches.whereabouts(branch=item.branch, location=item.location, call_number=call_number)
    is_part = request.headers.get("HX-Target") == "plan-here"
    context = {
        "item": item,
        "bib": item.bib,
        "call_number": call_number,
        "is_at_hand": item.status in catalog.AT_HAND,
        "is_part": is_part,
        "found": found,
        "place": wording.place(item.branch, item.location),
        "way": "",
        **(_shown(found, item.location.floor if item.location else "") if found else {}),
    }
    answer = render(request, f"{WHERE}#place" if is_part else WHERE, context)
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


@page()
def floors(request: HttpRequest) -> HttpResponse:
    """Every floor that has a plan, library by library."""
    return render(request, "plans/floors.html", {"floors": branches.shown_floors()})


@page()
def floor(request: HttpRequest, floor_id: int) -> HttpResponse:
    """One floor to be looked around: the plan, and its shelves in a table."""
    found = branches.floor(floor_id, shown_only=True)
    shapes = branches.shapes_of(found)
    chosen = request.GET.get("shelf", "")
    marked = {shape.number: [Side.WHOLE] for shape in shapes if str(shape.number) == chosen}
    names = {location.pk: location.name for location in branches.locations() if location.branch_id == found.branch_id}
    context = {
        "floor": found,
        "floors": branches.shown_floors().filter(branch=found.branch_id),
        "drawing": drawing.whole(found, shapes, marked),
        "shelves": _shelves(shapes, found.branch, names),
        "chosen": chosen,
    }
    return render(request, "plans/floor.html", context)


def _shelves(shapes: Sequence[rules.Shape], branch: Branch, names: dict[int, str]) -> list[dict[str, Any]]:
    """Shelves as they are named, Rak 2 before Rak 10."""
    found = [
        {
            "number": str(shape.number),
            "name": shape.name,
            "room": room.name if (room := rules.room_of(shape, shapes)) else "",
            "location": names.get(shape.location_id or 0, ""),
            "ranges": [
                {"side": wording.side(one.side), "words": wording.call_numbers(one), "href": _titles_from(one, branch)}
                for one in shape.ranges
            ],
        }
        for shape in shapes
        if shape.kind == Kind.SHELF
    ]
    return sorted(found, key=lambda one: rules.name_key(one["name"]))


def _titles_from(one: Range, branch: Branch) -> str:
    """The titles that stand there, along the shelves of the branch; nowhere for a range that begins anywhere."""
    if not one.first:
        return ""
    return f"{reverse('opac:browse_call_numbers')}?{urlencode({'branch': branch.code, 'start': one.first})}"


def _shown(found: Whereabouts, named: str) -> dict[str, Any]:
    """What the page says and draws of it; no other floor than the `named` one where the collection isn't drawn."""
    here = [spot for spot in found.spots if spot.floor == found.floor][:MOST_MARKED]
    is_shelf = found.precision == Precision.SHELF
    is_location = found.precision == Precision.LOCATION
    is_there = found.precision != Precision.BRANCH or found.floor.name.casefold() == named.casefold()
    rooms = _rooms(found) if is_location else []
    marked: dict[int, list[Side]] = {}
    for spot in here:
        marked.setdefault(spot.shape.number, []).append(spot.side)
    best = found.spots[0] if found.spots else None
    return {
        "is_shelf": is_shelf,
        "is_location": is_location,
        "way": wording.way(best, found.shapes) if best and is_shelf else "",
        "around": ", ".join([found.floor.name, *rooms]),
        "elsewhere": [f"{spot.floor.name}, {wording.shelf(spot)}" for spot in found.spots[1:]] if is_shelf else [],
        "row": rules.place_in_row(best.shape, found.shapes) if best and is_shelf else None,
        "near": drawing.near(found.floor, found.shapes, marked) if is_shelf else None,
        "drawing": drawing.whole(found.floor, found.shapes, marked) if is_there else None,
    }


def _rooms(found: Whereabouts) -> list[str]:
    """Where the shelves of the location stand, each room once."""
    rooms = {
        room.name: None
        for spot in found.spots
        if spot.floor == found.floor and (room := rules.room_of(spot.shape, found.shapes))
    }
    return list(rooms)

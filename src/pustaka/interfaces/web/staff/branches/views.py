import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pustaka.branches import queries as branches
from pustaka.branches import rules
from pustaka.branches.models import Floor, Shape
from pustaka.branches.permissions import Permission
from pustaka.branches.rules import Kind
from pustaka.branches.services import plans
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.interfaces.web.plans import drawing, wording
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.branches import forms
from pustaka.interfaces.web.staff.branches.wording import sentence

FOLDER = "staff/branches"
DRAW = f"{FOLDER}/draw.html"
NEW_SIZES = {
    Kind.ROOM: (600, 400), Kind.SHELF: (400, 60), Kind.WALL: (400, 15), Kind.DOOR: (100, 20),
    Kind.ENTRANCE: (160, 60), Kind.STAIRS: (300, 200), Kind.DESK: (160, 80), Kind.LABEL: (250, 50),
}  # fmt: skip


@page(Permission.DRAW_PLANS)
def overview(request: HttpRequest) -> HttpResponse:
    """Libraries with their floors and collections, and which of these are drawn."""
    drawn = branches.drawn_locations()
    floors, locations = list(branches.floors()), list(branches.locations())
    libraries = [
        {
            "branch": branch,
            "floors": [floor for floor in floors if floor.branch_id == branch.pk],
            "locations": [(one, one.pk in drawn) for one in locations if one.branch_id == branch.pk],
        }
        for branch in branches.branches()
    ]
    return render(request, f"{FOLDER}/overview.html", {"libraries": libraries})


@page(Permission.DRAW_PLANS)
def new_floor(request: HttpRequest) -> HttpResponse:
    """A floor, from nothing or from another one."""
    told: dict[str, Any] = {"branch": request.GET.get("branch", ""), "level": 1, "width": 2000, "height": 1400}
    source = request.GET.get("from", "")
    if source.isdecimal() and len(source) < 10:
        told |= {"branch": branches.floor(int(source)).branch_id, "source": source}
    form = forms.NewFloor(initial=told)
    return render(request, f"{FOLDER}/new.html", {"form": form})


@action(Permission.DRAW_PLANS)
def add_floor(request: HttpRequest) -> HttpResponse:
    """Make it, and go on to drawing."""
    form = forms.NewFloor(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/new.html", {"form": form}, status=422)
    told = form.cleaned_data
    shared = {
        "branch": branches.branch(int(told["branch"])), "name": told["name"], "level": told["level"],
        "at": timezone.now(), "by": actor_of(request),
    }  # fmt: skip
    floor = (
        plans.copy_floor(floor_id=int(told["source"]), **shared)
        if told["source"]
        else plans.add_floor(width=told["width"], height=told["height"], **shared)
    )
    return redirect("staff:floor", floor.pk)


@page(Permission.DRAW_PLANS)
def draw(request: HttpRequest, floor_id: int) -> HttpResponse:
    """The plan to draw on; without scripts it is a picture, and the table does the same."""
    floor = branches.floor(floor_id)
    shapes = branches.shapes_of(floor)
    context = {
        **_state(floor, shapes),
        "drawing": drawing.whole(floor, shapes),
        "shapes": json.dumps([shape.as_json() for shape in shapes], ensure_ascii=False),
        "say": json.dumps(_say(), ensure_ascii=False),
        "kinds": [(kind.value, Shape.Kind(kind).label) for kind in NEW_SIZES],
        "form": forms.ShapeAbout(branch=floor.branch, auto_id="shape_%s"),
    }
    return render(request, DRAW, context)


@action(Permission.DRAW_PLANS)
def save(request: HttpRequest, floor_id: int) -> HttpResponse:
    """Keep what was drawn. The page that draws takes the part that says so; another client is led back to it."""
    floor = plans.save(
        floor_id=floor_id,
        shapes=forms.shapes_in(request.POST.get("shapes", "")),
        seen_version=None if "over" in request.POST else _seen(request),
        at=timezone.now(),
        by=actor_of(request),
    )
    if not request.headers.get("HX-Request"):
        return redirect("staff:floor", floor_id)
    return render(request, f"{DRAW}#state", {**_state(floor, branches.shapes_of(floor)), "was_saved": True})


@page(Permission.DRAW_PLANS)
def about(request: HttpRequest, floor_id: int) -> HttpResponse:
    """Name and size of a floor, its states, and the way to take it away."""
    floor = branches.floor(floor_id)
    return render(request, f"{FOLDER}/about.html", _about(floor, forms.FloorAbout.of(floor)))


@action(Permission.DRAW_PLANS)
def save_about(request: HttpRequest, floor_id: int) -> HttpResponse:
    """Another name or size."""
    form = forms.FloorAbout(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/about.html", _about(branches.floor(floor_id), form), status=422)
    plans.change_floor(floor_id=floor_id, by=actor_of(request), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("staff:floor", floor_id)


@action(Permission.DRAW_PLANS)
def show(request: HttpRequest, floor_id: int) -> HttpResponse:
    """To readers, or to the staff alone."""
    floor = plans.show(floor_id=floor_id, is_shown=request.POST.get("shown") == "1", by=actor_of(request))
    messages.success(
        request, _("Readers see the plan from now on.") if floor.is_shown else _("Readers don't see the plan any more.")
    )
    return redirect("staff:floor", floor_id)


@action(Permission.DRAW_PLANS)
def remove(request: HttpRequest, floor_id: int) -> HttpResponse:
    """Away with the floor and its plan."""
    plans.remove_floor(floor_id=floor_id, by=actor_of(request))
    messages.success(request, _("The floor and its plan are gone. No copy was changed."))
    return redirect("staff:places")


@action(Permission.DRAW_PLANS)
def go_back(request: HttpRequest, floor_id: int) -> HttpResponse:
    """To a state that was saved before."""
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise NotFound(_("That state of the plan isn't kept any more."))
    plans.go_back(floor_id=floor_id, version=int(version), at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The plan is as it was then. The state before is in the list, too."))
    return redirect("staff:floor", floor_id)


@page(Permission.DRAW_PLANS)
def table(request: HttpRequest, floor_id: int) -> HttpResponse:
    """Everything on the plan in a table, to be changed one by one in numbers."""
    floor = branches.floor(floor_id)
    shapes = branches.shapes_of(floor)
    names = _locations(floor)
    context = {
        **_state(floor, shapes),
        "drawing": drawing.whole(floor, shapes),
        "kinds": [(kind.value, Shape.Kind(kind).label) for kind in NEW_SIZES],
        "rows": [
            {
                "shape": shape,
                "kind": Shape.Kind(shape.kind).label,
                "location": names.get(shape.location_id or 0, ""),
                "ranges": [(wording.side(one.side), wording.call_numbers(one)) for one in shape.ranges],
            }
            for shape in sorted(shapes, key=lambda one: (drawing.LAYERS.index(one.kind), rules.name_key(one.name)))
        ],
    }
    return render(request, f"{FOLDER}/table.html", context)


@page(Permission.DRAW_PLANS)
def new_shape(request: HttpRequest, floor_id: int) -> HttpResponse:
    """One more, in the middle of the floor until it is told where."""
    floor = branches.floor(floor_id)
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in list(Kind) else Kind.SHELF
    width, height = (min(length, floor.width, floor.height) for length in NEW_SIZES[kind])
    x, y = (floor.width - width) // 2, (floor.height - height) // 2
    form = forms.ShapeAbout.of(
        rules.Shape(number=0, kind=kind, x=x, y=y, width=width, height=height), branch=floor.branch
    )
    return render(request, f"{FOLDER}/shape.html", _shape(floor, form, None, floor.version))


@page(Permission.DRAW_PLANS)
def shape(request: HttpRequest, floor_id: int, number: int) -> HttpResponse:
    """One of them in numbers, marked on the plan."""
    floor = branches.floor(floor_id)
    found = next((one for one in branches.shapes_of(floor) if one.number == number), None)
    if found is None:
        raise NotFound(_("There is no such shape on the plan any more."))
    form = forms.ShapeAbout.of(found, branch=floor.branch)
    return render(request, f"{FOLDER}/shape.html", _shape(floor, form, number, floor.version))


@action(Permission.DRAW_PLANS)
def save_shape(request: HttpRequest, floor_id: int, number: int | None = None) -> HttpResponse:
    """Put it there."""
    floor = branches.floor(floor_id)
    form = forms.ShapeAbout(request.POST, branch=floor.branch)
    seen = _seen(request)
    if not form.is_valid():
        return render(request, f"{FOLDER}/shape.html", _shape(floor, form, number, seen), status=422)
    plans.put_shape(
        floor_id=floor_id, shape=form.shape, number=number, seen_version=seen, at=timezone.now(), by=actor_of(request)
    )
    messages.success(request, _("Saved."))
    return redirect("staff:floor_table", floor_id)


@action(Permission.DRAW_PLANS)
def remove_shape(request: HttpRequest, floor_id: int, number: int) -> HttpResponse:
    """Take it off the plan."""
    plans.put_shape(
        floor_id=floor_id,
        shape=None,
        number=number,
        seen_version=_seen(request),
        at=timezone.now(),
        by=actor_of(request),
    )
    messages.success(request, _("Taken off the plan. The state before is in the list of states."))
    return redirect("staff:floor_table", floor_id)


def _seen(request: HttpRequest) -> int:
    told = request.POST.get("version", "")
    if not told.isdecimal() or len(told) > 9:
        raise Invalid(_("The page has lost which state it began from. Load it again."))
    return int(told)


def _locations(floor: Floor) -> dict[int, str]:
    return {one.pk: one.name for one in branches.locations() if one.branch_id == floor.branch_id}


def _state(floor: Floor, shapes: list[rules.Shape]) -> dict[str, Any]:
    names = _locations(floor)
    return {
        "floor": floor,
        "remarks": [sentence(remark, names) for remark in rules.remarks(shapes)],
        "has_shapes": bool(shapes),
        "was_saved": False,
    }


def _about(floor: Floor, form: forms.FloorAbout) -> dict[str, Any]:
    return {"floor": floor, "form": form, "states": branches.states_of(floor)}


def _shape(floor: Floor, form: forms.ShapeAbout, number: int | None, version: int) -> dict[str, Any]:
    shapes = branches.shapes_of(floor)
    marked = {number: [rules.Side.WHOLE]} if number else {}
    return {
        "floor": floor, "form": form, "number": number, "version": str(version),
        "action": reverse("staff:shape_save", args=[floor.pk, number]) if number
        else reverse("staff:shape_add", args=[floor.pk]),
        "drawing": drawing.whole(floor, shapes, marked),
    }  # fmt: skip


def _say() -> dict[str, Any]:
    """What the page that draws says while it does; the rest of its words stand in its template."""
    return {
        "kinds": {kind.value: str(Shape.Kind(kind).label) for kind in Kind},
        "names": {"room": _("Room"), "shelf": pgettext("furniture", "Shelf"), "label": pgettext("plan", "Words")},
        "sizes": {kind.value: list(size) for kind, size in NEW_SIZES.items()},
        "armed": _("Drag on the plan to draw it, or press the button again to put it in the middle."),
        "added": _("{name} is on the plan."),
        "chosen": _("{name} is chosen: {x} from the left, {y} from the top, {width} wide, {height} deep."),
        "moved": _("{name}: {x} from the left, {y} from the top."),
        "sized": _("{name}: {width} wide, {height} deep."),
        "turned": _("{name}: turned by {rotation} degrees."),
        "removed": _("{name} is taken off the plan. Undo brings it back."),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "nothing": _("Nothing is chosen."),
        "unsaved": _("Not saved yet."),
        "saved": _("Everything is saved."),
    }

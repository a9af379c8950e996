"""Floors and plans: kept whole, never overwritten silently, taken back; and where a copy stands by them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from pustaka.branches import queries
from pustaka.branches.models import Floor, PlanState, Shape, ShelfRange
from pustaka.branches.permissions import Permission
from pustaka.branches.queries import Precision
from pustaka.branches.rules import Kind, Range, Side
from pustaka.branches.rules import Shape as Drawn
from pustaka.branches.services import plans
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from tests.factories import BranchFactory, FloorFactory, LocationFactory, ShapeFactory
from tests.factories.plans import AT

pytestmark = pytest.mark.django_db

AYU = Actor(name="Ni Made Ayu Lestari", patron_id=11, permissions=frozenset(Permission))
TEGUH = Actor(name="Teguh Prasetyo", patron_id=12, permissions=frozenset(Permission))
LATER = AT + timedelta(minutes=5)


def drawn(number=1, kind=Kind.SHELF, **told):
    usual = {"name": f"Rak {number}", "x": 100, "y": 100 * number, "width": 400, "height": 60}
    return Drawn(number=number, kind=kind, **usual | told)


def save(floor, *shapes, seen_version=1, at=AT, by=AYU):
    return plans.save(floor_id=floor.pk, shapes=shapes, seen_version=seen_version, at=at, by=by)


def add(branch, name="Lantai 1", **told):
    usual = {"level": 1, "width": 2000, "height": 1400, "at": AT, "by": AYU}
    return plans.add_floor(branch=branch, name=name, **usual | told)


def where(branch, location, call_number):
    return queries.whereabouts(branch=branch, location=location, call_number=call_number)


# --- Floors ----------------------------------------------------------------------------------------------------------


def test_a_new_floor_is_empty_and_waits_to_be_shown():
    floor = add(BranchFactory(), name="  Lantai   1 ")

    assert (floor.name, floor.version, floor.is_shown, floor.changed_by) == ("Lantai 1", 1, False, AYU.name)
    assert queries.shapes_of(floor) == []
    assert queries.branches_with_plans() == set()
    plans.show(floor_id=floor.pk, is_shown=True, by=AYU)
    assert queries.branches_with_plans() == {floor.branch_id}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": "  "}, "Give the floor a name"),
        ({"name": "Lantai 2"}, "Another floor here is called “Lantai 2”"),
        ({"width": 299}, "3 to 200 meters"),
        ({"height": 20_001}, "3 to 200 meters"),
    ],
)
def test_a_floor_that_can_not_be_is_refused(told, words):
    branch = BranchFactory()
    FloorFactory(branch=branch, name="Lantai 2")

    with pytest.raises(Invalid, match=words):
        add(branch, **told)

    assert Floor.objects.count() == 1


def test_a_floor_shrinks_only_as_far_as_its_shapes_allow():
    floor = FloorFactory()
    save(floor, drawn(x=1400))

    with pytest.raises(Invalid, match="“Rak 1” lies outside of the floor"):
        plans.change_floor(floor_id=floor.pk, name="Lantai 2", level=2, width=1599, height=1400, by=AYU)
    plans.change_floor(floor_id=floor.pk, name="Lantai 2", level=2, width=1600, height=1400, by=AYU)

    floor.refresh_from_db()
    assert (floor.name, floor.level, floor.width) == ("Lantai 2", 2, 1600)


def test_a_copy_has_the_shapes_without_their_call_numbers():
    location = LocationFactory()
    floor = FloorFactory(branch=location.branch, width=3000)
    save(floor, drawn(location_id=location.pk, ranges=(Range(first="000", last="999"),)), drawn(2, Kind.ROOM))

    here = plans.copy_floor(floor_id=floor.pk, branch=location.branch, name="Lantai 9", level=9, at=AT, by=AYU)
    there = plans.copy_floor(floor_id=floor.pk, branch=BranchFactory(), name="Lantai 9", level=9, at=AT, by=AYU)

    assert (here.width, there.width) == (3000, 3000)
    assert queries.shapes_of(here) == [drawn(location_id=location.pk), drawn(2, Kind.ROOM)]
    assert queries.shapes_of(there) == [drawn(), drawn(2, Kind.ROOM)]


def test_a_floor_goes_with_everything_on_it():
    floor, other = FloorFactory(), FloorFactory()
    save(floor, drawn(ranges=(Range(first="000"),)))
    save(other, drawn())

    plans.remove_floor(floor_id=floor.pk, by=AYU)

    assert list(Floor.objects.all()) == [other]
    assert Shape.objects.count() == PlanState.objects.count() == 1
    assert not ShelfRange.objects.exists()
    with pytest.raises(NotFound):
        plans.remove_floor(floor_id=floor.pk, by=AYU)


@pytest.mark.parametrize("act", ["add", "change", "show", "copy", "remove", "save", "put", "back"])
def test_only_those_who_may_draw_do(act):
    floor = FloorFactory()
    shared = {"floor_id": floor.pk, "by": VISITOR}
    about = {"name": "x", "level": 1}
    acts = {
        "add": lambda: add(floor.branch, by=VISITOR),
        "change": lambda: plans.change_floor(**shared, **about, width=500, height=500),
        "show": lambda: plans.show(**shared, is_shown=False),
        "copy": lambda: plans.copy_floor(**shared, **about, branch=floor.branch, at=AT),
        "remove": lambda: plans.remove_floor(**shared),
        "save": lambda: save(floor, by=VISITOR),
        "put": lambda: plans.put_shape(**shared, shape=drawn(), number=None, seen_version=1, at=AT),
        "back": lambda: plans.go_back(**shared, version=1, at=AT),
    }

    with pytest.raises(NotPermitted, match="May draw the floor plans"):
        acts[act]()

    assert Floor.objects.get().version == 1


# --- Drawing ---------------------------------------------------------------------------------------------------------


def test_a_plan_is_kept_as_it_was_drawn():
    location = LocationFactory()
    floor = FloorFactory(branch=location.branch)
    shelf = drawn(
        5,
        x=-20,
        rotation=45,
        location_id=location.pk,
        ranges=(Range(side=Side.A, first="000", last="299"), Range(side=Side.B, first="300")),
    )

    saved = save(floor, drawn(2, Kind.ROOM), shelf, at=LATER, by=TEGUH)

    assert queries.shapes_of(floor) == [drawn(2, Kind.ROOM), shelf]
    assert (saved.version, saved.changed_at, saved.changed_by) == (2, LATER, TEGUH.name)


def test_words_are_tidied():
    floor = FloorFactory()

    save(floor, drawn(name="  Rak   1 ", ranges=(Range(first=" 657  WIJ ", last=" 659"),)))

    assert queries.shapes_of(floor) == [drawn(ranges=(Range(first="657 WIJ", last="659"),))]


def test_what_somebody_saved_meanwhile_is_not_overwritten():
    floor = FloorFactory()
    save(floor, drawn(name="Rak Teguh"), by=TEGUH)

    with pytest.raises(plans.PlanChanged, match="Teguh Prasetyo has saved this plan while you were drawing"):
        save(floor, drawn(name="Rak Ayu"))

    assert [one.name for one in queries.shapes_of(floor)] == ["Rak Teguh"]


def test_saving_over_is_possible_and_keeps_both():
    floor = FloorFactory()
    save(floor, drawn(name="Rak Teguh"), by=TEGUH)

    save(floor, drawn(name="Rak Ayu"), seen_version=None, at=LATER)

    assert [one.name for one in queries.shapes_of(floor)] == ["Rak Ayu"]
    states = queries.states_of(Floor.objects.get())
    assert [(one.version, one.saved_by) for one in states] == [(3, AYU.name), (2, TEGUH.name)]
    assert PlanState.objects.get(version=2).shapes[0]["name"] == "Rak Teguh"


def test_what_can_not_be_drawn_is_refused_with_every_reason():
    floor = FloorFactory()
    save(floor, drawn())

    with pytest.raises(Invalid) as refused:
        save(floor, drawn(name=""), drawn(2, x=9000), drawn(3, ranges=(Range(first="2", last="1"),)), seen_version=2)

    assert str(refused.value) == (
        "Every room, shelf and label needs a name. Give a name to the one at 100 × 100 cm."
        " “Rak 2” lies outside of the floor. Move it back, or make the floor larger."
        " The first call number of “Rak 3” stands behind the last one. Swap them."
    )
    assert [one.number for one in queries.shapes_of(floor)] == [1]
    assert Floor.objects.get().version == 2


def test_every_fault_has_its_sentence():
    assert set(plans.SENTENCES) == set(plans.Fault)


def test_one_shape_is_put_changed_and_taken_away():
    floor = FloorFactory()
    shared = {"floor_id": floor.pk, "at": AT, "by": AYU}

    plans.put_shape(**shared, shape=drawn(0, name="Rak 1"), number=None, seen_version=1)
    plans.put_shape(**shared, shape=drawn(0, name="Rak 2"), number=None, seen_version=2)
    plans.put_shape(**shared, shape=drawn(0, name="Rak Satu"), number=1, seen_version=3)
    assert [(one.number, one.name) for one in queries.shapes_of(floor)] == [(1, "Rak Satu"), (2, "Rak 2")]

    with pytest.raises(plans.PlanChanged):
        plans.put_shape(**shared, shape=None, number=1, seen_version=3)
    with pytest.raises(NotFound):
        plans.put_shape(**shared, shape=None, number=9, seen_version=4)
    plans.put_shape(**shared, shape=None, number=1, seen_version=4)
    assert [one.number for one in queries.shapes_of(floor)] == [2]


def test_one_goes_back_and_forth_between_states():
    location = LocationFactory()
    floor = FloorFactory(branch=location.branch)
    first = drawn(location_id=location.pk, ranges=(Range(side=Side.B, first="000", last="099"),))
    save(floor, first)
    save(floor, seen_version=2)

    back = plans.go_back(floor_id=floor.pk, version=2, at=LATER, by=TEGUH)

    assert queries.shapes_of(floor) == [first]
    assert (back.version, back.changed_by) == (4, TEGUH.name)
    plans.go_back(floor_id=floor.pk, version=3, at=LATER, by=TEGUH)
    assert queries.shapes_of(floor) == []
    with pytest.raises(NotFound):
        plans.go_back(floor_id=floor.pk, version=99, at=LATER, by=TEGUH)


def test_a_state_is_drawn_without_a_location_that_is_gone():
    location = LocationFactory()
    floor = FloorFactory(branch=location.branch)
    save(floor, drawn(location_id=location.pk))
    save(floor, seen_version=2)
    location.delete()

    plans.go_back(floor_id=floor.pk, version=2, at=LATER, by=AYU)

    assert queries.shapes_of(floor) == [drawn()]


def test_the_last_states_are_kept():
    floor = FloorFactory()
    for version in range(1, plans.STATES_KEPT + 3):
        save(floor, drawn(x=version), seen_version=version)

    versions = [one.version for one in queries.states_of(floor)]

    assert versions == list(range(plans.STATES_KEPT + 3, 3, -1))
    assert len(versions) == plans.STATES_KEPT


# --- Where something stands ------------------------------------------------------------------------------------------


@pytest.fixture
def stacks():
    """Two floors: on the second the general collection, on the first a room for reference without shelves."""
    general = LocationFactory(code="UMUM", name="Koleksi umum", floor="Lantai 2")
    reference = LocationFactory(branch=general.branch, code="R", name="Ruang rujukan", floor="Lantai 1")
    ground = FloorFactory(branch=general.branch, name="Lantai 1", level=1)
    upper = FloorFactory(branch=general.branch, name="Lantai 2", level=2)
    ShapeFactory(floor=ground, kind="room", name="Ruang rujukan", location=reference)
    ShapeFactory(floor=upper, location=general, ranges=[("A", "000", "299"), ("B", "300", "657 M")])
    ShapeFactory(floor=upper, location=general, ranges=[("", "657 N", "899")])
    return general, reference


def test_a_copy_is_led_to_the_side_of_its_shelf(stacks, django_assert_num_queries):
    general, _ = stacks

    with django_assert_num_queries(5):
        found = where(general.branch, general, "657 MUL a")

    assert found.precision == Precision.SHELF
    assert [(spot.floor.name, spot.shape.name, spot.side) for spot in found.spots] == [("Lantai 2", "Rak 1", Side.B)]
    assert found.floor.name == "Lantai 2"
    assert [one.name for one in found.shapes] == ["Rak 1", "Rak 2"]
    assert [floor.name for floor in found.floors] == ["Lantai 1", "Lantai 2"]


def test_a_copy_that_no_shelf_holds_is_led_to_its_location(stacks):
    general, reference = stacks

    beyond, unnumbered = where(general.branch, general, "959.8 RIC s"), where(general.branch, general, "")
    room = where(general.branch, reference, "R 030 ENS")

    assert (beyond.precision, unnumbered.precision) == (Precision.LOCATION, Precision.LOCATION)
    assert [spot.shape.name for spot in beyond.spots] == ["Rak 1", "Rak 2"]
    assert (room.precision, room.floor.name) == (Precision.LOCATION, "Lantai 1")
    assert [spot.shape.name for spot in room.spots] == ["Ruang rujukan"]


def test_a_copy_whose_location_is_not_drawn_is_led_to_the_floor_that_it_names(stacks):
    general, _ = stacks
    thesis = LocationFactory(branch=general.branch, code="S", name="Karya ilmiah", floor="LANTAI 2")
    nowhere = LocationFactory(branch=general.branch, code="X", name="Gudang")

    named, unnamed = where(general.branch, thesis, "657 MUL a"), where(general.branch, nowhere, "657 MUL a")
    without = where(general.branch, None, "657 MUL a")

    assert [one.precision for one in (named, unnamed, without)] == [Precision.BRANCH] * 3
    assert [one.floor.name for one in (named, unnamed, without)] == ["Lantai 2", "Lantai 1", "Lantai 1"]
    assert [list(one.spots) for one in (named, unnamed, without)] == [[], [], []]


def test_what_readers_do_not_see_leads_nobody(stacks):
    general, _ = stacks
    Floor.objects.filter(level=2).update(is_shown=False)
    assert where(general.branch, general, "657 MUL a").precision == Precision.BRANCH

    Floor.objects.update(is_shown=False)
    assert where(general.branch, general, "657 MUL a") is None
    with pytest.raises(NotFound):
        queries.floor(Floor.objects.first().pk, shown_only=True)


@pytest.mark.parametrize("shelves", [3, 30])
def test_looking_costs_the_same_for_any_number_of_shelves(stacks, shelves, django_assert_num_queries):
    general, _ = stacks
    upper = Floor.objects.get(level=2)
    for number in range(900, 900 + shelves):
        ShapeFactory(floor=upper, location=general, ranges=[("", str(number), str(number))])

    with django_assert_num_queries(5):
        found = where(general.branch, general, "902 SEJ s")

    assert [spot.range.first for spot in found.spots] == ["902"]


# --- What the database holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda floor: FloorFactory(branch=floor.branch, name=floor.name), "floor_name_once_per_branch|UNIQUE"),
        (lambda floor: FloorFactory(name=""), "floor_has_name"),
        (lambda floor: FloorFactory(width=299), "floor_has_size"),
        (lambda floor: FloorFactory(height=20_001), "floor_has_size"),
        (lambda floor: [ShapeFactory(floor=floor, number=1) for _ in "ab"], "shape_number_once_per_floor|UNIQUE"),
        (lambda floor: ShapeFactory(floor=floor, width=4), "shape_has_size"),
        (lambda floor: ShapeFactory(floor=floor, rotation=360), "shape_turned_once"),
        (lambda floor: ShapeFactory(floor=floor, ranges=[("A", "", ""), ("A", "", "")]), "once_per_side|UNIQUE"),
        (lambda floor: ShapeFactory(floor=floor, ranges=[("C", "", "")]), "shelf_range_side_known"),
        (lambda floor: [floor.states.create(version=1, shapes=[], saved_at=AT) for _ in "ab"], "per_version|UNIQUE"),
    ],
)
def test_the_database_refuses(make, constraint):
    floor = FloorFactory()

    with pytest.raises(IntegrityError, match=constraint):
        make(floor)


def test_json_of_a_shape_comes_back_whole():
    shape = drawn(3, rotation=15, location_id=4, ranges=(Range(side=Side.A, first="R 000", last="R 099"),))

    told = shape.as_json()

    assert type(shape).from_json(told) == shape
    assert type(shape).from_json({**told, "ranges": []}) == replace(shape, ranges=())

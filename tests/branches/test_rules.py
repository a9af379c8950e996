"""Floor plans: what may be drawn, which shelf holds a call number, gaps and overlaps, where a shelf stands."""

import pytest

from pustaka.branches import rules
from pustaka.branches.rules import Fault, Kind, Notice, Range, Shape, Side


def shape(number=1, kind=Kind.SHELF, **told):
    usual = {"name": f"Rak {number}", "x": 100, "y": 100, "width": 400, "height": 60}
    return Shape(number=number, kind=kind, **usual | told)


def shelf(number, first="", last="", side="", location_id=7, **told):
    ranges = (Range(side=Side(side), first=first, last=last),)
    return shape(number, location_id=location_id, ranges=ranges, **told)


def faults(*shapes, width=2000, height=1500, locations=(7,)):
    return [fault for fault, _ in rules.faults(shapes, width=width, height=height, locations=locations)]


# --- What may be drawn -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"name": "  "}, Fault.NO_NAME),
        ({"name": "", "kind": Kind.ROOM}, Fault.NO_NAME),
        ({"width": 4}, Fault.TOO_SMALL),
        ({"height": 4}, Fault.TOO_SMALL),
        ({"width": 2001, "x": -600}, Fault.TOO_LARGE),
        ({"x": -201}, Fault.OUTSIDE),
        ({"x": 1801}, Fault.OUTSIDE),
        ({"y": 1471}, Fault.OUTSIDE),
        ({"rotation": 360}, Fault.TURNED_TOO_FAR),
        ({"rotation": -1}, Fault.TURNED_TOO_FAR),
        ({"location_id": 8}, Fault.PLACE_OF_ANOTHER),
        ({"location_id": 7, "kind": Kind.DESK}, Fault.NOT_A_PLACE),
        ({"ranges": (Range(first="1"),), "kind": Kind.ROOM}, Fault.NOT_A_PLACE),
        ({"ranges": (Range(first="659", last="650"),)}, Fault.SWAPPED),
        ({"ranges": (Range(first="1"), Range(side=Side.A, first="2"))}, Fault.SIDES_AND_WHOLE),
        ({"ranges": (Range(side=Side.A, first="1"), Range(side=Side.A, first="2"))}, Fault.SIDES_AND_WHOLE),
    ],
)
def test_what_can_not_be_drawn(told, fault):
    assert faults(shape(**told)) == [fault]


@pytest.mark.parametrize(
    "told",
    [
        {"name": "", "kind": Kind.WALL},
        {"width": 5, "height": 5},
        {"width": 2000, "x": 0},
        {"x": -200},
        {"x": 1800},
        {"rotation": 359},
        {"location_id": 7},
        {"location_id": 7, "kind": Kind.ROOM},
        {"ranges": (Range(first="657 M", last="657 M"),)},
        {"ranges": (Range(first="650", last=""),)},
        {"ranges": (Range(side=Side.A, first="1"), Range(side=Side.B, first="2"))},
    ],
)
def test_what_can_just_be_drawn(told):
    assert faults(shape(**told)) == []


def test_every_fault_is_said_at_once_with_its_shape():
    found = rules.faults([shape(1, name=""), shape(1, width=4)], width=2000, height=1500, locations=[])

    assert [(fault, one.width) for fault, one in found] == [
        (Fault.NO_NAME, 400), (Fault.NUMBERED_TWICE, 4), (Fault.TOO_SMALL, 4),
    ]  # fmt: skip


def test_a_plan_has_a_limit():
    many = [shape(number) for number in range(rules.MOST_SHAPES)]

    assert faults(*many) == []
    assert faults(*many, shape(rules.MOST_SHAPES)) == [Fault.TOO_MANY]


# --- Which shelf holds a call number ---------------------------------------------------------------------------------

RANGES = [
    Range(first="000", last="299"),
    Range(first="300", last="657 M"),
    Range(side=Side.A, first="657 N", last="699"),
    Range(side=Side.B, first="700", last=""),
    Range(first="R", last="R"),
    Range(first="SKR 2020", last="SKR 2022"),
]


@pytest.mark.parametrize(
    ("call_number", "places"),
    [
        ("005.1 ABC a", [0]),
        ("297.1 SHI t", [0]),
        ("299.9 ZZZ z", [0]),
        ("657 MUL a", [1]),
        ("657 NAS p", [2]),
        ("699.9 WIJ e", [2]),
        ("999 ZZZ z", [3]),
        ("R 030 ENS", [4]),
        ("SKR 2021 12", [5]),
        ("SKR 2023 1", []),
        ("2X4.1 HAM f", []),
        ("", []),
        ("REF 030", []),
    ],
)
def test_which_shelf_holds_a_call_number(call_number, places):
    assert rules.holding(call_number, RANGES) == places


def test_the_shelf_that_begins_closest_is_the_best():
    ranges = [Range(first="600", last="699"), Range(first="657", last="659"), Range(last="")]

    assert rules.holding("657 WIJ e", ranges) == [1, 0, 2]


def test_a_copy_without_a_number_stands_only_where_everything_does():
    assert rules.holding("", [Range(first="", last="299"), Range()]) == [1]


# --- Gaps and overlaps -----------------------------------------------------------------------------------------------


def notices(*shelves):
    return [(one.notice, one.shelf, one.other) for one in rules.remarks(shelves)]


@pytest.mark.parametrize(
    ("first", "second", "notice"),
    [
        (("000", "299"), ("300", "999"), None),
        (("000", "298"), ("300", "999"), Notice.GAP),
        (("000", "300"), ("300", "999"), Notice.OVERLAP),
        (("000", "657 M"), ("657 N", "999"), None),
        (("000", "657 L"), ("657 N", "999"), Notice.GAP),
        (("000", "299.9"), ("300", "999"), None),
        (("000", ""), ("300", "999"), Notice.OVERLAP),
        (("000", "999"), ("R 000", "R 999"), None),
        (("SKR 2020", "SKR 2021"), ("SKR 2022", ""), None),
        (("SKR 2020", "SKR 2021"), ("SKR 2023", ""), Notice.GAP),
    ],
)
def test_gaps_and_overlaps_are_told(first, second, notice):
    expected = [] if notice is None else [(notice, "Rak 1", "Rak 2")]

    assert notices(shelf(1, *first), shelf(2, *second)) == expected
    assert notices(shelf(2, *second), shelf(1, *first)) == expected


def test_a_long_range_is_held_against_all_that_follow():
    found = notices(shelf(1, "000", "999"), shelf(2, "100", "199"), shelf(3, "500", "599"))

    assert found == [(Notice.OVERLAP, "Rak 1", "Rak 2"), (Notice.OVERLAP, "Rak 1", "Rak 3")]


def test_locations_are_rows_of_their_own():
    assert notices(shelf(1, "000", "499"), shelf(2, "400", "999", location_id=8)) == []


def test_what_is_missing_of_a_shelf_is_told():
    found = notices(shelf(1, "000", "999"), shape(2, location_id=7), shape(3), shape(4, name="rak 1", location_id=9))

    assert found == [
        (Notice.NO_RANGE, "Rak 2", ""), (Notice.NO_LOCATION, "Rak 3", ""), (Notice.SAME_NAME, "rak 1", ""),
    ]  # fmt: skip


# --- Where a shelf stands --------------------------------------------------------------------------------------------


def test_the_smallest_room_around_it_is_its_room():
    hall = shape(1, Kind.ROOM, name="Aula", x=0, y=0, width=2000, height=1500)
    room = shape(2, Kind.ROOM, name="Ruang rujukan", x=50, y=50, width=600, height=300)
    inside, outside = shape(3), shape(4, x=1200)

    assert rules.room_of(inside, [hall, room, inside]) == room
    assert rules.room_of(outside, [hall, room, outside]) == hall
    assert rules.room_of(outside, [room, outside]) is None


def test_a_turned_room_holds_what_lies_in_it():
    room = shape(1, Kind.ROOM, x=0, y=400, width=1000, height=200, rotation=90)  # upright, around x = 500

    assert rules.room_of(shape(2, x=400, width=200, y=60), [room]) == room
    assert rules.room_of(shape(2, x=0, width=200, y=470), [room]) is None


def row(*places, upright=False, rotation=0):
    if upright:
        return [shape(n, x=x, y=300, width=60, height=400, rotation=rotation) for n, x in enumerate(places, 1)]
    return [shape(n, x=300, y=y, rotation=rotation) for n, y in enumerate(places, 1)]


@pytest.mark.parametrize(("entrance_y", "places"), [(0, [1, 2, 3]), (1400, [3, 2, 1])])
def test_shelves_are_counted_from_the_entrance(entrance_y, places):
    shelves = row(200, 400, 600)
    entrance = shape(9, Kind.ENTRANCE, x=400, y=entrance_y)

    found = [rules.place_in_row(one, [*shelves, entrance]) for one in shelves]

    assert found == [(place, 3) for place in places]


def test_upright_and_turned_shelves_are_counted_too():
    entrance = shape(9, Kind.ENTRANCE, x=1800, y=400, width=60, height=60)
    shelves = row(200, 400, 600, upright=True)
    turned = row(200, 400, 600, rotation=180)

    assert rules.place_in_row(shelves[2], [*shelves, entrance]) == (1, 3)
    assert rules.place_in_row(turned[0], [*turned, shape(9, Kind.ENTRANCE, y=0)]) == (1, 3)


def test_nothing_is_counted_where_there_is_no_row_or_no_entrance():
    shelves = row(200, 400)
    aside = shape(5, x=1500, y=300)
    entrance = shape(9, Kind.ENTRANCE, y=0)

    assert rules.place_in_row(shelves[0], shelves) is None
    assert rules.place_in_row(aside, [*shelves, aside, entrance]) is None
    assert rules.place_in_row(shelves[0], [shelves[0], entrance]) is None


@pytest.mark.parametrize(
    ("told", "side", "part"),
    [
        ({}, Side.WHOLE, (100, 100, 400, 60)),
        ({}, Side.A, (100, 100, 400, 30)),
        ({}, Side.B, (100, 130, 400, 30)),
        ({"width": 60, "height": 400}, Side.A, (100, 100, 30, 400)),
        ({"width": 60, "height": 400}, Side.B, (130, 100, 30, 400)),
    ],
)
def test_a_side_is_one_half_along_the_shelf(told, side, part):
    assert rules.half(shape(**told), side) == part


@pytest.mark.parametrize(
    ("told", "point"),
    [
        ({"width": 300}, (150, 130)),
        ({"width": 300, "rotation": 180}, (350, 130)),
        ({"width": 300, "rotation": 90}, (250, 30)),
        ({"width": 60, "height": 300}, (130, 150)),
    ],
)
def test_a_point_beside_the_name_lies_on_the_shelf(told, point):
    assert rules.point_beside_its_name(shape(**told)) == pytest.approx(point)


def test_names_stand_as_people_count():
    names = ["Rak 10", "rak 2", "Rak 1", "Rak", "10 A", ""]

    assert sorted(names, key=rules.name_key) == ["", "10 A", "Rak", "Rak 1", "rak 2", "Rak 10"]

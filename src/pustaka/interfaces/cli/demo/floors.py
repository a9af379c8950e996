"""The floor plans of the demo: two floors of the central library and the one of the engineering faculty.

The third floor isn't drawn, nor is the medical faculty's library: so the demo shows as well what a reader is told then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pustaka.branches import queries as branches
from pustaka.branches.permissions import Permission
from pustaka.branches.rules import Kind, Range, Shape, Side
from pustaka.branches.services import plans
from pustaka.foundation.actors import Actor
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Role

GENERAL = [
    ("000", "029", "030", "099"), ("100", "152", "153", "199"), ("200", "296", "297", "299"),
    ("300", "304", "305", "319"), ("320", "332", "333", "339"), ("340", "344", "345", "369"),
    ("370", "371", "372", "399"), ("400", "499", "500", "529"), ("530", "589", "590", "619"),
    ("620", "649", "650", "657"), ("658", "699", "700", "799"), ("800", "829", "830", "898"),
    ("899", "899.2213 M", "899.2213 N", "899.9"), ("900", "939", "940", "999"),
]  # fmt: skip
REFERENCE = [("000", "399"), ("400", "499"), ("500", "799"), ("800", "999")]
RESERVE = [("000", "299"), ("300", "499"), ("500", "699"), ("700", "999")]
JOURNALS = [("000", "499"), ("500", "999")]
ENGINEERING = [("000", "004"), ("005", "499"), ("500", "620"), ("621", "623"), ("624", "999")]


def build(*, at: datetime) -> None:
    """Three floors, drawn by the cataloguer some weeks ago."""
    by = _cataloguer()
    shelves = {(one.branch.code, one.code): one for one in branches.locations()}
    center, faculty = shelves["PUSAT", "UMUM"].branch, shelves["FT", "UMUM"].branch
    ids = {key: location.pk for key, location in shelves.items()}
    for branch, name, level, size, drawn in (
        (center, "Lantai 1", 1, (2600, 1800), _ground_floor(ids)),
        (center, "Lantai 2", 2, (2600, 1800), _first_floor(ids["PUSAT", "UMUM"])),
        (faculty, "Lantai 1", 1, (1600, 1000), _faculty(ids["FT", "UMUM"])),
    ):
        moment = at - timedelta(days=40 - 3 * level)
        floor = plans.add_floor(branch=branch, name=name, level=level, width=size[0], height=size[1], at=moment, by=by)
        shapes = [replace(shape, number=number) for number, shape in enumerate(drawn, 1)]
        plans.save(floor_id=floor.pk, shapes=shapes, seen_version=floor.version, at=moment, by=by)
        plans.show(floor_id=floor.pk, is_shown=True, by=by)


def _ground_floor(ids: dict[tuple[str, str], int]) -> Iterator[Shape]:
    reference, reserve, journals = (ids["PUSAT", code] for code in ("RUJUKAN", "CADANGAN", "BERKALA"))
    yield _shape(Kind.ROOM, "Ruang rujukan", 50, 50, 1000, 900, location=reference)
    yield _shape(Kind.ROOM, "Koleksi cadangan", 1550, 50, 1000, 900, location=reserve)
    yield _shape(Kind.ROOM, "Ruang baca berkala", 50, 1000, 800, 750, location=journals)
    yield _shape(Kind.ROOM, "Aula depan", 900, 1000, 1650, 750)
    yield _shape(Kind.ENTRANCE, "Pintu masuk", 1500, 1700, 300, 60)
    yield _shape(Kind.DOOR, "", 400, 940, 160, 20)
    yield _shape(Kind.DOOR, "", 1950, 940, 160, 20)
    yield _shape(Kind.DOOR, "", 840, 1300, 20, 160)
    yield _shape(Kind.STAIRS, "", 2200, 1350, 300, 350)
    yield _shape(Kind.DESK, "Meja layanan", 1150, 1200, 420, 110)
    yield _shape(Kind.DESK, "Katalog", 1000, 1600, 200, 90)
    yield from _rows("Rak R", REFERENCE, reference, x=150, y=250, width=500)
    yield from _rows("Rak C", RESERVE, reserve, x=1700, y=250, width=500)
    yield from _tables(750, 250, 3)
    for n, (first, last) in enumerate(JOURNALS):
        x, ranges = 100 + 350 * n, [("", first, last)]
        yield _shape(Kind.SHELF, f"Rak majalah {n + 1}", x, 1660, 300, 50, location=journals, ranges=ranges)
    yield from _tables(200, 1200, 2)


def _first_floor(general: int) -> Iterator[Shape]:
    yield _shape(Kind.ROOM, "Ruang koleksi umum", 50, 50, 1850, 1500, location=general)
    yield _shape(Kind.ROOM, "Ruang baca", 1950, 50, 600, 1100)
    yield _shape(Kind.ENTRANCE, "Pintu masuk", 900, 1520, 260, 60)
    yield _shape(Kind.DOOR, "", 1915, 500, 20, 160)
    yield _shape(Kind.STAIRS, "", 1300, 1590, 350, 180)
    yield _shape(Kind.LABEL, "Toilet", 2250, 1400, 200, 60)
    yield _shape(Kind.WALL, "", 50, 1780, 2500, 15)
    for n, (first_a, last_a, first_b, last_b) in enumerate(GENERAL):
        column, row = divmod(n, 7)
        ranges = [("A", first_a, last_a), ("B", first_b, last_b)]
        x, y = 150 + 900 * column, 1380 - 185 * row
        yield _shape(Kind.SHELF, f"Rak {n + 1}", x, y, 700, 70, location=general, ranges=ranges)
    yield from _tables(2070, 250, 4)


def _faculty(general: int) -> Iterator[Shape]:
    yield _shape(Kind.ROOM, "Ruang koleksi", 30, 30, 1150, 940, location=general)
    yield _shape(Kind.ROOM, "Ruang baca", 1200, 30, 370, 600)
    yield _shape(Kind.ENTRANCE, "Pintu masuk", 1170, 760, 60, 160)
    yield _shape(Kind.DESK, "Meja layanan", 1270, 790, 200, 90)
    for n, (first, last) in enumerate(ENGINEERING):
        x = 960 - 200 * n
        yield _shape(Kind.SHELF, f"Rak {n + 1}", x, 220, 70, 600, location=general, ranges=[("", first, last)])
    yield from _tables(1290, 180, 2)


def _rows(
    name: str, ranges: Sequence[tuple[str, str]], location: int, *, x: int, y: int, width: int
) -> Iterator[Shape]:
    """One shelf below the other, the first one at the bottom, where the door is."""
    for n, (first, last) in enumerate(reversed(ranges)):
        number = len(ranges) - n
        yield _shape(
            Kind.SHELF, f"{name}{number}", x, y + 165 * n, width, 60, location=location, ranges=[("", first, last)]
        )


def _tables(x: int, y: int, count: int) -> Iterator[Shape]:
    for n in range(count):
        yield _shape(Kind.DESK, "", x, y + 200 * n, 200, 100)


def _shape(
    kind: Kind, name: str, x: int, y: int, width: int, height: int, *,
    location: int | None = None, ranges: Sequence[tuple[str, str, str]] = (),
) -> Shape:  # fmt: skip
    held = tuple(Range(side=Side(side), first=first, last=last) for side, first, last in ranges)
    return Shape(
        number=0, kind=kind, name=name, x=x, y=y, width=width, height=height, location_id=location, ranges=held
    )


def _cataloguer() -> Actor:
    patron = patrons.holders_of(Role.CATALOGUER)[0]
    return Actor(name=patron.name, patron_id=patron.pk, permissions=frozenset(Permission))

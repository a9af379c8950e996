"""What a plan says in words, for those who don't read plans and for those who can't see them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from pustaka.branches import rules
from pustaka.branches.models import Branch, Location
from pustaka.branches.queries import Spot
from pustaka.branches.rules import Range, Shape, Side


def call_numbers(one: Range | None) -> str:
    """`650–659`, or what an open end means; empty where the shelf holds everything."""
    if one is None or not (one.first or one.last):
        return ""
    if not one.last:
        return _("from %(first)s") % {"first": one.first}
    if not one.first:
        return _("up to %(last)s") % {"last": one.last}
    return one.first if one.first == one.last else f"{one.first}–{one.last}"


def side(which: Side) -> str:
    """The side of a shelf, in words; empty for the whole of it."""
    return _("side %(side)s") % {"side": which.value} if which else ""


def shelf(spot: Spot) -> str:
    """`Rak 12, side A, 650–659`."""
    return ", ".join(part for part in (spot.shape.name, side(spot.side), call_numbers(spot.range)) if part)


def way(spot: Spot, shapes: Sequence[Shape]) -> str:
    """`Lantai 2, Ruang Koleksi Umum, Rak 12, side A, 650–659`."""
    room = rules.room_of(spot.shape, shapes)
    rooms = [room.name] if room and room.number != spot.shape.number else []
    return ", ".join([spot.floor.name, *rooms, shelf(spot)])


def place(branch: Branch, location: Location | None) -> str:
    """Where a copy belongs by the catalogue alone: `Perpustakaan Pusat, Ruang rujukan, Lantai 1`."""
    parts = [branch.name, *([location.name, location.floor] if location else [])]
    return ", ".join(part for part in parts if part)

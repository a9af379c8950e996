"""What may be kept on a reader's device, and for whom: plain Python, no Django, no clock.

What isn't named here isn't kept: the worker in the browser keeps what an answer tells it to, and nothing else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

NOBODY = "-"  # nothing is kept, and what was kept is forgotten
VISITOR = "visitor"

# How many pages of a kind a device keeps; the page that was opened longest ago goes first.
SHELVES: Mapping[str, int] = {"start": 1, "records": 50, "lists": 30}
MOST_PICTURES = 50
LONGEST_PAGE = 400_000  # characters; a longer page isn't kept
LARGEST_PICTURE = 150_000  # bytes
KEPT_DAYS = 30
NETWORK_WAITS_MS = 6_000  # for a page that is kept; any other is waited for as long as the browser likes


@dataclass(frozen=True, slots=True)
class Kept:
    """A page that is kept: on which shelf of the device, and whether it is there for people with an account alone."""

    shelf: str
    is_own: bool = False


# A page of one's own is one more line here (and a name for a new shelf in `wording.SHELVES`).
KEPT: Mapping[str, Kept] = {
    "opac:home": Kept("start"),
    "opac:record": Kept("records"),
    "lists:mine": Kept("lists", is_own=True),
    "lists:one": Kept("lists"),
    "lists:public": Kept("lists"),
}
PARAMETERS = frozenset({"page"})  # a page with any other question in its address is one of very many


def reader(*, is_on: bool, is_station: bool, person: str, is_staff: bool, is_own_device: bool) -> str:
    """Under which name the device keeps pages for whoever asks.

    Args:
        is_on: the operator wants pages to be kept at all.
        is_station: this is a computer that many use, one after the other.
        person: an opaque name of who has signed in; empty for a visitor.
        is_staff: they work behind the desk, where computers are shared.
        is_own_device: they have said that the device is their own.

    Returns:
        `NOBODY`, `VISITOR` or `person`. A device keeps the pages of one of them at a time.
    """
    if not is_on or is_station:
        return NOBODY
    if not person:
        return VISITOR
    return person if is_own_device and not is_staff else NOBODY


def shelf_of(route: str, *, parameters: Collection[str], reader: str) -> str:
    """On which shelf a page is kept for `reader`; empty where it isn't.

    Args:
        route: the name of the page's address, with its namespace.
        parameters: what its address asks for beside that.
    """
    kept = KEPT.get(route)
    if kept is None or reader == NOBODY or (kept.is_own and reader == VISITOR) or not PARAMETERS.issuperset(parameters):
        return ""
    return kept.shelf

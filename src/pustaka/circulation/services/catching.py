"""Where a copy goes that nobody holds in hands: to a reader who waits, home, or to its shelf. The copy is locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pustaka.branches import queries as branches
from pustaka.branches.calendars import AlwaysClosed
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Item
from pustaka.catalog.services import items
from pustaka.circulation import queries
from pustaka.circulation.events import CopyMoved, HoldReady
from pustaka.circulation.models import Hold, Transit
from pustaka.circulation.policy import Place
from pustaka.foundation.events import publish

State = Hold.State
LOOKED_AT = 50  # holds in one go; a queue of thousands is read as far as needed


class Way(StrEnum):
    """What the desk does with the copy now."""

    SHELF = "shelf"
    HOLD_SHELF = "hold_shelf"
    SEND = "send"
    ASIDE = "aside"  # it is being repaired or prepared
    STAYS = "stays"  # it is where it belongs


@dataclass(frozen=True, slots=True)
class Next:
    """What to do next with a copy: which way, for whom, to which library."""

    way: Way
    item: Item
    hold: Hold | None = None
    to: Branch | None = None


def route(*, item: Item, branch: Branch, at: datetime) -> Next:
    """Give the copy to the first hold that it can fill, or send it home, or put it on its shelf."""
    hold = first_fit(item=item)
    if hold is not None:
        return give(hold=hold, item=item, branch=branch, at=at)
    if item.branch_id != branch.pk:
        _send(item, branch, item.branch, at, hold=None)
        return Next(Way.SEND, item, to=item.branch)
    if item.status != Item.Status.AVAILABLE:
        _move(item, Item.Status.AVAILABLE, at)
    return Next(Way.SHELF, item)


def first_fit(*, item: Item) -> Hold | None:
    """The first waiting hold that the copy can fill.

    A hold on this very copy comes before holds on the title that were placed earlier where enough other copies stand
    on the shelves for all of those.
    """
    waiting = Hold.objects.filter(bib=item.bib_id, state=State.WAITING).select_related("patron", "pickup")
    own = waiting.filter(item=item.pk).order_by("rank", "pk").first()
    if own is not None and _fits(own, item):
        ahead = waiting.filter(item=None, rank__lt=own.rank).count()
        if ahead <= (catalog.copies_at_hand(item.bib_id, besides=item.pk) if ahead else 0):
            return own
    last: int | None = None
    while True:
        rows = waiting.filter(item=None) | waiting.filter(item=item.pk)
        some = list((rows if last is None else rows.filter(rank__gt=last)).order_by("rank", "pk")[:LOOKED_AT])
        found = next((hold for hold in some if _fits(hold, item)), None)
        if found is not None or len(some) < LOOKED_AT:
            return found
        last = some[-1].rank


def _fits(hold: Hold, item: Item) -> bool:
    """Whether the person may borrow such a copy where they want to fetch it."""
    place = Place(hold.pickup_id, hold.patron.category_id, item.item_type_id)
    return queries.rule_book().policy(place).lends


def give(*, hold: Hold, item: Item, branch: Branch, at: datetime) -> Next:
    """Keep the copy for that hold: here, or on its way to where it is fetched."""
    hold.item_kept = item
    if hold.pickup_id == branch.pk:
        make_ready(hold=hold, at=at)
        _move(item, Item.Status.ON_HOLD, at)
        return Next(Way.HOLD_SHELF, item, hold=hold)
    hold.state = State.COMING
    hold.save(update_fields=["state", "item_kept"])
    _send(item, branch, hold.pickup, at, hold=hold)
    return Next(Way.SEND, item, hold=hold, to=hold.pickup)


def make_ready(*, hold: Hold, at: datetime) -> None:
    """The copy stands on the hold shelf of its pickup branch until so many open days later."""
    item = hold.item_kept
    place = Place(hold.pickup_id, hold.patron.category_id, item.item_type_id if item else None)
    days = queries.rule_book().policy(place).hold_shelf_days
    today = queries.in_zone(at, hold.pickup).date()
    try:
        hold.kept_until = branches.calendar_of(hold.pickup).add_open_days(today, days)
    except AlwaysClosed:
        hold.kept_until = today + timedelta(days=days)
    hold.state, hold.ready_at = State.READY, at
    hold.save(update_fields=["state", "ready_at", "kept_until", "item_kept"])
    publish(HoldReady(at=at, hold_id=hold.pk))


def arrive(*, item: Item, branch: Branch, at: datetime) -> Transit | None:
    """Note that a copy on its way was scanned here; None where it was on no way."""
    transit = (
        Transit.objects.filter(item=item.pk, arrived_at=None).select_related("hold__patron", "hold__pickup").first()
    )
    if transit is not None:
        Transit.objects.filter(pk=transit.pk).update(arrived_at=at)
    return transit


def _send(item: Item, here: Branch, to: Branch, at: datetime, *, hold: Hold | None) -> None:
    arrive(item=item, branch=here, at=at)
    Transit.objects.create(item=item, from_branch=here, to_branch=to, hold=hold, sent_at=at)
    _move(item, Item.Status.IN_TRANSIT, at)


def _move(item: Item, status: str, at: datetime) -> None:
    """Give the copy that state, and tell whoever keeps in mind what is on the shelf."""
    items.circulate(item=item, status=status)
    publish(CopyMoved(at=at, bib_id=item.bib_id))


def pass_on(*, hold: Hold, at: datetime) -> None:
    """A kept copy isn't fetched by that person: the next one gets it, if they fetch it at the same place.

    Otherwise it stays on the hold shelf, in the list of what is to be cleared, until the desk scans it.
    """
    if hold.item_kept_id is None:
        return
    item = items.lock(item_id=hold.item_kept_id)
    if item.status != Item.Status.ON_HOLD:
        return
    following = first_fit(item=item)
    if following is not None and following.pickup_id == hold.pickup_id:
        give(hold=following, item=item, branch=hold.pickup, at=at)

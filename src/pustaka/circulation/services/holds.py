"""Holds: readers wait for a title or a copy."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.catalog.models import Bib, Item
from pustaka.catalog.services import items
from pustaka.circulation import queries
from pustaka.circulation.events import HoldEnded
from pustaka.circulation.models import Hold
from pustaka.circulation.permissions import Permission
from pustaka.circulation.services import catching
from pustaka.circulation.services.catching import Next
from pustaka.circulation.words import HoldRefused
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.patrons.models import Patron
from pustaka.patrons.services import people

State = Hold.State


@transaction.atomic
def place(
    *, bib: Bib, item: Item | None = None, patron: Patron, pickup: Branch, wanted_until: date | None = None,
    at: datetime, by: Actor,
) -> Hold:  # fmt: skip
    """Get in line for a title, or for this copy of it, to be fetched at `pickup`.

    Raises:
        NotPermitted: it is for somebody else, and `by` may not lend.
        HoldRefused: the rules say no; `reasons` holds all of them.
        Invalid: the copy is of another title, or the last day has passed.
    """
    by.require_for(patron.pk, Permission.LEND)
    patron = people.lock(patron_id=patron.pk)
    if item is not None and item.bib_id != bib.pk:
        raise Invalid(_("This copy is of another title."))
    if wanted_until is not None and wanted_until < queries.in_zone(at, pickup).date():
        raise Invalid(_("The last day on which it is wanted has passed."))
    case = queries.hold_case(bib=bib, item=item, patron=patron, pickup=pickup, at=at)
    if case.refusals:
        raise HoldRefused(case.refusals)
    return Hold.objects.create(
        bib=bib, item=item, patron=patron, pickup=pickup, rank=int(at.timestamp() * 1_000_000), placed_at=at,
        wanted_until=wanted_until,
    )  # fmt: skip


@transaction.atomic
def cancel(*, hold_id: int, at: datetime, by: Actor) -> Hold:
    """Wait no longer; a copy that was kept goes to the next one.

    Raises:
        NotPermitted: it is somebody else's, and `by` may not lend.
        NotFound: it has ended already.
    """
    hold = _locked(hold_id)
    by.require_for(hold.patron_id, Permission.LEND)
    return _end(hold, State.CANCELED, at)


@transaction.atomic
def expire(*, hold_id: int, at: datetime) -> Hold:
    """Nobody came for it, or it is wanted no longer; the nightly run asks for this.

    Raises:
        NotFound: it has ended already.
    """
    return _end(_locked(hold_id), State.EXPIRED, at)


@transaction.atomic
def change_pickup(*, hold_id: int, pickup: Branch, by: Actor) -> Hold:
    """Fetch it somewhere else, as long as no copy is kept.

    Raises:
        NotPermitted: it is somebody else's, and `by` may not lend.
        Invalid: a copy is kept already.
    """
    hold = _locked(hold_id)
    by.require_for(hold.patron_id, Permission.LEND)
    if hold.state != State.WAITING:
        raise Invalid(_("A copy is kept for this hold already."))
    hold.pickup = pickup
    hold.save(update_fields=["pickup"])
    return hold


@transaction.atomic
def move_to_front(*, hold_id: int, by: Actor) -> Hold:
    """Serve this one next; the desk answers for it.

    Raises:
        NotPermitted: `by` may not override.
        Invalid: a copy is kept already.
    """
    by.require(Permission.OVERRIDE)
    hold = _locked(hold_id)
    if hold.state != State.WAITING:
        raise Invalid(_("A copy is kept for this hold already."))
    first = queries.queue(hold.bib_id).aggregate(rank=Min("rank"))["rank"]
    hold.rank = min(hold.rank, first - 1 if first != hold.rank else first)
    hold.save(update_fields=["rank"])
    return hold


@transaction.atomic
def fulfil(*, hold_id: int, item_id: int, branch: Branch, at: datetime, by: Actor) -> Next:
    """A copy of the pull list was taken from its shelf for this hold.

    Raises:
        NotPermitted: `by` may not lend.
        Invalid: the copy isn't on the shelf any more, or the hold doesn't wait any more.
    """
    by.require(Permission.LEND)
    hold = _locked(hold_id)
    item = items.lock(item_id=item_id)
    fits = item.bib_id == hold.bib_id and hold.item_id in {None, item.pk}
    if hold.state != State.WAITING or item.status != Item.Status.AVAILABLE or not fits:
        raise Invalid(_("This copy can't be kept for this hold any more. Look at the list again."))
    return catching.give(hold=hold, item=item, branch=branch, at=at)


def _locked(hold_id: int) -> Hold:
    """The hold, with the locks on its person and itself."""
    patron_id = Hold.objects.filter(pk=hold_id).values_list("patron", flat=True).first()
    if patron_id is None:
        raise NotFound(_("There is no such hold any more."))
    people.lock(patron_id=patron_id)
    hold = Hold.objects.select_for_update(of=("self",)).select_related("patron", "pickup", "item_kept").get(pk=hold_id)
    if hold.ended_at is not None:
        raise NotFound(_("This hold has ended already."))
    return hold


def _end(hold: Hold, state: str, at: datetime) -> Hold:
    was_ready = hold.state == State.READY
    hold.state, hold.ended_at = state, at
    hold.save(update_fields=["state", "ended_at"])
    if was_ready:
        catching.pass_on(hold=hold, at=at)
    publish(HoldEnded(at=at, hold_id=hold.pk))
    return hold

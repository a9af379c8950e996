"""Stock takes: begun with a list of what should be there, scanned by many at once, closed, and settled by a person.

Nothing here changes a copy except `settle` and its `undo`: scanning and closing only find out.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog import bulk, queries, rules
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import (
    Change,
    Item,
    ItemType,
    ItemVersion,
    StockTake,
    StockTakeCopy,
    StockTakeScan,
    StockTakeSettlement,
)
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Finding, Settling
from pustaka.catalog.services import history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.standards import callnumbers

MOST_SCANS = 500
MOST_SETTLED = 5000
LONGEST_BARCODE = 60


class StockTakeClosed(DomainError):
    """The stock take is closed; it can be opened again."""


class StockTakeRunning(DomainError):
    """The stock take must be closed before this."""


class NothingToSettle(DomainError):
    """None of the copies is in a state in which this could be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A barcode as a device hands it in, and where the person stands; `client_id` (at most 40) makes it count once."""

    client_id: str
    barcode: str
    shelf_id: int | None
    scanned_at: datetime


@transaction.atomic
def begin(
    *,
    name: str,
    branch: Branch,
    locations: Collection[Location] = (),
    item_types: Collection[ItemType] = (),
    first_call: str = "",
    last_call: str = "",
    at: datetime,
    by: Actor,
) -> StockTake:
    """Write down which copies of the branch should be found, so that the walk along the shelves can begin.

    Copies that aren't at hand now aren't expected.

    Raises:
        NotPermitted: `by` may not settle stock takes.
        Invalid: there is no name, a shelf is in another branch, the call numbers are the wrong way round, or no copy
            is asked for.
    """
    by.require(Permission.SETTLE_STOCK_TAKE)
    if not name.strip():
        raise Invalid(_("Give the stock take a name, so that others find it."))
    if any(location.branch_id != branch.pk for location in locations):
        raise Invalid(_("Choose shelves of %(branch)s only.") % {"branch": branch})
    if first_call and last_call and not callnumbers.is_between(first_call, last=last_call):
        raise Invalid(_("The first call number stands behind the last one. Swap them."))
    stock_take = StockTake.objects.create(
        name=name.strip(),
        branch=branch,
        first_call=first_call.strip(),
        last_call=last_call.strip(),
        begun_at=at,
        begun_by=by.name,
    )
    stock_take.locations.set(locations)
    stock_take.item_types.set(item_types)
    stock_take.expected = _expect(stock_take)
    if not stock_take.expected:
        raise Invalid(_("No copy of %(branch)s is asked for by this. Choose more shelves.") % {"branch": branch})
    stock_take.save(update_fields=["expected"])
    return stock_take


def _expect(stock_take: StockTake) -> int:
    """Write down the copies that should be found, and say how many they are."""
    scope = queries.scope_of(stock_take)
    found = Item.objects.filter(branch=stock_take.branch, status__in=rules.AT_HAND).order_by("pk")
    count = 0
    columns = ("pk", "barcode", "call_number", "location_id", "item_type_id")
    for some in bulk.parts(found.values_list(*columns).iterator(), size=5000):
        rows = [
            (stock_take.pk, pk, barcode, number, callnumbers.sort_key(number), shelf, True, "", "")
            for pk, barcode, number, shelf, collection in some
            if scope.holds(branch=scope.branch, shelf=shelf, collection=collection, call_number=number)
        ]
        bulk.insert(
            StockTakeCopy,
            (
                "stock_take_id", "item_id", "barcode", "call_number", "call_sort", "location_id", "is_expected",
                "finding", "seen_by",
            ),
            rows,
        )  # fmt: skip
        count += len(rows)
    return count


@transaction.atomic
def scan(*, stock_take_id: int, scans: Sequence[Scan], at: datetime, by: Actor) -> list[StockTakeScan]:
    """Take in what was scanned, in its order, and say of each scan what it means.

    A scan that is here already, by its `client_id`, is answered as before: a device that doesn't know whether its
    scans have arrived sends them again. Of several scans of one copy the one that was made last counts, in whatever
    order they arrive.

    Raises:
        NotPermitted: `by` may not take stock.
        NotFound: there is no such stock take.
        StockTakeClosed: it is closed; the scans aren't taken in.
        Invalid: there are too many at once.
    """
    by.require(Permission.TAKE_STOCK)
    if len(scans) > MOST_SCANS:
        raise Invalid(_("At most %(most)s scans can be sent at once.") % {"most": MOST_SCANS})
    stock_take = _locked(stock_take_id)
    if not stock_take.is_running:
        raise StockTakeClosed(
            _("“%(name)s” is closed. Ask the head of the library to open it again; scans that wait on a device stay.")
            % {"name": stock_take}
        )
    kept = StockTakeScan.objects.filter(stock_take=stock_take, client_id__in=[one.client_id for one in scans])
    answers = {one.client_id: one for one in kept.select_related("item__bib", "item__branch", "item__location")}
    new = {one.client_id: one for one in scans if one.client_id not in answers}
    if new:
        for told in _Walk(stock_take, list(new.values()), at, by).told():
            answers[told.client_id] = told
    return [answers[client_id] for client_id in dict.fromkeys(one.client_id for one in scans)]


class _Walk:
    """Some new scans of a person, judged one after the other; everything they need is read at once."""

    def __init__(self, stock_take: StockTake, scans: Sequence[Scan], at: datetime, by: Actor) -> None:
        self.stock_take, self.scans, self.at, self.by = stock_take, scans, at, by
        self.scope = queries.scope_of(stock_take)
        self.shelves: dict[int, Location] = {shelf.pk: shelf for shelf in queries.shelves_of(stock_take)}
        codes = {_barcode(one) for one in scans}
        items = Item.objects.filter(barcode__in=codes).select_related("bib", "branch", "location")
        self.items: dict[str, Item] = {item.barcode: item for item in items}
        rows = StockTakeCopy.objects.filter(stock_take=stock_take, item__in=list(self.items.values()))
        self.copies: dict[int, StockTakeCopy] = {row.item_id: row for row in rows if row.item_id}

    def told(self) -> list[StockTakeScan]:
        """Write it all down; the number of statements hangs on the copies that were seen, not on those expected."""
        newly_seen = 0
        changed: dict[int, StockTakeCopy] = {}
        told = []
        for one in self.scans:
            code = _barcode(one)
            item = self.items.get(code)
            shelf = self.shelves.get(one.shelf_id or 0)
            moment = max(self.stock_take.begun_at, min(one.scanned_at, self.at))
            finding, before = Finding.UNKNOWN, ""
            if item is not None:
                finding = self._finding(item, shelf)
                copy = self.copies.get(item.pk) or self._copy(item)
                self.copies[item.pk] = copy
                before = copy.seen_by
                newly_seen += copy.is_expected and copy.finding in rules.UNSEEN
                if copy.seen_at is None or moment >= copy.seen_at:
                    copy.finding, copy.seen_location, copy.seen_at, copy.seen_by = finding, shelf, moment, self.by.name
                    changed[item.pk] = copy
            told.append(
                StockTakeScan(
                    stock_take=self.stock_take,
                    client_id=one.client_id,
                    barcode=code,
                    item=item,
                    location=shelf,
                    finding=finding,
                    seen_before_by=before,
                    scanned_at=moment,
                    received_at=self.at,
                    by=self.by.name,
                    patron_id=self.by.patron_id,
                )
            )
        for copy in changed.values():
            copy.save()
        StockTake.objects.filter(pk=self.stock_take.pk).update(seen=F("seen") + newly_seen)
        return StockTakeScan.objects.bulk_create(told)

    def _finding(self, item: Item, shelf: Location | None) -> Finding:
        return rules.finding(
            home_branch=item.branch_id,
            home_shelf=item.location_id,
            status=item.status,
            is_asked_for=self.scope.holds(
                branch=item.branch_id,
                shelf=item.location_id,
                collection=item.item_type_id,
                call_number=item.call_number,
            ),
            branch=self.scope.branch,
            shelf=shelf.pk if shelf else None,
        )

    def _copy(self, item: Item) -> StockTakeCopy:
        """A copy that nobody expected."""
        return StockTakeCopy(
            stock_take=self.stock_take,
            item=item,
            barcode=item.barcode,
            call_number=item.call_number,
            call_sort=callnumbers.sort_key(item.call_number),
            location=item.location,
        )


@transaction.atomic
def close(*, stock_take_id: int, at: datetime, by: Actor) -> StockTake:
    """End the scanning. What nobody has seen is now found missing, or rightly away; no copy changes by that.

    Raises:
        NotPermitted: `by` may not settle stock takes.
        NotFound: there is no such stock take.
        StockTakeClosed: it is closed already.
    """
    by.require(Permission.SETTLE_STOCK_TAKE)
    stock_take = _locked(stock_take_id)
    if not stock_take.is_running:
        raise StockTakeClosed(_("“%(name)s” is closed already.") % {"name": stock_take})
    unseen = StockTakeCopy.objects.filter(stock_take=stock_take, finding="")
    here = Item.objects.filter(status__in=rules.AT_HAND)
    unseen.filter(Q(settlement=None) & ~Q(item__in=here.values("pk"))).update(finding=Finding.AWAY)
    unseen.update(finding=Finding.MISSING)
    stock_take.state, stock_take.closed_at, stock_take.closed_by = StockTake.State.CLOSED, at, by.name
    stock_take.save(update_fields=["state", "closed_at", "closed_by"])
    return stock_take


@transaction.atomic
def reopen(*, stock_take_id: int, by: Actor) -> StockTake:
    """Let scanning go on. What was settled stays settled.

    Raises:
        NotPermitted: `by` may not settle stock takes.
        NotFound: there is no such stock take.
        StockTakeRunning: it is under way.
    """
    by.require(Permission.SETTLE_STOCK_TAKE)
    stock_take = _locked(stock_take_id)
    if stock_take.is_running:
        raise StockTakeRunning(_("“%(name)s” is under way already.") % {"name": stock_take})
    StockTakeCopy.objects.filter(stock_take=stock_take, finding__in=[Finding.MISSING, Finding.AWAY]).update(finding="")
    stock_take.state, stock_take.closed_at, stock_take.closed_by = StockTake.State.RUNNING, None, ""
    stock_take.save(update_fields=["state", "closed_at", "closed_by"])
    return stock_take


@transaction.atomic
def settle(
    *,
    stock_take_id: int,
    act: Settling,
    copy_ids: Collection[int] | None,
    reason: str = "",
    at: datetime,
    by: Actor,
) -> StockTakeSettlement:
    """Decide about these copies of a stock take, or, with `copy_ids` None, about all to which that can be done.

    Copies that were settled already, or that have changed since so that it no longer fits, are left as they are.

    Raises:
        NotPermitted: `by` may not settle stock takes.
        NotFound: there is no such stock take.
        StockTakeRunning: copies can be called missing only when it is closed.
        NothingToSettle: none of the copies is left.
        Invalid: too many were chosen at once.
    """
    by.require(Permission.SETTLE_STOCK_TAKE)
    stock_take = _locked(stock_take_id)
    if act == Settling.MISSING and stock_take.is_running:
        raise StockTakeRunning(_("Close the stock take first: until then, a copy may still be found."))
    rows = StockTakeCopy.objects.filter(
        stock_take=stock_take, finding__in=rules.FITTING[act], settlement=None, item__isnull=False
    ).select_related("stock_take")
    if copy_ids is not None:
        rows = rows.filter(pk__in=copy_ids)
    chosen = list(rows.order_by("pk")[: MOST_SETTLED + 1])
    if len(chosen) > MOST_SETTLED:
        raise Invalid(
            _("More than %(most)s copies at once are too many. Settle them in parts.") % {"most": MOST_SETTLED}
        )
    items = _locked_items(row.item_id for row in chosen if row.item_id)
    fitting = [
        (row, items[row.item_id]) for row in chosen if row.item_id in items and _fits(act, row, items[row.item_id])
    ]
    if not fitting:
        raise NothingToSettle(_("Nothing is left to do here: somebody has settled these copies, or they have changed."))
    settlement = StockTakeSettlement.objects.create(
        stock_take=stock_take, act=act, count=len(fitting), reason=reason.strip()[:200], at=at, by=by.name
    )
    said = f"{stock_take}. {settlement.reason}" if settlement.reason else f"{stock_take}"
    changing = [item for _row, item in fitting] if act != Settling.RESHELVED else []
    history.keep_items(
        item_ids=[item.pk for item in changing], change=Change.BATCH, at=at, by=by, reason=said, cause=settlement.cause
    )
    for values, ids in _new_values(act, fitting).items():
        _write(ids, dict(values))
    for some in bulk.parts([row.pk for row, _item in fitting]):
        StockTakeCopy.objects.filter(pk__in=some).update(settlement=settlement)
    _tell((item.bib_id for item in changing), at)
    return settlement


def _fits(act: Settling, row: StockTakeCopy, item: Item) -> bool:
    """Whether it can still be done to the copy as it is now."""
    if act == Settling.MISSING:
        return item.status in rules.AT_HAND
    if act == Settling.AVAILABLE:
        return item.status not in {*rules.AT_HAND, *rules.CIRCULATING, Item.Status.WITHDRAWN}
    return act == Settling.RESHELVED or row.seen_location_id is not None


def _new_values(
    act: Settling, fitting: Sequence[tuple[StockTakeCopy, Item]]
) -> dict[tuple[tuple[str, Any], ...], list[int]]:
    """Which copies get which values."""
    found: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    before = _statuses_before([item.pk for _row, item in fitting]) if act == Settling.AVAILABLE else {}
    for row, item in fitting:
        if act == Settling.MISSING:
            found[("status", Item.Status.MISSING.value),].append(item.pk)
        elif act == Settling.AVAILABLE:
            found[("status", before.get(item.pk, Item.Status.AVAILABLE.value)),].append(item.pk)
        elif act == Settling.MOVED:
            found[("branch_id", row.stock_take.branch_id), ("location_id", row.seen_location_id)].append(item.pk)
    return found


def _statuses_before(item_ids: Collection[int]) -> dict[int, str]:
    """The last status by which each copy was at hand: what was for use in the library only, is that again."""
    found: dict[int, str] = {}
    for some in bulk.parts(item_ids):
        rows = ItemVersion.objects.filter(item_id__in=some).order_by("version").values_list("item_id", "state")
        found |= {item_id: state["status"] for item_id, state in rows if state.get("status") in rules.AT_HAND}
    return found


@transaction.atomic
def undo(*, settlement_id: int, at: datetime, by: Actor) -> tuple[StockTakeSettlement, int]:
    """Take a decision back: its copies are what they were, and can be settled again.

    Returns:
        The settlement, and how many copies were left as they are because somebody has changed them since.

    Raises:
        NotPermitted: `by` may not settle stock takes.
        NotFound: there is no such decision.
        NothingToSettle: it was taken back already.
    """
    by.require(Permission.SETTLE_STOCK_TAKE)
    settlement = StockTakeSettlement.objects.select_for_update().filter(pk=settlement_id).first()
    if settlement is None:
        raise NotFound(_("There is no decision %(number)s.") % {"number": settlement_id})
    if settlement.undone_at is not None:
        raise NothingToSettle(_("This decision was taken back already."))
    kept = {row.item_id: row for row in ItemVersion.objects.filter(cause=settlement.cause)}
    items = _locked_items(kept)
    same = [item for item in items.values() if item.version == kept[item.pk].version + 1]
    history.keep_items(
        item_ids=[item.pk for item in same],
        change=Change.WENT_BACK,
        at=at,
        by=by,
        reason=str(settlement.stock_take),
        cause=f"{settlement.cause}:undo",
    )
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for item in same:
        state = kept[item.pk].state
        groups[tuple((name, state[name]) for name in ("status", "branch_id", "location_id"))].append(item.pk)
    for values, ids in groups.items():
        _write(ids, dict(values))
    settlement.copies.update(settlement=None)
    settlement.undone_at, settlement.undone_by = at, by.name
    settlement.save(update_fields=["undone_at", "undone_by"])
    _tell((item.bib_id for item in same), at)
    return settlement, len(kept) - len(same)


def _locked(stock_take_id: int) -> StockTake:
    found = StockTake.objects.select_for_update().filter(pk=stock_take_id).first()
    if found is None:
        raise NotFound(_("There is no stock take %(number)s.") % {"number": stock_take_id})
    return found


def _locked_items(item_ids: Iterable[int]) -> dict[int, Item]:
    """These copies by id, locked in one order; those that are gone are left out."""
    return {
        item.pk: item
        for some in bulk.parts(sorted(item_ids))
        for item in Item.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk")
    }


def _write(item_ids: Collection[int], values: dict[str, Any]) -> None:
    for some in bulk.parts(item_ids):
        Item.with_hidden.filter(pk__in=some).update(**values, version=F("version") + 1)


def _tell(bib_ids: Iterable[int], at: datetime) -> None:
    for some in bulk.parts(sorted(set(bib_ids))):
        publish(BibsChanged(at=at, bib_ids=some))


def _barcode(scan: Scan) -> str:
    return rules.one_line(scan.barcode)[:LONGEST_BARCODE]

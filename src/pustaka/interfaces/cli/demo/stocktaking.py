"""Two stock takes of the demo: one that is finished, looked through and decided, and one that is under way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import StockTake
from pustaka.catalog.rules import Settling
from pustaka.catalog.services import stock_takes
from pustaka.foundation.actors import Actor
from pustaka.interfaces.cli.demo import campus
from pustaka.patrons.models import Role

ONE_UNSEEN_IN = 41
STRAYS = 2


def build(*, at: datetime) -> None:
    """The medical faculty's, three weeks ago; and the reference room's, begun this morning."""
    yohana, wayan, head = (campus.person(role) for role in (Role.CIRCULATION, Role.CATALOGUER, Role.HEAD))
    shelves = {(one.branch.code, one.code): one for one in branches.locations()}
    _finished(shelves["FK", "UMUM"], begun_at=at - timedelta(days=21), people=(yohana, wayan), head=head)
    _under_way(shelves["PUSAT", "RUJUKAN"], stray_home=shelves["PUSAT", "UMUM"], at=at, people=(yohana, wayan))


def _finished(shelf: Location, *, begun_at: datetime, people: Sequence[Actor], head: Actor) -> None:
    take = _begin("Stok opname Fakultas Kedokteran", shelf.branch, [], begun_at, by=head)
    codes = [row.barcode for row in catalog.stock_take_copies(take)]
    seen = [code for n, code in enumerate(codes, 1) if n % ONE_UNSEEN_IN]
    half = len(seen) // 2
    for person, some in zip(people, (seen[:half], [*seen[half:], "FK-2009-0147"]), strict=True):
        _scan(take, some, shelf, begun_at + timedelta(hours=1), person)
    end = begun_at + timedelta(hours=6)
    stock_takes.close(stock_take_id=take.pk, at=end, by=head)
    missing = [row.pk for row in catalog.stock_take_copies(take, catalog.STOCK_TAKE_LISTS["missing"])]
    if missing:
        stock_takes.settle(
            stock_take_id=take.pk,
            act=Settling.MISSING,
            copy_ids=missing[: len(missing) // 2 + 1],
            reason="Dicari dua kali, juga di ruang fotokopi",
            at=end + timedelta(days=1),
            by=head,
        )


def _under_way(shelf: Location, *, stray_home: Location, at: datetime, people: Sequence[Actor]) -> None:
    begun_at = at - timedelta(hours=3)
    take = _begin("Stok opname ruang rujukan", shelf.branch, [shelf], begun_at, by=people[-1])
    codes = [row.barcode for row in catalog.stock_take_copies(take)]
    others = (item for bib in catalog.newest(most=40) for item in catalog.items_of(bib).filter(location=stray_home))
    strays = [item.barcode for item in islice(others, STRAYS)]
    part = len(codes) * 2 // 5
    for person, some in zip(people, (codes[:part], [*codes[part - 1 : part + part // 2], *strays]), strict=True):
        _scan(take, some, shelf, begun_at + timedelta(minutes=30), person)


def _begin(name: str, branch: Branch, shelves: Sequence[Location], at: datetime, by: Actor) -> StockTake:
    return stock_takes.begin(name=name, branch=branch, locations=shelves, at=at, by=by)


def _scan(take: StockTake, codes: Sequence[str], shelf: Location, at: datetime, by: Actor) -> None:
    """One barcode after the other, some seconds apart."""
    scans = [
        stock_takes.Scan(
            client_id=f"demo-{by.patron_id}-{n}",
            barcode=code,
            shelf_id=shelf.pk,
            scanned_at=at + timedelta(seconds=7 * n),
        )
        for n, code in enumerate(codes)
    ]
    for first in range(0, len(scans), stock_takes.MOST_SCANS):
        some = scans[first : first + stock_takes.MOST_SCANS]
        stock_takes.scan(stock_take_id=take.pk, scans=some, at=some[-1].scanned_at, by=by)

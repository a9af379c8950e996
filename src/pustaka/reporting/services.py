"""Making the daily facts."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.circulation import queries as circulation
from pustaka.patrons import queries as patrons
from pustaka.reporting.models import Fact
from pustaka.security import queries as security

DAY = timedelta(days=1)
AGAIN = 7  # days that the nightly run makes anew: what a desk without a server did arrives late
AT_ONCE = 31  # days in one transaction


def build(*, first: date, last: date) -> int:
    """Make the facts of these days anew, a month at a time; say how many rows there are.

    A run that is killed leaves whole months; running it again does no harm.
    """
    made = 0
    while first <= last:
        until = min(last, first + (AT_ONCE - 1) * DAY)
        made += _build(first, until)
        first = until + DAY
    return made


def catch_up(*, today: date) -> int:
    """The last week up to today; where there is none yet, everything since the first loan. For the nightly run."""
    begun = today - AGAIN * DAY
    if not Fact.objects.exists():
        begun = min(circulation.first_day() or begun, begun)
    return build(first=begun, last=today)


@transaction.atomic
def _build(first: date, last: date) -> int:
    Fact.objects.filter(on__range=(first, last)).delete()
    rows = [fact for branch in branches.branches() for fact in _of_branch(branch, first, last)]
    rows += [
        Fact(kind=Fact.Kind.MEMBER, on=row["on"], hour=0, category_id=row["category"], unit_id=row["unit"],
             count=row["count"])
        for row in patrons.joined_by_day(first=first, last=last)
    ]  # fmt: skip
    Fact.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _of_branch(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    zone = ZoneInfo(branch.time_zone)
    since, until = (datetime.combine(day, time.min, zone) for day in (first, last + DAY))
    for kind in circulation.USES:
        for row in circulation.use_by_hour(kind, branch, since=since, until=until):
            yield _fact(kind, branch, row)
    for row in security.visits_by_hour(branch, since=since, until=until):
        yield _fact(Fact.Kind.VISIT, branch, row)


def _fact(kind: str, branch: Branch, row: dict[str, Any]) -> Fact:
    return Fact(
        kind=kind, branch=branch, on=row["on"], hour=row["hour"], category_id=row.get("category"),
        unit_id=row.get("unit"), item_type_id=row.get("item_type"), location_id=row.get("location"),
        ddc=(row.get("ddc") or "")[:1] if (row.get("ddc") or "")[:1].isdigit() else "", count=row["count"],
    )  # fmt: skip

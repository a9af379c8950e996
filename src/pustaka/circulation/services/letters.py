"""What people are told about their loans and holds. Each thing is told once, however often it is asked for."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import formats, translation

from pustaka.circulation import kinds, queries
from pustaka.circulation.models import Hold, Loan
from pustaka.foundation import adapters
from pustaka.notices import services as notices
from pustaka.notices.rules import Line
from pustaka.notices.services import News
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron

DUE_SOON = timedelta(days=2)
OVERDUE_AFTER = (1, 7, 14, 28)  # days
MEMBERSHIP_ENDS_IN = timedelta(days=30)
One = TypeVar("One")
AT_ONCE = 500  # people in one transaction


def tell_ready(*, hold_id: int, at: datetime) -> int:
    """A copy stands on the hold shelf; nothing is told if it was fetched meanwhile."""
    hold = queries.hold(hold_id)
    if hold.state != Hold.State.READY or hold.kept_until is None or hold.ready_at is None:
        return 0
    values = {"title": hold.bib.title, "branch": hold.pickup.name, "day": _day(hold.kept_until, hold.patron)}
    news = News(key=f"hold_ready:{hold.pk}:{hold.ready_at:%Y%m%d}", patron=hold.patron, values=values)
    return notices.tell(kind_code=kinds.HOLD_READY.code, news=[news], at=at)


def tell_ended(*, hold_id: int, at: datetime) -> int:
    """Nobody came for a copy; who has given up a hold knows it already."""
    hold = queries.hold(hold_id)
    if hold.state != Hold.State.EXPIRED:
        return 0
    news = News(key=f"hold_expired:{hold.pk}", patron=hold.patron, values={"title": hold.bib.title})
    return notices.tell(kind_code=kinds.HOLD_EXPIRED.code, news=[news], at=at)


def tell_recalled(*, loan_id: int, at: datetime) -> int:
    """Somebody waits, and the copy is asked for."""
    loan = queries.loan(loan_id)
    if loan.patron is None or loan.returned_at is not None:
        return 0
    day = queries.in_zone(loan.due_at, loan.branch).date()
    values = {"title": loan.bib.title, "branch": loan.branch.name, "day": _day(day, loan.patron)}
    news = News(key=f"recalled:{loan.pk}", patron=loan.patron, values=values)
    return notices.tell(kind_code=kinds.RECALLED.code, news=[news], at=at)


def tell_due_soon(*, at: datetime) -> int:
    """One letter for all that a person has to bring back within two days."""
    soon = Loan.objects.filter(returned_at=None, due_at__range=(at, at + DUE_SOON), claimed_at=None)
    soon = soon.filter(counts_in="days")  # who reads for an hour needs no letter
    return _tell(kinds.DUE_SOON.code, soon, lambda loan: f"{loan.pk}.{loan.renewals}", at)


def tell_overdue(*, at: datetime) -> int:
    """One letter for all that is late by a day, a week, two weeks or four, for each of these steps once."""
    told = 0
    for place, days in enumerate(OVERDUE_AFTER):
        until = at - timedelta(days=days)
        following = OVERDUE_AFTER[place + 1] if place + 1 < len(OVERDUE_AFTER) else days + 7
        since = at - timedelta(days=following)
        late = Loan.objects.filter(returned_at=None, due_at__lte=until, due_at__gt=since, claimed_at=None, lost_at=None)
        told += _tell(kinds.OVERDUE.code, late, partial(_step, days=days), at)
    return told


def tell_membership_ends(*, at: datetime) -> int:
    """Whose membership ends within a month."""
    people = patrons.expiring(first=at.date(), last=(at + MEMBERSHIP_ENDS_IN).date())
    told = 0
    for some in _parts(people.iterator(chunk_size=AT_ONCE)):
        news = [
            News(
                key=f"membership_ends:{patron.pk}:{patron.valid_until}", patron=patron,
                values={"day": _day(patron.valid_until, patron) if patron.valid_until else ""},
            )
            for patron in some
        ]  # fmt: skip
        told += notices.tell(kind_code=kinds.MEMBERSHIP_ENDS.code, news=news, at=at)
    return told


def _step(loan: Loan, *, days: int) -> str:
    return f"{loan.pk}.{loan.renewals}.{days}"


def _tell(code: str, loans: QuerySet[Loan], key: Callable[[Loan], str], at: datetime) -> int:
    joined = loans.select_related("patron", "bib", "branch").order_by("patron", "due_at", "pk")
    told = 0
    by_person = groupby(joined.iterator(chunk_size=2000), key=lambda loan: loan.patron)
    for some in _parts((patron, list(theirs)) for patron, theirs in by_person if patron is not None):
        news = []
        for patron, theirs in some:
            keys = ",".join(key(loan) for loan in theirs)
            lines = tuple(
                Line(loan.bib.title, note=_day(queries.in_zone(loan.due_at, loan.branch).date(), patron))
                for loan in theirs
            )
            values = {"loans": lines, "my_loans": adapters.named("ADDRESS_OF")("my_loans")}
            name = _short(f"{code}:{patron.pk}:{keys}")
            news.append(News(key=name, series=f"{code}:{patron.pk}", patron=patron, values=values))
        told += notices.tell(kind_code=code, news=news, at=at)
    return told


def _short(key: str) -> str:
    """Keys are at most 200 characters; those of people with many loans are told apart by their sum."""
    if len(key) <= 200:
        return key
    return f"{key[:120]}…{sha256(key.encode()).hexdigest()[:60]}"


def _day(day: date | None, patron: Patron) -> str:
    with translation.override(notices.language_of(patron=patron)):
        return formats.date_format(day, "DATE_FORMAT") if day else ""


def _parts(found: Iterable[One]) -> Iterable[list[One]]:
    some: list[One] = []
    for one in found:
        some.append(one)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some

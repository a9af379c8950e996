"""A year at the desk: twenty thousand loans with the seasons of a campus, holds, fines and a till."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from pustaka.branches import queries as branches
from pustaka.branches.calendars import Calendar
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, Item
from pustaka.circulation import due, queries
from pustaka.circulation.policy import Place
from pustaka.circulation.services import holds, loading, loans, returns
from pustaka.circulation.services.loading import PastLoan
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import DomainError
from pustaka.interfaces.cli.demo import members
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Entry, Patron
from pustaka.patrons.services import account, till
from pustaka.reporting import services as reporting
from pustaka.security import services as security
from pustaka.security.models import Visit

LOANS, DAYS = 20_000, 365
WEEKDAYS = (1.25, 1.15, 1.1, 1.05, 0.8, 0.45, 0.0)
HOURS = {8: 3, 9: 7, 10: 10, 11: 9, 12: 6, 13: 9, 14: 10, 15: 8, 16: 4, 17: 3, 18: 2, 19: 1}
EAGER = {"S1": 1.0, "S2": 1.6, "DOSEN": 1.3, "TENDIK": 0.5, "UMUM": 0.7}
VISITS = 30_000
TRIES = 12  # copies that are looked at for each loan of a busy day
LATE, FINED, HOLDS, READY = 0.11, 220, 70, 14


def build(*, at: datetime, seed: int) -> None:
    """The loans, and what came of them."""
    chance = random.Random(seed + 1)  # noqa: S311 - a demo is to be the same every time
    people = members.borrowers()
    copies = [copy for copy in catalog.lendable_copies() if copy.item_type_id]
    loading.load(loans=list(islice(_loans(at, chance, people, copies), LOANS)), at=at, by=SYSTEM)
    _lecturer(at)
    _waiting(at, chance, people)
    _money(at, chance, people)
    _visits(at, chance, people)
    reporting.build(first=(at - timedelta(days=DAYS)).date(), last=at.date())


def _loans(at: datetime, chance: random.Random, people: list[Patron], copies: list[Item]) -> Iterator[PastLoan]:
    """In the order of the days; a copy is never out twice at once, and a few are borrowed far more than others."""
    places = {branch.pk: branch for branch in branches.branches()}
    calendars = {pk: branches.calendar_of(branch) for pk, branch in places.items()}
    main = next(branch for branch in places.values() if branch.code == "PUSAT")
    book = queries.rule_book()
    eager = [_eagerness(person, chance) for person in people]
    wanted = [chance.paretovariate(1.1) for _copy in copies]
    free_from: dict[int, datetime] = {}
    days = _days(at.date(), calendars[main.pk])
    total = sum(weight for _day, weight in days)
    for day, weight in days:
        missing = round(LOANS * 1.02 * weight / total)
        for _ in range(missing * TRIES):
            if not missing:
                break
            person, copy = chance.choices(people, eager)[0], chance.choices(copies, wanted)[0]
            hour = chance.choices(list(HOURS), list(HOURS.values()))[0]
            start = datetime.combine(day, time(hour, chance.randint(0, 59)), at.tzinfo)
            if free_from.get(copy.pk, start) > start or start > at or calendars[copy.branch_id].is_closed(day):
                continue
            held = book.policy(Place(copy.branch_id, person.category_id, copy.item_type_id))
            if held.is_onsite or not held.lends:
                continue
            ends = due.due_at(start=start, policy=held, calendar=calendars[copy.branch_id])
            back = _back(start, ends, chance, calendars[copy.branch_id])
            free_from[copy.pk] = back
            renewals = int(back > ends and chance.random() < 0.5 and ends <= at)
            missing -= 1
            yield PastLoan(
                item_id=copy.pk, bib_id=copy.bib_id, branch_id=copy.branch_id, patron_id=person.pk,
                category_id=person.category_id, unit_id=person.unit_id, item_type_id=copy.item_type_id,
                started_at=start, due_at=ends + timedelta(days=14 * renewals),
                returned_at=back if back <= at else None,
                renewed_at=(ends - timedelta(hours=5),) * renewals,
            )  # fmt: skip


def _eagerness(person: Patron, chance: random.Random) -> float:
    """How much somebody borrows beside others; a third never does."""
    if person.category is None or chance.random() < 0.34:
        return 0
    return EAGER[person.category.code] * chance.paretovariate(1.6)


def _days(today: date, calendar: Calendar) -> list[tuple[date, float]]:
    """Each open day of the year with how busy it is: terms, the weeks before exams, and weekdays."""
    found = []
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        if calendar.is_closed(day):
            continue
        term = next((one for one in members.terms(today) if one.starts_on <= day <= one.ends_on), None)
        season = 0.22
        if term is not None:
            week = (day - term.starts_on).days // 7
            weeks = (term.ends_on - term.starts_on).days // 7
            season = 0.7 + 0.35 * (week >= 2) + 0.6 * (week in {6, 7}) + 0.8 * (weeks - 3 <= week < weeks)
        found.append((day, season * WEEKDAYS[day.weekday()]))
    return found


def _back(start: datetime, ends: datetime, chance: random.Random, calendar: Calendar) -> datetime:
    """When it came back: mostly in time, many on the last days, some late, a few very late."""
    if chance.random() < LATE:
        day = ends.date() + timedelta(days=1 + int(chance.expovariate(1 / 7)))
    else:
        days = max(1, (ends.date() - start.date()).days)
        day = start.date() + timedelta(days=max(1, round(days * chance.betavariate(3, 1.4))))
    while calendar.is_closed(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(chance.choices(list(HOURS), list(HOURS.values()))[0], 30), start.tzinfo)


def _lecturer(at: datetime) -> None:
    """The lecturer of the demo has three books at home, one of which is due soon and can be renewed."""
    lecturer = patrons.by_number("dosen")
    shelf = [copy for copy in catalog.lendable_copies() if copy.item_type and copy.item_type.code == "UMUM"]
    if lecturer is None:
        return
    for place, copy in enumerate(shelf[:3]):
        moment = at - timedelta(days=56 - 20 * place)
        loans.check_out(item_id=copy.pk, patron_id=lecturer.pk, branch=copy.branch, at=moment, by=SYSTEM)


def _waiting(at: datetime, chance: random.Random, people: list[Patron]) -> None:
    """Readers in line for what is out; some of it came back and stands on the hold shelf."""
    out = list(queries.out_now())
    wanted: list[Bib] = [loan.bib for loan in chance.sample(out, min(HOLDS, len(out)))]
    main = next(branch for branch in branches.branches() if branch.code == "PUSAT")
    for place, bib in enumerate(wanted):
        moment = at - timedelta(days=chance.randint(0, 9), hours=chance.randint(1, 8))
        for patron in chance.sample(people, 1 + (place % 5 == 0)):
            _tried(bib, patron, main, moment)
    for loan in [loan for loan in out if queries.queue_length(loan.bib_id)][:READY]:
        returns.check_in(item_id=loan.item_id, branch=loan.branch, at=at - timedelta(hours=2), by=SYSTEM)


def _tried(bib: Bib, patron: Patron, pickup: Branch, at: datetime) -> None:
    try:
        holds.place(bib=bib, patron=patron, pickup=pickup, at=at, by=SYSTEM)
    except DomainError:
        return  # a member whose membership has ended waits for nothing


def _visits(at: datetime, chance: random.Random, people: list[Patron]) -> None:
    """Who came in at the main door: many more than borrow, and some guests. Nobody is named any more."""
    main = next(branch for branch in branches.branches() if branch.code == "PUSAT")
    days = _days(at.date(), branches.calendar_of(main))
    total = sum(weight for _day, weight in days)
    visits = []
    for day, weight in days:
        for _ in range(round(VISITS * weight / total)):
            person, hour = chance.choice(people), chance.choices(list(HOURS), list(HOURS.values()))[0]
            moment = datetime.combine(day, time(hour, chance.randint(0, 59)), at.tzinfo)
            if moment > at:
                continue
            is_guest = chance.random() < 0.03
            visits.append(
                Visit(
                    branch=main, at=moment, is_guest=is_guest, origin="SMA di sekitar kampus" if is_guest else "",
                    category=None if is_guest else person.category, unit=None if is_guest else person.unit,
                    purpose=chance.choices(Visit.Purpose.values, (9, 5, 4, 3, 1))[0],
                )
            )  # fmt: skip
    security.load(visits=visits, by=SYSTEM)


def _money(at: datetime, chance: random.Random, people: list[Patron]) -> None:
    """What late returns of the last months have cost, and what was paid at the desk."""
    main = next(branch for branch in branches.branches() if branch.code == "PUSAT")
    opened = (at - timedelta(days=1)).replace(hour=8, minute=0)
    till.open_till(branch=main, float_idr=100_000, at=opened, by=SYSTEM)
    for loan in queries.late_returns(since=at - timedelta(days=150))[:FINED]:
        days = max(1, (loan.returned_at - loan.due_at).days) if loan.returned_at else 1
        if loan.patron is None:
            continue
        fine = account.charge(
            patron=loan.patron, amount_idr=min(50_000, 1_000 * days), cause=Entry.Cause.OVERDUE,
            text=f"{loan.bib.title[:200]} ({loan.item.barcode})", about=f"loan:{loan.pk}", branch=loan.branch,
            at=loan.returned_at or at, by=SYSTEM,
        )  # fmt: skip
        if chance.random() < 0.72:
            owed = patrons.open_charges(loan.patron).get(entry=fine).open_idr
            account.pay(
                patron=loan.patron, amount_idr=owed, charge_ids=[fine.pk], branch=main,
                at=max(opened, loan.returned_at or at), by=SYSTEM,
            )  # fmt: skip

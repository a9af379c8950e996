"""What is lent, who waits, and what the rules say about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, Left, TruncDate
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.calendars import AlwaysClosed
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, Item
from pustaka.circulation import due, rules
from pustaka.circulation.models import (
    Clearance,
    DeskUpload,
    Hold,
    InsideUse,
    Loan,
    LoanRule,
    Renewal,
    RuleBookState,
    Transit,
)
from pustaka.circulation.policy import Place, Policy, RuleBook
from pustaka.circulation.rules import Copy, Lent, Person, Refusal, Wish
from pustaka.foundation.errors import NotFound
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron

State = Hold.State
KEPT = (State.COMING, State.READY)


# --- The rules -------------------------------------------------------------------------------------------------------


def rule_book() -> RuleBook:
    """Every rule in memory; one statement while they stay the same."""
    version = RuleBookState.objects.values_list("version", flat=True).first() or 0
    return _rule_book(version)


@lru_cache(maxsize=2)
def _rule_book(version: int) -> RuleBook:
    rows = LoanRule.objects.order_by("pk").values_list("name", "branch", "category", "item_type", "value")
    return RuleBook((name, Place(b, c, i), value) for name, b, c, i, value in rows)


def rule_rows() -> QuerySet[LoanRule]:
    """Every row of the rules, those for any place first, then by branch, category and item type."""
    return LoanRule.objects.select_related("branch", "category", "item_type").order_by(
        F("branch__name").asc(nulls_first=True), F("category__name").asc(nulls_first=True),
        F("item_type__name").asc(nulls_first=True), "name",
    )  # fmt: skip


def policy(*, branch: Branch, patron: Patron, item: Item) -> Policy:
    """What holds when that person borrows that copy there."""
    return rule_book().policy(Place(branch.pk, patron.category_id, item.item_type_id))


def in_zone(moment: datetime, branch: Branch) -> datetime:
    """The moment by the clock of the branch."""
    return moment.astimezone(ZoneInfo(branch.time_zone))


# --- Loans -----------------------------------------------------------------------------------------------------------


def open_loans(patron: Patron) -> QuerySet[Loan]:
    """Soonest due first."""
    joined = Loan.objects.select_related("item__item_type", "bib", "branch")
    return joined.filter(patron=patron, returned_at=None).order_by("due_at", "pk")


def open_loan_of(item_id: int) -> Loan | None:
    """The loan by which that copy is out, joined for the desk."""
    joined = Loan.objects.select_related("item__item_type", "bib", "branch", "patron__category")
    return joined.filter(item=item_id, returned_at=None).first()


def loan(loan_id: int) -> Loan:
    """The loan.

    Raises:
        NotFound: there is none of that id.
    """
    joined = Loan.objects.select_related("item__item_type", "bib", "branch", "patron__category")
    found = joined.filter(pk=loan_id).first()
    if found is None:
        raise NotFound(_("There is no such loan any more."))
    return found


def history(patron: Patron) -> QuerySet[Loan]:
    """What came back already, newest first."""
    old = Loan.objects.filter(patron=patron, returned_at__isnull=False)
    return old.select_related("bib").order_by("-returned_at", "-pk")


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """How many titles a person has read as far as the library remembers, and in the last twelve months."""

    titles: int
    this_year: int


def reading_figures(patron: Patron, *, since: date | None = None) -> ReadingFigures:
    """Counted from what is remembered; `since` is where the twelve months begin."""
    old = Loan.objects.filter(patron=patron, returned_at__isnull=False)
    year = Q(started_at__date__gte=since) if since else Q()
    found = old.aggregate(titles=Count("bib", distinct=True), this_year=Count("bib", distinct=True, filter=year))
    return ReadingFigures(found["titles"], found["this_year"])


def out_now() -> QuerySet[Loan]:
    """Everything that is out, soonest due first."""
    return Loan.objects.filter(returned_at=None).select_related("bib", "branch").order_by("due_at", "pk")


def late_returns(*, since: datetime) -> QuerySet[Loan]:
    """What came back late since then, the latest return last."""
    late = Loan.objects.filter(returned_at__gte=since, returned_at__gt=F("due_at"))
    return late.select_related("bib", "item", "patron", "branch").order_by("returned_at", "pk")


def overdue(*, at: datetime, branch: Branch | None = None) -> QuerySet[Loan]:
    """What should have been back by then, the longest overdue first."""
    late = Loan.objects.filter(returned_at=None, due_at__lt=at).select_related("bib", "item", "patron__unit", "branch")
    return (late.filter(branch=branch) if branch else late).order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many copies a person has out; as many statements for one as for a thousand."""

    all: int = 0
    of_type: int = 0
    onsite: int = 0
    overdue: int = 0


def counts(patron: Patron, *, item_type_id: int | None, at: datetime) -> Counts:
    """Open loans by what the limits ask for; one statement over the index of open loans."""
    found = Loan.objects.filter(patron=patron, returned_at=None).aggregate(
        all=Count("pk"),
        of_type=Count("pk", filter=Q(item_type=item_type_id)),
        onsite=Count("pk", filter=Q(is_onsite=True)),
        overdue=Count("pk", filter=Q(due_at__lt=at)),
    )
    return Counts(all=found["all"], of_type=found["of_type"], onsite=found["onsite"], overdue=found["overdue"])


def loans_of_title(bib_id: int) -> QuerySet[Loan]:
    """What is out of a title, soonest due first."""
    return Loan.objects.filter(bib=bib_id, returned_at=None).order_by("due_at", "pk")


def due_dates_of(item_ids: Sequence[int]) -> dict[int, datetime]:
    """When the copies among these that are out are due."""
    return dict(Loan.objects.filter(item__in=item_ids, returned_at=None).values_list("item_id", "due_at"))


# --- Whether it may be lent ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What would happen: the policy with its reasons, the due date, and what stands in the way."""

    policy: Policy
    place: Place
    due_at: datetime | None
    refusals: Sequence[Refusal]
    person: Person


def person(patron: Patron, *, on: date, counted: Counts) -> Person:
    """What the rules know of somebody."""
    standing = patrons.standing(patron, on=on)
    return Person(
        is_expired=standing.is_expired, has_left=standing.has_left, owed_idr=standing.owed_idr,
        blocks=[(block.reason, block.until) for block in standing.blocks], overdue=counted.overdue,
        loans=counted.all, loans_of_type=counted.of_type, loans_onsite=counted.onsite, valid_until=patron.valid_until,
    )  # fmt: skip


def check_out_case(*, item: Item, patron: Patron, branch: Branch, at: datetime) -> Case:
    """What would happen if that person borrowed that copy there and then; nothing is written."""
    held = policy(branch=branch, patron=patron, item=item)
    local = in_zone(at, branch)
    counted = counts(patron, item_type_id=item.item_type_id, at=at)
    who = person(patron, on=local.date(), counted=counted)
    due_at = _due(local, held, branch, patron)
    refusals = rules.check_out_refusals(
        person=who, copy=_copy(item, patron), policy=held, counts_onsite=branch.counts_onsite_loans
    )
    if due_at is None:
        refusals.append(Refusal(rules.Reason.CLOSED))
    place = Place(branch.pk, patron.category_id, item.item_type_id)
    return Case(policy=held, place=place, due_at=due_at, refusals=refusals, person=who)


def _due(local: datetime, held: Policy, branch: Branch, patron: Patron, length: int | None = None) -> datetime | None:
    try:
        return due.due_at(
            start=local, policy=held, calendar=branches.calendar_of(branch), valid_until=patron.valid_until,
            length=length,
        )  # fmt: skip
    except AlwaysClosed:
        return None


def _copy(item: Item, patron: Patron) -> Copy:
    lent_to = kept_for = ""
    if item.status == Item.Status.ON_LOAN:
        loan = open_loan_of(item.pk)
        lent_to = str(loan.patron) if loan is not None and loan.patron is not None else ""
    kept = kept_hold(item.pk) if item.status in {Item.Status.ON_HOLD, Item.Status.IN_TRANSIT} else None
    if kept is not None and kept.patron_id != patron.pk:
        kept_for = str(kept.patron)
    is_own = kept is not None and kept.patron_id == patron.pk
    return Copy(
        status=item.status, state_name=str(item.get_status_display()), lent_to=lent_to, kept_for=kept_for,
        wanted=0 if is_own else wanted(item, besides=patron),
    )  # fmt: skip


def renewal_case(*, loan: Loan, patron: Patron, at: datetime) -> Case:
    """What would happen if the loan were renewed then; the new date counts from that day, and never comes earlier."""
    place = Place(loan.branch_id, patron.category_id, loan.item_type_id)
    held = rule_book().policy(place)
    local = in_zone(at, loan.branch)
    counted = counts(patron, item_type_id=loan.item_type_id, at=at)
    if loan.due_at < at:  # the loan itself may be late and still be renewed
        counted = Counts(counted.all, counted.of_type, counted.onsite, counted.overdue - 1)
    who = person(patron, on=local.date(), counted=counted)
    due_at = _due(local, held, loan.branch, patron, length=held.renewal_length)
    lent = Lent(
        due_at=in_zone(loan.due_at, loan.branch), new_due_at=due_at, renewals=loan.renewals,
        is_recalled=loan.recalled_at is not None, is_claimed=loan.claimed_at is not None,
        wanted=wanted(loan.item, besides=patron),
    )  # fmt: skip
    refusals = rules.renewal_refusals(person=who, lent=lent, policy=held, at=local)
    return Case(policy=held, place=place, due_at=due_at, refusals=refusals, person=who)


def wanted(item: Item, *, besides: Patron) -> int:
    """How many waiting holds of others, before that person's own, this copy alone can fill.

    Holds on the title can be filled by other copies at hand; a hold on this very copy can't.
    """
    ahead = Hold.objects.filter(bib=item.bib_id, state=State.WAITING)
    both = {"of_title": Count("pk", filter=Q(item=None)), "of_copy": Count("pk", filter=Q(item=item.pk))}
    found = ahead.exclude(patron=besides).aggregate(**both)
    if not found["of_title"] and not found["of_copy"]:
        return 0
    own = ahead.filter(Q(item=None) | Q(item=item.pk), patron=besides).aggregate(rank=Min("rank"))["rank"]
    if own is not None:
        found = ahead.exclude(patron=besides).filter(rank__lt=own).aggregate(**both)
    free = catalog.copies_at_hand(item.bib_id, besides=item.pk) if found["of_title"] else 0
    return max(0, int(found["of_title"]) - free) + int(found["of_copy"])


# --- Holds -----------------------------------------------------------------------------------------------------------


def hold_case(*, bib: Bib, item: Item | None, patron: Patron, pickup: Branch, at: datetime) -> Case:
    """What stands in the way of a hold; the policy is that of the copy, or of the title's first one that is lent."""
    copies = catalog.circulating_copies(bib.pk)
    one = item or next(iter(copies.select_related("item_type")[:1]), None)
    place = Place(pickup.pk, patron.category_id, one.item_type_id if one else None)
    held = rule_book().policy(place)
    who = person(patron, on=in_zone(at, pickup).date(), counted=counts(patron, item_type_id=place.item_type, at=at))
    standing = Hold.objects.filter(patron=patron, ended_at=None).aggregate(
        all=Count("pk"), of_title=Count("pk", filter=Q(bib=bib.pk))
    )
    has_it = Loan.objects.filter(patron=patron, bib=bib.pk, returned_at=None).exists()
    is_there = held.lends and (item.status not in catalog.NOT_LENT if item else one is not None)
    wish = Wish(has_it=has_it, holds_it=standing["of_title"], holds=standing["all"], copies=int(is_there), policy=held)
    refusals = rules.hold_refusals(person=who, wish=wish)
    return Case(policy=held, place=place, due_at=None, refusals=refusals, person=who)


def holds_of(patron: Patron) -> QuerySet[Hold]:
    """What a person waits for: first what is ready, then what is coming, then the rest in the order of placing."""
    rows = Hold.objects.filter(patron=patron, ended_at=None).select_related("bib", "pickup", "item", "item_kept")
    return rows.order_by(F("ready_at").desc(nulls_last=True), "rank")


def hold(hold_id: int) -> Hold:
    """The hold.

    Raises:
        NotFound: there is none of that id.
    """
    joined = Hold.objects.select_related("bib", "patron__category", "pickup", "item", "item_kept")
    found = joined.filter(pk=hold_id).first()
    if found is None:
        raise NotFound(_("There is no such hold any more."))
    return found


def kept_hold(item_id: int) -> Hold | None:
    """The hold for which that copy is kept, on its way or on the hold shelf."""
    return Hold.objects.filter(item_kept=item_id, state__in=KEPT).select_related("patron", "pickup").first()


def ready_for(patron: Patron) -> QuerySet[Hold]:
    """What waits on hold shelves for a person, the first to expire first."""
    ready = Hold.objects.filter(patron=patron, state=State.READY).select_related("bib", "item_kept", "pickup")
    return ready.order_by("kept_until", "pk")


def queue(bib_id: int) -> QuerySet[Hold]:
    """Who waits for a title, first come first."""
    waiting = Hold.objects.filter(bib=bib_id, state=State.WAITING)
    return waiting.select_related("patron", "pickup", "item").order_by("rank", "pk")


def queue_length(bib_id: int) -> int:
    """How many wait for a title."""
    return Hold.objects.filter(bib=bib_id, state=State.WAITING).count()


def rank_of(hold: Hold) -> int:
    """The place of a waiting hold in the queue of its title, from 1."""
    return Hold.objects.filter(bib=hold.bib_id, state=State.WAITING, rank__lt=hold.rank).count() + 1


def expected_on(hold: Hold, *, rank: int) -> date | None:
    """About when a copy comes to the reader in that place: when the so-manieth copy of the title is due.

    None where fewer copies are out than people wait before, so that nobody can say.
    """
    dues = list(loans_of_title(hold.bib_id).values_list("due_at", flat=True)[rank - 1 : rank])
    return in_zone(dues[0], hold.pickup).date() if dues else None


def shelf(branch: Branch) -> QuerySet[Hold]:
    """The hold shelf of a branch, by the name of who comes for it."""
    ready = Hold.objects.filter(pickup=branch, state=State.READY).select_related("patron", "bib", "item_kept")
    return ready.order_by("patron__name", "pk")


def to_clear(branch: Branch) -> QuerySet[Hold]:
    """Holds that ended while their copy stood on the hold shelf of that branch, where it still stands; oldest first."""
    ended = Hold.objects.filter(pickup=branch, state__in=[State.EXPIRED, State.CANCELED])
    standing = ended.filter(item_kept__status=Item.Status.ON_HOLD)
    kept = Hold.objects.filter(item_kept=OuterRef("item_kept"), state__in=KEPT)
    return standing.exclude(Exists(kept)).select_related("patron", "bib", "item_kept").order_by("ended_at", "pk")


def pull_list(branch: Branch, *, most: int = 200) -> list[tuple[Hold, Item]]:
    """Holds that a copy on the shelves of that branch can fill now, with the copy to fetch, in shelf order.

    At most so many holds are looked at, the longest waiting first; each copy is named once.
    """
    rows = Hold.objects.filter(state=State.WAITING).select_related("bib", "patron", "pickup")
    waiting = list(rows.order_by("rank", "pk")[: most * 5])
    shelves: dict[int, list[Item]] = {}
    for item in catalog.on_shelf({hold.bib_id for hold in waiting}, branch=branch):
        shelves.setdefault(item.bib_id, []).append(item)
    found: list[tuple[Hold, Item]] = []
    for hold in waiting:
        copies = shelves.get(hold.bib_id, [])
        copy = next((one for one in copies if hold.item_id in {None, one.pk}), None)
        if copy is not None and len(found) < most:
            copies.remove(copy)
            found.append((hold, copy))
    return sorted(found, key=lambda pair: (pair[1].call_number, pair[1].pk))


def transits_to(branch: Branch) -> QuerySet[Transit]:
    """What is on its way there, the longest first."""
    coming = Transit.objects.filter(to_branch=branch, arrived_at=None)
    return coming.select_related("item__bib", "from_branch", "to_branch", "hold__patron").order_by("sent_at", "pk")


def conflicts(branch: Branch) -> QuerySet[DeskUpload]:
    """What a desk did without the server and a person must settle, oldest first."""
    return DeskUpload.objects.filter(branch=branch, state=DeskUpload.State.CONFLICT).order_by("happened_at", "pk")


# --- The letter of clearance -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What keeps somebody from the letter of clearance: copies that are out or kept for them, and money owed."""

    loans: Sequence[Loan] = ()
    kept: Sequence[Hold] = ()
    owed_idr: int = 0

    def __bool__(self) -> bool:
        return bool(self.loans or self.kept or self.owed_idr > 0)


def in_the_way(patron: Patron) -> InTheWay:
    """What still stands in the way of the letter; waiting holds end with it and stand in no way."""
    kept = Hold.objects.filter(patron=patron, state__in=KEPT).select_related("bib", "pickup").order_by("pk")
    return InTheWay(loans=tuple(open_loans(patron)), kept=tuple(kept), owed_idr=max(0, patron.balance_idr))


def clearances(patron: Patron) -> QuerySet[Clearance]:
    """The letters of a person, newest first."""
    return Clearance.objects.filter(patron=patron).order_by("-issued_at")


def clearance(token: str) -> Clearance:
    """The letter with that token.

    Raises:
        NotFound: the library has issued none.
    """
    found = Clearance.objects.filter(token=token).first()
    if found is None:
        raise NotFound(_("The library has issued no such letter. Ask at the desk."))
    return found


# --- For the figures -------------------------------------------------------------------------------------------------

USES = ("loan", "return", "late", "renewal", "hold", "inside")


def use_by_hour(kind: str, branch: Branch, *, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """How often that kind of use happened in a branch, by day and hour of its clock.

    Each row has `on`, `hour` and `count`, and as far as the kind knows them `category`, `unit`, `item_type`,
    `location` and `ddc` (the class of the title).
    """
    rows, moment, names = _uses(kind, branch)
    zone = ZoneInfo(branch.time_zone)
    rows = rows.filter(**{f"{moment}__gte": since, f"{moment}__lt": until}).order_by()
    rows = rows.annotate(on=TruncDate(moment, tzinfo=zone), hour=ExtractHour(moment, tzinfo=zone))
    grouped = rows.values("on", "hour", **{name: F(path) for name, path in names.items() if name != path})
    grouped = grouped.values("on", "hour", *names).annotate(count=Count("pk"))
    yield from grouped


_OF_LOAN = {"category": "category", "unit": "unit", "item_type": "item_type"}
_OF_COPY = {"location": "item__location", "ddc": "bib__classification"}


def _uses(kind: str, branch: Branch) -> tuple[QuerySet[Any], str, dict[str, str]]:
    if kind == "loan":
        return Loan.objects.filter(branch=branch), "started_at", {**_OF_LOAN, **_OF_COPY}
    if kind == "return":
        return Loan.objects.filter(returned_to=branch), "returned_at", {**_OF_LOAN, **_OF_COPY}
    if kind == "late":
        late = Loan.objects.filter(returned_to=branch, returned_at__gt=F("due_at"))
        return late, "returned_at", {**_OF_LOAN, **_OF_COPY}
    if kind == "renewal":
        names = {"category": "loan__category", "unit": "loan__unit", "item_type": "loan__item_type"}
        return Renewal.objects.filter(loan__branch=branch), "at", {**names, "ddc": "loan__bib__classification"}
    if kind == "hold":
        names = {"category": "patron__category", "unit": "patron__unit", "ddc": "bib__classification"}
        return Hold.objects.filter(pickup=branch), "placed_at", names
    names = {"item_type": "item__item_type", "location": "item__location", "ddc": "item__bib__classification"}
    return InsideUse.objects.filter(branch=branch), "at", names


def first_day() -> date | None:
    """The day of the first loan that is known, by the clock of the server."""
    first = Loan.objects.order_by("started_at").values_list("started_at", flat=True).first()
    return first.date() if first else None


def most_borrowed(
    *, since: datetime, until: datetime, branch: Branch | None = None, most: int = 50
) -> list[tuple[int, int]]:
    """Titles that were lent most often in that time: (title, loans), most first.

    What has no call number (chargers, laptops) is no title.
    """
    found = (
        _lent(since, until, branch)
        .exclude(bib__call_number="")
        .values("bib")
        .annotate(count=Count("pk"))
        .order_by("-count", "bib")[:most]
    )
    return [(row["bib"], row["count"]) for row in found]


def borrowed_copies(*, since: datetime, until: datetime, branch: Branch | None = None) -> int:
    """How many copies were lent at least once."""
    return _lent(since, until, branch).aggregate(count=Count("item", distinct=True))["count"]  # type: ignore[no-any-return]


def copies_lent_by_class(*, since: datetime, until: datetime, branch: Branch | None = None) -> dict[str, int]:
    """How many different copies were lent, by the first digit of their class; "" for those without."""
    rows = _lent(since, until, branch).order_by().annotate(hundred=Left("bib__classification", 1))
    found: dict[str, int] = {}
    for digit, count in rows.values_list("hundred").annotate(count=Count("item", distinct=True)):
        key = digit if digit.isdigit() else ""
        found[key] = found.get(key, 0) + count
    return found


def active_borrowers(*, since: datetime, until: datetime, branch: Branch | None = None) -> int:
    """How many people have borrowed something, as far as their loans aren't parted from them yet."""
    return _lent(since, until, branch).aggregate(count=Count("patron", distinct=True))["count"]  # type: ignore[no-any-return]


def loan_days(*, since: datetime, until: datetime, branch: Branch | None = None) -> list[int]:
    """How many days each loan of that time lasted that came back, shortest first."""
    rows = _lent(since, until, branch).filter(returned_at__isnull=False).values_list("started_at", "returned_at")
    return sorted((back.date() - start.date()).days for start, back in rows.iterator(chunk_size=5000) if back)


def still_out(*, since: datetime, until: datetime, branch: Branch | None = None) -> int:
    """How many loans that began in that time haven't come back."""
    return _lent(since, until, branch).filter(returned_at=None).count()


def _lent(since: datetime, until: datetime, branch: Branch | None) -> QuerySet[Loan]:
    rows = Loan.objects.filter(started_at__gte=since, started_at__lt=until)
    return rows.filter(branch=branch) if branch else rows

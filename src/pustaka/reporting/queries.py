"""Reports of use out of the daily facts, and what they find. Groups of fewer than five people are not shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import dates, formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.circulation import queries as circulation
from pustaka.discovery.labels import CLASSES
from pustaka.patrons import queries as patrons
from pustaka.reporting.models import Fact

LEAST_PEOPLE = 5
MOST_TITLES = 50
Kind = Fact.Kind


@dataclass(frozen=True, slots=True)
class Asked:
    """The time and the part of the library that a report is about; days count with both ends."""

    first: date
    last: date
    branch: Branch | None = None
    category: int | None = None

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time.min, self._zone)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, self._zone)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.branch.time_zone if self.branch else settings.TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, its figure, and more columns where the report has them."""

    name: str
    count: float
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A table with what it finds in one sentence. `columns` name the first, the figure and further ones."""

    finding: str
    columns: Sequence[str]
    lines: Sequence[Line]
    note: str = ""
    is_timeline: bool = False

    @property
    def total(self) -> float:
        return sum(line.count for line in self.lines)


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that can be asked for: its code in addresses, its name, what it answers, and how it is made."""

    code: str
    name: Any
    answers: Any
    make: Callable[[Asked], Report] = field(compare=False)


def facts(asked: Asked, *kinds: str) -> QuerySet[Fact]:
    """The facts of these kinds in that time and place."""
    found = Fact.objects.filter(kind__in=kinds, on__gte=asked.first, on__lte=asked.last).order_by()
    if asked.branch is not None:
        found = found.filter(Q(branch=asked.branch) | Q(branch=None))
    return found.filter(category=asked.category) if asked.category else found


def count(asked: Asked, *kinds: str) -> int:
    """How often it happened."""
    return facts(asked, *kinds).aggregate(sum=Sum("count"))["sum"] or 0


def by(asked: Asked, column: str, *kinds: str) -> dict[Any, int]:
    """How often, by a column of the facts."""
    return dict(facts(asked, *kinds).values_list(column).annotate(sum=Sum("count")))


# --- The reports -----------------------------------------------------------------------------------------------------


def months(asked: Asked) -> Report:
    """Loans, returns, renewals, holds and visits by month."""
    rows = facts(asked, Kind.LOAN, Kind.RENEWAL, Kind.HOLD, Kind.VISIT)
    found: dict[tuple[int, int], dict[str, int]] = {}
    grouped = rows.annotate(year=ExtractYear("on"), month=ExtractMonth("on")).values_list("year", "month", "kind")
    for year, month, kind, number in grouped.annotate(sum=Sum("count")):
        found.setdefault((year, month), {})[kind] = number
    lines = [
        Line(
            f"{dates.MONTHS[month]} {year}", told.get(Kind.LOAN, 0),
            [figure(told.get(kind, 0)) for kind in (Kind.RENEWAL, Kind.HOLD, Kind.VISIT)],
        )
        for (year, month), told in sorted(found.items())
    ]  # fmt: skip
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("Most was lent in %(name)s: %(count)s loans") % _named(best) if best else _nothing()
    columns = [_("Month"), _("Loans"), _("Renewals"), _("Holds"), _("Visits")]
    return Report(finding, columns, lines, is_timeline=True)


def faculties(asked: Asked) -> Report:
    """Loans by faculty; what it has for each member."""
    parents = {unit.pk: unit.parent_id or unit.pk for unit in branches.units()}
    return _units(asked, parents, _("Faculty"))


def programmes(asked: Asked) -> Report:
    """The same by study programme."""
    return _units(asked, {unit.pk: unit.pk for unit in branches.units()}, _("Faculty or programme"))


def _units(asked: Asked, into: Mapping[int, int], label: str) -> Report:
    names = {unit.pk: unit.name for unit in branches.units()}
    people: dict[int, int] = {}
    for unit, number in patrons.members_by_unit(on=asked.last).items():
        people[into[unit]] = people.get(into[unit], 0) + number
    loans: dict[int, int] = {}
    for unit, number in by(asked, "unit", Kind.LOAN).items():
        if unit is not None:
            loans[into[unit]] = loans.get(into[unit], 0) + number
    shown = {unit: number for unit, number in loans.items() if people.get(unit, 0) >= LEAST_PEOPLE}
    lines = [
        Line(names[unit], number, [figure(people[unit]), ratio(number, people[unit])])
        for unit, number in sorted(shown.items(), key=lambda pair: (-pair[1], names[pair[0]]))
    ]
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("%(name)s borrows most: %(count)s loans") % _named(best) if best else _nothing()
    return Report(
        finding, [label, _("Loans"), _("Members"), _("Loans a member")], lines, _hidden(len(loans) - len(shown))
    )


def categories(asked: Asked) -> Report:
    """Loans by category of members."""
    names = {one.pk: one.name for one in patrons.categories()}
    people = patrons.members_by_category(on=asked.last)
    loans = {pk: number for pk, number in by(asked, "category", Kind.LOAN).items() if pk is not None}
    shown = {pk: number for pk, number in loans.items() if people.get(pk, 0) >= LEAST_PEOPLE}
    lines = [
        Line(names[pk], number, [figure(people[pk]), ratio(number, people[pk])])
        for pk, number in sorted(shown.items(), key=lambda pair: -pair[1])
    ]
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("%(name)s: %(count)s loans") % _named(best) if best else _nothing()
    columns = [_("Category"), _("Loans"), _("Members"), _("Loans a member")]
    return Report(finding, columns, lines, _hidden(len(loans) - len(shown)))


def classes(asked: Asked) -> Report:
    """Loans by class, with the copies that the library has of it: the turnover."""
    loans, copies = by(asked, "ddc", Kind.LOAN), catalog.copies_by_class(asked.branch)
    lines = [
        Line(_class(digit), loans.get(digit, 0), [figure(held), ratio(loans.get(digit, 0), held)])
        for digit in sorted({*loans, *copies})
        for held in [copies.get(digit, 0)]
    ]
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("%(name)s is lent most: %(count)s loans") % _named(best) if best else _nothing()
    return Report(finding, [_("Class"), _("Loans"), _("Copies"), _("Loans a copy")], lines)


def collections(asked: Asked) -> Report:
    """Loans by collection."""
    names = {one.pk: one.name for one in catalog.item_types()}
    found = by(asked, "item_type", Kind.LOAN)
    lines = [Line(names.get(pk) or _("without a collection"), number) for pk, number in _most(found)]
    finding = _("%(name)s is lent most: %(count)s loans") % _named(lines[0]) if lines else _nothing()
    return Report(finding, [_("Collection"), _("Loans")], lines)


def shelves(asked: Asked) -> Report:
    """Loans by the shelf on which the copies stand."""
    names = {one.pk: f"{one.branch.name}, {one.name}" for one in branches.locations()}
    found = by(asked, "location", Kind.LOAN)
    lines = [Line(names.get(pk) or _("without a shelf"), number) for pk, number in _most(found)]
    finding = _("%(name)s is lent most: %(count)s loans") % _named(lines[0]) if lines else _nothing()
    return Report(finding, [_("Shelf"), _("Loans")], lines)


def hours(asked: Asked) -> Report:
    """When the desk and the door are busiest, by hour of the day."""
    lent, back, visits = (by(asked, "hour", kind) for kind in (Kind.LOAN, Kind.RETURN, Kind.VISIT))
    lines = [
        Line(f"{hour:02}.00", lent.get(hour, 0) + back.get(hour, 0), [figure(visits.get(hour, 0))])
        for hour in range(24)
        if hour in lent or hour in back or hour in visits
    ]
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("The desk is busiest at %(name)s: %(count)s loans and returns") % _named(best) if best else _nothing()
    return Report(finding, [_("Hour"), _("Loans and returns"), _("Visits")], lines, is_timeline=True)


def weekdays(asked: Asked) -> Report:
    """Which days of the week are busiest."""
    found: dict[int, int] = {}
    for on, number in facts(asked, Kind.LOAN, Kind.RETURN).values_list("on").annotate(sum=Sum("count")):
        found[on.weekday()] = found.get(on.weekday(), 0) + number
    lines = [Line(str(dates.WEEKDAYS[day]), found[day]) for day in sorted(found)]
    best = max(lines, key=lambda line: line.count, default=None)
    finding = _("%(name)s is the busiest day: %(count)s loans and returns") % _named(best) if best else _nothing()
    return Report(finding, [_("Day"), _("Loans and returns")], lines, is_timeline=True)


def top_titles(asked: Asked) -> Report:
    """What was borrowed most."""
    found = circulation.most_borrowed(since=asked.since, until=asked.until, branch=asked.branch, most=MOST_TITLES)
    titles = {bib.pk: bib for bib in catalog.titles([pk for pk, _count in found])}
    lines = [Line(titles[pk].title, number, [titles[pk].author]) for pk, number in found if pk in titles]
    finding = _("“%(name)s” is borrowed most: %(count)s times") % _named(lines[0]) if lines else _nothing()
    note = _("What has no call number, such as equipment, isn't counted here.")
    return Report(finding, [_("Title"), _("Loans"), _("Author")], lines, note)


def never_borrowed(asked: Asked) -> Report:
    """How many copies of each class nobody has borrowed in that time."""
    there = catalog.copies_by_class(asked.branch)
    used = circulation.copies_lent_by_class(since=asked.since, until=asked.until, branch=asked.branch)
    lines = [
        Line(_class(digit), left, [figure(number), share(left, number)])
        for digit, number in sorted(there.items())
        for left in [max(0, number - used.get(digit, 0))]
    ]
    unused, all_copies = sum(line.count for line in lines), sum(there.values())
    finding = _("%(share)s of the copies were borrowed by nobody") % {"share": share(unused, all_copies)}
    return Report(finding, [_("Class"), _("Not borrowed"), _("Copies"), _("Share")], lines)


def overdue(asked: Asked) -> Report:
    """What is overdue now, by how long."""
    at = asked.until
    late = [(at - loan.due_at).days for loan in circulation.overdue(at=at, branch=asked.branch)]
    steps = [(0, 7, _("up to a week")), (7, 30, _("up to a month")), (30, 90, _("up to three months")),
             (90, 10**6, _("longer"))]  # fmt: skip
    lines = [Line(name, sum(least <= days < most for days in late)) for least, most, name in steps]
    finding = _("%(count)s loans are overdue") % {"count": figure(len(late))}
    return Report(finding, [_("Overdue"), _("Loans")], lines)


def durations(asked: Asked) -> Report:
    """How long loans last."""
    days = circulation.loan_days(since=asked.since, until=asked.until, branch=asked.branch)
    steps = [(0, 1, _("same day")), (1, 8, _("up to a week")), (8, 15, _("up to two weeks")),
             (15, 31, _("up to a month")), (31, 10**6, _("longer"))]  # fmt: skip
    lines = [Line(name, sum(least <= one < most for one in days)) for least, most, name in steps]
    out = circulation.still_out(since=asked.since, until=asked.until, branch=asked.branch)
    lines.append(Line(_("not back yet"), out))
    if not days:
        return Report(_nothing(), [_("How long"), _("Loans")], lines)
    finding = _("Half of the loans last %(days)s days or less; the longest lasted %(most)s") % {
        "days": figure(median_low(days)), "most": figure(days[-1])
    }  # fmt: skip
    return Report(finding, [_("How long"), _("Loans")], lines)


def indicators(asked: Asked) -> Report:
    """Indicators by the names of ISO 2789 and ISO 11620, with what each is."""
    totals, people = catalog.totals(), sum(patrons.members_by_category(on=asked.last).values())
    students = patrons.students(on=asked.last)
    loans, visits, inside = count(asked, Kind.LOAN), count(asked, Kind.VISIT), count(asked, Kind.INSIDE)
    active = circulation.active_borrowers(since=asked.since, until=asked.until, branch=asked.branch)
    used = circulation.borrowed_copies(since=asked.since, until=asked.until, branch=asked.branch)
    rows: list[tuple[str, float, str]] = [
        (_("Loans (ISO 2789, 6.2.2)"), loans, _("Copies that were lent, renewals not counted")),
        (_("Renewals"), count(asked, Kind.RENEWAL), _("Loans that were made longer")),
        (_("In-library use (ISO 2789)"), inside, _("Copies that were read here and found on tables")),
        (_("Library visits (ISO 2789)"), visits, _("People who came in at a door")),
        (_("Registered users (ISO 2789)"), people, _("Members whose membership is valid")),
        (_("Active borrowers (ISO 2789)"), active, _("Members who borrowed at least once")),
        (_("Loans per capita (ISO 11620, B.2.1.2)"), _per(loans, people), _("Loans divided by registered users")),
        (_("Library visits per capita (ISO 11620, B.2.2.1)"), _per(visits, people), _("Visits divided by users")),
        (_("Collection turnover (ISO 11620, B.2.1.1)"), _per(loans, totals.copies), _("Loans divided by copies")),
        (
            _("Percentage of stock not used (ISO 11620, B.2.1.3)"), _per(100 * (totals.copies - used), totals.copies),
            _("Copies that nobody borrowed, of all copies, in percent"),
        ),
        (_("Copies a student"), _per(totals.copies, students), _("Copies divided by students")),
    ]  # fmt: skip
    lines = [Line(name, round(number, 2), [meaning]) for name, number, meaning in rows]
    finding = _("%(active)s of %(people)s members borrowed something") % {
        "active": figure(active), "people": figure(people)
    }  # fmt: skip
    return Report(finding, [_("Indicator"), _("Figure"), _("Meaning")], lines)


REPORTS: Sequence[Kept] = (
    Kept("indicators", gettext_lazy("Indicators"), gettext_lazy("The figures of ISO 2789 and ISO 11620"), indicators),
    Kept("months", gettext_lazy("Month by month"), gettext_lazy("When is the library used?"), months),
    Kept("faculties", gettext_lazy("Faculties"), gettext_lazy("Which faculty borrows most?"), faculties),
    Kept("programmes", gettext_lazy("Study programmes"), gettext_lazy("Which programme borrows most?"), programmes),
    Kept("categories", gettext_lazy("Categories of members"), gettext_lazy("Who borrows?"), categories),
    Kept("classes", gettext_lazy("Classes and turnover"), gettext_lazy("Which subjects are used?"), classes),
    Kept("collections", gettext_lazy("Collections"), gettext_lazy("Which collection is used?"), collections),
    Kept("shelves", gettext_lazy("Shelves"), gettext_lazy("Which shelf is used?"), shelves),
    Kept("hours", gettext_lazy("Busiest hours"), gettext_lazy("When must the desk be staffed?"), hours),
    Kept("weekdays", gettext_lazy("Busiest days"), gettext_lazy("Which day of the week is busiest?"), weekdays),
    Kept("titles", gettext_lazy("Most borrowed"), gettext_lazy("What is borrowed most?"), top_titles),
    Kept("unused", gettext_lazy("Never borrowed"), gettext_lazy("What did nobody borrow?"), never_borrowed),
    Kept("overdue", gettext_lazy("Overdue"), gettext_lazy("What should be back?"), overdue),
    Kept("durations", gettext_lazy("How long loans last"), gettext_lazy("How long do readers keep books?"), durations),
)


def kept(code: str) -> Kept | None:
    """The report of that code, if there is one."""
    return next((one for one in REPORTS if one.code == code), None)


# --- Words and figures -----------------------------------------------------------------------------------------------


def figure(number: float) -> str:
    """A number as it is read in the language of the page."""
    return str(formats.number_format(number, use_l10n=True, force_grouping=True))


def ratio(number: float, of: float) -> str:
    """`number` for each of `of`, with one decimal; a dash where there is none."""
    return figure(round(number / of, 1)) if of else "–"


def share(number: float, of: float) -> str:
    """A percentage; a dash of nothing."""
    return f"{figure(round(100 * number / of))} %" if of else "–"


def _per(number: float, of: float) -> float:
    return number / of if of else 0


def _most(found: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0])))


def _named(line: Line) -> dict[str, str]:
    return {"name": line.name, "count": figure(line.count)}


def _nothing() -> str:
    return _("Nothing happened in this time")


def _hidden(number: int) -> str:
    if not number:
        return ""
    return _("%(count)s groups of fewer than five people are not shown.") % {"count": number}


def _class(digit: str) -> str:
    return f"{digit}00 {CLASSES[digit]}" if digit in CLASSES else _("without a class")

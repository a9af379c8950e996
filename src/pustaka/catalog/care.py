"""Reads of the care of materials: the queue, parcels for a bindery, conditions by shelf, digitized copies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.catalog import rules
from pustaka.catalog.models import Bib, Bindery, BindingOrder, CareJob, ConditionNote, DigitalCopy, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.rules import Care
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import NotFound
from pustaka.media import queries as media

JOINED = ("item__bib", "item__branch", "item__location", "order__bindery")


# --- The queue -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which jobs to look for; what is left empty doesn't matter.

    Args:
        state: one of `rules.Care`; empty means whatever isn't closed.
        bindery_id: the one that has it, or is to get it.
        late_on: promised for a day before this one, and still in work.
        proposes_withdrawal: not repairable, and nobody has decided about the copy.
        barcode: of the copy.
    """

    state: str = ""
    kind: str = ""
    bindery_id: int | None = None
    branch_id: int | None = None
    late_on: date | None = None
    proposes_withdrawal: bool = False
    barcode: str = ""


def jobs(wish: Wish) -> QuerySet[CareJob]:
    """Most urgent first, then those that wait longest; closed ones latest first. Joined with copy, title and parcel."""
    found = CareJob.objects.select_related(*JOINED)
    if wish.proposes_withdrawal:
        found = found.filter(_UNDECIDED)
    elif wish.state:
        found = found.filter(state=wish.state)
    elif not wish.barcode:
        found = found.filter(state__in=rules.OPEN_CARE)
    if wish.kind:
        found = found.filter(kind=wish.kind)
    if wish.bindery_id is not None:
        found = found.filter(order__bindery=wish.bindery_id)
    if wish.branch_id is not None:
        found = found.filter(item__branch=wish.branch_id)
    if wish.late_on is not None:
        found = found.filter(_AT_WORK, expected_on__lt=wish.late_on)
    if wish.barcode:
        found = found.filter(item__barcode=wish.barcode.strip())
    is_closed = wish.state not in {"", *rules.OPEN_CARE}
    return found.order_by("-closed_at", "-pk") if is_closed else found.order_by("urgency", "asked_at", "pk")


_AT_WORK = Q(state__in=[Care.IN_WORK, Care.SENT])
_UNDECIDED = Q(state=Care.BEYOND_REPAIR, is_held=True, item__status=rules.IN_CARE)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many jobs there are in each open state, how many are late, and how many copies wait for a withdrawal."""

    asked: int
    accepted: int
    in_work: int
    sent: int
    late: int
    undecided: int


def figures(*, on: date) -> Figures:
    """What the queue holds; one statement over what is open."""
    wanted = Q(state__in=rules.OPEN_CARE) | Q(state=Care.BEYOND_REPAIR, is_held=True)
    counted = CareJob.objects.filter(wanted).aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in sorted(rules.OPEN_CARE)},
        late=Count("pk", filter=_AT_WORK & Q(expected_on__lt=on)),
        undecided=Count("pk", filter=_UNDECIDED),
    )
    return Figures(**counted)


def job(job_id: int) -> CareJob:
    """The job, joined with copy, title and parcel.

    Raises:
        NotFound: there is none of that number.
    """
    found = CareJob.objects.select_related(*JOINED).filter(pk=job_id).first()
    if found is None:
        raise NotFound(_("There is no job %(number)s.") % {"number": job_id})
    return found


def jobs_of(item: Item, *, most: int = 50) -> list[CareJob]:
    """What was asked for a copy and what came of it, latest first."""
    return list(CareJob.objects.filter(item=item).select_related("order__bindery").order_by("-asked_at", "-pk")[:most])


# --- Conditions ------------------------------------------------------------------------------------------------------


def notes_of(item: Item, *, most: int = 50) -> list[ConditionNote]:
    """What was seen of a copy, latest first, joined with the photographs."""
    found = ConditionNote.objects.filter(item=item).select_related("picture")
    return list(found.order_by("-noted_at", "-pk")[:most])


def latest_notes(*, patron_id: int | None, most: int = 12) -> list[ConditionNote]:
    """What this person has noted last, latest first, joined with copy and title."""
    found = ConditionNote.objects.filter(patron_id=patron_id, job=None).select_related("item__bib")
    return list(found.order_by("-pk")[:most])


def photograph(note_id: int) -> tuple[ConditionNote, Path]:
    """A note with a photograph, and where that lies.

    Raises:
        NotFound: there is no such note, it has none, or the bytes are lost.
    """
    found = ConditionNote.objects.select_related("picture").filter(pk=note_id).exclude(picture=None).first()
    if found is None or found.picture is None:
        raise NotFound(_("There is no such picture any more."))
    _file, path = media.kept(found.picture.digest)
    return found, path


@dataclass(frozen=True, slots=True)
class ShelfCondition:
    """One shelf: how many copies of it are in which condition; `unknown` are those of which nobody has said it."""

    branch: Branch
    location: Location | None
    counts: dict[str, int]

    @property
    def unknown(self) -> int:
        return self.counts.get("", 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def share_known(self) -> float:
        """Of how many of its copies the condition is known, from 0 to 1."""
        return (self.total - self.unknown) / self.total if self.total else 0.0


def conditions_by_shelf(branch: Branch) -> list[ShelfCondition]:
    """The shelves of a library in the order of their names, then what stands on none; withdrawn and lost ones left out.

    One statement that counts; it reads the copies of this library.
    """
    rows = (
        Item.objects.filter(branch=branch)
        .exclude(status__in=[Item.Status.WITHDRAWN, Item.Status.LOST])
        .order_by()
        .values_list("location", "condition")
        .annotate(count=Count("pk"))
    )
    counted: dict[int | None, dict[str, int]] = defaultdict(dict)
    for location, condition, count in rows:
        counted[location][condition] = count
    shelves = [one for one in branches.locations() if one.branch_id == branch.pk and one.pk in counted]
    found = [ShelfCondition(branch, shelf, counted[shelf.pk]) for shelf in shelves]
    return [*found, ShelfCondition(branch, None, counted[None])] if None in counted else found


def copies_in_condition(*, branch_id: int, location_id: int | None, condition: str) -> QuerySet[Item]:
    """Copies of a shelf (None: of the whole library) in that condition, by call number; joined with title and shelf.

    `has_job` says whether anything is asked for them already.
    """
    found: QuerySet[Item] = Item.objects.filter(branch=branch_id, condition=condition)
    found = found.exclude(status__in=[Item.Status.WITHDRAWN, Item.Status.LOST])
    if location_id is not None:
        found = found.filter(location=location_id)
    waiting = CareJob.objects.filter(item=OuterRef("pk"), state__in=rules.OPEN_CARE)
    listed: QuerySet[Item] = found.annotate(has_job=Exists(waiting))
    return listed.select_related("bib", "branch", "location").order_by("location__name", "call_number", "pk")


# --- Binderies and parcels -------------------------------------------------------------------------------------------


def binderies(*, only_asked: bool = False) -> QuerySet[Bindery]:
    """By name."""
    return Bindery.objects.filter(is_asked=True) if only_asked else Bindery.objects.all()


def orders() -> QuerySet[BindingOrder]:
    """Newest first, with how many volumes each has and how many are still out (`volumes`, `out`), and its bindery."""
    return (
        BindingOrder.objects.select_related("bindery")
        .annotate(
            volumes=Count("jobs__item", distinct=True),
            out=Count("jobs__item", filter=Q(jobs__state=Care.SENT), distinct=True),
        )
        .order_by("-pk")
    )


def order(order_id: int) -> BindingOrder:
    """The parcel, with `volumes`, `out`, its bindery, and what its volumes have cost so far (`cost`).

    Raises:
        NotFound: there is none of that number.
    """
    found = orders().annotate(cost=Sum("jobs__cost_idr")).filter(pk=order_id).first()
    if found is None:
        raise NotFound(_("There is no such parcel."))
    return found


def jobs_in(order: BindingOrder, *, only_out: bool = False) -> QuerySet[CareJob]:
    """What lies in a parcel, by call number; those that are still out first. Joined with copy and title."""
    found = order.jobs.filter(state=Care.SENT) if only_out else order.jobs.all()
    return found.select_related("item__bib", "item__branch", "item__location").order_by(
        F("closed_at").asc(nulls_first=True), "item__call_number", "item__barcode", "pk"
    )


def next_order_number(*, on: date) -> str:
    """A number for the next parcel of this year, `JILID/2026/004`, that nobody has used."""
    year = f"JILID/{on:%Y}/"
    used = set(BindingOrder.objects.filter(number__startswith=year).values_list("number", flat=True))
    count = len(used) + 1
    while f"{year}{count:03}" in used:
        count += 1
    return f"{year}{count:03}"


# --- Digitized copies ------------------------------------------------------------------------------------------------


def digital_copies(bib: Bib, *, by: Actor) -> list[DigitalCopy]:
    """The files of a title that this person may open, oldest first, joined with file and copy."""
    found = DigitalCopy.objects.filter(bib=bib).select_related("file", "item")
    if not by.may(Permission.READ_PRESERVATION_COPIES):
        found = found.exclude(rights=DigitalCopy.Rights.PRESERVATION)
    return list(found.order_by("part", "pk"))


def digital_copy(copy_id: int, *, by: Actor) -> DigitalCopy:
    """The file of that number, joined with its title, if this person may open it.

    Raises:
        NotFound: there is none, or not for this person.
    """
    found = DigitalCopy.objects.select_related("bib", "file", "item").filter(pk=copy_id).first()
    if found is None or not (found.is_public or by.may(Permission.READ_PRESERVATION_COPIES)):
        raise NotFound(_("There is no such digitized copy, or it isn't open to you. The desk can tell you more."))
    return found


def copies_to_choose(bib: Bib, *, most: int = 200) -> Sequence[Item]:
    """The copies from which a digitized one may have been made."""
    return list(Item.objects.filter(bib=bib).order_by("volume", "copy_number", "pk")[:most])

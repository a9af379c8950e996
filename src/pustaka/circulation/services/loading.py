"""Loans of another system, or of years before: brought in as they were, in bulk, with no letter and no fine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog.events import BibsChanged
from pustaka.catalog.services import items
from pustaka.circulation.models import Loan, Renewal
from pustaka.circulation.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.events import publish

AT_ONCE, TOLD_AT_ONCE = 1000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLoan:
    """One loan as it was; without `returned_at` the copy is out still, and then somebody must have it."""

    item_id: int
    bib_id: int
    branch_id: int
    patron_id: int | None
    category_id: int | None = None
    unit_id: int | None = None
    item_type_id: int | None = None
    started_at: datetime
    due_at: datetime
    returned_at: datetime | None = None
    renewed_at: tuple[datetime, ...] = ()
    counts_in: str = "days"


@dataclass(slots=True)
class Loaded:
    """How many came in; which couldn't, and which were mended, each with its place in the list (from 0) and why."""

    count: int = 0
    mended: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def load(*, loans: Iterable[PastLoan], at: datetime, by: Actor) -> Loaded:
    """Write them down; what can't have been so is told and left out, the rest comes in.

    Raises:
        NotPermitted: `by` may not bring in loans.
    """
    by.require(Permission.LOAD)
    done, out = Loaded(), {}
    rows: list[tuple[PastLoan, Loan]] = []
    taken = set(Loan.objects.filter(returned_at=None).values_list("item", flat=True))
    for place, told in enumerate(loans):
        one = told
        if one.returned_at is not None and one.returned_at < one.started_at:
            done.mended.append((place, _("It came back before it was lent; it counts as back in that moment.")))
            one = replace(one, returned_at=one.started_at)
        if reason := _wrong(one, taken):
            done.refused.append((place, reason))
            continue
        if one.returned_at is None:
            taken.add(one.item_id)
            out[one.item_id] = one.bib_id
        rows.append((one, _row(one)))
        if len(rows) == AT_ONCE:
            done.count, rows = done.count + _write(rows), []
    done.count += _write(rows)
    items.circulate_many(item_ids=list(out), status="on_loan")
    _tell(sorted(set(out.values())), at)
    return done


def _write(rows: Sequence[tuple[PastLoan, Loan]]) -> int:
    made = Loan.objects.bulk_create([loan for _one, loan in rows])
    Renewal.objects.bulk_create(
        Renewal(loan=loan, at=moment, due_before=moment, due_after=loan.due_at, by_whom=Renewal.By.STAFF)
        for (one, _loan), loan in zip(rows, made, strict=True)
        for moment in one.renewed_at
    )
    return len(made)


def _wrong(one: PastLoan, taken: set[int]) -> str:
    if one.due_at <= one.started_at:
        return _("It was due before it began.")
    if one.returned_at is None and one.patron_id is None:
        return _("It is out still, and nobody is named who has it.")
    if one.returned_at is None and one.item_id in taken:
        return _("The copy is out already by another loan.")
    return ""


def _row(one: PastLoan) -> Loan:
    return Loan(
        item_id=one.item_id, bib_id=one.bib_id, patron_id=one.patron_id, branch_id=one.branch_id,
        category_id=one.category_id, unit_id=one.unit_id, item_type_id=one.item_type_id, started_at=one.started_at,
        due_at=one.due_at, returned_at=one.returned_at, renewals=len(one.renewed_at), counts_in=one.counts_in,
        returned_to_id=one.branch_id if one.returned_at else None,
    )  # fmt: skip


def _tell(bib_ids: Sequence[int], at: datetime) -> None:
    """Search hears which titles may have nothing on the shelf any more."""
    for first in range(0, len(bib_ids), TOLD_AT_ONCE):
        publish(BibsChanged(at=at, bib_ids=list(bib_ids[first : first + TOLD_AT_ONCE])))

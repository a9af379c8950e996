"""Copies that one may think of withdrawing: old, long in the house, one of many. A list for a person, no verdict.

How often a copy was lent will count most; it isn't known yet.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from pustaka.catalog.models import Bib, Form, Holding, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to look for; what is left empty doesn't matter.

    Args:
        published_before: the year of publication is known, and before this one.
        received_before: it came before this day; where that isn't known, it was entered before it.
        classification: the class begins so.
        copies_over: the title has more copies than this in the house.
        branch_id: where it stands.
        condition: worn, damaged or incomplete, as somebody has written down.
        never_changed: nobody has changed the copy since it came in.
    """

    published_before: int | None = None
    received_before: date | None = None
    classification: str = ""
    copies_over: int | None = None
    branch_id: int | None = None
    condition: str = ""
    never_changed: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Wish()


def candidates(wish: Wish) -> QuerySet[Item]:
    """Copies in the house that the wish fits, oldest publication first; joined with title, branch and shelf."""
    there = ~Q(status__in=[Item.Status.WITHDRAWN, Item.Status.LOST])
    found: QuerySet[Item] = Item.objects.filter(there)
    if wish.published_before is not None:
        found = found.filter(bib__year__lt=wish.published_before)
    if wish.received_before is not None:
        found = found.annotate(came_on=Coalesce("received_on", F("created_at__date"))).filter(
            came_on__lt=wish.received_before
        )
    if wish.classification:
        found = found.filter(bib__classification__startswith=wish.classification)
    if wish.branch_id is not None:
        found = found.filter(branch=wish.branch_id)
    if wish.condition:
        found = found.filter(condition=wish.condition)
    if wish.never_changed:
        found = found.filter(version=1)
    if wish.copies_over is not None:
        same = Item.objects.filter(there, bib=OuterRef("bib")).order_by().values("bib").annotate(count=Count("pk"))
        found = found.annotate(copies=Subquery(same.values("count"))).filter(copies__gt=wish.copies_over)
    return found.select_related("bib", "branch", "location").order_by(F("bib__year").asc(nulls_last=True), "bib", "pk")


def titles_without_copies() -> QuerySet[Bib]:
    """Printed titles of which the house has no copy left that isn't withdrawn or lost; oldest publication first.

    What is read online, articles and titles with holdings need no copy.
    """
    there = Item.objects.filter(bib=OuterRef("pk")).exclude(status__in=[Item.Status.WITHDRAWN, Item.Status.LOST])
    held = Holding.objects.filter(bib=OuterRef("pk"))
    found: QuerySet[Bib] = Bib.objects.exclude(form__in=[Form.EBOOK, Form.ARTICLE]).filter(
        ~Exists(there), ~Exists(held)
    )
    return found.order_by(F("year").asc(nulls_last=True), "pk")

from typing import ClassVar

from django.db import models

from pustaka.branches.models import Branch, Location, OrganizationalUnit
from pustaka.catalog.models import ItemType
from pustaka.patrons.models import Category


class Fact(models.Model):
    """How often one thing happened in one hour of one day, for one combination of where, who and what.

    The day and hour are those of the branch's clock. Rows are made anew from the loans, holds and visits themselves,
    which keep category, unit and item type when the link to the person is cut; so no fact needs to be repaired.
    """

    class Kind(models.TextChoices):
        LOAN = "loan"
        RETURN = "return"
        LATE = "late"
        RENEWAL = "renewal"
        HOLD = "hold"
        INSIDE = "inside"
        VISIT = "visit"
        MEMBER = "member"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    on = models.DateField()
    hour = models.PositiveSmallIntegerField()
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(OrganizationalUnit, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    item_type = models.ForeignKey(ItemType, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    ddc = models.CharField(max_length=1, default="", blank=True)  # the hundred of the class: 8 for literature
    count = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "on"], name="fact_of_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.hour}: {self.count} {self.kind}"

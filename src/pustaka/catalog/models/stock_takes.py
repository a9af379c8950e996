"""Walks along the shelves: what should stand there, what was seen, and what a person has decided."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog import rules
from pustaka.catalog.models.items import Item, ItemType


class StockTake(models.Model):
    """One walk along the shelves of a branch to see what stands there: which part, since when, and how far it is.

    No shelf and no collection chosen means all of them; `first_call` and `last_call` bound the call numbers, as they
    stand on the shelf, both ends included. `expected` copies should be found, `seen` of them were.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        CLOSED = "closed", _("Closed")

    name = models.CharField(max_length=120)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    locations = models.ManyToManyField(Location, blank=True, related_name="+")
    item_types = models.ManyToManyField(ItemType, blank=True, related_name="+")
    first_call = models.CharField(max_length=80, default="", blank=True)
    last_call = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    expected = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="stock_take_closed_with_moment",
            ),
            models.CheckConstraint(condition=Q(seen__lte=F("expected")), name="stock_take_seen_at_most_expected"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def share(self) -> float:
        """How much of what is expected was seen, from 0 to 1."""
        return self.seen / self.expected if self.expected else 0.0


class StockTakeSettlement(models.Model):
    """What a person has decided about some copies of a stock take; the history names it as `settlement:7`."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="settlements")
    act = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.count}"

    @property
    def cause(self) -> str:
        return f"settlement:{self.pk}"


class StockTakeCopy(models.Model):
    """A copy that matters to a stock take: one that should stand there, or one that was seen there without that.

    `barcode`, `call_number` and `location` are as they were when the stock take began, or at the first scan. `finding`
    is what the latest scan says (`catalog.rules.Finding`), empty until then; closing says it of those that nobody saw.
    The copy itself may be gone by now.
    """

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="copies")
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    barcode = models.CharField(max_length=60)
    call_number = models.CharField(max_length=80, default="", blank=True)
    call_sort = models.CharField(max_length=120, default="", blank=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    is_expected = models.BooleanField(default=False)
    finding = models.CharField(max_length=12, default="", blank=True)
    seen_location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=200, default="", blank=True)
    settlement = models.ForeignKey(StockTakeSettlement, on_delete=models.PROTECT, null=True, related_name="copies")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stock_take", "item"], name="stock_take_copy_once"),
            models.CheckConstraint(
                condition=Q(finding__in=["", *(finding.value for finding in rules.Finding)]),
                name="stock_take_finding_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["stock_take", "finding", "call_sort", "id"], name="stock_take_listing"),
            models.Index(fields=["stock_take", "location", "is_expected", "finding"], name="stock_take_shelves"),
        ]

    def __str__(self) -> str:
        return self.barcode


class StockTakeScan(models.Model):
    """One barcode read by one person at one shelf, as it was told then; rows are never changed.

    `client_id` is given by the device, so that a scan which is sent twice counts once. `scanned_at` is the device's
    moment, `received_at` ours: offline, hours lie between them.
    """

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="scans")
    client_id = models.CharField(max_length=40)
    barcode = models.CharField(max_length=60)
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=12)
    seen_before_by = models.CharField(max_length=200, default="", blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stock_take", "client_id"], name="stock_take_scan_once"),
            models.CheckConstraint(
                condition=Q(finding__in=[finding.value for finding in rules.Finding]), name="stock_take_scan_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["stock_take", "patron_id", "-id"], name="stock_take_scan_latest"),
            models.Index(fields=["stock_take", "finding", "barcode"], name="stock_take_scan_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} by {self.by}"

"""Copies: what the library has of a title."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog.models.imports import Batched
from pustaka.catalog.models.records import Bib


class ItemType(models.Model):
    """A collection type as the library names it (Textbook, Reserve, Reference); loan rules hang on it later."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Holding(Batched):
    """What the library holds of one title, as a MARC holdings record says it; serials need it, books seldom."""

    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, null=True, blank=True, related_name="holdings")
    bib_control_number = models.CharField(max_length=60, default="", blank=True, db_index=True)
    control_number = models.CharField(max_length=60, default="", blank=True, db_index=True)
    place = models.CharField(max_length=200, default="", blank=True)
    call_number = models.CharField(max_length=120, default="", blank=True)
    extent = models.TextField(default="", blank=True)
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)

    class Meta(Batched.Meta):
        indexes: ClassVar = [models.Index(fields=["batch", "id"], name="holding_batch")]

    def __str__(self) -> str:
        return f"{self.place} {self.call_number}".strip()


class Item(Batched):
    """One copy that can be held in the hand, known by its barcode.

    `labelled_at` is when its label was last printed; copies that an import brought are taken to have theirs.
    The states of `rules.CIRCULATING` are set and ended by circulation alone. `unplaced` keeps what an import said of
    the copy and no column here holds (supplier, order, invoice …), by the name that it had there.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available", _("On the shelf")
        IN_PROCESS = "in_process", _("Being prepared")
        REFERENCE = "reference", _("For use in the library")
        REPAIR = "repair", _("Being repaired")
        MISSING = "missing", _("Missing")
        LOST = "lost", _("Lost")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ON_LOAN = "on_loan", _("On loan")
        ON_HOLD = "on_hold", _("Kept for a reader")
        IN_TRANSIT = "in_transit", _("On the way to a library")

    class Source(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        GIFT = "gift", _("Gift")
        WAQF = "waqf", _("Waqf")
        SUBSIDY = "subsidy", _("Subsidy")
        DEPOSIT = "deposit", _("Deposit")
        EXCHANGE = "exchange", _("Exchange")
        UNKNOWN = "unknown", _("Unknown")

    class Condition(models.TextChoices):
        NEW = "new", _("As new")
        GOOD = "good", _("Good")
        WORN = "worn", _("Worn")
        DAMAGED = "damaged", _("Damaged")
        INCOMPLETE = "incomplete", _("Incomplete")

    bib = models.ForeignKey(Bib, on_delete=models.PROTECT, related_name="items")
    barcode = models.CharField(max_length=60, unique=True)
    inventory_number = models.CharField(max_length=60, default="", blank=True)
    call_number = models.CharField(max_length=80, default="", blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item_type = models.ForeignKey(ItemType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.AVAILABLE)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.UNKNOWN)
    price_idr = models.PositiveBigIntegerField(null=True, blank=True)
    copy_number = models.PositiveSmallIntegerField(null=True, blank=True)
    volume = models.CharField(max_length=60, default="", blank=True)
    condition = models.CharField(max_length=10, choices=Condition.choices, default="", db_default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    received_on = models.DateField(null=True, blank=True)
    labelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    unplaced = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(Batched.Meta):
        ordering: ClassVar = ["branch", "call_number", "copy_number", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["batch", "id"], name="item_batch"),
            # The queue of labels, newest first: as long as what waits, however large the library.
            models.Index(fields=["-id"], condition=Q(labelled_at=None, batch=None), name="item_without_label"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(barcode=""), name="item_has_barcode")]

    def __str__(self) -> str:
        return f"{self.barcode}"


# The columns of a copy that make up its state; printing a label changes nothing of it. A new column belongs to it.
NO_STATE = frozenset({"id", "batch", "labelled_at", "created_at", "version"})
STATE = tuple(field.attname for field in Item._meta.concrete_fields if field.name not in NO_STATE)

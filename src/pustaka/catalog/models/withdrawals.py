"""Copies that were taken out of the collection, and the reports that tell of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models.items import Item


class WithdrawalReport(models.Model):
    """One printed record of withdrawals (berita acara penghapusan): what was withdrawn, decided and signed by whom."""

    number = models.CharField(max_length=80, unique=True)
    decided_on = models.DateField()
    place = models.CharField(max_length=120, default="", blank=True)
    basis = models.CharField(max_length=500, default="", blank=True)
    fate = models.CharField(max_length=300, default="", blank=True)
    signers = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(number=""), name="withdrawal_report_has_number")]

    def __str__(self) -> str:
        return self.number


class Withdrawal(models.Model):
    """One copy that is withdrawn, why, and in which report it is told; it ends when the copy is taken back."""

    class Reason(models.TextChoices):
        WORN = "worn", _("Worn out or damaged")
        OUTDATED = "outdated", _("Outdated")
        SUPERSEDED = "superseded", _("Replaced by a newer edition")
        LOST = "lost", _("Lost")
        DUPLICATE = "duplicate", _("One copy too many")
        OTHER = "other", _("Another reason")

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=300, default="", blank=True)
    status_before = models.CharField(max_length=12, choices=Item.Status.choices)
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=200)
    cause = models.CharField(max_length=60, default="", blank=True)
    report = models.ForeignKey(
        WithdrawalReport, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(note=""), name="withdrawal_other_is_explained")
        ]
        indexes: ClassVar = [models.Index(fields=["withdrawn_at"], name="withdrawal_when")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"

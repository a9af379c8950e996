from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, OrganizationalUnit
from pustaka.patrons.models import Category, Patron


class Visit(models.Model):
    """Somebody came in at a door. Guests leave where they come from, and no name.

    `patron` is there so that a card held twice counts once; the nightly run cuts it. Category and unit stay for the
    figures.
    """

    class Purpose(models.TextChoices):
        READ = "read", _("Read or study")
        BORROW = "borrow", _("Borrow or return")
        COMPUTER = "computer", _("Use a computer or the Wi-Fi")
        DISCUSS = "discuss", _("Discuss in a group")
        OTHER = "other", _("Something else")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    patron = models.ForeignKey(Patron, on_delete=models.SET_NULL, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(OrganizationalUnit, on_delete=models.PROTECT, null=True, related_name="+")
    is_guest = models.BooleanField(default=False)
    origin = models.CharField(max_length=120, default="", blank=True)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(is_guest=False) | Q(patron=None), name="visit_guest_is_nobody")
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.at}"

"""How copies are numbered."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberPattern(models.Model):
    """How the library numbers its copies: `P{year}{number:5}` gives P202600001. `next_number` is given out next."""

    class Use(models.TextChoices):
        BARCODE = "barcode", _("Barcode")
        INVENTORY = "inventory", _("Inventory number")

    name = models.CharField(max_length=80, unique=True)
    use = models.CharField(max_length=10, choices=Use.choices, default=Use.BARCODE)
    pattern = models.CharField(max_length=60)
    next_number = models.PositiveBigIntegerField(default=1)
    begins_anew = models.BooleanField(default=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["use", "name"]

    def __str__(self) -> str:
        return self.name

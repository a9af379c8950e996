"""Titles and volumes as files that the library keeps."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models.items import Item
from pustaka.catalog.models.records import Bib
from pustaka.media.models import File


class DigitalCopy(models.Model):
    """One file that shows a title, or one volume of it; `rights` decide who may open it.

    `item` is the copy that it was made from, where that is known.
    """

    class Rights(models.TextChoices):
        PUBLIC_DOMAIN = "public_domain", _("Public domain")
        PERMITTED = "permitted", _("Own work, or with permission")
        PRESERVATION = "preservation", _("For preservation only")

    bib = models.ForeignKey(Bib, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=120, default="", blank=True)
    pages = models.PositiveIntegerField()
    rights = models.CharField(max_length=14, choices=Rights.choices)
    statement = models.CharField(max_length=300, default="", blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bib", "file"], name="digital_copy_once"),
            models.CheckConstraint(
                condition=Q(rights__in=["public_domain", "permitted", "preservation"]), name="digital_copy_rights_known"
            ),
            models.CheckConstraint(
                condition=~Q(rights="permitted") | ~Q(statement=""), name="digital_copy_permission_told"
            ),
        ]

    def __str__(self) -> str:
        return f"digital copy {self.pk} of {self.bib_id}"

    @property
    def is_public(self) -> bool:
        """Whether readers may open it."""
        return self.rights != self.Rights.PRESERVATION

"""Pictures of covers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pustaka.catalog.models.records import Bib
from pustaka.media.models import File, Rendition


class Cover(models.Model):
    """The picture of a title's cover: as it was taken in, and what is shown of it after turning and cutting.

    With `is_shown` off, readers see the drawn cover, and the picture waits. The cuts are percentages of a side.
    """

    bib = models.OneToOneField(Bib, on_delete=models.CASCADE, related_name="cover")
    original = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    shown = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    small = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="+")
    large = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="+")
    is_shown = models.BooleanField(default=True)
    turn = models.PositiveSmallIntegerField(default=0)
    cut_left = models.PositiveSmallIntegerField(default=0)
    cut_top = models.PositiveSmallIntegerField(default=0)
    cut_right = models.PositiveSmallIntegerField(default=0)
    cut_bottom = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(turn__in=[0, 90, 180, 270]), name="cover_turned_by_quarters")
        ]

    def __str__(self) -> str:
        return f"cover of {self.bib_id}"

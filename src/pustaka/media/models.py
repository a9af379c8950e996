from typing import ClassVar

from django.db import models
from django.db.models import Q


class File(models.Model):
    """Bytes that the library keeps, made safe on their way in; the same bytes are kept once.

    The bytes lie on disk under their `digest` (see `media.shelf`). `used_at` is when they were last taken in: a file
    that no row of any room points to is forgotten some time after that.
    """

    digest = models.CharField(max_length=64, unique=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gt=0), name="file_has_bytes"),
            models.CheckConstraint(
                condition=Q(width=None, height=None)
                | Q(width__isnull=False, height__isnull=False, width__gt=0, height__gt=0),
                name="file_measured_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.digest[:12]}"


class Rendition(models.Model):
    """One size of a picture, made once and shown to everyone who may open a page; `digest` is that of its own bytes."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, db_index=True)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "name"], name="rendition_once_per_name"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="rendition_has_size"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.file_id}"

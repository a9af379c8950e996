from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models import ImportJob


class IndexGeneration(models.Model):
    """One search index, from the moment it is begun; its number is the row's id.

    Searches read the live one. A new one is built beside it, going through the catalogue by id: up to `position` it has
    everything and is kept up to date by edits; beyond it, nothing is written yet. `kept` is the position that is safe
    against a crash, where a killed rebuild goes on.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("Being built")
        LIVE = "live", _("In use")
        RETIRED = "retired", _("No longer in use")

    revision = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.BUILDING)
    position = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_by = models.CharField(max_length=200, default="", blank=True)
    started_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=["building", "live", "retired"]), name="index_state_known"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="live"), name="index_one_live"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="building"), name="index_one_building"),
            models.CheckConstraint(condition=Q(kept__lte=models.F("position")), name="index_kept_within_position"),
        ]

    def __str__(self) -> str:
        return f"search index {self.pk} ({self.get_state_display()})"


class BatchIndexing(models.Model):
    """How far an import's titles are in the live index, safe against a crash; gone once they all are."""

    job = models.OneToOneField(ImportJob, on_delete=models.CASCADE, primary_key=True, related_name="+")
    generation = models.ForeignKey(IndexGeneration, on_delete=models.CASCADE, related_name="+")
    kept = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"import {self.job_id} in index {self.generation_id}"


class ListEntry(models.Model):
    """One place in one of the lists in order (see `orders`), whether a title still stands behind it or not.

    `key` is the UTF-8 of the entry: bytes compare alike on SQLite and PostgreSQL, whatever the collation. `batch` is
    the import that brought the title, on the entries of single titles only.
    """

    key = models.BinaryField(unique=True)
    batch = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return bytes(self.key).decode("utf-8", "replace")

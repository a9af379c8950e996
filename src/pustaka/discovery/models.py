from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models import ImportJob
from pustaka.patrons.models import Patron


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


class SavedSearch(models.Model):
    """One search that a person keeps under a name, and whether they want to hear when something new fits.

    `filters` are pairs of an address (see `rules.Filters.pairs`). What was new before `told_until` has been told;
    `next_at` is when the next digest is due.
    """

    class Alert(models.TextChoices):
        NONE = "none", _("No letters")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    text = models.CharField(max_length=500, default="", blank=True)
    filters = models.JSONField(default=list)
    sort = models.CharField(max_length=20, default="relevance")
    alert = models.CharField(max_length=6, choices=Alert.choices, default=Alert.NONE)
    told_until = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patron", "name"], name="saved_search_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_has_name"),
            models.CheckConstraint(
                condition=Q(alert="none", next_at=None) | Q(alert__in=["daily", "weekly"], next_at__isnull=False),
                name="saved_search_alert_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="saved_search_due")
        ]

    def __str__(self) -> str:
        return self.name

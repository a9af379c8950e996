"""Duplicates: those that were made one, and those that are two."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class NotSame(models.Model):
    """Two titles that look alike, of which a person has said that they are two; `one_id` is the smaller number."""

    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one_id", "other_id"], name="not_same_once"),
            models.CheckConstraint(condition=Q(one_id__lt=models.F("other_id")), name="not_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} isn't {self.other_id}"


class Merge(models.Model):
    """Titles that were poured into another one, with all that is needed to part them again.

    `moved` says which rows pointed at which title before: `{"catalog.item": {"bib": {"12": [3, 4]}}}` are copies 3
    and 4 of title 12. `left` holds, in Django's JSON, the rows that couldn't come along because the other title has
    its own. `version` is that of the title that stays, after the merge. In the history the cause is `merge:<id>`.
    """

    into_id = models.BigIntegerField(db_index=True)
    from_ids = models.JSONField()
    title = models.TextField()
    version = models.PositiveIntegerField()
    changes_record = models.BooleanField(default=False)
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    reason = models.CharField(max_length=300, default="", blank=True)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.from_ids} into {self.into_id}"

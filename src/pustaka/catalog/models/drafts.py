"""What was typed and isn't saved yet."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pustaka.catalog import rules
from pustaka.standards import marc


class Draft(models.Model):
    """What one person has typed and not saved yet: of a title, or of a new one, so that a closed window loses nothing.

    `base` is the record as it was opened, at version `base_version` of the title (0: a new one), `marc` what it has
    become. `rows` holds rows of the full editor that are no record yet. `revision` counts what was kept, so that a
    second window is noticed.
    """

    patron_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=200)
    bib_id = models.BigIntegerField(null=True)
    base_version = models.PositiveIntegerField(default=0)
    base = models.BinaryField()
    marc = models.BinaryField()
    rows = models.JSONField(null=True)
    worksheet = models.CharField(max_length=20, default="", blank=True)
    origin = models.CharField(max_length=200, default="", blank=True)
    revision = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patron_id", "-changed_at"], name="draft_of_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patron_id", "bib_id"], condition=~Q(bib_id=None), name="draft_one_per_person_and_title"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} by {self.by}"

    @property
    def title(self) -> str:
        """What the title is called so far; "" where nobody has said."""
        field = marc.load(bytes(self.marc)).get("245")
        return rules.trim(field.text("anpb")) if field else ""

"""States that a change has ended, and what is left of a title that is gone."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Change(models.TextChoices):
    """What was done to a title, a copy or a heading."""

    ADDED = "added", _("Added")
    EDITED = "edited", _("Edited")
    IMPORTED = "imported", _("Replaced by an import")
    IMPORT_UNDONE = "import_undone", _("An import was undone")
    BATCH = "batch", _("Changed with many others")
    MERGED = "merged", _("Merged with a duplicate")
    HEADING = "heading", _("A heading was renamed")
    MOVED = "moved", _("Moved to another title")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    WENT_BACK = "went_back", _("Set back to an earlier state")
    REMOVED = "removed", _("Removed")
    BROUGHT_BACK = "brought_back", _("Brought back")
    BATCH_UNDONE = "batch_undone", _("A change of many was undone")
    UNMERGED = "unmerged", _("Parted from a duplicate again")
    KEPT_AGAIN = "kept_again", _("Taken back into the collection")
    CONDITION = "condition", _("Condition noted")
    INTO_CARE = "into_care", _("Taken into care")
    OUT_OF_CARE = "out_of_care", _("Back from care")


class Ended(models.Model):
    """One change: the state that it ended, numbered by `version`, and who made it, when, how and why.

    The state after it is that of the next higher version, or else the present one. So what was never changed costs no
    row, however many come in by an import. Rows are never changed, and outlive what they tell of. `cause` names the
    larger work that the change was part of, as `import:12`.
    """

    version = models.PositiveIntegerField()
    change = models.CharField(max_length=16, choices=Change.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    cause = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        abstract = True


class BibVersion(Ended):
    """A state of a title's record that a change has ended; `marc` is empty where there was no title before it."""

    bib_id = models.BigIntegerField()
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bib_id", "version"], name="bib_version_once")]
        indexes: ClassVar = [models.Index(fields=["cause"], condition=~Q(cause=""), name="bib_version_cause")]

    def __str__(self) -> str:
        return f"title {self.bib_id}, version {self.version}"


class ItemVersion(Ended):
    """A state of a copy that a change has ended: `state` holds its columns; empty where there was no copy before it."""

    item_id = models.BigIntegerField()
    bib_id = models.BigIntegerField(db_index=True)
    state = models.JSONField(encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item_id", "version"], name="item_version_once")]
        indexes: ClassVar = [models.Index(fields=["cause"], condition=~Q(cause=""), name="item_version_cause")]

    def __str__(self) -> str:
        return f"copy {self.item_id}, version {self.version}"


class AuthorityVersion(Ended):
    """A state of a controlled heading that a change has ended; `marc` is empty where there was none before it."""

    authority_id = models.BigIntegerField()
    heading = models.CharField(max_length=500)
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority_id", "version"], name="authority_version_once")
        ]

    def __str__(self) -> str:
        return f"heading {self.authority_id}, version {self.version}"


class BibTombstone(models.Model):
    """A title that is no longer in the catalogue: who took it out, when and why, and what took its place.

    Its last record is the `BibVersion` of its number and `version`; an import that was undone as a whole leaves none.
    """

    bib_id = models.BigIntegerField(primary_key=True)
    title = models.TextField()
    author = models.CharField(max_length=300, default="", blank=True)
    control_number = models.CharField(max_length=60, default="", blank=True)
    version = models.PositiveIntegerField()
    change = models.CharField(max_length=16, choices=Change.choices, default=Change.REMOVED)
    removed_at = models.DateTimeField(db_index=True)
    removed_by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    cause = models.CharField(max_length=60, default="", blank=True)
    successor_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.title

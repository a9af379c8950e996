"""Files on their way into the catalog, and what makes their rows visible.

Whatever an import brings carries its `batch`, and counts only once that batch is revealed: a million records appear,
and disappear again on undo, by one row of `ImportJob`. `objects` leaves hidden rows out; `with_hidden` has them all.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog.importing import remarks


class ImportJob(models.Model):
    """One file on its way into the catalogue: staged, previewed, revealed, and undone if need be.

    `position` and `read` say how far the file is staged, so that a killed import goes on from there. The phase that
    runs has come from `phase_begun` (at `phase_started_at`, the latest start of its task) to `phase_done` of
    `phase_total`: bytes of the file while it is analysed, records later. `recipe` says what the columns of a table
    mean (`catalog.tables.Recipe`); without one a table waits, as `mapping`, for somebody who knows. `looked_past` are
    the imports that matching couldn't see: `hidden` then, or younger than the `newest`.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("Waiting for the meaning of its columns")
        WAITING = "waiting", _("Waiting")
        ANALYSING = "analysing", _("Reading the file")
        READY = "ready", _("Ready for your decision")
        COMMITTING = "committing", _("Taking over")
        INDEXING = "indexing", _("Making it searchable")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class OnMatch(models.TextChoices):
        SKIP = "skip", _("Keep ours, leave theirs")
        REPLACE = "replace", _("Replace ours by theirs")
        MERGE_ITEMS = "merge_items", _("Keep our record, add their copies")
        ADD = "add", _("Add theirs as a new title")

    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    is_revealed = models.BooleanField(default=False)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=1000)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=10, default="", blank=True)
    recipe = models.JSONField(default=dict, blank=True)
    on_match = models.CharField(max_length=12, choices=OnMatch.choices, default=OnMatch.SKIP)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    creates_places = models.BooleanField(default=False)
    commits_itself = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    looked_past = models.JSONField(default=dict)
    phase_done = models.PositiveBigIntegerField(default=0)
    phase_total = models.PositiveBigIntegerField(default=0)
    phase_begun = models.PositiveBigIntegerField(default=0)
    phase_started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    analysed_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "mapping",
                        "waiting",
                        "analysing",
                        "ready",
                        "committing",
                        "indexing",
                        "done",
                        "undoing",
                        "undone",
                        "failed",
                        "cancelled",
                    ]
                ),
                name="import_state_known",
            ),
            models.CheckConstraint(
                condition=Q(is_revealed=False) | Q(state__in=["indexing", "done", "undoing"]),
                name="import_revealed_late",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"


class ImportEntry(models.Model):
    """What one record of an import needs said of it: broken, mended or matched. Records without one were simply added.

    `staged_id` is the title that the import wrote, `matched_id` the one that it is the same as: of the catalogue, or,
    with `is_in_file`, an earlier one of the same file. `messages` are pairs of a code and a sentence. `before` keeps
    what a replaced title was (see `services.imports`), until the import can't be undone any more.
    """

    class Outcome(models.TextChoices):
        BROKEN = "broken", _("Broken")
        MENDED = "mended", _("Mended")
        MATCHED = "matched", _("Matched")
        NOTED = "noted", _("Noted")

    class Action(models.TextChoices):
        ADDED = "added", _("Added as a new title")
        SKIPPED = "skipped", _("Left out")
        IDENTICAL = "identical", _("Left out, identical already")
        MERGED = "merged", _("Copies added to ours")
        REPLACED = "replaced", _("Ours replaced")
        RESTORED = "restored", _("Replaced, then restored")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    offset = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    title = models.CharField(max_length=300, default="", blank=True)
    control_number = models.CharField(max_length=60, default="", blank=True)
    staged_id = models.BigIntegerField(null=True)
    matched_id = models.BigIntegerField(null=True)
    matched_by = models.CharField(max_length=20, default="", blank=True)
    is_in_file = models.BooleanField(default=False)
    is_identical = models.BooleanField(default=False)
    action = models.CharField(max_length=12, choices=Action.choices, default="", blank=True)
    messages = models.JSONField(default=list)
    before = models.BinaryField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["job", "outcome", "number"], name="import_entry_listing"),
            models.Index(fields=["staged_id"], condition=~Q(staged_id=None), name="import_entry_staged"),
            models.Index(fields=["matched_id"], condition=~Q(matched_id=None), name="import_entry_matched"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}: {self.outcome}"

    @property
    def remarks(self) -> list[str]:
        """`messages` in the reader's language."""
        return remarks.in_words(self.messages)

    @property
    def matched_by_name(self) -> Any:
        """By what it was recognized, in the reader's language."""
        return remarks.MATCHED_BY.get(self.matched_by, self.matched_by)


class Revealed(models.Manager[Any]):
    """Leaves out what a batch has staged but not revealed; costs one look at the few batches that are hidden."""

    def get_queryset(self) -> models.QuerySet[Any]:
        hidden = ImportJob.objects.filter(is_revealed=False).values("pk")
        return super().get_queryset().filter(Q(batch=None) | ~Q(batch__in=hidden))


class Batched(models.Model):
    """What an import can bring: visible when it came by hand, or when its batch is revealed."""

    batch = models.ForeignKey(
        ImportJob, on_delete=models.PROTECT, null=True, blank=True, editable=False, db_index=False, related_name="+"
    )

    objects = Revealed()
    with_hidden = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "with_hidden"


class ItemChange(models.Model):
    """What one row of a table of copies changes about a copy that is here already.

    `before` and `after` hold the values of `importing.copies.FIELDS`, `version` the copy's version before. `is_touched`
    says that somebody had changed the copy here since an import brought it, `is_applied` that it was changed.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="item_changes")
    number = models.PositiveIntegerField()
    item_id = models.BigIntegerField()
    bib_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    is_touched = models.BooleanField(default=False)
    is_applied = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "item_id"], name="item_change_once_per_job"),
        ]
        indexes: ClassVar = [models.Index(fields=["item_id", "version"], name="item_change_of")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}: copy {self.item_id}"


class ColumnMap(models.Model):
    """What the columns of one shape of table mean, remembered for the next file of the same shape.

    `fingerprint` is that of the header (`catalog.tables.fingerprint`); a table without one is found by name only.
    """

    name = models.CharField(max_length=120, unique=True)
    fingerprint = models.CharField(max_length=16, default="", blank=True)
    recipe = models.JSONField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="column_map_has_name"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="column_map_once_per_header"
            ),
        ]

    def __str__(self) -> str:
        return self.name

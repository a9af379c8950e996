"""Changes of many titles or copies at once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models.history import Change


class BatchChange(models.Model):
    """One change of many titles or copies: listed, checked, worked off in the background, and undone if need be.

    `what` says what is done to each (`catalog.batches`), `chosen` where the list came from. `position` is the number of
    the last line that the present phase has worked off, so that a killed one goes on from there; `failed_in` is the
    state that a fault has ended. `authorities` are the authority records that it writes when it starts
    (`batches.authorities`). In the history its changes have the cause `batch:<id>`.
    """

    class Subject(models.TextChoices):
        COPIES = "copies", _("Copies")
        TITLES = "titles", _("Titles")

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Ready for your decision")
        CHANGING = "changing", _("Being changed")
        DONE = "done", _("Done")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    subject = models.CharField(max_length=8, choices=Subject.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    failed_in = models.CharField(max_length=10, choices=State.choices, default="", blank=True)
    change = models.CharField(max_length=16, choices=Change.choices, default=Change.BATCH)
    what = models.JSONField()
    authorities = models.JSONField(default=list)
    chosen = models.CharField(max_length=500, default="", blank=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    counts = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    phase_done = models.PositiveIntegerField(default=0)
    phase_total = models.PositiveIntegerField(default=0)
    phase_begun = models.PositiveIntegerField(default=0)
    phase_started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["checking", "ready", "changing", "done", "undoing", "undone", "cancelled", "failed"]
                ),
                name="batch_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"batch {self.pk} ({self.get_state_display()})"

    @property
    def changed(self) -> int:
        """How many lines are changed now."""
        return int(self.counts.get("changed", 0))


class BatchLine(models.Model):
    """One title or copy of a batch, in the order in which they were listed, and what became of it.

    `told` is what was scanned or pasted, where nothing of ours was found for it. `version` is the one that the change
    has made, so that an undo sees whether somebody has changed it since. `remark` is a code of `batches.remarks`.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not looked at yet")
        DUE = "due", _("To be changed")
        SAME = "same", _("Is so already")
        REFUSED = "refused", _("Can't be changed")
        UNKNOWN = "unknown", _("Not found")
        CHANGED = "changed", _("Changed")
        RESTORED = "restored", _("Changed, then restored")
        KEPT = "kept", _("Changed, and not restored")

    job = models.ForeignKey(BatchChange, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    target_id = models.BigIntegerField(null=True)
    told = models.CharField(max_length=100, default="", db_default="", blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    version = models.PositiveIntegerField(null=True)
    remark = models.CharField(max_length=24, default="", db_default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="batch_line_once")]
        indexes: ClassVar = [models.Index(fields=["job", "outcome", "number"], name="batch_line_outcome")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}: {self.outcome}"

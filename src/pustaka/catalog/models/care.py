"""Care of materials: what condition copies are in, what is to be done for them, and what a bindery has of ours."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import rules
from pustaka.catalog.models.items import Item
from pustaka.media.models import File

OPEN_STATES = sorted(rules.OPEN_CARE)


class Bindery(models.Model):
    """A workshop outside the house that binds and repairs for the library."""

    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=300, default="", blank=True)
    phone = models.CharField(max_length=60, default="", blank=True)
    is_asked = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="bindery_has_name")]

    def __str__(self) -> str:
        return self.name


class BindingOrder(models.Model):
    """One parcel of volumes for a bindery: put together, sent, and back again.

    `extras` are the volumes that came back with it and weren't in it, as they were scanned: barcode and title.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being put together")
        SENT = "sent", _("At the bindery")
        CLOSED = "closed", _("Closed")

    number = models.CharField(max_length=60, unique=True)
    bindery = models.ForeignKey(Bindery, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    note = models.CharField(max_length=300, default="", blank=True)
    agreed_idr = models.PositiveBigIntegerField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    extras = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="binding_order_has_number"),
            models.CheckConstraint(
                condition=Q(state="open", sent_on=None, closed_at=None)
                | Q(state="sent", sent_on__isnull=False, closed_at=None)
                | Q(state="closed", sent_on__isnull=False, closed_at__isnull=False),
                name="binding_order_days_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(expected_on=None) | Q(expected_on__gte=models.F("sent_on")),
                name="binding_order_back_after_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CareJob(models.Model):
    """One thing that is to be done for one copy, from the asking until the result.

    While `is_held` the copy is off the shelf for it, and returns to `status_before` when the job lets go of it.
    """

    class Kind(models.TextChoices):
        REPAIR = "repair", _("Repair")
        REBIND = "rebind", _("Rebind")
        CLEAN = "clean", _("Clean")
        PESTS = "pests", _("Treat against insects and mold")
        DEACIDIFY = "deacidify", _("Deacidify")
        LABEL = "label", _("New label or cover")
        DIGITIZE = "digitize", _("Digitize")

    class State(models.TextChoices):
        ASKED = rules.Care.ASKED.value, _("Asked for")
        ACCEPTED = rules.Care.ACCEPTED.value, _("Accepted")
        IN_WORK = rules.Care.IN_WORK.value, _("In work")
        SENT = rules.Care.SENT.value, _("At the bindery")
        DONE = rules.Care.DONE.value, _("Done")
        BEYOND_REPAIR = rules.Care.BEYOND_REPAIR.value, _("Not repairable")
        DECLINED = rules.Care.DECLINED.value, _("Declined")
        NOT_RETURNED = rules.Care.NOT_RETURNED.value, _("Not returned by the bindery")

    class Urgency(models.IntegerChoices):
        URGENT = 1, _("Urgent")
        SOON = 2, _("Soon")
        CALM = 3, _("When there is time")

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.SOON)
    state = models.CharField(max_length=14, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, default="", blank=True)
    answer = models.CharField(max_length=300, default="", blank=True)
    order = models.ForeignKey(BindingOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs")
    begun_at = models.DateTimeField(null=True)
    begun_by = models.CharField(max_length=200, default="", blank=True)
    expected_on = models.DateField(null=True, blank=True)
    is_held = models.BooleanField(default=False)
    status_before = models.CharField(max_length=12, choices=Item.Status.choices, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="", blank=True)
    result = models.CharField(max_length=500, default="", blank=True)
    cost_idr = models.PositiveBigIntegerField(null=True, blank=True)
    condition_after = models.CharField(max_length=10, choices=Item.Condition.choices, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "kind"], condition=Q(state__in=OPEN_STATES), name="care_job_one_open_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in rules.Care]), name="care_job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, closed_at=None)
                | (~Q(state__in=OPEN_STATES) & Q(closed_at__isnull=False)),
                name="care_job_closed_with_moment",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(answer=""), name="care_job_declined_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "not_returned"]) | Q(order__isnull=False), name="care_job_sent_in_order"
            ),
            models.CheckConstraint(condition=Q(is_held=False) | ~Q(status_before=""), name="care_job_knows_way_back"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "urgency", "asked_at", "id"], name="care_job_queue"),
            models.Index(fields=["item"], condition=Q(is_held=True), name="care_job_holding"),
            models.Index(fields=["closed_at"], name="care_job_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.item_id}"

    @property
    def cause(self) -> str:
        """Its name in the history of its copy."""
        return f"care:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in rules.OPEN_CARE


class ConditionNote(models.Model):
    """What somebody saw of one copy at one moment: its condition, a sentence, perhaps a photograph."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=10, choices=Item.Condition.choices)
    note = models.CharField(max_length=300, default="", blank=True)
    picture = models.ForeignKey(File, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    job = models.ForeignKey(CareJob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(condition__in=Item.Condition.values), name="condition_note_known")
        ]
        indexes: ClassVar = [
            models.Index(fields=["item", "-noted_at"], name="condition_note_of"),
            models.Index(fields=["patron_id", "-id"], name="condition_note_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.condition}"

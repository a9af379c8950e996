from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.patrons.models import Patron


class Template(models.Model):
    """The library's own words for one kind of notice in one language; without a row the words of the product hold."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "language"], name="template_once_per_language"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="template_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"


class Notice(models.Model):
    """One thing told to one person, in the words that they got.

    `key` says what it is about, so that the same thing is never told twice. Of a `series` (what is overdue of one
    person) only the newest waits: an older one that hasn't gone out goes. Visitors without an account have an address
    only.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField()
    name = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()
    series = models.CharField(max_length=80, default="", db_default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="notice_age"),
            models.Index(fields=["series"], condition=~Q(series=""), name="notice_series"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Delivery(models.Model):
    """The way of one notice on one channel: waiting, under way, sent, or failed for good.

    While it is under way `try_at` is when whoever sends it is taken for dead.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Under way")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, default="mail")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed"]), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="delivery_sent_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["try_at"], condition=Q(state__in=["waiting", "sending"]), name="delivery_due"),
            models.Index(fields=["state", "-id"], name="delivery_listing"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}: {self.state}"


class Preference(models.Model):
    """Whether one person, or one address without an account, wants one kind of notice; an empty kind means all.

    Without a row they do.
    """

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(default="", blank=True)
    kind = models.CharField(max_length=40, default="", blank=True)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patron", "kind"], condition=Q(patron__isnull=False), name="preference_once_per_patron"
            ),
            models.UniqueConstraint(
                fields=["address", "kind"], condition=Q(patron=None), name="preference_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(patron__isnull=False, address="") | (Q(patron=None) & ~Q(address="")),
                name="preference_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patron_id or self.address}: {self.kind or 'all'} {'on' if self.is_on else 'off'}"

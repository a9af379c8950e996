from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """One published fact on its way to the switchboard, written in the transaction that made it true.

    It is kept until every reaction has run; a reaction that fails is tried again later, with growing pauses.
    """

    name = models.CharField(max_length=120)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    is_large = models.BooleanField(default=False, db_default=False)  # it waits until no small one does
    published_at = models.DateTimeField()
    try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["try_at", "id"], condition=Q(delivered_at=None), name="outbox_waiting"),
            models.Index(fields=["delivered_at"], condition=~Q(delivered_at=None), name="outbox_delivered"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

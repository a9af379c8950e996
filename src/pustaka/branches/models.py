from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Branch(models.Model):
    """One library building or counter of the campus, with its own opening hours and shelves."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=250, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Jakarta")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(code=""), name="branch_has_code")]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """A place inside a branch where copies stand: a shelf range, a room, a display."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="locations")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    floor = models.CharField(_("floor"), max_length=40, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["branch", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "code"], name="location_code_once_per_branch")
        ]

    def __str__(self) -> str:
        return self.name

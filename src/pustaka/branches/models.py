from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.branches import rules


class Branch(models.Model):
    """One library building or counter of the campus, with its own opening hours and shelves."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=250, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Jakarta")
    counts_onsite_loans = models.BooleanField(_("on-site loans count as loans"), default=True, db_default=True)
    calendar_version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

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


class OpeningHours(models.Model):
    """One span of hours in which a branch is open on a weekday; 0 is Monday."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        ordering: ClassVar = ["branch", "weekday", "opens_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "weekday", "opens_at"], name="hours_once"),
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="hours_close_after_opening"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id}/{self.weekday} {self.opens_at}–{self.closes_at}"


class Closure(models.Model):
    """One entry in the calendar of a branch, or of all where it names none.

    `CLOSED` and `OPEN` hold for the date `day`, `WEEKLY` for `weekday`, `YEARLY` for the day and month of `day`.
    What came with the pack of national holidays and was taken out stays as `is_dropped`, so that loading the pack
    again doesn't bring it back.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Closed on this day")
        OPEN = "open", _("Open on this day after all")
        WEEKLY = "weekly", _("Closed every week")
        YEARLY = "yearly", _("Closed every year")

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    day = models.DateField(null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    name = models.CharField(max_length=120, default="", blank=True)
    is_from_pack = models.BooleanField(default=False)
    is_decreed = models.BooleanField(default=True)
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["day", "weekday", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Coalesce("branch", 0),
                "kind",
                Coalesce("day", models.Value(date(1, 1, 1))),
                Coalesce("weekday", 9),
                name="closure_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="weekly", weekday__isnull=False, day=None)
                | (Q(kind__in=["closed", "open", "yearly"]) & Q(weekday=None, day__isnull=False)),
                name="closure_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.day or self.weekday} {self.name}"


class AcademicTerm(models.Model):
    """A semester of the campus."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="term_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationalUnit(models.Model):
    """A faculty, or a study programme of one."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="programmes")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Floor(models.Model):
    """One floor of a branch and the plan that is drawn of it, as wide and as high as the floor is, in centimeters.

    `level` orders the floors from the ground up. Readers see the plan once it `is_shown`. `version` counts what was
    saved, so that two people never overwrite each other.
    """

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="floors")
    name = models.CharField(_("name"), max_length=rules.MOST_NAME)
    level = models.SmallIntegerField(_("level"), default=1)
    width = models.PositiveIntegerField(_("width"), default=2000)
    height = models.PositiveIntegerField(_("depth"), default=1400)
    is_shown = models.BooleanField(_("readers see it"), default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["branch", "level", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch", "name"], name="floor_name_once_per_branch"),
            models.CheckConstraint(condition=~Q(name=""), name="floor_has_name"),
            models.CheckConstraint(
                condition=Q(width__range=(rules.LEAST_FLOOR, rules.MOST_FLOOR))
                & Q(height__range=(rules.LEAST_FLOOR, rules.MOST_FLOOR)),
                name="floor_has_size",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Shape(models.Model):
    """One thing on the plan of a floor: a room, a shelf, a wall … (`rules.Shape` says what its columns mean)."""

    class Kind(models.TextChoices):
        ROOM = rules.Kind.ROOM, _("Room")
        SHELF = rules.Kind.SHELF, pgettext_lazy("furniture", "Shelf")
        WALL = rules.Kind.WALL, _("Wall")
        DOOR = rules.Kind.DOOR, _("Door")
        ENTRANCE = rules.Kind.ENTRANCE, _("Entrance")
        STAIRS = rules.Kind.STAIRS, _("Stairs or lift")
        DESK = rules.Kind.DESK, _("Desk or table")
        LABEL = rules.Kind.LABEL, pgettext_lazy("plan", "Words")

    floor = models.ForeignKey(Floor, on_delete=models.CASCADE, related_name="shapes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=rules.MOST_NAME, default="", blank=True)
    x = models.IntegerField()
    y = models.IntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    rotation = models.PositiveSmallIntegerField(default=0)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["floor", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["floor", "number"], name="shape_number_once_per_floor"),
            models.CheckConstraint(
                condition=Q(width__gte=rules.LEAST_LENGTH, height__gte=rules.LEAST_LENGTH), name="shape_has_size"
            ),
            models.CheckConstraint(condition=Q(rotation__lt=360), name="shape_turned_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class ShelfRange(models.Model):
    """From which call number to which a shelf or one side of it holds; an empty end is open."""

    shape = models.ForeignKey(Shape, on_delete=models.CASCADE, related_name="ranges")
    side = models.CharField(max_length=1, default="", blank=True)
    first = models.CharField(max_length=rules.MOST_CALL, default="", blank=True)
    last = models.CharField(max_length=rules.MOST_CALL, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["shape", "side"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shape", "side"], name="shelf_range_once_per_side"),
            models.CheckConstraint(condition=Q(side__in=["", "A", "B"]), name="shelf_range_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


class PlanState(models.Model):
    """A plan as it was saved once, to go back to; the last few of each floor are kept."""

    floor = models.ForeignKey(Floor, on_delete=models.CASCADE, related_name="states")
    version = models.PositiveIntegerField()
    shapes = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["floor", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["floor", "version"], name="plan_state_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.floor_id} v{self.version}"

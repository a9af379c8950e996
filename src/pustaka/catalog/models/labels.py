"""Sheets of labels, and what was printed on them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pustaka.catalog.labels import sheets


class LabelDesign(models.Model):
    """A sheet of labels as the library measured it, and what it wants on each; lengths in millimeters.

    The sheets that everyone can buy are data in `catalog.labels.sheets`; a design begins as a copy of one of them.
    """

    name = models.CharField(max_length=120, unique=True)
    page_width = models.DecimalField(max_digits=6, decimal_places=2)
    page_height = models.DecimalField(max_digits=6, decimal_places=2)
    label_width = models.DecimalField(max_digits=6, decimal_places=2)
    label_height = models.DecimalField(max_digits=6, decimal_places=2)
    columns = models.PositiveSmallIntegerField()
    rows = models.PositiveSmallIntegerField()
    margin_left = models.DecimalField(max_digits=6, decimal_places=2)
    margin_top = models.DecimalField(max_digits=6, decimal_places=2)
    gap_x = models.DecimalField(max_digits=6, decimal_places=2)
    gap_y = models.DecimalField(max_digits=6, decimal_places=2)
    offset_x = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    offset_y = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    contents = models.CharField(max_length=8, choices=sheets.CONTENTS)
    symbol = models.CharField(max_length=8, choices=sheets.SYMBOLS)
    qr_says = models.CharField(max_length=8, choices=sheets.QR_SAYS)
    font_size = models.DecimalField(max_digits=4, decimal_places=1)
    shows_library = models.BooleanField()
    library = models.CharField(max_length=80, default="", blank=True)
    shows_title = models.BooleanField()
    shows_copy = models.BooleanField()
    prefixes = models.JSONField(default=dict, blank=True)
    cards = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(label_width__gt=0, label_height__gt=0, columns__gte=1, rows__gte=1),
                name="label_design_has_labels",
            ),
            models.CheckConstraint(condition=Q(gap_x__gte=0, gap_y__gte=0), name="label_design_no_overlap"),
            models.CheckConstraint(condition=Q(margin_left__gte=0, margin_top__gte=0), name="label_design_on_paper"),
        ]

    def __str__(self) -> str:
        return self.name


class LabelRun(models.Model):
    """One printing of labels or cards: which copies, how, and what there was to know; the PDF is drawn again from it.

    `design` is a copy of sheet and look as they were, empty where copies were only marked as labelled already.
    `before` keeps when a copy had been labelled before (as text), so that undoing puts that back.
    """

    items = models.JSONField()
    design = models.JSONField(default=dict)
    design_name = models.CharField(max_length=200, default="", blank=True)
    start = models.PositiveSmallIntegerField(default=0)
    has_frames = models.BooleanField(default=False)
    home = models.CharField(max_length=300, default="", blank=True)
    count = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.count} labels of {self.created_at:%Y-%m-%d}"

    @property
    def is_of_cards(self) -> bool:
        return bool(self.design) and self.design["look"]["contents"] == sheets.Contents.CARD

    @property
    def marks_copies(self) -> bool:
        """Whether its copies count as labelled by it."""
        return not self.is_of_cards

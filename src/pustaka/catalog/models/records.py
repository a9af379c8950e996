"""Titles and headings: what the library describes, and the keys by which it is found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.models.imports import Batched


class Form(models.TextChoices):
    """What kind of thing a title is, as a reader would say it."""

    BOOK = "book", _("Book")
    EBOOK = "ebook", _("E-book")
    JOURNAL = "journal", _("Journal or magazine")
    ARTICLE = "article", _("Article or chapter")
    THESIS = "thesis", _("Thesis")
    REFERENCE = "reference", _("Reference work")
    MAP = "map", _("Map")
    SCORE = "score", _("Music score")
    AUDIO = "audio", _("Sound recording")
    VIDEO = "video", _("Film or video")
    PICTURE = "picture", _("Picture")
    SOFTWARE = "software", _("Software or data")
    MANUSCRIPT = "manuscript", _("Manuscript")
    KIT = "kit", _("Kit or object")
    OTHER = "other", _("Other")


class Bib(Batched):
    """One title that the library describes: the columns for lists and search, derived from its MARC record."""

    form = models.CharField(max_length=12, choices=Form.choices, default=Form.BOOK)
    title = models.TextField()
    title_sort = models.CharField(max_length=120)
    author = models.CharField(max_length=300, default="", blank=True)
    statement = models.CharField(max_length=500, default="", blank=True)
    edition = models.CharField(max_length=200, default="", blank=True)
    place = models.CharField(max_length=200, default="", blank=True)
    publisher = models.CharField(max_length=300, default="", blank=True)
    year = models.SmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=3, default="", blank=True)
    extent = models.CharField(max_length=300, default="", blank=True)
    series = models.CharField(max_length=300, default="", blank=True)
    gmd = models.CharField(max_length=60, default="", blank=True)
    classification = models.CharField(max_length=40, default="", blank=True)
    call_number = models.CharField(max_length=80, default="", blank=True)
    isbn = models.CharField(max_length=13, default="", blank=True)
    issn = models.CharField(max_length=9, default="", blank=True)
    control_number = models.CharField(max_length=60, default="", blank=True)
    control_source = models.CharField(max_length=40, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(Batched.Meta):
        indexes: ClassVar = [
            models.Index(fields=["batch", "id"], name="bib_batch"),
            models.Index(fields=["changed_at", "id"], name="bib_changed"),
            models.Index(fields=["control_number"], condition=~Q(control_number=""), name="bib_control_number"),
        ]

    def __str__(self) -> str:
        return self.title


class BibRecord(models.Model):
    """The whole MARC record of a title, kept apart so that lists stay small.

    `marc` is the lossless compact form (`standards.marc.compact`). `original` holds the bytes as they came, only where
    they can't be written again from `marc` (MARC-8, mended, odd directories).
    """

    bib = models.OneToOneField(Bib, on_delete=models.CASCADE, primary_key=True, related_name="record")
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)

    def __str__(self) -> str:
        return f"record of {self.bib_id}"


class BibKey(models.Model):
    """One key by which a title is matched or called: a 64-bit digest of `kind:value` (see `catalog.rules.digest`)."""

    digest = models.BigIntegerField()
    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, related_name="keys", db_index=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["digest", "bib"], name="bib_key_lookup"),
            models.Index(fields=["bib"], name="bib_key_of"),
        ]

    def __str__(self) -> str:
        return f"{self.digest} of {self.bib_id}"


class Authority(Batched):
    """One controlled heading: a person, body, subject or place, with the names it is also known by."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        CORPORATE = "corporate", _("Corporate body")
        MEETING = "meeting", _("Meeting")
        TITLE = "title", _("Title")
        TOPIC = "topic", _("Topic")
        PLACE = "place", _("Place")
        GENRE = "genre", _("Genre")
        OTHER = "other", _("Other")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    heading = models.CharField(max_length=500)
    heading_key = models.CharField(max_length=200, db_index=True)
    see = models.JSONField(default=list)
    see_also = models.JSONField(default=list)
    control_number = models.CharField(max_length=60, default="", blank=True)
    control_source = models.CharField(max_length=40, default="", blank=True)
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta(Batched.Meta):
        indexes: ClassVar = [
            models.Index(fields=["control_number"], name="authority_control"),
            models.Index(fields=["batch", "id"], name="authority_batch"),
        ]

    def __str__(self) -> str:
        return self.heading

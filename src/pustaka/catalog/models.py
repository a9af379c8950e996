"""Nouns of the catalogue.

Whatever an import brings carries its `batch`, and counts only once that batch is revealed: a million records appear,
and disappear again on undo, by one row of `ImportJob`. `objects` leaves hidden rows out; `with_hidden` has them all.
"""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog import rules
from pustaka.catalog.importing import remarks
from pustaka.catalog.labels import sheets
from pustaka.catalog.ports import Failure, in_words
from pustaka.media.models import File, Rendition
from pustaka.standards import marc


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


class ItemType(models.Model):
    """A collection type as the library names it (Textbook, Reserve, Reference); loan rules hang on it later."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Holding(Batched):
    """What the library holds of one title, as a MARC holdings record says it; serials need it, books seldom."""

    bib = models.ForeignKey(Bib, on_delete=models.CASCADE, null=True, blank=True, related_name="holdings")
    bib_control_number = models.CharField(max_length=60, default="", blank=True, db_index=True)
    control_number = models.CharField(max_length=60, default="", blank=True, db_index=True)
    place = models.CharField(max_length=200, default="", blank=True)
    call_number = models.CharField(max_length=120, default="", blank=True)
    extent = models.TextField(default="", blank=True)
    marc = models.BinaryField()
    original = models.BinaryField(null=True)
    original_format = models.CharField(max_length=10, default="", blank=True)

    class Meta(Batched.Meta):
        indexes: ClassVar = [models.Index(fields=["batch", "id"], name="holding_batch")]

    def __str__(self) -> str:
        return f"{self.place} {self.call_number}".strip()


class Item(Batched):
    """One copy that can be held in the hand, known by its barcode.

    `labelled_at` is when its label was last printed; copies that an import brought are taken to have theirs.
    `unplaced` keeps what an import said of it and no column here holds (supplier, order, invoice …), by the name that
    it had there.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available", _("On the shelf")
        IN_PROCESS = "in_process", _("Being prepared")
        REFERENCE = "reference", _("For use in the library")
        REPAIR = "repair", _("Being repaired")
        MISSING = "missing", _("Missing")
        LOST = "lost", _("Lost")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Source(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        GIFT = "gift", _("Gift")
        WAQF = "waqf", _("Waqf")
        SUBSIDY = "subsidy", _("Subsidy")
        DEPOSIT = "deposit", _("Deposit")
        EXCHANGE = "exchange", _("Exchange")
        UNKNOWN = "unknown", _("Unknown")

    class Condition(models.TextChoices):
        NEW = "new", _("As new")
        GOOD = "good", _("Good")
        WORN = "worn", _("Worn")
        DAMAGED = "damaged", _("Damaged")
        INCOMPLETE = "incomplete", _("Incomplete")

    bib = models.ForeignKey(Bib, on_delete=models.PROTECT, related_name="items")
    barcode = models.CharField(max_length=60, unique=True)
    inventory_number = models.CharField(max_length=60, default="", blank=True)
    call_number = models.CharField(max_length=80, default="", blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    item_type = models.ForeignKey(ItemType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.AVAILABLE)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.UNKNOWN)
    price_idr = models.PositiveBigIntegerField(null=True, blank=True)
    copy_number = models.PositiveSmallIntegerField(null=True, blank=True)
    volume = models.CharField(max_length=60, default="", blank=True)
    condition = models.CharField(max_length=10, choices=Condition.choices, default="", db_default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    received_on = models.DateField(null=True, blank=True)
    labelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    unplaced = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(Batched.Meta):
        ordering: ClassVar = ["branch", "call_number", "copy_number", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["batch", "id"], name="item_batch"),
            # The queue of labels, newest first: as long as what waits, however large the library.
            models.Index(fields=["-id"], condition=Q(labelled_at=None, batch=None), name="item_without_label"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(barcode=""), name="item_has_barcode")]

    def __str__(self) -> str:
        return f"{self.barcode}"


# The columns of a copy that make up its state; printing a label changes nothing of it. A new column belongs to it.
NO_STATE = frozenset({"id", "batch", "labelled_at", "created_at", "version"})
STATE = tuple(field.attname for field in Item._meta.concrete_fields if field.name not in NO_STATE)


class Change(models.TextChoices):
    """What was done to a title or a copy."""

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


class Cover(models.Model):
    """The picture of a title's cover: as it was taken in, and what is shown of it after turning and cutting.

    With `is_shown` off, readers see the drawn cover, and the picture waits. The cuts are percentages of a side.
    """

    bib = models.OneToOneField(Bib, on_delete=models.CASCADE, related_name="cover")
    original = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    shown = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    small = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="+")
    large = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="+")
    is_shown = models.BooleanField(default=True)
    turn = models.PositiveSmallIntegerField(default=0)
    cut_left = models.PositiveSmallIntegerField(default=0)
    cut_top = models.PositiveSmallIntegerField(default=0)
    cut_right = models.PositiveSmallIntegerField(default=0)
    cut_bottom = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(turn__in=[0, 90, 180, 270]), name="cover_turned_by_quarters")
        ]

    def __str__(self) -> str:
        return f"cover of {self.bib_id}"


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


# --- Stock take ------------------------------------------------------------------------------------------------------


class StockTake(models.Model):
    """One walk along the shelves of a branch to see what stands there: which part, since when, and how far it is.

    No shelf and no collection chosen means all of them; `first_call` and `last_call` bound the call numbers, as they
    stand on the shelf, both ends included. `expected` copies should be found, `seen` of them were.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        CLOSED = "closed", _("Closed")

    name = models.CharField(max_length=120)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    locations = models.ManyToManyField(Location, blank=True, related_name="+")
    item_types = models.ManyToManyField(ItemType, blank=True, related_name="+")
    first_call = models.CharField(max_length=80, default="", blank=True)
    last_call = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    expected = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="stock_take_closed_with_moment",
            ),
            models.CheckConstraint(condition=Q(seen__lte=F("expected")), name="stock_take_seen_at_most_expected"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def share(self) -> float:
        """How much of what is expected was seen, from 0 to 1."""
        return self.seen / self.expected if self.expected else 0.0


class StockTakeSettlement(models.Model):
    """What a person has decided about some copies of a stock take; the history names it as `settlement:7`."""

    stock_take = models.ForeignKey(StockTake, on_delete=models.PROTECT, related_name="settlements")
    act = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.count}"

    @property
    def cause(self) -> str:
        return f"settlement:{self.pk}"


class StockTakeCopy(models.Model):
    """A copy that matters to a stock take: one that should stand there, or one that was seen there without that.

    `barcode`, `call_number` and `location` are as they were when the stock take began, or at the first scan. `finding`
    is what the latest scan says (`catalog.rules.Finding`), empty until then; closing says it of those that nobody saw.
    The copy itself may be gone by now.
    """

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="copies")
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    barcode = models.CharField(max_length=60)
    call_number = models.CharField(max_length=80, default="", blank=True)
    call_sort = models.CharField(max_length=120, default="", blank=True)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    is_expected = models.BooleanField(default=False)
    finding = models.CharField(max_length=12, default="", blank=True)
    seen_location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=200, default="", blank=True)
    settlement = models.ForeignKey(StockTakeSettlement, on_delete=models.PROTECT, null=True, related_name="copies")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stock_take", "item"], name="stock_take_copy_once"),
            models.CheckConstraint(
                condition=Q(finding__in=["", *(finding.value for finding in rules.Finding)]),
                name="stock_take_finding_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["stock_take", "finding", "call_sort", "id"], name="stock_take_listing"),
            models.Index(fields=["stock_take", "location", "is_expected", "finding"], name="stock_take_shelves"),
        ]

    def __str__(self) -> str:
        return self.barcode


class StockTakeScan(models.Model):
    """One barcode read by one person at one shelf, as it was told then; rows are never changed.

    `client_id` is given by the device, so that a scan which is sent twice counts once. `scanned_at` is the device's
    moment, `received_at` ours: offline, hours lie between them.
    """

    stock_take = models.ForeignKey(StockTake, on_delete=models.CASCADE, related_name="scans")
    client_id = models.CharField(max_length=40)
    barcode = models.CharField(max_length=60)
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=12)
    seen_before_by = models.CharField(max_length=200, default="", blank=True)
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.CharField(max_length=200)
    patron_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stock_take", "client_id"], name="stock_take_scan_once"),
            models.CheckConstraint(
                condition=Q(finding__in=[finding.value for finding in rules.Finding]), name="stock_take_scan_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["stock_take", "patron_id", "-id"], name="stock_take_scan_latest"),
            models.Index(fields=["stock_take", "finding", "barcode"], name="stock_take_scan_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} by {self.by}"


# --- Other catalogues, and what they answer --------------------------------------------------------------------------


class Target(models.Model):
    """Another library's catalogue that is asked for records, and how it is asked.

    `host`, `port` and `database` are for Z39.50, `url` and `version` for SRU. The indexes are bib-1 attributes
    ("1=4, 4=6") or CQL indexes ("dc.title all"). `login` names one of `settings.SOURCE_LOGINS`; passwords are never
    written down here. `organization` is the MARC code that stands before their numbers in 035 where they name none.
    """

    class Protocol(models.TextChoices):
        Z3950 = "z3950", "Z39.50"
        SRU = "sru", "SRU"

    class Charset(models.TextChoices):
        AS_SAID = "", _("As the record says")
        UTF8 = "utf-8", "UTF-8"
        MARC8 = "marc-8", "MARC-8"
        LATIN1 = "iso-8859-1", "Latin 1 (ISO 8859-1)"
        WINDOWS = "windows-1252", "Windows 1252"
        ARABIC = "windows-1256", _("Arabic (Windows 1256)")
        CHINESE = "gb18030", _("Chinese (GB 18030)")

    name = models.CharField(max_length=80, unique=True)
    protocol = models.CharField(max_length=5, choices=Protocol.choices)
    host = models.CharField(max_length=200, default="", blank=True)
    port = models.PositiveIntegerField(default=210)
    database = models.CharField(max_length=100, default="", blank=True)
    url = models.CharField(max_length=500, default="", blank=True)
    version = models.CharField(max_length=3, default="1.1")
    syntax = models.CharField(max_length=40, default="", blank=True)
    charset = models.CharField(max_length=12, choices=Charset.choices, default=Charset.AS_SAID, blank=True)
    isbn_index = models.CharField(max_length=60, default="", blank=True)
    issn_index = models.CharField(max_length=60, default="", blank=True)
    title_index = models.CharField(max_length=60, default="", blank=True)
    author_index = models.CharField(max_length=60, default="", blank=True)
    login = models.CharField(max_length=40, default="", blank=True)
    organization = models.CharField(max_length=40, default="", blank=True)
    timeout_s = models.PositiveSmallIntegerField(default=10)
    most_records = models.PositiveSmallIntegerField(default=20)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(protocol__in=["z3950", "sru"]), name="target_protocol_known"),
            models.CheckConstraint(
                condition=Q(protocol="sru") | (~Q(host="") & ~Q(database="")), name="target_z3950_has_host"
            ),
            models.CheckConstraint(
                condition=Q(protocol="z3950") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="target_sru_has_url",
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="target_port"),
            models.CheckConstraint(condition=Q(timeout_s__gte=1, timeout_s__lte=60), name="target_timeout"),
            models.CheckConstraint(condition=Q(most_records__gte=1, most_records__lte=100), name="target_most_records"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where it is, on one line."""
        return self.url if self.protocol == self.Protocol.SRU else f"{self.host}:{self.port}/{self.database}"


class Question(models.Model):
    """One question that a librarian has put to other catalogues; after `deadline_at` nothing more comes."""

    class By(models.TextChoices):
        ISBN = "isbn", _("ISBN")
        ISSN = "issn", _("ISSN")
        TITLE = "title", _("Title")
        AUTHOR = "author", _("Author")

    by = models.CharField(max_length=6, choices=By.choices)
    text = models.CharField(max_length=300)
    terms = models.JSONField()
    is_trial = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    deadline_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="question_asked_at")]

    def __str__(self) -> str:
        return f"{self.by} {self.text}"


class Reply(models.Model):
    """What one catalogue has said to one question. Its name and organization are kept as they were then."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Is being asked")
        ANSWERED = "answered", _("Has answered")
        FAILED = "failed", _("No answer")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="replies")
    target = models.ForeignKey(Target, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=80)
    organization = models.CharField(max_length=40, default="", blank=True)
    position = models.PositiveIntegerField()
    timeout_s = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=20, default="", blank=True)
    detail = models.CharField(max_length=300, default="", blank=True)
    total = models.PositiveIntegerField(default=0)
    broken = models.PositiveSmallIntegerField(default=0)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "position"], name="reply_one_per_place"),
            models.CheckConstraint(condition=Q(state="failed") | Q(failure=""), name="reply_failure_only_when_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def sentence(self) -> str:
        """Why there is no answer, and what can be done; "" where there is one."""
        if not self.failure:
            return ""
        return in_words(Failure(self.failure), detail=self.detail, timeout_s=self.timeout_s)


class Offer(models.Model):
    """One record that another catalogue offers.

    `edition` is the number of the first offer of the same edition in this question. `columns` and `keys` are what
    `catalog.derive` reads off the record; `matched_id` is our title that seems to be the same, by `matched_by`.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="offers")
    number = models.PositiveSmallIntegerField()
    marc = models.BinaryField()
    fields = models.PositiveSmallIntegerField()
    columns = models.JSONField()
    keys = models.JSONField()
    edition = models.BigIntegerField(null=True)
    matched_id = models.BigIntegerField(null=True)
    matched_by = models.CharField(max_length=20, default="", blank=True)
    messages = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reply", "number"], name="offer_number")]

    def __str__(self) -> str:
        return f"{self.reply_id}/{self.number}"

    @property
    def remarks(self) -> list[str]:
        """What was mended or noted in the record, in the reader's language."""
        return remarks.in_words(self.messages)


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


class WithdrawalReport(models.Model):
    """One printed record of withdrawals (berita acara penghapusan): what was withdrawn, decided and signed by whom."""

    number = models.CharField(max_length=80, unique=True)
    decided_on = models.DateField()
    place = models.CharField(max_length=120, default="", blank=True)
    basis = models.CharField(max_length=500, default="", blank=True)
    fate = models.CharField(max_length=300, default="", blank=True)
    signers = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(number=""), name="withdrawal_report_has_number")]

    def __str__(self) -> str:
        return self.number


class Withdrawal(models.Model):
    """One copy that is withdrawn, why, and in which report it is told; it ends when the copy is taken back."""

    class Reason(models.TextChoices):
        WORN = "worn", _("Worn out or damaged")
        OUTDATED = "outdated", _("Outdated")
        SUPERSEDED = "superseded", _("Replaced by a newer edition")
        LOST = "lost", _("Lost")
        DUPLICATE = "duplicate", _("One copy too many")
        OTHER = "other", _("Another reason")

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=300, default="", blank=True)
    status_before = models.CharField(max_length=12, choices=Item.Status.choices)
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=200)
    cause = models.CharField(max_length=60, default="", blank=True)
    report = models.ForeignKey(
        WithdrawalReport, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason="other") | ~Q(note=""), name="withdrawal_other_is_explained")
        ]
        indexes: ClassVar = [models.Index(fields=["withdrawn_at"], name="withdrawal_when")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.reason}"


class NotSame(models.Model):
    """Two titles that look alike, of which a person has said that they are two; `one_id` is the smaller number."""

    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one_id", "other_id"], name="not_same_once"),
            models.CheckConstraint(condition=Q(one_id__lt=models.F("other_id")), name="not_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} isn't {self.other_id}"


class Merge(models.Model):
    """Titles that were poured into another one, with all that is needed to part them again.

    `moved` says which rows pointed at which title before: `{"catalog.item": {"bib": {"12": [3, 4]}}}` are copies 3
    and 4 of title 12. `left` holds, in Django's JSON, the rows that couldn't come along because the other title has
    its own. `version` is that of the title that stays, after the merge. In the history the cause is `merge:<id>`.
    """

    into_id = models.BigIntegerField(db_index=True)
    from_ids = models.JSONField()
    title = models.TextField()
    version = models.PositiveIntegerField()
    changes_record = models.BooleanField(default=False)
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=list)
    reason = models.CharField(max_length=300, default="", blank=True)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.from_ids} into {self.into_id}"


class Draft(models.Model):
    """What one person has typed and not saved yet: of a title, or of a new one, so that a closed window loses nothing.

    `base` is the record as it was opened, at version `base_version` of the title (0: a new one), `marc` what it has
    become. `rows` holds rows of the full editor that are no record yet. `revision` counts what was kept, so that a
    second window is noticed.
    """

    patron_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=200)
    bib_id = models.BigIntegerField(null=True)
    base_version = models.PositiveIntegerField(default=0)
    base = models.BinaryField()
    marc = models.BinaryField()
    rows = models.JSONField(null=True)
    worksheet = models.CharField(max_length=20, default="", blank=True)
    origin = models.CharField(max_length=200, default="", blank=True)
    revision = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patron_id", "-changed_at"], name="draft_of_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patron_id", "bib_id"], condition=~Q(bib_id=None), name="draft_one_per_person_and_title"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} by {self.by}"

    @property
    def title(self) -> str:
        """What the title is called so far; "" where nobody has said."""
        field = marc.load(bytes(self.marc)).get("245")
        return rules.trim(field.text("anpb")) if field else ""


class NumberPattern(models.Model):
    """How the library numbers its copies: `P{year}{number:5}` gives P202600001. `next_number` is given out next."""

    class Use(models.TextChoices):
        BARCODE = "barcode", _("Barcode")
        INVENTORY = "inventory", _("Inventory number")

    name = models.CharField(max_length=80, unique=True)
    use = models.CharField(max_length=10, choices=Use.choices, default=Use.BARCODE)
    pattern = models.CharField(max_length=60)
    next_number = models.PositiveBigIntegerField(default=1)
    begins_anew = models.BooleanField(default=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["use", "name"]

    def __str__(self) -> str:
        return self.name

"""What readers make. A title is known by its number and by its name as it was: when it goes, the name stays.

The number isn't a foreign key: titles are deleted by the hundred thousand when an import is undone, and come back when
a deletion is undone; what readers wrote must survive the one and fit again after the other.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.patrons.models import Patron


class Signed(models.Model):
    """Something that carries a name if its maker wants: their own, another, or none."""

    class As(models.TextChoices):
        ANONYMOUS = "anonymous", _("Without a name")
        PEN = "pen", _("Under a pen name")
        REAL = "real", _("Under my own name")

    signed_as = models.CharField(max_length=9, choices=As.choices, default=As.ANONYMOUS)
    pen_name = models.CharField(max_length=60, default="", blank=True)

    patron: Any

    class Meta:
        abstract = True

    @property
    def signature(self) -> str:
        """The name that others see; empty for none."""
        if self.signed_as == self.As.REAL:
            return str(self.patron.name)
        return self.pen_name if self.signed_as == self.As.PEN else ""


class BookList(Signed):
    """Titles that one person has put together, in their order.

    `token` is the secret of its link while it is shared by link. `taken_down_because` is why a librarian has taken it
    out of the public; it can't be made public again while that stands.
    """

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Only for me")
        LINK = "link", _("For everyone who has the link")
        PUBLIC = "public", _("For everyone, in the catalogue")

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=150)
    description = models.TextField(default="", blank=True)
    visibility = models.CharField(max_length=7, choices=Visibility.choices, default=Visibility.PRIVATE)
    token = models.CharField(max_length=40, unique=True, null=True, blank=True)
    taken_down_because = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="list_has_title"),
            models.CheckConstraint(
                condition=Q(visibility__in=["private", "link", "public"]), name="list_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility="link", token__isnull=False) | (~Q(visibility="link") & Q(token=None)),
                name="list_token_while_linked",
            ),
            models.CheckConstraint(
                condition=~Q(visibility="public") | Q(taken_down_because=""), name="list_public_not_taken_down"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patron", "-changed_at"], name="list_of_patron"),
            models.Index(fields=["-changed_at"], condition=Q(visibility="public"), name="list_public"),
        ]

    def __str__(self) -> str:
        return self.title


class ListEntry(models.Model):
    """One title on one list, with a note of the list's maker; `position` orders it, with gaps."""

    book_list = models.ForeignKey(BookList, on_delete=models.CASCADE, related_name="entries")
    bib_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    author = models.CharField(max_length=300, default="", blank=True)
    note = models.CharField(max_length=1_000, default="", blank=True)
    position = models.IntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["book_list", "bib_id"], name="entry_once_per_list")]
        indexes: ClassVar = [
            models.Index(fields=["book_list", "position", "id"], name="entry_order"),
            models.Index(fields=["bib_id"], name="entry_bib"),
        ]

    def __str__(self) -> str:
        return self.title


class Opinion(Signed):
    """What one person thinks of one title: stars, a review, or both. Stars count at once, a review once it is shown."""

    class State(models.TextChoices):
        WAITING = "waiting", _("A librarian will look at it")
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    bib_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(default="", blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.SHOWN)
    reason = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patron", "bib_id"], name="opinion_once_per_title"),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="opinion_one_to_five_stars"),
            models.CheckConstraint(condition=Q(stars__isnull=False) | ~Q(text=""), name="opinion_says_something"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "shown", "refused"]), name="opinion_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bib_id", "stars"], name="opinion_bib"),
            models.Index(fields=["changed_at"], condition=Q(state="waiting"), name="opinion_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.stars or '–'}"


class Tag(models.Model):
    """One word that readers give to titles. It is looked at once; other spellings are merged into it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("A librarian will look at it")
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(key=""), name="tag_has_name"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "shown", "refused"]), name="tag_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], condition=Q(state="waiting"), name="tag_waiting")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """One person has given one tag to one title."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    bib_id = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tag", "patron", "bib_id"], name="tagging_once")]
        indexes: ClassVar = [
            models.Index(fields=["bib_id"], name="tagging_bib"),
            models.Index(fields=["patron", "bib_id"], name="tagging_patron"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.bib_id}"


class Complaint(models.Model):
    """Somebody finds that a review or a public list shouldn't be there; settled when a librarian has decided."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, null=True, related_name="complaints")
    book_list = models.ForeignKey(BookList, on_delete=models.CASCADE, null=True, related_name="complaints")
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opinion__isnull=False, book_list=None) | Q(opinion=None, book_list__isnull=False),
                name="complaint_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["opinion", "patron"], condition=Q(opinion__isnull=False), name="complaint_once_per_review"
            ),
            models.UniqueConstraint(
                fields=["book_list", "patron"], condition=Q(book_list__isnull=False), name="complaint_once_per_list"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["made_at"], condition=Q(settled_at=None), name="complaint_open")]

    def __str__(self) -> str:
        return self.reason[:60]


class Decision(models.Model):
    """What a librarian decided about a review, a tag or a list, and why. Kept when the thing itself is gone."""

    class About(models.TextChoices):
        REVIEW = "review", _("Review")
        TAG = "tag", _("Tag")
        LIST = "list", _("List")

    class Verdict(models.TextChoices):
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")
        MERGED = "merged", _("Merged")
        KEPT = "kept", _("Kept in spite of a complaint")
        ALLOWED = "allowed", _("May be public again")

    about = models.CharField(max_length=6, choices=About.choices)
    subject_id = models.BigIntegerField()
    label = models.CharField(max_length=300)
    verdict = models.CharField(max_length=7, choices=Verdict.choices)
    reason = models.CharField(max_length=300, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["about", "subject_id"], name="decision_subject")]

    def __str__(self) -> str:
        return f"{self.label}: {self.verdict}"


class Problem(models.Model):
    """Somebody has told us that something is wrong with a record, and what became of it.

    `source` tells reports of one visitor from those of another for a day, without saying who it was.
    """

    class About(models.TextChoices):
        FACTS = "facts", _("Something in the description is wrong")
        SHELF = "shelf", _("It isn't where the catalogue says")
        LINK = "link", _("A link doesn't work")
        COVER = "cover", _("The cover is wrong")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        NEW = "new", _("New")
        LOOKED_AT = "looked_at", _("Being looked at")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed without an answer")

    bib_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    about = models.CharField(max_length=10, choices=About.choices)
    text = models.TextField()
    patron = models.ForeignKey(Patron, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, default="", blank=True)
    address = models.EmailField(default="", blank=True)
    language = models.CharField(max_length=5, default="", blank=True)
    source = models.CharField(max_length=32, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    answer = models.TextField(default="", blank=True)
    reported_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="problem_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=["new", "looked_at", "answered", "closed"]), name="problem_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(answer=""), name="problem_answer_there"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="problem_listing"),
            models.Index(fields=["source", "reported_at"], condition=~Q(source=""), name="problem_source"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_about_display()}"

    @property
    def has_address(self) -> bool:
        """Whether an answer reaches whoever reported it."""
        return bool(self.patron.email if self.patron else self.address)

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, OrganizationalUnit
from pustaka.catalog.models import Bib, Item, ItemType
from pustaka.circulation.policy import NAMES, Unit
from pustaka.patrons.models import Category, Patron


class RuleBookState(models.Model):
    """One row: which version of the rules holds. Whoever keeps the rules in memory looks here first."""

    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.version)


class LoanRule(models.Model):
    """The value of one rule for one place: a branch, a category of members, an item type; empty means any."""

    name = models.CharField(max_length=30)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    item_type = models.ForeignKey(ItemType, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    value = models.CharField(max_length=40, default="", blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "name", Coalesce("branch", 0), Coalesce("category", 0), Coalesce("item_type", 0), name="rule_once"
            ),
            models.CheckConstraint(condition=Q(name__in=NAMES), name="rule_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Loan(models.Model):
    """One copy in one person's hands, from check-out until return.

    A loan is never deleted while it is open; `returned_at` closes it. `patron` is empty once the link between the
    person and an old loan is cut; category, unit and item type stay for the figures, as they were on that day.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    bib = models.ForeignKey(Bib, on_delete=models.PROTECT, related_name="+")
    patron = models.ForeignKey(Patron, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(OrganizationalUnit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    item_type = models.ForeignKey(ItemType, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    counts_in = models.CharField(max_length=5, choices=[(unit.value, unit.value) for unit in Unit], default=Unit.DAYS)
    is_onsite = models.BooleanField(default=False)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_to = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    renewals = models.PositiveSmallIntegerField(default=0)
    recalled_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)  # the reader says that it was returned
    lost_at = models.DateTimeField(null=True, blank=True)
    lent_by = models.CharField(max_length=200, default="")
    override = models.CharField(max_length=300, default="", blank=True)  # why it was lent although the rules said no

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=Q(returned_at=None), name="loan_one_open_per_item"),
            models.CheckConstraint(condition=Q(due_at__gt=F("started_at")), name="loan_due_after_start"),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_at__gte=F("started_at")), name="loan_returned_after_start"
            ),
            models.CheckConstraint(condition=Q(patron__isnull=False) | Q(returned_at__isnull=False), name="loan_of"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patron", "due_at"], condition=Q(returned_at=None), name="loan_open_of_patron"),
            models.Index(fields=["due_at"], condition=Q(returned_at=None), name="loan_open_due"),
            models.Index(fields=["patron", "-returned_at"], name="loan_history"),
            models.Index(fields=["started_at"], name="loan_started"),
            models.Index(fields=["returned_at"], name="loan_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} to {self.patron_id}"


class Renewal(models.Model):
    """One time that a loan was made longer; `by_whom` says who did it."""

    class By(models.TextChoices):
        READER = "reader", _("by the reader")
        STAFF = "staff", _("by the desk")
        ITSELF = "itself", _("by itself")

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()
    by_whom = models.CharField(max_length=6, choices=By.choices)

    def __str__(self) -> str:
        return f"{self.loan_id} {self.at}"


class Hold(models.Model):
    """Somebody waits for a title, or for one copy of it.

    `rank` orders the queue of a title, lowest first: the moment of placing in microseconds, unless the desk moved it to
    the front. A copy that was caught is `item_kept`; it is on its way, or ready on the hold shelf until `kept_until`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        COMING = "coming", _("On its way to you")
        READY = "ready", _("Ready to be fetched")
        FETCHED = "fetched", _("Fetched")
        EXPIRED = "expired", _("Not fetched in time")
        CANCELED = "canceled", _("Given up")

    bib = models.ForeignKey(Bib, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+", db_index=False)
    pickup = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    rank = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    placed_at = models.DateTimeField()
    wanted_until = models.DateField(null=True, blank=True)
    item_kept = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ready_at = models.DateTimeField(null=True)
    kept_until = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item_kept"], condition=Q(state__in=["coming", "ready"]), name="hold_one_per_kept_copy"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["coming", "ready"], item_kept__isnull=False)
                | Q(state__in=["waiting", "fetched", "expired", "canceled"]),
                name="hold_kept_has_copy",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "coming", "ready"], ended_at=None)
                | Q(state__in=["fetched", "expired", "canceled"], ended_at__isnull=False),
                name="hold_ended_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["bib", "rank"], condition=Q(state="waiting"), name="hold_queue"),
            models.Index(fields=["patron", "rank"], condition=Q(ended_at=None), name="hold_of_patron"),
            models.Index(fields=["kept_until"], condition=Q(state="ready"), name="hold_shelf"),
            models.Index(fields=["wanted_until"], condition=Q(state="waiting"), name="hold_wanted"),
            models.Index(fields=["placed_at"], name="hold_placed"),
        ]

    def __str__(self) -> str:
        return f"{self.patron_id} for {self.bib_id}"


class Transit(models.Model):
    """A copy on its way from one branch to another: home, or to where somebody fetches it (`hold`)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    from_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    to_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    hold = models.ForeignKey(Hold, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=Q(arrived_at=None), name="transit_one_open_per_item")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} to {self.to_branch_id}"


class InsideUse(models.Model):
    """A copy was read in the library and found on a table or the trolley."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.item_id} {self.at}"


class DeskUpload(models.Model):
    """One scan that a desk made without the server and sent later; `key` is the desk's own, so none counts twice."""

    class Deed(models.TextChoices):
        LEND = "lend", _("Lent")
        RETURN = "return", _("Returned")

    class State(models.TextChoices):
        DONE = "done", _("Done")
        CONFLICT = "conflict", _("Needs a person")
        DROPPED = "dropped", _("Settled by hand")

    key = models.CharField(max_length=60, unique=True)
    deed = models.CharField(max_length=6, choices=Deed.choices)
    card = models.CharField(max_length=80, default="", blank=True)
    barcode = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    uploaded_at = models.DateTimeField()
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    said = models.TextField(default="", blank=True)
    loan = models.ForeignKey(Loan, on_delete=models.SET_NULL, null=True, related_name="+")
    by = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["branch", "happened_at"], condition=Q(state="conflict"), name="upload_conflicts")
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.barcode}"


class Clearance(models.Model):
    """A letter that somebody owed the library nothing on that day (surat bebas pustaka).

    Name, number and programme are as they were printed; `token` stands in the QR code, by which anybody can see on the
    library's site that the letter is genuine. A letter that was taken back stays, and says so.
    """

    token = models.CharField(max_length=43, unique=True)
    number = models.CharField(max_length=40, unique=True)
    patron = models.ForeignKey(Patron, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    person_number = models.CharField(max_length=40)
    unit = models.CharField(max_length=250, default="", blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_because=""), name="clearance_revoked_has_reason"
            )
        ]

    def __str__(self) -> str:
        return self.number

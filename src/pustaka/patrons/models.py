from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, OrganizationalUnit


class Role(models.TextChoices):
    """What a person does in the library; `config.roles` says what each may do."""

    MEMBER = "member", _("Member")
    LECTURER = "lecturer", _("Lecturer")
    CIRCULATION = "circulation", _("Circulation")
    CATALOGUER = "cataloguer", _("Cataloguer")
    ACQUISITIONS = "acquisitions", _("Acquisitions")
    HEAD = "head", _("Head of the library")
    ADMINISTRATOR = "administrator", _("System administrator")


STAFF_ROLES = frozenset({Role.CIRCULATION, Role.CATALOGUER, Role.ACQUISITIONS, Role.HEAD, Role.ADMINISTRATOR})


class Category(models.Model):
    """What kind of member somebody is (student, lecturer …); loan rules hang on it.

    `months_valid` is how long a membership lasts when it begins or is renewed; 0 means without end.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    months_valid = models.PositiveSmallIntegerField(_("months of membership"), default=12)
    is_guest = models.BooleanField(_("from outside the campus"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("category")

    def __str__(self) -> str:
        return self.name


class PatronAccounts(BaseUserManager["Patron"]):
    """How Django and allauth make accounts."""

    def create_user(self, number: str, password: str | None = None, **fields: Any) -> "Patron":
        patron = self.model(number=number, **fields)
        patron.email = self.normalize_email(fields.get("email")) or None
        patron.set_password(password)
        patron.save()
        return patron


class Patron(AbstractBaseUser):
    """One person who signs in: student, lecturer, staff or guest.

    `number` is the student number (NIM), the lecturer's (NIDN) or one of the library's own. `language` is empty
    until the person chooses one; their browser decides until then. `valid_until` is the last day of the membership,
    empty where it has no end. `keeps_history` is the reader's own wish to see old loans. `balance_idr` is the sum of
    the ledger, what the person owes; it is written with each entry and never by itself.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), null=True, blank=True)  # noqa: DJ001 - many have none, and it is unique
    language = models.CharField(_("language"), max_length=5, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(OrganizationalUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    home_branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_until = models.DateField(_("member until"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, default="", db_default="", blank=True)
    address = models.CharField(_("address"), max_length=250, default="", db_default="", blank=True)
    note = models.CharField(_("note of the desk"), max_length=300, default="", db_default="", blank=True)
    keeps_history = models.BooleanField(default=False, db_default=False)
    balance_idr = models.BigIntegerField(default=0, db_default=0, editable=False)

    objects = PatronAccounts()

    USERNAME_FIELD = "number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="patron_one_per_email"),
            models.CheckConstraint(condition=~Q(number=""), name="patron_has_number"),
        ]
        indexes: ClassVar = [
            models.Index(Lower("name"), name="patron_name"),
            models.Index(fields=["valid_until"], name="patron_valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def get_full_name(self) -> str:
        """For allauth's letters."""
        return self.name


class RoleGrant(models.Model):
    """One role that one person holds, and who gave it; with a branch it is the one where the person works."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patron", "role"], name="role_once_per_patron"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.patron}: {self.get_role_display()}"


class Card(models.Model):
    """Something that a person shows to be known: the library's card, the student card (KTM), an RFID number.

    A lost one is blocked and stays, so that whoever finds it can't borrow with it.
    """

    class Kind(models.TextChoices):
        BARCODE = "barcode", _("Barcode")
        QR = "qr", _("QR code")
        RFID = "rfid", "RFID"
        STUDENT = "student", _("Student card (KTM)")

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="cards")
    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BARCODE)
    issued_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True, blank=True)
    block_reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["issued_at", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(code=""), name="card_has_code")]

    def __str__(self) -> str:
        return self.code


class Block(models.Model):
    """Why somebody may not borrow for now: who said so, for what reason, until when (empty: until it is lifted).

    A suspension is the alternative to money: days of no lending for days of delay.
    """

    class Kind(models.TextChoices):
        BY_HAND = "by_hand", _("Blocked by the library")
        SUSPENSION = "suspension", _("Suspended for returning late")

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="blocks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    until = models.DateField(null=True, blank=True)  # the last day on which it holds
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["patron"], condition=Q(lifted_at=None), name="block_standing")]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="block_has_reason")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"


class TillSession(models.Model):
    """The money of one counter from opening to closing; one is open per branch at a time.

    `counted_idr` is what was counted when it closed; the difference to what the entries say is for the head to see.
    """

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    float_idr = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, default="")
    expected_idr = models.BigIntegerField(null=True)
    counted_idr = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, default="")

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch"], condition=Q(closed_at=None), name="till_one_open_per_branch"),
            models.CheckConstraint(
                condition=Q(closed_at=None, counted_idr=None) | Q(closed_at__isnull=False, counted_idr__isnull=False),
                name="till_closed_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.opened_at:%Y-%m-%d}"


class Receipt(models.Model):
    """What one person paid, or got back, in one go; its number is what stands on the paper."""

    number = models.CharField(max_length=30, unique=True)
    patron = models.ForeignKey(Patron, on_delete=models.PROTECT, related_name="+")
    till = models.ForeignKey(TillSession, on_delete=models.PROTECT, null=True, related_name="receipts")
    amount_idr = models.BigIntegerField()  # negative: paid back
    method = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """One line of a person's account. It is never changed or deleted: the database refuses both.

    A charge raises what is owed (positive); payments, waivers and credits name the charge that they settle and are
    negative; a refund pays back what is in the person's favor and is positive. The sum is what the person owes.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge", _("Charge")
        PAYMENT = "payment", _("Payment")
        WAIVER = "waiver", _("Waiver")
        CREDIT = "credit", _("Credit")
        REFUND = "refund", _("Refund")

    class Cause(models.TextChoices):
        OVERDUE = "overdue", _("Returned late")
        LOST = "lost", _("Lost copy")
        DAMAGE = "damage", _("Damaged copy")
        CARD = "card", _("New card")
        OTHER = "other", _("Other")

    patron = models.ForeignKey(Patron, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount_idr = models.BigIntegerField()
    cause = models.CharField(max_length=8, choices=Cause.choices, default="", blank=True)
    settles = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="settlements")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="entries")
    about = models.CharField(max_length=60, default="", blank=True)  # what it is about, `loan:12`
    text = models.CharField(max_length=300, default="", blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["patron", "-id"], name="entry_of_patron"),
            models.Index(fields=["about"], condition=~Q(about=""), name="entry_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["charge", "refund"], amount_idr__gt=0, settles=None)
                | Q(kind__in=["payment", "waiver", "credit"], amount_idr__lt=0),
                name="entry_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["payment", "waiver"]) | Q(settles__isnull=False), name="entry_settles_a_charge"
            ),
            models.CheckConstraint(condition=~Q(kind="waiver") | ~Q(text=""), name="entry_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_idr}"


class OpenCharge(models.Model):
    """What is still to be paid of one charge; the row goes when nothing is. So an account of years is read at once."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    patron = models.ForeignKey(Patron, on_delete=models.PROTECT, related_name="+")
    open_idr = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(open_idr__gt=0), name="open_charge_is_open")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.open_idr}"


class Lookup(models.Model):
    """A member of the staff has opened the page of a person. The head sees them; they go after a year."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Patron, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="lookup_age"),
            models.Index(fields=["patron", "-at"], name="lookup_of_patron"),
        ]

    def __str__(self) -> str:
        return f"{self.patron_id} by {self.by_id}"

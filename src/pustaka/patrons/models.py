from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
    until the person chooses one; their browser decides until then.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), null=True, blank=True)  # noqa: DJ001 - many have none, and it is unique
    language = models.CharField(_("language"), max_length=5, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PatronAccounts()

    USERNAME_FIELD = "number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="patron_one_per_email"),
            models.CheckConstraint(condition=~Q(number=""), name="patron_has_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def get_full_name(self) -> str:
        """For allauth's letters."""
        return self.name


class RoleGrant(models.Model):
    """One role that one person holds, and who gave it."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patron", "role"], name="role_once_per_patron"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.patron}: {self.get_role_display()}"

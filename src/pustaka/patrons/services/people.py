"""People: who they are, how long they belong to the library, and who looked at them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pustaka.branches.models import Branch, OrganizationalUnit
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.patrons import rules
from pustaka.patrons.models import Card, Category, Lookup, Patron, RoleGrant
from pustaka.patrons.permissions import Permission

LOOKUPS_KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the library knows of somebody beside number, name and address of mail."""

    category: Category | None = None
    unit: OrganizationalUnit | None = None
    home_branch: Branch | None = None
    valid_until: date | None = None
    phone: str = ""
    address: str = ""
    note: str = ""


NOTHING_MORE = Details()


def lock(*, patron_id: int) -> Patron:
    """The person's row, locked until the transaction ends. Whoever locks copies as well locks the person first."""
    return Patron.objects.select_for_update(of=("self",)).get(pk=patron_id)


@transaction.atomic
def add(
    *, number: str, name: str, email: str | None, password: str | None, details: Details = NOTHING_MORE,
    at: datetime, by: Actor,
) -> Patron:  # fmt: skip
    """A new person with an account; without a password they sign in through another door only.

    Raises:
        NotPermitted: `by` may not add people.
        Invalid: number, name or address can't be used or are taken; the text says which.
    """
    by.require(Permission.ADD_PATRON)
    number, name, email = _checked(number, name, email)
    valid_until = details.valid_until or membership_end(category=details.category, today=at.date())
    patron = Patron(
        number=number, name=name, email=email, created_at=at, category=details.category, unit=details.unit,
        home_branch=details.home_branch, valid_until=valid_until, phone=details.phone[:30],
        address=details.address[:250], note=details.note[:300],
    )  # fmt: skip
    patron.set_password(password)
    patron.save(force_insert=True)
    return patron


@transaction.atomic
def change(*, patron_id: int, number: str, name: str, email: str | None, details: Details, by: Actor) -> Patron:
    """Correct what is known of somebody.

    Raises:
        NotPermitted: `by` may not.
        Invalid: number, name or address can't be used or are taken; the text says which.
    """
    by.require(Permission.EDIT_PATRON)
    patron = lock(patron_id=patron_id)
    patron.number, patron.name, patron.email = _checked(number, name, email, besides=patron_id)
    patron.category, patron.unit, patron.home_branch = details.category, details.unit, details.home_branch
    patron.valid_until = details.valid_until
    patron.phone, patron.address, patron.note = details.phone[:30], details.address[:250], details.note[:300]
    patron.save()
    return patron


@transaction.atomic
def extend(*, patron_id: int, today: date, by: Actor) -> Patron:
    """Let the membership last as long as the category says, from today or from its end, whichever is later.

    Raises:
        NotPermitted: `by` may not.
        Invalid: the person has no category, or the category has no end.
    """
    by.require(Permission.EDIT_PATRON)
    patron = lock(patron_id=patron_id)
    end = membership_end(category=patron.category, today=max(today, patron.valid_until or today))
    if end is None:
        raise Invalid(_("The category of this person says nothing of an end. Choose a day by hand."))
    patron.valid_until, patron.left_on, patron.is_active = end, None, True
    patron.save(update_fields=["valid_until", "left_on", "is_active"])
    return patron


@transaction.atomic
def leave(*, patron_id: int, on: date, by: Actor) -> Patron:
    """The person has left the campus: nothing is lent any more, and what is owed or out stays known.

    Raises:
        NotPermitted: `by` may not.
    """
    by.require(Permission.EDIT_PATRON)
    patron = lock(patron_id=patron_id)
    patron.left_on = on
    patron.valid_until = min(on, patron.valid_until or on)
    patron.save(update_fields=["left_on", "valid_until"])
    return patron


def empty(*, patron: Patron, on: date) -> None:
    """Take everything personal out of a row that the ledger needs; its caller holds the lock and has asked."""
    RoleGrant.objects.filter(patron=patron).delete()
    patron.cards.all().delete()
    patron.blocks.all().delete()
    Lookup.objects.filter(patron=patron).delete()
    patron.number, patron.name, patron.email = f"-{patron.pk}", "–", None
    patron.phone = patron.address = patron.note = patron.language = ""
    patron.unit = patron.home_branch = patron.category = None
    patron.is_active, patron.left_on, patron.valid_until = False, on, on
    patron.set_unusable_password()
    patron.save()


def membership_end(*, category: Category | None, today: date) -> date | None:
    """The last day of a membership that begins today; None where it has no end."""
    if category is None or not category.months_valid:
        return None
    return rules.months_later(today, category.months_valid)


def note_lookup(*, patron_id: int, at: datetime, by: Actor) -> None:
    """Write down that a member of the staff has opened somebody's page; oneself and the system don't count."""
    if by.patron_id is not None and by.patron_id != patron_id:
        Lookup.objects.create(patron_id=patron_id, by_id=by.patron_id, at=at)


def forget_lookups(*, at: datetime) -> int:
    """Delete what is older than a year, and say how many."""
    count, _by_model = Lookup.objects.filter(at__lt=at - LOOKUPS_KEPT_FOR).delete()
    return count


def keep_history(*, patron: Patron, wish: bool) -> None:
    """Whether the person wants to see old loans; without the wish the nightly run cuts the link."""
    Patron.objects.filter(pk=patron.pk).update(keeps_history=wish)


def choose_language(*, patron: Patron, language: str) -> None:
    """Remember in which language the person reads; a language that we don't speak changes nothing."""
    if language in dict(settings.LANGUAGES):
        Patron.objects.filter(pk=patron.pk).update(language=language)


def _checked(number: str, name: str, email: str | None, besides: int = 0) -> tuple[str, str, str | None]:
    number, name, email = number.strip(), " ".join(name.split()), (email or "").strip() or None
    if not number:
        raise Invalid(_("A person needs a number: the student number, the lecturer's number or one of the library's."))
    if not name:
        raise Invalid(_("A person needs a name."))
    if email is not None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Invalid(_("“%(email)s” isn't an e-mail address.") % {"email": email}) from error
    others = Patron.objects.exclude(pk=besides)
    if others.filter(number=number).exists() or Card.objects.filter(code=number).exclude(patron=besides).exists():
        raise Invalid(_("The number %(number)s belongs to somebody already.") % {"number": number})
    if email and others.filter(email__iexact=email).exists():
        raise Invalid(_("The address %(email)s belongs to somebody already.") % {"email": email})
    return number, name, Patron.objects.normalize_email(email) or None

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.patrons.models import Patron, Role, RoleGrant
from pustaka.patrons.permissions import Permission


@transaction.atomic
def add(*, number: str, name: str, email: str | None, password: str | None, at: datetime, by: Actor) -> Patron:
    """A new person with an account; without a password they sign in through another door only.

    Raises:
        NotPermitted: `by` may not add people.
        Invalid: the number or the e-mail address is taken, or the number is empty.
    """
    by.require(Permission.ADD_PATRON)
    if not number.strip():
        raise Invalid(_("A person needs a number: the student number, the lecturer's number or one of the library's."))
    if Patron.objects.filter(number=number).exists():
        raise Invalid(_("The number %(number)s belongs to somebody already.") % {"number": number})
    if email and Patron.objects.filter(email__iexact=email).exists():
        raise Invalid(_("The address %(email)s belongs to somebody already.") % {"email": email})
    return Patron.objects.create_user(number=number, password=password, name=name, email=email, created_at=at)


@transaction.atomic
def grant(*, patron: Patron, role: Role, at: datetime, by: Actor) -> RoleGrant:
    """Give `role`; giving it twice changes nothing.

    Raises:
        NotPermitted: `by` may not give roles.
    """
    by.require(Permission.GRANT_ROLES)
    given, _created = RoleGrant.objects.get_or_create(
        patron=patron, role=role, defaults={"granted_at": at, "granted_by": by.name}
    )
    return given


@transaction.atomic
def revoke(*, patron: Patron, role: Role, by: Actor) -> None:
    """Take `role` away; the person needn't hold it.

    Raises:
        NotPermitted: `by` may not take roles away.
    """
    by.require(Permission.GRANT_ROLES)
    RoleGrant.objects.filter(patron=patron, role=role).delete()


def choose_language(*, patron: Patron, language: str) -> None:
    """Remember in which language the person reads; a language that we don't speak changes nothing."""
    if language in dict(settings.LANGUAGES):
        Patron.objects.filter(pk=patron.pk).update(language=language)

"""The visitor counter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons import queries as patrons
from pustaka.security.models import Visit
from pustaka.security.permissions import Permission

COUNTS_ONCE = timedelta(minutes=15)
LINK_KEPT_FOR = timedelta(days=1)


@transaction.atomic
def enter(*, code: str, branch: Branch, purpose: str = "", at: datetime, by: Actor) -> tuple[Visit, bool]:
    """A member comes in, by card or number; within a quarter of an hour the same person counts once.

    Returns:
        The visit, and whether it is new.

    Raises:
        NotPermitted: `by` may not count visitors.
        NotFound: nobody is known by that card.
    """
    by.require(Permission.COUNT_VISITS)
    patron = patrons.by_scan(code)
    if patron is None:
        raise NotFound(_("This card isn't known. Type your number, or sign in as a guest."))
    before = Visit.objects.filter(patron=patron, branch=branch, at__gt=at - COUNTS_ONCE).order_by("-at").first()
    if before is not None:
        return before, False
    return (
        Visit.objects.create(
            branch=branch, at=at, patron=patron, category=patron.category, unit=patron.unit,
            purpose=purpose if purpose in Visit.Purpose.values else "",
        ),
        True,
    )  # fmt: skip


@transaction.atomic
def enter_guest(*, branch: Branch, origin: str, purpose: str = "", at: datetime, by: Actor) -> Visit:
    """Somebody from outside comes in; no name is asked.

    Raises:
        NotPermitted: `by` may not count visitors.
        Invalid: nothing is said of where they come from.
    """
    by.require(Permission.COUNT_VISITS)
    if not origin.strip():
        raise Invalid(_("Say where you come from: a school, a campus, a town."))
    return Visit.objects.create(
        branch=branch, at=at, is_guest=True, origin=" ".join(origin.split())[:120],
        purpose=purpose if purpose in Visit.Purpose.values else "",
    )  # fmt: skip


@transaction.atomic
def load(*, visits: Sequence[Visit], by: Actor) -> int:
    """Bring in counts of a door from before; say how many.

    Raises:
        NotPermitted: `by` may not count visitors.
    """
    by.require(Permission.COUNT_VISITS)
    return len(Visit.objects.bulk_create(visits, batch_size=1000))


def cut_links(*, at: datetime) -> int:
    """Forget who came in, after a day; say how many links were cut."""
    return Visit.objects.filter(at__lt=at - LINK_KEPT_FOR, patron__isnull=False).update(patron=None)

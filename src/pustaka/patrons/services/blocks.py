"""Blocks: why somebody may not borrow for now."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons.models import Block, Patron
from pustaka.patrons.permissions import Permission


@transaction.atomic
def block(*, patron: Patron, reason: str, until: date | None = None, at: datetime, by: Actor) -> Block:
    """Nothing is lent until that day, or until it is lifted.

    Raises:
        NotPermitted: `by` may not block people.
        Invalid: no reason was given, or the end has passed.
    """
    by.require(Permission.BLOCK)
    if not reason.strip():
        raise Invalid(_("Say why: the person will ask."))
    if until is not None and until < at.date():
        raise Invalid(_("The end of a block can't lie in the past."))
    return Block.objects.create(
        patron=patron, kind=Block.Kind.BY_HAND, reason=reason.strip()[:300], until=until, made_at=at, made_by=by.name
    )


def suspend(*, patron: Patron, days: int, reason: str, at: datetime, by: Actor) -> Block:
    """No lending for `days` days, after a suspension that still holds. Rooms above ask it of the locked person.

    Raises:
        ValueError: `days` isn't positive.
    """
    if days < 1:
        raise ValueError("a suspension lasts at least a day")
    standing = Block.objects.filter(
        patron=patron, kind=Block.Kind.SUSPENSION, lifted_at=None, until__gte=at.date()
    ).order_by("-until")
    last = standing.first()
    start = last.until if last is not None and last.until is not None else at.date()
    return Block.objects.create(
        patron=patron, kind=Block.Kind.SUSPENSION, reason=reason[:300], until=start + timedelta(days=days),
        made_at=at, made_by=by.name,
    )  # fmt: skip


@transaction.atomic
def lift(*, block_id: int, at: datetime, by: Actor) -> Block:
    """End a block now; one that has ended stays as it is.

    Raises:
        NotPermitted: `by` may not lift blocks.
        NotFound: there is no such block.
    """
    by.require(Permission.BLOCK)
    found = Block.objects.select_for_update().filter(pk=block_id).first()
    if found is None:
        raise NotFound(_("There is no such block."))
    if found.lifted_at is None:
        found.lifted_at, found.lifted_by = at, by.name
        found.save(update_fields=["lifted_at", "lifted_by"])
    return found

"""Cards: what people show to be known."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons.models import Card, Patron
from pustaka.patrons.permissions import Permission


@transaction.atomic
def issue(*, patron: Patron, code: str, kind: str = Card.Kind.BARCODE, at: datetime, by: Actor) -> Card:
    """One more card; the others stay valid until they are blocked.

    Raises:
        NotPermitted: `by` may not give out cards.
        Invalid: the code is empty, or somebody else is known by it.
    """
    by.require(Permission.EDIT_PATRON)
    code = code.strip()
    if not code or len(code) > 80:
        raise Invalid(_("Scan the card, or type what is printed on it."))
    taken = Card.objects.filter(code=code).exists() or Patron.objects.filter(number=code).exclude(pk=patron.pk).exists()
    if taken:
        raise Invalid(_("The card %(code)s belongs to somebody already.") % {"code": code})
    return Card.objects.create(patron=patron, code=code, kind=kind, issued_at=at)


@transaction.atomic
def block(*, card_id: int, reason: str, at: datetime, by: Actor) -> Card:
    """Nobody borrows with this card any more; blocking it twice changes nothing.

    Raises:
        NotPermitted: `by` may not.
        NotFound: there is no such card.
        Invalid: no reason was given.
    """
    by.require(Permission.EDIT_PATRON)
    card = Card.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotFound(_("There is no such card."))
    if not reason.strip():
        raise Invalid(_("Say why the card is blocked: lost, worn, handed back …"))
    if card.blocked_at is None:
        card.blocked_at, card.block_reason = at, reason.strip()[:200]
        card.save()
    return card

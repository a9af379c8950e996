"""Somebody joins at the desk: the person and, where one was scanned, the card; both or neither."""

from datetime import datetime

from django.db import transaction

from pustaka.foundation.actors import Actor
from pustaka.interfaces.web.staff.patrons.forms import Person
from pustaka.patrons.models import Patron
from pustaka.patrons.services import cards, people


@transaction.atomic
def join(*, form: Person, at: datetime, by: Actor) -> Patron:
    """The new member.

    Raises:
        NotPermitted: `by` may not add people, or not give out cards.
        Invalid: number, address or card belong to somebody already.
    """
    told = form.cleaned_data
    patron = people.add(
        number=told["number"], name=told["name"], email=told["email"], password=None, details=form.details, at=at, by=by
    )
    if told["card"] and told["card"] != patron.number:
        cards.issue(patron=patron, code=told["card"], at=at, by=by)
    return patron

"""Numbers for copies, by patterns that the library sets: `P{year}{number:5}` gives P202600001, P202600002, …"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import rules
from pustaka.catalog.models import Item, NumberPattern
from pustaka.catalog.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound

MOST_AT_ONCE = 500


@transaction.atomic
def set_pattern(
    *,
    pattern_id: int | None = None,
    name: str,
    use: NumberPattern.Use,
    pattern: str,
    next_number: int,
    begins_anew: bool = False,
    at: datetime,
    by: Actor,
) -> NumberPattern:
    """A new pattern, or another wording of one.

    Raises:
        NotPermitted: `by` may not set how copies are numbered.
        NotFound: the pattern is gone.
        Invalid: the pattern can't be read, or its name is taken.
    """
    by.require(Permission.SET_NUMBERING)
    if not rules.is_pattern(pattern):
        raise Invalid(
            _("The pattern must hold {number}, or {number:5} for five digits; {year}, {yy} and {month} are known, too.")
        )
    if NumberPattern.objects.filter(name=name).exclude(pk=pattern_id or 0).exists():
        raise Invalid(_("There is a pattern of that name already."))
    found = _pattern(pattern_id) if pattern_id else NumberPattern()
    found.name, found.use, found.pattern = name, NumberPattern.Use(use), pattern
    found.next_number, found.begins_anew, found.year = next_number, begins_anew, at.year
    found.save()
    return found


@transaction.atomic
def remove_pattern(*, pattern_id: int, at: datetime, by: Actor) -> None:
    """Give no more numbers by this pattern; those that were given stay.

    Raises:
        NotPermitted: `by` may not set how copies are numbered.
        NotFound: it is gone already.
    """
    by.require(Permission.SET_NUMBERING)
    _pattern(pattern_id).delete()


@transaction.atomic
def take(*, pattern_id: int, count: int, at: datetime, by: Actor) -> list[str]:
    """The next `count` numbers; those that a copy has already are passed over, and none is given twice.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the pattern is gone.
        Invalid: none or too many are asked for.
    """
    by.require(Permission.EDIT)
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(_("Between 1 and %(most)s numbers can be given at once.") % {"most": MOST_AT_ONCE})
    pattern = _pattern(pattern_id)
    if pattern.begins_anew and pattern.year != at.year:
        pattern.next_number = 1
    pattern.year = at.year
    column = "barcode" if pattern.use == NumberPattern.Use.BARCODE else "inventory_number"
    taken: list[str] = []
    while len(taken) < count:
        wanted = [
            rules.numbered(pattern.pattern, number=pattern.next_number + ahead, on=at.date())
            for ahead in range(count - len(taken))
        ]
        pattern.next_number += len(wanted)
        known = set(Item.with_hidden.filter(**{f"{column}__in": wanted}).values_list(column, flat=True))
        taken += [number for number in wanted if number not in known]
    pattern.save()
    return taken


def preview(*, pattern: NumberPattern, on: date) -> str:
    """The number that comes next, where no copy has it yet; nothing is taken."""
    number = 1 if pattern.begins_anew and pattern.year != on.year else pattern.next_number
    return rules.numbered(pattern.pattern, number=number, on=on)


def _pattern(pattern_id: int | None) -> NumberPattern:
    found = NumberPattern.objects.select_for_update().filter(pk=pattern_id or 0).first()
    if found is None:
        raise NotFound(_("There is no such pattern for numbers."))
    return found

"""What a visitor puts together before signing in: titles in the session, which become a list at the sign-in."""

from collections.abc import Sequence
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from pustaka.foundation.errors import Invalid
from pustaka.patrons.models import Patron
from pustaka.readers import queries
from pustaka.readers.models import BookList
from pustaka.readers.services import lists

KEY = "lists.basket"
MOST = 100


def content(session: Any) -> list[int]:
    """Ids of the titles, in the order in which they came."""
    return list(session.get(KEY, []))


def put(session: Any, bib_ids: Sequence[int]) -> int:
    """Add titles, and say how many are new.

    Raises:
        Invalid: no title was chosen, or there is no more room.
    """
    if not bib_ids:
        raise Invalid(_("Choose at least one title first."))
    before = content(session)
    after = list(dict.fromkeys([*before, *bib_ids]))
    if len(after) > MOST:
        raise Invalid(
            _("%(most)d titles fit without an account. Sign in, and they become a list that you can go on with.")
            % {"most": MOST}
        )
    session[KEY] = after
    return len(after) - len(before)


def take_out(session: Any, bib_ids: Sequence[int]) -> None:
    """Take titles away; with none named, all of them."""
    session[KEY] = [pk for pk in content(session) if bib_ids and pk not in bib_ids]


def become_list(session: Any, patron: Patron) -> BookList | None:
    """A list of the person's own with what they had put together; None where there is nothing.

    Who has too many lists already keeps it in the session.
    """
    chosen = content(session)
    if not chosen or queries.lists_of(patron).count() >= lists.MOST_LISTS:
        return None
    at = timezone.localtime()
    title = _("Put together on %(day)s") % {"day": formats.date_format(at)}
    made = lists.create(owner=patron, title=title, bib_ids=chosen, at=at)
    session[KEY] = []
    return made

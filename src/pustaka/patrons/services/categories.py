"""The categories of members."""

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.patrons.models import Category
from pustaka.patrons.permissions import Permission


@transaction.atomic
def put(*, code: str, name: str, months_valid: int = 12, is_guest: bool = False, by: Actor) -> Category:
    """The category of that code, as described; a new one where there is none.

    Raises:
        NotPermitted: `by` may not set up categories.
        Invalid: code or name are empty, or the months are more than ten years.
    """
    by.require(Permission.SET_CATEGORIES)
    code, name = code.strip(), " ".join(name.split())
    if not code or not name:
        raise Invalid(_("A category needs a code and a name."))
    if not 0 <= months_valid <= 120:
        raise Invalid(_("A membership lasts at most 120 months; 0 means without end."))
    return Category.objects.update_or_create(
        code=code, defaults={"name": name[:80], "months_valid": months_valid, "is_guest": is_guest}
    )[0]

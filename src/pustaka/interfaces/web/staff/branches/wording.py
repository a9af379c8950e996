"""What there is to know of a plan, in sentences for the librarian."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches.rules import Notice, Remark

SENTENCES: Mapping[Notice, Any] = {
    Notice.GAP: gettext_lazy(
        "%(location)s: between %(last)s (%(shelf)s) and %(first)s (%(other)s) there is a gap. Readers of what stands"
        " between them see the whole collection, and no shelf."
    ),
    Notice.OVERLAP: gettext_lazy(
        "%(location)s: %(shelf)s, up to %(last)s, and %(other)s, from %(first)s, overlap. Readers are led to the one"
        " that begins later, and to the other one next."
    ),
    Notice.NO_LOCATION: gettext_lazy("%(shelf)s belongs to no collection yet, so no reader is led to it."),
    Notice.NO_RANGE: gettext_lazy("%(location)s: %(shelf)s has no call numbers yet, so no reader is led to it."),
    Notice.SAME_NAME: gettext_lazy("%(shelf)s stands on the plan twice. Give each shelf a name of its own."),
}
OPEN = gettext_lazy("the end")
BEGIN = gettext_lazy("the beginning")


def sentence(remark: Remark, locations: Mapping[int, str]) -> str:
    """The remark in words, with the names of the collections."""
    return str(SENTENCES[remark.notice]) % {
        "location": locations.get(remark.location_id or 0, ""),
        "shelf": _shelf(remark.shelf, remark.side),
        "last": remark.last or OPEN,
        "other": _shelf(remark.other, remark.other_side),
        "first": remark.first or BEGIN,
    }


def _shelf(name: str, side: str) -> str:
    return _("%(shelf)s, side %(side)s") % {"shelf": name, "side": side} if side else name

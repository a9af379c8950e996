"""The condition of copies, as somebody saw it: noted for one copy, or for many that are scanned in a row."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import rules
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import CareJob, Change, ConditionNote, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.media import services as media

LONGEST_NOTE = 300


class NotToBeHad(DomainError):
    """The copy is withdrawn or missing, so there is nothing to look at and nothing to mend."""


@transaction.atomic
def note(
    *,
    item_id: int,
    condition: Item.Condition,
    note: str = "",
    picture: BinaryIO | None = None,
    at: datetime,
    by: Actor,
) -> ConditionNote:
    """Say in what condition a copy is.

    Raises:
        NotPermitted: `by` may not note conditions.
        NotFound: the copy is gone.
        NotToBeHad: it is withdrawn, missing or lost.
        Invalid: the condition isn't known, or the picture can't be kept.
    """
    by.require(Permission.NOTE_CONDITION)
    return write(item=locked_copy(pk=item_id), condition=condition, note=note, picture=picture, at=at, by=by)


@transaction.atomic
def note_scanned(*, barcode: str, condition: Item.Condition, note: str = "", at: datetime, by: Actor) -> ConditionNote:
    """Say in what condition the copy is that was scanned.

    Raises:
        NotPermitted: `by` may not note conditions.
        NotFound: no copy carries that barcode.
        NotToBeHad: it is withdrawn, missing or lost.
        Invalid: the condition isn't known.
    """
    by.require(Permission.NOTE_CONDITION)
    return write(item=locked_copy(barcode=barcode.strip()), condition=condition, note=note, at=at, by=by)


def write(
    *,
    item: Item,
    condition: Item.Condition,
    note: str = "",
    picture: BinaryIO | None = None,
    job: CareJob | None = None,
    at: datetime,
    by: Actor,
) -> ConditionNote:
    """Write the note, and make its condition the copy's; the caller has asked for permission and locked the copy.

    Raises:
        Invalid: the condition isn't known, or the picture can't be kept.
    """
    if condition not in Item.Condition:
        raise Invalid(_("Choose in what condition the copy is."))
    told = rules.one_line(note)[:LONGEST_NOTE]
    if item.condition != condition:
        cause = job.cause if job else ""
        history.keep_items(item_ids=[item.pk], change=Change.CONDITION, at=at, by=by, reason=told, cause=cause)
        item.condition = condition
        item.version += 1
        item.save(update_fields=["condition", "version"])
        publish(BibsChanged(at=at, bib_ids=[item.bib_id]))
    return ConditionNote.objects.create(
        item=item,
        condition=condition,
        note=told,
        picture=media.take_in_picture(file=picture, at=at) if picture else None,
        job=job,
        noted_at=at,
        noted_by=by.name[:200],
        patron_id=by.patron_id,
    )


def locked_copy(**which: object) -> Item:
    """The copy of that `pk` or `barcode`, locked, if somebody can hold it in their hands.

    Raises:
        NotFound: there is none.
        NotToBeHad: it is withdrawn, missing or lost.
    """
    item: Item | None = Item.objects.select_for_update(of=("self",)).select_related("bib").filter(**which).first()
    if item is None:
        asked = next(iter(which.values()))
        raise NotFound(
            _("No copy carries the number %(number)s. Scan it again, or look for its title.") % {"number": asked}
        )
    if item.status in rules.NOT_TO_BE_HAD:
        raise NotToBeHad(_refusal(item))
    return item


def _refusal(item: Item) -> str:
    if item.status == Item.Status.WITHDRAWN:
        return _(
            "%(barcode)s is withdrawn. If it stays in the collection after all, take it back at “Weeding” first."
        ) % {"barcode": item.barcode}
    return _(
        "%(barcode)s is %(state)s by the records. If you hold it in your hands, set its state to “On the shelf” first."
    ) % {"barcode": item.barcode, "state": str(item.get_status_display()).lower()}

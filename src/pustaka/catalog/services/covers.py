"""The picture of a title's cover: taken in, turned and cut, laid aside for the drawn cover, taken away."""

from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import queries
from pustaka.catalog.models import Bib, Cover
from pustaka.catalog.permissions import Permission
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import NotFound
from pustaka.media import services as media
from pustaka.media.models import File
from pustaka.media.pictures import Cut

# Boxes in pixels: twice as wide as the lists and the page of a title show it, for sharp screens.
SIZES = {"small": (192, 288), "large": (420, 630)}


def put(*, bib_id: int, picture: BinaryIO, at: datetime, by: Actor) -> Cover:
    """Give the title this picture; one that it had before goes.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title is gone.
        Invalid: it is no picture that can be kept; the text says why.
    """
    by.require(Permission.EDIT)
    bib = queries.bib(bib_id)
    return _write(bib, media.take_in_picture(file=picture, at=at), Cut(), at, by)


def adjust(*, bib_id: int, cut: Cut, at: datetime, by: Actor) -> Cover:
    """Turn and cut the picture as it was taken in; what was done to it before counts no more.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title or its picture is gone.
        Invalid: the cut makes no sense.
    """
    by.require(Permission.EDIT)
    bib = queries.bib(bib_id)
    return _write(bib, queries.cover_of(bib).original, cut, at, by)


@transaction.atomic
def show(*, bib_id: int, is_shown: bool, at: datetime, by: Actor) -> None:
    """Let readers see the picture, or the drawn cover while the picture waits.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title has no picture.
    """
    by.require(Permission.EDIT)
    if not Cover.objects.filter(bib_id=bib_id).update(is_shown=is_shown, changed_at=at, changed_by=by.name):
        raise NotFound(_("This title has no picture of its cover."))


@transaction.atomic
def remove(*, bib_id: int, by: Actor) -> None:
    """Take the picture away for good; its bytes go within two days. Nothing happens where there is none.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
    """
    by.require(Permission.EDIT)
    Cover.objects.filter(bib_id=bib_id).delete()


def _write(bib: Bib, original: File, cut: Cut, at: datetime, by: Actor) -> Cover:
    shown = media.changed_picture(file=original, cut=cut, at=at)
    sizes = media.ensure_renditions(file=shown, boxes=SIZES)
    values: dict[str, Any] = {
        "original": original,
        "shown": shown,
        **sizes,
        "is_shown": True,
        "turn": cut.turn,
        "cut_left": cut.left,
        "cut_top": cut.top,
        "cut_right": cut.right,
        "cut_bottom": cut.bottom,
        "changed_at": at,
        "changed_by": by.name,
    }
    return Cover.objects.update_or_create(bib=bib, defaults=values)[0]

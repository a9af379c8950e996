"""The picture of a title's cover: taken in, turned, laid aside, taken away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries
from pustaka.catalog.models import Cover
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import covers
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.media import services as media
from pustaka.media.models import File, Rendition
from pustaka.media.pictures import Cut
from tests.factories.catalog import BibFactory
from tests.pictures import picture

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
EDITOR = Actor(name="I Wayan Sudarma", permissions=frozenset({Permission.EDIT}))


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def put(bib, **options):
    return covers.put(bib_id=bib.pk, picture=picture(**options), at=AT, by=EDITOR)


def test_a_picture_is_kept_with_the_sizes_that_pages_show():
    bib = BibFactory()

    put(bib, size=(1000, 1500))

    held = queries.bib(bib.pk).cover
    assert (held.original, held.is_shown, held.changed_by) == (held.shown, True, "I Wayan Sudarma")
    assert (held.original.width, held.original.height) == (1000, 1500)
    assert (held.small.width, held.small.height, held.large.width, held.large.height) == (192, 288, 420, 630)


def test_another_picture_takes_its_place():
    bib = BibFactory()
    put(bib)

    put(bib, color="navy")

    assert Cover.objects.count() == 1
    assert File.objects.count() == 2


def test_adjusting_begins_at_the_original_each_time():
    bib = BibFactory()
    put(bib, size=(300, 450))

    covers.adjust(bib_id=bib.pk, cut=Cut(turn=90), at=AT, by=EDITOR)
    held = covers.adjust(bib_id=bib.pk, cut=Cut(turn=0, left=10, right=10), at=AT, by=EDITOR)

    assert (held.shown.width, held.shown.height) == (240, 450)
    assert (held.original.width, held.original.height) == (300, 450)
    assert (held.turn, held.cut_left, held.cut_right, held.cut_top, held.cut_bottom) == (0, 10, 10, 0, 0)
    assert covers.adjust(bib_id=bib.pk, cut=Cut(), at=AT, by=EDITOR).shown == held.original


def test_the_drawn_cover_can_be_shown_while_the_picture_waits():
    bib = BibFactory()
    put(bib)

    covers.show(bib_id=bib.pk, is_shown=False, at=AT, by=EDITOR)
    assert not queries.bib(bib.pk).cover.is_shown
    covers.show(bib_id=bib.pk, is_shown=True, at=AT, by=EDITOR)
    assert queries.bib(bib.pk).cover.is_shown


def test_a_picture_that_is_taken_away_leaves_nothing_behind():
    bib = BibFactory()
    put(bib)
    covers.adjust(bib_id=bib.pk, cut=Cut(turn=90), at=AT, by=EDITOR)
    kept = BibFactory()
    put(kept, color="navy")
    assert media.forget_unused(before=AT + timedelta(days=1))[0] == 0

    covers.remove(bib_id=bib.pk, by=EDITOR)
    covers.remove(bib_id=bib.pk, by=EDITOR)

    assert media.forget_unused(before=AT + timedelta(days=1))[0] == 2
    assert list(Cover.objects.values_list("bib", flat=True)) == [kept.pk]
    assert (File.objects.count(), Rendition.objects.count()) == (1, 2)


def test_nobody_touches_a_cover_without_permission():
    bib = BibFactory()
    put(bib)

    for call in (
        lambda: covers.put(bib_id=bib.pk, picture=picture(color="navy"), at=AT, by=VISITOR),
        lambda: covers.adjust(bib_id=bib.pk, cut=Cut(turn=90), at=AT, by=VISITOR),
        lambda: covers.show(bib_id=bib.pk, is_shown=False, at=AT, by=VISITOR),
        lambda: covers.remove(bib_id=bib.pk, by=VISITOR),
    ):
        with pytest.raises(NotPermitted):
            call()
    assert (Cover.objects.get().is_shown, Cover.objects.get().turn, File.objects.count()) == (True, 0, 1)


def test_titles_without_a_picture_say_so():
    bib = BibFactory()

    with pytest.raises(NotFound):
        covers.show(bib_id=bib.pk, is_shown=False, at=AT, by=EDITOR)
    with pytest.raises(NotFound):
        covers.adjust(bib_id=bib.pk, cut=Cut(turn=90), at=AT, by=EDITOR)
    with pytest.raises(NotFound):
        covers.put(bib_id=bib.pk + 1, picture=picture(), at=AT, by=EDITOR)


def test_a_bad_picture_leaves_the_old_one():
    bib = BibFactory()
    put(bib)

    with pytest.raises(Invalid):
        covers.put(bib_id=bib.pk, picture=picture("TIFF"), at=AT, by=EDITOR)

    assert Cover.objects.get().original.width == 300


def test_the_database_knows_quarters_only():
    put(BibFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.update(turn=45)

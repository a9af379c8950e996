"""Files kept by digest, their sizes made once, and what nobody points to forgotten."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.foundation.errors import NotFound
from pustaka.media import pictures, queries, services, shelf
from pustaka.media.models import File, Rendition
from tests.pictures import picture

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BOXES = {"small": (96, 144), "large": (200, 300)}


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def taken(at=AT, **options):
    return services.take_in_picture(file=picture(**options), at=at)


def on_disk(settings):
    return sorted(path.name for path in settings.MEDIA.rglob("*") if path.is_file())


def aged(settings, at):
    for path in settings.MEDIA.rglob("*"):
        os.utime(path, (at.timestamp(), at.timestamp()))


def test_the_same_picture_is_kept_once(settings):
    first, second = taken(), taken(at=AT + timedelta(hours=1))

    assert first.pk == second.pk
    assert second.used_at == AT + timedelta(hours=1)
    assert on_disk(settings) == [first.digest]


def test_renditions_are_made_once(settings):
    file = taken()
    made = services.ensure_renditions(file=file, boxes=BOXES)
    shelf.place(file.digest).unlink()

    again = services.ensure_renditions(file=file, boxes=BOXES)

    assert again == made
    assert [(made[name].width, made[name].height) for name in BOXES] == [(96, 144), (200, 300)]
    assert queries.shown(made["small"].digest)[1].stat().st_size == made["small"].size


def test_lost_bytes_are_said():
    file = taken()
    shelf.place(file.digest).unlink()

    with pytest.raises(NotFound):
        services.ensure_renditions(file=file, boxes=BOXES)


def test_kept_files_are_no_public_pictures():
    file = taken()

    assert queries.kept(file.digest)[0] == file
    with pytest.raises(NotFound):
        queries.shown(file.digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "0" * 65, "A" * 64, "", f"{'0' * 64}/.."])
def test_only_a_digest_becomes_part_of_a_path(name):
    with pytest.raises(ValueError, match="no SHA-256"):
        shelf.place(name)


def test_a_changed_picture_is_a_file_of_its_own():
    file = taken()

    assert services.changed_picture(file=file, cut=pictures.Cut(), at=AT) == file
    changed = services.changed_picture(file=file, cut=pictures.Cut(turn=90), at=AT)
    assert (changed.width, changed.height) == (450, 300)


def test_unused_files_are_forgotten_after_a_while(settings):
    old, young = taken(), taken(at=AT + timedelta(days=2), color="navy")
    services.ensure_renditions(file=old, boxes=BOXES)
    (settings.MEDIA / "ab").mkdir(exist_ok=True)
    (settings.MEDIA / "ab" / ".unfinished").write_bytes(b"half")
    aged(settings, AT)
    assert len(on_disk(settings)) == 5

    gone = services.forget_unused(before=AT + timedelta(days=1))

    assert gone == (1, 4)
    assert list(File.objects.all()) == [young]
    assert not Rendition.objects.exists()
    assert on_disk(settings) == [young.digest]
    assert services.forget_unused(before=AT + timedelta(days=1)) == (0, 0)


@pytest.mark.parametrize("change", [{"size": 0}, {"width": None}, {"width": 0, "height": 0}])
def test_a_file_has_bytes_and_whole_measures(change):
    file = taken()

    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(**change)


def test_a_size_is_made_once_for_a_file():
    file = taken()
    made = services.ensure_renditions(file=file, boxes=BOXES)["small"]

    with pytest.raises(IntegrityError), transaction.atomic():
        Rendition.objects.create(file=file, name="small", digest="0" * 64, size=1, width=1, height=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendition.objects.filter(pk=made.pk).update(width=0)

"""Taking files in, making their sizes, forgetting what nobody points to. Who may do it is asked by the room above."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pustaka.media import documents, pictures, queries, shelf
from pustaka.media.models import File, Rendition


def take_in_picture(*, file: BinaryIO, at: datetime) -> File:
    """Keep an uploaded picture, drawn anew (see `media.pictures`).

    Raises:
        Invalid: it is no picture that can be kept; the text says why.
    """
    return _kept(pictures.clean(file), at)


def take_in_document(*, file: BinaryIO, at: datetime) -> tuple[File, int]:
    """Keep an uploaded PDF as it is, once it was looked through (see `media.documents`); with how many pages it has.

    Raises:
        Invalid: it is no PDF that can be kept; the text says why.
    """
    with documents.copied(file) as path:
        pages = documents.look_through(path)
        size = path.stat().st_size
        digest = shelf.put_file(path)
    kept = {"content_type": documents.CONTENT_TYPE, "size": size}
    return _remembered(digest, kept, at), pages


def changed_picture(*, file: File, cut: pictures.Cut, at: datetime) -> File:
    """The picture turned and cut, as a file of its own; the same file where nothing is to be done.

    Raises:
        Invalid: the cut makes no sense.
        NotFound: the bytes are lost.
    """
    if cut.changes_nothing:
        return file
    _, path = queries.kept(file.digest)
    return _kept(pictures.changed(path.read_bytes(), cut), at)


@transaction.atomic
def ensure_renditions(*, file: File, boxes: Mapping[str, tuple[int, int]]) -> dict[str, Rendition]:
    """The picture in each of these sizes (name: width and height of a box), made where they aren't yet.

    Raises:
        NotFound: the bytes are lost.
    """
    there = {rendition.name: rendition for rendition in Rendition.objects.filter(file=file, name__in=list(boxes))}
    if missing := [name for name in boxes if name not in there]:
        _, path = queries.kept(file.digest)
        content = path.read_bytes()
        for name in missing:
            width, height = boxes[name]
            made = pictures.fitting(content, width=width, height=height)
            there[name] = Rendition.objects.get_or_create(
                file=file,
                name=name,
                defaults={
                    "digest": shelf.put(made.content),
                    "content_type": made.content_type,
                    "size": len(made.content),
                    "width": made.width,
                    "height": made.height,
                },
            )[0]
    return there


def forget_unused(*, before: datetime) -> tuple[int, int]:
    """Forget files that no row points to and that were last taken in before that moment; then their bytes.

    Returns:
        How many files were forgotten, and how many of the disk's files went.
    """
    with transaction.atomic():
        unused = _pointed_to_by_nobody(File.objects.filter(used_at__lt=before))
        count = unused.count()
        unused.delete()
    gone = 0
    for path in shelf.older(before=before):
        if not _is_known(path.name):
            path.unlink(missing_ok=True)
            gone += 1
    return count, gone


def _kept(picture: pictures.Encoded, at: datetime) -> File:
    told = {
        "content_type": picture.content_type,
        "size": len(picture.content),
        "width": picture.width,
        "height": picture.height,
    }
    return _remembered(shelf.put(picture.content), told, at)


def _remembered(digest: str, told: Mapping[str, Any], at: datetime) -> File:
    file, is_new = File.objects.get_or_create(digest=digest, defaults={**told, "used_at": at})
    if not is_new and file.used_at < at:
        file.used_at = at
        file.save(update_fields=["used_at"])
    return file


def _pointed_to_by_nobody(files: QuerySet[File]) -> QuerySet[File]:
    """Rooms above point to files by foreign keys; the schema knows them all, so this room need not know the rooms."""
    for relation in File._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.related_model is not Rendition:
            field = relation.field  # type: ignore[union-attr]
            pointing = field.model._base_manager.filter(**{field.name: OuterRef("pk")})
            files = files.filter(~Exists(pointing))
    return files


def _is_known(digest: str) -> bool:
    return File.objects.filter(digest=digest).exists() or Rendition.objects.filter(digest=digest).exists()

from pathlib import Path

from django.utils.translation import gettext as _

from pustaka.foundation.errors import NotFound
from pustaka.media import shelf
from pustaka.media.models import File, Rendition


def shown(digest: str) -> tuple[Rendition, Path]:
    """The rendition of that digest and where its bytes lie.

    Raises:
        NotFound: no page shows such a picture, or its bytes are lost.
    """
    found = Rendition.objects.filter(digest=digest).first()
    if found is None or not (path := shelf.place(found.digest)).is_file():
        raise NotFound(_("There is no such picture any more."))
    return found, path


def kept(digest: str) -> tuple[File, Path]:
    """The file of that digest, as it was taken in, and where its bytes lie.

    Raises:
        NotFound: it isn't kept, or its bytes are lost.
    """
    found = File.objects.filter(digest=digest).first()
    if found is None or not (path := shelf.place(found.digest)).is_file():
        raise NotFound(_("There is no such file any more."))
    return found, path

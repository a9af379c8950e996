"""Digitized copies as files, for whoever may read them."""

from django.http import FileResponse, HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext as _

from pustaka.catalog.services import digital
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.requests import actor_of, page

ALONE = "default-src 'none'; sandbox"  # a file that somebody brought never acts as a page of ours


@page()
def digitized(request: HttpRequest, bib_id: int, copy_id: int) -> FileResponse:
    """The file to be kept and opened by the reader's own program; who may have it, the room says."""
    found, file, path = digital.opened(copy_id=copy_id, by=actor_of(request))
    if found.bib_id != bib_id:
        raise NotFound(_("There is no such digitized copy of this title."))
    name = slugify(f"{found.bib.title[:60]} {found.part[:30]}") or f"title-{bib_id}"
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}.pdf", content_type=file.content_type)
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from pustaka.interfaces.web.requests import page
from pustaka.media import queries as media

FOR_EVER = "public, max-age=31536000, immutable"


@page()
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """One size of a picture. The address names the very bytes, so it is never asked for twice.

    The kept file that it was made from isn't shown here: it may hold more than a page does.
    """
    etag = f'"{digest}"'
    found, path = media.shown(digest)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(path.read_bytes(), content_type=found.content_type)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["ETag"] = etag
    return answer

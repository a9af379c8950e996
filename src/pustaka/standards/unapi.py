"""unAPI: which formats an object of a web page can be had in.

Source: unAPI version 1 (2006), <https://web.archive.org/web/20160126010207/http://unapi.info/specs/unapi-1.html>.
Answers: without `id` the formats of the service (200); with `id` those of the object (300); with both the object itself
(200 or a redirection), 404 for an unknown id, 406 for an unknown format; a format without an id is a bad request (400).
"""

from collections.abc import Iterable

from pustaka.standards import xml

CONTENT_TYPE = "application/xml"


def formats(names: Iterable[tuple[str, str, str]], *, id: str = "") -> bytes:  # noqa: A002
    """The list of formats.

    Args:
        names: name, content type and address of the documentation (or "") of each.
        id: of the object that can be had in them.
    """
    root = xml.bare("formats", {})
    if id:
        root.set("id", xml.clean(id))
    for name, kind, docs in names:
        xml.add(root, "format", name=name, type_=kind, docs=docs)
    return xml.document(root)

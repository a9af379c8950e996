"""PDF files made by hand, so that a test knows every byte: plain ones, and those that want more than to be read."""

import zlib
from io import BytesIO

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 420] >>"


def pdf(*more: bytes, pages: int = 1, catalog: bytes = b"", end: bytes = b"%%EOF\n") -> BytesIO:
    """A whole PDF. `catalog` is put into the document's own dictionary; `more` are objects from number 3 + pages on."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[PAGE] * pages,
        *more,
    ]
    content = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n" % (len(objects) + 1, start)
    return BytesIO(content + end)


def stream(dictionary: bytes, content: bytes, *, is_packed: bool = False) -> bytes:
    """An object with a stream."""
    body = zlib.compress(content) if is_packed else content
    packing = b"/Filter /FlateDecode " if is_packed else b""
    return b"<< %s %s/Length %d >>\nstream\n%s\nendstream" % (dictionary, packing, len(body), body)

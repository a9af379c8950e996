"""Pictures to test with, drawn by code."""

import zlib
from io import BytesIO

from PIL import Image, ImageDraw


def picture(kind="JPEG", *, size=(300, 450), color="#245c4a", mode="RGB", **options):
    """A file with a block of color, a light corner in the upper left, and whatever Pillow's `save` is told."""
    image = Image.new(mode, size, color)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="white")
    file = BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def turned_by_a_phone():
    """A JPEG that lies on its side, with EXIF that says so (orientation 6) and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "S", 2: (6.0, 12.0, 30.0)}
    return picture(size=(450, 300), exif=exif)


def larger_than_it_is():
    """A PNG of a few bytes that says it has 900 million pixels."""
    content = bytearray(picture("PNG").getvalue())
    content[16:24] = (30_000).to_bytes(4, "big") * 2
    header = bytes(content[12:29])
    content[29:33] = zlib.crc32(header).to_bytes(4, "big")
    return BytesIO(bytes(content))

"""Pictures from outside, never trusted: told by their content, bounded, and drawn anew before anything is kept.

What comes out holds pixels only: no EXIF (the place where a phone took it), no profile, no second frame, no trailing
bytes that another program would read otherwise. SVG is a document that can carry script and isn't taken.
"""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from pustaka.foundation.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 25_000_000
MOST_PIXELS = 40_000_000
MOST_PIXELS_JPEG = 220_000_000  # a JPEG is decoded small (DCT scaling), whatever it says its size is
LEAST_SIDE = 60
MOST_NARROW = 6
LONGEST_SIDE = 2000
QUALITY_KEPT, QUALITY_SHOWN = 90, 80
TURNS = {0: None, 90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
MOST_CUT = 45
TOO_MANY_PIXELS = gettext_lazy("The picture has more pixels than can be worked on. Make it smaller first.")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as bytes."""

    content: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What to do with a picture: turn it clockwise by `turn` degrees, then cut off these percentages of its sides."""

    turn: int = 0
    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not (self.turn or self.left or self.top or self.right or self.bottom)


def clean(file: BinaryIO) -> Encoded:
    """The picture as a JPEG with the long side at most `LONGEST_SIDE`, upright as it was meant to be seen.

    Raises:
        Invalid: it is too large, of a kind that isn't taken, damaged, or too small to be seen.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid(_("The picture is larger than 25 MB. Make it smaller, or photograph it again."))
    if not content:
        raise Invalid(_("The file is empty. Choose the picture again."))
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _check_size(picture)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            plain = _flat(upright)
    except UnidentifiedImageError as error:
        text = _("This is no picture that can be shown. Take a JPEG, PNG, WebP or GIF file.")
        raise Invalid(text) from error
    except Image.DecompressionBombError as error:
        raise Invalid(TOO_MANY_PIXELS) from error
    except _BROKEN as error:
        raise Invalid(_("The picture is damaged and can't be read. Save it again, or photograph it again.")) from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _encoded(plain, "JPEG", QUALITY_KEPT)


def changed(content: bytes, cut: Cut) -> Encoded:
    """A kept picture, turned and cut.

    Raises:
        Invalid: the turn is no quarter, or so much is cut off that nothing is left to be seen.
    """
    sides = (cut.left, cut.top, cut.right, cut.bottom)
    if cut.turn not in TURNS or not all(0 <= side <= MOST_CUT for side in sides):
        raise Invalid(_("Turn the picture by quarters, and cut off less than half of each side."))
    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        turn = TURNS[cut.turn]
        turned = picture.transpose(turn) if turn is not None else picture.convert("RGB")
    width, height = turned.size
    box = (
        width * cut.left // 100,
        height * cut.top // 100,
        width - width * cut.right // 100,
        height - height * cut.bottom // 100,
    )
    return _encoded(turned.crop(box), "JPEG", QUALITY_KEPT)


def fitting(content: bytes, *, width: int, height: int) -> Encoded:
    """A kept picture as WebP, small enough for a box of `width` by `height` pixels and never enlarged."""
    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        picture.draft("RGB", (width * 2, height * 2))
        plain = picture.convert("RGB")
    plain.thumbnail((width, height), Image.Resampling.LANCZOS)
    return _encoded(plain, "WEBP", QUALITY_SHOWN)


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    most = MOST_PIXELS_JPEG if picture.format in {"JPEG", "MPO"} else MOST_PIXELS
    if width * height > most:
        raise Invalid(TOO_MANY_PIXELS)
    if min(width, height) < LEAST_SIDE:
        raise Invalid(_("The picture is too small: each side needs at least 60 pixels."))
    if max(width, height) > MOST_NARROW * min(width, height):
        raise Invalid(
            _("The picture is too narrow. Cut it so that one side is at most six times as long as the other.")
        )


def _flat(picture: Image.Image) -> Image.Image:
    """In RGB, with white where the picture was transparent."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        sheet = Image.new("RGB", layered.size, "white")
        sheet.paste(layered, mask=layered.getchannel("A"))
        return sheet
    return picture.convert("RGB")


def _encoded(picture: Image.Image, kind: str, quality: int) -> Encoded:
    file = BytesIO()
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    bare.save(file, kind, quality=quality, **({"optimize": True} if kind == "JPEG" else {"method": 4}))
    return Encoded(file.getvalue(), f"image/{kind.lower()}", *picture.size)

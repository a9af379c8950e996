"""What comes in from outside: told by content, bounded, drawn anew."""

from io import BytesIO

import pytest
from PIL import Image

from pustaka.foundation.errors import Invalid
from pustaka.media import pictures
from tests.pictures import larger_than_it_is, picture, turned_by_a_phone

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def opened(encoded):
    return Image.open(BytesIO(encoded.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_clean_makes_a_jpeg_of_every_kind_that_is_taken(kind):
    clean = pictures.clean(picture(kind))

    assert (clean.content_type, clean.width, clean.height) == ("image/jpeg", 300, 450)
    assert opened(clean).format == "JPEG"


def test_clean_turns_upright_and_forgets_where_the_phone_was():
    clean = pictures.clean(turned_by_a_phone())

    assert (clean.width, clean.height) == (300, 450)
    assert dict(opened(clean).getexif()) == {}
    assert b"Exif" not in clean.content
    # The light corner was in the upper left of the lying picture; turned clockwise it is in the upper right.
    assert min(opened(clean).getpixel((280, 20))) > 240
    assert max(opened(clean).getpixel((20, 20))) < 120


def test_clean_drops_whatever_follows_the_picture():
    hidden = BytesIO(picture("PNG").getvalue() + b"<?php system($_GET[0]); ?>")

    assert b"php" not in pictures.clean(hidden).content


def test_clean_lays_transparent_pictures_on_white():
    clean = pictures.clean(picture("PNG", mode="RGBA", color=(0, 0, 0, 0)))

    assert min(opened(clean).getpixel((200, 400))) > 250


@pytest.mark.parametrize(("size", "expected"), [((2000, 1500), (2000, 1500)), ((4000, 3000), (2000, 1500))])
def test_clean_keeps_at_most_two_thousand_pixels(size, expected):
    clean = pictures.clean(picture(size=size))

    assert (clean.width, clean.height) == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (SVG, "no picture that can be shown"),
        (b"%PDF-1.7 not a picture", "no picture that can be shown"),
        (picture("TIFF").getvalue(), "no picture that can be shown"),
        (picture().getvalue()[:900], "damaged"),
        (picture("PNG").getvalue()[:80], "damaged"),
        (larger_than_it_is().getvalue(), "more pixels than can be worked on"),
        (picture(size=(59, 300)).getvalue(), "too small"),
        (picture(size=(1900, 300)).getvalue(), "too narrow"),
        (b"\xff" * (pictures.MOST_BYTES + 1), "larger than 25 MB"),
    ],
)
def test_clean_refuses_with_what_to_do(content, words):
    with pytest.raises(Invalid, match=words):
        pictures.clean(BytesIO(content))


def test_clean_takes_the_smallest_and_the_narrowest_that_can_be_seen():
    assert pictures.clean(picture(size=(60, 60))).width == 60
    assert pictures.clean(picture(size=(1800, 300))).width == 1800


def test_changed_turns_first_and_cuts_then():
    clean = pictures.clean(picture())

    changed = pictures.changed(clean.content, pictures.Cut(turn=90, left=10, top=20, right=30, bottom=0))

    assert (changed.width, changed.height) == (270, 240)  # 450 × 300, less 40 % of the width and 20 % of the height


@pytest.mark.parametrize("cut", [pictures.Cut(turn=45), pictures.Cut(left=46), pictures.Cut(top=-1)])
def test_changed_refuses_what_makes_no_sense(cut):
    with pytest.raises(Invalid, match="less than half"):
        pictures.changed(pictures.clean(picture()).content, cut)


def test_fitting_never_enlarges():
    content = pictures.clean(picture()).content

    small = pictures.fitting(content, width=100, height=100)
    large = pictures.fitting(content, width=5000, height=5000)

    assert (small.content_type, small.width, small.height) == ("image/webp", 67, 100)
    assert (large.width, large.height) == (300, 450)

"""Covers of the demo: drawn by code, the same each time."""

from PIL import Image

from pustaka.interfaces.cli.demo import covers


def test_the_same_title_has_the_same_cover_each_time():
    first, again, other = (
        covers.draw(title=title, author="Toer") for title in ("Bumi manusia", "Bumi manusia", "Jejak")
    )

    assert first.getvalue() == again.getvalue() != other.getvalue()
    with Image.open(first) as picture:
        assert (picture.format, picture.size) == ("JPEG", covers.SIZE)

"""Filters and tags of every face: money and remaining time as people here say them, covers, languages."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from pustaka.patrons.rules import grouped

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    """`Rp5.000`: whole rupiah, grouped by dots in every language, as on a receipt; empty where there is none."""
    if amount is None:
        return ""
    return f"Rp{grouped(amount)}"


@register.filter
def of(key: Any, values: Any) -> Any:
    """What a mapping holds under a key; nothing where it holds none."""
    return values.get(key) if values else None


@register.filter
def percent(share: float) -> int:
    """A share between 0 and 1 as a whole percentage, never 100 before the end."""
    return 100 if share >= 1 else min(99, int(share * 100))


@register.filter
def stars(value: int) -> str:
    """Five signs, as many full ones as stars were given."""
    return "★" * value + "☆" * (5 - value)


@register.filter
def duration(seconds: float | None) -> str:
    """Remaining time in words, rounded as a person would say it."""
    if seconds is None:
        return ""
    if seconds < 60:
        return gettext("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return gettext("about %(minutes)d min") % {"minutes": minutes}
    return gettext("about %(hours)d h") % {"hours": round(minutes / 60)}


@register.filter
def described(field: BoundField) -> BoundField:
    """The widget of a form field, tied to its help text and its errors for screen readers."""
    ids = [f"{field.auto_id}_help"] if field.help_text else []
    attrs = field.field.widget.attrs
    if field.errors:
        ids.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    return field


@register.simple_tag
def cover(title: str, author: str = "", classification: str = "") -> SafeString:
    """A typographic cover for a work without a picture; its colour is that of its DDC hundred.

    Decoration only: what it says stands beside it as text, so screen readers pass it by.
    """
    hundred = classification[:1] if classification[:1].isdigit() else "x"
    ornament = sum(map(ord, title[:40])) % 4
    # The longest word decides as well: a word that is broken in the middle is no title.
    word = max(map(len, title.split()), default=0)
    length = "long" if len(title) > 48 or word > 9 else "middle" if len(title) > 22 or word > 6 else "short"
    return format_html(
        '<span class="cover cover-{} ornament-{}" aria-hidden="true"><span class="cover-face">'
        '<span class="cover-title {}" dir="auto">{}</span>'
        '<span class="cover-author" dir="auto">{}</span></span></span>',
        hundred,
        ornament,
        length,
        title[:90],
        author.partition(",")[0][:40],
    )


@register.simple_tag
def cover_of(bib: Any, size: str = "small") -> SafeString:
    """The picture of a title's cover, or the drawn one where there is none to be seen.

    The title comes from a query that has joined its cover (`catalog.queries.WITH_COVER`); a list would ask for each
    otherwise.
    """
    held = getattr(bib, "cover", None)
    if held is None or not held.is_shown:
        return cover(bib.title, bib.author, bib.classification)
    picture = held.large if size == "large" else held.small
    return format_html(
        '<img class="cover-picture" src="{}" width="{}" height="{}" alt="" loading="lazy" decoding="async">',
        reverse("picture", args=[picture.digest]),
        str(picture.width),
        str(picture.height),
    )


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """The languages that the reader isn't reading now, each by its own name."""
    names = {"id": "Bahasa Indonesia", "en": "English"}
    current = (get_language() or "").split("-")[0]
    return [(code, names.get(code, code)) for code, _name in settings.LANGUAGES if code != current]


@register.simple_tag
def library_name() -> str:
    """How the operator has named the library."""
    return str(settings.LIBRARY_NAME)

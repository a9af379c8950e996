"""What the values of facets are called for people."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

FACETS: Mapping[str, Any] = {
    "available": _("Available now"),
    "form": _("Kind"),
    "year": _("Year"),
    "subject": _("Subject"),
    "author": _("Author"),
    "class": _("Class"),
    "language": _("Language"),
    "branch": _("Branch"),
    "location": _("Shelf"),
    "collection": _("Collection"),
    "week": _("Arrived"),
}

# Source of the codes: MARC Code List for Languages, <https://www.loc.gov/marc/languages/>.
LANGUAGES: Mapping[str, Any] = {
    "ace": _("Acehnese"), "ara": _("Arabic"), "ban": _("Balinese"), "btk": _("Batak"), "bug": _("Buginese"),
    "chi": _("Chinese"), "dan": _("Danish"), "dut": _("Dutch"), "eng": _("English"), "fin": _("Finnish"),
    "fre": _("French"), "ger": _("German"), "gre": _("Greek"), "heb": _("Hebrew"), "hin": _("Hindi"),
    "hun": _("Hungarian"), "ind": _("Indonesian"), "ita": _("Italian"), "jav": _("Javanese"), "jpn": _("Japanese"),
    "kaw": _("Old Javanese"), "khm": _("Khmer"), "kor": _("Korean"), "lat": _("Latin"), "mad": _("Madurese"),
    "mak": _("Makassar"), "may": _("Malay"), "min": _("Minangkabau"), "nor": _("Norwegian"),
    "ota": _("Ottoman Turkish"),
    "per": _("Persian"), "pol": _("Polish"), "por": _("Portuguese"), "rum": _("Romanian"), "rus": _("Russian"),
    "san": _("Sanskrit"), "spa": _("Spanish"), "sun": _("Sundanese"), "swe": _("Swedish"), "tam": _("Tamil"),
    "tgl": _("Tagalog"), "tha": _("Thai"), "tur": _("Turkish"), "ukr": _("Ukrainian"), "urd": _("Urdu"),
    "vie": _("Vietnamese"),
}  # fmt: skip

CLASSES: Mapping[str, Any] = {
    "0": _("Computing, information, general works"),
    "1": _("Philosophy and psychology"),
    "2": _("Religion"),
    "3": _("Social sciences"),
    "4": _("Language"),
    "5": _("Natural sciences and mathematics"),
    "6": _("Technology, medicine, applied sciences"),
    "7": _("Arts, design, sport"),
    "8": _("Literature"),
    "9": _("History and geography"),
}


def class_label(value: str) -> str:
    """`600 Technology …` for `6`; `650–659` for `65`; `2X` (Islam in the Indonesian tables) as it is."""
    if value in CLASSES:
        return f"{value}00 {CLASSES[value]}"
    return f"{value}0–{value}9" if value.isdigit() else value


def week_label(value: str) -> str:
    """`16 to 22 November 2026` for `2026-W47`; what is no week of ISO 8601 as it is."""
    days = days_of(value)
    if days is None:
        return value
    first, last = days
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    elif first.year == last.year:
        begin = date_format(first, "j F")
    else:
        begin = date_format(first, "j F Y")
    return gettext("%(first)s to %(last)s") % {"first": begin, "last": date_format(last, "j F Y")}


def days_of(week: str) -> tuple[date, date] | None:
    """Monday and Sunday of a week written as in ISO 8601 (`2026-W47`)."""
    if (found := re.fullmatch(r"(\d{4})-W(\d{2})", week, re.ASCII)) is None:
        return None
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return monday, monday + timedelta(days=6)

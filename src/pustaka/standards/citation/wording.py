"""How the parts of a reference are written in each language: capitals, editions, pages, degrees.

Sources: the manuals named in `styles`; for Indonesian capitals, Ejaan Bahasa Indonesia yang Disempurnakan (EYD V,
2022), section I.A: every word of a title but prepositions and conjunctions.
"""

import re
from functools import lru_cache
from typing import Literal

Language = Literal["id", "en"]

_SMALL_WORDS = {
    "en": "a an and as at but by down en for from if in into nor of off on onto or over per so than that the to up v "
    "via vs with yet van der von",
    "id": "agar antara atas atau bagi bahwa dan dalam dari daripada dengan di guna hingga jika karena ke kepada maka "
    "melalui namun oleh pada para sampai sang sebagai secara serta si supaya tanpa tentang terhadap tetapi untuk yang "
    "van der von",
}
_SMALL = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\s\-–—/]+")
_AFTER_STOP = re.compile(r"[:.?!—]\s*$")


def headline(text: str, language: str) -> str:
    """Capitals in a title as in a headline, by the rules of its own language; other languages stay as they are.

    A word that has a capital already is left alone ("iPad", "PKI", "al-Qur'an").
    """
    small = _SMALL.get(language)
    if small is None:
        return text
    words = list(_WORD.finditer(text))
    pieces, end = [], 0
    for number, found in enumerate(words):
        word = found[0]
        bare = re.sub(r"[^\w'’]", "", word).casefold()
        begins = number == 0 or bool(_AFTER_STOP.search(text[: found.start()]))
        ends = number == len(words) - 1 and language == "en"
        is_small = bare in small and not begins and not ends
        pieces += [text[end : found.start()], word if is_small or word != word.lower() else capital(word)]
        end = found.end()
    return "".join([*pieces, text[end:]])


def capital(text: str) -> str:
    """The first letter as a capital, whatever bracket or quotation mark stands before it."""
    for place, letter in enumerate(text):
        if letter.isalpha():
            return text if place and text[place - 1].isdigit() else f"{text[:place]}{letter.upper()}{text[place + 1 :]}"
        if letter.isdigit():
            return text
    return text


def after_colon(text: str) -> str:
    """A capital at the begin of a subtitle."""
    return re.sub(r"(: ['\"“‘(\[]?)(\w)", lambda found: found[1] + found[2].upper(), text)


# Editions ------------------------------------------------------------------------------------------------------------
_PRINTING = re.compile(
    r"\b(?:cet(?:akan|\.)?|cetak ulang|impr(?:ession|\.)?|printing|print|tjet(?:akan|\.)?)\s*(?:ke\s*-?\s*)?"
    r"(?:(\d{1,3})\b|([IVXL]+)\b|(pertama|kedua|ketiga|keempat|kelima))?",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"\b(?:ed(?:isi|ition|\.|n\.?)?|seri)\s*(?:ke\s*-?\s*)?(\d{1,3})\b|\b(\d{1,3})(?:st|nd|rd|th)?\.?\s*(?:[a-z]+\.?\s+)*ed",
    re.IGNORECASE,
)
_EDITION_ROMAN = re.compile(r"\b(?i:ed(?:isi|\.)?)\s*(?:ke\s*-?\s*)?([IVX]+)\b")
_WORDS = {
    "kesatu": 1,
    "pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6, "ketujuh": 7, "kedelapan": 8,
    "kesembilan": 9, "kesepuluh": 10,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10,
}  # fmt: skip
_IN_WORDS = re.compile(r"\b(" + "|".join(_WORDS) + r")\b", re.IGNORECASE)
_REVISED = re.compile(r"\brev(?:isi|ised|\.)?\b", re.IGNORECASE)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def edition_number(text: str) -> int | None:
    """The number of an edition: "Edisi ke-2", "Ed. II", "3rd ed.", "Second edition"; a printing isn't an edition."""
    bare = _PRINTING.sub(" ", text)
    if text.strip().isdecimal():
        return int(text)
    if found := _EDITION.search(bare):
        return int(found[1] or found[2])
    if found := _EDITION_ROMAN.search(bare):
        return _from_roman(found[1])
    if found := _IN_WORDS.search(bare):
        return _WORDS[found[1].lower()]
    return None


def printing_number(text: str) -> int | None:
    """The number of a printing: "Cet. 3", "Cetakan ke-XII", "3rd printing"; `None` where none is spoken of."""
    if found := re.search(r"\b(\d{1,3})(?:st|nd|rd|th)\s+(?:printing|impression)\b", text, re.IGNORECASE):
        return int(found[1])
    for found in _PRINTING.finditer(text):
        if found[1]:
            return int(found[1])
        if found[2]:
            return _from_roman(found[2])
        if found[3]:
            return _WORDS[found[3].lower()]
    return None


def edition(text: str, language: Language, *, form: str = "ed.") -> str:
    """An edition as a reference says it, "" for the first one and for a mere printing.

    Args:
        text: as catalogued.
        form: how the style shortens "edition" in English.
    """
    number, is_revised = edition_number(text), bool(_REVISED.search(text))
    if number == 1 and not is_revised:
        return ""
    if number or is_revised:
        if language == "id":
            return " ".join(
                ["edisi", *([f"ke-{number}"] if number and number > 1 else []), *(["revisi"] if is_revised else [])]
            )
        return " ".join(
            [*([ordinal(number)] if number and number > 1 else []), *(["rev."] if is_revised else []), form]
        )
    rest = " ".join(_PRINTING.sub(" ", text).split()).strip(" ,;.:/()[]-")
    return rest if re.search(r"[^\W\d]{3}", rest) else ""


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def _from_roman(text: str) -> int:
    values = [_ROMAN.get(letter, 0) for letter in text.upper()]
    return sum(-value if value < max(values[place + 1 :], default=0) else value for place, value in enumerate(values))


# Pages ---------------------------------------------------------------------------------------------------------------
def pages(text: str, *, shortened: Literal["", "mla", "chicago"] = "") -> str:
    """A range with an en dash, its second number shortened as the style does: 101-115 is 101–15 in MLA and Chicago.

    MLA keeps two digits of the second number (9th ed., 2.139); Chicago all below 100 and after a hundred, one for
    101 to 109, else two or more as needed (17th ed., 9.61).
    """
    return ", ".join(_range(part.strip(), shortened) for part in text.split(",") if part.strip())


def _range(text: str, shortened: str) -> str:
    first, dash, last = text.replace("–", "-").replace("—", "-").partition("-")
    first, last = first.strip(), last.strip()
    if not dash or not last:
        return first
    if not shortened or len(first) != len(last) or not (first.isdecimal() and last.isdecimal()) or len(first) < 3:
        return f"{first}–{last}"
    kept = next((place for place in range(len(first)) if first[place] != last[place]), len(first) - 1)
    if shortened == "mla":
        kept = min(kept, len(first) - 2)
    elif int(first) % 100 == 0:
        kept = 0
    elif int(first) % 100 >= 10:
        kept = min(kept, len(first) - 2)
    return f"{first}–{last[kept:]}"


# Degrees and kinds of things -----------------------------------------------------------------------------------------
Level = Literal["bachelor", "master", "doctor", "other"]
_LEVELS: tuple[tuple[Level, str], ...] = (
    ("doctor", r"disertasi|dissertation|doctor|doktor|ph\.?\s?d|s\s?-?\s?3\b|proefschrift"),
    ("master", r"tesis|magister|master|\bm\.?\s?(?:a|sc|phil|si|hum|pd|kom|t|m|h|kes|ag)\b|s\s?-?\s?2\b"),
    ("bachelor", r"skripsi|sarjana|bachelor|undergraduate|honou?rs|\bb\.?\s?(?:a|sc|ed)\b|s\s?-?\s?1\b|scriptie"),
)


@lru_cache(256)
def degree_level(text: str) -> Level:
    """For which degree a thesis was written, from what its record says: "Skripsi (Sarjana)", "Thesis (Ph. D.)"."""
    for level, pattern in _LEVELS:
        if re.search(pattern, text, re.IGNORECASE):
            return level
    return "other"


DEGREES: dict[str, dict[Language, dict[Level, str]]] = {
    "apa": {
        "en": {
            "bachelor": "undergraduate thesis",
            "master": "master’s thesis",
            "doctor": "doctoral dissertation",
            "other": "thesis",
        },
        "id": {"bachelor": "skripsi", "master": "tesis", "doctor": "disertasi", "other": "karya tulis ilmiah"},
    },
    "mla": {
        "en": {
            "bachelor": "undergraduate thesis",
            "master": "Master’s thesis",
            "doctor": "PhD dissertation",
            "other": "thesis",
        }
    },
    "chicago": {
        "en": {
            "bachelor": "undergraduate thesis",
            "master": "master’s thesis",
            "doctor": "PhD diss.",
            "other": "thesis",
        }
    },
    "ieee": {
        "en": {
            "bachelor": "undergraduate thesis",
            "master": "M.S. thesis",
            "doctor": "Ph.D. dissertation",
            "other": "thesis",
        }
    },
    "harvard": {
        "en": {
            "bachelor": "Undergraduate thesis",
            "master": "MA thesis",
            "doctor": "PhD thesis",
            "other": "Thesis",
        }
    },
}
MEDIUMS: dict[str, dict[Language, str]] = {
    "map": {"en": "map", "id": "peta"},
    "motion_picture": {"en": "video", "id": "video"},
    "song": {"en": "audio recording", "id": "rekaman suara"},
    "musical_score": {"en": "musical score", "id": "partitur"},
    "graphic": {"en": "picture", "id": "gambar"},
    "software": {"en": "computer software", "id": "perangkat lunak"},
    "manuscript": {"en": "manuscript", "id": "naskah"},
}

"""Orders, spellings and figures of what readers make. Plain Python."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEP = 1_024  # between two neighbors of a list
FEW_RATINGS = 3  # fewer than that and an average would say more than there is to say
STARS = (5, 4, 3, 2, 1)


def between(before: int | None, after: int | None) -> int | None:
    """A place between two neighbors of a list; None at an end of it. None as the answer: there is no room left."""
    if before is None and after is None:
        return STEP
    if before is None:
        return (after or 0) - STEP
    if after is None:
        return before + STEP
    middle = (before + after) // 2
    return middle if before < middle < after else None


def moved(order: Sequence[int], one: int, *, before: int | None) -> list[int]:
    """The ids in their new order: `one` stands right before `before`, or last where that is None or not there."""
    rest = [other for other in order if other != one]
    place = rest.index(before) if before in rest else len(rest)
    return [*rest[:place], one, *rest[place:]]


def tag_name(typed: str) -> str:
    """A tag as it is shown: one line, without the sign that other places put before it."""
    return " ".join(unicodedata.normalize("NFC", typed).replace("#", " ").split())[:60].strip(" ,;.")


def tag_key(name: str) -> str:
    """What two spellings of one tag have in common: case, accents, hyphens and blanks don't count."""
    plain = "".join(
        [letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter)]
    )
    return re.sub(r"[\W_]+", "", plain)[:60]


@dataclass(frozen=True, slots=True)
class Ratings:
    """How readers rate a title. `average` is None where too few did; `bars` are (stars, count), five stars first."""

    count: int
    average: float | None
    bars: tuple[tuple[int, int], ...]


def ratings(counts: Mapping[int, int]) -> Ratings:
    """From how often each number of stars was given."""
    count = sum(counts.values())
    average = round(sum(stars * times for stars, times in counts.items()) / count, 1) if count >= FEW_RATINGS else None
    return Ratings(count, average, tuple((stars, counts.get(stars, 0)) for stars in STARS))

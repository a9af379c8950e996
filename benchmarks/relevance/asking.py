"""Known items: drawn, asked for, counted."""

import random
import re
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

DEPTH = 10
AIMS = {False: (95.0, 99.0), True: (85.0, 95.0)}  # with an error or not: first, in the first ten


@dataclass(frozen=True)
class Known:
    """What somebody remembers of a title."""

    pk: int
    title: str
    author: str
    year: int | None
    isbn: str

    @property
    def same(self) -> tuple[str, str, int | None]:
        """Equal for true duplicates."""
        from pustaka.discovery import text

        return text.key(self.title), text.key(self.author), self.year


def last_first(known: Known) -> str:
    return f"{known.author} {known.title}"


def first_last(known: Known) -> str:
    family, _, given = known.author.partition(",")
    return f"{given.strip()} {family.strip()} {known.title}"


WAYS: dict[str, Callable[[Known], str]] = {
    "title": lambda known: known.title,
    "Last, First + title": last_first,
    "First Last + title": first_last,
    "ISBN": lambda known: known.isbn,
}


def report(*, items: int, seed: int, shows_misses: bool) -> int:
    """Ask and print the table; 1 where an aim is missed."""
    import django

    django.setup()
    from pustaka.discovery import queries

    everything = {known.pk: known for known in read()}
    drawn = {
        "words": draw(everything, items, seed, lambda known: bool(known.title and "," in known.author)),
        "ISBN": draw(everything, items, seed, lambda known: bool(known.isbn)),
    }
    print(f"{len(everything):,} titles; {len(drawn['words'])} known items, {len(drawn['ISBN'])} for the ISBN\n")
    print("| asked by | typing error | first | in the first ten | p50 ms | p95 ms |\n|---|---|---|---|---|---|")
    is_missed = False
    for has_error, aims in AIMS.items():
        all_first = all_ten = asked = 0
        for way, ask in WAYS.items():
            rnd = random.Random(f"{seed}:{way}")
            first = ten = 0
            took = []
            known_items = drawn["ISBN" if way == "ISBN" else "words"]
            for known in known_items:
                text = misspelt(ask(known), rnd) if has_error else ask(known)
                start = time.perf_counter()
                ids = queries.find(text=text, page_size=DEPTH, with_facets=False).ids
                took.append((time.perf_counter() - start) * 1000)
                place = next(
                    (at for at, pk in enumerate(ids) if everything[pk].same == known.same or pk == known.pk), None
                )
                first += place == 0
                ten += place is not None
                if shows_misses and place != 0:
                    found = everything[ids[0]] if ids else None
                    print(f"  {way} {place} {text!r} wanted {known} got {found}")
            took.sort()
            times = f"{took[len(took) // 2]:.1f} | {took[int(0.95 * len(took))]:.1f}"
            count = len(known_items)
            print(f"| {way} | {'yes' if has_error else 'no'} | {first / count:.1%} | {ten / count:.1%} | {times} |")
            all_first, all_ten, asked = all_first + first, all_ten + ten, asked + count
        shares = 100 * all_first / asked, 100 * all_ten / asked
        is_missed = is_missed or shares[0] < aims[0] or shares[1] < aims[1]
        print(
            f"| **together** (aim {aims[0]:.0f} %, {aims[1]:.0f} %) | {'yes' if has_error else 'no'} |"
            f" **{shares[0]:.1f} %** | **{shares[1]:.1f} %** | | |",
            flush=True,
        )
    return int(is_missed)


def read() -> Iterator[Known]:
    """Every title of the catalogue that is to be seen."""
    from pustaka.catalog.models import Bib

    for row in Bib.objects.order_by("pk").values_list("pk", "title", "author", "year", "isbn"):
        yield Known(*row)


def draw(everything: dict[int, Known], items: int, seed: int, fits: Callable[[Known], bool]) -> list[Known]:
    """The same number from each source, as far as it goes; what one lacks the others give."""
    from pustaka.catalog.models import Bib

    sources: dict[int, list[int]] = {}
    for pk, batch in Bib.objects.order_by("pk").values_list("pk", "batch_id"):
        if fits(everything[pk]):
            sources.setdefault(batch or 0, []).append(pk)
    rnd = random.Random(seed)
    for pks in sources.values():
        rnd.shuffle(pks)
    drawn: list[Known] = []
    while len(drawn) < items and any(sources.values()):
        for pks in sources.values():
            if pks and len(drawn) < items:
                drawn.append(everything[pks.pop()])
    return drawn


def misspelt(text: str, rnd: random.Random) -> str:
    """One error in one of the longer words (in an ISBN: one digit): left out, doubled, swapped or another letter."""
    if re.fullmatch(r"[\dX]{10,13}", text):
        at = rnd.randrange(3, len(text))
        return text[:at] + rnd.choice([digit for digit in string.digits if digit != text[at]]) + text[at + 1 :]
    spans = [found.span() for found in re.finditer(r"[^\W\d_]{5,}", text)] or [
        found.span() for found in re.finditer(r"[^\W\d_]{3,}", text)
    ]
    if not spans:
        return text
    start, end = rnd.choice(spans)
    at = rnd.randrange(start + 1, end - 1)
    how: Any = rnd.randrange(4)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + text[at] + text[at:]
    if how == 2 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rnd.choice([letter for letter in string.ascii_lowercase if letter != text[at]]) + text[at + 1 :]

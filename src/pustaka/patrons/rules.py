"""Arithmetic of people and their accounts. Plain Python, no clock, no database. Amounts are whole rupiah."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

MOST_IDR = 1_000_000_000
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+|\d+")


def rupiah(text: str) -> int:
    """The amount that somebody typed: `5000`, `5.000` and `Rp5.000` are 5000.

    Raises:
        ValueError: it isn't a whole amount of rupiah (`10,00`), is negative, or larger than a milliard.
    """
    bare = text.strip().removeprefix("Rp").removeprefix("rp").strip()
    if not _THOUSANDS.fullmatch(bare):
        raise ValueError(f"“{text}” isn't a whole amount of rupiah")
    amount = int(bare.replace(".", ""))
    if amount > MOST_IDR:
        raise ValueError(f"“{text}” is more than {MOST_IDR}")
    return amount


def grouped(number: int) -> str:
    """1234567 as people here write it: `1.234.567`."""
    return f"{number:,}".replace(",", ".")


def split(amount: int, open_amounts: Sequence[int]) -> list[int]:
    """How a payment of `amount` settles charges, the first of them first; never more than is open on each.

    Raises:
        ValueError: the amount is larger than all of them together.
    """
    parts = []
    for one in open_amounts:
        part = min(one, amount)
        parts.append(part)
        amount -= part
    if amount:
        raise ValueError("more than is owed")
    return parts


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))

"""The rules of lending: names, values, and which row says what. Plain Python, no database.

One row per name and (branch, category, item type), each of which may be any. Every name is resolved by itself, most
specific row first: branch outranks category outranks item type. What no row says has the default of the product. A
blank value is a value of its own: no limit, no cap, or what the name falls back to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from pustaka.patrons.rules import rupiah

MOST_COUNT = 100_000


class Mode(StrEnum):
    """How closed days move a due date."""

    DAYS = "days"  # plain addition
    DATEDUE = "datedue"  # add, then move on to an open day
    DAYWEEK = "dayweek"  # as datedue, but whole weeks move by weeks
    CALENDAR = "calendar"  # count open days only


class Unit(StrEnum):
    """What the length of a loan counts."""

    DAYS = "days"
    HOURS = "hours"


class FixedDue(StrEnum):
    """What a fixed due date does: it is the day, the latest day, or the earliest."""

    EXACT = "exact"
    CEILING = "ceiling"
    FLOOR = "floor"


class ChargedAt(StrEnum):
    """Whether a period of a fine counts when it begins or when it is over."""

    START = "start"
    END = "end"


class HourEnd(StrEnum):
    """When an hour loan is due that would end after closing."""

    CLOSING = "closing"
    OPENING = "opening"


class BadValue(ValueError):
    """A value that a rule can't have; `name` says of which rule."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}: {value!r}")
        self.name, self.value = name, value


@dataclass(frozen=True, slots=True)
class Place:
    """For whom and what a rule is asked; None where nothing is known, and in a row for any."""

    branch: int | None = None
    category: int | None = None
    item_type: int | None = None

    def in_order(self) -> tuple["Place", ...]:
        """Every row that fits, most specific first."""
        b, c, i = self.branch, self.category, self.item_type
        order = [(b, c, i), (b, c, None), (b, None, i), (b, None, None), (None, c, i), (None, c, None), (None, None, i)]
        return tuple(dict.fromkeys([*(Place(*one) for one in order), Place()]))


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for one place. None means no limit, no cap, or not set, as each name says in `SPECS`."""

    lends: bool = True
    is_onsite: bool = False
    loan_length: int = 7
    loan_unit: Unit = Unit.DAYS
    calendar_mode: Mode = Mode.DATEDUE
    hour_end: HourEnd = HourEnd.CLOSING
    fixed_due: date | None = None
    fixed_due_as: FixedDue = FixedDue.CEILING
    limit_total: int | None = None
    limit_type: int | None = None
    limit_onsite: int | None = None
    renewals: int = 0
    renewal_length: int | None = None  # None: as long as a loan; 0 is valid
    renewal_not_before: int | None = None  # days before it is due; None: any time
    renews_itself: bool = False
    renews_itself_for: int | None = None  # days from the start after which it stops doing so
    holds_allowed: int | None = None
    holds_per_title: int = 1
    hold_shelf_days: int = 3
    recall_keeps: int = 7  # days that a reader has at least, although another waits
    fine_idr: int = 0
    fine_period: int = 1
    fine_grace: int = 0
    fine_counts_grace: bool = True
    fine_charged_at: ChargedAt = ChargedAt.END
    fine_skips_closed: bool = True
    fine_cap: int | None = None
    fine_cap_is_price: bool = False
    suspension_days: int = 0  # for each period, instead of money
    suspension_cap: int | None = None
    debt_limit: int | None = None
    overdue_limit: int | None = None
    lost_after: int | None = None  # days overdue after which a copy counts as lost
    lost_fee: int = 0  # beside the price of the copy
    why: Mapping[str, Place | None] = field(default_factory=dict, compare=False)


NAMES = tuple(one.name for one in fields(Policy) if one.name != "why")
_FLAGS = {"yes": True, "no": False}
_CHOICES: Mapping[str, type[StrEnum]] = {
    "loan_unit": Unit, "calendar_mode": Mode, "hour_end": HourEnd, "fixed_due_as": FixedDue,
    "fine_charged_at": ChargedAt,
}  # fmt: skip
_FLAG_NAMES = frozenset(one.name for one in fields(Policy) if isinstance(one.default, bool))
_AMOUNTS = frozenset({"fine_idr", "fine_cap", "debt_limit", "lost_fee"})
_LEAST_ONE = frozenset({"loan_length", "fine_period"})
MAY_BE_BLANK = frozenset(one.name for one in fields(Policy) if one.default is None)


def read(name: str, text: str) -> Any:
    """The value that a row holds as text; amounts are whole rupiah, flags `yes` and `no`, days ISO dates.

    Raises:
        KeyError: there is no rule of that name.
        BadValue: the text isn't a value that this rule can have.
    """
    if name not in NAMES:
        raise KeyError(name)
    text = text.strip()
    if text == "":
        if name in MAY_BE_BLANK:
            return None
        raise BadValue(name, text)
    try:
        return _read(name, text)
    except (ValueError, KeyError) as error:
        raise BadValue(name, text) from error


def _read(name: str, text: str) -> Any:
    if name in _FLAG_NAMES:
        return _FLAGS[text]
    if name in _CHOICES:
        return _CHOICES[name](text)
    if name == "fixed_due":
        return date.fromisoformat(text)
    if name in _AMOUNTS:
        return rupiah(text)
    if not text.isascii() or not text.isdecimal() or not (name in _LEAST_ONE) <= int(text) <= MOST_COUNT:
        raise ValueError(text)
    return int(text)


def kind_of(name: str) -> str:
    """How the rule is asked for on a form: `flag`, `choice`, `date`, `amount` or `count`."""
    if name in _FLAG_NAMES:
        return "flag"
    if name in _CHOICES:
        return "choice"
    return "date" if name == "fixed_due" else "amount" if name in _AMOUNTS else "count"


def choices_of(name: str) -> tuple[str, ...]:
    """The values of a rule that is a choice."""
    return tuple(_CHOICES[name])


class RuleBook:
    """All rows in memory. Resolving costs a few look-ups, and is remembered for each place."""

    def __init__(self, rows: Iterable[tuple[str, Place, str]]) -> None:
        """`rows`: name, place, value as text; unknown names and values that can't be read are left out."""
        self._values: dict[str, dict[Place, Any]] = {name: {} for name in NAMES}
        for name, place, text in rows:
            try:
                self._values[name][place] = read(name, text)
            except (KeyError, BadValue):
                continue
        self._known: dict[Place, Policy] = {}

    def policy(self, place: Place) -> Policy:
        """What holds there, and which row said so (`why`; None where it is the default)."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._resolve(place)
        return known

    def _resolve(self, place: Place) -> Policy:
        values: dict[str, Any] = {}
        why: dict[str, Place | None] = {}
        order = place.in_order()
        for name, rows in self._values.items():
            row = next((one for one in order if one in rows), None)
            why[name] = row
            if row is not None:
                values[name] = rows[row]
        return Policy(**values, why=why)

"""Rules of FOLIO as rows of ours. Plain Python, no database.

FOLIO asks material type, loan type, patron group and location; we ask branch, category and item type. A location
becomes a branch, a patron group a category, and a pair of loan and material type an item type. Which rule wins is taken
over exactly, for the groups, pairs and locations that are given: FOLIO's order (number of criteria, loan type before
location) isn't ours, so each place gets the row of its own where ours would say something else. What a policy says is
taken over as far as we have a rule for it; `left_out` names the rest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pustaka.circulation.policy import Place
from pustaka.standards.folio_rules import Rules

DAYS = {"Days": 1, "Weeks": 7, "Months": 30}
Pair = tuple[str, str]  # loan type, material type


@dataclass(frozen=True, slots=True)
class Location:
    """A location with the library, campus and institution above it, each by its id."""

    id: str
    library: str
    campus: str
    institution: str


@dataclass(frozen=True, slots=True)
class Values:
    """What a set of policies says in our names, and what of it we have no rule for."""

    rules: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...] = ()


def values(policies: Mapping[str, str], *, loans: Mapping[str, Any], fines: Mapping[str, Any]) -> Values:
    """Loan and overdue policies (as JSON of FOLIO, by id) in our names; amounts are units of money, rounded down."""
    loan, fine = loans[policies["l"]], fines[policies["o"]]
    if not loan.get("loanable"):
        return Values((("lends", "no"),))
    told: dict[str, str] = {"lends": "yes"}
    left: list[str] = []
    _length(loan["loansPolicy"], told, left)
    _renewals(loan, told, left)
    _fine(fine, loan["loansPolicy"], told, left)
    return Values(tuple(sorted(told.items())), tuple(left))


def _length(policy: Mapping[str, Any], told: dict[str, str], left: list[str]) -> None:
    if policy.get("profileId") == "Fixed":
        left.append("fixed schedule of several days")
        told["loan_length"], told["loan_unit"] = "365", "days"
        return
    count, unit = policy["period"]["duration"], policy["period"]["intervalId"]
    if unit in DAYS:
        told["loan_length"], told["loan_unit"] = str(count * DAYS[unit]), "days"
        if unit == "Months":
            left.append("months, taken as 30 days")
    else:
        told["loan_length"], told["loan_unit"] = str(count if unit == "Hours" else max(1, count // 60)), "hours"
    closed = policy.get("closedLibraryDueDateManagementId", "")
    told["hour_end"] = "closing" if closed == "END_OF_THE_CURRENT_SERVICE_POINT_HOURS" else "opening"
    told["calendar_mode"] = "days" if closed == "CURRENT_DUE_DATE" else "datedue"


def _renewals(loan: Mapping[str, Any], told: dict[str, str], left: list[str]) -> None:
    policy = loan.get("renewalsPolicy", {})
    told["renewals"] = str(int(policy.get("numberAllowed", 0))) if loan.get("renewable") else "0"
    if policy.get("unlimited"):
        told["renewals"] = "999"
    if policy.get("renewFromId") == "CURRENT_DUE_DATE":
        left.append("renewal counts from the due date; ours counts from the day of renewing")


def _fine(fine: Mapping[str, Any], policy: Mapping[str, Any], told: dict[str, str], left: list[str]) -> None:
    rate = fine.get("overdueFine")
    told["fine_idr"] = str(int(rate["quantity"])) if rate else "0"
    if rate and fine.get("maxOverdueFine"):
        told["fine_cap"] = str(int(fine["maxOverdueFine"]))
    told["fine_skips_closed"] = "no" if fine.get("countClosed") else "yes"
    if rate and rate["intervalId"] == "hour" and told["loan_unit"] == "days":
        left.append("hourly fine on a loan of days; ours counts days")
    if fine.get("overdueRecallFine"):
        left.append("fine for recalled loans alone")
    grace = policy.get("gracePeriod")
    if grace and grace["intervalId"] == "Days" and told["loan_unit"] == "days":
        told["fine_grace"] = str(grace["duration"])
    elif grace:
        left.append("grace in minutes")


def rows(
    rules: Rules, *, places: Sequence[Location], groups: Sequence[str], pairs: Sequence[Pair],
    of: Mapping[tuple[str, str], Values],
) -> Iterator[tuple[str, Place, str]]:  # fmt: skip
    """Our rows for these locations, groups and pairs, which stand in them by their place in the list from 1.

    Args:
        of: what a pair of loan and overdue policy says (`values`), by their ids.
    """
    for branch, place in enumerate(places, 1):
        here = {"s": place.id, "c": place.library, "b": place.campus, "a": place.institution}
        near = rules.narrowed(here)
        said: dict[tuple[int, int], Values] = {}
        for category, group in enumerate(groups, 1):
            theirs = near.narrowed({"g": group})
            for kind, (loan_type, material) in enumerate(pairs, 1):
                line = theirs.winner({**here, "g": group, "t": loan_type, "m": material})
                policies = line.policies if line else rules.fallback
                said[category, kind] = of[policies["l"], policies["o"]]
        yield from _fewest(branch, said)


def _fewest(branch: int, said: Mapping[tuple[int, int], Values]) -> Iterator[tuple[str, Place, str]]:
    """What most of the branch has once for all, then each group's own, then single places that differ."""
    everywhere = _most(said.values())
    yield from _named(everywhere, Place(branch))
    for category in sorted({category for category, _kind in said}):
        own = {kind: told for (of, kind), told in said.items() if of == category}
        usual = _most(own.values())
        if usual != everywhere:
            yield from _named(usual, Place(branch, category))
        for kind, told in own.items():
            if told != usual:
                yield from _named(told, Place(branch, category, kind))


def _most(told: Iterable[Values]) -> Values:
    return Counter(told).most_common(1)[0][0]


def _named(told: Values, place: Place) -> Iterator[tuple[str, Place, str]]:
    """Every rule by name, those that this policy says nothing of too: a less specific row must not shine through."""
    said = dict(told.rules)
    for name in NAMES:
        yield name, place, said.get(name, DEFAULTS[name])


NAMES = (
    "lends", "loan_length", "loan_unit", "hour_end", "calendar_mode", "renewals", "fine_idr", "fine_cap", "fine_grace",
    "fine_skips_closed",
)  # fmt: skip
DEFAULTS: Mapping[str, str] = {
    "lends": "yes", "loan_length": "7", "loan_unit": "days", "hour_end": "closing", "calendar_mode": "datedue",
    "renewals": "0", "fine_idr": "0", "fine_cap": "", "fine_grace": "0", "fine_skips_closed": "yes",
}  # fmt: skip

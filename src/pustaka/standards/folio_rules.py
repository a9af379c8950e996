"""Circulation rules of FOLIO: the text in which a library writes which policies hold for which loans.

Source: FOLIO documentation, "Circulation rules" (priority, criteria, indentation). A line names criteria and, after a
colon, policies; a line that is indented further adds to the criteria of those above it. Of all lines that fit the one
with most criteria wins (`all` counts), then the one whose first criterion stands first in the priority, then the last.
Understood is the priority `number-of-criteria, criterium(…), last-line`. What begins with a slash or a number sign is a
remark.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = "tscbagm"  # loan type, location, library, campus, institution, patron group, material type
ALL = frozenset({"all"})


class NotRules(ValueError):
    """The text can't be understood; the message says in which line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: for which values of each kind, and the ids of its policies by their letter (l, r, n, o, i).

    number: the line of the text, from 1.
    """

    number: int
    criteria: Mapping[str, frozenset[str]]
    policies: Mapping[str, str]

    def fits(self, case: Mapping[str, str]) -> bool:
        """Whether it holds for a case: an id for each letter of `KINDS`."""
        return all(ids is ALL or case.get(kind) in ids for kind, ids in self.criteria.items())


@dataclass(frozen=True, slots=True)
class Rules:
    """All lines in order, and what holds where none fits."""

    priority: str
    lines: tuple[Line, ...]
    fallback: Mapping[str, str]

    def winner(self, case: Mapping[str, str]) -> Line | None:
        """The line that holds for a case; None where the fallback does."""
        fitting = [line for line in self.lines if line.fits(case)]
        return max(fitting, key=self._rank, default=None)

    def narrowed(self, case: Mapping[str, str]) -> "Rules":
        """The same without the lines that can't fit, as far as the case names ids."""
        near = tuple(
            line for line in self.lines
            if all(ids is ALL or kind not in case or case[kind] in ids for kind, ids in line.criteria.items())
        )  # fmt: skip
        return Rules(self.priority, near, self.fallback)

    def _rank(self, line: Line) -> tuple[int, int, int]:
        """Number of criteria; then how early its first one stands in the priority, and no other; then the line."""
        return len(line.criteria), -min(self.priority.index(kind) for kind in line.criteria), line.number


def parse(text: str) -> Rules:
    """The rules of a text.

    Raises:
        NotRules: a line has neither criteria nor policies, or there is no fallback.
    """
    priority, fallback = KINDS, None
    lines: list[Line] = []
    above: list[tuple[int, dict[str, frozenset[str]]]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#")[0].rstrip()
        if not line.strip() or line.lstrip().startswith("/"):
            continue
        if line.startswith("priority:"):
            priority = "".join(re.findall(r"\b[tscbagm]\b", line.partition("(")[2])) or KINDS
            continue
        if line.startswith("fallback-policy"):
            fallback = _policies(line.partition(":")[2], number)
            continue
        depth = len(line) - len(line.lstrip())
        above = [one for one in above if one[0] < depth]
        said, colon, told = line.partition(":")
        criteria = {**(above[-1][1] if above else {}), **_criteria(said, number)}
        above.append((depth, criteria))
        if colon:
            lines.append(Line(number, criteria, _policies(told, number)))
    if fallback is None:
        raise NotRules("there is no line that begins with fallback-policy")
    return Rules(priority, tuple(lines), fallback)


def _criteria(text: str, number: int) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in text.split("+"):
        words = part.split()
        if len(words) < 2 or words[0] not in KINDS:
            raise NotRules(f"line {number}: “{part.strip()}” is no criterion")
        found[words[0]] = ALL if words[1] == "all" else frozenset(words[1:])
    return found


def _policies(text: str, number: int) -> dict[str, str]:
    words = text.split()
    if not words or len(words) % 2:
        raise NotRules(f"line {number}: policies are a letter and an id each")
    return dict(zip(words[::2], words[1::2], strict=True))

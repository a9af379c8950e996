"""The lists in order: what an entry of each looks like, so that entries compare as they stand in their list.

An entry is text that begins with the letter of its list and compares byte for byte: what it is filed under, `END`, and
behind that what tells it from others with the same words.

- `A` authors, `S` subjects: filed under the folded heading, then the heading as shown. A third part, the number of an
  authority, makes it a reference: "see …".
- `U` subjects with their subdivisions.
- `L` authorities by the heading that they control.
- `T` titles, `C` call numbers, `B` call numbers of one branch: then the number of the title.

Entries are only ever added. One that no title stands behind any more is passed over by whoever reads the list, and
swept away at night (`discovery.services.sweep`); so an edit costs no search for what to take out. Plain Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pustaka.discovery import text

# Both come before every letter: "indonesia" before "indonesia -- sejarah" before "indonesiana".
END, PART = "\x1e", "\x1f"
MOST_FILED = 160
OF_ONE_TITLE = frozenset("TCB")
HEADINGS: dict[str, str] = {"author": "A", "subject": "S"}

HeadingKind = Literal["author", "subject"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a list. filed: what it stands under. shown: the heading, or the number of a title.

    authority: the number of the authority that refers from here, 0 for a heading itself.
    """

    filed: str
    shown: str
    authority: int = 0

    @classmethod
    def read(cls, written: str) -> "Entry":
        """From an entry without the letter of its list."""
        filed, _, rest = written.partition(END)
        shown, _, authority = rest.partition(END)
        return cls(filed, shown, int(authority) if authority.isdecimal() else 0)


def heading_entry(kind: HeadingKind, shown: str, *, authority: int = 0) -> str:
    """Where a heading stands in its list."""
    written = f"{HEADINGS[kind]}{text.key(shown)[:MOST_FILED]}{END}{shown}"
    return f"{written}{END}{authority}" if authority else written


def subject_entries(main: str, divisions: Sequence[str]) -> tuple[str, ...]:
    """A subject, and with subdivisions its place below it."""
    found = [heading_entry("subject", main)]
    if divisions:
        filed = PART.join([text.key(part) for part in divisions])
        found.append(f"{parts_list(main)}{filed[:MOST_FILED]}{END}{' -- '.join((main, *divisions))}")
    return tuple(found)


def parts_list(main: str) -> str:
    """With what the entries of all subdivisions of a subject begin."""
    return f"U{text.key(main)[:MOST_FILED]}{PART}"


def call_number_entries(bib_id: int, marks: Iterable[tuple[int, str]]) -> list[str]:
    """Where a title stands on the shelves; `marks` are (branch, sort key), branch 0 for none."""
    found: dict[str, None] = {}
    for branch, mark in marks:
        found[f"C{mark}{END}{bib_id:012}"] = None
        if branch:
            found[f"{branch_list(branch)}{mark}{END}{bib_id:012}"] = None
    return list(found)


def branch_list(branch: int | None) -> str:
    """The letter, and more, with which the call numbers of a branch begin; of all branches without one."""
    return f"B{branch:06}{PART}" if branch else "C"


def filed_under(typed: str) -> str:
    """What somebody typed, as lists are filed."""
    return text.key(typed)[:MOST_FILED]


def authority_entry(kind: HeadingKind, shown: str, authority: int) -> str:
    """Where the authority of a heading is found."""
    return f"{authority_list(kind, shown)}{shown}{END}{authority}"


def authority_list(kind: HeadingKind, shown: str) -> str:
    """With what the entries of all authorities for a heading begin."""
    return f"L{HEADINGS[kind]}{text.key(shown)[:MOST_FILED]}{END}"

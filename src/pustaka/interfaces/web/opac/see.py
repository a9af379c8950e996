"""Where a searched heading leads to: another form of it, or headings beside it, as the library's authorities say."""

import re
from dataclasses import dataclass
from typing import Any

from pustaka.catalog import queries as catalog
from pustaka.catalog.rules import fold
from pustaka.discovery import browse
from pustaka.discovery.rules import NO_FILTERS, quoted
from pustaka.interfaces.web.opac.addresses import Question
from pustaka.interfaces.web.opac.browsing import RELATIONS

MOST = 8
_HEADING = re.compile(r'(?:(subject|author):)?"?([^":()]{2,200}?)"?')
_NAMES = frozenset({"person", "corporate", "meeting"})
_MOST_WORDS = 8  # longer questions aren't headings


@dataclass(frozen=True, slots=True)
class Lead:
    """Another heading, the search for its titles, and how the two are related; "" where it is the right form."""

    words: str
    href: str
    relation: Any = ""


def leads(question: Question) -> tuple[list[Lead], list[Lead]]:
    """For a question that is a heading: the forms that are used instead of it, and the headings beside it."""
    found = _HEADING.fullmatch(question.text)
    if found is None or len(question.text.split()) > _MOST_WORDS or question.page > 1:
        return [], []
    words = found[2]
    see: dict[str, Lead] = {}
    for one in catalog.authorities(ids) if (ids := browse.referring(words)) else ():
        if fold(words) in map(fold, one.see):
            kind = "author" if one.kind in _NAMES and found[1] != "subject" else "subject"
            see.setdefault(one.heading, Lead(one.heading, _href(kind, one.heading)))
    return list(see.values())[:MOST], beside([words])


def beside(subjects: list[str]) -> list[Lead]:
    """The headings to which these refer; one statement for any number."""
    found = catalog.references_of(subjects) if subjects else []
    return [Lead(one.words, _href("subject", one.words), _said(one.relation)) for one in found[:MOST]]


def _said(relation: str) -> Any:
    """How the two are related; "" where nothing more is to say than that they are."""
    return "" if relation == "related" else RELATIONS.get(relation, "")


def _href(kind: str, words: str) -> str:
    return Question(text=f"{kind}:{quoted(words)}", filters=NO_FILTERS).href()

"""Saved searches as a page shows them: where they lead, and what they ask, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from pustaka.discovery import queries as discovery
from pustaka.discovery.models import SavedSearch
from pustaka.discovery.saved_searches import filters_of
from pustaka.interfaces.web.opac.addresses import Question
from pustaka.interfaces.web.opac.results import Link, chips


@dataclass(frozen=True, slots=True)
class Shown:
    """One saved search: its row, the address where it is run again, and its filters in words."""

    search: SavedSearch
    href: str
    filters: list[Link]


def question_of(search: SavedSearch) -> Question:
    """The search as it was asked."""
    return Question(text=search.text, filters=filters_of(search), sort=search.sort)


def shown(many: Sequence[SavedSearch]) -> list[Shown]:
    """In the order given; what the filters are called is looked up once for all."""
    questions = [question_of(search) for search in many]
    names = discovery.filter_labels([asked.filters for asked in questions])
    return [Shown(search, asked.href(), chips(asked, names)) for search, asked in zip(many, questions, strict=True)]

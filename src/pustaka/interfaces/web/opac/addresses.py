"""Addresses of searches: what is asked stands in the address bar, so that it can be kept, shared and gone back to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from pustaka.discovery.rules import SORTS, Filters, filters_from

MOST_TEXT = 500
FIRST_SORT = SORTS[0]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks of the catalogue: text, filters, order and page."""

    text: str
    filters: Filters
    sort: str = FIRST_SORT
    page: int = 1

    def pairs(self, *, page: bool = False) -> list[tuple[str, str]]:
        """Name and value of each parameter, in a fixed order, without what goes without saying."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.filters.pairs()
        if self.sort != FIRST_SORT:
            pairs.append(("sort", self.sort))
        if page and self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def href(self, *, filters: Filters | None = None, sort: str | None = None, page: int = 1) -> str:
        """Where the same question is answered with other filters, another order or another page."""
        other = replace(self, filters=self.filters if filters is None else filters, sort=sort or self.sort, page=page)
        return address("opac:search", other.pairs(page=True))

    def beside(self, route: str, *extra: tuple[str, str], **names: str) -> str:
        """The address of something else about this question: its facets, its export."""
        return address(route, [*self.pairs(), *extra], **names)


def question(parameters: QueryDict) -> Question:
    """Read a question from an address; whatever makes no sense is left out."""
    pairs = [(name, value) for name, values in parameters.lists() for value in values]
    sort = parameters.get("sort", FIRST_SORT)
    page = parameters.get("page", "1")
    return Question(
        text=parameters.get("q", "").strip()[:MOST_TEXT],
        filters=filters_from(pairs),
        sort=sort if sort in SORTS else FIRST_SORT,
        page=int(page) if page.isdecimal() and 0 < int(page[:6]) < 100_000 else 1,
    )


def address(route: str, pairs: Iterable[tuple[str, str]], **names: str) -> str:
    """The path of `route` with `pairs` as its parameters."""
    path = reverse(route, kwargs=names)
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path

"""What the API answers with."""

from datetime import date
from typing import Literal

from ninja import Field, Schema


class Question(Schema):
    """What is searched for, and which page of the result is wanted."""

    q: str = Field(
        "", max_length=1000, description='words, "phrases", author:… title:… subject:… isbn:… year:2010-2020'
    )
    sort: Literal["relevance", "newest", "oldest", "title", "call_number"] = "relevance"
    page: int = Field(1, ge=1, le=500)
    page_size: int = Field(20, ge=1, le=100)
    facets: bool = Field(True, description="count what the result can be narrowed to")


class Availability(Schema):
    copies: int = Field(description="copies that the library owns")
    available: int = Field(description="copies on the shelf now")
    call_number: str = Field(description="call number of the first copy, as on its spine")


class Title(Schema):
    """One title, in the columns of a list."""

    id: int
    title: str
    author: str
    statement: str = Field(description="statement of responsibility, as printed")
    edition: str
    place: str
    publisher: str
    year: int | None
    form: str = Field(description="book, ebook, journal, thesis, …")
    language: str = Field(description="ISO 639-2/B")
    extent: str
    series: str
    classification: str = Field(description="Dewey number")
    isbn: str = Field(description="13 digits, or empty")
    issn: str
    url: str = Field(description="address of the page for people")


class Hit(Title):
    """One title of a result."""

    availability: Availability


class FacetValue(Schema):
    value: str
    label: str
    count: int


class Facet(Schema):
    name: str
    label: str
    values: list[FacetValue]


class Result(Schema):
    """One page of a result, and what it can be narrowed to."""

    query: str
    total: int
    page: int
    pages: int = Field(description="at most 500; a result is cut after 10,000 titles")
    how: str = Field(description="exact, or similar when typing errors were forgiven")
    hits: list[Hit]
    facets: list[Facet]


class Copy(Schema):
    """One copy."""

    barcode: str
    call_number: str
    branch: str
    branch_code: str
    location: str
    collection: str
    status: str = Field(
        description="available, reference, in_process, repair, missing, lost, withdrawn, on_loan, on_hold, in_transit"
    )
    copy_number: int | None
    volume: str
    received_on: date | None


class TitleWithCopies(Title):
    """One title with all its copies and its whole MARC record (MARC-in-JSON)."""

    copies: list[Copy]
    marc: dict[str, object]


class Shelf(Schema):
    """Where a copy is to be looked for by the floor plans."""

    floor: str
    room: str
    shelf: str
    side: str = Field(description="A, B, or empty for the whole shelf")
    first: str = Field(description="call numbers of that shelf from here …")
    last: str = Field(description="… to here; an empty end is open")


class CopyWithTitle(Copy):
    """One copy, and the title that it is a copy of."""

    title: Title
    shelf: Shelf | None = Field(description="null where no shelf is drawn for its call number")


class Problem(Schema):
    """A refusal: what happened and what can be done."""

    detail: str

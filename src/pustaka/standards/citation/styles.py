"""The five styles, and what each of them asks for beyond its sheet.

The sheets (`styles/*.csl`) are CSL 1.0.2, written for this library from the manuals:

* Publication Manual of the American Psychological Association, 7th ed. (2020), chapters 9 and 10.
* MLA Handbook, 9th ed. (2021), chapter 5.
* The Chicago Manual of Style, 17th ed. (2017), chapter 14: notes and bibliography.
* IEEE Reference Guide (2023).
* Harvard, as in Pears and Shields, Cite Them Right, 11th ed. (2019).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SHEETS = Path(__file__).parent / "styles"


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write references.

    is_headline: titles in the capitals of a headline. has_capital_subtitle: a subtitle begins with a capital.
    pages: how the second number of a range is shortened. edition: the English word behind its number.
    body_as_publisher: what goes where author and publisher are the same body: nothing, its second mention, or the
        first.
    is_numbered: entries are numbered in the order in which they are given; else they are sorted.
    has_year_letter: works of the same year are told apart as 2005a and 2005b.
    leads_with_original: the year of a first edition stands behind the author, that of the reprint at the end.
    has_sentences: after the title a new sentence begins.
    repeat: what stands for the names of the entry before.
    medium_capital: "[Map]" instead of "[map]".
    """

    name: str
    label: str
    is_headline: bool = False
    has_capital_subtitle: bool = False
    pages: Literal["", "mla", "chicago"] = ""
    edition: str = "ed."
    body_as_publisher: Literal["both", "author", "publisher"] = "both"
    is_numbered: bool = False
    has_year_letter: bool = False
    leads_with_original: bool = False
    has_sentences: bool = False
    repeat: str = ""
    medium_capital: bool = False

    @property
    def sheet(self) -> Path:
        """Where its CSL lies."""
        return SHEETS / f"{self.name}.csl"


STYLES: Mapping[str, Style] = {
    style.name: style
    for style in (
        Style(
            "apa",
            "APA 7",
            has_capital_subtitle=True,
            body_as_publisher="author",
            has_year_letter=True,
            medium_capital=True,
        ),
        Style(
            "mla",
            "MLA 9",
            is_headline=True,
            has_capital_subtitle=True,
            pages="mla",
            has_sentences=True,
            body_as_publisher="publisher",
            repeat="---",
        ),
        Style("chicago", "Chicago 17", is_headline=True, has_capital_subtitle=True, pages="chicago"),
        Style("ieee", "IEEE", is_numbered=True),
        Style("harvard", "Harvard", edition="edn", has_year_letter=True, leads_with_original=True, medium_capital=True),
    )
}

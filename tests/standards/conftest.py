"""Records that the tests of the standards share. No test here needs Django or a network."""

from collections.abc import Callable

import pytest

from pustaka.standards.marc import Field, Record


def data_field(tag: str, indicators: str, *subfields: str) -> Field:
    """A data field from pieces like "aArithmetic /": the code and its value in one."""
    return Field(tag, indicators=indicators, subfields=[(piece[:1], piece[1:]) for piece in subfields])


@pytest.fixture
def sandburg() -> Record:
    """The Library of Congress's own example of a record in ISO 2709 and MARCXML (sandburg.xml)."""
    return Record(
        "01142cam  2200301 a 4500",
        [
            Field("001", data="   92005291 "),
            Field("003", data="DLC"),
            Field("005", data="19930521155141.9"),
            Field("008", data="920219s1993    caua   j      000 0 eng  "),
            data_field("010", "  ", "a   92005291 "),
            data_field("020", "  ", "a0152038655 :", "c$15.95"),
            data_field("040", "  ", "aDLC", "cDLC", "dDLC"),
            data_field("042", "  ", "alcac"),
            data_field("050", "00", "aPS3537.A618", "bA88 1993"),
            data_field("082", "00", "a811/.52", "220"),
            data_field("100", "1 ", "aSandburg, Carl,", "d1878-1967."),
            data_field(
                "245",
                "10",
                "aArithmetic /",
                "cCarl Sandburg ; illustrated as an anamorphic adventure by Ted Rand.",
            ),
            data_field("250", "  ", "a1st ed."),
            data_field("260", "  ", "aSan Diego :", "bHarcourt Brace Jovanovich,", "cc1993."),
            data_field("300", "  ", "a1 v. (unpaged) :", "bill. (some col.) ;", "c26 cm."),
            data_field("500", "  ", "aOne Mylar sheet included in pocket."),
            data_field(
                "520",
                "  ",
                "aA poem about numbers and their characteristics. Features anamorphic, or distorted, drawings which "
                "can be restored to normal by viewing from a particular angle or by viewing the image's reflection in "
                "the provided Mylar cone.",
            ),
            data_field("650", " 0", "aArithmetic", "xJuvenile poetry."),
            data_field("650", " 0", "aChildren's poetry, American."),
            data_field("650", " 1", "aArithmetic", "xPoetry."),
            data_field("650", " 1", "aAmerican poetry."),
            data_field("650", " 1", "aVisual perception."),
            data_field("700", "1 ", "aRand, Ted,", "eill."),
        ],
    )


@pytest.fixture
def book() -> Callable[..., Record]:
    """Makes a small sound record in UTF-8; further fields as wanted."""

    def make(title: str = "Bumi manusia /", *more: Field, number: str = "1") -> Record:
        return Record(
            "     nam a22     3i 4500",
            [
                Field("001", data=f"pm{number}"),
                Field("008", data="800101s1980    io            000 1 ind d"),
                data_field("245", "10", f"a{title}", "cPramoedya Ananta Toer."),
                *more,
            ],
        )

    return make

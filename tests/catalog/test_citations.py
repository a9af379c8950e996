"""References from MARC records, letter for letter as the manuals want them. The examples: `citations.txt`."""

import html
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from pustaka.catalog.crosswalk import item
from pustaka.standards.citation import STYLES, bibliography, cite
from pustaka.standards.marc import Field, Record

TODAY = date(2026, 11, 25)


class Golden(NamedTuple):
    name: str
    record: Record
    style: str
    language: str
    expected: str


def goldens():
    text = (Path(__file__).parent / "citations.txt").read_text()
    for block in text.split("\n== ")[1:]:
        name, head, *lines = block.strip().splitlines()
        fields = [fixed_field(head)]
        for line in lines:
            if line[:3].isdecimal():
                fields.append(data_field(line))
                continue
            style, language, expected = re.fullmatch(r"(\w+) (en|id): (.+)", line).groups()
            yield Golden(name, Record(f"00000{head[:3]} a2200000 i 4500", fields), style, language, expected)


def fixed_field(head):
    """008 from "nam r20051980ind       o": date type, two dates, language, form of item."""
    kind, dates, language, form = head[4], head[5:13], head[13:16], head[16:].strip() or " "
    return Field("008", data=f"260101{kind}{dates}io {'':5}{form}{'':11}{language} d".ljust(40))


def data_field(line):
    return Field(
        line[:3], indicators=line[4:6], subfields=[(part[0], part[1:].strip()) for part in line[6:].split("$")[1:]]
    )


GOLDENS = list(goldens())


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: f"{golden.name}: {golden.style} {golden.language}")
def test_reference_is_what_the_manual_wants(golden):
    reference = cite(item(golden.record), style=golden.style, language=golden.language, accessed_on=TODAY)

    assert reference.text == golden.expected.replace("_", "")
    assert reference.html == re.sub(r"_(.+?)_", r"<i>\1</i>", html.escape(golden.expected))


def test_golden_examples_are_enough_in_every_style_and_language():
    assert len({golden.name for golden in GOLDENS}) >= 28
    for style in STYLES:
        assert sum(golden.style == style for golden in GOLDENS) >= 20
    assert sum(golden.language == "id" for golden in GOLDENS) >= 50


def work(title, *people, year=2005, **more):
    return {
        "id": title,
        "type": "book",
        "title": title,
        "author": [{"family": family, "given": given} for family, given in people],
        "issued": {"date-parts": [[year]]},
        "publisher": "Balai Pustaka",
        "language": "id",
        **more,
    }


TOER, RUSLI, GHAZALI = ("Toer", "Pramoedya Ananta"), ("Rusli", "Marah"), ("al-Ghazali", "Abu Hamid")


def texts(items, style, language="id"):
    return [reference.text for reference in bibliography(items, style=style, language=language)]


def test_bibliography_is_sorted_by_author_year_and_title():
    items = [
        work("Rumah kaca", TOER, year=1988),
        work("Anak semua bangsa", TOER, year=1980),
        work("Kimia kebahagiaan", GHAZALI, year=1984),
        work("Sitti Nurbaya", RUSLI, year=1922),
        work("The Batak", year=1990),
    ]

    found = [reference.id for reference in bibliography(items, style="harvard", language="id")]

    assert found == ["The Batak", "Kimia kebahagiaan", "Sitti Nurbaya", "Anak semua bangsa", "Rumah kaca"]


def test_bibliography_of_ieee_keeps_the_order_and_numbers_it():
    items = [work("Sitti Nurbaya", RUSLI), work("Bumi manusia", TOER), work("Ihya", GHAZALI)]

    assert texts(items, "ieee") == [
        "[1] M. Rusli, Sitti Nurbaya. Balai Pustaka, 2005.",
        "[2] P. A. Toer, Bumi manusia. Balai Pustaka, 2005.",
        "[3] A. H. al-Ghazali, Ihya. Balai Pustaka, 2005.",
    ]


def test_works_of_one_year_get_letters_where_years_tell_them_apart():
    items = [work("Rumah kaca", TOER), work("Bumi manusia", TOER), work("Sitti Nurbaya", RUSLI)]

    assert texts(items, "apa") == [
        "Rusli, M. (2005). Sitti Nurbaya. Balai Pustaka.",
        "Toer, P. A. (2005a). Bumi manusia. Balai Pustaka.",
        "Toer, P. A. (2005b). Rumah kaca. Balai Pustaka.",
    ]
    assert "2005a" not in "".join(texts(items, "chicago"))


def test_letters_stand_behind_no_date_too():
    items = [work("Rumah kaca", TOER, issued={}), work("Bumi manusia", TOER, issued={})]

    assert texts(items, "apa", "en") == [
        "Toer, P. A. (n.d.-a). Bumi manusia. Balai Pustaka.",
        "Toer, P. A. (n.d.-b). Rumah kaca. Balai Pustaka.",
    ]


def test_mla_writes_a_repeated_author_as_three_hyphens():
    items = [work("Rumah kaca", TOER), work("Bumi manusia", TOER), work("Berdua", TOER, RUSLI)]

    assert texts(items, "mla") == [
        "Toer, Pramoedya Ananta. Bumi Manusia. Balai Pustaka, 2005.",
        "---. Rumah Kaca. Balai Pustaka, 2005.",
        "Toer, Pramoedya Ananta, dan Marah Rusli. Berdua. Balai Pustaka, 2005.",
    ]


@pytest.mark.parametrize(("people", "last"), [(20, "P19, & P20"), (21, "P19, … P21")])
def test_apa_names_twenty_authors_and_leaves_out_the_middle_of_more(people, last):
    many = [{"literal": f"P{number}"} for number in range(1, people + 1)]

    text = cite(work("Berbanyak", author=many), style="apa", language="en").text

    assert f"{last}. (2005)" in text


@pytest.mark.parametrize(("people", "begin"), [(6, "O1, O2, O3, O4, O5, and O6,"), (7, "O1 et al.,")])
def test_ieee_names_six_authors_and_only_the_first_of_more(people, begin):
    many = [{"literal": f"O{number}"} for number in range(1, people + 1)]

    assert cite(work("Berbanyak", author=many), style="ieee", language="en").text.startswith(f"[1] {begin}")


def test_marks_in_a_title_never_become_markup():
    reference = cite(work("A \ue000B\ue001 <i>C</i>"), style="apa", language="en")

    assert reference.html.startswith("<i>A B &lt;i&gt;C&lt;/i&gt;</i>")

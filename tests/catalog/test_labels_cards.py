"""Catalogue cards as AACR2 lays them out."""

from datetime import UTC, datetime

import pytest

from pustaka.catalog.labels.cards import cards
from pustaka.catalog.labels.drawing import draw
from pustaka.catalog.labels.sheets import READY, CardKind
from pustaka.standards.marc import Field
from tests.catalog import scanner
from tests.factories.catalog import marc_record

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ALL = tuple(CardKind)
SET = {
    "isbn": "9789799731234",
    "more": (
        Field("490", indicators="0 ", subfields=[("a", "Tetralogi Buru ;"), ("v", "1")]),
        Field("500", subfields=[("a", "Indeks : hlm. 530-535.")]),
        Field("650", indicators=" 4", subfields=[("a", "Fiksi Indonesia"), ("x", "Sejarah.")]),
        Field("650", indicators=" 4", subfields=[("a", "Kolonialisme")]),
        Field("700", indicators="1 ", subfields=[("a", "Lane, Max,"), ("d", "1951-"), ("e", "penerjemah")]),
    ),
}


def made(kinds=ALL, **record):
    return list(cards(marc_record(**{**SET, **record}), call_number="899.2213 TOE b", kinds=kinds))


def test_main_card_has_the_areas_of_the_description():
    (card,) = made([CardKind.MAIN])

    assert (card.heading, card.main) == ("", "Toer, Pramoedya Ananta")
    assert card.description == (
        "Bumi manusia / Toer, Pramoedya Ananta -- Jakarta : Lentera Dipantara, 2005.",
        "535 hlm. ; 20 cm -- (Tetralogi Buru ; 1)",
        "Indeks : hlm. 530-535.",
        "ISBN 9789799731234",
    )
    assert card.tracings == "1. FIKSI INDONESIA -- SEJARAH. 2. KOLONIALISME. I. Lane, Max, 1951-. II. Judul."


def test_a_title_has_a_card_for_each_of_its_entries():
    assert [card.heading for card in made()] == [
        "",
        "FIKSI INDONESIA -- SEJARAH",
        "KOLONIALISME",
        "Lane, Max, 1951-",
        "Bumi manusia",
    ]


def test_without_an_author_the_title_is_the_main_entry_and_has_no_card_of_its_own():
    found = made(author="")

    assert {card.main for card in found} == {""}
    assert "Judul" not in found[0].tracings
    assert [card.heading for card in found].count("Bumi manusia") == 0


@pytest.mark.parametrize(("kind", "count"), [("main", 1), ("subject", 2), ("author", 1), ("title", 1)])
def test_only_the_kinds_that_are_asked_for(kind, count):
    assert len(made([kind])) == count


@pytest.mark.parametrize(("key", "pages"), [("a4-cards", 2), ("card", 5)])
def test_cards_are_drawn(key, pages):
    design = next(design for design in READY if design.key == key)

    drawn = draw(made(), sheet=design.sheet, look=design.look, title="Kartu", at=AT)

    text = scanner.words(drawn.content)
    assert (drawn.count, drawn.pages, len(text), drawn.notes) == (5, pages, pages, [])
    assert "Toer, Pramoedya Ananta" in text[0]
    assert "2. KOLONIALISME" in text[0]


def test_a_card_that_is_too_long_shrinks_then_ends_in_an_ellipsis_and_keeps_its_tracings():
    long = made([CardKind.MAIN], more=(*SET["more"], Field("500", subfields=[("a", "Catatan panjang. " * 200)])))
    design = READY[-1]

    drawn = draw(long, sheet=design.sheet, look=design.look, title="Kartu", at=AT)

    assert [note.code for note in drawn.notes] == ["cut"]
    (text,) = scanner.words(drawn.content)
    assert "…" in text
    assert "2. KOLONIALISME" in text


def test_the_title_in_its_own_script_stands_below():
    own = (Field("880", indicators="10", subfields=[("6", "245-01/(3/r"), ("a", "مقدمة ابن خلدون")]),)
    record = marc_record(more=own)
    record.fields = [
        Field("245", indicators=field.indicators, subfields=[("6", "880-01"), *field.subfields])
        if field.tag == "245"
        else field
        for field in record.fields
    ]

    (card,) = cards(record, call_number="297 IBN m", kinds=[CardKind.MAIN])

    assert card.own_script == "مقدمة ابن خلدون"
    assert card.description[0].startswith("Bumi manusia / ")

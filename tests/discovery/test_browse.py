"""The lists in order: everything once and in its place, what was edited within the same breath, nothing hidden."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pustaka.catalog import derive
from pustaka.catalog.models import Authority, Bib, Item
from pustaka.catalog.services.records import write_record
from pustaka.discovery import browse, classes, kin, labels, queries, services
from pustaka.discovery.browse import HeadingLine, Stretch, TitleLine
from pustaka.discovery.models import ListEntry
from pustaka.discovery.rules import Filters, Key
from pustaka.standards import marc
from pustaka.standards.marc import Field, Record
from tests.factories.branches import BranchFactory
from tests.factories.catalog import BibFactory, ImportJobFactory, ItemFactory, marc_record

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def subject(main: str, *divisions: str, tag: str = "650") -> Field:
    return Field(tag, indicators=" 4", subfields=[("a", main), *[("x", one) for one in divisions]])


def put(*bibs: Bib) -> None:
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=AT)


def add(title: str, author: str = "Toer, Pramoedya Ananta", *subjects: Field, **values: Any) -> Bib:
    bib: Bib = BibFactory(
        record=marc_record(title=title, author=author, more=subjects, **values.pop("record", {})), **values
    )
    put(bib)
    return bib


def authority(heading: Field, *references: Field, **values: Any) -> Authority:
    record = Record("00000nz  a2200000n  4500", [heading, *references])
    found = Authority.with_hidden.create(
        **derive.heading(record)._asdict(), marc=marc.dump(record), created_at=AT, changed_at=AT, **values
    )
    services.refresh_references(authority_ids=[found.pk])
    return found


def field(tag: str, **subfields: str) -> Field:
    return Field(tag, indicators="  ", subfields=list(subfields.items()))


def shown(found: Stretch[HeadingLine]) -> list[tuple[str, int]]:
    return [(line.shown, line.count) for line in found.lines]


def of_titles(found: Stretch[TitleLine]) -> list[str]:
    return [line.bib.title for line in found.lines]


def is_kept(name: str) -> bool:
    return any(name.encode() in bytes(key) for key in ListEntry.objects.values_list("key", flat=True))


def every(ask: Callable[..., Stretch[Any]], *, most: int) -> list[Any]:
    """All lines, page by page; and back again, which must be the same."""
    found, pages = ask(most=most), []
    while True:
        pages.append(found.lines)
        if not found.after:
            break
        found = ask(place=found.after, most=most)
    back = [found.lines]
    while found.before:
        found = ask(before=found.before, most=most)
        back.append(found.lines)
    assert [line for page in pages for line in page] == [line for page in reversed(back) for line in page]
    return [line for page in pages for line in page]


def test_authors_stand_by_name_once_with_their_titles() -> None:
    add("Bumi manusia")
    add("Anak semua bangsa")
    add("Laskar pelangi", "Hirata, Andrea")
    add("Aṣl", "Ābid, Ḥasan")

    assert shown(browse.authors()) == [("Ābid, Ḥasan", 1), ("Hirata, Andrea", 1), ("Toer, Pramoedya Ananta", 2)]
    assert shown(browse.authors(start="Toe")) == [("Toer, Pramoedya Ananta", 2)]
    assert shown(browse.authors(start="zz")) == []
    assert browse.authors(start="zz").before


@pytest.mark.parametrize("most", [1, 2, 3, 7, 20])
def test_pages_of_any_size_tell_every_heading_once_forth_and_back(most: int) -> None:
    for number in range(7):
        add(f"Judul {number}", f"Pengarang {number}, A.")

    assert [line.shown for line in every(browse.authors, most=most)] == [f"Pengarang {n}, A." for n in range(7)]
    assert [line.bib.title for line in every(browse.titles, most=most)] == [f"Judul {n}" for n in range(7)]


def test_an_edit_is_in_the_lists_at_once_and_what_it_replaced_is_gone() -> None:
    bib = add("Bumi manusia", "Tur, Pram", subject("Novel"))

    write_record(bib=bib, record=marc_record(title="Bumi Manusia Baru", author="Toer, Pramoedya Ananta"), at=AT)
    bib.refresh_from_db()
    put(bib)

    assert shown(browse.authors()) == [("Toer, Pramoedya Ananta", 1)]
    assert shown(browse.subjects()) == []
    assert of_titles(browse.titles()) == ["Bumi Manusia Baru"]
    assert is_kept("Tur, Pram")  # passed over, until it is swept away
    assert services.sweep() > 0
    assert not is_kept("Tur, Pram")
    assert of_titles(browse.titles()) == ["Bumi Manusia Baru"]
    assert services.sweep() == 0


def test_hidden_imports_are_in_no_list_and_not_in_its_counts() -> None:
    job = ImportJobFactory(state="indexing")
    add("Bumi manusia", "Toer, Pramoedya Ananta", subject("Novel"))
    hidden = add("Hantu", "Toer, Pramoedya Ananta", subject("Novel"), subject("Hantu"), batch=job)
    ItemFactory(bib=hidden, batch=job)
    put(hidden)

    assert shown(browse.authors()) == [("Toer, Pramoedya Ananta", 1)]
    assert shown(browse.subjects()) == [("Novel", 1)]
    assert of_titles(browse.titles()) == ["Bumi manusia"]
    assert of_titles(browse.call_numbers()) == ["Bumi manusia"]
    assert services.sweep() == 0  # it will be needed when the import is revealed

    job.is_revealed, job.state = True, "done"
    job.save()

    assert shown(browse.subjects()) == [("Hantu", 1), ("Novel", 2)]
    assert of_titles(browse.titles()) == ["Bumi manusia", "Hantu"]


def test_a_rebuilt_index_makes_lists_of_a_catalogue_that_had_none() -> None:
    add("Bumi manusia", "Toer, Pramoedya Ananta", subject("Novel", "Sejarah"))
    authority(field("150", a="Novel"), field("450", a="Roman"))
    ListEntry.objects.all().delete()

    services.rebuild(at=AT, by=services.SYSTEM)

    assert shown(browse.authors()) == [("Toer, Pramoedya Ananta", 1)]
    assert [line.shown for line in browse.subjects().lines] == ["Novel", "Roman"]
    assert of_titles(browse.titles()) == ["Bumi manusia"]


def test_subjects_refer_from_other_words_to_the_one_that_is_used() -> None:
    add("Belajar C", "Kadir, Abdul", subject("Pemrograman komputer"), subject("Komputer"))
    authority(
        field("150", a="Pemrograman komputer"),
        field("450", a="Koding"),
        field("550", a="Komputer", w="g"),
        field("550", a="Algoritma", w="h"),  # no title has it
        field("550", a="Matematika"),
    )
    add("Kalkulus", "Purcell, Edwin", subject("Matematika"))

    lines = {line.shown: line for line in browse.subjects().lines}

    assert list(lines) == ["Koding", "Komputer", "Matematika", "Pemrograman komputer"]
    assert (lines["Koding"].see, lines["Koding"].count) == ("Pemrograman komputer", 1)
    assert [(one.related.relation, one.related.shown, one.count) for one in lines["Pemrograman komputer"].links] == [
        ("broader", "Komputer", 1),
        ("related", "Matematika", 1),
    ]


def test_a_name_with_years_refers_to_the_author_whom_titles_name_without_them() -> None:
    add("Bumi manusia")
    authority(field("100", a="Toer, Pramoedya Ananta,", d="1925-2006"), field("400", a="Pramoedya Ananta Toer"))

    assert [(line.shown, line.see, line.count) for line in browse.authors().lines] == [
        ("Pramoedya Ananta Toer", "Toer, Pramoedya Ananta", 1),
        ("Toer, Pramoedya Ananta", "", 1),
    ]


def test_a_reference_without_titles_behind_it_or_of_a_hidden_import_is_not_shown() -> None:
    add("Bumi manusia", "Toer, Pramoedya Ananta", subject("Novel"))
    authority(field("150", a="Fisika"), field("450", a="Ilmu fisika"))
    authority(field("150", a="Novel"), field("450", a="Roman"), batch=ImportJobFactory(state="indexing"))

    assert shown(browse.subjects()) == [("Novel", 1)]


def test_subdivisions_stand_below_their_subject_the_shorter_one_first() -> None:
    add("Satu", "A, B", subject("Indonesia", "Sejarah", "1945-1949"))
    add("Dua", "A, B", subject("Indonesia", "Sejarah"))
    add("Tiga", "A, B", subject("Indonesia", "Politik"))
    add("Empat", "A, B", subject("Indonesia raya"))

    (indonesia, raya) = browse.subjects().lines

    assert (indonesia.shown, indonesia.count, indonesia.has_parts) == ("Indonesia", 3, True)
    assert (raya.shown, raya.count, raya.has_parts) == ("Indonesia raya", 1, False)
    assert shown(browse.parts("Indonesia")) == [
        ("Indonesia -- Politik", 1),
        ("Indonesia -- Sejarah", 2),
        ("Indonesia -- Sejarah -- 1945-1949", 1),
    ]


def test_titles_stand_without_the_article_at_their_beginning() -> None:
    record = marc_record(title="The art of war", author="Sun Tzu", language="eng")
    record.fields = [
        Field("245", indicators="14", subfields=[("a", "The art of war")]) if one.tag == "245" else one
        for one in record.fields
    ]
    put(BibFactory(record=record))
    add("Bumi manusia")
    add("Bumi manusia", "Lain, Orang")  # the same title twice

    assert of_titles(browse.titles()) == ["The art of war", "Bumi manusia", "Bumi manusia"]
    assert of_titles(browse.titles(start="bumi")) == ["Bumi manusia", "Bumi manusia"]


def shelved(title: str, number: str, *branches: Any) -> Bib:
    bib: Bib = BibFactory(record=marc_record(title=title, author="A, B", ddc=number))
    for branch in branches:
        ItemFactory(bib=bib, branch=branch, call_number=f"{number} AB {title[0].lower()}")
    put(bib)
    return bib


def test_neighbors_stand_left_and_right_and_the_shelf_ends() -> None:
    centre, medicine = BranchFactory(code="PUSAT"), BranchFactory(code="FK")
    bibs = [shelved(f"{letter} judul", f"61{n}", centre) for n, letter in enumerate("ABCDEFG")]
    shelved("Lain", "613.5", medicine)

    middle = browse.beside(bibs[3].pk, left=2, right=2)
    here = browse.beside(bibs[3].pk, branch=centre.pk, left=2, right=2)
    first = browse.beside(bibs[0].pk, left=2, right=2)

    assert of_titles(middle) == ["B judul", "C judul", "D judul", "Lain", "E judul"]
    assert of_titles(here) == ["B judul", "C judul", "D judul", "E judul", "F judul"]
    assert of_titles(first) == ["A judul", "B judul", "C judul"]
    assert (first.before, bool(first.after)) == ("", True)
    assert of_titles(browse.call_numbers(place=here.after, branch=centre.pk)) == ["G judul"]
    assert browse.beside(bibs[0].pk, branch=medicine.pk) == Stretch()


def test_a_copy_with_another_call_number_stands_in_both_places() -> None:
    centre = BranchFactory(code="PUSAT")
    bib = shelved("Atlas", "912", centre)
    ItemFactory(bib=bib, branch=centre, call_number="R 912 AB a")
    put(bib)

    assert [line.call_number for line in browse.call_numbers().lines] == ["912 AB a", "R 912 AB a"]

    Item.objects.filter(bib=bib, call_number="R 912 AB a").update(status="withdrawn")
    put(bib)

    assert [line.call_number for line in browse.call_numbers().lines] == ["912 AB a"]


def test_a_page_costs_the_same_wherever_it_begins_and_however_long_the_list_is() -> None:
    centre = BranchFactory(code="PUSAT")
    costs = set()
    for count in (4, 40):
        bibs = [shelved(f"Judul {n:03}", f"{600 + n}", centre) for n in range(count)]
        for near in (bibs[1], bibs[-2]):
            with CaptureQueriesContext(connection) as asked:
                assert browse.titles(start=near.title, most=2).lines
                assert browse.call_numbers(start=near.call_number, most=2).lines
                assert browse.beside(near.pk, left=1, right=1).lines
            costs.add(len(asked))

    assert len(costs) == 1


def test_arrivals_are_told_by_the_week_of_the_first_copy() -> None:
    old = add("Lama", "A, B")
    ItemFactory(bib=old, received_on=date(2026, 11, 3))
    ItemFactory(bib=old, received_on=date(2026, 11, 25))  # a further copy makes no new title
    new = add("Baru", "A, B")
    ItemFactory(bib=new, received_on=date(2026, 11, 25))
    put(old, new)

    assert queries.arrivals(["2026-W48", "2026-W47", "2026-W45"]) == [("2026-W48", 1), ("2026-W45", 1)]
    assert queries.arrivals(["2020-W01"]) == [("2026-W48", 1)]  # nothing lately: then the last that came
    assert queries.find(filters=Filters(include={"week": ("2026-W48",)})).ids == [new.pk]


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ("2026-W47", "16 to 22 November 2026"),
        ("2026-W40", "28 September to 4 October 2026"),
        ("2026-W01", "29 December 2025 to 4 January 2026"),
        ("2026-W54", "2026-W54"),
        ("besok", "besok"),
    ],
)
def test_weeks_are_told_in_words(week: str, words: str) -> None:
    assert labels.week_label(week) == words


def test_classes_are_a_tree_with_the_indonesian_tables_for_islam() -> None:
    assert classes.below("")[:3] == ["0", "1", "2"]
    assert classes.below("2")[-1] == "2X"
    assert classes.below("2X") == [f"2X{n}" for n in range(10)]
    assert "657" in classes.below("65")
    assert (classes.number("6"), classes.number("65"), classes.number("2X")) == ("600", "650", "2X")
    assert classes.above("657") == ["6", "65"]
    assert (classes.is_known("657"), classes.is_known("6571")) == (True, False)
    add("Akuntansi", "A, B", record={"ddc": "657.42"})
    add("Tafsir", "C, D", record={"ddc": "2X1.3"})
    assert queries.counts([Key("class", one) for one in ("6", "65", "657", "658", "2", "2X", "2X1")]) == [
        1, 1, 1, 0, 1, 1, 1,
    ]  # fmt: skip


# What belongs together -----------------------------------------------------------------------------------------------
def test_editions_and_translations_of_a_work_find_each_other() -> None:
    bumi = add("Bumi manusia", record={"year": 1980})
    again = add("Bumi manusia", record={"year": 2005})
    english = add(
        "This earth of mankind", "Toer, Pramoedya Ananta",
        Field("240", subfields=[("a", "Bumi manusia"), ("l", "English")]),
        record={"language": "eng"},
    )  # fmt: skip
    add("Bumi manusia", "Rahman, Fadlan")
    add("Anak semua bangsa")

    found = kin.editions(bumi)

    assert [row.bib.pk for row in found.ours] == [again.pk]
    assert [row.bib.pk for row in found.others] == [english.pk]
    assert {row.bib.pk for row in kin.editions(english).others} == {bumi.pk, again.pk}
    assert not kin.editions(Bib.objects.get(title="Anak semua bangsa"))


def test_similar_titles_share_a_subject_or_a_class_and_are_other_works() -> None:
    accounting = {"ddc": "657"}
    asked = add("Pengantar akuntansi", "Wijaya, Budi", subject("Akuntansi"), record=accounting)
    add("Pengantar akuntansi", "Wijaya, Budi", subject("Akuntansi"), record={**accounting, "year": 1999})
    close = add("Akuntansi keuangan", "Kieso, Donald", subject("Akuntansi"), record=accounting)
    near = add("Auditing", "Agoes, Sukrisno", subject("Audit"), record={"ddc": "657.45"})
    add("Pengantar ilmu hukum", "Rahardjo, Satjipto", subject("Hukum"), record={"ddc": "340"})

    assert [row.bib.pk for row in kin.similar(asked)] == [close.pk, near.pk]


def test_similar_titles_leave_out_what_is_hidden() -> None:
    asked = add("Pengantar akuntansi", "Wijaya, Budi", subject("Akuntansi"))
    add("Akuntansi biaya", "Mulyadi", subject("Akuntansi"), batch=ImportJobFactory(state="indexing"))

    assert kin.similar(asked) == []


def test_similar_titles_are_of_several_authors() -> None:
    asked = add("Novel 0", "Hirata, Andrea", subject("Novel"))
    for number in range(8):
        add(f"Roman {number}", "Toer, Pramoedya Ananta", subject("Novel"))
    other = add("Ronggeng", "Tohari, Ahmad", subject("Novel"))

    found = [row.bib for row in kin.similar(asked)]

    assert sum(bib.author.startswith("Toer") for bib in found) == kin.MOST_OF_ONE_AUTHOR
    assert other in found

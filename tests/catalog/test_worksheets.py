"""The simple form: it changes what a person has changed, and nothing else."""

import gzip
from datetime import date

import pytest

from pustaka.catalog import derive, dewey, worksheets
from pustaka.catalog.filling import Heading
from pustaka.standards import marc
from pustaka.standards.marc import Field, Record
from tests.factories import marc_record

BOOK = worksheets.WORKSHEETS["book"]


def changed(record, *, sheet=BOOK, resolve=None, **typed):
    """The record after these lines were typed anew."""
    shown = worksheets.values(sheet, record)
    values = {name: [text] if isinstance(text, str) else text for name, text in typed.items()}
    return worksheets.fill(sheet, record, shown=shown, typed={**shown, **values}, resolve=resolve)


def texts(record, tag):
    return [field.body[:2].replace(" ", "_") + field.body[2:].replace("\x1f", "$") for field in record.all(tag)]


def record_of(*fields, leader="00000nam a2200000 i 4500"):
    return Record(
        leader,
        [Field(tag, indicators=body[:2].replace("_", " "), subfields=[(p[0], p[1:]) for p in body[2:].split("$")[1:]])
         for tag, body in fields],
    )  # fmt: skip


@pytest.mark.parametrize("sheet", worksheets.WORKSHEETS.values(), ids=lambda sheet: sheet.code)
def test_a_worksheet_begins_with_a_sound_record_of_its_kind(sheet):
    record = sheet.begin(on=date(2026, 11, 25))

    assert len(record.control("008")) == 40
    assert record.control("008")[:6] == "261125"
    assert derive.columns(changed(record, sheet=sheet, title="Uji")).form in sheet.forms or sheet.code == "thesis"
    assert worksheets.fill(sheet, record, shown=worksheets.values(sheet, record), typed={}) == record


def test_a_new_book_becomes_a_record_with_isbd_and_coded_data():
    record = changed(
        BOOK.begin(on=date(2026, 11, 25)), title="Bumi manusia", subtitle="sebuah roman",
        statement="Pramoedya Ananta Toer",
        author="Toer, Pramoedya Ananta, 1925-2006", place="Jakarta", publisher="Lentera Dipantara", year="2005",
        extent="535 halaman", size="20 cm", isbn=["9789799731234"], subjects=["Fiksi -- Indonesia", "Kolonialisme"],
        **{"class": "899.2213"},
    )  # fmt: skip

    assert texts(record, "245") == ["10$aBumi manusia :$bsebuah roman /$cPramoedya Ananta Toer"]
    assert texts(record, "100") == ["1_$aToer, Pramoedya Ananta,$d1925-2006"]
    assert texts(record, "264") == ["_1$aJakarta :$bLentera Dipantara,$c2005"]
    assert texts(record, "300") == ["__$a535 halaman ;$c20 cm"]
    assert texts(record, "650") == ["_4$aFiksi$xIndonesia", "_4$aKolonialisme"]
    assert texts(record, "082") == ["04$a899.2213$223"]
    assert record.control("008")[6:11] == "s2005"
    tags = [field.tag for field in record.fields]
    assert tags == sorted(tags)


def test_marks_and_other_subfields_stay_around_a_changed_value():
    record = record_of(("245", "14$6880-01$aThe earth /$hteks$cToer."), ("300", "__$axii, 340 p. :$bill. ;$c23 cm"))

    after = changed(record, title="The Earth", details="ilustrasi")

    assert texts(after, "245") == ["00$6880-01$aThe Earth /$hteks$cToer."]
    assert texts(after, "300") == ["__$axii, 340 p. :$bilustrasi ;$c23 cm"]


def test_a_subfield_that_goes_takes_its_mark_along():
    record = record_of(("245", "10$aBumi manusia :$broman /$cToer"), ("264", "_1$aJakarta :$bLentera,$c2005"))

    after = changed(record, subtitle="", publisher="")

    assert texts(after, "245") == ["10$aBumi manusia /$cToer"]
    assert texts(after, "264") == ["_1$aJakarta,$c2005"]


def test_a_field_that_is_emptied_goes_with_its_link():
    record = record_of(("245", "10$aX"), ("250", "__$6880-02$aEd. 2"))

    assert texts(changed(record, edition=""), "250") == []


def test_the_middle_one_of_three_is_changed_alone():
    record = record_of(
        ("245", "10$aX"), ("650", "_0$aLaw$zIndonesia$0(DLC)sh1"), ("651", "_0$aJava"), ("650", "_7$aHukum$2local")
    )

    after = changed(record, subjects=["Law -- Indonesia", "Jawa", "Hukum"])

    assert [field.tag for field in after.fields] == ["245", "650", "651", "650"]
    assert texts(after, "650") == ["_0$aLaw$zIndonesia$0(DLC)sh1", "_7$aHukum$2local"]
    assert texts(after, "651") == ["_0$aJawa"]


def test_one_of_several_goes_and_the_others_keep_their_fields():
    record = record_of(("245", "10$aX"), *(("020", f"__$a{n}$qjilid {n}") for n in (1, 2, 3)))

    assert texts(changed(record, isbn=["1", "", "3"]), "020") == ["__$a1$qjilid 1", "__$a3$qjilid 3"]
    assert texts(changed(record, isbn=["1", "2", "3", "4"]), "020")[-1] == "__$a4"


def test_another_name_does_not_inherit_the_dates_of_the_old_one():
    record = record_of(("100", "1_$6880-01$aToer, Pramoedya Ananta,$d1925-2006,$eauthor$0(DLC)n79"), ("245", "10$aX"))

    after = changed(record, author="Hirata, Andrea")

    assert texts(after, "100") == ["1_$6880-01$aHirata, Andrea,$eauthor"]


def test_a_controlled_heading_comes_with_its_kind_and_number():
    heading = Heading("10", (("a", "Indonesia."), ("b", "Mahkamah Agung"), ("0", "(ID)a1")), "1")

    after = changed(
        record_of(("245", "00$aX")), author="Indonesia. Mahkamah Agung", resolve={"name": lambda text: heading}
    )

    assert texts(after, "110") == ["1_$aIndonesia.$bMahkamah Agung$0(ID)a1"]
    assert texts(after, "245") == ["10$aX"]


@pytest.mark.parametrize(
    ("name", "tag", "indicators"),
    [
        ("Toer, Pramoedya Ananta", "100", "1 "),
        ("Koentjaraningrat", "100", "0 "),
        ("Universitas Gadjah Mada", "110", "2 "),
    ],
)
def test_a_typed_name_is_a_person_or_a_body(name, tag, indicators):
    field = changed(record_of(("245", "00$aX")), author=name).get("1XX")

    assert (field.tag, field.indicators) == (tag, indicators)


def test_supervisors_and_further_names_do_not_mix():
    record = record_of(("245", "00$aX"), ("700", "1_$aSiregar, Yohana,$epembimbing"), ("700", "1_$aPrasetyo, Teguh"))
    sheet = worksheets.WORKSHEETS["thesis"]

    assert worksheets.values(sheet, record)["supervisors"] == ["Siregar, Yohana"]
    assert worksheets.values(sheet, record)["others"] == ["Prasetyo, Teguh"]
    after = changed(record, sheet=sheet, supervisors=["Siregar, Yohana", "Lestari, Ayu"])
    assert texts(after, "700")[-1] == "1_$aLestari, Ayu,$epembimbing$4ths"


def test_the_coded_year_follows_the_written_one_and_a_serial_keeps_its_end():
    journal = marc_record(leader="00000nas a2200000 i 4500")
    journal.fields[0] = Field("008", data="260101c19989999io " + " " * 17 + "ind d")

    assert changed(marc_record(year=2005), year="2010").control("008")[6:15] == "s2010    "
    assert changed(journal, year="1999-").control("008")[6:15] == "c19999999"
    assert changed(marc_record(year=2005), year="t.t.").control("008")[6:11] == "s2005"


def test_language_goes_into_008_and_nothing_else_of_it_changes():
    before = marc_record(language="ind")
    after = changed(before, language="eng")

    assert after.control("008") == before.control("008")[:35] + "eng" + before.control("008")[38:]
    assert after.fields[1:] == before.fields[1:]


def test_gmd_is_shown_without_its_brackets():
    record = record_of(("245", "10$aX$h[teks] /$cToer"))

    assert worksheets.values(BOOK, record)["gmd"] == ["teks"]
    assert texts(changed(record, gmd="atlas"), "245") == ["10$aX$h[atlas] /$cToer"]


def test_what_a_form_cannot_hold_stays_where_nobody_touches_it():
    record = record_of(("245", "10$aX"), ("500", "__$aBaris\x00satu\r\nbaris dua  "), ("520", "__$a  Dua  blank "))

    shown = worksheets.values(BOOK, record)
    as_sent = {name: [text.replace("\n", "\r\n") for text in found] for name, found in shown.items()}
    assert worksheets.fill(BOOK, record, shown=as_sent, typed=as_sent) == record


def real(shared_data, every=1):
    number = 0
    for path in sorted((shared_data / "marc").iterdir()):
        with gzip.open(path) as file:
            for read in marc.read(file):
                number += 1
                if read.record is not None and number % every == 0:
                    yield path.name, read.record


def untouched(shared_data, every):
    count = 0
    for name, record in real(shared_data, every):
        for sheet in {worksheets.worksheet_for(derive.columns(record).form).code, "book"}:
            shown = worksheets.values(worksheets.WORKSHEETS[sheet], record)
            after = worksheets.fill(worksheets.WORKSHEETS[sheet], record, shown=shown, typed=shown)
            assert (after, after.leader) == (record, record.leader), (name, sheet, record.control("001"))
        count += 1
    return count


def test_a_sample_of_real_records_passes_the_form_unchanged(shared_data):
    assert untouched(shared_data, every=50) > 1_000


@pytest.mark.slow
def test_every_real_record_passes_the_form_unchanged(shared_data):
    assert untouched(shared_data, every=1) > 54_000


@pytest.mark.slow
def test_one_line_of_real_records_changes_without_touching_the_others(shared_data):
    count = 0
    for name, record in real(shared_data, every=40):
        after = changed(record, subtitle="uji coba")
        tags = {
            field.tag
            for field in [*record.fields, *after.fields]
            if (field in record.fields) != (field in after.fields)
        }
        assert tags <= {"245"}, (name, record.control("001"), tags)
        count += 1

    assert count > 1_000


# --- Classes ---


def test_classes_are_found_by_number_and_by_words_of_both_languages():
    assert [one.number for one in dewey.find("657")] == ["657"]
    assert "657" in [one.number for one in dewey.find("account")]
    assert "657" in [one.number for one in dewey.find("akuntan")]
    assert [one.number for one in dewey.find("")] == list(dewey.HUNDREDS)
    assert dewey.find("qqq") == []


def test_a_class_opens_one_step_down():
    assert [one.number for one in dewey.within("000")][:3] == ["010", "020", "030"]
    assert "297" in [one.number for one in dewey.within("290")]
    assert "2X4" in [one.number for one in dewey.within("200")]


def test_every_tenth_class_is_there():
    assert {f"{number:02}0" for number in range(100)} - set(dewey.CLASSES) == {"040"}

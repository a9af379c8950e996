"""Drafts survive, belong to one person, and are saved only when nothing stands in the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import queries, written
from pustaka.catalog.models import Bib, Draft
from pustaka.catalog.services import drafts, records
from pustaka.catalog.written import Row
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.standards.marc import Field, Record
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, marc_record

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, is_system=True)
TEGUH = Actor(name="Teguh Prasetyo", patron_id=8, is_system=True)
SUBJECT = Field("650", indicators=" 4", subfields=[("a", "Fiksi")])


def kept(draft_id, record, by=SARI):
    revision = Draft.objects.get(pk=draft_id).revision
    return drafts.keep(draft_id=draft_id, record=record, revision=revision, at=LATER, by=by)


def test_a_record_from_elsewhere_begins_a_draft_on_its_worksheet():
    thesis = marc_record(more=(Field("502", subfields=[("a", "Skripsi")]),))

    draft = Draft.objects.get(pk=drafts.begin(record=thesis, origin="Perpusnas", at=AT, by=SARI))

    assert (draft.worksheet, draft.origin, draft.title, draft.base_version) == (
        "thesis",
        "Perpusnas",
        "Bumi manusia",
        0,
    )
    assert queries.drafts_of(7) == [draft]
    assert not Bib.with_hidden.exists()


def test_there_is_no_worksheet_of_any_name():
    with pytest.raises(Invalid, match="no worksheet"):
        drafts.begin(worksheet="sinetron", at=AT, by=SARI)


def test_a_title_has_one_draft_for_each_person():
    bib = BibFactory()

    mine = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)

    assert drafts.open_title(bib_id=bib.pk, at=LATER, by=SARI) == mine
    assert drafts.open_title(bib_id=bib.pk, at=LATER, by=TEGUH) != mine
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(patron_id=7, bib_id=bib.pk, base=b"", marc=b"", begun_at=AT, changed_at=AT)


def test_what_was_typed_is_there_again_and_what_was_not_takes_up_the_news():
    bib = BibFactory(record=marc_record(year=2005))
    draft_id = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)
    records.change(bib_id=bib.pk, record=marc_record(year=2010), version=1, at=AT, by=TEGUH)

    drafts.open_title(bib_id=bib.pk, at=LATER, by=SARI)
    assert Draft.objects.get(pk=draft_id).base_version == 2
    kept(draft_id, marc_record(year=2010, title="Bumi"))
    records.change(bib_id=bib.pk, record=marc_record(year=2011), version=2, at=AT, by=TEGUH)
    drafts.open_title(bib_id=bib.pk, at=LATER, by=SARI)

    draft = Draft.objects.get(pk=draft_id)
    assert (draft.base_version, draft.title) == (2, "Bumi")


def test_a_second_window_is_noticed():
    draft_id = drafts.begin(at=AT, by=SARI)
    drafts.keep(draft_id=draft_id, record=marc_record(), revision=1, at=LATER, by=SARI)

    with pytest.raises(drafts.DraftMoved):
        drafts.keep(draft_id=draft_id, record=marc_record(title="Lain"), revision=1, at=LATER, by=SARI)

    assert Draft.objects.get(pk=draft_id).title == "Bumi manusia"


def test_nobody_else_opens_keeps_saves_or_discards_a_draft():
    draft_id = drafts.begin(at=AT, by=SARI)
    for attempt in (
        lambda: queries.draft(draft_id, 8),
        lambda: drafts.keep(draft_id=draft_id, record=marc_record(), revision=1, at=AT, by=TEGUH),
        lambda: drafts.save(draft_id=draft_id, at=AT, by=TEGUH),
        lambda: drafts.discard(draft_id=draft_id, at=AT, by=TEGUH),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(NotPermitted):
        drafts.begin(at=AT, by=VISITOR)


def test_rows_that_are_no_record_yet_are_kept_and_not_saved():
    draft_id = drafts.begin(record=marc_record(), at=AT, by=SARI)
    rows = [Row("LDR", "", "pendek"), Row("245", "10", "$aBumi")]
    assert written.record(rows)[0] is None

    drafts.keep(draft_id=draft_id, record=None, rows=rows, revision=1, at=LATER, by=SARI)

    assert Draft.objects.get().rows == [["LDR", "", "pendek"], ["245", "10", "$aBumi"]]
    with pytest.raises(Invalid, match="can't be read yet"):
        drafts.save(draft_id=draft_id, at=LATER, by=SARI)


def test_saving_makes_the_title_and_ends_the_draft():
    draft_id = drafts.begin(record=marc_record(), at=AT, by=SARI)

    bib = drafts.save(draft_id=draft_id, at=LATER, by=SARI)

    assert (bib.title, bib.version) == ("Bumi manusia", 1)
    assert queries.record_steps(bib.pk)[0].told.by == SARI.name
    assert not Draft.objects.exists()


def test_an_error_blocks():
    draft_id = drafts.begin(record=Record("00000nam a2200000 i 4500", [SUBJECT]), at=AT, by=SARI)

    with pytest.raises(Invalid, match="no title"):
        drafts.save(draft_id=draft_id, at=LATER, by=SARI)

    assert Draft.objects.exists()


def test_the_same_title_is_pointed_out_until_a_person_says_that_it_is_another():
    ours = BibFactory(record=marc_record(isbn="9789799731234"))
    draft_id = drafts.begin(record=marc_record(isbn="9789799731234"), at=AT, by=SARI)

    assert drafts.examine(draft=Draft.objects.get(), at=AT).same == [(ours, "isbn")]
    with pytest.raises(drafts.LooksTheSame, match="Bumi manusia"):
        drafts.save(draft_id=draft_id, at=LATER, by=SARI)
    drafts.save(draft_id=draft_id, is_another=True, at=LATER, by=SARI)

    assert Bib.objects.count() == 2


def test_an_edit_that_changes_no_key_asks_nothing():
    BibFactory.create_batch(2, record=marc_record(isbn="9789799731234"))
    bib = Bib.objects.last()
    draft_id = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)
    kept(draft_id, marc_record(isbn="9789799731234", more=(SUBJECT,)))

    assert drafts.examine(draft=Draft.objects.get(), at=AT).same == []
    drafts.save(draft_id=draft_id, at=LATER, by=SARI)

    assert queries.record_of(bib).get("650") == SUBJECT


def test_two_editors_see_both_changes_and_neither_is_lost():
    bib = BibFactory(record=marc_record())
    draft_id = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)
    kept(draft_id, marc_record(ddc="813", more=(SUBJECT,)))
    records.change(bib_id=bib.pk, record=marc_record(ddc="899.221", extent="500 hlm."), version=1, at=AT, by=TEGUH)

    meanwhile = drafts.examine(draft=Draft.objects.get(), at=AT).meanwhile
    assert (meanwhile.by, meanwhile.version) == (TEGUH.name, 2)
    assert [one.tag for one in meanwhile.mine] == ["082", "650"]
    assert [one.tag for one in meanwhile.theirs] == ["082", "300"]
    assert [clash.tag for clash in meanwhile.clashes] == ["082"]
    with pytest.raises(records.StaleRecord):
        drafts.save(draft_id=draft_id, at=LATER, by=SARI)

    drafts.join(draft_id=draft_id, version=2, choices={0: "theirs"}, at=LATER, by=SARI)
    drafts.save(draft_id=draft_id, at=LATER, by=SARI)

    record = queries.record_of(bib)
    assert (record.get("082").get("a"), record.get("300").get("a"), record.get("650")) == (
        "899.221", "500 hlm.", SUBJECT,
    )  # fmt: skip


def test_joining_with_a_state_that_has_moved_on_is_refused():
    bib = BibFactory(record=marc_record())
    draft_id = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)
    for version in (1, 2):
        records.change(bib_id=bib.pk, record=marc_record(year=2000 + version), version=version, at=AT, by=TEGUH)

    with pytest.raises(records.StaleRecord):
        drafts.join(draft_id=draft_id, version=2, choices={}, at=LATER, by=SARI)


def test_a_draft_of_a_title_that_is_gone_says_so():
    bib = BibFactory()
    draft_id = drafts.open_title(bib_id=bib.pk, at=AT, by=SARI)
    kept(draft_id, marc_record(title="Lain", more=(SUBJECT,)))
    records.remove(bib_id=bib.pk, version=1, at=LATER, by=TEGUH)

    assert drafts.examine(draft=Draft.objects.get(), at=LATER).is_gone
    with pytest.raises(NotFound):
        drafts.save(draft_id=draft_id, at=LATER, by=SARI)


def test_old_drafts_are_forgotten_and_unchanged_ones_after_a_day():
    unchanged = drafts.begin(at=AT, by=SARI)
    typed = drafts.begin(at=AT, by=SARI)
    kept(typed, marc_record())

    assert drafts.forget_old(at=AT + timedelta(hours=23)) == 0
    assert drafts.forget_old(at=AT + timedelta(days=2)) == 1
    assert list(Draft.objects.values_list("pk", flat=True)) == [typed]
    assert unchanged != typed
    assert drafts.forget_old(at=LATER + timedelta(days=91)) == 1


def test_a_record_keeps_its_very_bytes_through_a_draft():
    odd = Record(
        "00000cam  2200000Ia 4500",
        [*marc_record().fields, Field("880", indicators="1 ", subfields=[("6", "245-01/(3/r"), ("a", "بومي")])],
    )
    bib = BibFactory(record=odd)

    draft = Draft.objects.get(pk=drafts.open_title(bib_id=bib.pk, at=AT, by=SARI))

    assert bytes(draft.marc) == bytes(bib.record.marc)

"""Duplicates are found, merged with all that hangs on them, told apart, and parted again."""

import pytest

from pustaka.catalog import duplicates, queries
from pustaka.catalog.models import Bib, BibTombstone, Change, Item, Merge
from pustaka.catalog.services import covers, items, merges, records
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.foundation.models import OutboxEvent
from pustaka.standards.marc import Field
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, ItemFactory, marc_record
from tests.pictures import picture

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)


def merged(into, *others, **more):
    versions = {bib.pk: bib.version for bib in (into, *others)}
    return merges.merge(into_id=into.pk, versions=versions, at=LATER, by=SARI, **more)


def twins(**record):
    return [BibFactory(record=marc_record(**record)) for _ in range(2)]


def groups():
    return [([bib.pk for bib in group.bibs], group.by) for group in duplicates.likely().groups]


def test_titles_that_agree_are_shown_once_and_by_what():
    one, other = twins(title="Bumi manusia", isbn="9786020633176")
    first, second = twins(title="Laskar pelangi", number="")
    BibFactory(record=marc_record(title="Laskar pelangi", year=2011))

    assert sorted(groups()) == sorted([([one.pk, other.pk], "isbn"), ([first.pk, second.pk], "title")])


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Negara paripurna", "isbn": "9786020633176"},  # one ISBN for two books
        {"leader": "00000nem a2200000 i 4500"},  # a map of that name
        {"extent": "212 hlm."},
        {"year": 2006},
    ],
)
def test_titles_that_contradict_each_other_are_not_shown(other):
    BibFactory(record=marc_record(**({"isbn": "9786020633176"} if "isbn" in other else {})))
    BibFactory(record=marc_record(**other))

    assert groups() == []


def test_what_a_person_has_told_apart_is_not_asked_again():
    one, other = twins()

    merges.tell_apart(bib_ids=[other.pk, one.pk], at=AT, by=SARI)
    merges.tell_apart(bib_ids=[other.pk, one.pk], at=AT, by=SARI)

    assert groups() == []


def test_pages_of_duplicates_leave_nothing_out():
    pairs = [sorted(bib.pk for bib in twins(title=f"Judul {n}", number="")) for n in range(5)]
    found, after = [], None
    for _ in range(5):
        page = duplicates.likely(after=after, most=2)
        found += [[bib.pk for bib in group.bibs] for group in page.groups]
        if (after := page.next_after) is None:
            break

    assert sorted(found) == pairs


def test_merge_moves_copies_keeps_history_and_leaves_the_old_address_leading_on():
    into, gone = twins()
    item = ItemFactory(bib=gone, barcode="B1")

    done = merged(into, gone, reason="tercatat dua kali")

    item.refresh_from_db()
    assert (item.bib_id, item.version) == (into.pk, 2)
    (step,) = queries.item_steps(item.pk)
    assert (step.told.change, step.told.cause) == (Change.MOVED, f"merge:{done.pk}")
    assert queries.bib_or_successor(gone.pk).pk == into.pk
    stone = BibTombstone.objects.get()
    assert (stone.change, stone.successor_id, stone.reason) == ("merged", into.pk, "tercatat dua kali")
    told = dict(OutboxEvent.objects.values_list("name", "payload"))
    assert told["catalog.BibsMerged"] == {"from_ids": [gone.pk], "into_id": into.pk}
    assert told["catalog.BibsChanged"] == {"bib_ids": [into.pk, gone.pk]}


def test_the_title_that_stays_takes_over_the_fields_that_were_chosen():
    note = Field("500", subfields=[("a", "Edisi bertanda tangan")])
    into = BibFactory(record=marc_record(extent="300 hlm."))
    gone = BibFactory(record=marc_record(extent="300 hlm. : ilus. ; 21 cm", more=(note,)))
    fields = queries.record_of(gone).fields
    take = [(gone.pk, place) for place, field in enumerate(fields) if field.tag in {"300", "500"}]

    merged(into, gone, take=[*take, (gone.pk, 99), (into.pk, 0)])

    record = queries.record_of(into)
    assert [field.get("a") for field in record.all("300", "500")] == [
        "300 hlm. : ilus. ; 21 cm",
        "Edisi bertanda tangan",
    ]
    assert queries.record_steps(into.pk)[0].told.change == Change.MERGED


def test_a_merge_is_undone_with_copies_record_and_number():
    into = BibFactory(record=marc_record(extent="300 hlm."))
    gone = BibFactory(record=marc_record(extent="301 hlm.", title="Bumi Manusia"))
    mine, theirs, elsewhere = ItemFactory(bib=into), ItemFactory(bib=gone), ItemFactory(bib=gone)
    place = [field.tag for field in queries.record_of(gone).fields].index("300")
    done = merged(into, gone, take=[(gone.pk, place)])
    other = BibFactory()
    Item.objects.filter(pk=elsewhere.pk).update(bib=other)

    merges.undo(merge_id=done.pk, at=LATER, by=SARI)

    assert dict(Item.objects.order_by().values_list("pk", "bib_id")) == {
        mine.pk: into.pk, theirs.pk: gone.pk, elsewhere.pk: other.pk,
    }  # fmt: skip
    assert queries.bib(gone.pk).title == "Bumi Manusia"
    assert queries.record_of(queries.bib(into.pk)) == marc_record(extent="300 hlm.")
    assert not BibTombstone.objects.exists()
    assert Merge.objects.get().undone_by == SARI.name
    with pytest.raises(merges.NotNow):
        merges.undo(merge_id=done.pk, at=LATER, by=SARI)


def test_undo_leaves_the_record_that_somebody_has_changed_since():
    into = BibFactory(record=marc_record(extent="300 hlm."))
    gone = BibFactory(record=marc_record(extent="301 hlm."))
    place = [field.tag for field in queries.record_of(gone).fields].index("300")
    done = merged(into, gone, take=[(gone.pk, place)])
    records.change(bib_id=into.pk, record=marc_record(title="Lain"), version=2, at=LATER, by=SARI)

    merges.undo(merge_id=done.pk, at=LATER, by=SARI)

    assert queries.bib(into.pk).title == "Lain"


def test_a_merge_with_a_state_that_one_did_not_see_or_with_itself_is_refused():
    into, gone = twins()
    items.add(bib=gone, copy=items.NewCopy(barcode="B1", branch=ItemFactory().branch), at=AT, by=SARI)
    records.change(bib_id=gone.pk, record=marc_record(title="Lain"), version=1, at=AT, by=SARI)

    with pytest.raises(records.StaleRecord):
        merged(into, gone)
    with pytest.raises(Invalid, match="at least two"):
        merged(into)
    with pytest.raises(NotPermitted):
        merges.merge(into_id=into.pk, versions={into.pk: 1, gone.pk: 2}, at=AT, by=VISITOR)
    assert Bib.objects.filter(pk=gone.pk).exists()


def test_a_row_that_the_other_title_has_already_comes_back_on_undo(tmp_path, settings):
    """Any model with a foreign key to a title; the cover stands for all."""
    from django.db.models import ForeignObjectRel

    pointing = {model._meta.label_lower for model, _ in merges._pointing()}
    expected = {
        relation.related_model._meta.label_lower
        for relation in Bib._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    } - {"catalog.bibrecord", "catalog.bibkey"}

    assert pointing == expected
    assert {"catalog.item", "catalog.holding"} <= pointing


@pytest.fixture
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def pictured(bib, color):
    return covers.put(bib_id=bib.pk, picture=picture(color=color), at=AT, by=SARI)


def cover_of(bib):
    return getattr(queries.bib(bib.pk), "cover", None)


@pytest.mark.usefixtures("_own_shelf")
def test_the_title_that_stays_takes_the_cover_of_the_other_where_it_has_none():
    into, gone = twins()
    taken = pictured(gone, "#7a2e2e")

    done = merged(into, gone)

    assert cover_of(into) == taken
    merges.undo(merge_id=done.pk, at=LATER, by=SARI)
    assert (cover_of(into), cover_of(gone)) == (None, taken)


@pytest.mark.usefixtures("_own_shelf")
def test_the_title_that_stays_keeps_its_own_cover_and_the_other_comes_back_on_undo():
    into, gone = twins()
    kept, other = pictured(into, "#245c4a"), pictured(gone, "#7a2e2e")

    done = merged(into, gone)

    assert cover_of(into).shown == kept.shown
    merges.undo(merge_id=done.pk, at=LATER, by=SARI)
    assert (cover_of(into).shown, cover_of(gone).shown) == (kept.shown, other.shown)

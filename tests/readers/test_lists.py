"""Lists of one's own: order, limits, sharing, and what stays of a title that is gone."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog.models import Bib
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.readers import queries
from pustaka.readers.models import BookList, ListEntry
from pustaka.readers.services import lists, merges
from tests.factories import BibFactory, PatronFactory
from tests.factories.readers import BookListFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def order(found):
    return list(queries.entries(found).values_list("bib_id", flat=True))


def entry_of(found, bib_id):
    return queries.entries(found).get(bib_id=bib_id).pk


def move(found, one, before):
    lists.move(
        owner=found.patron,
        list_id=found.pk,
        entry_id=entry_of(found, one),
        before=None if before is None else entry_of(found, before),
        at=AT,
    )


def test_titles_come_in_the_order_in_which_they_were_put_there():
    a, b, c = [BibFactory().pk for _ in range(3)]
    found = BookListFactory()

    lists.add(owner=found.patron, list_id=found.pk, bib_ids=[c, a], at=AT)
    added = lists.add(owner=found.patron, list_id=found.pk, bib_ids=[a, b, b, 999_999], at=AT)

    assert order(found) == [c, a, b]
    assert (added.new, added.known) == (1, 1)


def test_moving_agrees_with_a_plain_list_however_often():
    found = BookListFactory(titles=6)
    wanted = order(found)
    dice = random.Random(17)

    for _ in range(120):
        one = dice.choice(wanted)
        before = dice.choice([*[pk for pk in wanted if pk != one], None])
        move(found, one, before)
        wanted.remove(one)
        wanted.insert(len(wanted) if before is None else wanted.index(before), one)
        assert order(found) == wanted


def test_list_is_numbered_anew_when_there_is_no_room_between_two():
    found = BookListFactory(titles=3)
    a, b, c = order(found)

    for turn in range(24):  # each turn halves the room behind the first
        move(found, *((c, b) if turn % 2 == 0 else (b, c)))
    assert order(found)[0] == a
    assert len(set(queries.entries(found).values_list("position", flat=True))) == 3


@pytest.mark.parametrize(("steps", "wanted"), [(-1, "bacd"), (1, "acbd"), (-9, "bacd"), (9, "acdb"), (0, "abcd")])
def test_move_by_steps_stops_at_the_ends(steps, wanted):
    found = BookListFactory(titles=4)
    names = dict(zip(order(found), "abcd", strict=True))
    second = order(found)[1]

    lists.move_by(owner=found.patron, list_id=found.pk, entry_id=entry_of(found, second), steps=steps, at=AT)

    assert "".join(names[pk] for pk in order(found)) == wanted


def test_removed_titles_come_back_where_they_were_with_their_notes():
    found = BookListFactory(titles=4)
    before = order(found)
    entry = entry_of(found, before[1])
    lists.note(owner=found.patron, list_id=found.pk, entry_id=entry, text=" Bab 3 saja \r\n", at=AT)

    gone = lists.remove(
        owner=found.patron, list_id=found.pk, entry_ids=[entry, entry_of(found, before[2]), 999_999], at=AT
    )
    assert order(found) == [before[0], before[3]]
    assert lists.restore(owner=found.patron, list_id=found.pk, removed=gone, at=AT) == 2
    assert lists.restore(owner=found.patron, list_id=found.pk, removed=gone, at=AT) == 0

    assert order(found) == before
    assert queries.entries(found).get(bib_id=before[1]).note == "Bab 3 saja"


@pytest.mark.parametrize("more", [0, 1])
def test_list_holds_so_many_titles_and_no_more(monkeypatch, more):
    monkeypatch.setattr(lists, "MOST_ENTRIES", 3)
    found = BookListFactory(titles=2)
    new = [BibFactory().pk for _ in range(1 + more)]

    if not more:
        lists.add(owner=found.patron, list_id=found.pk, bib_ids=new, at=AT)
        assert len(order(found)) == 3
        return
    with pytest.raises(Invalid, match="at most 3 titles"):
        lists.add(owner=found.patron, list_id=found.pk, bib_ids=new, at=AT)
    assert len(order(found)) == 2


def test_person_has_so_many_lists_and_no_more(monkeypatch):
    monkeypatch.setattr(lists, "MOST_LISTS", 2)
    owner = PatronFactory()
    BookListFactory(patron=owner)
    lists.create(owner=owner, title="Kedua", at=AT)

    with pytest.raises(Invalid, match="2 lists already"):
        lists.create(owner=owner, title="Ketiga", at=AT)
    lists.create(owner=PatronFactory(), title="Orang lain", at=AT)


def test_note_may_be_a_thousand_letters_and_no_more():
    found = BookListFactory(titles=1)
    entry = queries.entries(found).get()

    lists.note(owner=found.patron, list_id=found.pk, entry_id=entry.pk, text="a" * 1_000, at=AT)
    with pytest.raises(Invalid, match="1001"):
        lists.note(owner=found.patron, list_id=found.pk, entry_id=entry.pk, text="a" * 1_001, at=AT)


def test_title_that_is_gone_stays_as_its_name():
    bib = BibFactory(title="Ronggeng Dukuh Paruk", author="Tohari, Ahmad")
    kept = BibFactory(title="Bekisar merah")
    found = BookListFactory(bibs=[bib, kept])
    Bib.objects.filter(pk=bib.pk).delete()

    placed = queries.placed(list(queries.entries(found)))

    assert [(one.entry.title, one.row is None) for one in placed] == [
        ("Ronggeng Dukuh Paruk", True),
        ("Bekisar merah", False),
    ]


def test_nobody_else_finds_or_changes_a_list():
    found = BookListFactory(titles=1)
    other = PatronFactory()
    entry = queries.entries(found).get().pk

    for attempt in (
        lambda: queries.own_list(other, found.pk),
        lambda: queries.public_list(found.pk),
        lambda: lists.describe(owner=other, list_id=found.pk, title="x", description="", at=AT),
        lambda: lists.share(owner=other, list_id=found.pk, visibility="public", at=AT),
        lambda: lists.delete(owner=other, list_id=found.pk),
        lambda: lists.add(owner=other, list_id=found.pk, bib_ids=[1], at=AT),
        lambda: lists.remove(owner=other, list_id=found.pk, entry_ids=[entry], at=AT),
        lambda: lists.note(owner=other, list_id=found.pk, entry_id=entry, text="x", at=AT),
        lambda: lists.move_by(owner=other, list_id=found.pk, entry_id=entry, steps=1, at=AT),
    ):
        with pytest.raises(NotFound):
            attempt()
    own = BookListFactory(patron=other, titles=1)
    with pytest.raises(NotFound):  # the entry of somebody else's list in one's own
        lists.note(owner=other, list_id=own.pk, entry_id=entry, text="x", at=AT)


def test_link_leads_to_the_list_until_it_is_renewed_or_the_list_is_private():
    found = BookListFactory(titles=1)
    share = {"owner": found.patron, "list_id": found.pk, "at": AT}

    first = lists.share(visibility="link", **share).token
    assert queries.list_by_token(first) == found
    assert lists.share(visibility="link", **share).token == first  # saved again, the link stays
    second = lists.renew_link(**share).token
    with pytest.raises(NotFound):
        queries.list_by_token(first)
    assert queries.list_by_token(second) == found
    lists.share(visibility="private", **share)
    with pytest.raises(NotFound):
        queries.list_by_token(second)
    with pytest.raises(Invalid):
        lists.renew_link(**share)
    assert lists.share(visibility="link", **share).token not in {first, second, None}
    assert len(first) >= 24


def test_public_list_is_signed_as_its_owner_wishes():
    found = BookListFactory(titles=1, patron__name="Dr. Nurul Hidayati")
    share = {"owner": found.patron, "list_id": found.pk, "visibility": "public", "at": AT}

    assert lists.share(**share).signature == ""
    assert lists.share(signed_as="real", **share).signature == "Dr. Nurul Hidayati"
    assert lists.share(signed_as="pen", pen_name=" Bu  Nurul ", **share).signature == "Bu Nurul"
    with pytest.raises(Invalid, match="pen name"):
        lists.share(signed_as="pen", pen_name=" ", **share)


def test_public_lists_leave_out_empty_private_and_linked_ones():
    def shared(visibility, **made):
        found = BookListFactory(**made)
        return lists.share(owner=found.patron, list_id=found.pk, visibility=visibility, at=AT + timedelta(hours=1))

    bib = BibFactory()
    shown = shared("public", bibs=[bib])
    shared("public")
    shared("link", bibs=[bib])
    shared("private", bibs=[bib])

    assert [(found.pk, found.size) for found in queries.public_lists()] == [(shown.pk, 1)]
    assert queries.public_lists_with(bib.pk) == [shown]


def test_copy_of_somebody_elses_list_comes_without_the_notes():
    source = BookListFactory(titles=2)
    lists.note(owner=source.patron, list_id=source.pk, entry_id=queries.entries(source)[0].pk, text="rahasia", at=AT)
    other = PatronFactory()

    copied = lists.copy(owner=other, source=source, title="Salinan", at=AT)
    own = lists.copy(owner=source.patron, source=source, title="Salinan", at=AT)

    assert order(copied) == order(own) == order(source)
    assert {entry.note for entry in queries.entries(copied)} == {""}
    assert {entry.note for entry in queries.entries(own)} == {"rahasia", ""}
    assert copied.visibility == "private"


def test_entries_follow_a_title_that_was_merged():
    gone, kept = BibFactory(), BibFactory()
    both, one = BookListFactory(bibs=[gone, kept]), BookListFactory(bibs=[gone])

    merges.follow(gone_ids=[gone.pk], kept_id=kept.pk)
    merges.follow(gone_ids=[gone.pk], kept_id=kept.pk)

    assert order(both) == order(one) == [kept.pk]


def test_constraints_of_the_tables_hold():
    found = BookListFactory(titles=1)
    entry = queries.entries(found).get()
    for broken in (
        lambda: BookList.objects.update(title=""),
        lambda: BookList.objects.update(visibility="secret"),
        lambda: BookList.objects.update(visibility="link", token=None),
        lambda: BookList.objects.update(token="abc"),
        lambda: BookList.objects.update(visibility="public", taken_down_because="iklan"),
        lambda: ListEntry.objects.create(book_list=found, bib_id=entry.bib_id, title="x", position=1, added_at=AT),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()

"""Every state of a controlled heading: who changed it, and the way back, also to one that is gone."""

import pytest

from pustaka.catalog import queries
from pustaka.catalog.headings import Names
from pustaka.catalog.models import Authority, Change
from pustaka.catalog.services import authorities, batches
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.standards import marc
from tests.catalog.conftest import AT, LATER

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)


def add(heading="Ekonomi", **names):
    return authorities.add(kind="topic", heading=heading, names=Names(**names), at=AT, by=SARI)


def refer(authority, *see):
    return authorities.change(
        authority_id=authority.pk, version=authority.version, names=Names(see=see), at=LATER, by=SARI
    )


def go_back(authority, to_version, *, by=SARI):
    return authorities.go_back(
        authority_id=authority.pk, to_version=to_version, version=authority.version, at=LATER, by=by
    )


def steps(authority_id):
    return [(step.told.version, step.told.change, step.has_before) for step in queries.heading_steps(authority_id)]


def see(authority):
    return Authority.objects.get(pk=authority.pk).see


def test_a_new_heading_tells_who_made_it():
    authority = add()

    step = queries.heading_steps(authority.pk)[0]
    assert steps(authority.pk) == [(0, Change.ADDED, False)]
    assert (step.told.by, step.told.patron_id, step.told.at, step.told.heading) == (SARI.name, 7, AT, "Ekonomi")
    assert authority.version == 1


def test_each_change_keeps_the_state_before_and_one_can_go_back():
    authority = refer(refer(add(see=("Perekonomian",)), "Iktisad"), "Iktisad", "Niaga")

    told = queries.heading_steps(authority.pk)
    assert [(step.told.version, step.told.change) for step in told] == [(2, "edited"), (1, "edited"), (0, "added")]
    assert [(one.tag, one.before and one.before.get("a"), one.after and one.after.get("a"))
            for one in told[1].differences] == [("450", "Perekonomian", "Iktisad")]  # fmt: skip

    go_back(authority, 1)

    assert see(authority) == ["Perekonomian"]
    assert steps(authority.pk)[0] == (3, Change.WENT_BACK, True)
    assert [step.told.version for step in queries.heading_steps(authority.pk, below=2)] == [1, 0]


def test_going_back_is_refused_where_it_makes_no_sense():
    authority = refer(add(), "Niaga")

    with pytest.raises(NotPermitted):
        go_back(authority, 1, by=VISITOR)
    with pytest.raises(NotFound, match="no version 7"):
        go_back(authority, 7)
    authority.version -= 1
    with pytest.raises(authorities.StaleAuthority):
        go_back(authority, 1)


def test_going_back_never_changes_the_words_behind_the_back_of_the_titles():
    authority = add()
    job = authorities.rename(authority_id=authority.pk, heading="Ilmu ekonomi", bib_ids=[], at=AT, by=SARI)
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    authority.refresh_from_db()

    told = queries.heading_steps(authority.pk)[0].told
    assert (told.version, told.change, told.cause, told.heading) == (1, Change.HEADING, f"batch:{job.pk}", "Ekonomi")
    with pytest.raises(Invalid, match="other words then"):
        go_back(authority, 1)


def test_an_undone_merge_tells_of_both_headings():
    one, other = add("Ekonomi"), add("Perekonomian")
    job = authorities.merge(authority_id=one.pk, into_id=other.pk, bib_ids=[], at=AT, by=SARI)
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    batches.change(job_id=job.pk, at=LATER)
    assert steps(one.pk) == [(1, Change.MERGED, True), (0, Change.ADDED, False)]
    assert steps(other.pk)[0] == (1, Change.HEADING, True)

    batches.undo(job_id=job.pk, at=LATER, by=SARI)

    assert steps(one.pk)[0] == (2, Change.BATCH_UNDONE, False)
    assert steps(other.pk)[0] == (2, Change.BATCH_UNDONE, True)
    assert Authority.objects.get(pk=one.pk).version == 3
    assert refer(Authority.objects.get(pk=one.pk), "Niaga").version == 4


def test_a_heading_that_was_taken_out_is_brought_back_as_it_was():
    authority = add(see=("Perekonomian",))
    record = bytes(Authority.objects.get().marc)
    authorities.remove(authority_id=authority.pk, version=1, at=LATER, by=SARI)
    assert steps(authority.pk) == [(1, Change.REMOVED, True), (0, Change.ADDED, False)]

    with pytest.raises(NotPermitted):
        authorities.bring_back(authority_id=authority.pk, at=LATER, by=VISITOR)
    back = authorities.bring_back(authority_id=authority.pk, at=LATER, by=SARI)

    assert marc.load(bytes(Authority.objects.get(pk=authority.pk).marc)) == marc.load(record)
    assert (back.heading, back.control_number, back.version) == ("Ekonomi", f"PM-A{authority.pk}", 3)
    assert steps(authority.pk)[0] == (2, Change.BROUGHT_BACK, False)
    with pytest.raises(Invalid, match="there already"):
        authorities.bring_back(authority_id=authority.pk, at=LATER, by=SARI)
    with pytest.raises(NotFound):
        authorities.bring_back(authority_id=authority.pk + 1, at=LATER, by=SARI)


def test_a_heading_is_not_brought_back_beside_another_of_its_words():
    authority = add()
    authorities.remove(authority_id=authority.pk, version=1, at=LATER, by=SARI)
    add("EKONOMI")

    with pytest.raises(Invalid, match="controlled already"):
        authorities.bring_back(authority_id=authority.pk, at=LATER, by=SARI)

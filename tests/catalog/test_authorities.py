"""Controlled headings: made, changed, linked, renamed, merged and split, with effect on their titles, and undone."""

import pytest

from pustaka.catalog import headings, queries
from pustaka.catalog.headings import Names
from pustaka.catalog.models import Authority, BatchChange, Change
from pustaka.catalog.services import authorities, batches
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.foundation.models import OutboxEvent
from pustaka.standards import marc
from pustaka.standards.marc import Field
from tests.catalog.conftest import AT, LATER
from tests.factories import BibFactory, marc_record

pytestmark = pytest.mark.django_db

SARI = Actor(name="Sari Wulandari", patron_id=7, permissions=SYSTEM.permissions, is_system=True)


def add(heading, kind="topic", **names):
    return authorities.add(kind=kind, heading=heading, names=Names(**names), at=AT, by=SARI)


def titled(*subjects):
    return BibFactory(
        record=marc_record(more=tuple(Field("650", indicators=" 4", subfields=[("a", s)]) for s in subjects))
    )


def subjects(bib):
    return [str(field.body).replace("\x1f", "$") for field in queries.record_of(bib).all("650")]


def done(job):
    batches.start(job_id=job.pk, at=LATER, by=SARI)
    batches.change(job_id=job.pk, at=LATER)
    return queries.batch(job.pk)


def undone(job):
    batches.undo(job_id=job.pk, at=LATER, by=SARI)
    batches.restore(job_id=job.pk, at=LATER)


def record_of(authority):
    return marc.load(bytes(Authority.objects.get(pk=authority.pk).marc))


def test_a_new_heading_has_a_number_references_and_a_record():
    authority = add("Ekonomi", see=("Perekonomian",), broader=("Ilmu sosial",), related=("$aBisnis$zIndonesia",))

    assert (authority.heading, authority.see, authority.control_number) == (
        "Ekonomi", ["Perekonomian"], f"PM-A{authority.pk}",
    )  # fmt: skip
    record = record_of(authority)
    assert record.kind == "authority"
    assert [str(field.body).replace("\x1f", "$") for field in record.all("150", "450", "550")] == [
        "  $aEkonomi", "  $aPerekonomian", "  $wg$aIlmu sosial", "  $aBisnis$zIndonesia",
    ]  # fmt: skip
    assert headings.names(record) == Names(("Perekonomian",), ("Ilmu sosial",), (), ("Bisnis -- Indonesia",))
    assert OutboxEvent.objects.filter(name="catalog.AuthoritiesChanged").exists()


def test_a_heading_is_controlled_once():
    add("Ekonomi")

    with pytest.raises(Invalid, match="controlled already"):
        add("EKONOMI.")
    with pytest.raises(Invalid, match="Write the heading"):
        add(" ")
    with pytest.raises(NotPermitted):
        authorities.add(kind="topic", heading="Hukum", at=AT, by=VISITOR)
    assert add("Ekonomi", kind="genre").pk


def test_changed_references_keep_what_the_simple_form_does_not_show():
    authority = add("Ekonomi", see=("Perekonomian",))
    record = record_of(authority)
    record.fields = [
        Field("450", subfields=[("w", "nne"), ("a", "Perekonomian")]) if field.tag == "450" else field
        for field in record.fields
    ] + [Field("670", subfields=[("a", "Kamus")])]
    authority = authorities.change_record(
        authority_id=authority.pk, version=authority.version, record=record, at=LATER, by=SARI
    )

    authorities.change(
        authority_id=authority.pk,
        version=authority.version,
        names=Names(see=("Perekonomian", "Ilmu ekonomi")),
        at=LATER,
        by=SARI,
    )

    assert [str(field.body).replace("\x1f", "$") for field in record_of(authority).all("450", "670")] == [
        "  $wnne$aPerekonomian", "  $aIlmu ekonomi", "  $aKamus",
    ]  # fmt: skip
    with pytest.raises(authorities.StaleAuthority):
        authorities.remove(authority_id=authority.pk, version=1, at=LATER, by=SARI)


def test_a_whole_record_may_not_rename_by_stealth():
    authority = add("Ekonomi")
    record = record_of(authority)
    record.fields = [Field("150", subfields=[("a", "Hukum")])]

    with pytest.raises(Invalid, match="Rename the heading"):
        authorities.change_record(
            authority_id=authority.pk, version=authority.version, record=record, at=LATER, by=SARI
        )


def test_titles_are_linked_by_the_number():
    authority, bib, other = add("Ekonomi"), titled("Ekonomi"), titled("Ekonomi syariah")

    job = done(authorities.link(authority_id=authority.pk, bib_ids=[bib.pk, other.pk], at=AT, by=SARI))

    assert job.counts == {"changed": 1, "same": 1}
    assert subjects(bib) == [f" 4$aEkonomi$0{authority.control_number}"]
    assert subjects(other) == [" 4$aEkonomi syariah"]


def test_renaming_changes_the_record_and_all_titles_and_is_undone():
    authority, bib = add("Perekonomian", see=("Iktisad",)), titled("Perekonomian", "Hukum")

    job = authorities.rename(authority_id=authority.pk, heading="Ekonomi", bib_ids=[bib.pk], at=AT, by=SARI)
    assert (job.state, Authority.objects.get().heading) == (BatchChange.State.READY, "Perekonomian")
    done(job)

    authority.refresh_from_db()
    assert (authority.heading, authority.see) == ("Ekonomi", ["Iktisad", "Perekonomian"])
    assert subjects(bib) == [f" 4$aEkonomi$0{authority.control_number}", " 4$aHukum"]
    assert queries.record_steps(bib.pk)[0].told.change == Change.HEADING
    undone(job)
    authority.refresh_from_db()
    assert (authority.heading, authority.see) == ("Perekonomian", ["Iktisad"])
    assert subjects(bib) == [" 4$aPerekonomian", " 4$aHukum"]


def test_a_heading_without_titles_is_renamed_too():
    authority = add("Perekonomian")

    job = done(authorities.rename(authority_id=authority.pk, heading="Ekonomi", bib_ids=[], at=AT, by=SARI))

    assert (job.state, Authority.objects.get().heading) == (BatchChange.State.DONE, "Ekonomi")


def test_a_renaming_that_makes_no_sense_is_refused():
    authority = add("Perekonomian")
    add("Ekonomi")

    for heading, match in (("Perekonomian", "these words already"), ("ekonomi", "controlled already"), ("", "Write")):
        with pytest.raises(Invalid, match=match):
            authorities.rename(authority_id=authority.pk, heading=heading, bib_ids=[], at=AT, by=SARI)


def test_a_renaming_does_not_start_when_somebody_has_changed_the_heading():
    authority, bib = add("Perekonomian"), titled("Perekonomian")
    job = authorities.rename(authority_id=authority.pk, heading="Ekonomi", bib_ids=[bib.pk], at=AT, by=SARI)
    authority.refresh_from_db()
    authorities.change(authority_id=authority.pk, version=authority.version, names=Names(see=("X",)), at=AT, by=SARI)

    with pytest.raises(authorities.StaleAuthority):
        batches.start(job_id=job.pk, at=LATER, by=SARI)


def test_merging_leads_from_the_one_to_the_other_and_is_undone():
    gone, into = add("Perekonomian", see=("Iktisad",)), add("Ekonomi")
    bib = titled("Perekonomian")

    job = done(authorities.merge(authority_id=gone.pk, into_id=into.pk, bib_ids=[bib.pk], at=AT, by=SARI))

    into.refresh_from_db()
    assert Authority.objects.get().pk == into.pk
    assert into.see == ["Perekonomian", "Iktisad"]
    assert subjects(bib) == [f" 4$aEkonomi$0{into.control_number}"]
    undone(job)
    assert sorted(Authority.objects.values_list("pk", "heading")) == [(gone.pk, "Perekonomian"), (into.pk, "Ekonomi")]
    assert subjects(bib) == [" 4$aPerekonomian"]


def test_merging_needs_another_heading_of_the_same_kind():
    one, other = add("Ekonomi"), add("Ekonomi", kind="genre")

    for into in (one, other):
        with pytest.raises(Invalid, match="same kind"):
            authorities.merge(authority_id=one.pk, into_id=into.pk, bib_ids=[], at=AT, by=SARI)


def test_two_persons_of_one_name_are_split():
    authority = add("Wijaya, Budi", kind="person")
    mine, other = (
        BibFactory(record=marc_record(author="Wijaya, Budi")),
        BibFactory(record=marc_record(author="Wijaya, Budi")),
    )

    done(
        authorities.split(
            authority_id=authority.pk, heading="$aWijaya, Budi,$d1970-", bib_ids=[other.pk], at=AT, by=SARI
        )
    )

    made = Authority.objects.exclude(pk=authority.pk).get()
    assert (made.kind, made.heading) == ("person", "Wijaya, Budi, 1970-")
    assert str(queries.record_of(other).get("100").body).replace("\x1f", "$") == (
        f"1 $aWijaya, Budi,$d1970-$0{made.control_number}"
    )
    assert queries.bib(mine.pk).author == "Wijaya, Budi"
    with pytest.raises(Invalid, match="Choose the titles"):
        authorities.split(authority_id=authority.pk, heading="Wijaya, B.", bib_ids=[], at=AT, by=SARI)


def test_references_of_a_heading_are_told_once():
    add("Ekonomi", broader=("Ilmu sosial",), narrower=("Ekonomi syariah",), related=("Bisnis",))
    add("Bisnis", related=("Ekonomi",))

    assert queries.references_of(["EKONOMI"]) == [
        ("broader", "Ilmu sosial"), ("narrower", "Ekonomi syariah"), ("related", "Bisnis"),
    ]  # fmt: skip
    assert queries.references_of(["Ekonomi", "Bisnis"]) == [("broader", "Ilmu sosial"), ("narrower", "Ekonomi syariah")]
    assert queries.references_of(["Hukum"]) == []
    assert queries.controlled(["ekonomi.", "Hukum"]) == {"ekonomi."}

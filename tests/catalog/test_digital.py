"""Digitized copies: files with a right, addresses in the record, and who may open what."""

import pytest
from django.db import IntegrityError, transaction

from pustaka.catalog import care as reads
from pustaka.catalog import queries
from pustaka.catalog.models import Change, DigitalCopy
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import digital, merges, records
from pustaka.catalog.services.records import StaleRecord
from pustaka.foundation.actors import VISITOR, Actor
from pustaka.foundation.errors import Invalid, NotFound, NotPermitted
from pustaka.standards.marc import Field
from tests.catalog.conftest import AT, LATER
from tests.catalog.test_care import WAYAN, YOHANA
from tests.documents import pdf
from tests.factories import BibFactory, ItemFactory

pytestmark = pytest.mark.django_db

Rights = DigitalCopy.Rights
DESK = Actor(name="Yohana Siregar", patron_id=4, permissions=frozenset({Permission.READ_PRESERVATION_COPIES}))
ADDRESS = "https://khastara.perpusnas.go.id/koleksi/detail/?catId=27112"


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def add(bib, *, rights=Rights.PUBLIC_DOMAIN, pages=2, by=WAYAN, **more):
    return digital.add(bib_id=bib.pk, file=pdf(pages=pages), rights=rights, at=AT, by=by, **more)


def link(bib, url=ADDRESS, by=WAYAN, **more):
    return digital.link(bib_id=bib.pk, version=bib.version, url=url, at=LATER, by=by, **more)


def test_a_file_is_kept_with_its_right_and_the_copy_it_was_made_from():
    bib = BibFactory()
    item = ItemFactory(bib=bib)

    kept = add(bib, rights=Rights.PERMITTED, statement="Izin ahli waris, 2025", part="Jilid 1", item_id=item.pk)

    assert (kept.pages, kept.part, kept.item, kept.statement) == (2, "Jilid 1", item, "Izin ahli waris, 2025")
    found, file, path = digital.opened(copy_id=kept.pk, by=VISITOR)
    assert (found, file.content_type, path.read_bytes()) == (kept, "application/pdf", pdf(pages=2).getvalue())


@pytest.mark.parametrize(
    ("rights", "statement", "for_readers"),
    [(Rights.PUBLIC_DOMAIN, "", True), (Rights.PERMITTED, "Skripsi sendiri", True), (Rights.PRESERVATION, "", False)],
)
def test_the_right_decides_who_may_open_a_file(rights, statement, for_readers):
    bib = BibFactory()
    kept = add(bib, rights=rights, statement=statement)

    assert (reads.digital_copies(bib, by=VISITOR) == [kept]) is for_readers
    assert reads.digital_copies(bib, by=DESK) == [kept]
    assert digital.opened(copy_id=kept.pk, by=DESK)[0] == kept
    if not for_readers:
        with pytest.raises(NotFound, match="isn't open to you"):
            digital.opened(copy_id=kept.pk, by=VISITOR)


def test_a_right_that_is_taken_back_closes_the_file():
    bib = BibFactory()
    kept = add(bib)

    digital.change_rights(copy_id=kept.pk, rights=Rights.PRESERVATION, statement="Ditarik penerbit", by=WAYAN)

    assert reads.digital_copies(bib, by=VISITOR) == []
    with pytest.raises(Invalid, match="who has permitted it"):
        digital.change_rights(copy_id=kept.pk, rights=Rights.PERMITTED, statement=" ", by=WAYAN)


def test_what_cannot_be_kept_is_refused_with_words():
    bib, stranger = BibFactory(), ItemFactory()
    add(bib)

    with pytest.raises(Invalid, match="here already"):
        add(bib)
    with pytest.raises(Invalid, match="who has permitted it"):
        add(bib, rights=Rights.PERMITTED, pages=3)
    with pytest.raises(Invalid, match="by which right"):
        add(bib, rights="stolen", pages=3)
    with pytest.raises(NotFound, match="no such copy of this title"):
        add(bib, item_id=stranger.pk, pages=3)
    with pytest.raises(NotFound):
        digital.add(bib_id=999, file=pdf(), rights=Rights.PUBLIC_DOMAIN, at=AT, by=WAYAN)
    with pytest.raises(NotPermitted):
        add(bib, by=YOHANA, pages=3)
    assert DigitalCopy.objects.count() == 1


def test_a_file_is_taken_away():
    kept = add(BibFactory())

    with pytest.raises(NotPermitted):
        digital.remove(copy_id=kept.pk, by=YOHANA)
    assert digital.remove(copy_id=kept.pk, by=WAYAN) == kept.bib_id
    with pytest.raises(NotFound):
        digital.remove(copy_id=kept.pk, by=WAYAN)


def test_an_address_becomes_part_of_the_record_and_leaves_it_again():
    bib = BibFactory()
    before = queries.record_of(bib)

    changed = link(bib, part="Jilid 1", words="Baca di Khastara", note="Pindaian berwarna")

    field = queries.record_of(bib).get("856")
    assert (field.indicators, field.subfields) == (
        "41",
        (("3", "Jilid 1"), ("u", ADDRESS), ("y", "Baca di Khastara"), ("z", "Pindaian berwarna")),
    )
    (step,) = queries.record_steps(bib.pk)
    assert (step.told.change, step.told.by, step.told.reason) == (Change.EDITED, WAYAN.name, "Digitized copy linked")

    digital.unlink(bib_id=bib.pk, version=changed.version, url=ADDRESS, at=LATER, by=WAYAN)

    assert queries.record_of(bib) == before
    with pytest.raises(NotFound, match="isn't in the record"):
        digital.unlink(bib_id=bib.pk, version=changed.version + 1, url=ADDRESS, at=LATER, by=WAYAN)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://a.id/x", "https://", "https://a b.id/", "khastara"])
def test_what_is_no_address_of_a_page_is_not_linked(url):
    with pytest.raises(Invalid, match="no address of a page"):
        link(BibFactory(), url)


def test_an_address_is_linked_once_and_by_who_saw_the_record():
    bib = BibFactory(more=(Field("856", indicators="40", subfields=[("u", ADDRESS)]),))

    with pytest.raises(Invalid, match="in the record already"):
        link(bib)
    with pytest.raises(StaleRecord):
        digital.link(bib_id=bib.pk, version=7, url=f"{ADDRESS}3", at=AT, by=WAYAN)
    with pytest.raises(NotPermitted):
        link(bib, f"{ADDRESS}3", by=DESK)
    with pytest.raises(NotFound):
        digital.unlink(bib_id=bib.pk, version=bib.version, url=ADDRESS, at=AT, by=WAYAN)


def test_a_title_with_a_file_is_not_removed_and_takes_it_along_when_merged():
    bib, other = BibFactory(), BibFactory()
    kept = add(bib)

    with pytest.raises(Invalid, match="has digitized copies"):
        records.remove(bib_id=bib.pk, version=bib.version, at=AT, by=WAYAN)
    merges.merge(into_id=other.pk, versions={bib.pk: 1, other.pk: 1}, at=AT, by=WAYAN)

    kept.refresh_from_db()
    assert kept.bib == other


@pytest.mark.parametrize("values", [{"rights": "stolen"}, {"rights": "permitted"}])
def test_the_database_refuses_files_without_a_right(values):
    kept = add(BibFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        DigitalCopy.objects.filter(pk=kept.pk).update(**values)

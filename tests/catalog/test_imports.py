"""Files on their way into the catalogue: every kind of trouble, every rule for matches, and the way back."""

import gzip
import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import translation

from pustaka.catalog import queries
from pustaka.catalog.events import BatchStaged, BatchWithdrawn, BibsChanged
from pustaka.catalog.models import Authority, Bib, BibKey, BibRecord, Holding, ImportEntry, ImportJob, Item
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import covers, imports, items, records
from pustaka.foundation.actors import SYSTEM, Actor
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.foundation.events import name_of
from pustaka.foundation.models import OutboxEvent
from pustaka.standards.marc import Field, Record, to_iso2709, to_marcjson, to_marcxml
from tests.catalog.conftest import AT, LATER, imported, staged, taken_over
from tests.factories import BibFactory, BranchFactory, ImportJobFactory, ItemFactory, LocationFactory, marc_record
from tests.pictures import picture

pytestmark = pytest.mark.django_db

OnMatch, Outcome, Action = ImportJob.OnMatch, ImportEntry.Outcome, ImportEntry.Action
NOT_MARC = b"Yth. Pustakawan\r\nterlampir, seperti dijanjikan\r\ndaftar\r\n\x00"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def central():
    return BranchFactory(code="PUSAT", name="Perpustakaan Pusat")


def said(job, outcome):
    return [
        (entry.number, entry.title, [code for code, _ in entry.messages]) for entry in queries.entries(job, outcome)
    ]


def done(job):
    return [(entry.title, entry.matched_by, entry.action) for entry in queries.entries(job, Outcome.MATCHED)]


def events(kind):
    return [row.payload for row in OutboxEvent.objects.filter(name=name_of(kind)).order_by("pk")]


# --- Taking a file in ------------------------------------------------------------------------------------------------


def test_upload_is_kept_with_its_checksum_and_waits(catalog_file, uploads):
    path = catalog_file(marc_record())

    job = imports.upload(file=io.BytesIO(path.read_bytes()), name="../../etc/katalog.mrc", at=AT, by=SYSTEM)

    assert (job.name, job.state, job.format, job.size) == ("katalog.mrc", "waiting", "iso2709", path.stat().st_size)
    assert job.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [file.read_bytes() for file in uploads.iterdir()] == [path.read_bytes()]


@pytest.mark.parametrize(("name", "said"), [("daftar.mrc", "no MARC"), ("daftar.csv", "no table")])
def test_upload_of_something_else_says_what_it_is_and_leaves_nothing(uploads, name, said):
    with pytest.raises(Invalid, match=said):
        imports.upload(file=io.BytesIO(NOT_MARC), name=name, at=AT, by=SYSTEM)

    assert list(uploads.iterdir()) == []
    assert not ImportJob.objects.exists()


@pytest.mark.parametrize(("most", "is_taken"), [(0, True), (-1, False)])
def test_upload_is_bounded(catalog_file, settings, uploads, most, is_taken):
    path = catalog_file(marc_record())
    settings.MOST_UPLOAD_BYTES = path.stat().st_size + most

    if is_taken:
        imports.upload(file=io.BytesIO(path.read_bytes()), name="a.mrc", at=AT, by=SYSTEM)
    else:
        with pytest.raises(Invalid, match="command line"):
            imports.upload(file=io.BytesIO(path.read_bytes()), name="a.mrc", at=AT, by=SYSTEM)
    assert len(list(uploads.iterdir())) == is_taken


@pytest.mark.parametrize("service", ["upload", "add_file", "decide", "commit", "cancel", "undo", "resume"])
def test_nobody_imports_without_permission(catalog_file, service):
    path, job = catalog_file(marc_record()), ImportJobFactory()
    given = {
        "upload": {"file": io.BytesIO(path.read_bytes()), "name": "a.mrc"},
        "add_file": {"path": path},
        "decide": {"job_id": job.pk, "on_match": OnMatch.ADD},
    }.get(service, {"job_id": job.pk})
    cataloguer = Actor(name="I Wayan Sudarma", permissions=frozenset({Permission.EDIT}))

    with pytest.raises(NotPermitted):
        getattr(imports, service)(**given, at=AT, by=cataloguer)

    assert ImportJob.objects.get() == job


def test_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(Invalid, match="can't be read"):
        imports.add_file(path=tmp_path / "tiada.mrc", at=AT, by=SYSTEM)


def test_first_import_of_an_empty_library_makes_the_main_branch(catalog_file):
    job = staged(catalog_file(marc_record(copies=(("B1", ""),))))

    assert job.branch.code == "PUSAT"


# --- Staging ---------------------------------------------------------------------------------------------------------


def test_nothing_is_visible_before_the_import_is_revealed(catalog_file, central):
    job = staged(catalog_file(marc_record(number="1", copies=(("B1", "PUSAT"),))))

    def visible():
        return Bib.objects.count(), Item.objects.count(), queries.totals().titles, len(queries.newest())

    assert Bib.with_hidden.count() == 1
    assert visible() == (0, 0, 0, 0)
    assert queries.hidden_batches() == [job.pk]
    imports.commit(job_id=job.pk, at=LATER, by=SYSTEM)
    assert visible() == (0, 0, 0, 0)
    imports.settle(job_id=job.pk, at=LATER)
    assert visible() == (0, 0, 0, 0)
    assert events(BatchStaged) == [{"job_id": job.pk}]
    imports.reveal(job_id=job.pk, at=LATER)
    assert visible() == (1, 1, 1, 1)
    assert queries.hidden_batches() == []


def test_a_file_with_every_kind_of_trouble_is_read_to_its_end(catalog_file, central):
    sound = to_iso2709(marc_record(number="1", title="Utuh", copies=(("B1", "PUSAT"),)))
    no_end = to_iso2709(marc_record(number="2", title="Tanpa akhir"))[:-1]
    wrong_length = b"99999" + to_iso2709(marc_record(number="3", title="Panjang salah"))[5:]
    latin = to_iso2709(marc_record(number="4", title="Caf# de Batavia")).replace(b"#", b"\xe9")
    torn = to_iso2709(marc_record(number="5", title="Terpotong"))[:60]
    twin = to_iso2709(marc_record(number="1", title="Utuh", copies=(("B1", "PUSAT"), ("B9", "PUSAT"))))
    path = catalog_file(sound, no_end, wrong_length, b"\n\n", latin, b"sampah di antara\x1d", twin, torn)

    job = staged(path)

    assert job.state == "ready"
    titles = set(Bib.with_hidden.values_list("title", flat=True))
    assert titles >= {"Utuh", "Tanpa akhir", "Panjang salah", "Café de Batavia"}
    assert job.counts["records"] == job.read == job.counts["bibs"] + job.counts["broken"]
    assert said(job, Outcome.BROKEN)
    assert [entry.title for entry in queries.entries(job, Outcome.MATCHED)] == ["Utuh"]
    assert "Café de Batavia" in [title for _, title, _ in said(job, Outcome.MENDED)]
    assert job.counts["items"] == 2
    assert job.counts["items_known"] == 1


def test_an_entry_says_where_the_broken_record_stands(catalog_file):
    sound = to_iso2709(marc_record(number="1"))
    path = catalog_file(sound, b"sampah\x1d", sound)

    job = staged(path)

    (entry,) = queries.entries(job, Outcome.BROKEN)
    assert (entry.number, entry.offset) == (2, len(sound))
    assert len(entry.messages[0][1]) > 10


def test_original_bytes_are_kept_only_where_they_cannot_be_written_again(catalog_file):
    sound = to_iso2709(marc_record(number="1", title="Utuh"))
    odd = b"99999" + to_iso2709(marc_record(number="2", title="Ganjil"))[5:]

    staged(catalog_file(sound, odd))

    kept = {record.bib.title: record.original for record in BibRecord.objects.select_related("bib")}
    assert kept["Utuh"] is None
    assert bytes(kept["Ganjil"]) == odd


@pytest.mark.parametrize("form", ["iso2709", "marcxml", "marcjson"])
@pytest.mark.parametrize("is_packed", [False, True])
def test_every_format_is_staged(tmp_path, form, is_packed):
    records = [marc_record(number=str(n), title=f"Judul {n}") for n in range(3)]
    data = {
        "iso2709": b"".join(map(to_iso2709, records)),
        "marcxml": f"<collection>{''.join(map(to_marcxml, records))}</collection>".encode(),
        "marcjson": "\n".join(map(to_marcjson, records)).encode(),
    }[form]
    path = tmp_path / "katalog"
    path.write_bytes(gzip.compress(data) if is_packed else data)

    job = staged(path)

    assert (job.format, job.read, job.state) == (form, 3, "ready")
    assert [bib.title for bib in Bib.with_hidden.order_by("pk")] == ["Judul 0", "Judul 1", "Judul 2"]
    assert job.phase_done == job.phase_total == path.stat().st_size


def test_a_cut_off_archive_gives_what_it_has_and_says_so(tmp_path):
    data = gzip.compress(
        b"".join(to_iso2709(marc_record(number=str(n), title=f"Judul {n} {n * 7919}")) for n in range(3000))
    )
    path = tmp_path / "katalog.mrc.gz"
    path.write_bytes(data[: len(data) // 2])

    job = staged(path)

    assert job.state == "ready"
    assert 500 < job.counts["bibs"] < 3000
    (entry,) = list(queries.entries(job, Outcome.BROKEN))[-1:]
    assert "cut off" in entry.messages[0][1]


def test_copies_of_unknown_places_stand_at_the_default_and_are_counted(catalog_file, central):
    shelf = LocationFactory(branch=central, code="UMUM")
    path = catalog_file(
        marc_record(number="1", copies=(("B1", "PUSAT"), ("B2", "FAPERTA"), ("B3", "faperta"), ("B4", "pusat")))
    )

    job = staged(path, location=shelf)

    assert (
        list(Item.with_hidden.order_by("barcode").values_list("branch__code", "location__code"))
        == [("PUSAT", "UMUM")] * 4
    )
    assert imports.summary(job=job).unknown_places == {"FAPERTA": 1, "faperta": 1}


def test_unknown_places_are_made_where_that_is_wished(catalog_file, central):
    path = catalog_file(marc_record(number="1", copies=(("B1", "Fakultas Pertanian"), ("B2", "fakultas pertanian"))))

    staged(path, creates_places=True)

    assert set(Item.with_hidden.values_list("branch__code", "branch__name")) == {
        ("Fakultas-Pertanian", "Fakultas Pertanian")
    }


def test_a_taken_barcode_is_left_out_and_said(catalog_file, central):
    ItemFactory(barcode="B1", bib=BibFactory(title="Rumah kaca"))

    job = staged(catalog_file(marc_record(number="1", copies=(("B1", "PUSAT"), ("B2", "PUSAT")))))

    assert said(job, Outcome.NOTED) == [(1, "Bumi manusia", ["barcode-taken"])]
    assert job.counts["items"] == 1
    assert job.counts["items_refused"] == 1


def test_authorities_and_holdings_find_their_place(catalog_file, central):
    authority = Record(
        "00000nz  a2200000n  4500", [Field("001", data="a1"), Field("100", subfields=[("a", "Toer, Pramoedya Ananta")])]
    )
    holding = Record(
        "00000ny  a2200000n  4500",
        [
            Field("001", data="h1"),
            Field("004", data="7"),
            Field("852", subfields=[("b", "PUSAT")]),
            Field("866", subfields=[("a", "1990-2005")]),
        ],
    )
    path = catalog_file(holding, authority, marc_record(number="7", title="Tempo", author=""))

    job = imported(path)

    bib = Bib.objects.get()
    assert [shelf.extent for shelf in queries.holdings_of(bib)] == ["1990-2005"]
    assert queries.authority("TOER, Pramoedya Ananta.").control_number == "a1"
    again = imported(path)
    assert (Authority.objects.count(), Holding.objects.count(), Bib.objects.count()) == (1, 1, 1)
    assert [entry.action for entry in queries.entries(again, Outcome.MATCHED)] == ["identical"] * 3
    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)
    assert (Authority.with_hidden.count(), Holding.with_hidden.count(), Bib.with_hidden.count()) == (0, 0, 0)


# --- Matching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "by"),
    [
        ({"number": "1"}, {"number": "1", "title": "Judul yang sama sekali lain"}, "control"),
        ({"number": "1", "source": "A"}, {"number": "1", "source": "B", "title": "Lain", "author": "X"}, ""),
        ({"isbn": "9789799731234"}, {"isbn": "979-97312-3-2", "year": 2010}, "isbn"),
        ({"isbn": "9789799731234", "title": "Kalkulus 1"}, {"isbn": "9789799731234", "title": "Kalkulus 2"}, ""),
        ({"isbn": "9789799731234"}, {"isbn": "9789799731234", "title": "Resep masakan"}, ""),
        ({"issn": "0126-4273", "title": "Tempo", "year": 1971}, {"issn": "0126-4273", "title": "Tempo"}, "issn"),
        ({}, {"title": "BUMI MANUSIA"}, "title"),
        ({}, {"author": "Toer, P. A."}, "title"),
        ({}, {"year": 2006}, ""),
        ({}, {"extent": "210 hlm."}, ""),
        ({"number": "1"}, {"number": "2"}, ""),
        ({"number": "1", "source": "A"}, {"number": "2", "source": "B"}, "title"),
        ({"isbn": "9789799731234"}, {"isbn": "9789798659126"}, ""),
        ({}, {"leader": "00000nem a2200000 i 4500"}, ""),
    ],
)  # fmt: skip
def test_what_is_the_same_title(catalog_file, central, ours, theirs, by):
    BibFactory(record=marc_record(**ours))

    job = staged(catalog_file(marc_record(**theirs)))

    assert [entry.matched_by for entry in queries.entries(job, Outcome.MATCHED)] == ([by] if by else [])


def test_a_shared_isbn_that_was_not_believed_is_noted(catalog_file, central):
    BibFactory(record=marc_record(isbn="9789799731234"))

    job = staged(catalog_file(marc_record(isbn="9789799731234", title="Resep masakan", author="")))

    assert said(job, Outcome.NOTED) == [(1, "Resep masakan", ["no-001", "shared-isbn"])]


def test_what_another_import_hides_is_not_matched(catalog_file, central):
    path = catalog_file(marc_record(number="1"))
    staged(path)

    assert "matched" not in staged(path).counts


def test_two_imports_of_one_file_that_are_both_waiting_do_not_double_it(catalog_file, central):
    path = catalog_file(marc_record(number="1"), marc_record(number="2", title="Rumah kaca"))
    first, second = staged(path), staged(path)

    taken_over(first)
    second = taken_over(second)

    assert Bib.objects.count() == Bib.with_hidden.count() == 2
    assert done(second) == [("Bumi manusia", "control", "identical"), ("Rumah kaca", "control", "identical")]


@pytest.mark.parametrize("rule", [OnMatch.SKIP, OnMatch.REPLACE, OnMatch.MERGE_ITEMS])
def test_repeated_it_changes_nothing(catalog_file, central, rule):
    bare = Record("00000nam a2200000 i 4500", [Field("245", subfields=[("a", "Tanpa apa-apa")])])
    path = catalog_file(
        marc_record(number="1", copies=(("B1", "PUSAT"),)),
        marc_record(title="Laskar pelangi", author="Hirata, Andrea"),
        bare,
    )
    imported(path)
    before = state()

    again = imported(path, on_match=rule)

    assert state() == before
    assert imports.summary(job=again).identical == 3
    assert [action for _, _, action in done(again)] == ["identical"] * 3


def state():
    """All that a reader can see of the catalogue, and all that matching knows of it."""
    return (
        list(Bib.objects.order_by("pk").values_list()),
        [
            (row.bib_id, bytes(row.marc), row.original and bytes(row.original))
            for row in BibRecord.objects.order_by("pk")
        ],
        sorted(BibKey.objects.values_list("bib_id", "digest")),
        list(Item.objects.order_by("pk").values_list("barcode", "bib_id", "call_number", "branch__code")),
    )


# --- The rules for matches -------------------------------------------------------------------------------------------


@pytest.fixture
def ours(central):
    bib = BibFactory(record=marc_record(number="1", title="Bumi manusia", extent="535 hlm."))
    ItemFactory(bib=bib, barcode="B1", branch=central)
    return bib


@pytest.fixture
def theirs(catalog_file):
    return catalog_file(
        marc_record(
            number="1",
            title="Bumi manusia : sebuah roman",
            extent="540 hlm.",
            copies=(("B1", "PUSAT"), ("B2", "PUSAT")),
        ),
        marc_record(number="9", title="Rumah kaca", copies=(("B3", "PUSAT"),)),
    )


def titles():
    return [(row.bib.title, row.copies) for row in queries.rows(list(queries.all_bibs().values_list("pk", flat=True)))]


def test_skip_keeps_ours_and_leaves_theirs_with_its_copies(ours, theirs):
    job = imported(theirs, on_match=OnMatch.SKIP)

    assert titles() == [("Bumi manusia", 1), ("Rumah kaca", 1)]
    assert done(job) == [("Bumi manusia : sebuah roman", "control", "skipped")]
    assert Bib.with_hidden.count() == 2
    assert events(BibsChanged) == []


def test_replace_keeps_the_number_and_the_copies(ours, theirs):
    job = imported(theirs, on_match=OnMatch.REPLACE)

    assert titles() == [("Bumi manusia : sebuah roman", 2), ("Rumah kaca", 1)]
    bib = queries.bib(ours.pk)
    assert (bib.extent, bib.version, bib.created_at, bib.changed_at) == ("540 hlm.", 2, ours.created_at, LATER)
    assert queries.record_of(bib).get("300").get("a") == "540 hlm."
    assert done(job) == [("Bumi manusia : sebuah roman", "control", "replaced")]
    assert events(BibsChanged) == [{"bib_ids": [ours.pk]}]
    assert Bib.with_hidden.count() == BibRecord.objects.count() == 2


def test_merge_keeps_ours_and_adds_their_copies(ours, theirs):
    imported(theirs, on_match=OnMatch.MERGE_ITEMS)

    assert titles() == [("Bumi manusia", 2), ("Rumah kaca", 1)]
    assert queries.bib(ours.pk).version == 1
    assert events(BibsChanged) == [{"bib_ids": [ours.pk]}]


def test_add_makes_a_second_title(ours, theirs):
    imported(theirs, on_match=OnMatch.ADD)

    assert titles() == [("Bumi manusia", 1), ("Bumi manusia : sebuah roman", 1), ("Rumah kaca", 1)]


def test_the_rule_may_be_changed_until_the_import_is_taken_over(ours, theirs):
    job = staged(theirs, on_match=OnMatch.SKIP)
    assert imports.summary(job=job).will_skip == 1

    job = imports.decide(job_id=job.pk, on_match=OnMatch.REPLACE, at=LATER, by=SYSTEM)

    assert (imports.summary(job=job).will_replace, imports.summary(job=job).will_skip) == (1, 0)
    taken_over(job)
    assert titles()[0][0] == "Bumi manusia : sebuah roman"
    with pytest.raises(imports.NotNow):
        imports.decide(job_id=job.pk, on_match=OnMatch.SKIP, at=LATER, by=SYSTEM)


@pytest.mark.parametrize("rule", [OnMatch.SKIP, OnMatch.REPLACE, OnMatch.MERGE_ITEMS])
def test_the_same_title_twice_in_a_file_is_one_with_all_copies(catalog_file, central, rule):
    path = catalog_file(
        marc_record(number="1", copies=(("B1", "PUSAT"),)),
        marc_record(number="1", extent="1 jil.", copies=(("B2", "PUSAT"),)),
    )

    job = imported(path, on_match=rule)

    assert titles() == [("Bumi manusia", 2)]
    assert Bib.objects.get().extent == "535 hlm. ; 20 cm"
    assert done(job) == [("Bumi manusia", "control", "merged")]


def test_one_of_ours_is_replaced_once(ours, catalog_file):
    path = catalog_file(
        marc_record(number="1", title="Kedua"), marc_record(number="1", title="Ketiga", copies=(("B7", "PUSAT"),))
    )

    job = imported(path, on_match=OnMatch.REPLACE)

    assert titles() == [("Kedua", 2)]
    assert [action for _, _, action in done(job)] == ["replaced", "merged"]


def test_ours_that_is_gone_by_then_is_added(ours, theirs):
    job = staged(theirs, on_match=OnMatch.MERGE_ITEMS)
    Item.objects.filter(bib=ours).delete()
    records.remove(bib_id=ours.pk, version=1, at=LATER, by=SYSTEM)

    taken_over(job)

    assert [title for title, _ in titles()] == ["Bumi manusia : sebuah roman", "Rumah kaca"]


# --- The way back ----------------------------------------------------------------------------------------------------


def undone(job):
    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=LATER)
    return queries.job(job.pk)


def without_moments(rows):
    bibs, *rest = rows
    names = [field.attname for field in Bib._meta.concrete_fields]
    return [
        {k: v for k, v in zip(names, row, strict=True) if k not in {"version", "changed_at"}} for row in bibs
    ], *rest


@pytest.mark.parametrize("rule", OnMatch.values)
def test_undo_restores_exactly(ours, theirs, rule):
    before = without_moments(state())
    job = imported(theirs, on_match=rule)
    assert without_moments(state()) != before

    job = undone(job)

    assert without_moments(state()) == before
    assert job.state == "undone"
    assert Bib.with_hidden.count() == 1
    assert Item.with_hidden.count() == 1
    assert events(BatchWithdrawn) == [{"job_id": job.pk}]


def test_undo_hides_at_once_what_is_deleted_later(ours, theirs):
    job = imported(theirs)

    imports.undo(job_id=job.pk, at=LATER, by=SYSTEM)

    assert titles() == [("Bumi manusia", 1)]
    assert Bib.with_hidden.count() == 2
    assert queries.hidden_batches() == [job.pk]


def test_undo_brings_back_original_bytes(central, catalog_file):
    odd = b"99999" + to_iso2709(marc_record(number="1", title="Ganjil"))[5:]
    imported(catalog_file(odd))
    job = imported(catalog_file(marc_record(number="1", title="Lurus"), name="b.mrc"), on_match=OnMatch.REPLACE)
    assert BibRecord.objects.get().original is None

    undone(job)

    record = BibRecord.objects.get()
    assert (bytes(record.original), record.original_format, record.bib.title) == (odd, "iso2709", "Ganjil")


def test_undo_keeps_what_was_changed_since_and_says_so(catalog_file, central):
    job = imported(
        catalog_file(
            marc_record(number="1", title="Diubah", copies=(("B1", "PUSAT"),)),
            marc_record(number="2", title="Bereksemplar"),
            marc_record(number="3", title="Eksemplarnya diubah", copies=(("B3", "PUSAT"),)),
            marc_record(number="4", title="Tetap", copies=(("B4", "PUSAT"),)),
        )
    )
    bibs = {bib.title: bib for bib in Bib.objects.all()}
    records.change(
        bib_id=bibs["Diubah"].pk, record=marc_record(number="1", title="Diubah betul"), version=1, at=LATER, by=SYSTEM
    )
    items.add(bib=bibs["Bereksemplar"], copy=items.NewCopy(barcode="B2", branch=central), at=LATER, by=SYSTEM)
    copy = queries.item_by_barcode("B3")
    items.change(item_id=copy.pk, version=1, fields={"note": "sobek"}, at=LATER, by=SYSTEM)

    job = undone(job)

    assert titles() == [("Diubah betul", 1), ("Bereksemplar", 1), ("Eksemplarnya diubah", 1)]
    assert {entry.title: entry.messages[0][0] for entry in queries.entries(job, Outcome.NOTED)} == {
        "Diubah betul": "kept", "Bereksemplar": "kept", "Eksemplarnya diubah": "kept",
    }  # fmt: skip
    assert imports.summary(job=job).kept == 3


def test_undo_keeps_a_title_that_was_given_a_cover(catalog_file, central, settings, tmp_path):
    settings.MEDIA = tmp_path / "media"
    job = imported(catalog_file(marc_record(number="1", title="Bergambar"), marc_record(number="2", title="Polos")))
    bib = Bib.objects.get(title="Bergambar")
    covers.put(bib_id=bib.pk, picture=picture(), at=LATER, by=SYSTEM)

    job = undone(job)

    assert titles() == [("Bergambar", 0)]
    assert [entry.title for entry in queries.entries(job, Outcome.NOTED)] == ["Bergambar"]


def test_undo_does_not_lose_a_change_of_a_replaced_title(ours, theirs):
    job = imported(theirs, on_match=OnMatch.REPLACE)
    records.change(bib_id=ours.pk, record=marc_record(number="1", title="Diperbaiki"), version=2, at=LATER, by=SYSTEM)

    job = undone(job)

    assert titles() == [("Diperbaiki", 1)]
    assert [entry.messages[0][0] for entry in queries.entries(job, Outcome.MATCHED)] == ["kept"]


def test_a_change_between_preview_and_reveal_is_what_undo_restores(ours, theirs):
    job = staged(theirs, on_match=OnMatch.REPLACE)
    imports.commit(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.settle(job_id=job.pk, at=LATER)
    records.change(
        bib_id=ours.pk, record=marc_record(number="1", title="Diperbaiki dulu"), version=1, at=LATER, by=SYSTEM
    )

    imports.reveal(job_id=job.pk, at=LATER)
    assert queries.bib(ours.pk).title == "Bumi manusia : sebuah roman"
    undone(job)

    assert queries.bib(ours.pk).title == "Diperbaiki dulu"


def test_cancel_leaves_nothing(ours, theirs):
    before = state()
    job = staged(theirs)

    imports.cancel(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.clear(job_id=job.pk, at=LATER)

    job = queries.job(job.pk)
    assert (job.state, job.finished_at) == ("cancelled", LATER)
    assert state() == before
    assert Bib.with_hidden.count() == Item.with_hidden.count() == 1
    assert queries.hidden_batches() == []


@pytest.mark.parametrize(
    ("state", "verb", "may"),
    [
        ("waiting", "commit", False), ("ready", "commit", True), ("done", "commit", False),
        ("waiting", "cancel", True), ("analysing", "cancel", True), ("committing", "cancel", False),
        ("done", "cancel", False),
        ("failed", "cancel", True), ("ready", "undo", False), ("done", "undo", True), ("undone", "undo", False),
        ("undone", "resume", False), ("analysing", "resume", True), ("failed", "resume", True),
        ("indexing", "resume", True),
    ],
)  # fmt: skip
def test_what_may_be_done_when(state, verb, may):
    job = ImportJobFactory(state=state)

    if may:
        getattr(imports, verb)(job_id=job.pk, at=LATER, by=SYSTEM)
    else:
        with pytest.raises(imports.NotNow, match="can't be done"):
            getattr(imports, verb)(job_id=job.pk, at=LATER, by=SYSTEM)
        assert queries.job(job.pk).state == state


def test_every_step_may_be_run_again(ours, theirs):
    job = imported(theirs, on_match=OnMatch.REPLACE)
    before = state()

    imports.analyse(job_id=job.pk, at=LATER)
    imports.settle(job_id=job.pk, at=LATER)
    imports.reveal(job_id=job.pk, at=LATER)
    imports.withdraw(job_id=job.pk, at=LATER)
    imports.clear(job_id=job.pk, at=LATER)

    assert state() == before
    assert queries.job(job.pk).state == "done"


# --- What people see -------------------------------------------------------------------------------------------------


def test_report_names_every_record(ours, catalog_file):
    path = catalog_file(
        marc_record(number="1", title="Bumi manusia"),
        b"sampah\x1d",
        to_iso2709(marc_record(number="4", title="Caf# Batavia")).replace(b"#", b"\xe9"),
        marc_record(number="5", title="Rumah kaca"),
    )
    job = imported(path)

    header, *rows = imports.report(job=job)

    assert header[:5] == ["outcome", "number in the file", "byte offset", "title", "control number"]
    assert [(row[0], row[1], row[3], row[4], row[7]) for row in rows] == [
        ("Broken", "2", "", "", ""),
        ("Mended", "3", "Café Batavia", "4", ""),
        ("Matched", "1", "Bumi manusia", "1", "Left out"),
        ("Added as a new title", "", "Café Batavia", "4", ""),
        ("Added as a new title", "", "Rumah kaca", "5", ""),
    ]
    assert all(len(row) == len(header) for row in rows)


def test_preview_shows_figures_and_first_samples(ours, theirs):
    job = staged(theirs)

    summary = imports.summary(job=job)

    assert (summary.read, summary.bibs, summary.matched, summary.matched_by, summary.will_add) == (
        2,
        2,
        1,
        {"control": 1},
        1,
    )
    assert (summary.items, summary.items_known, summary.in_file, summary.identical) == (2, 1, 0, 0)
    assert [entry.title for entry in imports.samples(job=job, outcome=Outcome.MATCHED)] == [
        "Bumi manusia : sebuah roman"
    ]
    assert [bib.title for bib in imports.added_samples(job=job)] == ["Rumah kaca"]


@pytest.mark.parametrize(
    ("begun", "done", "seconds", "share", "left"),
    [
        (0, 0, 60, 0.0, None),
        (0, 250, 60, 0.25, 180),
        (500, 600, 10, 0.6, 40),
        (0, 1000, 60, 1.0, 0),
        (0, 10, 0.5, 0.01, None),
    ],
)
def test_progress_tells_the_remaining_time_at_the_present_pace(begun, done, seconds, share, left):
    job = ImportJobFactory(state="analysing", phase_total=1000, phase_begun=begun, phase_done=done, phase_started_at=AT)

    progress = imports.progress(job=job, at=AT + timedelta(seconds=seconds))

    assert (progress.share, progress.remaining_s, progress.is_running) == (share, left, True)


def test_share_of_a_packed_file_goes_by_its_packed_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr("pustaka.catalog.importing.reading.CHUNK", 100)
    records = [marc_record(number=str(n), title=hashlib.sha512(str(n).encode()).hexdigest() * 2) for n in range(8_000)]
    path = tmp_path / "katalog.mrc.gz"
    path.write_bytes(gzip.compress(b"".join(map(to_iso2709, records))))
    job = imports.add_file(path=path, at=AT, by=SYSTEM)
    shares = []
    save = ImportJob.save

    def watched(self, *args, **kwargs):
        shares.append(imports.progress(job=self, at=AT).share)
        save(self, *args, **kwargs)

    monkeypatch.setattr(ImportJob, "save", watched)

    imports.analyse(job_id=job.pk, at=AT)

    assert shares == sorted(shares)
    assert 0.3 < shares[len(shares) // 2] < 0.9
    assert shares[-1] == 1.0


def test_index_progress_is_taken_only_while_indexing(ours, theirs):
    job = staged(theirs)
    imports.note_progress(job_id=job.pk, done=1)
    assert queries.job(job.pk).phase_done == job.phase_done
    imports.commit(job_id=job.pk, at=LATER, by=SYSTEM)
    imports.settle(job_id=job.pk, at=LATER)

    imports.note_progress(job_id=job.pk, done=1)

    job = queries.job(job.pk)
    assert (job.phase_done, job.phase_total) == (1, 1)


def test_a_step_that_fails_for_good_says_so(ours, theirs):
    job = staged(theirs)
    ImportJob.objects.filter(pk=job.pk).update(state="analysing")

    for is_last, state in ((False, "analysing"), (True, "failed")):
        with (
            pytest.raises(OSError, match="cakram penuh"),
            imports.giving_up(job_id=job.pk, is_last_try=is_last, at=LATER),
        ):
            raise OSError("cakram penuh")
        assert queries.job(job.pk).state == state
    assert "cakram penuh" in queries.job(job.pk).error


def test_a_title_made_at_a_desk_meanwhile_is_matched_on_taking_over(catalog_file, central):
    job = staged(catalog_file(marc_record(number="1"), marc_record(number="2", title="Rumah kaca")))
    records.add(record=marc_record(number="2", title="Rumah kaca"), at=LATER, by=SYSTEM)

    job = taken_over(job)

    assert sorted(bib.title for bib in Bib.objects.all()) == ["Bumi manusia", "Rumah kaca"]
    assert done(job) == [("Rumah kaca", "control", "identical")]


def test_many_edits_meanwhile_are_looked_at_as_well(catalog_file, central, monkeypatch):
    monkeypatch.setattr("pustaka.catalog.importing.settling.STEP", 1)
    job = staged(catalog_file(marc_record(number="1"), marc_record(number="2", title="Rumah kaca")))
    for n in (3, 4, 2):
        records.add(record=marc_record(number=str(n), title=f"Judul {n}"), at=LATER, by=SYSTEM)

    job = taken_over(job)

    assert done(job) == [("Rumah kaca", "control", "skipped")]


def test_a_title_that_agrees_but_has_another_number_is_noted_and_kept(catalog_file, central):
    job = staged(
        catalog_file(marc_record(number="1"), marc_record(number="2"), marc_record(number="3", extent="12 hlm."))
    )

    assert said(job, Outcome.NOTED) == [(2, "Bumi manusia", ["perhaps-twice"])]
    assert "matched" not in job.counts


def test_holdings_that_come_before_their_title_wait_for_it_and_outlive_it(catalog_file, central):
    fields = [Field("001", data="h1"), Field("004", data="7"), Field("852", subfields=[("b", "PUSAT")])]
    imported(catalog_file(Record("00000ny  a2200000n  4500", fields), name="lokasi.mrc"))
    assert Holding.objects.get().bib is None

    job = imported(catalog_file(marc_record(number="7", title="Tempo")))
    assert [shelf.control_number for shelf in queries.holdings_of(Bib.objects.get())] == ["h1"]

    undone(job)
    assert not Bib.with_hidden.exists()
    assert Holding.objects.get().bib is None

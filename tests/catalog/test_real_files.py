"""Every real file beside the checkout: read to its end, nothing lost, and given back byte for byte."""

import gzip
import hashlib
import io

import pymarc
import pytest

from pustaka.catalog import queries
from pustaka.catalog.models import Authority, Bib, BibRecord, Holding, ImportEntry, ImportJob, Item
from pustaka.catalog.services import exports, imports
from pustaka.foundation.actors import SYSTEM
from pustaka.foundation.errors import Invalid
from pustaka.standards import marc
from tests.catalog.conftest import imported, staged

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# What each file holds: titles, authorities, holdings, other records; what is broken; what is mended at most.
FILES = {
    "folio_ptf_authority.mrc.gz": (0, 2033, 0, 0),
    "folio_ptf_bib.mrc.gz": (2798, 0, 0, 0),
    "folio_ptf_holdings.mrc.gz": (0, 0, 517, 0),
    "gpo_marc8.mrc.gz": (4203, 0, 0, 0),
    "gpo_utf8.mrc.gz": (30480, 0, 0, 0),
    "gpo_xml.xml.gz": (3548, 0, 0, 0),
    "indonesian.mrc.gz": (15, 0, 0, 0),
    "lc_marcedit.mrc.gz": (553, 0, 0, 0),
    "loc_m2bf2.xml.gz": (745, 0, 0, 1),
    "nyu_aco_arabic.mrc.gz": (7583, 0, 0, 0),
    "psu.mrc.gz": (560, 0, 0, 0),
    "temple.xml.gz": (1566, 0, 0, 0),
}


@pytest.mark.parametrize("name", FILES)
def test_every_record_is_staged_and_none_is_broken(shared_data, name):
    job = staged(shared_data / "marc" / name)

    counts = [job.counts.get(kind, 0) for kind in ("bibs", "authorities", "holdings", "other")]
    assert counts == list(FILES[name])
    assert job.counts.get("broken", 0) == 0
    assert Bib.with_hidden.count() == job.counts.get("bibs", 0)
    assert Authority.with_hidden.count() + job.counts.get("authorities_known", 0) == job.counts.get("authorities", 0)
    assert Holding.with_hidden.count() + job.counts.get("holdings_known", 0) == job.counts.get("holdings", 0)
    assert Item.with_hidden.count() == job.counts.get("items", 0)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".mrc.gz")])
def test_no_record_that_pymarc_reads_is_lost(shared_data, name):
    path = shared_data / "marc" / name
    staged(path)
    ours = sorted(
        control
        for model in (Bib, Authority, Holding)
        for control in model.with_hidden.exclude(control_number="").values_list("control_number", flat=True)
    )
    theirs = []
    with gzip.open(path) as file:
        for piece in file.read().split(b"\x1d"):
            try:
                record = pymarc.Record(piece + b"\x1d", to_unicode=True, force_utf8=True, utf8_handling="replace")
            except Exception:  # noqa: BLE001 - pymarc raises what it happens to meet
                continue
            if record.leader[6] not in "wq" and record.get_fields("001"):
                theirs.append(" ".join(record["001"].data.split())[:60])

    assert len(theirs) > 10
    missing = set(theirs) - set(ours)
    assert missing == set()


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".mrc.gz")])
def test_what_was_imported_comes_out_byte_for_byte(shared_data, name):
    path = shared_data / "marc" / name
    imported(path, on_match=ImportJob.OnMatch.ADD)
    given = {}
    with path.open("rb") as file:
        for _, raw in marc.split(file, format="iso2709"):
            if marc.parse(raw, format="iso2709").record.kind in {"bibliographic", "unknown"}:
                given[hashlib.sha256(raw).digest()] = raw

    written = b"".join(exports.write(bibs=queries.all_bibs(), format=exports.Format.ORIGINAL))

    back = {hashlib.sha256(raw).digest() for _, raw in marc.split(io.BytesIO(written), format="iso2709")}
    assert back == set(given)


def test_original_bytes_are_kept_for_few_only(shared_data):
    """Most records are valid, so that their storage form is enough to give back every byte."""
    staged(shared_data / "marc" / "gpo_utf8.mrc.gz")

    kept = BibRecord.objects.exclude(original=None).count()
    assert kept < 0.03 * BibRecord.objects.count()


@pytest.mark.parametrize("name", ["indonesian.mrc.gz", "psu.mrc.gz", "loc_m2bf2.xml.gz", "folio_ptf_holdings.mrc.gz"])
def test_a_real_file_imported_twice_changes_nothing(shared_data, name):
    path = shared_data / "marc" / name
    imported(path)
    before = [model.with_hidden.count() for model in (Bib, Item, Authority, Holding)]

    again = imported(path)

    assert [model.with_hidden.count() for model in (Bib, Item, Authority, Holding)] == before
    actions = set(queries.entries(again, ImportEntry.Outcome.MATCHED).values_list("action", flat=True))
    assert actions <= {"identical", "skipped", "merged"}
    assert imports.summary(job=again).will_add == 0


def test_a_real_file_is_undone_without_a_trace(shared_data):
    job = imported(shared_data / "marc" / "psu.mrc.gz")

    imports.undo(job_id=job.pk, at=job.finished_at, by=SYSTEM)
    imports.withdraw(job_id=job.pk, at=job.finished_at)

    assert [model.with_hidden.count() for model in (Bib, Item, Authority, Holding)] == [0, 0, 0, 0]


def test_hard_files_come_to_an_end(shared_data):
    """90 broken or unusual files: each is refused with a reason or read to its end."""
    outcomes = {"read": 0, "refused": 0}
    for path in sorted(path for path in (shared_data / "marc_hard").rglob("*") if path.is_file()):
        if path.name in {"manifest.json", "README.md"} or "LICENSE" in path.name:
            continue
        try:
            job = staged(path)
        except Invalid:
            outcomes["refused"] += 1
        else:
            assert job.state == "ready"
            kinds = ("bibs", "authorities", "holdings", "other", "broken")
            assert sum(job.counts.get(kind, 0) for kind in kinds) == job.read
            outcomes["read"] += 1

    assert outcomes["read"] >= 75
    assert sum(outcomes.values()) >= 85

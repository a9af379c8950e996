"""The conservator's table of the demo: a year of jobs in all states, parcels for two binderies, conditions, scans."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import islice

from fpdf import FPDF

from pustaka.branches import queries as branches
from pustaka.branches.models import Location
from pustaka.catalog import care as care_reads
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, CareJob, DigitalCopy, Item
from pustaka.catalog.services import binding, care, conditions, digital
from pustaka.discovery import queries as discovery
from pustaka.discovery.rules import NO_FILTERS
from pustaka.foundation.actors import Actor
from pustaka.interfaces.cli.demo import campus
from pustaka.interfaces.cli.demo import covers as drawn
from pustaka.patrons.models import Role

Kind, Urgency, Condition = CareJob.Kind, CareJob.Urgency, Item.Condition
EVERY = 5  # copies are taken from the shelf at this distance
SURVEYED = 90
BINDERIES = (
    ("Penjilidan Sumber Ilmu", "Jl. Veteran No. 41", "0274 555 0141"),
    ("CV Jilid Rapi Mandiri", "Jl. Pasar Baru No. 7, blok C", "0812 5550 0177"),
)
SCANNED = "Azab dan Sengsara"


@dataclass(frozen=True, slots=True)
class Story:
    """One job: how many days ago it was asked for, and how it went on. `ends` is a state, `words` the last sentence."""

    days_ago: int
    kind: CareJob.Kind
    reason: str
    ends: str
    words: str = ""
    urgency: CareJob.Urgency = Urgency.SOON
    condition: Item.Condition | None = None
    cost_idr: int | None = None
    takes: int = 10


STORIES = (
    Story(351, Kind.REPAIR, "Punggung sobek di bagian kepala", "done", "Punggung dilapisi kertas washi dan linen",
          condition=Condition.GOOD, cost_idr=18_000),
    Story(322, Kind.PESTS, "Lubang dan serbuk kumbang buku di sampul belakang", "done",
          "Dibekukan 72 jam pada -29 °C, lalu dibersihkan", Urgency.URGENT, condition=Condition.WORN),
    Story(290, Kind.CLEAN, "Terkena bocoran atap, halaman bergelombang", "done",
          "Dikeringkan dengan kertas isap dan dipres empat hari", Urgency.URGENT, condition=Condition.WORN),
    Story(268, Kind.LABEL, "Label punggung pudar, barcode tidak terbaca", "done", "Label dan sampul plastik baru",
          condition=Condition.GOOD, cost_idr=6_500, takes=2),
    Story(241, Kind.REPAIR, "Enam lembar lepas", "declined", "Cukup ditempel di meja sirkulasi, sudah dikerjakan"),
    Story(215, Kind.DEACIDIFY, "Kertas cokelat dan rapuh di tepi", "beyond_repair",
          "Kertas hancur bila dibuka; halaman 40 sampai 112 sudah hilang"),
    Story(204, Kind.DIGITIZE, "Sering diminta, fisiknya tidak boleh difotokopi lagi", "done",
          "Dipindai 300 dpi, berkas diserahkan ke bagian layanan digital", takes=21),
    Story(171, Kind.CLEAN, "Jamur putih di sampul", "done", "Disikat kering dan diusap alkohol 70 %",
          condition=Condition.GOOD, takes=5),
    Story(139, Kind.DIGITIZE, "Diminta satu dosen", "declined", "Masih dilindungi hak cipta dan masih dijual"),
    Story(34, Kind.REPAIR, "Sampul depan terlepas", "in_work", takes=21),
    Story(26, Kind.PESTS, "Rayap di tiga buku dari rak yang sama", "in_work", "", Urgency.URGENT, takes=45),
    Story(19, Kind.REPAIR, "Jahitan putus, blok buku terbelah dua", "accepted"),
    Story(12, Kind.DEACIDIFY, "Cetakan awal, kertas mulai menguning", "accepted", "", Urgency.CALM),
    Story(6, Kind.LABEL, "Barcode tergores", "asked", "", Urgency.CALM),
    Story(3, Kind.REPAIR, "Halaman 17 sampai 24 sobek", "asked"),
    Story(1, Kind.CLEAN, "Berbau apek, ada bercak jamur di halaman judul", "asked", "", Urgency.URGENT),
)  # fmt: skip
WORN_OUT = ("Punggung lepas", "Lem jilid lama patah, lembaran lepas", "Sampul tipis, sering dipinjam")
CLOSED_PARCEL, OPEN_PARCEL, NEXT_PARCEL = 4, 5, 2
SENTENCES = {
    Condition.NEW: "",
    Condition.GOOD: "",
    Condition.WORN: "Sudut tumpul, punggung longgar",
    Condition.DAMAGED: "Lembaran lepas",
    Condition.INCOMPLETE: "Lampiran peta tidak ada",
}
CYCLE = (
    Condition.GOOD, Condition.GOOD, Condition.WORN, Condition.GOOD, Condition.NEW, Condition.GOOD, Condition.WORN,
    Condition.GOOD, Condition.DAMAGED, Condition.GOOD, Condition.WORN, Condition.GOOD, Condition.GOOD,
    Condition.INCOMPLETE,
)  # fmt: skip


def build(*, at: datetime) -> None:
    """Jobs and parcels over the last year, a survey of one shelf two months ago, one file and one address."""
    wayan, yohana = campus.person(Role.CATALOGUER), campus.person(Role.CIRCULATION)
    shelf = next(one for one in branches.locations() if (one.branch.code, one.code) == ("PUSAT", "UMUM"))
    copies = _copies(shelf)
    for story in STORIES:
        _tell(story, next(copies), at, asks=yohana, decides=wayan)
    _parcels(copies, at, by=wayan)
    begun_at = at - timedelta(days=60)
    for number, item in enumerate(islice(copies, SURVEYED)):
        condition = CYCLE[number % len(CYCLE)]
        conditions.note(
            item_id=item.pk,
            condition=condition,
            note=SENTENCES[condition],
            at=begun_at + timedelta(seconds=9 * number),
            by=yohana,
        )
    _digitized(at, by=wayan)


def _copies(shelf: Location) -> Iterator[Item]:
    """Copies at hand from that shelf, some apart, none twice."""
    found = (
        item
        for bib in catalog.newest(most=1500)
        for item in catalog.items_of(bib).filter(location=shelf, status=Item.Status.AVAILABLE)[:1]
    )
    return islice(found, 0, None, EVERY)


def _tell(story: Story, item: Item, at: datetime, *, asks: Actor, decides: Actor) -> None:
    asked_at = at - timedelta(days=story.days_ago)
    job = care.ask(item_id=item.pk, kind=story.kind, reason=story.reason, urgency=story.urgency, at=asked_at, by=asks)
    decided_at = asked_at + timedelta(days=1)
    if story.ends == "asked":
        return
    if story.ends == "declined":
        care.decline(job_id=job.pk, answer=story.words, at=decided_at, by=decides)
        return
    care.accept(job_ids=[job.pk], at=decided_at, by=decides)
    if story.ends == "accepted":
        return
    begun_at = decided_at + timedelta(days=2)
    due = (begun_at + timedelta(days=story.takes)).date()
    care.begin(job_id=job.pk, expected_on=due, at=begun_at, by=decides)
    done_at = begun_at + timedelta(days=max(1, story.takes - 1))
    if story.ends == "done":
        care.finish(
            job_id=job.pk,
            result=story.words,
            condition=story.condition,
            cost_idr=story.cost_idr,
            at=done_at,
            by=decides,
        )
    elif story.ends == "beyond_repair":
        care.give_up(job_id=job.pk, result=story.words, at=done_at, by=decides)


def _parcels(copies: Iterator[Item], at: datetime, *, by: Actor) -> None:
    """One that came back in spring with all its volumes, one that is at the bindery, one that is being filled."""
    usual, other = (
        binding.save_bindery(name=name, address=address, phone=phone, by=by) for name, address, phone in BINDERIES
    )
    back_at = at - timedelta(days=180)
    items = list(islice(copies, CLOSED_PARCEL))
    closed = _sent(other.pk, items, back_at - timedelta(days=28), back_at.date(), by, note="Linen biru, huruf emas")
    for item in items:
        binding.receive(
            order_id=closed,
            barcode=item.barcode,
            result="Dijilid ulang dengan linen",
            condition=Condition.GOOD,
            cost_idr=45_000,
            at=back_at,
            by=by,
        )
    due = (at + timedelta(days=16)).date()
    sent_at = at - timedelta(days=14)
    items = list(islice(copies, OPEN_PARCEL + 1))
    out = _sent(usual.pk, items, sent_at, due, by, note="Linen hijau tua, judul di punggung")
    binding.receive(
        order_id=out,
        barcode=items[0].barcode,
        result="Dijilid ulang dengan linen",
        condition=Condition.GOOD,
        cost_idr=55_000,
        at=at - timedelta(days=2),
        by=by,
    )
    _begun(usual.pk, list(islice(copies, NEXT_PARCEL)), at - timedelta(hours=3), by)


def _begun(bindery_id: int, items: list[Item], at: datetime, by: Actor, note: str = "") -> int:
    name = care_reads.next_order_number(on=at.date())
    order = binding.begin(number=name, bindery_id=bindery_id, note=note, at=at, by=by)
    for number, item in enumerate(items):
        reason = WORN_OUT[number % len(WORN_OUT)]
        binding.add(order_id=order.pk, barcode=item.barcode, kind=Kind.REBIND, reason=reason, at=at, by=by)
    return order.pk


def _sent(bindery_id: int, items: list[Item], at: datetime, due: date, by: Actor, note: str) -> int:
    order_id = _begun(bindery_id, items, at, by, note)
    binding.send(order_id=order_id, sent_on=at.date(), expected_on=due, at=at, by=by)
    return order_id


def _digitized(at: datetime, *, by: Actor) -> None:
    """A work whose author died in 1941: its scan, and where the National Library is asked for others."""
    found = discovery.find(text=SCANNED, filters=NO_FILTERS, with_facets=False).ids
    bib = next((one for one in catalog.titles(found) if one.title == SCANNED), None)
    if bib is None:
        return
    digital.add(
        bib_id=bib.pk,
        file=_scan(bib, at),
        rights=DigitalCopy.Rights.PUBLIC_DOMAIN,
        statement="Merari Siregar wafat pada 1941",
        part="Sampul dan halaman judul",
        at=at - timedelta(days=170),
        by=by,
    )
    digital.link(
        bib_id=bib.pk,
        version=bib.version,
        url="https://khastara.perpusnas.go.id/",
        words="Khastara, Perpustakaan Nasional",
        note="Koleksi langka yang sudah dialihmediakan",
        at=at - timedelta(days=169),
        by=by,
    )


def _scan(bib: Bib, at: datetime) -> BytesIO:
    """Two pages that look like a scan: the drawn cover, and a title page."""
    paper = FPDF(format=(120, 180), unit="mm")
    paper.set_creation_date(at)
    paper.set_auto_page_break(auto=False)
    paper.add_page()
    paper.image(drawn.draw(title=bib.title, author=bib.author), x=0, y=0, w=120)
    paper.add_page()
    paper.set_font("times", size=22)
    paper.set_xy(10, 50)
    paper.multi_cell(100, 10, bib.title, align="C")
    paper.set_font("times", size=13)
    paper.set_xy(10, 90)
    paper.multi_cell(100, 7, f"{bib.author}\n\n{bib.publisher}\n{bib.place}, {bib.year or ''}", align="C")
    return BytesIO(bytes(paper.output()))

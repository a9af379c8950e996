from datetime import UTC, datetime

import factory

from pustaka.catalog.models import Bib, ImportJob, Item, ItemType
from pustaka.catalog.services.records import write_record
from pustaka.standards.marc import Field, Record
from tests.factories.branches import BranchFactory

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

WORKS = (
    ("Bumi manusia", "Toer, Pramoedya Ananta", 2005, "899.2213"),
    ("Laskar pelangi", "Hirata, Andrea", 2005, "899.2213"),
    ("Pengantar ilmu hukum", "Rahardjo, Satjipto", 1982, "340"),
    ("Akuntansi intermediate", "Kieso, Donald E.", 2008, "657"),
    ("Dasar-dasar ilmu politik", "Budiardjo, Miriam", 1977, "320"),
    ("Pengantar ilmu antropologi", "Koentjaraningrat", 1979, "301"),
)


def marc_record(
    *,
    title: str = "Bumi manusia",
    author: str = "Toer, Pramoedya Ananta",
    year: int | None = 2005,
    number: str = "",
    source: str = "ID-JaUMN",
    isbn: str = "",
    issn: str = "",
    ddc: str = "899.2213",
    language: str = "ind",
    place: str = "Jakarta",
    publisher: str = "Lentera Dipantara",
    extent: str = "535 hlm. ; 20 cm",
    leader: str = "00000nam a2200000 i 4500",
    copies: tuple[tuple[str, str], ...] = (),
    more: tuple[Field, ...] = (),
) -> Record:
    """A bibliographic record; `copies` are pairs of barcode and branch code in fields 952, as Koha writes them."""
    fields = []
    if number:
        fields += [Field("001", data=number), Field("003", data=source)]
    fields.append(Field("008", data=f"260101s{year or '    '}    io {' ' * 11}000 0 {language} d".ljust(40)))
    fields += [Field("020", subfields=[("a", isbn)])] if isbn else []
    fields += [Field("022", subfields=[("a", issn)])] if issn else []
    fields += [Field("082", indicators="04", subfields=[("a", ddc)])] if ddc else []
    fields += [Field("100", indicators="1 ", subfields=[("a", author)])] if author else []
    fields.append(Field("245", indicators="10", subfields=[("a", f"{title} /"), ("c", author or "-")]))
    fields.append(
        Field("264", indicators=" 1", subfields=[("a", f"{place} :"), ("b", f"{publisher},"), ("c", str(year or ""))])
    )
    fields += [Field("300", subfields=[("a", extent)])] if extent else []
    fields += more
    for barcode, branch in copies:
        fields.append(Field("952", subfields=[("a", branch), ("b", branch), ("p", barcode), ("y", "UMUM")]))
    return Record(leader, fields)


class BibFactory(factory.django.DjangoModelFactory):
    """A title with a real record. Anything that `marc_record` takes may be given: `BibFactory(title=..., isbn=...)`.

    `batch` ties it to an import; `record` takes a whole record instead.
    """

    class Meta:
        model = Bib
        skip_postgeneration_save = True

    created_at = AT

    @classmethod
    def _create(cls, model_class, *args, record=None, batch=None, created_at=AT, **values):
        bib = Bib(created_at=created_at, batch=batch)
        if record is None:
            n = Bib.with_hidden.count()
            title, author, year, ddc = WORKS[n % len(WORKS)]
            known = {"title": title if n < len(WORKS) else f"{title} {n}", "author": author, "year": year, "ddc": ddc}
            record = marc_record(**(known | values))
        write_record(bib=bib, record=record, at=created_at)
        return bib


class ItemTypeFactory(factory.django.DjangoModelFactory):
    """A collection type."""

    class Meta:
        model = ItemType
        django_get_or_create = ("code",)

    code = "UMUM"
    name = "Koleksi umum"


class ItemFactory(factory.django.DjangoModelFactory):
    """A copy on the shelf of a branch."""

    class Meta:
        model = Item
        skip_postgeneration_save = True

    bib = factory.SubFactory(BibFactory)
    branch = factory.SubFactory(BranchFactory)
    barcode = factory.Sequence(lambda n: f"B{n:06}")
    call_number = factory.LazyAttribute(lambda item: item.bib.call_number)
    created_at = AT

    @classmethod
    def _get_manager(cls, model_class):
        return model_class.with_hidden


class ImportJobFactory(factory.django.DjangoModelFactory):
    """An import as a row only: no file lies behind it."""

    class Meta:
        model = ImportJob

    name = factory.Sequence(lambda n: f"katalog-{n}.mrc")
    path = factory.LazyAttribute(lambda job: f"/nowhere/{job.name}")
    size = 1000
    sha256 = "0" * 64
    format = "iso2709"
    branch = factory.SubFactory(BranchFactory)
    created_at = AT
    created_by = "I Wayan Sudarma"

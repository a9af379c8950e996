"""What the columns of a table mean: the fields that a column can go to, guesses by its name, and the whole as a recipe.

Plain Python: the processes that read a file know no database.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from pustaka.catalog import rules
from pustaka.standards import sheets, slims
from pustaka.standards.sheets import Layout


class Target(StrEnum):
    """Where the cells of a column go. `LOCAL` keeps them in a field of the record's own, `NOWHERE` leaves them out."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    STATEMENT = "statement"
    AUTHOR = "author"
    CORPORATE = "corporate"
    EDITION = "edition"
    ISBN = "isbn"
    ISSN = "issn"
    PLACE = "place"
    PUBLISHER = "publisher"
    YEAR = "year"
    EXTENT = "extent"
    SERIES = "series"
    SUBJECT = "subject"
    CLASSIFICATION = "classification"
    CALL_NUMBER = "call_number"
    LANGUAGE = "language"
    GMD = "gmd"
    NOTE = "note"
    ABSTRACT = "abstract"
    CONTENTS = "contents"
    URL = "url"
    CONTROL_NUMBER = "control_number"
    BARCODE = "barcode"
    INVENTORY_NUMBER = "inventory_number"
    ITEM_TYPE = "item_type"
    BRANCH = "branch"
    LOCATION = "location"
    STATUS = "status"
    SOURCE = "source"
    PRICE = "price"
    CURRENCY = "currency"
    RECEIVED_ON = "received_on"
    COPY_NUMBER = "copy_number"
    VOLUME = "volume"
    CONDITION = "condition"
    COPY_NOTE = "copy_note"
    COPY_LOCAL = "copy_local"
    LOCAL = "local"
    NOWHERE = ""


# Fields of a copy; in a table of titles they describe the copies of the row.
OF_COPY = frozenset(list(Target)[list(Target).index(Target.BARCODE) : list(Target).index(Target.COPY_LOCAL) + 1])
# Cells that may hold several values.
SEVERAL = frozenset({Target.AUTHOR, Target.CORPORATE, Target.SUBJECT, Target.ISBN, Target.BARCODE, Target.URL})
# Several columns make several fields here; elsewhere their texts are joined to one.
REPEATED = SEVERAL | {Target.NOTE, Target.CONTENTS, Target.SERIES, Target.LOCAL, Target.COPY_LOCAL}

# Names of columns, folded, in Indonesian and English; a column whose name holds none of them is kept as local.
_NAMES: dict[Target, str] = {
    Target.TITLE: "judul|title|judul buku|judul utama|nama buku|judul koleksi|book title|judul skripsi|judul lengkap",
    Target.SUBTITLE: "anak judul|sub judul|subjudul|subtitle|judul tambahan|remainder of title|judul paralel",
    Target.STATEMENT: "pernyataan tanggung jawab|penanggung jawab|sor|statement of responsibility|responsibility",
    Target.AUTHOR: "pengarang|penulis|author|authors|nama pengarang|pengarang utama|pengarang tambahan|penulis 1|"
    "penulis 2|penulis 3|pengarang 1|pengarang 2|pengarang 3|author 1|author 2|nama penulis|penyusun|editor|penerjemah",
    Target.CORPORATE: "badan korporasi|pengarang badan|corporate author|badan|instansi|lembaga",
    Target.EDITION: "edisi|cetakan|edition|edisi cetakan|cet|ed|edisi ke",
    Target.ISBN: "isbn|isbn issn|no isbn|nomor isbn|isbn 13|isbn 10|isbn13|isbn10",
    Target.ISSN: "issn|no issn",
    Target.PLACE: "tempat terbit|kota terbit|kota|tempat|place|place of publication|place name|kota penerbit|city",
    Target.PUBLISHER: "penerbit|publisher|nama penerbit|publisher name|publishers",
    Target.YEAR: "tahun|tahun terbit|thn|thn terbit|year|publish year|publication year|tahun penerbitan|date published",
    Target.EXTENT: "kolasi|deskripsi fisik|halaman|jumlah halaman|jml halaman|hlm|collation|physical description|pages|"
    "extent|jml hal|jumlah hal|ukuran",
    Target.SERIES: "seri|judul seri|series|series title|nama seri",
    Target.SUBJECT: "subjek|subyek|subject|subjects|topik|topic|topics|kata kunci|keyword|keywords|tajuk subjek|"
    "subjek 1|"
    "subjek 2|subjek 3|bidang|kategori|category",
    Target.CLASSIFICATION: "klasifikasi|no klasifikasi|nomor klasifikasi|kelas|no kelas|ddc|classification|class|"
    "no klas|"
    "nomor klas|kode klasifikasi|udc",
    Target.CALL_NUMBER: "no panggil|nomor panggil|call number|callnumber|call no|no punggung|"
    "label|sandi buku|kode buku",
    Target.LANGUAGE: "bahasa|language|language name|lang",
    Target.GMD: "gmd|gmd name|jenis bahan|bentuk|format|jenis|jenis media|media|tipe|type",
    Target.NOTE: "catatan|notes|note|keterangan|catatan umum|remarks",
    Target.ABSTRACT: "abstrak|abstract|ringkasan|sinopsis|summary|deskripsi|description|sinopsis buku",
    Target.CONTENTS: "daftar isi|contents|table of contents",
    Target.URL: "url|tautan|link|alamat web|situs|doi",
    Target.CONTROL_NUMBER: "nomor kendali|no kendali|control number|biblio id|id buku|id biblio|bibid|record id",
    Target.BARCODE: "barcode|kode batang|barkode|kode eksemplar|no barcode|nomor barcode|item code|kode item|"
    "no eksemplar|"
    "nomor eksemplar|item barcode|barcode eksemplar|no barkode",
    Target.INVENTORY_NUMBER: "no inventaris|nomor inventaris|kode inventaris|inventory code|inventory number|no induk|"
    "nomor induk|no induk buku|nomor induk buku|inventaris|no registrasi|accession number|accession no",
    Target.ITEM_TYPE: "tipe koleksi|jenis koleksi|koleksi|collection type|coll type name|collection|item type",
    Target.BRANCH: "perpustakaan|lokasi perpustakaan|cabang|branch|library|unit|lokasi|location name|location|fakultas",
    Target.LOCATION: "rak|lokasi rak|no rak|nomor rak|shelf|site|ruang|ruangan|shelf location|letak|lemari",
    Target.STATUS: "status|status eksemplar|item status|item status name|ketersediaan",
    Target.CONDITION: "kondisi|condition|keadaan|kondisi fisik|kondisi buku",
    Target.SOURCE: "sumber|asal|asal buku|source|perolehan|sumber perolehan|cara perolehan|asal usul|sumber dana|"
    "sumber buku",
    Target.PRICE: "harga|price|harga satuan|cost|harga buku|nilai",
    Target.CURRENCY: "mata uang|currency|price currency",
    Target.RECEIVED_ON: "tanggal terima|tgl terima|tanggal masuk|tgl masuk|received date|date received|"
    "tanggal diterima|"
    "tanggal perolehan|tgl perolehan|date acquired|tanggal pengadaan|tgl",
    Target.COPY_NUMBER: "no kopi|kopi ke|copy|copy number|eksemplar ke|copy no",
    Target.VOLUME: "jilid|volume|vol|jld|nomor jilid",
    Target.COPY_NOTE: "catatan eksemplar|item note|copy note",
}
_COUNTED = frozenset({"no", "nomor", "no urut", "nomor urut", "nr", "number"})  # rows that somebody counted
_BY_NAME = {name: target for target, names in _NAMES.items() for name in names.split("|")}

_SLIMS_BIBLIO: dict[str, Target] = {
    "title": Target.TITLE, "gmd_name": Target.GMD, "edition": Target.EDITION, "isbn_issn": Target.ISBN,
    "publisher_name": Target.PUBLISHER, "publish_year": Target.YEAR, "collation": Target.EXTENT,
    "series_title": Target.SERIES, "call_number": Target.CALL_NUMBER, "language_name": Target.LANGUAGE,
    "place_name": Target.PLACE, "classification": Target.CLASSIFICATION, "notes": Target.NOTE,
    "sor": Target.STATEMENT, "authors": Target.AUTHOR, "topics": Target.SUBJECT, "item_code": Target.BARCODE,
}  # fmt: skip
_SLIMS_ITEM: dict[str, Target] = {
    "item_code": Target.BARCODE, "call_number": Target.CALL_NUMBER, "coll_type_name": Target.ITEM_TYPE,
    "inventory_code": Target.INVENTORY_NUMBER, "received_date": Target.RECEIVED_ON, "location_name": Target.BRANCH,
    "item_status_name": Target.STATUS, "site": Target.LOCATION, "source": Target.SOURCE, "price": Target.PRICE,
    "price_currency": Target.CURRENCY, "title": Target.TITLE,
}  # fmt: skip

Kind = Literal["titles", "copies"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, "" without a header, and where its cells go."""

    name: str
    target: Target


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a table becomes records.

    kind: each row is a title (with copies), or one copy of a title that is here already.
    header_row: the row with the names of the columns; everything up to it is passed over; 0 without one.
    separator: what parts several values of one cell; "" where it must be told from the cell, "<>" for angle brackets.
    joiner: what stands between the texts of several columns that go to one field.
    origin: "slims" where the export of that system was recognized; then line breaks are written as backslash and n.
    """

    layout: Layout
    columns: tuple[Column, ...]
    kind: Kind = "titles"
    header_row: int = 1
    separator: str = ""
    joiner: str = " "
    origin: str = ""

    @property
    def after(self) -> int:
        """The row behind which the records begin."""
        return max(self.header_row, self.layout.skips)

    @property
    def kept_apart(self) -> list[str]:
        """Names of the columns that have no place of their own, but are kept."""
        return [column.name for column in self.columns if column.target in {Target.LOCAL, Target.COPY_LOCAL}]

    @property
    def left_out(self) -> list[str]:
        """Names of the columns that are left out."""
        return [column.name for column in self.columns if column.target == Target.NOWHERE]

    def missing(self) -> bool:
        """Whether no column has what every row needs: a title, or a barcode for a table of copies."""
        targets = {column.target for column in self.columns}
        return (Target.BARCODE if self.kind == "copies" else Target.TITLE) not in targets

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "Recipe":
        columns = tuple([Column(column["name"], Target(column["target"])) for column in found["columns"]])
        return cls(**(found | {"layout": Layout(**found["layout"]), "columns": columns}))


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of a table before anybody says what it means.

    rows: the first ones with their numbers, the header among them. export: which one of SLiMS it is, else `None`.
    """

    layout: Layout
    header_row: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    export: slims.Kind | None = None

    @property
    def header(self) -> list[str]:
        """The names of the columns, one for each; "" where there is none."""
        found = next((values for number, values in self.rows if number == self.header_row), [])
        width = max([len(found), *(len(values) for number, values in self.rows if number > self.header_row)], default=0)
        return [*(rules.one_line(name)[:120] for name in found), *[""] * (width - len(found))]

    @property
    def body(self) -> list[tuple[int, list[str]]]:
        """The rows behind the header."""
        return [(number, values) for number, values in self.rows if number > max(self.header_row, self.layout.skips)]


SHOWN = 30  # rows that are looked at


def look_at(path: Any, *, layout: Layout, header_row: int | None = None) -> Look:
    """The beginning of a table; without `header_row` it is the row with the most names that we know.

    Raises:
        NotTable, StreamDamaged: the file can't be read in this layout.
    """
    rows = sheets.first_rows(path, layout=layout, most=SHOWN)
    if header_row is None:
        kind = slims.kind_of_rows([values for number, values in rows if number > layout.skips][:10])
        if kind is not None:
            return Look(layout, 0, rows, kind)
        header_row = _header_row(rows, layout.skips)
    seen = Look(layout, header_row, rows)
    if header_row:
        return replace(seen, export=slims.kind_of_header(seen.header))
    return replace(seen, export=slims.kind_of_rows([values for _, values in seen.body][:10]))


def _header_row(rows: Sequence[tuple[int, list[str]]], skips: int) -> int:
    """The row among the first ten with the most known names; without any, the first that fills most columns."""
    first = [(number, values) for number, values in rows if number > skips][:10]
    known = [(sum(guess(value) is not None for value in values), -number) for number, values in first]
    if known and max(known)[0]:
        return -max(known)[1]
    width = max((len(values) for _, values in first), default=0)
    return next((number for number, values in first if sum(map(bool, values)) > width / 2), 1)


def guess(name: str) -> Target | None:
    """The field that a column of that name most likely holds."""
    words = rules.fold(name)
    if words in _BY_NAME:
        return _BY_NAME[words]
    return _BY_NAME.get(re.sub(r" \d+$", "", words))


def guesses(header: Sequence[str]) -> list[Target]:
    """One for each column; a field that holds one text is guessed once, the rest is kept as local."""
    found: list[Target] = []
    for name in header:
        target = guess(name)
        if target is None or (target in found and target not in REPEATED):
            target = Target.NOWHERE if rules.fold(name) in _COUNTED else Target.LOCAL
        found.append(target)
    return found


def fingerprint(header: Iterable[str]) -> str:
    """The same for the same names in the same order, however they are capitalized; "" without a header."""
    names = [rules.fold(name) for name in header]
    return f"{rules.digest('header', chr(31).join(names)) & (2**64 - 1):016x}" if any(names) else ""


def recipe_for_slims(seen: Look) -> Recipe:
    """The recipe for a recognized export of titles or copies.

    Columns that we have no place for are kept: those of a title in a field of the record, those of a copy with it.
    """
    kind: slims.Kind = "item" if seen.export == "item" else "biblio"
    names = seen.header if seen.header_row else list(slims.COLUMNS[kind])
    known, other = (_SLIMS_ITEM, Target.COPY_LOCAL) if kind == "item" else (_SLIMS_BIBLIO, Target.LOCAL)
    columns = [Column(name.strip().casefold(), known.get(name.strip().casefold(), other)) for name in names]
    return Recipe(
        layout=seen.layout,
        columns=tuple(columns),
        kind="copies" if kind == "item" else "titles",
        header_row=seen.header_row,
        separator="<>",
        origin="slims",
    )

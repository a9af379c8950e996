"""Tables in every dialect that people send, and files that only look like one."""

import gzip
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from pustaka.standards import sheets
from pustaka.standards.sheets import Layout, NotTable, delimited, workbook

ROWS = [["Judul", "Pengarang", "Tahun"], ["Bumi manusia", "Toer, Pramoedya", "2005"], ["Kafé", "Ñ", "1999"]]


def written(tmp_path, data: bytes, name="buku.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def read(path, **more):
    layout = sheets.sniff(path)
    with path.open("rb") as file:
        return [
            (row.number, row.data if isinstance(row.data, str) else sheets.cells(row.data, layout=layout).values)
            for row in sheets.rows(file, layout=layout, **more)
        ]


def as_csv(delimiter=",", newline="\n", quote='"'):
    return newline.join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in ROWS) + newline


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_table_is_read_in_every_dialect(tmp_path, delimiter, newline, quote, encoding):
    path = written(tmp_path, as_csv(delimiter, newline, quote).encode(encoding))

    assert read(path) == list(enumerate(ROWS, 1))


def test_compressed_table_is_read(tmp_path):
    assert read(written(tmp_path, gzip.compress(as_csv().encode()), "buku.csv.gz")) == list(enumerate(ROWS, 1))


def test_line_that_names_the_delimiter_is_no_row_of_the_table(tmp_path):
    path = written(tmp_path, b"sep=;\r\na;b\r\n1;2\r\n")

    assert sheets.sniff(path) == Layout(delimiter=";", skips=1)
    assert read(path, after=1) == [(2, ["a", "b"]), (3, ["1", "2"])]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('a,"b ""c"" d",e', ["a", 'b "c" d', "e"]),
        ('a,"b "c" d",e', ["a", 'b "c" d', "e"]),
        ('a,5" disk,e', ["a", '5" disk', "e"]),
        ('"a","",""', ["a", "", ""]),
        ('"a","b","c', ["a", "b", "c"]),
        ("a,,", ["a", "", ""]),
        ('"C:\\",b,c', ["C:\\", "b", "c"]),
    ],
)
def test_quotation_marks_are_understood_as_they_were_meant(line, cells):
    assert delimited.cells(line.encode(), layout=Layout()).values == cells


def test_backslash_belongs_to_the_mark_where_the_file_shows_it(tmp_path):
    path = written(tmp_path, b'"judul","catatan"\n"Kata \\"ilmu\\", dulu","O\\\'Reilly \\\\ x"\n"a","b"\n')

    assert sheets.sniff(path).has_escapes
    assert read(path)[1] == (2, ['Kata "ilmu", dulu', "O'Reilly \\ x"])


def test_cell_with_line_breaks_is_one_row_and_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    path = written(tmp_path, b'a,b\r\n"satu\r\ndua\r\n\r\ntiga",x\r\n\r\n,,\r\nc,d\r\n')

    assert read(path) == [(1, ["a", "b"]), (2, ["satu\ndua\n\ntiga", "x"]), (5, ["c", "d"])]


def test_mark_that_is_never_closed_costs_its_own_row_only(tmp_path):
    lines = [b"judul,tahun", b'"Bumi manusia,2005', *[b"Laskar pelangi,2006"] * 600]
    found = read(written(tmp_path, b"\n".join(lines)))

    assert len(found) == 602
    assert found[1] == (2, "A quotation mark is opened in this row and never closed.")
    assert found[2] == (3, ["Laskar pelangi", "2006"])


def test_endless_row_is_given_up_and_the_next_one_is_read(tmp_path):
    found = read(written(tmp_path, b"a,b\n" + b"x" * 3_000_000 + b",y\nc,d\n"))

    assert found == [(1, ["a", "b"]), (2, "The row has more than 1,048,576 bytes."), (3, ["c", "d"])]


def test_row_in_another_encoding_is_read_and_said(tmp_path):
    path = written(tmp_path, "a,é\n".encode() * 100_000 + "b,ü\n".encode("cp1252"))
    layout = sheets.sniff(path)

    assert layout.encoding == "utf-8"
    assert delimited.cells("b,ü".encode("cp1252"), layout=layout) == (
        ["b", "ü"],
        [("row-is-cp1252", "The row is in Windows-1252, the file in UTF-8.")],
    )


def test_file_that_is_cut_off_ends_with_a_sentence(tmp_path):
    data = gzip.compress(as_csv().encode() * 1000, mtime=0)
    found = read(written(tmp_path, data[: len(data) // 2], "buku.csv.gz"))

    assert found[0] == (1, ROWS[0])
    assert found[-1][0] == 0
    assert "cut off" in found[-1][1]


@pytest.mark.parametrize(("width", "kept", "remarks"), [(200, 200, 0), (201, 200, 1)])
def test_row_is_bounded_in_width(width, kept, remarks):
    found = delimited.cells(",".join(["x"] * width).encode(), layout=Layout())

    assert (len(found.values), len(found.remarks)) == (kept, remarks)


@pytest.mark.parametrize(
    ("data", "name", "meaning"),
    [
        (b"", "a.csv", "empty"),
        (b"%PDF-1.7 ...", "a.csv", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old Excel"),
        (b"\x00\x01\x02binary", "a.csv", "no text"),
        (b"Dear librarian,\nthis is a letter\nand, you see, no table\nat all\n", "surat.txt", "no comma"),
        (b"PK\x03\x04nothing", "a.xlsx", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path, data, name, meaning):
    with pytest.raises(NotTable, match=meaning):
        sheets.sniff(written(tmp_path, data, name))


def test_list_of_one_column_is_a_table_where_its_name_says_so(tmp_path):
    data = b"judul\nBumi manusia\nLaskar pelangi\n"

    assert read(written(tmp_path, data, "a.csv"))[1] == (2, ["Bumi manusia"])
    with pytest.raises(NotTable):
        sheets.sniff(written(tmp_path, data, "a.dat"))


# --- Workbooks -------------------------------------------------------------------------------------------------------


def workbook_with(tmp_path, *rows, title="Buku", more=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append(["lain"])
    path = tmp_path / "buku.xlsx"
    book.save(path)
    return path


def test_workbook_is_read_as_text(tmp_path):
    path = workbook_with(
        tmp_path, ["Judul", "ISBN", "Harga", "Tanggal"],
        ["Bumi manusia", 9789799731234, 85000.0, date(2020, 2, 29)],
        [], ["Kafé", True, 12.5, datetime(2021, 1, 2, 8, 30)],  # noqa: DTZ001 - a workbook knows no zones
    )  # fmt: skip

    assert read(path) == [
        (1, ["Judul", "ISBN", "Harga", "Tanggal"]),
        (2, ["Bumi manusia", "9789799731234", "85000", "2020-02-29"]),
        (4, ["Kafé", "1", "12.5", "2021-01-02 08:30:00"]),
    ]


def test_workbook_goes_on_behind_a_row(tmp_path):
    path = workbook_with(tmp_path, ["a"], ["b"], ["c"])

    assert read(path, after=2) == [(3, ["c"])]


def test_sheets_are_named_and_one_that_is_gone_is_said(tmp_path):
    path = workbook_with(tmp_path, ["a"], more=["Skripsi"])

    assert sheets.sheet_names(path) == ["Buku", "Skripsi"]
    assert sheets.sheet_names(written(tmp_path, as_csv().encode())) == []
    with path.open("rb") as file:
        assert list(sheets.rows(file, layout=Layout(form="xlsx", sheet="Peta"))) == [
            (0, "The workbook has no sheet “Peta”.")
        ]


def rezipped(path, **parts):
    """The workbook with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part.filename, old.read(part))
        for name, data in parts.items():
            new.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def test_workbook_that_would_unpack_to_too_much_is_refused_before_it_is_read(tmp_path):
    path = rezipped(workbook_with(tmp_path, ["a"]), **{"xl/sharedStrings.xml": b" " * (20 << 20)})

    with pytest.raises(NotTable, match="unpacks to more"):
        sheets.sniff(path)


def test_workbook_with_a_document_type_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    path = rezipped(workbook_with(tmp_path, ["a"]), **{"xl/worksheets/sheet1.xml": bomb})

    with pytest.raises(NotTable, match="document type"):
        sheets.sniff(path)


def test_workbook_with_a_torn_sheet_gives_what_comes_before(tmp_path):
    path = workbook_with(tmp_path, *[[f"judul {n}", n] for n in range(300)])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    rezipped(path, **{"xl/worksheets/sheet1.xml": sheet[: len(sheet) // 2]})
    found = read(path)

    assert found[0] == (1, ["judul 0", "0"])
    assert "damaged from here on" in found[-1][1]


def test_other_documents_in_an_archive_are_no_workbooks(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")

    with pytest.raises(NotTable, match="another program"):
        sheets.sniff(written(tmp_path, out.getvalue(), "a.ods"))
    assert workbook.is_one(out.getvalue())

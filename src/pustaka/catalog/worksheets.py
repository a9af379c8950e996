"""The worksheets of the simple form: for each kind of material the few lines that matter, with help at each.

This is data that a librarian can read. `filling` knows how a line reads and writes a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from pustaka.catalog import filling
from pustaka.catalog.filling import Fixed, Names, Resolve, Source, Sub, Subjects
from pustaka.standards.marc import Field, Record


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: what it is called, what helps to fill it in, and where it stands in the record.

    `kind` says what helps while typing: text, long (several lines), year, isbn, issn, name, subject, class, language,
    gmd or url. `is_many` lines may have several values.
    """

    name: str
    label: Any
    help: Any
    source: Source
    kind: str = "text"
    is_many: bool = False
    is_needed: bool = False


SUPERVISOR = ("ths", "dgs", "pembimbing", "promotor", "supervisor", "advisor")
PERFORMER = ("prf", "act", "nrt", "pemain", "penyanyi", "performer", "narrator")

LINES: Mapping[str, Line] = {
    line.name: line
    for line in (
        Line(
            "title", _("Title"), _("As on the title page, capitals only where grammar wants them."),
            Sub(("245",), "a", "00"), is_needed=True,
        ),
        Line("subtitle", _("Subtitle"), _("What stands under or behind the title."), Sub(("245",), "b", "00")),
        Line(
            "part", _("Number or name of the part"), _("As “Jilid 2”, where the parts have one title in common."),
            Sub(("245",), "n", "00"),
        ),
        Line(
            "statement", _("Responsibility as printed"),
            _("As on the title page: “Pramoedya Ananta Toer ; penyunting, Joesoef Isak”."), Sub(("245",), "c", "00"),
        ),
        Line(
            "author", _("Main author"),
            _("Family name first: “Toer, Pramoedya Ananta”. Take it from the list if it is there."),
            Names(("100", "110", "111"), "100"), "name",
        ),
        Line(
            "others", _("Further authors, editors, translators"), _("One name in each box, family name first."),
            Names(("700", "710", "711"), "700", besides=(*SUPERVISOR, *PERFORMER)), "name", is_many=True,
        ),
        Line(
            "supervisors", _("Supervisors"), _("One name in each box, family name first, without degrees."),
            Names(("700",), "700", roles=SUPERVISOR, role=(("e", "pembimbing"), ("4", "ths"))), "name", is_many=True,
        ),
        Line(
            "performers", _("Performers, speakers"), _("One name in each box, family name first."),
            Names(("700", "710"), "700", roles=PERFORMER, role=(("4", "prf"),)), "name", is_many=True,
        ),
        Line("edition", _("Edition"), _("As printed: “Edisi ke-2, revisi”."), Sub(("250",), "a")),
        Line(
            "place", _("Place of publication"), _("The first city that is named."),
            Sub(("264", "260"), "a", " 1", first=" 1"),
        ),
        Line(
            "publisher", _("Publisher"), _("Without “PT” and “CV”; the university for a thesis."),
            Sub(("264", "260"), "b", " 1", first=" 1"), "publisher",
        ),
        Line(
            "year", _("Year"), _("Four digits; of the edition in your hand, not of a reprint."),
            Sub(("264", "260"), "c", " 1", first=" 1"), "year",
        ),
        Line("extent", _("Pages or pieces"), _("“xii, 340 halaman”, “2 jilid”, “1 DVD”."), Sub(("300",), "a")),
        Line("details", _("Illustrations, sound, colour"), _("“ilustrasi, peta”, “berwarna”."), Sub(("300",), "b")),
        Line("size", _("Size"), _("Height in whole centimetres: “23 cm”."), Sub(("300",), "c")),
        Line("series", _("Series"), _("The name of the series, without the number."), Sub(("490",), "a", "0 ")),
        Line("series_number", _("Number in the series"), _("“jilid 3”, “no. 12”."), Sub(("490",), "v", "0 ")),
        Line(
            "isbn", _("ISBN"), _("Scan it or type it, with or without hyphens; one in each box."),
            Sub(("020",), "a", is_one=False), "isbn", is_many=True,
        ),
        Line("issn", _("ISSN"), _("Eight digits: “1411-318X”."), Sub(("022",), "a"), "issn"),
        Line(
            "frequency", _("How often it appears"), _("“Bulanan”, “Tiga bulanan”, “Dua kali setahun”."),
            Sub(("310",), "a"),
        ),
        Line(
            "numbering", _("First and last issue"), _("“Vol. 1, no. 1 (Januari 1998)-”."),
            Sub(("362",), "a", "0 "),
        ),
        Line(
            "class", _("Dewey number"), _("Search the classes below the box, or see what similar titles have."),
            Sub(("082",), "a", "04", also=(("2", "23"),)), "class",
        ),
        Line(
            "call_number", _("Call number, if yours differs"),
            _("Leave it empty: it is made from class, author and title."), Sub(("090",), "a"),
        ),
        Line(
            "subjects", _("Subjects"), _("One in each box; a subdivision behind two hyphens: “Hukum -- Indonesia”."),
            Subjects(), "subject", is_many=True,
        ),
        Line(
            "keywords", _("Keywords"), _("Words of your own that readers may search for."),
            Sub(("653",), "a", is_one=False), is_many=True,
        ),
        Line("summary", _("Summary or abstract"), _("A few sentences."), Sub(("520",), "a"), "long"),
        Line("contents", _("Contents"), _("Chapters, parted by two hyphens."), Sub(("505",), "a", "0 "), "long"),
        Line("note", _("Note"), _("What a reader should know."), Sub(("500",), "a", is_one=False), is_many=True),
        Line("language", _("Language"), _("Of the text."), Fixed(35, 38), "language"),
        Line(
            "gmd", _("Kind of material (GMD)"), _("Only if your library writes it: “teks”, “rekaman suara”."),
            Sub(("245",), "h", "00", around=("[", "]")), "gmd",
        ),
        Line("thesis_note", _("Thesis note"), _("As older records have it, in one sentence."), Sub(("502",), "a")),
        Line("degree", _("Degree"), _("“Skripsi (S1)”, “Tesis (S2)”, “Disertasi (S3)”."), Sub(("502",), "b")),
        Line("university", _("University"), _("Where it was written."), Sub(("502",), "c")),
        Line("degree_year", _("Year of graduation"), _("Four digits."), Sub(("502",), "d"), "year_plain"),
        Line(
            "programme", _("Faculty and study programme"), _("“Fakultas Hukum, Program Studi Ilmu Hukum”."),
            Sub(("502",), "g"),
        ),
        Line(
            "link", _("Address (URL)"), _("Begins with https://; it must open in a browser."),
            Sub(("856",), "u", "40", is_one=False), "url", is_many=True,
        ),
        Line("needs", _("What it needs"), _("“DVD player, region 3”, “PDF reader”."), Sub(("538",), "a")),
        Line("duration", _("Playing time"), _("Six digits, hours, minutes, seconds: “012500”."), Sub(("306",), "a")),
        Line("scale", _("Scale"), _("“Skala 1:50.000”."), Sub(("255",), "a")),
        Line("coordinates", _("Coordinates"), _("“(E 106°30ʹ--E 107°00ʹ/S 6°00ʹ--S 6°30ʹ)”."), Sub(("255",), "c")),
    )
}  # fmt: skip

_TEXT = ("336", "teks", "txt", "rdacontent")
_UNAIDED = ("337", "tanpa perantara", "n", "rdamedia")
_VOLUME = ("338", "volume", "nc", "rdacarrier")
_COMPUTER = ("337", "komputer", "c", "rdamedia")
_ONLINE = ("338", "sumber daring", "cr", "rdacarrier")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The form for one kind of material, and the record that a new one begins with.

    `material` are the positions 18 to 34 of 008; `forms` the kinds of titles (`models.Form`) that it is meant for.
    """

    code: str
    name: Any
    does: Any
    leader: str
    material: str
    types: tuple[tuple[str, str, str, str], ...]
    lines: tuple[str, ...]
    more: tuple[str, ...]
    forms: tuple[str, ...]
    date_type: str = "s"
    fields: tuple[Field, ...] = field(default=())

    def begin(self, *, on: date, place: str = "io ", language: str = "ind") -> Record:
        """An empty record of this kind, entered on that day, published in `place` (MARC country code)."""
        dates = f"{self.date_type}    {'9999' if self.date_type == 'c' else '    '}"
        data = f"{on:%y%m%d}{dates}{place}{self.material}{language} d"
        types = [
            Field(tag, subfields=[("a", term), ("b", code), ("2", source)]) for tag, term, code, source in self.types
        ]
        return Record(self.leader, [*self.fields, Field("008", data=data), *types])

    def all_lines(self) -> list[Line]:
        """Those that stand open, then those behind “more”."""
        return [LINES[name] for name in (*self.lines, *self.more)]


_BOOK = (" " * 11) + "000 0 "
WORKSHEETS: Mapping[str, Worksheet] = {
    sheet.code: sheet
    for sheet in (
        Worksheet(
            "book", _("Book"), _("Printed books, also in volumes"), "00000nam a2200000 i 4500", _BOOK,
            (_TEXT, _UNAIDED, _VOLUME),
            ("isbn", "title", "subtitle", "author", "others", "place", "publisher", "year", "extent", "class",
             "subjects", "language"),
            ("statement", "part", "edition", "details", "size", "series", "series_number", "keywords", "summary",
             "contents", "note", "call_number", "gmd", "link"),
            ("book", "reference", "article", "manuscript", "score", "picture", "kit", "software", "other"),
        ),
        Worksheet(
            "journal", _("Journal or magazine"), _("Whatever appears again and again, on paper or online"),
            "00000nas a2200000 i 4500", "   p       0   a0", (_TEXT, _UNAIDED, _VOLUME),
            ("issn", "title", "subtitle", "place", "publisher", "year", "frequency", "numbering", "class", "subjects",
             "language"),
            ("statement", "others", "extent", "size", "keywords", "summary", "note", "call_number", "gmd", "link"),
            ("journal",), date_type="c",
        ),
        Worksheet(
            "thesis", _("Thesis"), _("Skripsi, tesis, disertasi"), "00000nam a2200000 i 4500",
            "      m    000 0 ", (_TEXT, _UNAIDED, _VOLUME),
            ("title", "subtitle", "author", "supervisors", "degree", "programme", "university", "degree_year",
             "extent", "class", "subjects", "summary", "language"),
            ("thesis_note", "statement", "place", "publisher", "year", "details", "size", "others", "keywords", "note",
             "call_number", "gmd", "link"),
            ("thesis",),
        ),
        Worksheet(
            "ebook", _("E-book"), _("Books to be read on a screen"), "00000nam a2200000 i 4500",
            "     o     000 0 ", (_TEXT, _COMPUTER, _ONLINE),
            ("isbn", "title", "subtitle", "author", "others", "place", "publisher", "year", "link", "class",
             "subjects", "language"),
            ("statement", "part", "edition", "extent", "details", "series", "series_number", "keywords", "summary",
             "contents", "needs", "note", "call_number", "gmd"),
            ("ebook",), fields=(Field("007", data="cr  n"),),
        ),
        Worksheet(
            "av", _("Audio or video"), _("Films, recordings, on disc or online"), "00000ngm a2200000 i 4500",
            "---            vl", (("336", "gambar bergerak dua dimensi", "tdi", "rdacontent"),
            ("337", "video", "v", "rdamedia"), ("338", "cakram video", "vd", "rdacarrier")),
            ("title", "subtitle", "statement", "author", "performers", "place", "publisher", "year", "extent",
             "duration", "class", "subjects", "language"),
            ("others", "edition", "details", "size", "series", "needs", "keywords", "summary", "contents", "note",
             "isbn", "call_number", "gmd", "link"),
            ("audio", "video"),
        ),
        Worksheet(
            "map", _("Map"), _("Sheets, atlases, plans"), "00000nem a2200000 i 4500", "       a     0   ",
            (("336", "citra kartografi", "cri", "rdacontent"), _UNAIDED, ("338", "lembar", "nb", "rdacarrier")),
            ("title", "subtitle", "author", "scale", "coordinates", "place", "publisher", "year", "extent", "size",
             "class", "subjects", "language"),
            ("statement", "others", "edition", "details", "series", "series_number", "isbn", "keywords", "summary",
             "note", "call_number", "gmd", "link"),
            ("map",),
        ),
    )
}  # fmt: skip


def worksheet_for(form: str) -> Worksheet:
    """The worksheet for a title of that form (`models.Form`)."""
    return next((sheet for sheet in WORKSHEETS.values() if form in sheet.forms), WORKSHEETS["book"])


def values(sheet: Worksheet, record: Record) -> dict[str, list[str]]:
    """What the form shows of a record: for every line its values; none where it says nothing."""
    return {line.name: line.source.shown(record) for line in sheet.all_lines()}


def fill(
    sheet: Worksheet,
    record: Record,
    *,
    shown: Mapping[str, Sequence[str]],
    typed: Mapping[str, Sequence[str]],
    resolve: Mapping[str, Resolve] | None = None,
) -> Record:
    """The record with what was typed where that differs from what was shown; a new one, the old stays as it is.

    Args:
        shown: the values that the form had for each line; a line that isn't in it wasn't there.
        typed: the values that came back, in the same places.
        resolve: for names and subjects, what an authority record has for a heading.
    """
    filled = Record.from_parts(record.leader, list(record.fields))
    touched = set()
    for line in sheet.all_lines():
        before, after = clean(shown.get(line.name, ())), clean(typed.get(line.name, ()))
        if line.name not in shown or line.name not in typed or before == after:
            continue
        touched.add(line.name)
        _write(line, filled, after, (resolve or {}).get(line.kind, _unknown))
    for name in ("year", "degree_year"):
        if name in touched and (written := LINES[name].source.shown(filled)):
            filling.year_follows(filled, written[0])
    if touched & {"title", "author"}:
        filling.title_follows(filled)
    return filled


def _write(line: Line, record: Record, after: Sequence[str], resolve: Resolve) -> None:
    now = clean(line.source.shown(record))
    changed = [(place, value) for place, value in enumerate(after) if (now[place] if place < len(now) else "") != value]
    changed += [(place, "") for place in range(len(after), len(now))]
    # From the last to the first what is taken out, so that the places before it stay; then what is new, in order.
    for place, value in sorted(changed, reverse=True):
        if place < len(now):
            line.source.write(record, place, value, resolve)
    for place, value in changed:
        if place >= len(now) and value:
            line.source.write(record, len(line.source.shown(record)), value, resolve)


def clean(texts: Sequence[str]) -> list[str]:
    """As a form gives them back: one kind of line break, nothing at the ends, no empty ones behind the last."""
    found = [filling.in_form(text).strip() for text in texts]
    while found and not found[-1]:
        found.pop()
    return found


def _unknown(text: str) -> None:
    return None

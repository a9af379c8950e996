"""Rows of facts become MARC records with their copies."""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from pustaka.standards.marc import Field, Record

DATA = files("pustaka.interfaces.cli.demo") / "data"
SOURCE = "ID-UMN"
LEADERS = {
    "journal": "00000nas a2200000 a 4500",
    "map": "00000nem a2200000 a 4500",
    "video": "00000ngm a2200000 a 4500",
}
LEADERS |= {"audio": "00000nim a2200000 a 4500", "thesis": "00000ntm a2200000 a 4500"}
PLAIN_LEADER = "00000nam a2200000 a 4500"
ARTICLES = {"eng": ("The ", "A ", "An "), "dut": ("De ", "Het ", "Een "), "ara": ("al-", "Al-")}
CARRIERS = {
    "video": ("gambar bergerak dua dimensi", "video", "cakram video"),
    "audio": ("kata yang diucapkan", "audio", "cakram audio"),
    "map": ("gambar kartografi", "tanpa perantara", "lembar"),
    "ebook": ("teks", "komputer", "sumber daring"),
}
PRINT = ("teks", "tanpa perantara", "volume")
TRANSLATED_INTO = {"ind": "Bahasa Indonesia", "eng": "Bahasa Inggris"}
ROLES = {"translator": "penerjemah", "editor": "penyunting", "illustrator": "ilustrator", "director": "sutradara"}
ARABIC = re.compile("[\u0600-\u06ff]")
PRICES_IDR = range(35_000, 285_000, 5_000)
SOURCES = ["purchase"] * 12 + ["gift"] * 3 + ["waqf"] * 2 + ["subsidy"] * 3
ONE_NEW_IN, NEW_WITHIN_DAYS = 14, 75  # every so many titles came only lately, so that there are new arrivals
FACULTY_BRANCH = {"kedokteran": "FK", "teknik": "FT", "ilkom": "FT"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the demo numbers its copies: one barcode after the other."""

    today: date
    random: random.Random


def records(*, today: date, seed: int) -> Iterator[Record]:
    """Every record of the demo in a fixed order, its copies as 952 fields (branch $a $b, shelf $c, barcode $p …)."""
    numbers = Numbers(today=today, random=random.Random(seed))  # noqa: S311 - a demo, not a secret
    barcode = 0
    names = sorted(entry.name for entry in DATA.iterdir() if entry.name.endswith(".csv"))
    rows = [(name, row) for name in names for row in _rows(name)]
    numbers.random.shuffle(rows)  # so that the newest titles are of every kind
    for serial, (name, row) in enumerate(rows, 1):
        build = _thesis if name == "skripsi.csv" else _work
        record, copies = build(row, f"umn{serial:06}", numbers)
        for copy in range(1, copies + 1):
            barcode += 1
            days = serial // ONE_NEW_IN * 5 % NEW_WITHIN_DAYS if serial % ONE_NEW_IN == 0 else None
            record.fields.append(_copy(row, record, copy, f"UMN{barcode:07}", numbers, days_ago=days))
        yield record


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        yield {key: (value or "").strip() for key, value in row.items() if key}


def _work(row: dict[str, str], number: str, numbers: Numbers) -> tuple[Record, int]:
    people = [_person(text) for text in row["authors"].split(";") if text.strip()]
    is_edited = row["role"] == "editor"
    main = people[0] if people and not is_edited and not people[0].relator else None
    is_translated = row["language"] in TRANSLATED_INTO and bool(row["original_title"])
    has_chapters = " -- " in row["contents"]
    fields = [
        *_control(row["year"], row["language"], number, numbers),
        _field("020", "  ", a=row["isbn"]),
        _field("040", "  ", a=SOURCE, b="ind", e="rda"),
        _field("041", "1 ", a=row["language"] if is_translated else ""),
        _field("082", "04", a=row["ddc"]),
        *([main.field("1")] if main else []),
        _field("240", "10", a=row["original_title"], l=TRANSLATED_INTO[row["language"]])
        if is_translated
        else _field("240", "10"),
        *_titles(row, people, is_edited=is_edited, has_author=main is not None),
        _field("250", "  ", a=row["edition"]),
        _field("264", " 1", a=f"{row['place']} :" if row["place"] else "", b=row["publisher"], c=row["year"]),
        _field("300", "  ", a=row["extent"]),
        *_carrier(row["form"]),
        _field("490", "0 ", a=row["series"]),
        _field("505", "0 ", a=row["contents"] if has_chapters else ""),
        _field("520", "  ", a="" if has_chapters else row["contents"]),
        *[_subject(text) for text in row["subjects"].split(";") if text.strip()],
        _field("655", " 4", a="Rujukan" if row["form"] == "reference" else ""),
        *[person.field("7", "penyunting" if is_edited else "") for person in (people[1:] if main else people)],
    ]
    return _record(row["form"], fields), 0 if row["form"] == "ebook" else max(1, int(row["copies"] or 1))


def _titles(row: dict[str, str], people: list["Person"], *, is_edited: bool, has_author: bool) -> list[Field]:
    """The 245, and for a work in Arabic script its 880 with the title as it is printed."""
    title = _title(
        row["title"], row["subtitle"], _statement(people, is_edited=is_edited), row["language"], has_author=has_author
    )
    if not ARABIC.search(row["original_title"]) or row["language"] != "ara":
        return [title]
    linked = Field("245", indicators=title.indicators, subfields=[("6", "880-01"), *title.subfields])
    return [linked, _field("880", f"{int(has_author)}0", **{"6": "245-01/(3/r"}, a=row["original_title"])]


def _thesis(row: dict[str, str], number: str, numbers: Numbers) -> tuple[Record, int]:
    year = str(numbers.today.year - int(row["years_ago"]))
    campus = "Universitas Mandiri Nusantara"
    level = row["degree"].capitalize()
    fields = [
        *_control(year, "ind", number, numbers),
        _field("040", "  ", a=SOURCE, b="ind", e="rda"),
        _field("082", "04", a=row["ddc"]),
        Person(row["author"]).field("1"),
        _title(row["title"], "", Person(row["author"]).spoken, "ind", has_author=True),
        _field("264", " 0", a="Nusantara :", b=campus, c=year),
        _field("300", "  ", a=row["extent"]),
        *_carrier("thesis"),
        _field("500", "  ", a=f"NPM {row['npm']}"),
        _field("502", "  ", b=level, c=campus, d=year, g=row["programme"]),
        _field("520", "3 ", a=row["abstract"]),
        *[_subject(text) for text in row["subjects"].split(";") if text.strip()],
        _field("655", " 4", a=level),
        *[_field("700", "0 ", a=name.strip(), e="pembimbing") for name in row["advisors"].split(";") if name.strip()],
        _field("710", "2 ", a=campus, b=row["programme"]),
    ]
    return _record("thesis", fields), 1


@dataclass(frozen=True, slots=True)
class Person:
    """A name as the catalogue writes it: `Last, First`, or a body behind `corp:`."""

    heading: str
    relator: str = ""
    is_body: bool = False

    @property
    def spoken(self) -> str:
        last, comma, first = self.heading.partition(", ")
        return f"{first} {last}" if comma else self.heading

    def field(self, block: str, default: str = "") -> Field:
        """The 1XX (`block` "1") or 7XX ("7") field of this name."""
        role = ROLES.get(self.relator, default)
        if self.is_body:
            return _field(f"{block}10", "2 ", a=self.heading, e=role)
        return _field(f"{block}00", "1 " if "," in self.heading else "0 ", a=self.heading, e=role)


def _person(text: str) -> Person:
    heading, _, relator = text.strip().partition("|")
    if heading.startswith("corp:"):
        return Person(heading.removeprefix("corp:").strip(), relator.strip(), is_body=True)
    return Person(heading.strip(), relator.strip())


def _statement(people: list[Person], *, is_edited: bool) -> str:
    makers = ", ".join(person.spoken for person in people if not person.relator)
    helpers = [f"{ROLES[person.relator]}, {person.spoken}" for person in people if person.relator in ROLES]
    return " ; ".join([f"penyunting, {makers}" if is_edited and makers else makers, *helpers]).strip(" ;")


def _title(title: str, subtitle: str, statement: str, language: str, *, has_author: bool) -> Field:
    skipped = _article(title, language)
    main = title + (" :" if subtitle else " /" if statement else "")
    rest = subtitle + (" /" if subtitle and statement else "")
    return _field("245", f"{int(has_author)}{skipped}", a=main, b=rest, c=statement)


def _article(title: str, language: str) -> int:
    """How many characters filing skips: the length of a leading article."""
    return next((len(article) for article in ARTICLES.get(language, ()) if title.startswith(article)), 0)


def _subject(text: str) -> Field:
    heading, *divisions = [part.strip() for part in text.split(" -- ")]
    return Field("650", indicators=" 4", subfields=[("a", heading), *(("x", part) for part in divisions)])


def _carrier(form: str) -> list[Field]:
    content, medium, carrier = CARRIERS.get(form, PRINT)
    return [
        _field("336", "  ", a=content, **{"2": "rdacontent"}),
        _field("337", "  ", a=medium, **{"2": "rdamedia"}),
        _field("338", "  ", a=carrier, **{"2": "rdacarrier"}),
    ]


def _control(year: str, language: str, number: str, numbers: Numbers) -> list[Field]:
    entered = numbers.today - timedelta(days=numbers.random.randrange(30, 2000))
    country = {"ind": "io ", "jav": "io ", "sun": "io ", "eng": "xxu", "dut": "ne "}.get(language, "xx ")
    fixed = f"{entered:%y%m%d}s{year or 'uuuu'}    {country}{'':17}{language or 'und'} d"
    return [
        Field("001", data=number),
        Field("003", data=SOURCE),
        Field("005", data=f"{entered:%Y%m%d}080000.0"),
        Field("008", data=fixed),
    ]


def _copy(
    row: dict[str, str], record: Record, copy: int, barcode: str, numbers: Numbers, *, days_ago: int | None
) -> Field:
    chance = numbers.random
    branch = FACULTY_BRANCH.get(row["faculty"], "PUSAT") if copy % 2 else "PUSAT"
    form = "thesis" if "npm" in row else row["form"]
    shelf, kind = {
        "thesis": ("SKRIPSI", "KARYA"),
        "reference": ("RUJUKAN", "RUJUKAN"),
        "map": ("RUJUKAN", "RUJUKAN"),
        "journal": ("BERKALA", "BERKALA"),
        "video": ("MEDIA", "MEDIA"),
        "audio": ("MEDIA", "MEDIA"),
    }.get(form, ("CADANGAN", "CADANGAN") if copy == 1 and int(row.get("copies") or 1) > 4 else ("UMUM", "UMUM"))
    if branch != "PUSAT":
        shelf = "UMUM"
    usual = chance.randrange(120, 3000)
    received = numbers.today - timedelta(days=usual if days_ago is None else days_ago)
    main = record.get("100", "110", "700", "710")
    heading = (main.get("a") if main else row["title"]).upper()
    letters = "".join(letter for letter in heading if letter.isalpha())[:3]
    article = _article(row["title"], row.get("language", "ind"))
    title = next((letter for letter in row["title"][article:].lower() if letter.isalnum()), "")
    return _field(
        "952",
        "  ",
        a=branch,
        b=branch,
        c=shelf,
        d=received.isoformat(),
        e=chance.choice(SOURCES) if form != "thesis" else "deposit",
        g=str(chance.choice(PRICES_IDR)) if form != "thesis" else "",
        o=f"{row['ddc']} {letters} {title}",
        p=barcode,
        t=str(copy),
        y=kind,
        **({"7": "1"} if kind in {"RUJUKAN", "KARYA"} else {}),
    )


def _field(tag: str, indicators: str, /, **subfields: str) -> Field:
    return Field(tag, indicators=indicators, subfields=[(code, value) for code, value in subfields.items() if value])


def _record(form: str, fields: list[Field]) -> Record:
    return Record(
        LEADERS.get(form, PLAIN_LEADER),
        sorted((field for field in fields if field.data or field.subfields), key=lambda field: field.tag),
    )

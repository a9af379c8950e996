"""The catalogue elsewhere that is asked in tests: made up, each record for something that goes wrong elsewhere."""

import unicodedata

from pustaka.standards.marc import Field, Record
from tests.factories.catalog import marc_record

BUMI_MANUSIA = "9789799731234"


def books() -> list[Record]:
    """A novel, a journal, a title in transliteration, one with odd signs, a huge one, and sixty more."""
    return [
        marc_record(title="Bumi manusia", number="a1", isbn=BUMI_MANUSIA, source="ID-JaPN"),
        marc_record(title="Jurnal ilmu hukum", number="a2", issn="0024-9319", author="", source="ID-JaPN"),
        marc_record(title="Qurʼān al-karīm", author="Ṭabarī, Abū Jaʻfar", number="a3", source="ID-JaPN"),
        marc_record(title='Kamus "besar" \\ sekali', author="Poerwadarminta, W. J. S.", number="a4", source="ID-JaPN"),
        marc_record(
            title="Ensiklopedi raksasa",
            author="Shadily, Hassan",
            number="a5",
            source="ID-JaPN",
            more=tuple(Field("500", subfields=[("a", "x" * 9_000)]) for _ in range(9)),
        ),
        *(
            marc_record(title=f"Seri pengantar nomor {n}", author="Banyak, Penulis", number=f"s{n}", source="ID-JaPN")
            for n in range(60)
        ),
    ]


def in_latin1() -> Record:
    """A record whose letters Latin-1 has."""
    return marc_record(title="Café de l’Europe à Bandung".replace("’", "'"), author="Jassin, H. B.", number="l1")


def decomposed(record: Record) -> Record:
    """The record with every letter parted from its marks, as MARC-8 writes it."""
    return Record(record.leader, [Field.from_body(f.tag, unicodedata.normalize("NFD", f.body)) for f in record.fields])


def composed(record: Record) -> Record:
    """The record with every letter in one with its marks."""
    return Record(record.leader, [Field.from_body(f.tag, unicodedata.normalize("NFC", f.body)) for f in record.fields])

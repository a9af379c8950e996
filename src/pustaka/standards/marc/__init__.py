"""MARC 21 as values: read from messy files, written to clean ones.

What is supported and what is not: `docs/standards/marc.md`.
"""

from pustaka.standards.marc.compact import dump, load
from pustaka.standards.marc.mend import Mend, NotMarc, RecordTooLong, StreamDamaged
from pustaka.standards.marc.read import Format, Read, parse, read, sniff, split
from pustaka.standards.marc.recode import recode
from pustaka.standards.marc.record import Field, Kind, Record
from pustaka.standards.marc.write import collection, to_iso2709, to_marcjson, to_marcxml

__all__ = [
    "Field",
    "Format",
    "Kind",
    "Mend",
    "NotMarc",
    "Read",
    "Record",
    "RecordTooLong",
    "StreamDamaged",
    "collection",
    "dump",
    "load",
    "parse",
    "read",
    "recode",
    "sniff",
    "split",
    "to_iso2709",
    "to_marcjson",
    "to_marcxml",
]

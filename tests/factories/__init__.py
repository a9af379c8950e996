"""Things to test with: real MARC records behind every title, names and places from here."""

from tests.factories.branches import BranchFactory, LocationFactory
from tests.factories.catalog import BibFactory, ImportJobFactory, ItemFactory, ItemTypeFactory, marc_record
from tests.factories.patrons import PatronFactory

__all__ = [
    "BibFactory",
    "BranchFactory",
    "ImportJobFactory",
    "ItemFactory",
    "ItemTypeFactory",
    "LocationFactory",
    "PatronFactory",
    "marc_record",
]

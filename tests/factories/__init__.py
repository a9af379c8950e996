"""Things to test with: real MARC records behind every title, names and places from here."""

from tests.factories.branches import BranchFactory, LocationFactory
from tests.factories.catalog import BibFactory, ImportJobFactory, ItemFactory, ItemTypeFactory, marc_record
from tests.factories.patrons import PatronFactory
from tests.factories.plans import FloorFactory, ShapeFactory

__all__ = [
    "BibFactory",
    "BranchFactory",
    "FloorFactory",
    "ImportJobFactory",
    "ItemFactory",
    "ItemTypeFactory",
    "LocationFactory",
    "PatronFactory",
    "ShapeFactory",
    "marc_record",
]

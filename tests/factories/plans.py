from datetime import UTC, datetime

import factory

from pustaka.branches.models import Floor, Shape, ShelfRange
from tests.factories.branches import BranchFactory

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class FloorFactory(factory.django.DjangoModelFactory):
    """A floor that readers see."""

    class Meta:
        model = Floor

    branch = factory.SubFactory(BranchFactory)
    name = factory.Sequence(lambda n: f"Lantai {n}")
    is_shown = True
    changed_at = AT
    changed_by = "I Wayan Sudarma"


class ShapeFactory(factory.django.DjangoModelFactory):
    """A shelf of four meters. `ranges=[("A", "000", "099")]` says what stands on it."""

    class Meta:
        model = Shape
        skip_postgeneration_save = True

    floor = factory.SubFactory(FloorFactory)
    number = factory.LazyAttribute(lambda shape: shape.floor.shapes.count() + 1)
    kind = "shelf"
    name = factory.LazyAttribute(lambda shape: f"Rak {shape.number}")
    x = 200
    y = factory.LazyAttribute(lambda shape: 100 * shape.number)
    width = 400
    height = 60

    @factory.post_generation
    def ranges(shape, create, extracted, **kwargs):  # noqa: N805 - factory-boy hands over the object
        for side, first, last in extracted or ():
            ShelfRange.objects.create(shape=shape, side=side, first=first, last=last)

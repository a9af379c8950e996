import factory

from pustaka.readers.models import BookList
from pustaka.readers.services import lists
from tests.factories.catalog import AT, BibFactory
from tests.factories.patrons import PatronFactory


class BookListFactory(factory.django.DjangoModelFactory):
    """A list; `titles=3` puts so many new titles on it, `bibs=[…]` these."""

    class Meta:
        model = BookList
        skip_postgeneration_save = True

    patron = factory.SubFactory(PatronFactory)
    title = factory.Sequence(lambda n: f"Bacaan metodologi {n}")
    created_at = AT
    changed_at = AT

    @factory.post_generation
    def titles(found, create, extracted, **kwargs):  # noqa: N805 - factory-boy hands over the object
        if extracted:
            bibs = [BibFactory() for _ in range(extracted)]
            lists.add(owner=found.patron, list_id=found.pk, bib_ids=[bib.pk for bib in bibs], at=AT)

    @factory.post_generation
    def bibs(found, create, extracted, **kwargs):  # noqa: N805
        if extracted:
            lists.add(owner=found.patron, list_id=found.pk, bib_ids=[bib.pk for bib in extracted], at=AT)

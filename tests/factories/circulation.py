from datetime import UTC, datetime, timedelta

import factory

from pustaka.catalog.models import Item
from pustaka.circulation.models import Hold, Loan
from tests.factories.branches import BranchFactory
from tests.factories.catalog import BibFactory, ItemFactory
from tests.factories.patrons import PatronFactory

LENT_AT = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday, 10.00 in Jakarta


class LoanFactory(factory.django.DjangoModelFactory):
    """A copy that is out, lent on Monday, due a week later at the end of the day; the copy says so too."""

    class Meta:
        model = Loan
        skip_postgeneration_save = True

    item = factory.SubFactory(ItemFactory, status="on_loan")
    bib = factory.SelfAttribute("item.bib")
    patron = factory.SubFactory(PatronFactory)
    branch = factory.SelfAttribute("item.branch")
    category = factory.SelfAttribute("patron.category")
    unit = factory.SelfAttribute("patron.unit")
    item_type = factory.SelfAttribute("item.item_type")
    started_at = LENT_AT
    due_at = factory.LazyAttribute(lambda loan: loan.started_at.replace(hour=16, minute=59, second=59) + timedelta(7))

    returned_at = None
    returned_to = factory.LazyAttribute(lambda loan: loan.branch if loan.returned_at else None)

    @factory.post_generation
    def state(loan, create, extracted, **kwargs):  # noqa: N805 - factory-boy hands over the object
        if loan.returned_at is not None:
            Item.objects.filter(pk=loan.item_id).update(status="available")


class HoldFactory(factory.django.DjangoModelFactory):
    """Somebody waits for a title."""

    class Meta:
        model = Hold
        skip_postgeneration_save = True

    bib = factory.SubFactory(BibFactory)
    patron = factory.SubFactory(PatronFactory)
    pickup = factory.SubFactory(BranchFactory, code="PUSAT")
    rank = factory.Sequence(lambda n: n)
    placed_at = LENT_AT

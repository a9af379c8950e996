import factory

from pustaka.branches.models import Branch, Location


class BranchFactory(factory.django.DjangoModelFactory):
    """A library of the campus; the code names it."""

    class Meta:
        model = Branch
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"FAK{n}")
    name = factory.LazyAttribute(lambda branch: f"Perpustakaan {branch.code}")


class LocationFactory(factory.django.DjangoModelFactory):
    """A shelf in a branch."""

    class Meta:
        model = Location
        django_get_or_create = ("branch", "code")
        skip_postgeneration_save = True

    branch = factory.SubFactory(BranchFactory)
    code = factory.Sequence(lambda n: f"RAK{n}")
    name = factory.LazyAttribute(lambda location: f"Rak {location.code}")

import factory

from pustaka.patrons.models import Patron


class PatronFactory(factory.django.DjangoModelFactory):
    """Somebody with an account; `roles=[Role.HEAD]` gives roles, `password` sets one."""

    class Meta:
        model = Patron
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"2026{n:05}")
    name = factory.Sequence(lambda n: ("Ni Made Ayu Lestari", "Yohana Siregar", "Teguh Prasetyo", "Siti Aminah")[n % 4])
    email = factory.LazyAttribute(lambda patron: f"{patron.number}@kampus.example")

    @factory.post_generation
    def roles(patron, create, extracted, **kwargs):  # noqa: N805 - factory-boy hands over the object
        for role in extracted or ():
            patron.role_grants.create(role=role, granted_at=patron.created_at, granted_by="test")

    @factory.post_generation
    def password(patron, create, extracted, **kwargs):  # noqa: N805
        patron.set_password(extracted or "buku-adalah-jendela")
        patron.save()

import factory

from pustaka.catalog.models import Target


class TargetFactory(factory.django.DjangoModelFactory):
    """An SRU server of this machine that nobody runs; say `url=` or `port=` for another."""

    class Meta:
        model = Target
        skip_postgeneration_save = True

    class Params:
        z3950 = factory.Trait(
            protocol="z3950",
            host="127.0.0.1",
            database="buku",
            url="",
            isbn_index="1=7",
            issn_index="1=8",
            title_index="1=4, 4=6",
            author_index="1=1003",
        )

    name = factory.Sequence(lambda n: f"Perpustakaan {n}")
    protocol = "sru"
    url = "http://127.0.0.1:1/buku"
    isbn_index = "bath.isbn"
    issn_index = "bath.issn"
    title_index = "dc.title all"
    author_index = "dc.creator"
    organization = "ID-JaPN"
    position = factory.Sequence(lambda n: n)

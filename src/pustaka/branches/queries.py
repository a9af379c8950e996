from django.db.models import QuerySet

from pustaka.branches.models import Branch, Location


def branches() -> QuerySet[Branch]:
    """By name."""
    return Branch.objects.order_by("name", "pk")


def locations() -> QuerySet[Location]:
    """By branch, then name."""
    return Location.objects.select_related("branch").order_by("branch__name", "name", "pk")

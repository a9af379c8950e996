from django.db import transaction

from pustaka.branches.models import Branch, Location


@transaction.atomic
def ensure_branch(*, code: str, name: str, address: str = "") -> Branch:
    """The branch of that code; made with this name where there is none yet."""
    return Branch.objects.get_or_create(code=code, defaults={"name": name, "address": address})[0]


@transaction.atomic
def ensure_location(*, branch: Branch, code: str, name: str, floor: str = "") -> Location:
    """The location of that code in the branch; made with this name where there is none yet."""
    return Location.objects.get_or_create(branch=branch, code=code, defaults={"name": name, "floor": floor})[0]

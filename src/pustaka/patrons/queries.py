from django.db.models import QuerySet

from pustaka.patrons.models import STAFF_ROLES, Patron, Role, RoleGrant


def roles_of(patron: Patron) -> frozenset[Role]:
    """Every role that the person holds; none where the account is closed."""
    if not patron.is_active:
        return frozenset()
    return frozenset(Role(role) for role in RoleGrant.objects.filter(patron=patron).values_list("role", flat=True))


def by_number(number: str) -> Patron | None:
    """The person with that number, if there is one."""
    return Patron.objects.filter(number=number).first()


def is_known(patron_id: int) -> bool:
    """Whether there is, still, a person of that number."""
    return Patron.objects.filter(pk=patron_id).exists()


def is_staff(patron: Patron) -> bool:
    """Whether the person holds a role behind the desk."""
    return bool(roles_of(patron) & STAFF_ROLES)


def holders_of(role: Role) -> QuerySet[Patron]:
    """By name."""
    return Patron.objects.filter(role_grants__role=role, is_active=True).order_by("name", "pk")

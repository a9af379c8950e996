from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.foundation.errors import NotFound
from pustaka.patrons.models import (
    STAFF_ROLES,
    Block,
    Card,
    Category,
    Entry,
    Lookup,
    OpenCharge,
    Patron,
    Receipt,
    Role,
    RoleGrant,
    TillSession,
)


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


def workplace(patron_id: int) -> Branch | None:
    """The branch where somebody works behind the desk, where a role names one."""
    grant = (
        RoleGrant.objects.filter(patron=patron_id, role__in=STAFF_ROLES)
        .exclude(branch=None)
        .select_related("branch")
        .order_by("pk")
        .first()
    )
    return grant.branch if grant else None


# --- Finding people --------------------------------------------------------------------------------------------------


def by_scan(code: str) -> Patron | None:
    """Whoever is known by that number, valid card or address; joined for the desk."""
    code = code.strip()
    if not code:
        return None
    joined = Patron.objects.select_related("category", "unit", "home_branch")
    return joined.filter(number=code).first() or joined.filter(cards__code=code, cards__blocked_at=None).first()


def blocked_card(code: str) -> Card | None:
    """The card of that code, where it is blocked."""
    return Card.objects.filter(code=code.strip()).exclude(blocked_at=None).select_related("patron").first()


def by_id(patron_id: int) -> Patron:
    """The person, joined for a page about them.

    Raises:
        NotFound: there is none of that id.
    """
    found = Patron.objects.select_related("category", "unit__parent", "home_branch").filter(pk=patron_id).first()
    if found is None:
        raise NotFound(_("There is no such person any more."))
    return found


def search(text: str, *, most: int = 30) -> list[Patron]:
    """People by number, card, address or parts of their name; by name, at most so many."""
    words = text.split()[:6]
    if not words:
        return []
    found = Patron.objects.select_related("category", "unit")
    code = text.strip()
    exact = found.filter(Q(number__istartswith=code) | Q(cards__code=code) | Q(email__iexact=code)).distinct()
    for word in words:
        found = found.filter(name__icontains=word)
    both = [*exact.order_by("number")[:most], *found.order_by("name")[:most]]
    return list({patron.pk: patron for patron in both}.values())[:most]


def categories() -> QuerySet[Category]:
    """By name."""
    return Category.objects.order_by("name")


def category_of_code(code: str) -> Category | None:
    """The category of that code, if there is one."""
    return Category.objects.filter(code=code).first()


def members() -> QuerySet[Patron]:
    """Everyone who has a category, in the order in which they joined the system."""
    return Patron.objects.exclude(category=None).select_related("category", "unit").order_by("pk")


def members_and_others() -> QuerySet[Patron]:
    """Everyone, joined for comparing them with a list."""
    return Patron.objects.select_related("category", "unit").order_by("pk")


def joined_by_day(*, first: date, last: date) -> Iterator[dict[str, Any]]:
    """How many members joined on each day: `on`, `category`, `unit`, `count`."""
    rows = (
        Patron.objects.exclude(category=None).annotate(on=TruncDate("created_at")).filter(on__gte=first, on__lte=last)
    )
    for row in rows.order_by().values("on", "category", "unit").annotate(count=Count("pk")):
        yield dict(row)


def members_by_unit(*, on: date) -> dict[int, int]:
    """How many people of each faculty or programme are members on that day."""
    valid = Patron.objects.exclude(unit=None).filter(Q(valid_until=None) | Q(valid_until__gte=on), left_on=None)
    return dict(valid.order_by().values_list("unit").annotate(count=Count("pk")))


def members_by_category(*, on: date) -> dict[int, int]:
    """How many people of each category are members on that day."""
    valid = Patron.objects.exclude(category=None).filter(Q(valid_until=None) | Q(valid_until__gte=on), left_on=None)
    return dict(valid.order_by().values_list("category").annotate(count=Count("pk")))


def students(*, on: date) -> int:
    """How many members study here: those in a programme whose membership has an end, guests apart."""
    valid = Patron.objects.filter(valid_until__gte=on, left_on=None, category__is_guest=False)
    return valid.exclude(unit=None).count()


def expiring(*, first: date, last: date) -> QuerySet[Patron]:
    """Whose membership ends on a day from `first` to `last`; soonest first."""
    return Patron.objects.filter(valid_until__range=(first, last), left_on=None).order_by("valid_until", "pk")


# --- What stands in the way ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may borrow, as far as people go; `blocks` are those that hold today."""

    is_expired: bool
    has_left: bool
    blocks: Sequence[Block]
    owed_idr: int


def standing(patron: Patron, *, on: date) -> Standing:
    """What stands against a person on that day; one statement."""
    return Standing(
        is_expired=patron.valid_until is not None and patron.valid_until < on,
        has_left=patron.left_on is not None or not patron.is_active,
        blocks=tuple(blocks_of(patron).filter(Q(until=None) | Q(until__gte=on), lifted_at=None)),
        owed_idr=patron.balance_idr,
    )


def blocks_of(patron: Patron) -> QuerySet[Block]:
    """Newest first, ended ones too."""
    return patron.blocks.order_by("-made_at", "-pk")


def cards_of(patron: Patron) -> QuerySet[Card]:
    """Oldest first, blocked ones too."""
    return patron.cards.order_by("issued_at", "pk")


# --- The account -----------------------------------------------------------------------------------------------------


def entry(entry_id: int) -> Entry | None:
    """The line of the ledger, if there is one."""
    return Entry.objects.select_related("settles").filter(pk=entry_id).first()


def charges_about(about: str) -> QuerySet[Entry]:
    """The charges about that thing (`loan:12`), oldest first."""
    return Entry.objects.filter(about=about, kind=Entry.Kind.CHARGE).order_by("pk")


def ledger(patron: Patron) -> QuerySet[Entry]:
    """Newest first."""
    return Entry.objects.filter(patron=patron).select_related("receipt", "settles", "branch").order_by("-id")


def open_charges(patron: Patron) -> QuerySet[OpenCharge]:
    """Oldest first, each with its `entry`."""
    return OpenCharge.objects.filter(patron=patron).select_related("entry").order_by("entry_id")


def receipt(receipt_id: int) -> Receipt:
    """The receipt with who paid.

    Raises:
        NotFound: there is none.
    """
    found = Receipt.objects.select_related("patron", "till__branch").filter(pk=receipt_id).first()
    if found is None:
        raise NotFound(_("There is no such receipt."))
    return found


def open_till(branch: Branch) -> TillSession | None:
    """The till that is open there now."""
    return TillSession.objects.filter(branch=branch, closed_at=None).first()


def tills(branch: Branch) -> QuerySet[TillSession]:
    """Newest first."""
    return TillSession.objects.filter(branch=branch).order_by("-opened_at")


def lookups_of(patron: Patron) -> QuerySet[Lookup]:
    """When staff opened that person's page; newest first."""
    return Lookup.objects.filter(patron=patron).order_by("-at", "-pk")


def lookups() -> QuerySet[Lookup]:
    """Who has opened whose page; newest first."""
    return Lookup.objects.select_related("patron", "by").order_by("-at", "-pk")

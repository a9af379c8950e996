from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from pustaka.foundation.actors import SYSTEM, VISITOR
from pustaka.foundation.errors import Invalid, NotPermitted
from pustaka.patrons import queries
from pustaka.patrons.models import Patron, Role, RoleGrant
from pustaka.patrons.services import people, roles

AT = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def add(number="2210511001", **changes):
    person = {"number": number, "name": "Ni Made Ayu Lestari", "email": None, "password": None, "at": AT, "by": SYSTEM}
    return people.add(**{**person, **changes})


def test_added_person_can_be_found_and_has_no_password_by_default():
    patron = add(email="Ayu@Kampus.ac.id")

    assert Patron.objects.get(number="2210511001") == patron
    assert (patron.email, patron.has_usable_password(), patron.created_at) == ("Ayu@kampus.ac.id", False, AT)


def test_two_people_without_an_address_are_fine():
    add("1")
    add("2")

    assert Patron.objects.filter(email=None).count() == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"number": "  "}, "needs a number"),
        ({"number": "2210511001"}, "2210511001 belongs to somebody"),
        ({"number": "2", "email": "AYU@kampus.ac.id"}, "AYU@kampus.ac.id belongs to somebody"),
    ],
)
def test_a_person_is_refused_with_the_reason(change, complaint):
    add(email="ayu@kampus.ac.id")

    with pytest.raises(Invalid, match=complaint):
        add(**change)

    assert Patron.objects.count() == 1


def test_add_needs_the_permission():
    with pytest.raises(NotPermitted):
        add(by=VISITOR)


def test_grant_twice_is_one_role_and_revoke_takes_it():
    patron = add()
    roles.grant(patron=patron, role=Role.CATALOGUER, at=AT, by=SYSTEM)
    roles.grant(patron=patron, role=Role.CATALOGUER, at=AT, by=SYSTEM)
    assert queries.roles_of(patron) == {Role.CATALOGUER}
    assert queries.is_staff(patron)
    assert list(queries.holders_of(Role.CATALOGUER)) == [patron]

    roles.revoke(patron=patron, role=Role.CATALOGUER, by=SYSTEM)

    assert queries.roles_of(patron) == frozenset()
    assert not queries.is_staff(patron)


def test_a_closed_account_holds_no_role():
    patron = add()
    roles.grant(patron=patron, role=Role.HEAD, at=AT, by=SYSTEM)
    Patron.objects.update(is_active=False)
    patron.refresh_from_db()

    assert queries.roles_of(patron) == frozenset()


def test_lecturers_are_not_staff():
    patron = add()
    roles.grant(patron=patron, role=Role.LECTURER, at=AT, by=SYSTEM)

    assert not queries.is_staff(patron)


@pytest.mark.parametrize("act", [roles.grant, roles.revoke])
def test_roles_need_the_permission(act):
    patron = add()
    moment = {"at": AT} if act is roles.grant else {}

    with pytest.raises(NotPermitted):
        act(patron=patron, role=Role.HEAD, by=VISITOR, **moment)

    assert not RoleGrant.objects.exists()


def test_the_database_knows_the_roles():
    patron = add()
    with pytest.raises(IntegrityError, match="role_known"):
        RoleGrant.objects.create(patron=patron, role="king", granted_at=AT, granted_by="x")


def test_the_database_wants_a_number():
    with pytest.raises(IntegrityError, match="patron_has_number"):
        Patron.objects.create(number="", name="x")


def test_the_database_wants_each_address_once_whatever_its_case():
    add("1", email="a@kampus.ac.id")
    with pytest.raises(IntegrityError):
        Patron.objects.create(number="2", name="x", email="A@kampus.ac.id")

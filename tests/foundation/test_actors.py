import pytest

from pustaka.catalog.permissions import Permission
from pustaka.config.roles import ROLES
from pustaka.foundation.actors import SYSTEM, VISITOR, Actor, PermissionEnum
from pustaka.foundation.errors import NotPermitted
from pustaka.patrons.models import Role


def test_require_passes_who_holds_the_permission():
    Actor(name="Sari", permissions=frozenset({Permission.IMPORT})).require(Permission.IMPORT)


def test_require_refuses_and_says_what_is_missing():
    with pytest.raises(NotPermitted, match="bring files of records into the catalogue"):
        Actor(name="Budi", permissions=frozenset({Permission.EDIT})).require(Permission.IMPORT)


def test_a_visitor_may_nothing_and_the_system_everything():
    assert not any(VISITOR.may(permission) for permission in Permission)
    assert all(SYSTEM.may(permission) for permission in Permission)


def test_every_role_has_its_permissions_and_every_permission_a_sentence():
    assert set(ROLES) == set(Role)
    every = {permission for kind in PermissionEnum.__subclasses__() for permission in kind}
    assert ROLES[Role.ADMINISTRATOR] == every
    for permission in every:
        assert str(permission.sentence).startswith("May ")
        assert str(permission.sentence).endswith(".")


def test_members_may_not_see_the_pages_behind_the_desk():
    assert Permission.SEE_STAFF_PAGES not in ROLES[Role.MEMBER] | ROLES[Role.LECTURER]
    assert all(Permission.SEE_STAFF_PAGES in ROLES[role] for role in set(Role) - {Role.MEMBER, Role.LECTURER})


def test_own_things_need_no_permission_and_those_of_others_do():
    me = Actor(name="Maria", patron_id=7)

    me.require_for(7, Permission.EDIT)
    with pytest.raises(NotPermitted):
        me.require_for(8, Permission.EDIT)
    SYSTEM.require_for(8, Permission.EDIT)

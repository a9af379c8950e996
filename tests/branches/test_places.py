import pytest
from django.db import IntegrityError

from pustaka.branches import queries
from pustaka.branches.services import places
from pustaka.branches.models import Branch, Location

pytestmark = pytest.mark.django_db


def test_a_branch_is_made_once_and_keeps_its_first_name():
    first = places.ensure_branch(code="pusat", name="Perpustakaan Pusat")

    assert places.ensure_branch(code="pusat", name="Gedung A") == first
    assert [branch.name for branch in queries.branches()] == ["Perpustakaan Pusat"]


def test_the_same_shelf_code_stands_in_two_branches():
    center = places.ensure_branch(code="pusat", name="Pusat")
    medicine = places.ensure_branch(code="fk", name="Kedokteran")
    for branch in (center, medicine, center):
        places.ensure_location(branch=branch, code="r1", name="Rak 1")

    assert [location.branch for location in queries.locations()] == [medicine, center]


def test_the_database_wants_a_branch_code():
    with pytest.raises(IntegrityError, match="branch_has_code"):
        Branch.objects.create(code="", name="x")


def test_the_database_wants_a_location_code_once_in_a_branch():
    branch = places.ensure_branch(code="pusat", name="Pusat")
    places.ensure_location(branch=branch, code="r1", name="Rak 1")
    with pytest.raises(IntegrityError):
        Location.objects.create(branch=branch, code="r1", name="Rak 1")

"""What the doctor says of the catalogues that are asked for records."""

from typing import Any

import pytest
from django.utils import timezone

from pustaka.catalog.models import Target
from pustaka.interfaces.cli.doctor_command import Finding, _sources
from tests.factories.targets import TargetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_targets(settings: Any) -> None:
    Target.objects.all().delete()
    TargetFactory(name="Library of Congress", z3950=True)
    TargetFactory(name="K10plus")
    TargetFactory(name="Libris", z3950=True, is_active=False)


@pytest.mark.usefixtures("libyaz")
def test_doctor_counts_who_is_asked_when_all_can_be() -> None:
    assert list(_sources(timezone.now())) == [Finding("good", "2 other catalogues are asked for records")]


def test_doctor_says_what_to_install_where_z3950_is_missing(settings: Any) -> None:
    settings.Z3950_SOURCE = "tests.interfaces.cli.test_doctor.missing"

    assert list(_sources(timezone.now())) == [
        Finding("look", "Library of Congress can't be asked for records", "sudo apt-get install libyaz5"),
        Finding("good", "1 other catalogues are asked for records"),
    ]


class Missing:
    """Z39.50 on a machine without libyaz5."""

    def problem(self) -> str:
        return "sudo apt-get install libyaz5"


missing = Missing()

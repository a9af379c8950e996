from datetime import UTC, datetime

import pytest

from pustaka.circulation.services import rules
from pustaka.foundation.actors import SYSTEM
from tests.factories import BranchFactory

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday, 10.00 in Jakarta
BY = {"at": AT, "by": SYSTEM}


@pytest.fixture
def branch(db):
    return BranchFactory(code="PUSAT", name="Perpustakaan Pusat")


@pytest.fixture
def rule(db):
    """`rule(loan_length="14", renewals="2")` for any place, or for `branch=`, `category=`, `item_type=`."""

    def set_rules(branch=None, category=None, item_type=None, **values):
        for name, value in values.items():
            rules.set_rule(name=name, value=value, branch=branch, category=category, item_type=item_type, **BY)

    return set_rules

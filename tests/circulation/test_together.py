"""Two desks at the same moment, and a desk that is killed in the middle."""

import os
import subprocess
import sys
from contextlib import suppress

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from pustaka.catalog.models import Item
from pustaka.circulation.models import Hold, Loan, Transit
from pustaka.circulation.services import loans, returns
from pustaka.foundation.models import OutboxEvent
from pustaka.patrons.models import Entry, Patron
from tests.circulation.conftest import AT, BY
from tests.conftest import ROOT
from tests.factories import BranchFactory, ItemFactory, PatronFactory
from tests.factories.circulation import HoldFactory, LoanFactory
from tests.catalog.test_kills import Bomb, Killed

ROUNDS = 60  # `benchmarks.circulation --rush 1000` is the whole of it


@pytest.fixture
def empty_database():
    """Environment of a process with an empty database of its own, of the kind that the tests use."""
    told = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "DJANGO_SETTINGS_MODULE": ""}
    told.pop("DJANGO_SETTINGS_MODULE")
    if connection.vendor != "postgresql":
        told.pop("DATABASE_URL", None)
        yield told
        return
    db = settings.DATABASES["default"]
    name = f"rush_{os.getpid()}"
    where = f"postgresql://{db['USER']}@{db['HOST']}:{db['PORT']}"
    with psycopg.connect(f"{where}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    yield {**told, "DATABASE_URL": f"{where}/{name}"}
    with psycopg.connect(f"{where}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.django_db
def test_two_desks_lend_the_last_copy_at_once_and_exactly_one_succeeds(empty_database):
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.circulation", "--rush", str(ROUNDS)],
        cwd=ROOT, env=empty_database, capture_output=True, text=True, timeout=300,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.startswith(connection.vendor)
    assert f"{ROUNDS} times exactly one succeeded" in answer.stdout


def picture():
    return {
        "loans": list(Loan.objects.order_by("pk").values_list("item", "patron", "returned_at", "renewals")),
        "holds": list(Hold.objects.order_by("pk").values_list("state", "item_kept", "ended_at")),
        "items": list(Item.objects.order_by("pk").values_list("pk", "status")),
        "transits": list(Transit.objects.values_list("item", "arrived_at")),
        "ledger": list(Entry.objects.values_list("patron", "amount_idr")),
        "balances": list(Patron.objects.order_by("pk").values_list("pk", "balance_idr")),
        "events": list(OutboxEvent.objects.values_list("name", flat=True)),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["check_out", "check_in"])
def test_desk_that_is_killed_at_any_statement_leaves_no_half(deed, rule):
    rule(fine_idr="1.000", fine_skips_closed="no")
    branch, far = BranchFactory(code="PUSAT"), BranchFactory(code="FK")
    item, patron = ItemFactory(branch=branch), PatronFactory()
    HoldFactory(bib=item.bib, patron=patron)
    loan = LoanFactory(item__branch=branch, due_at=AT.replace(day=20))
    HoldFactory(bib=loan.bib, pickup=far)
    before, writes, done = picture(), 0, False

    while not done:
        writes += 1
        with suppress(Killed), transaction.atomic(), connection.execute_wrapper(Bomb(writes)):
            if deed == "check_out":
                loans.check_out(item_id=item.pk, patron_id=patron.pk, branch=branch, **BY)
            else:
                returns.check_in(item_id=loan.item_id, branch=branch, **BY)
            done = True
        if not done:
            assert picture() == before

    assert writes > 4
    assert picture() != before

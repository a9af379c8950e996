"""What every test stands on: no network beyond this machine, the real data where it lies."""

from importlib import import_module
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.peers.fixtures"]

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data beside the checkout; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real data isn't beside this checkout (../shared/data)")
    return SHARED


@pytest.fixture(autouse=True)
def _no_calendar_and_rules_of_another_test():
    """Rows that a test rolls back get their numbers again, so nothing is to be remembered of them."""
    from pustaka.branches import queries as branches
    from pustaka.circulation import queries as circulation

    branches._calendar.cache_clear()
    circulation._rule_book.cache_clear()


@pytest.fixture(autouse=True)
def _ledger_is_emptied_between_tests(request):
    """A test with real transactions ends by emptying every table; SQLite does so row by row, and the ledger refuses."""
    marker = request.node.get_closest_marker("django_db")
    is_real = bool(marker and marker.kwargs.get("transaction")) or "live_server" in request.fixturenames
    if not is_real and "transactional_db" not in request.fixturenames:
        yield
        return
    from django.db import connection

    request.getfixturevalue("transactional_db")
    guards = import_module("pustaka.patrons.migrations.0003_ledger_guard").SQLITE
    with connection.cursor() as cursor:
        for guard in guards if connection.vendor == "sqlite" else []:
            cursor.execute(guard)
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS entry_never_deleted")


@pytest.fixture(autouse=True)
def _english():
    """Texts that no request asked for are those of the source; a request still chooses its own language."""
    with translation.override("en"):
        yield

"""What every test stands on: no network beyond this machine, the real data where it lies."""

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
def _english():
    """Texts that no request asked for are those of the source; a request still chooses its own language."""
    with translation.override("en"):
        yield

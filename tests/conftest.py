"""What every test stands on: a data folder of its own, no network beyond this machine, the real data where it lies."""

import os
import tempfile
from pathlib import Path

_DATA = tempfile.mkdtemp(prefix="pustaka-test-")
os.environ["PUSTAKA_DATA"] = _DATA
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in the thread of the tests

import pytest  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data beside the checkout; a test that needs it skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the real data isn't beside this checkout (../shared/data)")
    return SHARED

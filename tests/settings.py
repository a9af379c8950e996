"""The settings of the product, with a data folder of their own and what tests need otherwise."""

import os
import tempfile

os.environ["PUSTAKA_DATA"] = tempfile.mkdtemp(prefix="pustaka-test-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop running in the thread of the tests

from pustaka.config.settings import *  # noqa: F403
from pustaka.config.settings import STATIC_ROOT, STORAGES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; no password here is worth keeping
STATIC_ROOT.mkdir(parents=True)  # WhiteNoise looks for it
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Undefined(str):
    """What a template gets for a name that isn't there: a failure, not an empty text."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        raise NameError(f"a template asks for '{name}', which isn't there")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # type: ignore[index]

"""The settings of the product, with what tests need otherwise and nothing else."""

from pustaka.config.settings import *  # noqa: F403
from pustaka.config.settings import STORAGES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; no password here is worth keeping
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Undefined(str):
    """What a template gets for a name that isn't there: a failure, not an empty text."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        raise NameError(f"a template asks for '{name}', which isn't there")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # type: ignore[index]

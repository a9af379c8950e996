"""Adapter lookup: settings name a dotted path, rooms ask for what stands there."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def _loaded(path: str) -> Any:
    return import_string(path)


def named(setting: str) -> Any:
    """The object that the dotted path in `settings.<setting>` names, imported once a process.

    Raises:
        ImportError: nothing stands there; the text says which setting is wrong.
    """
    path = getattr(settings, setting)
    try:
        return _loaded(path)
    except ImportError as error:
        raise ImportError(f"settings.{setting} names '{path}', which can't be imported: {error}") from error

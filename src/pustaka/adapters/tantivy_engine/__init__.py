"""Tantivy, embedded: the search engine that needs nothing but a folder.

`settings.SEARCH_ENGINE` names `engine` here. One folder a generation, under `settings.SEARCH_INDEX`.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

from pustaka.adapters.tantivy_engine.folder import TantivyEngine


@cache
def _engine_in(folder: Path) -> TantivyEngine:
    return TantivyEngine(folder)


def engine() -> TantivyEngine:
    """This process's engine on the folder that the settings name now."""
    return _engine_in(Path(settings.SEARCH_INDEX))

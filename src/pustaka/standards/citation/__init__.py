"""References in the styles of the manuals, from CSL-JSON. What is supported: `docs/standards/citations.md`."""

from pustaka.standards.citation.render import Item, Reference, bibliography, cite, sort_key, year_of
from pustaka.standards.citation.styles import STYLES, Style

__all__ = ["STYLES", "Item", "Reference", "Style", "bibliography", "cite", "sort_key", "year_of"]

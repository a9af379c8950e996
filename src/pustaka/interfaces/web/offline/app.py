"""The catalogue as an app: what a browser installs, and the worker that keeps pages to be read without a network."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from pustaka.interfaces.web.offline import rules
from pustaka.interfaces.web.offline.wording import SHELVES

HERE = Path(__file__).resolve().parent
PAPER, ACCENT = "#fcfcfa", "#0b5a52"  # `tokens.css`; a manifest knows one pair of colours, the pages' own tags both
ICONS = (
    ("kit/icon.svg", "any", "image/svg+xml", "any"),
    ("kit/icon-192.png", "192x192", "image/png", "any"),
    ("kit/icon-512.png", "512x512", "image/png", "any"),
    ("kit/icon-maskable.png", "512x512", "image/png", "maskable"),
)
# What the pages that are kept need to look and to work as they do.
FILES = (
    "kit/pustaka.css",
    "kit/htmx-2.0.11.min.js",
    "kit/kit.js",
    "kit/offline.js",
    "kit/offline-list.js",
    "kit/order.js",
    "kit/mark.svg",
)


def manifest() -> dict[str, object]:
    """The web app manifest, in the reader's language."""
    shortcuts = [(_("Advanced search"), "opac:advanced"), (_("My lists"), "lists:mine"), (_("New titles"), "opac:new")]
    return {
        "id": "/",
        "name": settings.LIBRARY_NAME,
        "short_name": settings.SHORT_NAME,
        "description": _("The catalogue of the library: find a book, see where it stands, keep lists."),
        "lang": translation.get_language() or "id",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "categories": ["books", "education"],
        "icons": [
            {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
        "shortcuts": [
            {
                "name": name,
                "url": reverse(route),
                "icons": [{"src": static("kit/icon-192.png"), "sizes": "192x192", "type": "image/png"}],
            }
            for name, route in shortcuts
        ],
    }


@lru_cache(maxsize=4)
def worker(name: str) -> bytes:
    """The worker for the library of that name; its version changes with every file and every word it keeps."""
    addresses = {code: reverse("offline_away", args=[code]) for code, _name in settings.LANGUAGES}
    told: dict[str, object] = {
        "files": [static(file) for file in FILES],
        "away": addresses,
        "shelves": dict(rules.SHELVES),
        "pictures": rules.MOST_PICTURES,
        "longestPage": rules.LONGEST_PAGE,
        "largestPicture": rules.LARGEST_PICTURE,
        "days": rules.KEPT_DAYS,
        "waitMs": rules.NETWORK_WAITS_MS,
        "nobody": rules.NOBODY,
        "leave": reverse("account_logout"),
    }
    source = (HERE / "worker.js").read_text(encoding="utf-8")
    pages = [away(code) for code in addresses]
    version = hashlib.sha256("\0".join([json.dumps(told), source, *pages]).encode()).hexdigest()[:16]
    return f"const LIBRARY = {json.dumps({'version': version, **told})};\n{source}".encode()


def farewell() -> bytes:
    """The worker that ends the one before it, with all that it has kept."""
    return (HERE / "farewell.js").read_bytes()


def away(language: str) -> str:
    """The page that stands where no kept one does, in that language; the same for everybody."""
    with translation.override(language):
        context = {
            "language": language,
            "library": settings.LIBRARY_NAME,
            "shelves": SHELVES,
            "days": rules.KEPT_DAYS,
            "zone": settings.TIME_ZONE,
        }
        return render_to_string("offline/away.html", context)

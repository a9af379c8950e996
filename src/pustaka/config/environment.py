"""Typed readers of environment variables, so that a bad setting is named in one clear line before anything starts."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class BadSetting(ImproperlyConfigured):
    """A setting of the operator's that the system can't start with; the text names the variable and what to write."""


def text(name: str, default: str = "") -> str:
    """The value as it stands, without surrounding white space."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """Yes or no, in the usual spellings.

    Raises:
        BadSetting: the value is none of them.
    """
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} is '{value}': write 1 or 0.")


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between `least` and `most`, both included.

    Raises:
        BadSetting: no number, or outside the range.
    """
    value = text(name)
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        raise BadSetting(f"{name} is '{value}': write a whole number from {least} to {most}.") from None
    if not least <= result <= most:
        raise BadSetting(f"{name} is {result}: write a whole number from {least} to {most}.")
    return result


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas; empty parts fall away."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str, default: str = "") -> list[IPv4Network | IPv6Network]:
    """Networks separated by commas, each written as 10.20.0.0/16 or 2001:db8::/48.

    Raises:
        BadSetting: one of them is no network.
    """
    found = []
    for word in words(name, default):
        try:
            found.append(ip_network(word))
        except ValueError:
            raise BadSetting(f"{name} names '{word}': write a network like 10.20.0.0/16 or 2001:db8::/48.") from None
    return found


def logins(prefix: str) -> dict[str, tuple[str, str]]:
    """The logins of all variables that begin with `prefix`, by the rest of their names: user and password.

    Raises:
        BadSetting: one of them has no "user:password".
    """
    found = {}
    for name in sorted(os.environ):
        if name.startswith(prefix) and (value := text(name)):
            user, colon, password = value.partition(":")
            if not (user and colon):
                raise BadSetting(f"{name} has no colon in it: write user:password.")
            found[name.removeprefix(prefix)] = (user, password)
    return found


def folder(name: str, default: str) -> Path:
    """An absolute folder path; it need not exist yet."""
    return Path(text(name, default)).expanduser().resolve()


def database(name: str, *, data: Path) -> dict[str, object]:
    """Django's connection settings from an address; SQLite inside `data` where none is given.

    Understood are `sqlite:///relative.sqlite3`, `sqlite:////absolute.sqlite3` and
    `postgresql://user:password@host:port/name`.

    Raises:
        BadSetting: another scheme, or an address without a database name.
    """
    value = text(name) or f"sqlite:///{data / 'pustaka.sqlite3'}"
    parts = urlsplit(value)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")),
            # Writers queue at the door (IMMEDIATE) instead of failing halfway; readers never wait (WAL).
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
                    " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        if not parts.path.strip("/"):
            raise BadSetting(f"{name} names no database: write postgresql://user:password@host:5432/name.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    raise BadSetting(f"{name} begins with '{parts.scheme}:': write a sqlite:/// or postgresql:// address.")

"""Other libraries' catalogues that are asked for records: which, where and how."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from pustaka.catalog import queries
from pustaka.catalog.models import Target
from pustaka.catalog.permissions import Permission
from pustaka.catalog.ports import Ask, Place, RecordSource
from pustaka.foundation import adapters
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.standards import cql, pqf, sru

CHANGEABLE = (
    "name", "protocol", "host", "port", "database", "url", "version", "syntax", "charset", "isbn_index", "issn_index",
    "title_index", "author_index", "login", "organization", "timeout_s", "most_records", "is_active", "note",
)  # fmt: skip
USUAL_INDEXES: Mapping[str, Mapping[str, str]] = {
    Target.Protocol.Z3950: {
        "isbn_index": "1=7",
        "issn_index": "1=8",
        "title_index": "1=4, 4=6",
        "author_index": "1=1003, 4=6",
    },
    Target.Protocol.SRU: {
        "isbn_index": "bath.isbn",
        "issn_index": "bath.issn",
        "title_index": "dc.title all",
        "author_index": "dc.creator all",
    },
}


class BadTarget(Invalid):
    """Something of a target can't be used; `field` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?")
_SYNTAX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


@transaction.atomic
def add(*, fields: Mapping[str, Any], at: datetime, by: Actor) -> Target:
    """A new target, asked after all others.

    Raises:
        NotPermitted: `by` may not say who is asked.
        Invalid: something in it can't be used.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    last = Target.objects.aggregate(last=Max("position"))["last"] or 0
    return _written(Target(position=last + 1), fields)


@transaction.atomic
def change(*, target_id: int, fields: Mapping[str, Any], at: datetime, by: Actor) -> Target:
    """Change these attributes of a target.

    Raises:
        NotPermitted: `by` may not say who is asked.
        NotFound: the target is gone.
        Invalid: something in it can't be used.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    return _written(queries.target(target_id), fields)


@transaction.atomic
def switch(*, target_id: int, is_active: bool, at: datetime, by: Actor) -> Target:
    """Ask this target from now on, or no more.

    Raises:
        NotPermitted: `by` may not say who is asked.
        NotFound: the target is gone.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    target = queries.target(target_id)
    target.is_active = is_active
    target.save(update_fields=["is_active"])
    return target


@transaction.atomic
def move(*, target_id: int, places: int, at: datetime, by: Actor) -> None:
    """Put a target so many places further down, or up where that is negative; it stops at the ends.

    Raises:
        NotPermitted: `by` may not say who is asked.
        NotFound: the target is gone.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    order = list(Target.objects.select_for_update().order_by("position", "pk"))
    target = queries.target(target_id)
    at_present = order.index(target)
    order.insert(min(max(0, at_present + places), len(order) - 1), order.pop(at_present))
    for position, one in enumerate(order, 1):
        one.position = position
    Target.objects.bulk_update(order, ["position"])


@transaction.atomic
def remove(*, target_id: int, at: datetime, by: Actor) -> None:
    """Forget a target; what it has answered so far keeps its name.

    Raises:
        NotPermitted: `by` may not say who is asked.
        NotFound: it is gone already.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    queries.target(target_id).delete()


def source_of(*, protocol: str) -> RecordSource:
    """What speaks this protocol."""
    source: RecordSource = adapters.named("SRU_SOURCE" if protocol == Target.Protocol.SRU else "Z3950_SOURCE")
    return source


def problems() -> dict[str, str]:
    """The protocols that can't be spoken on this machine, each with what to install."""
    found = {protocol.value: source_of(protocol=protocol.value).problem() for protocol in Target.Protocol}
    return {protocol: problem for protocol, problem in found.items() if problem}


def place_of(*, target: Target) -> Place:
    """Where and how the target is asked, with its login."""
    user, password = settings.SOURCE_LOGINS.get(target.login, ("", "")) if target.login else ("", "")
    indexes = {
        Ask.ISBN: target.isbn_index,
        Ask.ISSN: target.issn_index,
        Ask.TITLE: target.title_index,
        Ask.AUTHOR: target.author_index,
    }
    return Place(
        host=target.host,
        port=target.port,
        database=target.database,
        url=target.url,
        version=target.version,
        syntax=target.syntax,
        charset=target.charset,
        indexes={by: index for by, index in indexes.items() if index},
        user=user,
        password=password,
    )


def _written(target: Target, fields: Mapping[str, Any]) -> Target:
    for name, value in fields.items():
        if name not in CHANGEABLE:
            raise ValueError(f"a target has no '{name}' that can be changed")
        setattr(target, name, value.strip() if isinstance(value, str) else value)
    check(target=target)
    target.save()
    return target


def check(*, target: Target) -> None:
    """Pass silently when the target can be asked as it is.

    Raises:
        BadTarget: it can't.
    """
    if not target.name:
        raise BadTarget("name", _("A target needs a name."))
    if Target.objects.filter(name=target.name).exclude(pk=target.pk).exists():
        raise BadTarget("name", _("There is a target with the name %(name)s already.") % {"name": target.name})
    if not 1 <= target.timeout_s <= 60:
        raise BadTarget("timeout_s", _("Wait between 1 and 60 seconds for an answer."))
    if not 1 <= target.most_records <= 100:
        raise BadTarget("most_records", _("Fetch between 1 and 100 records at a time."))
    if target.syntax and not _SYNTAX.fullmatch(target.syntax):
        raise BadTarget("syntax", _("The record format is a word such as usmarc or marcxml."))
    if target.login and target.login not in settings.SOURCE_LOGINS:
        raise BadTarget(
            "login",
            _("There is no login of that name. The administrator sets PUSTAKA_LOGIN_%(name)s=user:password.")
            % {"name": target.login},
        )
    if target.protocol == Target.Protocol.SRU:
        _check_sru(target)
    else:
        _check_z3950(target)


def _check_sru(target: Target) -> None:
    try:
        parts = urlsplit(target.url)
        is_sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or any(char.isspace() for char in target.url):
        raise BadTarget("url", _("Write the whole address, beginning with http:// or https://."))
    if parts.username or parts.password:
        raise BadTarget("url", _("No login belongs into the address; give the name of a login instead."))
    if target.version not in sru.VERSIONS:
        raise BadTarget("version", _("SRU comes in the versions %(versions)s.") % {"versions": ", ".join(sru.VERSIONS)})
    for name, index in _indexes(target):
        if not cql.is_index(index):
            raise BadTarget(
                name,
                _("“%(index)s” is no index of SRU. Write one such as bath.isbn, or dc.title all.") % {"index": index},
            )


def _check_z3950(target: Target) -> None:
    if not _HOST.fullmatch(target.host):
        raise BadTarget("host", _("Write the name of the machine without http:// and port, such as z3950.example.org."))
    if not 1 <= target.port <= 65_535:
        raise BadTarget("port", _("A port is a number from 1 to 65535; most catalogues have 210."))
    if not target.database:
        raise BadTarget("database", _("Write the name of the database; the other library tells it."))
    for name, index in _indexes(target):
        if not pqf.are_attributes(index):
            raise BadTarget(
                name,
                _("“%(index)s” are no attributes of Z39.50. Write them such as 1=7, or 1=4, 4=6.") % {"index": index},
            )


def _indexes(target: Target) -> list[tuple[str, str]]:
    listed = [(name, getattr(target, name)) for name in USUAL_INDEXES[target.protocol]]
    return [(name, index) for name, index in listed if index]

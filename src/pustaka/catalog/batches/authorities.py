"""Authority records that a batch writes when it starts, and puts back when it is undone; their history is kept."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from pustaka.catalog import derive
from pustaka.catalog.events import AuthoritiesChanged
from pustaka.catalog.models import Authority, Change
from pustaka.catalog.services import history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError
from pustaka.foundation.events import publish
from pustaka.standards import marc

Plan = dict[str, Any]


class StaleAuthority(DomainError):
    """Somebody else has changed the heading since it was opened."""


def write(*, authority: Authority, record: marc.Record, at: datetime) -> None:
    """Make `record` the record of `authority`; its columns follow from it."""
    derived = derive.heading(record)
    for name, value in derived._asdict().items():
        setattr(authority, name, value)
    authority.marc = marc.dump(record)
    authority.original, authority.original_format = None, ""
    authority.changed_at = at
    authority.save()


def planned(authority: Authority, after: marc.Record | None) -> Plan:
    """That this authority is to have another record, or to go (`None`)."""
    return {
        "id": authority.pk,
        "version": authority.version,
        "before": _text(bytes(authority.marc)),
        "after": _text(marc.dump(after)) if after else None,
    }


def apply(*, plans: Iterable[Plan], cause: str, at: datetime, by: Actor) -> None:
    """Write what was planned; `cause` names the batch in the history.

    Raises:
        StaleAuthority: somebody has changed one of them since.
    """
    changed = []
    for plan in plans:
        authority = Authority.objects.select_for_update(of=("self",)).filter(pk=plan["id"]).first()
        if authority is None or authority.version != plan["version"]:
            raise StaleAuthority(
                _("Somebody else has saved this heading meanwhile. Open it again and repeat your change.")
            )
        changed.append(authority.pk)
        told = Change.MERGED if plan["after"] is None else Change.HEADING
        history.keep_authorities(authority_ids=[authority.pk], change=told, at=at, by=by, cause=cause)
        if plan["after"] is None:
            authority.delete()
            continue
        authority.version += 1
        write(authority=authority, record=_record(plan["after"]), at=at)
    if changed:
        publish(AuthoritiesChanged(at=at, authority_ids=changed))


def put_back(*, plans: Iterable[Plan], cause: str, at: datetime, by: Actor) -> None:
    """Make them what they were; one that somebody has changed since stays."""
    changed = []
    for plan in plans:
        authority = Authority.objects.select_for_update(of=("self",)).filter(pk=plan["id"]).first()
        if plan["after"] is None and authority is None:
            again = Authority(pk=plan["id"], created_at=at, version=plan["version"] + 2)
            write(authority=again, record=_record(plan["before"]), at=at)
            history.note_added(authorities=[again], change=Change.BATCH_UNDONE, at=at, by=by, cause=cause)
        elif authority is not None and plan["after"] is not None and authority.version == plan["version"] + 1:
            history.keep_authorities(
                authority_ids=[authority.pk], change=Change.BATCH_UNDONE, at=at, by=by, cause=cause
            )
            authority.version += 1
            write(authority=authority, record=_record(plan["before"]), at=at)
        else:
            continue
        changed.append(plan["id"])
    if changed:
        publish(AuthoritiesChanged(at=at, authority_ids=changed))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _record(text: str) -> marc.Record:
    return marc.load(base64.b64decode(text))

"""Copies made and changed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch, Location
from pustaka.catalog import bulk, rules
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import Bib, Change, Item, ItemType, ItemVersion
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish


class StaleItem(DomainError):
    """Somebody else has saved the copy since it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopy:
    """A copy as a librarian enters it."""

    barcode: str
    branch: Branch
    location: Location | None = None
    item_type: ItemType | None = None
    call_number: str = ""
    inventory_number: str = ""
    status: str = Item.Status.AVAILABLE
    source: str = Item.Source.UNKNOWN
    price_idr: int | None = None
    copy_number: int | None = None
    volume: str = ""
    condition: str = ""
    note: str = ""
    received_on: date | None = None


CHANGEABLE = frozenset(NewCopy.__dataclass_fields__)


@transaction.atomic
def ensure_item_type(*, code: str, name: str) -> ItemType:
    """The item type of that code; made with this name where there is none yet."""
    return ItemType.objects.get_or_create(code=code, defaults={"name": name})[0]


def lock(*, item_id: int) -> Item:
    """The copy with its title, locked until the transaction ends. Whoever locks a person too locks the person first.

    Raises:
        NotFound: the copy is gone.
    """
    found = Item.objects.select_for_update(of=("self",)).select_related("bib", "branch", "item_type").filter(pk=item_id)
    item: Item | None = found.first()
    if item is None:
        raise NotFound(_("There is no copy %(number)s.") % {"number": item_id})
    return item


def circulate(*, item: Item, status: str) -> None:
    """Give a locked copy the state that lending says. It is no edit: the history of the copy doesn't tell of it."""
    item.status = status
    Item.objects.filter(pk=item.pk).update(status=status)


def circulate_many(*, item_ids: Sequence[int], status: str) -> None:
    """The same for many copies that nobody else is working with."""
    for some in bulk.parts(item_ids):
        Item.objects.filter(pk__in=some).update(status=status)


@transaction.atomic
def add(*, bib: Bib, copy: NewCopy, at: datetime, by: Actor) -> Item:
    """One more copy of a title.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: the barcode is empty or taken.
    """
    by.require(Permission.EDIT)
    item = put(bib=bib, copy=copy, at=at)
    history.note_added(items=[item], at=at, by=by)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return item


def put(*, bib: Bib, copy: NewCopy, at: datetime) -> Item:
    """Write the copy; the caller asks for permission, tells the index, and notes in the history who has added it.

    Raises:
        Invalid: the barcode is empty or taken, or the location is in another branch.
    """
    _check(copy.barcode, copy.branch, copy.location)
    _check_no_lending("", copy.status)
    values = {name: getattr(copy, name) for name in CHANGEABLE}
    values["call_number"] = copy.call_number or bib.call_number
    return Item.with_hidden.create(bib=bib, created_at=at, **values)


@transaction.atomic
def add_many(*, bib: Bib, copies: Sequence[NewCopy], at: datetime, by: Actor) -> list[Item]:
    """Several more copies of a title, all of them or none.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: a barcode is empty or taken.
    """
    by.require(Permission.EDIT)
    added = [put(bib=bib, copy=copy, at=at) for copy in copies]
    history.note_added(items=added, at=at, by=by)
    publish(BibsChanged(at=at, bib_ids=[bib.pk]))
    return added


@transaction.atomic
def change(*, item_id: int, version: int, fields: Mapping[str, Any], reason: str = "", at: datetime, by: Actor) -> Item:
    """Change these attributes of a copy; `version` is the one that the editor saw.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the copy is gone.
        StaleItem: somebody else has saved it since.
        Invalid: the barcode is empty or taken, or the location is in another branch.
    """
    by.require(Permission.EDIT)
    item = _locked(item_id, version)
    _check_no_lending(item.status, fields.get("status", item.status))
    history.keep_items(item_ids=[item.pk], change=Change.EDITED, at=at, by=by, reason=reason)
    for name, value in fields.items():
        if name not in CHANGEABLE:
            raise ValueError(f"an item has no '{name}' that can be changed")
        setattr(item, name, value)
    _check(item.barcode, item.branch, item.location, besides=item.pk)
    item.version += 1
    item.save()
    publish(BibsChanged(at=at, bib_ids=[item.bib_id]))
    return item


@transaction.atomic
def go_back(*, item_id: int, to_version: int, version: int, reason: str = "", at: datetime, by: Actor) -> Item:
    """Make the copy what it was at `to_version`, as a new version; `version` is the present one that the editor saw.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the copy is gone, was never in that state, or its title of then is gone.
        StaleItem: somebody else has saved it since.
        Invalid: its barcode of then is taken, or the place isn't there any more.
    """
    by.require(Permission.EDIT)
    item = _locked(item_id, version)
    kept = ItemVersion.objects.filter(item_id=item_id, version=to_version).first()
    if kept is None or not kept.state:
        raise NotFound(_("This copy has no version %(number)s to go back to.") % {"number": to_version})
    history.keep_items(item_ids=[item.pk], change=Change.WENT_BACK, at=at, by=by, reason=reason)
    before, status = item.bib_id, item.status
    for field in Item._meta.concrete_fields:
        if field.attname in kept.state:
            setattr(item, field.attname, field.to_python(kept.state[field.attname]))
    if rules.CIRCULATING & {status, item.status}:
        item.status = status  # where the copy is now is for the desk to say
    _check_still_there(item)
    _check(item.barcode, item.branch, item.location, besides=item.pk)
    item.version += 1
    item.save()
    publish(BibsChanged(at=at, bib_ids=sorted({before, item.bib_id})))
    return item


def _check_still_there(item: Item) -> None:
    """
    Raises:
        Invalid: what the copy points at was deleted since.
    """
    for field in Item._meta.concrete_fields:
        value = getattr(item, field.attname)
        if field.remote_field and value is not None and not field.related_model._base_manager.filter(pk=value).exists():  # type: ignore[union-attr]
            raise Invalid(
                _("The %(what)s that the copy had then isn't there any more. Edit the copy instead.")
                % {"what": field.verbose_name}
            )


@transaction.atomic
def remove(*, item_id: int, reason: str = "", at: datetime, by: Actor) -> None:
    """Take a copy out of the catalogue.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone already.
        Invalid: something depends on it; withdraw it instead.
    """
    by.require(Permission.EDIT)
    item = _locked(item_id)
    _check_no_lending(item.status, "")
    bib_id = item.bib_id
    history.keep_items(item_ids=[item.pk], change=Change.REMOVED, at=at, by=by, reason=reason)
    try:
        item.delete()
    except ProtectedError as error:
        raise Invalid(_("This copy has a history. Mark it as withdrawn instead of removing it.")) from error
    publish(BibsChanged(at=at, bib_ids=[bib_id]))


def _locked(item_id: int, version: int | None = None) -> Item:
    item = lock(item_id=item_id)
    if version is not None and item.version != version:
        raise StaleItem(_("Somebody else has saved this copy meanwhile. Open it again and repeat your change."))
    return item


def _check_no_lending(before: str, after: str) -> None:
    """
    Raises:
        Invalid: the copy is lent, kept or on its way, or was said to be; only the desk ends and begins that.
    """
    if before != after and rules.CIRCULATING & {before, after}:
        raise Invalid(
            _("Lending and returning happen at the desk: this copy’s state “%(state)s” can't be set or ended here.")
            % {"state": Item.Status(before if before in rules.CIRCULATING else after).label}
        )


def _check(barcode: str, branch: Branch, location: Location | None, besides: int | None = None) -> None:
    if not barcode.strip():
        raise Invalid(_("A copy needs a barcode."))
    other = Item.with_hidden.select_related("bib").filter(barcode=barcode).exclude(pk=besides or 0).first()
    if other is not None:
        raise Invalid(
            _("Barcode %(barcode)s is taken by a copy of “%(title)s”. Scan another label.")
            % {"barcode": barcode, "title": other.bib.title[:120]}
        )
    if location is not None and location.branch_id != branch.pk:
        raise Invalid(_("%(location)s isn't in %(branch)s.") % {"location": location, "branch": branch})

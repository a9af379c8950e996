"""Controlled headings made, changed, linked, renamed, merged and split; records follow by a batch that can be undone.

The caller says which titles may carry a heading (`bib_ids`, from a search); the batch looks itself whether they do.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import derive, headings, queries
from pustaka.catalog.batches import authorities as plans
from pustaka.catalog.batches.authorities import StaleAuthority
from pustaka.catalog.batches.fields import FieldChange
from pustaka.catalog.events import AuthoritiesChanged
from pustaka.catalog.models import Authority, AuthorityVersion, BatchChange, Change
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import batches, history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.foundation.events import publish
from pustaka.standards import marc
from pustaka.standards.marc import Field

LEADER = "00000nz  a2200000n  4500"
FIXED = "|n|adnnnabbn           |n ana      "
_INDICATORS = {"person": "1 ", "corporate": "2 ", "meeting": "2 "}


@transaction.atomic
def add(*, kind: str, heading: str, names: "headings.Names | None" = None, at: datetime, by: Actor) -> Authority:
    """A new controlled heading, with a control number of its own.

    Args:
        heading: its words, or its subfields as they are written.
        names: where it refers from and to.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: the heading is empty, or controlled already.
    """
    by.require(Permission.EDIT)
    if kind not in Authority.Kind.values:
        raise Invalid(_("Say what kind of heading it is."))
    authority = Authority(created_at=at, kind=kind)
    record = marc.Record(LEADER, [Field("008", data=FIXED), Field("040", subfields=[("b", "ind")])])
    record = headings.composed(record, kind, _field(kind, heading), names or headings.Names())
    _check_free(record, kind, None)
    plans.write(authority=authority, record=record, at=at)
    plans.write(authority=authority, record=_with_number(authority, record), at=at)
    history.note_added(authorities=[authority], at=at, by=by)
    publish(AuthoritiesChanged(at=at, authority_ids=[authority.pk]))
    return authority


@transaction.atomic
def change(*, authority_id: int, version: int, names: "headings.Names", at: datetime, by: Actor) -> Authority:
    """Change where a heading refers from and to; its own words are changed by `rename`.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone.
        StaleAuthority: somebody else has saved it since.
    """
    by.require(Permission.EDIT)
    authority = _locked(authority_id, version)
    record = headings.composed(marc.load(bytes(authority.marc)), authority.kind, None, names)
    return _written(authority, record, at, by)


@transaction.atomic
def change_record(*, authority_id: int, version: int, record: marc.Record, at: datetime, by: Actor) -> Authority:
    """Put another MARC record in the place of an authority's.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone.
        StaleAuthority: somebody else has saved it since.
        Invalid: it is no authority record, or its heading isn't the same any more.
    """
    by.require(Permission.EDIT)
    authority = _locked(authority_id, version)
    heading = headings.heading_field(record)
    if record.kind != "authority" or heading is None:
        raise Invalid(_("This is no record of a heading: it needs a leader of that kind and a field 1XX."))
    if headings.key(headings.text_of(heading)) != authority.heading_key:
        raise Invalid(_("Rename the heading on its page, so that its titles follow."))
    return _written(authority, record, at, by)


@transaction.atomic
def remove(*, authority_id: int, version: int, at: datetime, by: Actor) -> None:
    """Control a heading no longer; titles keep it.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone already.
        StaleAuthority: somebody else has saved it since.
    """
    by.require(Permission.EDIT)
    authority = _locked(authority_id, version)
    history.keep_authorities(authority_ids=[authority_id], change=Change.REMOVED, at=at, by=by)
    authority.delete()
    publish(AuthoritiesChanged(at=at, authority_ids=[authority_id]))


@transaction.atomic
def go_back(*, authority_id: int, to_version: int, version: int, at: datetime, by: Actor) -> Authority:
    """Make a heading's record what it was at `to_version`, as a new version.

    Its words stay those that its titles have: going back behind a renaming is undoing that batch.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: it is gone, or was never in that state.
        StaleAuthority: somebody else has saved it since.
        Invalid: it had other words then.
    """
    by.require(Permission.EDIT)
    authority = _locked(authority_id, version)
    state = AuthorityVersion.objects.filter(authority_id=authority_id, version=to_version).exclude(marc=b"").first()
    if state is None:
        raise NotFound(_("This heading has no version %(number)s to go back to.") % {"number": to_version})
    record = marc.load(bytes(state.marc))
    if derive.heading(record).heading_key != authority.heading_key:
        raise Invalid(_("It had other words then. Rename it on its page, or undo the change that renamed it."))
    return _written(authority, record, at, by, Change.WENT_BACK)


@transaction.atomic
def bring_back(*, authority_id: int, at: datetime, by: Actor) -> Authority:
    """Control a heading again that was controlled once, under its old number, with its last record.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: no such heading was taken out.
        Invalid: it is there, or its words are controlled by another one meanwhile.
    """
    by.require(Permission.EDIT)
    if Authority.with_hidden.filter(pk=authority_id).exists():
        raise Invalid(_("This heading is there already."))
    kept = AuthorityVersion.objects.filter(authority_id=authority_id).exclude(marc=b"")
    state = kept.order_by("-version").first()
    if state is None:
        raise NotFound(_("There is no heading %(number)s.") % {"number": authority_id})
    record = marc.load(bytes(state.marc))
    authority = Authority(pk=authority_id, created_at=at, version=state.version + 2)
    _check_free(record, derive.heading(record).kind, None)
    plans.write(authority=authority, record=record, at=at)
    history.note_added(authorities=[authority], change=Change.BROUGHT_BACK, at=at, by=by)
    publish(AuthoritiesChanged(at=at, authority_ids=[authority_id]))
    return authority


# --- With effect on titles: a batch to be looked at and started ------------------------------------------------------


def link(*, authority_id: int, bib_ids: Sequence[int], at: datetime, by: Actor) -> BatchChange:
    """Write the control number of the authority beside its heading in these titles.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotFound: the heading is gone.
        Invalid: no title was given.
    """
    by.require(Permission.BATCH)
    authority = _numbered(queries.authority_of(authority_id), at, by)
    what = FieldChange(do="link", kind=authority.kind, find=authority.heading, number=authority.control_number)
    return _begin(what, bib_ids, [], authority.heading, at, by)


def rename(*, authority_id: int, heading: str, bib_ids: Sequence[int], at: datetime, by: Actor) -> BatchChange:
    """Give a heading other words, in its record and in all its titles; readers are led on from the old ones.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotFound: the heading is gone.
        Invalid: the new one is empty, the same, or controlled already.
    """
    by.require(Permission.BATCH)
    authority = _numbered(queries.authority_of(authority_id), at, by)
    field = _field(authority.kind, heading)
    before = marc.load(bytes(authority.marc))
    after = headings.composed(before, authority.kind, field, headings.names(before))
    old = headings.heading_field(before)
    if old is not None and old.body == (headings.heading_field(after) or field).body:
        raise Invalid(_("The heading has these words already."))
    _check_free(after, authority.kind, authority.pk)
    if headings.key(headings.text_of(field)) != authority.heading_key:
        after = headings.with_see(after, old or field)
    what = _renaming(authority, field, authority.control_number)
    return _begin(what, bib_ids, [plans.planned(authority, after)], authority.heading, at, by)


def merge(*, authority_id: int, into_id: int, bib_ids: Sequence[int], at: datetime, by: Actor) -> BatchChange:
    """Let one heading take the place of another, in all its titles; the other one becomes a way to it.

    Raises:
        NotPermitted: `by` may not change many at once.
        NotFound: one of them is gone.
        Invalid: they are the same, or of different kinds.
    """
    by.require(Permission.BATCH)
    authority = queries.authority_of(authority_id)
    into = _numbered(queries.authority_of(into_id), at, by)
    if authority.pk == into.pk or authority.kind != into.kind:
        raise Invalid(_("Choose another heading of the same kind."))
    old, record = marc.load(bytes(authority.marc)), marc.load(bytes(into.marc))
    field, gone = headings.heading_field(record), headings.heading_field(old)
    if field is None or gone is None:
        raise Invalid(_("One of these records has no heading."))
    after = headings.with_see(record, gone)
    for one in old.all("4XX"):
        after = headings.with_see(after, one)
    what = _renaming(authority, field, into.control_number)
    planned = [plans.planned(authority, None), plans.planned(into, after)]
    return _begin(what, bib_ids, planned, authority.heading, at, by)


def split(*, authority_id: int, heading: str, bib_ids: Sequence[int], at: datetime, by: Actor) -> BatchChange:
    """Give these titles another heading of the same kind: what looked like one person were two.

    The other heading is controlled from now on, if it wasn't before.

    Raises:
        NotPermitted: `by` may not change many at once, or not edit.
        NotFound: the heading is gone.
        Invalid: no title was chosen, or the new heading is empty or the same.
    """
    by.require(Permission.BATCH)
    authority = queries.authority_of(authority_id)
    field = _field(authority.kind, heading)
    key = headings.key(headings.text_of(field))
    if key == authority.heading_key:
        raise Invalid(_("The heading has these words already."))
    if not bib_ids:
        raise Invalid(_("Choose the titles that are to get the other heading."))
    with transaction.atomic():
        known = Authority.objects.filter(heading_key=key, kind=authority.kind).order_by("pk").first()
        other = _numbered(known, at, by) if known else add(kind=authority.kind, heading=heading, at=at, by=by)
        return _begin(_renaming(authority, field, other.control_number), bib_ids, [], authority.heading, at, by)


def _renaming(authority: Authority, field: Field, number: str) -> FieldChange:
    text = "".join(f"${code}{value}" for code, value in field.subfields)
    return FieldChange(do="heading", kind=authority.kind, find=authority.heading, text=text, number=number)


def _begin(
    what: FieldChange, bib_ids: Sequence[int], planned: list[plans.Plan], chosen: str, at: datetime, by: Actor
) -> BatchChange:
    return batches.begin_titles(
        what=[what], bib_ids=bib_ids, chosen=chosen, change=Change.HEADING, authorities=planned, at=at, by=by
    )


def _field(kind: str, heading: str) -> Field:
    field = headings.written_as(headings.AUTHORITY_TAG.get(kind, "150"), _INDICATORS.get(kind, ""), heading)
    if field is None or not headings.key(headings.text_of(field)):
        raise Invalid(_("Write the heading."))
    return field


def _check_free(record: marc.Record, kind: str, besides: int | None) -> None:
    heading = headings.heading_field(record)
    key = headings.key(headings.text_of(heading)) if heading else ""
    if Authority.with_hidden.filter(heading_key=key, kind=kind).exclude(pk=besides or 0).exists():
        raise Invalid(_("That heading is controlled already. Merge the two instead."))


def _locked(authority_id: int, version: int) -> Authority:
    found: Authority | None = Authority.objects.select_for_update(of=("self",)).filter(pk=authority_id).first()
    if found is None:
        raise NotFound(_("There is no heading %(number)s.") % {"number": authority_id})
    if found.version != version:
        raise StaleAuthority(_("Somebody else has saved this heading meanwhile. Open it again and repeat your change."))
    return found


def _written(
    authority: Authority, record: marc.Record, at: datetime, by: Actor, change: Change = Change.EDITED
) -> Authority:
    history.keep_authorities(authority_ids=[authority.pk], change=change, at=at, by=by)
    authority.version += 1
    plans.write(authority=authority, record=record, at=at)
    publish(AuthoritiesChanged(at=at, authority_ids=[authority.pk]))
    return authority


def _numbered(authority: Authority, at: datetime, by: Actor) -> Authority:
    """With a control number, by which titles can point at it."""
    if authority.control_number:
        return authority
    with transaction.atomic():
        return _written(authority, _with_number(authority, marc.load(bytes(authority.marc))), at, by)


def _with_number(authority: Authority, record: marc.Record) -> marc.Record:
    own = Field("001", data=f"PM-A{authority.pk}")
    return marc.Record(record.leader, [own, *(one for one in record.fields if one.tag != "001")])

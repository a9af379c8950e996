"""What a person types before it is saved: kept on the server, so that a closed window loses nothing.

Every edit of a record goes by a draft: opened, kept as often as one likes, looked over, saved. A draft belongs to the
person who began it. `begin` also takes a record that comes from elsewhere (copy cataloguing); the person goes on at
`/staff/catalog/drafts/<id>/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from pustaka.catalog import checks, derive, differences, queries, worksheets
from pustaka.catalog.differences import Clash, Difference, Side
from pustaka.catalog.matching import likely_same
from pustaka.catalog.models import Bib, BibRecord, Draft
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import records
from pustaka.catalog.written import Row
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.standards import marc

FORGOTTEN_AFTER = timedelta(days=90)


class DraftMoved(DomainError):
    """The same person has kept this draft in another window meanwhile."""


class LooksTheSame(DomainError):
    """The library seems to have this title already; a person must say that it is another."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else has saved of the title since the draft was opened, beside one's own changes."""

    version: int
    by: str
    mine: list[Difference]
    theirs: list[Difference]
    clashes: list[Clash]


@dataclass(frozen=True, slots=True)
class Examination:
    """All that must be known before saving."""

    findings: list[checks.Finding]
    meanwhile: Meanwhile | None
    is_gone: bool
    same: list[tuple[Bib, str]]

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)


# --- Beginning -------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, record: marc.Record | None = None, worksheet: str = "", origin: str = "", at: datetime, by: Actor) -> int:
    """A draft of a new title, empty or from a record that was found elsewhere; its id.

    Args:
        record: where to start from; without one the empty record of the worksheet.
        worksheet: the code of the form (`worksheets.WORKSHEETS`); without one that which fits the record.
        origin: where the record is from, in words for the person ("Perpustakaan Nasional, 9789799731234").

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: there is no such worksheet.
    """
    by.require(Permission.EDIT)
    if worksheet and worksheet not in worksheets.WORKSHEETS:
        raise Invalid(_("There is no worksheet of that name. Choose one from the list."))
    if record is None:
        record = worksheets.WORKSHEETS[worksheet or "book"].begin(on=at.date())
    content = marc.dump(record)
    code = worksheet or worksheets.worksheet_for(derive.columns(record).form).code
    draft = Draft.objects.create(
        patron_id=by.patron_id, by=by.name, base=content, marc=content, worksheet=code, origin=origin[:200],
        begun_at=at, changed_at=at,
    )  # fmt: skip
    return draft.pk


@transaction.atomic
def open_title(*, bib_id: int, at: datetime, by: Actor) -> int:
    """One's draft of a title: the one that was left, or a new one; its id.

    A draft in which nothing was changed takes up what others have saved since.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the title is gone.
    """
    by.require(Permission.EDIT)
    bib = queries.bib(bib_id)
    draft = Draft.objects.select_for_update().filter(patron_id=by.patron_id, bib_id=bib_id).first()
    if draft is not None and (has_changes(draft=draft) or draft.base_version == bib.version):
        return draft.pk
    content = bytes(BibRecord.objects.values_list("marc", flat=True).get(bib=bib))
    if draft is None:
        draft = Draft(patron_id=by.patron_id, by=by.name, bib_id=bib_id, begun_at=at)
    draft.base = draft.marc = content
    draft.base_version = bib.version
    draft.worksheet = worksheets.worksheet_for(bib.form).code
    draft.changed_at = at
    draft.save()
    return draft.pk


def has_changes(*, draft: Draft) -> bool:
    """Whether anything was typed that isn't saved."""
    return (
        draft.rows is not None
        or bytes(draft.marc) != bytes(draft.base)
        or (draft.bib_id is None and bool(draft.origin))
    )


# --- Keeping ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(
    *,
    draft_id: int,
    record: marc.Record | None,
    rows: Sequence[Row] | None = None,
    worksheet: str = "",
    revision: int,
    at: datetime,
    by: Actor,
) -> Draft:
    """Keep what was typed: a record, or the rows of the full editor that are none yet (then `record` is `None`).

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the draft is gone, or somebody else's.
        DraftMoved: it was kept in another window meanwhile; `revision` is the one that this window saw.
    """
    draft = _own(draft_id, by)
    if draft.revision != revision:
        raise DraftMoved(
            _("This record is open in another window, too, and was changed there. Load this page again to see it.")
        )
    if record is not None:
        draft.marc = marc.dump(record)
    draft.rows = [list(row) for row in rows] if record is None and rows is not None else None
    if worksheet in worksheets.WORKSHEETS:
        draft.worksheet = worksheet
    draft.revision += 1
    draft.changed_at = at
    draft.save()
    return draft


@transaction.atomic
def discard(*, draft_id: int, at: datetime, by: Actor) -> None:
    """Throw away what was typed; the title itself stays as it is.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the draft is gone, or somebody else's.
    """
    _own(draft_id, by).delete()


def forget_old(*, at: datetime) -> int:
    """Delete drafts that nobody has touched for 90 days, and after one day those in which nothing was changed."""
    left = Q(changed_at__lt=at - FORGOTTEN_AFTER)
    unchanged = Q(marc=F("base"), rows__isnull=True, origin="", changed_at__lt=at - timedelta(days=1))
    count, _models = Draft.objects.filter(left | unchanged).delete()
    return count


# --- Saving ----------------------------------------------------------------------------------------------------------


def examine(*, draft: Draft, at: datetime) -> Examination:
    """What stands in the way of saving the draft, and what a person should look at first."""
    record, base = marc.load(bytes(draft.marc)), marc.load(bytes(draft.base))
    known = base if draft.bib_id or draft.origin else None
    bib = Bib.objects.filter(pk=draft.bib_id).first() if draft.bib_id else None
    meanwhile = None
    if bib is not None and bib.version != draft.base_version:
        theirs = queries.record_of(bib)
        steps = queries.record_steps(bib.pk, most=1)
        meanwhile = Meanwhile(
            version=bib.version,
            by=steps[0].told.by if steps else "",
            mine=differences.between(base, record),
            theirs=differences.between(base, theirs),
            clashes=differences.merge(base, record, theirs).clashes,
        )
    return Examination(
        findings=checks.findings(record, base=known, this_year=at.year),
        meanwhile=meanwhile,
        is_gone=draft.bib_id is not None and bib is None,
        same=_same(record, base if draft.bib_id else None, besides=draft.bib_id),
    )


def _same(record: marc.Record, base: marc.Record | None, *, besides: int | None) -> list[tuple[Bib, str]]:
    """Titles that are likely the same; for one that is there already only by keys that were changed."""
    columns = derive.columns(record)
    keys = derive.keys(record, columns)
    if base is not None:
        old = set(derive.keys(base, derive.columns(base)))
        keys = [key for key in keys if key not in old]
    found = dict(likely_same(columns, keys, besides=besides)) if keys else {}
    bibs = {bib.pk: bib for bib in queries.titles(found)}
    return [(bibs[bib_id], kind) for bib_id, kind in found.items() if bib_id in bibs]


@transaction.atomic
def join(*, draft_id: int, version: int, choices: Mapping[int, Side], at: datetime, by: Actor) -> Draft:
    """Put one's own changes together with what somebody else has saved meanwhile, as version `version`.

    Args:
        choices: for each field that both have changed, by its number in `Meanwhile.clashes`, whose change stays.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the draft or its title is gone.
        StaleRecord: it was saved once more since.
    """
    draft = _own(draft_id, by)
    bib = queries.bib(draft.bib_id or 0)
    if bib.version != version:
        raise records.StaleRecord(_("Somebody has saved this title once more. Look at the changes again."))
    theirs = queries.record_of(bib)
    merged = differences.merge(marc.load(bytes(draft.base)), marc.load(bytes(draft.marc)), theirs, choices)
    draft.base, draft.base_version = marc.dump(theirs), version
    draft.marc = marc.dump(merged.record)
    draft.revision += 1
    draft.changed_at = at
    draft.save()
    return draft


@transaction.atomic
def save(*, draft_id: int, is_another: bool = False, reason: str = "", at: datetime, by: Actor) -> Bib:
    """Make the draft the record of its title, or a new title; the draft is gone then.

    Args:
        is_another: a person has seen the titles that look the same, and says that this is another.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the draft or its title is gone.
        Invalid: rows of the full editor are no record yet, or something in it is wrong.
        LooksTheSame: the library seems to have it already.
        StaleRecord: somebody else has saved the title since.
    """
    draft = _own(draft_id, by)
    if draft.rows is not None:
        raise Invalid(_("Some rows of the full record can't be read yet. Mend them first."))
    examined = examine(draft=draft, at=at)
    if examined.has_errors:
        raise Invalid(" ".join(str(finding.text) for finding in examined.findings if finding.is_error))
    if examined.same and not is_another:
        raise LooksTheSame(
            _("The library seems to have this title already: %(titles)s.")
            % {"titles": ", ".join(f"“{bib.title[:80]}”" for bib, _kind in examined.same)}
        )
    record = marc.load(bytes(draft.marc))
    if draft.bib_id is None:
        bib = records.add(record=record, at=at, by=by)
    else:
        bib = records.change(
            bib_id=draft.bib_id, record=record, version=draft.base_version, reason=reason, at=at, by=by
        )
    draft.delete()
    return bib


def _own(draft_id: int, by: Actor) -> Draft:
    by.require(Permission.EDIT)
    draft = Draft.objects.select_for_update().filter(pk=draft_id, patron_id=by.patron_id).first()
    if draft is None:
        raise NotFound(_("This draft isn't there any more: it was saved or thrown away."))
    return draft

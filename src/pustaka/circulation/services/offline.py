"""What a desk did while the server was away, sent afterwards. Nothing is lost, nothing counts twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.circulation.models import DeskUpload
from pustaka.circulation.permissions import Permission
from pustaka.circulation.services import loans, returns
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.patrons import queries as patrons

MOST_SCANS = 500
OLDEST = timedelta(days=30)
Deed, State = DeskUpload.Deed, DeskUpload.State


@dataclass(frozen=True, slots=True)
class Scan:
    """One deed of the desk: `key` is its own and never used again; `happened_at` by the clock of the desk."""

    key: str
    deed: str
    barcode: str
    happened_at: datetime
    card: str = ""


def upload(*, scans: Sequence[Scan], branch: Branch, at: datetime, by: Actor) -> list[DeskUpload]:
    """Do what the desk did, in the order in which it happened; what can't be done becomes a conflict for a person.

    A scan that was sent before is answered as it was then. Each is a transaction of its own, so that a cut connection
    loses none and the rest may be sent again.

    Raises:
        NotPermitted: `by` may not lend.
        Invalid: too many at once, or a scan makes no sense.
    """
    by.require(Permission.LEND)
    if len(scans) > MOST_SCANS:
        raise Invalid(_("Send at most %(most)s scans at once.") % {"most": MOST_SCANS})
    for scan in scans:
        if not 0 < len(scan.key) <= 60 or scan.deed not in Deed.values or not scan.barcode.strip():
            raise Invalid(_("A scan of the desk can't be read. Load the page again; nothing is lost."))
    return [_do(scan, branch, at, by) for scan in sorted(scans, key=lambda scan: scan.happened_at)]


def _do(scan: Scan, branch: Branch, at: datetime, by: Actor) -> DeskUpload:
    known = DeskUpload.objects.filter(key=scan.key).first()
    if known is not None:
        return known
    row = DeskUpload(
        key=scan.key, deed=scan.deed, card=scan.card[:80], barcode=scan.barcode.strip()[:60], branch=branch,
        happened_at=min(max(scan.happened_at, at - OLDEST), at), uploaded_at=at, by=by.name[:200], state=State.DONE,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.loan_id = _deed(row, row.happened_at, by)
            row.save()
    except DomainError as error:
        row.state, row.said, row.loan_id = State.CONFLICT, str(error), None
        row.save()
    return row


def _deed(row: DeskUpload, at: datetime, by: Actor, override: str = "") -> int | None:
    item = catalog.by_barcode(row.barcode)
    if item is None:
        raise NotFound(_("No copy carries the number %(number)s.") % {"number": row.barcode})
    if row.deed == Deed.RETURN:
        loan = returns.check_in(item_id=item.pk, branch=row.branch, at=at, by=by).loan
        return loan.pk if loan else None
    patron = patrons.by_scan(row.card)
    if patron is None:
        raise NotFound(_("Nobody is known by the card %(card)s.") % {"card": row.card})
    return loans.check_out(item_id=item.pk, patron_id=patron.pk, branch=row.branch, override=override, at=at, by=by).pk


@transaction.atomic
def try_again(*, upload_id: int, override: str = "", at: datetime, by: Actor) -> DeskUpload:
    """Do it now after all, with a reason where the rules say no.

    Raises:
        NotPermitted: `by` may not lend, or not override.
        NotFound: it is settled already.
        DomainError: it still can't be done; the text says why.
    """
    by.require(Permission.LEND)
    row = _conflict(upload_id)
    row.loan_id = _deed(row, at if row.deed == Deed.RETURN else row.happened_at, by, override)
    row.state, row.said = State.DONE, ""
    row.save()
    return row


@transaction.atomic
def drop(*, upload_id: int, said: str, by: Actor) -> DeskUpload:
    """A person has settled it by other means, and says how.

    Raises:
        NotPermitted: `by` may not lend.
        NotFound: it is settled already.
        Invalid: nothing is said.
    """
    by.require(Permission.LEND)
    if not said.strip():
        raise Invalid(_("Say how it was settled."))
    row = _conflict(upload_id)
    row.state, row.said = State.DROPPED, f"{by.name}: {said.strip()}"
    row.save()
    return row


def _conflict(upload_id: int) -> DeskUpload:
    row = (
        DeskUpload.objects.select_for_update(of=("self",))
        .select_related("branch")
        .filter(pk=upload_id, state=State.CONFLICT)
        .first()
    )
    if row is None:
        raise NotFound(_("This is settled already."))
    return row

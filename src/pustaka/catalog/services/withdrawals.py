"""Copies taken out of the collection with a reason, reported, and taken back.

Many at once are withdrawn by a batch (`services.batches`); what is here is for a person with a scanner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pustaka.catalog import rules
from pustaka.catalog.events import BibsChanged
from pustaka.catalog.models import Change, Item, Withdrawal, WithdrawalReport
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import history
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.foundation.events import publish


class WithdrawalRefused(DomainError):
    """The copy can't be withdrawn, or not be taken back; the text says why."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a report: in which office, and by which name and number (NIP)."""

    office: str
    name: str = ""
    number: str = ""


@transaction.atomic
def withdraw(*, barcode: str, reason: Withdrawal.Reason, note: str = "", at: datetime, by: Actor) -> Withdrawal:
    """Withdraw the copy that was scanned. Its row stays, so that its history and its number stay known.

    Raises:
        NotPermitted: `by` may not withdraw.
        NotFound: no copy carries that barcode.
        WithdrawalRefused: it is withdrawn already.
        Invalid: another reason needs a note.
    """
    by.require(Permission.WITHDRAW)
    note = note.strip()[:300]
    if reason == Withdrawal.Reason.OTHER and not note:
        raise Invalid(_("Say in the note why this copy is withdrawn."))
    item = Item.objects.select_for_update(of=("self",)).select_related("bib").filter(barcode=barcode.strip()).first()
    if item is None:
        raise NotFound(_("No copy carries the number %(number)s. Scan it again.") % {"number": barcode})
    if item.status == Item.Status.WITHDRAWN:
        raise WithdrawalRefused(_("%(barcode)s is withdrawn already.") % {"barcode": item.barcode})
    if item.status in rules.CIRCULATING:
        raise WithdrawalRefused(
            _("%(barcode)s is “%(state)s”. Take it back at the desk first.")
            % {"barcode": item.barcode, "state": item.get_status_display()}
        )
    told = note or str(Withdrawal.Reason(reason).label)
    history.keep_items(item_ids=[item.pk], change=Change.WITHDRAWN, at=at, by=by, reason=told)
    done = Withdrawal.objects.create(
        item=item,
        reason=reason,
        note=note,
        status_before=item.status,
        withdrawn_at=at,
        withdrawn_by=by.name[:200],
    )
    item.status = Item.Status.WITHDRAWN
    item.version += 1
    item.save(update_fields=["status", "version"])
    publish(BibsChanged(at=at, bib_ids=[item.bib_id]))
    return done


@transaction.atomic
def take_back(*, withdrawal_id: int, at: datetime, by: Actor) -> Item:
    """Take a withdrawn copy into the collection again, in the state that it had.

    Raises:
        NotPermitted: `by` may not withdraw.
        NotFound: it is taken back already.
        WithdrawalRefused: it stands in a report.
    """
    by.require(Permission.WITHDRAW)
    done = Withdrawal.objects.select_for_update(of=("self",)).select_related("item").filter(pk=withdrawal_id).first()
    if done is None:
        raise NotFound(_("That copy is taken back already."))
    if done.report_id is not None:
        raise WithdrawalRefused(_("The copy stands in a report. Take the report back first."))
    item = done.item
    history.keep_items(item_ids=[item.pk], change=Change.KEPT_AGAIN, at=at, by=by)
    item.status = done.status_before
    item.version += 1
    item.save(update_fields=["status", "version"])
    done.delete()
    publish(BibsChanged(at=at, bib_ids=[item.bib_id]))
    return item


@transaction.atomic
def draw_up(
    *,
    number: str,
    decided_on: date,
    place: str = "",
    basis: str = "",
    fate: str = "",
    signers: Sequence[Signer] = (),
    at: datetime,
    by: Actor,
) -> WithdrawalReport:
    """Draw up the report (berita acara) of all withdrawals that stand in none yet.

    Args:
        number: as the office numbers its letters; once only.
        basis: on what decision it rests.
        fate: what becomes of the copies: destroyed, given away, sold.

    Raises:
        NotPermitted: `by` may not withdraw.
        Invalid: there is nothing to report, or the number is empty or taken.
    """
    by.require(Permission.WITHDRAW)
    if not number.strip():
        raise Invalid(_("Give the report a number."))
    waiting = Withdrawal.objects.select_for_update().filter(report=None)
    if not waiting.exists():
        raise Invalid(_("No copy was withdrawn since the last report."))
    try:
        with transaction.atomic():
            report = WithdrawalReport.objects.create(
                number=number.strip()[:80],
                decided_on=decided_on,
                place=place.strip()[:120],
                basis=basis.strip()[:500],
                fate=fate.strip()[:300],
                signers=[[one.office, one.name, one.number] for one in signers],
                created_at=at,
                created_by=by.name[:200],
            )
    except IntegrityError as error:
        raise Invalid(_("There is a report with the number %(number)s already.") % {"number": number}) from error
    Withdrawal.objects.filter(report=None).update(report=report)
    return report


@transaction.atomic
def take_report_back(*, report_id: int, at: datetime, by: Actor) -> None:
    """Delete a report; its copies are withdrawn still, and wait for another report.

    Raises:
        NotPermitted: `by` may not withdraw.
        NotFound: it is taken back already.
    """
    by.require(Permission.WITHDRAW)
    report = WithdrawalReport.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("There is no such report."))
    report.withdrawals.update(report=None)
    report.delete()

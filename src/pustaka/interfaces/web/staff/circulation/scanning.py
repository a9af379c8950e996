"""What a scan at the desk means, and what becomes of it. A refusal is an answer here: its line says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from pustaka.branches.models import Branch
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Item
from pustaka.circulation import queries as circulation
from pustaka.circulation.models import Loan
from pustaka.circulation.services import loans, returns
from pustaka.circulation.services.catching import Next, Way
from pustaka.circulation.words import CheckOutRefused, Refused, sentence
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError
from pustaka.interfaces.web.kit.templatetags.kit import rupiah
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron

FOUND = 8  # people that a name brings up


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of the desk.

    tone: `done`, `look` or `refused`. head: what happened, large. item, about, hints: below it. person: who stands at
    the desk from now on (None: nobody). people: whom the words may mean. override: it may be repeated with a reason.
    """

    tone: str
    head: str
    scan: str = ""
    item: Item | None = None
    about: str = ""
    hints: Sequence[str] = ()
    person: Patron | None = None
    people: Sequence[Patron] = field(default_factory=tuple)
    override: bool = False
    loan: Loan | None = None


def answer(*, text: str, person: Patron | None, branch: Branch, override: str, at: datetime, by: Actor) -> Answer:
    """Tell apart a card, a copy and words, and do what the desk does with each.

    A card opens its person. A copy is lent to whom stands at the desk, and taken back where nobody does.
    """
    text = " ".join(text.split())
    if not text:
        return Answer(tone="look", head=_("Nothing was scanned."), person=person)
    known = patrons.by_scan(text)
    if known is not None:
        return _person(known, text, at)
    item = catalog.by_barcode(text)
    if item is not None:
        deed = (_lend, _take_back)[person is None]
        return deed(item=item, person=person, text=text, branch=branch, override=override, at=at, by=by)
    blocked = patrons.blocked_card(text)
    if blocked is not None:
        return Answer(
            tone="refused", head=_("This card is blocked"), scan=text, about=str(blocked.patron),
            hints=[blocked.block_reason, _("Ask for another card, and look who has brought this one.")], person=person,
        )  # fmt: skip
    return _words(text, person)


def _person(known: Patron, text: str, at: datetime) -> Answer:
    standing = patrons.standing(known, on=at.date())
    hints = [_("Blocked: %(reason)s") % {"reason": block.reason} for block in standing.blocks]
    if standing.has_left:
        hints.append(_("Has left the campus"))
    elif standing.is_expired:
        hints.append(_("The membership has ended"))
    return Answer(
        tone="look" if hints else "done", head=known.name, scan=text, about=known.number, hints=hints, person=known
    )


def _lend(
    *, item: Item, person: Patron | None, text: str, branch: Branch, override: str, at: datetime, by: Actor
) -> Answer:
    assert person is not None  # noqa: S101 - `answer` asks only where somebody stands at the desk
    try:
        before = circulation.open_loan_of(item.pk)
        loan = loans.check_out(item_id=item.pk, patron_id=person.pk, branch=branch, override=override, at=at, by=by)
    except CheckOutRefused as refused:
        return Answer(
            tone="refused", head=_("Not lent"), scan=text, item=item, person=person,
            hints=[sentence(one) for one in refused.reasons], override=loans.may_override(refused=refused, by=by),
        )  # fmt: skip
    except DomainError as refused:
        return Answer(tone="refused", head=_("Not lent"), scan=text, item=item, person=person, hints=said(refused))
    head = _("Renewed until %(day)s") if before is not None else _("Lent until %(day)s")
    return Answer(
        tone="done", head=head % {"day": due_words(loan)}, scan=text, item=item, person=person, loan=loan,
        hints=[loan.override] if loan.override else (),
    )  # fmt: skip


def _take_back(
    *, item: Item, person: Patron | None, text: str, branch: Branch, override: str, at: datetime, by: Actor
) -> Answer:
    try:
        done = returns.check_in(item_id=item.pk, branch=branch, at=at, by=by)
    except DomainError as refused:
        return Answer(tone="refused", head=_("Not taken back"), scan=text, item=item, hints=said(refused))
    hints = []
    if done.fine.amount_idr:
        hints.append(_("Returned late: %(amount)s") % {"amount": rupiah(done.fine.amount_idr)})
    if done.fine.suspension_days:
        hints.append(_("Returned late: no lending for %(days)s days") % {"days": done.fine.suspension_days})
    if done.credited_idr:
        hints.append(_("Was lost: %(amount)s comes off the account") % {"amount": rupiah(done.credited_idr)})
    whose = done.loan.patron if done.loan is not None and done.loan.patron is not None else None
    about = _("From %(person)s") % {"person": whose.name} if whose else _("Wasn't lent")
    tone = "done" if done.next.way == Way.SHELF and not hints else "look"
    return Answer(tone=tone, head=next_words(done.next), scan=text, item=done.next.item, about=about, hints=hints)


def next_words(following: Next) -> str:
    """What to do with the copy now, as it stands on the page in large type."""
    item, hold = following.item, following.hold
    names: dict[str, Any] = {
        "person": hold.patron.name if hold else "",
        "branch": following.to.name if following.to else "",
        "shelf": item.location.name if item.location_id and item.location else item.branch.name,
    }
    if following.way == Way.HOLD_SHELF:
        return _("Hold shelf: for %(person)s") % names
    if following.way == Way.SEND:
        return (_("Send to %(branch)s: for %(person)s") if hold else _("Send to %(branch)s")) % names
    if following.way == Way.ASIDE:
        return _("Put aside: “%(state)s”") % {"state": item.get_status_display()}
    if following.way == Way.STAYS:
        return _("Stays on the hold shelf: for %(person)s") % names
    return _("To the shelf: %(shelf)s") % names


def _words(text: str, person: Patron | None) -> Answer:
    people = patrons.search(text, most=FOUND) if len(text) > 1 else []
    if people:
        return Answer(tone="look", head=_("Who is it?"), scan=text, people=people, person=person)
    return Answer(
        tone="refused", head=_("Nothing is known by “%(text)s”") % {"text": text}, scan=text, person=person,
        hints=[_("Neither a card nor a copy nor a name. Scan again, or look in the catalogue.")],
    )  # fmt: skip


def due_words(loan: Loan) -> str:
    """The day on which a loan is due, with the hour where hours count."""
    local = circulation.in_zone(loan.due_at, loan.branch)
    day = formats.date_format(local.date(), "DATE_FORMAT")
    return f"{day}, {formats.time_format(local.time(), 'TIME_FORMAT')}" if loan.counts_in == "hours" else day


def said(refused: DomainError) -> list[str]:
    """Every reason, each a line."""
    return [sentence(one) for one in refused.reasons] if isinstance(refused, Refused) else [str(refused)]

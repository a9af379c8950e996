"""Reasons and rules in words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pustaka.circulation.rules import Reason, Refusal
from pustaka.foundation.errors import DomainError
from pustaka.patrons.rules import grouped


class Refused(DomainError):
    """The rules say no; `reasons` holds all of them, `may_be_overridden` whether somebody may decide otherwise."""

    def __init__(self, reasons: Sequence[Refusal]) -> None:
        super().__init__(" ".join(sentence(one) for one in reasons))
        self.reasons = tuple(reasons)

    @property
    def may_be_overridden(self) -> bool:
        return all(one.may_be_overridden for one in self.reasons)


class CheckOutRefused(Refused):
    """The copy isn't lent."""


class RenewalRefused(Refused):
    """The loan isn't renewed."""


class HoldRefused(Refused):
    """The hold isn't placed."""


_SENTENCES: Mapping[Reason, Any] = {
    Reason.EXPIRED: _("The membership ended on %(on)s. Extend it first."),
    Reason.LEFT: _("This person has left the campus. Nothing is lent to them any more."),
    Reason.BLOCKED: _("Blocked: %(text)s%(until)s."),
    Reason.DEBT: _("Rp%(count)s is owed; more than Rp%(most)s stands in the way of borrowing."),
    Reason.OVERDUE: _("%(count)s loans are overdue; more than %(most)s stand in the way."),
    Reason.LIMIT_TOTAL: _("%(count)s copies are out already, of at most %(most)s."),
    Reason.LIMIT_TYPE: _("%(count)s copies of this collection are out already, of at most %(most)s."),
    Reason.LIMIT_ONSITE: _("%(count)s copies are being read here already, of at most %(most)s."),
    Reason.NOT_LENT: _("This collection isn't lent to this category of members."),
    Reason.STATE: _("The copy is “%(text)s”. Take it back first, or ask the cataloguers."),
    Reason.LENT: _("The copy is lent to %(text)s. Take it back first."),
    Reason.KEPT: _("The copy is kept for %(text)s."),
    Reason.WANTED: _("Somebody waits for this title, and no other copy is free for them (%(count)s waiting)."),
    Reason.CLOSED: _("The calendar shows no open day within 60 days. The head of the library must mend it."),
    Reason.NO_LOAN: _("The copy isn't lent."),
    Reason.TOO_SOON: _("It can be renewed from %(on)s on."),
    Reason.TOO_MANY: _("It was renewed %(count)s times already, of at most %(most)s."),
    Reason.RECALLED: _("It was recalled: somebody waits for it."),
    Reason.NOT_LATER: _("Renewing it would not make it due any later."),
    Reason.CLAIMED: _("The reader says that it was returned. Settle that first."),
    Reason.HAS_IT: _("This person has a copy of it at home."),
    Reason.HOLDS_IT: _("This person waits for it already."),
    Reason.HOLD_LIMIT: _("%(count)s holds stand already, of at most %(most)s."),
    Reason.NO_HOLDS: _("This category of members can't place holds on this collection."),
    Reason.NO_COPY: _("The library has no copy of it that is lent."),
}


def sentence(refusal: Refusal) -> str:
    """One reason, in the reader's language."""
    until = gettext(" (until %(day)s)") % {"day": _day(refusal.on)} if refusal.on else ""
    return str(_SENTENCES[refusal.reason]) % {
        "count": grouped(refusal.count), "most": grouped(refusal.most), "text": refusal.text, "on": _day(refusal.on),
        "until": until,
    }  # fmt: skip


def _day(moment: date | datetime | None) -> str:
    if moment is None:
        return ""
    day = moment.date() if isinstance(moment, datetime) else moment  # moments are by the clock of the branch
    return formats.date_format(day, "DATE_FORMAT")


# The rules, in the order of the page on which they are set: name, and what it means.
GROUPS: Sequence[tuple[Any, Sequence[tuple[str, Any]]]] = (
    (
        _("Lending"),
        (
            ("lends", _("May be borrowed")),
            ("is_onsite", _("Only to be read here")),
            ("loan_length", _("Length of a loan")),
            ("loan_unit", _("… counted in")),
            ("calendar_mode", _("Closed days")),
            ("hour_end", _("Hour loans that end after closing are due")),
            ("fixed_due", _("Fixed due date")),
            ("fixed_due_as", _("… which is")),
            ("limit_total", _("Most copies at once")),
            ("limit_type", _("Most copies of this collection")),
            ("limit_onsite", _("Most copies read here")),
            ("debt_limit", _("Debt above which nothing is lent")),
            ("overdue_limit", _("Overdue loans above which nothing is lent")),
        ),
    ),
    (
        _("Renewing"),
        (
            ("renewals", _("Renewals allowed")),
            ("renewal_length", _("Length of a renewal")),
            ("renewal_not_before", _("Earliest, days before it is due")),
            ("renews_itself", _("Renewed by itself")),
            ("renews_itself_for", _("… for at most so many days from the start")),
        ),
    ),
    (
        _("Holds"),
        (
            ("holds_allowed", _("Most holds at once")),
            ("holds_per_title", _("Most holds on one title")),
            ("hold_shelf_days", _("Days on the hold shelf")),
            ("recall_keeps", _("Days that a recalled loan lasts at least")),
        ),
    ),
    (
        _("Fines"),
        (
            ("fine_idr", _("Fine for a period")),
            ("fine_period", _("Length of a period, in days or hours of the loan")),
            ("fine_charged_at", _("A period counts when it")),
            ("fine_grace", _("Grace")),
            ("fine_counts_grace", _("After grace, the days of grace count too")),
            ("fine_skips_closed", _("Closed days are free")),
            ("fine_cap", _("Most for one loan")),
            ("fine_cap_is_price", _("Never more than the price of the copy")),
            ("suspension_days", _("Days of no lending for a period, instead of money")),
            ("suspension_cap", _("Most days of no lending")),
            ("lost_after", _("Counts as lost after so many days overdue")),
            ("lost_fee", _("Fee for a lost copy, beside its price")),
        ),
    ),
)
CHOICES: Mapping[str, Any] = {
    "yes": _("yes"),
    "no": _("no"),
    "days": _("days"),
    "hours": _("hours"),
    "datedue": _("move the due date to the next open day"),
    "dayweek": _("move whole weeks by a week, other loans to the next open day"),
    "calendar": _("don't count"),
    "closing": _("at closing"),
    "opening": _("when the library opens again"),
    "exact": _("the day for all"),
    "ceiling": _("the latest day"),
    "floor": _("the earliest day"),
    "start": _("begins"),
    "end": _("is over"),
}


def choice(name: str, value: str) -> str:
    """A value of a rule in words; `days` means something else for closed days than for the unit."""
    if name == "calendar_mode" and value == "days":
        return gettext("change nothing")
    return str(CHOICES[value])

"""The letters about loans and holds."""

from django.utils.translation import gettext_lazy as _

from pustaka.notices.kinds import Kind, Placeholder
from pustaka.notices.rules import Line

_LOANS = (Line("Bumi manusia", note="30 November 2026"), Line("Laskar pelangi", note="1 Desember 2026"))
_TITLE = Placeholder("title", _("the title"), "Bumi manusia", is_needed=True)
_PLACE = Placeholder("branch", _("the library where it is fetched or brought back"), "Perpustakaan Pusat")
_DAY = Placeholder("day", _("the last day"), "30 November 2026", is_needed=True)
_LIST = Placeholder("loans", _("the copies, each with the day on which it is due"), _LOANS, is_needed=True)
_MINE = Placeholder("my_loans", _("the address of the page with one's own loans"), "https://…/account/loans/")

DUE_SOON = Kind(
    "due_soon",
    _("Loans that are due soon"),
    _("Two days before a loan is due."),
    _("Due soon at {library}"),
    _("Dear {name},\n\nthese are due soon:\n\n{loans}\n\nYou can renew them here: {my_loans}\n\n{library}"),
    (_LIST, _MINE),
)
OVERDUE = Kind(
    "overdue",
    _("Loans that are overdue"),
    _("A day, a week, two weeks and four weeks after a loan was due."),
    _("Overdue at {library}"),
    _("Dear {name},\n\nplease bring these back, others may wait:\n\n{loans}\n\nYour loans: {my_loans}\n\n{library}"),
    (_LIST, _MINE),
)
RECALLED = Kind(
    "recalled",
    _("A loan is asked back"),
    _("When somebody waits for a copy and the desk asks for it earlier."),
    _("Please bring back “{title}” by {day}"),
    _("Dear {name},\n\nsomebody waits for “{title}”. Please bring it to {branch} by {day}.\n\n{library}"),
    (_TITLE, _PLACE, _DAY),
)
HOLD_READY = Kind(
    "hold_ready",
    _("A copy is ready to be fetched"),
    _("When a copy that you wait for stands on the hold shelf."),
    _("“{title}” is ready"),
    _("Dear {name},\n\n“{title}” is kept for you at {branch} until {day}.\n\n{library}"),
    (_TITLE, _PLACE, _DAY),
)
HOLD_EXPIRED = Kind(
    "hold_expired",
    _("A hold has ended"),
    _("When nobody came for a copy, or it is wanted no longer."),
    _("“{title}” is kept for you no longer"),
    _("Dear {name},\n\nyour hold on “{title}” has ended. You can place it again whenever you like.\n\n{library}"),
    (_TITLE,),
)
MEMBERSHIP_ENDS = Kind(
    "membership_ends",
    _("The membership ends soon"),
    _("A month before the membership ends."),
    _("Your membership ends on {day}"),
    _("Dear {name},\n\nyour membership of {library} ends on {day}. Ask at the desk to extend it.\n\n{library}"),
    (_DAY,),
)
ALL = (DUE_SOON, OVERDUE, RECALLED, HOLD_READY, HOLD_EXPIRED, MEMBERSHIP_ENDS)

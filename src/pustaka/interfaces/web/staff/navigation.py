"""Where one can go behind the desk. A person sees only what they may open."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pustaka.branches.permissions import Permission as Branches
from pustaka.catalog.permissions import Permission as Catalog
from pustaka.circulation.permissions import Permission as Circulation
from pustaka.foundation.actors import Actor, PermissionEnum
from pustaka.notices.permissions import Permission as Notices
from pustaka.patrons.permissions import Permission as Patrons
from pustaka.readers.permissions import Permission as Readers
from pustaka.reporting.permissions import Permission as Reporting
from pustaka.security.permissions import Permission as Security

register = template.Library()


@dataclass(frozen=True, slots=True)
class Entry:
    """One place behind the desk: its name, what one does there, and what it takes to open it."""

    label: Any
    does: Any
    route: str
    permission: PermissionEnum
    task: Any = ""

    @property
    def href(self) -> str:
        return reverse(self.route)


DESK = _("The desk")
CATALOGUE = _("The catalogue")
OFFICE = _("The office")
COPIES = _("Copies and shelves")
READERS = _("Readers and letters")
SYSTEM = _("The system")

# In the order of the menu; the entries of one task stand together.
ENTRIES = (
    Entry(_("Start"), _("What can be done from here"), "staff:start", Catalog.SEE_STAFF_PAGES),
    Entry(
        _("Lend and return"),
        _("Scan cards and copies: lend, take back, renew"),
        "staff:desk",
        Circulation.LEND,
        DESK,
    ),
    Entry(
        _("Holds and transits"),
        _("Fetch from the shelves what readers wait for, and see what is on its way"),
        "staff:desk_holds",
        Circulation.LEND,
        DESK,
    ),
    Entry(
        _("Read in the library"),
        _("Scan the trolley, so that use without a loan counts"),
        "staff:desk_inside",
        Circulation.LEND,
        DESK,
    ),
    Entry(
        _("People"),
        _("Find somebody, add a member, cards, blocks and accounts"),
        "staff:people",
        Patrons.SEE_PATRONS,
        DESK,
    ),
    Entry(_("Till"), _("Open and close the till, and count it"), "staff:till", Patrons.TAKE_MONEY, DESK),
    Entry(
        _("Scans that need a person"),
        _("Settle what a desk did while the server was away"),
        "staff:desk_conflicts",
        Circulation.LEND,
        DESK,
    ),
    Entry(
        _("Visitors’ book"),
        _("The screen at the door, on which visitors sign in"),
        "staff:door",
        Security.COUNT_VISITS,
        DESK,
    ),
    Entry(
        _("What would happen?"),
        _("See which rules hold for a person and a copy, and why"),
        "staff:what_if",
        Circulation.LEND,
        DESK,
    ),
    Entry(
        _("Figures"),
        _("Who uses the library, what is used, and the indicators for the rector"),
        "staff:figures",
        Reporting.SEE,
        OFFICE,
    ),
    Entry(
        _("Rules of lending"),
        _("How long, how many, how often, what late returns cost"),
        "staff:rules",
        Circulation.SET_RULES,
        OFFICE,
    ),
    Entry(
        _("Opening days and hours"),
        _("Hours, closing days and national holidays, by which due dates move"),
        "staff:calendar",
        Branches.SET_CALENDAR,
        OFFICE,
    ),
    Entry(
        _("The campus"),
        _("Categories of members, faculties and programmes, terms"),
        "staff:campus",
        Branches.SET_UNITS,
        OFFICE,
    ),
    Entry(
        _("Who looked at whom"),
        _("Each time somebody opens a person’s page"),
        "staff:lookups",
        Patrons.SEE_LOOKUPS,
        OFFICE,
    ),
    Entry(
        _("Cataloguing"),
        _("Find a title, change it, begin a new one, add its copies"),
        "staff:titles",
        Catalog.EDIT,
        CATALOGUE,
    ),
    Entry(
        _("Copy a record"),
        _("Scan an ISBN, ask other libraries for the record, compare and take it over"),
        "staff:copy",
        Catalog.EDIT,
        CATALOGUE,
    ),
    Entry(
        _("Bring records in"),
        _("Upload a file of MARC records, look at what it would change, take it over or undo it"),
        "staff:imports",
        Catalog.IMPORT,
        CATALOGUE,
    ),
    Entry(
        _("Headings"),
        _("Names and subjects in one form: rename, merge and link them in all their titles"),
        "staff:headings",
        Catalog.EDIT,
        CATALOGUE,
    ),
    Entry(
        _("Duplicates"),
        _("Titles that are perhaps here twice: compare, merge, or say that they are two"),
        "staff:duplicates",
        Catalog.BATCH,
        CATALOGUE,
    ),
    Entry(
        _("Change many at once"),
        _("Give many titles or copies another shelf, state or subject: see it first, undo it afterwards"),
        "staff:batches",
        Catalog.BATCH,
        CATALOGUE,
    ),
    Entry(
        _("Catalogues that are asked"),
        _("Say which other libraries are asked for records, and try whether they answer"),
        "staff:targets",
        Catalog.CONFIGURE_TARGETS,
        CATALOGUE,
    ),
    Entry(
        _("Labels and cards"),
        _("Print barcodes, labels for the spine and catalogue cards on your own sheets"),
        "staff:labels",
        Catalog.PRINT_LABELS,
        COPIES,
    ),
    Entry(
        _("Numbers of copies"),
        _("How barcodes and inventory numbers are made up"),
        "staff:numbering",
        Catalog.SET_NUMBERING,
        COPIES,
    ),
    Entry(
        _("Stock take"),
        _("Walk along the shelves with a scanner, see what is missing and what stands in the wrong place"),
        "staff:stock_takes",
        Catalog.TAKE_STOCK,
        COPIES,
    ),
    Entry(
        _("Care of materials"),
        _("Note conditions, ask for repair and binding, follow what is at the bindery"),
        "staff:care",
        Catalog.NOTE_CONDITION,
        COPIES,
    ),
    Entry(
        _("Weeding"),
        _("Take worn and outdated copies out of the collection, and print the report that is signed"),
        "staff:withdrawals",
        Catalog.WITHDRAW,
        COPIES,
    ),
    Entry(
        _("Places and floor plans"),
        _("Draw the floors with their shelves, so that readers are led to the right one"),
        "staff:places",
        Branches.DRAW_PLANS,
        COPIES,
    ),
    Entry(
        _("What readers wrote"),
        _("Decide about reviews and tags that wait, and about what somebody complained of"),
        "staff:moderation",
        Readers.MODERATE,
        READERS,
    ),
    Entry(
        _("Problems with records"),
        _("Answer what readers report, and mend it"),
        "staff:problems",
        Readers.ANSWER,
        READERS,
    ),
    Entry(
        pgettext_lazy("mail", "Letters"),
        _("See what went out and what failed, and try again"),
        "staff:letters",
        Notices.SEE_DELIVERIES,
        READERS,
    ),
    Entry(
        _("Words of the letters"),
        _("Write what the library's letters say, in both languages"),
        "staff:letter_words",
        Notices.WRITE,
        READERS,
    ),
    Entry(
        _("What the system is doing"),
        _("Work in the background, and what needs a second try"),
        "staff:system",
        Catalog.SEE_STAFF_PAGES,
        SYSTEM,
    ),
)


@register.filter
def places(actor: Actor) -> list[Entry]:
    """The entries that this person may open, in order."""
    return [entry for entry in ENTRIES if actor.may(entry.permission)]


@dataclass(frozen=True, slots=True)
class Task:
    """Places that belong together, under the name of what they are for; the first stands alone and has none."""

    name: Any
    places: list[Entry]


@register.filter
def tasks(actor: Actor) -> list[Task]:
    """The same by task."""
    return [Task(name, list(entries)) for name, entries in groupby(places(actor), key=lambda entry: entry.task)]


@register.filter
def holds(task: Task, path: str) -> bool:
    """Whether the page of that path is one of the task's places or lies below one."""
    return any(path.startswith(entry.href) for entry in task.places)


@register.simple_tag(takes_context=True)
def place_here(context: dict[str, Any]) -> Entry | None:
    """The entry under which the page stands, if it stands under one; the start only for itself."""
    path = context["request"].path
    here = [
        entry for entry in ENTRIES if path == entry.href or (path.startswith(entry.href) and entry is not ENTRIES[0])
    ]
    return max(here, key=lambda entry: len(entry.href), default=None)


@register.filter
def may(actor: Actor, code: str) -> bool:
    """Whether this person holds the permission of that code (`catalog.edit`); one that nobody declares is a defect."""
    declared = {permission.value: permission for kind in PermissionEnum.__subclasses__() for permission in kind}
    return actor.may(declared[code])

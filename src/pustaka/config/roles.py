"""What each role may do. Rooms say what can be permitted; this page says to whom."""

from collections.abc import Mapping

from pustaka.branches.permissions import Permission as Branches
from pustaka.catalog.permissions import Permission as Catalog
from pustaka.circulation.permissions import Permission as Circulation
from pustaka.discovery.permissions import Permission as Discovery
from pustaka.foundation.actors import PermissionEnum
from pustaka.notices.permissions import Permission as Notices
from pustaka.patrons.models import Role
from pustaka.patrons.permissions import Permission as Patrons
from pustaka.readers.permissions import Permission as Readers
from pustaka.reporting.permissions import Permission as Reporting
from pustaka.security.permissions import Permission as Security

DESK: frozenset[PermissionEnum] = frozenset(
    {Catalog.SEE_STAFF_PAGES, Catalog.TAKE_STOCK, Catalog.NOTE_CONDITION, Catalog.READ_PRESERVATION_COPIES}
)

ROLES: Mapping[Role, frozenset[PermissionEnum]] = {
    Role.MEMBER: frozenset(),
    Role.LECTURER: frozenset(),
    Role.CIRCULATION: DESK
    | {Patrons.ADD_PATRON, Patrons.SEE_PATRONS, Patrons.EDIT_PATRON, Patrons.BLOCK, Patrons.TAKE_MONEY}
    | {Circulation.LEND, Circulation.CLEAR, Security.COUNT_VISITS, Readers.MODERATE, Notices.SEE_DELIVERIES},
    Role.CATALOGUER: DESK
    | {Catalog.IMPORT, Catalog.EDIT, Catalog.BATCH, Catalog.WITHDRAW, Catalog.EXPORT, Catalog.PRINT_LABELS}
    | {Catalog.SET_NUMBERING, Catalog.SETTLE_STOCK_TAKE, Readers.MODERATE, Readers.ANSWER}
    | {Catalog.CARE, Catalog.ADD_DIGITAL_COPIES, Branches.DRAW_PLANS},
    Role.ACQUISITIONS: DESK | {Catalog.EXPORT, Catalog.PRINT_LABELS},
    Role.HEAD: DESK
    | {Catalog.IMPORT, Catalog.EDIT, Catalog.BATCH, Catalog.WITHDRAW, Catalog.EXPORT, Catalog.PRINT_LABELS}
    | {Catalog.CONFIGURE_TARGETS, Catalog.SET_NUMBERING, Discovery.REBUILD}
    | {Catalog.SETTLE_STOCK_TAKE, Catalog.CARE, Catalog.ADD_DIGITAL_COPIES}
    | {*Branches, *Circulation, *Notices, *Patrons, *Readers, *Reporting, *Security},
    Role.ADMINISTRATOR: frozenset(
        {*Branches, *Catalog, *Circulation, *Discovery, *Notices, *Patrons, *Readers, *Reporting, *Security}
    ),
}

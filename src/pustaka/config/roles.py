"""What each role may do. Rooms say what can be permitted; this page says to whom."""

from collections.abc import Mapping

from pustaka.catalog.permissions import Permission as Catalog
from pustaka.discovery.permissions import Permission as Discovery
from pustaka.foundation.actors import PermissionEnum
from pustaka.patrons.models import Role
from pustaka.patrons.permissions import Permission as Patrons

DESK: frozenset[PermissionEnum] = frozenset({Catalog.SEE_STAFF_PAGES})

ROLES: Mapping[Role, frozenset[PermissionEnum]] = {
    Role.MEMBER: frozenset(),
    Role.LECTURER: frozenset(),
    Role.CIRCULATION: DESK | {Patrons.ADD_PATRON},
    Role.CATALOGUER: DESK
    | {Catalog.IMPORT, Catalog.EDIT, Catalog.BATCH, Catalog.WITHDRAW, Catalog.EXPORT, Catalog.PRINT_LABELS}
    | {Catalog.SET_NUMBERING},
    Role.ACQUISITIONS: DESK | {Catalog.EXPORT, Catalog.PRINT_LABELS},
    Role.HEAD: DESK
    | {Catalog.IMPORT, Catalog.EDIT, Catalog.BATCH, Catalog.WITHDRAW, Catalog.EXPORT, Catalog.PRINT_LABELS}
    | {Catalog.CONFIGURE_TARGETS, Catalog.SET_NUMBERING, Discovery.REBUILD, Patrons.ADD_PATRON, Patrons.GRANT_ROLES},
    Role.ADMINISTRATOR: frozenset({*Catalog, *Discovery, *Patrons}),
}

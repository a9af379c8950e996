"""The invented campus around the books: its libraries, shelves, collection types and people."""

from datetime import datetime

from pustaka.branches.services import places as branches
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import items
from pustaka.foundation.actors import SYSTEM, Actor
from pustaka.interfaces.cli.demo import members
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import STAFF_ROLES, Role
from pustaka.patrons.services import people, roles

PASSWORD = "pustaka-mandiri"  # noqa: S105 - printed on the demo's first page

BRANCHES = {
    "PUSAT": ("Perpustakaan Pusat", "Jl. Kampus Mandiri No. 1"),
    "FK": ("Perpustakaan Fakultas Kedokteran", "Gedung C, lantai 2"),
    "FT": ("Perpustakaan Fakultas Teknik", "Gedung F, lantai 1"),
}
SHELVES = {
    "PUSAT": [
        ("UMUM", "Rak koleksi umum", "Lantai 2"),
        ("CADANGAN", "Koleksi cadangan", "Lantai 1"),
        ("RUJUKAN", "Ruang rujukan", "Lantai 1"),
        ("BERKALA", "Ruang baca berkala", "Lantai 1"),
        ("SKRIPSI", "Karya ilmiah", "Lantai 3"),
        ("MEDIA", "Ruang multimedia", "Lantai 3"),
    ],
    "FK": [("UMUM", "Rak koleksi umum", "Lantai 2")],
    "FT": [("UMUM", "Rak koleksi umum", "Lantai 1")],
}
COLLECTIONS = {
    "UMUM": "Koleksi umum",
    "CADANGAN": "Koleksi cadangan",
    "RUJUKAN": "Rujukan",
    "BERKALA": "Terbitan berkala",
    "KARYA": "Karya ilmiah",
    "MEDIA": "Multimedia",
}
PEOPLE = [
    ("kepala", "Dra. Ratna Wulansari, M.Hum.", Role.HEAD),
    ("katalog", "I Wayan Sudarma", Role.CATALOGUER),
    ("sirkulasi", "Yohana Siregar", Role.CIRCULATION),
    ("pengadaan", "Hasanuddin Daeng Rala", Role.ACQUISITIONS),
    ("admin", "Teguh Prasetyo", Role.ADMINISTRATOR),
    ("dosen", "Dr. Nurul Hidayati", Role.LECTURER),
    ("mahasiswa", "Maria Goreti Lamawuran", Role.MEMBER),
]


def build(*, at: datetime) -> None:
    """Libraries, shelves, collection types and one person for each role."""
    for code, (name, address) in BRANCHES.items():
        branch = branches.ensure_branch(code=code, name=name, address=address)
        for shelf, label, floor in SHELVES[code]:
            branches.ensure_location(branch=branch, code=shelf, name=label, floor=floor)
    for code, name in COLLECTIONS.items():
        items.ensure_item_type(code=code, name=name)
    members.set_up(at=at)
    main = branches.ensure_branch(code="PUSAT", name=BRANCHES["PUSAT"][0])
    for number, name, role in PEOPLE:
        kind = {Role.LECTURER: "DOSEN", Role.MEMBER: "S1"}.get(role, "TENDIK")
        patron = people.add(
            number=number, name=name, email=f"{number}@umn.example", password=PASSWORD,
            details=people.Details(category=patrons.category_of_code(kind)), at=at, by=SYSTEM,
        )  # fmt: skip
        roles.grant(patron=patron, role=role, branch=main if role in STAFF_ROLES else None, at=at, by=SYSTEM)


def person(role: Role) -> Actor:
    """Who has that role here, with all that can be done in the catalogue: the demo does what it shows."""
    patron = patrons.holders_of(role)[0]
    return Actor(name=patron.name, patron_id=patron.pk, permissions=frozenset(Permission))

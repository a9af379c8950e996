"""The invented campus: faculties and programmes, terms, calendar, rules, and three thousand people."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib.resources import files

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, OrganizationalUnit
from pustaka.branches.services import calendar, units
from pustaka.catalog import queries as catalog
from pustaka.circulation.services import rules
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Category, Patron
from pustaka.patrons.services import blocks, categories, people

PEOPLE = 3_000
CATEGORIES = {
    "S1": ("Mahasiswa S-1", 12, False),
    "S2": ("Mahasiswa pascasarjana", 12, False),
    "DOSEN": ("Dosen", 0, False),
    "TENDIK": ("Tenaga kependidikan", 0, False),
    "UMUM": ("Anggota umum", 6, True),
}
SHARES = {"S1": 78, "S2": 9, "DOSEN": 6, "TENDIK": 3, "UMUM": 4}
FACULTIES = {
    "FISIP": ("Ilmu Sosial dan Ilmu Politik", {"IP": "Ilmu Politik", "SOS": "Sosiologi", "KOM": "Ilmu Komunikasi"}),
    "FH": ("Hukum", {"IH": "Ilmu Hukum"}),
    "FEB": ("Ekonomi dan Bisnis", {"AK": "Akuntansi", "MN": "Manajemen", "EP": "Ekonomi Pembangunan"}),
    "FT": ("Teknik", {"TS": "Teknik Sipil", "TE": "Teknik Elektro", "TI": "Informatika"}),
    "FK": ("Kedokteran", {"PD": "Pendidikan Dokter", "KEP": "Ilmu Keperawatan"}),
    "FKIP": ("Keguruan dan Ilmu Pendidikan", {"PGSD": "Pendidikan Guru Sekolah Dasar", "PBI": "Pendidikan Bahasa"}),
    "FMIPA": ("Matematika dan Ilmu Pengetahuan Alam", {"MAT": "Matematika", "BIO": "Biologi"}),
    "FIB": ("Ilmu Budaya", {"SI": "Sastra Indonesia", "SEJ": "Sejarah"}),
    "FAI": ("Agama Islam", {"PAI": "Pendidikan Agama Islam"}),
}
LIMIT = {"S1": ("3", "14", "1"), "S2": ("5", "21", "2"), "DOSEN": ("10", "60", "3"), "TENDIK": ("5", "30", "2"),
         "UMUM": ("2", "7", "0")}  # fmt: skip
EVERYWHERE = {
    "loan_length": "14", "limit_total": "3", "renewals": "1", "fine_idr": "1.000", "fine_cap": "50.000",
    "fine_cap_is_price": "yes", "debt_limit": "25.000", "overdue_limit": "2", "holds_allowed": "3",
    "hold_shelf_days": "3", "lost_after": "180", "lost_fee": "15.000", "renewal_not_before": "7",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """A semester with its busiest weeks."""

    starts_on: date
    ends_on: date


def terms(today: date) -> list[Term]:
    """The odd and even semesters around today, oldest first."""
    found = []
    for year in range(today.year - 1, today.year + 2):
        found.append(Term(date(year, 2, 9), date(year, 6, 19)))
        found.append(Term(date(year, 8, 24), date(year, 12, 18)))
    return found


def set_up(*, at: datetime) -> None:
    """Categories, faculties, terms, hours, holidays and rules: before the first person joins."""
    for code, (name, months, is_guest) in CATEGORIES.items():
        categories.put(code=code, name=name, months_valid=months, is_guest=is_guest, by=SYSTEM)
    for code, (name, programmes) in FACULTIES.items():
        faculty = units.put(code=code, name=f"Fakultas {name}", by=SYSTEM)
        for sub, label in programmes.items():
            units.put(code=f"{code}-{sub}", name=label, parent=faculty, by=SYSTEM)
    for term in terms(at.date()):
        odd = term.starts_on.month > 6
        first = term.starts_on.year if odd else term.starts_on.year - 1
        calendar.set_term(
            code=f"{term.starts_on.year}-{'gasal' if odd else 'genap'}",
            name=f"Semester {'gasal' if odd else 'genap'} {first}/{first + 1}",
            starts_on=term.starts_on, ends_on=term.ends_on, by=SYSTEM,
        )  # fmt: skip
    for branch in branches.branches():
        is_main = branch.code == "PUSAT"
        week = {day: [(time(8), time(20) if is_main else time(16))] for day in range(5)}
        calendar.set_hours(branch=branch, hours={**week, **({5: [(time(8), time(14))]} if is_main else {})}, by=SYSTEM)
        if not is_main:
            calendar.close_weekly(branch=branch, weekday=5, by=SYSTEM)
    for year in (at.year - 1, at.year, at.year + 1):
        if calendar.pack(year=year):
            calendar.load_pack(year=year, by=SYSTEM)
    _rules(at)


def _rules(at: datetime) -> None:
    put = partial(rules.set_rule, at=at, by=SYSTEM)
    for name, value in EVERYWHERE.items():
        put(name=name, value=value)
    for code, (most, days, renewals) in LIMIT.items():
        category = patrons.category_of_code(code)
        for name, value in (("limit_total", most), ("loan_length", days), ("renewals", renewals)):
            put(name=name, value=value, category=category)
    kinds = {kind.code: kind for kind in catalog.item_types()}
    for code in ("RUJUKAN", "BERKALA", "KARYA"):
        for name, value in (("is_onsite", "yes"), ("loan_unit", "hours"), ("loan_length", "4"), ("limit_onsite", "5")):
            put(name=name, value=value, item_type=kinds[code])
    put(name="loan_length", value="3", item_type=kinds["CADANGAN"])


def build(*, at: datetime, seed: int) -> None:
    """The people, the same for the same seed; a few are blocked, some memberships have ended."""
    chance = random.Random(seed)  # noqa: S311 - a demo is to be the same every time
    with (files("pustaka.interfaces.cli.demo") / "names.csv").open("r", encoding="utf-8") as file:
        names = list(csv.DictReader(file))
    kinds = {category.code: category for category in patrons.categories()}
    programmes = [unit for unit in branches.units() if unit.parent_id]
    places = list(branches.branches())
    codes = chance.choices(list(SHARES), weights=list(SHARES.values()), k=PEOPLE)
    for place, code in enumerate(codes):
        first, second = chance.choice(names), chance.choice(names)
        name = f"{first['depan']} {second['belakang']}"
        joined = at - timedelta(days=chance.randint(20, 1_200))
        unit = None if code == "UMUM" else chance.choice(programmes)
        people.add(
            number=_number(code, place, joined), name=name, email=f"anggota{place + 1:04}@umn.example", password=None,
            details=people.Details(
                category=kinds[code], unit=unit, home_branch=_home(unit, places),
                valid_until=_end(kinds[code], joined, at, chance), phone=f"0812{chance.randint(10**7, 10**8 - 1)}",
            ),
            at=joined, by=SYSTEM,
        )  # fmt: skip
    for patron in list(patrons.members())[:: PEOPLE // 9]:
        blocks.block(patron=patron, reason="Mengembalikan buku dengan halaman sobek", at=at, by=SYSTEM)


def _number(code: str, place: int, joined: datetime) -> str:
    if code in {"S1", "S2"}:
        return f"{joined.year}{1 if code == 'S1' else 2}{place + 1:05}"
    return {"DOSEN": f"00{place + 10_000_001}", "TENDIK": f"T{place + 1:05}"}.get(code, f"U{place + 1:05}")


def _home(unit: OrganizationalUnit | None, places: Sequence[Branch]) -> Branch:
    """The library of the faculty, where it has one; else the main one."""
    code = unit.code.split("-")[0] if unit else ""
    known = {branch.code: branch for branch in places}
    return known.get(code) or known["PUSAT"]


def _end(category: Category, joined: datetime, at: datetime, chance: random.Random) -> date | None:
    if not category.months_valid:
        return None
    if chance.random() < 0.04:
        return (at - timedelta(days=chance.randint(1, 90))).date()
    return (at + timedelta(days=chance.randint(5, 360))).date()


def borrowers() -> list[Patron]:
    """Everyone who has a category, in the order in which they were added."""
    return list(patrons.members())

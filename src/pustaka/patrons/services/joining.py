"""People from a list: of a campus system, of Excel, of SLiMS. First what it would change, then the change.

A list may be brought in again and again: who is new joins, who is different is corrected, and, where the list is whole,
who isn't in it any more has left. Nobody is deleted, so nobody with loans vanishes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.branches.models import OrganizationalUnit
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import DomainError, Invalid
from pustaka.patrons import queries
from pustaka.patrons.models import Category, Patron
from pustaka.patrons.permissions import Permission
from pustaka.patrons.services import cards, people
from pustaka.patrons.services.people import Details

MOST_ROWS = 100_000
# What a column is called in lists that campuses keep; SLiMS writes member_id, member_name …
COLUMNS: Mapping[str, Sequence[str]] = {
    "number": ("number", "nomor", "nim", "nidn", "nip", "member_id", "nomor anggota", "id anggota", "no"),
    "name": ("name", "nama", "nama lengkap", "member_name"),
    "email": ("email", "e-mail", "surel", "member_email"),
    "category": ("category", "kategori", "jenis", "tipe anggota", "member_type_name", "tipe keanggotaan"),
    "unit": ("unit", "program studi", "prodi", "fakultas", "programme", "faculty"),
    "valid_until": ("valid_until", "berlaku sampai", "expire_date", "sampai"),
    "phone": ("phone", "telepon", "hp", "no hp", "member_phone"),
    "card": ("card", "kartu", "barcode", "rfid", "ktm"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the list, on that line of the file; None where the list has no such column or nothing in it."""

    line: int
    number: str
    name: str
    email: str | None = None
    category: Category | None = None
    unit: OrganizationalUnit | None = None
    valid_until: date | None = None
    phone: str | None = None
    card: str | None = None


@dataclass(slots=True)
class Plan:
    """What the list would change: who is new, who is different (and in what), who has left, and what can't be read."""

    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Patron, list[str]]] = field(default_factory=list)
    same: int = 0
    left: list[Patron] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def columns_of(*, head: Sequence[str]) -> dict[str, int]:
    """Which column is what, by the names of the first line.

    Raises:
        Invalid: there is no column of numbers or none of names.
    """
    names = [" ".join(cell.casefold().split()) for cell in head]
    found = {what: names.index(known) for what, words in COLUMNS.items() for known in reversed(words) if known in names}
    for needed, word in (("number", "NIM"), ("name", "Nama")):
        if needed not in found:
            raise Invalid(
                _("The first line names no column “%(word)s”. Write the names of the columns there.") % {"word": word}
            )
    return found


def plan(*, rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int], is_whole: bool) -> Plan:
    """What bringing in this list would change; nothing is written.

    Args:
        rows: line numbers and cells, without the first line.
        is_whole: everybody of the categories in the list stands in it, so that who doesn't has left.
    """
    told, seen = Plan(), set[str]()
    kinds = {word.casefold(): one for one in queries.categories() for word in (one.code, one.name)}
    units = {word.casefold(): one for one in branches.units() for word in (one.code, one.name)}
    known = {patron.number: patron for patron in queries.members_and_others()}
    listed: set[int] = set()
    for count, (line, cells) in enumerate(rows):
        if count == MOST_ROWS:
            told.refused.append((line, _("The list is longer than %(most)s lines.") % {"most": MOST_ROWS}))
            break
        try:
            row = _read(line, cells, columns, kinds, units)
        except Invalid as error:
            told.refused.append((line, str(error)))
            continue
        if row.number in seen:
            told.refused.append((line, _("The number %(number)s stands in the list twice.") % {"number": row.number}))
            continue
        seen.add(row.number)
        if row.category:
            listed.add(row.category.pk)
        _sort_in(told, row, known.get(row.number))
    if is_whole:
        told.left = [
            patron for number, patron in known.items()
            if number not in seen and patron.category_id in listed and patron.left_on is None
        ]  # fmt: skip
    return told


def _sort_in(told: Plan, row: Row, patron: Patron | None) -> None:
    if patron is None:
        told.new.append(row)
    elif different := _differences(row, patron):
        told.changed.append((row, patron, different))
    else:
        told.same += 1


def apply(*, plan: Plan, at: datetime, by: Actor) -> Plan:
    """Do it, each person in a transaction of their own: one that can't be done is told and holds up no other.

    Returns:
        What was done; `refused` names what wasn't, with its line.

    Raises:
        NotPermitted: `by` may not add people.
    """
    by.require(Permission.ADD_PATRON)
    by.require(Permission.EDIT_PATRON)
    done = Plan(same=plan.same, refused=list(plan.refused))
    for row in plan.new:
        try:
            _add(row, at, by)
            done.new.append(row)
        except DomainError as error:
            done.refused.append((row.line, str(error)))
    for row, patron, different in plan.changed:
        try:
            _change(row, patron, by)
            done.changed.append((row, patron, different))
        except DomainError as error:
            done.refused.append((row.line, str(error)))
    for patron in plan.left:
        people.leave(patron_id=patron.pk, on=at.date(), by=by)
        done.left.append(patron)
    return done


@transaction.atomic
def _add(row: Row, at: datetime, by: Actor) -> None:
    details = Details(category=row.category, unit=row.unit, valid_until=row.valid_until, phone=row.phone or "")
    patron = people.add(number=row.number, name=row.name, email=row.email, password=None, details=details, at=at, by=by)
    if row.card and row.card != row.number:
        cards.issue(patron=patron, code=row.card, at=at, by=by)


def _change(row: Row, patron: Patron, by: Actor) -> None:
    """What the list says; what it says nothing of stays."""
    people.change(
        patron_id=patron.pk, number=row.number, name=row.name, email=row.email or patron.email, by=by,
        details=Details(
            category=row.category or patron.category, unit=row.unit or patron.unit, home_branch=patron.home_branch,
            valid_until=row.valid_until or patron.valid_until, phone=row.phone or patron.phone,
            address=patron.address, note=patron.note,
        ),
    )  # fmt: skip


def _differences(row: Row, patron: Patron) -> list[str]:
    """Names of the columns in which the list says something else."""
    pairs = {
        "name": (row.name, patron.name), "email": (row.email, patron.email), "phone": (row.phone, patron.phone),
        "category": (row.category, patron.category), "unit": (row.unit, patron.unit),
        "valid_until": (row.valid_until, patron.valid_until),
    }  # fmt: skip
    return [name for name, (said, had) in pairs.items() if said is not None and said != had]


def _read(
    line: int, cells: Sequence[str], columns: Mapping[str, int], kinds: Mapping[str, Category],
    units: Mapping[str, OrganizationalUnit],
) -> Row:  # fmt: skip
    told = {what: " ".join(cells[place].split()) for what, place in columns.items() if place < len(cells)}
    if not told.get("number") or not told.get("name"):
        raise Invalid(_("The line has no number or no name."))
    kind, unit = told.get("category"), told.get("unit")
    if kind and kind.casefold() not in kinds:
        raise Invalid(_("There is no category “%(name)s”.") % {"name": kind})
    if unit and unit.casefold() not in units:
        raise Invalid(_("There is no faculty or programme “%(name)s”.") % {"name": unit})
    day = told.get("valid_until")
    valid_until = _day(day) if day else None
    return Row(
        line=line, number=told["number"], name=told["name"], email=told.get("email") or None,
        category=kinds.get((kind or "").casefold()), unit=units.get((unit or "").casefold()), valid_until=valid_until,
        phone=told.get("phone") or None, card=told.get("card") or None,
    )  # fmt: skip


def _day(text: str) -> date:
    """`2027-08-31` and `31-08-2027` or `31/08/2027`.

    Raises:
        Invalid: it is none of these.
    """
    parts = text.replace("/", "-").split(" ")[0].split("-")
    iso = "-".join(reversed(parts)) if len(parts) == 3 and len(parts[2]) == 4 else "-".join(parts)
    try:
        found = parse_date(iso)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("“%(day)s” is no day. Write 2027-08-31 or 31-08-2027.") % {"day": text})
    return found

"""Everything that the library keeps of a person, as one file that they may take along (law 27/2022, article 13)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from pustaka.circulation import queries as circulation
from pustaka.discovery import saved_searches
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron
from pustaka.readers import queries as readers


def everything(patron: Patron) -> dict[str, Any]:
    """By subject, in the words of the columns; no secrets (password, keys), and nothing of anybody else."""
    return {
        "person": {
            "number": patron.number, "name": patron.name, "email": patron.email, "phone": patron.phone,
            "address": patron.address, "note_of_the_desk": patron.note, "language": patron.language,
            "category": str(patron.category or ""), "unit": str(patron.unit or ""), "member_until": patron.valid_until,
            "joined_at": patron.created_at, "history_is_kept": patron.keeps_history, "owes_idr": patron.balance_idr,
        },
        "cards": _rows(patrons.cards_of(patron), "code", "kind", "issued_at", "blocked_at", "block_reason"),
        "blocks": _rows(patrons.blocks_of(patron), "kind", "reason", "until", "made_at", "lifted_at"),
        "roles": sorted(patrons.roles_of(patron)),
        "account": _rows(patrons.ledger(patron), "kind", "amount_idr", "cause", "text", "at"),
        "loans": [_loan(loan) for loan in (*circulation.open_loans(patron), *circulation.history(patron))],
        "holds": [
            {"title": hold.bib.title, "state": hold.state, "placed_at": hold.placed_at, "pickup": str(hold.pickup)}
            for hold in circulation.holds_of(patron)
        ],
        "letters_of_clearance": _rows(circulation.clearances(patron), "number", "issued_at", "revoked_at"),
        "lists": [
            {"title": one.title, "about": one.description, "titles": [entry.title for entry in readers.entries(one)]}
            for one in readers.lists_of(patron)
        ],
        "reviews": _rows(readers.opinions_of(patron), "title", "stars", "text"),
        "saved_searches": _rows(saved_searches.of(patron), "name", "text", "alert"),
        "looked_at_by_staff": [look.at for look in patrons.lookups_of(patron)],
    }  # fmt: skip


def _rows(found: Iterable[Model], *names: str) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in found]


def _loan(loan: Any) -> dict[str, Any]:
    return {
        "title": loan.bib.title, "lent_at": loan.started_at, "due_at": loan.due_at, "returned_at": loan.returned_at,
        "renewals": loan.renewals,
    }  # fmt: skip

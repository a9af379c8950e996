"""Rules of lending, and what they would do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.circulation import policy, words
from pustaka.circulation import queries as circulation
from pustaka.circulation.permissions import Permission
from pustaka.circulation.policy import Place, Policy
from pustaka.circulation.services import rules
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.circulation import forms
from pustaka.interfaces.web.staff.circulation.views import branch_of
from pustaka.patrons import queries as patrons
from pustaka.patrons.rules import grouped

FOLDER = "staff/circulation"


@page(Permission.SET_RULES)
def overview(request: HttpRequest) -> HttpResponse:
    """Every row of the rules, and what would happen to one person with one copy."""
    return render(request, f"{FOLDER}/rules.html", _rules(forms.Rule()))


@action(Permission.SET_RULES)
def set_rule(request: HttpRequest) -> HttpResponse:
    """One row is new or different."""
    form = forms.Rule(request.POST)
    if not form.is_valid():
        return render(request, f"{FOLDER}/rules.html", _rules(form), status=422)
    rules.set_rule(**form.cleaned_data, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The rule holds from now on."))
    return redirect("staff:rules")


@action(Permission.SET_RULES)
def clear_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One row is gone; what is less specific holds again."""
    rules.clear_rule(rule_id=rule_id, by=actor_of(request))
    messages.success(request, _("The row is gone. What holds for more holds there again."))
    return redirect("staff:rules")


@page(Permission.LEND)
def what_if(request: HttpRequest) -> HttpResponse:
    """What would happen if this person borrowed this copy now, and which rows say so."""
    form = forms.WhatIf(request.GET or None)
    context: dict[str, Any] = {"form": form, "case": None, "branch": branch_of(request)}
    if form.is_valid():
        patron = patrons.by_scan(form.cleaned_data["card"])
        if patron is None:
            raise NotFound(_("Nobody is known by the card %(card)s.") % {"card": form.cleaned_data["card"]})
        item = catalog.item_by_barcode(form.cleaned_data["barcode"])
        case = circulation.check_out_case(item=item, patron=patron, branch=context["branch"], at=timezone.now())
        context |= {
            "case": case, "patron": patron, "item": item, "said": [words.sentence(one) for one in case.refusals],
            "groups": explained(case.policy), "due_on": case.due_at.date() if case.due_at else None,
        }  # fmt: skip
    return render(request, f"{FOLDER}/what_if.html", context)


def explained(held: Policy) -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """Every rule by group: its name, its value in words, and which row said so."""
    names = _names()
    return [
        (group, [(label, _value(name, getattr(held, name)), _row(held.why.get(name), names)) for name, label in known])
        for group, known in words.GROUPS
    ]


def _rules(form: forms.Rule) -> dict[str, Any]:
    names = _names()
    rows = [
        {
            "row": row, "label": rules.label(name=row.name),
            "value": _value(row.name, policy.read(row.name, row.value)),
            "place": _row(Place(row.branch_id, row.category_id, row.item_type_id), names),
        }
        for row in circulation.rule_rows()
    ]  # fmt: skip
    return {"form": form, "rows": rows}


def _names() -> dict[str, dict[int, str]]:
    return {
        "branch": {one.pk: one.name for one in branches.branches()},
        "category": {one.pk: one.name for one in patrons.categories()},
        "item_type": {one.pk: one.name for one in catalog.item_types()},
    }


def _row(place: Place | None, names: dict[str, dict[int, str]]) -> str:
    if place is None:
        return _("nobody: as the product has it")
    parts = [names[kind].get(pk, "?") for kind in names if (pk := getattr(place, kind)) is not None]
    return " · ".join(parts) if parts else _("for all")


def _value(name: str, value: Any) -> str:
    """A value as it is read."""
    if value is None:
        return _("no limit") if name != "renewal_length" else _("as long as a loan")
    if isinstance(value, bool):
        return words.choice(name, "yes" if value else "no")
    if policy.kind_of(name) == "choice":
        return words.choice(name, str(value))
    return grouped(value) if isinstance(value, int) else f"{value}"

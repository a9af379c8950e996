"""Titles that are perhaps in the catalogue twice: side by side, merged, told apart, parted again."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import duplicates, marc_names
from pustaka.catalog import queries as catalog
from pustaka.catalog.importing.remarks import MATCHED_BY
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import merges
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.duplicates import forms

ROWS_A_PAGE = 25
OF_COPIES = frozenset({"852", "876", "945", "949", "952", "999"})  # copies come along as they are, not as fields
TOO_FEW = _("Choose at least two titles that are in the catalogue.")


@page(Permission.BATCH)
def overview(request: HttpRequest) -> HttpResponse:
    """Groups of titles that look alike, and the merges so far."""
    found = duplicates.likely(after=forms.after(request.GET))
    context = {
        "groups": [(group, MATCHED_BY.get(group.by, group.by), _ids(group)) for group in found.groups],
        "next_after": found.next_after,
        "is_first": "after" not in request.GET,
        "merges": Paginator(catalog.merges(), ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "staff/catalog/duplicates/overview.html", context)


@page(Permission.BATCH)
def compare(request: HttpRequest) -> HttpResponse:
    """Titles side by side; one stays, and may take fields of the others."""
    titles = catalog.side_by_side(forms.ids(request.GET))
    if len(titles) < 2:
        return render(request, "staff/catalog/duplicates/too_few.html", {"few": TOO_FEW}, status=422)
    asked = request.GET.get("into", "")
    into = next((one for one in titles if str(one.bib.pk) == asked), max(titles, key=lambda one: one.copies))
    context = {
        "titles": titles,
        "into": into,
        "count": len(titles) - 1,
        "all_ids": ",".join(str(one.bib.pk) for one in titles),
        "offers": [
            (one.bib, place, field, marc_names.field(field.tag), field.tag in merges.ONCE)
            for one in titles
            if one is not into
            for place, field in enumerate(one.record.fields)
            if field not in into.record.fields and not field.tag.startswith("00") and field.tag not in OF_COPIES
        ],
        "kept": [(marc_names.field(field.tag), field) for field in into.record.fields],
    }
    return render(request, "staff/catalog/duplicates/compare.html", context)


@action(Permission.BATCH)
def merge(request: HttpRequest) -> HttpResponse:
    """Pour them into the one."""
    told = forms.Merge(request.POST).told()
    done = merges.merge(**told, at=timezone.now(), by=actor_of(request))
    return redirect("opac:record", done.into_id)


@action(Permission.BATCH)
def tell_apart(request: HttpRequest) -> HttpResponse:
    """They are not the same."""
    merges.tell_apart(bib_ids=forms.ids(request.POST), at=timezone.now(), by=actor_of(request))
    return redirect("staff:duplicates")


@action(Permission.BATCH)
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Part them again."""
    merges.undo(merge_id=merge_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:duplicates")


def _ids(group: duplicates.Alike) -> str:
    return ",".join(str(bib.pk) for bib in group.bibs)

"""Figures: each report is a chart with what it finds, and the table below it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pustaka.branches import queries as branches
from pustaka.foundation.errors import NotFound
from pustaka.interfaces.web.requests import page
from pustaka.interfaces.web.staff.reporting import files
from pustaka.patrons import queries as patrons
from pustaka.reporting import queries
from pustaka.reporting.permissions import Permission
from pustaka.reporting.queries import Asked, Kept, Line

FOLDER = "staff/reporting"
YEAR = timedelta(days=365)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Filters(forms.Form):
    """Which time, which library, who."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(attrs={"type": "date"}))
    branch = forms.ModelChoiceField(
        label=gettext_lazy("Library"), queryset=branches.branches().none(), required=False,
        empty_label=gettext_lazy("all"),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=patrons.categories().none(), required=False,
        empty_label=gettext_lazy("all"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches.branches()  # type: ignore[attr-defined]
        self.fields["category"].queryset = patrons.categories()  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Bar:
    """A line with the length of its bar, in thousandths of the longest."""

    line: Line
    length: int


@page(Permission.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """The indicators of the last twelve months, and every report."""
    asked = _last_year()
    found = queries.indicators(asked)
    return render(request, f"{FOLDER}/overview.html", {"report": found, "reports": queries.REPORTS, "asked": asked})


@page(Permission.SEE)
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report; what is asked stands in the address."""
    kept = _kept(code)
    form, asked = _asked(request)
    made = kept.make(asked)
    most = max((line.count for line in made.lines), default=0) or 1
    context = {
        "kept": kept, "report": made, "form": form, "asked": asked, "reports": queries.REPORTS,
        "bars": [Bar(line, max(1 if line.count else 0, round(1000 * line.count / most))) for line in made.lines],
        "query": _query(asked), "formats": ["csv", "xlsx", "pdf"],
    }  # fmt: skip
    return render(request, f"{FOLDER}/report.html", context)


@page(Permission.SEE)
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The same as a file."""
    kept = _kept(code)
    _form, asked = _asked(request)
    made = kept.make(asked)
    if kind not in TYPES:
        raise NotFound(_("There is no such report."))
    if kind == "csv":
        body = files.as_csv(made)
    elif kind == "xlsx":
        body = files.as_xlsx(made, kept)
    else:
        body = files.as_pdf(made, kept, library=str(settings.LIBRARY_NAME), period=_period(asked))
    answer = HttpResponse(body, content_type=TYPES[kind])
    name = f"{code}-{asked.first}-{asked.last}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _kept(code: str) -> Kept:
    kept = queries.kept(code)
    if kept is None:
        raise NotFound(_("There is no such report."))
    return kept


def _asked(request: HttpRequest) -> tuple[Filters, Asked]:
    """What the address asks; what can't be read asks for the last twelve months."""
    year = _last_year()
    told = {"first": year.first.isoformat(), "last": year.last.isoformat(), **request.GET.dict()}
    form = Filters(told)
    if not form.is_valid() or form.cleaned_data["last"] < form.cleaned_data["first"]:
        return form, year
    read = form.cleaned_data
    category = read["category"].pk if read["category"] else None
    return form, Asked(read["first"], read["last"], branch=read["branch"], category=category)


def _last_year() -> Asked:
    today: date = timezone.localdate()
    return Asked(today - YEAR, today)


def _query(asked: Asked) -> str:
    told: dict[str, str | int] = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    if asked.branch:
        told["branch"] = asked.branch.pk
    if asked.category:
        told["category"] = asked.category
    return urlencode(told)


def _period(asked: Asked) -> str:
    return " – ".join(formats.date_format(day, "DATE_FORMAT") for day in (asked.first, asked.last))

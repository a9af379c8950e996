"""Search, a title, a copy: translate in, ask the queries, translate out."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.throttling import AnonRateThrottle

from pustaka.branches import queries as branches
from pustaka.branches.queries import Precision
from pustaka.branches.rules import room_of
from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib, Item
from pustaka.discovery import queries as discovery
from pustaka.discovery.rules import filters_from
from pustaka.foundation.errors import DomainError
from pustaka.interfaces.api import schemas
from pustaka.interfaces.api.docs import Page
from pustaka.standards.marc import to_marcjson

api = NinjaAPI(
    title="Pustaka Mandiri",
    version="1",
    description="The catalogue of this library, for programs. Reading needs no key.",
    docs=Page(),
    throttle=[AnonRateThrottle(settings.API_RATE)],
)

PROBLEMS = {404: schemas.Problem, 422: schemas.Problem, 503: schemas.Problem}


@api.exception_handler(DomainError)
def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The one place where a refusal becomes an answer."""
    return api.create_response(request, {"detail": str(error)}, status=error.status)


@api.get("/search", response={200: schemas.Result, **PROBLEMS}, summary="Search the catalogue")
def search(request: HttpRequest, question: Query[schemas.Question]) -> schemas.Result:
    """Filters are further parameters, each as often as wanted: `form=book`, `form=-journal` (not), `year=2010-2020`,
    `language=ind`, `branch=…`, `location=…`, `collection=…`, `class=…`, `subject=…`, `author=…`, `available=1`.
    """
    filters = filters_from([(name, value) for name, values in request.GET.lists() for value in values])
    found = discovery.find(
        text=question.q,
        filters=filters,
        sort=question.sort,
        page=question.page,
        page_size=question.page_size,
        with_facets=question.facets,
    )
    return schemas.Result(
        query=question.q,
        total=found.total,
        page=found.page,
        pages=found.pages,
        how=found.how,
        hits=[
            schemas.Hit(
                **_title(request, row.bib),
                availability=schemas.Availability(
                    copies=row.copies, available=row.available, call_number=row.call_number
                ),
            )
            for row in catalog.rows(found.ids)
        ],
        facets=[
            schemas.Facet(
                name=facet.name,
                label=str(facet.label),
                values=[
                    schemas.FacetValue(value=value.value, label=str(value.label), count=value.count)
                    for value in facet.values
                ],
            )
            for facet in found.facets
        ],
    )


@api.get("/records/{int:record_id}", response={200: schemas.TitleWithCopies, **PROBLEMS}, summary="One title")
def record(request: HttpRequest, record_id: int) -> schemas.TitleWithCopies:
    """The title, its copies and its whole MARC record."""
    bib = catalog.bib(record_id)
    return schemas.TitleWithCopies(
        **_title(request, bib),
        copies=[schemas.Copy(**_copy(item)) for item in catalog.items_of(bib)],
        marc=json.loads(to_marcjson(catalog.record_of(bib))),
    )


@api.get("/items/{barcode}", response={200: schemas.CopyWithTitle, **PROBLEMS}, summary="One copy, by its barcode")
def item(request: HttpRequest, barcode: str) -> schemas.CopyWithTitle:
    """The copy and the title that it is a copy of."""
    found = catalog.item_by_barcode(barcode)
    return schemas.CopyWithTitle(
        **_copy(found), title=schemas.Title(**_title(request, found.bib)), shelf=_shelf_of(found)
    )


def _title(request: HttpRequest, bib: Bib) -> dict[str, Any]:
    columns = {name: getattr(bib, name) for name in schemas.Title.model_fields if name != "url"}
    return {**columns, "url": request.build_absolute_uri(f"/record/{bib.pk}")}


def _shelf_of(item: Item) -> schemas.Shelf | None:
    number = item.call_number or item.bib.call_number
    found = branches.whereabouts(branch=item.branch, location=item.location, call_number=number)
    if found is None or found.precision != Precision.SHELF:
        return None
    best = found.spots[0]
    room = room_of(best.shape, found.shapes)
    return schemas.Shelf(
        floor=best.floor.name,
        room=room.name if room else "",
        shelf=best.shape.name,
        side=best.side,
        first=best.range.first if best.range else "",
        last=best.range.last if best.range else "",
    )


def _copy(item: Item) -> dict[str, Any]:
    return {
        "barcode": item.barcode,
        "call_number": item.call_number,
        "branch": item.branch.name,
        "branch_code": item.branch.code,
        "location": item.location.name if item.location else "",
        "collection": item.item_type.name if item.item_type else "",
        "status": item.status,
        "copy_number": item.copy_number,
        "volume": item.volume,
        "received_on": item.received_on,
    }

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import covers
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.covers import forms
from pustaka.media import queries as media

PAGE = "staff/catalog/covers/cover.html"


@page(Permission.EDIT)
def cover(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The cover as readers see it, and everything that can be done with it."""
    return render(request, PAGE, _context(catalog.bib(bib_id)))


@page(Permission.EDIT)
def original(request: HttpRequest, bib_id: int) -> HttpResponse:
    """The picture as it was taken in, for whoever turns and cuts it."""
    held = catalog.cover_of(catalog.bib(bib_id))
    found, path = media.kept(held.original.digest)
    answer = HttpResponse(path.read_bytes(), content_type=found.content_type)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


@action(Permission.EDIT)
def put(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take a picture in."""
    bib = catalog.bib(bib_id)
    form = forms.Picture(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, PAGE, {**_context(bib), "form": form}, status=422)
    covers.put(bib_id=bib.pk, picture=form.picture, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("Readers see this picture now."))
    return redirect("staff:cover", bib.pk)


@action(Permission.EDIT)
def adjust(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Turn and cut."""
    bib = catalog.bib(bib_id)
    form = forms.Adjust(request.POST)
    if not form.is_valid():
        return render(request, PAGE, {**_context(bib), "adjust": form}, status=422)
    covers.adjust(bib_id=bib.pk, cut=form.cut, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The picture is turned and cut."))
    return redirect("staff:cover", bib.pk)


@action(Permission.EDIT)
def show(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Let readers see the picture again."""
    covers.show(bib_id=bib_id, is_shown=True, at=timezone.now(), by=actor_of(request))
    return redirect("staff:cover", bib_id)


@action(Permission.EDIT)
def hide(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Let readers see the drawn cover; the picture waits."""
    covers.show(bib_id=bib_id, is_shown=False, at=timezone.now(), by=actor_of(request))
    return redirect("staff:cover", bib_id)


@action(Permission.EDIT)
def remove(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take the picture away for good."""
    covers.remove(bib_id=bib_id, by=actor_of(request))
    messages.success(request, _("The picture is gone; readers see the drawn cover."))
    return redirect("staff:cover", bib_id)


def _context(bib: Bib) -> dict[str, Any]:
    held = getattr(bib, "cover", None)
    return {
        "bib": bib,
        "held": held,
        "form": forms.Picture(),
        "adjust": forms.Adjust.of(held) if held else None,
    }

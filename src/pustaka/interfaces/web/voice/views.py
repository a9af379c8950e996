import hashlib
import hmac

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.throttling import AnonRateThrottle

from pustaka.catalog import queries as catalog
from pustaka.interfaces.web.lists import pages
from pustaka.interfaces.web.requests import action, page, person_of
from pustaka.interfaces.web.voice import forms
from pustaka.patrons.models import Patron
from pustaka.readers import queries
from pustaka.readers.services import opinions, problems

TITLES_A_PAGE = 20


@action()
@login_required
def give(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Rate or review a title."""
    stars = request.POST.get("stars", "")
    given = opinions.give(
        patron=person_of(request),
        bib_id=bib_id,
        stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else None,
        text=request.POST.get("text", ""),
        signed_as=request.POST.get("signed_as", ""),
        pen_name=request.POST.get("pen_name", ""),
        at=timezone.now(),
    )
    if given.state == given.State.WAITING:
        messages.success(request, _("Thank you. Your review is shown as soon as a librarian has looked at it."))
    else:
        messages.success(request, _("Thank you. Your rating counts."))
    return _back(bib_id)


@action()
@login_required
def withdraw(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take back what one has said of a title."""
    opinions.withdraw(patron=person_of(request), bib_id=bib_id)
    messages.success(request, _("Your rating and your review are gone."))
    return _back(bib_id)


@action()
@login_required
def tag(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Give tags to a title; commas part them."""
    names = request.POST.get("tags", "")[:500].split(",")
    given = opinions.tag(patron=person_of(request), bib_id=bib_id, names=names, at=timezone.now())
    if all(one.state == one.State.SHOWN for one in given):
        messages.success(request, _("Thank you. The tag is there."))
    else:
        messages.success(request, _("Thank you. Others see a new tag as soon as a librarian has looked at it."))
    return _back(bib_id)


@action()
@login_required
def untag(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Take one's own tag off a title."""
    tag_id = (pages.chosen([request.POST.get("tag", "")]) or [0])[0]
    opinions.untag(patron=person_of(request), bib_id=bib_id, tag_id=tag_id)
    return _back(bib_id)


@action()
@login_required
def report(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """Tell the library that a review shouldn't be there."""
    complaint = opinions.complain(
        patron=person_of(request), opinion_id=opinion_id, reason=request.POST.get("reason", ""), at=timezone.now()
    )
    messages.success(request, _("Thank you. A librarian looks at it."))
    return _back(complaint.opinion.bib_id if complaint.opinion else 0)


def _back(bib_id: int) -> HttpResponse:
    return redirect(f"{reverse('opac:record', args=[bib_id])}#voice")


@page()
def tagged(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Titles that readers have given a tag."""
    tag = queries.shown_tag(tag_id)
    found = Paginator(queries.titles_with(tag), TITLES_A_PAGE).get_page(request.GET.get("page"))
    rows = catalog.rows(list(found.object_list))
    context = {"tag": tag, "rows": rows, "total": found.paginator.count, **pages.pager(found)}
    return render(request, "voice/tagged.html", context)


@page()
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What one has said of titles, and what became of it."""
    person = person_of(request)
    context = {
        "opinions": queries.opinions_of(person)[:200],
        "taggings": queries.taggings_of(person)[:200],
        "problems": queries.problems_of(person)[:50],
    }
    return render(request, "voice/mine.html", context)


@page()
@login_required
def ask_forget(request: HttpRequest) -> HttpResponse:
    """Are you sure?"""
    return render(request, "voice/forget.html")


@action()
@login_required
def forget(request: HttpRequest) -> HttpResponse:
    """All that the person has made is gone."""
    opinions.forget(patron=person_of(request))
    messages.success(request, _("Your lists, ratings, reviews and tags are deleted."))
    return redirect("voice:mine")


# Problems ------------------------------------------------------------------------------------------------------------
@page()
def problem(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Say what is wrong with a record."""
    form = forms.ProblemReport(is_known=isinstance(request.user, Patron))
    return render(request, "voice/problem.html", {"bib": catalog.bib(bib_id), "form": form})


@action()
def send_problem(request: HttpRequest, bib_id: int) -> HttpResponse:
    """Hand the report in. Machines, which fill in every field, are thanked and not heard."""
    person = request.user if isinstance(request.user, Patron) else None
    form = forms.ProblemReport(request.POST, is_known=person is not None)
    if not form.is_valid():
        context = {"bib": catalog.bib(bib_id), "form": form}
        return render(request, "voice/problem.html", context, status=422)
    told = form.cleaned_data
    if not told["website"]:
        problems.report(
            bib_id=bib_id,
            about=told["about"],
            text=told["text"],
            patron=person,
            name=told.get("name", ""),
            address=told.get("address", ""),
            language=get_language() or "",
            source="" if person else _source(request),
            at=timezone.now(),
        )
    if (person and person.email) or told.get("address"):
        messages.success(request, _("Thank you. We look at it and write to you."))
    else:
        messages.success(request, _("Thank you. We look at it."))
    return redirect("opac:record", bib_id)


def _source(request: HttpRequest) -> str:
    """Tells one visitor from another, for today only, without saying who it is."""
    address = AnonRateThrottle("1/s").get_ident(request) or ""
    said = f"{timezone.localdate()} {address}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]

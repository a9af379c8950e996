from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.catalog import queries as catalog
from pustaka.foundation.errors import Invalid
from pustaka.interfaces.web.lists import basket, pages
from pustaka.interfaces.web.requests import action, page, person_of
from pustaka.patrons.models import Patron
from pustaka.readers import queries
from pustaka.readers.models import BookList, Signed
from pustaka.readers.services import lists, opinions

REMOVED = "lists.removed"
ONE = "lists/one.html"


@page()
def mine(request: HttpRequest) -> HttpResponse:
    """One's own lists; without an account what is put together in this browser."""
    if not isinstance(request.user, Patron):
        rows = catalog.rows(basket.content(request.session))
        return render(request, "lists/basket.html", {"rows": rows, "most": basket.MOST})
    found = Paginator(queries.lists_of(request.user), pages.LISTS_A_PAGE).get_page(request.GET.get("page"))
    limits = {"most_lists": lists.MOST_LISTS, "most_entries": lists.MOST_ENTRIES}
    return render(request, "lists/mine.html", {"lists": found, **limits, **pages.pager(found)})


@page()
def public(request: HttpRequest) -> HttpResponse:
    """Lists that people have put together for everyone."""
    found = Paginator(queries.public_lists(), pages.LISTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "lists/public.html", {"lists": found, **pages.pager(found)})


@page()
def one(request: HttpRequest, list_id: int) -> HttpResponse:
    """A list to work on, for its owner; for everyone else a public one to read."""
    if isinstance(request.user, Patron) and queries.lists_of(request.user).filter(pk=list_id).exists():
        return _own(request, list_id)
    return _read(request, queries.public_list(list_id))


def _own(request: HttpRequest, list_id: int) -> HttpResponse:
    found = queries.own_list(person_of(request), list_id)
    removed = request.session.get(REMOVED, {})
    context = {
        **pages.entries_page(request, found),
        "ways": pages.ways_of(found),
        "visibilities": BookList.Visibility.choices,
        "signings": Signed.As.choices,
        "link": request.build_absolute_uri(reverse("lists:shared", args=[found.token])) if found.token else "",
        "removed": removed.get("entries", []) if removed.get("list") == found.pk else [],
        "most_note": lists.MOST_NOTE,
    }
    return render(request, ONE, context)


def _read(request: HttpRequest, found: BookList, *, token: str = "") -> HttpResponse:
    context = {
        **pages.entries_page(request, found),
        "ways": pages.ways_of(found, token=token),
        "token": token,
        "is_own": request.user == found.patron,
    }
    answer = render(request, "lists/read.html", context)
    if token:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@page()
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A list that somebody shares by its link."""
    return _read(request, queries.list_by_token(token), token=token)


# Putting titles on lists ---------------------------------------------------------------------------------------------
@page()
def add(request: HttpRequest) -> HttpResponse:
    """On which list? A page, or a fragment beside the title."""
    wanted = pages.chosen(request.GET.getlist("bib"))[: lists.MOST_ENTRIES]
    titles = {bib.pk: bib for bib in catalog.titles(wanted)}
    found = []
    if isinstance(request.user, Patron):
        found = queries.lists_for_adding(request.user, wanted[0] if len(wanted) == 1 else 0)
    context = {"titles": [titles[pk] for pk in wanted if pk in titles], "lists": found, "most": basket.MOST}
    fragment = "#choices" if request.headers.get("HX-Request") else ""
    return render(request, f"lists/add.html{fragment}", context)


@action()
def put(request: HttpRequest) -> HttpResponse:
    """Put titles on a list, on a new one, or, without an account, into the basket."""
    wanted = pages.chosen(request.POST.getlist("bib"))
    if not isinstance(request.user, Patron):
        basket.put(request.session, wanted)
        messages.success(request, _("Kept in this browser. Sign in, and it becomes a list of yours."))
        return redirect("lists:mine")
    if not wanted:
        raise Invalid(_("Choose at least one title first."))
    if request.POST.get("list", "new") == "new":
        title = request.POST.get("title", "").strip() or _("My list")
        made = lists.create(owner=request.user, title=title, bib_ids=wanted, at=timezone.now())
        messages.success(request, _("The list “%(title)s” is there.") % {"title": made.title})
        return redirect("lists:one", made.pk)
    number = pages.chosen([request.POST["list"]])
    added = lists.add(owner=request.user, list_id=number[0] if number else 0, bib_ids=wanted, at=timezone.now())
    said = ngettext("%(new)d title is on “%(title)s” now.", "%(new)d titles are on “%(title)s” now.", added.new)
    if not added.new:
        said = _("That was on “%(title)s” already.")
    messages.success(request, said % {"new": added.new, "title": added.book_list.title})
    if len(wanted) == 1:
        return redirect("opac:record", wanted[0])
    return redirect("lists:one", added.book_list.pk)


@action()
def clear_basket(request: HttpRequest) -> HttpResponse:
    """Take titles out of the basket; all of them, where none is named."""
    basket.take_out(request.session, pages.chosen(request.POST.getlist("bib")))
    return redirect("lists:mine")


# One's own list ------------------------------------------------------------------------------------------------------
@action()
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """A new list without titles."""
    made = lists.create(owner=person_of(request), title=request.POST.get("title", ""), at=timezone.now())
    return redirect("lists:one", made.pk)


@action()
@login_required
def describe(request: HttpRequest, list_id: int) -> HttpResponse:
    """Another name and description."""
    lists.describe(
        owner=person_of(request),
        list_id=list_id,
        title=request.POST.get("title", ""),
        description=request.POST.get("description", ""),
        at=timezone.now(),
    )
    messages.success(request, _("Saved."))
    return redirect("lists:one", list_id)


@action()
@login_required
def share(request: HttpRequest, list_id: int) -> HttpResponse:
    """Who sees the list, and under which name."""
    found = lists.share(
        owner=person_of(request),
        list_id=list_id,
        visibility=request.POST.get("visibility", ""),
        signed_as=request.POST.get("signed_as", ""),
        pen_name=request.POST.get("pen_name", ""),
        at=timezone.now(),
    )
    said = {
        "private": _("Only you see this list now. Links that you gave out lead nowhere any more."),
        "link": _("Whoever has the link can read the list now."),
        "public": _("Everyone finds this list in the catalogue now."),
    }
    messages.success(request, said[found.visibility])
    return redirect(f"{reverse('lists:one', args=[list_id])}#sharing")


@action()
@login_required
def renew(request: HttpRequest, list_id: int) -> HttpResponse:
    """Another link; the old one leads nowhere from now on."""
    lists.renew_link(owner=person_of(request), list_id=list_id, at=timezone.now())
    messages.success(request, _("There is a new link. The old one leads nowhere any more."))
    return redirect(f"{reverse('lists:one', args=[list_id])}#sharing")


@action()
@login_required
def copy(request: HttpRequest, list_id: int) -> HttpResponse:
    """A list of one's own out of another one."""
    person = person_of(request)
    own = queries.lists_of(person).filter(pk=list_id).select_related("patron").first()
    return _copied(request, own or queries.public_list(list_id))


@action()
@login_required
def copy_shared(request: HttpRequest, token: str) -> HttpResponse:
    """A list of one's own out of one that is shared by link."""
    return _copied(request, queries.list_by_token(token))


def _copied(request: HttpRequest, source: BookList) -> HttpResponse:
    title = _("%(title)s (copy)") % {"title": source.title[:130]}
    made = lists.copy(owner=person_of(request), source=source, title=title, at=timezone.now())
    messages.success(request, _("This copy is yours. Change it as you like."))
    return redirect("lists:one", made.pk)


@page()
@login_required
def ask_delete(request: HttpRequest, list_id: int) -> HttpResponse:
    """Are you sure?"""
    found = queries.own_list(person_of(request), list_id)
    return render(request, "lists/delete.html", {"book_list": found, "total": queries.count_entries(found)})


@action()
@login_required
def delete(request: HttpRequest, list_id: int) -> HttpResponse:
    """The list is gone."""
    title = lists.delete(owner=person_of(request), list_id=list_id)
    messages.success(request, _("The list “%(title)s” is deleted.") % {"title": title})
    return redirect("lists:mine")


@action()
@login_required
def move(request: HttpRequest, list_id: int) -> HttpResponse:
    """Move an entry: by steps (`move=12:-1`), or right before another one (`entry=12`, `before=7` or nothing)."""
    person, at = person_of(request), timezone.now()
    entry, _colon, steps = request.POST.get("move", "").partition(":")
    if entry:
        by = int(steps) if steps.removeprefix("-").isdecimal() and len(steps) < 6 else 0
        lists.move_by(owner=person, list_id=list_id, entry_id=(pages.chosen([entry]) or [0])[0], steps=by, at=at)
    else:
        moved = (pages.chosen([request.POST.get("entry", "")]) or [0])[0]
        before = next(iter(pages.chosen([request.POST.get("before", "")])), None)
        lists.move(owner=person, list_id=list_id, entry_id=moved, before=before, at=at)
    return _entries(request, list_id)


def _entries(request: HttpRequest, list_id: int) -> HttpResponse:
    """The entries anew, where only they are asked for; else their page."""
    if not request.headers.get("HX-Request"):
        number = request.POST.get("page", "1")
        return redirect(f"{reverse('lists:one', args=[list_id])}{f'?page={number}' if number.isdecimal() else ''}")
    found = queries.own_list(person_of(request), list_id)
    return render(request, f"{ONE}#entries", {**pages.entries_page(request, found), "most_note": lists.MOST_NOTE})


@action()
@login_required
def note(request: HttpRequest, list_id: int) -> HttpResponse:
    """A note on an entry."""
    lists.note(
        owner=person_of(request),
        list_id=list_id,
        entry_id=(pages.chosen([request.POST.get("entry", "")]) or [0])[0],
        text=request.POST.get("note", ""),
        at=timezone.now(),
    )
    return _entries(request, list_id)


@action()
@login_required
def remove(request: HttpRequest, list_id: int) -> HttpResponse:
    """Take entries off the list; the next page offers to put them back."""
    gone = lists.remove(
        owner=person_of(request),
        list_id=list_id,
        entry_ids=pages.chosen(request.POST.getlist("entry")),
        at=timezone.now(),
    )
    if gone:
        request.session[REMOVED] = {"list": list_id, "entries": [asdict(one) for one in gone]}
    else:
        messages.warning(request, _("Choose at least one title first."))
    return redirect("lists:one", list_id)


@action()
@login_required
def restore(request: HttpRequest, list_id: int) -> HttpResponse:
    """Put back what was taken off last."""
    kept = request.session.pop(REMOVED, {})
    entries = [lists.Removed(**one) for one in kept.get("entries", [])] if kept.get("list") == list_id else []
    count = lists.restore(owner=person_of(request), list_id=list_id, removed=entries, at=timezone.now())
    if count:
        said = ngettext("%(count)d title is back where it was.", "%(count)d titles are back where they were.", count)
        messages.success(request, said % {"count": count})
    return redirect("lists:one", list_id)


# Taking it along -----------------------------------------------------------------------------------------------------
@page()
def print_one(request: HttpRequest, list_id: int) -> HttpResponse:
    """The whole list on paper."""
    return _printed(request, _readable(request, list_id))


@page()
def print_shared(request: HttpRequest, token: str) -> HttpResponse:
    """The whole list on paper, by its link."""
    return _printed(request, queries.list_by_token(token))


def _printed(request: HttpRequest, found: BookList) -> HttpResponse:
    placed = queries.placed(list(queries.entries(found)))
    return render(request, "lists/print.html", {"book_list": found, "placed": placed, "now": timezone.localtime()})


@page()
def cite(request: HttpRequest, list_id: int) -> HttpResponse:
    """The list as a bibliography."""
    return _cited(request, _readable(request, list_id))


@page()
def cite_shared(request: HttpRequest, token: str) -> HttpResponse:
    """The list as a bibliography, by its link."""
    return _cited(request, queries.list_by_token(token), token=token)


def _cited(request: HttpRequest, found: BookList, *, token: str = "") -> HttpResponse:
    context = pages.bibliography(found, pages.ways_of(found, token=token), request.GET.get("style", "apa"))
    if request.GET.get("form") == "text":
        lines = "".join(f"{reference.text}\n\n" for reference in context["references"])
        answer = HttpResponse(lines, content_type="text/plain; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="pustaka.txt"'
    else:
        answer = render(request, "opac/bibliography.html", context)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@page()
def export(request: HttpRequest, list_id: int, ending: str) -> StreamingHttpResponse:
    """The list as a file."""
    return pages.file_of(_readable(request, list_id), ending)


@page()
def export_shared(request: HttpRequest, token: str, ending: str) -> StreamingHttpResponse:
    """The list as a file, by its link."""
    return pages.file_of(queries.list_by_token(token), ending)


def _readable(request: HttpRequest, list_id: int) -> BookList:
    """One's own list or a public one."""
    own = None
    if isinstance(request.user, Patron):
        own = queries.lists_of(request.user).filter(pk=list_id).select_related("patron").first()
    return own or queries.public_list(list_id)


@action()
@login_required
def report(request: HttpRequest, list_id: int) -> HttpResponse:
    """Tell the library that a public list shouldn't be there."""
    opinions.complain(
        patron=person_of(request), list_id=list_id, reason=request.POST.get("reason", ""), at=timezone.now()
    )
    messages.success(request, _("Thank you. A librarian looks at it."))
    return redirect("lists:one", list_id)

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pustaka.interfaces.web.lists.pages import pager
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.notices import preview
from pustaka.notices import queries, services
from pustaka.notices.kinds import kind as kind_of
from pustaka.notices.models import Delivery
from pustaka.notices.permissions import Permission

ROWS_A_PAGE = 50


@page(Permission.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What waits, what went out and what failed."""
    state = request.GET.get("state", "")
    state = state if state in Delivery.State.values else ""
    found = Paginator(queries.deliveries(state), ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = queries.count_by_state()
    context = {
        "deliveries": found,
        "state": state,
        "states": [(value, label, counts[value]) for value, label in Delivery.State.choices],
        "failed_total": counts["failed"],
        "folder": "" if settings.EMAIL_HOST else settings.EMAIL_FILE_PATH,
        **pager(found, extra=f"&state={state}" if state else ""),
    }
    return render(request, "staff/notices/deliveries.html", context)


@action(Permission.SEE_DELIVERIES)
def try_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Let a letter go out now."""
    services.try_again(delivery_id=delivery_id, at=timezone.now(), by=actor_of(request))
    messages.success(request, _("The letter goes out within some seconds. Look at the list again then."))
    return redirect("staff:letters")


@page(Permission.WRITE)
def all_words(request: HttpRequest) -> HttpResponse:
    """Every kind of letter in every language."""
    return render(request, "staff/notices/all_words.html", {"words": queries.all_words(), "names": queries.LANGUAGES})


@page(Permission.WRITE)
def words(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """What one kind of letter says in one language, to be changed."""
    found = queries.words(kind_of(kind), language)
    return _page(request, kind, language, subject=found.subject, text=found.text)


@action(Permission.WRITE)
def save_words(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Save the words, or show them filled in first."""
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")
    problem = preview.problem_with(kind_of(kind), subject, text)
    if problem or request.POST.get("do") == "preview":
        return _page(request, kind, language, subject=subject, text=text, problem=problem, shows_preview=not problem)
    services.write(
        kind_code=kind, language=language, subject=subject, text=text, at=timezone.now(), by=actor_of(request)
    )
    messages.success(request, _("Saved. The next letters say it this way."))
    return redirect("staff:letter_words")


@action(Permission.WRITE)
def default_words(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to the words of the product."""
    services.restore_default(kind_code=kind, language=language, by=actor_of(request))
    messages.success(request, _("The letter has its first words again."))
    return redirect("staff:letter_words_of", kind, language)


def _page(
    request: HttpRequest, kind: str, language: str, *, subject: str, text: str, problem: str = "",
    shows_preview: bool = True,
) -> HttpResponse:  # fmt: skip
    found = queries.words(kind_of(kind), language)
    with translation.override(language):
        shown = preview.of(found.kind, subject, text) if shows_preview else None
    context = {
        "words": found,
        "language_name": queries.LANGUAGES.get(language, language),
        "subject": subject,
        "text": text,
        "problem": problem,
        "preview": shown,
    }
    return render(request, "staff/notices/words.html", context, status=422 if problem else 200)

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pustaka.interfaces.web.lists.pages import chosen, pager
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.readers import queries
from pustaka.readers.models import Problem
from pustaka.readers.permissions import Permission
from pustaka.readers.services import moderation as decisions
from pustaka.readers.services import problems as reports

WAITING_SHOWN, ROWS_A_PAGE = 20, 50


@page(Permission.MODERATE)
def moderation(request: HttpRequest) -> HttpResponse:
    """What waits for a decision: reviews, tags, and complaints."""
    reviews, tags, complaints = queries.waiting_reviews(), queries.waiting_tags(), queries.open_complaints()
    context = {
        "reviews": reviews[:WAITING_SHOWN],
        "reviews_total": reviews.count(),
        "tags": tags[:WAITING_SHOWN],
        "tags_total": tags.count(),
        "known_tags": queries.tags_to_merge_into()[:500],
        "complaints": complaints[:WAITING_SHOWN],
        "decisions": queries.decisions()[:5],
    }
    return render(request, "staff/readers/moderation.html", context)


@page(Permission.MODERATE)
def history(request: HttpRequest) -> HttpResponse:
    """Who decided what, and why."""
    found = Paginator(queries.decisions(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "staff/readers/history.html", {"decisions": found, **pager(found)})


@action(Permission.MODERATE)
def decide_review(request: HttpRequest, opinion_id: int) -> HttpResponse:
    """Show a review, or don't."""
    decisions.decide_review(
        opinion_id=opinion_id,
        is_shown=request.POST.get("verdict") == "show",
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:moderation")


@action(Permission.MODERATE)
def decide_tag(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Show a tag, don't, or make it another spelling of one that is shown."""
    at, by = timezone.now(), actor_of(request)
    if request.POST.get("verdict") == "merge":
        into = (chosen([request.POST.get("into", "")]) or [0])[0]
        decisions.merge_tags(tag_id=tag_id, into_id=into, at=at, by=by)
    else:
        is_shown = request.POST.get("verdict") == "show"
        decisions.decide_tag(tag_id=tag_id, is_shown=is_shown, name=request.POST.get("name", ""), at=at, by=by)
    return redirect("staff:moderation")


@action(Permission.MODERATE)
def decide_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """Leave a public list, or take it down."""
    decisions.decide_list(
        list_id=list_id,
        is_shown=request.POST.get("verdict") == "show",
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("staff:moderation")


@page(Permission.ANSWER)
def problems(request: HttpRequest) -> HttpResponse:
    """What readers report about records: what is open, or what is in one state."""
    state = request.GET.get("state", "")
    state = state if state in Problem.State.values else ""
    found = Paginator(queries.problems(state), ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = queries.count_problems()
    context = {
        "problems": found,
        "state": state,
        "states": [(value, label, counts[value]) for value, label in Problem.State.choices],
        "open_total": counts["new"] + counts["looked_at"],
        **pager(found, extra=f"&state={state}" if state else ""),
    }
    return render(request, "staff/readers/problems.html", context)


@page(Permission.ANSWER)
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """One report, to be answered."""
    context = {"problem": queries.problem(problem_id), "states": Problem.State.choices}
    return render(request, "staff/readers/problem.html", context)


@action(Permission.ANSWER)
def answer(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Say how far it is with a report."""
    told = reports.answer(
        problem_id=problem_id,
        state=request.POST.get("state", ""),
        text=request.POST.get("answer", ""),
        at=timezone.now(),
        by=actor_of(request),
    )
    if told.state == Problem.State.ANSWERED and told.has_address:
        messages.success(request, _("The answer is on its way."))
    else:
        messages.success(request, _("Saved."))
    return redirect("staff:problems")

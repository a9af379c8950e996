from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Question, Reply
from pustaka.catalog.permissions import Permission
from pustaka.catalog.services import questions, targets
from pustaka.interfaces.web.requests import action, actor_of, page
from pustaka.interfaces.web.staff.catalog.copying import forms
from pustaka.interfaces.web.staff.catalog.copying.wording import compared, plain

HERE = "staff/catalog/copying"
ANSWERS = f"{HERE}/answers.html"


@page(Permission.EDIT)
def start(request: HttpRequest) -> HttpResponse:
    """The box for the next question, and the last ones."""
    return render(request, f"{HERE}/start.html", _start(forms.Ask()))


@action(Permission.EDIT)
def ask(request: HttpRequest) -> HttpResponse:
    """Put a question to all active targets; their answers appear as they come."""
    form = forms.Ask(request.POST)
    if not form.is_valid():
        return render(request, f"{HERE}/start.html", _start(form), status=422)
    told = form.cleaned_data
    question = questions.ask(text=told["text"], by_what=told["by_what"], at=timezone.now(), by=actor_of(request))
    return redirect("staff:copy_answers", question.pk)


@page(Permission.EDIT)
def answers(request: HttpRequest, question_id: int) -> HttpResponse:
    """What has been answered so far."""
    is_part = request.headers.get("HX-Target") == "answers"
    context = _answers(catalog.question(question_id))
    answer = render(request, f"{ANSWERS}#answers" if is_part else ANSWERS, context)
    patch_vary_headers(answer, ["HX-Target"])
    return answer


@page(Permission.EDIT)
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """One record that is offered, by itself or beside ours or another one (`against`)."""
    found = catalog.offer(offer_id)
    siblings = catalog.same_edition(found)
    known = [one.matched_id for one in (found, *siblings) if one.matched_id]
    ours = next(iter(catalog.titles(known[:1])), None)
    against = request.GET.get("against") or ("ours" if ours else "")
    record = questions.adopted(offer=found)
    other = next((one for one in siblings if str(one.pk) == against), None)
    if against == "ours" and ours:
        rows = compared(catalog.record_of(ours), record)
    elif other:
        rows = compared(questions.adopted(offer=other), record)
    else:
        against, rows = "", plain(record)
    context = {
        "offer": found,
        "siblings": siblings,
        "ours": ours,
        "other": other,
        "against": against,
        "rows": [row for row in rows if row.state != "same"],
        "same": [row for row in rows if row.state == "same"],
    }
    return render(request, f"{HERE}/offer.html", context)


@action(Permission.EDIT)
def take(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take the record over as a draft."""
    draft_id = questions.take(offer_id=offer_id, at=timezone.now(), by=actor_of(request))
    return redirect("staff:draft", draft_id)


@action(Permission.EDIT)
def pour(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Put the chosen fields into our title."""
    form = forms.Pour(request.POST)
    if not form.is_valid():
        return redirect("staff:copy_offer", offer_id)
    told = form.cleaned_data
    bib = questions.pour(
        offer_id=offer_id,
        bib_id=told["bib"],
        version=told["version"],
        chosen=form.chosen,
        at=timezone.now(),
        by=actor_of(request),
    )
    return redirect("opac:record", bib.pk)


def _start(form: forms.Ask) -> dict[str, Any]:
    return {
        "form": form,
        "targets": [target for target in catalog.targets() if target.is_active],
        "problems": targets.problems(),
        "recent": catalog.recent_questions(),
    }


def _answers(question: Question) -> dict[str, Any]:
    replies = catalog.replies(question)
    waiting = sum(reply.state == Reply.State.WAITING for reply in replies)
    is_over = timezone.now() > question.deadline_at
    return {
        "question": question,
        "form": forms.Ask(initial={"by_what": question.by if question.by in {"title", "author"} else ""}),
        "replies": replies,
        "editions": catalog.editions(question),
        "waiting": waiting,
        "ended": len(replies) - waiting,
        "is_running": bool(waiting) and not is_over,
        "is_over": is_over,
    }

"""What readers report about records, and what the library answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.notices import queries as notices
from pustaka.notices import services as letters
from pustaka.patrons.models import Patron
from pustaka.readers.kinds import PROBLEM_ANSWERED
from pustaka.readers.models import Problem
from pustaka.readers.permissions import Permission
from pustaka.readers.services.opinions import TooMany

State = Problem.State

MOST_TEXT = 2_000
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR, MOST_OF_VISITOR_AN_HOUR = 10, 5
SOURCE_KEPT_FOR = timedelta(days=1)
REPORTER_KEPT_FOR = timedelta(days=365)


@transaction.atomic
def report(
    *, bib_id: int, about: str, text: str, patron: Patron | None = None, name: str = "", address: str = "",
    language: str = "", source: str = "", at: datetime,
) -> Problem:  # fmt: skip
    """Tell the library that something is wrong with a record.

    Args:
        name, address: of a visitor who wants an answer; a person with an account has theirs.
        source: tells one visitor from another; empty for a person with an account.

    Raises:
        NotFound: there is no such title.
        Invalid: nothing is said, or far too much.
        TooMany: more than anybody finds in an hour.
    """
    bib = catalog.bib(bib_id)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("Write in a few words what is wrong, so that we can mend it."))
    if len(text) > MOST_TEXT:
        raise Invalid(_("A report has at most %(most)d letters.") % {"most": MOST_TEXT})
    lately = Problem.objects.filter(reported_at__gt=at - AN_HOUR)
    lately = lately.filter(patron=patron) if patron else lately.filter(patron=None, source=source)
    if lately.count() >= (MOST_AN_HOUR if patron else MOST_OF_VISITOR_AN_HOUR):
        raise TooMany(_("Thank you, that is very much at once. Report the rest in an hour, or tell the desk."))
    return Problem.objects.create(
        bib_id=bib.pk, title=bib.title[:300], about=about if about in Problem.About.values else Problem.About.OTHER,
        text=text, patron=patron, name="" if patron else name.strip()[:200], address="" if patron else address.strip(),
        language=language[:5], source="" if patron else source[:32], reported_at=at, changed_at=at,
    )  # fmt: skip


@transaction.atomic
def answer(*, problem_id: int, state: str, text: str = "", at: datetime, by: Actor) -> Problem:
    """Say how far it is with a report; an answer goes to whoever reported it, if there is an address.

    Raises:
        NotPermitted: `by` may not answer reports.
        NotFound: the report is gone.
        Invalid: there is no such state, or the answer has no words.
    """
    by.require(Permission.ANSWER)
    problem = Problem.objects.select_for_update(of=("self",)).select_related("patron").filter(pk=problem_id).first()
    if problem is None:
        raise NotFound(_("There is no report %(number)s.") % {"number": problem_id})
    text = text.replace("\r\n", "\n").strip()[:MOST_TEXT]
    if state not in State.values:
        raise Invalid(_("Choose what shall become of the report."))
    if state == State.ANSWERED and not text:
        raise Invalid(_("Write the answer first; or close the report without one."))
    problem.state, problem.answer = state, text if state == State.ANSWERED else problem.answer
    problem.changed_at, problem.changed_by = at, by.name[:200]
    problem.save()
    if state == State.ANSWERED:
        _tell(problem, at)
    return problem


def _tell(problem: Problem, at: datetime) -> None:
    values = {
        "title": problem.title,
        "report": problem.text,
        "answer": problem.answer,
        "address": notices.address_of("record", bib_id=problem.bib_id),
    }
    key = f"problem:{problem.pk}:{problem.changed_at.isoformat()}"
    news = letters.News(
        key=key, patron=problem.patron, address=problem.address, name=problem.name, values=values,
        language=problem.language if not problem.patron else "",
    )  # fmt: skip
    letters.tell(kind_code=PROBLEM_ANSWERED.code, news=[news], at=at)


def forget_reporters(*, at: datetime) -> int:
    """Forget where visitors came from after a day, and who reported what after a year; say of how many reports."""
    sources = Problem.objects.exclude(source="").filter(reported_at__lt=at - SOURCE_KEPT_FOR).update(source="")
    old = Problem.objects.filter(reported_at__lt=at - REPORTER_KEPT_FOR, state__in=[State.ANSWERED, State.CLOSED])
    return sources + old.exclude(patron=None, name="", address="").update(patron=None, name="", address="")


def follow_merge(*, gone_id: int, kept_id: int) -> None:
    """One title has been poured into another: what was reported of it is told of that one."""
    Problem.objects.filter(bib_id=gone_id).update(bib_id=kept_id)

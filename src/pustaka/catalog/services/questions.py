"""Questions to other catalogues, and what is done with the records that they offer.

    ask → (threads of this process ask every target) → replies with offers → take, or pour into ours

A question, its replies and its offers are rows, so that any process can show how far it is; they are forgotten after a
while.
"""

import logging
import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils.translation import gettext as _

from pustaka.catalog import adopting, comparing, derive, queries, rules
from pustaka.catalog.matching import Matcher, candidate_of, is_same
from pustaka.catalog.models import Bib, Offer, Question, Reply, Target
from pustaka.catalog.permissions import Permission
from pustaka.catalog.ports import Ask, Query
from pustaka.catalog.services import drafts, records, targets
from pustaka.catalog.side_by_side import GRACE_S, Call, Outcome
from pustaka.catalog.side_by_side import ask as ask_side_by_side
from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid
from pustaka.standards import identifiers, marc

log = logging.getLogger(__name__)

LEAST_LETTERS = 3
TRIAL = "indonesia"  # what a target is asked on trial; every catalogue has it in a title


@transaction.atomic
def ask(*, text: str, by_what: str = "", at: datetime, by: Actor) -> Question:
    """Put a question to all active targets; the answers come in the background.

    Args:
        text: an ISBN or ISSN as scanned or typed, or words.
        by_what: "title" or "author" for words; "" finds out, and takes words for a title.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        Invalid: nothing that can be asked for, or nobody to ask.
    """
    by.require(Permission.EDIT)
    kind, terms = _understood(text, by_what)
    asked = list(queries.targets().filter(is_active=True))
    if not asked:
        raise Invalid(_("No other catalogue is switched on. Somebody who may set targets up can do that."))
    return _put(kind, text, terms, asked, at=at, by=by)


@transaction.atomic
def try_out(*, target_id: int, at: datetime, by: Actor) -> Question:
    """Ask one target on trial, active or not, for a word that every catalogue has in a title.

    Raises:
        NotPermitted: `by` may not say who is asked.
        NotFound: the target is gone.
    """
    by.require(Permission.CONFIGURE_TARGETS)
    target = queries.target(target_id)
    return _put(Ask.TITLE, TRIAL, [TRIAL], [target], at=at, by=by, is_trial=True)


def run(*, question_id: int) -> None:
    """Ask, and write down what comes as it comes. Replies that are there already stay."""
    question = queries.question(question_id)
    waiting = list(question.replies.filter(state=Reply.State.WAITING).select_related("target"))
    calls = [
        Call(
            key=reply.pk,
            source=targets.source_of(protocol=reply.target.protocol),
            place=targets.place_of(target=reply.target),
            most=1 if question.is_trial else reply.target.most_records,
            timeout_s=reply.timeout_s,
        )
        for reply in waiting
        if reply.target is not None
    ]
    replies = {reply.pk: reply for reply in waiting}
    for outcome in ask_side_by_side(calls, Query(Ask(question.by), tuple(question.terms))):
        _write_down(replies[outcome.key], outcome)


@transaction.atomic
def take(*, offer_id: int, at: datetime, by: Actor) -> int:
    """Take an offered record over as a draft of a new title; its id.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the offer is forgotten already.
    """
    by.require(Permission.EDIT)
    offer = queries.offer(offer_id)
    origin = f"{offer.reply.name}, {offer.reply.question.text}"
    return drafts.begin(record=adopted(offer=offer), origin=origin, at=at, by=by)


@transaction.atomic
def pour(*, offer_id: int, bib_id: int, version: int, chosen: Collection[int], at: datetime, by: Actor) -> Bib:
    """Put the chosen fields of an offered record into a title of ours; `chosen` are numbers of `comparing.rows`.

    Raises:
        NotPermitted: `by` may not edit the catalogue.
        NotFound: the offer or the title is gone.
        StaleRecord: somebody else has saved the title since the two were compared.
        Invalid: nothing was chosen.
    """
    by.require(Permission.EDIT)
    theirs = adopted(offer=queries.offer(offer_id))
    ours = queries.record_of(queries.bib(bib_id))
    if not chosen:
        raise Invalid(_("Choose at least one field that shall come into our record."))
    try:
        record = comparing.poured(ours, theirs, chosen)
    except ValueError as error:
        raise Invalid(_("The two records have changed meanwhile. Compare them again.")) from error
    return records.change(bib_id=bib_id, record=record, version=version, at=at, by=by)


def adopted(*, offer: Offer) -> marc.Record:
    """The offered record as it would come into our catalogue."""
    return adopting.adopted(marc.load(bytes(offer.marc)), organization=offer.reply.organization)


@transaction.atomic
def forget(*, before: datetime) -> int:
    """Delete the questions that were asked before that moment, with all answers, and say how many."""
    old = Question.objects.filter(asked_at__lt=before)
    count = old.count()
    old.delete()
    return count


# --- Asking ----------------------------------------------------------------------------------------------------------


def _understood(text: str, by_what: str) -> tuple[Ask, list[str]]:
    """By what is asked, and for which terms; an ISBN in both its lengths, as old records have the short one."""
    text = rules.one_line(text)[:300]
    if by_what not in {Ask.TITLE, Ask.AUTHOR}:
        if isbn := identifiers.isbn13(text):
            short = identifiers.isbn10(isbn)
            return Ask.ISBN, [isbn, short] if short else [isbn]
        if issn := identifiers.issn(text):
            return Ask.ISSN, [issn]
        if wrong := identifiers.isbn_loose(text):
            raise Invalid(
                _("%(number)s is no right ISBN: its last digit doesn't fit. Scan it again, or ask for the title.")
                % {"number": wrong}
            )
    if len(rules.fold(text).replace(" ", "")) < LEAST_LETTERS:
        raise Invalid(_("Scan or type an ISBN or ISSN, or at least three letters of the title."))
    return (Ask.AUTHOR if by_what == Ask.AUTHOR else Ask.TITLE), [text]


def _put(
    kind: Ask,
    text: str,
    terms: Sequence[str],
    asked: Sequence[Target],
    *,
    at: datetime,
    by: Actor,
    is_trial: bool = False,
) -> Question:
    patience = max(target.timeout_s for target in asked) + GRACE_S
    question = Question.objects.create(
        by=kind.value,
        text=rules.one_line(text)[:300],
        terms=list(terms),
        is_trial=is_trial,
        asked_at=at,
        asked_by=by.name[:200],
        deadline_at=at + timedelta(seconds=patience),
    )
    Reply.objects.bulk_create(
        Reply(
            question=question,
            target=target,
            name=target.name,
            organization=target.organization,
            position=position,
            timeout_s=target.timeout_s,
        )
        for position, target in enumerate(asked, 1)
    )
    transaction.on_commit(lambda: _beside(question.pk))
    return question


def _beside(question_id: int) -> None:
    """Ask in a thread of this process: a person waits, and the worker may be busy with an import."""
    threading.Thread(target=_run_and_leave, args=(question_id,), name=f"question-{question_id}", daemon=True).start()


def _run_and_leave(question_id: int) -> None:
    try:
        run(question_id=question_id)
    except Exception:
        log.exception("question %s broke", question_id)
    finally:
        connections.close_all()


@transaction.atomic
def _write_down(reply: Reply, outcome: Outcome) -> None:
    reply.took_ms = outcome.took_ms
    if outcome.answer is None:
        reply.state = Reply.State.FAILED
        reply.failure = outcome.failure or ""
        reply.detail = rules.one_line(outcome.detail)[:300]
    else:
        reply.state = Reply.State.ANSWERED
        reply.total = min(outcome.answer.total, 2**31 - 1)
        read = [read for read in outcome.answer.records if read.record is not None]
        reply.broken = len(outcome.answer.records) - len(read)
        Offer.objects.bulk_create(offers := _offers(reply, read))
        _group(reply, offers)
    reply.save(update_fields=["state", "failure", "detail", "total", "broken", "took_ms"])


def _offers(reply: Reply, read: Sequence[marc.Read]) -> list[Offer]:
    found = []
    for one in read:
        if (record := one.record) is None:
            continue
        columns = derive.columns(record)
        content = marc.dump(record)
        found.append(
            Offer(
                reply=reply,
                number=one.number,
                marc=content,
                fields=len(record.fields),
                columns=columns._asdict(),
                keys=derive.keys(record, columns, content=content),
                messages=[list(mend) for mend in one.mended if mend.code not in {"no-001", "no-008"}],
            )
        )
    matcher = Matcher([digest for offer in found for _, digest in offer.keys])
    for offer in found:
        match, _doubts = matcher.find(derive.Columns(**offer.columns), [(kind, digest) for kind, digest in offer.keys])
        if match is not None:
            offer.matched_id, offer.matched_by = match.bib_id, match.by
    return found


def _group(reply: Reply, offers: Sequence[Offer]) -> None:
    """Say of each offer to which edition it belongs, among all that was offered for the question so far."""
    others = list(
        Offer.objects.filter(reply__question=reply.question_id, edition__isnull=False)
        .order_by("pk")
        .only("columns", "keys", "edition")
    )
    holders: dict[int, list[Offer]] = {}
    for other in others:
        _hold(holders, other)
    for offer in offers:
        columns = derive.Columns(**offer.columns)
        same = (
            other.edition
            for kind, digest in offer.keys
            for other in holders.get(digest, ())
            if is_same(kind, columns, candidate_of(other.pk, derive.Columns(**other.columns), is_in_file=False))
        )
        offer.edition = next(same, None) or offer.pk
        _hold(holders, offer)
    Offer.objects.bulk_update(offers, ["edition"])


def _hold(holders: dict[int, list[Offer]], offer: Offer) -> None:
    for _kind, digest in offer.keys:
        holders.setdefault(digest, []).append(offer)

"""What librarians decide about what readers wrote. Every decision is kept with its reason."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from pustaka.foundation.actors import Actor
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.notices import queries as notices
from pustaka.notices import services as letters
from pustaka.readers import rules
from pustaka.readers.kinds import REVIEW_DECIDED
from pustaka.readers.models import BookList, Complaint, Decision, Opinion, Tag, Tagging
from pustaka.readers.permissions import Permission

About, Verdict = Decision.About, Decision.Verdict


@transaction.atomic
def decide_review(*, opinion_id: int, is_shown: bool, reason: str = "", at: datetime, by: Actor) -> Opinion:
    """Show a review, or don't; its writer is told. A complaint about it is settled with that.

    Raises:
        NotPermitted: `by` may not moderate.
        NotFound: the review is gone.
        Invalid: it shall not be shown and no reason is given.
    """
    by.require(Permission.MODERATE)
    opinion = (
        Opinion.objects.select_for_update(of=("self",)).select_related("patron").filter(pk=opinion_id).exclude(text="")
    ).first()
    if opinion is None:
        raise NotFound(_("That review is gone. Its writer has taken it back."))
    reason = _reason(reason, is_needed=not is_shown)
    before = opinion.state
    opinion.state = Opinion.State.SHOWN if is_shown else Opinion.State.REFUSED
    opinion.reason = reason
    opinion.save(update_fields=["state", "reason"])
    verdict = Verdict.REFUSED if not is_shown else Verdict.KEPT if before == Opinion.State.SHOWN else Verdict.SHOWN
    _write_down(About.REVIEW, opinion.pk, opinion.title, verdict, reason, at, by)
    Complaint.objects.filter(opinion=opinion, settled_at=None).update(settled_at=at)
    if verdict != Verdict.KEPT:
        _tell(opinion, at)
    return opinion


def _tell(opinion: Opinion, at: datetime) -> None:
    with translation.override(letters.language_of(patron=opinion.patron)):
        decision = (
            _("Your review can be read in the catalogue now. Thank you!")
            if opinion.state == Opinion.State.SHOWN
            else _("Your review isn't shown: %(reason)s You can change it, and we look at it again.")
            % {"reason": _sentence(opinion.reason)}
        )
        values = {"title": opinion.title, "decision": decision, "address": notices.address_of("my_reviews")}
    key = f"review:{opinion.pk}:{opinion.changed_at.isoformat()}:{opinion.state}"
    news = letters.News(key=key, patron=opinion.patron, values=values)
    letters.tell(kind_code=REVIEW_DECIDED.code, news=[news], at=at)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


@transaction.atomic
def decide_tag(*, tag_id: int, is_shown: bool, name: str = "", reason: str = "", at: datetime, by: Actor) -> Tag:
    """Show a tag from now on, or never; wherever readers have put it. `name` mends how it is written.

    A name that another tag has already merges this one into it.

    Raises:
        NotPermitted: `by` may not moderate.
        NotFound: the tag is gone.
        Invalid: there is no word in the new name.
    """
    by.require(Permission.MODERATE)
    tag = _tag(tag_id)
    reason = _reason(reason, is_needed=False)
    if name and rules.tag_name(name) != tag.name:
        written = rules.tag_name(name)
        key = rules.tag_key(written)
        if not key:
            raise Invalid(_("Write a word or two, without signs."))
        other = Tag.objects.filter(key=key, merged_into=None).exclude(pk=tag.pk).first()
        if other is not None:
            return _merge(tag, other, reason, at, by)
        if key != tag.key:  # the spelling that was stays known as another one of this tag
            old_key, tag.key = tag.key, key
            Tag.objects.filter(key=key).exclude(pk=tag.pk).delete()
            Tag.objects.filter(pk=tag.pk).update(key=key)
            Tag.objects.create(name=tag.name, key=old_key, state=Tag.State.SHOWN, merged_into=tag, created_at=at)
        tag.name = written
    tag.state = Tag.State.SHOWN if is_shown else Tag.State.REFUSED
    tag.save()
    _write_down(About.TAG, tag.pk, tag.name, Verdict.SHOWN if is_shown else Verdict.REFUSED, reason, at, by)
    return tag


@transaction.atomic
def merge_tags(*, tag_id: int, into_id: int, reason: str = "", at: datetime, by: Actor) -> Tag:
    """Make one tag another spelling of a second one: whoever used it, or uses it from now on, means the second.

    Raises:
        NotPermitted: `by` may not moderate.
        NotFound: one of them is gone.
        Invalid: both are the same.
    """
    by.require(Permission.MODERATE)
    if tag_id == into_id:
        raise Invalid(_("A tag can't be merged into itself. Choose another one."))
    return _merge(_tag(tag_id), _tag(into_id), _reason(reason, is_needed=False), at, by)


def _merge(tag: Tag, into: Tag, reason: str, at: datetime, by: Actor) -> Tag:
    into = into.merged_into or into
    for tagging in Tagging.objects.filter(tag=tag):
        Tagging.objects.get_or_create(
            tag=into, patron_id=tagging.patron_id, bib_id=tagging.bib_id, defaults={"added_at": tagging.added_at}
        )
    Tagging.objects.filter(tag=tag).delete()
    Tag.objects.filter(merged_into=tag).update(merged_into=into)
    tag.merged_into, tag.state = into, into.state
    tag.save()
    _write_down(About.TAG, tag.pk, f"{tag.name} → {into.name}", Verdict.MERGED, reason, at, by)
    return into


@transaction.atomic
def decide_list(*, list_id: int, is_shown: bool, reason: str = "", at: datetime, by: Actor) -> BookList:
    """Leave a public list in the public in spite of a complaint, take it down, or let it be public again.

    Raises:
        NotPermitted: `by` may not moderate.
        NotFound: the list is gone.
        Invalid: it shall be taken down and no reason is given.
    """
    by.require(Permission.MODERATE)
    found = BookList.objects.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise NotFound(_("That list is gone. Its owner has deleted it."))
    reason = _reason(reason, is_needed=not is_shown)
    was_down = bool(found.taken_down_because)
    found.taken_down_because = "" if is_shown else _sentence(reason)
    if not is_shown and found.visibility == BookList.Visibility.PUBLIC:
        found.visibility = BookList.Visibility.PRIVATE
    found.save()
    verdict = Verdict.REFUSED if not is_shown else Verdict.ALLOWED if was_down else Verdict.KEPT
    _write_down(About.LIST, found.pk, found.title, verdict, reason, at, by)
    Complaint.objects.filter(book_list=found, settled_at=None).update(settled_at=at)
    return found


def _tag(tag_id: int) -> Tag:
    tag = Tag.objects.select_for_update(of=("self",)).filter(pk=tag_id).first()
    if tag is None:
        raise NotFound(_("That tag is gone. Nobody uses it any more."))
    return tag


def _reason(typed: str, *, is_needed: bool) -> str:
    reason = " ".join(typed.split())[:300]
    if is_needed and not reason:
        raise Invalid(_("Say why: whoever wrote it is told, and a colleague may ask."))
    return reason


def _write_down(about: str, pk: int, label: str, verdict: str, reason: str, at: datetime, by: Actor) -> None:
    Decision.objects.create(
        about=about, subject_id=pk, label=label[:300], verdict=verdict, reason=reason, made_at=at, made_by=by.name[:200]
    )

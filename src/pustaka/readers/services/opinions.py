"""Ratings, reviews and tags of readers."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.foundation.errors import DomainError, Invalid, NotFound
from pustaka.patrons.models import Patron
from pustaka.readers import queries, rules
from pustaka.readers.models import BookList, Complaint, Opinion, Problem, Tag, Tagging
from pustaka.readers.services.lists import signature

MOST_TEXT, LEAST_TEXT = 5_000, 20
MOST_TAGS = 8  # of one person on one title
A_DAY = timedelta(days=1)
MOST_OPINIONS_A_DAY, MOST_TAGS_A_DAY, MOST_COMPLAINTS_A_DAY = 40, 80, 20


class TooMany(DomainError):
    """A person does more of something in a day than anybody would."""

    status = 429


@transaction.atomic
def give(
    *, patron: Patron, bib_id: int, stars: int | None, text: str = "", signed_as: str = "anonymous", pen_name: str = "",
    at: datetime,
) -> Opinion:  # fmt: skip
    """Rate a title, review it, or both; again means instead of what was said before.

    Stars count at once. A review is shown after a librarian has looked at it, and again after each change of its words.

    Raises:
        NotFound: there is no such title.
        Invalid: nothing is said, the review is too short or too long, or the pen name is missing.
        TooMany: more than anybody reads in a day.
    """
    bib = catalog.bib(bib_id)
    text = text.replace("\r\n", "\n").strip()
    _check(stars, text)
    chosen, pen_name = signature(signed_as=signed_as, pen_name=pen_name)
    own = Opinion.objects.filter(patron=patron)
    if own.filter(changed_at__gt=at - A_DAY).count() >= MOST_OPINIONS_A_DAY:
        raise TooMany(_("You have rated very many titles today. Go on tomorrow."))
    opinion = own.select_for_update().filter(bib_id=bib.pk).first()
    if opinion is None:
        opinion = Opinion(patron=patron, bib_id=bib.pk, created_at=at, title=bib.title[:300])
    if not text:
        opinion.state, opinion.reason = Opinion.State.SHOWN, ""
    elif text != opinion.text or (pen_name and pen_name != opinion.pen_name):
        opinion.state, opinion.reason = Opinion.State.WAITING, ""
    opinion.stars, opinion.text, opinion.signed_as, opinion.pen_name = stars, text, chosen, pen_name
    opinion.changed_at = at
    opinion.save()
    return opinion


def _check(stars: int | None, text: str) -> None:
    if stars is not None and stars not in rules.STARS:
        raise Invalid(_("A title has between one and five stars."))
    if stars is None and not text:
        raise Invalid(_("Choose a number of stars or write some words."))
    if text and len(text) < LEAST_TEXT:
        raise Invalid(_("Write a little more, so that others can make something of it; or leave only the stars."))
    if len(text) > MOST_TEXT:
        raise Invalid(
            _("A review has at most %(most)d letters; this one has %(many)d.") % {"most": MOST_TEXT, "many": len(text)}
        )


@transaction.atomic
def withdraw(*, patron: Patron, bib_id: int) -> None:
    """Take back what a person has said of a title, stars and words; there needn't be anything."""
    Opinion.objects.filter(patron=patron, bib_id=bib_id).delete()


@transaction.atomic
def tag(*, patron: Patron, bib_id: int, names: Iterable[str], at: datetime) -> list[Tag]:
    """Give tags to a title. A tag that nobody has used before is shown after a librarian has looked at it.

    Raises:
        NotFound: there is no such title.
        Invalid: there is no word in them, or the person gave this title too many.
        TooMany: more than anybody gives in a day.
    """
    bib = catalog.bib(bib_id)
    wanted = {rules.tag_key(name): name for typed in names if rules.tag_key(name := rules.tag_name(typed))}
    if not wanted:
        raise Invalid(_("Write a word or two, without signs."))
    own = Tagging.objects.filter(patron=patron)
    if own.filter(added_at__gt=at - A_DAY).count() + len(wanted) > MOST_TAGS_A_DAY:
        raise TooMany(_("You have given very many tags today. Go on tomorrow."))
    if own.filter(bib_id=bib.pk).exclude(tag__key__in=wanted).count() + len(wanted) > MOST_TAGS:
        raise Invalid(_("You can give a title at most %(most)d tags.") % {"most": MOST_TAGS})
    tags = []
    for key, name in wanted.items():
        found, _created = Tag.objects.select_related("merged_into").get_or_create(
            key=key, defaults={"name": name, "created_at": at}
        )
        meant = found.merged_into or found
        Tagging.objects.get_or_create(tag=meant, patron=patron, bib_id=bib.pk, defaults={"added_at": at})
        tags.append(meant)
    return tags


@transaction.atomic
def untag(*, patron: Patron, bib_id: int, tag_id: int) -> None:
    """Take one's own tag off a title; it needn't be there. A tag that nobody uses and nobody has looked at goes."""
    Tagging.objects.filter(patron=patron, bib_id=bib_id, tag=tag_id).delete()
    Tag.objects.filter(pk=tag_id, state=Tag.State.WAITING, taggings=None).delete()


@transaction.atomic
def complain(
    *, patron: Patron, opinion_id: int | None = None, list_id: int | None = None, reason: str, at: datetime
) -> Complaint:
    """Tell the library that a review or a public list shouldn't be there; once for each person and thing.

    Raises:
        NotFound: there is no such review or public list.
        Invalid: no reason is given.
        TooMany: more than anybody finds in a day.
    """
    reason = " ".join(reason.split())[:500]
    if not reason:
        raise Invalid(_("Say in a few words what is wrong with it."))
    if Complaint.objects.filter(patron=patron, made_at__gt=at - A_DAY).count() >= MOST_COMPLAINTS_A_DAY:
        raise TooMany(_("You have reported very much today. Go on tomorrow."))
    opinion = _shown(opinion_id) if opinion_id is not None else None
    book_list = queries.public_list(list_id or 0) if opinion is None else None
    complaint, _created = Complaint.objects.update_or_create(
        opinion=opinion,
        book_list=book_list,
        patron=patron,
        defaults={"reason": reason, "made_at": at, "settled_at": None},
    )
    return complaint


def _shown(opinion_id: int) -> Opinion:
    found = Opinion.objects.filter(pk=opinion_id, state=Opinion.State.SHOWN).exclude(text="").first()
    if found is None:
        raise NotFound(_("That review isn't shown any more."))
    return found


@transaction.atomic
def forget(*, patron: Patron) -> None:
    """Delete all that a person has made here: lists, ratings, reviews, tags and complaints; their name in reports."""
    BookList.objects.filter(patron=patron).delete()
    Opinion.objects.filter(patron=patron).delete()
    Complaint.objects.filter(patron=patron).delete()
    Tagging.objects.filter(patron=patron).delete()
    Tag.objects.filter(state=Tag.State.WAITING, taggings=None).delete()
    Problem.objects.filter(patron=patron).update(patron=None, name="", address="")


def follow_merge(*, gone_id: int, kept_id: int) -> None:
    """One title has been poured into another: opinions and tags follow it; who spoke of both keeps the kept one's."""
    both = Opinion.objects.filter(bib_id=kept_id).values("patron")
    Opinion.objects.filter(bib_id=gone_id).exclude(patron__in=both).update(bib_id=kept_id)
    Opinion.objects.filter(bib_id=gone_id).delete()
    for tagging in Tagging.objects.filter(bib_id=gone_id):
        if not Tagging.objects.filter(bib_id=kept_id, patron=tagging.patron_id, tag=tagging.tag_id).exists():
            Tagging.objects.filter(pk=tagging.pk).update(bib_id=kept_id)
    Tagging.objects.filter(bib_id=gone_id).delete()

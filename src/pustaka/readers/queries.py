from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pustaka.catalog import queries as catalog
from pustaka.catalog.queries import Row
from pustaka.foundation.errors import NotFound
from pustaka.patrons.models import Patron
from pustaka.readers import rules
from pustaka.readers.models import BookList, Complaint, Decision, ListEntry, Opinion, Problem, Tag, Tagging

NO_LIST = _("There is no such list, or it isn't shared with you. Ask whoever gave you the link for a new one.")
MOST_REVIEWS = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with what the catalogue has of it now; `row` is None where the title is gone."""

    entry: ListEntry
    row: Row | None


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag of a title: how many people gave it, and whether the one who asks is among them."""

    tag: Tag
    count: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Voice:
    """What readers say of one title; `mine` and own tags are of the one who asks."""

    ratings: rules.Ratings
    reviews: list[Opinion]
    more_reviews: int
    tags: list[TagCount]
    mine: Opinion | None


# Lists ---------------------------------------------------------------------------------------------------------------
def lists_of(patron: Patron) -> QuerySet[BookList]:
    """Last changed first, with `size`."""
    return _sized(BookList.objects.filter(patron=patron)).order_by("-changed_at", "-pk")


def own_list(patron: Patron, list_id: int) -> BookList:
    """
    Raises:
        NotFound: the person has no such list.
    """
    return _the_list(Q(pk=list_id, patron=patron))


def list_by_token(token: str) -> BookList:
    """
    Raises:
        NotFound: no list is shared under this link, any more or ever.
    """
    return _the_list(Q(token=token, visibility=BookList.Visibility.LINK))


def public_list(list_id: int) -> BookList:
    """
    Raises:
        NotFound: there is no public list of that number.
    """
    return _the_list(Q(pk=list_id, visibility=BookList.Visibility.PUBLIC))


def public_lists() -> QuerySet[BookList]:
    """Last changed first, with `size`; joined with their people; those with nothing on them left out."""
    public = BookList.objects.filter(visibility=BookList.Visibility.PUBLIC).select_related("patron")
    has_some = Exists(ListEntry.objects.filter(book_list=OuterRef("pk")))
    return _sized(public.filter(has_some)).order_by("-changed_at", "-pk")


def public_lists_with(bib_id: int, *, most: int = 3) -> list[BookList]:
    """Public lists that this title is on, last changed first."""
    found = BookList.objects.filter(visibility=BookList.Visibility.PUBLIC, entries__bib_id=bib_id)
    return list(found.select_related("patron").order_by("-changed_at", "-pk")[:most])


def lists_for_adding(patron: Patron, bib_id: int) -> list[tuple[BookList, bool]]:
    """The person's lists, last changed first, and whether the title is on each."""
    has = set(ListEntry.objects.filter(bib_id=bib_id, book_list__patron=patron).values_list("book_list_id", flat=True))
    return [(found, found.pk in has) for found in lists_of(patron)[:100]]


def entries(book_list: BookList) -> QuerySet[ListEntry]:
    """In the order of the list."""
    return ListEntry.objects.filter(book_list=book_list).order_by("position", "pk")


def count_entries(book_list: BookList) -> int:
    """How many titles are on the list, gone ones among them."""
    return ListEntry.objects.filter(book_list=book_list).count()


def placed(found: Sequence[ListEntry]) -> list[Placed]:
    """These entries with what the catalogue has of them; two statements for any number."""
    rows = {row.bib.pk: row for row in catalog.rows([entry.bib_id for entry in found])}
    return [Placed(entry, rows.get(entry.bib_id)) for entry in found]


def bib_ids(book_list: BookList) -> list[int]:
    """The titles of a list in its order, for taking them out."""
    return list(entries(book_list).values_list("bib_id", flat=True))


def _sized(found: QuerySet[BookList]) -> QuerySet[BookList]:
    return found.annotate(size=Count("entries"))


def _the_list(condition: Q) -> BookList:
    found = BookList.objects.select_related("patron").filter(condition).first()
    if found is None:
        raise NotFound(NO_LIST)
    return found


# Voice ---------------------------------------------------------------------------------------------------------------
def voice(bib_id: int, patron: Patron | None) -> Voice:
    """What readers say of a title: five statements, however much that is."""
    counts = Opinion.objects.filter(bib_id=bib_id, stars__isnull=False).order_by().values_list("stars")
    shown = Opinion.objects.filter(bib_id=bib_id, state=Opinion.State.SHOWN).exclude(text="")
    reviews = list(shown.select_related("patron").order_by("-changed_at", "-pk")[: MOST_REVIEWS + 1])
    return Voice(
        ratings=rules.ratings(dict(counts.annotate(count=Count("pk")))),
        reviews=reviews[:MOST_REVIEWS],
        more_reviews=shown.count() - MOST_REVIEWS if len(reviews) > MOST_REVIEWS else 0,
        tags=tags_on(bib_id, patron),
        mine=Opinion.objects.filter(bib_id=bib_id, patron=patron).first() if patron else None,
    )


def tags_on(bib_id: int, patron: Patron | None) -> list[TagCount]:
    """Tags of a title, most given first: those that are shown, and one's own that nobody has looked at yet."""
    who = patron.pk if patron else 0
    found = (
        Tag.objects.filter(taggings__bib_id=bib_id)
        .annotate(given=Count("taggings"), mine=Count("taggings", filter=Q(taggings__patron=who)))
        .filter(Q(state=Tag.State.SHOWN) | Q(state=Tag.State.WAITING, mine__gt=0))
        .order_by("-given", "name")
    )
    return [TagCount(tag, tag.given, tag.mine > 0) for tag in found[:30]]


def shown_tag(tag_id: int) -> Tag:
    """
    Raises:
        NotFound: there is no such tag, or it isn't shown.
    """
    tag = Tag.objects.select_related("merged_into").filter(pk=tag_id, state=Tag.State.SHOWN).first()
    if tag is None:
        raise NotFound(_("There is no such tag. Perhaps nobody uses it any more."))
    return tag.merged_into or tag


def titles_with(tag: Tag) -> QuerySet[Tagging, int]:
    """Ids of the titles that have the tag, most given first."""
    found = Tagging.objects.filter(tag=tag).order_by().values("bib_id").annotate(given=Count("pk"))
    return found.order_by("-given", "-bib_id").values_list("bib_id", flat=True)


def opinions_of(patron: Patron) -> QuerySet[Opinion]:
    """Last changed first."""
    return Opinion.objects.filter(patron=patron).order_by("-changed_at", "-pk")


def taggings_of(patron: Patron) -> QuerySet[Tagging]:
    """Last given first, joined with the tag."""
    return Tagging.objects.filter(patron=patron).select_related("tag").order_by("-added_at", "-pk")


# For librarians ------------------------------------------------------------------------------------------------------
def waiting_reviews() -> QuerySet[Opinion]:
    """Longest waiting first, joined with their writers."""
    return Opinion.objects.filter(state=Opinion.State.WAITING).select_related("patron").order_by("changed_at", "pk")


def waiting_tags() -> QuerySet[Tag]:
    """Longest waiting first, with how often each is `given`."""
    found = Tag.objects.filter(state=Tag.State.WAITING, merged_into=None).annotate(given=Count("taggings"))
    return found.order_by("created_at", "pk")


def open_complaints() -> QuerySet[Complaint]:
    """Oldest first, joined with what they are about."""
    found = Complaint.objects.filter(settled_at=None)
    return found.select_related("opinion__patron", "book_list__patron", "patron").order_by("made_at", "pk")


def decisions() -> QuerySet[Decision]:
    """Newest first."""
    return Decision.objects.order_by("-pk")


def tags_to_merge_into() -> QuerySet[Tag]:
    """Tags that are shown, by name."""
    return Tag.objects.filter(state=Tag.State.SHOWN, merged_into=None).order_by("name", "pk")


def problems(state: str = "") -> QuerySet[Problem]:
    """Newest first, joined with whoever reported them; of one state, or all that nobody has settled."""
    found = Problem.objects.select_related("patron").order_by("-pk")
    return found.filter(state=state) if state else found.filter(state__in=[Problem.State.NEW, Problem.State.LOOKED_AT])


def problem(problem_id: int) -> Problem:
    """
    Raises:
        NotFound: there is none of that number.
    """
    found = Problem.objects.select_related("patron").filter(pk=problem_id).first()
    if found is None:
        raise NotFound(_("There is no report %(number)s.") % {"number": problem_id})
    return found


def problems_of(patron: Patron) -> QuerySet[Problem]:
    """Newest first."""
    return Problem.objects.filter(patron=patron).order_by("-pk")


def count_problems() -> dict[str, int]:
    """How many reports are in each state, zero included."""
    counted = dict(Problem.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: counted.get(state, 0) for state in Problem.State.values}

"""Lists of one's own. Whoever calls has the list's owner as `owner`; nobody else's list is ever found."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from pustaka.catalog import queries as catalog
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.patrons.models import Patron
from pustaka.readers import queries, rules
from pustaka.readers.models import BookList, ListEntry, Signed

Visibility = BookList.Visibility

MOST_LISTS, MOST_ENTRIES = 100, 500
MOST_NOTE, MOST_DESCRIPTION = 1_000, 4_000


@dataclass(frozen=True, slots=True)
class Removed:
    """An entry that was taken off a list, as it can be put back."""

    bib_id: int
    title: str
    author: str
    note: str
    position: int


@dataclass(frozen=True, slots=True)
class Added:
    """What adding came to: how many titles are new on the list, and how many were there before."""

    book_list: BookList
    new: int
    known: int


@transaction.atomic
def create(*, owner: Patron, title: str, description: str = "", bib_ids: Sequence[int] = (), at: datetime) -> BookList:
    """A new list that only its owner sees, with these titles.

    Raises:
        Invalid: it has no name, or the person has too many lists.
    """
    title = _title(title)
    if BookList.objects.filter(patron=owner).count() >= MOST_LISTS:
        raise Invalid(_("You have %(most)d lists already. Delete one first.") % {"most": MOST_LISTS})
    made = BookList.objects.create(
        patron=owner, title=title, description=description.strip()[:MOST_DESCRIPTION], created_at=at, changed_at=at
    )
    if bib_ids:
        _put(made, bib_ids, at)
    return made


@transaction.atomic
def describe(*, owner: Patron, list_id: int, title: str, description: str, at: datetime) -> BookList:
    """Give a list another name and description.

    Raises:
        NotFound: the person has no such list.
        Invalid: it has no name.
    """
    found = _locked(owner, list_id)
    found.title, found.description = _title(title), description.strip()[:MOST_DESCRIPTION]
    return _saved(found, at)


@transaction.atomic
def share(
    *, owner: Patron, list_id: int, visibility: str, signed_as: str = "anonymous", pen_name: str = "", at: datetime
) -> BookList:
    """Choose who sees a list, and under which name. A list that is shared by link anew gets a new link.

    Raises:
        NotFound: the person has no such list.
        Invalid: a librarian has taken it out of the public, or the pen name is missing.
    """
    found = _locked(owner, list_id)
    if visibility not in Visibility.values:
        visibility = Visibility.PRIVATE
    if visibility == Visibility.PUBLIC and found.taken_down_because:
        raise Invalid(
            _("A librarian has taken this list out of the public: %(reason)s You can still share it by link.")
            % {"reason": found.taken_down_because}
        )
    if visibility != Visibility.LINK:
        found.token = None
    elif found.visibility != Visibility.LINK:
        found.token = _token()
    found.visibility = visibility
    found.signed_as, found.pen_name = signature(signed_as=signed_as, pen_name=pen_name)
    return _saved(found, at)


@transaction.atomic
def renew_link(*, owner: Patron, list_id: int, at: datetime) -> BookList:
    """Another link for a list that is shared by link; the old one leads nowhere from now on.

    Raises:
        NotFound: the person has no such list.
        Invalid: it isn't shared by link.
    """
    found = _locked(owner, list_id)
    if found.visibility != Visibility.LINK:
        raise Invalid(_("This list isn't shared by link. Choose that first."))
    found.token = _token()
    return _saved(found, at)


@transaction.atomic
def delete(*, owner: Patron, list_id: int) -> str:
    """Delete a list with all that is on it, and say how it was called.

    Raises:
        NotFound: the person has no such list.
    """
    found = _locked(owner, list_id)
    found.delete()
    return found.title


@transaction.atomic
def copy(*, owner: Patron, source: BookList, title: str, at: datetime) -> BookList:
    """A list of one's own with the titles of another; the notes come along only from one's own list.

    Raises:
        Invalid: the person has too many lists.
    """
    made = create(owner=owner, title=title, description=source.description, at=at)
    is_own = source.patron_id == owner.pk
    ListEntry.objects.bulk_create(
        ListEntry(
            book_list=made, bib_id=entry.bib_id, title=entry.title, author=entry.author, added_at=at,
            note=entry.note if is_own else "", position=entry.position,
        )
        for entry in queries.entries(source)
    )  # fmt: skip
    return made


# Entries -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add(*, owner: Patron, list_id: int, bib_ids: Sequence[int], at: datetime) -> Added:
    """Put titles at the end of a list; those on it already stay where they are.

    Raises:
        NotFound: the person has no such list.
        Invalid: no title was chosen, or the list would become too long.
    """
    return _put(_locked(owner, list_id), bib_ids, at)


def _put(found: BookList, bib_ids: Sequence[int], at: datetime) -> Added:
    if not bib_ids:
        raise Invalid(_("Choose at least one title first."))
    wanted = list(dict.fromkeys(bib_ids))[: MOST_ENTRIES + 1]
    known = set(ListEntry.objects.filter(book_list=found, bib_id__in=wanted).values_list("bib_id", flat=True))
    there = {bib.pk: bib for bib in catalog.titles(wanted)}
    new = [there[pk] for pk in wanted if pk in there and pk not in known]
    if queries.count_entries(found) + len(new) > MOST_ENTRIES:
        raise Invalid(
            _("A list holds at most %(most)d titles. Begin another one for the rest.") % {"most": MOST_ENTRIES}
        )
    last = ListEntry.objects.filter(book_list=found).aggregate(last=Max("position"))["last"]
    position = rules.between(last, None) or rules.STEP
    ListEntry.objects.bulk_create(
        ListEntry(
            book_list=found, bib_id=bib.pk, title=bib.title[:300], author=bib.author[:300], added_at=at,
            position=position + place * rules.STEP,
        )
        for place, bib in enumerate(new)
    )  # fmt: skip
    return Added(_saved(found, at), len(new), len(known))


@transaction.atomic
def remove(*, owner: Patron, list_id: int, entry_ids: Collection[int], at: datetime) -> list[Removed]:
    """Take entries off a list; what comes back is for `restore`. Those that are gone already don't matter.

    Raises:
        NotFound: the person has no such list.
    """
    found = _locked(owner, list_id)
    entries = list(queries.entries(found).filter(pk__in=entry_ids))
    ListEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    _saved(found, at)
    return [Removed(entry.bib_id, entry.title, entry.author, entry.note, entry.position) for entry in entries]


@transaction.atomic
def restore(*, owner: Patron, list_id: int, removed: Sequence[Removed], at: datetime) -> int:
    """Put entries back where they were, and say how many; those that are there again don't matter.

    Raises:
        NotFound: the person has no such list.
        Invalid: the list has become too long meanwhile.
    """
    found = _locked(owner, list_id)
    wanted = [one.bib_id for one in removed]
    known = set(ListEntry.objects.filter(book_list=found, bib_id__in=wanted).values_list("bib_id", flat=True))
    back = [one for one in removed if one.bib_id not in known]
    if queries.count_entries(found) + len(back) > MOST_ENTRIES:
        raise Invalid(_("The list has become too long meanwhile. Take another title off first."))
    ListEntry.objects.bulk_create(
        ListEntry(
            book_list=found, bib_id=one.bib_id, title=one.title, author=one.author, note=one.note,
            position=one.position, added_at=at,
        )
        for one in back
    )  # fmt: skip
    _saved(found, at)
    return len(back)


@transaction.atomic
def note(*, owner: Patron, list_id: int, entry_id: int, text: str, at: datetime) -> ListEntry:
    """Write a note on an entry; an empty one takes it away.

    Raises:
        NotFound: the person has no such list, or the entry is gone.
        Invalid: the note is too long.
    """
    found = _locked(owner, list_id)
    entry = _entry(found, entry_id)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_NOTE:
        raise Invalid(_("A note has at most %(most)d letters; this one has %(many)d.") % {
            "most": MOST_NOTE, "many": len(text),
        })  # fmt: skip
    entry.note = text
    entry.save(update_fields=["note"])
    _saved(found, at)
    return entry


@transaction.atomic
def move(*, owner: Patron, list_id: int, entry_id: int, before: int | None, at: datetime) -> None:
    """Put an entry right before another one, or at the end where `before` is None.

    Raises:
        NotFound: the person has no such list, or one of the entries is gone.
    """
    found = _locked(owner, list_id)
    entry = _entry(found, entry_id)
    if before == entry.pk:
        return
    _place(found, entry, None if before is None else _entry(found, before))
    _saved(found, at)


@transaction.atomic
def move_by(*, owner: Patron, list_id: int, entry_id: int, steps: int, at: datetime) -> None:
    """Move an entry up (below zero) or down by so many places; at an end of the list it stops.

    Raises:
        NotFound: the person has no such list, or the entry is gone.
    """
    found = _locked(owner, list_id)
    entry = _entry(found, entry_id)
    order = list(queries.entries(found).values_list("pk", flat=True))
    place = max(0, min(len(order) - 1, order.index(entry.pk) + steps))
    rest = [pk for pk in order if pk != entry.pk]
    _place(found, entry, _entry(found, rest[place]) if place < len(rest) else None)
    _saved(found, at)


def _place(found: BookList, entry: ListEntry, after: ListEntry | None) -> None:
    """Between its new neighbors; where there is no room between them the whole list is numbered anew."""
    others = queries.entries(found).exclude(pk=entry.pk)
    if after is None:
        before = others.aggregate(last=Max("position"))["last"]
    else:
        order = list(others.values_list("pk", "position"))
        place = [pk for pk, _position in order].index(after.pk)
        before = order[place - 1][1] if place else None
    position = rules.between(before, None if after is None else after.position)
    if position is None:
        order_now = list(queries.entries(found).values_list("pk", flat=True))
        order_new = rules.moved(order_now, entry.pk, before=None if after is None else after.pk)
        ListEntry.objects.bulk_update(
            [ListEntry(pk=pk, position=(place + 1) * rules.STEP) for place, pk in enumerate(order_new)], ["position"]
        )
    else:
        entry.position = position
        entry.save(update_fields=["position"])


def follow_merge(*, gone_id: int, kept_id: int) -> None:
    """One title has been poured into another: entries follow it; a list that has both keeps the one."""
    both = ListEntry.objects.filter(bib_id=kept_id).values("book_list")
    ListEntry.objects.filter(bib_id=gone_id).exclude(book_list__in=both).update(bib_id=kept_id)
    ListEntry.objects.filter(bib_id=gone_id).delete()


def signature(*, signed_as: str, pen_name: str) -> tuple[str, str]:
    """How something is signed, checked: the way, and the pen name where that is the way.

    Raises:
        Invalid: a pen name is wanted and none is given.
    """
    pen_name = " ".join(pen_name.split())[:60]
    if signed_as == Signed.As.PEN:
        if not pen_name:
            raise Invalid(_("Write the pen name that others shall see, or choose another way to sign."))
        return signed_as, pen_name
    return (signed_as if signed_as in Signed.As.values else Signed.As.ANONYMOUS), ""


def _title(typed: str) -> str:
    title = " ".join(typed.split())[:150]
    if not title:
        raise Invalid(_("Give the list a name, so that you find it again."))
    return title


def _token() -> str:
    return secrets.token_urlsafe(18)


def _saved(found: BookList, at: datetime) -> BookList:
    found.changed_at = at
    found.save()
    return found


def _locked(owner: Patron, list_id: int) -> BookList:
    found = BookList.objects.select_for_update().filter(pk=list_id, patron=owner).first()
    if found is None:
        raise NotFound(queries.NO_LIST)
    return found


def _entry(found: BookList, entry_id: int) -> ListEntry:
    entry = ListEntry.objects.filter(book_list=found, pk=entry_id).first()
    if entry is None:
        raise NotFound(_("That title isn't on the list any more. Look at the list again."))
    return entry

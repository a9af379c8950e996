"""Searches that people keep, and the digests of what is new in them: reads and writes.

A digest goes out in the morning to everyone with a search that is due, all their searches in one letter. How long it
takes doesn't depend on how much was imported: a search is asked for its first few titles and their number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pustaka.catalog import queries as catalog
from pustaka.catalog.models import Bib
from pustaka.discovery import queries, rules
from pustaka.discovery.kinds import DIGEST
from pustaka.discovery.models import SavedSearch
from pustaka.discovery.rules import Filters
from pustaka.foundation import events
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.notices import queries as notices
from pustaka.notices import services as letters
from pustaka.notices.rules import Line, Value
from pustaka.patrons.models import Patron

Alert = SavedSearch.Alert

MOST_SEARCHES = 50  # of one person
TITLES_SHOWN = 8  # of one search in one letter
MOST_LINES = 60  # titles in one letter; further searches come with their number only
# The index is a moment behind the catalogue: what is younger than this is told next time.
SETTLED = timedelta(minutes=10)


def of(patron: Patron) -> QuerySet[SavedSearch]:
    """By name."""
    return SavedSearch.objects.filter(patron=patron).order_by("name", "pk")


def filters_of(search: SavedSearch) -> Filters:
    """The filters, read as if they came from an address: what this release doesn't know any more is passed over."""
    return rules.filters_from([(str(name), str(value)) for name, value in search.filters])


@transaction.atomic
def save(*, patron: Patron, name: str, text: str, filters: Filters, sort: str, alert: str, at: datetime) -> SavedSearch:
    """Keep a search under a name; the same name again means the new search.

    Raises:
        Invalid: there is no name, nothing is asked for, or the person has too many searches.
    """
    name = _checked(name)
    if not text.strip() and not filters:
        raise Invalid(_("This search asks for everything. Type a word or choose a filter first, then save it."))
    search = SavedSearch.objects.select_for_update().filter(patron=patron, name=name).first()
    if search is None:
        if of(patron).count() >= MOST_SEARCHES:
            raise Invalid(_("You have %(most)d saved searches already. Delete one first.") % {"most": MOST_SEARCHES})
        search = SavedSearch(patron=patron, name=name, created_at=at)
    search.text, search.filters = text.strip()[:500], filters.pairs()
    search.sort = sort if sort in rules.SORTS else rules.SORTS[0]
    _set_alert(search, alert, at)
    search.save()
    return search


@transaction.atomic
def change(*, patron: Patron, search_id: int, name: str, alert: str, at: datetime) -> SavedSearch:
    """Give a search another name, or have letters about it more or less often.

    Raises:
        NotFound: the person has no such search.
        Invalid: there is no name, or another search has it.
    """
    search = _own(patron, search_id)
    name = _checked(name)
    if of(patron).filter(name=name).exclude(pk=search.pk).exists():
        raise Invalid(_("Another of your searches is called “%(name)s”. Choose another name.") % {"name": name})
    search.name = name
    if alert != search.alert:
        _set_alert(search, alert, at)
    search.save()
    return search


@transaction.atomic
def delete(*, patron: Patron, search_id: int) -> None:
    """Keep the search no longer.

    Raises:
        NotFound: the person has no such search.
    """
    _own(patron, search_id).delete()


def forget(*, patron_id: int) -> None:
    """Let go of everything that a person saved."""
    SavedSearch.objects.filter(patron=patron_id).delete()


def _own(patron: Patron, search_id: int) -> SavedSearch:
    search = of(patron).select_for_update().filter(pk=search_id).first()
    if search is None:
        raise NotFound(_("You have no such saved search. Perhaps you deleted it in another window."))
    return search


def _checked(name: str) -> str:
    name = " ".join(name.split())[:100]
    if not name:
        raise Invalid(_("Give the search a name, so that you find it again."))
    return name


def _set_alert(search: SavedSearch, alert: str, at: datetime) -> None:
    """From now on; what is there already isn't news."""
    search.alert = alert if alert in Alert.values else Alert.NONE
    search.told_until = at
    search.next_at = None if search.alert == Alert.NONE else _next(search.alert, at)


def _next(alert: str, at: datetime) -> datetime:
    here = at.astimezone(timezone.get_current_timezone())
    return rules.next_digest(at=here, is_weekly=alert == Alert.WEEKLY)


# Digests -------------------------------------------------------------------------------------------------------------
def send_due(*, at: datetime, most: int = 100) -> int:
    """Write the digests that are due, to at most so many people; say to how many, a letter or not.

    While the search index is behind the catalogue nobody is written to: the next call will do.

    Raises:
        SearchUnavailable: the index is lost, or not made yet; nothing is lost, the next call will do.
    """
    people = list(
        SavedSearch.objects.filter(next_at__lte=at)
        .order_by("patron")
        .values_list("patron", flat=True)
        .distinct()[:most]
    )
    if not people or events.is_anything_new(before=at - SETTLED):
        return 0
    for patron_id in people:
        _send(patron_id, at)
    return len(people)


@transaction.atomic
def _send(patron_id: int, at: datetime) -> None:
    due = list(
        SavedSearch.objects.select_for_update(of=("self",)).select_related("patron")
        .filter(patron=patron_id, next_at__lte=at).order_by("name", "pk")
    )  # fmt: skip
    if not due:
        return  # another process was quicker
    patron, until, first = due[0].patron, at - SETTLED, min(search.next_at for search in due if search.next_at)
    is_wanted = not notices.unwanted(patrons=[patron.pk], addresses=[], kind=DIGEST.code)
    if patron.is_active and patron.email and is_wanted:
        with translation.override(letters.language_of(patron=patron)):
            total, lines = _contents(due, until)
            settings = notices.address_of("saved_searches")
            values: dict[str, Value] = {"titles": lines, "count": formats.number_format(total), "settings": settings}
        if total:
            news = letters.News(key=f"digest:{patron.pk}:{first.isoformat()}", patron=patron, values=values)
            letters.tell(kind_code=DIGEST.code, news=[news], at=at)
    for search in due:
        search.told_until, search.next_at = max(search.told_until, until), _next(search.alert, at)
        search.save(update_fields=["told_until", "next_at"])


def _contents(due: Sequence[SavedSearch], until: datetime) -> tuple[int, tuple[Line, ...]]:
    """How many titles are new in all, and the lines that name them."""
    lines: list[Line] = []
    total = shown = 0
    for search in due:
        if search.told_until >= until:
            continue
        filters = filters_of(search)
        most = min(TITLES_SHOWN, MOST_LINES - shown)
        found = queries.new_titles(
            text=search.text, filters=filters, since=search.told_until, until=until, most=max(1, most)
        )
        if not found.total:
            continue
        href = _address(search, filters)
        lines.append(Line(search.name, href, is_heading=True))
        titles = {bib.pk: bib for bib in catalog.titles(found.ids[:most])}
        lines += [_line(titles[pk]) for pk in found.ids[:most] if pk in titles]
        if found.total > len(titles):
            all_of_them = ngettext("all %(total)s title", "all %(total)s titles", found.total)
            lines.append(Line(all_of_them % {"total": formats.number_format(found.total)}, href))
        total += found.total
        shown += len(titles)
    return total, tuple(lines)


def _address(search: SavedSearch, filters: Filters) -> str:
    since = search.told_until.astimezone(timezone.get_current_timezone()).date()
    pairs = [("q", search.text)] if search.text else []
    pairs += [pair for pair in filters.pairs() if pair[0] != "since"]
    return notices.address_of("search", pairs=[*pairs, ("since", since.isoformat()), ("sort", "newest")])


def _line(bib: Bib) -> Line:
    shown = f"{bib.title}, {bib.author}" if bib.author else bib.title
    year = "" if bib.year is None else str(bib.year)
    return Line(shown[:200], notices.address_of("record", bib_id=bib.pk), year)

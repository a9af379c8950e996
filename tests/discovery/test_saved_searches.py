"""Saved searches, and digests that tell every new title once and never flood."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pustaka.discovery import rules, services
from pustaka.discovery import saved_searches as searches
from pustaka.discovery.models import SavedSearch
from pustaka.discovery.ports import SearchUnavailable
from pustaka.discovery.rules import Filters, filters_from, next_digest
from pustaka.foundation import events
from pustaka.foundation.errors import Invalid, NotFound
from pustaka.notices.models import Notice
from pustaka.notices.services import wish
from tests.factories import BibFactory, ImportJobFactory, PatronFactory

pytestmark = pytest.mark.django_db

SAVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, 16:00 in Jakarta
MORNING = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)  # Saturday 06:00 there
MONDAY = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def save(patron=None, name="Hukum", text="hukum", filters=rules.NO_FILTERS, alert="daily", at=SAVED):
    return searches.save(
        patron=patron or PatronFactory(language="en"), name=name, text=text, filters=filters, sort="relevance",
        alert=alert, at=at,
    )  # fmt: skip


def shelve(title, at, **more):
    bib = BibFactory(title=title, created_at=at, **more)
    services.refresh(bib_ids=[bib.pk], at=at)
    return bib


def letter():
    return Notice.objects.order_by("-pk").first()


def test_next_digest_is_in_the_morning_of_the_library():
    zone = timezone.get_current_timezone()
    friday = SAVED.astimezone(zone)

    assert next_digest(at=friday, is_weekly=False) == MORNING
    assert next_digest(at=friday, is_weekly=True) == MONDAY
    assert next_digest(at=MORNING.astimezone(zone), is_weekly=False) == MORNING + DAY
    assert next_digest(at=(MONDAY - timedelta(seconds=1)).astimezone(zone), is_weekly=True) == MONDAY
    assert next_digest(at=MONDAY.astimezone(zone), is_weekly=True) == MONDAY + 7 * DAY


def test_same_name_means_the_new_search():
    patron = PatronFactory()
    save(patron, text="hukum")
    save(patron, text="hukum adat", filters=filters_from([("form", "book"), ("since", "2026-11-01")]))

    [kept] = searches.of(patron)

    assert kept.text == "hukum adat"
    assert searches.filters_of(kept) == Filters({"form": ("book",)}, since=date(2026, 11, 1))


def test_search_needs_a_name_and_something_to_ask():
    with pytest.raises(Invalid, match="name"):
        save(name=" ")
    with pytest.raises(Invalid, match="everything"):
        save(text=" ")
    assert save(text="", filters=filters_from([("available", "1")])).pk


def test_person_keeps_fifty_searches_and_no_more(monkeypatch):
    monkeypatch.setattr(searches, "MOST_SEARCHES", 2)
    patron = PatronFactory()
    save(patron, "a")
    save(patron, "b")

    save(patron, "b", text="lain")
    with pytest.raises(Invalid, match="2 saved searches"):
        save(patron, "c")


def test_search_is_renamed_and_deleted_by_its_owner_only():
    kept = save()
    other = save(kept.patron, "Adat")
    stranger = PatronFactory()

    with pytest.raises(NotFound):
        searches.change(patron=stranger, search_id=kept.pk, name="x", alert="none", at=SAVED)
    with pytest.raises(NotFound):
        searches.delete(patron=stranger, search_id=kept.pk)
    with pytest.raises(Invalid, match="Adat"):
        searches.change(patron=kept.patron, search_id=kept.pk, name="Adat", alert="none", at=SAVED)
    changed = searches.change(patron=kept.patron, search_id=kept.pk, name="Hukum adat", alert="none", at=SAVED)
    assert (changed.name, changed.next_at) == ("Hukum adat", None)
    searches.delete(patron=kept.patron, search_id=other.pk)
    assert [search.name for search in searches.of(kept.patron)] == ["Hukum adat"]


def test_digest_tells_what_is_new_once():
    shelve("Hukum lama", SAVED - DAY)
    kept = save()
    new = shelve("Hukum baru", SAVED + timedelta(hours=1))
    shelve("Akuntansi baru", SAVED + timedelta(hours=1))

    assert searches.send_due(at=MORNING - timedelta(seconds=1)) == 0
    assert searches.send_due(at=MORNING) == 1

    notice = letter()
    assert notice.patron == kept.patron
    assert notice.subject == "New titles for you: 1"
    assert "Hukum baru" in notice.text
    assert f"/record/{new.pk}" in notice.text
    assert "since=2026-11-20" in notice.text
    assert "Hukum lama" not in notice.text
    assert "Akuntansi" not in notice.text
    assert searches.send_due(at=MORNING) == 0
    assert searches.send_due(at=MORNING + DAY) == 1
    assert Notice.objects.count() == 1


def test_nothing_new_means_no_letter():
    shelve("Hukum lama", SAVED - DAY)
    save()

    assert searches.send_due(at=MORNING) == 1

    assert not Notice.objects.exists()


def test_weekly_search_waits_for_monday_and_comes_in_one_letter_with_the_daily_ones():
    patron = PatronFactory(language="en")
    save(patron, "Setiap pekan", text="akuntansi", alert="weekly")
    save(patron, "Setiap hari", text="hukum")
    shelve("Hukum baru", SAVED + timedelta(hours=1))
    shelve("Akuntansi baru", SAVED + timedelta(hours=1))

    searches.send_due(at=MORNING)
    assert "Akuntansi" not in letter().text
    shelve("Hukum terbaru", MORNING + DAY)
    searches.send_due(at=MORNING + DAY)
    searches.send_due(at=MONDAY)

    assert Notice.objects.count() == 2
    assert "Akuntansi baru" in letter().text
    assert "Hukum terbaru" in letter().text
    assert "Hukum baru" not in letter().text


def test_import_is_news_when_it_appears_however_long_ago_it_was_staged():
    job = ImportJobFactory(created_at=SAVED - 5 * DAY)
    staged = BibFactory(title="Hukum impor", batch=job, created_at=SAVED - 5 * DAY)
    services.refresh(bib_ids=[staged.pk], at=SAVED)
    shelve("Hukum awal", SAVED - 9 * DAY)
    save()

    searches.send_due(at=MORNING)
    assert not Notice.objects.exists()

    job.is_revealed, job.state, job.revealed_at = True, "done", MORNING + timedelta(hours=1)
    job.save()
    searches.send_due(at=MORNING + DAY)
    assert "Hukum impor" in letter().text
    searches.send_due(at=MORNING + 2 * DAY)
    assert Notice.objects.count() == 1


def test_import_that_appears_between_two_looks_is_told_by_the_later_one():
    """It is younger than what the digest tells of; the next one must neither miss it nor tell it twice."""
    shown_at = MORNING - timedelta(minutes=5)
    job = ImportJobFactory(created_at=SAVED, is_revealed=True, state="done", revealed_at=shown_at)
    bib = BibFactory(title="Hukum impor", batch=job, created_at=SAVED + timedelta(hours=1))
    services.refresh(bib_ids=[bib.pk], at=SAVED)
    save()

    searches.send_due(at=MORNING)
    assert not Notice.objects.exists()
    searches.send_due(at=MORNING + DAY)
    searches.send_due(at=MORNING + 2 * DAY)
    assert Notice.objects.count() == 1


def test_title_of_the_last_minutes_is_told_next_time():
    save()
    shelve("Hukum awal", SAVED - DAY)
    shelve("Hukum menit terakhir", MORNING - timedelta(minutes=9))

    searches.send_due(at=MORNING)
    assert not Notice.objects.exists()
    searches.send_due(at=MORNING + DAY)
    assert Notice.objects.count() == 1


def test_large_import_does_not_flood(django_assert_max_num_queries):
    job = ImportJobFactory(created_at=SAVED, is_revealed=True, state="done", revealed_at=SAVED + DAY / 2)
    bibs = [BibFactory(title=f"Hukum {n}", batch=job, created_at=SAVED) for n in range(40)]
    services.refresh(bib_ids=[bib.pk for bib in bibs], at=SAVED)
    patron = PatronFactory(language="en")
    for n in range(12):
        save(patron, f"Pencarian {n:02}")

    with django_assert_max_num_queries(90):  # seven a search, however much is new
        searches.send_due(at=MORNING)

    text = letter().text
    assert letter().subject == "New titles for you: 480"
    assert text.count("/record/") == searches.MOST_LINES
    assert text.count("all 40 titles") == 12


def test_only_people_who_want_and_can_get_letters_are_written_to():
    shelve("Hukum awal", SAVED - DAY)
    silent, gone = PatronFactory(), PatronFactory(is_active=False)
    wish(patron=silent, on=[], at=SAVED)
    for patron in (silent, gone, PatronFactory(email=None), PatronFactory()):
        save(patron)
    shelve("Hukum baru", SAVED + timedelta(hours=1))

    assert searches.send_due(at=MORNING) == 4

    assert Notice.objects.count() == 1
    assert not SavedSearch.objects.filter(next_at__lte=MORNING).exists()


def test_digest_waits_while_the_index_is_behind():
    save()
    shelve("Hukum baru", SAVED + timedelta(hours=1))
    with transaction.atomic():
        from pustaka.catalog.events import BibsChanged

        events.publish(BibsChanged(at=SAVED + timedelta(hours=2), bib_ids=[1]))

    assert searches.send_due(at=MORNING) == 0
    events.deliver(at=MORNING)
    assert searches.send_due(at=MORNING) == 1
    assert Notice.objects.count() == 1


def test_lost_index_loses_no_digest(settings, tmp_path):
    save()
    shelve("Hukum baru", SAVED + timedelta(hours=1))
    folder, settings.SEARCH_INDEX = settings.SEARCH_INDEX, tmp_path / "nowhere"

    with pytest.raises(SearchUnavailable):
        searches.send_due(at=MORNING)
    settings.SEARCH_INDEX = folder
    searches.send_due(at=MORNING)

    assert Notice.objects.count() == 1


def test_killed_run_tells_nobody_twice(monkeypatch):
    shelve("Hukum awal", SAVED - DAY)
    for _ in range(3):
        save(PatronFactory(language="en"))
    shelve("Hukum baru", SAVED + timedelta(hours=1))
    real, calls = searches._send, []

    def killed(patron_id, at):
        calls.append(patron_id)
        real(patron_id, at)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(searches, "_send", killed)
    with pytest.raises(KeyboardInterrupt):
        searches.send_due(at=MORNING)
    assert searches.send_due(at=MORNING) == 1

    assert Notice.objects.count() == 3


def test_since_filter_is_read_from_an_address_and_written_back():
    filters = filters_from([("since", "2026-11-20")])

    assert filters.since == date(2026, 11, 20)
    assert filters.pairs() == [("since", "2026-11-20")]
    assert filters.without("since") == rules.NO_FILTERS
    for nonsense in ("2026-13-01", "kemarin", "20261120", ""):
        assert not filters_from([("since", nonsense)])


def test_constraints_of_the_table_hold():
    save()
    for values in ({"name": ""}, {"alert": "none"}, {"next_at": None}, {"alert": "hourly"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedSearch.objects.update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept = SavedSearch.objects.get()
        SavedSearch.objects.create(patron=kept.patron, name=kept.name, told_until=SAVED, created_at=SAVED)

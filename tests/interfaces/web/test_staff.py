"""Behind the desk: who may come in, the import in the browser, and the work in the background."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from pustaka.catalog import queries
from pustaka.catalog import tasks as catalog_tasks
from pustaka.catalog.models import Bib, ImportJob
from pustaka.catalog.services import imports
from pustaka.config.roles import ROLES
from pustaka.discovery import services as discovery
from pustaka.discovery import tasks as discovery_tasks
from pustaka.foundation import events
from pustaka.foundation.models import OutboxEvent
from pustaka.interfaces.web.staff.navigation import ENTRIES
from pustaka.interfaces.web.staff.system.work import NAMES
from pustaka.patrons.models import Role
from pustaka.standards.marc import to_iso2709
from tests.factories.branches import LocationFactory
from tests.factories.catalog import BibFactory, ImportJobFactory, marc_record
from tests.factories.patrons import PatronFactory

IMPORTS = "/staff/catalog/imports/"
PAGES = ["/staff/", IMPORTS, "/staff/system/"]


def marc_file(*titles, broken=False, name="katalog.mrc"):
    content = b"".join(
        to_iso2709(marc_record(title=title, number=f"k{n}", copies=((f"C{title}{n}", "PUSAT"),)))
        for n, title in enumerate(titles)
    )
    return SimpleUploadedFile(name, content + (b"00099nam a rubbish" if broken else b""))


def uploaded(client, *titles, **more):
    answer = client.post(f"{IMPORTS}upload", {"file": marc_file(*titles, **more), "on_match": "skip"})
    return queries.job(int(re.search(r"/(\d+)/$", answer.url)[1]))


def ready(client, *titles, **more):
    job = uploaded(client, *titles, **more)
    imports.analyse(job_id=job.pk, at=timezone.now())
    return queries.job(job.pk)


def taken_over(client, *titles, **more):
    job = ready(client, *titles, **more)
    client.post(f"{IMPORTS}{job.pk}/commit")
    imports.settle(job_id=job.pk, at=timezone.now())
    discovery.index_batch(job_id=job.pk, at=timezone.now())
    imports.reveal(job_id=job.pk, at=timezone.now())
    return queries.job(job.pk)


@pytest.mark.parametrize("address", [*PAGES, f"{IMPORTS}1/", f"{IMPORTS}1/report.csv"])
def test_visitors_are_asked_to_sign_in(visitor, address):
    assert visitor.get(address).url == f"/account/login/?next={address}"


@pytest.mark.parametrize("address", PAGES)
def test_students_are_refused_with_the_reason(reader, address):
    answer = reader.get(address)

    assert answer.status_code == 403
    assert "This needs a permission that you don&#x27;t have" in answer.text


def test_navigation_shows_only_what_one_may_do(visitor, librarian):
    visitor.force_login(PatronFactory(roles=[Role.CIRCULATION]))

    desk, cataloguer = visitor.get("/staff/").text, librarian.get("/staff/").text

    assert "Bring records in" not in desk
    assert "What the system is doing" in desk
    for entry in ENTRIES:
        is_theirs = entry.permission in ROLES[Role.CATALOGUER]
        assert (f'href="{entry.href}"' in cataloguer) == is_theirs, entry.label
    assert visitor.get(IMPORTS).status_code == 403


def test_menu_is_parted_by_task_and_open_where_one_is(librarian):
    start, imports_page = librarian.get("/staff/").text, librarian.get(IMPORTS).text

    tasks = re.compile(r'<details class="desk-task"\s+(open)?\s*data-wide-open>\s*<summary>([^<]+)</summary>')
    names = ["The catalogue", "Copies and shelves", "Readers and letters", "The system"]
    assert tasks.findall(start) == [("", name) for name in names]
    assert tasks.findall(imports_page) == [("open" if name == names[0] else "", name) for name in names]
    assert imports_page.count('aria-current="page"') == 1


def test_every_entry_stands_with_its_task():
    tasks = [str(entry.task) for entry in ENTRIES]

    assert tasks.count("") == 1
    assert tasks == sorted(tasks, key=list(dict.fromkeys(tasks)).index)


@pytest.mark.parametrize("address", ["upload", "1/decide", "1/commit", "1/cancel", "1/undo", "1/resume"])
def test_nothing_is_changed_by_a_link(librarian, address):
    assert librarian.get(IMPORTS + address).status_code == 405


def test_first_import_page_teaches(librarian):
    assert "No file yet" in librarian.get(IMPORTS).text


def test_upload_leads_to_the_page_of_the_import(librarian):
    job = uploaded(librarian, "Bumi manusia")

    page = librarian.get(f"{IMPORTS}{job.pk}/")

    assert job.created_by == "I Wayan Sudarma"
    assert "The file waits for its turn" in page.text
    assert 'hx-trigger="every 1s"' in page.text
    assert not Bib.objects.exists()


def test_upload_by_script_is_led_on_too(librarian):
    answer = librarian.post(
        f"{IMPORTS}upload", {"file": marc_file("Bumi"), "on_match": "skip"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"{IMPORTS}{ImportJob.objects.get().pk}/"


def test_upload_takes_the_wishes_along(librarian):
    place = LocationFactory(name="Rak umum")

    librarian.post(
        f"{IMPORTS}upload",
        {"file": marc_file("Bumi"), "on_match": "replace", "place": place.pk, "creates_places": "on"},
    )

    job = ImportJob.objects.get()
    assert (job.on_match, job.location, job.branch, job.creates_places) == ("replace", place, place.branch, True)


def test_upload_without_a_file_says_so_at_the_field(librarian):
    whole = librarian.post(f"{IMPORTS}upload", {"on_match": "skip"})
    part = librarian.post(f"{IMPORTS}upload", {"on_match": "skip"}, headers={"HX-Request": "true"})

    for answer in (whole, part):
        assert answer.status_code == 422
        assert 'id="id_file_error"' in answer.text
    assert "<html" in whole.text
    assert "<html" not in part.text


def test_upload_of_something_else_is_refused_with_what_to_do(librarian):
    answer = librarian.post(f"{IMPORTS}upload", {"file": SimpleUploadedFile("foto.jpg", b"\xff\xd8\xff" * 99)})

    assert answer.status_code == 422
    assert "This was not done" in answer.text
    assert not ImportJob.objects.exists()


def test_progress_says_how_far_it_is_and_how_long_it_takes(librarian):
    job = ImportJobFactory(
        state="analysing", read=400, size=1000, phase_total=1000, phase_done=250,
        phase_started_at=timezone.now() - timedelta(seconds=60),
    )  # fmt: skip

    part = librarian.get(f"{IMPORTS}{job.pk}/", headers={"HX-Request": "true", "HX-Target": "job"})

    assert "<html" not in part.text
    assert 'value="25"' in part.text
    assert "400 records read so far" in part.text
    assert "about 3 min left" in part.text
    assert 'aria-current="step"' in part.text


def test_preview_shows_what_would_change_and_nothing_is_changed(librarian):
    BibFactory(title="Bumi manusia", isbn="9789799731234")
    job = ready(librarian, "Laskar pelangi", "Sang pemimpi", broken=True)

    page = librarian.get(f"{IMPORTS}{job.pk}/")

    assert "new titles would come in" in page.text
    assert re.search(r'<strong class="number">2</strong>\s*new titles', page.text)
    assert re.search(r'<strong class="number">1</strong>\s*records are broken', page.text)
    assert "Laskar pelangi" in page.text
    assert "The first broken records" in page.text
    assert "hx-trigger" not in page.text.partition('id="job"')[2]
    assert [bib.title for bib in Bib.objects.all()] == ["Bumi manusia"]


def test_decision_about_what_is_here_already_changes_the_figures(librarian):
    taken_over(librarian, "Laskar pelangi")
    job = ready(librarian, "Laskar pelangi", "Sang pemimpi")
    assert "would be left out, because you have them" in librarian.get(f"{IMPORTS}{job.pk}/").text

    librarian.post(f"{IMPORTS}{job.pk}/decide", {"on_match": "replace"})

    page = librarian.get(f"{IMPORTS}{job.pk}/").text
    assert "of your descriptions would be replaced" in page
    assert re.search(r'value="replace"[^>]*checked', page)
    assert librarian.post(f"{IMPORTS}{job.pk}/decide", {"on_match": "burn"}).status_code == 422


def test_taken_over_titles_are_found_and_undone_they_are_gone(librarian, visitor):
    job = taken_over(librarian, "Laskar pelangi", "Sang pemimpi")
    page = librarian.get(f"{IMPORTS}{job.pk}/")
    assert "2 new titles can be found now" in page.text
    assert "Laskar pelangi" in visitor.get("/search?q=pelangi").text

    answer = librarian.post(f"{IMPORTS}{job.pk}/undo")
    assert answer.url == f"{IMPORTS}{job.pk}/"
    assert "Undoing" in librarian.get(answer.url).text
    discovery.drop_batch(job_id=job.pk)
    imports.withdraw(job_id=job.pk, at=timezone.now())

    assert "The catalogue is as it was before" in librarian.get(answer.url).text
    assert "Nothing found" in visitor.get("/search?q=pelangi").text


def test_import_is_given_up(librarian):
    job = ready(librarian, "Laskar pelangi")

    librarian.post(f"{IMPORTS}{job.pk}/cancel")
    imports.clear(job_id=job.pk, at=timezone.now())

    assert "Nothing of it is in the catalogue" in librarian.get(f"{IMPORTS}{job.pk}/").text


def test_what_can_not_be_done_now_is_refused_with_the_state(librarian):
    job = taken_over(librarian, "Laskar pelangi")

    answer = librarian.post(f"{IMPORTS}{job.pk}/commit")

    assert answer.status_code == 409
    assert "katalog.mrc" in answer.text


def test_failed_import_says_why_and_goes_on_from_there(librarian):
    job = uploaded(librarian, "Laskar pelangi")
    ImportJob.objects.filter(pk=job.pk).update(state="failed", error="The disk was full.")
    page = librarian.get(f"{IMPORTS}{job.pk}/")
    assert "The disk was full." in page.text

    librarian.post(f"{IMPORTS}{job.pk}/resume")

    assert queries.job(job.pk).state == "analysing"


def test_report_names_every_record_and_no_cell_is_a_formula(librarian):
    job = taken_over(librarian, "Laskar pelangi", "=HYPERLINK(1)", broken=True)

    answer = librarian.get(f"{IMPORTS}{job.pk}/report.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    assert answer.headers["Content-Disposition"] == f'attachment; filename="import-{job.pk}.csv"'
    assert [row[0] for row in rows[1:]].count("Added as a new title") == 2
    assert [row[0] for row in rows[1:]].count("Broken") == 1
    assert {row[3] for row in rows} >= {"Laskar pelangi", "'=HYPERLINK(1)"}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_imports_costs_the_same_for_any_number(librarian, rows, django_assert_num_queries):
    ImportJobFactory.create_batch(rows)

    with django_assert_num_queries(6):
        page = librarian.get(IMPORTS)

    assert page.text.count('<th scope="row">') == rows


def test_long_list_of_imports_has_pages(librarian):
    ImportJobFactory.create_batch(26)

    assert 'href="?page=2"' in librarian.get(IMPORTS).text
    assert librarian.get(f"{IMPORTS}?page=2").text.count('<th scope="row">') == 1


def test_system_page_at_rest(librarian):
    page = librarian.get("/staff/system/").text

    assert "Nothing to do" in page
    assert "Everything has been passed on" in page


def test_failed_work_is_shown_with_its_fault_and_tried_again(librarian):
    job = uploaded(librarian, "Laskar pelangi")
    events.deliver(at=timezone.now())
    task = DBTaskResult.objects.get()
    DBTaskResult.objects.update(
        status=TaskResultStatus.FAILED, traceback="Traceback …\nOSError: the disk is full", worker_ids=["a", "b"]
    )
    page = librarian.get("/staff/system/").text
    assert "Read a file of records" in page
    assert "OSError: the disk is full" in page

    librarian.post(f"/staff/system/tasks/{task.pk}/again")

    assert list(DBTaskResult.objects.ready()) == [task]
    assert job.state == "waiting"


def test_work_that_is_done_is_not_tried_again(librarian):
    uploaded(librarian, "Laskar pelangi")
    events.deliver(at=timezone.now())
    task = DBTaskResult.objects.get()
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)

    answer = librarian.post(f"/staff/system/tasks/{task.pk}/again")

    assert answer.status_code == 404
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_stuck_news_is_shown_and_passed_on_again(librarian):
    later = timezone.now() + timedelta(hours=1)
    event = OutboxEvent.objects.create(
        name="catalog.BatchStaged", payload={"job_id": 1}, published_at=timezone.now(), try_at=later, attempts=12,
        error="IndexError: no index",
    )  # fmt: skip
    page = librarian.get("/staff/system/").text
    assert "IndexError: no index" in page
    assert "1 piece of news waits" in page

    librarian.post(f"/staff/system/events/{event.pk}/again")

    event.refresh_from_db()
    assert event.attempts == 0
    assert event.try_at < later


def test_every_piece_of_work_has_a_name_that_people_know():
    found = {
        one.module_path
        for module in (catalog_tasks, discovery_tasks)
        for one in vars(module).values()
        if isinstance(one, Task)
    }

    assert found
    assert found <= set(NAMES)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/staff/", "Start"),
        ("/staff/catalog/batches/titles/", "Change many at once"),
        ("/staff/catalog/weeding/", "Behind the desk"),
    ],
)
def test_menu_of_a_phone_says_where_one_is(librarian, path, place):
    page = " ".join(librarian.get(path).text.split())

    assert f'<details class="desk-menu" open> <summary> {place} </summary>' in page

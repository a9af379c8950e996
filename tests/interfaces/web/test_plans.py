"""Floor plans in the browser: drawn behind the desk, with scripts and without; read from the page of a title."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pustaka.branches import queries
from pustaka.branches.models import Floor, Shape
from pustaka.interfaces.web.staff.branches.wording import SENTENCES
from pustaka.branches.rules import Notice
from pustaka.patrons.models import Role
from tests.factories import BibFactory, BranchFactory, FloorFactory, ItemFactory, LocationFactory, ShapeFactory
from tests.factories.patrons import PatronFactory
from tests.interfaces.web.html import compact

PLACES = "/staff/branches/"
HTMX = {"HX-Request": "true", "HX-Target": "plan-state"}
INLINE = {"HX-Request": "true", "HX-Target": "plan-here"}


@pytest.fixture
def general(db):
    """The general collection, on the second floor: two shelves in a row, and the way in."""
    branch = BranchFactory(code="PUSAT", name="Perpustakaan Pusat")
    location = LocationFactory(branch=branch, code="UMUM", name="Koleksi umum", floor="Lantai 2")
    floor = FloorFactory(branch=branch, name="Lantai 2", level=2, width=2000, height=1400)
    ShapeFactory(floor=floor, kind="room", name="Ruang baca", x=50, y=50, width=1500, height=1000)
    ShapeFactory(
        floor=floor, name="Rak 1", x=200, y=200, location=location, ranges=[("A", "000", "299"), ("B", "300", "656")]
    )
    ShapeFactory(floor=floor, name="Rak 2", x=200, y=400, location=location, ranges=[("", "657", "899")])
    ShapeFactory(floor=floor, kind="entrance", name="Pintu masuk", x=300, y=1000, width=150, height=50)
    return location


def copy(location, number="657 WIJ e", **told):
    return ItemFactory(branch=location.branch, location=location, call_number=number, **told)


def words(answer):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.text).split()))


def shape(number=1, **told):
    usual = {"kind": "shelf", "name": f"Rak {number}", "x": 100, "y": 100 * number, "width": 400, "height": 60}
    return {"number": number, **usual, "rotation": 0, "location_id": None, "ranges": [], **told}


def save(client, floor, *shapes, version=1, headers=HTMX, **more):
    told = {"shapes": json.dumps(shapes), "version": version, **more}
    return client.post(f"{PLACES}floors/{floor.pk}/save", told, headers=headers)


# --- For readers -----------------------------------------------------------------------------------------------------


def test_the_record_leads_to_the_plan_and_the_plan_marks_the_shelf(visitor, general):
    item = copy(general)
    record = visitor.get(f"/record/{item.bib_id}")
    assert f'href="/where/{item.barcode}"' in record.text

    answer = visitor.get(f"/where/{item.barcode}")

    assert "Lantai 2, Ruang baca, Rak 2, 657–899" in words(answer)
    assert "It is number 1 of the 2 shelves in its row, counted from the entrance." in words(answer)
    assert answer.text.count("plan-pin") == 2  # close to it, and on the whole floor
    assert re.findall(r'plan-mark"\s+fill="[^"]+"\s+x="(\d+)"\s+y="(\d+)"', answer.text) == [("200", "400")] * 2
    assert 'aria-label="Plan of Lantai 2. Marked: Lantai 2, Ruang baca, Rak 2, 657–899"' in compact(answer.text)
    assert '<meta name="robots" content="noindex">' in answer.text


def test_the_side_of_a_shelf_is_said_and_marked(visitor, general):
    answer = visitor.get(f"/where/{copy(general, '330 MUB p').barcode}")

    assert "Lantai 2, Ruang baca, Rak 1, side B, 300–656" in words(answer)
    mark = r'plan-mark"\s+fill="[^"]+"\s+x="(\d+)"\s+y="(\d+)"\s+width="(\d+)"\s+height="(\d+)"'
    assert re.findall(mark, answer.text) == [("200", "230", "400", "30")] * 2


def test_the_plan_opens_inside_of_the_record(visitor, general):
    item = copy(general)

    part = visitor.get(f"/where/{item.barcode}", headers=INLINE)

    assert "<html" not in part.text
    assert 'data-announce="Lantai 2, Ruang baca, Rak 2, 657–899"' in part.text
    assert "This plan as a page of its own" in part.text
    assert {"HX-Request", "HX-Target"} <= set(part.headers["Vary"].split(", "))


def test_what_no_shelf_holds_is_said_plainly(visitor, general):
    other = LocationFactory(branch=general.branch, code="S", name="Karya ilmiah", floor="Lantai 3")

    beyond = visitor.get(f"/where/{copy(general, '959.8 RIC s').barcode}")
    undrawn = visitor.get(f"/where/{copy(other).barcode}")

    assert "Perpustakaan Pusat, Koleksi umum, Lantai 2" in words(beyond)
    assert "none is drawn for this call number. The whole collection is marked: Lantai 2, Ruang baca." in words(beyond)
    assert beyond.text.count('class="plan-pin"') == 2  # on both shelves
    assert "Perpustakaan Pusat, Karya ilmiah, Lantai 3" in words(undrawn)
    assert "This collection isn't drawn on the plan. Ask at the desk for the shelf." in words(undrawn)
    assert "<svg class" not in compact(undrawn.text)  # the second floor would lead them astray
    assert "Lantai 2" in words(undrawn)  # it can be looked at all the same


def test_a_place_without_a_plan_has_no_dead_link(visitor, general):
    item = ItemFactory()
    Floor.objects.update(is_shown=False)
    hidden = copy(general)

    assert "/where/" not in visitor.get(f"/record/{item.bib_id}").text
    assert "/where/" not in visitor.get(f"/record/{hidden.bib_id}").text
    answer = visitor.get(f"/where/{hidden.barcode}")  # an address that somebody kept
    assert answer.status_code == 200
    assert "No plan of this library is drawn yet." in words(answer)
    assert "Perpustakaan Pusat, Koleksi umum, Lantai 2" in words(answer)


def test_a_copy_that_is_not_on_the_shelf_says_so(visitor, general):
    away = visitor.get(f"/where/{copy(general, status='repair').barcode}")

    assert "This copy isn't on the shelf at the moment." in words(away)
    assert "This copy isn't on the shelf" not in words(visitor.get(f"/where/{copy(general).barcode}"))


def test_a_barcode_with_a_slash_has_its_page_and_an_unknown_one_is_not_there(visitor, general):
    item = copy(general, barcode="FT/2019/007 A")

    text = visitor.get(f"/record/{item.bib_id}").text
    address = re.search(r'href="(/where/[^"]+)"', text)[1]

    assert visitor.get(address).status_code == 200
    assert visitor.get("/where/B9999999").status_code == 404


def test_two_shelves_that_hold_it_are_both_told(visitor, general):
    ShapeFactory(floor=Floor.objects.get(), name="Rak 3", y=600, location=general, ranges=[("", "650", "699")])

    answer = visitor.get(f"/where/{copy(general).barcode}")

    assert "Lantai 2, Ruang baca, Rak 2, 657–899" in words(answer)
    assert "If it isn't there, look here: Lantai 2, Rak 3, 650–699" in words(answer)


def test_the_record_page_costs_the_same_for_any_number_of_copies(visitor, general):
    asked = []
    for copies in (1, 3, 29):
        bib = BibFactory()
        for _ in range(copies):
            copy(general, bib=bib)
        visitor.get(f"/record/{bib.pk}")
        with CaptureQueriesContext(connection) as queries_of_page:
            text = visitor.get(f"/record/{bib.pk}").text
        assert text.count('hx-target="#plan-here"') == copies
        asked.append(len(queries_of_page))

    assert asked == [asked[0]] * 3


def test_a_title_with_a_thousand_copies_leads_each_group_to_its_shelf(visitor, general):
    bib = BibFactory()
    for number in range(40):
        copy(general, bib=bib, barcode=f"B{number:03}")
    copy(general, "330 MUB p", bib=bib, barcode="Z1")

    text = visitor.get(f"/record/{bib.pk}").text

    assert re.findall(r'href="/where/(\w+)"', text) == ["Z1", "B000"]


@pytest.mark.parametrize("shelves", [1, 3])
def test_the_page_of_a_copy_costs_the_same_for_any_number_of_shelves(
    visitor, general, shelves, django_assert_num_queries
):
    item = copy(general)
    for number in range(shelves):
        ShapeFactory(floor=Floor.objects.get(), location=general, ranges=[("", f"90{number}", f"90{number}")])

    with django_assert_num_queries(6):
        visitor.get(f"/where/{item.barcode}")


def test_floors_are_looked_around(visitor, general):
    hidden = FloorFactory(branch=general.branch, name="Gudang", is_shown=False)
    floor = Floor.objects.get(name="Lantai 2")

    overview, page = visitor.get("/floors/"), visitor.get(f"/floors/{floor.pk}?shelf=3")

    assert "Perpustakaan Pusat" in overview.text
    assert "Gudang" not in overview.text
    assert "Rak 1 Ruang baca Koleksi umum 000–299 side A 300–656 side B" in words(page)
    assert "branch=PUSAT&amp;start=657" in page.text
    assert page.text.count('class="plan-pin"') == 1
    assert visitor.get(f"/floors/{hidden.pk}").status_code == 404
    assert "/floors/" in visitor.get("/browse/").text


def test_no_plan_at_all_teaches(visitor):
    assert "No plan is drawn yet" in visitor.get("/floors/").text
    assert "/floors/" not in visitor.get("/browse/").text


@pytest.mark.parametrize("floors", [1, 3])
def test_the_floors_cost_the_same_for_any_number(visitor, floors, django_assert_num_queries):
    FloorFactory.create_batch(floors)

    with django_assert_num_queries(1):
        visitor.get("/floors/")


def test_crawlers_leave_the_single_copies_alone(visitor):
    assert "Disallow: /where/" in visitor.get("/robots.txt").text


def test_a_drawing_says_its_numbers_for_machines_in_every_language(visitor, general):
    Floor.objects.update(width=12_345)
    visitor.cookies["django_language"] = "id"

    text = visitor.get(f"/floors/{Floor.objects.get().pk}", headers={"accept-language": "id"}).text

    assert 'viewBox="0 0 12345 1400"' in text


# --- Behind the desk -------------------------------------------------------------------------------------------------


def test_who_may_draw(visitor, reader, general):
    floor = Floor.objects.get()
    pages = [PLACES, f"{PLACES}floors/new"]
    pages += [f"{PLACES}floors/{floor.pk}/{part}" for part in ("", "about", "table/", "table/new", "table/1/")]
    clerk = Client()
    clerk.force_login(PatronFactory(roles=[Role.CIRCULATION]))

    for address in pages:
        assert visitor.get(address).status_code == 302, address
        assert reader.get(address).status_code == clerk.get(address).status_code == 403, address


@pytest.mark.parametrize(
    "part", ["save", "about/save", "show", "remove", "back", "table/add", "table/1/save", "table/1/remove"]
)
def test_nothing_is_changed_by_a_link_or_by_a_reader(librarian, reader, general, part):
    address = f"{PLACES}floors/{Floor.objects.get().pk}/{part}"

    assert librarian.get(address).status_code == 405
    assert reader.post(address).status_code == 403


@pytest.mark.parametrize("floors", [1, 3])
def test_the_overview_costs_the_same_for_any_number(librarian, general, floors, django_assert_num_queries):
    FloorFactory.create_batch(floors - 1)
    LocationFactory.create_batch(floors)
    librarian.get(PLACES)

    with django_assert_num_queries(7):
        answer = librarian.get(PLACES)

    assert answer.text.count("Copy and change") == floors
    assert "Koleksi umum, Lantai 2 · on a plan" in words(answer)


def test_a_floor_is_begun_shown_and_taken_away(librarian):
    branch = BranchFactory(name="Perpustakaan Pusat")
    told = {"branch": branch.pk, "name": "Lantai 1", "level": 1, "width": 2500, "height": 1500, "source": ""}

    answer = librarian.post(f"{PLACES}floors/add", told)

    floor = Floor.objects.get()
    assert answer.url == f"{PLACES}floors/{floor.pk}/"
    assert "Readers don't see this plan yet." in librarian.get(answer.url).text
    librarian.post(f"{answer.url}show", {"shown": "1"})
    assert "As readers see it" in librarian.get(answer.url).text
    librarian.post(f"{answer.url}about/save", {**told, "name": "Lantai Dasar", "level": 0})
    assert "Perpustakaan Pusat, Lantai Dasar" in librarian.get(f"{answer.url}about").text
    librarian.post(f"{answer.url}remove")
    assert not Floor.objects.exists()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"width": 299}, "greater than or equal to 300"),
        ({"branch": 0}, "Select a valid choice"),
        ({"source": "9"}, "Select a valid choice"),
    ],
)
def test_a_floor_that_can_not_be_says_why_and_loses_nothing(librarian, told, words):
    usual = {"branch": BranchFactory().pk, "name": "Lantai 7", "level": 1, "width": 2500, "height": 1500, "source": ""}

    answer = librarian.post(f"{PLACES}floors/add", {**usual, **told})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="1500"' in answer.text


def test_a_floor_is_begun_with_another(librarian, general):
    floor = Floor.objects.get()
    told = {
        "branch": general.branch_id,
        "name": "Lantai 3",
        "level": 3,
        "width": 300,
        "height": 300,
        "source": floor.pk,
    }

    librarian.post(f"{PLACES}floors/add", told)

    new = Floor.objects.get(name="Lantai 3")
    assert (new.width, new.shapes.count()) == (2000, 4)


def test_what_was_drawn_is_saved_and_remarks_come_back(librarian, general):
    floor = Floor.objects.get()
    text = librarian.get(f"{PLACES}floors/{floor.pk}/").text
    there = json.loads(unescape(re.search(r'name="shapes" value="([^"]*)"', text)[1]))
    assert [one["name"] for one in there] == ["Ruang baca", "Rak 1", "Rak 2", "Pintu masuk"]
    there[2]["ranges"] = [{"side": "", "first": "700", "last": "899"}]

    answer = save(librarian, floor, *there)

    assert answer.status_code == 200
    assert 'name="version" value="2"' in answer.text
    assert 'data-announce="The plan is saved."' in answer.text
    assert "Koleksi umum: between 656 (Rak 1, side B) and 700 (Rak 2) there is a gap." in words(answer)
    assert "I Wayan Sudarma" in answer.text


def test_what_somebody_saved_meanwhile_is_told_and_can_be_saved_over(librarian, general):
    floor = Floor.objects.get()
    save(librarian, floor, shape(1))

    refused = save(librarian, floor, shape(2))

    assert refused.status_code == 409
    assert refused.headers["HX-Retarget"] == "#alerts"
    assert "I Wayan Sudarma has saved this plan while you were drawing." in words(refused)
    assert [one.number for one in queries.shapes_of(floor)] == [1]
    assert save(librarian, floor, shape(2), over="on").status_code == 200
    assert [one.number for one in queries.shapes_of(floor)] == [2]


@pytest.mark.parametrize(
    "broken",
    [
        "", "{", "null", "[1]", '["x"]', json.dumps([{"number": 1}]), json.dumps([shape(x="1")]),
        json.dumps([shape(x=1.5)]), json.dumps([shape(x=True)]), json.dumps([shape(x=10**30)]),
        json.dumps([shape(kind="bed")]), json.dumps([shape(name=None)]), json.dumps([shape(name="a\x00")]),
        json.dumps([shape(ranges=[{"side": "C", "first": "", "last": ""}])]), json.dumps([shape(ranges=[[]])]),
        json.dumps([shape(location_id="1")]), json.dumps({"shapes": []}),
    ],
)  # fmt: skip
def test_a_broken_drawing_is_refused_and_nothing_is_lost(librarian, general, broken):
    floor = Floor.objects.get()
    told = {"shapes": broken, "version": 1}

    answer = librarian.post(f"{PLACES}floors/{floor.pk}/save", told, headers=HTMX)

    assert answer.status_code == 422
    assert "The drawing came in broken." in words(answer)
    assert floor.shapes.count() == 4


def test_a_plan_that_can_not_be_says_why(librarian, general):
    answer = save(librarian, Floor.objects.get(), shape(name=""))

    assert answer.status_code == 422
    assert "Every room, shelf and label needs a name." in words(answer)


@pytest.mark.parametrize("version", ["", "x", "²", "9" * 30])
def test_a_page_that_lost_its_state_is_told_to_load_again(librarian, general, version):
    assert save(librarian, Floor.objects.get(), version=version).status_code == 422


def test_without_scripts_a_shelf_is_put_changed_and_taken_off(librarian, general):
    home = f"{PLACES}floors/{Floor.objects.get().pk}/"
    plain = librarian.get(home).text
    assert f'href="{home}table/"' in plain
    new = librarian.get(f"{home}table/new?kind=shelf").text
    told = {name: re.search(rf'name="{name}"[^>]*?value="([^"]*)"', new)[1] for name in ("x", "y", "width", "height")}
    assert told == {"x": "800", "y": "670", "width": "400", "height": "60"}
    told |= {"kind": "shelf", "name": "Rak 3", "rotation": 90, "location": general.pk, "version": 1}
    told |= {"first_a": "900", "last_a": "949", "first_b": "950", "last_b": "999"}

    librarian.post(f"{home}table/add", told)

    table = words(librarian.get(f"{home}table/"))
    assert "Rak 3 Shelf Koleksi umum 900–949 side A 950–999 side B 800, 670 · 400 × 60 · 90°" in table
    form = librarian.get(f"{home}table/5/").text
    assert 'value="950"' in form
    assert librarian.post(f"{home}table/5/save", {**told, "name": "Rak Tiga", "version": 2}).status_code == 302
    assert Shape.objects.get(number=5).name == "Rak Tiga"
    assert librarian.post(f"{home}table/5/remove", {"version": 2}).status_code == 409
    assert librarian.post(f"{home}table/5/remove", {"version": 3}).status_code == 302
    assert not Shape.objects.filter(number=5).exists()
    assert librarian.get(f"{home}table/5/").status_code == 404


def test_a_form_of_a_shape_keeps_what_was_typed_when_something_is_wrong(librarian, general):
    home = f"{PLACES}floors/{Floor.objects.get().pk}/table/"
    told = {"kind": "shelf", "name": "Rak 9", "x": "", "y": 1, "width": 4, "height": 60, "rotation": 0, "version": 1}

    answer = librarian.post(f"{home}add", told)

    assert answer.status_code == 422
    assert 'value="Rak 9"' in answer.text
    assert 'name="version" value="1"' in answer.text
    assert "greater than or equal to 5" in answer.text


def test_what_is_no_shelf_drops_the_call_numbers_it_had(librarian, general):
    home = f"{PLACES}floors/{Floor.objects.get().pk}/table/"
    told = {"kind": "wall", "name": "", "x": 1, "y": 1, "width": 90, "height": 10, "rotation": 0, "version": 1}

    librarian.post(f"{home}add", {**told, "location": general.pk, "first": "000"})

    wall = next(one for one in queries.shapes_of(Floor.objects.get()) if one.kind == "wall")
    assert (wall.location_id, wall.ranges) == (None, ())


def test_one_goes_back_to_an_earlier_state(librarian, general):
    floor = Floor.objects.get()
    save(librarian, floor, shape(1))
    save(librarian, floor, version=2)
    page = librarian.get(f"{PLACES}floors/{floor.pk}/about")
    assert page.text.count("Go back to it") == 1
    assert "This is the state now" in page.text

    librarian.post(f"{PLACES}floors/{floor.pk}/back", {"version": "2"})

    assert [one.number for one in queries.shapes_of(floor)] == [1]
    assert librarian.post(f"{PLACES}floors/{floor.pk}/back", {"version": "x"}).status_code == 404


@pytest.mark.parametrize("shelves", [1, 3])
def test_the_pages_of_a_floor_cost_the_same_for_any_number(librarian, shelves, django_assert_num_queries):
    floor = FloorFactory()
    ShapeFactory.create_batch(shelves, floor=floor, ranges=[("", "", "")])
    librarian.get(PLACES)

    with django_assert_num_queries(8):
        librarian.get(f"{PLACES}floors/{floor.pk}/")
    with django_assert_num_queries(8):
        librarian.get(f"{PLACES}floors/{floor.pk}/table/")


def test_every_remark_has_its_sentence():
    assert set(SENTENCES) == set(Notice)


def test_empty_places_teach(librarian):
    assert "There is no library yet" in librarian.get(PLACES).text
    BranchFactory()
    assert "No floor is drawn yet." in librarian.get(PLACES).text

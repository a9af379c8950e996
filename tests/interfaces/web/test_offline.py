"""The catalogue as an app: what a browser installs, what a device keeps and for whom, and what it never does."""

import json
import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from pustaka.interfaces.web.kit import icons
from pustaka.interfaces.web.offline import app, rules
from pustaka.patrons.models import Patron, Role
from pustaka.readers.models import BookList
from tests.factories.patrons import PatronFactory
from tests.factories.readers import BookListFactory
from tests.interfaces.web.conftest import Visitor

PASSWORD = "buku-adalah-jendela"
STATION = {"REMOTE_ADDR": "10.20.5.17"}


def sign_in(patron: Patron, *, own: bool) -> Visitor:
    """Somebody who has signed in, and has ticked that the device is theirs, or hasn't."""
    client = Visitor(headers={"accept-language": "en"})
    answer = client.post(
        "/account/login/", {"login": patron.number, "password": PASSWORD, **({"remember": "on"} if own else {})}
    )
    assert answer.status_code == 302
    return client


@pytest.fixture
def owner(db: None) -> Visitor:
    """A student at a telephone of her own."""
    return sign_in(PatronFactory(name="Maria Goreti Lamawuran", roles=[Role.MEMBER]), own=True)


def marks(answer):
    """Whose page it is, and on which shelf it is kept."""
    return answer.headers.get("Pustaka-Reader"), answer.headers.get("Pustaka-Keep")


# The rule ------------------------------------------------------------------------------------------------------------
PERSON = {"is_on": True, "is_station": False, "person": "3f9a", "is_staff": False, "is_own_device": True}


@pytest.mark.parametrize(
    ("changed", "reader"),
    [
        ({}, "3f9a"),
        ({"person": "", "is_own_device": False}, "visitor"),
        ({"is_own_device": False}, "-"),
        ({"is_staff": True}, "-"),
        ({"is_station": True}, "-"),
        ({"is_station": True, "person": ""}, "-"),
        ({"is_on": False}, "-"),
        ({"is_on": False, "person": ""}, "-"),
    ],
)
def test_a_device_keeps_pages_for(changed, reader):
    assert rules.reader(**{**PERSON, **changed}) == reader


@pytest.mark.parametrize(
    ("route", "parameters", "reader", "shelf"),
    [
        ("opac:home", [], "visitor", "start"),
        ("opac:record", [], "visitor", "records"),
        ("opac:record", [], "3f9a", "records"),
        ("opac:record", [], "-", ""),
        ("opac:record", ["from"], "visitor", ""),
        ("lists:one", ["page"], "visitor", "lists"),
        ("lists:one", ["page", "sort"], "visitor", ""),
        ("lists:mine", [], "3f9a", "lists"),
        ("lists:mine", [], "visitor", ""),
        ("lists:shared", [], "3f9a", ""),
        ("opac:search", [], "visitor", ""),
        ("", [], "visitor", ""),
    ],
)
def test_a_page_is_kept_on(route, parameters, reader, shelf):
    assert rules.shelf_of(route, parameters=parameters, reader=reader) == shelf


def test_every_page_that_is_kept_has_an_address_and_a_shelf_with_a_limit():
    for route, kept in rules.KEPT.items():
        assert reverse(route, args=[1] if route in {"opac:record", "lists:one"} else None)
        assert kept.shelf in rules.SHELVES

    assert not [route for route in rules.KEPT if route.startswith(("staff:", "account", "mfa", "api"))]


# What answers say ----------------------------------------------------------------------------------------------------
def test_pages_of_a_visitor_are_kept(visitor, shelve):
    bib = shelve()
    shown = BookListFactory(visibility=BookList.Visibility.PUBLIC, titles=1)

    assert marks(visitor.get("/")) == ("visitor", "start")
    assert marks(visitor.get(f"/record/{bib.pk}")) == ("visitor", "records")
    assert marks(visitor.get("/lists/public/")) == ("visitor", "lists")
    assert marks(visitor.get(f"/lists/{shown.pk}/?page=1")) == ("visitor", "lists")


def test_pages_of_a_person_are_kept_under_an_opaque_name_on_a_device_of_their_own(owner, shelve):
    bib = shelve()
    patron = Patron.objects.get(name="Maria Goreti Lamawuran")
    mine = BookListFactory(patron=patron, titles=1)

    name, shelf = marks(owner.get(f"/lists/{mine.pk}/"))

    assert (re.fullmatch("[0-9a-f]{32}", name) is not None, shelf) == (True, "lists")
    assert marks(owner.get("/lists/")) == (name, "lists")
    assert marks(owner.get(f"/record/{bib.pk}")) == (name, "records")
    assert marks(sign_in(patron, own=True).get("/")) == (name, "start")
    assert marks(sign_in(PatronFactory(), own=True).get("/"))[0] not in {name, "visitor", "-"}


def test_the_opaque_name_changes_with_the_password(owner):
    before = marks(owner.get("/"))[0]

    owner.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "jendela-adalah-buku", "password2": "jendela-adalah-buku"},
    )

    assert marks(owner.get("/"))[0] not in {before, "visitor", "-"}


def test_nothing_is_kept_for_a_person_who_did_not_say_that_the_device_is_theirs(visitor, shelve):
    bib, patron = shelve(), PatronFactory()
    client = sign_in(patron, own=False)
    mine = BookListFactory(patron=patron, titles=1)

    for address in ("/", f"/record/{bib.pk}", "/lists/", f"/lists/{mine.pk}/", "/lists/public/"):
        assert marks(client.get(address)) == ("-", None)


def test_nothing_is_kept_for_who_works_behind_the_desk(shelve):
    bib = shelve()
    client = sign_in(PatronFactory(roles=[Role.CATALOGUER]), own=True)

    assert marks(client.get(f"/record/{bib.pk}")) == ("-", None)


def test_other_pages_are_never_kept(owner, visitor, shelve):
    bib = shelve()
    owner_list = BookListFactory(
        patron=Patron.objects.get(name="Maria Goreti Lamawuran"), visibility=BookList.Visibility.LINK, token="t" * 22
    )
    name = marks(owner.get("/"))[0]

    for address in (
        "/search?q=bumi", f"/record/{bib.pk}?from=search", f"/record/{bib.pk}/marc", f"/record/{bib.pk}/cite",
        "/advanced", "/account/", "/account/searches/", "/account/letters/", "/account/email/", "/account/2fa/",
        "/account/password/change/", "/account/logout/", f"/lists/add?bib={bib.pk}", f"/lists/{owner_list.pk}/delete",
        f"/lists/link/{owner_list.token}/", f"/lists/{owner_list.pk}/cite", "/offline/", "/nowhere", "/record/999999",
    ):  # fmt: skip
        assert marks(owner.get(address)) == (name, None), address
    for address in ("/account/login/", "/account/password/reset/", "/lists/"):
        assert marks(visitor.get(address)) == ("visitor", None), address
    assert marks(visitor.get("/api/openapi.json")) == (None, None)
    assert marks(visitor.get("/robots.txt")) == (None, None)


def test_a_fragment_a_redirect_and_a_head_say_nothing(visitor, shelve):
    bib = shelve()

    assert marks(visitor.get(f"/record/{bib.pk}", headers={"HX-Request": "true"})) == (None, None)
    assert marks(visitor.get("/account/")) == (None, None)
    assert marks(visitor.head("/")) == ("visitor", None)


def test_a_page_that_must_not_be_stored_is_not_kept(visitor, shelve, monkeypatch):
    from pustaka.interfaces.web.opac import views

    bib = shelve()
    render = views.render

    def secretly(*args, **kwargs):
        answer = render(*args, **kwargs)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    monkeypatch.setattr(views, "render", secretly)

    assert marks(visitor.get(f"/record/{bib.pk}")) == ("visitor", None)


def test_signing_out_makes_the_browser_forget_what_it_cached(owner):
    assert "Clear-Site-Data" not in owner.get("/account/logout/").headers

    assert owner.post("/account/logout/").headers["Clear-Site-Data"] == '"cache"'

    assert marks(owner.get("/"))[0] == "visitor"


def test_a_kept_page_says_when_it_was_kept(visitor, shelve):
    bib = shelve()

    page = " ".join(visitor.get(f"/record/{bib.pk}").text.split())

    said = r"This page was kept on your device on \d{1,2} \w+ 2\d{3} at \d\d:\d\d;"
    assert re.search(rf'id="kept-notice" role="status" hidden>.*{said}', page)
    assert "kept-notice" not in visitor.get("/search?q=bumi").text


# Computers that many use ---------------------------------------------------------------------------------------------
def test_a_computer_in_the_reading_room_keeps_nothing(visitor, shelve, settings):
    settings.STATION_NETWORKS = [ip_network("10.20.5.0/24")]
    bib = shelve()

    assert marks(visitor.get(f"/record/{bib.pk}", **STATION)) == ("-", None)
    assert 'data-worker=""' in visitor.get(f"/record/{bib.pk}", **STATION).text
    assert b"unregister()" in visitor.get("/sw.js", **STATION).content
    assert "Nothing is kept on this computer" in visitor.get("/offline/", **STATION).text
    assert "This is my own device" not in visitor.get("/account/login/", **STATION).text
    assert "This is my own device" in visitor.get("/account/login/").text
    assert marks(visitor.get(f"/record/{bib.pk}", REMOTE_ADDR="10.20.6.17")) == ("visitor", "records")


def test_a_session_ends_with_the_browser_on_a_computer_that_many_use(visitor, settings):
    settings.STATION_NETWORKS = [ip_network("10.20.5.0/24")]
    told = {"login": PatronFactory().number, "password": PASSWORD, "remember": "on"}

    visitor.post("/account/login/", told, **STATION)

    assert visitor.session.get_expire_at_browser_close()


def test_a_browser_is_marked_as_one_that_many_use_and_unmarked(visitor):
    answer = visitor.post("/offline/station", {"station": "1"}, follow=True)
    assert "This browser keeps nothing, whoever uses it." in answer.text
    assert marks(answer) == ("-", None)
    assert b"unregister()" in visitor.get("/sw.js").content
    cookie = visitor.get("/").cookies["pustaka_station"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (34_560_000, True, "Lax")

    visitor.post("/offline/station", {"station": "0"})

    assert marks(visitor.get("/")) == ("visitor", "start")
    assert "pustaka_station" not in visitor.get("/").cookies


def test_a_person_says_later_that_the_device_is_theirs_and_takes_it_back(visitor):
    client = sign_in(PatronFactory(), own=False)
    assert "Nothing is kept yet" in client.get("/offline/").text

    answer = client.post("/offline/device", {"own": "1"}, follow=True)
    assert "This is your own device" in answer.text
    assert marks(client.get("/"))[1] == "start"

    client.post("/offline/device", {"own": "0"})
    assert marks(client.get("/")) == ("-", None)
    assert visitor.post("/offline/device", {"own": "1"}).status_code == 403


def test_the_page_says_why_nothing_is_kept(librarian, visitor, settings):
    assert "Nothing is kept while you are signed in" in librarian.get("/offline/").text

    settings.IS_KEPT_OFFLINE = False

    assert "The library has switched this off for everyone." in visitor.get("/offline/").text


# The worker ----------------------------------------------------------------------------------------------------------
def told_to(worker) -> dict:
    return json.loads(re.match(r"const LIBRARY = (.*);\n", worker)[1])


def test_worker_stands_at_the_root_under_the_strict_policy(visitor):
    answer = visitor.get("/sw.js")

    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in answer.headers["Vary"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "worker-src 'self'" in policy
    again = visitor.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_worker_knows_the_files_that_kept_pages_ask_for(visitor, shelve):
    bib = shelve()
    mine = BookListFactory(patron=PatronFactory(), titles=1)
    pages = [visitor.get("/").text, visitor.get(f"/record/{bib.pk}").text, visitor.get("/offline/away/id").text]
    pages.append(sign_in(mine.patron, own=True).get(f"/lists/{mine.pk}/").text)
    asked = {path for page in pages for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}

    files = told_to(visitor.get("/sw.js").text)["files"]

    assert asked == {*files, "/static/kit/icon-touch.png"}
    assert all(finders.find(path.removeprefix("/static/")) for path in files)


def test_worker_keeps_within_bounds(visitor):
    told = told_to(visitor.get("/sw.js").text)

    assert told["shelves"] == {"start": 1, "records": 50, "lists": 30}
    assert (told["pictures"], told["days"]) == (50, 30)
    most = sum(told["shelves"].values()) * told["longestPage"] + told["pictures"] * told["largestPicture"]
    assert most < 45_000_000


def test_a_list_as_long_as_a_page_gets_is_kept(owner):
    mine = BookListFactory(patron=Patron.objects.get(name="Maria Goreti Lamawuran"), titles=50)

    page = owner.get(f"/lists/{mine.pk}/").text

    assert page.count("data-entry=") == 50
    assert len(page) < rules.LONGEST_PAGE


def test_version_of_the_worker_changes_with_its_files_and_its_words(visitor, settings, monkeypatch):
    first = told_to(visitor.get("/sw.js").text)["version"]
    assert told_to(visitor.get("/sw.js").text)["version"] == first

    settings.LIBRARY_NAME = "Perpustakaan Universitas Nusa"
    second = told_to(visitor.get("/sw.js").text)["version"]
    monkeypatch.setattr(app, "static", lambda name: f"/static/{name}?other")
    app.worker.cache_clear()
    third = told_to(visitor.get("/sw.js").text)["version"]
    app.worker.cache_clear()

    assert len({first, second, third}) == 3


def test_switched_off_the_worker_ends_the_one_before_it(visitor, settings):
    settings.IS_KEPT_OFFLINE = False

    worker, page = visitor.get("/sw.js"), visitor.get("/")

    assert "self.registration.unregister()" in worker.text
    assert "LIBRARY" not in worker.text
    assert 'data-worker=""' in page.text
    assert 'id="install"' not in page.text
    assert marks(page) == ("-", None)


def test_worker_and_modules_are_small():
    sources = [
        Path(app.HERE / "worker.js"),
        *(Path(finders.find(f"kit/{name}.js")) for name in ("offline", "offline-list")),
    ]

    assert sum(len(source.read_bytes()) for source in sources) < 16_000


# The page for when there is none -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "No connection to the library"), ("id", "Tidak terhubung ke perpustakaan")],
)
def test_page_without_a_connection_is_the_same_for_everybody(visitor, owner, language, title):
    page = visitor.get(f"/offline/away/{language}").text

    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert page == owner.get(f"/offline/away/{language}").text
    for private in ("csrfmiddlewaretoken", "Maria Goreti"):
        assert private not in page
    assert visitor.get("/offline/away/fr").status_code == 404


# The app -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "shortcuts"),
    [
        ("en", [("Advanced search", "/advanced"), ("My lists", "/lists/"), ("New titles", "/new")]),
        ("id", [("Pencarian lanjutan", "/advanced"), ("Daftar saya", "/lists/"), ("Judul baru", "/new")]),
    ],
)
def test_manifest_is_in_the_language_of_the_reader(visitor, settings, language, shortcuts):
    settings.LIBRARY_NAME, settings.SHORT_NAME = "Perpustakaan Universitas Nusa", "Pustaka"

    answer = visitor.get("/manifest.webmanifest", headers={"accept-language": language})

    told = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (told["lang"], told["name"], told["short_name"]) == (language, "Perpustakaan Universitas Nusa", "Pustaka")
    assert (told["id"], told["start_url"], told["scope"], told["display"]) == ("/", "/", "/", "standalone")
    assert [(one["name"], one["url"]) for one in told["shortcuts"]] == shortcuts
    assert all(visitor.get(one["url"]).status_code == 200 for one in told["shortcuts"])
    paper = re.search(r"--paper: (#\w+);", Path(finders.find("kit/pustaka.css")).read_text())[1]
    assert told["theme_color"] == told["background_color"] == paper


def test_manifest_and_icons_are_named_in_every_page(visitor):
    page = " ".join(visitor.get("/").text.split())

    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in page
    assert '<link rel="apple-touch-icon" href="/static/kit/icon-touch.png">' in page
    assert '<meta name="apple-mobile-web-app-title" content="Pustaka Mandiri">' in page
    assert 'media="(prefers-color-scheme: dark)" content="#131817"' in page


def test_icons_are_as_large_as_the_manifest_says(visitor):
    for told in visitor.get("/manifest.webmanifest").json()["icons"]:
        path = Path(finders.find(told["src"].removeprefix("/static/")))
        if told["type"] == "image/svg+xml":
            assert "<svg" in path.read_text()
            continue
        with Image.open(path) as picture:
            assert (f"{picture.width}x{picture.height}", picture.format) == (told["sizes"], "PNG")
        assert path.stat().st_size < 8_000


@pytest.mark.parametrize("icon", icons.ICONS, ids=lambda icon: icon.name)
def test_icon_is_the_drawing_of_the_mark(icon):
    drawn = icons.draw(icon).convert("RGBA")
    with Image.open(icons.FOLDER / icon.name) as picture:
        kept = picture.convert("RGBA")

    edge = icon.edge
    for place in ((edge // 2, edge // 2), (edge // 2 + edge // 8, edge // 2), (1, 1), (edge // 2, edge - 4)):
        assert kept.getpixel(place) == drawn.getpixel(place)
    assert kept.getpixel((edge // 2, edge // 2))[:3] >= (250, 250, 250)
    assert kept.getpixel((1, 1))[3] == (0 if icon.corner else 255)


def test_who_works_behind_the_desk_is_not_asked_to_install(librarian, visitor):
    assert 'id="install"' in visitor.get("/").text
    assert 'id="install"' not in librarian.get("/staff/").text
